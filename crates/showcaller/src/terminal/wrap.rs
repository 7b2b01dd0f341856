//! Sentences become lines.

use console::measure_text_width;

/// The words of `text` in lines of at most `width` columns, each indented by `indent`. A word that
/// is longer stands alone, so that links and paths stay whole.
pub(crate) fn wrapped(text: &str, indent: usize, width: usize) -> Vec<String> {
    let room = width.saturating_sub(indent).max(20);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let length = measure_text_width(&line);
        if line.is_empty() {
            line.push_str(word);
        } else if length + 1 + measure_text_width(word) <= room {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(std::mem::replace(&mut line, word.to_owned()));
        }
    }
    lines.push(line);
    let margin = " ".repeat(indent);
    lines
        .into_iter()
        .map(|line| format!("{margin}{line}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::wrapped;

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
