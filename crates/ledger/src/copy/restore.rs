//! A ledger's content replaced by that of a backup.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;

use super::backup::copy_of;
use super::rows::{self, Cell, Row, TABLES, TableRows};
use super::{inbox, merge, messages, show, unsettled};
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::store::{Dialect, WriteTx, instant, micros};
use crate::tables::binding::{self, Binding};
use crate::tables::creations::EXHAUSTED;
use crate::tables::meta;

/// How a backup is restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restoring {
    /// Now. Calls that were under way count as sent until this moment, also those that were so when
    /// the backup was made, unless the ledger knows how they ended.
    pub at: Timestamp,
    /// Creations that were counted at this time or later are kept, even if the backup does not
    /// know them: Webex counted them.
    pub creations_since: Timestamp,
    /// Operations that the backup does not know come along as unclear if they are open, or were done
    /// at this time or later: what they made may not be visible yet, and is looked for before it is
    /// made again.
    pub unsettled_since: Timestamp,
    /// Take the backup of another event, or of another Webex.
    pub whatever_it_is_bound_to: bool,
    /// The name of a fact that begins with a number. It begins with a greater one afterwards than on
    /// either side, and ends with `restored`: a reader learns from it that what was read before is
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
    /// How many steps were kept as unclear that the backup does not know.
    pub operations_kept: u64,
    /// Since when messages may have been sent of which neither side knows, if that may be.
    pub messages_unknown_since: Option<Timestamp>,
}

struct Backup {
    everything: Vec<TableRows>,
    /// The kind of database that it is restored into.
    dialect: Dialect,
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
    /// The caller holds the lease under which others act.
    ///
    /// # Errors
    ///
    /// [`Error::BelongsToAnother`] unless told otherwise; [`Error::NotALedger`], [`Error::Newer`],
    /// [`Error::CannotOpen`] about the backup.
    pub async fn restore_from(&self, backup: &Path, how: Restoring) -> Result<Restored> {
        let copy = copy_of(backup).await?;
        let bound_to = copy.binding().await?;
        let everything = rows::read_all(&mut *copy.long_read().await?, Dialect::Sqlite).await?;
        copy.close().await;
        let backup = Backup {
            everything,
            dialect: self.dialect(),
            bound_to,
            how,
        };
        self.write(backup, |tx, backup| Box::pin(restore_in(tx, backup)))
            .await
    }
}

impl Backup {
    fn table(&self, name: &str) -> &TableRows {
        let mut tables = self.everything.iter();
        let table = tables.find(|rows| rows.table() == name);
        table.expect("every table was read")
    }
}

impl Ledger {
    /// From when until when messages may have been sent of which the ledger knows nothing, because
    /// it was restored from a backup and its own rows were lost. A message that was due then is in
    /// doubt.
    pub async fn messages_unknown(&self) -> Result<Vec<(Timestamp, Timestamp)>> {
        let spans = self
            .meta(messages::UNKNOWN_SPANS)
            .await?
            .unwrap_or_default();
        let span = |text: &str| {
            let (from, until) = text.split_once('/')?;
            Some((from.parse().ok()?, until.parse().ok()?))
        };
        let spans: Option<Vec<_>> = spans.split_whitespace().map(span).collect();
        spans.ok_or(Error::Damaged {
            what: "the times of unknown messages",
            cause: "they are no instants".into(),
        })
    }
}

async fn restore_in(tx: &mut WriteTx, backup: &Backup) -> Result<Restored> {
    refuse_other(tx, backup).await?;
    tx.keep_shared_writers_out().await?;
    let mut creations = creations_to_keep(tx, backup).await?;
    let leases_here = TableRows::read("leases", tx.conn(), backup.dialect).await?;
    let exhausted_here = exhausted(tx).await?;
    let open_here = unsettled::unsettled(tx, backup.how.unsettled_since).await?;
    let ended = unsettled::ended(tx).await?;
    let risen = risen(tx, backup.how.rises).await?;
    let spans_here = meta::fact_in(tx, messages::UNKNOWN_SPANS).await?;
    let unknown_since = unknown_since(tx, backup).await?;
    let journal = backup.table("operations");
    if unknown_since.is_some() {
        messages::forget_outdated(tx, journal, backup.how.at).await?;
    }
    let unknown = messages::unknown(tx, journal, backup.how.at).await?;

    clear_content(tx).await?;
    fill_content(tx, backup).await?;
    fill_with(tx, journal, messages::steps(journal)).await?;
    fill_with(tx, journal, unknown).await?;
    inbox::merge(tx, backup.table("inbox"), backup.table("reminders")).await?;
    show::merge_log(tx, backup.table("show_log"), backup.dialect).await?;
    show::merge_tokens(tx, backup.table("control_tokens")).await?;
    merge::limits(tx, backup.table("limits"), backup.dialect).await?;
    merge::entries(tx, backup.table("calendar"), backup.dialect).await?;
    merge::recipients(tx, backup.table("calendar_recipients"), backup.dialect).await?;

    for (name, until) in exhausted_here {
        later_fact(tx, &name, until).await?;
    }
    let now_unknown = unknown_since.map(|since| (since, backup.how.at));
    messages::add_unknown_spans(tx, spans_here, now_unknown).await?;
    raise_fact(tx, backup.how.rises, risen).await?;
    unsettled::count_as_sent_until(tx, &ended, backup.how.at).await?;
    let operations_kept = unsettled::reopen(tx, &open_here, backup.how.at).await?;
    free_leases(tx, &leases_here, backup.table("leases")).await?;
    let id = creations.position("id");
    for row in &mut creations.rows {
        row[id] = Cell::Number(Some(tx.next("creations").await?));
    }
    creations.fill(tx.conn()).await?;
    Ok(Restored {
        resources: backup.table("resources").rows.len() as u64,
        creations_kept: creations.rows.len() as u64,
        operations_kept,
        messages_unknown_since: unknown_since,
    })
}

/// Whether a table is replaced by that of the backup as it is.
fn is_content(table: &str) -> bool {
    // Numbers and tokens only rise; which processes are alive is no matter of a backup, nor what was
    // asked a moment ago; of limits the newer one counts; messages, the inbox, the show log, the tokens and
    // what calendars were told of either side stay.
    !matches!(
        table,
        "counters"
            | "leases"
            | "processes"
            | "process_owners"
            | "limits"
            | "operations"
            | "inbox"
            | "recent_questions"
            | "reminders"
            | "show_log"
            | "control_tokens"
            | "calendar"
            | "calendar_recipients"
    )
}

async fn clear_content(tx: &mut WriteTx) -> Result<()> {
    for table in TABLES.iter().rev().filter(|table| is_content(table)) {
        rows::clear(table, tx.conn()).await?;
    }
    rows::clear("leases", tx.conn()).await?;
    sqlx::query("DELETE FROM operations WHERE kind = 'provision'")
        .execute(tx.conn())
        .await?;
    tx.counters_changed();
    Ok(())
}

async fn fill_content(tx: &mut WriteTx, backup: &Backup) -> Result<()> {
    for table in backup.everything.iter().filter(|it| is_content(it.table())) {
        table.fill(tx.conn()).await?;
    }
    raise_counters(tx, backup.table("counters")).await
}

/// Adds these rows to the table that they are of.
async fn fill_with(tx: &mut WriteTx, of: &TableRows, rows: Vec<Row>) -> Result<()> {
    of.with(rows).fill(tx.conn()).await
}

/// Since when messages may have been sent that neither side knows: since the last thing that the
/// backup tells of, unless this ledger has gone on from there.
async fn unknown_since(tx: &mut WriteTx, backup: &Backup) -> Result<Option<Timestamp>> {
    if messages::is_continued(tx, backup.table("operations")).await? {
        return Ok(None);
    }
    let log = backup.table("show_log");
    let entries = log.rows.iter().map(|row| show::written_at(log, row));
    let mut last = entries.max();
    for (table, column) in [
        ("operations", "changed_at"),
        ("revisions", "applied_at"),
        ("resources", "recorded_at"),
    ] {
        let table = backup.table(table);
        let rows = table.rows.iter().map(|row| table.number(row, column));
        last = last.max(rows.max());
    }
    last.map(instant).transpose()
}

async fn refuse_other(tx: &mut WriteTx, backup: &Backup) -> Result<()> {
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
async fn creations_to_keep(tx: &mut WriteTx, backup: &Backup) -> Result<TableRows> {
    let mut here = TableRows::read("creations", tx.conn(), backup.dialect).await?;
    // Without their numbers: those may have been given to others since.
    let (id, created_at) = (here.position("id"), here.position("created_at"));
    let unnumbered = |row: &Row| {
        let mut row = row.clone();
        row.remove(id);
        row
    };
    let mut there: BTreeMap<Row, usize> = BTreeMap::new();
    for row in &backup.table("creations").rows {
        *there.entry(unnumbered(row)).or_default() += 1;
    }
    let since = Cell::Number(Some(micros(backup.how.creations_since)));
    here.rows.retain(|row| row[created_at] >= since);
    here.rows
        .retain(|row| match there.get_mut(&unnumbered(row)) {
            Some(more) if *more > 0 => {
                *more -= 1;
                false
            }
            _ => true,
        });
    Ok(here)
}

/// Writes every lease that either side knows, free, with a token that no holder had.
async fn free_leases(tx: &mut WriteTx, here: &TableRows, there: &TableRows) -> Result<()> {
    let mut by_name: BTreeMap<&str, (i64, i64, i64)> = BTreeMap::new();
    for table in [here, there] {
        for row in &table.rows {
            let known = by_name.entry(table.text(row, "name")).or_default();
            known.0 = known.0.max(table.number(row, "token") + 1);
            known.1 = known.1.max(table.number(row, "held_since"));
            known.2 = known.2.max(table.number(row, "held_until"));
        }
    }
    for (name, (token, since, until)) in by_name {
        sqlx::query(
            "INSERT INTO leases (name, token, held_since, held_until) VALUES ($1, $2, $3, $4)",
        )
        .bind(name)
        .bind(token)
        .bind(since)
        .bind(until)
        .execute(tx.conn())
        .await?;
    }
    tx.leases_changed();
    Ok(())
}

/// What Webex said of hosts whose quota is used up.
async fn exhausted(tx: &mut WriteTx) -> Result<Vec<(String, String)>> {
    let facts: Vec<(String, String)> =
        sqlx::query_as("SELECT name, content FROM meta WHERE name LIKE $1")
            .bind(format!("{EXHAUSTED}%"))
            .fetch_all(tx.conn())
            .await?;
    Ok(facts)
}

/// Of two instants the later one is kept.
async fn later_fact(tx: &mut WriteTx, name: &str, until: String) -> Result<()> {
    let instant = |text: &str| text.parse::<Timestamp>().ok();
    let there = meta::fact_in(tx, name).await?;
    if there.is_some_and(|there| instant(&there) >= instant(&until)) {
        return Ok(());
    }
    meta::set_in(tx, name, &until).await
}

/// The number with which a fact begins; 0 if it is missing.
async fn risen(tx: &mut WriteTx, fact: Option<&str>) -> Result<u64> {
    let Some(name) = fact else { return Ok(0) };
    let fact = meta::fact_in(tx, name).await?;
    let number = fact.as_deref().and_then(|fact| fact.split(' ').next());
    Ok(number.and_then(|number| number.parse().ok()).unwrap_or(0))
}

/// Lets a fact go on from the greater of its numbers here and in the backup.
async fn raise_fact(tx: &mut WriteTx, fact: Option<&str>, here: u64) -> Result<()> {
    let Some(name) = fact else { return Ok(()) };
    let last = risen(tx, fact).await?.max(here);
    meta::set_in(tx, name, &format!("{} restored", last + 1)).await
}

async fn raise_counters(tx: &mut WriteTx, counters: &TableRows) -> Result<()> {
    for row in &counters.rows {
        sqlx::query(
            "INSERT INTO counters (name, last) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET last = excluded.last
             WHERE counters.last < excluded.last",
        )
        .bind(counters.text(row, "name"))
        .bind(counters.number(row, "last"))
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}
