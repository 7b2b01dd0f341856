//! One JSON line per call.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use super::call::Call;
use super::reply::{Reply, ReplyBody};
use crate::simulator::CallNote;
use crate::world::written;

/// Writes the call and its answer with their bodies. Headers, and with them the token, are never
/// written. A full disk must not stop the world: the line is lost, and a warning says so.
pub(super) fn write(
    record: &Mutex<Option<Box<dyn Write + Send>>>,
    note: &CallNote,
    call: &Call,
    reply: &Reply,
) {
    let mut record = record.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(out) = record.as_mut() else {
        return;
    };
    let asked: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    let answered = match &reply.body {
        ReplyBody::Json(value) => value.clone(),
        ReplyBody::Html(page) => json!(page),
        ReplyBody::Spoiled(bytes) => json!(String::from_utf8_lossy(bytes)),
        ReplyBody::Empty => Value::Null,
    };
    let line = json!({
        "at": written(note.at),
        "owner": note.owner,
        "method": note.method,
        "path": note.path,
        "query": note.query,
        "status": note.status,
        "request": asked,
        "answer": answered,
    });
    if let Err(error) = writeln!(out, "{line}").and_then(|()| out.flush()) {
        tracing::warn!(%error, "a call could not be recorded");
    }
}
