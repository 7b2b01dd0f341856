//! When meetings actually ran.

use jiff::{SignedDuration, Timestamp};

use crate::error::Result;
use crate::ledger::Ledger;
use crate::store::{WriteTx, instant, micros, storable};

/// How long an instance runs at most.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// A meeting as it actually ran, from its start until everybody was gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingInstance {
    /// Webex's id, or another by which it is always the same.
    pub id: String,
    /// The id of its series.
    pub series: String,
    /// When it began, by Webex's clock.
    pub started_at: Timestamp,
    /// When it ended; `None` while it runs.
    pub ended_at: Option<Timestamp>,
}

impl Ledger {
    /// Writes down what was heard of an instance. Of one that is known the earlier start counts, and the
    /// later word on its end; that it runs is no news of one that has ended.
    pub async fn note_instance(&self, instance: &MeetingInstance) -> Result<()> {
        self.write(instance.clone(), |tx, instance| {
            Box::pin(note_in(tx, instance))
        })
        .await
    }

    /// The instances that run, and those that ended at or after `since`, by their starts. What began more
    /// than a day before and has no end does not run: its end was not heard of.
    pub async fn instances(&self, since: Timestamp) -> Result<Vec<MeetingInstance>> {
        let rows: Vec<(String, String, i64, Option<i64>)> = sqlx::query_as(
            "SELECT id, series, started_at, ended_at FROM meeting_instances
             WHERE ended_at >= $1 OR (ended_at IS NULL AND started_at >= $2)",
        )
        .bind(micros(since))
        .bind(micros(since.checked_sub(LONGEST).unwrap_or(since)))
        .fetch_all(&mut *self.read().await?)
        .await?;
        let mut instances = rows
            .into_iter()
            .map(|(id, series, started_at, ended_at)| {
                Ok(MeetingInstance {
                    id,
                    series,
                    started_at: instant(started_at)?,
                    ended_at: ended_at.map(instant).transpose()?,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        instances
            .sort_by(|one, other| (one.started_at, &one.id).cmp(&(other.started_at, &other.id)));
        Ok(instances)
    }
}

async fn note_in(tx: &mut WriteTx, instance: &MeetingInstance) -> Result<()> {
    sqlx::query(
        "INSERT INTO meeting_instances (id, series, started_at, ended_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET
             started_at = CASE WHEN excluded.started_at < meeting_instances.started_at
                 THEN excluded.started_at ELSE meeting_instances.started_at END,
             ended_at = COALESCE(excluded.ended_at, meeting_instances.ended_at)",
    )
    .bind(storable(&instance.id))
    .bind(storable(&instance.series))
    .bind(micros(instance.started_at))
    .bind(instance.ended_at.map(micros))
    .execute(tx.conn())
    .await?;
    Ok(())
}
