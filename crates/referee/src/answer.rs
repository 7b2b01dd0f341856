//! Judging an answer: status, headers and body by the document, then the rules.

use http::StatusCode;
use http::header::{LINK, RETRY_AFTER};
use serde_json::Value;
use url::Url;

use crate::address::{Route, Target};
use crate::body;
use crate::finding::{Finding, Findings, Place};
use crate::operation::{Operation, Shape};
use crate::referee::Answer;
use crate::rules::{self, Answered};

/// Everything that is wrong with the answer of a known operation.
pub(crate) fn judge(route: &Route<'_>, given: &Answer<'_>) -> Vec<Finding> {
    let operation = route.operation;
    let name = operation.name();
    let mut findings = Findings::about(&name);
    let Some(shape) = operation.answers.get(&given.status.as_u16()) else {
        let known: Vec<String> = operation.answers.keys().map(u16::to_string).collect();
        findings.add(
            "unknown-status",
            Place::Status,
            format!("{} is none of {}", given.status.as_u16(), known.join(", ")),
        );
        return findings.into_vec();
    };
    if given.status.is_client_error() || given.status.is_server_error() {
        error(given, &mut findings);
        return findings.into_vec();
    }
    link(operation, given, &mut findings);
    match shape {
        Some(shape) => success(&name, shape, given, &mut findings),
        None => nothing(given, &mut findings),
    }
    findings.into_vec()
}

/// Everything that is wrong with an error, whatever was asked for.
pub(crate) fn judge_error(asked: &str, given: &Answer<'_>) -> Vec<Finding> {
    let mut findings = Findings::about(asked);
    error(given, &mut findings);
    findings.into_vec()
}

fn success(operation: &str, shape: &Shape, given: &Answer<'_>, findings: &mut Findings) {
    if !shape.json {
        return;
    }
    let Some(body) = read_json(given, findings) else {
        return;
    };
    body::judge(shape, &body, findings);
    let answered = Answered {
        operation,
        body: &body,
    };
    rules::judge_answer(&answered, findings);
}

/// DELETE answers 204 and nothing else (messaging §1.1).
fn nothing(given: &Answer<'_>, findings: &mut Findings) {
    if !given.body.is_empty() {
        findings.add(
            "unexpected-body",
            Place::Body(String::new()),
            format!("{} has no body", given.status.as_u16()),
        );
    }
}

/// The body, read as `application/json;charset=UTF-8` (messaging §1.1), however
/// that is spelled.
fn read_json(given: &Answer<'_>, findings: &mut Findings) -> Option<Value> {
    match body::media_type(given.headers) {
        Some((media, Some(charset))) if media == "application/json" && charset == "utf-8" => {}
        _ => findings.add(
            "content-type",
            Place::Header("content-type".to_owned()),
            "Webex answers application/json;charset=UTF-8",
        ),
    }
    let body = serde_json::from_slice(given.body).ok();
    if body.is_none() {
        findings.add(
            "body-not-json",
            Place::Body(String::new()),
            "the body is not JSON",
        );
    }
    body
}

/// `Link: <absolute address>; rel="next"`, on lists only (messaging §1.5).
fn link(operation: &Operation, given: &Answer<'_>, findings: &mut Findings) {
    let mut trouble = |message: String| {
        findings.add("link", Place::Header("link".to_owned()), message);
    };
    for value in given.headers.get_all(LINK) {
        if !operation.paged {
            trouble("this operation does not answer in pages".to_owned());
            continue;
        }
        let Ok(value) = value.to_str() else {
            trouble("is not text".to_owned());
            continue;
        };
        for one in value.split(", <") {
            if let Err(message) = one_link(operation, one.trim_start_matches('<')) {
                trouble(message);
            }
        }
    }
}

/// Judges `https://host/v1/rooms?…>; rel="next"`.
fn one_link(operation: &Operation, link: &str) -> Result<(), String> {
    let (address, parameters) = link
        .split_once('>')
        .ok_or("is not of the form <address>; rel=\"next\"")?;
    let address = Url::parse(address).map_err(|_| "the address is not absolute".to_owned())?;
    if !matches!(address.scheme(), "http" | "https") {
        return Err("the address is not http or https".to_owned());
    }
    if Target::parse(address.path()).path != operation.template {
        return Err(format!("leads away from {}", operation.template));
    }
    let relation = parameters
        .split(';')
        .find_map(|parameter| parameter.trim().strip_prefix("rel="));
    match relation.map(|relation| relation.trim_matches('"')) {
        Some("next" | "first" | "prev") => Ok(()),
        _ => Err("the relation is none of next, first, prev".to_owned()),
    }
}

fn error(given: &Answer<'_>, findings: &mut Findings) {
    retry_after(given, findings);
    let header = given
        .headers
        .get("trackingid")
        .and_then(|value| value.to_str().ok());
    if header.is_none_or(str::is_empty) {
        findings.add(
            "tracking-id",
            Place::Header("trackingid".to_owned()),
            "every error carries a tracking id (messaging §1.2)",
        );
    }
    if may_be_a_page(given) {
        return;
    }
    if let Some(body) = read_json(given, findings) {
        error_body(&body, header, findings);
    }
}

/// A 429 may be a page of HTML (messaging §1.2), and so may what a gateway says
/// on its own behalf.
fn may_be_a_page(given: &Answer<'_>) -> bool {
    let from_gateway =
        given.status == StatusCode::TOO_MANY_REQUESTS || given.status.is_server_error();
    let json = body::media_type(given.headers).is_some_and(|(media, _)| media.contains("json"));
    from_gateway && !json
}

/// Seconds, not a date (messaging §1.4).
fn retry_after(given: &Answer<'_>, findings: &mut Findings) {
    if let Some(value) = given.headers.get(RETRY_AFTER) {
        let seconds = value
            .to_str()
            .ok()
            .and_then(|value| value.parse::<u32>().ok());
        if seconds.is_none() {
            findings.add(
                "retry-after",
                Place::Header("retry-after".to_owned()),
                "Webex gives whole seconds",
            );
        }
    }
}

/// `{"message", "errors": [{"description"}], "trackingId"}` (messaging §1.2,
/// meetings §11); the documents have no schema for it.
fn error_body(body: &Value, header: Option<&str>, findings: &mut Findings) {
    let mut trouble = |pointer: &str, message: &str| {
        findings.add("error-body", Place::Body(pointer.to_owned()), message);
    };
    let Some(members) = body.as_object() else {
        trouble("", "an error is an object");
        return;
    };
    for name in strangers(body, &["message", "errors", "trackingId", "errorCode"]) {
        trouble(&format!("/{name}"), "an error has no such member");
    }
    if !is_said(members.get("message")) {
        trouble("/message", "an error says what is wrong");
    }
    match members.get("trackingId").map(Value::as_str) {
        Some(Some(id)) if header.is_none_or(|header| header == id) => {}
        Some(Some(_)) => trouble("/trackingId", "differs from the header's"),
        _ => trouble("/trackingId", "every error carries its tracking id as text"),
    }
    match members.get("errors") {
        None => {}
        Some(Value::Array(errors)) => {
            for (index, error) in errors.iter().enumerate() {
                let here = format!("/errors/{index}");
                if !is_said(error.get("description")) {
                    trouble(&format!("{here}/description"), "is missing or not text");
                }
                for name in strangers(error, &["description", "errorCode"]) {
                    trouble(&format!("{here}/{name}"), "an error has no such member");
                }
            }
        }
        Some(_) => trouble("/errors", "is not a list"),
    }
}

/// The members of an object that are not among those known.
fn strangers<'v>(object: &'v Value, known: &[&str]) -> Vec<&'v String> {
    let members = object.as_object().into_iter().flatten();
    members
        .map(|(name, _)| name)
        .filter(|name| !known.contains(&name.as_str()))
        .collect()
}

fn is_said(text: Option<&Value>) -> bool {
    text.and_then(Value::as_str)
        .is_some_and(|text| !text.trim().is_empty())
}
