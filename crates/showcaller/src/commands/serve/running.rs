//! A process that serves an event, from its first port to its last answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use showcaller_engine::cues::{Cues, ShowWatch};
use showcaller_engine::hooks::{HookNews, HookSettings, HookState, Hooks, Taken, keys};
use showcaller_engine::{Answers, Live as LiveFacts, Prepared, Presence, Stop};
use showcaller_server::{Control, Counters, Inboxes, Ingress, Limits, control, listen, public};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::timeout;
use url::Url;

use super::sentences::{self, Status};
use crate::environment;
use crate::exit::{Code, Failure};
use crate::interrupt::Interrupts;
use crate::port;
use crate::session::Live;
use crate::terminal::status::StatusLine;
use crate::terminal::warnings::warnings;

/// How often the status line is drawn, and it is looked whether everything is still at work.
const TICK: Duration = Duration::from_secs(1);

/// How long messages that are being sent are waited for.
const END: Duration = Duration::from_secs(20);

/// Where it listens, and what it may do.
pub(super) struct Setup {
    pub(super) public: TcpListener,
    pub(super) address: SocketAddr,
    pub(super) public_url: Url,
    pub(super) control: Option<(TcpListener, SocketAddr)>,
    pub(super) take_over: bool,
}

/// Everything that is at work.
pub(super) struct Running<'a> {
    live: &'a Live,
    began: Timestamp,
    stop: Stop,
    listeners: JoinSet<()>,
    hooks: JoinHandle<Result<(), Taken>>,
    state: watch::Receiver<HookState>,
    news: mpsc::UnboundedReceiver<HookNews>,
    presence: Arc<Presence>,
    /// Until the bot is known to be this ledger's.
    prepared: Option<Prepared>,
    answers: Option<Answers>,
    cues: Option<Cues>,
    facts: LiveFacts,
    answering: watch::Sender<bool>,
    line: StatusLine,
    warnings: mpsc::UnboundedReceiver<String>,
    /// Whether it was said that it serves.
    is_serving: bool,
}

impl<'a> Running<'a> {
    /// Begins to listen, and then to look at the webhooks. Nothing is answered before they are known to be
    /// ours: another process may serve the bot from a ledger of its own.
    pub(super) async fn begin(live: &'a Live, setup: Setup) -> Result<Self, Failure> {
        let began = live.clock.now();
        let event = &live.in_force.event;
        let (identity, secret) = keys(&live.ledger, &event.key).await?;
        live.engine.check_bot(event).await?;
        let presence = Arc::new(live.engine.presence().await?);
        let prepared = Answers::prepare(&live.engine, &presence).await?;
        let facts = LiveFacts::begin(&live.engine).await?;
        let counters = Arc::<Counters>::default();
        let stop = Stop::default();
        let mut listeners = JoinSet::new();
        let router = public(Ingress {
            identity: identity.clone(),
            secret: secret.clone(),
            inbox: Arc::new(Inboxes {
                answers: prepared.inbox(),
                live: facts.inbox(),
            }),
            clock: live.clock.clone(),
            counters: Arc::clone(&counters),
        });
        let (address, public_url) = (setup.address, setup.public_url.clone());
        let stopped = stop.clone();
        listeners.spawn(async move {
            listen(router, setup.public, Limits::default(), stopped.wait()).await;
        });
        let (sender, news) = mpsc::unbounded_channel();
        let settings = HookSettings {
            identity,
            secret,
            host: environment::machine().unwrap_or_else(|| "unknown".to_owned()),
            public_url: setup.public_url,
            take_over: setup.take_over,
        };
        let hooks = Hooks::new(&live.engine, settings, sender);
        let state = hooks.state();
        let answering = watch::Sender::new(false);
        let control_address = setup.control.as_ref().map(|(_, address)| *address);
        if let Some((listener, _)) = setup.control {
            let router = control(Control {
                began,
                clock: live.clock.clone(),
                ledger: live.ledger.clone(),
                connections: live.connections().clone(),
                hooks: state.clone(),
                answering: answering.subscribe(),
                presence: Arc::clone(&presence),
                counters,
                process: live.engine.process().clone(),
                show: Arc::new(ShowWatch::new(live.ledger.clone())),
                stop: stop.clone(),
            });
            let stopped = stop.clone();
            listeners.spawn(async move {
                listen(router, listener, Limits::default(), stopped.wait()).await;
            });
        }
        let stopped = stop.clone();
        let hooks = tokio::spawn(async move { hooks.run(&stopped).await });
        let line = StatusLine::new();
        line.say(&listening(address, &public_url));
        if let Some(address) = control_address {
            line.say(&format!(
                "Readiness, figures and the remote control on http://{address}."
            ));
        }
        Ok(Self {
            live,
            began,
            stop,
            listeners,
            hooks,
            state,
            news,
            presence,
            prepared: Some(prepared),
            answers: None,
            cues: None,
            facts,
            answering,
            line,
            warnings: warnings(),
            is_serving: false,
        })
    }

    /// Serves until it is interrupted, or cannot go on.
    pub(super) async fn until(mut self, mut interrupts: Interrupts) -> Result<(), Failure> {
        let mut tick = tokio::time::interval(TICK);
        let ended = loop {
            tokio::select! {
                () = interrupts.next() => break Ok(()),
                Some(news) = self.news.recv() => self.line.say(&sentences::of_news(&news)),
                Some(warning) = self.warnings.recv() => self.line.say(&warning),
                Ok(()) = self.state.changed() => if let Err(failure) = self.follow().await {
                    break Err(failure);
                },
                ended = &mut self.hooks => break Err(why_ended(ended)),
                Some(_) = self.listeners.join_next() => break Err(broken("listens")),
                _ = tick.tick() => {
                    if self.presence.has_ended() {
                        break Err(replaced());
                    }
                    if self.answers.as_ref().is_some_and(Answers::ended) {
                        break Err(broken("answers"));
                    }
                    if self.cues.as_ref().is_some_and(Cues::ended) {
                        break Err(broken("calls the cues"));
                    }
                    if self.facts.ended() {
                        break Err(broken("watches the meetings"));
                    }
                    if StatusLine::is_shown() {
                        self.draw();
                    }
                }
            }
        };
        self.answering.send_replace(false);
        let interrupted = ended.is_ok();
        if interrupted {
            self.line
                .say("Finishing what is under way … (Ctrl-C again ends at once.)");
        }
        tokio::select! {
            () = self.finish() => ended,
            () = interrupts.next() => std::process::exit(130),
        }
    }

    /// The state of the webhooks is another.
    async fn follow(&mut self) -> Result<(), Failure> {
        let state = self.state.borrow_and_update().clone();
        // Everything that led to the state is said before it.
        while let Ok(news) = self.news.try_recv() {
            self.line.say(&sentences::of_news(&news));
        }
        if let Some(sentence) = sentences::of_state(&state) {
            self.line.say(&sentence);
        }
        if state.is_ours()
            && let Some(prepared) = self.prepared.take()
        {
            self.answers = Some(prepared.begin().await?);
            self.cues = Some(Cues::begin(&self.live.engine).await?);
            self.answering.send_replace(true);
        }
        if state.is_ready() && !self.is_serving {
            self.is_serving = true;
            let event = &self.live.in_force.event.key;
            self.line.say(&format!("Serving {event} until Ctrl-C."));
        }
        Ok(())
    }

    fn draw(&self) {
        let now = self.live.clock.now();
        let answered = self.answers.as_ref().map(Answers::answered);
        let status = Status {
            up: now.duration_since(self.began),
            answered: answered.unwrap_or_default(),
            now,
            hooks: &self.state.borrow(),
            per_minute: self.live.connections().bot.learnt_per_minute(),
        };
        self.line.show(status.line());
    }

    /// Stops to listen and to answer, finishes what is under way, and leaves the webhooks as they are.
    async fn finish(mut self) {
        self.stop.ask();
        let cues = async {
            if let Some(cues) = self.cues {
                cues.stop().await;
            }
        };
        let answers = async {
            let Some(answers) = self.answers else { return };
            if timeout(END, answers.stop()).await.is_err() {
                self.line
                    .say("Webex takes its time: what is left is sent by the next start.");
            }
        };
        let listeners = async { while self.listeners.join_next().await.is_some() {} };
        tokio::join!(cues, answers, listeners, self.facts.stop());
        if !self.hooks.is_finished() {
            let _ = self.hooks.await;
        }
        // The control router had the only other one.
        if let Some(presence) = Arc::into_inner(self.presence) {
            presence.end().await;
        }
    }
}

fn listening(address: SocketAddr, public_url: &Url) -> String {
    let own = format!("http://{}", port::reachable(address));
    let public = public_url.as_str().trim_end_matches('/');
    match public == own {
        true => format!("Listening on {own}."),
        false => format!("Listening on {own} for what comes to {public}."),
    }
}

fn replaced() -> Failure {
    Failure::new(
        Code::Failed,
        "this process gave no sign of life for so long that another one has taken its place",
    )
    .hint("start it again; was the machine asleep?")
}

/// A part has ended that should not have.
fn broken(what: &str) -> Failure {
    let sentence =
        format!("the part of this process that {what} has ended by a mistake of its own");
    Failure::new(Code::Failed, sentence).hint("start it again; --log tells more")
}

/// Why the webhooks are not looked after any more.
fn why_ended(ended: Result<Result<(), Taken>, tokio::task::JoinError>) -> Failure {
    match ended {
        Ok(Err(by)) => {
            let process = sentences::process(&by);
            let sentence = format!("the bot's webhooks belong to {process}, which is alive");
            Failure::new(Code::Guarded, sentence)
                .hint("end it there; or take its webhooks over with --take-over")
        }
        Ok(Ok(())) => Failure::new(Code::Failed, "the webhooks are not looked after any more"),
        Err(error) => Failure::new(Code::Failed, error),
    }
}
