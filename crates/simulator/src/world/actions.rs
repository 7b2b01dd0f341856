//! Cards that people used: attachment actions.
//!
//! <https://developer.webex.com/docs/api/v1/attachment-actions>

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::fields::Fields;
use super::messages::Message;
use super::{Asking, World, messages, written};
use crate::ids::{self, Kind};
use crate::refusal::{Refusal, Served};

/// What a person entered into a card and sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Action {
    key: Uuid,
    pub(crate) message: Uuid,
    room: Uuid,
    person: Uuid,
    inputs: Map<String, Value>,
    created: Timestamp,
    pub(crate) seq: u64,
}

/// `POST /attachment/actions`. A card may be used any number of times, but not by its author.
pub(crate) fn create(world: &mut World, asking: &Asking<'_>, body: &Fields) -> Served {
    let refused = |cause: &str| Refusal::bad(format!("Unable to post attachment action: {cause}"));
    if body.filled("type")? != Some("submit") {
        return Err(Refusal::invalid("'type' must be submit."));
    }
    let id = body
        .filled("messageId")?
        .ok_or_else(|| Refusal::bad("messageId cannot be null"))?;
    let Some(Value::Object(given)) = body.get("inputs") else {
        return Err(Refusal::invalid("'inputs' must be an object."));
    };
    let inputs = as_texts(given)?;
    let message = messages::find(world, asking, id)?;
    if !message.has_card() {
        return Err(refused(
            "\"MessageId should point to an activity with cards\"",
        ));
    }
    if message.author == asking.person {
        return Err(refused(
            "\"Author of a card cannot submit a cardAction on that card\"",
        ));
    }
    let (message, room) = (message.key, message.room);
    let key = world.mint("action", &format!("{message} {}", asking.person));
    let seq = world.next_in_line();
    let action = Action {
        key,
        message,
        room,
        person: asking.person,
        inputs,
        created: asking.now,
        seq,
    };
    let shown = present(world, &action);
    world.actions.insert(key, action);
    world.action_event(asking, key);
    Ok(shown)
}

/// Webex hands inputs on as texts, a toggle as `true` or `false`. What cannot be a text is refused.
fn as_texts(given: &Map<String, Value>) -> Served<Map<String, Value>> {
    let text = |(name, value): (&String, &Value)| match value {
        Value::String(_) => Ok((name.clone(), value.clone())),
        Value::Bool(_) | Value::Number(_) => Ok((name.clone(), json!(value.to_string()))),
        _ => Err(Refusal::invalid(format!(
            "The input '{name}' must be a string."
        ))),
    };
    given.iter().map(text).collect()
}

/// `GET /attachment/actions/{id}`: for everybody who may read the card's message.
pub(crate) fn get(world: &World, asking: &Asking<'_>, id: &str) -> Served {
    let action = world.actions.get(&ids::read(id)?);
    let seen = action.filter(|action| {
        let message = world.messages.get(&action.message);
        message.is_some_and(|message| message.is_seen_by(world, asking, asking.person))
    });
    seen.map(|action| present(world, action))
        .ok_or_else(|| Refusal::new(404, "Unable to get attachment action."))
}

/// What pressing the button called `title` sends: what is entered, and the button's own `data`.
/// `None` if the card has no such button.
pub(crate) fn pressed(
    message: &Message,
    title: &str,
    entered: &Map<String, Value>,
) -> Option<Map<String, Value>> {
    let cards = message.cards();
    let button = cards.iter().find_map(|card| button(card, title))?;
    let mut inputs = entered.clone();
    if let Some(Value::Object(data)) = button.get("data") {
        inputs.extend(
            data.iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
    }
    Some(inputs)
}

/// The first button of that title, wherever in a card it is.
fn button<'c>(card: &'c Value, title: &str) -> Option<&'c Value> {
    match card {
        Value::Object(members) => {
            let own = members
                .get("type")
                .is_some_and(|kind| kind == "Action.Submit")
                && members.get("title").is_some_and(|own| own == title);
            match own {
                true => Some(card),
                false => members.values().find_map(|part| button(part, title)),
            }
        }
        Value::Array(parts) => parts.iter().find_map(|part| button(part, title)),
        _ => None,
    }
}

pub(crate) fn present(world: &World, action: &Action) -> Value {
    json!({
        "id": ids::spell(Kind::AttachmentAction, action.key),
        "type": "submit",
        "messageId": ids::spell(Kind::Message, action.message),
        "inputs": action.inputs,
        "personId": world.person(action.person).id(),
        "roomId": ids::spell(Kind::Room, action.room),
        "created": written(action.created),
    })
}
