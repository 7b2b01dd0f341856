//! When things are by the file and the slips that were called: the judge's own reckoning.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::Event;
use showcaller_event::model::{Anchor, Cue, CueRecipient, CueTo, Meeting, MeetingKey, RoomKey};
use std::collections::BTreeMap;

use crate::record::{Attendance, Only, Record, Slipped};

/// With more than that left, those who are away come back.
const BREAK: SignedDuration = SignedDuration::from_mins(30);
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
/// A meeting is over once nobody has come back for so long.
pub(super) const AWAY: SignedDuration = SignedDuration::from_mins(2);

/// Seconds as people say them: `8 s`, `4 min`.
pub(super) fn length(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds} s"),
        _ => format!("{} min", seconds / 60),
    }
}

/// When the meetings of an event begin and end.
#[derive(Debug, Clone)]
pub(super) struct Times {
    meetings: BTreeMap<MeetingKey, (Timestamp, Timestamp)>,
    slips: Vec<Slipped>,
}

impl Times {
    /// As planned, and after each slip, since when.
    pub(super) fn in_turn(event: &Event, record: &Record) -> Vec<(Timestamp, Self)> {
        let planned = |meeting: &Meeting| (meeting.start.timestamp(), meeting.end.timestamp());
        let meetings = event.meetings.iter();
        let planned = Self {
            meetings: meetings.map(|it| (it.key.clone(), planned(it))).collect(),
            slips: Vec::new(),
        };
        let gone = Self::gone(record);
        let mut turns = vec![(Timestamp::MIN, planned)];
        for slip in &record.slips {
            let mut times = turns[turns.len() - 1].1.clone();
            times.move_by(event, slip, &gone);
            turns.push((slip.at, times));
        }
        turns
    }

    /// When the last people left each meeting.
    pub(super) fn gone(record: &Record) -> BTreeMap<&MeetingKey, Timestamp> {
        let mut gone = BTreeMap::new();
        for it in record
            .attendance
            .iter()
            .filter(|it| it.what == Attendance::Left)
        {
            let last = gone.entry(&it.meeting).or_insert(it.at);
            *last = it.at.max(*last);
        }
        gone
    }

    /// What had not begun moves; what was under way, as people had not `gone`, gets another end, but none in the past;
    /// what is fixed stays.
    pub(super) fn move_by(
        &mut self,
        event: &Event,
        slip: &Slipped,
        gone: &BTreeMap<&MeetingKey, Timestamp>,
    ) {
        let by = SignedDuration::from_mins(slip.minutes);
        let of_day = { event.meetings.iter() }.filter(|it| it.day == slip.day && !it.fixed);
        for meeting in of_day.filter(|it| slip.only.covers(&it.rooms, &it.key)) {
            if let Some((start, end)) = self.meetings.get_mut(&meeting.key) {
                let is_on = gone.get(&meeting.key).map_or(*end, |gone| *gone + AWAY) > slip.at
                    || *end - BREAK > slip.at;
                if slip.moves_later(*start) {
                    *start += by;
                    *end += by;
                } else if is_on && slip.only.from.is_none() {
                    let least = slip.at.max(*start + MINUTE).duration_since(*end);
                    let least = least.as_secs().div_euclid(60).min(0);
                    *end += match slip.is_undo {
                        true => by,
                        false => SignedDuration::from_mins(slip.minutes.max(least)),
                    };
                }
            }
        }
        self.slips.push(slip.clone());
    }

    pub(super) fn of(&self, meeting: &MeetingKey) -> Option<(Timestamp, Timestamp)> {
        self.meetings.get(meeting).copied()
    }

    /// When a cue is due for a recipient; `None` if it has no time.
    pub(super) fn due(&self, cue: &Cue, to: &CueTo) -> Option<Timestamp> {
        let start = |meeting: &MeetingKey| Some(self.of(meeting)?.0);
        let end = |meeting: &MeetingKey| Some(self.of(meeting)?.1);
        Some(match to.anchor.as_ref()? {
            Anchor::At(at) => self.moved(cue, at.timestamp()),
            Anchor::Before { meeting, lead } => start(meeting)? - *lead,
            Anchor::AfterStart { meeting, delay } => start(meeting)? + *delay,
            Anchor::BeforeEnd { meeting, lead } => end(meeting)? - *lead,
            Anchor::After { meeting, delay } => end(meeting)? + *delay,
        })
    }

    fn moved(&self, cue: &Cue, mut at: Timestamp) -> Timestamp {
        let of_day = |slip: &&Slipped| cue.key.day.as_ref() == Some(&slip.day);
        for slip in self.slips.iter().filter(of_day).filter(|_| !cue.fixed) {
            let only = &slip.only.rooms;
            let is_covered = |to: &CueTo| match &to.recipient {
                CueRecipient::Room(room) => only.contains(room),
                CueRecipient::Person(_) => false,
            };
            let is_covered = only.is_empty() || cue.to.iter().all(is_covered);
            if slip.moves_later(at) && is_covered {
                at += SignedDuration::from_mins(slip.minutes);
            }
        }
        at
    }
}

impl Slipped {
    /// Whether it moves what begins then as a whole.
    pub(super) fn moves_later(&self, start: Timestamp) -> bool {
        start > self.at && self.only.from.is_none_or(|from| start >= from)
    }
}

impl Only {
    fn covers(&self, rooms: &[RoomKey], meeting: &MeetingKey) -> bool {
        let of_them = !rooms.is_empty() && rooms.iter().all(|it| self.rooms.contains(it));
        (self.rooms.is_empty() || of_them) && self.but.as_ref() != Some(meeting)
    }
}
