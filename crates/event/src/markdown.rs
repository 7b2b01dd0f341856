//! Webex's Markdown: how values stand in it that are no Markdown themselves.
//!
//! A backslash is no way out: Webex's clients read Markdown with different parsers, and the native one
//! of Adaptive Cards shows the backslash. So the few characters that begin formatting are replaced by
//! ones that look alike, and what only two characters together would begin (a link, an entity, a date
//! function of a card, an address) is kept apart by a zero-width space.

use crate::controls::{is_control, is_direction};

/// The most bytes of Markdown that Webex takes in a message.
pub const LONGEST: usize = 7_439;

const APART: char = '\u{200b}';

/// A text by others as text that no client formats: one line, no formatting, no mention, no link.
#[must_use]
pub fn inert(text: &str) -> String {
    let line = plain(text);
    let mut inert = String::with_capacity(line.len());
    if begins_block(&line) {
        inert.push(APART);
    }
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        inert.push(look_alike(letter));
        if letters.peek().is_some_and(|next| begins(letter, *next)) {
            inert.push(APART);
        }
    }
    inert
}

/// On one line, without anything that a terminal could take for a command, and without marks that
/// turn the direction of writing around.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars()
        .filter(|letter| !is_direction(*letter))
        .map(|letter| if is_control(letter) { ' ' } else { letter })
        .collect()
}

/// A text that people copy letter by letter, as code.
#[must_use]
pub fn code(text: &str) -> String {
    let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
    // Webex looks for mentions before it looks for code.
    let text = text.replace("<@", "<\u{200b}@");
    if !text.contains('`') {
        return format!("`{text}`");
    }
    let longest = text.split(|letter| letter != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or_default() + 1);
    format!("{fence} {text} {fence}")
}

/// A link. Its address ends where we end it.
#[must_use]
pub fn link(label: &str, url: &str) -> String {
    format!("[{label}]({})", target(url))
}

/// An address as it may stand in a link.
#[must_use]
pub(crate) fn target(url: &str) -> String {
    let mut address = String::with_capacity(url.len());
    for letter in url.chars() {
        match letter {
            '(' => address.push_str("%28"),
            ')' => address.push_str("%29"),
            '*' => address.push_str("%2A"),
            '`' => address.push_str("%60"),
            other => address.push(other),
        }
    }
    address
}

/// Whether a line that begins so is an item of a list, a heading or the like.
fn begins_block(line: &str) -> bool {
    let line = line.trim_start();
    let after_number = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
    line.starts_with(|letter: char| letter.is_ascii_punctuation())
        || (after_number.len() < line.len() && after_number.starts_with(['.', ')']))
}

/// Whether two characters one after the other begin an entity, a date function of a card, a link, an
/// image or an address.
fn begins(letter: char, next: char) -> bool {
    match letter {
        '&' => next == '#' || next.is_alphanumeric(),
        '{' => next == '{',
        ']' => matches!(next, '(' | '[' | ':'),
        '!' => next == '[',
        ':' | '/' => next == '/',
        '.' => next.is_alphabetic(),
        '@' => !next.is_whitespace(),
        _ => false,
    }
}

fn look_alike(letter: char) -> char {
    match letter {
        '*' => '∗',
        '_' => 'ˍ',
        '`' => 'ˋ',
        '~' => '∼',
        '\\' => '∖',
        '<' => '‹',
        '>' => '›',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_has_no_controls_and_does_not_turn_around() {
        assert_eq!(plain("a\u{1b}[2J\nb\u{202e}c\u{2028}d"), "a [2J bc d");
    }

    #[test]
    fn what_begins_no_formatting_stays_as_it_is() {
        for text in ["", "Team 1", "1", "2nd day", "Ann's (own) room!", "team-1"] {
            assert_eq!(inert(text), text);
        }
    }

    #[test]
    fn an_address_ends_where_the_link_ends() {
        assert_eq!(link("x", "https://a/b)c"), "[x](https://a/b%29c)");
    }
}
