//! Leases: of several processes, only one acts.
//!
//! A lease runs out unless it is renewed, so a holder that died does not block the others for
//! ever. It may also run out under a holder that is alive but was suspended or cut off; therefore
//! each acquisition raises a *fencing token*, and [`Ledger::fenced_by`] makes the database refuse
//! the writes of a holder whose token is no longer the current one.

use jiff::{SignedDuration, Timestamp};
use sqlx::AnyConnection;

use super::origin::{read_instance, read_origin, written_origin};
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::store::WriteTx;
use crate::store::{instant, micros};
use crate::types::{Fence, Holder, Instance};

/// A lease that was acquired. It is not given back when it is dropped: it then runs out.
#[derive(Debug, Clone)]
pub struct Lease {
    fence: Fence,
    holder: Instance,
    ttl: SignedDuration,
}

impl Lease {
    /// The fencing token: greater than that of every earlier holder.
    #[must_use]
    pub fn token(&self) -> i64 {
        self.fence.token
    }

    /// What the lease is for.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.fence.name
    }

    /// The process that holds it.
    #[must_use]
    pub fn holder(&self) -> &Instance {
        &self.holder
    }
}

impl Ledger {
    /// The same ledger for the holder of `lease`: once another process has taken the lease over, or
    /// it was released, every write through this handle (and its clones) fails with
    /// [`Error::LeaseLost`] and changes nothing; but what became of an attempt to send can be written
    /// ([`Ledger::finish_message`]). Reading goes on.
    ///
    /// A lease that merely lapsed still lets its holder write: as long as no other process took it
    /// over, none acts.
    #[must_use]
    pub fn fenced_by(&self, lease: &Lease) -> Self {
        self.with_fence(lease.fence.clone())
    }

    /// Takes the lease of that name for `holder` until `now + ttl`.
    ///
    /// # Errors
    ///
    /// [`Error::Held`] while a lease has not run out, also one of the same instance.
    pub async fn acquire(
        &self,
        name: &str,
        holder: &Instance,
        now: Timestamp,
        ttl: SignedDuration,
    ) -> Result<Lease> {
        let wish = Wish::new(name, holder, now, ttl);
        self.write(wish, |tx, wish| Box::pin(acquire_in(tx, wish)))
            .await
    }

    /// Takes the lease from `dead`, a process that is known to have died, before it runs out.
    ///
    /// # Errors
    ///
    /// [`Error::Held`] if it is another process's by now, or its holder gave a sign of life;
    /// [`Error::LeaseLost`] if it is free: then [`Ledger::acquire`] is the way.
    pub async fn take_over(
        &self,
        name: &str,
        dead: &Holder,
        holder: &Instance,
        now: Timestamp,
        ttl: SignedDuration,
    ) -> Result<Lease> {
        let wish = Wish::new(name, holder, now, ttl);
        self.write((wish, dead.clone()), |tx, (wish, dead)| {
            Box::pin(take_over_in(tx, wish, dead))
        })
        .await
    }

    /// Extends the lease to `now` plus the time it was acquired for. A lease that ran out is ours
    /// again if nobody took it meanwhile.
    ///
    /// # Errors
    ///
    /// [`Error::LeaseLost`] if somebody took it over.
    pub async fn renew(&self, lease: &Lease, now: Timestamp) -> Result<()> {
        let longer = (lease.fence.clone(), end(now, lease.ttl));
        self.write_sign_of_life(longer, |tx, (fence, until)| {
            Box::pin(async move {
                let renewed = sqlx::query(
                    "UPDATE leases SET held_until = $1
                     WHERE name = $2 AND token = $3 AND holder IS NOT NULL",
                )
                .bind(micros(*until))
                .bind(&fence.name)
                .bind(fence.token)
                .execute(tx.conn())
                .await?;
                match renewed.rows_affected() {
                    // It says which process has it.
                    0 => tx.check(fence).await,
                    _ => Ok(()),
                }
            })
        })
        .await
    }

    /// Gives the lease back. One that somebody took over is theirs and stays so.
    pub async fn release(&self, lease: Lease) -> Result<()> {
        self.write(lease.fence, |tx, fence| {
            Box::pin(async move {
                lock(tx, &fence.name, Some(fence.token), None).await?;
                sqlx::query("UPDATE leases SET holder = NULL WHERE name = $1 AND token = $2")
                    .bind(&fence.name)
                    .bind(fence.token)
                    .execute(tx.conn())
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Who holds the lease of that name, even if it has run out; `None` if it was given back or
    /// never taken.
    pub async fn holder(&self, name: &str) -> Result<Option<Holder>> {
        holder_in(&mut *self.read().await?, name).await
    }
}

struct Wish {
    name: String,
    holder: Instance,
    now: Timestamp,
    ttl: SignedDuration,
}

impl Wish {
    fn new(name: &str, holder: &Instance, now: Timestamp, ttl: SignedDuration) -> Self {
        Self {
            name: name.to_owned(),
            holder: holder.clone(),
            now,
            ttl,
        }
    }
}

/// Waits for the transactions that are fenced by a holding which is to end, unless it is another than
/// the one of this token, or lasts longer than until then.
async fn lock(
    tx: &mut WriteTx,
    name: &str,
    token: Option<i64>,
    until: Option<Timestamp>,
) -> Result<()> {
    tx.leases_changed();
    let statement = tx.to_change(
        "SELECT token FROM leases
         WHERE name = $1 AND token = COALESCE($2, token) AND holder IS NOT NULL
             AND held_until <= COALESCE($3, held_until)",
    );
    sqlx::query(statement)
        .bind(name)
        .bind(token)
        .bind(until.map(micros))
        .fetch_optional(tx.conn())
        .await?;
    Ok(())
}

async fn acquire_in(tx: &mut WriteTx, wish: &Wish) -> Result<Lease> {
    lock(tx, &wish.name, None, Some(wish.now)).await?;
    // One statement, so that of two that ask at once one gets no row on any database.
    let taken: Option<(i64,)> = sqlx::query_as(
        "INSERT INTO leases (name, holder, instance, origin, token, held_since, held_until)
             VALUES ($1, $2, $3, $4, 1, $5, $6)
             ON CONFLICT (name) DO UPDATE SET
                 holder = excluded.holder, instance = excluded.instance,
                 origin = excluded.origin, token = leases.token + 1,
                 held_since = excluded.held_since, held_until = excluded.held_until
             WHERE leases.holder IS NULL OR leases.held_until <= excluded.held_since
             RETURNING token",
    )
    .bind(&wish.name)
    .bind(&wish.holder.name)
    .bind(wish.holder.id.to_string())
    .bind(written_origin(&wish.holder))
    .bind(micros(wish.now))
    .bind(micros(end(wish.now, wish.ttl)))
    .fetch_optional(tx.conn())
    .await?;
    taken_by(tx, wish, taken).await
}

async fn take_over_in(tx: &mut WriteTx, wish: &Wish, dead: &Holder) -> Result<Lease> {
    lock(tx, &wish.name, Some(dead.token), Some(dead.until)).await?;
    // Compare-and-set: of two that find the same holder dead, the second finds another token; and a
    // holder that gave a sign of life meanwhile was not dead.
    let taken: Option<(i64,)> = sqlx::query_as(
        "UPDATE leases SET holder = $1, instance = $2, origin = $3, token = token + 1,
                held_since = $4, held_until = $5
         WHERE name = $6 AND holder IS NOT NULL AND token = $7 AND held_until = $8
         RETURNING token",
    )
    .bind(&wish.holder.name)
    .bind(wish.holder.id.to_string())
    .bind(written_origin(&wish.holder))
    .bind(micros(wish.now))
    .bind(micros(end(wish.now, wish.ttl)))
    .bind(&wish.name)
    .bind(dead.token)
    .bind(micros(dead.until))
    .fetch_optional(tx.conn())
    .await?;
    taken_by(tx, wish, taken).await
}

/// The lease, or who has it instead.
async fn taken_by(tx: &mut WriteTx, wish: &Wish, taken: Option<(i64,)>) -> Result<Lease> {
    let Some((token,)) = taken else {
        let lost = || Error::LeaseLost {
            name: wish.name.clone(),
            by: None,
        };
        let held = holder_in(tx.conn(), &wish.name).await?;
        return Err(Error::Held(Box::new(held.ok_or_else(lost)?)));
    };
    Ok(Lease {
        fence: Fence {
            name: wish.name.clone(),
            token,
        },
        holder: wish.holder.clone(),
        ttl: wish.ttl,
    })
}

#[derive(sqlx::FromRow)]
struct HolderRow {
    name: String,
    holder: String,
    instance: Option<String>,
    origin: Option<String>,
    token: i64,
    held_since: i64,
    held_until: i64,
}

/// One holding, or all.
const HOLDERS: &str = "SELECT name, holder, instance, origin, token, held_since, held_until
     FROM leases WHERE name = COALESCE($1, name) AND holder IS NOT NULL";

impl TryFrom<HolderRow> for Holder {
    type Error = Error;

    fn try_from(row: HolderRow) -> Result<Self> {
        Ok(Self {
            by: row.holder,
            instance: row.instance.as_deref().map(read_instance).transpose()?,
            origin: read_origin(row.origin.as_deref()),
            token: row.token,
            since: instant(row.held_since)?,
            until: instant(row.held_until)?,
        })
    }
}

async fn holder_in(conn: &mut AnyConnection, name: &str) -> Result<Option<Holder>> {
    let row: Option<HolderRow> = sqlx::query_as(HOLDERS)
        .bind(name)
        .fetch_optional(conn)
        .await?;
    row.map(Holder::try_from).transpose()
}

/// Every lease that a process holds, even if it has run out, by name.
pub(super) async fn all_held(conn: &mut AnyConnection) -> Result<Vec<(String, Holder)>> {
    let rows: Vec<HolderRow> = sqlx::query_as(HOLDERS)
        .bind(None::<String>)
        .fetch_all(conn)
        .await?;
    let held = rows.into_iter();
    let held = held.map(|row| Ok((row.name.clone(), row.try_into()?)));
    let mut held: Vec<(String, Holder)> = held.collect::<Result<_>>()?;
    // Databases do not agree on the order of texts.
    held.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(held)
}

/// A time past the end of the calendar is as good as its end.
fn end(now: Timestamp, ttl: SignedDuration) -> Timestamp {
    now.checked_add(ttl).unwrap_or(Timestamp::MAX)
}
