//! What the log tells of each request, and what it keeps to itself.

use std::cell::RefCell;
use std::fmt::{Debug, Write as _};
use std::sync::Once;

use serde_json::json;
use showcaller_secret::Secret;
use showcaller_webex::{NewMeeting, Slot};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::script::{Stage, TOKEN, json, lost, text, wait};

thread_local! {
    static TOLD: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Notes every event as a line, for the thread on which it happens: each test has its own.
///
/// One subscriber for the whole process, since tracing decides once per place in the code whether
/// anybody listens, and another test's thread may be there at that moment.
struct Log;

/// Called by every stage before there is anything to tell.
pub(crate) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::subscriber::set_global_default(Log).expect("no other subscriber");
    });
}

fn told() -> String {
    TOLD.take()
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("showcaller")
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        TOLD.with_borrow_mut(|told| {
            let _ = writeln!(told, "{}", line.0);
        });
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

#[tokio::test]
async fn each_request_is_told_with_its_owner_and_its_outcome() {
    let turns = [
        wait(429, "7"),
        lost(),
        text(
            200,
            &[("TrackingID", "T1"), ("Warning", "1001")],
            r#"{"id":"P"}"#,
        ),
    ];
    let stage = Stage::with(turns, |settings| settings.owner = "bot".into());
    stage.webex.me().await.expect("me");
    insta::assert_snapshot!(told(), @r#"
    DEBUG message=answered owner="bot" method=GET path="/people/me" sent=1 status=429 millis=0
    INFO message=Webex asks to wait owner="bot" method=GET path="/people/me" seconds=7
    DEBUG message=no answer owner="bot" method=GET path="/people/me" sent=2 millis=0 error=no complete answer: connection reset
    DEBUG message=answered owner="bot" method=GET path="/people/me" sent=3 status=200 millis=0 tracking_id="T1"
    INFO message=Webex warns owner="bot" method=GET path="/people/me" warning="1001"
    "#);
}

#[tokio::test]
async fn neither_token_nor_body_nor_query_is_told() {
    let answer = json!({"id": "M", "password": "marked-1", "hostKey": "marked-2"});
    let refusal = json!({"message": format!("marked-3 {TOKEN}")});
    let stage = Stage::new([json(200, answer), json(400, refusal)]);
    let start = "2027-10-06T10:00:00[Europe/Brussels]"
        .parse()
        .expect("zoned");
    let mut meeting = NewMeeting::titled("Jury", Slot::new(&start, &start));
    meeting.password = Some(Secret::new("marked-4"));
    stage
        .webex
        .create_meeting(&meeting)
        .await
        .expect("a meeting");
    stage
        .webex
        .person_by_email("marked-5@example.com")
        .await
        .expect_err("refused");
    let told = told();
    assert_eq!(told.lines().count(), 2);
    assert!(!told.contains("marked-") && !told.contains(TOKEN), "{told}");
}
