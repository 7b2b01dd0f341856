//! Promise 11: what we send is valid Webex.
//!
//! Every stage asserts when it is dropped that the referee found nothing. Here is the rest: that
//! the referee would find something, and that it has seen every kind of call that is made.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};
use showcaller_plan::Wishes;
use showcaller_simulator::Account;

use crate::by_hand::{Person, all, meeting_id, room_id};
use crate::files::{Files, fair};
use crate::stage::{Stage, every_flag};
use crate::wire::{Fate, Sent, Wire};

/// A request with its JSON body changed.
fn with_body(request: &Request<Bytes>, change: impl FnOnce(&mut Value)) -> Request<Bytes> {
    let mut body: Value = serde_json::from_slice(request.body()).expect("JSON");
    change(&mut body);
    let mut other = request.clone();
    *other.body_mut() = Bytes::from(body.to_string());
    other.headers_mut().remove(http::header::CONTENT_LENGTH);
    other
}

/// What the referee finds when one kind of request is spoilt on its way.
async fn findings_when(
    method: &'static str,
    path: &'static str,
    spoil: impl Fn(&Request<Bytes>) -> Request<Bytes> + Send + Sync + 'static,
) -> Vec<String> {
    let event = Files::of_example("workshop").event();
    let mut stage = Stage::before(&event).await;
    let clean = Arc::clone(&stage.transport);
    stage.transport = Wire::judged_by(&clean, move |sent, request| {
        if sent.method == method && sent.path == path {
            Fate::Becomes(spoil(request))
        } else {
            Fate::Passes
        }
    });
    let outlook = stage.look(&event, &Wishes::default()).await;
    // Whether Webex takes it is not the question here.
    stage.apply_outlook(&event, outlook).await;
    stage.dismiss()
}

#[tokio::test]
async fn the_referee_sees_a_misspelt_member() {
    let findings = findings_when("POST", "/v1/meetings", |request| {
        with_body(request, |body| {
            body["enableAutoRecordMeeting"] = json!(false)
        })
    })
    .await;
    assert!(
        findings
            .iter()
            .any(|f| f.contains("enableAutoRecordMeeting")),
        "{findings:#?}"
    );
}

#[tokio::test]
async fn the_referee_sees_a_wrong_type() {
    let findings = findings_when("POST", "/v1/rooms", |request| {
        with_body(request, |body| body["isLocked"] = json!("yes"))
    })
    .await;
    assert!(
        findings.iter().any(|f| f.contains("isLocked")),
        "{findings:#?}"
    );
}

#[tokio::test]
async fn the_referee_sees_a_limit_that_only_the_text_states() {
    let findings = findings_when("POST", "/v1/meetings", |request| {
        with_body(request, |body| body["title"] = json!("x".repeat(129)))
    })
    .await;
    assert!(
        findings.iter().any(|f| f.contains("title")),
        "{findings:#?}"
    );
}

#[tokio::test]
async fn the_referee_sees_an_operation_that_does_not_exist() {
    let findings = findings_when("POST", "/v1/memberships", |request| {
        let mut other = request.clone();
        *other.uri_mut() = "http://simulator.invalid/v1/membership"
            .parse()
            .expect("an address");
        other
    })
    .await;
    assert!(!findings.is_empty());
}

/// A call as the documents name it: ids become `{id}`.
fn operation(sent: &Sent) -> String {
    let path: Vec<&str> = sent
        .path
        .trim_start_matches("/v1/")
        .split('/')
        .map(|part| if part.len() > 24 { "{id}" } else { part })
        .collect();
    format!("{} {}", sent.method, path.join("/"))
}

/// Everything that an event's life asks of Webex: made, looked at, changed, lost and found, made
/// anew, taken away.
#[tokio::test]
async fn the_referee_has_judged_every_operation_that_provisioning_uses() {
    let files = fair();
    let event = files.event();
    let mut stage = Stage::with(&event, |config| {
        let second = Account::host("second@example.com", "Second");
        config.accounts.push(second);
    })
    .await;
    let wire = Wire::listening(&stage.transport);
    stage.transport = wire.clone();
    let changed = files
        .clone()
        .edited("team: \"Spring fair\"", "team: \"Summer fair\"")
        .edited("title: Crew,", "title: The crew,")
        .edited("\"14:00-15:00\"", "\"14:20-15:30\"")
        .edited("      Tomorrow: \"{{ fitting.link }}\"\n", "")
        .edited("boards.example.com/red", "boards.example.com/scarlet")
        .edited("  hosts:\n", "  moderators: [organiser]\n  hosts:\n")
        .edited("  fitting:\n", "  fitting:\n    invite: audience\n")
        .edited("  square:\n", "  piazza:\n")
        .edited("title: Market square", "title: Piazza")
        .edited("\"11:00-12:00\"", "\"11:15-12:15\"")
        .edited("  jury-table:\n", "  jury-chairs:\n")
        .edited(
            "members: [people of this team]",
            "members: [participant of this team]",
        )
        .people_edited("Ria Long,red,participant", "Ria Long,red,coach")
        .people_edited("June Wells,,jury", "June Wells,,organiser")
        .people_edited("otto@example.com,Otto Sand,,organiser\n", "");
    let elsewhere = changed
        .clone()
        .edited(
            "    events@example.com: { parallel: 4 }",
            "    events@example.com: { parallel: 4 }\n    second@example.com: { parallel: 4 }",
        )
        .edited(
            "  jury-chairs:\n",
            "  jury-chairs:\n    host: second@example.com\n",
        )
        .people_edited("Ria Long,red,coach", "Ria Long,red,participant");
    let last = elsewhere.event();
    for event in [&event, &changed.event(), &event, &changed.event(), &last] {
        let report = stage.apply(event, &every_flag()).await;
        assert!(report.is_complete(), "{report:#?}");
    }
    // What is gone from the lists is asked for by its id.
    let olga = Person::called(&stage.simulator, "olga@example.com");
    olga.archives_room(&room_id(&stage.simulator, "The crew"))
        .await;
    let host = Person::called(&stage.simulator, "events@example.com");
    host.deletes_meeting(&meeting_id(&stage.simulator, "Red - Fitting"))
        .await;
    stage.full_plan(&last).await;
    let members = all(&stage.simulator, "teamMemberships");
    let bot = members
        .iter()
        .find(|member| member["personEmail"] == showcaller_rehearsal::BOT);
    let id = bot.and_then(|bot| bot["id"].as_str()).expect("the bot");
    let path = format!("/v1/team/memberships/{id}");
    olga.does(Method::DELETE, &path, Value::Null).await;
    stage.full_plan(&last).await;

    let judged: BTreeSet<String> = wire.sent().iter().map(operation).collect();
    let judged: Vec<&str> = judged.iter().map(String::as_str).collect();
    insta::assert_snapshot!(judged.join("\n"), @r"
    DELETE meetingInvitees/{id}
    DELETE meetings/{id}
    DELETE memberships/{id}
    DELETE room/tabs/{id}
    DELETE rooms/{id}
    DELETE team/memberships/{id}
    GET meetingInvitees
    GET meetingPreferences/sites
    GET meetings
    GET meetings/{id}
    GET memberships
    GET people
    GET people/me
    GET room/tabs
    GET rooms
    GET rooms/{id}
    GET team/memberships
    GET teams
    GET teams/{id}
    PATCH meetings/{id}
    POST meetingInvitees/bulkInsert
    POST meetings
    POST memberships
    POST room/tabs
    POST rooms
    POST team/memberships
    POST teams
    PUT meetingInvitees/{id}
    PUT memberships/{id}
    PUT room/tabs/{id}
    PUT rooms/{id}
    PUT team/memberships/{id}
    PUT teams/{id}
    ");
}
