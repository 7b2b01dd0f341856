//! Rows about meetings, invitees and the parameters of lists.

use serde_json::{Value, json};

use super::table::{Row, ask, row};

const START: &str = "2027-10-06T10:00:00+02:00";
const END: &str = "2027-10-06T16:30:00+02:00";

/// A meeting with more members, or with other values.
fn meeting(extra: Value) -> Value {
    let mut meeting = json!({"title": "Opening", "start": START, "end": END});
    meeting
        .as_object_mut()
        .unwrap()
        .extend(extra.as_object().unwrap().clone());
    meeting
}

fn people(count: usize) -> Value {
    let person = |n| json!({"email": format!("person-{n}@example.com")});
    (0..count).map(person).collect()
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = times();
    rows.extend(texts_and_tags());
    rows.extend(switches());
    rows.extend(invitees());
    rows.extend(joining());
    rows
}

/// A row about creating a meeting.
fn create(rule: &'static str, keeps: Value, breaks: Value) -> Row {
    row(
        rule,
        ask("POST /meetings", meeting(keeps)),
        ask("POST /meetings", meeting(breaks)),
    )
}

/// A row about changing a series.
fn change(rule: &'static str, keeps: Value, breaks: Value) -> Row {
    row(
        rule,
        ask("PATCH /meetings/870f51ff287b41be84648412901e0402", keeps),
        ask("PATCH /meetings/870f51ff287b41be84648412901e0402", breaks),
    )
}

fn times() -> Vec<Row> {
    let from_to = |start: &str, end: &str| json!({"start": start, "end": end});
    vec![
        row(
            "meeting-needs-times",
            ask(
                "POST /meetings",
                json!({"title": "Opening", "templateId": "t"}),
            ),
            ask(
                "POST /meetings",
                json!({"title": "Opening", "start": START}),
            ),
        ),
        row(
            "ad-hoc-needs-room",
            ask("POST /meetings", json!({"adhoc": true, "roomId": "r"})),
            ask("POST /meetings", json!({"adhoc": true})),
        ),
        create(
            "meeting-times",
            from_to("2027-10-06 10:00:00", "2027-10-06 10:10:00"),
            from_to("2027-10-06 10:00:00", "2027-10-06 10:09:00"),
        ),
        create(
            "meeting-times",
            from_to("2027-10-06T10:00:00Z", "2027-10-07T09:59:00Z"),
            from_to("2027-10-06T10:00:00Z", "2027-10-07T10:00:00Z"),
        ),
        // Seconds are cut off before anything is counted.
        create(
            "meeting-times",
            from_to("2027-10-06T10:00:50Z", "2027-10-06T10:10:00Z"),
            from_to("2027-10-06T10:00:00Z", "2027-10-06T10:09:59Z"),
        ),
        // 00:30 to 00:55 by the clock, with the hour from 2 to 3 missing between:
        // 23 hours 25 minutes; and twice there in autumn: 25 hours 25 minutes.
        create(
            "meeting-times",
            json!({"start": "2027-03-28 00:30:00", "end": "2027-03-29 00:55:00",
                   "timezone": "Europe/Brussels"}),
            json!({"start": "2027-10-31 00:30:00", "end": "2027-11-01 00:55:00",
                   "timezone": "Europe/Brussels"}),
        ),
        change(
            "meeting-times",
            json!({"start": START}),
            json!({"start": "tomorrow at ten"}),
        ),
        change("meeting-times", from_to(START, END), from_to(END, START)),
    ]
}

fn texts_and_tags() -> Vec<Row> {
    let title = |length: usize| json!({"title": "é".repeat(length)});
    let agenda = |length: usize| json!({"agenda": "x".repeat(length)});
    let tags =
        |count: usize, length: usize| json!({"integrationTags": vec!["t".repeat(length); count]});
    let code = |name: &str, value: &str| json!({"trackingCodes": [{"name": name, "value": value}]});
    let opacity = |percent: u8| json!({"visualWatermarkOpacity": percent});
    vec![
        create("meeting-title", title(128), title(129)),
        change("meeting-title", title(128), title(129)),
        create("meeting-agenda", agenda(1300), agenda(1301)),
        change("meeting-agenda", json!({"agenda": null}), agenda(1301)),
        create("integration-tags", tags(3, 64), tags(4, 64)),
        change("integration-tag-length", tags(1, 64), tags(1, 65)),
        row(
            "series-tags",
            ask("PUT /meetings/870f51ff287b41be84648412901e0402", tags(1, 8)),
            ask(
                "PUT /meetings/870f51ff287b41be84648412901e0402_20271006T080000Z",
                tags(1, 8),
            ),
        ),
        create(
            "tracking-code",
            code("Department", "Events"),
            code("", "Events"),
        ),
        change(
            "tracking-code",
            code("Department", &"x".repeat(120)),
            code("D", &"x".repeat(121)),
        ),
        create("watermark-opacity", opacity(5), opacity(4)),
        change("watermark-opacity", opacity(80), opacity(81)),
    ]
}

fn switches() -> Vec<Row> {
    let early =
        |minutes: u8| json!({"enabledJoinBeforeHost": true, "joinBeforeHostMinutes": minutes});
    let webinar = |extra: Value| {
        let mut webinar = json!({"scheduledType": "webinar", "sessionTypeId": 3});
        webinar
            .as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        webinar
    };
    let sessions = |count: usize| {
        let session = |n| json!({"name": format!("Session {n}")});
        json!({"breakoutSessions": (0..count).map(session).collect::<Value>()})
    };
    let in_session = |first: &str, second: &str| {
        json!({"breakoutSessions": [
            {"name": "One", "invitees": [first]},
            {"name": "Two", "invitees": [second]}]})
    };
    let interpreted = |enabled: bool| {
        json!({
            "breakoutSessions": [{"name": "One"}],
            "simultaneousInterpretation": {"enabled": enabled},
        })
    };
    let stream = json!({"destination": "d", "rtmpUrl": "rtmp://r.example", "streamUrl": "https://s.example"});
    vec![
        create("join-before-host-minutes", early(15), early(20)),
        create(
            "join-before-host-minutes",
            webinar(json!({"enabledJoinBeforeHost": true, "joinBeforeHostMinutes": 60})),
            webinar(json!({"enabledJoinBeforeHost": true, "joinBeforeHostMinutes": 10})),
        ),
        change("join-before-host-minutes", early(30), early(20)),
        create(
            "join-before-host-off",
            json!({"joinBeforeHostMinutes": 0, "enabledJoinBeforeHost": false}),
            json!({"joinBeforeHostMinutes": 5}),
        ),
        change(
            "join-before-host-off",
            json!({"enableConnectAudioBeforeHost": true}),
            json!({"enableConnectAudioBeforeHost": true, "enabledJoinBeforeHost": false}),
        ),
        create(
            "whole-minutes",
            json!({"reminderTime": 10}),
            json!({"reminderTime": 10.5}),
        ),
        create(
            "webinar-only",
            webinar(json!({"invitees": [{"email": "ann@example.com", "panelist": true}]})),
            json!({"invitees": [{"email": "ann@example.com", "panelist": true}]}),
        ),
        create(
            "webinar-needs-session-type",
            webinar(json!({})),
            json!({"scheduledType": "webinar"}),
        ),
        change(
            "invitees-need-login",
            json!({"restrictToInvitees": true, "requireAttendeeLogin": true}),
            json!({"restrictToInvitees": true, "requireAttendeeLogin": false}),
        ),
        create(
            "live-stream-where",
            json!({"enabledLiveStream": true, "liveStream": stream}),
            json!({"enabledLiveStream": true}),
        ),
        create("breakout-sessions", sessions(100), sessions(101)),
        create(
            "one-breakout-session-each",
            in_session("ann@example.com", "ben@example.com"),
            in_session("ann@example.com", "Ann@example.com"),
        ),
        create(
            "breakouts-or-interpretation",
            interpreted(false),
            interpreted(true),
        ),
        create(
            "registration-once",
            json!({"registration": {"requireEmail": true}}),
            json!({"registration": {"requireEmail": true}, "recurrence": "FREQ=DAILY;COUNT=2"}),
        ),
    ]
}

fn invitees() -> Vec<Row> {
    let named =
        |length: usize| json!([{"email": "ann@example.com", "displayName": "x".repeat(length)}]);
    let bulk = |items: Value| {
        ask(
            "POST /meetingInvitees/bulkInsert",
            json!({"meetingId": "m", "items": items}),
        )
    };
    let invite = |name: usize| json!({"meetingId": "m", "email": "ann@example.com", "displayName": "x".repeat(name)});
    let twice = json!([{"email": "ann@example.com"}, {"email": "ANN@example.com"}]);
    let into = |meeting: &str| json!({"meetingId": meeting, "email": "ann@example.com"});
    vec![
        create(
            "inline-invitees",
            json!({"invitees": people(1000)}),
            json!({"invitees": people(1001)}),
        ),
        create(
            "invitee-name",
            json!({"invitees": named(128)}),
            json!({"invitees": named(129)}),
        ),
        row(
            "invitee-name",
            ask("POST /meetingInvitees", invite(128)),
            ask("POST /meetingInvitees", invite(129)),
        ),
        row("invitee-name", bulk(named(128)), bulk(named(129))),
        row("bulk-size", bulk(people(100)), bulk(people(101))),
        row(
            "bulk-items",
            bulk(people(1)),
            ask(
                "POST /meetingInvitees/bulkInsert",
                json!({"meetingId": "m"}),
            ),
        ),
        row("bulk-unique", bulk(people(2)), bulk(twice)),
        row(
            "instance-read-only",
            ask(
                "POST /meetingInvitees",
                into("870f51ff287b41be84648412901e0402"),
            ),
            ask(
                "POST /meetingInvitees",
                into("870f51ff287b41be84648412901e0402_I_12"),
            ),
        ),
        row(
            "instance-read-only",
            ask(
                "DELETE /meetings/870f51ff287b41be84648412901e0402_20271006T080000Z",
                None,
            ),
            ask(
                "DELETE /meetings/870f51ff287b41be84648412901e0402_I_12",
                None,
            ),
        ),
    ]
}

fn joining() -> Vec<Row> {
    let join = |extra: Value| {
        let mut body = json!({"meetingNumber": "123456789", "joinDirectly": false});
        body.as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        ask("POST /meetings/join", body)
    };
    let ids = |count: usize| {
        let body = json!({"hostEmail": "host@example.com", "meetingIds": vec!["m"; count]});
        ask("POST /meetings/reassignHost", body)
    };
    let admit = |count: usize| {
        let body = json!({"items": vec![json!({"participantId": "p"}); count]});
        ask("POST /meetingParticipants/admit", body)
    };
    let name =
        |length: usize| json!({"email": "ann@example.com", "displayName": "x".repeat(length)});
    vec![
        row(
            "join-which",
            join(json!({})),
            join(json!({"meetingId": "m"})),
        ),
        row(
            "join-name-needs-email",
            join(name(3)),
            join(json!({"displayName": "Ann"})),
        ),
        row("join-name", join(name(128)), join(name(129))),
        row(
            "join-expiration",
            join(json!({"expirationMinutes": 60})),
            join(json!({"expirationMinutes": 61})),
        ),
        row("reassign-size", ids(100), ids(101)),
        row("admit-size", admit(100), admit(101)),
    ]
}

pub(super) fn list_rows() -> Vec<Row> {
    let list = |rule, keeps, breaks| row(rule, ask(keeps, None), ask(breaks, None));
    let long: &'static str =
        Box::leak(format!("GET /meetings?integrationTag={}", "x".repeat(65)).into());
    vec![
        list("max", "GET /rooms?max=1000", "GET /rooms?max=1001"),
        list("max", "GET /teams?max=500", "GET /teams?max=0"),
        list("max", "GET /meetings?max=100", "GET /meetings?max=101"),
        list(
            "max",
            "GET /meetingInvitees?meetingId=m&max=1",
            "GET /meetingInvitees?meetingId=m&max=1.5",
        ),
        list(
            "max",
            "GET /meetingReports/attendees?siteUrl=s&max=1000",
            "GET /meetingReports/attendees?siteUrl=s&max=1001",
        ),
        list(
            "max-with-mentions",
            "GET /messages?roomId=r&mentionedPeople=me&max=100",
            "GET /messages?roomId=r&mentionedPeople=me&max=101",
        ),
        list(
            "max-of-people",
            "GET /people?email=ann@example.com&max=200",
            "GET /people?locationId=l&max=51",
        ),
        list(
            "public-rooms-alone",
            "GET /rooms?orgPublicSpaces=true",
            "GET /rooms?orgPublicSpaces=true&teamId=t",
        ),
        list(
            "list-window",
            "GET /meetings?from=2027-10-01&to=2027-10-09",
            "GET /meetings?from=soon",
        ),
        list(
            "list-window",
            "GET /meetings?from=2027-10-01T00:00:00Z&to=2027-10-01T01:30:00%2B01:00",
            "GET /meetings?from=2027-10-01T00:00:00Z&to=2027-10-01T00:30:00%2B01:00",
        ),
        list(
            "join-window",
            "GET /meetingParticipants?meetingId=m&joinTimeFrom=2027-10-01T00:00:00&joinTimeTo=2027-12-30T00:00:00",
            "GET /meetingParticipants?meetingId=m&joinTimeFrom=2027-10-01T00:00:00&joinTimeTo=2027-12-30T00:01:00",
        ),
        row(
            "join-window",
            ask(
                "POST /meetingParticipants/query?meetingId=m",
                json!({"emails": [], "joinTimeFrom": START}),
            ),
            ask(
                "POST /meetingParticipants/query?meetingId=m",
                json!({"emails": [], "joinTimeFrom": "soon"}),
            ),
        ),
        list(
            "which-meetings",
            "GET /meetings?roomId=r",
            "GET /meetings?roomId=r&meetingNumber=123456789",
        ),
        list(
            "ended-instances-only",
            "GET /meetings?meetingType=meeting&state=ended&hasChat=true",
            "GET /meetings?meetingType=meeting&hasChat=true",
        ),
        list(
            "state-of-type",
            "GET /meetings?meetingType=meeting&state=inProgress",
            "GET /meetings?state=ready",
        ),
        list(
            "occurrences-only",
            "GET /meetings?meetingType=scheduledMeeting&isModified=true",
            "GET /meetings?isModified=true",
        ),
        list(
            "one-integration-tag",
            "GET /meetings?integrationTag=showcaller",
            long,
        ),
    ]
}
