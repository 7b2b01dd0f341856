//! A process that serves an event, from its first port to its last answer.

use std::net::SocketAddr;
use std::time::Duration;

use showcaller_engine::hooks::Taken;
use showcaller_server::{Limits, Serving, ServingEnded, ServingEvent, ServingSettings, listen};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use url::Url;

use super::sentences::{self, Status};
use crate::environment;
use crate::exit::Failure;
use crate::interrupt::Interrupts;
use crate::port;
use crate::session::Live;
use crate::terminal::status::StatusLine;
use crate::terminal::warnings::warnings;

/// How often the status line is drawn, and it is looked whether everything is still at work.
const TICK: Duration = Duration::from_secs(1);

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
    serving: Serving,
    listeners: JoinSet<()>,
    line: StatusLine,
    warnings: mpsc::UnboundedReceiver<String>,
    /// Whether it was said that it serves.
    is_ready: bool,
}

impl<'a> Running<'a> {
    /// Begins to serve, and to listen.
    pub(super) async fn begin(live: &'a Live, setup: Setup) -> Result<Self, Failure> {
        let settings = ServingSettings {
            public_url: setup.public_url.clone(),
            host: environment::machine().unwrap_or_else(|| "unknown".to_owned()),
            take_over: setup.take_over,
        };
        let event = &live.in_force.event;
        let serving = Serving::begin(&live.engine, &live.clock, event, settings).await?;
        let line = StatusLine::new();
        line.say(&listening(setup.address, &setup.public_url));
        let mut ports = vec![(serving.public(), setup.public)];
        if let Some((listener, address)) = setup.control {
            line.say(&format!(
                "Readiness, figures and the remote control on http://{address}."
            ));
            ports.push((serving.control(), listener));
        }
        let mut listeners = JoinSet::new();
        for (router, listener) in ports {
            let stopped = serving.stopped();
            listeners.spawn(async move {
                listen(router, listener, Limits::default(), stopped.wait()).await;
            });
        }
        Ok(Self {
            live,
            serving,
            listeners,
            line,
            warnings: warnings(),
            is_ready: false,
        })
    }

    /// Serves until it is interrupted, or cannot go on.
    pub(super) async fn until(mut self, mut interrupts: Interrupts) -> Result<(), Failure> {
        let mut tick = tokio::time::interval(TICK);
        let ended = loop {
            tokio::select! {
                () = interrupts.next() => break Ok(()),
                next = self.serving.next() => match next {
                    Ok(event) => match self.serving.follow(&event).await {
                        Ok(()) => self.tell(&event),
                        Err(why) => break Err(failure(why)),
                    },
                    Err(why) => break Err(failure(why)),
                },
                Some(warning) = self.warnings.recv() => self.line.say(&warning),
                Some(_) = self.listeners.join_next() => {
                    break Err(failure(ServingEnded::Broken("listens")));
                }
                _ = tick.tick() => {
                    if let Err(why) = self.serving.check() {
                        break Err(failure(why));
                    }
                    if StatusLine::is_shown() {
                        self.draw();
                    }
                }
            }
        };
        if ended.is_ok() {
            self.line
                .say("Finishing what is under way … (Ctrl-C again ends at once.)");
        }
        tokio::select! {
            () = self.finish() => ended,
            () = interrupts.next() => std::process::exit(130),
        }
    }

    fn tell(&mut self, event: &ServingEvent) {
        let state = match event {
            ServingEvent::News(news) => return self.line.say(&sentences::of_news(news)),
            ServingEvent::State(state) => state,
        };
        if let Some(sentence) = sentences::of_state(state) {
            self.line.say(&sentence);
        }
        if state.is_ready() && !self.is_ready {
            self.is_ready = true;
            let event = &self.live.in_force.event.key;
            self.line.say(&format!("Serving {event} until Ctrl-C."));
        }
    }

    fn draw(&self) {
        let now = self.live.clock.now();
        let status = Status {
            up: now.duration_since(self.serving.began()),
            answered: self.serving.answered(),
            now,
            hooks: &self.serving.hooks(),
            per_minute: self.live.connections().bot.learnt_per_minute(),
        };
        self.line.show(status.line());
    }

    /// Stops to listen and to answer, finishes what is under way, and leaves the webhooks as they are.
    async fn finish(mut self) {
        let listeners = async { while self.listeners.join_next().await.is_some() {} };
        let (is_finished, ()) = tokio::join!(self.serving.finish(), listeners);
        if !is_finished {
            self.line
                .say("Webex takes its time: what is left is sent by the next start.");
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

/// Why it does not serve any more.
fn failure(why: ServingEnded) -> Failure {
    match why {
        ServingEnded::Taken(by) => taken(&by),
        ServingEnded::Replaced => Failure::failed(
            "this process gave no sign of life for so long that another one has taken its place",
        )
        .hint("start it again; was the machine asleep?"),
        ServingEnded::Broken(_) => Failure::failed(why).hint("start it again; --log tells more"),
        ServingEnded::Failed(error) => error.into(),
    }
}

fn taken(by: &Taken) -> Failure {
    let process = sentences::process(by);
    let sentence = format!("the bot's webhooks belong to {process}, which is alive");
    Failure::guarded(sentence).hint("end it there; or take its webhooks over with --take-over")
}
