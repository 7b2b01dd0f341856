//! What a process tells of itself while it answers.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use axum::body::{Body, to_bytes};
use http::Request;
use showcaller_engine::hooks::{HookSettings, Hooks};
use showcaller_server::Scope;
use tokio::sync::mpsc;
use tower::ServiceExt as _;

use super::{LISTENING, Secrets, log};
use crate::bot_stage::{BotStage, mentioned};

#[tokio::test]
async fn logs_and_pages_of_a_process_that_answers_show_no_secret() {
    let log = log();
    LISTENING.fetch_add(1, Ordering::Relaxed);
    let bot = BotStage::new().await;
    let replica = bot.serves().await;
    let claire = "claire.fontaine@example.com";
    bot.asks_in_private(claire, "details of the opening today")
        .await;
    bot.asks("noor.haddad@example.com", "Team 1", "agenda all")
        .await;
    bot.says(
        claire,
        "Organisation",
        &mentioned("sos the password is Planted-Secret-1"),
    )
    .await;
    bot.passes(30).await;
    assert!(bot.said().len() > 4);

    let (news, _heard) = mpsc::unbounded_channel();
    let hooks = Hooks::new(
        &replica.engine,
        HookSettings {
            identity: bot.identity.clone(),
            secret: bot.secret.clone(),
            host: "test".to_owned(),
            public_url: "https://bot.example".parse().expect("an address"),
            take_over: false,
        },
        news,
    );
    let router = replica.control(hooks.state()).await;
    let token = bot.hands_out("Stream Deck", Scope::Cues).await;
    let mut pages = String::new();
    for (method, path) in [
        ("GET", "/metrics"),
        ("GET", "/readyz"),
        ("GET", "/control/cues"),
        ("GET", "/control/openapi.json"),
        ("POST", "/control/cues/opening/hold"),
        ("POST", "/control/cues/opening/go?token="),
    ] {
        let query = if path.ends_with('=') {
            token.expose()
        } else {
            ""
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("{path}{query}"))
            .header("host", "localhost")
            .header("authorization", format!("Bearer {}", token.expose()))
            .body(Body::empty());
        let answer = router.clone().oneshot(request.expect("a request")).await;
        let body = to_bytes(answer.expect("an answer").into_body(), usize::MAX).await;
        pages += &String::from_utf8_lossy(&body.expect("a page"));
    }
    let healthz = replica.page("/healthz").await;
    LISTENING.fetch_sub(1, Ordering::Relaxed);

    let mut secrets = Secrets::of(&bot.stage);
    secrets.add("the webhooks' secret", bot.secret.expose());
    secrets.add("a token of the remote control", token.expose());
    assert!(pages.contains("showcaller_events"), "{pages}");
    assert!(pages.contains("opening/day-1"), "{pages}");
    secrets.are_not_in("a page", &pages);
    assert!(healthz.contains("innovation-challenge"), "{healthz}");
    secrets.are_not_in("/healthz", &healthz);
    secrets.are_not_in_debug("answers", &replica.answers);
    secrets.are_not_in_debug("an engine", &replica.engine);
    secrets.are_not_in_debug("the inbox", &replica.answers.inbox());
    secrets.are_not_in_debug("webhooks", &hooks);
    secrets.are_not_in_debug("counts", &replica.ledger.inbox_counts().await);
    let written = log.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let written = String::from_utf8_lossy(&written);
    assert!(written.contains("decided"), "the log tells of answers");
    assert!(
        written.contains("Stream Deck"),
        "the log tells of the remote control"
    );
    secrets.are_not_in("the log", &written);
    drop(replica);
    bot.ends().await;
}
