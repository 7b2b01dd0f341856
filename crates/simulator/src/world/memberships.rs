//! Who is in a room, and who moderates it (messaging §5).

use serde_json::{Value, json};
use uuid::Uuid;

use super::events::Moderation;
use super::fields::Fields;
use super::rooms::{Member, Room, locked, no_such_room};
use super::{Asking, World, team_memberships, written};
use crate::ids::{self, Kind};
use crate::refusal::{Refusal, Served};
use crate::switches::{ArchivedRoom, GuestModerator, MembershipsWithoutRoom};

/// People in one room at most (messaging §4).
const MOST_MEMBERS: usize = 5000;

/// `POST /memberships`.
pub(crate) fn create(world: &mut World, asking: &Asking<'_>, body: &Fields) -> Served {
    let id = body
        .filled("roomId")?
        .ok_or_else(|| Refusal::bad("roomId cannot be null"))?;
    let moderator = body.flag("isModerator")?.unwrap_or(false);
    if body.get("personId").is_none() && body.get("personEmail").is_none() {
        return Err(Refusal::bad("Must specify either personId or personEmail."));
    }
    let room = may_add(world, asking, id, body)?;
    let (key, team) = (room.key, room.team.filter(|_| room.general));
    if let Some(team) = team {
        // Being in General is being in the team.
        team_memberships::add(world, asking, team, body, moderator)?;
    } else {
        let person =
            world.person_to_add(asking, body.text("personId")?, body.text("personEmail")?)?;
        let room = &world.rooms[&key];
        if room.has(person) {
            return Err(Refusal::new(
                409,
                "User is already a participant in the room.",
            ));
        }
        if room.members.len() >= MOST_MEMBERS {
            return Err(Refusal::bad(
                "Conversation already has maximum number of participants",
            ));
        }
        let moderator = moderator && is_promoted(world, asking, room, person)?;
        let seq = world.next_in_line();
        if let Some(room) = world.rooms.get_mut(&key) {
            room.members
                .insert(person, Member::new(person, false, asking.now, seq));
        }
        world.membership_event(asking, "created", key, person);
        if moderator {
            // Promoted in a second step, of which Webex tells separately.
            let before = Moderation::of(&world.rooms[&key]);
            if let Some(room) = world.rooms.get_mut(&key) {
                room.promote(asking.person, person);
            }
            world.moderation_events(asking, &before);
        }
    }
    let person = world.person_to_add(asking, body.text("personId")?, body.text("personEmail")?)?;
    let room = &world.rooms[&key];
    Ok(present(world, room, &room.members[&person]))
}

/// The room that the caller may add people to: one's own, unlocked or moderated by the caller; or,
/// to add oneself, a public one of one's organisation, or an unlocked one of one's team (switch
/// `unlocked-walk-in`).
fn may_add<'w>(world: &'w World, asking: &Asking<'_>, id: &str, body: &Fields) -> Served<&'w Room> {
    let key = ids::read(id)?;
    let room = world
        .rooms
        .get(&key)
        .filter(|room| !room.archived)
        .ok_or_else(no_such_room)?;
    if room.direct {
        return Err(Refusal::bad("People cannot be added to a room of two."));
    }
    if room.has(asking.person) {
        return if room.locked && !room.moderates(asking.person) {
            Err(locked(asking))
        } else {
            Ok(room)
        };
    }
    let caller = world.person(asking.person);
    let oneself = body
        .text("personEmail")?
        .is_some_and(|email| email.eq_ignore_ascii_case(&caller.email))
        || body
            .text("personId")?
            .is_some_and(|id| ids::read(id) == Ok(caller.key));
    if oneself && room.is_open_to(caller.org) {
        return Ok(room);
    }
    let in_team = world.is_in_team_of(room, asking.person);
    if oneself && in_team && asking.switches.unlocked_walk_in {
        return if room.locked {
            Err(locked(asking))
        } else {
            Ok(room)
        };
    }
    Err(match asking.switches.add_from_outside_code {
        502 => Refusal::new(502, "Add participant failed."),
        _ => no_such_room(),
    })
}

/// Whether `person` becomes a moderator of `room` when the caller asks for it. Who locks a room
/// by this becomes a moderator too, so what holds for guests holds for the caller as well.
fn is_promoted(world: &World, asking: &Asking<'_>, room: &Room, person: Uuid) -> Served<bool> {
    if world.is_bot(asking.person) && !asking.switches.bot_moderates {
        return Err(Refusal::forbidden("Bots cannot change who moderates."));
    }
    Ok(may_moderate(world, asking, room, person)?
        && may_moderate(world, asking, room, asking.person)?)
}

/// Whether `person` may moderate `room`, which is a question for guests only (switch
/// `guest-moderator`).
pub(crate) fn may_moderate(
    world: &World,
    asking: &Asking<'_>,
    room: &Room,
    person: Uuid,
) -> Served<bool> {
    match asking.switches.guest_moderator {
        _ if !world.is_guest(room, person) => Ok(true),
        GuestModerator::Allowed => Ok(true),
        GuestModerator::Ordinary => Ok(false),
        GuestModerator::Refused => Err(guest(asking)),
    }
}

pub(crate) fn guest(asking: &Asking<'_>) -> Refusal {
    Refusal::coded(
        asking.switches.guest_moderator_code,
        "Only members of the team can moderate its rooms.",
    )
}

impl Room {
    /// Makes `person` a moderator. In an unlocked room this locks it, and `caller` moderates it too
    /// (messaging §5).
    fn promote(&mut self, caller: Uuid, person: Uuid) {
        if !self.locked {
            self.lock_by(caller);
        }
        self.lock_by(person);
    }
}

/// `GET /memberships` of a room. In a locked room of the team, a member of the team who is not in
/// it sees only the moderators.
pub(crate) fn list_room<'w>(
    world: &'w World,
    asking: &Asking<'_>,
    room: &str,
    person_id: Option<&str>,
    email: Option<&str>,
) -> Served<Vec<(&'w Room, &'w Member)>> {
    let room = world.room_to_read(asking, room)?;
    let wanted = match (person_id, email) {
        (Some(id), _) => Some(Some(ids::read(id)?)),
        (None, Some(email)) => Some(world.by_address(email).map(|person| person.key)),
        (None, None) => None,
    };
    let outside = room.locked && !room.has(asking.person);
    let listed = |member: &&Member| {
        wanted.is_none_or(|wanted| wanted == Some(member.person))
            && (!outside || member.moderator)
            && asking.shows(member.created)
    };
    let mut members: Vec<&Member> = room.members.values().filter(listed).collect();
    members.sort_by_key(|member| member.seq);
    Ok(members.into_iter().map(|member| (room, member)).collect())
}

/// `GET /memberships` without a room: the caller's own, or those of all the caller's rooms (switch
/// `memberships-without-room`).
pub(crate) fn list_own<'w>(world: &'w World, asking: &Asking<'_>) -> Vec<(&'w Room, &'w Member)> {
    let all = asking.switches.memberships_without_room == MembershipsWithoutRoom::All;
    let rooms = world.rooms.values().filter(|room| {
        room.has(asking.person)
            && !(room.archived && asking.switches.archived_room == ArchivedRoom::Gone)
    });
    let mut listed: Vec<(&Room, &Member)> = rooms
        .flat_map(|room| room.members.values().map(move |member| (room, member)))
        .filter(|(_, member)| {
            (all || member.person == asking.person) && asking.shows(member.created)
        })
        .collect();
    listed.sort_by_key(|(_, member)| member.seq);
    listed
}

/// `GET /memberships/{id}`.
pub(crate) fn get(world: &World, asking: &Asking<'_>, id: &str) -> Served {
    let (person, room) = ids::read_membership(id)?;
    let found = list_room(
        world,
        asking,
        &room.to_string(),
        Some(&person.to_string()),
        None,
    )
    .map_err(|_| Refusal::not_found())?;
    let room = world.rooms.get(&room);
    let member = room.and_then(|room| Some((room, room.members.get(&person)?)));
    match member {
        // Fresh memberships are missing from lists, not from here.
        Some((room, member)) if !found.is_empty() || !asking.shows(member.created) => {
            Ok(present(world, room, member))
        }
        _ => Err(Refusal::not_found()),
    }
}

/// `PUT /memberships/{id}`.
pub(crate) fn update(world: &mut World, asking: &Asking<'_>, id: &str, body: &Fields) -> Served {
    let (person, key) = find(world, asking, id)?;
    let moderator = body.flag("isModerator")?;
    let hidden = body.flag("isRoomHidden")?;
    if moderator.is_none() && hidden.is_none() {
        return Err(Refusal::bad("isModerator cannot be null"));
    }
    let room = &world.rooms[&key];
    if hidden == Some(true) && !room.direct {
        return Err(Refusal::bad("Only rooms of two can be hidden."));
    }
    let change = moderator.filter(|moderator| *moderator != room.moderates(person));
    match (change, room.team.filter(|_| room.general)) {
        (None, _) => {}
        (Some(moderator), Some(team)) => {
            world.team_to_change(asking, &team.to_string())?;
            team_memberships::promote(world, asking, team, person, moderator)?;
        }
        (Some(moderator), None) => moderate(world, asking, key, person, moderator)?,
    }
    let member = world
        .rooms
        .get_mut(&key)
        .and_then(|room| room.members.get_mut(&person));
    if let (Some(member), Some(hidden)) = (member, hidden) {
        member.hidden = hidden;
    }
    let room = &world.rooms[&key];
    Ok(present(world, room, &room.members[&person]))
}

fn moderate(
    world: &mut World,
    asking: &Asking<'_>,
    key: Uuid,
    person: Uuid,
    moderator: bool,
) -> Served<()> {
    let room = world.room_to_change(asking, &key.to_string())?;
    if room.direct {
        return Err(Refusal::bad("A room of two has no moderators."));
    }
    if moderator {
        if !is_promoted(world, asking, room, person)? {
            return Ok(());
        }
    } else if world.is_bot(asking.person) && !asking.switches.bot_moderates {
        return Err(Refusal::forbidden("Bots cannot change who moderates."));
    }
    let before = Moderation::of(room);
    if let Some(room) = world.rooms.get_mut(&key) {
        if moderator {
            room.promote(asking.person, person);
        } else {
            if let Some(member) = room.members.get_mut(&person) {
                member.moderator = false;
            }
            // Demoting the last moderator unlocks the room (messaging §5).
            room.unlock_if_unmoderated();
        }
    }
    world.moderation_events(asking, &before);
    Ok(())
}

/// `DELETE /memberships/{id}`: one's own, anybody's in an unlocked room, or by a moderator.
pub(crate) fn delete(world: &mut World, asking: &Asking<'_>, id: &str) -> Served<()> {
    let (person, key) = find(world, asking, id)?;
    let room = &world.rooms[&key];
    if let Some(team) = room.team.filter(|_| room.general) {
        return team_memberships::remove(world, asking, team, person);
    }
    if room.direct {
        return Err(Refusal::bad("Nobody can leave a room of two."));
    }
    if person != asking.person && room.locked && !room.moderates(asking.person) {
        return Err(locked(asking));
    }
    let alone = room.members.len() == 1;
    if room.team.is_some() && room.is_last_moderator(person) && !alone {
        return Err(team_memberships::last_moderator(asking));
    }
    world.leave_room(asking, key, person);
    Ok(())
}

/// The membership behind an id in a room that the caller is in.
fn find(world: &World, asking: &Asking<'_>, id: &str) -> Served<(Uuid, Uuid)> {
    let (person, key) = ids::read_membership(id)?;
    let room = world.room_of_caller(asking, &key.to_string())?;
    if room.has(person) {
        Ok((person, key))
    } else {
        Err(Refusal::new(404, "User is not a participant of the room."))
    }
}

pub(crate) fn present(world: &World, room: &Room, member: &Member) -> Value {
    let person = world.person(member.person);
    let mut shown = json!({
        "id": ids::spell_membership(Kind::Membership, person.key, room.key),
        "roomId": ids::spell(Kind::Room, room.key),
        "roomType": room.kind(),
        "personId": person.id(),
        "personEmail": person.email,
        "personDisplayName": person.name,
        "personOrgId": person.org_id(),
        "isModerator": member.moderator,
        "isMonitor": false,
        "created": written(member.created),
    });
    if room.direct {
        shown["isRoomHidden"] = json!(member.hidden);
    }
    shown
}
