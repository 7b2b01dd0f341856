//! What became of the calls that an earlier run left open, now that somebody has looked.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use showcaller_event::model::{Address, Email, MeetingKey};
use showcaller_ledger::{Intent, IntentId, Ledger, Record};
use showcaller_plan::observed::{Look, Observed, SeenMeeting, SeenRoom};
use showcaller_plan::{
    Action, Adoption, Field, Fields, Kept, KnownResource, NewInvitee, Owner, Plan, Settled, Value,
    replaced_address,
};

use super::convert;
use super::execute::makes;
use super::memory::{self, Memory};
use super::observe::Outlook;
use crate::{Engine, Error};

impl Engine {
    /// Closes the intents that an earlier run left open. What one of them made and the file no
    /// longer names is recorded all the same: it is ours to take away. Where nobody could look, or
    /// where it is too early to tell, they stay open.
    pub(super) async fn settle(&self, outlook: &Outlook, ledger: &Ledger) -> Result<(), Error> {
        let now = self.clock.now();
        let adoptions = outlook.plan.adoptions.iter();
        let adopted: BTreeSet<&str> = adoptions.map(|it| it.address.as_str()).collect();
        let steps = outlook.plan.steps.iter();
        let planned: BTreeSet<&str> = steps.map(|step| step.address.as_str()).collect();
        for intent in &outlook.memory.open {
            let address = intent.address.as_str();
            let found = outlook.found.contains(&intent.id)
                || makes(&intent.verb) && adopted.contains(address);
            if found {
                let nothing = serde_json::Value::Null;
                ledger.finish(intent.id, &nothing, &[], now).await?;
            } else if planned.contains(address) || !stays_open(outlook, intent) {
                // A step that is about to do the same has been thought through by the plan.
                ledger
                    .failed(intent.id, "looked for afterwards and not found", None, now)
                    .await?;
            }
        }
        Ok(())
    }
}

/// Whether nothing is known yet of what an intent may have made.
fn stays_open(outlook: &Outlook, intent: &Intent) -> bool {
    if !makes(&intent.verb) {
        return false;
    }
    let early = outlook.plan.at
        < memory::settled_at(intent.state, intent.changed_at, outlook.memory.alive_until);
    early || is_out_of_sight(outlook, intent)
}

/// Whether the list on which it would be could not be read.
fn is_out_of_sight(outlook: &Outlook, intent: &Intent) -> bool {
    let Some(action) = action(intent) else {
        return false;
    };
    let observed = &outlook.observed;
    let id = |address: Address| {
        let known = outlook.memory.known.resources.get(&address);
        known.map(|known| known.remote_id.as_str())
    };
    match action {
        // Of several, nobody can tell which one it is.
        Action::CreateTeam { name } => {
            let teams = observed.teams.iter();
            let may_be = teams.filter(|team| team.name.as_ref() == Some(&name));
            may_be.filter(|team| observed.may_have_made(team)).count() > 1
        }
        Action::CreateRoom { fields } => {
            let known = outlook.memory.known.resources.values();
            let taken = known.map(|known| known.remote_id.as_str()).collect();
            observed.team_members.seen().is_none()
                || rooms_as_asked(observed, &fields, &taken).count() > 1
        }
        Action::AddTeamMember { .. } => observed.team_members.seen().is_none(),
        Action::CreateMeeting { .. } | Action::ReplaceMeeting { .. } => {
            let look = observed.meetings.get(&Email::new(&*intent.owner));
            !matches!(look, Some(Look::Seen(_)))
        }
        // A list without the bot is not whole (messaging §5).
        Action::AddMember { room, .. } => id(Address::room(&room))
            .and_then(|id| observed.members.get(id))
            .is_some_and(|look| match look {
                Look::Seen(list) => list.iter().all(|seen| seen.person != observed.bot.id),
                Look::Refused(_) => true,
                Look::NotLooked => false,
            }),
        Action::AddTab { room, .. } => id(Address::room(&room))
            .is_some_and(|id| matches!(observed.tabs.get(id), Some(Look::Refused(_)))),
        Action::AddInvitees { meeting, .. } => id(Address::meeting(&meeting))
            .is_some_and(|id| matches!(observed.invitees.get(id), Some(Look::Refused(_)))),
        _ => false,
    }
}

fn action(intent: &Intent) -> Option<Action> {
    serde_json::from_value(intent.body.clone()).ok()
}

/// The bot's rooms with the title that was asked for, but for those whose ids are taken.
fn rooms_as_asked<'o>(
    observed: &'o Observed,
    wishes: &Fields,
    taken: &BTreeSet<&str>,
) -> impl Iterator<Item = &'o SeenRoom> {
    observed.rooms.iter().filter(|room| {
        room.fields.get(&Field::Title) == wishes.get(&Field::Title)
            && !room.read_only
            && room.creator.as_ref() == Some(&observed.bot.id)
            && !taken.contains(room.id.as_str())
    })
}

/// Of these wishes, those that are as asked.
fn answered_by(answered: &Fields, wishes: &Fields) -> Fields {
    let wishes = wishes.iter();
    wishes
        .filter(|(field, value)| answered.get(field) == Some(value))
        .map(|(field, value)| (*field, value.clone()))
        .collect()
}

/// Completes what is known of rooms and meetings by what open intents asked of them, where Webex has it
/// so: it was asked for, and is taken away again where a later file no longer asks for it.
/// Returns those intents.
pub(super) fn learn(memory: &mut Memory, observed: &Observed) -> BTreeSet<IntentId> {
    let mut learnt = BTreeSet::new();
    for intent in &memory.open {
        let Some(Action::ChangeRoom { changes, .. } | Action::ChangeMeeting { changes, .. }) =
            action(intent)
        else {
            continue;
        };
        let room = intent.address.strip_prefix("room-mode/");
        let address = match room {
            Some(key) => Address::new(format!("room/{key}")),
            None => Address::new(&*intent.address),
        };
        let Some(known) = memory.known.resources.get_mut(&address) else {
            continue;
        };
        let Some(seen) = fields_of(observed, &known.remote_id) else {
            continue;
        };
        let found = answered_by(seen, &convert::targets(&changes));
        if !found.is_empty() {
            known.kept.fields.retain(|field| !found.contains_key(field));
            known.settled.asked.extend(found.clone());
            known.settled.answered.extend(found);
            memory.learnt.insert(address);
            learnt.insert(intent.id);
        }
    }
    learnt
}

/// The settings of a room or a meeting.
fn fields_of<'o>(observed: &'o Observed, id: &str) -> Option<&'o Fields> {
    let mut rooms = observed.rooms.iter();
    let room = rooms.find(|room| room.id == id).map(|room| &room.fields);
    let lists = observed.meetings.values().filter_map(Look::seen);
    let mut meetings = lists.flatten();
    room.or_else(|| {
        let meeting = meetings.find(|meeting| meeting.id == id);
        meeting.map(|meeting| &meeting.fields)
    })
}

/// What open intents made and the file no longer names: found by what was to be made. `plan` is one
/// that does not know of it.
pub(super) fn left_behind(
    plan: &Plan,
    observed: &Observed,
    memory: &Memory,
    now: Timestamp,
) -> BTreeMap<IntentId, Vec<Record>> {
    let known = memory.known.resources.values();
    let adoptions = plan.adoptions.iter();
    let found = Found {
        adopted: adoptions
            .map(|adoption| (&adoption.address, adoption))
            .collect(),
        taken: known.map(|known| known.remote_id.as_str()).collect(),
        observed,
        memory,
        now,
    };
    let open = memory.open.iter();
    open.map(|intent| (intent.id, found.of(intent)))
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
    now: Timestamp,
}

impl Found<'_> {
    fn of(&self, intent: &Intent) -> Vec<Record> {
        let address = Address::new(&*intent.address);
        match action(intent) {
            Some(Action::AddInvitees {
                meeting, invitees, ..
            }) => {
                let owner = Owner::Host(Email::new(&*intent.owner));
                self.invitees(&meeting, &invitees, &owner)
            }
            Some(Action::CreateMeeting {
                meeting,
                fields,
                invitees,
                ..
            }) => self.meeting(&address, &meeting, &fields, &invitees),
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

    fn has(&self, address: &Address) -> bool {
        self.memory.known.resources.contains_key(address) || self.adopted.contains_key(address)
    }

    /// An entry for what was found, with those of the wishes that it answers.
    fn record(
        &self,
        address: &Address,
        id: &str,
        owner: &Owner,
        wishes: &Fields,
        answered: Fields,
    ) -> Record {
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
        memory::entry(address, &resource, None, self.now)
    }

    /// The room that was asked for, by the title that it had then; also where the plan is about to take
    /// another one over, which has the title of today.
    fn room(&self, address: &Address, wishes: &Fields) -> Option<Record> {
        if self.memory.known.resources.contains_key(address) {
            return None;
        }
        let mut rooms = rooms_as_asked(self.observed, wishes, &self.taken);
        // Of several, nobody can tell which one it is.
        let room = rooms.next().filter(|_| rooms.next().is_none())?;
        let adopted = self.adopted.get(address);
        let known = adopted.is_some_and(|adopted| adopted.remote_id == room.id);
        (!known).then(|| self.record(address, &room.id, &Owner::Bot, wishes, room.fields.clone()))
    }

    fn one(&self, address: &Address, action: &Action) -> Option<Record> {
        if let Action::CreateRoom { fields } = action {
            return self.room(address, fields);
        }
        if self.has(address) {
            return None;
        }
        let observed = self.observed;
        let room_id = |room| {
            let room = self.memory.known.resources.get(&Address::room(room));
            room.map(|room| room.remote_id.as_str())
        };
        let nothing = Fields::new();
        let id = match action {
            Action::CreateTeam { name } => {
                let mut teams = observed.teams.iter().filter(|team| {
                    team.name.as_ref() == Some(name)
                        && observed.may_have_made(team)
                        && !self.taken.contains(team.id.as_str())
                });
                // Of several, nobody can tell which one it is.
                let team = teams.next().filter(|_| teams.next().is_none())?;
                &team.id
            }
            Action::AddTeamMember { email, .. } => {
                let mut members = observed.team_members.seen()?.iter();
                &members.find(|member| member.email == *email)?.id
            }
            Action::AddMember { room, email, .. } => {
                let mut members = observed.members.get(room_id(room)?)?.seen()?.iter();
                &members.find(|member| member.email == *email)?.id
            }
            Action::AddTab { room, name, .. } => {
                let mut tabs = observed.tabs.get(room_id(room)?)?.seen()?.iter();
                let tab =
                    tabs.find(|tab| tab.name == *name && !self.taken.contains(tab.id.as_str()))?;
                &tab.id
            }
            _ => return None,
        };
        Some(self.record(address, id, &Owner::Bot, &nothing, nothing.clone()))
    }

    /// A meeting that the file no longer names; and of any meeting those whom the same call invited.
    fn meeting(
        &self,
        address: &Address,
        meeting: &MeetingKey,
        fields: &Fields,
        invitees: &[NewInvitee],
    ) -> Vec<Record> {
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
    ) -> Vec<Record> {
        let Action::CreateMeeting {
            meeting,
            fields,
            invitees,
            ..
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
        self.observed.meetings.iter().find_map(|(host, look)| {
            let mut meetings = look.seen()?.iter();
            let found = meetings.find(|meeting| {
                meeting.tags.contains(tag) && !self.taken.contains(meeting.id.as_str())
            })?;
            Some((Owner::Host(host.clone()), found))
        })
    }

    /// Those who were to be put on a list, and are on it.
    fn invitees(&self, meeting: &MeetingKey, asked: &[NewInvitee], owner: &Owner) -> Vec<Record> {
        let known = &self.memory.known.resources;
        let list = known
            .get(&Address::meeting(meeting))
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
    ) -> Vec<Record> {
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
