//! Judging a request: first by the document, then by the tables of rules.

use http::Method;
use serde_json::{Map, Value};

use crate::address::{Route, Target};
use crate::body;
use crate::finding::{Finding, Findings, Place};
use crate::operation::{Operation, QueryKind, QueryParameter};
use crate::referee::Request;
use crate::rules::{self, Asked};

/// Everything that is wrong with a request for a known operation.
pub(crate) fn judge(route: &Route<'_>, target: &Target, asked: &Request<'_>) -> Vec<Finding> {
    let operation = route.operation;
    let name = operation.name();
    let mut findings = Findings::about(&name);
    query(operation, &target.query, &mut findings);
    let body = match read_body(operation, asked, &mut findings) {
        Some(body) => {
            if let Some(shape) = &operation.request {
                body::judge(shape, &body, &mut findings);
            }
            Some(body)
        }
        None => None,
    };
    let asked = Asked {
        operation: &name,
        values: &route.values,
        query: &target.query,
        headers: asked.headers,
        body: body.as_ref(),
    };
    rules::judge_request(&asked, &mut findings);
    findings.into_vec()
}

fn query(operation: &Operation, given: &[(String, String)], findings: &mut Findings) {
    for (index, (name, value)) in given.iter().enumerate() {
        let place = || Place::Query(name.clone());
        let Some(parameter) = operation.query.iter().find(|known| known.name == *name) else {
            findings.add(
                "unknown-query",
                place(),
                "the document names no such query parameter",
            );
            continue;
        };
        let earlier = &given[..index];
        if parameter.kind != QueryKind::List && earlier.iter().any(|(other, _)| other == name) {
            findings.add("repeated-query", place(), "given more than once");
        }
        if let Some(trouble) = query_value(parameter, value) {
            findings.add("query-value", place(), trouble);
        }
    }
    for parameter in operation.query.iter().filter(|known| known.required) {
        if !given.iter().any(|(name, _)| *name == parameter.name) {
            findings.add(
                "missing-query",
                Place::Query(parameter.name.clone()),
                "this query parameter is required",
            );
        }
    }
}

fn query_value(parameter: &QueryParameter, value: &str) -> Option<String> {
    if value.is_empty() {
        return Some("is empty".to_owned());
    }
    let listed = &parameter.values;
    if !listed.is_empty() && !listed.iter().any(|known| known == value) {
        return Some(format!("{value:?} is none of {}", listed.join(", ")));
    }
    match parameter.kind {
        QueryKind::Number if value.parse::<f64>().is_err() => Some("is not a number".to_owned()),
        QueryKind::Flag if value != "true" && value != "false" => {
            Some("is neither true nor false".to_owned())
        }
        _ => None,
    }
}

/// The request's JSON body; an absent one counts as `{}` where the document has
/// one, so that its required members are missed. Nothing where there is no JSON.
fn read_body(operation: &Operation, asked: &Request<'_>, findings: &mut Findings) -> Option<Value> {
    let whole = || Place::Body(String::new());
    if operation.request_media.is_empty() {
        if !asked.body.is_empty() {
            findings.add(
                "unexpected-body",
                whole(),
                "the document gives this operation no body",
            );
        }
        return None;
    }
    if asked.body.is_empty() {
        // The two deletions that the documents give a body are not asked for it.
        return (*asked.method != Method::DELETE).then(|| Value::Object(Map::new()));
    }
    if !is_json(operation, asked, findings) {
        return None;
    }
    match serde_json::from_slice::<Value>(asked.body) {
        Ok(body @ Value::Object(_)) => Some(body),
        Ok(_) => {
            findings.add(
                "body-not-object",
                whole(),
                "the body is JSON but not an object",
            );
            None
        }
        Err(error) => {
            let at = format!("line {} column {}", error.line(), error.column());
            findings.add(
                "body-not-json",
                whole(),
                format!("the body is not JSON, at {at}"),
            );
            None
        }
    }
}

/// Whether the body should be read as JSON; reports a media type that is not
/// the operation's.
fn is_json(operation: &Operation, asked: &Request<'_>, findings: &mut Findings) -> bool {
    let place = Place::Header("content-type".to_owned());
    let Some((media, charset)) = body::media_type(asked.headers) else {
        findings.add("content-type", place, "a body needs a content type");
        return true;
    };
    if !operation.request_media.contains(&media) {
        let known = operation.request_media.join(", ");
        findings.add("content-type", place, format!("{media} is none of {known}"));
        return true;
    }
    if charset.is_some_and(|charset| charset != "utf-8") {
        findings.add("content-type", place, "JSON is UTF-8");
    }
    media.contains("json")
}
