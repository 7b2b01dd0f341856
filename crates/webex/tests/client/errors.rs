//! Errors say what happened, in Webex's words where there are any (messaging §1.2, meetings §11).

use rstest::rstest;
use serde_json::json;
use showcaller_webex::{Error, Fault, NewRoom, Outcome};

use crate::script::{Stage, Turn, json, text};

async fn creation(turn: Turn) -> Error {
    let stage = Stage::new([turn]);
    let room = NewRoom {
        title: "Jury".into(),
        ..NewRoom::default()
    };
    stage.webex.create_room(&room).await.expect_err("refused")
}

#[tokio::test]
async fn a_refusal_reads_as_a_sentence_with_cause_and_tracking_id() {
    let error = creation(json(
        400,
        json!({
            "message": "The request could not be understood by the server.",
            "errors": [{"description": "Title cannot be empty."}, {"description": "Title cannot be empty."}],
            "trackingId": "ROUTERGW_1",
        }),
    ))
    .await;
    insta::assert_snapshot!(
        error,
        @"POST /rooms: Webex answered 400: Title cannot be empty. [tracking id ROUTERGW_1]"
    );
    assert_eq!(error.refused_because(), "Title cannot be empty.");
    let Fault::Refused(refusal) = error.fault() else {
        panic!("{error:?}");
    };
    assert!(
        refusal
            .message
            .as_deref()
            .is_some_and(|text| text.contains("understood"))
    );
}

#[rstest]
#[case::two_causes(
    json!({"message": "m", "errors": [{"description": "a"}, {"description": "b"}]}), "a; b")]
#[case::no_causes(json!({"message": "Could not find a room."}), "Could not find a room.")]
#[case::empty_causes(json!({"message": "m", "errors": []}), "m")]
#[case::causes_as_text(json!({"message": "m", "errors": ["a"]}), "a")]
#[case::causes_as_object(json!({"message": "m", "errors": {"x": 1}}), "m")]
#[case::odd(json!({"message": 3}), r#"{"message":3}"#)]
#[case::blank(json!({"message": " "}), r#"{"message":" "}"#)]
#[tokio::test]
async fn bodies_are_read_as_far_as_they_go(#[case] body: serde_json::Value, #[case] reason: &str) {
    assert_eq!(creation(json(403, body)).await.refused_because(), reason);
}

#[tokio::test]
async fn an_error_page_of_a_gateway_is_quoted_in_one_line() {
    let html = "<html>\r\n  <body>Blocked   by\tproxy</body>\n</html>";
    let error = creation(text(403, &[("content-type", "text/html")], html)).await;
    assert_eq!(
        error.refused_because(),
        "<html> <body>Blocked by proxy</body> </html>"
    );
}

#[tokio::test]
async fn an_empty_refusal_says_what_its_status_means() {
    let error = creation(text(409, &[], "")).await;
    assert_eq!(error.refused_because(), "Conflict");
    assert!(error.is_conflict());
}

#[rstest]
#[case::body_first(r#"{"trackingId":"B"}"#, "TrackingID", Some("B"))]
#[case::then_header("{}", "TrackingID", Some("H"))]
#[case::header_in_lower_case("<html>", "trackingid", Some("H"))]
#[case::neither("{}", "x-other", None)]
#[tokio::test]
async fn the_tracking_id_is_found(
    #[case] body: &str,
    #[case] header: &'static str,
    #[case] expected: Option<&str>,
) {
    // Header names reach the client in lower case, whatever case they had.
    let header = header.parse::<http::HeaderName>().expect("a name");
    let mut turn = text(400, &[], body);
    if let Ok(answer) = &mut turn {
        answer
            .headers_mut()
            .insert(header, "H".parse().expect("a value"));
    }
    assert_eq!(creation(turn).await.tracking_id(), expected);
}

#[rstest]
#[case(401, "unauthorized")]
#[case(403, "forbidden")]
#[case(404, "not found")]
#[case(409, "conflict")]
#[case(400, "other")]
#[tokio::test]
async fn statuses_are_told_apart(#[case] status: u16, #[case] kind: &str) {
    let error = creation(text(status, &[], "")).await;
    assert_eq!(error.is_unauthorized(), kind == "unauthorized");
    assert_eq!(error.is_forbidden(), kind == "forbidden");
    assert_eq!(error.is_not_found(), kind == "not found");
    assert_eq!(error.is_conflict(), kind == "conflict");
}

#[rstest]
#[case::cut_short(r#"{"id":"R1","ti"#)]
#[case::html("<html>Welcome to the hotel</html>")]
#[case::empty("")]
#[case::no_id(r#"{"title":"Jury"}"#)]
#[case::an_array(r#"["Jury", {"id":"R1"}]"#)]
#[tokio::test]
async fn a_creation_whose_answer_cannot_be_read_is_of_unknown_outcome(#[case] body: &str) {
    let error = creation(text(200, &[("trackingid", "T")], body)).await;
    assert!(
        matches!(error.fault(), Fault::Undecodable { .. }),
        "{error}"
    );
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(error.tracking_id(), Some("T"));
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_quoted() {
    let error = creation(text(200, &[], "<html>Welcome to the hotel</html>")).await;
    insta::assert_snapshot!(
        error,
        @r#"POST /rooms: Webex's answer cannot be understood: expected value at line 1 column 1; it begins "<html>Welcome to the hotel</html>"; outcome unknown: Webex may have acted on it"#
    );
}

#[tokio::test]
async fn a_read_that_cannot_be_understood_has_done_nothing() {
    let stage = Stage::new([text(200, &[], "")]);
    let error = stage.webex.me().await.expect_err("no answer");
    assert_eq!(error.outcome(), Outcome::NotDone);
}

#[rstest]
#[case("")]
#[case(".")]
#[case("..")]
#[tokio::test]
async fn an_id_that_would_address_something_else_is_never_sent(#[case] id: &str) {
    let stage = Stage::new([]);
    let error = stage
        .webex
        .delete_room(&id.into())
        .await
        .expect_err("no id");
    assert!(matches!(error.fault(), Fault::NotARequest(_)), "{error}");
    assert_eq!(error.outcome(), Outcome::NotDone);
}

#[tokio::test]
async fn an_id_cannot_leave_its_place_in_the_path() {
    let stage = Stage::new([text(204, &[], "")]);
    stage
        .webex
        .delete_room(&"../teams/T1?x#y".into())
        .await
        .expect("sent");
    assert_eq!(
        stage.only().line(),
        "DELETE /v1/rooms/..%2Fteams%2FT1%3Fx%23y"
    );
}
