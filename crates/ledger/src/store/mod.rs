//! The database behind a ledger: connections, transactions, group commit. Knows no table but the
//! one of leases, by which it fences writes.

mod database_error;
mod dialect;
mod group_commit;
mod in_place;
mod lent;
mod migrations;
mod open;
mod partial;
mod pools;
mod postgres;
mod several;
mod shared_write;
mod sqlite;
mod transaction;
mod values;

pub(crate) use database_error::{DatabaseFault, database_fault, is_deadlock};
pub(crate) use dialect::Dialect;
pub(crate) use group_commit::{Change, Data, Outcome, Run};
pub(crate) use lent::{Lent, Pool};
pub(crate) use migrations::migrate;
pub(crate) use open::open;
pub use partial::Existing;
pub(crate) use partial::{Partial, cannot};
pub(crate) use pools::Pools;
pub(crate) use postgres::BEGIN_SNAPSHOT;
pub(crate) use several::{places, rows_at_once};
pub(crate) use shared_write::write_shared;
pub(crate) use sqlite::{attachable, empty_memory, look_at, look_at_unused, verify};
pub(crate) use transaction::WriteTx;
pub(crate) use values::{Hidden, count, instant, json, micros, storable};
