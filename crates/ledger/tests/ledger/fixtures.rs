//! Ledgers, times and records to tell stories with.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use showcaller_ledger::{
    Heartbeat, Instance, Ledger, LedgerUrl, NewOperation, OperationKind, Record,
};
use tempfile::TempDir;

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

    /// Another handle on the same file, as another process would have it.
    pub(crate) async fn again(&self) -> Ledger {
        Ledger::open(self.ledger.url()).await.expect("a ledger")
    }
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
        until: at(second + 30),
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
