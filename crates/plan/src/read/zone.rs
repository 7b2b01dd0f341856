//! Instants as people of the event read them.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned, civil};
use showcaller_event::model::Text;

use crate::fields::{Field, Fields, Value};
use crate::plan::Plan;
use crate::read::paper::GLUE;

/// The zone of the event, and the year that goes without saying.
pub(super) struct Zone {
    zone: TimeZone,
    /// Its name, for people.
    pub(super) name: String,
    year: i16,
}

impl Zone {
    /// A zone that is not known is shown as UTC, and says so.
    pub(super) fn of(plan: &Plan) -> Self {
        let (zone, name) = match TimeZone::get(&plan.timezone) {
            Ok(zone) => (zone, plan.timezone.clone()),
            Err(_) => (TimeZone::UTC, "UTC".to_owned()),
        };
        let year = plan.at.to_zoned(zone.clone()).year();
        Self { zone, name, year }
    }

    pub(super) fn local(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.zone.clone())
    }

    /// `Fri 1 Oct`, with the year where it is not this one.
    pub(super) fn day(&self, date: civil::Date) -> String {
        let format = if date.year() == self.year {
            "%a %-d %b"
        } else {
            "%a %-d %b %Y"
        };
        date.strftime(format)
            .to_string()
            .replace(' ', &GLUE.to_string())
    }

    /// `Fri 1 Oct 10:00`.
    pub(super) fn instant(&self, at: Timestamp) -> String {
        let local = self.local(at);
        format!(
            "{}{GLUE}{}",
            self.day(local.date()),
            local.strftime("%H:%M")
        )
    }

    /// `Fri 1 Oct 10:00–11:30`, or with both days where they differ.
    pub(super) fn span(&self, start: Timestamp, end: Timestamp) -> String {
        let last = self.local(end);
        if self.local(start).date() == last.date() {
            format!("{}–{}", self.instant(start), last.strftime("%H:%M"))
        } else {
            format!("{}–{}", self.instant(start), self.instant(end))
        }
    }

    /// A setting as people read it. What is hidden stays hidden.
    pub(super) fn value(&self, value: Option<&Value>) -> String {
        match value {
            None => "(unknown)".to_owned(),
            Some(Value::Text(text)) if text.is_empty() => "(nothing)".to_owned(),
            Some(Value::Text(text)) => text.clone(),
            Some(Value::Flag(true)) => "yes".to_owned(),
            Some(Value::Flag(false)) => "no".to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Time(at)) => self.instant(*at),
            Some(Value::Hidden(_)) => "(hidden)".to_owned(),
        }
    }
}

/// The words of a setting, if it has words.
pub(super) fn words_of(fields: &Fields, field: Field) -> Option<&str> {
    match fields.get(&field) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

pub(super) fn is_on(fields: &Fields, field: Field) -> bool {
    fields.get(&field) == Some(&Value::Flag(true))
}

pub(super) fn time_of(fields: &Fields, field: Field) -> Option<Timestamp> {
    match fields.get(&field) {
        Some(Value::Time(at)) => Some(*at),
        _ => None,
    }
}

/// A text with its holes named.
pub(super) fn with_holes(text: &Text) -> String {
    use showcaller_event::model::{MeetingFact, Part};
    text.parts()
        .iter()
        .map(|part| match part {
            Part::Words(words) => words.clone(),
            Part::Meeting { meeting, fact } => {
                let fact = match fact {
                    MeetingFact::Link => "link",
                    MeetingFact::Password => "password",
                    MeetingFact::Join => "link and password",
                    MeetingFact::Number => "number",
                };
                format!("(the {fact} of {meeting})")
            }
            Part::Scheduled { meeting, .. } => format!("(the schedule of {meeting})"),
        })
        .collect()
}
