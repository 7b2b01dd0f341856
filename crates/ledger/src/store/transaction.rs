//! A transaction that writes.

use std::collections::BTreeMap;

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _};

use super::dialect::Dialect;
use super::lent::Lent;
use crate::error::Error;
use crate::types::Fence;

/// A connection to write through.
pub(crate) struct Conn {
    dialect: Dialect,
    link: Link,
}

enum Link {
    Own(Box<AnyConnection>),
    Lent(Lent),
}

impl Conn {
    pub(crate) async fn own(dialect: Dialect, options: &AnyConnectOptions) -> Result<Self, Error> {
        let mut conn = options.connect().await?;
        conn.execute(dialect.session()).await?;
        Ok(Self {
            dialect,
            link: Link::Own(Box::new(conn)),
        })
    }

    pub(crate) fn lent(dialect: Dialect, conn: Lent) -> Self {
        Self {
            dialect,
            link: Link::Lent(conn),
        }
    }

    fn get(&mut self) -> &mut AnyConnection {
        match &mut self.link {
            Link::Own(conn) => conn,
            Link::Lent(conn) => conn,
        }
    }

    pub(crate) async fn close(self) {
        match self.link {
            // Nothing is lost with a connection that cannot say goodbye.
            Link::Own(conn) => drop(conn.close().await),
            Link::Lent(conn) => drop(conn),
        }
    }

    /// Ends it with the transaction that it is in the middle of, which a pool must not hand out. With
    /// the only connection to a database in memory, the database would end too.
    fn abandon(self) {
        match (self.link, self.dialect) {
            (Link::Lent(Lent::OfSeveral(conn)), Dialect::Postgres) => drop(conn.detach()),
            (link, _) => drop(link),
        }
    }
}

/// A transaction that is under way. Dropped, it is rolled back with its connection.
pub(crate) struct WriteTx {
    /// Missing once the transaction has ended.
    conn: Option<Conn>,
    /// The ids given out last, of the kinds that this transaction gave out.
    counters: BTreeMap<&'static str, i64>,
    /// The fences that hold, as long as no lease is changed.
    checked: Vec<Fence>,
}

impl WriteTx {
    /// A transaction that is the only one to write.
    pub(crate) async fn begin_exclusive(conn: Conn) -> Result<Self, Error> {
        let statement = conn.dialect.begin_exclusive();
        Self::begin(conn, statement).await
    }

    /// A transaction that writes rows of its own, beside others that do.
    pub(crate) async fn begin_shared(conn: Conn) -> Result<Self, Error> {
        let statement = conn.dialect.begin_shared();
        Self::begin(conn, statement).await
    }

    async fn begin(mut conn: Conn, statement: &'static str) -> Result<Self, Error> {
        conn.get().execute(statement).await?;
        Ok(Self {
            conn: Some(conn),
            counters: BTreeMap::new(),
            checked: Vec::new(),
        })
    }

    /// The connection, to run statements on.
    pub(crate) fn conn(&mut self) -> &mut AnyConnection {
        let conn = self.conn.as_mut();
        conn.expect("a transaction has its connection until it ends")
            .get()
    }

    pub(crate) fn dialect(&self) -> Dialect {
        let conn = self.conn.as_ref();
        conn.expect("a transaction has its connection until it ends")
            .dialect
    }

    /// The next id of that kind; ids of one kind rise without being reused.
    ///
    /// A counter of our own, because SQLite and PostgreSQL declare theirs in different words. It is
    /// read once and written once in a transaction, which must be an exclusive one.
    pub(crate) async fn next(&mut self, kind: &'static str) -> Result<i64, Error> {
        let last = match self.counters.get(kind) {
            Some(last) => *last,
            None => {
                let row: Option<(i64,)> =
                    sqlx::query_as("SELECT last FROM counters WHERE name = $1")
                        .bind(kind)
                        .fetch_optional(self.conn())
                        .await?;
                row.map_or(0, |(last,)| last)
            }
        };
        self.counters.insert(kind, last + 1);
        Ok(last + 1)
    }

    /// Refuses unless the fence's holding is the current one.
    pub(crate) async fn check(&mut self, fence: &Fence) -> Result<(), Error> {
        if !self.checked.contains(fence) {
            self.check_lease(fence).await?;
            self.checked.push(fence.clone());
        }
        Ok(())
    }

    /// The holding stays the current one until the transaction ends: who changes it waits.
    async fn check_lease(&mut self, fence: &Fence) -> Result<(), Error> {
        let statement = self.relied_on("SELECT holder, token FROM leases WHERE name = $1");
        let current: Option<(Option<String>, i64)> = sqlx::query_as(statement)
            .bind(&fence.name)
            .fetch_optional(self.conn())
            .await?;
        let by = match current {
            Some((Some(_), token)) if token == fence.token => return Ok(()),
            Some((by, _)) => by,
            None => None,
        };
        Err(Error::LeaseLost {
            name: fence.name.clone(),
            by,
        })
    }

    /// A SELECT of rows that are not changed by [`WriteTx::to_change`] before the transaction ends.
    pub(crate) fn relied_on(&self, select: &str) -> AssertSqlSafe<String> {
        AssertSqlSafe(format!("{select}{}", self.dialect().for_key_share()))
    }

    /// A SELECT of rows that other transactions rely on, and that are to be changed nevertheless: it
    /// waits for them.
    pub(crate) fn to_change(&self, select: &str) -> AssertSqlSafe<String> {
        AssertSqlSafe(format!("{select}{}", self.dialect().for_update()))
    }

    /// Waits for other transactions that write leases and messages, and keeps them out.
    pub(crate) async fn keep_shared_writers_out(&mut self) -> Result<(), Error> {
        let statement = self.dialect().keep_shared_writers_out();
        self.conn().execute(statement).await?;
        Ok(())
    }

    /// To be called by whatever changes a lease.
    pub(crate) fn leases_changed(&mut self) {
        self.checked.clear();
    }

    /// To be called by whatever writes the counters' table itself.
    pub(crate) fn counters_changed(&mut self) {
        self.counters.clear();
    }

    /// Commits, and gives the connection back, if it is still good for anything.
    pub(crate) async fn commit(mut self) -> Result<Option<Conn>, (Error, Option<Conn>)> {
        if let Err(error) = self.write_counters().await {
            return Err((error, self.rollback().await));
        }
        match self.conn().execute("COMMIT").await {
            Ok(_) => Ok(self.conn.take()),
            Err(error) => {
                let error = Error::from(error);
                // A server that went away may have committed before it did.
                if error.is_out_of_reach() {
                    return Err((Error::CommitUnclear(Box::new(error)), None));
                }
                Err((error, self.rollback().await))
            }
        }
    }

    async fn write_counters(&mut self) -> Result<(), Error> {
        for (kind, last) in std::mem::take(&mut self.counters) {
            sqlx::query(
                "INSERT INTO counters (name, last) VALUES ($1, $2)
                 ON CONFLICT (name) DO UPDATE SET last = excluded.last",
            )
            .bind(kind)
            .bind(last)
            .execute(self.conn())
            .await?;
        }
        Ok(())
    }

    /// Undoes everything, and gives the connection back if that worked. It does not where SQLite
    /// undid it by itself, and where the server is gone.
    pub(crate) async fn rollback(mut self) -> Option<Conn> {
        match self.conn().execute("ROLLBACK").await {
            Ok(_) => self.conn.take(),
            Err(_) => None,
        }
    }
}

impl Drop for WriteTx {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            conn.abandon();
        }
    }
}
