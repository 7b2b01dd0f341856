//! What a meeting needs of an operator.

use std::collections::BTreeSet;
use std::fmt;

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{Anchor, Counts, CueKey, Email, Meeting, MeetingKey};

use super::board::Board;
use super::check_in::{ALARM_BEFORE, CheckIns, before};
use super::need_times::GRACE;

/// What follows is in danger if it is due so soon.
const SOON: SignedDuration = SignedDuration::from_mins(5);

/// Something about a meeting that needs an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingAttention {
    /// The meeting.
    pub meeting: MeetingKey,
    /// What it needs.
    pub need: MeetingNeed,
}

/// What a meeting needs of an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeetingNeed {
    /// It goes on past its end, and something that follows it is due.
    Overrun {
        /// When it was to end.
        end: Timestamp,
        /// What follows.
        next: Following,
        /// By how many minutes the rest may be moved.
        minutes: i64,
    },
    /// Some of those who are to run it did not say that they are there.
    CheckIn {
        /// When it begins.
        start: Timestamp,
        /// Who.
        missing: Vec<Email>,
        /// Who stands by for them and said that they are there.
        stand_ins: Vec<Email>,
        /// Who stands by and is asked from now on.
        standby: Vec<Email>,
    },
    /// People wait in it for a host.
    Waiting {
        /// When it begins, or began, by the schedule.
        start: Timestamp,
    },
}

/// What follows a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Following {
    /// A meeting of the same people, host or rooms.
    Meeting(MeetingKey),
    /// A cue that hangs on its planned end.
    Cue(CueKey),
}

/// What makes it the same need: it is told once. A meeting that moves needs it again.
impl fmt::Display for MeetingAttention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, at) = match &self.need {
            MeetingNeed::Overrun { end, .. } => ("overrun", end),
            MeetingNeed::CheckIn { start, .. } => ("check-in", start),
            MeetingNeed::Waiting { start } => ("waiting", start),
        };
        write!(f, "{what}/{}/{at}", self.meeting)
    }
}

/// The check-ins of a meeting that is about to begin.
#[derive(Debug, Clone)]
pub struct CheckInStatus<'a> {
    /// The meeting.
    pub meeting: &'a Meeting,
    /// When it begins.
    pub start: Timestamp,
    /// Who said that they are there, those who stand by included.
    pub here: Vec<&'a Email>,
    /// Who did not, of those who are to run it.
    pub missing: Vec<&'a Email>,
}

impl<'a> Board<'a> {
    /// The meetings whose co-hosts are being asked, in the file's order.
    #[must_use]
    pub fn check_ins(&self) -> Vec<CheckInStatus<'a>> {
        let said = CheckIns::of(self.log);
        let status = |meeting: &'a Meeting| {
            let start = self.scene.schedule.get(&meeting.key)?.start.timestamp();
            let is_asked = (before(start, meeting.check_in?)..start).contains(&self.scene.now);
            let missing = said.missing(meeting, start);
            let is_here = |email: &&Email| !missing.contains(email);
            let mut here: Vec<_> = meeting.runners().filter(is_here).collect();
            here.extend(said.stand_ins(meeting, start));
            is_asked.then_some(CheckInStatus {
                meeting,
                start,
                here,
                missing,
            })
        };
        self.scene
            .event
            .meetings
            .iter()
            .filter_map(status)
            .collect()
    }

    /// All meetings that need an operator now, in the file's order.
    #[must_use]
    pub fn meetings_attention(&self) -> Vec<MeetingAttention> {
        let look = Look {
            board: self,
            check_ins: CheckIns::of(self.log),
            now: self.scene.now,
        };
        let meetings = self.scene.event.meetings.iter();
        let needs = meetings.flat_map(|meeting| {
            let needs = look.needs(meeting).into_iter().flatten().flatten();
            needs.map(|need| MeetingAttention {
                meeting: meeting.key.clone(),
                need,
            })
        });
        needs.collect()
    }
}

struct Look<'b, 'a> {
    board: &'b Board<'a>,
    check_ins: CheckIns<'a>,
    now: Timestamp,
}

impl Look<'_, '_> {
    fn needs(&self, meeting: &Meeting) -> Option<[Option<MeetingNeed>; 3]> {
        let scheduled = self.board.scene.schedule.get(&meeting.key)?;
        let (start, end) = (scheduled.start.timestamp(), scheduled.end.timestamp());
        let known = &self.board.meetings;
        let is_awaited = before(start, ALARM_BEFORE) <= self.now && self.now < end;
        let has_run = known.has_started(&meeting.key);
        let waits =
            is_awaited && !has_run && known.waits_since(&meeting.key, before(start, ALARM_BEFORE));
        Some([
            is_awaited.then(|| self.check_in(meeting, start)).flatten(),
            waits.then_some(MeetingNeed::Waiting { start }),
            self.overrun(meeting, end),
        ])
    }

    fn check_in(&self, meeting: &Meeting, start: Timestamp) -> Option<MeetingNeed> {
        meeting.check_in?;
        let missing = self.check_ins.missing(meeting, start);
        let stand_ins = self.check_ins.stand_ins(meeting, start);
        let standby = meeting.standby.iter();
        let standby = standby.filter(|it| !stand_ins.contains(it)).cloned();
        let standby: Vec<Email> = standby.collect();
        let owned = |emails: Vec<&Email>| emails.into_iter().cloned().collect::<Vec<_>>();
        (!missing.is_empty()).then(|| MeetingNeed::CheckIn {
            start,
            standby,
            missing: owned(missing),
            stand_ins: owned(stand_ins),
        })
    }

    fn overrun(&self, meeting: &Meeting, end: Timestamp) -> Option<MeetingNeed> {
        let past = self.now.duration_since(end);
        if past < GRACE || !self.board.meetings.goes_on(&meeting.key) {
            return None;
        }
        let next = self.next_meeting(meeting, end);
        let next = next.map(Following::Meeting);
        let next = next.or_else(|| self.next_cue(meeting).map(Following::Cue))?;
        // Until the slip is called it takes a while.
        let minutes = (past.as_mins() / 5 + 2) * 5;
        Some(MeetingNeed::Overrun { end, next, minutes })
    }

    /// The meeting of the same people, host or rooms that is due.
    fn next_meeting(&self, meeting: &Meeting, end: Timestamp) -> Option<MeetingKey> {
        let scene = self.board.scene;
        let organisers = scene.event.bot.organisers.room.as_ref();
        let rooms: BTreeSet<_> = meeting.rooms.iter().collect();
        let runners: BTreeSet<_> = meeting.runners().collect();
        let shares = |other: &Meeting| {
            let mut others = other.rooms.iter().filter(|room| Some(*room) != organisers);
            others.any(|room| rooms.contains(room))
                || other.runners().any(|person| runners.contains(person))
                || (meeting.host.is_some() && meeting.host == other.host)
        };
        let is_due = |other: &&Meeting| {
            scene.schedule.get(&other.key).is_some_and(|scheduled| {
                let start = scheduled.start.timestamp();
                let soon = start.duration_since(self.now) <= SOON;
                start >= end && soon && self.now < scheduled.end.timestamp()
            })
        };
        let mut others = scene.event.meetings.iter().filter(is_due);
        let next = others.find(|other| other.key != meeting.key && shares(other));
        next.map(|other| other.key.clone())
    }

    /// The cue that goes by this meeting's planned end, and is due.
    fn next_cue(&self, meeting: &Meeting) -> Option<CueKey> {
        let cues = self.board.scene.event.cues.iter();
        let mut planned = cues.filter(|cue| cue.counts == Counts::Planned);
        let next = planned.find(|cue| {
            cue.to.iter().any(|to| {
                let is_after = matches!(&to.anchor, Some(Anchor::After { .. }));
                let anchor = to.anchor.as_ref().filter(|_| is_after);
                let hangs = anchor.and_then(Anchor::meeting) == Some(&meeting.key);
                let due = cue.due(to, self.board.scene.schedule);
                let soon = |due: Timestamp| {
                    let until = due.duration_since(self.now);
                    until <= SOON && until >= -SOON
                };
                hangs && due.is_some_and(|due| soon(due.timestamp()))
            })
        });
        next.map(|cue| cue.key.clone())
    }
}
