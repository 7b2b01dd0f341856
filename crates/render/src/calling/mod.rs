//! What operators read of the show: how cues stand, what a command means, and what came of it.
//!
//! Sentences here name no way by which an operator speaks: what to do next is given in the operator's words
//! (`retry opening/day-2`), which a terminal precedes by its command. [`board_page`] lays a board out for a
//! terminal.

mod attention;
mod chat;
mod judged;
mod leader;
mod listing;
mod message;
mod needs;
mod outcome;
mod page;
mod preview;
mod reach;
mod receipts;

pub use self::attention::attention;
pub use self::chat::{
    ChatPreview, Note, YES, called, chat_advice, chat_listing, chat_preview, chat_refusal,
    chat_text, late_yes, meanwhile, note, question, slip_facts,
};
pub use self::judged::{Advice, fact, follow, not_found, refusal};
pub use self::leader::{Leader, Queue};
pub use self::listing::{ListedCue, ListedDay, Listing, waiting};
pub use self::message::message;
pub use self::needs::meeting_attention;
pub use self::outcome::{Outcome, Verdict};
pub use self::page::board_page;
pub use self::preview::{Previewed, cost, preview, without_access};
pub use self::reach::{audience, recipient};
pub use self::receipts::{Done, receipts, receipts_progress, receipts_verdict};

#[cfg(test)]
mod tests;
