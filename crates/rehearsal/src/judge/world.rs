//! The simulated world at the end, read for the judge.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;
use showcaller_event::Event;
use showcaller_event::markdown::inert;
use showcaller_event::model::{Email, Meeting, MeetingKey, RoomKey};
use uuid::Uuid;

use crate::cast::BOT;

/// The simulated world at the end.
pub(super) struct World<'a> {
    /// What was written in each room, the earliest first.
    written: BTreeMap<&'a str, Vec<Message<'a>>>,
    rooms: BTreeMap<RoomKey, &'a str>,
    /// Which meeting of the event a link opens.
    links: BTreeMap<&'a str, &'a Meeting>,
    /// By which numbers people become the host of a meeting.
    pub(super) host_keys: BTreeMap<&'a MeetingKey, &'a str>,
    /// By which words people join a meeting.
    pub(super) passwords: BTreeMap<&'a MeetingKey, &'a str>,
    /// Who hosts each meeting.
    pub(super) hosts: Vec<(&'a str, &'a Meeting)>,
    /// Who is a co-host of which meeting, by its link.
    pub(super) cohosts: BTreeSet<(&'a str, &'a str)>,
    /// The room in which a person and the bot write to each other.
    private: BTreeMap<&'a str, &'a str>,
    pub(super) calls: Calls,
    pub(super) findings: usize,
    /// When messages were sent whose sender never heard of it.
    pub(super) unheard: Vec<Timestamp>,
    /// When Webex failed while it was to send a message of the bot: it may have sent it.
    pub(super) failed: Vec<Timestamp>,
}

/// How many calls there were.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Calls {
    /// All of them.
    pub all: usize,
    /// Those that came too fast.
    pub limited: usize,
}

/// A message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Message<'a> {
    pub(super) id: &'a str,
    pub(super) parent: Option<&'a str>,
    pub(super) at: Timestamp,
    pub(super) is_bot: bool,
    value: &'a Value,
}

impl<'a> Message<'a> {
    fn read(value: &'a Value) -> Option<Self> {
        Some(Self {
            id: value["id"].as_str()?,
            parent: value["parentId"].as_str(),
            at: value["created"].as_str()?.parse().ok()?,
            is_bot: value["personEmail"] == BOT,
            value,
        })
    }

    /// The address of the person that wrote it.
    pub(super) fn by(&self) -> Option<&'a str> {
        self.value["personEmail"].as_str()
    }

    /// Its words.
    pub(super) fn words(&self) -> &'a str {
        let words = |field: &str| self.value[field].as_str();
        words("markdown").or(words("text")).unwrap_or_default()
    }

    /// The message or the press that it answers, as the keys of its buttons say.
    pub(super) fn answers(&self) -> Option<Uuid> {
        self.button_keys()
            .find_map(|key| key.strip_prefix("answer/")?.split('#').next()?.parse().ok())
    }

    /// Whether it asks a person to check in.
    pub(super) fn is_check_in(&self) -> bool {
        self.button_keys().any(|key| key.contains("/check-in#"))
    }

    pub(super) fn has_card(&self) -> bool {
        self.cards().next().is_some()
    }

    pub(super) fn has_buttons(&self) -> bool {
        self.button_keys().next().is_some()
    }

    fn cards(&self) -> impl Iterator<Item = &'a Value> + use<'a> {
        let cards = self.value["attachments"].as_array();
        cards.into_iter().flatten().map(|card| &card["content"])
    }

    fn button_keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let buttons = self.cards().filter_map(|card| card["actions"].as_array());
        let keys = buttons.flatten().map(|button| &button["data"]["key"]);
        keys.filter_map(Value::as_str)
    }

    /// Whether it holds this link, in its words or on its card.
    pub(super) fn holds(&self, link: &str) -> bool {
        self.has(&|text| text.contains(link))
    }

    /// Whether it says this, as it is or with the marks that keep Webex from taking it for Markdown.
    pub(super) fn says(&self, text: &str) -> bool {
        let marked = inert(text);
        self.has(&|it| it.contains(text) || it.contains(&marked))
    }

    /// Whether one of its numbers and words is such a one.
    pub(super) fn has_word(&self, is_it: &dyn Fn(&str) -> bool) -> bool {
        self.has(&|text| text.split(|it: char| !it.is_alphanumeric()).any(is_it))
    }

    fn has(&self, is_it: &dyn Fn(&str) -> bool) -> bool {
        is_it(self.words()) || has(&self.value["attachments"], is_it)
    }
}

fn has(value: &Value, is_it: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => is_it(text),
        Value::Array(values) => values.iter().any(|value| has(value, is_it)),
        Value::Object(object) => object.values().any(|value| has(value, is_it)),
        _ => false,
    }
}

impl<'a> World<'a> {
    pub(super) fn read(event: &'a Event, world: &'a Value) -> Self {
        let all = |kind: &str| world[kind].as_array().map_or(&[][..], Vec::as_slice);
        let mut read = Self {
            written: BTreeMap::new(),
            rooms: BTreeMap::new(),
            links: BTreeMap::new(),
            host_keys: BTreeMap::new(),
            passwords: BTreeMap::new(),
            hosts: Vec::new(),
            cohosts: BTreeSet::new(),
            private: BTreeMap::new(),
            calls: calls(all("calls")),
            findings: all("findings").len(),
            unheard: unheard(all("calls")).collect(),
            failed: failed(all("calls")).collect(),
        };
        for value in all("messages") {
            let (Some(message), Some(room)) = (Message::read(value), value["roomId"].as_str())
            else {
                continue;
            };
            if value["roomType"] == "direct"
                && let Some(person) = value["personEmail"].as_str().filter(|it| *it != BOT)
            {
                read.private.insert(person, room);
            }
            read.written.entry(room).or_default().push(message);
        }
        read.read_private(all("memberships"));
        for room in &event.rooms {
            let title = |value: &&Value| value["title"] == room.title.as_str();
            if let Some(id) = all("rooms")
                .iter()
                .find(title)
                .and_then(|it| it["id"].as_str())
            {
                read.rooms.insert(room.key.clone(), id);
            }
        }
        read.read_meetings(event, all("meetings"), all("meetingInvitees"));
        read
    }

    fn read_private(&mut self, memberships: &'a [Value]) {
        for membership in memberships.iter().filter(|it| it["roomType"] == "direct") {
            let (room, person) = (&membership["roomId"], &membership["personEmail"]);
            if let (Some(room), Some(person)) = (room.as_str(), person.as_str())
                && person != BOT
            {
                self.private.insert(person, room);
            }
        }
    }

    /// A meeting on Webex is the event's with its title and the nearest start.
    fn read_meetings(&mut self, event: &'a Event, meetings: &'a [Value], invitees: &'a [Value]) {
        let mut by_id = BTreeMap::new();
        for value in meetings {
            let start: Option<Timestamp> = value["start"].as_str().and_then(|it| it.parse().ok());
            let titled = event
                .meetings
                .iter()
                .filter(|it| value["title"] == it.title.as_str());
            let distance = |meeting: &&Meeting| {
                let planned = meeting.start.timestamp();
                start.map(|start| start.duration_since(planned).abs())
            };
            let Some(meeting) = titled.min_by_key(distance) else {
                continue;
            };
            let Some(link) = value["webLink"].as_str() else {
                continue;
            };
            self.links.insert(link, meeting);
            if let Some(host) = value["hostEmail"].as_str() {
                self.hosts.push((host, meeting));
            }
            let host_key = value["hostKey"].as_str();
            self.host_keys.extend(host_key.map(|it| (&meeting.key, it)));
            let password = value["password"].as_str();
            self.passwords.extend(password.map(|it| (&meeting.key, it)));
            by_id.insert(value["id"].as_str().unwrap_or_default(), meeting);
        }
        for invitee in invitees.iter().filter(|it| it["coHost"] == true) {
            let id = invitee["meetingId"].as_str().unwrap_or_default();
            let series = id.split_once('_').map_or(id, |(series, _)| series);
            let meeting = by_id.get(id).or_else(|| by_id.get(series));
            if let (Some(meeting), Some(email)) = (meeting, invitee["email"].as_str()) {
                self.cohosts.insert((email, meeting.key.as_str()));
            }
        }
    }

    /// The id of this room of the event.
    pub(super) fn id_of(&self, room: &RoomKey) -> Option<&'a str> {
        self.rooms.get(room).copied()
    }

    /// The id of the room in which a person and the bot write to each other.
    pub(super) fn private_with(&self, person: &Email) -> Option<&'a str> {
        self.private.get(person.as_str()).copied()
    }

    /// What was written in this room of the event.
    pub(super) fn in_room(&self, room: &RoomKey) -> &[Message<'a>] {
        self.id_of(room).map_or(&[], |id| self.in_id(id))
    }

    /// What was written in the room with this id.
    pub(super) fn in_id(&self, id: &str) -> &[Message<'a>] {
        self.written.get(id).map_or(&[], Vec::as_slice)
    }

    /// What a person and the bot wrote to each other.
    pub(super) fn with(&self, person: &Email) -> &[Message<'a>] {
        self.private_with(person).map_or(&[], |id| self.in_id(id))
    }

    /// Every link of a meeting.
    pub(super) fn links(&self) -> impl Iterator<Item = (&'a str, &'a Meeting)> {
        self.links.iter().map(|(link, meeting)| (*link, *meeting))
    }

    pub(super) fn link_of(&self, meeting: &Meeting) -> Option<&'a str> {
        let mut links = self.links();
        links
            .find(|(_, it)| it.key == meeting.key)
            .map(|(link, _)| link)
    }

    /// Every place in which the bot wrote, with whose it is.
    pub(super) fn places(&self) -> impl Iterator<Item = (Whose<'_>, &[Message<'a>])> {
        let rooms = self
            .rooms
            .keys()
            .map(|room| (Whose::Room(room), self.in_room(room)));
        let private = self.private.iter();
        let private = private.map(|(person, room)| (Whose::Person(person), self.in_id(room)));
        rooms.chain(private)
    }
}

/// Whose a place is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Whose<'a> {
    Room(&'a RoomKey),
    Person(&'a str),
}

fn calls(calls: &[Value]) -> Calls {
    Calls {
        all: calls.len(),
        limited: calls.iter().filter(|it| it["status"] == 429).count(),
    }
}

/// When a message was taken and the answer to its sender got lost.
fn unheard(calls: &[Value]) -> impl Iterator<Item = Timestamp> {
    let is_lost = |call: &&Value| {
        let faults = call["faults"].as_array().into_iter().flatten();
        let mut faults = faults.filter_map(Value::as_str);
        call["path"] == "/messages" && faults.any(|it| it.starts_with("reset-after-effect"))
    };
    times(calls.iter().filter(is_lost))
}

/// When Webex failed while it was to send a message of the bot.
fn failed(calls: &[Value]) -> impl Iterator<Item = Timestamp> {
    let is_failed = |call: &&Value| {
        let is_sent = call["method"] == "POST" && call["path"] == "/messages";
        is_sent && call["owner"] == BOT && call["status"].as_u64() >= Some(500)
    };
    times(calls.iter().filter(is_failed))
}

fn times<'v>(calls: impl Iterator<Item = &'v Value>) -> impl Iterator<Item = Timestamp> {
    calls.filter_map(|call| call["at"].as_str()?.parse().ok())
}
