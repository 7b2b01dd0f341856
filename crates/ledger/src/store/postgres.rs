//! A ledger on a PostgreSQL server: all that only PostgreSQL knows about.

use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};
use url::Url;

use super::dialect::Dialect;
use super::group_commit::{Source, Writer};
use super::lent::Pool;
use super::migrations::migrate;
use super::pools::{Pools, connect_options};
use crate::error::Error;
use crate::url::LedgerUrl;

/// How a transaction begins that sees one moment of the ledger, whatever is written meanwhile.
pub(crate) const BEGIN_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

const READERS: u32 = 3;

/// Messages are transactions of their own; the server shares the cost of commits that coincide.
const MESSAGE_WRITERS: u32 = 4;

/// How long a caller waits for a connection.
const TIMEOUT: Duration = Duration::from_secs(15);

pub(super) async fn open(url: &LedgerUrl, address: &Url) -> Result<Pools, Error> {
    let options = connect_options(address.as_str())?;
    // First on a connection outside of the pools, which retry what fails until they lose patience.
    let connected = tokio::time::timeout(TIMEOUT, options.connect()).await;
    let mut conn = connected.map_err(|_| Error::OutOfReach("it took too long".into()))??;
    conn.execute(Dialect::Postgres.session()).await?;
    migrate(&mut conn, Dialect::Postgres, url).await?;
    conn.close().await?;

    let pool = |connections| {
        AnyPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(TIMEOUT)
            .after_connect(|conn, _| {
                Box::pin(async move {
                    conn.execute(Dialect::Postgres.session()).await?;
                    Ok(())
                })
            })
            .connect_lazy_with(options.clone())
    };
    Ok(Pools {
        file: None,
        dialect: Dialect::Postgres,
        messages: Some(pool(MESSAGE_WRITERS)),
        reader: Pool::Several(pool(READERS)),
        long_reads: Pool::Several(pool(1)),
        writer: Writer::start(Source::Own {
            dialect: Dialect::Postgres,
            file: None,
            options: options.clone(),
        }),
    })
}
