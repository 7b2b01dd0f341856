//! The remote control of the cues. Every answer is held against the OpenAPI document that is served.

mod events;
mod stage;
mod tokens;

use http::HeaderValue;
use serde_json::json;
use showcaller_server::Scope;

use stage::{Stage, request};

#[tokio::test]
async fn it_says_how_each_cue_stands() {
    let stage = Stage::new().await;
    let token = stage.token("Companion", Scope::Read).await;
    stage.is("2027-10-06T14:32:00+02:00");
    let all = stage.calls("GET", "/control/cues", &token).await;
    assert_eq!(all.status, 200);
    assert_eq!(all.body["event"], "innovation-challenge");
    assert_eq!(all.body["runner"], json!(null));
    assert_eq!(all.body["cues"].as_array().map(Vec::len), Some(18));
    // Today's, and another day's.
    let one = stage.calls("GET", "/control/cues/opening", &token).await;
    insta::assert_json_snapshot!(one.body, @r#"
    {
      "cue": "opening/day-1",
      "state": "late",
      "send": "by-clock",
      "two-people": false,
      "due": "2027-10-06T06:45:00Z",
      "recipients": {
        "all": 12,
        "planned": 0,
        "standby": 0,
        "sending": 0,
        "sent": 0,
        "held": 0,
        "skipped": 0,
        "late": 12,
        "failed": 0,
        "unclear": 0
      },
      "attention": [
        {
          "need": "late",
          "recipients": 12
        }
      ]
    }
    "#);
    let other = stage
        .calls("GET", "/control/cues/celebration/day-3", &token)
        .await;
    insta::assert_json_snapshot!(other.body, @r#"
    {
      "cue": "celebration/day-3",
      "state": "planned",
      "send": "by-call",
      "two-people": true,
      "due": "2027-10-08T14:20:00Z",
      "recipients": {
        "all": 12,
        "planned": 12,
        "standby": 0,
        "sending": 0,
        "sent": 0,
        "held": 0,
        "skipped": 0,
        "late": 0,
        "failed": 0,
        "unclear": 0
      },
      "attention": []
    }
    "#);
    let missing = stage.calls("GET", "/control/cues/openning", &token).await;
    assert_eq!(missing.status, 404);
    assert_eq!(missing.body["next"], "did you mean opening?");
}

#[tokio::test]
async fn go_hold_and_skip_are_written_once_and_by_the_tokens_name() {
    let stage = Stage::new().await;
    let token = stage.token("Stream Deck", Scope::Cues).await;
    stage.is("2027-10-06T18:00:00+02:00");
    for (path, status, outcome) in [
        ("keep-going/hold", 202, "accepted"),
        ("keep-going/hold", 200, "held"),
        ("keep-going/day-1/skip", 202, "accepted"),
        ("good-night/go", 202, "accepted"),
        ("good-night%2Fday-1/go", 200, "under-way"),
    ] {
        let path = format!("/control/cues/{path}");
        let answer = stage.calls("POST", &path, &token).await;
        assert_eq!(answer.status, status, "{path}: {answer:?}");
        assert_eq!(answer.body["outcome"], outcome, "{path}");
    }
    insta::assert_snapshot!(stage.log().await.join("\n"), @r#"
    Hold { cue: CueKey { cue: CueId("keep-going"), day: Some(DayId("day-1")) } } by Stream Deck Remote
    Skip { cue: CueKey { cue: CueId("keep-going"), day: Some(DayId("day-1")) } } by Stream Deck Remote
    Go { cue: CueKey { cue: CueId("good-night"), day: Some(DayId("day-1")) } } by Stream Deck Remote
    "#);
}

#[tokio::test]
async fn what_is_early_or_of_another_day_is_asked_back_and_written_when_it_is_confirmed() {
    let stage = Stage::new().await;
    let token = stage.token("Stream Deck", Scope::Cues).await;
    let mut answers = Vec::new();
    for path in [
        "opening/go",
        "lunch/go",
        "lunch/day-2/go",
        "lunch/day-2/go?confirm=early",
        "celebration/day-3/go?confirm=early",
    ] {
        let path = format!("/control/cues/{path}");
        let answer = stage.calls("POST", &path, &token).await;
        let body = &answer.body;
        answers.push(format!(
            "POST {path}\n{} {}: {} {}",
            answer.status,
            body["code"]
                .as_str()
                .or(body["outcome"].as_str())
                .unwrap_or_default(),
            body["detail"]
                .as_str()
                .or(body["message"].as_str())
                .unwrap_or_default(),
            body["next"].as_str().unwrap_or_default(),
        ));
    }
    insta::assert_snapshot!(answers.join("\n"), @r#"
    POST /control/cues/opening/go
    409 early: That is 1 h 45 min earlier than it is due. POST /control/cues/opening/day-1/go?confirm=early
    POST /control/cues/lunch/go
    409 other-day: It belongs to another day than today: day-2 (Day 2, Thu 7 Oct). POST /control/cues/lunch/day-2/go
    POST /control/cues/lunch/day-2/go
    409 early: That is 1 d 5 h earlier than it is due. POST /control/cues/lunch/day-2/go?confirm=early
    POST /control/cues/lunch/day-2/go?confirm=early
    202 accepted: It goes to 6 recipients: 60 people. It belongs to another day than today: day-2 (Day 2, Thu 7 Oct). That is 1 d 5 h earlier than it is due. No process runs the show at this moment: it is sent by the next one that does, within ten minutes. 
    POST /control/cues/celebration/day-3/go?confirm=early
    202 waits-for-second: It goes to 12 recipients: 69 people. It belongs to another day than today: day-3 (Day 3, Fri 8 Oct). That is 2 d 9 h earlier than it is due. A second person must say go as well.
    "#);
    let again = stage
        .calls("POST", "/control/cues/celebration/day-3/go", &token)
        .await;
    assert_eq!(
        (again.status, &again.body["outcome"]),
        (200, &json!("waits-for-second"))
    );
    // Another token is another person, as far as it is known.
    let second = stage.token("Director", Scope::Cues).await;
    let path = "/control/cues/celebration/day-3/go?confirm=early";
    let both = stage.calls("POST", path, &second).await;
    assert_eq!(
        (both.status, &both.body["outcome"]),
        (202, &json!("accepted"))
    );
    assert_eq!(stage.log().await.len(), 3);
}

#[tokio::test]
async fn a_request_that_is_repeated_with_its_idempotency_key_counts_once() {
    let stage = Stage::new().await;
    let token = stage.token("Stream Deck", Scope::Cues).await;
    stage.is("2027-10-06T18:00:00+02:00");
    let presses = async |path: &str, key: &str| {
        let mut request = request("POST", path, Some(&token));
        let key = HeaderValue::from_str(key).expect("a header");
        request.headers_mut().insert("idempotency-key", key);
        stage.asks(request).await
    };
    let hold = presses("/control/cues/good-night/hold", "1").await;
    assert_eq!(hold.body["outcome"], "accepted");
    let go = presses("/control/cues/good-night/go", "1").await;
    assert_eq!(go.body["outcome"], "accepted", "a key is that of an action");
    // The client saw no answer to its hold, and repeats it after the go.
    let repeated = presses("/control/cues/good-night/hold", "1").await;
    assert_eq!(repeated.status, 200);
    assert_eq!(repeated.body["outcome"], "repeated");
    assert_eq!(repeated.body["entry"], hold.body["entry"]);
    assert_eq!(stage.log().await.len(), 2);
    let anew = presses("/control/cues/good-night/hold", "2").await;
    assert_eq!(anew.body["outcome"], "accepted");
    let long = presses("/control/cues/good-night/hold", &"x".repeat(201)).await;
    assert_eq!(
        (long.status, &long.body["code"]),
        (400, &json!("idempotency-key"))
    );
}

#[tokio::test]
async fn its_figures_tell_of_cues_and_of_who_sends_them() {
    let stage = Stage::new().await;
    stage.is("2027-10-06T14:32:00+02:00");
    let response = stage.sends(request("GET", "/metrics", None)).await;
    let page = axum::body::to_bytes(response.into_body(), 100_000).await;
    let page = String::from_utf8(page.expect("a page").to_vec()).expect("text");
    let figures: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("showcaller_cue"))
        .collect();
    insta::assert_snapshot!(figures.join("\n"), @r#"
    showcaller_cues{state="planned"} 13
    showcaller_cues{state="standby"} 0
    showcaller_cues{state="sending"} 0
    showcaller_cues{state="sent"} 0
    showcaller_cues{state="held"} 0
    showcaller_cues{state="skipped"} 1
    showcaller_cues{state="late"} 4
    showcaller_cues{state="failed"} 0
    showcaller_cue_messages{state="waiting"} 0
    showcaller_cue_messages{state="sending"} 0
    showcaller_cue_messages{state="unclear"} 0
    showcaller_cue_runner{state="leads"} 0
    showcaller_cue_runner{state="stands-by"} 0
    showcaller_cue_runner{state="nobody-leads"} 1
    "#);
}
