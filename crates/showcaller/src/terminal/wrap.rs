//! Sentences become lines.

use console::measure_text_width;

/// However deep a text is indented, its lines have so many columns.
const NARROWEST: usize = 12;

/// The words of `text` in lines of at most `width` columns, each indented by `indent`. A word that
/// is longer stands alone, so that links and paths stay whole.
pub(crate) fn wrapped(text: &str, indent: usize, width: usize) -> Vec<String> {
    let room = width.saturating_sub(indent).max(NARROWEST);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in &unbroken(text, room) {
        let length = measure_text_width(&line);
        if line.is_empty() {
            line.push_str(word);
        } else if length + 1 + measure_text_width(word) <= room {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(std::mem::replace(&mut line, word.clone()));
        }
    }
    lines.push(line);
    let margin = " ".repeat(indent);
    lines
        .into_iter()
        .map(|line| format!("{margin}{line}"))
        .collect()
}

/// Words, and what is in backticks as one, where a line has room for it.
fn unbroken(text: &str, room: usize) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        let mut part = word.to_owned();
        let mut ahead = words.clone();
        while part.matches('`').count() % 2 == 1 {
            let Some(next) = ahead.next() else { break };
            part.push(' ');
            part.push_str(next);
        }
        if part.matches('`').count() % 2 == 0 && measure_text_width(&part) <= room {
            words = ahead;
            parts.push(part);
        } else {
            parts.push(word.to_owned());
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn what_is_in_backticks_stays_on_one_line() {
        let text =
            "If it is another name, write `previously: talk` there, or `a b c d e f g h i j`";
        assert_eq!(
            wrapped(text, 0, 36),
            [
                "If it is another name, write",
                "`previously: talk` there, or",
                "`a b c d e f g h i j`"
            ]
        );
        assert_eq!(wrapped("it says `one two three four five", 0, 20).len(), 2);
    }

    #[test]
    fn lines_keep_to_the_width_and_long_words_stay_whole() {
        let lines = wrapped(
            "one two three https://example.com/a/very/long/path four",
            2,
            22,
        );
        assert_eq!(
            lines,
            [
                "  one two three",
                "  https://example.com/a/very/long/path",
                "  four"
            ]
        );
    }
}
