//! When things are by the file and the slips that were called: the judge's own reckoning.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::Event;
use showcaller_event::model::{Anchor, Cue, CueTo, Meeting, MeetingKey};
use std::collections::BTreeMap;

use crate::record::{Attendance, Record, Slipped};

/// A meeting is over once nobody has come back for so long.
pub(super) const AWAY: SignedDuration = SignedDuration::from_mins(2);

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
        let mut gone = BTreeMap::new();
        for it in record
            .attendance
            .iter()
            .filter(|it| it.what == Attendance::Left)
        {
            let last = gone.entry(&it.meeting).or_insert(it.at);
            *last = it.at.max(*last);
        }
        let mut turns = vec![(Timestamp::MIN, planned)];
        for slip in &record.slips {
            let mut times = turns[turns.len() - 1].1.clone();
            times.move_by(event, slip, &gone);
            turns.push((slip.at, times));
        }
        turns
    }

    /// What had not begun moves; what was under way, as people had not `gone`, ends later; what is fixed stays.
    pub(super) fn move_by(
        &mut self,
        event: &Event,
        slip: &Slipped,
        gone: &BTreeMap<&MeetingKey, Timestamp>,
    ) {
        let by = SignedDuration::from_mins(slip.minutes);
        let of_day = { event.meetings.iter() }.filter(|it| it.day == slip.day && !it.fixed);
        for meeting in of_day {
            if let Some((start, end)) = self.meetings.get_mut(&meeting.key) {
                if *start > slip.at {
                    *start += by;
                    *end += by;
                } else if gone.get(&meeting.key).map_or(*end, |gone| *gone + AWAY) > slip.at {
                    *end += by;
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
            if at > slip.at {
                at += SignedDuration::from_mins(slip.minutes);
            }
        }
        at
    }
}
