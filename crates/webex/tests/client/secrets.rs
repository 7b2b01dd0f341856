//! Nothing that a client shows holds a token, password, host key or link.

use rstest::rstest;
use serde_json::json;
use showcaller_secret::Secret;
use showcaller_webex::{
    Destination, MeetingView, NewMeeting, NewMessage, NewWebhook, Settings, SettingsError, Slot,
    Webex,
};

use crate::script::{Stage, TOKEN, Turn, json, text};

fn new_meeting() -> NewMeeting {
    let start = "2027-10-06T10:00:00[Europe/Brussels]"
        .parse()
        .expect("zoned");
    let mut meeting = NewMeeting::titled("Jury", Slot::new(&start, &start));
    meeting.password = Some(Secret::new("marked-password"));
    meeting
}

#[tokio::test]
async fn the_token_is_sent_as_a_header_and_nowhere_else() {
    let stage = Stage::new([json(200, json!({"id": "P"}))]);
    stage.webex.me().await.expect("an answer");
    let seen = stage.only();
    assert_eq!(
        seen.header("authorization"),
        Some(&*format!("Bearer {TOKEN}"))
    );
    assert!(seen.headers["authorization"].is_sensitive());
    assert!(!seen.target.contains(TOKEN));
}

#[test]
fn client_and_settings_do_not_show_the_token() {
    let stage = Stage::with([], |settings| {
        assert!(!format!("{settings:?}").contains(TOKEN));
    });
    assert!(!format!("{:?}", stage.webex).contains(TOKEN));
}

#[test]
fn requests_do_not_show_what_is_secret_in_them() {
    let message = NewMessage::markdown(Destination::Room("R".into()), "marked-join-link");
    let webhook = NewWebhook {
        secret: Some("marked-key".into()),
        ..NewWebhook::default()
    };
    let shown = format!("{:?}{message:?}{webhook:?}", new_meeting());
    assert!(!shown.contains("marked-"), "{shown}");
}

#[tokio::test]
async fn answers_do_not_show_what_is_secret_in_them() {
    let body = json!({
        "id": "M", "title": "Jury", "password": "marked-1", "hostKey": "marked-2",
        "webLink": "https://site.example.com/marked-3", "phoneAndVideoSystemPassword": "marked-4",
    });
    let stage = Stage::new([json(200, body)]);
    let view = MeetingView::default();
    let meeting = stage
        .webex
        .get_meeting(&"M".into(), &view)
        .await
        .expect("a meeting");
    assert_eq!(
        meeting.password.as_ref().map(Secret::expose),
        Some("marked-1")
    );
    let shown = format!("{meeting:?}");
    assert!(!shown.contains("marked-"), "{shown}");
}

#[rstest]
#[case::no_id(
    r#"{"title":"Jury","password":"marked-1","hostKey":"marked-2","webLink":"marked-3"}"#
)]
#[case::cut_short(r#"{"id":"M","telephony":{"accessCode":"marked-1"},"password":"marked-2"#)]
#[tokio::test]
async fn errors_do_not_show_what_is_secret_in_an_answer(#[case] body: &str) {
    let stage = Stage::new([text(200, &[], body)]);
    let error = stage
        .webex
        .create_meeting(&new_meeting())
        .await
        .expect_err("unreadable");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("marked-"), "{shown}");
}

#[tokio::test]
async fn errors_do_not_show_a_token_that_webex_repeats() {
    let body =
        json!({"message": format!("{TOKEN} is no token"), "errors": [{"description": TOKEN}]});
    let stage = Stage::new([json(401, body)]);
    let error = stage.webex.me().await.expect_err("refused");
    let shown = format!("{error} {error:?} {}", error.refused_because());
    assert!(!shown.contains(TOKEN), "{shown}");
}

#[rstest]
#[case::in_a_refusal(text(401, &[("trackingid", TOKEN)], ""))]
#[case::in_the_body_of_one(json(401, json!({"message": "no", "trackingId": TOKEN})))]
#[case::in_what_cannot_be_read(text(200, &[("trackingid", TOKEN)], "{"))]
#[tokio::test]
async fn errors_do_not_show_a_token_that_came_back_as_a_tracking_id(#[case] turn: Turn) {
    let stage = Stage::new([turn]);
    let error = stage.webex.me().await.expect_err("refused");
    assert_eq!(error.tracking_id(), Some("…"));
    assert!(!format!("{error} {error:?}").contains(TOKEN));
}

#[tokio::test]
async fn errors_do_not_show_the_query_where_people_are_named() {
    let stage = Stage::new([text(400, &[], "")]);
    let error = stage
        .webex
        .person_by_email("ann@example.com")
        .await
        .expect_err("refused");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("ann"), "{shown}");
    assert_eq!(
        stage.only().line(),
        "GET /v1/people?email=ann%40example.com"
    );
}

fn made_with(base_url: &str, token: &str) -> Result<Webex, SettingsError> {
    let mut settings: Option<Settings> = None;
    Stage::with([], |stage| settings = Some(stage.clone()));
    let mut settings = settings.expect("set above");
    settings.base_url = base_url.parse().expect("a URL");
    settings.token = token.into();
    Webex::new(settings)
}

#[rstest]
#[case("")]
#[case("   ")]
#[case("two words")]
#[case("line\nbreak")]
#[case("tökén")]
fn what_is_no_token_is_refused_without_being_shown(#[case] token: &str) {
    let error = made_with("https://webex.example.com/v1", token).expect_err("no token");
    insta::allow_duplicates! {
        insta::assert_snapshot!(
            error,
            @"the token of owner is empty or has characters that no token has: was it pasted whole?"
        );
    }
}

#[rstest]
#[case("mailto:ann@example.com")]
#[case("file:///v1")]
#[case("https://ann:marked-pw@example.com/v1")]
#[case("https://webex.example.com/v1?token=marked-x")]
fn what_is_no_base_url_is_refused(#[case] base_url: &str) {
    let error = made_with(base_url, TOKEN).expect_err("no base URL");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("marked-"), "{shown}");
}

#[rstest]
#[case("https://webex.example.com/v1")]
#[case("https://webex.example.com/v1/")]
fn a_base_url_may_end_in_a_slash_or_not(#[case] base_url: &str) {
    let webex = made_with(base_url, &format!(" {TOKEN}\n")).expect("settings that work");
    assert_eq!(webex.base_url().as_str(), "https://webex.example.com/v1/");
}
