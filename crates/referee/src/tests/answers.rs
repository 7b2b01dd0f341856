//! Answers: status, headers, error bodies, and every rule about them.

use std::collections::BTreeSet;

use http::{HeaderMap, Method, StatusCode};
use rstest::rstest;
use serde_json::{Value, json};

use super::miniature;
use super::things::{ID, SERIES, but, list, meeting, message, person, room, team, webhook};
use super::waived::answered;
use crate::finding::Findings;
use crate::rules::{self, Answered, Check, rules};
use crate::{Answer, Finding, Referee};

fn judge(line: &str, status: u16, headers: &[(&'static str, &str)], body: &str) -> String {
    let (method, target) = line.split_once(' ').unwrap();
    let method: Method = method.parse().unwrap();
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, value.parse().unwrap());
    }
    let answer = Answer {
        status: StatusCode::from_u16(status).unwrap(),
        headers: &map,
        body: body.as_bytes(),
    };
    let findings = miniature::referee().judge_answer(&method, target, &answer);
    let lines: Vec<String> = findings.iter().map(Finding::to_string).collect();
    lines.join("\n")
}

const JSON: (&str, &str) = ("content-type", "application/json;charset=UTF-8");
const TRACKED: (&str, &str) = ("trackingid", "ROUTER_1");
const EMMA: &str = r#"{"title": "Emma"}"#;
const NO_SUCH_BOOK: &str =
    r#"{"message": "No.", "errors": [{"description": "Gone."}], "trackingId": "ROUTER_1"}"#;

#[rstest]
#[case("POST /books", 200, EMMA)]
#[case("GET /books?shelf=a", 200, r#"{"items": [{"title": "Emma"}]}"#)]
#[case("DELETE /books/17", 204, "")]
#[case("GET /books?shelf=a", 404, NO_SUCH_BOOK)]
#[case("GET /nowhere", 404, NO_SUCH_BOOK)]
fn an_answer_that_the_document_describes_passes(
    #[case] line: &str,
    #[case] status: u16,
    #[case] body: &str,
) {
    assert_eq!(judge(line, status, &[JSON, TRACKED], body), "");
}

#[rstest]
#[case(
    "POST /books",
    201,
    EMMA,
    "status: 201 is none of 200, 404, 429, 502 [unknown-status]"
)]
#[case(
    "DELETE /books/17",
    204,
    "{}",
    "body: 204 has no body [unexpected-body]"
)]
#[case("POST /books", 200, "", "body: the body is not JSON [body-not-json]")]
#[case(
    "POST /books",
    200,
    r#"{"title": "Emma", "titel": ""}"#,
    "body /titel: the document names no such member [unknown-member]"
)]
#[case(
    "GET /nowhere",
    200,
    "{}",
    "target: no document names this path [unknown-operation]"
)]
fn an_answer_that_the_document_does_not_describe_is_flagged(
    #[case] line: &str,
    #[case] status: u16,
    #[case] body: &str,
    #[case] finding: &str,
) {
    let said = judge(line, status, &[JSON, TRACKED], body);
    assert_eq!(said.split_once(", ").map(|(_, said)| said), Some(finding));
}

#[rstest]
#[case("application/json;charset=UTF-8", true)]
#[case("application/json; charset=utf-8", true)]
#[case("application/json", false)]
#[case("text/html;charset=UTF-8", false)]
fn an_answer_is_json_in_utf_8(#[case] media: &str, #[case] passes: bool) {
    let said = judge("POST /books", 200, &[("content-type", media)], EMMA);
    assert_eq!(said.is_empty(), passes, "{said}");
}

#[rstest]
#[case(r#"<https://api.example/v1/books?shelf=a&cursor=2>; rel="next""#, true)]
#[case(r#"<https://api.example/v1/books?c=2>; rel="next", <https://api.example/v1/books>; rel="first""#, true)]
#[case("<https://api.example/v1/books?c=2>; rel=next", true)]
#[case(r#"</v1/books?c=2>; rel="next""#, false)]
#[case(r#"https://api.example/v1/books?c=2; rel="next""#, false)]
#[case(r#"<https://api.example/v1/shelves?c=2>; rel="next""#, false)]
#[case(r#"<https://api.example/v1/books?c=2>; rel="later""#, false)]
#[case("<https://api.example/v1/books?c=2>", false)]
fn a_list_links_to_its_next_page(#[case] link: &str, #[case] passes: bool) {
    let body = r#"{"items": []}"#;
    let said = judge("GET /books?shelf=a", 200, &[JSON, ("link", link)], body);
    assert_eq!(said.is_empty(), passes, "{said}");
}

#[test]
fn what_is_not_a_list_links_nowhere() {
    let link = r#"<https://api.example/v1/books/17>; rel="next""#;
    let said = judge("GET /books/17", 200, &[JSON, ("link", link)], EMMA);
    assert!(
        said.ends_with("this operation does not answer in pages [link]"),
        "{said}"
    );
}

#[rstest]
#[case(404, r#"{"message": "No.", "trackingId": "ROUTER_1"}"#, "")]
#[case(404, r#"{"message": "", "trackingId": "ROUTER_1"}"#, "body /message")]
#[case(404, r#"{"trackingId": "ROUTER_1"}"#, "body /message")]
#[case(404, r#"{"message": "No."}"#, "body /trackingId")]
#[case(
    404,
    r#"{"message": "No.", "trackingId": "ROUTER_2"}"#,
    "body /trackingId"
)]
#[case(
    404,
    r#"{"message": "No.", "trackingId": "ROUTER_1", "code": 4}"#,
    "body /code"
)]
#[case(
    404,
    r#"{"message": "No.", "trackingId": "ROUTER_1", "errors": {}}"#,
    "body /errors"
)]
#[case(
    404,
    r#"{"message": "No.", "trackingId": "ROUTER_1", "errors": [{"text": ""}]}"#,
    "body /errors/0/description"
)]
#[case(404, "[]", "body")]
fn an_error_says_what_is_wrong_and_carries_a_tracking_id(
    #[case] status: u16,
    #[case] body: &str,
    #[case] place: &str,
) {
    let said = judge("GET /books?shelf=a", status, &[JSON, TRACKED], body);
    match place {
        "" => assert_eq!(said, ""),
        place => assert!(
            said.starts_with(&format!("GET /books, {place}: ")),
            "{said}"
        ),
    }
}

#[test]
fn an_error_carries_its_tracking_id_as_a_header_too() {
    let said = judge("GET /books?shelf=a", 404, &[JSON], NO_SUCH_BOOK);
    assert!(
        said.starts_with("GET /books, header trackingid: "),
        "{said}"
    );
}

#[rstest]
#[case(429, "text/html", "<p>Slow down.</p>", true)]
#[case(502, "text/html", "<p>Bad gateway.</p>", true)]
#[case(404, "text/html", "<p>Not here.</p>", false)]
#[case(429, "application/json;charset=UTF-8", "{}", false)]
fn only_throttling_and_gateways_may_answer_with_a_page(
    #[case] status: u16,
    #[case] media: &str,
    #[case] body: &str,
    #[case] passes: bool,
) {
    let headers = [("content-type", media), TRACKED];
    let said = judge("GET /books?shelf=a", status, &headers, body);
    assert_eq!(said.is_empty(), passes, "{said}");
}

#[rstest]
#[case("3600", true)]
#[case("1.5", false)]
#[case("Wed, 21 Oct 2027 07:28:00 GMT", false)]
fn retry_after_is_whole_seconds(#[case] value: &str, #[case] passes: bool) {
    let headers = [
        ("content-type", "text/html"),
        TRACKED,
        ("retry-after", value),
    ];
    let said = judge("GET /books?shelf=a", 429, &headers, "");
    assert_eq!(said.is_empty(), passes, "{said}");
}

/// A rule about answers, the operation, and what keeps and what breaks it.
type Row = (&'static str, &'static str, Value, Value);

fn rows() -> Vec<Row> {
    let mut rows = messaging_rows();
    rows.extend(meeting_rows());
    rows
}

fn messaging_rows() -> Vec<Row> {
    let announcing = |locked| json!({"isAnnouncementOnly": true, "isLocked": locked});
    vec![
        ("list-items", "GET /teams", json!({"items": []}), json!({})),
        (
            "always-there",
            "GET /people/me",
            person(),
            but(person(), json!({"type": null})),
        ),
        (
            "always-there",
            "POST /rooms",
            room(),
            but(room(), json!({"isLocked": null})),
        ),
        (
            "always-there",
            "GET /rooms",
            list(room()),
            list(but(room(), json!({"creatorId": null}))),
        ),
        (
            "always-there",
            "GET /messages/direct",
            list(message()),
            list(but(message(), json!({"personEmail": null}))),
        ),
        (
            "always-there",
            "POST /webhooks",
            webhook(),
            but(webhook(), json!({"status": null})),
        ),
        (
            "opaque-id",
            "GET /teams/{teamId}",
            team(),
            but(team(), json!({"id": "team-1"})),
        ),
        (
            "opaque-id",
            "GET /rooms",
            list(room()),
            list(but(room(), json!({"teamId": "1"}))),
        ),
        (
            "timestamp",
            "POST /teams",
            but(team(), json!({"created": "2027-01-01T00:00:00+00:00"})),
            but(team(), json!({"created": "2027-01-01 00:00:00"})),
        ),
        (
            "announcing-is-locked",
            "PUT /rooms/{roomId}",
            but(room(), announcing(true)),
            but(room(), announcing(false)),
        ),
    ]
}

fn meeting_rows() -> Vec<Row> {
    let instance = |state: &str| {
        let gone = json!({"password": null, "hostKey": null, "telephony": null});
        let kind = json!({"meetingType": "meeting", "state": state, "id": format!("{SERIES}_I_7")});
        but(but(meeting(), gone), kind)
    };
    let occurrence = |id: &str| json!({"meetingType": "scheduledMeeting", "state": "ready", "id": format!("{SERIES}{id}")});
    let one = "GET /meetings/{meetingId}";
    vec![
        (
            "created-is-series",
            "POST /meetings",
            meeting(),
            but(meeting(), occurrence("_20271006T080000Z")),
        ),
        (
            "meeting-id",
            one,
            meeting(),
            but(meeting(), json!({"id": ID})),
        ),
        (
            "meeting-id",
            "GET /meetings",
            list(but(meeting(), occurrence("_20271006T080000Z"))),
            list(but(meeting(), occurrence("_20271006T0800Z"))),
        ),
        (
            "meeting-id",
            one,
            instance("inProgress"),
            but(instance("inProgress"), json!({"id": SERIES})),
        ),
        (
            "meeting-state",
            "PATCH /meetings/{meetingId}",
            but(meeting(), json!({"state": "expired"})),
            but(meeting(), json!({"state": "scheduled"})),
        ),
        (
            "meeting-sheds-secrets",
            one,
            instance("ended"),
            but(instance("ended"), json!({"meetingNumber": "123456789"})),
        ),
        (
            "meeting-sheds-secrets",
            one,
            but(instance("lobby"), json!({"meetingNumber": "123456789"})),
            but(instance("lobby"), json!({"hostKey": "123456"})),
        ),
    ]
}

#[test]
fn each_rule_lets_a_good_answer_pass_and_flags_a_bad_one() {
    for (rule, operation, keeps, breaks) in rows() {
        assert_eq!(broken(operation, &keeps), BTreeSet::new(), "{operation}");
        assert_eq!(
            broken(operation, &breaks),
            BTreeSet::from([rule]),
            "{operation}"
        );
    }
}

fn broken(operation: &str, body: &Value) -> BTreeSet<&'static str> {
    let mut findings = Findings::about(operation);
    rules::judge_answer(&Answered { operation, body }, &mut findings);
    findings
        .into_vec()
        .iter()
        .map(|finding| finding.rule)
        .collect()
}

#[test]
fn no_rule_about_answers_is_left_untried() {
    let tried: BTreeSet<&str> = rows().iter().map(|(rule, ..)| *rule).collect();
    let about_answers = rules().filter(|rule| matches!(rule.check, Check::Answer(_)));
    assert_eq!(
        about_answers.map(|rule| rule.name).collect::<BTreeSet<_>>(),
        tried
    );
}

#[test]
fn by_the_facts_too_the_good_answers_pass_and_the_bad_ones_are_flagged() {
    let referee = Referee::of_webex();
    for (rule, operation, keeps, breaks) in rows() {
        let line = operation.replace(['{', '}'], "");
        let findings = answered(&referee, &line, 200, &keeps);
        assert!(findings.is_empty(), "{operation}: {findings:?}");
        let findings = answered(&referee, &line, 200, &breaks);
        assert!(
            findings.iter().any(|f| f.rule == rule),
            "{operation}: {findings:?}"
        );
    }
}
