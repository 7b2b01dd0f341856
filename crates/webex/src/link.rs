//! The `Link` header (RFC 8288 §3): where the next page of a list is.

use http::{HeaderMap, header::LINK};

/// The target of the first link with the relation `next`, over all `Link` headers, as written.
pub(crate) fn next(headers: &HeaderMap) -> Option<String> {
    headers.get_all(LINK).iter().find_map(|value| {
        // A stray byte in some title must not end the list.
        let value = String::from_utf8_lossy(value.as_bytes());
        next_in(&value).map(str::to_owned)
    })
}

/// As [`next`], in one header value.
fn next_in(value: &str) -> Option<&str> {
    let mut rest = value;
    loop {
        // A link starts at its bracket; what lies before is separators or garbage.
        let (_, after) = rest.split_once('<')?;
        let (target, parameters) = after.split_once('>')?;
        let (parameters, following) = split_link(parameters);
        if relations(parameters).is_some_and(|names| {
            names
                .split_ascii_whitespace()
                .any(|name| name.eq_ignore_ascii_case("next"))
        }) {
            return Some(target);
        }
        rest = following;
    }
}

/// Splits after the parameters of one link: at the first comma outside quotes.
fn split_link(text: &str) -> (&str, &str) {
    match unquoted(text, ',') {
        Some(comma) => (&text[..comma], &text[comma + 1..]),
        None => (text, ""),
    }
}

/// The value of the first `rel` parameter (a second one does not count, RFC 8288 §3.3).
fn relations(mut parameters: &str) -> Option<&str> {
    loop {
        let end = unquoted(parameters, ';').unwrap_or(parameters.len());
        let (name, value) = parameters[..end].split_once('=').unwrap_or_default();
        if name.trim().eq_ignore_ascii_case("rel") {
            return Some(value.trim().trim_matches('"'));
        }
        parameters = parameters.get(end + 1..)?;
    }
}

/// Where `wanted` first stands outside of a quoted string.
fn unquoted(text: &str, wanted: char) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if character == wanted && !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::plain(
        r#"<https://x.test/a?max=2>; rel="next""#,
        Some("https://x.test/a?max=2")
    )]
    #[case::token("<https://x.test/a>;rel=next", Some("https://x.test/a"))]
    #[case::second(
        r#"<https://x.test/p>; rel="prev", <https://x.test/n>; rel="next""#,
        Some("https://x.test/n")
    )]
    #[case::any_order(
        r#"<https://x.test/n>; title="t"; rel="next"; type=x"#,
        Some("https://x.test/n")
    )]
    #[case::quoted_comma(
        r#"<https://x.test/p>; title="a, <b>; rel=next"; rel=prev, <https://x.test/n>; rel=next"#,
        Some("https://x.test/n")
    )]
    #[case::quoted_escape(
        r#"<https://x.test/p>; title="\", rel=next"; rel=first, <https://x.test/n>; rel=next"#,
        Some("https://x.test/n")
    )]
    #[case::comma_in_target(
        "<https://x.test/a?cursor=1,2;3>; rel=next",
        Some("https://x.test/a?cursor=1,2;3")
    )]
    #[case::several_relations(r#"<https://x.test/n>; rel="last NEXT""#, Some("https://x.test/n"))]
    #[case::upper_case(r#"<https://x.test/n>; REL="next""#, Some("https://x.test/n"))]
    #[case::only_first_rel_counts(r#"<https://x.test/n>; rel=prev; rel=next"#, None)]
    #[case::another_relation(r#"<https://x.test/n>; rel="nextish""#, None)]
    #[case::no_relation("<https://x.test/n>", None)]
    #[case::unclosed("<https://x.test/n; rel=next", None)]
    #[case::garbage("nonsense", None)]
    #[case::empty("", None)]
    fn the_next_page_is_found(#[case] value: &str, #[case] expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        headers.insert(LINK, value.parse().expect("a header"));
        assert_eq!(next(&headers).as_deref(), expected);
    }

    #[test]
    fn links_may_be_spread_over_several_headers() {
        let mut headers = HeaderMap::new();
        headers.append(
            LINK,
            "<https://x.test/f>; rel=first".parse().expect("a header"),
        );
        headers.append(
            LINK,
            "<https://x.test/n>; rel=next".parse().expect("a header"),
        );
        assert_eq!(next(&headers).as_deref(), Some("https://x.test/n"));
    }

    #[test]
    fn a_stray_byte_in_another_parameter_does_not_end_the_list() {
        let value = b"<https://x.test/n>; title=\"caf\xe9\"; rel=next";
        let mut headers = HeaderMap::new();
        headers.insert(LINK, HeaderValue::from_bytes(value).expect("a header"));
        assert_eq!(next(&headers).as_deref(), Some("https://x.test/n"));
    }

    #[test]
    fn no_header_of_up_to_five_odd_characters_trips_the_parser() {
        let alphabet = ['<', '>', ';', ',', '=', '"', '\\', 'é'];
        let mut texts = vec![String::new()];
        for _ in 0..5 {
            let longer = texts
                .iter()
                .flat_map(|text| alphabet.map(|character| format!("{text}{character}")));
            texts = longer.collect();
            for text in &texts {
                // What has no name `rel` can have no next page.
                assert_eq!(next_in(text), None, "{text}");
                let named = format!("<n>;{text}rel=next");
                // Whatever it makes of this one, it comes from the header.
                assert!(next_in(&named).is_none_or(|target| named.contains(target)));
            }
        }
    }
}
