//! Bodies that Webex would never send.

use std::sync::atomic::Ordering::{Relaxed, SeqCst};

use axum::body::{Body, to_bytes};
use http::Request;
use proptest::prelude::RngExt as _;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::{Value, json};

use crate::inbox::{HOOKS, SECRET, Stage, delivery, signature};

fn text(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

#[tokio::test]
async fn each_event_that_may_need_an_answer_is_kept_as_it_was_told() {
    let stage = Stage::new();
    for (resource, event) in [
        ("messages", "created"),
        ("attachmentActions", "created"),
        ("memberships", "created"),
        ("memberships", "updated"),
        ("memberships", "deleted"),
    ] {
        assert_eq!(
            stage
                .posts_signed(&text(&delivery(resource, event, "ID")))
                .await,
            204
        );
    }
    let kept: Vec<String> = stage
        .kept
        .all
        .lock()
        .await
        .iter()
        .map(|one| {
            format!(
                "{:?} direct {} moderator {} at {}",
                one.kind, one.direct, one.moderator, one.at
            )
        })
        .collect();
    insta::assert_snapshot!(kept.join("\n"), @r"
    Message direct true moderator false at 2027-10-06T07:59:58.123Z
    Action direct false moderator false at 2027-10-06T07:59:58.123Z
    Joined direct true moderator true at 2027-10-06T07:59:58.123Z
    MemberChanged direct true moderator true at 2027-10-06T08:00:00Z
    Left direct true moderator true at 2027-10-06T08:00:00Z
    ");
    let ours = |one: &showcaller_ledger::Incoming| {
        one.remote_id == "ID" && one.room == "ROOM" && one.person == "PERSON"
    };
    assert!(stage.kept.all.lock().await.iter().all(ours));
}

#[tokio::test]
async fn a_replay_is_a_success_and_changes_nothing() {
    let stage = Stage::new();
    let body = text(&delivery("messages", "created", "M"));
    for _ in 0..3 {
        assert_eq!(stage.posts_signed(&body).await, 204);
    }
    assert_eq!(stage.kept().await, 1);
}

#[tokio::test]
async fn without_webexs_signature_nothing_is_believed() {
    let stage = Stage::new();
    let body = text(&delivery("messages", "created", "M"));
    let right = signature(SECRET, &body);
    let with_other = signature("another secret", &body);
    let of_other = signature(SECRET, &text(&delivery("messages", "created", "N")));
    let cut = &right[..39];
    for wrong in [
        "",
        "0",
        &with_other,
        &of_other,
        cut,
        &"0".repeat(40),
        &"f".repeat(100_000),
    ] {
        assert_eq!(stage.posts(&body, wrong).await, 403, "{wrong:.60}");
    }
    // The right signature of the body as it was before it was cut, or written anew.
    assert_eq!(stage.posts(&body[..body.len() - 1], &right).await, 403);
    let anew: Value = serde_json::from_slice(&body).expect("JSON");
    let anew = serde_json::to_vec_pretty(&anew).expect("JSON");
    assert_eq!(stage.posts(&anew, &right).await, 403);
    let unsigned = Request::post(HOOKS)
        .body(Body::from(body))
        .expect("a request");
    assert_eq!(stage.send(unsigned).await.status(), 403);
    assert_eq!(
        (stage.kept().await, stage.counters.forged.load(Relaxed)),
        (0, 10)
    );
}

#[tokio::test]
async fn what_is_signed_and_useless_is_a_success_that_leads_to_nothing() {
    let stage = Stage::new();
    let message = delivery("messages", "created", "M");
    let without = |member: &str| {
        let mut message = message.clone();
        message["data"]
            .as_object_mut()
            .expect("an object")
            .shift_remove(member);
        text(&message)
    };
    let with = |member: &str, value: Value| {
        let mut message = message.clone();
        message[member] = value;
        text(&message)
    };
    let half = text(&message).len() / 2;
    for body in [
        b"".to_vec(),
        b"\xff\xfe\x00".to_vec(),
        b"hello".to_vec(),
        b"null".to_vec(),
        b"{}".to_vec(),
        text(&message)[..half].to_vec(),
        "[".repeat(60_000).into_bytes(),
        r#"{"a":"#.repeat(10_000).into_bytes(),
        with("resource", json!(7)),
        with("resource", json!("meetings")),
        with("event", json!("deleted")),
        with("event", json!({"created": true})),
        with("data", json!(null)),
        with("data", json!("M")),
        with("data", json!([[[["M"]]]])),
        with("data", json!({"id": {"id": "M"}})),
        without("id"),
        without("roomId"),
        without("personId"),
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
        assert_eq!(stage.posts_signed(&body).await, 204, "{shown}");
    }
    assert_eq!(
        (stage.kept().await, stage.counters.ignored.load(Relaxed)),
        (0, 19)
    );
    // What is odd beside that, is not needed.
    let odd = with("targetUrl", json!(["a", {"b": 7}]));
    assert_eq!(stage.posts_signed(&odd).await, 204);
    assert_eq!(stage.kept().await, 1);
}

#[tokio::test]
async fn what_is_too_large_is_refused_unread() {
    let stage = Stage::new();
    let huge = vec![b'x'; 64 * 1024 + 1];
    assert_eq!(stage.posts_signed(&huge).await, 413);
    assert_eq!(stage.kept().await, 0);
}

#[tokio::test]
async fn a_ledger_in_trouble_is_no_success() {
    let stage = Stage::new();
    let body = text(&delivery("messages", "created", "M"));
    stage.kept.in_trouble.store(true, SeqCst);
    assert_eq!(stage.posts_signed(&body).await, 503);
    stage.kept.in_trouble.store(false, SeqCst);
    assert_eq!(stage.posts_signed(&body).await, 204);
    assert_eq!(
        (stage.kept().await, stage.counters.failed.load(Relaxed)),
        (1, 1)
    );
}

#[tokio::test]
async fn there_is_nothing_else_to_see() {
    let stage = Stage::new();
    let get = |path: &str| Request::get(path).body(Body::empty()).expect("a request");
    let healthz = stage.send(get("/healthz")).await;
    assert_eq!(healthz.status(), 200);
    let body = to_bytes(healthz.into_body(), 1_000).await.expect("a body");
    insta::assert_snapshot!(String::from_utf8_lossy(&body), @r#"{"event":"sample","ledger":"7b3f2f54-1c1b-4f4e-9f4f-0a4d9bb0a001"}"#);
    for request in [
        get("/"),
        get("/hooks"),
        get("/hooks/"),
        get(HOOKS),
        get("/metrics"),
        get("/readyz"),
        get("/hooks/sample/../../etc/passwd"),
        Request::post("/healthz")
            .body(Body::empty())
            .expect("a request"),
        Request::put(HOOKS).body(Body::empty()).expect("a request"),
        Request::post("/hooks/another")
            .body(Body::empty())
            .expect("a request"),
    ] {
        let asked = format!("{} {}", request.method(), request.uri());
        let answer = stage.send(request).await;
        assert_eq!(answer.status(), 404, "{asked}");
        let body = to_bytes(answer.into_body(), 1_000).await.expect("a body");
        assert_eq!(body, "", "{asked}");
    }
    assert_eq!(stage.counters.forged.load(Relaxed), 0);
}

/// Random bytes, pieces of a true delivery, and true deliveries with a few bytes changed.
fn random_body(rng: &mut TestRng, true_one: &[u8]) -> Vec<u8> {
    let kind = rng.random_range(0..3);
    if kind == 0 {
        let length = rng.random_range(0..2_000);
        return (0..length).map(|_| rng.random()).collect();
    }
    if kind == 1 {
        let start = rng.random_range(0..true_one.len());
        let end = rng.random_range(start..true_one.len());
        return true_one[start..end].to_vec();
    }
    let mut body = true_one.to_vec();
    for _ in 0..rng.random_range(1..6) {
        let at = rng.random_range(0..body.len());
        body[at] = rng.random();
    }
    body
}

#[tokio::test]
async fn of_ten_thousand_random_bodies_none_is_believed_and_none_breaks_anything() {
    let stage = Stage::new();
    let true_one = text(&delivery("messages", "created", "M"));
    let signed = signature(SECRET, &true_one);
    let seed = std::env::var("SHOWCALLER_SEED").map_or(1, |seed| seed.parse().expect("a number"));
    let mut seed_bytes = [0; 32];
    seed_bytes[..8].copy_from_slice(&u64::to_le_bytes(seed));
    let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed_bytes);
    let bodies: Vec<Vec<u8>> = std::iter::repeat_with(|| random_body(&mut rng, &true_one))
        .filter(|body| *body != true_one)
        .take(10_000)
        .collect();
    for body in &bodies {
        assert_eq!(stage.posts(body, &signed).await, 403);
    }
    assert_eq!(stage.kept().await, 0);
    for body in &bodies {
        assert_eq!(stage.posts_signed(body).await, 204);
    }
    assert_eq!(stage.posts(&true_one, &signed).await, 204);
}
