//! The budget that processes on one ledger share: Webex's limits are per owner, so two processes
//! with one token have half of it each.
//!
//! None of this is fenced by a lease: a process that lost its lease still makes calls, and counts.

use jiff::Timestamp;

use crate::error::Error;
use crate::handle::Ledger;
use crate::stored::{count, instant, micros};
use crate::writing::Writing;

/// What is known of one owner's limit, and among how many it is to be divided.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The account whose token is used.
    pub owner: String,
    /// How many processes use that token now, the one that asks included.
    pub processes_alive: u64,
    /// The calls a minute that the owner has for all of them, where a process has learned it.
    pub learned_per_minute: Option<f64>,
    /// When that was noted.
    pub learned_at: Option<Timestamp>,
}

struct Presence {
    process: String,
    owners: Vec<String>,
    now: Timestamp,
    until: Timestamp,
}

impl Ledger {
    /// Says that `process` works with these owners' tokens and is to be counted until `until`, and
    /// returns what each owner's limit is and how many share it, in the order asked for. To be
    /// called again before `until`, as a heartbeat; it replaces what the same process said before.
    /// Processes whose time is over at `now` are forgotten.
    pub async fn check_in(
        &self,
        process: &str,
        owners: &[String],
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Share>, Error> {
        let presence = Presence {
            process: process.to_owned(),
            owners: owners.to_vec(),
            now,
            until,
        };
        self.write_unfenced(presence, |tx, presence| Box::pin(check_in(tx, presence)))
            .await
    }

    /// Notes the calls a minute that an owner has, for all processes together. The latest word
    /// counts: one that is older than what is known is dropped.
    ///
    /// # Errors
    ///
    /// [`Error::NoLimit`] for what is no positive number.
    pub async fn note_limit(
        &self,
        owner: &str,
        per_minute: f64,
        at: Timestamp,
    ) -> Result<(), Error> {
        if !per_minute.is_finite() || per_minute <= 0.0 {
            return Err(Error::NoLimit(per_minute));
        }
        let noted = (owner.to_owned(), per_minute.to_string(), at);
        self.write_unfenced(noted, |tx, (owner, per_minute, at)| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO limits (owner, per_minute, noted_at) VALUES ($1, $2, $3)
                     ON CONFLICT (owner) DO UPDATE SET
                         per_minute = excluded.per_minute, noted_at = excluded.noted_at
                     WHERE limits.noted_at <= excluded.noted_at",
                )
                .bind(owner)
                .bind(per_minute)
                .bind(micros(*at))
                .execute(tx.conn())
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Says that a process is done: the others have its share from now on.
    pub async fn check_out(&self, process: &str) -> Result<(), Error> {
        self.write_unfenced(process.to_owned(), |tx, process| {
            Box::pin(async move {
                sqlx::query("DELETE FROM processes WHERE process = $1")
                    .bind(process)
                    .execute(tx.conn())
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Every owner that somebody works with or whose limit is known, by name.
    pub async fn shares(&self, now: Timestamp) -> Result<Vec<Share>, Error> {
        let owners: Vec<(String,)> =
            sqlx::query_as("SELECT owner FROM processes UNION SELECT owner FROM limits")
                .fetch_all(self.reader())
                .await?;
        let mut conn = self.reader().acquire().await?;
        let mut shares = Vec::with_capacity(owners.len());
        for (owner,) in owners {
            shares.push(share(&mut conn, &owner, now).await?);
        }
        // Databases do not agree on the order of texts.
        shares.sort_by(|one, other| one.owner.cmp(&other.owner));
        Ok(shares)
    }
}

async fn check_in(tx: &mut Writing, presence: &Presence) -> Result<Vec<Share>, Error> {
    sqlx::query("DELETE FROM processes WHERE process = $1 OR alive_until <= $2")
        .bind(&presence.process)
        .bind(micros(presence.now))
        .execute(tx.conn())
        .await?;
    for owner in &presence.owners {
        sqlx::query(
            "INSERT INTO processes (process, owner, alive_until) VALUES ($1, $2, $3)
             ON CONFLICT (process, owner) DO NOTHING",
        )
        .bind(&presence.process)
        .bind(owner)
        .bind(micros(presence.until))
        .execute(tx.conn())
        .await?;
    }
    let mut shares = Vec::with_capacity(presence.owners.len());
    for owner in &presence.owners {
        shares.push(share(tx.conn(), owner, presence.now).await?);
    }
    Ok(shares)
}

async fn share(
    conn: &mut sqlx::AnyConnection,
    owner: &str,
    now: Timestamp,
) -> Result<Share, Error> {
    let (alive,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM processes WHERE owner = $1 AND alive_until > $2")
            .bind(owner)
            .bind(micros(now))
            .fetch_one(&mut *conn)
            .await?;
    let learned: Option<(String, i64)> =
        sqlx::query_as("SELECT per_minute, noted_at FROM limits WHERE owner = $1")
            .bind(owner)
            .fetch_optional(conn)
            .await?;
    let mut share = Share {
        owner: owner.to_owned(),
        processes_alive: count(alive)?,
        learned_per_minute: None,
        learned_at: None,
    };
    if let Some((per_minute, at)) = learned {
        share.learned_per_minute = Some(number(&per_minute)?);
        share.learned_at = Some(instant(at)?);
    }
    Ok(share)
}

fn number(text: &str) -> Result<f64, Error> {
    text.parse().map_err(|_| Error::Damaged {
        what: "a limit",
        cause: format!("`{text}` is no number").into(),
    })
}
