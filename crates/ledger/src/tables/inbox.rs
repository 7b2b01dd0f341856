//! The inbox: what happened on Webex and may need an answer, and what was decided about it.
//!
//! An entry is written before Webex gets its 2xx, and decided upon once, in the transaction that claims
//! every message of the answer. Until then any process may work at it: `due_at` says when one may take
//! it up that has not got it in hand, as the visibility timeout of a queue does.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::{SignedDuration, Timestamp};
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::operations::{Claim, NewMessage, claim_in};
use super::reminders::{self, Reminder};
use crate::error::{Error, Result};
use crate::ledger::Ledger;
use crate::store::{WriteTx, count, instant, micros, places, rows_at_once, storable};
use crate::types::{InboxKey, InboxState, Incoming, IncomingKind, Instance};

/// An event as the ledger holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxEntry {
    /// What makes it the same event.
    pub key: InboxKey,
    /// What happened.
    pub incoming: Incoming,
    /// When it was heard of first.
    pub heard_at: Timestamp,
    /// How far its answer is.
    pub state: InboxState,
    /// How often it was tried in vain.
    pub tries: u32,
    /// When a process may take it up that has not got it in hand.
    pub due_at: Timestamp,
    /// What it was understood to ask for, once it is answered.
    pub intent: Option<String>,
}

/// What is decided about an event. `Debug` does not show what was written.
#[derive(Clone, PartialEq, Eq)]
pub struct Decision {
    /// What becomes of it; not [`InboxState::Waiting`].
    pub state: InboxState,
    /// What it was understood to ask for.
    pub intent: Option<String>,
    /// The language of the answer.
    pub language: Option<String>,
    /// What was written, to be kept only where it was not understood.
    pub text: Option<String>,
    /// What makes another question the same as this one, and for how long: the answer to the first
    /// counts for both.
    pub sameness: Option<(String, SignedDuration)>,
    /// Every message of the answer.
    pub messages: Vec<NewMessage>,
    /// A reminder that was asked for.
    pub reminder: Option<Reminder>,
}

impl Decision {
    /// A decision without an answer.
    #[must_use]
    pub fn unanswered(state: InboxState) -> Self {
        Self {
            state,
            intent: None,
            language: None,
            text: None,
            sameness: None,
            messages: Vec::new(),
            reminder: None,
        }
    }
}

impl fmt::Debug for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decision")
            .field("state", &self.state)
            .field("intent", &self.intent)
            .field("messages", &self.messages)
            .finish_non_exhaustive()
    }
}

/// The outcome of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    /// It counts, with the outcome of claiming each of its messages, in the order given.
    Won(Vec<Claim>),
    /// The same was asked a moment before: the answer to this event counts, and nothing is sent.
    Repeats(InboxKey),
    /// It was decided upon before, by this process or another.
    Lost,
}

/// How many events are in which state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InboxCounts {
    by_state: BTreeMap<InboxState, u64>,
    /// When the event was heard of that has been waiting longest.
    pub oldest_waiting: Option<Timestamp>,
}

impl InboxCounts {
    /// How many are in this state.
    #[must_use]
    pub fn of(&self, state: InboxState) -> u64 {
        self.by_state.get(&state).copied().unwrap_or_default()
    }
}

impl Ledger {
    /// Writes events into the inbox that are not there yet, waiting or, if that is known already, in
    /// the state in which they end. Returns for each, in the order given, whether it is new. `due_at` is
    /// when other processes may take them up.
    pub async fn take_in(
        &self,
        events: &[(InboxKey, Incoming, InboxState)],
        heard_at: Timestamp,
        due_at: Timestamp,
    ) -> Result<Vec<bool>> {
        let heard = (events.to_vec(), heard_at, due_at);
        self.write_messages(heard, |tx, (events, heard_at, due_at)| {
            Box::pin(take_in(tx, events, *heard_at, *due_at))
        })
        .await
    }

    /// Decides about an event that is waiting, and claims the messages of its answer for `by`, all in
    /// one transaction. If the answer to this is lost, the messages are among those that are
    /// [`unfinished`](Ledger::unfinished).
    ///
    /// # Errors
    ///
    /// [`Error::NotAlive`] as for [`Ledger::claim`], if there are messages.
    pub async fn decide(
        &self,
        key: &InboxKey,
        decision: &Decision,
        by: &Instance,
        at: Timestamp,
    ) -> Result<Decided> {
        let decided = (key.clone(), decision.clone(), by.clone(), at);
        self.write_messages(decided, |tx, (key, decision, by, at)| {
            Box::pin(decide_in(tx, key, decision, by, *at))
        })
        .await
    }

    /// Puts an event off that was tried in vain: it is due again at `due_at`.
    pub async fn postpone(&self, key: &InboxKey, due_at: Timestamp) -> Result<()> {
        self.write_messages((key.clone(), due_at), |tx, (key, due_at)| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE inbox SET tries = tries + 1, due_at = $1
                     WHERE entry_key = $2 AND state = 'waiting'",
                )
                .bind(micros(*due_at))
                .bind(key.as_str())
                .execute(tx.conn())
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Takes up events that are due, the earliest first: other processes leave them alone until
    /// `until`.
    pub async fn take_up_due(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<InboxEntry>> {
        // Most often nothing is, and reading costs no turn.
        if self.next_due().await?.is_none_or(|due| due > now) {
            return Ok(Vec::new());
        }
        self.write_messages((now, until, limit), |tx, (now, until, limit)| {
            Box::pin(take_up_due_in(tx, *now, *until, *limit))
        })
        .await
    }

    /// When the next event is due that waits.
    pub async fn next_due(&self) -> Result<Option<Timestamp>> {
        let (due,): (Option<i64>,) =
            sqlx::query_as("SELECT MIN(due_at) FROM inbox WHERE state = 'waiting'")
                .fetch_one(&mut *self.read().await?)
                .await?;
        due.map(instant).transpose()
    }

    /// The event of this key.
    pub async fn inbox_entry(&self, key: &InboxKey) -> Result<Option<InboxEntry>> {
        let rows = sqlx::query(AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM inbox WHERE entry_key = $1"
        )));
        let row = rows
            .bind(key.as_str())
            .fetch_optional(&mut *self.read().await?)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// The events of a kind that happened at this instant or later, by key.
    pub async fn heard_since(
        &self,
        kind: IncomingKind,
        since: Timestamp,
    ) -> Result<Vec<InboxEntry>> {
        let rows = sqlx::query(AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM inbox WHERE kind = $1 AND at >= $2 ORDER BY entry_key"
        )));
        let rows = rows
            .bind(kind.as_str())
            .bind(micros(since))
            .fetch_all(&mut *self.read().await?)
            .await?;
        rows.iter().map(read).collect()
    }

    /// How many events are in which state.
    pub async fn inbox_counts(&self) -> Result<InboxCounts> {
        let rows: Vec<(String, i64, i64)> =
            sqlx::query_as("SELECT state, COUNT(*), MIN(heard_at) FROM inbox GROUP BY state")
                .fetch_all(&mut *self.read().await?)
                .await?;
        let mut counts = InboxCounts::default();
        for (state, events, oldest) in rows {
            let state = parse_state(&state)?;
            counts.by_state.insert(state, count(events)?);
            if state == InboxState::Waiting {
                counts.oldest_waiting = Some(instant(oldest)?);
            }
        }
        Ok(counts)
    }

    /// When the same was asked last, as far as it was answered.
    pub async fn last_asked(&self, sameness: &str) -> Result<Option<Timestamp>> {
        let row: Option<(i64,)> =
            sqlx::query_as("SELECT at FROM recent_questions WHERE sameness = $1")
                .bind(sameness)
                .fetch_optional(&mut *self.read().await?)
                .await?;
        row.map(|(at,)| instant(at)).transpose()
    }

    /// Forgets which questions were asked before this instant: later ones are not compared with them.
    pub async fn forget_questions(&self, before: Timestamp) -> Result<()> {
        self.write(before, |tx, before| {
            Box::pin(async move {
                sqlx::query("DELETE FROM recent_questions WHERE at < $1")
                    .bind(micros(*before))
                    .execute(tx.conn())
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// The questions that were not understood, by time, and what was written, as far as it is not forgotten.
    pub async fn texts_not_understood(&self) -> Result<Vec<(InboxKey, String)>> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT entry_key, text FROM inbox WHERE text IS NOT NULL ORDER BY at, entry_key",
        )
        .fetch_all(&mut *self.read().await?)
        .await?;
        let rows = rows.into_iter();
        Ok(rows
            .map(|(key, text)| (InboxKey::stored(key), text))
            .collect())
    }

    /// Deletes what was written in questions that were not understood and were decided upon before
    /// this instant.
    pub async fn forget_texts(&self, before: Timestamp) -> Result<()> {
        self.write(before, |tx, before| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE inbox SET text = NULL WHERE text IS NOT NULL AND changed_at < $1",
                )
                .bind(micros(*before))
                .execute(tx.conn())
                .await?;
                Ok(())
            })
        })
        .await
    }
}

const COLUMNS: &str = "entry_key, kind, remote_id, room, person, direct, moderator, at, heard_at, \
     state, tries, due_at, intent";
const NEW_COLUMNS: &str = "entry_key, kind, remote_id, room, person, direct, moderator, at, \
     heard_at, state, tries, due_at, changed_at";
const NEW_COLUMN_COUNT: usize = 13;

async fn take_in(
    tx: &mut WriteTx,
    events: &[(InboxKey, Incoming, InboxState)],
    heard_at: Timestamp,
    due_at: Timestamp,
) -> Result<Vec<bool>> {
    // In the order of the keys, so that no two transactions wait for each other.
    let mut sorted: BTreeMap<&InboxKey, (&Incoming, InboxState)> = BTreeMap::new();
    for (key, event, state) in events {
        sorted.entry(key).or_insert((event, *state));
    }
    let rows: Vec<_> = sorted.into_iter().collect();
    let mut new = BTreeSet::new();
    for several in rows.chunks(rows_at_once(NEW_COLUMN_COUNT)) {
        let statement = format!(
            "INSERT INTO inbox ({NEW_COLUMNS}) VALUES {}
             ON CONFLICT (entry_key) DO NOTHING RETURNING entry_key",
            places(several.len(), NEW_COLUMN_COUNT)
        );
        let mut query = sqlx::query_as(AssertSqlSafe(statement)).persistent(several.len() == 1);
        for (key, (event, state)) in several {
            query = query
                .bind(key.as_str())
                .bind(event.kind.as_str())
                .bind(storable(&event.remote_id))
                .bind(storable(&event.room))
                .bind(storable(&event.person))
                .bind(i64::from(event.direct))
                .bind(i64::from(event.moderator))
                .bind(micros(event.at))
                .bind(micros(heard_at))
                .bind(state.as_str())
                .bind(0_i64)
                .bind(micros(due_at))
                .bind(micros(heard_at));
        }
        let keys: Vec<(String,)> = query.fetch_all(tx.conn()).await?;
        new.extend(keys.into_iter().map(|(key,)| key));
    }
    // Of an event that is given twice, the first is the new one.
    let taken = events.iter().map(|(key, ..)| new.remove(key.as_str()));
    Ok(taken.collect())
}

async fn decide_in(
    tx: &mut WriteTx,
    key: &InboxKey,
    decision: &Decision,
    by: &Instance,
    at: Timestamp,
) -> Result<Decided> {
    let decided: Option<(i64,)> = sqlx::query_as(
        "UPDATE inbox SET state = $1, intent = $2, language = $3, text = $4, changed_at = $5
         WHERE entry_key = $6 AND state = 'waiting' RETURNING at",
    )
    .bind(decision.state.as_str())
    .bind(decision.intent.as_deref().map(storable))
    .bind(decision.language.as_deref())
    .bind(decision.text.as_deref().map(storable))
    .bind(micros(at))
    .bind(key.as_str())
    .fetch_optional(tx.conn())
    .await?;
    let Some((asked_at,)) = decided else {
        return Ok(Decided::Lost);
    };
    if let Some(sameness) = &decision.sameness
        && let Some(first) = asked_before(tx, key, asked_at, sameness).await?
    {
        sqlx::query("UPDATE inbox SET state = 'repeated', answered_by = $1 WHERE entry_key = $2")
            .bind(first.as_str())
            .bind(key.as_str())
            .execute(tx.conn())
            .await?;
        return Ok(Decided::Repeats(first));
    }
    let claims = match decision.messages.is_empty() {
        true => Vec::new(),
        false => claim_in(tx, &decision.messages, by, at).await?,
    };
    if let Some(reminder) = &decision.reminder {
        reminders::write(tx, reminder).await?;
    }
    Ok(Decided::Won(claims))
}

/// The event by which the same was asked so short a time before or after. If there is none, this one is
/// remembered. The row is locked from here on, so of two at the same moment one is first.
async fn asked_before(
    tx: &mut WriteTx,
    key: &InboxKey,
    asked_at: i64,
    (sameness, within): &(String, SignedDuration),
) -> Result<Option<InboxKey>> {
    let first: Option<(i64,)> = sqlx::query_as(
        "INSERT INTO recent_questions (sameness, entry_key, at) VALUES ($1, $2, $3)
         ON CONFLICT (sameness) DO UPDATE SET
             entry_key = CASE WHEN recent_questions.at < excluded.at
                 THEN excluded.entry_key ELSE recent_questions.entry_key END,
             at = CASE WHEN recent_questions.at < excluded.at
                 THEN excluded.at ELSE recent_questions.at END
         WHERE ABS(recent_questions.at - excluded.at) > $4
         RETURNING at",
    )
    .bind(sameness)
    .bind(key.as_str())
    .bind(asked_at)
    .bind(i64::try_from(within.as_micros()).unwrap_or(i64::MAX))
    .fetch_optional(tx.conn())
    .await?;
    if first.is_some() {
        return Ok(None);
    }
    let before: Option<(String,)> =
        sqlx::query_as("SELECT entry_key FROM recent_questions WHERE sameness = $1")
            .bind(sameness)
            .fetch_optional(tx.conn())
            .await?;
    Ok(before.map(|(key,)| InboxKey::stored(key)))
}

async fn take_up_due_in(
    tx: &mut WriteTx,
    now: Timestamp,
    until: Timestamp,
    limit: u32,
) -> Result<Vec<InboxEntry>> {
    let rows = sqlx::query(AssertSqlSafe(format!(
        "UPDATE inbox SET due_at = $1
         WHERE state = 'waiting' AND due_at <= $2 AND entry_key IN (
             SELECT entry_key FROM inbox WHERE state = 'waiting' AND due_at <= $2
             ORDER BY at, entry_key LIMIT $3)
         RETURNING {COLUMNS}"
    )))
    .bind(micros(until))
    .bind(micros(now))
    .bind(i64::from(limit))
    .fetch_all(tx.conn())
    .await?;
    let mut due: Vec<InboxEntry> = rows.iter().map(read).collect::<Result<_, _>>()?;
    due.sort_by(|one, other| (one.incoming.at, &one.key).cmp(&(other.incoming.at, &other.key)));
    Ok(due)
}

fn read(row: &AnyRow) -> Result<InboxEntry> {
    let flag = |column| row.try_get::<i64, _>(column).map(|flag| flag != 0);
    let kind: String = row.try_get("kind")?;
    let kind = IncomingKind::parse(&kind).ok_or_else(|| damaged("the kind of an event", &kind))?;
    let state: String = row.try_get("state")?;
    Ok(InboxEntry {
        key: InboxKey::stored(row.try_get("entry_key")?),
        incoming: Incoming {
            kind,
            remote_id: row.try_get("remote_id")?,
            room: row.try_get("room")?,
            person: row.try_get("person")?,
            direct: flag("direct")?,
            moderator: flag("moderator")?,
            at: instant(row.try_get("at")?)?,
        },
        heard_at: instant(row.try_get("heard_at")?)?,
        state: parse_state(&state)?,
        tries: u32::try_from(row.try_get::<i64, _>("tries")?).unwrap_or(u32::MAX),
        due_at: instant(row.try_get("due_at")?)?,
        intent: row.try_get("intent")?,
    })
}

fn parse_state(text: &str) -> Result<InboxState> {
    InboxState::parse(text).ok_or_else(|| damaged("the state of an event", text))
}

fn damaged(what: &'static str, text: &str) -> Error {
    Error::Damaged {
        what,
        cause: format!("there is no `{text}`").into(),
    }
}
