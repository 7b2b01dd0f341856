//! Which day of the event it is.

use jiff::civil::Date;
use jiff::{Timestamp, Zoned};
use showcaller_event::model::{Day, Meeting};
use showcaller_event::{Event, Schedule};

use crate::reply::State;
use crate::scene::{EventWords, Scene};

/// Which day of the event it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Today<'a> {
    /// The day that holds now, past midnight until its last meeting ends.
    Is(&'a Day),
    /// No day holds now; this is the next.
    NextIs(&'a Day),
    /// The last meeting has ended.
    Over,
}

impl<'a> Today<'a> {
    pub(crate) fn of(scene: &Scene<'a>) -> Self {
        let now = local_now(scene).date();
        let days = &scene.event.days;
        let later = days.iter().find(|day| day.date > now);
        let holds = |day: &&Day| day.date == now || day.date < now && lasts(scene, day);
        let ended =
            |day| meetings_of(scene, day).all(|meeting| scene.state(meeting) == State::Ended);
        match days.iter().find(holds) {
            Some(day) if later.is_some() || !ended(day) => Self::Is(day),
            _ => later.map_or(Self::Over, Self::NextIs),
        }
    }
}

/// Whether a meeting of a day that is past on the calendar has not ended by the schedule.
fn lasts(scene: &Scene<'_>, day: &Day) -> bool {
    let ends = meetings_of(scene, day).filter_map(|meeting| scene.schedule.get(&meeting.key));
    ends.map(|scheduled| scheduled.end.timestamp())
        .any(|end| scene.now < end)
}

fn meetings_of<'a>(scene: &Scene<'a>, day: &Day) -> impl Iterator<Item = &'a Meeting> {
    let (schedule, day) = (scene.schedule, day.id.clone());
    scene.event.meetings.iter().filter(move |meeting| {
        schedule
            .get(&meeting.key)
            .is_some_and(|scheduled| scheduled.day == day)
    })
}

/// The present on the event's clocks.
pub(crate) fn local_now(scene: &Scene<'_>) -> Zoned {
    scene.now.to_zoned(scene.event.zone())
}

/// The date that "today" means: that of the event's day that holds now, else the calendar's.
pub(crate) fn date_of_today(scene: &Scene<'_>) -> Date {
    match Today::of(scene) {
        Today::Is(day) => day.date,
        Today::NextIs(_) | Today::Over => local_now(scene).date(),
    }
}

/// How many minutes there are until an instant, rounded up.
pub(crate) fn minutes_until(now: Timestamp, then: &Zoned) -> i64 {
    let seconds = then.timestamp().duration_since(now).as_secs_f64();
    (seconds / 60.0).ceil() as i64
}

/// The day of the event that holds now, if it is in show mode (`show-mode:`): then nothing is applied
/// unless its name is typed.
#[must_use]
pub fn day_in_show_mode<'a>(
    event: &'a Event,
    schedule: &'a Schedule,
    now: Timestamp,
) -> Option<&'a Day> {
    let scene = Scene {
        words: &EventWords::default(),
        event,
        schedule,
        facts: &|_| None,
        organisers_only: false,
        now,
    };
    match Today::of(&scene) {
        Today::Is(day) => event.day(&day.id).filter(|day| day.show_mode),
        Today::NextIs(_) | Today::Over => None,
    }
}
