//! What happened in the world, as webhooks tell of it: values, with who may know of each.
//!
//! The rules note an event where it happens; the handler of the call takes all of them out afterwards
//! and decides which webhooks get which (`webhooks/notify.rs`). Nothing is noted while no caller has a
//! webhook. What a saved world does again from its journal is not told a second time.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::meetings::{self, Reading, Which};
use super::rooms::Room;
use super::{Asking, World, actions, memberships, messages, rooms};
use crate::switches::{MessageUpdates, ParticipantEvents};

/// One event, complete: what it is about may be gone by the time that it is delivered.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) resource: &'static str,
    pub(crate) name: &'static str,
    /// Who caused it. Webex's only full example of a meeting's event names no person.
    pub(crate) actor: Option<Uuid>,
    /// Owners of webhooks who may know of it.
    pub(crate) audience: BTreeSet<Uuid>,
    /// The resource without what is sensitive.
    pub(crate) data: Value,
    /// What filters may ask for beyond that.
    pub(crate) aside: Value,
}

/// What the webhooks guide lists for messages. Texts and cards are fetched by the id.
const MESSAGE: [&str; 8] = [
    "id",
    "roomId",
    "roomType",
    "personId",
    "personEmail",
    "created",
    "mentionedPeople",
    "files",
];
/// The members of the guide's only full example of a meeting's event, but for `orgId`.
const MEETING: [&str; 9] = [
    "id",
    "meetingType",
    "timezone",
    "start",
    "end",
    "hostUserId",
    "state",
    "hostEmail",
    "siteUrl",
];
/// What the guide lets deliveries of participants be filtered by, but for the host's id.
const PARTICIPANT: [&str; 5] = ["id", "meetingId", "state", "hostEmail", "siteUrl"];

impl World {
    fn is_heard(&self) -> bool {
        !self.webhooks.is_empty()
    }

    /// The owners of webhooks for whom `knows` holds; none is the usual case.
    fn audience(&self, knows: impl Fn(Uuid) -> bool) -> BTreeSet<Uuid> {
        let owners = self.webhooks.values().map(|webhook| webhook.creator);
        owners.filter(|owner| knows(*owner)).collect()
    }

    /// Notes a message that was created or edited, or is about to be deleted.
    pub(crate) fn message_event(&mut self, asking: &Asking<'_>, name: &'static str, key: Uuid) {
        let Some(message) = self.messages.get(&key) else {
            return;
        };
        let updates = asking.switches.message_updates;
        let audience = self.audience(|owner| {
            let told = match updates {
                _ if name != "updated" => true,
                MessageUpdates::All => true,
                MessageUpdates::People => !self.is_bot(owner),
                MessageUpdates::None => false,
            };
            told && message.is_announced_to(self, asking, owner)
        });
        if audience.is_empty() {
            return;
        }
        let shown = messages::present(self, asking, message);
        // Who is mentioned with everybody else passes the filter for it, as in a list.
        let by_all = audience
            .iter()
            .filter(|owner| message.mentions_person(self, asking, **owner))
            .map(|owner| json!(self.person(*owner).id()));
        let named = shown["mentionedPeople"].as_array().into_iter().flatten();
        let aside = json!({
            "mentionedPeople": named.cloned().chain(by_all).collect::<Vec<_>>(),
            "hasFiles": shown.get("files").is_some(),
            "hasAttachments": shown.get("attachments").is_some(),
        });
        self.events.push(Event {
            resource: "messages",
            name,
            actor: Some(asking.person),
            audience,
            data: only(&shown, &MESSAGE),
            aside,
        });
    }

    /// Notes that a membership of a room was made or changed, or is about to be taken away.
    pub(crate) fn membership_event(
        &mut self,
        asking: &Asking<'_>,
        name: &'static str,
        room: Uuid,
        person: Uuid,
    ) {
        let Some((room, member)) = self.place(room, person) else {
            return;
        };
        let audience = self.audience(|owner| room.has(owner));
        if audience.is_empty() {
            return;
        }
        let mut data = memberships::present(self, room, member);
        if let Some(members) = data.as_object_mut() {
            members.shift_remove("isRoomHidden");
        }
        self.events.push(Event {
            resource: "memberships",
            name,
            actor: Some(asking.person),
            audience,
            data,
            aside: Value::Null,
        });
    }

    fn place(&self, room: Uuid, person: Uuid) -> Option<(&Room, &rooms::Member)> {
        let room = self.rooms.get(&room)?;
        Some((room, room.members.get(&person)?))
    }

    /// Notes a new room and its first members, or a change of a room. Who creates a room is told of
    /// it, and no other: that is what the guide says.
    pub(crate) fn room_event(&mut self, asking: &Asking<'_>, name: &'static str, key: Uuid) {
        let Some(room) = self.rooms.get(&key).filter(|_| self.is_heard()) else {
            return;
        };
        let created = name == "created";
        let audience =
            self.audience(|owner| room.has(owner) && (!created || owner == asking.person));
        let members: Vec<Uuid> = room.members.keys().copied().collect();
        if !audience.is_empty() {
            let mut data = rooms::present(self, asking, room);
            if let Some(members) = data.as_object_mut() {
                members.shift_remove("title");
                members.shift_remove("description");
            }
            self.events.push(Event {
                resource: "rooms",
                name,
                actor: Some(asking.person),
                audience,
                data,
                aside: Value::Null,
            });
        }
        if created {
            for member in members {
                self.membership_event(asking, "created", key, member);
            }
        }
    }

    /// Notes what a change has made of a room's moderators and, with them, of its lock.
    pub(crate) fn moderation_events(&mut self, asking: &Asking<'_>, before: &Moderation) {
        let Some(room) = self.rooms.get(&before.room).filter(|_| self.is_heard()) else {
            return;
        };
        let after = Moderation::of(room);
        if before.locked != after.locked {
            self.room_event(asking, "updated", before.room);
        }
        // Who has left is not among the members, and nothing is noted of them here.
        for person in before.moderators.symmetric_difference(&after.moderators) {
            self.membership_event(asking, "updated", before.room, *person);
        }
    }

    /// Notes that a card was used.
    pub(crate) fn action_event(&mut self, asking: &Asking<'_>, key: Uuid) {
        let Some(action) = self.actions.get(&key) else {
            return;
        };
        let Some(message) = self.messages.get(&action.message) else {
            return;
        };
        let audience = self.audience(|owner| message.is_seen_by(self, asking, owner));
        if audience.is_empty() {
            return;
        }
        let mut data = actions::present(self, action);
        if let Some(members) = data.as_object_mut() {
            members.shift_remove("inputs");
        }
        self.events.push(Event {
            resource: "attachmentActions",
            name: "created",
            actor: Some(asking.person),
            audience,
            data,
            aside: Value::Null,
        });
    }

    /// Notes what happened to a meeting, or is about to: its host is told, and no other person.
    pub(crate) fn meeting_event(
        &mut self,
        asking: &Asking<'_>,
        name: &'static str,
        series: &str,
        which: Which,
    ) {
        let Some(meeting) = self.meetings.get(series) else {
            return;
        };
        let audience = self.audience(|owner| owner == meeting.host);
        if audience.is_empty() {
            return;
        }
        let reading = Reading {
            zone: TimeZone::UTC,
            listed: false,
            current: false,
        };
        let shown = meetings::present(self, asking, meeting, which, &reading);
        let mut data = only(&shown, &MEETING);
        // Webex shows this one bare, and calls it internal.
        data["orgId"] = json!(self.person(meeting.host).org.to_string());
        let aside = json!({ "meetingNumber": shown.get("meetingNumber") });
        self.events.push(Event {
            resource: "meetings",
            name,
            actor: None,
            audience,
            data,
            aside,
        });
    }

    /// Notes that a person joined or left an instance: its host is told, and no other person.
    pub(crate) fn participant_event(
        &mut self,
        asking: &Asking<'_>,
        name: &'static str,
        series: &str,
        instance: usize,
        person: Uuid,
    ) {
        let Some(meeting) = self.meetings.get(series) else {
            return;
        };
        let host = self.person(meeting.host).id();
        let audience = self.audience(|owner| owner == meeting.host);
        if audience.is_empty() {
            return;
        }
        let Some(mut data) = meetings::participants::now(self, meeting, instance, person) else {
            return;
        };
        if asking.switches.participant_events == ParticipantEvents::Filters {
            data = only(&data, &PARTICIPANT);
        }
        data["hostPersonId"] = json!(host);
        self.events.push(Event {
            resource: "meetingParticipants",
            name,
            actor: None,
            audience,
            data,
            aside: Value::Null,
        });
    }
}

/// Who moderated a room, and whether it was locked.
#[derive(Debug)]
pub(crate) struct Moderation {
    room: Uuid,
    locked: bool,
    moderators: BTreeSet<Uuid>,
}

impl Moderation {
    pub(crate) fn of(room: &Room) -> Self {
        let members = room.members.values();
        Self {
            room: room.key,
            locked: room.locked,
            moderators: members
                .filter(|member| member.moderator)
                .map(|member| member.person)
                .collect(),
        }
    }
}

/// The named members of a resource, as far as it has them.
fn only(shown: &Value, names: &[&str]) -> Value {
    let members = names
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), shown.get(name)?.clone())));
    Value::Object(members.collect::<Map<_, _>>())
}
