//! Where things of the expanded event are written, for checks that look at the whole.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use crate::diagnostic::Source;
use crate::model::{CueId, DayId, Email, GroupId, MeetingKey, RoomKey, TeamId};

/// A place in one of the two files.
pub(crate) type Place<'a> = (&'a Source, Range<usize>);

/// Where a meeting is described; values that it inherits point at where they are written.
#[derive(Debug, Clone, Default)]
pub(crate) struct MeetingPlace {
    pub(crate) entry: Range<usize>,
    pub(crate) title: Option<Range<usize>>,
    pub(crate) agenda: Option<Range<usize>>,
    pub(crate) time: Option<Range<usize>>,
    pub(crate) rooms: Option<Range<usize>>,
    pub(crate) cohosts: Option<Range<usize>>,
    pub(crate) check_in: Option<Range<usize>>,
    pub(crate) standby: Option<Range<usize>>,
    /// It asks for co-hosts, and the roster has none of them.
    pub(crate) lacks_cohosts: bool,
    pub(crate) invite: Option<Range<usize>>,
    pub(crate) password: Option<Range<usize>>,
    pub(crate) uninvited: Option<Range<usize>>,
    /// Co-hosts of whom a role makes several, so that another can be there.
    pub(crate) pool: BTreeSet<Email>,
}

/// Where a room is described.
#[derive(Debug, Clone, Default)]
pub(crate) struct RoomPlace {
    pub(crate) entry: Range<usize>,
    pub(crate) title: Option<Range<usize>>,
    pub(crate) members: Option<Range<usize>>,
    /// If it asks for any.
    pub(crate) moderators: Option<Range<usize>>,
    pub(crate) announcement_only: Option<Range<usize>>,
    pub(crate) public: Option<Range<usize>>,
    /// By name, as the name is written.
    pub(crate) tabs: Vec<(String, Range<usize>)>,
}

/// Where a cue is described.
#[derive(Debug, Clone, Default)]
pub(crate) struct CuePlace {
    pub(crate) entry: Range<usize>,
    pub(crate) time: Option<Range<usize>>,
    pub(crate) to: Option<Range<usize>>,
    pub(crate) say: Option<Range<usize>>,
    pub(crate) card: Option<Range<usize>>,
}

/// Where the organisers are described.
#[derive(Debug, Clone, Default)]
pub(crate) struct OrganisersPlace {
    pub(crate) section: Option<Range<usize>>,
    pub(crate) people: Option<Range<usize>>,
    pub(crate) room: Option<Range<usize>>,
}

/// The roles of both files.
#[derive(Debug, Clone, Default)]
pub(crate) struct RolesPlace {
    /// Those that the event file names.
    pub(crate) named: BTreeSet<String>,
    /// Where each role of the roster stands first.
    pub(crate) written: HashMap<String, Range<usize>>,
}

/// All places.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    yaml: Source,
    roster: Source,
    pub(crate) meetings: HashMap<MeetingKey, MeetingPlace>,
    pub(crate) rooms: HashMap<RoomKey, RoomPlace>,
    pub(crate) cues: HashMap<CueId, CuePlace>,
    pub(crate) answers: HashMap<String, Range<usize>>,
    pub(crate) people: HashMap<Email, Range<usize>>,
    pub(crate) roles: RolesPlace,
    pub(crate) days: HashMap<DayId, Range<usize>>,
    pub(crate) teams: HashMap<TeamId, Range<usize>>,
    pub(crate) groups: HashMap<GroupId, Range<usize>>,
    pub(crate) hosts: HashMap<Email, Range<usize>>,
    pub(crate) webex_team: Option<Range<usize>>,
    pub(crate) organisers: OrganisersPlace,
    pub(crate) welcome: Option<Range<usize>>,
}

impl Places {
    pub(crate) fn new(yaml: Source, roster: Source) -> Self {
        Self {
            yaml,
            roster,
            meetings: HashMap::new(),
            rooms: HashMap::new(),
            cues: HashMap::new(),
            answers: HashMap::new(),
            people: HashMap::new(),
            roles: RolesPlace::default(),
            days: HashMap::new(),
            teams: HashMap::new(),
            groups: HashMap::new(),
            hosts: HashMap::new(),
            webex_team: None,
            organisers: OrganisersPlace::default(),
            welcome: None,
        }
    }

    fn in_yaml(&self, span: Option<Range<usize>>) -> Place<'_> {
        (&self.yaml, span.unwrap_or_default())
    }

    fn of_meeting(
        &self,
        key: &MeetingKey,
        what: impl Fn(&MeetingPlace) -> Option<Range<usize>>,
    ) -> Place<'_> {
        let place = self.meetings.get(key);
        self.in_yaml(place.and_then(|place| what(place).or_else(|| Some(place.entry.clone()))))
    }

    fn of_room(
        &self,
        key: &RoomKey,
        what: impl Fn(&RoomPlace) -> Option<Range<usize>>,
    ) -> Place<'_> {
        let place = self.rooms.get(key);
        self.in_yaml(place.and_then(|place| what(place).or_else(|| Some(place.entry.clone()))))
    }

    fn of_cue(&self, id: &CueId, what: impl Fn(&CuePlace) -> Option<Range<usize>>) -> Place<'_> {
        let place = self.cues.get(id);
        self.in_yaml(place.and_then(|place| what(place).or_else(|| Some(place.entry.clone()))))
    }

    pub(crate) fn meeting_title(&self, key: &MeetingKey) -> Place<'_> {
        self.of_meeting(key, |place| place.title.clone())
    }
    pub(crate) fn meeting_agenda(&self, key: &MeetingKey) -> Place<'_> {
        self.of_meeting(key, |place| place.agenda.clone())
    }
    pub(crate) fn meeting_time(&self, key: &MeetingKey) -> Place<'_> {
        self.of_meeting(key, |place| place.time.clone())
    }
    pub(crate) fn meeting_rooms(&self, key: &MeetingKey) -> Place<'_> {
        self.of_meeting(key, |place| place.rooms.clone())
    }
    pub(crate) fn meeting_cohosts(&self, key: &MeetingKey) -> Place<'_> {
        self.of_meeting(key, |place| place.cohosts.clone())
    }
    pub(crate) fn meeting_check_in(&self, key: &MeetingKey) -> Place<'_> {
        self.of_meeting(key, |place| place.check_in.clone())
    }
    pub(crate) fn meeting_standby(&self, key: &MeetingKey) -> Place<'_> {
        self.of_meeting(key, |place| place.standby.clone())
    }
    /// Whether a meeting asks for co-hosts, and the roster has none of them.
    pub(crate) fn lacks_cohosts(&self, key: &MeetingKey) -> bool {
        self.meetings
            .get(key)
            .is_some_and(|place| place.lacks_cohosts)
    }
    /// Whether this co-host of a meeting is one of several of a role.
    pub(crate) fn is_in_pool(&self, key: &MeetingKey, person: &Email) -> bool {
        let place = self.meetings.get(key);
        place.is_some_and(|place| place.pool.contains(person))
    }
    pub(crate) fn meeting_invite(&self, key: &MeetingKey) -> Place<'_> {
        self.of_meeting(key, |place| place.invite.clone())
    }
    pub(crate) fn meeting_password(&self, key: &MeetingKey) -> Place<'_> {
        self.of_meeting(key, |place| place.password.clone())
    }
    pub(crate) fn meeting_uninvited(&self, key: &MeetingKey) -> Place<'_> {
        self.of_meeting(key, |place| place.uninvited.clone())
    }

    /// The name of the entry that the room was made from.
    pub(crate) fn room(&self, key: &RoomKey) -> Place<'_> {
        self.of_room(key, |_| None)
    }
    pub(crate) fn room_title(&self, key: &RoomKey) -> Place<'_> {
        self.of_room(key, |place| place.title.clone())
    }
    pub(crate) fn room_members(&self, key: &RoomKey) -> Place<'_> {
        self.of_room(key, |place| place.members.clone())
    }
    /// Where it asks for moderators, if it does.
    pub(crate) fn room_moderators(&self, key: &RoomKey) -> Option<Place<'_>> {
        let span = self.rooms.get(key)?.moderators.clone()?;
        Some((&self.yaml, span))
    }
    pub(crate) fn room_announcement_only(&self, key: &RoomKey) -> Place<'_> {
        self.of_room(key, |place| place.announcement_only.clone())
    }
    pub(crate) fn room_public(&self, key: &RoomKey) -> Place<'_> {
        self.of_room(key, |place| place.public.clone())
    }
    /// The tab's name.
    pub(crate) fn room_tab(&self, key: &RoomKey, name: &str) -> Place<'_> {
        self.of_room(key, |place| {
            place
                .tabs
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, span)| span.clone())
        })
    }

    /// `at`, or the meeting.
    pub(crate) fn cue_time(&self, id: &CueId) -> Place<'_> {
        self.of_cue(id, |place| place.time.clone())
    }
    pub(crate) fn cue_to(&self, id: &CueId) -> Place<'_> {
        self.of_cue(id, |place| place.to.clone())
    }
    pub(crate) fn cue_say(&self, id: &CueId) -> Place<'_> {
        self.of_cue(id, |place| place.say.clone())
    }

    pub(crate) fn cue_card(&self, id: &CueId) -> Place<'_> {
        self.of_cue(id, |place| place.card.clone())
    }

    /// The answer's name.
    pub(crate) fn answer(&self, id: &str) -> Place<'_> {
        self.in_yaml(self.answers.get(id).cloned())
    }
    /// The day's name.
    pub(crate) fn day(&self, id: &DayId) -> Place<'_> {
        self.in_yaml(self.days.get(id).cloned())
    }
    /// The team's name.
    pub(crate) fn team(&self, id: &TeamId) -> Place<'_> {
        self.in_yaml(self.teams.get(id).cloned())
    }
    /// The group's name.
    pub(crate) fn group(&self, id: &GroupId) -> Place<'_> {
        self.in_yaml(self.groups.get(id).cloned())
    }
    /// The host's address.
    pub(crate) fn host(&self, email: &Email) -> Place<'_> {
        self.in_yaml(self.hosts.get(email).cloned())
    }
    /// The name of the Webex team, or the title of the event.
    pub(crate) fn webex_team(&self) -> Place<'_> {
        self.in_yaml(self.webex_team.clone())
    }
    /// Everything that is said of the organisers.
    pub(crate) fn organisers(&self) -> Place<'_> {
        self.in_yaml(self.organisers.section.clone())
    }
    /// Who they are, or else everything that is said of them.
    pub(crate) fn organisers_people(&self) -> Place<'_> {
        let OrganisersPlace {
            people, section, ..
        } = &self.organisers;
        self.in_yaml(people.clone().or_else(|| section.clone()))
    }
    /// The room in which they are called.
    pub(crate) fn organisers_room(&self) -> Place<'_> {
        self.in_yaml(self.organisers.room.clone())
    }
    /// The text for newcomers.
    pub(crate) fn welcome(&self) -> Place<'_> {
        self.in_yaml(self.welcome.clone())
    }
    /// The role in the roster, where it stands first.
    pub(crate) fn role(&self, role: &str) -> Place<'_> {
        let span = self.roles.written.get(role);
        (&self.roster, span.cloned().unwrap_or_default())
    }
    /// The person's address in the roster.
    pub(crate) fn person(&self, email: &Email) -> Place<'_> {
        (
            &self.roster,
            self.people.get(email).cloned().unwrap_or_default(),
        )
    }
}
