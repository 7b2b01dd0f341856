//! Opens a ledger, wherever it is kept.

use super::pools::Pools;
use super::{postgres, sqlite};
use crate::error::Error;
use crate::url::{LedgerUrl, Place};

pub(crate) async fn open(url: &LedgerUrl) -> Result<Pools, Error> {
    sqlx::any::install_default_drivers();
    match url.place() {
        Place::Memory => sqlite::open_memory(url).await,
        Place::File(path) => sqlite::open_file(url, path).await,
        Place::Server(address) => postgres::open(url, address).await,
    }
}
