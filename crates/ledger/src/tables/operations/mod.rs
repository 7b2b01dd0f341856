//! The operation journal: each call is written down before it is made.
//!
//! A process may die between a call and its answer. The operation is then in the ledger as
//! `sending`, and the next run looks at Webex before it repeats anything. Provisioning and messages
//! share the table and its states; every query takes a kind, so that neither sees the other's rows.

mod decided;
mod messages;
mod provision;
mod queries;
mod row;
mod takeover;

pub(crate) use self::messages::claim_in;
pub use self::messages::{Attempt, Claim, Ending, MessageOutcome, NewMessage};
pub use self::provision::{Effect, NewOperation};
pub use self::queries::{MessagesHead, OperationCounts};
pub use self::row::Operation;
pub(crate) use self::row::{UNFINISHED, read_all, select};
pub use self::takeover::{Claimant, TakenOver};
