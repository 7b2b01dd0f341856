//! What a message says, as it comes in.

use serde_json::Value;
use uuid::Uuid;

use super::markdown::{self, Mentions};
use crate::refusal::{Refusal, Served};
use crate::world::World;
use crate::world::fields::Fields;

/// Bytes of `text`, and of `markdown`, at most (messaging §6).
const MOST_BYTES: usize = 7439;
const CARD: &str = "application/vnd.microsoft.card.adaptive";

/// One adaptive card at most.
pub(super) fn cards(body: &Fields) -> Served<Vec<Value>> {
    let cards = body.list("attachments")?.unwrap_or_default();
    if cards.len() > 1 {
        return Err(Refusal::invalid(
            "Only one card can be sent with a message.",
        ));
    }
    for card in cards {
        let card = Fields::from_value(card)?;
        let content = card.get("content").is_some_and(Value::is_object);
        if card.text("contentType")? != Some(CARD) || !content {
            return Err(Refusal::invalid(format!(
                "An attachment is a card of the type '{CARD}'."
            )));
        }
    }
    Ok(cards.to_vec())
}

/// What a message says.
pub(super) struct Content {
    text: Option<String>,
    pub(super) markdown: Option<String>,
}

impl Content {
    pub(super) fn read(body: &Fields) -> Served<Self> {
        let part = |name: &str| -> Served<Option<String>> {
            let part = body.text(name)?.filter(|part| !part.is_empty());
            if part.is_some_and(|part| part.len() > MOST_BYTES) {
                return Err(Refusal::invalid(format!(
                    "'{name}' cannot be longer than {MOST_BYTES} bytes."
                )));
            }
            Ok(part.map(str::to_owned))
        };
        Ok(Self {
            text: part("text")?,
            markdown: part("markdown")?,
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_none() && self.markdown.is_none()
    }

    pub(super) fn plain(&self, world: &World) -> Option<String> {
        let of_markdown = |text: &String| markdown::plain(text, world);
        let text = self.text.clone();
        text.or_else(|| self.markdown.as_ref().map(of_markdown))
    }

    /// Mentions work in rooms of several, and in Markdown only.
    pub(super) fn mentions(&self, world: &World, room: Uuid) -> Mentions {
        match &self.markdown {
            Some(text) if !world.rooms[&room].direct => markdown::mentions(text, world),
            _ => Mentions::default(),
        }
    }
}
