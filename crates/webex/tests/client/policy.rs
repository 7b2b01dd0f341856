//! When a request is sent again, and when it is not (messaging §1.4).

use futures::future::join_all;
use http::Method;
use rstest::rstest;
use serde_json::json;
use showcaller_webex::{Error, Fault, MeetingChange, NewRoom, NewTeam, Outcome, RoomUpdate, Webex};

use crate::script::{Stage, Turn, json, lost, not_sent, seconds, text, wait};

fn room() -> Turn {
    json(200, json!({"id": "R1", "title": "Jury"}))
}

/// One call of each method, its answer dropped.
async fn call(webex: &Webex, method: &Method) -> Result<(), Error> {
    let id = "R1".into();
    let title = || "Jury".to_owned();
    match *method {
        Method::GET => webex.get_room(&id).await.map(drop),
        Method::POST => {
            let room = NewRoom {
                title: title(),
                ..NewRoom::default()
            };
            webex.create_room(&room).await.map(drop)
        }
        Method::PUT => {
            let update = RoomUpdate {
                title: title(),
                ..RoomUpdate::default()
            };
            webex.update_room(&id, &update).await.map(drop)
        }
        Method::PATCH => {
            let change = MeetingChange::default();
            webex.update_meeting(&"R1".into(), &change).await.map(drop)
        }
        Method::DELETE => webex.delete_room(&id).await,
        _ => unreachable!("no such call"),
    }
}

#[rstest]
#[tokio::test]
async fn a_429_is_waited_out_and_repeated_whatever_the_method(
    #[values(Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE)] method: Method,
) {
    let stage = Stage::new([wait(429, "7"), wait(429, "30"), room()]);
    call(&stage.webex, &method).await.expect("done in the end");
    assert_eq!(stage.seconds(), [0, 7, 37]);
}

#[rstest]
#[case::ahead("Wed, 06 Oct 2027 11:00:00 GMT", 10_800_500)]
#[case::behind("Wed, 06 Oct 2027 07:59:30 GMT", -29_500)]
#[case::as_good_as_equal("Wed, 06 Oct 2027 08:00:04 GMT", 0)]
#[case::illegible("soon", 0)]
#[tokio::test]
async fn the_time_on_webex_is_that_of_its_last_answer(#[case] date: &str, #[case] ahead: i64) {
    let mut answer = room().expect("an answer");
    let date = date.parse().expect("a header");
    answer.headers_mut().insert(http::header::DATE, date);
    let stage = Stage::new([Ok(answer)]);
    let before = stage.webex.now();
    call(&stage.webex, &Method::GET).await.expect("an answer");
    assert_eq!(
        stage.webex.now().duration_since(before).as_millis(),
        i128::from(ahead)
    );
}

#[rstest]
#[tokio::test]
async fn a_423_is_waited_out_and_repeated_whatever_the_method(
    #[values(Method::GET, Method::POST)] method: Method,
) {
    let stage = Stage::new([wait(423, "5"), room()]);
    call(&stage.webex, &method).await.expect("done in the end");
    assert_eq!(stage.seconds(), [0, 5]);
}

#[rstest]
#[case::missing(text(429, &[], ""), 15)]
#[case::garbage(wait(429, "a while"), 15)]
#[case::http_date(wait(429, "Wed, 06 Oct 2027 08:01:30 GMT"), 90)]
#[case::zero(wait(429, "0"), 1)]
#[tokio::test]
async fn retry_after_is_understood_in_any_form(#[case] refusal: Turn, #[case] second: i64) {
    let stage = Stage::new([refusal, room()]);
    call(&stage.webex, &Method::POST)
        .await
        .expect("done in the end");
    assert_eq!(stage.seconds(), [0, second]);
}

#[tokio::test]
async fn a_wait_beyond_the_limit_is_an_error_that_names_it() {
    let stage = Stage::new([wait(429, "3600")]);
    let error = call(&stage.webex, &Method::POST)
        .await
        .expect_err("too long");
    assert!(matches!(error.fault(), Fault::Throttled { wait, .. } if *wait == seconds(3600)));
    assert_eq!(error.outcome(), Outcome::NotDone);
    insta::assert_snapshot!(
        error,
        @"POST /rooms: Webex asks to wait 1h; a call may wait 10m in all"
    );
}

#[tokio::test]
async fn waits_of_one_call_add_up_to_the_limit() {
    let turns = [wait(429, "60"), wait(429, "60"), wait(429, "60")];
    let stage = Stage::with(turns, |settings| settings.max_wait = seconds(150));
    let error = call(&stage.webex, &Method::POST)
        .await
        .expect_err("too long");
    assert!(error.is_throttled());
    assert_eq!(stage.seconds(), [0, 60, 120]);
}

#[tokio::test]
async fn an_endless_429_is_waited_for_once_and_not_by_each_call_in_turn() {
    let stage = Stage::new((0..100).map(|_| wait(429, "15")));
    let calls = (0..50).map(|_| call(&stage.webex, &Method::POST));
    for answer in join_all(calls).await {
        let error = answer.expect_err("Webex takes nothing");
        assert!(error.is_throttled(), "{error}");
        assert_eq!(error.outcome(), Outcome::NotDone);
    }
    let error = call(&stage.webex, &Method::POST)
        .await
        .expect_err("at once");
    insta::assert_snapshot!(
        error,
        @"POST /rooms: Webex asks to wait again and again, now for 15s; a call may wait 10m in all"
    );
    let last = stage.seconds().pop().expect("something was sent");
    assert!((600..=630).contains(&last), "{last}");
}

#[tokio::test]
async fn while_one_call_waits_the_others_of_that_owner_hold_too() {
    let stage = Stage::new([wait(429, "20"), room(), room()]);
    let first = call(&stage.webex, &Method::POST);
    // A clone is the same owner. It starts when the first call has been told to wait.
    let twin = stage.webex.clone();
    let second = async {
        while twin.counters().throttled == 0 {
            tokio::task::yield_now().await;
        }
        call(&twin, &Method::GET).await
    };
    let (first, second) = tokio::join!(first, second);
    first.expect("done in the end");
    second.expect("done in the end");
    // And then one after the other: how fast they may go is still to be found out.
    assert_eq!(stage.seconds(), [0, 20, 21]);
}

#[tokio::test]
async fn a_quota_used_up_stops_only_calls_of_its_kind_and_those_unsent() {
    let stage = Stage::new([wait(429, "3600"), json(200, json!({"id": "T1"}))]);
    call(&stage.webex, &Method::POST)
        .await
        .expect_err("no more rooms");
    let error = call(&stage.webex, &Method::POST)
        .await
        .expect_err("still none");
    assert!(error.is_throttled());
    assert_eq!(error.requests(), 0);
    let team = NewTeam {
        name: "LIVE".into(),
        description: None,
    };
    stage.webex.create_team(&team).await.expect("teams go on");
    assert_eq!(stage.lines(), ["POST /v1/rooms", "POST /v1/teams"]);
}

#[rstest]
#[tokio::test]
async fn what_does_the_same_twice_is_repeated_after_trouble_that_may_pass(
    #[values(Method::GET, Method::PUT, Method::PATCH, Method::DELETE)] method: Method,
    #[values(500, 502, 503, 504)] status: u16,
) {
    let stage = Stage::new([text(status, &[], ""), lost(), not_sent(), room()]);
    call(&stage.webex, &method).await.expect("done in the end");
    let at = stage.seconds();
    // After 1, 2 and 4 s, each up to a quarter longer.
    assert_eq!(at[0], 0);
    assert_eq!(at[1], 1);
    assert!((3..=4).contains(&at[2]), "{at:?}");
    assert!((7..=9).contains(&at[3]), "{at:?}");
}

#[rstest]
#[case(Method::GET, Outcome::NotDone)]
#[case(Method::PUT, Outcome::Unknown)]
#[case(Method::PATCH, Outcome::Unknown)]
#[case(Method::DELETE, Outcome::Unknown)]
#[tokio::test]
async fn after_four_tries_it_gives_up(#[case] method: Method, #[case] outcome: Outcome) {
    let stage = Stage::new([lost(), text(503, &[], ""), lost(), text(502, &[], "")]);
    let error = call(&stage.webex, &method)
        .await
        .expect_err("it keeps failing");
    assert_eq!(error.requests(), 4);
    assert_eq!(error.outcome(), outcome);
    assert!(stage.is_played());
}

#[rstest]
#[case::lost(lost())]
#[case::internal(text(500, &[], ""))]
#[case::gateway(text(502, &[], ""))]
#[case::unavailable(wait(503, "1"))]
#[case::time_out(text(504, &[], ""))]
#[tokio::test]
async fn a_post_that_may_have_been_acted_upon_is_never_repeated(#[case] turn: Turn) {
    let stage = Stage::new([turn]);
    let error = call(&stage.webex, &Method::POST)
        .await
        .expect_err("not repeated");
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(error.requests(), 1);
    assert!(error.to_string().contains("outcome unknown"), "{error}");
}

#[tokio::test]
async fn a_post_that_never_left_is_repeated() {
    let stage = Stage::new([not_sent(), not_sent(), room()]);
    call(&stage.webex, &Method::POST)
        .await
        .expect("done in the end");
    assert_eq!(stage.seen().len(), 3);
}

#[tokio::test]
async fn a_post_that_never_left_at_all_is_not_done() {
    let stage = Stage::new([not_sent(), not_sent(), not_sent(), not_sent()]);
    let error = call(&stage.webex, &Method::POST)
        .await
        .expect_err("unreachable");
    assert_eq!(error.outcome(), Outcome::NotDone);
    insta::assert_snapshot!(
        error,
        @"POST /rooms: Webex cannot be reached (connection refused) (sent 4 times)"
    );
}

#[tokio::test]
async fn doubt_stays_when_the_repetition_is_refused() {
    let stage = Stage::new([lost(), json(400, json!({"message": "no"}))]);
    let error = call(&stage.webex, &Method::PUT).await.expect_err("refused");
    assert_eq!(error.outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn a_deletion_whose_answer_was_lost_and_that_then_finds_nothing_is_done() {
    let stage = Stage::new([lost(), text(404, &[], "")]);
    call(&stage.webex, &Method::DELETE)
        .await
        .expect("gone is gone");
}

#[tokio::test]
async fn a_deletion_that_finds_nothing_at_first_is_an_error() {
    let stage = Stage::new([text(404, &[], "")]);
    let error = call(&stage.webex, &Method::DELETE)
        .await
        .expect_err("not there");
    assert!(error.is_not_found());
}

#[rstest]
#[tokio::test]
async fn a_refusal_is_not_repeated(
    #[values(Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE)] method: Method,
    #[values(400, 401, 403, 404, 405, 409, 410, 428)] status: u16,
) {
    let stage = Stage::new([text(status, &[], "")]);
    let error = call(&stage.webex, &method).await.expect_err("refused");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
    assert_eq!(error.outcome(), Outcome::NotDone);
    assert!(stage.is_played());
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = [("location", "https://elsewhere.example.com/v1/rooms/R1")];
    let stage = Stage::new([text(302, &elsewhere, "")]);
    let error = call(&stage.webex, &Method::GET)
        .await
        .expect_err("not followed");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(302));
    assert_eq!(stage.seen().len(), 1);
}

#[tokio::test]
async fn a_5xx_that_names_a_wait_is_waited_out() {
    let stage = Stage::new([wait(503, "45"), room()]);
    call(&stage.webex, &Method::GET)
        .await
        .expect("done in the end");
    assert_eq!(stage.seconds(), [0, 45]);
}

#[tokio::test]
async fn every_request_is_counted() {
    let stage = Stage::new([wait(429, "1"), lost(), room(), room()]);
    call(&stage.webex, &Method::GET)
        .await
        .expect("done in the end");
    call(&stage.webex, &Method::POST).await.expect("done");
    let counters = stage.webex.counters();
    insta::assert_debug_snapshot!(counters, @"
    Counters {
        calls: 2,
        requests: 4,
        retries: 2,
        throttled: 1,
        bytes_sent: 16,
        bytes_received: 74,
    }
    ");
}

#[tokio::test]
async fn many_calls_at_once_are_all_answered() {
    let turns = (0..50).map(|_| room());
    let stage = Stage::new(turns);
    let calls = (0..50).map(|_| call(&stage.webex, &Method::POST));
    for answer in join_all(calls).await {
        answer.expect("done");
    }
    assert_eq!(stage.webex.counters().requests, 50);
}
