//! Times and dates as people write them elsewhere: what a hint proposes in their place.

use jiff::civil::Date;

use crate::hint::Hint;

/// What to write for a text that is no start and end; `good` says what is one.
pub(super) fn range_hint(text: &str, good: impl Fn(&str) -> bool) -> Hint {
    let plain = text
        .to_lowercase()
        .replace(" to ", "-")
        .replace(" until ", "-");
    let halves: Vec<&str> = plain.split(is_dash).map(str::trim).collect();
    let mended = match halves.as_slice() {
        [start, end] => clock(start, morning_or(start, end))
            .zip(clock(end, None))
            .map(|(start, end)| format!("{start}-{end}")),
        [start] if clock(start, None).is_some() => {
            return "this is only the start: write the end too, as in \"10:00-16:30\"".into();
        }
        _ => None,
    };
    match mended.filter(|mended| good(mended)) {
        Some(mended) => write(text, &mended),
        None => "a start and an end are hours and minutes of 24 hours, with a dash between: \
                 \"10:00-16:30\""
            .into(),
    }
}

/// What to write for a text that is no time of day; `good` says what is one.
pub(super) fn time_hint(text: &str, good: impl Fn(&str) -> bool) -> Hint {
    match clock(&text.to_lowercase(), None).filter(|mended| good(mended)) {
        Some(mended) => write(text, &mended),
        None => "a time is hours and minutes of 24 hours: \"18:00\", or \"01:00 +1\" for after \
                 midnight"
            .into(),
    }
}

/// The time as it should be, with the reason why it is not taken as it is.
fn write(text: &str, mended: &str) -> Hint {
    let lower = text.to_lowercase().replace('.', "");
    let why = if ["am", "pm"].iter().any(|half| lower.contains(half)) {
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
    matches!(
        c,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}' | '~'
    )
}

/// `pm` for a start whose end alone says so: `1-2 pm`, but not `11-1 pm`.
fn morning_or(start: &str, end: &str) -> Option<&'static str> {
    let hour = |text: &str| {
        text.split(|c: char| !c.is_ascii_digit())
            .next()?
            .parse::<u8>()
            .ok()
    };
    let before = hour(start)? < hour(end)? && hour(end)? < 12;
    (before && end.replace('.', "").ends_with("pm")).then_some("pm")
}

/// `09:30` for `9:30 AM`, `9`, `9h`, `9.30`; ` +1` stays. `half` is meant where none is written.
fn clock(text: &str, half: Option<&str>) -> Option<String> {
    let (text, later) = match text.trim().strip_suffix("+1") {
        Some(text) => (text, " +1"),
        None => (text, ""),
    };
    let text = text.trim().replace("a.m", "am").replace("p.m", "pm");
    let text = text.trim_end_matches(['.', 'h']);
    let written = ["am", "pm"].into_iter().find(|half| text.ends_with(half));
    let digits = written.map_or(text, |half| &text[..text.len() - half.len()]);
    let digits = digits.trim();
    let (hour, minute) = digits.split_once([':', '.', 'h']).unwrap_or((digits, "0"));
    let number = |text: &str| {
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<u8>().ok().filter(|_| digits)
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    let hour = match written.or(half) {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some("pm") => hour % 12 + 12,
        Some(_) => hour % 12,
        None => hour,
    };
    Some(format!("{hour:02}:{minute:02}{later}"))
}

/// What to write for a text that is no date.
pub(super) fn date_hint(text: &str) -> Hint {
    let example = || Hint::from("write year-month-day, as in 2027-10-06");
    let text = text.trim();
    let number = |text: &str| text.parse::<i16>().ok();
    let parts: Vec<&str> = match text.len() {
        8 if text.bytes().all(|b| b.is_ascii_digit()) => vec![&text[..4], &text[4..6], &text[6..]],
        _ => text.split(['-', '.', '/', ' ']).collect(),
    };
    let [a, b, c] = parts.as_slice() else {
        return example();
    };
    let (Some(first), Some(second), Some(third)) = (number(a), number(b), number(c)) else {
        return example();
    };
    let (year, month, day) = match (a.len(), c.len()) {
        (4, _) => (first, second, third),
        (_, 4) if second > 12 => (third, first, second),
        (_, 4) if first > 12 || text.contains('.') => (third, second, first),
        (_, 4) => {
            let (one, other) = (date(third, second, first), date(third, first, second));
            let both = one.zip(other);
            return both.map_or_else(example, |(one, other)| {
                format!("write year-month-day: {one} or {other}").into()
            });
        }
        _ => return example(),
    };
    match (date(year, month, day), date(year, month, 1)) {
        (Some(date), _) => Hint::write(date.to_string()),
        (None, Some(first)) => {
            let days = first.days_in_month();
            format!("{} has {days} days", first.strftime("%B %Y")).into()
        }
        (None, None) => "a year has 12 months; write year-month-day, as in 2027-10-06".into(),
    }
}

fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, month.try_into().ok()?, day.try_into().ok()?).ok()
}
