//! Finds what calls made of which nobody heard, and what shows late.

use std::collections::{BTreeMap, BTreeSet};

use showcaller_event::model::{Address, Email, MeetingKey, RoomKey};
use showcaller_ledger::{Operation, OperationId, Tombstone};
use showcaller_plan::observed::{Look, Observed, SeenMeeting, SeenRoom};
use showcaller_plan::{
    Action, Adoption, Field, Fields, Kept, KnownResource, NewInvitee, Owner, Plan, Settled, Value,
    replaced_address,
};

use super::earlier::Earlier;
use super::memory::Memory;
use super::settle::{action, answered_by, creation, rooms_as_asked};

/// What is known of something from now on.
type Known = (Address, KnownResource);

/// What open operations made and the file no longer names, found by what was to be made; and what shows
/// although it was given up. `plan` is one that does not know of it. Each with its operation, if that is
/// open.
pub(super) fn left_behind(
    plan: &Plan,
    observed: &Observed,
    memory: &Memory,
    earlier: &Earlier,
) -> Vec<(Option<OperationId>, Vec<Known>)> {
    let adoptions = plan.adoptions.iter();
    let found = Found {
        adopted: adoptions
            .map(|adoption| (&adoption.address, adoption))
            .collect(),
        taken: memory.ids(),
        observed,
        memory,
        earlier,
    };
    let open = memory.open.iter();
    let open = open.map(|operation| (Some(operation.id), found.of(operation)));
    // Of what the file still names, the plan tells as duplicates.
    let given_up = |address: &str| !earlier.has(&Address::new(address));
    let lost = memory.lost.iter().filter(|it| given_up(&it.address));
    let lost = lost.map(|operation| (None, found.late(operation)));
    let missed = memory.missed.iter().filter(|it| given_up(&it.address));
    let missed = missed.map(|tombstone| (None, found.back(tombstone).into_iter().collect()));
    open.chain(lost)
        .chain(missed)
        .filter(|(_, records)| !records.is_empty())
        .collect()
}

/// What was seen, beside what the ledger has or is about to have.
struct Found<'a> {
    adopted: BTreeMap<&'a Address, &'a Adoption>,
    /// The ids that have a name in the ledger. What the plan is about to take over under another name
    /// than it was made under is not among them: the plan has it right once it knows that one.
    taken: BTreeSet<&'a str>,
    observed: &'a Observed,
    memory: &'a Memory,
    earlier: &'a Earlier,
}

impl Found<'_> {
    fn today(&self, address: &Address) -> Address {
        self.earlier.today(&self.memory.known, address)
    }

    fn of(&self, operation: &Operation) -> Vec<Known> {
        let address = self.today(&Address::new(&*operation.address));
        match action(operation) {
            Some(Action::AddInvitees {
                meeting, invitees, ..
            }) => {
                let owner = Owner::Host(Email::new(&*operation.owner));
                self.invitees(&meeting, &invitees, &owner)
            }
            Some(Action::CreateMeeting {
                fields, invitees, ..
            }) => self.meeting(&address, &fields, &invitees),
            Some(Action::ReplaceMeeting {
                id,
                old_host,
                create,
                ..
            }) => self.made_anew(&address, &id, old_host, &create),
            Some(action) => self.one(&address, &action).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// What came after it had been looked for in vain. Only where it shows that it is ours: people may
    /// have been added by somebody else since.
    fn late(&self, operation: &Operation) -> Vec<Known> {
        let address = self.today(&Address::new(&*operation.address));
        match creation(operation) {
            Some(Action::CreateMeeting {
                fields, invitees, ..
            }) if !self.has(&address) => self.meeting(&address, &fields, &invitees),
            // Of several, each has its turn: whatever it is called, it is ours.
            Some(Action::CreateRoom { fields }) if !self.has(&address) => {
                let mut rooms = rooms_as_asked(self.observed, &fields, &self.taken);
                let room = rooms.next();
                let record = room.map(|room| self.made_room(&address, room, &fields));
                record.into_iter().collect()
            }
            Some(Action::AddTab { room, name, .. }) if !self.has(&address) => {
                self.tab(&address, &room, &name).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// What was forgotten because Webex did not show it, and is there after all.
    fn back(&self, tombstone: &Tombstone) -> Option<Known> {
        let address = self.today(&Address::new(&*tombstone.address));
        let id = &tombstone.remote_id;
        if self.has(&address) || self.taken.contains(id.as_str()) {
            return None;
        }
        let bot = Some(&self.observed.bot.id);
        let nothing = Fields::new();
        match address.kind() {
            "room" => {
                let mut rooms = self.observed.rooms.iter();
                let room = rooms
                    .find(|room| room.id == *id && room.creator.as_ref() == bot && !room.read_only);
                let fields = room?.fields.clone();
                Some(self.record(&address, id, &Owner::Bot, &nothing, fields))
            }
            "meeting" | "replaced-meeting" => {
                let (owner, seen) = self.meeting_like(|meeting| {
                    let ours = meeting.tags.iter().any(|tag| tag.starts_with("sc:"));
                    meeting.id == *id && ours
                })?;
                Some(self.record(&address, id, &owner, &nothing, seen.fields.clone()))
            }
            "tab" => {
                let mut tabs = self.observed.tabs.values().filter_map(Look::seen).flatten();
                tabs.find(|tab| tab.id == *id && tab.creator.as_ref() == bot)?;
                Some(self.record(&address, id, &Owner::Bot, &nothing, nothing.clone()))
            }
            _ => None,
        }
    }

    fn has(&self, address: &Address) -> bool {
        self.memory.known.resources.contains_key(address) || self.adopted.contains_key(address)
    }

    /// What is to be known of what was found, with those of the wishes that it answers.
    fn record(
        &self,
        address: &Address,
        id: &str,
        owner: &Owner,
        wishes: &Fields,
        answered: Fields,
    ) -> Known {
        let resource = KnownResource {
            remote_id: id.to_owned(),
            owner: owner.clone(),
            made: true,
            protected: false,
            settled: Settled {
                asked: answered_by(&answered, wishes),
                answered,
            },
            kept: Kept::default(),
        };
        (address.clone(), resource)
    }

    /// The room that was asked for, by the title that it had then; also where the plan is about to take
    /// another one over, which has the title of today.
    fn room(&self, address: &Address, wishes: &Fields) -> Option<Known> {
        if self.memory.known.resources.contains_key(address) {
            return None;
        }
        let mut rooms = rooms_as_asked(self.observed, wishes, &self.taken);
        // Of several, nobody can tell which one it is.
        let room = rooms.next().filter(|_| rooms.next().is_none())?;
        let adopted = self.adopted.get(address);
        let known = adopted.is_some_and(|adopted| adopted.remote_id == room.id);
        (!known).then(|| self.made_room(address, room, wishes))
    }

    fn made_room(&self, address: &Address, room: &SeenRoom, wishes: &Fields) -> Known {
        self.record(address, &room.id, &Owner::Bot, wishes, room.fields.clone())
    }

    fn room_id(&self, room: &RoomKey) -> Option<&str> {
        let room = self.today(&Address::room(room));
        let room = self.memory.known.resources.get(&room)?;
        Some(&room.remote_id)
    }

    /// A tab of that name which the bot pinned, as far as Webex says who did.
    fn tab(&self, address: &Address, room: &RoomKey, name: &str) -> Option<Known> {
        let bot = &self.observed.bot.id;
        let mut tabs = self.observed.tabs.get(self.room_id(room)?)?.seen()?.iter();
        let tab = tabs.find(|tab| {
            tab.name == name
                && tab.creator.as_ref().is_none_or(|maker| maker == bot)
                && !self.taken.contains(tab.id.as_str())
        })?;
        let nothing = Fields::new();
        Some(self.record(address, &tab.id, &Owner::Bot, &nothing, nothing.clone()))
    }

    fn one(&self, address: &Address, action: &Action) -> Option<Known> {
        if let Action::CreateRoom { fields } = action {
            return self.room(address, fields);
        }
        if self.has(address) {
            return None;
        }
        if let Action::AddTab { room, name, .. } = action {
            return self.tab(address, room, name);
        }
        let observed = self.observed;
        let nothing = Fields::new();
        let id = match action {
            Action::CreateTeam { name } => {
                let teams = observed.own_teams_called(name);
                let mut teams = teams.filter(|team| !self.taken.contains(team.id.as_str()));
                // Of several, nobody can tell which one it is.
                let team = teams.next().filter(|_| teams.next().is_none())?;
                &team.id
            }
            Action::AddTeamMember { email, .. } => {
                let mut members = observed.team_members.seen()?.iter();
                &members.find(|member| member.email == *email)?.id
            }
            Action::AddMember { room, email, .. } => {
                let mut members = observed.members.get(self.room_id(room)?)?.seen()?.iter();
                &members.find(|member| member.email == *email)?.id
            }
            _ => return None,
        };
        Some(self.record(address, id, &Owner::Bot, &nothing, nothing.clone()))
    }

    /// A meeting that the file no longer names; and of any meeting those whom the same call invited.
    fn meeting(&self, address: &Address, fields: &Fields, invitees: &[NewInvitee]) -> Vec<Known> {
        let meeting = &meeting_key(address);
        if let Some(adopted) = self.adopted.get(address) {
            return self.unread(meeting, &adopted.remote_id, invitees, &adopted.owner);
        }
        if self.has(address) {
            return Vec::new();
        }
        let Some((owner, found)) = self.tagged(fields) else {
            return Vec::new();
        };
        let mut records = self.unread(meeting, &found.id, invitees, &owner);
        records.push(self.record(address, &found.id, &owner, fields, found.fields.clone()));
        records
    }

    /// A meeting that was made anew and that the file no longer names, or names otherwise: with the one
    /// that it was to take the place of, which goes.
    fn made_anew(
        &self,
        address: &Address,
        old: &str,
        old_host: Email,
        create: &Action,
    ) -> Vec<Known> {
        let Action::CreateMeeting {
            fields, invitees, ..
        } = create
        else {
            return Vec::new();
        };
        let known = self.memory.known.resources.get(address);
        let is_old = known.is_some_and(|known| known.remote_id == old);
        if !is_old || self.adopted.contains_key(address) {
            return Vec::new();
        }
        let Some((owner, new)) = self.tagged(fields) else {
            return Vec::new();
        };
        let meeting = &meeting_key(address);
        let replaced = replaced_address(meeting);
        let mut records = self.unread(meeting, &new.id, invitees, &owner);
        records.push(self.record(address, &new.id, &owner, fields, new.fields.clone()));
        let nothing = Fields::new();
        let old_host = Owner::Host(old_host);
        records.push(self.record(&replaced, old, &old_host, &nothing, nothing.clone()));
        records
    }

    /// The meeting with the tag that was asked for, if it has no name yet.
    fn tagged(&self, asked: &Fields) -> Option<(Owner, &SeenMeeting)> {
        let Some(Value::Text(tag)) = asked.get(&Field::Tag) else {
            return None;
        };
        self.meeting_like(|meeting| {
            meeting.tags.contains(tag) && !self.taken.contains(meeting.id.as_str())
        })
    }

    fn meeting_like(&self, like: impl Fn(&SeenMeeting) -> bool) -> Option<(Owner, &SeenMeeting)> {
        self.observed.meetings.iter().find_map(|(host, look)| {
            let found = look.seen()?.iter().find(|meeting| like(meeting))?;
            Some((Owner::Host(host.clone()), found))
        })
    }

    /// Those who were to be put on a list, and are on it.
    fn invitees(&self, meeting: &MeetingKey, asked: &[NewInvitee], owner: &Owner) -> Vec<Known> {
        let today = self.today(&Address::meeting(meeting));
        let meeting = &meeting_key(&today);
        let known = &self.memory.known.resources;
        let list = known
            .get(&today)
            .and_then(|known| self.observed.invitees.get(&known.remote_id))
            .and_then(Look::seen);
        let seen = list.into_iter().flatten();
        seen.filter(|seen| asked.iter().any(|asked| asked.email == seen.email))
            .map(|seen| (Address::invitee(meeting, &seen.email), seen))
            .filter(|(address, _)| !self.has(address))
            .map(|(address, seen)| {
                self.record(&address, &seen.id, owner, &Fields::new(), Fields::new())
            })
            .collect()
    }

    /// Those who came with a meeting that nobody had time to read.
    fn unread(
        &self,
        meeting: &MeetingKey,
        id: &str,
        invitees: &[NewInvitee],
        owner: &Owner,
    ) -> Vec<Known> {
        let addresses = invitees
            .iter()
            .map(|invitee| (Address::invitee(meeting, &invitee.email), &invitee.email));
        addresses
            .filter(|(address, _)| !self.has(address))
            .map(|(address, email)| {
                let unread = KnownResource::unread_id(id, email);
                self.record(&address, &unread, owner, &Fields::new(), Fields::new())
            })
            .collect()
    }
}

fn meeting_key(address: &Address) -> MeetingKey {
    let key = address.as_str().strip_prefix("meeting/");
    MeetingKey::new(key.unwrap_or_default())
}
