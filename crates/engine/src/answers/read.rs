//! From an event to the question that it asks.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::Language;
use showcaller_event::model::{Email, MeetingKey, RoomKey};
use showcaller_ledger::{InboxEntry, InboxState};
use showcaller_show::Intent;
use showcaller_webex::{Error as WebexError, Message, MessageId, PersonId, RoomId};
use uuid::Uuid;

use super::context::Context;
use super::mention;

/// For how long Webex may take until a message can be read (messaging §9.3).
const READABLE_WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// The longest pause between two tries.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_secs(30);

/// A question, and all that its answer depends on.
#[derive(Debug)]
pub(super) struct Asked {
    /// The UUID of the message or the press that asks.
    pub(super) id: Uuid,
    pub(super) wants: Wants,
    pub(super) room: RoomId,
    pub(super) place: Place,
    /// The first message of the thread in which it was asked.
    pub(super) thread: Option<MessageId>,
    pub(super) person: PersonId,
    /// Who asks, if the ledger or the roster knows.
    pub(super) asker: Option<Email>,
    /// When, by Webex's clock.
    pub(super) at: Timestamp,
}

/// Where something is asked that the bot answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// In a room of the event.
    Room(RoomKey),
    Private,
}

/// What is asked for.
#[derive(Debug)]
pub(super) enum Wants {
    /// What a text says.
    Words(String),
    /// What a button stands for, on a card in this language.
    Button(Intent, Option<Language>),
}

/// What an operator pressed on a preview.
#[derive(Debug, Clone, Copy)]
pub(super) struct Press {
    /// The UUID of the message or press that the preview answers.
    pub(super) question: Uuid,
    /// Whether it is to be done.
    pub(super) yes: bool,
}

/// A person who says that they are there.
#[derive(Debug)]
pub(super) struct Present {
    pub(super) person: Email,
    pub(super) meetings: Vec<MeetingKey>,
}

/// The result of reading.
#[derive(Debug)]
pub(super) enum Reading {
    Asked(Box<Asked>),
    /// A button of an operator's preview was pressed.
    Pressed(Box<Asked>, Press),
    /// The button of a check-in was pressed.
    CheckedIn(Box<Asked>, Present),
    /// There is nothing to answer.
    Ends(InboxState),
    /// It cannot be read now.
    Again(SignedDuration),
}

/// Reads the message that an entry tells of.
pub(super) async fn message(context: &Context, entry: &InboxEntry) -> Reading {
    let event = &entry.incoming;
    let room = RoomId::from(&*event.room);
    let Some(place) = place(context, &room, event.direct).await else {
        return Reading::Ends(InboxState::Ignored);
    };
    let id = MessageId::from(&*event.remote_id);
    let message = match context.webex.get_message(&id).await {
        Ok(message) => message,
        Err(error) => return unreadable(context, entry, &error),
    };
    let (Some(id), Some(person)) = (id.uuid(), message.person_id.clone()) else {
        return Reading::Ends(InboxState::Ignored);
    };
    if context.is_me(&person) || is_a_bot(&message) {
        return Reading::Ends(InboxState::Ignored);
    }
    let Some(text) = mention::question(&message, event.direct, &context.me) else {
        return Reading::Ends(InboxState::Ignored);
    };
    let in_force = context.in_force.latest();
    Reading::Asked(Box::new(Asked {
        id,
        wants: Wants::Words(text),
        room,
        place,
        thread: message.parent_id,
        asker: in_force.person(&person, message.person_email.as_deref()),
        person,
        at: message.created.unwrap_or(event.at),
    }))
}

/// Where a room is; `None` for one that is not the event's. One that an apply has just made is looked
/// for before it counts as another's.
pub(super) async fn place(context: &Context, room: &RoomId, direct: bool) -> Option<Place> {
    if direct {
        return Some(Place::Private);
    }
    if let Some(key) = context.in_force.latest().directory.room(room) {
        return Some(Place::Room(key.clone()));
    }
    let in_force = context.in_force.refreshed().await;
    in_force.directory.room(room).cloned().map(Place::Room)
}

/// What becomes of an entry whose message, or press, cannot be read.
pub(super) fn unreadable(context: &Context, entry: &InboxEntry, error: &WebexError) -> Reading {
    let waited = context.clock.now().duration_since(entry.heard_at);
    if error.is_not_found() && waited >= READABLE_WITHIN {
        return Reading::Ends(InboxState::Gone);
    }
    tracing::debug!(%error, tries = entry.tries, "it cannot be read yet");
    Reading::Again(pause(entry.tries))
}

/// Twice as long after each try.
pub(super) fn pause(tries: u32) -> SignedDuration {
    SignedDuration::from_secs(1 << tries.min(5)).min(LONGEST_PAUSE)
}

fn is_a_bot(message: &Message) -> bool {
    let address = message.person_email.as_deref().unwrap_or_default();
    let domain = address.rsplit('@').next().unwrap_or_default();
    ["webex.bot", "sparkbot.io"]
        .into_iter()
        .any(|bots| domain.eq_ignore_ascii_case(bots))
}
