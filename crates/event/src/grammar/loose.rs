//! Times and dates as people write them elsewhere: what a hint proposes in their place.

use jiff::civil::Date;

use crate::hint::Hint;

/// What to write for a text that is no start and end; `good` says what is one.
pub(super) fn range_hint(text: &str, good: impl Fn(&str) -> bool) -> Hint {
    let mended = text.split_once(is_dash).and_then(|(start, end)| {
        // In `1-2 pm`, the half of the day of the start is a guess.
        let alike = half_of_day(start).is_some() == half_of_day(end).is_some();
        alike.then_some(format!("{}-{}", clock(start)?, clock(end)?))
    });
    match mended.filter(|mended| good(mended)) {
        Some(mended) => write(text, &mended),
        None => "a start and an end are hours and minutes of 24 hours, with a dash between: \
                 \"10:00-16:30\""
            .into(),
    }
}

/// What to write for a text that is no time of day; `good` says what is one.
pub(super) fn time_hint(text: &str, good: impl Fn(&str) -> bool) -> Hint {
    match clock(text).filter(|mended| good(mended)) {
        Some(mended) => write(text, &mended),
        None => "a time is hours and minutes of 24 hours: \"18:00\", or \"01:00 +1\" for after \
                 midnight"
            .into(),
    }
}

/// The time as it should be, with the reason why it is not taken as it is.
fn write(text: &str, mended: &str) -> Hint {
    let why = if half_of_day(text).is_some() {
        "times have 24 hours: "
    } else if text.contains(|c| is_dash(c) && !c.is_ascii()) {
        "this dash is another character than `-`: "
    } else {
        ""
    };
    let right = format!("\"{mended}\"");
    Hint::instead(format!("{why}write {right}"), right)
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}')
}

/// The time before a trailing `am`, `pm`, `a.m.` or `p.m.`, and which of them it is.
fn half_of_day(text: &str) -> Option<(String, char)> {
    let plain = text.trim().to_lowercase().replace(".m.", "m");
    let time = plain.strip_suffix('m')?;
    let half = time
        .chars()
        .next_back()
        .filter(|c| matches!(c, 'a' | 'p'))?;
    Some((time[..time.len() - 1].to_owned(), half))
}

/// `09:30` for `9:30 AM`, `9` and `9.30`; ` +1` stays.
fn clock(text: &str) -> Option<String> {
    let (text, later) = match text.trim().strip_suffix("+1") {
        Some(text) => (text, " +1"),
        None => (text, ""),
    };
    let (time, half) = match half_of_day(text) {
        Some((time, half)) => (time, Some(half)),
        None => (text.to_owned(), None),
    };
    let (hour, minute) = time.split_once([':', '.', 'h']).unwrap_or((&time, "0"));
    let (hour, minute): (u8, u8) = (hour.trim().parse().ok()?, minute.trim().parse().ok()?);
    let hour = match half {
        Some('p') => hour % 12 + 12,
        Some(_) => hour % 12,
        None => hour,
    };
    Some(format!("{hour:02}:{minute:02}{later}"))
}

/// What to write for a text that is no date.
pub(super) fn date_hint(text: &str) -> Hint {
    let example = || "write year-month-day, as in 2027-10-06".into();
    let mut parts: Vec<_> = text.trim().split(['-', '.', '/']).collect();
    if text.contains('.') {
        parts.reverse();
    }
    let [year, month, day] = parts.as_slice() else {
        return example();
    };
    let date = |day: &str| {
        let year = year.parse().ok().filter(|_| year.len() == 4)?;
        Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
    };
    match (date(day), date("1")) {
        (Some(date), _) => Hint::write(date.to_string()),
        (None, Some(first)) => {
            let days = first.days_in_month();
            format!("{} has {days} days", first.strftime("%B %Y")).into()
        }
        (None, None) => example(),
    }
}
