//! Each waiver is needed: without it, a legal exchange would be refused.

use std::collections::BTreeSet;

use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};

use super::table::{Try, ask, by_referee};
use super::things::{
    ID, SERIES, attachment_action, but, card, list, meeting, message, room, team, webhook,
};
use crate::facts::Facts;
use crate::{Answer, Finding, Referee, waivers};

/// What happens legally, and only by a waiver.
enum Legal {
    Asks(Try),
    Answers(&'static str, u16, Value),
}
use Legal::{Answers, Asks};

fn legal() -> Vec<(&'static str, Legal)> {
    let mut all = legal_messaging();
    all.extend(legal_meetings());
    all
}

fn legal_messaging() -> Vec<(&'static str, Legal)> {
    let with_card = || json!({"roomId": ID, "text": "A card", "attachments": card()});
    let firehose = || json!({"resource": "all", "event": "all"});
    let hook = json!({"name": "All", "targetUrl": "https://bot.example/webhook"});
    let edited = but(message(), json!({"text": "Better"}));
    let upload = Try {
        line: "POST /messages",
        headers: &[
            ("authorization", "Bearer token"),
            ("content-type", "multipart/form-data; boundary=x"),
        ],
        body: Some(json!({})),
    };
    let unreadable = json!({"errors": {"title": {"code": "kms_failure", "reason": "No key"}}});
    let submit = json!({"type": "submit", "messageId": ID, "inputs": {"answer": "yes"}});
    vec![
        (
            "card-typed-as-file",
            Asks(ask("POST /messages", with_card())),
        ),
        (
            "card-typed-as-file",
            Answers("GET /messages/m", 200, but(message(), with_card())),
        ),
        (
            "message-members-vary",
            Answers(
                "POST /messages",
                200,
                but(message(), json!({"html": "<b>Hello</b>"})),
            ),
        ),
        (
            "message-members-vary",
            Answers(
                "GET /messages/direct",
                200,
                list(but(message(), json!({"parentId": ID}))),
            ),
        ),
        ("message-edit-echoes", Asks(ask("PUT /messages/m", edited))),
        ("card-edit", Asks(ask("PUT /messages/m", with_card()))),
        ("message-upload", Asks(upload)),
        (
            "attachment-inputs-typed",
            Asks(ask("POST /attachment/actions", submit)),
        ),
        (
            "attachment-inputs-typed",
            Answers("GET /attachment/actions/a", 200, attachment_action()),
        ),
        (
            "attachment-action-is-200",
            Answers("POST /attachment/actions", 200, attachment_action()),
        ),
        (
            "membership-change-in-full",
            Asks(ask("PUT /memberships/m", json!({"isModerator": true}))),
        ),
        (
            "team-creator",
            Answers("POST /teams", 200, but(team(), json!({"creatorId": ID}))),
        ),
        (
            "team-creator",
            Answers(
                "GET /teams",
                200,
                list(but(team(), json!({"creatorId": ID}))),
            ),
        ),
        (
            "webhook-firehose",
            Asks(ask("POST /webhooks", but(hook, firehose()))),
        ),
        (
            "webhook-firehose",
            Answers("GET /webhooks", 200, list(but(webhook(), firehose()))),
        ),
        (
            "webhook-owner",
            Answers(
                "GET /webhooks/w",
                200,
                but(webhook(), json!({"createdBy": ID})),
            ),
        ),
        (
            "webhook-owner",
            Answers(
                "GET /webhooks",
                200,
                list(but(webhook(), json!({"orgId": ID}))),
            ),
        ),
        (
            "item-errors",
            Answers("GET /rooms", 200, list(but(room(), unreadable))),
        ),
        ("next-page", Asks(ask("GET /rooms?max=2&cursor=abc", None))),
    ]
}

fn legal_meetings() -> Vec<(&'static str, Legal)> {
    let series: &'static str = "PATCH /meetings/870f51ff287b41be84648412901e0402";
    let in_series = || json!({"meetingSeriesId": SERIES});
    let no_key = but(meeting(), json!({"hostKey": null}));
    let form = json!({"registration": {"enabledRegistrationId": true}});
    let questions = json!({"customizedQuestions": [
        {"id": "1", "question": "Colour?", "type": "dropdownList", "options": [{"id": "2", "value": "red"}]}]});
    let moved = json!({"items": [{"meetingId": SERIES, "httpStatus": 200, "message": ""}]});
    let template = json!({"title": "Opening", "templateId": "t"});
    let running = but(
        meeting(),
        json!({
            "id": format!("{SERIES}_I_123456789"), "meetingType": "meeting",
            "state": "inProgress", "end": null,
        }),
    );
    let participants = "GET /meetingParticipants?meetingId=m&max=10&cursor=abc";
    vec![
        ("participants-in-pages", Asks(ask(participants, None))),
        (
            "patch-as-merge",
            Asks(ask(series, json!({"title": "Opening"}))),
        ),
        ("null-clears", Asks(ask(series, json!({"agenda": null})))),
        (
            "null-clears",
            Asks(ask(
                "PUT /meetings/870f51ff287b41be84648412901e0402",
                json!({"integrationTags": null}),
            )),
        ),
        ("create-needs-less", Asks(ask("POST /meetings", template))),
        (
            "absent-secrets",
            Answers("GET /meetings/m", 200, no_key.clone()),
        ),
        (
            "absent-secrets",
            Answers("GET /meetings", 200, list(but(no_key, in_series()))),
        ),
        (
            "running-without-end",
            Answers("GET /meetings/m", 200, running.clone()),
        ),
        (
            "running-without-end",
            Answers("GET /meetings", 200, list(but(running, in_series()))),
        ),
        (
            "series-without-series",
            Answers("PATCH /meetings/m", 200, meeting()),
        ),
        (
            "series-without-series",
            Answers("GET /meetings", 200, list(meeting())),
        ),
        (
            "listed-summary",
            Answers(
                "GET /meetings",
                200,
                list(but(meeting(), json!({"hasSummary": false}))),
            ),
        ),
        (
            "registration-id-switch",
            Answers("GET /meetings/m", 200, but(meeting(), form)),
        ),
        (
            "registration-id-switch",
            Asks(ask(
                "PUT /meetings/m/registration",
                json!({"enabledRegistrationId": true}),
            )),
        ),
        (
            "question-ids-as-text",
            Answers("GET /meetings/m/registration", 200, questions),
        ),
        (
            "join-redirects",
            Answers("POST /meetings/join", 302, Value::Null),
        ),
        (
            "reassign-status-as-number",
            Answers("POST /meetings/reassignHost", 207, moved),
        ),
        (
            "chats-deleted",
            Answers(
                "DELETE /meetings/postMeetingChats?meetingId=m",
                204,
                Value::Null,
            ),
        ),
    ]
}

#[test]
fn without_its_waiver_a_legal_exchange_is_refused() {
    let facts = Facts::of_webex();
    let referee = Referee::of_webex();
    let legal = legal();
    for waiver in waivers() {
        let strict = Referee::by(&facts, |name| name != waiver.name);
        for (_, exchange) in legal.iter().filter(|(name, _)| *name == waiver.name) {
            let findings = judge(&referee, exchange);
            assert!(findings.is_empty(), "{}: {findings:?}", waiver.name);
            let findings = judge(&strict, exchange);
            assert!(!findings.is_empty(), "{} is not needed", waiver.name);
        }
    }
}

#[test]
fn no_waiver_is_without_an_exchange_that_needs_it() {
    let shown: BTreeSet<&str> = legal().iter().map(|(name, _)| *name).collect();
    let stated: BTreeSet<&str> = waivers().iter().map(|waiver| &*waiver.name).collect();
    assert_eq!(stated, shown);
    assert_eq!(waivers().len(), stated.len(), "two waivers share a name");
}

#[test]
fn every_waiver_says_why_and_names_operations_that_the_documents_have() {
    for waiver in waivers() {
        assert!(waiver.source.contains('§'), "{}", waiver.name);
        assert!(waiver.why.len() > 20, "{}", waiver.name);
    }
    let referee = Referee::of_webex();
    let known: BTreeSet<String> = referee.operations().collect();
    for waiver in waivers() {
        for operation in waiver.operations() {
            assert!(known.contains(operation), "{}: {operation}", waiver.name);
        }
    }
}

fn judge(referee: &Referee, exchange: &Legal) -> Vec<Finding> {
    match exchange {
        Asks(tried) => by_referee(referee, tried),
        Answers(line, status, body) => answered(referee, line, *status, body),
    }
}

/// Judges an answer with the headers that Webex sends; null is no body.
pub(super) fn answered(referee: &Referee, line: &str, status: u16, body: &Value) -> Vec<Finding> {
    let (method, target) = line.split_once(' ').expect("METHOD target");
    let method: Method = method.parse().expect("a method");
    let mut headers = HeaderMap::new();
    headers.insert(
        "content-type",
        "application/json;charset=UTF-8".parse().unwrap(),
    );
    headers.insert("trackingid", "ROUTER_1".parse().unwrap());
    let text = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    let answer = Answer {
        status: StatusCode::from_u16(status).expect("a status"),
        headers: &headers,
        body: text.as_bytes(),
    };
    referee.judge_answer(&method, target, &answer)
}
