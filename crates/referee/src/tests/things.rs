//! Things as Webex answers them, for tests to bend.

use serde_json::{Value, json};

/// Any id of Webex's form.
pub(super) const ID: &str = "Y2lzY29zcGFyazovL3VzL1JPT00vMQ";

/// A series' id; an occurrence and an instance hang something on it.
pub(super) const SERIES: &str = "870f51ff287b41be84648412901e0402";

/// `thing` with more members, or with other values; null takes a member away.
pub(super) fn but(mut thing: Value, changes: Value) -> Value {
    let members = thing.as_object_mut().expect("an object");
    for (name, value) in changes.as_object().expect("an object") {
        match value {
            Value::Null => members.remove(name),
            value => members.insert(name.clone(), value.clone()),
        };
    }
    thing
}

/// The answer of a list.
pub(super) fn list(thing: Value) -> Value {
    json!({"items": [thing]})
}

pub(super) fn person() -> Value {
    json!({
        "id": ID, "emails": ["ann@example.com"], "displayName": "Ann", "orgId": ID,
        "created": "2027-01-01T00:00:00.000Z", "type": "person",
    })
}

pub(super) fn team() -> Value {
    json!({"id": ID, "name": "Challenge", "created": "2027-01-01T00:00:00.000Z"})
}

pub(super) fn room() -> Value {
    json!({
        "id": ID, "title": "Jury", "type": "group", "isLocked": true, "creatorId": ID,
        "lastActivity": "2027-01-01T00:00:00.000Z", "created": "2027-01-01T00:00:00.000Z",
    })
}

pub(super) fn message() -> Value {
    json!({
        "id": ID, "roomId": ID, "roomType": "group", "personId": ID, "text": "Hello",
        "personEmail": "ann@example.com", "created": "2027-01-01T00:00:00.000Z",
    })
}

pub(super) fn card() -> Value {
    json!([{
        "contentType": "application/vnd.microsoft.card.adaptive",
        "content": {"type": "AdaptiveCard", "version": "1.3", "body": []},
    }])
}

pub(super) fn webhook() -> Value {
    json!({
        "id": ID, "name": "Questions", "targetUrl": "https://bot.example/webhook",
        "resource": "messages", "event": "created", "status": "active", "ownedBy": "creator",
        "created": "2027-01-01T00:00:00.000Z",
    })
}

pub(super) fn attachment_action() -> Value {
    json!({
        "id": ID, "type": "submit", "messageId": ID, "roomId": ID, "personId": ID,
        "inputs": {"answer": "yes"}, "created": "2027-01-01T00:00:00.000Z",
    })
}

/// A series as its host sees it.
pub(super) fn meeting() -> Value {
    json!({
        "id": SERIES, "title": "Opening", "meetingType": "meetingSeries", "state": "active",
        "timezone": "UTC", "start": "2027-10-06T08:00:00Z", "end": "2027-10-06T09:00:00Z",
        "hostUserId": ID, "hostDisplayName": "Host", "hostEmail": "host@example.com",
        "siteUrl": "site.example.com", "webLink": "https://site.example.com/m/1",
        "enabledBreakoutSessions": false, "password": "secret", "hostKey": "123456",
        "telephony": {"accessCode": "1", "callInNumbers": []},
    })
}
