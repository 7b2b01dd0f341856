//! What a process tells of itself while it answers.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use axum::body::{Body, to_bytes};
use http::Request;
use showcaller_clock::SharedClock;
use showcaller_engine::Stop;
use showcaller_engine::cues::ShowWatch;
use showcaller_engine::hooks::{HookSettings, Hooks};
use showcaller_server::{Control, control};
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
    let clock: SharedClock = Arc::new(bot.stage.clock.clone());
    let router = control(Control {
        began: bot.stage.now(),
        clock,
        ledger: replica.ledger.clone(),
        connections: replica.engine.connections().clone(),
        hooks: hooks.state(),
        answering: tokio::sync::watch::channel(true).1,
        presence: Arc::new(replica.engine.presence().await.expect("a ledger")),
        counters: Arc::clone(&replica.counters),
        process: replica.engine.process().clone(),
        show: Arc::new(ShowWatch::new(replica.ledger.clone())),
        stop: Stop::default(),
    });
    let mut pages = String::new();
    for path in ["/metrics", "/readyz"] {
        let request = Request::get(path)
            .header("host", "localhost")
            .body(Body::empty());
        let answer = router.clone().oneshot(request.expect("a request")).await;
        let body = to_bytes(answer.expect("an answer").into_body(), usize::MAX).await;
        pages += &String::from_utf8_lossy(&body.expect("a page"));
    }
    let healthz = replica.page("/healthz").await;
    LISTENING.fetch_sub(1, Ordering::Relaxed);

    let mut secrets = Secrets::of(&bot.stage);
    secrets.add("the webhooks' secret", bot.secret.expose());
    assert!(pages.contains("showcaller_events"), "{pages}");
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
    secrets.are_not_in("the log", &written);
    drop(replica);
    bot.ends().await;
}
