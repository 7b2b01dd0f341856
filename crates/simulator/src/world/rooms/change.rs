//! Changing a room (messaging §4, §5).

use super::{Room, announcement_needs_lock, bots_do_not_moderate, locked, present, required_title};
use crate::refusal::{Refusal, Served};
use crate::switches::Omitted;
use crate::world::events::Moderation;
use crate::world::fields::Fields;
use crate::world::memberships::{guest, may_moderate};
use crate::world::team_memberships::last_moderator;
use crate::world::{Asking, World};

/// `PUT /rooms/{id}`.
pub(crate) fn update(world: &mut World, asking: &Asking<'_>, id: &str, body: &Fields) -> Served {
    let title = required_title(body)?;
    let room = world.room_of_caller(asking, id)?;
    let key = room.key;
    let changed = changed(world, asking, room, title, body)?;
    let shown = present(world, asking, &changed);
    let before = Moderation::of(room);
    let renamed = !changed.looks_like(room) && changed.locked == room.locked;
    world.rooms.insert(key, changed);
    if renamed {
        world.room_event(asking, "updated", key);
    }
    world.moderation_events(asking, &before);
    Ok(shown)
}

/// The room as it will be, or why it cannot be so. Nothing is changed before everything is allowed.
fn changed(
    world: &World,
    asking: &Asking<'_>,
    room: &Room,
    title: String,
    body: &Fields,
) -> Served<Room> {
    let mut next = room.clone();
    next.title = title;
    if room.general && next.title != room.title {
        return Err(Refusal::bad(
            "The General room of a team is renamed by renaming the team.",
        ));
    }
    if room.direct {
        return Err(Refusal::bad("A room of two cannot be changed."));
    }
    let wish = |name: &str| -> Served<Option<bool>> {
        let wish = body.flag(name)?;
        let reset = asking.switches.room_put_omitted == Omitted::Reset;
        Ok(wish.or_else(|| (reset && !room.general).then_some(false)))
    };
    if let Some(id) = body.filled("teamId")? {
        move_into_team(world, asking, &mut next, id)?;
    }
    if let Some(lock) = wish("isLocked")?.filter(|lock| *lock != room.locked) {
        bots_do_not_moderate(world, asking)?;
        if lock && !may_moderate(world, asking, &next, asking.person)? {
            return Err(guest(asking));
        }
        match lock {
            true => next.lock_by(asking.person),
            false if room.general => return Err(last_moderator(asking)),
            false => next.unlock(),
        }
    }
    if let Some(announcement) = wish("isAnnouncementOnly")? {
        if announcement && !next.locked {
            return Err(announcement_needs_lock());
        }
        next.announcement = announcement;
    }
    if body.flag("isReadOnly")? == Some(true) {
        return Err(Refusal::forbidden(
            "Only a compliance officer can make a room read-only.",
        ));
    }
    describe(asking, &mut next, body)?;
    publish(&mut next, wish("isPublic")?)?;
    // Anybody in the room may make it private, locked or not; all else is for moderators.
    let mut only_private = room.clone();
    only_private.public = false;
    only_private.made_public = None;
    if room.locked && !room.moderates(asking.person) && !next.looks_like(&only_private) {
        return Err(locked(asking));
    }
    next.last_activity = asking.now;
    Ok(next)
}

impl Room {
    fn looks_like(&self, other: &Self) -> bool {
        self.title == other.title
            && self.team == other.team
            && self.locked == other.locked
            && self.announcement == other.announcement
            && self.public == other.public
            && self.description == other.description
            && self.classification == other.classification
    }
}

/// Only a room of no team can move into one, and only if its moderators are in that team.
fn move_into_team(world: &World, asking: &Asking<'_>, room: &mut Room, id: &str) -> Served<()> {
    let team = world.team_of_caller(asking, id)?;
    match room.team {
        Some(own) if own == team.key => return Ok(()),
        Some(_) => return Err(Refusal::bad("A room cannot move from one team to another.")),
        None => {}
    }
    if room
        .members
        .values()
        .any(|member| member.moderator && !team.is_member(member.person))
    {
        return Err(Refusal::bad(
            "All moderators of the room must be members of the team.",
        ));
    }
    room.team = Some(team.key);
    Ok(())
}

/// A description of one blank removes it.
fn describe(asking: &Asking<'_>, room: &mut Room, body: &Fields) -> Served<()> {
    match body.text("description")? {
        Some(text) if text.trim().is_empty() => room.description = None,
        Some(text) => room.description = Some(text.to_owned()),
        None if asking.switches.room_put_omitted == Omitted::Reset => room.description = None,
        None => {}
    }
    if let Some(classification) = body.filled("classificationId")? {
        room.classification = Some(classification.to_owned());
    }
    Ok(())
}

/// Anybody may make a room private; making one public is for compliance officers.
fn publish(room: &mut Room, wish: Option<bool>) -> Served<()> {
    match wish {
        Some(true) if !room.public => {
            return Err(Refusal::forbidden(
                "Only a compliance officer can make a room public.",
            ));
        }
        Some(false) => {
            room.public = false;
            room.made_public = None;
        }
        _ => {}
    }
    if room.public && room.description.is_none() {
        return Err(Refusal::bad("A public room needs a description."));
    }
    Ok(())
}
