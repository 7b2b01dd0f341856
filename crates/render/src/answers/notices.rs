//! What is said around answers, and to the organisers.

use showcaller_event::Language;
use showcaller_event::markdown::LONGEST;
use showcaller_secret::Secret;
use showcaller_show::Intent;

use super::inert::Inert;
use super::message::Message;
use super::phrases;
use super::words::word;

const TITLE: usize = 128;
/// The most characters of what a person wrote.
const WRITTEN: usize = 1_000;

/// The same answer, beginning with the apology that it comes late.
#[must_use]
pub fn apologising(mut messages: Vec<Message>, language: Language) -> Vec<Message> {
    let apology = phrases::of(language).apology;
    let Some(first) = messages.first_mut() else {
        return messages;
    };
    let markdown = format!("{apology}\n\n{}", first.markdown.expose());
    if markdown.len() > LONGEST {
        messages.insert(0, Message::of_markdown(apology.to_owned()));
        return messages;
    }
    first.markdown = Secret::new(markdown);
    if let Some(card) = &mut first.card {
        card.begin_with(apology);
    }
    messages
}

/// The short answer to what was answered in that room a moment ago, while Webex takes only few
/// messages. `custom` is the word of an answer of the file.
#[must_use]
pub fn see_above(language: Language, intent: &Intent, custom: Option<&str>) -> Message {
    let phrases = phrases::of(language);
    let asked = match word(intent, phrases) {
        Some(word) => word.to_owned(),
        None => Inert::new(custom.unwrap_or(intent.as_str()), TITLE).to_string(),
    };
    Message::of_markdown((phrases.see_above)(&asked))
}

/// What slows a person down who asks faster than people read.
#[must_use]
pub fn one_after_the_other(language: Language) -> Message {
    Message::of_markdown(phrases::of(language).one_after_the_other.to_owned())
}

/// What the organisers read when a person calls for them. The address is code, so that it can be
/// copied.
#[must_use]
pub fn sos_ticket(
    language: Language,
    who: &str,
    address: Option<&str>,
    room: Option<&str>,
    wrote: &str,
) -> Message {
    let phrases = phrases::of(language);
    let who = Inert::new(who, TITLE);
    let head = match room {
        Some(room) => (phrases.ticket_in_room)(&who, &Inert::new(room, TITLE)),
        None => (phrases.ticket_in_private)(&who),
    };
    let wrote = Inert::new(wrote, WRITTEN);
    let address = address.map_or_else(String::new, |address| {
        format!("\n\n{}", showcaller_event::markdown::code(address))
    });
    Message::of_markdown(format!("{head}\n\n> {wrote}{address}"))
}

/// What the bot lost in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The bot was removed from it.
    Removed,
    /// The bot is not its moderator any more.
    NoModerator,
}

/// A notice to the organisers about a room, by its title.
#[must_use]
pub fn notice(language: Language, notice: Notice, room: &str) -> Message {
    let phrases = phrases::of(language);
    let room = Inert::new(room, TITLE);
    Message::of_markdown(match notice {
        Notice::Removed => (phrases.removed)(&room),
        Notice::NoModerator => (phrases.no_moderator)(&room),
    })
}
