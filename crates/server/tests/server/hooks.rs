//! Webhooks on a simulated Webex, registered by processes that serve an event.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use bytes::Bytes;
use http::{Request, Response};
use jiff::SignedDuration;
use serde_json::{Value, json};
use showcaller_clock::{Clock as _, SharedClock, VirtualClock};
use showcaller_engine::hooks::{HookNews, HookSettings, HookState, Hooks, Identity, Taken, keys};
use showcaller_engine::{Connections, Engine, Stop, ThisProcess};
use showcaller_ledger::{Ledger, LedgerUrl};
use showcaller_rehearsal::{BOT, InProcess};
use showcaller_server::{Ingress, public};
use showcaller_simulator::{Config, Registration, Simulator};
use showcaller_webex::{Settings, Transport, TransportError, Webex};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

use crate::inbox::{Kept, now};

/// A Webex, and the machines that it reaches.
struct World {
    clock: VirtualClock,
    simulator: Simulator,
    machines: Machines,
}

/// Which router answers at which host.
#[derive(Clone, Default)]
struct Machines(Arc<Mutex<BTreeMap<String, Router>>>);

/// Carries what is for Webex to the simulator, and everything else to the machines.
struct Network {
    webex: InProcess,
    machines: Machines,
}

#[async_trait]
impl Transport for Network {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let host = request.uri().host().unwrap_or_default().to_owned();
        if host == "simulator.invalid" {
            return self.webex.send(request).await;
        }
        let machine = self
            .machines
            .0
            .lock()
            .expect("no panic")
            .get(&host)
            .cloned();
        let machine = machine.ok_or_else(|| TransportError::NotSent("no such host".to_owned()))?;
        let answer = machine
            .oneshot(request.map(Body::from))
            .await
            .expect("it answers");
        let (head, body) = answer.into_parts();
        let body = to_bytes(body, 100_000).await.expect("a body");
        Ok(Response::from_parts(head, body))
    }
}

/// A process that serves an event.
struct Replica {
    clock: VirtualClock,
    state: watch::Receiver<HookState>,
    news: mpsc::UnboundedReceiver<HookNews>,
    stop: Stop,
    task: JoinHandle<Result<(), Taken>>,
    machines: Machines,
    host: String,
    kept: Arc<Kept>,
    _registration: Registration,
}

impl World {
    fn new() -> Self {
        let clock = VirtualClock::starting_at(now());
        let simulator = Simulator::new(Config {
            clock: Arc::new(clock.clone()),
            ..Config::default()
        });
        Self {
            clock,
            simulator: simulator.expect("a simulator"),
            machines: Machines::default(),
        }
    }

    fn shared_clock(&self) -> SharedClock {
        Arc::new(self.clock.clone())
    }

    fn webex(&self) -> Webex {
        let network = Network {
            webex: InProcess::to(&self.simulator),
            machines: self.machines.clone(),
        };
        let settings = Settings::new(
            "http://simulator.invalid/v1".parse().expect("an address"),
            self.simulator.token_for(BOT).into(),
            Arc::new(network),
            self.shared_clock(),
        );
        Webex::new(settings).expect("settings")
    }

    /// A process on this machine begins to serve the event, and answers there.
    async fn serves(&self, ledger: &Ledger, event: &str, host: &str, take_over: bool) -> Replica {
        let connections = Connections {
            bot: self.webex(),
            hosts: BTreeMap::new(),
        };
        let process = ThisProcess::without_origin(host);
        let engine = Engine::new(connections, ledger.clone(), self.shared_clock(), process);
        let event = showcaller_event::model::EventKey::new(event);
        let (identity, secret) = keys(ledger, &event).await.expect("a ledger");
        let kept = Arc::<Kept>::default();
        let router = public(Ingress {
            identity: identity.clone(),
            secret: secret.clone(),
            inbox: Arc::clone(&kept) as _,
            clock: self.shared_clock(),
            counters: Arc::default(),
        });
        let base = format!("https://{host}");
        let registration = self.simulator.deliver_to(&base, router.clone());
        let machines = self.machines.clone();
        machines
            .0
            .lock()
            .expect("no panic")
            .insert(host.to_owned(), router);
        let (sender, news) = mpsc::unbounded_channel();
        let settings = HookSettings {
            identity,
            secret,
            host: host.to_owned(),
            public_url: base.parse().expect("an address"),
            take_over,
        };
        let hooks = Hooks::new(&engine, settings, sender);
        let state = hooks.state();
        let stop = Stop::default();
        let running = stop.clone();
        let (ended, end) = tokio::sync::oneshot::channel();
        let task = self.clock.task(Box::pin(async move {
            let _ = ended.send(hooks.run(&running).await);
        }));
        tokio::spawn(task);
        let task = tokio::spawn(async move { end.await.expect("it ends") });
        Replica {
            clock: self.clock.clone(),
            state,
            news,
            stop,
            task,
            machines,
            host: host.to_owned(),
            kept,
            _registration: registration,
        }
    }

    /// What Webex has, as `resource/event status target` of each.
    fn hooks(&self) -> Vec<String> {
        let world = self.simulator.world();
        let hooks = world["webhooks"].as_array().expect("webhooks").clone();
        let text = |hook: &Value, member: &str| hook[member].as_str().unwrap_or("-").to_owned();
        hooks
            .iter()
            .map(|hook| {
                let [resource, event, status, target] =
                    ["resource", "event", "status", "targetUrl"].map(|member| text(hook, member));
                format!("{resource}/{event} {status} {target}")
            })
            .collect()
    }

    async fn minutes_pass(&self, minutes: i64) {
        self.clock.sleep(SignedDuration::from_mins(minutes)).await;
    }
}

impl Replica {
    /// Waits until it is known how it stands.
    async fn settles(&mut self) -> HookState {
        let known = self.state.wait_for(|state| *state != HookState::Pending);
        let state = self.clock.run(known).await;
        state.expect("it runs").clone()
    }

    fn news(&mut self) -> Vec<HookNews> {
        std::iter::from_fn(|| self.news.try_recv().ok()).collect()
    }

    /// Ends as it should; its webhooks stay.
    async fn ends(self) {
        self.stop.ask();
        self.task.await.expect("no panic").expect("it was asked to");
        self.machines.0.lock().expect("no panic").remove(&self.host);
    }
}

async fn ledger(world: &World) -> Ledger {
    let ledger = Ledger::open(&LedgerUrl::memory()).await.expect("a ledger");
    ledger.on_clock(world.shared_clock())
}

const AT_LAPTOP: [&str; 3] = [
    "messages/created active https://laptop/hooks/sample",
    "attachmentActions/created active https://laptop/hooks/sample",
    "memberships/all active https://laptop/hooks/sample",
];

fn at(host: &str) -> Vec<String> {
    AT_LAPTOP.map(|hook| hook.replace("laptop", host)).to_vec()
}

#[tokio::test]
async fn they_are_registered_once_and_stay_and_are_adopted() {
    let world = World::new();
    let ledger = ledger(&world).await;
    let mut first = world.serves(&ledger, "sample", "laptop", false).await;
    assert_eq!(first.settles().await, HookState::Registered);
    assert_eq!(first.news(), [HookNews::Made(3)]);
    assert_eq!(world.hooks(), AT_LAPTOP);
    world.minutes_pass(60).await;
    first.ends().await;
    assert_eq!(world.hooks(), AT_LAPTOP);
    let calls = world.simulator.calls();
    let mut second = world.serves(&ledger, "sample", "laptop", false).await;
    assert_eq!(second.settles().await, HookState::Registered);
    assert_eq!(second.news(), [HookNews::Adopted]);
    assert_eq!(
        world.simulator.calls() - calls,
        1,
        "one list is all that it takes"
    );
    second.ends().await;
}

#[tokio::test]
async fn a_message_to_the_bot_is_delivered_with_a_signature_that_is_believed() {
    let world = World::new();
    let ledger = ledger(&world).await;
    let mut replica = world.serves(&ledger, "sample", "laptop", false).await;
    replica.settles().await;
    let asked = json!({"toPersonEmail": BOT, "text": "agenda"});
    let token = world.simulator.token_for("events@example.com");
    let request = Request::post("http://simulator.invalid/v1/messages")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(Bytes::from(asked.to_string()));
    let sent = InProcess::to(&world.simulator)
        .send(request.expect("a request"))
        .await;
    assert_eq!(sent.expect("an answer").status(), 200);
    world.minutes_pass(1).await;
    let kept: Vec<bool> = replica
        .kept
        .all
        .lock()
        .await
        .iter()
        .map(|one| one.direct)
        .collect();
    assert!(kept.contains(&true), "{kept:?}");
    replica.ends().await;
}

#[tokio::test]
async fn a_new_address_and_an_unknown_secret_are_put_right() {
    let world = World::new();
    let ledger = ledger(&world).await;
    let mut before = world.serves(&ledger, "sample", "laptop", false).await;
    before.settles().await;
    before.ends().await;
    let mut moved = world.serves(&ledger, "sample", "server", false).await;
    moved.settles().await;
    assert_eq!(moved.news(), [HookNews::Changed(3)]);
    assert_eq!(world.hooks(), at("server"));
    moved.ends().await;
    // A secret that this ledger does not know.
    ledger.erase_secret("webhooks").await.expect("a ledger");
    let mut anew = world.serves(&ledger, "sample", "server", false).await;
    anew.settles().await;
    assert_eq!(anew.news(), [HookNews::Changed(3)]);
    anew.ends().await;
}

#[tokio::test]
async fn surplus_ones_of_ours_go_and_those_of_strangers_stay() {
    let world = World::new();
    let ledger = ledger(&world).await;
    let event = showcaller_event::model::EventKey::new("sample");
    let (identity, _) = keys(&ledger, &event).await.expect("a ledger");
    let bot = world.webex();
    let ours = format!("showcaller sample {} old", identity.ledger);
    for (name, resource) in [
        (&*ours, "rooms"),
        (&ours, "messages"),
        ("A stranger's", "rooms"),
    ] {
        let hook = showcaller_webex::NewWebhook {
            name: name.to_owned(),
            target_url: "https://old/hooks/sample".to_owned(),
            resource: resource.to_owned(),
            event: "created".to_owned(),
            ..Default::default()
        };
        for _ in 0..2 {
            bot.create_webhook(&hook).await.expect("a webhook");
        }
    }
    let mut replica = world.serves(&ledger, "sample", "laptop", false).await;
    replica.settles().await;
    let news = [
        HookNews::Made(2),
        HookNews::Changed(1),
        HookNews::Deleted(3),
    ];
    assert_eq!(replica.news(), news);
    let mut left = world.hooks();
    left.sort();
    let stranger = "rooms/created active https://old/hooks/sample".to_owned();
    let mut expected = [at("laptop"), vec![stranger.clone(), stranger]].concat();
    expected.sort();
    assert_eq!(left, expected);
    replica.ends().await;
}

#[tokio::test]
async fn of_two_replicas_one_registers_and_the_other_goes_on_when_it_ends() {
    let world = World::new();
    let ledger = ledger(&world).await;
    let mut one = world.serves(&ledger, "sample", "one", false).await;
    one.settles().await;
    let mut two = world.serves(&ledger, "sample", "two", false).await;
    let process = "one".to_owned();
    assert_eq!(two.settles().await, HookState::Elsewhere { process });
    world.minutes_pass(10).await;
    assert_eq!(world.hooks(), at("one"));
    one.ends().await;
    world.minutes_pass(1).await;
    assert_eq!(two.state.borrow().clone(), HookState::Registered);
    assert_eq!(two.news(), [HookNews::Changed(3)]);
    assert_eq!(world.hooks(), at("two"));
    two.ends().await;
}

#[tokio::test]
async fn another_ledgers_are_respected_while_their_process_is_alive_and_replaced_afterwards() {
    for event in ["sample", "retreat"] {
        let world = World::new();
        let [theirs, ours] = [ledger(&world).await, ledger(&world).await];
        let mut other = world.serves(&theirs, event, "server", false).await;
        other.settles().await;
        let refused = world.serves(&ours, "sample", "laptop", false).await;
        let by = refused
            .task
            .await
            .expect("no panic")
            .expect_err("the other is alive");
        assert_eq!(
            (&*by.identity.event, &*by.host, by.created),
            (event, "server", Some(now()))
        );
        let left = world.hooks();
        assert!(
            left.iter()
                .all(|hook| hook.ends_with(&format!("https://server/hooks/{event}")))
        );
        other.ends().await;
        let mut replica = world.serves(&ours, "sample", "laptop", false).await;
        replica.settles().await;
        assert_eq!(
            replica.news(),
            [HookNews::Made(3), HookNews::Replaced { by, alive: false }]
        );
        assert_eq!(world.hooks(), AT_LAPTOP);
        replica.ends().await;
    }
}

#[tokio::test]
async fn a_process_that_is_taken_over_ends_and_does_not_fight() {
    let world = World::new();
    let [theirs, ours] = [ledger(&world).await, ledger(&world).await];
    let mut other = world.serves(&theirs, "sample", "server", false).await;
    other.settles().await;
    let mut replica = world.serves(&ours, "sample", "laptop", true).await;
    replica.settles().await;
    let news = replica.news();
    assert!(
        matches!(&news[..], [HookNews::Made(3), HookNews::Replaced { by, alive: true }] if by.host == "server"),
        "{news:?}"
    );
    world.minutes_pass(3).await;
    let by = other
        .task
        .await
        .expect("no panic")
        .expect_err("it was taken over");
    assert_eq!(by.host, "laptop");
    assert_eq!(world.hooks(), AT_LAPTOP);
    replica.ends().await;
}

/// Lets Webex shut the webhooks off: a hundred deliveries fail, because nothing listens.
async fn shut_off(world: &World, target: &str) {
    let bot = world.webex();
    let gone = world.simulator.deliver_to(target, Router::new());
    for _ in 0..110 {
        let title = "A room".to_owned();
        let room = showcaller_webex::NewRoom {
            title,
            ..Default::default()
        };
        bot.create_room(&room).await.expect("a room");
    }
    world.clock.sleep(SignedDuration::from_secs(1)).await;
    drop(gone);
}

#[tokio::test]
async fn what_webex_shut_off_is_healed_at_once_at_the_start() {
    let world = World::new();
    let ledger = ledger(&world).await;
    let mut before = world.serves(&ledger, "sample", "laptop", false).await;
    before.settles().await;
    before.ends().await;
    shut_off(&world, "https://laptop").await;
    let inactive = "memberships/all inactive https://laptop/hooks/sample";
    assert!(
        world.hooks().contains(&inactive.to_owned()),
        "{:?}",
        world.hooks()
    );
    let mut replica = world.serves(&ledger, "sample", "laptop", false).await;
    assert_eq!(replica.settles().await, HookState::Registered);
    let until = world.clock.now();
    assert_eq!(
        replica.news()[..],
        [
            HookNews::Adopted,
            HookNews::ShutOff { until },
            HookNews::Healed
        ]
    );
    assert_eq!(world.hooks(), AT_LAPTOP);
    replica.ends().await;
}

#[tokio::test]
async fn what_webex_shuts_off_meanwhile_is_healed_after_its_probation_and_once_it_answers() {
    let world = World::new();
    let ledger = ledger(&world).await;
    let mut replica = world.serves(&ledger, "sample", "laptop", false).await;
    replica.settles().await;
    let router = world.machines.0.lock().expect("no panic").remove("laptop");
    shut_off(&world, "https://laptop").await;
    assert_eq!(replica.news(), [HookNews::Made(3)]);
    world.minutes_pass(3).await;
    let news = replica.news();
    assert!(
        matches!(
            news[..],
            [HookNews::ShutOff { .. }, HookNews::Reachable(false)]
        ),
        "{news:?}"
    );
    // As long as nothing answers, it would be shut off again by the next delivery.
    world.minutes_pass(10).await;
    assert_eq!(replica.news(), []);
    let state = replica.state.borrow().clone();
    assert!(matches!(state, HookState::ShutOff { .. }), "{state:?}");
    world
        .machines
        .0
        .lock()
        .expect("no panic")
        .extend([("laptop".to_owned(), router.expect("one"))]);
    world.minutes_pass(2).await;
    assert_eq!(
        replica.news(),
        [HookNews::Reachable(true), HookNews::Healed]
    );
    assert_eq!(world.hooks(), AT_LAPTOP);
    replica.ends().await;
}

#[tokio::test]
async fn webex_in_trouble_is_tried_again() {
    let world = World::new();
    let ledger = ledger(&world).await;
    world
        .simulator
        .set_faults(vec!["503 on /webhooks".parse().expect("a fault")]);
    let mut replica = world.serves(&ledger, "sample", "laptop", false).await;
    let state = replica.settles().await;
    assert!(matches!(state, HookState::Trouble { .. }), "{state:?}");
    world.simulator.set_faults(Vec::new());
    world.minutes_pass(2).await;
    assert_eq!(*replica.state.borrow(), HookState::Registered);
    // What a person deletes meanwhile is made again.
    let bot = world.webex();
    for hook in bot.list_webhooks().await.expect("a list") {
        bot.delete_webhook(&hook.id).await.expect("it is there");
    }
    world.minutes_pass(3).await;
    assert_eq!(world.hooks(), AT_LAPTOP);
    assert_eq!(replica.news(), [HookNews::Made(3), HookNews::Made(3)]);
    replica.ends().await;
}

#[tokio::test]
async fn whose_webhooks_they_are_is_settled_once_for_all_replicas() {
    let world = World::new();
    let ledger = ledger(&world).await;
    let event = showcaller_event::model::EventKey::new("sample");
    let (one, other) = tokio::join!(keys(&ledger, &event), keys(&ledger, &event));
    assert_eq!(one.expect("a ledger"), other.expect("a ledger"));
    let elsewhere = self::ledger(&world).await;
    let (Identity { ledger: one, .. }, _) = keys(&ledger, &event).await.expect("a ledger");
    let (Identity { ledger: other, .. }, _) = keys(&elsewhere, &event).await.expect("a ledger");
    assert_ne!(one, other);
}
