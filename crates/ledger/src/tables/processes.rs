//! The processes that are alive, and what they share: Webex's limits are per owner, so processes with
//! one owner's token divide what that owner may do.
//!
//! None of this is fenced by a lease: a process that lost its lease still makes calls, and counts. A
//! process that died keeps its row: whose clock would say that it may be forgotten?

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use sqlx::{AnyConnection, AssertSqlSafe};
use uuid::Uuid;

use super::origin::{read_instance, read_origin, written_origin};
use crate::error::Error;
use crate::ledger::Ledger;
use crate::store::{WriteTx, count, instant, micros, places, rows_at_once};
use crate::types::Instance;

/// For how long a heartbeat is believed at most when the pace is divided.
const LONGEST_BEAT: SignedDuration = SignedDuration::from_mins(5);

/// A process that checked in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Its instance, name and origin.
    pub instance: Instance,
    /// Until when its last heartbeat is to be believed.
    pub alive_until: Timestamp,
    /// Since when it counts as dead, because another process found it so.
    pub dead_since: Option<Timestamp>,
}

/// The most urgent calls that a process has waiting for an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// None.
    Idle,
    /// Steps of a plan.
    Provision,
    /// Answers.
    Answers,
    /// Cues.
    Cues,
}

impl Need {
    /// Every need, the least urgent first.
    pub const ALL: [Self; 4] = [Self::Idle, Self::Provision, Self::Answers, Self::Cues];
}

/// What is known of one owner's limit, and among which processes it is to be divided.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The account whose token is used.
    pub owner: String,
    /// How many processes use that token now, the one that asks included, by their [`Need`].
    pub alive: [u64; 4],
    /// The calls a minute that the owner has for all of them, where a process has learned it.
    pub learned_per_minute: Option<f64>,
    /// When that was noted.
    pub learned_at: Option<Timestamp>,
}

impl Share {
    /// Of an owner of which nothing is known.
    fn of(owner: &str) -> Self {
        Self {
            owner: owner.to_owned(),
            alive: [0; 4],
            learned_per_minute: None,
            learned_at: None,
        }
    }

    /// How many processes use the token now.
    #[must_use]
    pub fn processes_alive(&self) -> u64 {
        self.alive.iter().sum()
    }
}

/// A sign of life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heartbeat {
    /// The process.
    pub instance: Instance,
    /// The owners whose tokens it works with, and what it needs of each: all at first, then those of which it
    /// needs something else than the last heartbeat said.
    pub owners: Vec<(String, Need)>,
    /// The leases that it holds by their names and fencing tokens, which are renewed together, and until when.
    pub leases: Vec<(String, i64)>,
    /// See [`Heartbeat::leases`].
    pub leases_until: Timestamp,
    /// Now.
    pub at: Timestamp,
    /// Until when it is to be believed.
    pub until: Timestamp,
}

/// What the ledger says to a heartbeat.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// As of [`Ledger::shares`].
    pub shares: Vec<Share>,
    /// The leases that were renewed: all that are the process's still.
    pub renewed: Vec<(String, i64)>,
}

impl Ledger {
    /// Registers a process by its first heartbeat, and returns what [`Ledger::shares`] would.
    ///
    /// # Errors
    ///
    /// [`Error::NotAlive`] if another process found this one dead: it must go on as another instance.
    pub async fn check_in(&self, heartbeat: &Heartbeat) -> Result<Heard, Error> {
        self.write_unfenced(heartbeat.clone(), |tx, heartbeat| {
            Box::pin(async move {
                let insert = "INSERT INTO processes (instance, name, origin, alive_until)
                     VALUES ($1, $2, $3, $4)
                     ON CONFLICT (instance) DO UPDATE SET alive_until = excluded.alive_until
                     WHERE processes.dead_since IS NULL";
                sqlx::query("DELETE FROM process_owners WHERE instance = $1")
                    .bind(heartbeat.instance.id.to_string())
                    .execute(tx.conn())
                    .await?;
                beat_in(tx, heartbeat, insert).await
            })
        })
        .await
    }

    /// [`Ledger::check_in`] for every later heartbeat, to be written before the one before ran out; it says what
    /// the process needs otherwise than before. It never registers a process anew: one that is not
    /// remembered may have been found dead.
    ///
    /// # Errors
    ///
    /// [`Error::NotAlive`] as well if the process is not remembered.
    pub async fn beat(&self, heartbeat: &Heartbeat) -> Result<Heard, Error> {
        self.write_sign_of_life(heartbeat.clone(), |tx, heartbeat| {
            Box::pin(async move {
                let update = "UPDATE processes SET name = $2, origin = $3, alive_until = $4
                     WHERE instance = $1 AND dead_since IS NULL";
                beat_in(tx, heartbeat, update).await
            })
        })
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

    /// Removes a process that ends: the others have its share from now on.
    pub async fn check_out(&self, instance: &Instance) -> Result<(), Error> {
        self.write_unfenced(instance.id, |tx, id| Box::pin(remove(tx, *id)))
            .await
    }

    /// Every process that is remembered, by name.
    pub async fn processes(&self) -> Result<Vec<Process>, Error> {
        let rows: Vec<ProcessRow> = sqlx::query_as(PROCESSES)
            .bind(None::<String>)
            .fetch_all(&mut *self.read().await?)
            .await?;
        let processes: Result<Vec<Process>, Error> = rows.into_iter().map(read).collect();
        let mut processes = processes?;
        // Databases do not agree on the order of texts.
        processes.sort_by_cached_key(|it| (it.instance.name.clone(), it.instance.id));
        Ok(processes)
    }

    /// Every owner whose token a living process works with or whose limit is known, by name.
    pub async fn shares(&self, now: Timestamp) -> Result<Vec<Share>, Error> {
        let shares = shares(&mut *self.read().await?, now).await?;
        Ok(shares.into_values().collect())
    }
}

/// Writes a heartbeat by a statement that takes instance, name, origin and time.
async fn beat_in(
    tx: &mut WriteTx,
    heartbeat: &Heartbeat,
    statement: &'static str,
) -> Result<Heard, Error> {
    let Heartbeat {
        instance,
        owners,
        at,
        until,
        ..
    } = heartbeat;
    let alive = sqlx::query(statement)
        .bind(instance.id.to_string())
        .bind(&instance.name)
        .bind(written_origin(instance))
        .bind(micros(*until))
        .execute(tx.conn())
        .await?;
    if alive.rows_affected() == 0 {
        return Err(Error::NotAlive);
    }
    // No row is changed twice by one statement; of an owner that is named twice, the first need counts.
    let mut needs = BTreeMap::new();
    for (owner, need) in owners {
        needs.entry(owner).or_insert(*need);
    }
    let owners: Vec<_> = needs.into_iter().collect();
    for owners in owners.chunks(rows_at_once(3)) {
        let statement = format!(
            "INSERT INTO process_owners (instance, owner, need) VALUES {}
             ON CONFLICT (instance, owner) DO UPDATE SET need = excluded.need",
            places(owners.len(), 3)
        );
        let mut insert = sqlx::query(AssertSqlSafe(statement));
        for (owner, need) in owners {
            insert = insert
                .bind(instance.id.to_string())
                .bind(owner)
                .bind(*need as i64);
        }
        insert.execute(tx.conn()).await?;
    }
    let renewed = renew_in(tx, heartbeat).await?;
    let shares = shares(tx.conn(), *at).await?;
    Ok(Heard {
        shares: shares.into_values().collect(),
        renewed,
    })
}

async fn renew_in(tx: &mut WriteTx, heartbeat: &Heartbeat) -> Result<Vec<(String, i64)>, Error> {
    if heartbeat.leases.is_empty() {
        return Ok(Vec::new());
    }
    let places = (0..heartbeat.leases.len()).map(|place| {
        let (name, token) = (2 * place + 3, 2 * place + 4);
        format!("(name = ${name} AND token = ${token})")
    });
    let statement = format!(
        "UPDATE leases SET held_until = $1
         WHERE instance = $2 AND holder IS NOT NULL AND ({}) RETURNING name, token",
        places.collect::<Vec<_>>().join(" OR ")
    );
    let mut update = sqlx::query_as(AssertSqlSafe(statement))
        .bind(micros(heartbeat.leases_until))
        .bind(heartbeat.instance.id.to_string());
    for (name, token) in &heartbeat.leases {
        update = update.bind(name).bind(*token);
    }
    Ok(update.fetch_all(tx.conn()).await?)
}

async fn remove(tx: &mut WriteTx, id: Uuid) -> Result<(), Error> {
    for statement in [
        "DELETE FROM process_owners WHERE instance = $1",
        // That it was found dead is never forgotten.
        "DELETE FROM processes WHERE instance = $1 AND dead_since IS NULL",
    ] {
        sqlx::query(statement)
            .bind(id.to_string())
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// Refuses unless the process checked in and was not found dead since. That it stays so until the
/// transaction ends is seen to by a lock on its row.
pub(super) async fn require_alive(tx: &mut WriteTx, id: Uuid) -> Result<(), Error> {
    let statement = tx.relied_on("SELECT dead_since FROM processes WHERE instance = $1");
    let dead_since: Option<(Option<i64>,)> = sqlx::query_as(statement)
        .bind(id.to_string())
        .fetch_optional(tx.conn())
        .await?;
    match dead_since {
        Some((None,)) => Ok(()),
        Some((Some(_),)) | None => Err(Error::NotAlive),
    }
}

/// Declares a process dead, unless it gave a sign of life after `seen` was read; one that is not
/// remembered is dead. Returns whether it is.
pub(super) async fn bury(
    tx: &mut WriteTx,
    id: Uuid,
    seen: Option<Timestamp>,
    at: Timestamp,
) -> Result<bool, Error> {
    let dies = tx.to_change(
        "SELECT instance FROM processes
         WHERE instance = $1 AND alive_until = $2 AND dead_since IS NULL",
    );
    let dies = sqlx::query(dies)
        .bind(id.to_string())
        .bind(seen.map(micros))
        .fetch_optional(tx.conn())
        .await?;
    if dies.is_some() {
        sqlx::query("UPDATE processes SET dead_since = $1 WHERE instance = $2")
            .bind(micros(at))
            .bind(id.to_string())
            .execute(tx.conn())
            .await?;
    }
    let found = find(tx.conn(), id).await?;
    Ok(found.is_none_or(|process| process.dead_since.is_some()))
}

/// The process of this instance, if it is remembered.
pub(super) async fn find(conn: &mut AnyConnection, id: Uuid) -> Result<Option<Process>, Error> {
    let row: Option<ProcessRow> = sqlx::query_as(PROCESSES)
        .bind(id.to_string())
        .fetch_optional(conn)
        .await?;
    row.map(read).transpose()
}

type ProcessRow = (String, String, Option<String>, i64, Option<i64>);

/// One process, or all.
const PROCESSES: &str = "SELECT instance, name, origin, alive_until, dead_since FROM processes
     WHERE instance = COALESCE($1, instance)";

fn read((id, name, origin, alive_until, dead_since): ProcessRow) -> Result<Process, Error> {
    let (id, origin) = (read_instance(&id)?, read_origin(origin.as_deref()));
    Ok(Process {
        instance: Instance { id, name, origin },
        alive_until: instant(alive_until)?,
        dead_since: dead_since.map(instant).transpose()?,
    })
}

/// Every owner whose token a living process works with or whose limit is known.
async fn shares(
    conn: &mut AnyConnection,
    now: Timestamp,
) -> Result<BTreeMap<String, Share>, Error> {
    type Row = (String, i64, i64, Option<String>, Option<i64>);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT o.owner, o.need, COUNT(*), CAST(NULL AS TEXT), CAST(NULL AS BIGINT)
         FROM process_owners o JOIN processes p ON p.instance = o.instance
         WHERE p.alive_until > $1 AND p.alive_until <= $2 AND p.dead_since IS NULL
         GROUP BY o.owner, o.need
         UNION ALL SELECT owner, 0, 0, per_minute, noted_at FROM limits",
    )
    .bind(micros(now))
    // A clock that is ahead does not keep a part for a process that has died long ago.
    .bind(micros(
        now.checked_add(LONGEST_BEAT).unwrap_or(Timestamp::MAX),
    ))
    .fetch_all(conn)
    .await?;
    let mut shares = BTreeMap::<String, Share>::new();
    for (owner, need, processes, per_minute, noted_at) in rows {
        let share = shares.entry(owner.clone());
        let share = share.or_insert_with(|| Share::of(&owner));
        // A need that a later build knows is at least as urgent as all of ours.
        let need = usize::try_from(need).unwrap_or(usize::MAX);
        share.alive[need.min(share.alive.len() - 1)] += count(processes)?;
        if let Some((per_minute, at)) = per_minute.zip(noted_at) {
            share.learned_per_minute = Some(number(&per_minute)?);
            share.learned_at = Some(instant(at)?);
        }
    }
    Ok(shares)
}

fn number(text: &str) -> Result<f64, Error> {
    text.parse().map_err(|_| Error::Damaged {
        what: "a limit",
        cause: format!("`{text}` is no number").into(),
    })
}
