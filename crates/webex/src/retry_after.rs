//! `Retry-After`, in whatever form it comes (messaging §1.4, RFC 9110 §10.2.3).

use http::{HeaderMap, header::RETRY_AFTER};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};

/// The wait when Webex names none, as its Python SDK has it (messaging §1.4).
const UNNAMED: SignedDuration = SignedDuration::from_secs(15);

/// The shortest wait: a zero, or a date that a slow answer has overtaken, is no invitation to spin.
const SHORTEST: SignedDuration = SignedDuration::from_secs(1);

/// How long to wait: whole seconds or an HTTP date, read against `now`; 15 s if the header is
/// missing or says neither; never under 1 s.
pub(crate) fn wait(headers: &HeaderMap, now: Timestamp) -> SignedDuration {
    named(headers, now).unwrap_or(UNNAMED).max(SHORTEST)
}

/// How long the header asks to wait, if it is there and legible.
pub(crate) fn named(headers: &HeaderMap, now: Timestamp) -> Option<SignedDuration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are a wait that nobody sits out.
        return Some(SignedDuration::from_secs(text.parse().unwrap_or(i64::MAX)));
    }
    let date = rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(date.duration_since(now))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::seconds("120", 120)]
    #[case::with_blanks("  7 ", 7)]
    #[case::zero("0", 1)]
    #[case::http_date("Wed, 06 Oct 2027 08:00:30 GMT", 30)]
    #[case::date_in_the_past("Wed, 06 Oct 2027 07:00:00 GMT", 1)]
    #[case::garbage("soon", 15)]
    #[case::negative("-5", 15)]
    #[case::fraction("1.5", 15)]
    #[case::empty("", 15)]
    #[case::endless("99999999999999999999", i64::MAX)]
    fn every_form_of_the_header_gives_a_wait(#[case] text: &str, #[case] seconds: i64) {
        let now = "2027-10-06T08:00:00Z".parse().expect("a timestamp");
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, text.parse().expect("a header"));
        assert_eq!(wait(&headers, now), SignedDuration::from_secs(seconds));
    }

    #[test]
    fn a_missing_header_means_fifteen_seconds() {
        let wait = wait(&HeaderMap::new(), Timestamp::UNIX_EPOCH);
        assert_eq!(wait, SignedDuration::from_secs(15));
    }
}
