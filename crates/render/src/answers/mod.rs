//! Answers as people see them in Webex: a card, and beneath it Markdown that says the same in the same
//! order for those who see no cards.
//!
//! A [`Reply`] goes in, which is facts; [`Message`]s come out, in the asker's language. What others
//! wrote (titles, names, words of a question) is shown as text and never as formatting, a link or a
//! mention. Only the file's own answers are the organisers' Markdown, and stay it.

mod card;
mod changes;
mod compose;
mod inert;
mod listing;
mod markdown;
mod message;
mod notices;
mod page;
mod phrases;
mod split;
mod times;
mod transcript;
mod words;

pub(crate) use self::card::shows;
pub use self::changes::changes;
pub use self::message::{Card, Message};
pub use self::notices::{Notice, apologising, notice, one_after_the_other, see_above, sos_ticket};
pub use self::transcript::transcript;
use showcaller_event::Language;
use showcaller_secret::Secret;
use showcaller_show::Reply;

use self::compose::Composed;

/// An answer, in the order in which its messages are sent; more than one if it is long.
///
/// The card's Submit buttons carry `card_key` and a number, and nothing else: a forged action learns
/// and changes nothing by it. Only the last message has such buttons.
#[must_use]
pub fn messages(reply: &Reply, card_key: &str) -> Vec<Message> {
    match compose::compose(reply) {
        Composed::Page(page) => split::split(page)
            .iter()
            .map(|page| Message {
                markdown: Secret::new(markdown::page(page)),
                card: card::card(page, card_key),
            })
            .collect(),
        Composed::Texts(texts) => markdown::pack(&texts)
            .into_iter()
            .map(Message::of_markdown)
            .collect(),
    }
}

/// The question whether a person is there, with a button that says so. As [`messages`] otherwise.
#[must_use]
pub fn check_in(reply: &Reply, card_key: &str) -> Option<Message> {
    let mut message = messages(reply, card_key).into_iter().next()?;
    let phrases = phrases::of(reply.language);
    if let Some(card) = &mut message.card {
        card.add_here(phrases, card_key);
    }
    Some(message)
}

/// What a person is told who said so.
#[must_use]
pub fn checked_in(language: Language) -> Message {
    Message::of_markdown(phrases::of(language).checked_in.to_owned())
}

#[cfg(test)]
mod tests;
