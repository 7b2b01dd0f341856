//! What the log says of the meetings, and when a cue is due by that.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use showcaller_event::Schedule;
use showcaller_event::model::{Anchor, Counts, Cue, CueTo, MeetingKey};

use super::log::{Entry, Logged, Via};

/// How much earlier than planned a meeting may begin. What Webex reports from before that was a
/// rehearsal in the same meeting, and no cue of the event hangs on it.
const EARLIEST_START: SignedDuration = SignedDuration::from_mins(30);

/// What the log says of the meetings.
pub(super) struct Meetings<'a> {
    schedule: &'a Schedule,
    known: BTreeMap<&'a MeetingKey, Known>,
}

#[derive(Default)]
struct Known {
    started: Option<Timestamp>,
    ended: Option<Timestamp>,
    detached: bool,
}

/// When each meeting started and when it ended, as far as the log says. What began long before its planned
/// time was a sound check and does not count.
#[must_use]
pub fn actual_times(
    log: &[Logged],
    schedule: &Schedule,
) -> BTreeMap<MeetingKey, (Option<Timestamp>, Option<Timestamp>)> {
    let known = Meetings::of(log, schedule).known.into_iter();
    known
        .map(|(meeting, known)| (meeting.clone(), (known.started, known.ended)))
        .collect()
}

/// When a cue is due for a recipient, unless it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByItself {
    /// Only when it is called.
    Never,
    /// At this instant.
    At(Timestamp),
    /// It was planned for this instant, but what it waits for has not happened, or its meeting is run by
    /// hand: from then on an operator is asked.
    Asks(Timestamp),
}

impl ByItself {
    /// When it is due, or an operator is asked.
    pub(super) fn instant(self) -> Option<Timestamp> {
        match self {
            Self::Never => None,
            Self::At(at) | Self::Asks(at) => Some(at),
        }
    }
}

impl<'a> Meetings<'a> {
    pub(super) fn of(log: &'a [Logged], schedule: &'a Schedule) -> Self {
        let mut meetings = Self {
            schedule,
            known: BTreeMap::new(),
        };
        for logged in log {
            meetings.take(logged);
        }
        meetings
    }

    fn take(&mut self, logged: &'a Logged) {
        let by_a_person = logged.by.via != Via::Runner;
        match &logged.entry {
            Entry::Started { meeting, at } => {
                let earliest = self.planned_start(meeting);
                let earliest = earliest.and_then(|start| start.checked_sub(EARLIEST_START).ok());
                let known = self.known.entry(meeting).or_default();
                if by_a_person || earliest.is_none_or(|earliest| *at >= earliest) {
                    known.started.get_or_insert(*at);
                }
                // It goes on, so it is not over.
                known.ended = known.ended.filter(|ended| at <= ended);
            }
            Entry::Ended { meeting, at } => {
                let start = self.planned_start(meeting);
                let known = self.known.entry(meeting).or_default();
                if by_a_person || start.is_none_or(|start| *at > start) {
                    known.ended = known.ended.max(Some(*at));
                } else {
                    // A sound check, which ended before the meeting was to begin.
                    known.started = None;
                }
            }
            Entry::Detach { meeting } => self.known.entry(meeting).or_default().detached = true,
            Entry::Attach { meeting } => self.known.entry(meeting).or_default().detached = false,
            _ => {}
        }
    }

    fn planned_start(&self, meeting: &MeetingKey) -> Option<Timestamp> {
        let scheduled = self.schedule.get(meeting)?;
        Some(scheduled.start.timestamp())
    }

    /// When the cue is due for this recipient, unless it is called.
    pub(super) fn due(&self, cue: &Cue, to: &CueTo) -> ByItself {
        let Some(planned) = cue.due(to, self.schedule) else {
            return ByItself::Never;
        };
        let planned = planned.timestamp();
        let known = to.anchor.as_ref().and_then(Anchor::meeting);
        let known = known.and_then(|meeting| self.known.get(meeting));
        if known.is_some_and(|known| known.detached) {
            return ByItself::Asks(planned);
        }
        let (actual, delay) = match (cue.counts, &to.anchor) {
            (Counts::Actual, Some(Anchor::AfterStart { delay, .. })) => {
                (known.and_then(|known| known.started), delay)
            }
            (Counts::Actual, Some(Anchor::After { delay, .. })) => {
                (known.and_then(|known| known.ended), delay)
            }
            _ => return ByItself::At(planned),
        };
        let due = actual.and_then(|at| at.checked_add(*delay).ok());
        due.map_or(ByItself::Asks(planned), ByItself::At)
    }
}
