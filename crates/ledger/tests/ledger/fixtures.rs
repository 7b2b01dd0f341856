//! Ledgers, times and records to tell stories with.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use showcaller_ledger::{
    Attempt, Claim, Claimant, Existing, Heartbeat, InboxKey, InboxState, Incoming, IncomingKind,
    Instance, Ledger, LedgerUrl, MessageKey, MessageKind, NewMessage, NewOperation, OperationId,
    OperationKind, Recipient, Record, Restoring,
};
use sqlx::{AnyConnection, Connection as _, Executor as _};
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) use crate::server::Schema;

/// A ledger on the disk, with its folder.
pub(crate) struct OnDisk {
    pub(crate) folder: TempDir,
    pub(crate) ledger: Ledger,
}

impl OnDisk {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = LedgerUrl::file(folder.path().join("event.ledger"));
        let ledger = Ledger::open(&url).await.expect("a ledger");
        Self { folder, ledger }
    }

    /// Says something to SQLite, as another program would.
    pub(crate) async fn say(&self, statements: &'static str) {
        written_by_another(&self.folder.path().join("event.ledger"), statements).await;
    }

    /// Another handle on the same file, as another process would have it.
    pub(crate) async fn again(&self) -> Ledger {
        Ledger::open(self.ledger.url()).await.expect("a ledger")
    }
}

/// Leaves a SQLite file that another program, or another build, might have written.
pub(crate) async fn written_by_another(path: &Path, statements: &'static str) {
    sqlx::any::install_default_drivers();
    let address = format!("sqlite://{}?mode=rwc", path.display());
    let mut conn = AnyConnection::connect(&address).await.unwrap();
    conn.execute(statements).await.unwrap();
    conn.close().await.unwrap();
}

pub(crate) async fn in_memory() -> Ledger {
    Ledger::open(&LedgerUrl::memory()).await.expect("a ledger")
}

/// A ledger that several processes can open.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) ledger: Ledger,
    pub(crate) url: LedgerUrl,
}

impl Shared {
    /// Another handle on the same ledger, as another process would have it.
    pub(crate) async fn again(&self) -> Ledger {
        Ledger::open(&self.url).await.expect("a ledger")
    }
}

/// Tells one story on a ledger in a file and, where there is a server, on one in PostgreSQL.
pub(crate) async fn on_both<F>(story: impl Fn(Shared) -> F)
where
    F: Future<Output = ()>,
{
    let disk = OnDisk::new().await;
    let url = disk.ledger.url().clone();
    let ledger = disk.ledger.clone();
    story(Shared { ledger, url }).await;
    if let Some(schema) = Schema::new().await {
        let url = schema.url.clone();
        let ledger = Ledger::open(&url).await.expect("a ledger on the server");
        story(Shared { ledger, url }).await;
        schema.drop().await;
    }
}

/// Tells one story on a ledger in memory and on both that last.
pub(crate) async fn on_each<F>(story: impl Fn(Ledger) -> F)
where
    F: Future<Output = ()>,
{
    story(in_memory().await).await;
    on_both(|shared| story(shared.ledger)).await;
}

/// How a backup is restored where nothing else is said.
pub(crate) const HOW: Restoring = Restoring {
    at: jiff::Timestamp::UNIX_EPOCH,
    creations_since: jiff::Timestamp::UNIX_EPOCH,
    unsettled_since: jiff::Timestamp::MAX,
    whatever_it_is_bound_to: false,
    rises: None,
};

/// A backup of the ledger as it is now, with its folder.
pub(crate) async fn backup_of(ledger: &Ledger) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    ledger.backup(&file, Existing::Refuse).await.unwrap();
    (folder, file)
}

/// A time some seconds into the story.
pub(crate) fn at(seconds: i64) -> Timestamp {
    let start: Timestamp = "2027-10-01T08:00:00Z".parse().expect("a time");
    start + SignedDuration::from_secs(seconds)
}

/// The kind of operations that are steps of a plan.
pub(crate) const PROVISION: OperationKind = OperationKind::Provision;

/// A process that tells nothing of itself but its name.
pub(crate) fn instance(name: &str) -> Instance {
    Instance::new(name, None)
}

/// A sign of life at this second of a process that uses no token, to be believed for thirty.
pub(crate) fn heartbeat(instance: &Instance, second: i64) -> Heartbeat {
    Heartbeat {
        instance: instance.clone(),
        owners: Vec::new(),
        at: at(second),
        leases: Vec::new(),
        leases_until: at(second + 30),
        until: at(second + 30),
    }
}

/// A process that is alive at the beginning of the story.
pub(crate) async fn alive(ledger: &Ledger, name: &str) -> Instance {
    let instance = instance(name);
    ledger.check_in(&heartbeat(&instance, 0)).await.unwrap();
    instance
}

/// The kind of operations that are deliveries of cues.
pub(crate) const DELIVERY: OperationKind = OperationKind::Message(MessageKind::Delivery);

/// The delivery of a cue to the room of this number.
pub(crate) fn delivery(room: u32) -> NewMessage {
    let id = Uuid::from_u128(room.into());
    NewMessage {
        key: MessageKey::delivery("opening", Some("day-1"), Recipient::Room(id), 0),
        address: format!("room/{room}"),
        body: json!({ "text": "planted" }).into(),
        owner: "bot".into(),
        revision: Some(1),
    }
}

pub(crate) fn answer(number: u128) -> NewMessage {
    NewMessage {
        key: MessageKey::answer(Uuid::from_u128(number), 1),
        ..delivery(1)
    }
}

/// A question of that number, written at this second.
pub(crate) fn asked(number: u128, second: i64) -> (InboxKey, Incoming, InboxState) {
    let id = Uuid::from_u128(number);
    let event = Incoming {
        kind: IncomingKind::Message,
        remote_id: id.to_string(),
        room: "room-1".into(),
        direct: false,
        person: "person-1".into(),
        moderator: false,
        at: at(second),
    };
    (InboxKey::message(id), event, InboxState::Waiting)
}

/// Claims a message that no process has claimed yet.
pub(crate) async fn claimed(ledger: &Ledger, message: NewMessage, by: &Instance) -> OperationId {
    let claims = ledger.claim(&[message], by, at(0)).await.unwrap();
    match claims[..] {
        [Claim::Won(id)] => id,
        _ => panic!("it was claimed before"),
    }
}

/// Starts a message that waits for this process.
pub(crate) async fn started(ledger: &Ledger, id: OperationId, by: &Instance) -> Attempt {
    let attempt = ledger.start(id, by, at(1)).await.unwrap();
    attempt.expect("it was waiting")
}

/// The one process to which messages of a kind belong.
pub(crate) async fn claimant(ledger: &Ledger, kind: MessageKind) -> Claimant {
    let mut claimants = ledger.claimants(kind).await.unwrap();
    assert_eq!(claimants.len(), 1, "{claimants:?}");
    claimants.remove(0)
}

/// Each way in which an attempt to send can end.
pub(crate) mod outcome {
    use serde_json::json;
    use showcaller_ledger::MessageOutcome;

    pub(crate) fn done() -> MessageOutcome {
        MessageOutcome::Done(json!({ "id": "m-1" }))
    }

    pub(crate) fn not_sent() -> MessageOutcome {
        let reason = "no connection".into();
        MessageOutcome::NotSent { reason }
    }

    pub(crate) fn unclear() -> MessageOutcome {
        let reason = "no answer".into();
        MessageOutcome::Unclear { reason }
    }

    pub(crate) fn failed() -> MessageOutcome {
        MessageOutcome::Failed {
            reason: "the room is gone".into(),
            tracking_id: Some("ROUTER_1".into()),
        }
    }
}

pub(crate) fn operation(address: &str) -> NewOperation {
    NewOperation {
        run: "run-1".into(),
        address: address.into(),
        verb: "create".into(),
        body: json!({ "title": address, "password": "planted" }).into(),
        owner: "bot".into(),
        creation_host: None,
        at: at(0),
    }
}

pub(crate) fn record(address: &str, remote_id: &str) -> Record {
    Record {
        address: address.into(),
        remote_id: remote_id.into(),
        kind: address.split('/').next().unwrap_or_default().into(),
        owner: "bot".into(),
        attributes: json!({ "title": address, "nested": { "z": 1, "a": [null, "ü"] } }),
        created_by_us: true,
        at: at(1),
    }
}
