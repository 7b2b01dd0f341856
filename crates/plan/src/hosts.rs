//! Which account hosts which meeting.

use std::collections::BTreeMap;

use jiff::Timestamp;
use showcaller_event::Event;
use showcaller_event::model::{Address, Email, Meeting, MeetingKey};

/// A host for every meeting: the one it has already (`pins`), the one the file names, or the first
/// in the file's order that has room at that time.
///
/// Deterministic: meetings are taken by start, then by key. An event without hosts has no meetings
/// (`check` sees to that); where all hosts are full, the one with the fewest meetings at that time
/// takes it, and `check` has said that the organiser did not acknowledge so many.
#[must_use]
pub fn assign(event: &Event, pins: &BTreeMap<Address, Email>) -> BTreeMap<MeetingKey, Email> {
    let mut assigned = BTreeMap::new();
    let mut busy: BTreeMap<&Email, Vec<(Timestamp, Timestamp)>> = BTreeMap::new();
    let mut open: Vec<&Meeting> = Vec::new();
    for meeting in &event.meetings {
        let earlier = meeting.previously.iter().map(Address::meeting);
        let mut addresses = std::iter::once(Address::meeting(&meeting.key)).chain(earlier);
        let pinned = addresses.find_map(|address| pins.get(&address));
        match pinned.or(meeting.host.as_ref()) {
            Some(host) => {
                busy.entry(host).or_default().push(span(meeting));
                assigned.insert(meeting.key.clone(), host.clone());
            }
            None => open.push(meeting),
        }
    }
    open.sort_by(|a, b| (a.start.timestamp(), &a.key).cmp(&(b.start.timestamp(), &b.key)));
    for meeting in open {
        let span = span(meeting);
        let load = |host: &Email| {
            busy.get(host).map_or(0, |spans| {
                spans
                    .iter()
                    .filter(|other| other.0 < span.1 && span.0 < other.1)
                    .count()
            })
        };
        let hosts = &event.webex.hosts;
        let free = hosts
            .iter()
            .find(|host| load(&host.email) < host.parallel as usize);
        let Some(host) = free.or_else(|| hosts.iter().min_by_key(|host| load(&host.email))) else {
            continue;
        };
        busy.entry(&host.email).or_default().push(span);
        assigned.insert(meeting.key.clone(), host.email.clone());
    }
    assigned
}

fn span(meeting: &Meeting) -> (Timestamp, Timestamp) {
    (meeting.start.timestamp(), meeting.end.timestamp())
}
