//! Control characters: what a terminal obeys instead of showing it, and what turns the direction of
//! writing around.

use std::borrow::Cow;

/// Whether a text that holds this character can look like another one, or move a cursor.
#[must_use]
pub fn is_control(letter: char) -> bool {
    letter.is_control() || is_direction(letter) || matches!(letter, '\u{2028}' | '\u{2029}')
}

/// Whether this is a mark of the bidirectional algorithm.
pub(crate) fn is_direction(letter: char) -> bool {
    matches!(
        letter,
        '\u{061c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
    )
}

/// A text by others on one line, with a visible stand-in for each control character.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    replaced(text, is_control)
}

/// The same for a text of several lines: its line breaks and tabs stay.
#[must_use]
pub fn visible_lines(text: &str) -> Cow<'_, str> {
    // A carriage return is a part of a line break where a line feed follows, and nowhere else.
    let lines = text.split("\r\n");
    let lines: Vec<_> = lines
        .map(|line| replaced(line, is_control_in_line))
        .collect();
    Cow::Owned(lines.join("\r\n"))
}

fn is_control_in_line(letter: char) -> bool {
    is_control(letter) && !matches!(letter, '\n' | '\t')
}

/// The text with a stand-in for each letter that is one of these.
pub(crate) fn replaced(text: &str, hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&hidden) {
        return Cow::Borrowed(text);
    }
    let shown = text.chars().map(|letter| match hidden(letter) {
        true => stand_in(letter),
        false => letter,
    });
    Cow::Owned(shown.collect())
}

/// One column wide: the picture that Unicode has of an ASCII control character, or �.
fn stand_in(letter: char) -> char {
    let picture = match u32::from(letter) {
        code @ ..0x20 => char::from_u32(0x2400 + code),
        0x7f => Some('␡'),
        _ => None,
    };
    picture.unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_control_character_has_a_visible_stand_in() {
        let hostile =
            "a\u{1b}]0;x\u{7}\u{1b}[2J\u{7f}\u{9b}1m\rb\u{202e}c\u{2066}\u{200f}\u{61c}\u{2029}";
        assert_eq!(visible(hostile), "a␛]0;x␇␛[2J␡�1m␍b�c����");
        assert_eq!(visible("a\r\n\tb"), "a␍␊␉b");
        assert_eq!(visible_lines("a\r\n\tb\rc\nd\r"), "a\r\n\tb␍c\nd␍");
        for letter in (char::MIN..=char::MAX).filter(|letter| is_control(*letter)) {
            let shown = visible_lines(&format!("<{letter}>")).into_owned();
            assert_eq!(shown.chars().count(), 3);
            let stays = matches!(letter, '\n' | '\t');
            assert_eq!(shown.contains(is_control), stays, "{letter:?}");
        }
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        for text in ["", "Zoë Müller", "日本語 👩‍🚀", "שלום", "soft\u{ad}hyphen"] {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text));
        }
    }
}
