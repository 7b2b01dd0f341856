//! Days.

use super::input::Input;
use super::report::Report;

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
