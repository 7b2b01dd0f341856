//! Texts in so many columns of a terminal.

use unicode_width::UnicodeWidthStr as _;

/// Without its middle where it is longer than the column.
pub(crate) fn cut(text: &str, column: usize) -> String {
    if text.width() <= column {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let kept = column.saturating_sub(1);
    let (head, tail) = (kept.div_ceil(2), kept / 2);
    let head: String = letters.iter().take(head).collect();
    let tail: String = letters[letters.len() - tail.min(letters.len())..]
        .iter()
        .collect();
    let cut = format!("{head}…{tail}");
    match cut.width() <= column {
        true => cut,
        false => letters.iter().take(column / 2).collect(),
    }
}

/// The words of a text in lines of at most `width` columns; a longer word stands alone.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
