//! Texts by others, made harmless for the place where they go.

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
}
