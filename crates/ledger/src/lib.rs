//! The database beside the event: remote ids, operations, revisions.
//!
//! A [`Ledger`] is where Showcaller remembers what it did to Webex and what it is about to do. It
//! is a typed store and nothing more: it calls nobody, decides nothing and never reads a clock;
//! every time is an argument.
//!
//! ```
//! # async fn example() -> Result<(), showcaller_ledger::Error> {
//! use serde_json::json;
//! use showcaller_ledger::{Effect, Ledger, LedgerUrl, NewOperation, OperationKind, Record};
//!
//! let now = "2027-09-01T08:00:00Z".parse().expect("a time");
//! let ledger = Ledger::open(&LedgerUrl::memory()).await?;
//!
//! // Written down before the call …
//! let id = ledger
//!     .begin(&NewOperation {
//!         run: "first".into(),
//!         address: "room/jury".into(),
//!         verb: "create".into(),
//!         body: json!({ "title": "Jury" }).into(),
//!         owner: "bot".into(),
//!         creation_host: None,
//!         at: now,
//!     })
//!     .await?;
//! // … and after it, what came of it, together with what now exists.
//! let room = Record {
//!     address: "room/jury".into(),
//!     remote_id: "Y2lz".into(),
//!     kind: "room".into(),
//!     owner: "bot".into(),
//!     attributes: json!({ "title": "Jury" }),
//!     created_by_us: true,
//!     at: now,
//! };
//! ledger.finish(id, &json!({ "id": "Y2lz" }), &[Effect::Record(room)], now).await?;
//! assert!(ledger.open_operations(OperationKind::Provision).await?.is_empty());
//! # Ok(())
//! # }
//! # tokio::runtime::Runtime::new().unwrap().block_on(example()).unwrap();
//! ```
//!
//! # What a caller may rely on
//!
//! - A write that returned `Ok` is on the disk: each public function happens wholly or not at all,
//!   and each commit is synchronised. Writes of several tasks share a commit, and know nothing of
//!   each other: one that is refused takes no other with it. A write whose future was dropped
//!   happens wholly or not at all, and before every write that is asked for afterwards.
//! - Any number of tasks and processes may use one ledger at once. Writers take turns, readers do
//!   not wait for them.
//! - Times come back in whole microseconds.
//!
//! # Where it is kept
//!
//! In a SQLite file, in memory, or on a PostgreSQL server; see [`LedgerUrl`]. [`Ledger::backup`]
//! makes a file of each, [`Ledger::restore_from`] the other way round, and [`Ledger::fork`] a copy
//! in memory to try something on.
//!
//! # Secrets
//!
//! **A ledger holds secrets**: meeting passwords that were generated, and whatever the bodies of
//! operations and the attributes of resources hold. The file is made for its owner's eyes alone
//! (mode 0600), and nothing in this crate prints such a value; but who can read the file can read
//! them, so it belongs neither into version control nor into a shared folder.

mod copy;
mod error;
mod ledger;
mod store;
mod tables;
mod types;
mod url;

pub use copy::{Restored, Restoring};
pub use error::{Cause, Error};
pub use ledger::Ledger;
pub use store::Existing;
pub use tables::{
    Attempt, Attendance, AttendanceWord, Binding, CalendarEntry, CalendarState, Claim, Claimant,
    ControlToken, Decided, Decision, Effect, Ending, Heads, Heard, Heartbeat, InboxCounts,
    InboxEntry, Lease, Logging, MeetingInstance, MessageOutcome, MessagesHead, Need,
    NewControlToken, NewMessage, NewOperation, NewShowEntry, Operation, OperationCounts, Process,
    Record, Reminder, Revision, RevisionHead, Run, Share, ShowEntry, Source, StoredRevision,
    TakenOver, Tombstone,
};
pub use types::{
    Body, DeliveryKey, Holder, InboxKey, InboxState, Incoming, IncomingKind, Instance, MessageKey,
    MessageKind, OperationId, OperationKind, OperationState, Origin, Recipient, Undecodable,
};
pub use url::{LedgerUrl, UrlError};
