//! A ledger's content replaced by that of a backup.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;

use crate::backup::copy_of;
use crate::binding::{self, Binding};
use crate::creations::EXHAUSTED;
use crate::error::Error;
use crate::handle::Ledger;
use crate::intents;
use crate::meta;
use crate::stored::micros;
use crate::tables::{self, CREATIONS, Cell, LEASES, LIMITS, Row, Rows};
use crate::writing::Writing;

/// How a backup is restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restoring {
    /// Now. Calls that were under way count as sent until this moment, also those that were so when
    /// the backup was made, unless the ledger knows how they ended.
    pub at: Timestamp,
    /// Creations that were counted at this time or later are kept, even if the backup does not
    /// know them: Webex counted them.
    pub creations_since: Timestamp,
    /// Intents that the backup does not know come along as unclear if they are open, or were done
    /// at this time or later: what they made may not be visible yet, and is looked for before it is
    /// made again.
    pub unsettled_since: Timestamp,
    /// Take the backup of another event, or of another Webex.
    pub whatever_it_is_bound_to: bool,
    /// The name of a fact that begins with a number. It begins with a greater one afterwards than on
    /// either side, and ends with `restored`: whoever reads it learns that what was read before is
    /// out of date.
    pub rises: Option<&'static str>,
}

/// What a restored ledger has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// How many resources it knows.
    pub resources: u64,
    /// How many creations were kept that the backup does not know.
    pub creations_kept: u64,
    /// How many intents were kept as unclear that the backup does not know.
    pub intents_kept: u64,
}

struct Backup {
    everything: Vec<Rows>,
    bound_to: Option<Binding>,
    how: Restoring,
}

impl Ledger {
    /// Replaces what this ledger knows by what a backup knows, in one transaction. The backup may
    /// have been written by an earlier Showcaller, and is not changed.
    ///
    /// Nothing that must only rise goes back: numbers that were given out are not given out again,
    /// and every lease is free afterwards with a token greater than all before, so that a process
    /// from before cannot write any more; nor can the handle this is called on, if it is fenced.
    /// Whoever calls this holds the lease under which others act.
    ///
    /// # Errors
    ///
    /// [`Error::BelongsToAnother`] unless told otherwise; [`Error::NotALedger`], [`Error::Newer`],
    /// [`Error::CannotOpen`] about the backup.
    pub async fn restore_from(&self, backup: &Path, how: Restoring) -> Result<Restored, Error> {
        let copy = copy_of(backup).await?;
        let bound_to = copy.binding().await?;
        let everything = tables::read_all(&mut *copy.aside().await?).await?;
        copy.close().await;
        let backup = Backup {
            everything,
            bound_to,
            how,
        };
        self.write(backup, |tx, backup| Box::pin(restore_in(tx, backup)))
            .await
    }
}

async fn restore_in(tx: &mut Writing, backup: &Backup) -> Result<Restored, Error> {
    refuse_other(tx, backup).await?;
    let mut kept = creations_to_keep(tx, backup).await?;
    let (_, leases_here) = LEASES.read(tx.conn()).await?;
    let exhausted_here = exhausted(tx).await?;
    let unsettled = intents::unsettled_in(tx, backup.how.unsettled_since).await?;
    let ended = intents::ended_in(tx).await?;
    let risen = risen(tx, backup.how.rises).await?;

    for table in tables::content().rev() {
        table.clear(tx.conn()).await?;
    }
    CREATIONS.clear(tx.conn()).await?;
    LEASES.clear(tx.conn()).await?;
    tx.counters_changed();

    let mut resources = 0;
    let mut leases = leases_here;
    for (table, rows) in &backup.everything {
        match table.name {
            "leases" => leases.extend(rows.iter().cloned()),
            "counters" => raise_counters(tx, rows).await?,
            // Who is at work now does not stand in a backup.
            "processes" => {}
            "limits" => newer_limits(tx, rows).await?,
            _ => table.fill(tx.conn(), rows).await?,
        }
        if table.name == "resources" {
            resources = rows.len() as u64;
        }
    }
    for (name, until) in exhausted_here {
        later_fact(tx, &name, until).await?;
    }
    raise_fact(tx, backup.how.rises, risen).await?;
    intents::sent_until_in(tx, &ended, backup.how.at).await?;
    let intents_kept = intents::reopen_all_in(tx, &unsettled, backup.how.at).await?;
    LEASES.fill(tx.conn(), &freed(&leases)).await?;
    tx.leases_changed();
    for row in &mut kept {
        row[0] = Cell::Number(Some(tx.next("creations").await?));
    }
    CREATIONS.fill(tx.conn(), &kept).await?;
    Ok(Restored {
        resources,
        creations_kept: kept.len() as u64,
        intents_kept,
    })
}

async fn refuse_other(tx: &mut Writing, backup: &Backup) -> Result<(), Error> {
    let here: Option<Binding> = sqlx::query_as(binding::SELECT)
        .fetch_optional(tx.conn())
        .await?;
    match (here, &backup.bound_to) {
        (Some(here), Some(there)) if !backup.how.whatever_it_is_bound_to => {
            here.refuse_other(there)
        }
        _ => Ok(()),
    }
}

/// The recent creations that are counted here more often than in the backup.
async fn creations_to_keep(tx: &mut Writing, backup: &Backup) -> Result<Vec<Row>, Error> {
    let (_, here) = CREATIONS.read(tx.conn()).await?;
    // Without their numbers: those may have been given to others since.
    let mut there: BTreeMap<String, usize> = BTreeMap::new();
    for (table, rows) in &backup.everything {
        if table.name == CREATIONS.name {
            for row in rows {
                *there.entry(format!("{:?}", &row[1..])).or_default() += 1;
            }
        }
    }
    let since = micros(backup.how.creations_since);
    Ok(here
        .into_iter()
        .filter(|row| number(&row[3]) >= since)
        .filter(|row| match there.get_mut(&format!("{:?}", &row[1..])) {
            Some(more) if *more > 0 => {
                *more -= 1;
                false
            }
            _ => true,
        })
        .collect())
}

/// Every lease that either side knows, free, with a token that nobody had.
fn freed(leases: &[Row]) -> Vec<Row> {
    let mut by_name: BTreeMap<String, (i64, i64, i64)> = BTreeMap::new();
    for row in leases {
        let Cell::Text(Some(name)) = &row[0] else {
            continue;
        };
        let known = by_name.entry(name.clone()).or_default();
        known.0 = known.0.max(number(&row[2]) + 1);
        known.1 = known.1.max(number(&row[3]));
        known.2 = known.2.max(number(&row[4]));
    }
    by_name
        .into_iter()
        .map(|(name, (token, since, until))| {
            vec![
                Cell::Text(Some(name)),
                Cell::Text(None),
                Cell::Number(Some(token)),
                Cell::Number(Some(since)),
                Cell::Number(Some(until)),
            ]
        })
        .collect()
}

/// What Webex said of hosts whose quota is used up.
async fn exhausted(tx: &mut Writing) -> Result<Vec<(String, String)>, Error> {
    let facts: Vec<(String, String)> =
        sqlx::query_as("SELECT name, content FROM meta WHERE name LIKE $1")
            .bind(format!("{EXHAUSTED}%"))
            .fetch_all(tx.conn())
            .await?;
    Ok(facts)
}

/// Of two instants the later one is kept.
async fn later_fact(tx: &mut Writing, name: &str, until: String) -> Result<(), Error> {
    let instant = |text: &str| text.parse::<Timestamp>().ok();
    let there = meta::fact_in(tx, name).await?;
    if there.is_some_and(|there| instant(&there) >= instant(&until)) {
        return Ok(());
    }
    meta::set_in(tx, name, &until).await
}

/// The number with which a fact begins; 0 if it is missing.
async fn risen(tx: &mut Writing, fact: Option<&str>) -> Result<u64, Error> {
    let Some(name) = fact else { return Ok(0) };
    let fact = meta::fact_in(tx, name).await?;
    let number = fact.as_deref().and_then(|fact| fact.split(' ').next());
    Ok(number.and_then(|number| number.parse().ok()).unwrap_or(0))
}

/// Lets a fact go on from the greater of its numbers here and in the backup.
async fn raise_fact(tx: &mut Writing, fact: Option<&str>, here: u64) -> Result<(), Error> {
    let Some(name) = fact else { return Ok(()) };
    let last = risen(tx, fact).await?.max(here);
    meta::set_in(tx, name, &format!("{} restored", last + 1)).await
}

async fn raise_counters(tx: &mut Writing, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let (Cell::Text(name), Cell::Number(last)) = (&row[0], &row[1]) else {
            continue;
        };
        sqlx::query(
            "INSERT INTO counters (name, last) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET last = excluded.last
             WHERE counters.last < excluded.last",
        )
        .bind(name.as_deref())
        .bind(*last)
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

async fn newer_limits(tx: &mut Writing, rows: &[Row]) -> Result<(), Error> {
    let (_, here) = LIMITS.read(tx.conn()).await?;
    for row in rows {
        let newer_here = here
            .iter()
            .any(|known| known[0] == row[0] && number(&known[2]) >= number(&row[2]));
        if newer_here {
            continue;
        }
        if let Cell::Text(owner) = &row[0] {
            sqlx::query("DELETE FROM limits WHERE owner = $1")
                .bind(owner.as_deref())
                .execute(tx.conn())
                .await?;
        }
        LIMITS.fill(tx.conn(), std::slice::from_ref(row)).await?;
    }
    Ok(())
}

/// A number that is never missing.
fn number(cell: &Cell) -> i64 {
    match cell {
        Cell::Number(Some(number)) => *number,
        Cell::Number(None) | Cell::Text(_) => 0,
    }
}
