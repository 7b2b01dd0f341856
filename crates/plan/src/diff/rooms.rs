//! The rooms themselves.

use showcaller_event::model::{Address, Room};

use super::drift::{self, There};
use super::{Draft, Scene, desired, team};
use crate::fields::{self, Field, Fields, Value};
use crate::identify::Match;
use crate::observed::{SeenMember, SeenRoom};
use crate::plan::{Adoption, CannotReason, HeldReason};
use crate::step::{Action, Owner};

pub(super) fn compare(scene: &Scene<'_>, draft: &mut Draft) {
    if !team::reachable(scene, draft) {
        return;
    }
    let unreadable = scene
        .observed
        .rooms
        .iter()
        .filter(|room| room.title.is_none() && !room.read_only)
        .count();
    for room in &scene.event.rooms {
        let address = Address::room(&room.key);
        match &scene.rooms[&room.key] {
            Match::None if unreadable > 0 => draft.cannot(
                &address,
                CannotReason::Unreadable,
                format!(
                    "{unreadable} rooms of the team have a title that Webex could not decrypt, and \
                     «{}» may be one of them. Try again in a few minutes.",
                    room.title
                ),
            ),
            Match::None => {
                if scene.may_create(&address, format!("make «{}»", room.title).as_str(), draft) {
                    create(scene, room, draft);
                }
            }
            Match::Gone if scene.wishes.recreate.allows(&address) => {
                draft.vanished.insert(address.clone());
                create(scene, room, draft);
            }
            Match::Gone => {
                draft.hold(
                    &address,
                    format!("make «{}» anew", room.title),
                    HeldReason::Recreation,
                );
                draft.note(Some(&address), gone(scene, room));
                drift::gone(&address, &format!("«{}»", room.title), draft);
            }
            Match::Several(count) => draft.cannot(
                &address,
                CannotReason::Ambiguous,
                format!(
                    "The team has {count} rooms called «{}». Rename those that are not this one.",
                    room.title
                ),
            ),
            Match::Known(seen, recorded) => {
                if *recorded != address {
                    draft.adopt(adoption(scene, room, seen, Some(recorded.clone())));
                }
                change(scene, room, seen, draft);
            }
            Match::Found(seen) => {
                draft.adopt(adoption(scene, room, seen, None));
                change(scene, room, seen, draft);
            }
        }
    }
}

/// Why a room is not there, as far as one can tell, and what to do about it.
fn gone(scene: &Scene<'_>, room: &Room) -> String {
    let title = &room.title;
    let address = Address::room(&room.key);
    let mut names = std::iter::once(&room.key).chain(&room.previously);
    let recorded = names.find_map(|key| scene.known.resources.get(&Address::room(key)));
    let archived = recorded.is_some_and(|known| {
        let mut rooms = scene.observed.rooms.iter();
        rooms.any(|seen| seen.id == known.remote_id && seen.read_only)
    });
    if archived {
        return format!(
            "The room «{title}» was archived. Restore it in the Webex app; --recreate {address} \
             makes a new one."
        );
    }
    format!(
        "The bot no longer sees the room «{title}»: it was archived, or the bot was taken out of \
         it. Put {} back into it; --recreate {address} makes a new one.",
        scene.observed.bot.email
    )
}

/// The step that switches a room to announcements only: its own, because it comes last.
fn mode_address(room: &Room) -> Address {
    Address::new(format!("room-mode/{}", room.key))
}

fn mode_step(on: bool) -> fields::Change {
    fields::Change {
        field: Field::AnnouncementOnly,
        from: Some(Value::Flag(!on)),
        to: Value::Flag(on),
    }
}

fn announcement(
    scene: &Scene<'_>,
    room: &Room,
    id: Option<(&SeenRoom, &Fields)>,
    on: bool,
    draft: &mut Draft,
) {
    let mut keep = match id {
        Some((_, fields)) => kept(fields, &[Field::AnnouncementOnly]),
        None => {
            let mut fields = desired::room(room, None);
            fields.remove(&Field::Title);
            fields
        }
    };
    if on {
        // It is switched on only once the room is locked, which making the bot its moderator does.
        keep.insert(Field::Locked, Value::Flag(true));
    }
    let action = Action::ChangeRoom {
        id: id.map(|(seen, _)| seen.id.clone()),
        title: room.title.clone(),
        changes: vec![mode_step(on)],
        keep,
    };
    let everybody = room
        .members
        .iter()
        .map(|m| Address::membership(&room.key, &m.email));
    let bot = Address::membership(&room.key, &scene.observed.bot.email);
    let after = [Address::room(&room.key), bot]
        .into_iter()
        .chain(everybody)
        .collect();
    draft.step(&Owner::Bot, mode_address(room), after, action);
}

fn create(scene: &Scene<'_>, room: &Room, draft: &mut Draft) {
    let fields = desired::room(room, None);
    let action = Action::CreateRoom { fields };
    draft.step(
        &Owner::Bot,
        Address::room(&room.key),
        vec![Address::team()],
        action,
    );
    if room.settings.announcement_only {
        announcement(scene, room, None, true, draft);
    }
}

fn change(scene: &Scene<'_>, room: &Room, seen: &SeenRoom, draft: &mut Draft) {
    let address = Address::room(&room.key);
    if bot_is_shut_out(scene, seen) {
        // Where its people cannot be read, `people` says so.
        if members_of(scene, seen).is_some() {
            let sentence = format!(
                "«{}» is locked and the bot does not moderate it, so that it can change neither \
                 it nor who is in it. Make {} a moderator of it in the Webex app.",
                room.title, scene.observed.bot.email
            );
            draft.cannot(&address, CannotReason::NotModerator, sentence);
        }
        return;
    }
    let is_on = |field| seen.fields.get(&field) == Some(&Value::Flag(true));
    let asked = scene.asked_before(scene.entry_of_room(room), names(room), &seen.fields);
    let mut wanted = desired::room(room, Some(&asked));
    match (room.settings.public, is_on(Field::Public)) {
        // Anybody in a room may make it private; the way back is a compliance officer's.
        (false, true) => drop(wanted.insert(Field::Public, Value::Flag(false))),
        (true, false) => {
            wanted.remove(&Field::Public);
            draft.cannot(
                &address,
                CannotReason::PrivateForGood,
                format!(
                    "«{}» is private, and once a room exists only a compliance officer can make \
                     it public. Ask one, or add a new room under another name and title.",
                    room.title
                ),
            );
        }
        (true, true) | (false, false) => {}
    }
    // A room is locked by making the bot its moderator, which `people` does: one call for both.
    if room.settings.locked {
        wanted.remove(&Field::Locked);
    }
    let what = format!("«{}»", room.title);
    let there = There {
        address: &address,
        what: &what,
        entry: scene.entry_of_room(room),
        bends: true,
    };
    let mut changes = there.changes(scene, &wanted, &seen.fields, draft);
    let mut mode = mode_change(scene, room, seen, &there, draft);
    // The announcement mode ends with the lock that it needs: one call takes both away.
    if changes.iter().any(|change| change.field == Field::Locked) && mode == Some(false) {
        changes.push(mode_step(false));
        mode = None;
    }
    // The step for the mode comes after this one, and keeps what this one leaves behind.
    let mut left = seen.fields.clone();
    left.extend(
        changes
            .iter()
            .map(|change| (change.field, change.to.clone())),
    );
    if !changes.is_empty() {
        let changed: Vec<Field> = changes.iter().map(|change| change.field).collect();
        let action = Action::ChangeRoom {
            id: Some(seen.id.clone()),
            title: room.title.clone(),
            changes,
            keep: kept(&seen.fields, &changed),
        };
        draft.step(&Owner::Bot, address, Vec::new(), action);
    }
    if let Some(on) = mode {
        announcement(scene, room, Some((seen, &left)), on, draft);
    }
}

/// To what the announcement mode has to be switched, if it has to. Webex does not always tell it
/// (messaging §4): then it is as it was asked for the last time.
fn mode_change(
    scene: &Scene<'_>,
    room: &Room,
    seen: &SeenRoom,
    there: &There<'_>,
    draft: &mut Draft,
) -> Option<bool> {
    let field = Field::AnnouncementOnly;
    let settled = there.entry.map(|known| &known.settled);
    let asked = settled.and_then(|settled| settled.asked.get(&field));
    let now = seen.fields.get(&field).or(asked).cloned();
    let now = now.unwrap_or(Value::Flag(false));
    let on = room.settings.announcement_only;
    let wanted = Fields::from([(field, Value::Flag(on))]);
    let changes = there.changes(scene, &wanted, &Fields::from([(field, now)]), draft);
    (!changes.is_empty()).then_some(on)
}

/// The settings that are on and stay so while others change.
fn kept(fields: &Fields, changed: &[Field]) -> Fields {
    let off = [Value::Flag(false), Value::Text(String::new())];
    let mut kept: Fields = fields
        .iter()
        .filter(|(field, value)| **field != Field::Title && !off.contains(value))
        .map(|(field, value)| (*field, value.clone()))
        .collect();
    kept.retain(|field, _| !changed.contains(field));
    kept
}

/// Who is in the room, if that could be read.
fn members_of<'a>(scene: &Scene<'a>, seen: &SeenRoom) -> Option<&'a Vec<SeenMember>> {
    scene.observed.members.get(&seen.id)?.seen()
}

/// Whether the room is locked and the bot no moderator of it, as far as anybody can tell.
pub(super) fn bot_is_shut_out(scene: &Scene<'_>, seen: &SeenRoom) -> bool {
    let locked = seen.fields.get(&Field::Locked) == Some(&Value::Flag(true));
    let moderates = members_of(scene, seen).is_some_and(|members| {
        members
            .iter()
            .any(|m| m.person == scene.observed.bot.id && m.moderator)
    });
    locked && !moderates
}

/// A room's address, and those that it had.
fn names(room: &Room) -> impl Iterator<Item = Address> {
    let keys = std::iter::once(&room.key).chain(&room.previously);
    keys.map(Address::room)
}

fn adoption(scene: &Scene<'_>, room: &Room, seen: &SeenRoom, from: Option<Address>) -> Adoption {
    let before = from
        .as_ref()
        .and_then(|address| scene.known.resources.get(address));
    let asked = scene.found_as_asked(desired::room(room, None), names(room), &seen.fields);
    Adoption {
        address: Address::room(&room.key),
        remote_id: seen.id.clone(),
        made: before.map_or_else(
            || seen.creator.as_ref() == Some(&scene.observed.bot.id),
            |before| before.made,
        ),
        protected: room.protected,
        renamed_from: from,
        asked,
        answered: seen.fields.clone(),
        owner: Owner::Bot,
    }
}
