//! Judging one JSON body by its closed schema.

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use crate::finding::{Findings, Place};
use crate::operation::Shape;

/// Reports whatever in `body` the schema does not allow.
pub(crate) fn judge(shape: &Shape, body: &Value, findings: &mut Findings) {
    match shape.validator() {
        Ok(validator) => {
            for error in validator.iter_errors(body) {
                report(&error, findings);
            }
        }
        Err(message) => findings.add("unusable-schema", Place::Body(String::new()), message),
    }
}

/// The library's own messages quote the value, which may be a password, so they
/// are masked or replaced.
fn report(error: &ValidationError<'_>, findings: &mut Findings) {
    let pointer = error.instance_path().as_str();
    let here = || Place::Body(pointer.to_owned());
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            for name in unexpected {
                findings.add(
                    "unknown-member",
                    Place::Body(format!("{pointer}/{}", escaped(name))),
                    "the document names no such member",
                );
            }
        }
        ValidationErrorKind::Required { property } => findings.add(
            "missing-member",
            here(),
            format!("the member {property} is required"),
        ),
        ValidationErrorKind::Type { .. } => {
            let found = kind_of(error.instance());
            let demand = error.masked_with(found).to_string();
            findings.add("wrong-type", here(), demand);
        }
        ValidationErrorKind::Enum { options } => findings.add(
            "unknown-value",
            here(),
            format!("{} is none of {options}", error.instance()),
        ),
        _ => findings.add("schema", here(), error.masked().to_string()),
    }
}

/// A member's name as a step of a JSON pointer (RFC 6901 §3).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The media type of a body in lower case, without its parameters, and its
/// character set if it names one.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<(String, Option<String>)> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let mut parts = value
        .split(';')
        .map(|part| part.trim().to_ascii_lowercase());
    let media = parts.next().unwrap_or_default();
    let charset = parts.find_map(|part| {
        let charset = part.strip_prefix("charset=")?;
        Some(charset.trim_matches('"').to_owned())
    });
    Some((media, charset))
}
