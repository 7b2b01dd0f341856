//! Leases: of several processes, only one acts.
//!
//! A lease runs out unless it is renewed, so a holder that died does not block the others for
//! ever. It may also run out under a holder that is alive but was suspended or cut off; therefore
//! each acquisition raises a *fencing token*, and [`Ledger::fenced_by`] makes the database refuse
//! the writes of a holder whose token is no longer the current one.

use jiff::{SignedDuration, Timestamp};
use sqlx::AnyConnection;

use crate::error::Error;
use crate::handle::Ledger;
use crate::stored::{instant, micros};
use crate::writing::Writing;

/// A lease that was acquired. It is not given back when it is dropped: it then runs out.
#[derive(Debug)]
pub struct Lease {
    fence: Fence,
    holder: String,
    ttl: SignedDuration,
}

/// Which holding of which lease a write is made under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fence {
    name: String,
    token: i64,
}

/// Who holds a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// In its own words, as in `ann@laptop (pid 4711)`.
    pub by: String,
    /// Since when.
    pub since: Timestamp,
    /// When it runs out unless it is renewed.
    pub until: Timestamp,
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

    /// The holder's words for itself.
    #[must_use]
    pub fn holder(&self) -> &str {
        &self.holder
    }

    pub(crate) fn fence(&self) -> Fence {
        self.fence.clone()
    }
}

impl Ledger {
    /// Takes the lease of that name until `now + ttl`. `holder` says who asks, for the message
    /// that another one gets: user, machine and process.
    ///
    /// # Errors
    ///
    /// [`Error::Held`] while somebody else's lease has not run out; the same holder text is
    /// somebody else, too.
    pub async fn acquire(
        &self,
        name: &str,
        holder: &str,
        now: Timestamp,
        ttl: SignedDuration,
    ) -> Result<Lease, Error> {
        let wish = Wish {
            name: name.to_owned(),
            holder: holder.to_owned(),
            now,
            ttl,
        };
        self.write(wish, |tx, wish| Box::pin(acquire_in(tx, wish)))
            .await
    }

    /// Takes the lease from `dead`, who is known to have died, before it runs out.
    ///
    /// # Errors
    ///
    /// [`Error::Held`] if it is somebody else's by now, [`Error::LeaseLost`] if nobody's: then
    /// [`Ledger::acquire`] is the way.
    pub async fn take_over(
        &self,
        name: &str,
        dead: &Holder,
        holder: &str,
        now: Timestamp,
        ttl: SignedDuration,
    ) -> Result<Lease, Error> {
        let wish = Wish {
            name: name.to_owned(),
            holder: holder.to_owned(),
            now,
            ttl,
        };
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
    pub async fn renew(&self, lease: &Lease, now: Timestamp) -> Result<(), Error> {
        let longer = (lease.fence(), end(now, lease.ttl));
        self.write(longer, |tx, (fence, until)| {
            Box::pin(async move {
                tx.check(fence).await?;
                sqlx::query("UPDATE leases SET held_until = $1 WHERE name = $2 AND token = $3")
                    .bind(micros(*until))
                    .bind(&fence.name)
                    .bind(fence.token)
                    .execute(tx.conn())
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Gives the lease back. One that somebody took over is theirs and stays so.
    pub async fn release(&self, lease: Lease) -> Result<(), Error> {
        self.write(lease.fence, |tx, fence| {
            Box::pin(async move {
                tx.leases_changed();
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
    pub async fn holder(&self, name: &str) -> Result<Option<Holder>, Error> {
        holder_in(&mut *self.reader().acquire().await?, name).await
    }
}

struct Wish {
    name: String,
    holder: String,
    now: Timestamp,
    ttl: SignedDuration,
}

async fn acquire_in(tx: &mut Writing, wish: &Wish) -> Result<Lease, Error> {
    tx.leases_changed();
    // One statement, so that of two who ask at once one gets no row on any database.
    let taken: Option<(i64,)> = sqlx::query_as(
        "INSERT INTO leases (name, holder, token, held_since, held_until)
             VALUES ($1, $2, 1, $3, $4)
             ON CONFLICT (name) DO UPDATE SET
                 holder = excluded.holder, token = leases.token + 1,
                 held_since = excluded.held_since, held_until = excluded.held_until
             WHERE leases.holder IS NULL OR leases.held_until <= excluded.held_since
             RETURNING token",
    )
    .bind(&wish.name)
    .bind(&wish.holder)
    .bind(micros(wish.now))
    .bind(micros(end(wish.now, wish.ttl)))
    .fetch_optional(tx.conn())
    .await?;
    taken_by(tx, wish, taken).await
}

async fn take_over_in(tx: &mut Writing, wish: &Wish, dead: &Holder) -> Result<Lease, Error> {
    tx.leases_changed();
    // Of two who find the same one dead, the second finds another holder; and who gave a sign of
    // life meanwhile was not dead.
    let taken: Option<(i64,)> = sqlx::query_as(
        "UPDATE leases SET holder = $1, token = token + 1, held_since = $2, held_until = $3
         WHERE name = $4 AND holder = $5 AND held_since = $6 AND held_until = $7
         RETURNING token",
    )
    .bind(&wish.holder)
    .bind(micros(wish.now))
    .bind(micros(end(wish.now, wish.ttl)))
    .bind(&wish.name)
    .bind(&dead.by)
    .bind(micros(dead.since))
    .bind(micros(dead.until))
    .fetch_optional(tx.conn())
    .await?;
    taken_by(tx, wish, taken).await
}

/// The lease, or who has it instead.
async fn taken_by(tx: &mut Writing, wish: &Wish, taken: Option<(i64,)>) -> Result<Lease, Error> {
    let Some((token,)) = taken else {
        let lost = || Error::LeaseLost {
            name: wish.name.clone(),
            by: None,
        };
        let held = holder_in(tx.conn(), &wish.name).await?;
        let Holder { by, since, until } = held.ok_or_else(lost)?;
        return Err(Error::Held { by, since, until });
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

/// Refuses unless the fence's holding is the current one. The transaction around it is the only one
/// that writes, so the answer stays true until it commits.
pub(crate) async fn check(conn: &mut AnyConnection, fence: &Fence) -> Result<(), Error> {
    let current: Option<(Option<String>, i64)> =
        sqlx::query_as("SELECT holder, token FROM leases WHERE name = $1")
            .bind(&fence.name)
            .fetch_optional(conn)
            .await?;
    match current {
        Some((Some(_), token)) if token == fence.token => Ok(()),
        Some((by, _)) => Err(Error::LeaseLost {
            name: fence.name.clone(),
            by,
        }),
        None => Err(Error::LeaseLost {
            name: fence.name.clone(),
            by: None,
        }),
    }
}

async fn holder_in(conn: &mut AnyConnection, name: &str) -> Result<Option<Holder>, Error> {
    let row: Option<(String, i64, i64)> = sqlx::query_as(
        "SELECT holder, held_since, held_until FROM leases
         WHERE name = $1 AND holder IS NOT NULL",
    )
    .bind(name)
    .fetch_optional(conn)
    .await?;
    row.map(|(by, since, until)| {
        Ok(Holder {
            by,
            since: instant(since)?,
            until: instant(until)?,
        })
    })
    .transpose()
}

/// A time past the end of the calendar is as good as its end.
fn end(now: Timestamp, ttl: SignedDuration) -> Timestamp {
    now.checked_add(ttl).unwrap_or(Timestamp::MAX)
}
