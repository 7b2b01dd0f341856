//! Content lines (RFC 5545 §3.1).

use showcaller_event::controls::is_control;

/// Octets of a line without its line break.
const LINE: usize = 75;

/// A file that is being written.
#[derive(Debug, Default)]
pub(super) struct Content {
    text: String,
}

impl Content {
    /// One property. The value is written as it is: text goes through [`escaped`] before.
    pub(super) fn line(&mut self, name: &str, value: &str) {
        let mut column = 0;
        for letter in name.chars().chain([':']).chain(value.chars()) {
            // Folded between characters, never inside one.
            if column + letter.len_utf8() > LINE {
                self.text.push_str("\r\n ");
                column = 1;
            }
            self.text.push(letter);
            column += letter.len_utf8();
        }
        self.text.push_str("\r\n");
    }

    pub(super) fn done(self) -> String {
        self.text
    }
}

/// A text value (RFC 5545 §3.3.11). Line breaks of any kind become `\n`; other control characters
/// are not allowed there and are dropped, but for the tabulator. So are those that turn the direction
/// of a text: a calendar shows it among others.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' | ';' | ',' => {
                safe.push('\\');
                safe.push(letter);
            }
            '\r' if letters.peek() == Some(&'\n') => {}
            '\r' | '\n' | '\u{2028}' | '\u{2029}' => safe.push_str("\\n"),
            '\t' => safe.push(letter),
            letter if is_control(letter) => {}
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_75_octets_is_whole_and_one_of_76_is_folded() {
        let mut file = Content::default();
        file.line("X", &"a".repeat(73));
        assert_eq!(file.done(), format!("X:{}\r\n", "a".repeat(73)));
        let mut file = Content::default();
        file.line("X", &"a".repeat(74));
        assert_eq!(file.done(), format!("X:{}\r\n a\r\n", "a".repeat(73)));
    }

    #[test]
    fn a_character_is_never_cut() {
        let mut file = Content::default();
        file.line("X", &format!("{}😀{}", "a".repeat(71), "ü".repeat(50)));
        let text = file.done();
        for line in text.split_terminator("\r\n") {
            assert!(line.len() <= LINE, "{line:?}");
        }
        assert!(text.contains("\r\n 😀"), "{text:?}");
    }

    #[test]
    fn what_has_a_meaning_is_escaped() {
        assert_eq!(
            escaped("a;b,c\\d\r\ne\nf\rg\u{7}"),
            "a\\;b\\,c\\\\d\\ne\\nf\\ng"
        );
    }
}
