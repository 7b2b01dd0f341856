//! How messages are shown.

use serde_json::{Value, json};

use super::{Message, markdown};
use crate::ids::{self, Kind};
use crate::world::rooms::Room;
use crate::world::{Asking, World, written};

/// A message as answers show it. Files are served from addresses of Webex's own.
pub(crate) fn present(world: &World, asking: &Asking<'_>, message: &Message) -> Value {
    let author = world.person(message.author);
    let mut shown = json!({
        "id": ids::spell(Kind::Message, message.key),
        "roomId": ids::spell(Kind::Room, message.room),
        "roomType": world.rooms.get(&message.room).map_or("group", Room::kind),
        "personId": author.id(),
        "personEmail": author.email,
        "created": written(message.created),
    });
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            shown[name] = value;
        }
    };
    put(
        "parentId",
        message
            .parent
            .map(|parent| json!(ids::spell(Kind::Message, parent))),
    );
    put("text", message.text.as_ref().map(|text| json!(text)));
    put(
        "markdown",
        message.markdown.as_ref().map(|text| json!(text)),
    );
    put(
        "html",
        message
            .markdown
            .as_deref()
            .map(|text| json!(markdown::html(text, world))),
    );
    let served = || {
        let id = ids::spell(Kind::Message, message.key);
        json!([format!("{}/contents/{id}", asking.base)])
    };
    put("files", (!message.files.is_empty()).then(served));
    put(
        "attachments",
        (!message.attachments.is_empty()).then(|| json!(message.attachments)),
    );
    let people: Vec<String> = message
        .mentions
        .people
        .iter()
        .map(|key| ids::spell(Kind::Person, *key))
        .collect();
    put(
        "mentionedPeople",
        (!people.is_empty()).then(|| json!(people)),
    );
    put(
        "mentionedGroups",
        message.mentions.all.then(|| json!(["all"])),
    );
    put(
        "updated",
        message.updated.map(|instant| json!(written(instant))),
    );
    shown
}
