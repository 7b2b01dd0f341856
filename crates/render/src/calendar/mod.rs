//! Calendars: iCalendar files (RFC 5545) for a room, a person or everybody.
//!
//! A calendar is a list of [`Entry`]s. What an entry says is its [`Appointment`], a value of its
//! own: it is written into the ledger when it is first given out, so that the entry can still be
//! called off when its meeting has gone from the event file.
//!
//! Decisions, and why:
//!
//! - `METHOD:PUBLISH` without an `ORGANIZER`: RFC 5546 §3.2.1 wants one, but mail programs answer
//!   to it, and nobody reads those answers. Calendars take such files without complaint.
//! - An entry carries link, number and password, because nobody gets in without them, and never a
//!   host key or an address for room systems. An entry that is called off carries none of them.
//! - Times are local with `TZID`, and the zone's rules for the span of the calendar are in the
//!   file, so that no calendar has to know the zone by name.
//! - Co-hosts are not part of an entry: a change of them is nobody's change of plan.

mod appointment;
mod content;
mod selection;
mod zone;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use showcaller_event::model::{EventKey, MeetingKey};

pub use appointment::Appointment;
pub use selection::{all, for_person, for_room, people_of};

use content::{Content, escaped};
use zone::Stamps;

/// How often calendars that follow a feed may look again: events run late, and people look at
/// their calendars to learn of it.
const REFRESH: &str = "PT15M";

/// The UID of an entry that is given out for the first time (RFC 5545 §3.8.4.7). It stays, also when
/// its meeting gets another key.
#[must_use]
pub fn uid_of(event: &EventKey, meeting: &MeetingKey) -> String {
    format!("{meeting}@{event}.showcaller")
}

/// One meeting in one calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name for good.
    pub uid: String,
    /// How often it changed: rises with the [`fingerprint`](Appointment::fingerprint), and with
    /// being called off (RFC 5545 §3.8.7.4).
    pub sequence: i64,
    /// Whether it was called off.
    pub cancelled: bool,
    /// When it last changed.
    pub stamp: Timestamp,
    /// What it says.
    pub appointment: Appointment,
}

/// The calendar as a file: UTF-8, CRLF, lines folded at 75 octets.
///
/// `name` is what people see in their list of calendars; `zone` is the one in which times are
/// written, the event's or a person's own; its rules are those at `begin`, when the event begins, and
/// during the entries. Entries are sorted by start, so that the same entries
/// give the same file whatever their order.
#[must_use]
pub fn calendar(name: &str, zone: &TimeZone, begin: Timestamp, entries: &[Entry]) -> String {
    let mut entries: Vec<&Entry> = entries.iter().collect();
    entries.sort_by_key(|entry| (entry.appointment.start.timestamp(), entry.uid.as_str()));
    let stamps = Stamps::of(zone);
    let mut file = Content::default();
    file.line("BEGIN", "VCALENDAR");
    file.line("VERSION", "2.0");
    file.line("PRODID", "-//Showcaller//Showcaller//EN");
    file.line("CALSCALE", "GREGORIAN");
    file.line("METHOD", "PUBLISH");
    // RFC 7986 §5.1 and §5.7, and what calendars understood before.
    file.line("NAME", &escaped(name));
    file.line("X-WR-CALNAME", &escaped(name));
    file.line("X-WR-TIMEZONE", stamps.name().unwrap_or("UTC"));
    file.line("REFRESH-INTERVAL;VALUE=DURATION", REFRESH);
    file.line("X-PUBLISHED-TTL", REFRESH);
    // A calendar has at least one component (RFC 5545 §3.6), also without entries.
    if stamps.name().is_some() || entries.is_empty() {
        let starts = entries.iter().map(|it| it.appointment.start.timestamp());
        let ends = entries.iter().map(|it| it.appointment.end.timestamp());
        let (first, last) = (starts.fold(begin, Ord::min), ends.fold(begin, Ord::max));
        stamps.rules(&mut file, first, last);
    }
    for entry in entries {
        event(&mut file, &stamps, entry);
    }
    file.line("END", "VCALENDAR");
    file.done()
}

fn event(file: &mut Content, stamps: &Stamps, entry: &Entry) {
    let appointment = &entry.appointment;
    let link = appointment.link().filter(|_| !entry.cancelled);
    let stamp = entry.stamp.strftime("%Y%m%dT%H%M%SZ").to_string();
    file.line("BEGIN", "VEVENT");
    file.line("UID", &escaped(&entry.uid));
    file.line("SEQUENCE", &entry.sequence.max(0).to_string());
    file.line("DTSTAMP", &stamp);
    file.line("LAST-MODIFIED", &stamp);
    for (property, at) in [("DTSTART", &appointment.start), ("DTEND", &appointment.end)] {
        let (parameter, value) = stamps.moment(at.timestamp());
        file.line(&format!("{property}{parameter}"), &value);
    }
    file.line("SUMMARY", &escaped(&appointment.title));
    if let Some(link) = link {
        file.line("LOCATION", &escaped(link));
        file.line("URL", link);
    }
    if !entry.cancelled {
        file.line("DESCRIPTION", &escaped(&appointment.description()));
    }
    let status = if entry.cancelled {
        "CANCELLED"
    } else {
        "CONFIRMED"
    };
    file.line("STATUS", status);
    file.line(
        "TRANSP",
        if entry.cancelled {
            "TRANSPARENT"
        } else {
            "OPAQUE"
        },
    );
    file.line("END", "VEVENT");
}
