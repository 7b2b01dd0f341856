//! A Webex in this process, for programs that it starts.

use std::process::Command;
use std::sync::Arc;

use axum::Router;
use jiff::{SignedDuration, Timestamp};
use showcaller_clock::{Clock as _, VirtualClock};
use showcaller_event::{Event, Input, check};
use showcaller_simulator::{Config, Simulator};

use crate::stage::Stage;

/// On a clock that only the test moves.
pub(crate) struct Webex {
    pub(crate) simulator: Simulator,
    clock: VirtualClock,
    /// The event's only host.
    host: String,
    base: String,
    /// Serves until it is dropped.
    _runtime: tokio::runtime::Runtime,
}

impl Webex {
    /// An empty one, with everybody's account; `watched` may stand before it.
    pub(crate) fn before(event: &Event, watched: impl FnOnce(Router) -> Router) -> Self {
        let clock = VirtualClock::starting_at(showcaller_rehearsal::setup_time(event));
        let config = Config {
            clock: Arc::new(clock.clone()),
            accounts: showcaller_rehearsal::accounts(event),
            rate: None,
            ..Config::default()
        };
        let simulator = Simulator::new(config).expect("a simulator");
        let router = watched(simulator.router());
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a listener");
        let base = format!("http://{}/v1", listener.local_addr().expect("an address"));
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            axum::serve(listener, router).await
        });
        Self {
            simulator,
            clock,
            host: event.webex.hosts[0].email.to_string(),
            base,
            _runtime: runtime,
        }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Time goes on by so many seconds.
    pub(crate) fn pass(&self, seconds: i64) {
        let later = self.now() + SignedDuration::from_secs(seconds);
        self.clock.advance_to(later);
    }

    /// The program, with this Webex's time and tokens.
    pub(crate) fn command(&self, stage: &Stage, line: &str) -> Command {
        let mut command = stage.command(&format!("{line} --now {}", self.now()));
        command.envs(self.simulator.environment(&self.base));
        command.env("WEBEX_HOST_TOKEN", self.simulator.token_for(&self.host));
        command
    }

    /// Everything that somebody could tell apart, without ids and links, sorted.
    pub(crate) fn shape(&self) -> Vec<String> {
        let world = self.simulator.world();
        let seen = [
            ("teams", &["name"][..]),
            ("teamMemberships", &["personEmail", "isModerator"]),
            ("rooms", &["title", "isLocked", "isAnnouncementOnly"]),
            ("memberships", &["personEmail", "isModerator"]),
            ("roomTabs", &["displayName"]),
            ("meetings", &["title", "start", "end", "hostEmail"]),
            ("meetingInvitees", &["email", "coHost"]),
        ];
        let mut shape = Vec::new();
        for (kind, fields) in seen {
            for thing in world[kind].as_array().expect(kind) {
                let cells = fields.iter().map(|field| thing[*field].to_string());
                shape.push(format!("{kind} {}", cells.collect::<Vec<_>>().join(" ")));
            }
        }
        shape.sort();
        shape
    }
}

/// The event on this stage.
pub(crate) fn event(stage: &Stage) -> Event {
    let load = |name: &str| std::fs::read(stage.path(name)).map_err(|error| error.to_string());
    let checked = check(&Input {
        name: "event.yaml",
        bytes: stage.read("event.yaml").as_bytes(),
        load: &load,
        now: None,
    });
    checked.event.expect("an event without mistakes")
}
