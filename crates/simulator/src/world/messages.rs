//! Messages, and what a bot sees of them (messaging §6).

mod change;
mod content;
mod markdown;
mod present;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::fields::Fields;
use super::rooms::{Member, Room};
use super::{Asking, World};
use crate::ids;
use crate::refusal::{Refusal, Served};
use crate::switches::ReplyToReply;
pub(crate) use change::{delete, update};
use content::{Content, cards};
use markdown::Mentions;
pub(crate) use present::present;

/// A message in a room.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) key: Uuid,
    pub(crate) room: Uuid,
    pub(crate) author: Uuid,
    parent: Option<Uuid>,
    text: Option<String>,
    markdown: Option<String>,
    /// Where they were to be fetched from.
    files: Vec<String>,
    attachments: Vec<Value>,
    mentions: Mentions,
    edits: u32,
    created: Timestamp,
    updated: Option<Timestamp>,
    pub(crate) seq: u64,
}

/// `POST /messages`.
pub(crate) fn create(world: &mut World, asking: &Asking<'_>, body: &Fields) -> Served {
    let content = Content::read(body)?;
    let files = body.texts("files")?.unwrap_or_default();
    let attachments = cards(body)?;
    if content.is_empty() && files.is_empty() && attachments.is_empty() {
        return Err(Refusal::bad("Both text and file cannot be empty."));
    }
    if files.len() > 1 {
        return Err(Refusal::invalid(
            "Only one file can be sent with a message.",
        ));
    }
    if files.iter().any(|file| url::Url::parse(file).is_err()) {
        return Err(Refusal::invalid("'files' must hold a public address."));
    }
    let (room, addressee) = destination(world, asking, body)?;
    if world.rooms[&room].announcement && !world.rooms[&room].moderates(asking.person) {
        return Err(Refusal::coded(
            asking.switches.announcement_post_code,
            "Only moderators can post in announcement mode.",
        ));
    }
    let parent = parent(world, asking, room, body)?;
    let key = world.mint("message", &format!("{room} {}", asking.person));
    let seq = world.next_in_line();
    // No two messages of a room have the same time, however slowly a virtual clock goes.
    let before = world.rooms[&room].last_activity;
    let after = before.checked_add(SignedDuration::from_millis(1));
    let created = asking.now.max(after.unwrap_or(before));
    let message = Message {
        key,
        room,
        author: asking.person,
        parent,
        mentions: content.mentions(world, room),
        text: content.plain(world),
        markdown: content.markdown,
        files,
        attachments,
        edits: 0,
        created,
        updated: None,
        seq,
    };
    if let Some(room) = world.rooms.get_mut(&room) {
        room.last_activity = created;
    }
    let mut shown = present(world, asking, &message);
    if let Some(addressee) = addressee {
        let person = world.person(addressee);
        shown["toPersonId"] = json!(person.id());
        shown["toPersonEmail"] = json!(person.email);
    }
    world.messages.insert(key, message);
    world.message_event(asking, "created", key);
    Ok(shown)
}

/// What a list of messages is filtered by.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'a> {
    pub(crate) room: Option<&'a str>,
    pub(crate) parent: Option<&'a str>,
    pub(crate) mentioned: Option<&'a str>,
    pub(crate) before: Option<Timestamp>,
    pub(crate) before_message: Option<&'a str>,
}

/// `GET /messages`, newest first. A bot must ask for what mentions it, in a room of several.
pub(crate) fn list<'w>(
    world: &'w World,
    asking: &Asking<'_>,
    wanted: &Wanted<'_>,
) -> Served<Vec<&'w Message>> {
    let room = wanted
        .room
        .ok_or_else(|| Refusal::bad("Required String parameter 'roomId' is not present"))?;
    let room = world.room_of_caller_to_read(asking, room)?;
    let mentioned = match wanted.mentioned {
        None => None,
        Some("me") => Some(asking.person),
        Some(id) => Some(ids::read(id)?),
    };
    if world.is_bot(asking.person) && !room.direct && mentioned != Some(asking.person) {
        return Err(Refusal::coded(
            asking.switches.bot_list_code,
            "A bot lists a group room with mentionedPeople=me.",
        ));
    }
    let parent = wanted.parent.map(ids::read).transpose()?;
    let before = match wanted.before_message {
        Some(id) => Some(
            world
                .messages
                .get(&ids::read(id)?)
                .ok_or_else(Refusal::not_found)?
                .seq,
        ),
        None => None,
    };
    let listed = |message: &&Message| {
        parent.is_none_or(|parent| message.parent == Some(parent))
            && mentioned.is_none_or(|person| message.mentions_person(world, asking, person))
            && wanted.before.is_none_or(|before| message.created < before)
            && before.is_none_or(|before| message.seq < before)
    };
    Ok(newest_first(world, asking, room.key, listed))
}

/// `GET /messages/direct`.
pub(crate) fn list_direct<'w>(
    world: &'w World,
    asking: &Asking<'_>,
    person_id: Option<&str>,
    email: Option<&str>,
    parent: Option<&str>,
) -> Served<Vec<&'w Message>> {
    let other = match (person_id, email) {
        (Some(id), None) => Some(ids::read(id)?),
        (None, Some(email)) => world.by_address(email).map(|person| person.key),
        _ => return Err(Refusal::bad("Must specify either personId or personEmail.")),
    };
    let room = other.and_then(|other| world.direct_room(asking.person, other));
    let room = room.ok_or_else(|| Refusal::new(404, "Failed to get one on one conversation"))?;
    let parent = parent.map(ids::read).transpose()?;
    let listed = |message: &&Message| parent.is_none_or(|parent| message.parent == Some(parent));
    Ok(newest_first(world, asking, room, listed))
}

fn newest_first<'w>(
    world: &'w World,
    asking: &Asking<'_>,
    room: Uuid,
    listed: impl Fn(&&Message) -> bool,
) -> Vec<&'w Message> {
    let in_room = world
        .messages
        .values()
        .filter(|message| message.room == room);
    let mut messages: Vec<&Message> = in_room
        .filter(listed)
        .filter(|message| asking.shows(message.created))
        .collect();
    messages.sort_by_key(|message| std::cmp::Reverse(message.seq));
    messages
}

/// `GET /messages/{id}`: a bot gets its own ones and those that mention it.
pub(crate) fn get(world: &World, asking: &Asking<'_>, id: &str) -> Served {
    find(world, asking, id).map(|message| present(world, asking, message))
}

/// The message behind an id, if the caller may read it.
pub(crate) fn find<'w>(world: &'w World, asking: &Asking<'_>, id: &str) -> Served<&'w Message> {
    let message = world
        .messages
        .get(&ids::read(id)?)
        .ok_or_else(Refusal::not_found)?;
    world
        .room_of_caller_to_read(asking, &message.room.to_string())
        .map_err(|_| Refusal::not_found())?;
    if message.is_seen_by(world, asking, asking.person) {
        Ok(message)
    } else {
        Err(Refusal::not_found())
    }
}

impl World {
    /// A room that the caller is in, archived or not.
    fn room_of_caller_to_read(&self, asking: &Asking<'_>, id: &str) -> Served<&Room> {
        let room = self.room_to_read(asking, id)?;
        if room.has(asking.person) {
            Ok(room)
        } else {
            Err(super::rooms::no_such_room())
        }
    }

    pub(crate) fn direct_room(&self, one: Uuid, other: Uuid) -> Option<Uuid> {
        let both = |room: &&Room| room.direct && room.has(one) && room.has(other);
        self.rooms.values().find(both).map(|room| room.key)
    }

    fn open_direct_room(&mut self, asking: &Asking<'_>, other: Uuid) -> Uuid {
        let mut pair = [asking.person, other];
        pair.sort_unstable();
        let key = self.mint("direct room", &format!("{} {}", pair[0], pair[1]));
        let seq = self.next_in_line();
        let org = self.person(asking.person).org;
        let mut room = Room::new(key, String::new(), asking.person, org, asking.now, seq);
        room.direct = true;
        for person in pair {
            let seq = self.next_in_line();
            room.members
                .insert(person, Member::new(person, false, asking.now, seq));
        }
        self.rooms.insert(key, room);
        self.room_event(asking, "created", key);
        key
    }
}

/// The room to post in, and to whom if it was named by a person. Writing to somebody new opens a
/// room of two.
fn destination(
    world: &mut World,
    asking: &Asking<'_>,
    body: &Fields,
) -> Served<(Uuid, Option<Uuid>)> {
    let (room, id, email) = (
        body.filled("roomId")?,
        body.filled("toPersonId")?,
        body.filled("toPersonEmail")?,
    );
    if [room, id, email].iter().flatten().count() != 1 {
        return Err(Refusal::bad(
            "Exactly one of the destination fields must not be empty (roomId, toPersonEmail, toPersonId)",
        ));
    }
    if let Some(room) = room {
        return Ok((world.room_of_caller(asking, room)?.key, None));
    }
    let other = world.person_to_add(asking, id, email)?;
    if other == asking.person {
        return Err(Refusal::invalid("Nobody can write to themselves."));
    }
    let room = match world.direct_room(asking.person, other) {
        Some(room) => room,
        None => world.open_direct_room(asking, other),
    };
    Ok((room, Some(other)))
}

/// The thread's root. A reply to a reply joins the same thread, or is refused (switch
/// `reply-to-reply`).
fn parent(world: &World, asking: &Asking<'_>, room: Uuid, body: &Fields) -> Served<Option<Uuid>> {
    let Some(id) = body.filled("parentId")? else {
        return Ok(None);
    };
    let message = world
        .messages
        .get(&ids::read(id)?)
        .filter(|message| message.room == room);
    let message =
        message.ok_or_else(|| Refusal::invalid("'parentId' is no message of this room."))?;
    match message.parent {
        Some(_) if asking.switches.reply_to_reply == ReplyToReply::Refused => {
            Err(Refusal::invalid("'parentId' is itself a reply."))
        }
        root => Ok(Some(root.unwrap_or(message.key))),
    }
}

impl Message {
    /// Whether `person` can read it: people who are in the room, and a bot there if it is a room of
    /// two, or the bot wrote it or is mentioned.
    pub(crate) fn is_seen_by(&self, world: &World, asking: &Asking<'_>, person: Uuid) -> bool {
        let room = world.rooms.get(&self.room);
        room.is_some_and(|room| {
            let everything = room.direct || !world.is_bot(person);
            room.has(person)
                && (everything
                    || self.concerns(world, asking, person)
                    || (asking.switches.bot_sees_replies
                        && self
                            .parent
                            .and_then(|parent| world.messages.get(&parent))
                            .is_some_and(|parent| parent.concerns(world, asking, person))))
        })
    }

    fn concerns(&self, world: &World, asking: &Asking<'_>, person: Uuid) -> bool {
        self.author == person || self.mentions_person(world, asking, person)
    }

    /// Whether webhooks of `person` tell of it. A bot's own posts in rooms of several are the only
    /// ones that can be read and may not be announced (switch `own-echo-in-groups`).
    pub(crate) fn is_announced_to(&self, world: &World, asking: &Asking<'_>, person: Uuid) -> bool {
        let direct = world.rooms.get(&self.room).is_some_and(|room| room.direct);
        let own_echo = self.author == person && world.is_bot(person) && !direct;
        self.is_seen_by(world, asking, person)
            && (!own_echo
                || asking.switches.own_echo_in_groups
                || self.mentions_person(world, asking, person))
    }

    pub(crate) fn has_card(&self) -> bool {
        !self.attachments.is_empty()
    }

    pub(crate) fn cards(&self) -> &[Value] {
        &self.attachments
    }

    pub(crate) fn mentions_person(&self, world: &World, asking: &Asking<'_>, person: Uuid) -> bool {
        let everybody =
            self.mentions.all && (!world.is_bot(person) || asking.switches.all_mentions_bot);
        everybody || self.mentions.people.contains(&person)
    }
}
