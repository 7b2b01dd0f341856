//! What is sent to Webex.

use std::fmt;

use showcaller_secret::Secret;
use showcaller_show::Intent;

/// One message in Webex.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// At most 7,439 bytes of Webex's Markdown; what is said to those who see no cards.
    pub markdown: Secret,
    /// The same as a card.
    pub card: Option<Card>,
}

/// An Adaptive Card of version 1.3.
#[derive(Clone, PartialEq)]
pub struct Card {
    /// The card itself; the content of an attachment. It holds links and passwords.
    pub content: serde_json::Value,
    /// What its Submit buttons ask for: the button with the data `{"key": "CARD-KEY#n"}` asks for the
    /// n-th, counted from zero.
    pub keys: Vec<Intent>,
}

/// Shows no content.
impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Card")
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

impl Message {
    pub(super) fn of_markdown(markdown: String) -> Self {
        Self {
            markdown: Secret::new(markdown),
            card: None,
        }
    }
}
