//! A process that serves an event: everything but its ports.

use std::sync::Arc;

use axum::Router;
use jiff::{SignedDuration, Timestamp};
use showcaller_clock::SharedClock;
use showcaller_engine::cues::{Cues, ShowWatch};
use showcaller_engine::hooks::{HookNews, HookSettings, HookState, Hooks, Taken, keys};
use showcaller_engine::{Answers, Engine, Error, Live, Prepared, Presence, Stop};
use showcaller_event::Event;
use showcaller_ledger::{Error as LedgerError, Ledger};
use tokio::sync::{mpsc, oneshot, watch};
use url::Url;

use crate::control::{Control, control};
use crate::ingress::{Counters, Inboxes, Ingress, public};

/// How long messages that are being sent are waited for at the end.
const END: SignedDuration = SignedDuration::from_secs(20);

/// How a process is reached, and what it may do.
#[derive(Debug)]
pub struct ServingSettings {
    /// The address under which Webex reaches it, or the balancer before it.
    pub public_url: Url,
    /// The name of this machine.
    pub host: String,
    /// Whether webhooks of another process that is alive may be replaced.
    pub take_over: bool,
}

/// A process that serves an event, as long as this is held and its events are followed.
#[derive(Debug)]
pub struct Serving {
    engine: Engine,
    ledger: Ledger,
    clock: SharedClock,
    began: Timestamp,
    stop: Stop,
    router: Router,
    counters: Arc<Counters>,
    hooks: Option<oneshot::Receiver<Result<(), Taken>>>,
    state: watch::Receiver<HookState>,
    news: mpsc::UnboundedReceiver<HookNews>,
    presence: Arc<Presence>,
    /// Until the bot is known to be this ledger's.
    prepared: Option<Prepared>,
    answers: Option<Answers>,
    cues: Option<Cues>,
    facts: Live,
    answering: watch::Sender<bool>,
}

/// Something that people are told while an event is served.
#[derive(Debug)]
pub enum ServingEvent {
    /// What was done about webhooks, or noticed.
    News(HookNews),
    /// How it stands with the webhooks now.
    State(HookState),
}

/// Why a process cannot go on serving.
#[derive(Debug, thiserror::Error)]
pub enum ServingEnded {
    /// The bot's webhooks belong to another event or ledger whose process is alive.
    #[error(transparent)]
    Taken(Taken),
    /// Another process found this one dead and took its place.
    #[error("another process has taken the place of this one")]
    Replaced,
    /// A part has ended that should not have.
    #[error("the part of this process that {0} has ended by a mistake of its own")]
    Broken(&'static str),
    /// The ledger fails.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<LedgerError> for ServingEnded {
    fn from(error: LedgerError) -> Self {
        Self::Failed(error.into())
    }
}

impl Serving {
    /// Takes events in from now on, and begins to look at the webhooks. Nothing is answered before they are
    /// known to be ours: another process may serve the bot from a ledger of its own. `clock` is the machine's.
    ///
    /// # Errors
    ///
    /// Nothing was applied yet, the ledger is another bot's, or it or Webex fails.
    pub async fn begin(
        engine: &Engine,
        clock: &SharedClock,
        event: &Event,
        settings: ServingSettings,
    ) -> Result<Self, Error> {
        let (ledger, clock) = (engine.ledger().clone(), Arc::clone(clock));
        let (identity, secret) = keys(&ledger, &event.key).await?;
        engine.check_bot(event).await?;
        let presence = Arc::new(engine.presence().await?);
        let prepared = Answers::prepare(engine, &presence).await?;
        let facts = Live::begin(engine).await?;
        let counters = Arc::<Counters>::default();
        let stop = Stop::default();
        let router = public(Ingress {
            identity: identity.clone(),
            secret: secret.clone(),
            inbox: Arc::new(Inboxes {
                answers: prepared.inbox(),
                live: facts.inbox(),
            }),
            clock: Arc::clone(&clock),
            counters: Arc::clone(&counters),
        });
        let (sender, news) = mpsc::unbounded_channel();
        let settings = HookSettings {
            identity,
            secret,
            host: settings.host,
            public_url: settings.public_url,
            take_over: settings.take_over,
        };
        let hooks = Hooks::new(engine, settings, sender);
        let state = hooks.state();
        let (ended, hooks_ended) = oneshot::channel();
        let stopped = stop.clone();
        tokio::spawn(clock.task(Box::pin(async move {
            // The receiver is gone if the process is not stopped but dropped.
            let _ = ended.send(hooks.run(&stopped).await);
        })));
        Ok(Self {
            engine: engine.clone(),
            began: clock.now(),
            ledger,
            clock,
            stop,
            router,
            counters,
            hooks: Some(hooks_ended),
            state,
            news,
            presence,
            prepared: Some(prepared),
            answers: None,
            cues: None,
            facts,
            answering: watch::Sender::new(false),
        })
    }

    /// What Webex delivers to.
    pub fn public(&self) -> Router {
        self.router.clone()
    }

    /// Readiness, figures and the remote control, for this machine alone.
    pub fn control(&self) -> Router {
        control(Control {
            began: self.began,
            clock: Arc::clone(&self.clock),
            ledger: self.ledger.clone(),
            connections: self.engine.connections().clone(),
            hooks: self.state.clone(),
            answering: self.answering.subscribe(),
            presence: Arc::clone(&self.presence),
            counters: Arc::clone(&self.counters),
            process: self.engine.process().clone(),
            show: Arc::new(ShowWatch::new(self.ledger.clone())),
            stop: self.stop.clone(),
        })
    }

    /// When the process began to serve.
    #[must_use]
    pub fn began(&self) -> Timestamp {
        self.began
    }

    /// How it stands with the webhooks.
    #[must_use]
    pub fn hooks(&self) -> HookState {
        self.state.borrow().clone()
    }

    /// What was answered so far.
    #[must_use]
    pub fn answered(&self) -> showcaller_engine::Answered {
        let answered = self.answers.as_ref().map(Answers::answered);
        answered.unwrap_or_default()
    }

    /// Asked for when it is over; what listens ends then.
    #[must_use]
    pub fn stopped(&self) -> Stop {
        self.stop.clone()
    }

    /// The next thing that people are told, to be given to [`Serving::follow`]. May be given up at any time.
    ///
    /// # Errors
    ///
    /// It cannot go on.
    pub async fn next(&mut self) -> Result<ServingEvent, ServingEnded> {
        tokio::select! {
            biased;
            // Everything that led to a state is told before it.
            Some(news) = self.news.recv() => Ok(ServingEvent::News(news)),
            Ok(()) = self.state.changed() => {
                Ok(ServingEvent::State(self.state.borrow_and_update().clone()))
            }
            ended = hooks_ended(&mut self.hooks) => Err(ended),
        }
    }

    /// Does what follows from an event: answers and cues begin once the bot is known to be ours. To be called
    /// for each, and not to be given up.
    ///
    /// # Errors
    ///
    /// The ledger or Webex fails.
    pub async fn follow(&mut self, event: &ServingEvent) -> Result<(), ServingEnded> {
        let is_ours = matches!(event, ServingEvent::State(state) if state.is_ours());
        if let Some(prepared) = self.prepared.take_if(|_| is_ours) {
            self.answers = Some(prepared.begin().await?);
            self.cues = Some(Cues::begin(&self.engine).await?);
            self.answering.send_replace(true);
        }
        Ok(())
    }

    /// Sees that every part is still at work.
    ///
    /// # Errors
    ///
    /// Which one is not.
    pub fn check(&self) -> Result<(), ServingEnded> {
        if self.presence.has_ended() {
            return Err(ServingEnded::Replaced);
        }
        let ended = [
            ("answers", self.answers.as_ref().is_some_and(Answers::ended)),
            (
                "calls the cues",
                self.cues.as_ref().is_some_and(Cues::ended),
            ),
            ("watches the meetings", self.facts.ended()),
        ];
        match ended.into_iter().find(|(_, ended)| *ended) {
            Some((part, _)) => Err(ServingEnded::Broken(part)),
            None => Ok(()),
        }
    }

    /// Stops to answer, finishes what is under way, and leaves the webhooks as they are. Returns whether
    /// everything was finished; the next start sends what was not.
    pub async fn finish(mut self) -> bool {
        self.answering.send_replace(false);
        self.stop.ask();
        let cues = async {
            if let Some(cues) = self.cues {
                cues.stop().await;
            }
        };
        let answers = async {
            let Some(answers) = self.answers else {
                return true;
            };
            tokio::select! {
                biased;
                () = answers.stop() => true,
                () = self.clock.sleep(END) => false,
            }
        };
        let ((), finished, ()) = tokio::join!(cues, answers, self.facts.stop());
        if let Some(hooks) = self.hooks.take() {
            let _ = hooks.await;
        }
        // A router of the control port may have another, which ends with it.
        if let Some(presence) = Arc::into_inner(self.presence) {
            presence.end().await;
        }
        finished
    }
}

/// Why the webhooks are not looked after any more.
async fn hooks_ended(hooks: &mut Option<oneshot::Receiver<Result<(), Taken>>>) -> ServingEnded {
    let Some(ended) = hooks.as_mut() else {
        return std::future::pending().await;
    };
    let ended = ended.await;
    *hooks = None;
    match ended {
        Ok(Err(by)) => ServingEnded::Taken(by),
        Ok(Ok(())) | Err(_) => ServingEnded::Broken("looks after the webhooks"),
    }
}
