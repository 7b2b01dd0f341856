//! Rows about every request, and about people, rooms, messages and webhooks.

use serde_json::{Value, json};

use super::table::{Row, Try, ask, row};

fn with(line: &'static str, headers: &'static [(&'static str, &'static str)]) -> Try {
    Try {
        line,
        headers,
        body: None,
    }
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = everywhere();
    rows.extend(people_and_rooms());
    rows.extend(memberships());
    rows.extend(messages());
    rows
}

fn everywhere() -> Vec<Row> {
    let member = |email| json!({"roomId": "r", "personEmail": email});
    vec![
        row(
            "bearer-token",
            with("GET /teams", &[("authorization", "bearer t")]),
            with("GET /teams", &[]),
        ),
        row(
            "bearer-token",
            ask("GET /teams", None),
            with("GET /teams", &[("authorization", "Bearer ")]),
        ),
        row(
            "bearer-token",
            ask("GET /teams", None),
            with("GET /teams", &[("authorization", "Basic abc")]),
        ),
        row(
            "malformed-address",
            ask("POST /memberships", member("ann@example.com")),
            ask("POST /memberships", member("ann.example.com")),
        ),
        row(
            "malformed-address",
            ask(
                "GET /memberships?roomId=r&personEmail=ann%40example.com",
                None,
            ),
            ask("GET /memberships?roomId=r&personEmail=ann", None),
        ),
        row(
            "timezone-name",
            with(
                "GET /meetings",
                &[
                    ("authorization", "Bearer t"),
                    ("timezone", "Europe/Brussels"),
                ],
            ),
            with(
                "GET /meetings",
                &[("authorization", "Bearer t"), ("timezone", "Brussels time")],
            ),
        ),
        row(
            "timezone-name",
            ask("PATCH /meetings/m", json!({"timezone": "Asia/Shanghai"})),
            ask("PATCH /meetings/m", json!({"timezone": "+08:00"})),
        ),
    ]
}

fn people_and_rooms() -> Vec<Row> {
    let tab = |url| json!({"roomId": "r", "contentUrl": url, "displayName": "Board"});
    let room = |extra: Value| {
        let mut room = json!({"title": "Jury"});
        room.as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        room
    };
    let many: &'static str = Box::leak(format!("GET /people?id={}", ["x"; 86].join(",")).into());
    let just: &'static str = Box::leak(format!("GET /people?id={}", ["x"; 85].join(",")).into());
    vec![
        row(
            "people-filter",
            ask("GET /people?displayName=An", None),
            ask("GET /people?max=5", None),
        ),
        row("people-ids", ask(just, None), ask(many, None)),
        row(
            "empty-name",
            ask("POST /rooms", json!({"title": "Jury"})),
            ask("POST /rooms", json!({"title": " "})),
        ),
        row(
            "empty-name",
            ask("PUT /teams/t", json!({"name": "Coaches"})),
            ask("PUT /teams/t", json!({"name": ""})),
        ),
        row(
            "public-needs-description",
            ask(
                "POST /rooms",
                room(json!({"isPublic": true, "description": "All welcome"})),
            ),
            ask(
                "POST /rooms",
                room(json!({"isPublic": true, "description": " "})),
            ),
        ),
        row(
            "announcement-needs-lock",
            ask(
                "POST /rooms",
                room(json!({"isAnnouncementOnly": true, "isLocked": true})),
            ),
            ask("POST /rooms", room(json!({"isAnnouncementOnly": true}))),
        ),
        row(
            "announcement-needs-lock",
            ask("PUT /rooms/r", room(json!({"isAnnouncementOnly": true}))),
            ask(
                "PUT /rooms/r",
                room(json!({"isAnnouncementOnly": true, "isLocked": false})),
            ),
        ),
        row(
            "tab-over-https",
            ask("POST /room/tabs", tab("https://boards.example/team-1")),
            ask("POST /room/tabs", tab("http://boards.example/team-1")),
        ),
        row(
            "tab-over-https",
            ask("PUT /room/tabs/t", tab("https://boards.example/team-1")),
            ask("PUT /room/tabs/t", tab("boards.example/team-1")),
        ),
    ]
}

fn memberships() -> Vec<Row> {
    vec![
        row(
            "one-person",
            ask("POST /memberships", json!({"roomId": "r", "personId": "p"})),
            ask(
                "POST /memberships",
                json!({"roomId": "r", "personId": "p", "personEmail": "ann@example.com"}),
            ),
        ),
        row(
            "one-person",
            ask(
                "POST /team/memberships",
                json!({"teamId": "t", "personEmail": "ann@example.com"}),
            ),
            ask("POST /team/memberships", json!({"teamId": "t"})),
        ),
        row(
            "membership-change",
            ask("PUT /memberships/m", json!({"isModerator": false})),
            ask("PUT /memberships/m", json!({})),
        ),
        row(
            "person-needs-room",
            ask("GET /memberships?roomId=r&personId=p", None),
            ask("GET /memberships?personId=p", None),
        ),
    ]
}

fn messages() -> Vec<Row> {
    let to_room = |text: String| json!({"roomId": "r", "text": text});
    let card = |version: &str, buttons: usize| {
        json!({"roomId": "r", "text": "A card", "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "content": {
                "type": "AdaptiveCard",
                "version": version,
                "actions": vec![json!({"type": "Action.Submit"}); buttons],
            },
        }]})
    };
    let two_cards = |mut message: Value| {
        let cards = message["attachments"].as_array_mut().unwrap();
        cards.push(cards[0].clone());
        message
    };
    // Three more actions than it had.
    let nested = |mut message: Value| {
        let submit = json!({"type": "Action.Submit"});
        let inner = json!({"type": "AdaptiveCard", "actions": [submit]});
        let show = json!({"type": "Action.ShowCard", "card": inner});
        let image = json!({"type": "Image", "selectAction": submit});
        message["attachments"][0]["content"]["body"] =
            json!([image, {"type": "ActionSet", "actions": [show]}]);
        message
    };
    let long = |bytes: usize| {
        let mut message = card("1.3", 0);
        message["attachments"][0]["content"]["fallbackText"] = json!("x".repeat(bytes));
        message
    };
    let file = |urls: &[&str]| json!({"roomId": "r", "text": "Here", "files": urls});
    vec![
        row(
            "one-destination",
            ask(
                "POST /messages",
                json!({"toPersonEmail": "ann@example.com", "text": "Hello"}),
            ),
            ask(
                "POST /messages",
                json!({"roomId": "r", "toPersonId": "p", "text": "Hello"}),
            ),
        ),
        row(
            "one-destination",
            ask("POST /messages", to_room("Hello".into())),
            ask("POST /messages", json!({"text": "Hello"})),
        ),
        row(
            "something-to-say",
            ask(
                "POST /messages",
                json!({"roomId": "r", "markdown": "**Hello**"}),
            ),
            ask("POST /messages", to_room(String::new())),
        ),
        row(
            "something-to-say",
            ask("PUT /messages/m", to_room("Hello".into())),
            ask("PUT /messages/m", json!({"roomId": "r"})),
        ),
        // Bytes, not characters.
        row(
            "message-length",
            ask("POST /messages", to_room("x".repeat(7439))),
            ask("POST /messages", to_room("é".repeat(3720))),
        ),
        row(
            "message-length",
            ask(
                "PUT /messages/m",
                json!({"roomId": "r", "markdown": "x".repeat(7439)}),
            ),
            ask(
                "PUT /messages/m",
                json!({"roomId": "r", "markdown": "x".repeat(7440)}),
            ),
        ),
        row(
            "one-file",
            ask("POST /messages", file(&["https://example.com/a.png"])),
            ask(
                "POST /messages",
                file(&["https://example.com/a.png", "https://example.com/b.png"]),
            ),
        ),
        row(
            "one-card",
            ask("POST /messages", card("1.3", 1)),
            ask("POST /messages", two_cards(card("1.3", 1))),
        ),
        row(
            "card-kind",
            ask("POST /messages", card("1.0", 0)),
            ask("POST /messages", card("1.4", 0)),
        ),
        row(
            "card-actions",
            ask("POST /messages", card("1.3", 5)),
            ask("POST /messages", card("1.3", 6)),
        ),
        // Those of an element and of a card within count too.
        row(
            "card-actions",
            ask("PUT /messages/m", nested(card("1.3", 2))),
            ask("PUT /messages/m", nested(card("1.3", 3))),
        ),
        row(
            "card-size",
            ask("POST /messages", long(79_000)),
            ask("POST /messages", long(80_000)),
        ),
        row(
            "html-beside-markdown",
            ask(
                "PUT /messages/m",
                json!({"roomId": "r", "text": "b", "html": "<b>b</b>"}),
            ),
            ask(
                "PUT /messages/m",
                json!({"roomId": "r", "markdown": "b", "html": "<b>b</b>"}),
            ),
        ),
        row(
            "direct-with-whom",
            ask("GET /messages/direct?personId=p", None),
            ask("GET /messages/direct", None),
        ),
    ]
}

pub(super) fn webhook_rows() -> Vec<Row> {
    let hook = |resource: &str, event: &str, extra: Value| {
        let mut hook = json!({
            "name": "Questions",
            "targetUrl": "https://bot.example/webhook",
            "resource": resource,
            "event": event,
        });
        hook.as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        hook
    };
    let none = || json!({});
    let create = |body| ask("POST /webhooks", body);
    vec![
        row(
            "webhook-target",
            ask(
                "PUT /webhooks/w",
                json!({"name": "Q", "targetUrl": "http://bot.example"}),
            ),
            ask(
                "PUT /webhooks/w",
                json!({"name": "Q", "targetUrl": "bot.example/webhook"}),
            ),
        ),
        row(
            "webhook-event",
            create(hook("messages", "created", none())),
            create(hook("messages", "started", none())),
        ),
        row(
            "webhook-event",
            create(hook("all", "all", none())),
            create(hook("all", "created", none())),
        ),
        row(
            "webhook-event",
            create(hook("meetings", "started", none())),
            create(hook("meetingParticipants", "created", none())),
        ),
        row(
            "webhook-filter",
            create(hook(
                "messages",
                "all",
                json!({"filter": "roomId=r&mentionedPeople=me"}),
            )),
            create(hook("messages", "all", json!({"filter": "teamId=t"}))),
        ),
        row(
            "webhook-filter",
            create(hook("rooms", "updated", json!({"filter": "isLocked=true"}))),
            create(hook("rooms", "updated", json!({"filter": "isLocked"}))),
        ),
        row(
            "webhook-org-filter",
            create(hook(
                "meetings",
                "ended",
                json!({"filter": "hostEmail=host@example.com", "ownedBy": "org"}),
            )),
            create(hook(
                "meetings",
                "ended",
                json!({"filter": "hostEmail=host@example.com"}),
            )),
        ),
        row(
            "webhook-owned-by",
            create(hook("rooms", "created", json!({"ownedBy": "org"}))),
            create(hook("rooms", "created", json!({"ownedBy": "creator"}))),
        ),
        row(
            "webhook-owned-by",
            ask("GET /webhooks?ownedBy=org", None),
            ask("GET /webhooks?ownedBy=me", None),
        ),
    ]
}
