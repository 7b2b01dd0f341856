//! Rules about every request.

use http::header::AUTHORIZATION;
use serde_json::Value;

use super::{Asked, Check, Complaints, Rule, instant};
use crate::path::each_member;

const EVERYWHERE: &[&str] = &[];

/// Members and query parameters that hold an e-mail address.
const ADDRESSES: &[&str] = &[
    "personEmail",
    "toPersonEmail",
    "email",
    "hostEmail",
    "userEmail",
];

pub(super) const RULES: &[Rule] = &[
    // Head of the messaging sheet.
    Rule {
        name: "bearer-token",
        source: "messaging §11",
        on: EVERYWHERE,
        check: Check::Request(bearer_token),
    },
    Rule {
        name: "malformed-address",
        source: "messaging §1.3",
        on: EVERYWHERE,
        check: Check::Request(addresses),
    },
    Rule {
        name: "timezone-name",
        source: "meetings §2",
        on: EVERYWHERE,
        check: Check::Request(timezone),
    },
];

fn bearer_token(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    let token = asked
        .headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    if token.is_none_or(|token| token.is_empty() || token.contains(' ')) {
        complaints.header("authorization", "every call carries `Bearer` and a token");
    }
}

/// Webex takes a malformed address for somebody it does not know; a client of
/// ours must not get that far.
fn addresses(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    let wrong = "is not an e-mail address";
    for (name, value) in asked.query {
        if ADDRESSES.contains(&name.as_str()) && !is_address(value) {
            complaints.query(name, wrong);
        }
    }
    let Some(body) = asked.body else {
        return;
    };
    each_member(
        body,
        &["attachments", "inputs"],
        &mut |pointer, name, value| {
            if ADDRESSES.contains(&name)
                && let Value::String(text) = value
                && !is_address(text)
            {
                complaints.body(pointer, wrong);
            }
        },
    );
}

/// One `@` with something on both sides, and no space: what RFC 5322 allows
/// beyond that is for Webex to refuse.
pub(super) fn is_address(text: &str) -> bool {
    match text.split_once('@') {
        Some((local, domain)) => {
            !local.is_empty()
                && !domain.is_empty()
                && !domain.contains('@')
                && !text.contains(char::is_whitespace)
        }
        None => false,
    }
}

/// `timezone`, in the body and as the header that picks the zone of an answer, is
/// an IANA name.
fn timezone(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    let wrong = "is not the name of a time zone in the IANA database";
    if let Some(value) = asked.headers.get("timezone") {
        let known = value.to_str().ok().and_then(instant::zone);
        if known.is_none() {
            complaints.header("timezone", wrong);
        }
    }
    if let Some(name) = asked.text("timezone")
        && instant::zone(name).is_none()
    {
        complaints.body("/timezone", wrong);
    }
}
