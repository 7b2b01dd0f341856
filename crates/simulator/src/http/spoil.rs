//! Bodies that are not as they should be.

use serde_json::{Value, json};

use super::reply::{Reply, ReplyBody};

/// What Webex may leave out of an answer: nothing that names a thing or a setting.
const OPTIONAL: [&str; 21] = [
    "avatar",
    "created",
    "creatorId",
    "dialInIpAddress",
    "firstName",
    "hostDisplayName",
    "isMonitor",
    "lastActivity",
    "lastModified",
    "lastName",
    "meetingNumber",
    "nickName",
    "orgId",
    "ownerId",
    "personDisplayName",
    "personOrgId",
    "phoneAndVideoSystemPassword",
    "phoneNumbers",
    "roomType",
    "sipAddress",
    "telephony",
];

pub(super) fn extra_fields(body: ReplyBody) -> ReplyBody {
    match body {
        ReplyBody::Json(mut value) => {
            in_every_object(&mut value, &mut |object| {
                let news = json!({"since": 2031, "of": [null, true, {"deep": "down"}]});
                object.insert("unheardOf".to_owned(), news);
            });
            ReplyBody::Json(value)
        }
        other => other,
    }
}

pub(super) fn missing_fields(body: ReplyBody) -> ReplyBody {
    match body {
        ReplyBody::Json(mut value) => {
            in_every_object(&mut value, &mut |object| {
                object.retain(|name, _| !OPTIONAL.contains(&name.as_str()));
            });
            ReplyBody::Json(value)
        }
        other => other,
    }
}

/// A colon that is missing is enough. An answer without a body stays as it is.
pub(super) fn malformed(reply: &Reply) -> ReplyBody {
    let text = String::from_utf8_lossy(&reply.bytes()).replacen(':', "", 1);
    spoiled(text.into_bytes())
}

pub(super) fn truncated(reply: &Reply) -> ReplyBody {
    let mut bytes = reply.bytes();
    bytes.truncate(bytes.len() / 2);
    spoiled(bytes)
}

fn spoiled(bytes: Vec<u8>) -> ReplyBody {
    if bytes.is_empty() {
        ReplyBody::Empty
    } else {
        ReplyBody::Spoiled(bytes)
    }
}

fn in_every_object(
    value: &mut Value,
    change: &mut impl FnMut(&mut serde_json::Map<String, Value>),
) {
    match value {
        Value::Object(object) => {
            for inner in object.values_mut() {
                in_every_object(inner, change);
            }
            change(object);
        }
        Value::Array(items) => {
            for item in items {
                in_every_object(item, change);
            }
        }
        _ => {}
    }
}
