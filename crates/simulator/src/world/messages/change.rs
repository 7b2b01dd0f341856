//! Editing and deleting messages (messaging §6).

use uuid::Uuid;

use super::content::{Content, cards};
use super::{Message, find, present};
use crate::ids;
use crate::refusal::{Refusal, Served};
use crate::switches::CardEdit;
use crate::world::fields::Fields;
use crate::world::{Asking, World};

/// Edits of one message at most.
const MOST_EDITS: u32 = 10;

/// `PUT /messages/{id}`: one's own, ten times, and none with a file. The card of a message can be
/// put in another's place (switch `card-edit`).
pub(crate) fn update(world: &mut World, asking: &Asking<'_>, id: &str, body: &Fields) -> Served {
    let message = find(world, asking, id)?;
    let (key, room) = (message.key, message.room);
    if message.author != asking.person {
        return Err(Refusal::forbidden("Only the author can edit a message."));
    }
    let attachments = cards(body)?;
    may_edit(message, asking, !attachments.is_empty())?;
    let said = body
        .filled("roomId")?
        .ok_or_else(|| Refusal::bad("roomId cannot be null"))?;
    if ids::read(said)? != room {
        return Err(Refusal::invalid("The message is in another room."));
    }
    let content = Content::read(body)?;
    if content.markdown.is_some() && body.get("html").is_some() {
        return Err(Refusal::invalid(
            "'html' cannot come together with 'markdown'.",
        ));
    }
    if content.is_empty() && attachments.is_empty() {
        return Err(Refusal::bad("Both text and file cannot be empty."));
    }
    let mentions = content.mentions(world, room);
    let text = content.plain(world);
    let message = world
        .messages
        .get_mut(&key)
        .ok_or_else(Refusal::not_found)?;
    message.mentions = mentions;
    message.text = text;
    message.markdown = content.markdown;
    message.attachments = attachments;
    message.edits += 1;
    message.updated = Some(asking.now);
    move_activity(world, asking, room);
    world.message_event(asking, "updated", key);
    let message = &world.messages[&key];
    Ok(present(world, asking, message))
}

/// Whether a message can be edited, in its author's hands, with a new card or without one.
fn may_edit(message: &Message, asking: &Asking<'_>, with_card: bool) -> Served<()> {
    let has_card = message.has_card();
    let works = asking.switches.card_edit == CardEdit::Works;
    // A card comes in the place of a card, never of words alone or the other way round.
    let fits = with_card == has_card && (works || !has_card);
    if !message.files.is_empty() || !fits {
        return Err(Refusal::bad(
            "Editing messages with files or attachments is not supported.",
        ));
    }
    let counted = !has_card || asking.switches.card_edits_counted;
    if counted && message.edits >= MOST_EDITS {
        return Err(Refusal::bad("The message was edited as often as possible."));
    }
    Ok(())
}

/// `DELETE /messages/{id}`: by the author or a moderator.
pub(crate) fn delete(world: &mut World, asking: &Asking<'_>, id: &str) -> Served<()> {
    let message = find(world, asking, id).map_err(|refusal| match refusal.status {
        404 => Refusal::new(404, "Unable to delete message."),
        _ => refusal,
    })?;
    let (key, room) = (message.key, message.room);
    if message.author != asking.person && !world.rooms[&room].moderates(asking.person) {
        return Err(Refusal::forbidden(
            "Only the author or a moderator can delete a message.",
        ));
    }
    world.message_event(asking, "deleted", key);
    world.messages.remove(&key);
    move_activity(world, asking, room);
    Ok(())
}

/// A change is something that happens in a room, or not (switch `change-moves-activity`).
fn move_activity(world: &mut World, asking: &Asking<'_>, room: Uuid) {
    if asking.switches.change_moves_activity
        && let Some(room) = world.rooms.get_mut(&room)
    {
        room.last_activity = room.last_activity.max(asking.now);
    }
}
