//! Times of day and durations, as people write them.

use jiff::civil::Time;
use serde_json::json;

use super::loose::{range_hint, time_hint};
use super::read::shortened;
use super::{Binder, Value};
use crate::hint::Hint;
use crate::yaml::{Kind, Node};

/// From one time of day to another: `10:00-16:30`, with ` +1` to end on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimeRange {
    pub(crate) start: Time,
    pub(crate) end: Time,
    /// How many days later it ends.
    pub(crate) days_later: u8,
}

/// How long something takes or waits, in minutes: `5 min`, `1 h 30 min`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Duration(pub(crate) i64);

/// What becomes of a cue that could not go in time: `send-within 10 min`, `skip`, `ask`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LateCue {
    /// So many minutes late it still goes.
    SendWithin(i64),
    Skip,
    Ask,
}

/// A time of a day of the event: `9:00`, `09.00`, `9h00`, or `01:00 +1` on the next date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DayTime {
    pub(crate) time: Time,
    /// How many days later.
    pub(crate) days_later: u8,
}

impl Value for LateCue {
    fn read(node: &Node, binder: &mut Binder<'_>) -> Option<Self> {
        let text = binder.scalar(node, "what becomes of a late cue")?.trim();
        let within = text.strip_prefix("send-within ");
        match (text, within.map(duration)) {
            ("skip", _) => Some(Self::Skip),
            ("ask", _) => Some(Self::Ask),
            (_, Some(Some(minutes))) => Some(Self::SendWithin(minutes)),
            _ => {
                let message = format!(
                    "`{}` does not say what becomes of a late cue",
                    shortened(text)
                );
                binder
                    .error("late", &node.span, message)
                    .hint("it is one of `send-within 10 min`, `skip` and `ask`");
                None
            }
        }
    }
    fn schema() -> serde_json::Value {
        json!({
            "type": "string",
            "pattern": "^\\s*(skip|ask|send-within\\s+\\d+\\s*[hm].*)$",
            "examples": ["send-within 10 min", "skip", "ask"],
        })
    }
    fn words() -> String {
        "`send-within 10 min`, `skip` or `ask`".to_owned()
    }
}

impl Value for DayTime {
    fn read(node: &Node, binder: &mut Binder<'_>) -> Option<Self> {
        let text = time_text(node, binder, "a time of day")?;
        if let Some((hour, minute, days_later)) = end(&text)
            && let Ok(time) = Time::new(hour, minute, 0, 0)
        {
            return Some(Self { time, days_later });
        }
        let message = format!("`{}` is not a time of day", shortened(&text));
        binder
            .error("time", &node.span, message)
            .hint(time_hint(&text, |text| end(text).is_some()));
        None
    }
    fn schema() -> serde_json::Value {
        json!({
            "type": "string",
            "pattern": "^\\s*\\d{1,2}[:.h]\\d{2}(\\s*\\+1)?\\s*$",
            "examples": ["18:00", "01:00 +1"],
        })
    }
    fn words() -> String {
        "time, as `\"18:00\"` or `\"01:00 +1\"`".to_owned()
    }
}

impl Value for TimeRange {
    fn read(node: &Node, binder: &mut Binder<'_>) -> Option<Self> {
        let text = time_text(node, binder, "start and end")?;
        if let Some(range) = range(&text) {
            return Some(range);
        }
        let message = format!("`{}` is not a start and an end", shortened(&text));
        binder
            .error("time", &node.span, message)
            .hint(range_hint(&text, |text| range(text).is_some()));
        None
    }
    fn schema() -> serde_json::Value {
        json!({
            "type": "string",
            "pattern": "^\\s*\\d{1,2}[:.h]\\d{2}\\s*[-–—]\\s*\\d{1,2}[:.h]\\d{2}(\\s*\\+1)?\\s*$",
            "examples": ["10:00-16:30"],
        })
    }
    fn words() -> String {
        "start and end, as `\"10:00-16:30\"`".to_owned()
    }
}

impl Value for Duration {
    fn read(node: &Node, binder: &mut Binder<'_>) -> Option<Self> {
        let text = binder.scalar(node, "a duration")?;
        if let Some(minutes) = duration(text) {
            return Some(Self(minutes));
        }
        let minutes = format!("{} min", text.trim().replace('h', " h "));
        let hint = match duration(&minutes) {
            Some(_) => {
                let minutes = minutes.split_whitespace().collect::<Vec<_>>().join(" ");
                Hint::instead(format!("write the unit: {minutes}"), minutes)
            }
            None => "a duration is `5 min` or `1 h 30 min`, and at most 7 days".into(),
        };
        let message = format!("`{}` is not a duration", shortened(text));
        binder.error("duration", &node.span, message).hint(hint);
        None
    }
    fn schema() -> serde_json::Value {
        json!({
            "type": "string",
            "pattern": "^\\s*(\\d+\\s*h(ours?)?)?\\s*(\\d+\\s*(m|min|minutes?))?\\s*$",
            "minLength": 2,
            "examples": ["5 min", "1 h 30 min"],
        })
    }
    fn words() -> String {
        "duration, as `5 min`".to_owned()
    }
}

/// The text of a time. Older YAML programs turn 12:00 without quotes into the number 720 when they
/// write a file back; then only the number is left.
fn time_text(node: &Node, binder: &mut Binder<'_>, wanted: &str) -> Option<String> {
    if let Kind::Scalar { text, plain: true } = &node.kind
        && let Ok(minutes) = text.parse::<u32>()
        && minutes < 24 * 60
    {
        let time = format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let hint = if minutes < 24 {
            Hint::write(format!("\"{minutes:02}:00\""))
        } else {
            let right = format!("\"{time}\"");
            let why = format!("some programs turn {time} without quotes into {minutes}");
            Hint::instead(format!("{why}: write {right}"), right)
        };
        binder
            .error(
                "time",
                &node.span,
                format!("here belongs {wanted}, not the number {text}"),
            )
            .hint(hint);
        return None;
    }
    binder.scalar(node, wanted).map(str::to_owned)
}

/// Hours and minutes; 24:00 is the end of a day.
fn clock(text: &str) -> Option<(i8, i8)> {
    let text = text.trim();
    let (hour, minute) = text.split_once([':', '.', 'h'])?;
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    if !digits(hour, 2) || !digits(minute, 2) || minute.len() != 2 {
        return None;
    }
    let (hour, minute): (i8, i8) = (hour.parse().ok()?, minute.parse().ok()?);
    let real = (hour < 24 && minute < 60) || (hour, minute) == (24, 0);
    real.then_some((hour, minute))
}

fn range(text: &str) -> Option<TimeRange> {
    let (start, until) = text.split_once(['-', '–', '—'])?;
    let (start, (hour, minute, days_later)) = (clock(start)?, end(until)?);
    if start.0 == 24 {
        return None;
    }
    Some(TimeRange {
        start: Time::new(start.0, start.1, 0, 0).ok()?,
        end: Time::new(hour, minute, 0, 0).ok()?,
        days_later,
    })
}

/// Hours, minutes, and how many days later: 24:00 is midnight of the next day.
fn end(text: &str) -> Option<(i8, i8, u8)> {
    let (text, plus) = match text.trim().strip_suffix("+1") {
        Some(text) => (text, 1),
        None => (text, 0),
    };
    let (hour, minute) = clock(text)?;
    let midnight = hour == 24;
    (!midnight || plus == 0).then_some((hour % 24, minute, plus + u8::from(midnight)))
}

fn duration(text: &str) -> Option<i64> {
    let text = text.trim().to_lowercase();
    let (hours, rest) = match text.split_once('h') {
        Some((hours, rest)) => {
            let rest = rest
                .strip_prefix("ours")
                .or_else(|| rest.strip_prefix("our"))
                .unwrap_or(rest);
            (hours.trim().parse::<u32>().ok()?, rest.trim())
        }
        None => (0, text.as_str()),
    };
    let minutes = match rest {
        "" if text.contains('h') => 0,
        rest => {
            let end = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            let unit = rest[end..].trim();
            if !matches!(unit, "m" | "min" | "minute" | "minutes") {
                return None;
            }
            rest[..end].parse::<u32>().ok()?
        }
    };
    let total = i64::from(hours) * 60 + i64::from(minutes);
    (total <= 7 * 24 * 60).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        for text in ["9:00", "09:00", "09.00", "9h00", " 9:00 "] {
            assert_eq!(clock(text), Some((9, 0)), "{text}");
        }
        for text in [
            "9", "9:5", "25:00", "12:60", "24:30", "noon", "-1:00", "9:000", "+9:00",
        ] {
            assert_eq!(clock(text), None, "{text}");
        }
    }

    #[test]
    fn ranges_may_end_at_midnight_or_on_the_next_day() {
        let late = range("20:00 – 24:00").unwrap();
        assert_eq!((late.end, late.days_later), (Time::midnight(), 1));
        let night = range("22:00-02:00 +1").unwrap();
        assert_eq!(night.days_later, 1);
        assert_eq!(range("10:00"), None);
        assert_eq!(range("24:00-25:00"), None);
    }

    #[test]
    fn durations_need_a_unit() {
        assert_eq!(duration("5 min"), Some(5));
        assert_eq!(duration("5min"), Some(5));
        assert_eq!(duration("1 h 30 min"), Some(90));
        assert_eq!(duration("2 hours"), Some(120));
        assert_eq!(duration("1h30"), None);
        assert_eq!(duration("5"), None);
        assert_eq!(duration("min"), None);
    }
}
