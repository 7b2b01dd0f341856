//! Counts, times and spans as operators read them.

use jiff::{SignedDuration, Zoned};

/// `1 room`, `12 rooms`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// As exact as it matters: `40 s`, `25 min`, `2 h 5 min`, `3 d 4 h`.
pub(crate) fn span(span: SignedDuration) -> String {
    let seconds = span.as_secs().abs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    let pair = |whole: i64, one: &str, part: i64, other: &str| match part {
        0 => format!("{whole} {one}"),
        _ => format!("{whole} {one} {part} {other}"),
    };
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, _) => pair(hours, "h", minutes % 60, "min"),
        (days, ..) => pair(days, "d", hours % 24, "h"),
    }
}

/// `09:00`
pub(crate) fn clock(time: &Zoned) -> String {
    time.strftime("%H:%M").to_string()
}

/// `Wed 6 Oct`
pub(crate) fn date(date: jiff::civil::Date) -> String {
    date.strftime("%a %-d %b").to_string()
}

/// `a, b and c`
pub(crate) fn list(things: &[String]) -> String {
    match things {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
