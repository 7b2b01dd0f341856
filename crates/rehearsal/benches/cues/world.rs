//! An event of many rooms on a simulated Webex, and processes that serve it.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use http::{Method, Request};
use jiff::SignedDuration;
use serde_json::{Value, json};
use showcaller_clock::{OffsetClock, SharedClock, VirtualClock};
use showcaller_engine::cues::{Cues, NewEntry, log};
use showcaller_engine::{
    Answers, Assignment, Engine, NoProgress, Outlook, Presence, Stop, ThisProcess,
};
use showcaller_event::Event;
use showcaller_event::model::{CueId, CueKey, DayId};
use showcaller_ledger::{Incoming, IncomingKind, Ledger, LedgerUrl, Source};
use showcaller_plan::Wishes;
use showcaller_rehearsal::{BOT, InProcess, connect, setup_time};
use showcaller_show::{By, Entry, Via};
use showcaller_simulator::{Account, Simulator};
use showcaller_webex::Transport;

use crate::large;
use crate::watched::{Calls, Watched};

/// How long Webex takes for a call.
pub(crate) const LATENCY: SignedDuration = SignedDuration::from_millis(150);
pub(crate) const ROOMS: usize = 500;

/// Files, and the event in them.
pub(crate) struct Revision {
    files: [String; 2],
    pub(crate) event: Event,
}

impl Revision {
    /// The event with so many people in its rooms, and so many cues to all of them.
    pub(crate) fn new(people: usize, cues: usize) -> Self {
        let cue = |number| {
            format!(
                "  cue-{number}: {{ day: day-1, send: by-call, to: [team rooms], \
                 say: \"{{{{ team.title }}}}, this is cue number {number}.\" }}\n"
            )
        };
        let cues: String = (1..=cues).map(cue).collect();
        let files = large::show(ROOMS, people, &cues);
        let event = large::checked(&files[0], &files[1]);
        Self { files, event }
    }

    pub(crate) async fn apply(&self, engine: &Engine, outlook: Outlook, stop: &Stop) {
        let source = |path: &str, content: &String| Source {
            path: path.to_owned(),
            content: content.as_bytes().to_vec(),
        };
        let assignment = Assignment {
            event: &self.event,
            sources: vec![
                source("event.yaml", &self.files[0]),
                source("people.csv", &self.files[1]),
            ],
            digest: self.event.people.len().to_string(),
        };
        let report = engine.apply(&assignment, outlook, &NoProgress, stop).await;
        let report = report.expect("a run");
        assert!(stop.asked() || report.is_complete(), "{:?}", report.failed);
    }
}

/// Webex, the ledger and the time.
pub(crate) struct World {
    pub(crate) clock: SharedClock,
    /// The clock of one more process.
    process: Box<dyn Fn() -> SharedClock>,
    pub(crate) simulator: Simulator,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) ledger: Ledger,
    pub(crate) calls: Calls,
    pub(crate) revision: Revision,
}

impl World {
    /// On virtual time, with a ledger in memory.
    pub(crate) async fn on_virtual_time(clock: &VirtualClock, revision: Revision) -> Self {
        let ledger = Ledger::open(&LedgerUrl::memory()).await.expect("a ledger");
        let world = clock.clone();
        let process = move || Arc::new(world.process(SignedDuration::ZERO)) as SharedClock;
        let clock = Arc::new(clock.clone());
        Self::new(clock, Box::new(process), Some(LATENCY), ledger, revision)
    }

    /// In real time, with a ledger in a file of this folder.
    pub(crate) async fn in_real_time(
        folder: &Path,
        latency: Option<SignedDuration>,
        revision: Revision,
    ) -> Self {
        let ledger = Ledger::open(&LedgerUrl::file(folder.join("bench.ledger"))).await;
        let clock: SharedClock = Arc::new(OffsetClock::starting_at(setup_time(&revision.event)));
        let own = Arc::clone(&clock);
        let process = move || Arc::clone(&own);
        Self::new(
            clock,
            Box::new(process),
            latency,
            ledger.expect("a ledger"),
            revision,
        )
    }

    fn new(
        clock: SharedClock,
        process: Box<dyn Fn() -> SharedClock>,
        latency: Option<SignedDuration>,
        ledger: Ledger,
        revision: Revision,
    ) -> Self {
        let mut config = large::unlimited(&revision.event);
        config.clock = Arc::clone(&clock);
        config.latency = latency;
        let people = revision.event.people.iter();
        let people = people.map(|person| Account::person(person.email.as_str(), &person.name));
        config.accounts.extend(people);
        let simulator = Simulator::new(config).expect("a simulator");
        Self {
            transport: Arc::new(InProcess::to(&simulator)),
            clock,
            process,
            simulator,
            ledger,
            calls: Calls::default(),
            revision,
        }
    }

    /// Puts the event on Webex.
    pub(crate) async fn set_up(&self) {
        let engine = self.engine("setup", &self.revision.event);
        let outlook = self.look(&engine, &self.revision).await;
        let stop = Stop::default();
        self.revision.apply(&engine, outlook, &stop).await;
    }

    pub(crate) async fn look(&self, engine: &Engine, revision: &Revision) -> Outlook {
        let outlook = engine.look(&revision.event, &Wishes::default()).await;
        outlook.expect("a look")
    }

    /// The engine of a process of this name.
    pub(crate) fn engine(&self, name: &'static str, event: &Event) -> Engine {
        let clock = (self.process)();
        let transport: Arc<dyn Transport> = Arc::new(Watched {
            inner: Arc::clone(&self.transport),
            clock: Arc::clone(&clock),
            process: name,
            calls: self.calls.clone(),
            authorization: format!("Bearer {}", self.simulator.token_for(BOT)),
        });
        let connections = connect(event, &self.simulator, &transport, &clock).expect("tokens");
        let process = ThisProcess::without_origin(name);
        Engine::new(connections, self.ledger.clone(), clock, process)
    }

    /// A process begins to serve: it answers, and leads or stands by.
    pub(crate) async fn serve(&self, name: &'static str) -> Replica {
        let engine = self.engine(name, &self.revision.event);
        let presence = engine.presence().await.expect("a ledger");
        let answers = Answers::begin(&engine, &presence).await.expect("a bot");
        let cues = Cues::begin(&engine).await.expect("a bot");
        Replica {
            answers,
            cues,
            presence,
        }
    }

    /// An operator says go.
    pub(crate) async fn go(&self, cue: usize) {
        let cue = CueKey {
            cue: CueId::new(format!("cue-{cue}")),
            day: Some(DayId::new("day-1")),
        };
        let entry = NewEntry {
            key: format!("go {cue}"),
            by: By {
                name: "ann".to_owned(),
                account: None,
                via: Via::Terminal,
            },
            entry: Entry::Go { cue },
        };
        let logged = log(&self.ledger, &[entry], None, self.clock.now()).await;
        logged.expect("a ledger");
    }

    /// A person asks in the room of their team, and Webex tells this process so.
    pub(crate) async fn ask(&self, number: usize, replica: &Replica, rooms: &[String]) {
        let person = format!("person{number}@example.com");
        let body = json!({
            "roomId": rooms[number],
            "markdown": format!("<@personEmail:{BOT}|Showcaller> help"),
        });
        let request = Request::builder()
            .method(Method::POST)
            .uri("http://simulator.invalid/v1/messages")
            .header("content-type", "application/json")
            .header(
                "authorization",
                format!("Bearer {}", self.simulator.token_for(&person)),
            )
            .body(Bytes::from(body.to_string()))
            .expect("a request");
        let asked = InProcess::to(&self.simulator).send(request).await;
        let asked: Value = serde_json::from_slice(asked.expect("an answer").body()).expect("JSON");
        let text = |name: &str| asked[name].as_str().unwrap_or_default().to_owned();
        let incoming = Incoming {
            kind: IncomingKind::Message,
            remote_id: text("id"),
            room: text("roomId"),
            direct: false,
            person: text("personId"),
            moderator: false,
            at: self.clock.now(),
        };
        let taken = replica.answers.inbox().take_in(incoming).await;
        taken.expect("a ledger");
    }

    /// The ids of the rooms, by the number of their team from nought.
    pub(crate) fn rooms(&self) -> Vec<String> {
        let world = self.simulator.world();
        let rooms = world["rooms"].as_array().expect("rooms");
        let mut by_team = vec![String::new(); ROOMS];
        for room in rooms {
            let title = room["title"].as_str().unwrap_or_default();
            let number = title
                .strip_prefix("Team ")
                .and_then(|it| it.parse::<usize>().ok());
            if let (Some(number), Some(id)) = (number, room["id"].as_str()) {
                by_team[number - 1] = id.to_owned();
            }
        }
        by_team
    }
}

/// A process that serves.
pub(crate) struct Replica {
    answers: Answers,
    cues: Cues,
    presence: Presence,
}

impl Replica {
    /// How many events it has answered.
    pub(crate) fn answered(&self) -> u64 {
        self.answers.answered().events
    }

    pub(crate) async fn stop(self) {
        self.cues.stop().await;
        self.answers.stop().await;
        self.presence.end().await;
    }
}
