//! The router for this machine alone.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::Request;
use jiff::SignedDuration;
use showcaller_clock::{Clock as _, ProcessClock, SharedClock, VirtualClock};
use showcaller_engine::cues::ShowWatch;
use showcaller_engine::hooks::HookState;
use showcaller_engine::{Connections, Engine, Stop, ThisProcess};
use showcaller_ledger::{Ledger, LedgerUrl};
use showcaller_rehearsal::{BOT, InProcess};
use showcaller_server::{Control, Counters, control};
use showcaller_simulator::{Config, Simulator};
use showcaller_webex::{Settings, Webex};
use tokio::sync::watch;
use tower::ServiceExt as _;

use crate::inbox::now;

struct Stage {
    world: VirtualClock,
    process: ProcessClock,
    hooks: watch::Sender<HookState>,
    answering: watch::Sender<bool>,
    counters: Arc<Counters>,
    router: Router,
}

impl Stage {
    async fn new() -> Self {
        let world = VirtualClock::starting_at(now());
        let process = world.process(SignedDuration::ZERO);
        let clock: SharedClock = Arc::new(process.clone());
        let simulator = Simulator::new(Config {
            clock: Arc::new(world.clone()),
            ..Config::default()
        });
        let simulator = simulator.expect("a simulator");
        let settings = Settings::new(
            "http://simulator.invalid/v1".parse().expect("an address"),
            simulator.token_for(BOT).into(),
            Arc::new(InProcess::to(&simulator)),
            Arc::clone(&clock),
        );
        let connections = Connections {
            bot: Webex::new(settings).expect("settings"),
            hosts: BTreeMap::new(),
        };
        connections.bot.me().await.expect("the bot");
        let ledger = Ledger::open(&LedgerUrl::memory()).await.expect("a ledger");
        let ledger = ledger.on_clock(Arc::new(world.clone()));
        let this = ThisProcess::without_origin("ann");
        let engine = Engine::new(
            connections.clone(),
            ledger.clone(),
            Arc::clone(&clock),
            this,
        );
        let hooks = watch::Sender::new(HookState::Pending);
        let answering = watch::Sender::new(true);
        let counters = Arc::<Counters>::default();
        let router = control(Control {
            began: now(),
            clock,
            ledger: ledger.clone(),
            connections,
            hooks: hooks.subscribe(),
            answering: answering.subscribe(),
            presence: Arc::new(engine.presence().await.expect("a ledger")),
            counters: Arc::clone(&counters),
            process: engine.process().clone(),
            show: Arc::new(ShowWatch::new(ledger)),
            stop: Stop::default(),
        });
        Self {
            world,
            process,
            hooks,
            answering,
            counters,
            router,
        }
    }

    /// Status and body of the answer.
    async fn gets(&self, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        let answer = self.router.clone().oneshot(request).await;
        let answer = answer.expect("a router always answers");
        let status = answer.status().as_u16();
        let body = to_bytes(answer.into_body(), 100_000).await.expect("a body");
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    async fn ready(&self) -> (u16, String) {
        self.gets("/readyz", &[("host", "127.0.0.1:9000")]).await
    }
}

#[tokio::test]
async fn it_is_ready_once_deliveries_come_and_the_ledger_takes_them() {
    let stage = Stage::new().await;
    let not = |problem: &str| (503, format!("{problem}\n"));
    assert_eq!(stage.ready().await, not("webhooks: not registered yet"));
    let reason = "Webex cannot be reached".to_owned();
    stage.hooks.send_replace(HookState::Trouble { reason });
    assert_eq!(
        stage.ready().await,
        not("webhooks: Webex cannot be reached")
    );
    stage
        .hooks
        .send_replace(HookState::ShutOff { until: now() });
    let shut_off = "webhooks: shut off by Webex, and not switched on before 2027-10-06T08:00:00Z";
    assert_eq!(stage.ready().await, not(shut_off));
    for ready in [
        HookState::Registered,
        HookState::Elsewhere {
            process: "ben".to_owned(),
        },
    ] {
        stage.hooks.send_replace(ready);
        assert_eq!(stage.ready().await, (200, "ready\n".to_owned()));
    }
    stage.answering.send_replace(false);
    let not_answering = not("answers: not begun yet, or ended");
    assert_eq!(stage.ready().await, not_answering);
    stage.answering.send_replace(true);
    // A laptop that was shut has written nothing for a while.
    stage.process.suspend();
    stage.world.sleep(SignedDuration::from_secs(20)).await;
    let asleep = not("ledger: the last heartbeat could not be written");
    assert_eq!(stage.ready().await, asleep);
}

#[tokio::test]
async fn its_figures_are_for_prometheus_and_name_no_person() {
    let stage = Stage::new().await;
    stage.hooks.send_replace(HookState::Registered);
    stage.counters.accepted.fetch_add(7, Relaxed);
    stage.counters.forged.fetch_add(2, Relaxed);
    stage.world.sleep(SignedDuration::from_secs(90)).await;
    let (status, body) = stage.gets("/metrics", &[("host", "localhost:9000")]).await;
    assert_eq!(status, 200);
    let figures: Vec<&str> = body.lines().filter(|line| !line.starts_with('#')).collect();
    insta::assert_snapshot!(figures.join("\n"), @r#"
    showcaller_uptime_seconds 90
    showcaller_webhook_requests_total{outcome="accepted"} 7
    showcaller_webhook_requests_total{outcome="ignored"} 0
    showcaller_webhook_requests_total{outcome="forged"} 2
    showcaller_webhook_requests_total{outcome="failed"} 0
    showcaller_webhooks{state="pending"} 0
    showcaller_webhooks{state="registered"} 1
    showcaller_webhooks{state="elsewhere"} 0
    showcaller_webhooks{state="shut-off"} 0
    showcaller_webhooks{state="trouble"} 0
    showcaller_webex_requests_total{owner="bot"} 1
    showcaller_webex_throttled_total{owner="bot"} 0
    showcaller_events{state="waiting"} 0
    showcaller_events{state="answered"} 0
    showcaller_events{state="repeated"} 0
    showcaller_events{state="ignored"} 0
    showcaller_events{state="gone"} 0
    showcaller_events{state="skipped"} 0
    showcaller_queue_age_seconds 0
    showcaller_messages{kind="delivery",state="waiting"} 0
    showcaller_messages{kind="delivery",state="sending"} 0
    showcaller_messages{kind="delivery",state="done"} 0
    showcaller_messages{kind="delivery",state="failed"} 0
    showcaller_messages{kind="delivery",state="unclear"} 0
    showcaller_messages{kind="answer",state="waiting"} 0
    showcaller_messages{kind="answer",state="sending"} 0
    showcaller_messages{kind="answer",state="done"} 0
    showcaller_messages{kind="answer",state="failed"} 0
    showcaller_messages{kind="answer",state="unclear"} 0
    showcaller_messages{kind="sos",state="waiting"} 0
    showcaller_messages{kind="sos",state="sending"} 0
    showcaller_messages{kind="sos",state="done"} 0
    showcaller_messages{kind="sos",state="failed"} 0
    showcaller_messages{kind="sos",state="unclear"} 0
    showcaller_messages{kind="welcome",state="waiting"} 0
    showcaller_messages{kind="welcome",state="sending"} 0
    showcaller_messages{kind="welcome",state="done"} 0
    showcaller_messages{kind="welcome",state="failed"} 0
    showcaller_messages{kind="welcome",state="unclear"} 0
    showcaller_messages{kind="remind",state="waiting"} 0
    showcaller_messages{kind="remind",state="sending"} 0
    showcaller_messages{kind="remind",state="done"} 0
    showcaller_messages{kind="remind",state="failed"} 0
    showcaller_messages{kind="remind",state="unclear"} 0
    showcaller_messages{kind="notice",state="waiting"} 0
    showcaller_messages{kind="notice",state="sending"} 0
    showcaller_messages{kind="notice",state="done"} 0
    showcaller_messages{kind="notice",state="failed"} 0
    showcaller_messages{kind="notice",state="unclear"} 0
    showcaller_messages{kind="say",state="waiting"} 0
    showcaller_messages{kind="say",state="sending"} 0
    showcaller_messages{kind="say",state="done"} 0
    showcaller_messages{kind="say",state="failed"} 0
    showcaller_messages{kind="say",state="unclear"} 0
    showcaller_messages{kind="recall",state="waiting"} 0
    showcaller_messages{kind="recall",state="sending"} 0
    showcaller_messages{kind="recall",state="done"} 0
    showcaller_messages{kind="recall",state="failed"} 0
    showcaller_messages{kind="recall",state="unclear"} 0
    showcaller_messages{kind="correct",state="waiting"} 0
    showcaller_messages{kind="correct",state="sending"} 0
    showcaller_messages{kind="correct",state="done"} 0
    showcaller_messages{kind="correct",state="failed"} 0
    showcaller_messages{kind="correct",state="unclear"} 0
    "#);
}

#[tokio::test]
async fn no_web_page_elsewhere_can_ask_it() {
    let stage = Stage::new().await;
    for (host, origin, status) in [
        (Some("localhost:9000"), None, 200),
        (Some("[::1]:9000"), None, 200),
        (Some("127.0.0.1"), Some("http://127.0.0.1:9000"), 200),
        (None, None, 403),
        (Some("evil.example"), None, 403),
        (Some("localhost.evil.example:9000"), None, 403),
        (Some("192.0.2.1:9000"), None, 403),
        (Some("not a host"), None, 403),
        (Some("localhost:9000"), Some("https://evil.example"), 403),
        (Some("localhost:9000"), Some("null"), 403),
    ] {
        let headers = [("host", host), ("origin", origin)];
        let headers = headers
            .iter()
            .filter_map(|(name, value)| Some((*name, (*value)?)));
        let headers: Vec<(&str, &str)> = headers.collect();
        let (answered, body) = stage.gets("/metrics", &headers).await;
        assert_eq!(answered, status, "{host:?} {origin:?}");
        assert_eq!(body.is_empty(), status != 200);
    }
    for (site, status) in [
        ("same-origin", 200),
        ("none", 200),
        ("same-site", 403),
        ("cross-site", 403),
    ] {
        let headers = [("host", "localhost:9000"), ("sec-fetch-site", site)];
        assert_eq!(stage.gets("/metrics", &headers).await.0, status, "{site}");
    }
    for path in ["/", "/healthz", "/hooks/sample"] {
        assert_eq!(stage.gets(path, &[("host", "localhost")]).await.0, 404);
    }
}
