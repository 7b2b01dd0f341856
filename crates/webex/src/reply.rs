//! Reads answers: bodies into values, refusals into words.

use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::call::Answer;
use crate::error::Refusal;
use crate::mask::{self, Secrets};

/// The id under which Webex's support finds a request: from the body, else from the header, whose
/// case varies (messaging §1.2). A server may repeat there what it was sent.
pub(crate) fn tracking_id(
    headers: &HeaderMap,
    body: Option<&Value>,
    secrets: &Secrets<'_>,
) -> Option<String> {
    let in_body = body.and_then(|body| body.get("trackingId")?.as_str());
    let in_header = || headers.get("trackingid")?.to_str().ok();
    in_body.or_else(in_header).map(|id| secrets.hide(id))
}

/// What Webex says about a request that it did not fulfil. Bodies may be JSON, HTML, or missing.
pub(crate) fn refusal(status: StatusCode, answer: &Answer, secrets: &Secrets<'_>) -> Refusal {
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let message = body
        .as_ref()
        .and_then(|body| body.get("message")?.as_str())
        .filter(|message| !message.trim().is_empty())
        .map(|message| secrets.hide(message));
    let details = body.as_ref().map(descriptions).unwrap_or_default();
    let silent = message.is_none() && details.is_empty() && !answer.body.is_empty();
    Refusal {
        status,
        message,
        details: details
            .into_iter()
            .map(|detail| secrets.hide(detail))
            .collect(),
        tracking_id: tracking_id(&answer.headers, body.as_ref(), secrets),
        excerpt: silent.then(|| mask::excerpt(&answer.body, secrets)),
    }
}

/// `errors[].description`, each once.
fn descriptions(body: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    let errors = body.get("errors").and_then(Value::as_array);
    for error in errors.into_iter().flatten() {
        let text = error
            .get("description")
            .or(Some(error))
            .and_then(Value::as_str);
        if let Some(text) = text.filter(|text| !text.trim().is_empty())
            && !found.contains(&text)
        {
            found.push(text);
        }
    }
    found
}
