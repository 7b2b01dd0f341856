//! Who was in which meeting.

use jiff::Timestamp;

use crate::error::Result;
use crate::ledger::Ledger;
use crate::store::{WriteTx, instant, micros, storable};

/// A person in an instance of a meeting, from the first join to the last leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendance {
    /// Webex's id of the person in this instance.
    pub id: String,
    /// The id of the instance.
    pub instance: String,
    /// The id of its series.
    pub series: String,
    /// The person's address; `None` until Webex has told it.
    pub email: Option<String>,
    /// When the person first joined.
    pub joined_at: Timestamp,
    /// When the person left; `None` while they are in.
    pub left_at: Option<Timestamp>,
    /// Whether a time is that of a look, which may be later than what happened.
    pub seen_late: bool,
}

/// How much a word on attendance counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttendanceWord {
    /// It adds to what is known: the earlier join counts, and the later word on whether the person is in.
    Adds,
    /// It replaces what is known: Webex's own list after the end.
    Final,
}

impl Ledger {
    /// Writes down who was in a meeting, all or none.
    pub async fn note_attendance(
        &self,
        attendance: &[Attendance],
        word: AttendanceWord,
    ) -> Result<()> {
        self.write((attendance.to_vec(), word), |tx, (attendance, word)| {
            Box::pin(async move {
                for one in attendance {
                    note_in(tx, one, *word).await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Those who first joined at or after `since`, by when they did.
    pub async fn attendance(&self, since: Timestamp) -> Result<Vec<Attendance>> {
        type Row = (
            String,
            String,
            String,
            Option<String>,
            i64,
            Option<i64>,
            i64,
        );
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, instance, series, email, joined_at, left_at, seen_late FROM attendance
             WHERE joined_at >= $1",
        )
        .bind(micros(since))
        .fetch_all(&mut *self.read().await?)
        .await?;
        let read = |(id, instance, series, email, joined_at, left_at, seen_late): Row| {
            Ok(Attendance {
                id,
                instance,
                series,
                email,
                joined_at: instant(joined_at)?,
                left_at: left_at.map(instant).transpose()?,
                seen_late: seen_late != 0,
            })
        };
        let mut attendance: Vec<_> = rows.into_iter().map(read).collect::<Result<_>>()?;
        attendance
            .sort_by(|one, other| (one.joined_at, &one.id).cmp(&(other.joined_at, &other.id)));
        Ok(attendance)
    }
}

async fn note_in(tx: &mut WriteTx, attendance: &Attendance, word: AttendanceWord) -> Result<()> {
    let statement = match word {
        AttendanceWord::Adds => {
            "INSERT INTO attendance (id, instance, series, email, joined_at, left_at, seen_late)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (id) DO UPDATE SET
                 email = COALESCE(excluded.email, attendance.email),
                 joined_at = CASE WHEN excluded.joined_at < attendance.joined_at
                     THEN excluded.joined_at ELSE attendance.joined_at END,
                 left_at = excluded.left_at,
                 seen_late = CASE WHEN excluded.seen_late > attendance.seen_late
                     THEN excluded.seen_late ELSE attendance.seen_late END"
        }
        AttendanceWord::Final => {
            "INSERT INTO attendance (id, instance, series, email, joined_at, left_at, seen_late)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (id) DO UPDATE SET
                 email = COALESCE(excluded.email, attendance.email),
                 joined_at = excluded.joined_at, left_at = excluded.left_at,
                 seen_late = excluded.seen_late"
        }
    };
    sqlx::query(statement)
        .bind(storable(&attendance.id))
        .bind(storable(&attendance.instance))
        .bind(storable(&attendance.series))
        .bind(attendance.email.as_deref().map(storable))
        .bind(micros(attendance.joined_at))
        .bind(attendance.left_at.map(micros))
        .bind(i64::from(attendance.seen_late))
        .execute(tx.conn())
        .await?;
    Ok(())
}
