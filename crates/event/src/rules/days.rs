//! Days.

use jiff::ToSpan;

use super::input::Input;
use super::report::Report;
use crate::language::Language;
use crate::phrases::weekday;

pub(super) fn same_date<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    // They are sorted by date, so equal ones are neighbours.
    for pair in input.event.days.windows(2) {
        let [first, second] = pair else { continue };
        if first.date == second.date {
            report.error(
                input.places.day(&second.id),
                format!(
                    "`{}` and `{}` are both on {}",
                    first.id, second.id, second.date
                ),
                "give each day a date of its own",
            );
        }
    }
}

pub(super) fn order<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for pair in input.event.days.windows(2) {
        let [first, second] = pair else { continue };
        let written = |place: crate::places::Place<'_>| place.1.start;
        let (before, after) = (input.places.day(&first.id), input.places.day(&second.id));
        if first.date < second.date && written(after.clone()) < written(before) {
            report.note(
                after,
                format!(
                    "`{}` ({}) is written before `{}` ({})",
                    second.id, second.date, first.id, first.date
                ),
                "days are easier to read in their order; are both dates right?",
            );
        }
    }
}

/// Of a day that is called after a day of the week, date or name is a slip if they differ.
pub(super) fn other_weekday<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for day in &input.event.days {
        let name = format!("{} {}", day.id, day.title).to_lowercase();
        let words: Vec<_> = name.split(|c: char| !c.is_alphanumeric()).collect();
        let called = |later: i64| {
            let date = day.date.saturating_add(later.days());
            let names = Language::ALL.map(|it| weekday(date, it));
            names
                .into_iter()
                .find(|name| words.contains(&name.to_lowercase().as_str()))
        };
        if let (None, Some(name)) = (called(0), (1..7).find_map(called)) {
            let is = weekday(day.date, Language::English);
            report.note(
                input.places.day(&day.id),
                format!(
                    "day `{}` is called {name}, but {} is a {is}",
                    day.id, day.date
                ),
                "change the date, or what the day is called",
            );
        }
    }
}

/// Such a night is an hour shorter or longer than the file looks, and people elsewhere find the times
/// of the later days moved.
pub(super) fn clocks<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let days = &input.event.days;
    let ends = input.event.meetings.iter().map(|it| it.end.timestamp());
    let zone = input.event.zone();
    let (Some(last), Some(end)) = (days.last(), ends.max()) else {
        return;
    };
    let Ok(start) = days[0].date.to_zoned(zone.clone()) else {
        return;
    };
    let changes = zone.following(start.timestamp());
    for change in changes.take_while(|it| it.timestamp() < end) {
        let at = change.timestamp();
        let from = zone.to_offset(at - 1.second()).to_datetime(at);
        let to = change.offset().to_datetime(at);
        if from == to {
            continue;
        }
        let way = if from < to { "forward" } else { "back" };
        let day = days
            .iter()
            .find(|day| day.date >= to.date())
            .unwrap_or(last);
        report.note(
            input.places.day(&day.id),
            format!(
                "the clocks are put {way} on {}, from {} to {}",
                from.date(),
                from.strftime("%H:%M"),
                to.strftime("%H:%M"),
            ),
            "fine if the times from then on are meant by the new clock; the night has another length",
        );
    }
}

/// A day that is over by the plan itself can only get worse.
pub(super) fn ends<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for meeting in &input.event.meetings {
        let Some(day) = input.event.day(&meeting.day) else {
            continue;
        };
        if let Some(ends) = day.ends.as_ref().filter(|ends| **ends < meeting.end) {
            let first = input.first_and_last(&day.id).map(|(first, _)| first);
            let hint = if first.is_some_and(|first| ends < first) {
                let clock = ends.strftime("%H:%M");
                format!("write `{clock} +1` if that is after midnight")
            } else {
                "make `ends:` later, or the meeting shorter".to_owned()
            };
            report.note(
                input.places.day(&day.id),
                format!(
                    "meeting `{}` goes on until {}; `{}` ends at {}",
                    meeting.key,
                    meeting.end.strftime("%H:%M"),
                    day.id,
                    ends.strftime("%H:%M"),
                ),
                hint,
            );
        }
    }
}
