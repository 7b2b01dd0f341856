//! Slips as operators give them, by whatever way: proposed on what is in force, written only if the
//! schedule is still the one that they were shown.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::Event;
use showcaller_event::model::DayId;
use showcaller_ledger::Ledger;
use showcaller_show::slip::{
    Ground, Proposal, Refusal, Slips, Wish, held_by, propose, propose_undo,
};
use showcaller_show::{By, Entry, Logged, Said, Via};
use uuid::Uuid;

use crate::announcement::say;
use crate::show_log::{self, Appended, NewEntry, append};
use crate::{Error, InForce};

/// For how long a slip is recent: another one of the same day may be meant to be the same.
const RECENT: SignedDuration = SignedDuration::from_mins(10);

/// What slips are proposed on, as of one moment.
#[derive(Debug)]
pub struct SlipBasis {
    /// What is in force.
    pub in_force: InForce,
    /// The show log.
    pub log: Vec<Logged>,
    planned: Event,
    /// The idempotency key of what is written on it.
    key: String,
}

/// What became of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlipWritten {
    /// It is in the log, under this number.
    Written(i64),
    /// Others changed the schedule meanwhile, by these entries, and nothing was written.
    Changed(Vec<Logged>),
    /// A file was applied meanwhile, as this revision, and nothing was written.
    Applied(i64),
}

impl SlipBasis {
    /// Reads it; `None` before the first revision.
    ///
    /// # Errors
    ///
    /// The ledger cannot be read, or another build wrote an entry of the log.
    pub async fn read(ledger: &Ledger) -> Result<Option<Self>, Error> {
        // First: what is written while the rest is read is seen when the entry is written.
        let log = show_log::read(ledger, 0).await?;
        let in_force = InForce::read(ledger).await?;
        Ok(in_force.map(|in_force| Self {
            planned: in_force.slips.planned(&in_force.event),
            in_force,
            log,
            key: format!("slip/{}", Uuid::new_v4()),
        }))
    }

    /// What a slip would do.
    ///
    /// # Errors
    ///
    /// The event has no such day, room or meeting.
    pub fn propose(&self, wish: &Wish, now: Timestamp) -> Result<Proposal, Refusal> {
        self.on(now, |ground| propose(ground, wish))
    }

    /// What undoing one would do.
    ///
    /// # Errors
    ///
    /// There is no such slip, or it was undone before.
    pub fn propose_undo(&self, number: i64, now: Timestamp) -> Result<Proposal, Refusal> {
        self.on(now, |ground| propose_undo(ground, number))
    }

    /// What the rooms are told once this entry is written.
    #[must_use]
    pub fn announced(&self, entry: &Entry, now: Timestamp) -> Vec<Said> {
        let mut log = self.log.clone();
        log.push(Logged {
            number: log.last().map_or(0, |last| last.number) + 1,
            key: String::new(),
            at: now,
            by: By {
                name: String::new(),
                account: None,
                via: Via::Runner,
            },
            entry: entry.clone(),
        });
        let mut after = self.in_force.clone();
        after.event = self.planned.clone();
        (after.schedule, after.slips) = Slips::of(&log).apply(&mut after.event);
        let before = self.in_force.programme();
        let changes = after.programme().changes_since(&before, &after.event, now);
        after.announced(&changes, now)
    }

    /// The last slip of this day that counts and is of the last 10 minutes: what is proposed comes on top
    /// of it.
    #[must_use]
    pub fn recent(&self, day: &DayId, now: Timestamp) -> Option<&Logged> {
        let slips = Slips::of(&self.log);
        let counts = |number| {
            slips
                .all()
                .any(|(slip, _, undone)| slip == number && !undone)
        };
        self.log.iter().rev().find(|logged| match &logged.entry {
            Entry::Slip { slip } => {
                slip.day == *day && now.duration_since(logged.at) < RECENT && counts(logged.number)
            }
            _ => false,
        })
    }

    /// The holds that are written with an entry that moves something: of the cues that it makes due in the
    /// past.
    pub(crate) fn holds(&self, entry: &Entry, now: Timestamp) -> Vec<Entry> {
        let cues = self.on(now, |ground| held_by(ground, entry)).into_iter();
        cues.map(|cue| Entry::Hold { cue }).collect()
    }

    fn on<T>(&self, now: Timestamp, propose: impl FnOnce(&Ground<'_>) -> T) -> T {
        let host = |meeting: &_| Some(self.in_force.meetings.get(meeting)?.host.clone());
        propose(&Ground {
            event: &self.planned,
            log: &self.log,
            host: &host,
            now,
        })
    }

    /// Writes an entry that was proposed on this, and holds the cues that it makes due in the past, all or
    /// none. Entries that others wrote since and that neither move anything nor decide about such a cue do
    /// not stand against it. It is one entry however often it is written.
    ///
    /// # Errors
    ///
    /// The ledger fails.
    pub async fn write(
        &self,
        ledger: &Ledger,
        by: &By,
        entry: &Entry,
        now: Timestamp,
    ) -> Result<SlipWritten, Error> {
        self.write_all(ledger, by, std::slice::from_ref(entry), now)
            .await
    }

    /// The same, together with the messages that tell the rooms of it. Their id is that of the messages.
    ///
    /// # Errors
    ///
    /// The ledger fails.
    pub async fn write_telling(
        &self,
        ledger: &Ledger,
        by: &By,
        entry: &Entry,
        (id, messages): (Uuid, Vec<Said>),
        now: Timestamp,
    ) -> Result<SlipWritten, Error> {
        let entries = [entry.clone(), say(id, messages)];
        self.write_all(ledger, by, &entries, now).await
    }

    async fn write_all(
        &self,
        ledger: &Ledger,
        by: &By,
        entries: &[Entry],
        now: Timestamp,
    ) -> Result<SlipWritten, Error> {
        let latest = ledger.revisions(1).await?.pop().map(|head| head.id);
        let own = self.in_force.revision.as_ref().map(|head| head.id);
        if let Some(latest) = latest.filter(|_| latest != own) {
            return Ok(SlipWritten::Applied(latest));
        }
        let holds = entries.first().map(|entry| self.holds(entry, now));
        let holds = holds.unwrap_or_default();
        let decides = |other: &Entry| {
            moves(other)
                || other
                    .cue()
                    .is_some_and(|cue| holds.iter().any(|it| it.cue() == Some(cue)))
        };
        let entries = entries.iter().chain(&holds).enumerate();
        let entries = entries.map(|(place, entry)| NewEntry {
            key: match (place, entry.cue()) {
                (0, _) => self.key.clone(),
                (_, Some(cue)) => format!("{}/{cue}", self.key),
                (place, None) => format!("{}/{place}", self.key),
            },
            by: by.clone(),
            entry: entry.clone(),
        });
        let entries: Vec<NewEntry> = entries.collect();
        let last = self.head();
        Ok(match append(ledger, &entries, last, now, decides).await? {
            Appended::Written(numbers) => {
                SlipWritten::Written(numbers.first().copied().unwrap_or(last))
            }
            Appended::Conflict(meanwhile) => SlipWritten::Changed(meanwhile),
        })
    }

    /// The number of the log's last entry.
    pub(crate) fn head(&self) -> i64 {
        self.log.last().map_or(0, |last| last.number)
    }
}

/// Whether an entry changes the schedule.
pub(crate) fn moves(entry: &Entry) -> bool {
    matches!(
        entry,
        Entry::Slip { .. }
            | Entry::UndoSlip { .. }
            | Entry::EndSlips { .. }
            | Entry::Detach { .. }
            | Entry::Attach { .. }
    )
}
