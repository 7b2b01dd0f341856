//! Rooms (messaging §4), and who may do what in them (messaging §5).

mod change;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::events::Moderation;
use super::fields::Fields;
use super::{Asking, World, written};
pub(crate) use change::update;

use crate::ids::{self, Kind};
use crate::refusal::{Refusal, Served};
use crate::switches::{ArchivedRoom, DeleteUnlocked, TeamIdInRooms, TeamRoomsListed};

/// A room and who is in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Room {
    pub(crate) key: Uuid,
    pub(crate) title: String,
    /// A room of two, made by writing to a person.
    pub(crate) direct: bool,
    pub(crate) team: Option<Uuid>,
    /// The room that a team is born with.
    pub(crate) general: bool,
    pub(crate) locked: bool,
    pub(crate) announcement: bool,
    public: bool,
    made_public: Option<Timestamp>,
    description: Option<String>,
    classification: Option<String>,
    pub(crate) archived: bool,
    creator: Uuid,
    owner: Uuid,
    pub(crate) created: Timestamp,
    pub(crate) last_activity: Timestamp,
    pub(crate) seq: u64,
    pub(crate) members: BTreeMap<Uuid, Member>,
}

/// Somebody's place in a room or team.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Member {
    pub(crate) person: Uuid,
    pub(crate) moderator: bool,
    pub(crate) hidden: bool,
    pub(crate) created: Timestamp,
    pub(crate) seq: u64,
}

impl Member {
    pub(crate) fn new(person: Uuid, moderator: bool, created: Timestamp, seq: u64) -> Self {
        Self {
            person,
            moderator,
            hidden: false,
            created,
            seq,
        }
    }
}

impl Room {
    pub(crate) fn new(
        key: Uuid,
        title: String,
        creator: Uuid,
        owner: Uuid,
        now: Timestamp,
        seq: u64,
    ) -> Self {
        Self {
            key,
            title,
            direct: false,
            team: None,
            general: false,
            locked: false,
            announcement: false,
            public: false,
            made_public: None,
            description: None,
            classification: None,
            archived: false,
            creator,
            owner,
            created: now,
            last_activity: now,
            seq,
            members: BTreeMap::new(),
        }
    }

    pub(crate) fn has(&self, person: Uuid) -> bool {
        self.members.contains_key(&person)
    }

    /// Anybody of the organisation can find and join a public room (messaging §4).
    pub(crate) fn is_open_to(&self, org: Uuid) -> bool {
        self.public && self.owner == org
    }

    pub(crate) fn moderates(&self, person: Uuid) -> bool {
        self.members
            .get(&person)
            .is_some_and(|member| member.moderator)
    }

    pub(crate) fn is_last_moderator(&self, person: Uuid) -> bool {
        let moderators = self.members.iter().filter(|(_, it)| it.moderator);
        moderators.map(|(moderator, _)| *moderator).eq([person])
    }

    /// Takes somebody out. Without moderators a room is unlocked.
    pub(crate) fn drop_member(&mut self, person: Uuid) {
        self.members.remove(&person);
        self.unlock_if_unmoderated();
    }

    /// A room is locked exactly as long as somebody moderates it (messaging §5).
    pub(crate) fn unlock_if_unmoderated(&mut self) {
        if !self.members.values().any(|member| member.moderator) {
            self.locked = false;
            self.announcement = false;
        }
    }

    /// Locks the room, with `person` as a moderator.
    pub(crate) fn lock_by(&mut self, person: Uuid) {
        self.locked = true;
        if let Some(member) = self.members.get_mut(&person) {
            member.moderator = true;
        }
    }

    fn unlock(&mut self) {
        for member in self.members.values_mut() {
            member.moderator = false;
        }
        self.unlock_if_unmoderated();
    }

    pub(crate) fn kind(&self) -> &'static str {
        if self.direct { "direct" } else { "group" }
    }
}

impl World {
    /// A room that the caller can read: one's own, or (switch `team-member-sees-room`) one of one's
    /// team. Anything else is 404.
    pub(crate) fn room_to_read(&self, asking: &Asking<'_>, id: &str) -> Served<&Room> {
        let room = self.rooms.get(&ids::read(id)?).ok_or_else(no_such_room)?;
        let gone = room.archived && asking.switches.archived_room == ArchivedRoom::Gone;
        let sees = room.has(asking.person)
            || (asking.switches.team_member_sees_room && self.is_in_team_of(room, asking.person));
        if gone || !sees {
            Err(no_such_room())
        } else {
            Ok(room)
        }
    }

    /// A room that the caller is in and that is not archived.
    pub(crate) fn room_of_caller(&self, asking: &Asking<'_>, id: &str) -> Served<&Room> {
        let room = self.room_to_read(asking, id)?;
        if !room.has(asking.person) {
            return Err(no_such_room());
        }
        if room.archived {
            return Err(Refusal::forbidden("The room is archived."));
        }
        Ok(room)
    }

    /// A room that the caller may change: unlocked, or the caller moderates it.
    pub(crate) fn room_to_change(&self, asking: &Asking<'_>, id: &str) -> Served<&Room> {
        let room = self.room_of_caller(asking, id)?;
        if room.locked && !room.moderates(asking.person) {
            return Err(locked(asking));
        }
        Ok(room)
    }

    pub(crate) fn is_in_team_of(&self, room: &Room, person: Uuid) -> bool {
        room.team
            .and_then(|team| self.teams.get(&team))
            .is_some_and(|team| team.is_member(person))
    }

    /// A guest is in a team's room without being in the team, and cannot moderate (messaging §4).
    pub(crate) fn is_guest(&self, room: &Room, person: Uuid) -> bool {
        room.team.is_some() && !self.is_in_team_of(room, person)
    }

    /// Takes a person out of a room.
    pub(crate) fn leave_room(&mut self, asking: &Asking<'_>, key: Uuid, person: Uuid) {
        self.membership_event(asking, "deleted", key, person);
        let Some(room) = self.rooms.get_mut(&key) else {
            return;
        };
        let before = Moderation::of(room);
        room.drop_member(person);
        self.moderation_events(asking, &before);
    }

    pub(crate) fn archive_room(&mut self, key: Uuid) {
        if let Some(room) = self.rooms.get_mut(&key) {
            room.archived = true;
        }
    }

    pub(crate) fn erase_room(&mut self, key: Uuid) {
        self.rooms.remove(&key);
        self.tabs.retain(|_, tab| tab.room != key);
        self.messages.retain(|_, message| message.room != key);
    }
}

pub(crate) fn no_such_room() -> Refusal {
    Refusal::new(404, "Could not find a room with provided ID.")
}

pub(crate) fn locked(asking: &Asking<'_>) -> Refusal {
    Refusal::coded(
        asking.switches.locked_room_refusal_code,
        "The room is locked: only its moderators may do that.",
    )
}

fn bots_do_not_moderate(world: &World, asking: &Asking<'_>) -> Served<()> {
    if world.is_bot(asking.person) && !asking.switches.bot_moderates {
        return Err(Refusal::forbidden(
            "Bots cannot lock rooms or change who moderates.",
        ));
    }
    Ok(())
}

/// `POST /rooms`: the creator is in it, and moderates it if it is locked.
pub(crate) fn create(world: &mut World, asking: &Asking<'_>, body: &Fields) -> Served {
    let title = required_title(body)?;
    let bot = world.is_bot(asking.person);
    let team = match body.filled("teamId")? {
        Some(id) => Some(world.team_of_caller(asking, id)?.key),
        None => None,
    };
    if team.is_some() && bot && !asking.switches.bot_creates_team_rooms {
        return Err(Refusal::forbidden("Bots cannot create rooms in a team."));
    }
    let classification = body.filled("classificationId")?.map(str::to_owned);
    if classification.is_some() && bot {
        return Err(Refusal::bad(
            "Bots cannot classify a room when they create it.",
        ));
    }
    let locked = body.flag("isLocked")?.unwrap_or(false);
    if locked {
        bots_do_not_moderate(world, asking)?;
    }
    let announcement = body.flag("isAnnouncementOnly")?.unwrap_or(false);
    if announcement && !locked {
        return Err(announcement_needs_lock());
    }
    let public = body.flag("isPublic")?.unwrap_or(false);
    let description = body.filled("description")?.map(str::to_owned);
    if public && description.is_none() {
        return Err(Refusal::bad("A public room needs a description."));
    }

    let key = world.mint("room", &title);
    let seq = world.next_in_line();
    let org = world.person(asking.person).org;
    let mut room = Room::new(key, title, asking.person, org, asking.now, seq);
    room.team = team;
    room.announcement = announcement;
    room.public = public;
    room.made_public = public.then_some(asking.now);
    room.description = description;
    room.classification = classification;
    let seq = world.next_in_line();
    room.members.insert(
        asking.person,
        Member::new(asking.person, false, asking.now, seq),
    );
    if locked {
        room.lock_by(asking.person);
    }
    let mut shown = present(world, asking, &room);
    if let Some(members) = shown.as_object_mut().filter(|_| !announcement) {
        // Seen to be missing from the answer to a creation (messaging §4).
        members.shift_remove("isAnnouncementOnly");
    }
    world.rooms.insert(key, room);
    world.room_event(asking, "created", key);
    Ok(shown)
}

/// What a list of rooms is filtered and ordered by.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'a> {
    pub(crate) team: Option<&'a str>,
    pub(crate) kind: Option<&'a str>,
    pub(crate) public: bool,
    pub(crate) from: Option<Timestamp>,
    pub(crate) to: Option<Timestamp>,
    pub(crate) order: Option<&'a str>,
}

/// `GET /rooms`: the caller's own, or with `orgPublicSpaces` those of the organisation that anybody
/// can find; there `from` and `to` are about when a room was made public.
pub(crate) fn list<'w>(
    world: &'w World,
    asking: &Asking<'_>,
    wanted: &Wanted<'_>,
) -> Served<Vec<&'w Room>> {
    if wanted
        .kind
        .is_some_and(|kind| kind != "direct" && kind != "group")
    {
        return Err(Refusal::invalid("'type' must be direct or group."));
    }
    let team = match wanted.team {
        Some(id) => Some(world.team_of_caller(asking, id)?.key),
        None => None,
    };
    let whole_team = team.is_some() && asking.switches.team_rooms_listed == TeamRoomsListed::All;
    let org = world.person(asking.person).org;
    let in_time = |instant: Timestamp| {
        wanted.from.is_none_or(|from| instant >= from) && wanted.to.is_none_or(|to| instant < to)
    };
    let listed = |room: &&Room| {
        let own = if wanted.public {
            room.owner == org && room.made_public.is_some_and(in_time)
        } else {
            room.has(asking.person) || whole_team
        };
        own && asking.shows(room.created)
            && !(room.archived && asking.switches.archived_room == ArchivedRoom::Gone)
            && team.is_none_or(|team| room.team == Some(team))
            && wanted.kind.is_none_or(|kind| room.kind() == kind)
    };
    let mut rooms: Vec<&Room> = world.rooms.values().filter(listed).collect();
    match wanted.order {
        None | Some("lastactivity") => {
            rooms.sort_by_key(|room| std::cmp::Reverse((room.last_activity, room.seq)))
        }
        Some("created") => rooms.sort_by_key(|room| std::cmp::Reverse((room.created, room.seq))),
        Some("id") => {}
        Some(other) => return Err(Refusal::invalid(format!("'{other}' is no order of rooms."))),
    }
    Ok(rooms)
}

/// `GET /rooms/{id}`.
pub(crate) fn get(world: &World, asking: &Asking<'_>, id: &str) -> Served {
    let room = world.room_to_read(asking, id)?;
    Ok(present(world, asking, room))
}

/// `DELETE /rooms/{id}`: who does not moderate a locked room only leaves it; a team's room is
/// archived.
pub(crate) fn delete(world: &mut World, asking: &Asking<'_>, id: &str) -> Served<()> {
    let room = world.room_of_caller(asking, id)?;
    let (key, in_team) = (room.key, room.team.is_some());
    if room.direct {
        return Err(Refusal::bad("A room of two cannot be deleted."));
    }
    let entitled = if room.locked {
        room.moderates(asking.person)
    } else {
        asking.switches.delete_unlocked_room == DeleteUnlocked::Deletes
    };
    match (entitled, room.general, room.team) {
        (true, true, _) => return Err(Refusal::bad("The General room goes with its team.")),
        (false, true, Some(team)) => world.leave_team(asking, team, asking.person),
        (false, _, _) => world.leave_room(asking, key, asking.person),
        (true, false, _) if in_team => world.archive_room(key),
        (true, false, _) => world.erase_room(key),
    }
    Ok(())
}

fn required_title(body: &Fields) -> Served<String> {
    let title = body.filled("title")?;
    title
        .map(str::to_owned)
        .ok_or_else(|| Refusal::bad("Title cannot be empty."))
}

fn announcement_needs_lock() -> Refusal {
    Refusal::bad("A room can only be put into announcement mode when it is locked.")
}

pub(crate) fn present(world: &World, asking: &Asking<'_>, room: &Room) -> Value {
    let title = if room.direct {
        let other = room.members.keys().find(|person| **person != asking.person);
        other.map_or("Empty Title", |person| &world.person(*person).name)
    } else {
        &room.title
    };
    let mut shown = json!({
        "id": ids::spell(Kind::Room, room.key),
        "title": title,
        "type": room.kind(),
        "isLocked": room.locked,
        "lastActivity": written(room.last_activity),
        "creatorId": ids::spell(Kind::Person, room.creator),
        "created": written(room.created),
        "ownerId": ids::spell(Kind::Organization, room.owner),
        "isPublic": room.public,
        "isReadOnly": room.archived,
        "isAnnouncementOnly": room.announcement,
    });
    if let Some(team) = room.team {
        let kind = match asking.switches.team_id_in_rooms {
            TeamIdInRooms::Team => Kind::Team,
            TeamIdInRooms::Room => Kind::Room,
        };
        shown["teamId"] = json!(ids::spell(kind, team));
    }
    if let Some(made_public) = room.made_public {
        shown["madePublic"] = json!(written(made_public));
    }
    for (name, text) in [
        ("description", &room.description),
        ("classificationId", &room.classification),
    ] {
        if let Some(text) = text {
            shown[name] = json!(text);
        }
    }
    shown
}

/// What a room looks like when its title cannot be decrypted just now (messaging §1.2): ciphertext,
/// and an error beside it, in an answer that is 200 all the same.
pub(crate) fn make_unreadable(shown: &mut Value) {
    shown["title"] = json!("eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..unreadable");
    shown["errors"] = json!({
        "title": { "code": "kms_failure", "reason": "Key management server failed to respond appropriately." }
    });
}
