//! Who is in which room.

use std::collections::{BTreeMap, BTreeSet};

use showcaller_event::model::{Address, Email, Room, RoomMember};

use super::drift::{self, Missing, There};
use super::rooms::bot_is_shut_out;
use super::team::adoption;
use super::{Draft, Scene};
use crate::fields::{Field, Fields, Value};
use crate::observed::{Look, SeenMember, SeenRoom};
use crate::plan::CannotReason;
use crate::step::{Action, Owner};

pub(super) fn compare(scene: &Scene<'_>, draft: &mut Draft) {
    for room in &scene.event.rooms {
        let address = Address::room(&room.key);
        match scene.rooms[&room.key].thing() {
            None if draft.has_step(&address) => {
                for member in people_of(scene, room) {
                    add(room, &member.email, member.moderator, draft);
                }
            }
            None => {}
            Some(seen) => members(scene, room, seen, draft),
        }
    }
}

/// Whom the file wants in the room. The bot is no guest of the file's: it is in every room, and
/// would lock itself out if a line of the roster took its rights away (promise 5).
pub(super) fn people_of<'a>(
    scene: &'a Scene<'_>,
    room: &'a Room,
) -> impl Iterator<Item = &'a RoomMember> {
    let bot = &scene.observed.bot.email;
    room.members.iter().filter(move |m| m.email != *bot)
}

fn add(room: &Room, email: &Email, moderator: bool, draft: &mut Draft) {
    let action = Action::AddMember {
        room: room.key.clone(),
        email: email.clone(),
        moderator,
    };
    // Only members of the team may moderate, so that the team comes first (messaging §13).
    let after = vec![Address::room(&room.key), Address::team_membership(email)];
    draft.step(
        &Owner::Bot,
        Address::membership(&room.key, email),
        after,
        action,
    );
}

fn members(scene: &Scene<'_>, room: &Room, seen_room: &SeenRoom, draft: &mut Draft) {
    let seen = match scene.observed.members.get(&seen_room.id) {
        Some(Look::Seen(seen)) => seen,
        Some(Look::Refused(why)) => {
            let sentence = format!("Who is in «{}» cannot be read: {why}", room.title);
            return draft.cannot(
                &Address::room(&room.key),
                CannotReason::Unreadable,
                sentence,
            );
        }
        Some(Look::NotLooked) | None => return,
    };
    if bot_is_shut_out(scene, seen_room) {
        return;
    }
    lock(scene, room, seen_room, seen, draft);
    let by_id: BTreeMap<&str, &SeenMember> = seen.iter().map(|m| (m.id.as_str(), m)).collect();
    let by_email: BTreeMap<&Email, &SeenMember> = seen.iter().map(|m| (&m.email, m)).collect();
    for member in people_of(scene, room) {
        let address = Address::membership(&room.key, &member.email);
        let resource = scene.entry_in_room(room, |key| Address::membership(key, &member.email));
        let found = resource
            .and_then(|resource| by_id.get(resource.remote_id.as_str()))
            .or_else(|| by_email.get(&member.email));
        let what = format!("{} in «{}»", member.email, room.title);
        let Some(seen) = found else {
            if drift::missing(scene, &address, resource, &what, draft) != Missing::StaysAway {
                add(room, &member.email, member.moderator, draft);
            }
            continue;
        };
        drift::is_back(&address, resource, draft);
        if resource.is_none_or(|resource| resource.remote_id != seen.id) {
            draft.adopt(adoption(scene, &address, seen));
        }
        let there = There {
            address: &address,
            what: &what,
            entry: resource,
            bends: false,
        };
        if moderates(scene, &there, member.moderator, seen.moderator, draft) {
            let action = Action::SetModerator {
                id: seen.id.clone(),
                moderator: member.moderator,
            };
            let after = vec![
                Address::room(&room.key),
                Address::team_membership(&member.email),
            ];
            draft.step(&Owner::Bot, address, after, action);
        }
    }
    strangers(scene, room, seen, draft);
}

/// Whether somebody's right to moderate has to be given or taken.
pub(super) fn moderates(
    scene: &Scene<'_>,
    there: &There<'_>,
    wanted: bool,
    seen: bool,
    draft: &mut Draft,
) -> bool {
    let field = |moderator| Fields::from([(Field::Moderator, Value::Flag(moderator))]);
    !there
        .changes(scene, &field(wanted), &field(seen), draft)
        .is_empty()
}

/// Locks a room that exists: a moderator locks it, and the bot must be one to stay able to work.
fn lock(
    scene: &Scene<'_>,
    room: &Room,
    seen_room: &SeenRoom,
    seen: &[SeenMember],
    draft: &mut Draft,
) {
    let locked = seen_room.fields.get(&Field::Locked) == Some(&Value::Flag(true));
    if !room.settings.locked || locked {
        return;
    }
    let bot = &scene.observed.bot;
    if unlocked_by_hand(scene, room, draft) {
        return;
    }
    let Some(membership) = seen.iter().find(|member| member.person == bot.id) else {
        let sentence = format!(
            "«{}» cannot be locked, because the bot is not among its people. Put {} back into it \
             in the Webex app.",
            room.title, bot.email
        );
        return draft.cannot(
            &Address::room(&room.key),
            CannotReason::NotModerator,
            sentence,
        );
    };
    let action = Action::SetModerator {
        id: membership.id.clone(),
        moderator: true,
    };
    let address = Address::membership(&room.key, &bot.email);
    draft.step(&Owner::Bot, address, vec![Address::room(&room.key)], action);
}

/// Whether somebody unlocked the room, and it is to stay so. That it was locked before, the bot's
/// own place in it tells: making the bot a moderator is what locks a room.
fn unlocked_by_hand(scene: &Scene<'_>, room: &Room, draft: &mut Draft) -> bool {
    let locked = |locked| Fields::from([(Field::Locked, Value::Flag(locked))]);
    let mut entry = scene.entry_of_room(room).cloned();
    if let Some(entry) = &mut entry
        && !entry.kept.fields.contains(&Field::Locked)
    {
        let bot = Address::membership(&room.key, &scene.observed.bot.email);
        let was = scene.known.resources.contains_key(&bot);
        entry.settled.asked.extend(locked(was));
        entry.settled.answered.extend(locked(was));
    }
    let address = Address::room(&room.key);
    let there = There {
        address: &address,
        what: &format!("«{}»", room.title),
        entry: entry.as_ref(),
        bends: false,
    };
    let changes = there.changes(scene, &locked(true), &locked(false), draft);
    changes.is_empty()
}

/// People in the room whom neither the file nor the ledger names: reported, never touched.
fn strangers(scene: &Scene<'_>, room: &Room, seen: &[SeenMember], draft: &mut Draft) {
    let named: BTreeSet<&Email> = room.members.iter().map(|member| &member.email).collect();
    let recorded: BTreeSet<&str> = room
        .members
        .iter()
        .filter_map(|member| {
            scene
                .known
                .resources
                .get(&Address::membership(&room.key, &member.email))
        })
        .map(|known| known.remote_id.as_str())
        .collect();
    let is_known = |member: &SeenMember| {
        let address = Address::membership(&room.key, &member.email);
        let resource = scene.known.resources.get(&address);
        resource.is_some_and(|known| known.remote_id == member.id)
    };
    let count = seen
        .iter()
        .filter(|member| member.person != scene.observed.bot.id)
        .filter(|member| !named.contains(&member.email) && !recorded.contains(member.id.as_str()))
        .filter(|member| !is_known(member))
        .count();
    if count > 0 {
        let people = if count == 1 {
            "person is"
        } else {
            "people are"
        };
        draft.note(
            Some(&Address::room(&room.key)),
            format!(
                "{count} {people} in «{}» whom the file does not name. They stay.",
                room.title
            ),
        );
    }
}

/// Taking somebody out of the team takes them out of its rooms too (messaging §3). Where they
/// should stay as guests, they are put back.
pub(super) fn rejoin(scene: &Scene<'_>, draft: &mut Draft) {
    let leaving: BTreeSet<Email> = draft
        .steps
        .iter()
        .filter(|step| matches!(step.action, Action::RemoveTeamMember { .. }))
        .filter_map(|step| Some(Email::new(step.address.as_str().split_once('/')?.1)))
        .collect();
    if leaving.is_empty() {
        return;
    }
    let removed: BTreeSet<Address> = draft
        .steps
        .iter()
        .filter(|step| matches!(step.action, Action::RemoveMember { .. }))
        .map(|step| step.address.clone())
        .collect();
    for step in &mut draft.steps {
        if matches!(step.action, Action::RemoveTeamMember { .. }) {
            step.after.retain(|address| removed.contains(address));
        }
    }
    let mut back: Vec<(&Room, &RoomMember)> = Vec::new();
    for room in &scene.event.rooms {
        let there = match scene.rooms[&room.key].thing() {
            Some(seen) => !bot_is_shut_out(scene, seen),
            None => draft.has_step(&Address::room(&room.key)),
        };
        let leaving = |member: &&RoomMember| there && leaving.contains(&member.email);
        let members = room.members.iter().filter(leaving);
        back.extend(members.map(|member| (room, member)));
    }
    let replaced: BTreeSet<Address> = back
        .iter()
        .map(|(room, member)| Address::membership(&room.key, &member.email))
        .collect();
    draft.steps.retain(|step| !replaced.contains(&step.address));
    for (room, member) in back {
        add(room, &member.email, member.moderator, draft);
    }
    for email in &leaving {
        dragged_along(scene, email, draft);
    }
}

/// Tells of the rooms that somebody loses with the team although nobody asked for that.
fn dragged_along(scene: &Scene<'_>, email: &Email, draft: &mut Draft) {
    let handled: BTreeSet<&Address> = draft.steps.iter().map(|step| &step.address).collect();
    let count = scene
        .event
        .rooms
        .iter()
        .filter(|room| !handled.contains(&Address::membership(&room.key, email)))
        .filter_map(|room| {
            let id = &scene.rooms[&room.key].thing()?.id;
            scene.observed.members.get(id)?.seen()
        })
        .filter(|members| members.iter().any(|member| member.email == *email))
        .count();
    if count > 0 {
        let rooms = if count == 1 {
            "1 room".to_owned()
        } else {
            format!("{count} rooms")
        };
        draft.note(
            Some(&Address::team_membership(email)),
            format!(
                "Leaving the team takes {email} out of {rooms} too into which Showcaller did not \
                 put them."
            ),
        );
    }
}
