//! A simulated Webex, and processes that serve an event.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use bytes::Bytes;
use http::{Request, Response};
use jiff::SignedDuration;
use serde_json::Value;
use showcaller_clock::{Clock as _, SharedClock, VirtualClock};
use showcaller_engine::hooks::{HookNews, HookSettings, HookState, Hooks, Taken, keys};
use showcaller_engine::{Connections, Engine, Stop, ThisProcess};
use showcaller_event::model::Email;
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
pub(super) struct World {
    pub(super) clock: VirtualClock,
    pub(super) simulator: Simulator,
    pub(super) machines: Machines,
    /// The hosts whose tokens the processes have.
    hosts: Vec<&'static str>,
}

/// Which router answers at which host.
#[derive(Clone, Default)]
pub(super) struct Machines(pub(super) Arc<Mutex<BTreeMap<String, Router>>>);

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
pub(super) struct Replica {
    clock: VirtualClock,
    pub(super) state: watch::Receiver<HookState>,
    news: mpsc::UnboundedReceiver<HookNews>,
    stop: Stop,
    pub(super) task: JoinHandle<Result<(), Taken>>,
    machines: Machines,
    host: String,
    pub(super) kept: Arc<Kept>,
    _registration: Registration,
}

impl World {
    pub(super) fn new() -> Self {
        Self::with_hosts(&[])
    }

    pub(super) fn with_hosts(hosts: &[&'static str]) -> Self {
        let clock = VirtualClock::starting_at(now());
        let simulator = Simulator::new(Config {
            clock: Arc::new(clock.clone()),
            ..Config::default()
        });
        let simulator = simulator.expect("a simulator");
        Self {
            clock,
            simulator,
            machines: Machines::default(),
            hosts: hosts.to_vec(),
        }
    }

    pub(super) fn shared_clock(&self) -> SharedClock {
        Arc::new(self.clock.clone())
    }

    pub(super) fn webex(&self) -> Webex {
        self.webex_of(BOT)
    }

    pub(super) fn webex_of(&self, owner: &str) -> Webex {
        let network = Network {
            webex: InProcess::to(&self.simulator),
            machines: self.machines.clone(),
        };
        let settings = Settings::new(
            "http://simulator.invalid/v1".parse().expect("an address"),
            self.simulator.token_for(owner).into(),
            Arc::new(network),
            self.shared_clock(),
        );
        Webex::new(settings).expect("settings")
    }

    /// A process on this machine begins to serve the event, and answers there.
    pub(super) async fn serves(
        &self,
        ledger: &Ledger,
        event: &str,
        host: &str,
        take_over: bool,
    ) -> Replica {
        let connections = Connections {
            bot: self.webex(),
            hosts: self
                .hosts
                .iter()
                .map(|host| (Email::new(*host), self.webex_of(host)))
                .collect(),
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
    pub(super) fn hooks(&self) -> Vec<String> {
        self.hooks_where(|_| true)
    }

    /// The same of one owner.
    pub(super) fn hooks_of(&self, owner: &str) -> Vec<String> {
        let world = self.simulator.world();
        let people = world["people"].as_array().expect("people");
        let person = people.iter().find(|it| it["emails"][0] == owner);
        let id = &person.expect("an account")["id"];
        self.hooks_where(|hook| hook["createdBy"] == *id)
    }

    fn hooks_where(&self, wanted: impl Fn(&Value) -> bool) -> Vec<String> {
        let world = self.simulator.world();
        let mut hooks = world["webhooks"].as_array().expect("webhooks").clone();
        hooks.retain(wanted);
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

    /// A person does what the client cannot.
    pub(super) async fn posts(&self, email: &str, path: &str, body: &Value) -> Value {
        let token = self.simulator.token_for(email);
        let request = Request::post(format!("http://simulator.invalid{path}"))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .body(Bytes::from(body.to_string()));
        let answer = InProcess::to(&self.simulator)
            .send(request.expect("a request"))
            .await
            .expect("an answer");
        serde_json::from_slice(answer.body()).expect("JSON")
    }

    pub(super) async fn minutes_pass(&self, minutes: i64) {
        self.clock.sleep(SignedDuration::from_mins(minutes)).await;
    }
}

impl Replica {
    /// Waits until it is known how it stands.
    pub(super) async fn settles(&mut self) -> HookState {
        let known = self.state.wait_for(|state| *state != HookState::Pending);
        let state = self.clock.run(known).await;
        state.expect("it runs").clone()
    }

    pub(super) fn news(&mut self) -> Vec<HookNews> {
        std::iter::from_fn(|| self.news.try_recv().ok()).collect()
    }

    /// Ends as it should; its webhooks stay.
    pub(super) async fn ends(self) {
        self.stop.ask();
        self.task.await.expect("no panic").expect("it was asked to");
        self.machines.0.lock().expect("no panic").remove(&self.host);
    }
}

pub(super) async fn ledger(world: &World) -> Ledger {
    let ledger = Ledger::open(&LedgerUrl::memory()).await.expect("a ledger");
    ledger.on_clock(world.shared_clock())
}

pub(super) const AT_LAPTOP: [&str; 3] = [
    "messages/created active https://laptop/hooks/sample",
    "attachmentActions/created active https://laptop/hooks/sample",
    "memberships/all active https://laptop/hooks/sample",
];

pub(super) fn at(host: &str) -> Vec<String> {
    AT_LAPTOP.map(|hook| hook.replace("laptop", host)).to_vec()
}
