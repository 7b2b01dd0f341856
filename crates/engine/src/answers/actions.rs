//! Presses of the buttons of cards.
//!
//! Anybody in a room may make up a press with any inputs, so nothing in it is believed but who pressed
//! and on which message: what a button stands for is what the ledger says of that message's card.

use serde_json::Value;
use showcaller_event::Language;
use showcaller_event::model::Email;
use showcaller_ledger::{
    Error as LedgerError, InboxEntry, InboxState, MessageKey, MessageKind, MessageOutcome,
    Operation, OperationState,
};
use showcaller_render::calling::YES;
use showcaller_show::Intent;
use showcaller_webex::{
    ActionId, AttachmentAction, Error as WebexError, MessageId, PersonId, RoomId,
};
use uuid::Uuid;

use super::context::Context;
use super::read::{Asked, Place, Present, Press, Reading, Wants, place, unreadable};
use crate::messages::evidence;
use crate::messages::{Outgoing, To};

/// The most messages that one answer has.
const MOST_PARTS: u32 = 100;

/// Reads the press that an entry tells of.
pub(super) async fn press(context: &Context, entry: &InboxEntry) -> Result<Reading, LedgerError> {
    let event = &entry.incoming;
    let room = RoomId::from(&*event.room);
    let ignored = Ok(Reading::Ends(InboxState::Ignored));
    let id = ActionId::from(&*event.remote_id);
    let action = match context.webex.get_attachment_action(&id).await {
        Ok(action) => action,
        Err(error) => return Ok(unreadable(context, entry, &error)),
    };
    let (Some(id), Some(person)) = (id.uuid(), action.person_id.clone()) else {
        return ignored;
    };
    if context.is_me(&person) {
        return ignored;
    }
    let Some(button) = button(context, &action, &room).await? else {
        tracing::debug!(key = %entry.key, "a press on no button of ours is ignored");
        return ignored;
    };
    // Webex does not say of what kind the room is; the card does.
    let Some(place) = place(context, &room, button.private).await else {
        return ignored;
    };
    let asker = match presser(context, &person).await {
        Ok(presser) => presser,
        Err(error) => return Ok(unreadable(context, entry, &error)),
    };
    let asker = asker.or_else(|| match place {
        // There are only two in the room.
        Place::Private => button.to.clone(),
        Place::Room(_) => None,
    });
    let (press, present) = (button.press, button.present);
    let asked = Box::new(Asked {
        id,
        wants: Wants::Button(button.intent, button.language),
        room,
        place,
        thread: button.thread,
        asker,
        person,
        at: action.created.unwrap_or(event.at),
    });
    Ok(match (press, present) {
        (_, Some(present)) => Reading::CheckedIn(asked, present),
        (Some(press), None) => Reading::Pressed(asked, press),
        (None, None) => Reading::Asked(asked),
    })
}

/// Who pressed. A press carries no address, so Webex is asked for it where the ledger has none that is on
/// the roster.
async fn presser(context: &Context, id: &PersonId) -> Result<Option<Email>, WebexError> {
    let in_force = context.in_force.latest();
    let known = in_force.person(id, None);
    if known
        .as_ref()
        .is_some_and(|it| in_force.event.person(it).is_some())
    {
        return Ok(known);
    }
    let person = match context.webex.get_person(id).await {
        Ok(person) => person,
        Err(error) if error.is_not_found() || error.is_forbidden() => return Ok(known),
        Err(error) => return Err(error),
    };
    let addresses = person
        .emails
        .iter()
        .map(|email| in_force.person(id, Some(email)));
    let on_roster = |email: &Email| in_force.event.person(email).is_some();
    Ok(addresses.flatten().find(on_roster).or(known))
}

/// A button of a card of ours.
struct Button {
    intent: Intent,
    language: Option<Language>,
    thread: Option<MessageId>,
    /// Whether the card is in the room of two people.
    private: bool,
    /// To whom the card was sent in private.
    to: Option<Email>,
    /// What it means on an operator's preview.
    press: Option<Press>,
    /// Who is there by it, on a check-in.
    present: Option<Present>,
}

/// The button that was pressed; `None` if there is none.
async fn button(
    context: &Context,
    action: &AttachmentAction,
    room: &RoomId,
) -> Result<Option<Button>, LedgerError> {
    let key = action.inputs.as_ref().and_then(|inputs| inputs.get("key"));
    let key = key
        .and_then(Value::as_str)
        .and_then(|key| key.rsplit_once('#'));
    let (Some((card, number)), Some(message)) = (key, &action.message_id) else {
        return Ok(None);
    };
    let Ok(number) = number.parse::<usize>() else {
        return Ok(None);
    };
    let Some((row, outgoing)) = card_of(context, card, message).await? else {
        return Ok(None);
    };
    let same_room = |sent: RoomId| sent.uuid() == room.uuid();
    let name = outgoing.buttons.get(number);
    let Some(name) = name.filter(|_| outgoing.room().is_none_or(same_room)) else {
        return Ok(None);
    };
    let to = row.address.strip_prefix("person/").map(Email::new);
    let asked_for = !outgoing.check_in.is_empty();
    let present = to.clone().filter(|_| asked_for).map(|person| Present {
        person,
        meetings: outgoing.check_in.clone(),
    });
    let question = outgoing.ask.as_ref().and_then(|_| answered_by(&row));
    Ok(Some(Button {
        press: question.map(|question| Press {
            question,
            yes: name == YES,
        }),
        present,
        intent: intent(name),
        language: Language::of_tag(&outgoing.language),
        thread: outgoing.thread.as_deref().map(MessageId::from),
        private: !matches!(outgoing.to, To::Room(_)),
        to,
    }))
}

/// The UUID of what a row answers.
fn answered_by(row: &Operation) -> Option<Uuid> {
    let (question, _) = row.key.as_ref()?.as_str().split_once('/')?;
    question.parse().ok()
}

/// The message of ours on which a card with this key is, if it is the one that was pressed on.
async fn card_of(
    context: &Context,
    card: &str,
    message: &MessageId,
) -> Result<Option<(Operation, Outgoing)>, LedgerError> {
    for part in 1..=MOST_PARTS {
        // The buttons of an answer are on one of its parts.
        let in_parts = card.starts_with(MessageKind::Answer.as_str());
        let key = match in_parts {
            true => MessageKey::parse(&format!("{card}/{part}")),
            false => MessageKey::parse(card).filter(|_| part == 1),
        };
        let Some(key) = key else { return Ok(None) };
        let Some(row) = context.ledger.message(&key).await? else {
            return Ok(None);
        };
        let Ok(outgoing) = Outgoing::read(&row.body) else {
            return Ok(None);
        };
        if !outgoing.buttons.is_empty() && is_on(context, &row, &outgoing, message).await? {
            return Ok(Some((row, outgoing)));
        }
    }
    Ok(None)
}

/// Whether a row is this message of Webex. A press on a message in doubt is evidence that it was sent.
async fn is_on(
    context: &Context,
    row: &Operation,
    outgoing: &Outgoing,
    message: &MessageId,
) -> Result<bool, LedgerError> {
    match row.state {
        OperationState::Done => {
            let id = row
                .outcome
                .as_ref()
                .and_then(|answer| answer["id"].as_str());
            Ok(id.is_some_and(|id| MessageId::from(id).uuid() == message.uuid()))
        }
        OperationState::Sending | OperationState::Unclear => {
            let Ok(shown) = context.webex.get_message(message).await else {
                return Ok(false);
            };
            if !evidence::is_it(context.bot(), outgoing, &shown).await? {
                return Ok(false);
            }
            let done = MessageOutcome::Done(evidence::answer(&shown.id));
            let (by, now) = (context.process.instance(), context.clock.now());
            let ending = outgoing.ending(&done);
            let settled = context
                .ledger
                .settle_message(row.attempt(), ending, by, now);
            settled.await?;
            Ok(true)
        }
        OperationState::Waiting | OperationState::Failed => Ok(false),
    }
}

/// The intent of that name.
pub(super) fn intent(name: &str) -> Intent {
    let built_in = Intent::BUILT_IN.into_iter().find(|it| it.as_str() == name);
    built_in.unwrap_or_else(|| Intent::Custom(name.to_owned()))
}
