//! The reference event on a simulated Webex, and the bot that answers in it: people write with their own
//! tokens, Webex delivers to the ingress, and what is said is read from Webex's own world.

mod mortal;
mod replica;

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Body;
use bytes::Bytes;
use http::{Method, Request, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use showcaller_clock::Clock as _;
use showcaller_engine::hooks::{HOOKS_PATH, Identity, keys};
use showcaller_engine::{Assignment, NoProgress, Stop, ThisProcess};
use showcaller_event::Event;
use showcaller_ledger::{Ledger, LedgerUrl, NewControlToken, Source};
use showcaller_plan::Wishes;
pub(crate) use showcaller_rehearsal::CrashPoint;
use showcaller_rehearsal::{BOT, Balancer};
use showcaller_secret::Secret;
use showcaller_server::{Scope, new_token, token_hash};
use showcaller_simulator::{Config, Registration};
use tower::service_fn;

pub(crate) use self::mortal::Place;
pub(crate) use self::replica::Replica;
use crate::by_hand::{Person, all, room_id};
use crate::crash_anywhere::left;
use crate::files::Files;
use crate::postgres::Schema;
use crate::stage::Stage;

/// Where the bot is reached.
const PUBLIC: &str = "https://bot.example";

/// What came in.
type Seen = Arc<Mutex<Vec<Request<Bytes>>>>;

/// The bot is reached over this balancer, and what comes in is kept.
fn reached(stage: &Stage, balancer: &Balancer, seen: &Seen) -> Registration {
    let (balancer, seen) = (balancer.clone(), Arc::clone(seen));
    let service = service_fn(move |request: Request<Body>| {
        let (balancer, seen) = (balancer.clone(), Arc::clone(&seen));
        async move {
            let (head, body) = request.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await;
            let request = Request::from_parts(head, body.map_err(io::Error::other)?);
            locked(&seen).push(request.clone());
            balancer.hand_on(request).await
        }
    });
    stage.simulator.deliver_to(PUBLIC, service)
}

/// The reference event.
pub(crate) fn reference() -> Files {
    Files::of_example("innovation-challenge")
}

/// On which of the two databases the ledger is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Database {
    File,
    Server,
}

enum Store {
    Folder(tempfile::TempDir),
    Server(Schema),
}

impl Store {
    async fn on(database: Database) -> Option<Self> {
        Some(match database {
            Database::File => Self::Folder(left::folder()),
            Database::Server => Self::Server(Schema::new().await?),
        })
    }

    fn url(&self) -> LedgerUrl {
        match self {
            Self::Folder(folder) => LedgerUrl::file(folder.path().join("event.ledger")),
            Self::Server(schema) => schema.url(),
        }
    }
}

/// A message that a person wrote.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) id: String,
    /// The id of the room in which it is.
    pub(crate) room: String,
}

/// An event that is applied, and the bot in its rooms.
pub(crate) struct BotStage {
    pub(crate) stage: Stage,
    pub(crate) event: Event,
    pub(crate) identity: Identity,
    pub(crate) secret: Secret,
    /// Whether the processes call cues, and tell operators of them.
    calls_cues: bool,
    store: Store,
    balancer: Balancer,
    /// Every request that came in.
    seen: Seen,
    replicas: AtomicUsize,
    /// Ids by title.
    rooms: Mutex<BTreeMap<String, String>>,
    _registration: Registration,
}

impl BotStage {
    /// The reference event on a file, at seven in the morning of its second day.
    pub(crate) async fn new() -> Self {
        let stage = Self::with(Database::File, &reference(), |_| {}).await;
        stage.expect("a folder")
    }

    /// Another event on another database, and the simulator set up otherwise; `None` where there is no
    /// such server.
    pub(crate) async fn with(
        database: Database,
        files: &Files,
        change: impl FnOnce(&mut Config),
    ) -> Option<Self> {
        let store = Store::on(database).await?;
        let event = files.event();
        let mut stage = Stage::with(&event, change).await;
        stage.ledger = Ledger::open(&store.url()).await.expect("a ledger");
        let (identity, secret) = keys(&stage.ledger, &event.key).await.expect("a ledger");
        let (balancer, seen) = (Balancer::default(), Seen::default());
        let registration = reached(&stage, &balancer, &seen);
        let bot = Self {
            stage,
            event,
            identity,
            secret,
            calls_cues: true,
            store,
            balancer,
            seen,
            replicas: AtomicUsize::new(0),
            rooms: Mutex::default(),
            _registration: registration,
        };
        bot.applies(files).await;
        bot.registers_webhooks().await;
        let day = bot.event.days.get(1).or(bot.event.days.first());
        let day = day.expect("an event has days").date;
        let seven = day.at(7, 0, 0, 0).in_tz(&bot.event.timezone);
        bot.is_at(seven.expect("a time of that day").timestamp());
        Some(bot)
    }

    /// The same with processes that only answer.
    pub(crate) fn without_cues(self) -> Self {
        Self {
            calls_cues: false,
            ..self
        }
    }

    /// Applies these files, and keeps them as a revision.
    pub(crate) async fn applies(&self, files: &Files) {
        // For calls that take their time.
        let clock = &self.stage.clock;
        clock.run(Box::pin(self.apply(files))).await;
    }

    async fn apply(&self, files: &Files) {
        let event = files.event();
        let wishes = Wishes {
            remove: true,
            remove_many: true,
            ..Wishes::default()
        };
        let outlook = self.stage.look(&event, &wishes).await;
        let source = |path: &str, content: &str| Source {
            path: path.to_owned(),
            content: content.as_bytes().to_vec(),
        };
        let assignment = Assignment {
            event: &event,
            sources: vec![
                source("event.yaml", &files.yaml),
                source("people.csv", &files.people),
            ],
            digest: format!("{}", files.yaml.len() + files.people.len()),
        };
        let engine = self.stage.engine(&event);
        let stop = Stop::default();
        let report = engine.apply(&assignment, outlook, &NoProgress, &stop);
        let report = report.await.expect("a run");
        assert!(report.is_complete(), "{report:#?}");
    }

    async fn registers_webhooks(&self) {
        for (resource, event) in [
            ("messages", "created"),
            ("attachmentActions", "created"),
            ("memberships", "all"),
        ] {
            let webhook = json!({
                "name": "questions",
                "targetUrl": format!("{PUBLIC}{HOOKS_PATH}{}", self.identity.event),
                "resource": resource,
                "event": event,
                "secret": self.secret.expose(),
            });
            let bot = self.person(BOT);
            bot.does(Method::POST, "/v1/webhooks", webhook).await;
        }
    }

    /// Opens the ledger once more, as another process does.
    pub(crate) async fn ledger(&self) -> Ledger {
        let ledger = Ledger::open(&self.store.url()).await;
        ledger.expect("a ledger")
    }

    /// The ledger is lost, and an empty file takes its place.
    pub(crate) async fn loses_its_ledger(&mut self) {
        let store = Store::on(Database::File).await;
        self.store = store.expect("a folder");
        self.stage.ledger = self.ledger().await;
    }

    /// A token of the remote control, for a day.
    pub(crate) async fn hands_out(&self, name: &str, scope: Scope) -> Secret {
        let token = new_token();
        let until = self.stage.now() + SignedDuration::from_hours(24);
        let new = NewControlToken {
            name: name.to_owned(),
            scope: scope.to_string(),
            hash: token_hash(&token),
            expires_at: Some(until),
        };
        let added = self.stage.ledger.add_control_token(&new, self.stage.now());
        added.await.expect("a ledger");
        token
    }

    /// A process of this machine begins to serve.
    pub(crate) async fn serves(&self) -> Replica {
        self.serves_as(crate::processes::dead()).await
    }

    /// One of another machine does.
    pub(crate) async fn serves_elsewhere(&self, name: &str) -> Replica {
        self.serves_off(name, SignedDuration::ZERO).await
    }

    /// One whose wall clock is ahead by so much.
    pub(crate) async fn serves_off(&self, name: &str, ahead: SignedDuration) -> Replica {
        let process = ThisProcess::without_origin(name);
        Replica::begins(self, process, ahead).await
    }

    async fn serves_as(&self, process: ThisProcess) -> Replica {
        Replica::begins(self, process, SignedDuration::ZERO).await
    }

    /// Sets the time, which never goes back.
    pub(crate) fn is(&self, time: &str) {
        self.is_at(time.parse().expect("a time"));
    }

    pub(crate) fn is_at(&self, time: Timestamp) {
        assert!(time >= self.stage.now(), "time does not go back");
        self.stage.clock.advance_to(time);
    }

    /// Lets so many seconds pass.
    pub(crate) async fn passes(&self, seconds: i64) {
        self.passes_in_full(SignedDuration::from_secs(seconds))
            .await;
    }

    pub(crate) async fn passes_in_full(&self, time: SignedDuration) {
        self.stage.clock.sleep(time).await;
    }

    /// Lets time pass until a process dies; `false` if it is alive after that time.
    pub(crate) async fn passes_until_death(&self, replica: &Replica, time: SignedDuration) -> bool {
        tokio::select! {
            biased;
            () = replica.deaths.death() => true,
            () = self.stage.clock.sleep(time) => false,
        }
    }

    fn next_replica(&self) -> usize {
        self.replicas.fetch_add(1, Ordering::SeqCst)
    }

    pub(crate) fn person(&self, email: &str) -> Person<'_> {
        Person::called(&self.stage.simulator, email)
    }

    /// The id of the room with this title. Rooms keep theirs, and to look is to copy the whole world.
    pub(crate) fn room(&self, title: &str) -> String {
        let mut rooms = locked(&self.rooms);
        let id = || room_id(&self.stage.simulator, title);
        rooms.entry(title.to_owned()).or_insert_with(id).clone()
    }

    async fn writes(&self, email: &str, body: Value) -> Asked {
        let sent = self.person(email);
        let sent = sent.does(Method::POST, "/v1/messages", body).await;
        Asked {
            id: text(&sent["id"]),
            room: text(&sent["roomId"]),
        }
    }

    /// A person writes in a room, given by its title, without a mention.
    pub(crate) async fn says(&self, email: &str, room: &str, markdown: &str) -> Asked {
        let body = json!({ "roomId": self.room(room), "markdown": markdown });
        self.writes(email, body).await
    }

    /// A person asks the bot in a room, given by its title.
    pub(crate) async fn asks(&self, email: &str, room: &str, words: &str) -> Asked {
        self.says(email, room, &mentioned(words)).await
    }

    /// A person asks in the thread of a message.
    pub(crate) async fn asks_beneath(&self, email: &str, parent: &Asked, words: &str) -> Asked {
        let body = json!({
            "roomId": parent.room,
            "parentId": parent.id,
            "markdown": mentioned(words),
        });
        self.writes(email, body).await
    }

    /// A person writes to the bot alone.
    pub(crate) async fn asks_in_private(&self, email: &str, words: &str) -> Asked {
        let body = json!({ "toPersonEmail": BOT, "markdown": words });
        self.writes(email, body).await
    }

    /// A person presses a button of a card.
    pub(crate) async fn presses(&self, email: &str, card: &str, button: &str) -> Value {
        let button: String = url::form_urlencoded::byte_serialize(button.as_bytes()).collect();
        let path = format!("/_simulator/press?email={email}&message={card}&button={button}");
        self.person(email)
            .does(Method::POST, &path, json!({}))
            .await
    }

    /// Everything that the bot wrote and that is still there, the earliest first.
    pub(crate) fn said(&self) -> Vec<Value> {
        let mut said = all(&self.stage.simulator, "messages");
        said.retain(|message| message["personEmail"] == BOT);
        said
    }

    /// What the bot wrote in a room, given by its id.
    pub(crate) fn answers_in(&self, room: &str) -> Vec<Value> {
        let mut said = self.said();
        said.retain(|message| message["roomId"] == room);
        said
    }

    /// The texts of that.
    pub(crate) fn texts_in(&self, room: &str) -> Vec<String> {
        let said = self.answers_in(room);
        said.iter().map(|said| text(&said["markdown"])).collect()
    }

    /// The deliveries so far, byte by byte.
    pub(crate) fn deliveries(&self) -> Vec<Request<Bytes>> {
        locked(&self.seen).clone()
    }

    /// Asks the ingress what Webex, or somebody else, would ask it.
    pub(crate) async fn delivers(&self, request: Request<Bytes>) -> StatusCode {
        let answer = self.balancer.hand_on(request).await;
        answer.map_or(StatusCode::BAD_GATEWAY, |answer| answer.status())
    }

    /// Ends, and takes the ledger away.
    pub(crate) async fn ends(self) {
        let Self { stage, store, .. } = self;
        stage.ledger.clone().close().await;
        drop(stage);
        if let Store::Server(schema) = store {
            schema.drop().await;
        }
    }
}

/// A question as it is written in a room: with a mention of the bot.
pub(crate) fn mentioned(words: &str) -> String {
    format!("<@personEmail:{BOT}|Showcaller> {words}")
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
