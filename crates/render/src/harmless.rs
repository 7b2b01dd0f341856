//! Texts by others, made harmless for the place where they go.

/// On one line, without anything that a terminal could take for a command, and without marks that
/// turn the direction of writing around.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .filter_map(|letter| match letter {
            '\u{061c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => None,
            '\u{2028}' | '\u{2029}' => Some(' '),
            letter if letter.is_control() => Some(' '),
            letter => Some(letter),
        })
        .collect()
}

/// The link, if it is one that may be clicked on: `https`, and nothing but printable ASCII.
pub(crate) fn clickable(link: &str) -> Option<&str> {
    let host = link.strip_prefix("https://")?;
    let clean = link
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'\\'));
    (clean && !host.is_empty()).then_some(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_links_are_clickable() {
        assert_eq!(
            clickable("https://a.example/j?x=1"),
            Some("https://a.example/j?x=1")
        );
        for bad in [
            "http://a.example",
            "javascript:alert(1)",
            "https://",
            "https://a.example/\r\nX: y",
            "https://a.example/\" onclick=\"",
            " https://a.example",
        ] {
            assert_eq!(clickable(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn plain_text_has_no_controls_and_does_not_turn_around() {
        assert_eq!(plain("a\u{1b}[2J\nb\u{202e}c\u{2028}d"), "a [2J bc d");
    }
}
