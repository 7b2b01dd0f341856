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
#[derive(Debug, Clone, Default)]
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
            ..Self::default()
        }
    }

    fn in_yaml(&self, span: Option<Range<usize>>) -> Place<'_> {
        (&self.yaml, span.unwrap_or_default())
    }

    /// A value of a meeting, or else the name of its entry.
    pub(crate) fn meeting(
        &self,
        key: &MeetingKey,
        value: impl Fn(&MeetingPlace) -> Option<Range<usize>>,
    ) -> Place<'_> {
        let place = self.meetings.get(key);
        self.in_yaml(place.map(|place| value(place).unwrap_or_else(|| place.entry.clone())))
    }

    /// A value of a room, or else the name of its entry.
    pub(crate) fn room(
        &self,
        key: &RoomKey,
        value: impl Fn(&RoomPlace) -> Option<Range<usize>>,
    ) -> Place<'_> {
        let place = self.rooms.get(key);
        self.in_yaml(place.map(|place| value(place).unwrap_or_else(|| place.entry.clone())))
    }

    /// A value of a cue, or else the name of its entry.
    pub(crate) fn cue(
        &self,
        id: &CueId,
        value: impl Fn(&CuePlace) -> Option<Range<usize>>,
    ) -> Place<'_> {
        let place = self.cues.get(id);
        self.in_yaml(place.map(|place| value(place).unwrap_or_else(|| place.entry.clone())))
    }

    /// Whether a meeting asks for co-hosts, and the roster has none of them.
    pub(crate) fn lacks_cohosts(&self, key: &MeetingKey) -> bool {
        let place = self.meetings.get(key);
        place.is_some_and(|place| place.lacks_cohosts)
    }
    /// Whether this co-host of a meeting is one of several of a role.
    pub(crate) fn is_in_pool(&self, key: &MeetingKey, person: &Email) -> bool {
        let place = self.meetings.get(key);
        place.is_some_and(|place| place.pool.contains(person))
    }
    /// Where a room asks for moderators, if it does.
    pub(crate) fn room_moderators(&self, key: &RoomKey) -> Option<Place<'_>> {
        let span = self.rooms.get(key)?.moderators.clone()?;
        Some((&self.yaml, span))
    }
    /// The name of a tab.
    pub(crate) fn room_tab(&self, key: &RoomKey, name: &str) -> Place<'_> {
        self.room(key, |place| {
            let mut tabs = place.tabs.iter();
            let tab = tabs.find(|(known, _)| known == name);
            tab.map(|(_, span)| span.clone())
        })
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
