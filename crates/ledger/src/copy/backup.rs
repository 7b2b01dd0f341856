//! Copies of a ledger: one in a file, to be kept, and one in memory, to be tried things on.

use std::fs;
use std::io;
use std::path::Path;

use sqlx::{AnyConnection, Connection as _};

use super::rows;
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::store::{
    self, BEGIN_SNAPSHOT, Dialect, Existing, Partial, attachable, cannot, empty_memory, look_at,
    look_at_unused,
};
use crate::tables::binding::{self, Binding};
use crate::url::LedgerUrl;

impl Ledger {
    /// Writes every row of this ledger into a SQLite file, which is a ledger itself: it can be
    /// opened as one, on whatever database the original lives.
    ///
    /// It holds one moment of the ledger, however much is written meanwhile, and nobody waits for
    /// it. The file is made for its owner's eyes alone (mode 0600), as it holds the same secrets,
    /// and appears under its name only when it is whole. Once this returns `Ok`, it is on the disk.
    ///
    /// A process that dies meanwhile leaves files beside it with `.partial` in their names.
    ///
    /// # Errors
    ///
    /// [`Error::Exists`], also for a file that is in use as a ledger, whatever `existing` says;
    /// [`Error::NotALedger`] and [`Error::BelongsToAnother`] for a file that would be replaced and is no
    /// ledger, or that of another event; [`Error::CannotOpen`] if the file cannot be written.
    pub async fn backup(&self, to: &Path, existing: Existing) -> Result<()> {
        let place = Partial::new(to, existing)?;
        if existing == Existing::Replace {
            self.refuse_to_replace(to).await?;
        }
        let address = attachable(&place.path)?;
        match self.dialect() {
            Dialect::Sqlite => vacuum_into(&mut *self.long_read().await?, &address).await?,
            Dialect::Postgres => {
                let copy = self.fork().await?;
                vacuum_into(&mut *copy.long_read().await?, &address).await?;
                copy.close().await;
            }
        }
        let cannot = cannot(to);
        // It waits for the disk.
        let kept = tokio::task::spawn_blocking(move || place.keep()).await;
        kept.map_err(|died| cannot(io::Error::other(died)))?
    }

    /// Refuses a file that is no backup of this ledger's event; an empty one is nothing.
    async fn refuse_to_replace(&self, file: &Path) -> Result<()> {
        if !fs::metadata(file).is_ok_and(|file| file.len() > 0) {
            return Ok(());
        }
        let mut conn = look_at_unused(file).await?;
        let there: Option<Binding> = sqlx::query_as(binding::SELECT)
            .fetch_optional(&mut conn)
            .await?;
        conn.close().await?;
        match (self.binding().await?, there) {
            (Some(here), Some(there)) if here.event_key != there.event_key => {
                Err(Error::BelongsToAnother {
                    what: "event",
                    here: here.event_key,
                    asked: there.event_key,
                })
            }
            _ => Ok(()),
        }
    }

    /// A copy of this ledger in memory, which goes its own way from here on and is gone when it is
    /// closed. It costs less than opening a file does: a few milliseconds for a few hundred rows.
    /// From a server every row is carried over.
    pub async fn fork(&self) -> Result<Ledger> {
        if self.dialect() == Dialect::Postgres {
            return self.fetch().await;
        }
        let (pools, address) = empty_memory().await?;
        vacuum_into(&mut *self.long_read().await?, &address).await?;
        Ok(Self::in_memory(pools, LedgerUrl::memory()))
    }

    /// Opens a ledger to read it, also where its file must not be written, as on a read-only mount: then it
    /// is a copy in memory that takes no writes, and [`Ledger::is_read_only`].
    ///
    /// # Errors
    ///
    /// As [`Ledger::open`]; also where a file that must not be written was not closed in order, so that
    /// part of it is in its log, and where it is written meanwhile on another mount.
    pub async fn open_to_read(url: &LedgerUrl) -> Result<Self> {
        let error = match Self::open(url).await {
            Err(
                error @ (Error::ReadOnly { .. } | Error::NotWritable(_) | Error::CannotOpen { .. }),
            ) => error,
            opened => return opened,
        };
        let Some(file) = url.path() else {
            return Err(error);
        };
        let state = || fs::metadata(file).and_then(|found| Ok((found.len(), found.modified()?)));
        let before = state().map_err(cannot(file))?;
        let copy = copy_of(file).await.map_err(|_| error)?;
        match state().is_ok_and(|after| after == before) {
            true => Ok(copy),
            false => Err(Error::Database("it was written meanwhile".into())),
        }
    }

    /// Every row of one moment, carried over from a server.
    async fn fetch(&self) -> Result<Ledger> {
        let copy = Self::open(&LedgerUrl::memory()).await?;
        let mut conn = self.long_read().await?;
        let mut snapshot = conn.begin_with(BEGIN_SNAPSHOT).await?;
        let everything = rows::read_all(&mut snapshot, Dialect::Postgres).await?;
        snapshot.rollback().await?;
        copy.write(everything, |tx, everything| {
            Box::pin(async move {
                for table in everything {
                    table.fill(tx.conn()).await?;
                }
                Ok(())
            })
        })
        .await?;
        Ok(copy)
    }
}

/// A copy in memory of the ledger in a file, brought up to date; the file stays as it is.
pub(crate) async fn copy_of(file: &Path) -> Result<Ledger> {
    let mut conn = look_at(file).await?;
    let (pools, address) = empty_memory().await?;
    vacuum_into(&mut conn, &address).await?;
    conn.close().await?;
    let url = LedgerUrl::file(file);
    let mut whole = pools.long_reads.acquire().await?;
    store::migrate(&mut whole, Dialect::Sqlite, &url).await?;
    drop(whole);
    Ok(Ledger::in_memory(pools, url))
}

async fn vacuum_into(conn: &mut AnyConnection, address: &str) -> Result<()> {
    sqlx::query("VACUUM INTO $1")
        .bind(address)
        .execute(conn)
        .await?;
    Ok(())
}
