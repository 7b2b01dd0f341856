//! When things are by the file and the slips that were called: the judge's own reckoning.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::Event;
use showcaller_event::model::{Anchor, Cue, CueTo, Meeting, MeetingKey};
use std::collections::BTreeMap;

use crate::record::Slipped;

/// When the meetings of an event begin and end.
#[derive(Debug, Clone)]
pub(super) struct Times {
    meetings: BTreeMap<MeetingKey, (Timestamp, Timestamp)>,
    slips: Vec<Slipped>,
}

impl Times {
    /// After these slips, in the order in which they were called. What had not begun moves; what was under way
    /// ends later; what is fixed stays.
    pub(super) fn after(event: &Event, slips: &[Slipped]) -> Self {
        let planned = |meeting: &Meeting| (meeting.start.timestamp(), meeting.end.timestamp());
        let mut meetings: BTreeMap<_, _> = event
            .meetings
            .iter()
            .map(|meeting| (meeting.key.clone(), planned(meeting)))
            .collect();
        for slip in slips {
            let by = SignedDuration::from_mins(slip.minutes);
            for meeting in event
                .meetings
                .iter()
                .filter(|it| it.day == slip.day && !it.fixed)
            {
                if let Some((start, end)) = meetings.get_mut(&meeting.key) {
                    if *start > slip.at {
                        *start += by;
                        *end += by;
                    } else if *end > slip.at {
                        *end += by;
                    }
                }
            }
        }
        Self {
            meetings,
            slips: slips.to_vec(),
        }
    }

    /// As planned, and after each slip, since when.
    pub(super) fn in_turn(event: &Event, slips: &[Slipped]) -> Vec<(Timestamp, Self)> {
        let since = slips.iter().map(|slip| slip.at);
        let since = std::iter::once(Timestamp::MIN).chain(since);
        let after = |(many, since)| (since, Self::after(event, &slips[..many]));
        since.enumerate().map(after).collect()
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
