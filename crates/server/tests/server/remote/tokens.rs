//! Who may ask what.

use axum::body::to_bytes;
use http::HeaderValue;
use showcaller_clock::Clock as _;
use showcaller_secret::Secret;
use showcaller_server::Scope;

use super::stage::{Stage, request};

const GO: &str = "/control/cues/good-night/go";

#[tokio::test]
async fn without_a_token_that_is_good_for_it_nothing_is_told_and_nothing_done() {
    let stage = Stage::new().await;
    stage.is("2027-10-06T18:00:00+02:00");
    let cues = stage.token("Stream Deck", Scope::Cues).await;
    let read = stage.token("Companion", Scope::Read).await;
    let past = "2027-10-06T16:00:00Z";
    let expired = stage.token_until("Yesterday", Scope::Cues, past).await;
    let revoked = stage.token("Lost phone", Scope::Cues).await;
    let revoked_id = stage.ledger.control_tokens().await.expect("a ledger")[3].id;
    let now = stage.clock.now();
    let gone = stage.ledger.revoke_control_token(revoked_id, now).await;
    assert!(gone.expect("a ledger"));
    let other = Secret::new(format!("{}0", cues.expose()));
    let mut told = Vec::new();
    for (token, path) in [
        (None, GO),
        (None, "/control/cues"),
        (None, "/control/events"),
        (Some(&Secret::new("")), GO),
        (Some(&other), GO),
        (Some(&expired), "/control/cues"),
        (Some(&revoked), GO),
        (Some(&read), GO),
    ] {
        let method = if path == GO { "POST" } else { "GET" };
        let answer = stage.asks(request(method, path, token)).await;
        told.push(format!("{} {}", answer.status, answer.body["detail"]));
    }
    insta::assert_snapshot!(told.join("\n"), @r#"
    401 "A token is needed, as `Authorization: Bearer …`."
    401 "A token is needed, as `Authorization: Bearer …`."
    401 "A token is needed, as `Authorization: Bearer …`."
    401 "This token is not known here."
    401 "This token is not known here."
    401 "The token «Yesterday» has expired."
    401 "The token «Lost phone» was revoked."
    403 "The token «Companion» is for `read`, and this needs one for `cues`."
    "#);
    assert_eq!(stage.log().await, Vec::<String>::new());
    assert_eq!(stage.calls("GET", "/control/cues", &read).await.status, 200);
    assert_eq!(stage.calls("POST", GO, &cues).await.status, 202);
}

#[tokio::test]
async fn a_token_is_taken_from_its_header_alone() {
    let stage = Stage::new().await;
    let token = stage.token("Stream Deck", Scope::Cues).await;
    let text = token.expose();
    for query in [
        format!("token={text}"),
        format!("access_token={text}"),
        format!("confirm=early&token={text}"),
    ] {
        for sent in [None, Some(&token)] {
            let answer = stage
                .asks(request("POST", &format!("{GO}?{query}"), sent))
                .await;
            assert_eq!(answer.status, 400);
            assert_eq!(answer.body["code"], "query");
        }
    }
    for header in [
        text.to_owned(),
        format!("Basic {text}"),
        format!("Bearer{text}"),
    ] {
        let mut request = request("POST", GO, None);
        let header = HeaderValue::from_str(&header).expect("a header");
        request.headers_mut().insert("authorization", header);
        assert_eq!(stage.asks(request).await.status, 401);
    }
    // Two tokens are none.
    let mut twice = request("POST", GO, Some(&token));
    let header = twice.headers()["authorization"].clone();
    twice.headers_mut().append("authorization", header);
    assert_eq!(stage.asks(twice).await.status, 401);
    assert_eq!(stage.log().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_web_page_elsewhere_cannot_ask_even_with_a_token() {
    let stage = Stage::new().await;
    let token = stage.token("Stream Deck", Scope::Cues).await;
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("host", "evil.example"),
    ] {
        for (method, path) in [("POST", GO), ("GET", "/control/events"), ("OPTIONS", GO)] {
            let mut request = request(method, path, Some(&token));
            let value = HeaderValue::from_static(value);
            request.headers_mut().insert(name, value);
            let response = stage.sends(request).await;
            assert_eq!(response.status(), 403, "{name} {method} {path}");
            let body = to_bytes(response.into_body(), 1_000).await;
            assert!(body.expect("a body").is_empty());
        }
    }
    assert_eq!(stage.log().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_ledger_knows_when_a_token_was_used_and_not_each_request_is_a_write() {
    let stage = Stage::new().await;
    let token = stage.token("Companion", Scope::Read).await;
    let used = async || stage.ledger.control_tokens().await.expect("a ledger")[0].last_used_at;
    assert_eq!(used().await, None);
    stage.calls("GET", "/control/cues", &token).await;
    let first = used().await;
    assert_eq!(first, Some(stage.clock.now()));
    stage.is("2027-10-06T07:00:59+02:00");
    stage.calls("GET", "/control/cues", &token).await;
    assert_eq!(used().await, first);
    stage.is("2027-10-06T07:01:00+02:00");
    stage.calls("GET", "/control/cues", &token).await;
    assert_eq!(used().await, Some(stage.clock.now()));
}
