//! A process that serves.

use std::sync::Arc;

use jiff::SignedDuration;
use showcaller_clock::{Clock as _, ProcessClock, SharedClock};
use showcaller_engine::cues::{Cues, ShowWatch};
use showcaller_engine::hooks::HookState;
use showcaller_engine::{Answers, Engine, Presence, Stop, ThisProcess};
use showcaller_ledger::Ledger;
use showcaller_rehearsal::{Balancer, Network, connect};
use showcaller_server::{Control, Counters, Ingress, control, public};
use showcaller_webex::Transport;
use tokio::sync::watch;
use tower::ServiceExt as _;

use super::BotStage;
use super::mortal::{Mortal, MortalClock, Place};

/// A process that serves, with clocks, connections and a ledger of its own.
pub(crate) struct Replica {
    number: usize,
    pub(crate) deaths: Arc<Mortal>,
    pub(crate) clock: ProcessClock,
    pub(crate) ledger: Ledger,
    pub(crate) answers: Answers,
    /// Unless it only answers.
    cues: Option<Cues>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) engine: Engine,
    presence: Presence,
    router: axum::Router,
    balancer: Balancer,
}

impl Replica {
    pub(super) async fn begins(
        bot: &BotStage,
        process: ThisProcess,
        ahead: SignedDuration,
    ) -> Self {
        let world = &bot.stage.clock;
        let clock = world.process(ahead);
        let deaths = Mortal::of(&clock);
        let own: SharedClock = Arc::new(MortalClock {
            inner: clock.clone(),
            process: Arc::clone(&deaths),
        });
        let network: Arc<dyn Transport> = Arc::new(Network::new(
            Arc::clone(&bot.stage.transport),
            world.clone(),
            Arc::clone(deaths.deaths()),
        ));
        let connections = connect(&bot.event, &bot.stage.simulator, &network, &own);
        let connections = connections.expect("the simulator's tokens");
        let ledger = bot.ledger().await;
        let engine = Engine::new(connections, ledger.clone(), Arc::clone(&own), process)
            .with_in_flight(bot.stage.in_flight);
        let begins = async {
            let presence = engine.presence().await.expect("a ledger");
            let answers = Answers::begin(&engine, &presence).await;
            let cues = match bot.calls_cues {
                true => Some(Cues::begin(&engine).await.expect("a bot")),
                false => None,
            };
            (answers.expect("a bot"), cues, presence)
        };
        // For calls that take their time.
        let (answers, cues, presence) = clock.run(Box::pin(begins)).await;
        let counters = Arc::<Counters>::default();
        let router = public(Ingress {
            identity: bot.identity.clone(),
            secret: bot.secret.clone(),
            inbox: Arc::new(answers.inbox()),
            clock: own,
            counters: Arc::clone(&counters),
        });
        let number = bot.next_replica();
        let replica = Self {
            number,
            deaths,
            clock,
            ledger,
            answers,
            cues,
            counters,
            engine,
            presence,
            router: router.clone(),
            balancer: bot.balancer.clone(),
        };
        let deaths = replica.deaths.deaths();
        replica.balancer.add(number, deaths, router);
        replica
    }

    /// A page of its public address.
    pub(crate) async fn page(&self, path: &str) -> String {
        let request = http::Request::get(path).body(axum::body::Body::empty());
        let answer = self
            .router
            .clone()
            .oneshot(request.expect("a request"))
            .await;
        let Ok(answer) = answer;
        let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await;
        String::from_utf8_lossy(&body.expect("a page")).into_owned()
    }

    /// The router of its control port.
    pub(crate) async fn control(&self, hooks: watch::Receiver<HookState>) -> axum::Router {
        control(Control {
            began: self.clock.now(),
            clock: Arc::new(self.clock.clone()),
            ledger: self.ledger.clone(),
            connections: self.engine.connections().clone(),
            hooks,
            answering: watch::channel(true).1,
            presence: Arc::new(self.engine.presence().await.expect("a ledger")),
            counters: Arc::clone(&self.counters),
            process: self.engine.process().clone(),
            show: Arc::new(ShowWatch::new(self.ledger.clone())),
            stop: Stop::default(),
        })
    }

    fn is_not_reached(&self) {
        self.balancer.remove(self.number);
    }

    /// Dies, now or at the place where it did. What it had handed to the writer of its ledger is written.
    pub(crate) async fn killed(self) {
        self.deaths.dies("a kill");
        self.is_not_reached();
        // After all that was handed over before.
        let last = self.ledger.set_meta("died", "yes").await;
        last.expect("a ledger");
        let ledger = self.ledger.clone();
        drop(self);
        // Waits for the connections of its tasks, and so for their end.
        ledger.close().await;
    }

    /// Finishes what it has begun.
    pub(crate) async fn stops(self) {
        self.deaths.wait_at(Place::Nowhere);
        self.is_not_reached();
        let (answers, cues, presence) = (self.answers, self.cues, self.presence);
        let ending = async {
            if let Some(cues) = cues {
                cues.stop().await;
            }
            answers.stop().await;
            presence.end().await;
        };
        self.clock.run(Box::pin(ending)).await;
        self.ledger.close().await;
    }
}
