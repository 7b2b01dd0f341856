//! The router for this machine alone: whether the process is ready, and its figures.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::uri::Authority;
use http::{HeaderMap, StatusCode, Uri, header};
use jiff::Timestamp;
use showcaller_clock::SharedClock;
use showcaller_engine::cues::{ShowWatch, runner};
use showcaller_engine::hooks::HookState;
use showcaller_engine::{Connections, Error as EngineError, Presence, Stop, ThisProcess};
use showcaller_ledger::{Error as LedgerError, InboxState, Ledger, MessageKind, OperationKind};
use showcaller_render::calling::Queue;
use showcaller_show::CueState;
use tokio::sync::watch;

use crate::ingress::Counters;
use crate::metrics::{Kind, Page};
use crate::remote::{self, Remote};

/// What the control router tells of.
pub struct Control {
    /// When the process began.
    pub began: Timestamp,
    /// Tells how long ago that was.
    pub clock: SharedClock,
    /// Where events and messages are.
    pub ledger: Ledger,
    /// The clients, for their pace.
    pub connections: Connections,
    /// How it stands with the webhooks.
    pub hooks: watch::Receiver<HookState>,
    /// Whether everything that answers is at work.
    pub answering: watch::Receiver<bool>,
    /// Whether the process counts as alive, and the ledger can be written.
    pub presence: Arc<Presence>,
    /// What came in over the public router.
    pub counters: Arc<Counters>,
    /// Which of the processes on its ledger this is.
    pub process: ThisProcess,
    /// The show.
    pub show: Arc<ShowWatch>,
    /// Once asked for, streams of events end, so that they do not keep the process.
    pub stop: Stop,
}

/// The router for this machine alone: `GET /readyz`, `GET /metrics`, and the remote control under
/// `/control/`, which asks for a token. Requests that a web page of another origin made, or that came in
/// under a foreign host name, are refused.
pub fn control(control: Control) -> Router {
    let remote = Remote::new(
        control.ledger.clone(),
        Arc::clone(&control.clock),
        Arc::clone(&control.show),
        control.stop.clone(),
    );
    Router::new()
        .merge(remote::router(remote))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .method_not_allowed_fallback(async || StatusCode::NOT_FOUND)
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(from_fn(refuse_foreign))
        .with_state(Arc::new(control))
}

/// A browser on this machine can be led to any port of it (DNS rebinding, cross-origin requests); it
/// says then for whom it asks.
async fn refuse_foreign(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let host = text(headers, header::HOST).and_then(|host| host.parse::<Authority>().ok());
    let origin = match headers.contains_key(header::ORIGIN) {
        true => text(headers, header::ORIGIN)
            .and_then(|origin| origin.parse::<Uri>().ok())
            .and_then(|origin| origin.authority().cloned()),
        false => host.clone(),
    };
    let site = headers.get("sec-fetch-site");
    let is_own = site.is_none_or(|site| site == "same-origin" || site == "none");
    match (host, origin) {
        (Some(host), Some(origin)) if is_own && is_here(&host) && is_here(&origin) => {
            next.run(request).await
        }
        _ => StatusCode::FORBIDDEN.into_response(),
    }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn is_here(authority: &Authority) -> bool {
    let host = authority.host();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

async fn readyz(State(control): State<Arc<Control>>) -> (StatusCode, String) {
    let hooks = control.hooks.borrow().clone();
    let mut problems = Vec::new();
    if !hooks.is_ready() {
        problems.push(match hooks {
            HookState::Trouble { reason } => format!("webhooks: {reason}"),
            HookState::ShutOff { until } => {
                format!("webhooks: shut off by Webex, and not switched on before {until}")
            }
            _ => "webhooks: not registered yet".to_owned(),
        });
    }
    if !*control.answering.borrow() {
        problems.push("answers: not begun yet, or ended".to_owned());
    }
    if !control.presence.is_confirmed() {
        problems.push("ledger: the last heartbeat could not be written".to_owned());
    }
    match problems.is_empty() {
        true => (StatusCode::OK, "ready\n".to_owned()),
        false => (StatusCode::SERVICE_UNAVAILABLE, problems.join("\n") + "\n"),
    }
}

async fn metrics(State(control): State<Arc<Control>>) -> Response {
    let mut page = Page::default();
    control.process(&mut page);
    control.webhooks(&mut page);
    control.pace(&mut page);
    let work = async {
        control.work(&mut page).await?;
        control.cues(&mut page).await
    };
    match work.await {
        Ok(()) => {
            let content_type = [(header::CONTENT_TYPE, Page::CONTENT_TYPE)];
            (content_type, page.into_text()).into_response()
        }
        Err(error) => {
            tracing::warn!(%error, "figures cannot be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

impl Control {
    fn process(&self, page: &mut Page) {
        let uptime = self.clock.now().duration_since(self.began).as_secs_f64();
        let help = "Since the process began.";
        page.figure("showcaller_uptime_seconds", Kind::Gauge, help, uptime);
    }

    fn webhooks(&self, page: &mut Page) {
        let counters = &self.counters;
        let help = "Requests to the webhooks' address, by what became of them.";
        let mut requests = page.family("showcaller_webhook_requests_total", Kind::Counter, help);
        for (outcome, counter) in [
            ("accepted", &counters.accepted),
            ("ignored", &counters.ignored),
            ("forged", &counters.forged),
            ("failed", &counters.failed),
        ] {
            requests.add(&[("outcome", outcome)], counter.load(Relaxed) as f64);
        }
        let hooks = self.hooks.borrow();
        let now = match &*hooks {
            HookState::Pending => "pending",
            HookState::Registered => "registered",
            HookState::Elsewhere { .. } => "elsewhere",
            HookState::ShutOff { .. } => "shut-off",
            HookState::Trouble { .. } => "trouble",
        };
        let help = "How it stands with the webhooks: 1 for the state that they are in.";
        let mut states = page.family("showcaller_webhooks", Kind::Gauge, help);
        for state in ["pending", "registered", "elsewhere", "shut-off", "trouble"] {
            states.add(&[("state", state)], f64::from(u8::from(state == now)));
        }
    }

    /// Owners are numbered: a host's name is an address.
    fn pace(&self, page: &mut Page) {
        let hosts = self.connections.hosts.values();
        let hosts = hosts
            .enumerate()
            .map(|(place, host)| (format!("host {}", place + 1), host));
        let owners: Vec<_> = std::iter::once(("bot".to_owned(), &self.connections.bot))
            .chain(hosts)
            .collect();
        let help = "Requests to Webex.";
        let mut requests = page.family("showcaller_webex_requests_total", Kind::Counter, help);
        for (owner, webex) in &owners {
            requests.add(&[("owner", owner)], webex.counters().requests as f64);
        }
        let help = "Requests that Webex asked to wait.";
        let mut throttled = page.family("showcaller_webex_throttled_total", Kind::Counter, help);
        for (owner, webex) in &owners {
            throttled.add(&[("owner", owner)], webex.counters().throttled as f64);
        }
        let help = "Calls a minute that Webex takes, as far as it is known.";
        let mut pace = page.family("showcaller_webex_calls_per_minute", Kind::Gauge, help);
        for (owner, webex) in &owners {
            if let Some(learnt) = webex.learnt_per_minute() {
                pace.add(&[("owner", owner)], learnt);
            }
        }
    }

    /// Nothing, before anything was applied.
    async fn cues(&self, page: &mut Page) -> Result<(), EngineError> {
        let now = self.clock.now();
        let look = self.show.look(now, |_, board| {
            let states: Vec<CueState> = board.cues.iter().map(|cue| cue.state).collect();
            (states, Queue::of(board))
        });
        let (states, queue) = match look.await {
            Err(EngineError::NotApplied) => return Ok(()),
            looked => looked?,
        };
        let help = "Cues, by where they stand.";
        let mut cues = page.family("showcaller_cues", Kind::Gauge, help);
        for state in CueState::ALL {
            let number = states.iter().filter(|it| *it == state).count();
            cues.add(&[("state", state.as_str())], number as f64);
        }
        let help = "Messages of cues that are not done with.";
        let mut messages = page.family("showcaller_cue_messages", Kind::Gauge, help);
        for (state, number) in [
            ("waiting", queue.waiting),
            ("sending", queue.sending),
            ("unclear", queue.unclear),
        ] {
            messages.add(&[("state", state)], number as f64);
        }
        let runner = runner(&self.ledger, now).await?;
        let this = Some(self.process.instance().id);
        let role = match runner {
            Some(holder) if holder.instance == this => "leads",
            Some(_) => "stands-by",
            None => "nobody-leads",
        };
        let help = "Who sends cues: 1 for how it stands with this process.";
        let mut roles = page.family("showcaller_cue_runner", Kind::Gauge, help);
        for state in ["leads", "stands-by", "nobody-leads"] {
            roles.add(&[("state", state)], f64::from(u8::from(state == role)));
        }
        Ok(())
    }

    async fn work(&self, page: &mut Page) -> Result<(), LedgerError> {
        let inbox = self.ledger.inbox_counts().await?;
        let help = "Events that may need an answer, by what became of them.";
        let mut events = page.family("showcaller_events", Kind::Gauge, help);
        for state in InboxState::ALL {
            events.add(&[("state", state.as_str())], inbox.of(*state) as f64);
        }
        let oldest = inbox.oldest_waiting;
        let age = oldest.map_or(0.0, |at| self.clock.now().duration_since(at).as_secs_f64());
        let help = "Since the event was heard of that has waited longest for its answer.";
        page.figure("showcaller_queue_age_seconds", Kind::Gauge, help, age);
        let help = "Messages of the bot, by kind and state.";
        let mut messages = page.family("showcaller_messages", Kind::Gauge, help);
        for &kind in MessageKind::ALL {
            let counts = self
                .ledger
                .operation_counts(OperationKind::Message(kind), None);
            let counts = counts.await?;
            for (state, number) in [
                ("waiting", counts.waiting),
                ("sending", counts.sending),
                ("done", counts.done),
                ("failed", counts.failed),
                ("unclear", counts.unclear),
            ] {
                let labels = [("kind", &*kind.to_string()), ("state", state)];
                messages.add(&labels, number as f64);
            }
        }
        Ok(())
    }
}
