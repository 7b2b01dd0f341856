//! What became of the calls that an earlier run left open, now that somebody has looked.

use std::collections::BTreeSet;

use showcaller_event::model::{Address, Email};
use showcaller_ledger::{Ledger, Operation, OperationId, Undecodable};
use showcaller_plan::observed::{Look, Observed, SeenRoom};
use showcaller_plan::{Action, Cannot, CannotReason, Field, Fields, Note, Value};

use super::convert;
use super::execute::{BODY_VERSION, makes, verb};
use super::memory::{self, Memory};
use super::observe::Outlook;
use crate::{Engine, Error};

impl Engine {
    /// Closes the operations that an earlier run left open, once what they made is in the ledger. Where
    /// nobody could look, or where it is too early to tell, they stay open.
    pub(super) async fn settle(&self, outlook: &Outlook, ledger: &Ledger) -> Result<(), Error> {
        let now = self.clock.now();
        let adoptions = outlook.plan.adoptions.iter();
        let adopted: BTreeSet<&str> = adoptions.map(|it| it.address.as_str()).collect();
        let steps = outlook.plan.steps.iter();
        let planned: BTreeSet<(&str, &str)> = steps
            .map(|step| (step.address.as_str(), verb(&step.action)))
            .collect();
        let taken = outlook.memory.ids();
        let closing = outlook.memory.open.iter().map(async |operation| {
            let address = outlook.today(operation);
            let address = address.as_str();
            let again = planned.contains(&(address, operation.verb.as_str()));
            let found = outlook.found.contains(&operation.id)
                || makes(&operation.verb) && adopted.contains(address)
                || is_recorded(outlook, operation)
                    && !again
                    && !is_out_of_sight(outlook, operation, &taken);
            if found {
                ledger
                    .done(operation.id, &serde_json::Value::Null, now)
                    .await
            } else if again || !stays_open(outlook, operation, &taken) {
                // A step that is about to do the same has been thought through by the plan.
                ledger.not_found(operation.id, now).await
            } else {
                Ok(())
            }
        });
        // At once, because writes that come together share their commits.
        futures::future::try_join_all(closing).await?;
        Ok(())
    }
}

/// Operations that stay open and that nothing in the plan speaks of: what they may have made, and why
/// nobody could tell. Whoever asked to take away what is too much has not got it, and is to be told so
/// by the exit code, too.
pub(super) fn tell_untold(outlook: &mut Outlook, remove: bool) {
    for (address, sentence) in untold(outlook) {
        if remove {
            outlook.plan.cannot.push(Cannot {
                address,
                reason: CannotReason::Unreadable,
                sentence,
            });
        } else {
            outlook.plan.notes.push(Note {
                address: Some(address),
                sentence,
            });
        }
    }
}

fn untold(outlook: &Outlook) -> Vec<(Address, String)> {
    let plan = &outlook.plan;
    let steps = plan.steps.iter().map(|step| &step.address);
    let held = plan.held.iter().map(|held| &held.address);
    let cannot = plan.cannot.iter().map(|cannot| &cannot.address);
    let told: BTreeSet<&Address> = steps.chain(held).chain(cannot).collect();
    let taken = outlook.memory.ids();
    let open = outlook.memory.open.iter().filter(|operation| {
        let address = Address::new(&*operation.address);
        !outlook.found.contains(&operation.id)
            && !told.contains(outlook.earlier.named_today(&address))
            && !is_recorded(outlook, operation)
            && (is_out_of_sight(outlook, operation, &taken)
                || memory::is_unreadable(operation, outlook.plan.at))
    });
    open.filter_map(|operation| {
        if let Some(why) = memory::undecodable(operation) {
            return Some(unreadable(outlook, operation, &why));
        }
        let why = match creation(operation)? {
            Action::CreateRoom { fields } => several_rooms(outlook, &fields)?,
            Action::CreateMeeting { fields, .. } => unseen_meetings(outlook, operation, &fields)?,
            _ => return None,
        };
        let address = outlook.today(operation);
        let sentence = format!("An earlier run may have made {address}, but {why}");
        Some((address, sentence))
    })
    .collect()
}

fn unreadable(outlook: &Outlook, operation: &Operation, why: &Undecodable) -> (Address, String) {
    let address = outlook.today(operation);
    let sentence = format!(
        "An earlier run may have made {address}, but what it asked for cannot be read: {why}. Apply \
         with the Showcaller that wrote it, or look for it on Webex; in a week it is given up."
    );
    (address, sentence)
}

/// Where the team is out of sight, its own line tells.
fn several_rooms(outlook: &Outlook, wishes: &Fields) -> Option<String> {
    outlook.observed.team_members.seen()?;
    let Some(Value::Text(title)) = wishes.get(&Field::Title) else {
        return None;
    };
    Some(format!(
        "the team has several rooms «{title}» that the bot made, and one may be it. Archive only what \
         no other ledger has and nobody uses."
    ))
}

/// What is over can be left as it is.
fn unseen_meetings(outlook: &Outlook, operation: &Operation, wishes: &Fields) -> Option<String> {
    let end = wishes.get(&Field::End);
    let over = matches!(end, Some(Value::Time(end)) if *end <= outlook.plan.at);
    (!over).then(|| {
        format!(
            "nobody could look at the meetings of {0}. Keep {0} in the file, with its token, until \
             they can be read.",
            operation.owner
        )
    })
}

/// Whether the ledger has what it was to make: a run that died had written it down already. Of a meeting
/// that was to be made anew, it has the old one.
fn is_recorded(outlook: &Outlook, operation: &Operation) -> bool {
    let address = outlook.today(operation);
    let known = outlook.memory.known.resources.contains_key(&address);
    let gone = outlook.plan.vanished.contains(&address);
    makes(&operation.verb) && operation.verb != "replace-meeting" && known && !gone
}

/// Whether nothing is known yet of what an operation may have made.
fn stays_open(outlook: &Outlook, operation: &Operation, taken: &BTreeSet<&str>) -> bool {
    if !makes(&operation.verb) {
        return false;
    }
    let early = outlook.plan.at
        < memory::settled_at(
            operation.state,
            operation.changed_at,
            outlook.memory.alive_until,
        );
    early
        || is_out_of_sight(outlook, operation, taken)
        || memory::is_unreadable(operation, outlook.plan.at)
}

/// Whether the list on which it would be could not be read.
fn is_out_of_sight(outlook: &Outlook, operation: &Operation, taken: &BTreeSet<&str>) -> bool {
    let Some(action) = action(operation) else {
        return false;
    };
    let observed = &outlook.observed;
    let id = |address: Address| {
        let known = &outlook.memory.known;
        let known = known.resources.get(&outlook.earlier.today(known, &address));
        known.map(|known| known.remote_id.as_str())
    };
    match action {
        // Of several, nobody can tell which one it is.
        Action::CreateTeam { name } => observed.own_teams_called(&name).count() > 1,
        Action::CreateRoom { fields } => {
            observed.team_members.seen().is_none()
                || rooms_as_asked(observed, &fields, taken).count() > 1
        }
        Action::AddTeamMember { .. } => observed.team_members.seen().is_none(),
        Action::CreateMeeting { .. } | Action::ReplaceMeeting { .. } => {
            let look = observed.meetings.get(&Email::new(&*operation.owner));
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

/// What an operation was to do; `None` if that cannot be read: see [`memory::undecodable`].
pub(super) fn action(operation: &Operation) -> Option<Action> {
    operation.body.decode(BODY_VERSION).ok()
}

/// The same of a meeting that is made anew: the making of the new one.
pub(super) fn creation(operation: &Operation) -> Option<Action> {
    match action(operation)? {
        Action::ReplaceMeeting { create, .. } => Some(*create),
        action => Some(action),
    }
}

/// The bot's rooms with the title that was asked for, but for those whose ids are taken.
pub(super) fn rooms_as_asked<'o>(
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
pub(super) fn answered_by(answered: &Fields, wishes: &Fields) -> Fields {
    let wishes = wishes.iter();
    wishes
        .filter(|(field, value)| answered.get(field) == Some(value))
        .map(|(field, value)| (*field, value.clone()))
        .collect()
}

/// Completes what is known of rooms and meetings by what open operations asked of them, where Webex has it
/// so: it was asked for, and is taken away again where a later file no longer asks for it.
/// Returns those operations.
pub(super) fn learn(memory: &mut Memory, observed: &Observed) -> BTreeSet<OperationId> {
    let mut learnt = BTreeSet::new();
    for operation in &memory.open {
        let Some(Action::ChangeRoom { changes, .. } | Action::ChangeMeeting { changes, .. }) =
            action(operation)
        else {
            continue;
        };
        let room = operation.address.strip_prefix("room-mode/");
        let address = match room {
            Some(key) => Address::new(format!("room/{key}")),
            None => Address::new(&*operation.address),
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
            learnt.insert(operation.id);
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
