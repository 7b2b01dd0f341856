//! When meetings actually begin and end: from what Webex tells to entries of the show log.
//!
//! ```text
//! webhooks of hosts ─▶ instances, attendance ─▶ show log
//! sweeps ─────────────────┘
//! ```
//!
//! A delivery is a row of the ledger before Webex gets its 2xx. One process leads, by a lease: it reads
//! the meetings that are on, in case a delivery was lost, and writes the log.

mod attendance;
mod runs;
mod sweep;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use showcaller_clock::SharedClock;
use showcaller_event::model::MeetingKey;
use showcaller_ledger::{
    Attendance, AttendanceWord, Error as LedgerError, Ledger, MeetingInstance,
};
use showcaller_show::{ALARM_BEFORE, By, Entry, Via};

use self::attendance::FinalLists;
use self::runs::{Known, entries};
use self::sweep::Past;
use crate::cached::Cached;
use crate::floor::{Background, Held, LeaseSpec, Stop, ThisProcess};
use crate::in_force_watch::InForceWatch;
use crate::show_log::{self, JournalError, NewEntry};
use crate::{Connections, Engine, Error};

const LEASE: LeaseSpec = LeaseSpec {
    name: "live",
    outdates: None,
};

/// How often it is looked for something new to be written.
const LOOK: SignedDuration = SignedDuration::from_secs(5);
/// How often meetings are read.
const SWEEP: SignedDuration = SignedDuration::from_mins(1);
/// How soon the lease is tried again that another process has.
const STANDBY: SignedDuration = SignedDuration::from_secs(15);
/// What ended before is written down, or was missed by everybody.
const FORGET: SignedDuration = SignedDuration::from_hours(24);

/// Watches the meetings as long as this is held: it leads, or stands by.
#[derive(Debug)]
pub struct Live {
    context: Arc<Context>,
    work: Background,
}

/// The way in for what Webex tells of meetings. Cheap to clone.
#[derive(Debug, Clone)]
pub struct LiveInbox(Arc<Context>);

#[derive(Debug)]
struct Context {
    connections: Connections,
    ledger: Ledger,
    clock: SharedClock,
    process: ThisProcess,
    alone: bool,
    in_force: InForceWatch,
    stop: Stop,
}

impl Live {
    /// Begins to watch as soon as no other process does.
    ///
    /// # Errors
    ///
    /// Nothing was applied yet, or the ledger fails.
    pub async fn begin(engine: &Engine) -> Result<Self, Error> {
        let (ledger, clock) = (engine.ledger.clone(), engine.clock.clone());
        let context = Arc::new(Context {
            connections: Connections::clone(&engine.connections),
            in_force: engine.in_force().await?,
            ledger,
            clock,
            process: engine.process.clone(),
            alone: engine.alone,
            stop: Stop::default(),
        });
        let work = Background::spawn(&context.clock.clone(), run(Arc::clone(&context)));
        Ok(Self { context, work })
    }

    /// The way in for what Webex tells of meetings.
    #[must_use]
    pub fn inbox(&self) -> LiveInbox {
        LiveInbox(Arc::clone(&self.context))
    }

    /// Whether it has ended by a mistake of its own.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.work.has_ended()
    }

    /// Ends, and gives the lease back.
    pub async fn stop(self) {
        self.context.stop.ask();
        self.work.join().await;
    }
}

impl LiveInbox {
    /// Writes down that a meeting of the event began or ended. Once this returns it is on the disk. The
    /// answer is `false` for a meeting that is not the event's.
    ///
    /// # Errors
    ///
    /// The ledger fails; it is not certain that it is kept.
    pub async fn take_in(&self, instance: &MeetingInstance) -> Result<bool, LedgerError> {
        if !self.is_ours(&instance.series).await {
            return Ok(false);
        }
        self.0.ledger.note_instance(instance).await?;
        Ok(true)
    }

    /// The same for a person who joined a meeting or left it.
    ///
    /// # Errors
    ///
    /// The ledger fails; it is not certain that it is kept.
    pub async fn take_in_attendance(&self, attendance: Attendance) -> Result<bool, LedgerError> {
        if !self.is_ours(&attendance.series).await {
            return Ok(false);
        }
        let ledger = &self.0.ledger;
        ledger
            .note_attendance(&[attendance], AttendanceWord::Adds)
            .await?;
        Ok(true)
    }

    async fn is_ours(&self, series: &str) -> bool {
        let has = |in_force: &crate::InForce| in_force.directory.meeting(series).is_some();
        let watch = &self.0.in_force;
        has(&watch.latest()) || has(&*watch.refreshed().await)
    }
}

async fn run(context: Arc<Context>) {
    while !context.stop.asked() {
        match lead(&context).await {
            Ok(()) | Err(Error::Busy(_)) => {}
            Err(error) => tracing::warn!(%error, "meetings are not watched by this process"),
        }
        context.stop.pause(&context.clock, STANDBY).await;
    }
}

/// Watches under the lease, until it is lost or the process is asked to stop.
async fn lead(context: &Context) -> Result<(), Error> {
    let Context {
        ledger,
        process,
        clock,
        ..
    } = context;
    let held = Held::take(ledger, LEASE, process, clock, context.alone).await?;
    let mut watch = Watch {
        connections: context.connections.guarded(&held.permit()),
        ledger: held.fenced(ledger),
        in_force: &context.in_force,
        log: KnownLog::default(),
        log_read: Cached::default(),
        instances: Cached::default(),
        swept: None,
        read: BTreeMap::new(),
        finals: FinalLists::default(),
    };
    loop {
        let looked = tokio::select! {
            biased;
            looked = watch.look() => looked,
            () = context.stop.wait() => return held.release(ledger).await,
        };
        match looked {
            Ok(()) => {}
            Err(JournalError::Ledger(error @ LedgerError::LeaseLost { .. })) => {
                held.abandon().await;
                return Err(error.into());
            }
            Err(error) => tracing::warn!(%error, "what happened to meetings is not written down"),
        }
        if context.stop.pause(clock, LOOK).await {
            return held.release(ledger).await;
        }
    }
}

struct Watch<'a> {
    connections: Connections,
    ledger: Ledger,
    in_force: &'a InForceWatch,
    log: KnownLog,
    log_read: Cached<()>,
    instances: Cached<Vec<MeetingInstance>>,
    swept: Option<Timestamp>,
    /// When each meeting was read last.
    read: BTreeMap<MeetingKey, Timestamp>,
    finals: FinalLists,
}

impl Watch<'_> {
    async fn look(&mut self) -> Result<(), JournalError> {
        let now = self.connections.bot.now();
        let ledger = &self.ledger;
        self.log_read.read(ledger, self.log.read_on(ledger)).await?;
        if self.swept.is_none_or(|at| now.duration_since(at) >= SWEEP) {
            self.swept = Some(now);
            self.sweep(now).await?;
        }
        self.write(now).await
    }

    async fn sweep(&mut self, now: Timestamp) -> Result<(), JournalError> {
        let (connections, ledger) = (&self.connections, &self.ledger);
        let in_force = self.in_force.latest();
        let log = &self.log;
        let mut past = Past {
            ended: &|meeting| log.ended(meeting),
            read: &mut self.read,
        };
        let waiting = sweep::sweep(connections, ledger, &in_force, &mut past).await?;
        let waiting: Vec<NewEntry> = waiting
            .into_iter()
            .filter_map(|meeting| {
                let start = in_force.schedule.get(&meeting)?.start.timestamp();
                let is_due = start.duration_since(now) <= ALARM_BEFORE;
                let key = format!("waiting/{meeting}/{start}");
                is_due.then(|| told_by_webex(key, Entry::Waiting { meeting, at: now }))
            })
            .collect();
        if !waiting.is_empty() {
            show_log::log(ledger, &waiting, None, now).await?;
        }
        Ok(attendance::sweep(connections, ledger, &in_force, &mut self.finals).await?)
    }

    /// Writes into the log what it does not have yet.
    async fn write(&mut self, now: Timestamp) -> Result<(), JournalError> {
        let since = now.checked_sub(FORGET).unwrap_or(now);
        let in_force = self.in_force.latest();
        let instances = self.ledger.instances(since);
        let instances = self.instances.read(&self.ledger, instances).await?;
        let mut meetings: BTreeMap<&MeetingKey, Vec<MeetingInstance>> = BTreeMap::new();
        for instance in instances {
            if let Some(meeting) = in_force.directory.meeting(&instance.series) {
                meetings.entry(meeting).or_default().push(instance.clone());
            }
        }
        let news = meetings.iter().flat_map(|(meeting, instances)| {
            entries(meeting, instances, self.log.of(meeting), now)
        });
        let news: Vec<NewEntry> = news.map(|(key, entry)| told_by_webex(key, entry)).collect();
        if !news.is_empty() {
            show_log::log(&self.ledger, &news, None, now).await?;
        }
        Ok(())
    }
}

fn told_by_webex(key: String, entry: Entry) -> NewEntry {
    NewEntry {
        key,
        by: By {
            name: "Webex".to_owned(),
            account: None,
            via: Via::Runner,
        },
        entry,
    }
}

/// What the show log says of meetings.
#[derive(Default)]
struct KnownLog {
    number: i64,
    meetings: BTreeMap<MeetingKey, Vec<Known>>,
}

impl KnownLog {
    async fn read_on(&mut self, ledger: &Ledger) -> Result<(), LedgerError> {
        for row in ledger.show_log(self.number).await? {
            self.number = row.number;
            // Of one that another build wrote, those who lead the cues tell.
            let Ok(logged) = show_log::logged(&row) else {
                continue;
            };
            let (meeting, known) = match logged.entry {
                Entry::Started { meeting, at } => (meeting, Known::Started(at)),
                Entry::Ended { meeting, at } => (meeting, Known::Ended(at)),
                _ => continue,
            };
            self.meetings.entry(meeting).or_default().push(known);
        }
        Ok(())
    }

    fn of(&self, meeting: &MeetingKey) -> &[Known] {
        self.meetings.get(meeting).map_or(&[], Vec::as_slice)
    }

    /// When a meeting ended; `None` if it goes on or has begun anew.
    fn ended(&self, meeting: &MeetingKey) -> Option<Timestamp> {
        match self.of(meeting).last() {
            Some(Known::Ended(at)) => Some(*at),
            _ => None,
        }
    }
}
