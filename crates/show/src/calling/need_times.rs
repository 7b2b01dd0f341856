//! When meetings may need an operator.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::{Event, Schedule};

use super::check_in::{ALARM_BEFORE, before};
use super::meetings::Meetings;

/// A meeting goes on past its end once it does for so long; what follows it is looked at as often.
pub(super) const GRACE: SignedDuration = SignedDuration::from_mins(1);
/// For so long after its end a meeting is of interest that goes on.
const AT_MOST: SignedDuration = SignedDuration::from_hours(2);

/// When the next meeting may need an operator, if nothing happens until then.
pub(super) fn next_need(
    event: &Event,
    schedule: &Schedule,
    meetings: &Meetings<'_>,
    now: Timestamp,
) -> Option<Timestamp> {
    let next_look = before(now, -GRACE);
    let instants = event.meetings.iter().flat_map(|meeting| {
        let scheduled = schedule.get(&meeting.key);
        let times = scheduled.map(|it| (it.start.timestamp(), it.end.timestamp()));
        let alarm = times.filter(|_| meeting.check_in.is_some());
        let alarm = alarm.map(|(start, _)| before(start, ALARM_BEFORE));
        let past = times.filter(|_| meetings.goes_on(&meeting.key));
        let past = past.filter(|(_, end)| now < before(*end, -AT_MOST));
        let past = past.map(|(_, end)| before(end, -GRACE).max(next_look));
        [alarm, past].into_iter().flatten()
    });
    instants.filter(|at| *at > now).min()
}
