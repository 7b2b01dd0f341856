//! Counts and durations.

use std::collections::BTreeMap;
use std::fmt::Display;

use jiff::SignedDuration;
use showcaller_event::model::Address;

/// `1 room`, `12 rooms`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    let words = if number == 1 { one } else { many };
    format!("{} {words}", thousands(number))
}

/// `5,100`.
#[must_use]
pub fn thousands(number: usize) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => format!("{},{:03}", thousands(number / 1000), number % 1000),
    }
}

pub(crate) fn people(number: usize) -> String {
    count(number, "person", "people")
}

/// `a, b and c`.
pub(crate) fn list<T: Display>(things: &[T]) -> String {
    match things {
        [] => String::new(),
        [only] => only.to_string(),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(ToString::to_string).collect();
            format!("{} and {last}", first.join(", "))
        }
    }
}

/// What people call one of a kind, and several.
pub(crate) fn nouns(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "team" => ("team", "teams"),
        "team-membership" => ("place in the team", "places in the team"),
        "room" | "room-mode" => ("room", "rooms"),
        "membership" => ("place in a room", "places in rooms"),
        "tab" => ("pinned tab", "pinned tabs"),
        "meeting" => ("meeting", "meetings"),
        "invitee" | "invitees" => ("invitation", "invitations"),
        "cue" => ("cue", "cues"),
        _ => ("thing", "things"),
    }
}

/// `1 team, 12 rooms and 44 meetings`, in the order in which people meet them.
pub(crate) fn kinds<'a>(addresses: impl Iterator<Item = &'a Address>) -> String {
    const ORDER: [&str; 6] = [
        "team",
        "team-membership",
        "room",
        "membership",
        "tab",
        "meeting",
    ];
    let mut kinds: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    for address in addresses {
        let kind = address.kind();
        let place = ORDER.iter().position(|known| *known == kind);
        let place = place.unwrap_or(ORDER.len());
        *kinds.entry((place, kind)).or_default() += 1;
    }
    let counts = kinds.into_iter().map(|((_, kind), number)| {
        let (one, many) = nouns(kind);
        count(number, one, many)
    });
    list(&counts.collect::<Vec<_>>())
}

/// These pairs in groups of one key, in the order in which the keys appear.
pub(crate) fn grouped<K: Ord + Clone, V>(
    pairs: impl IntoIterator<Item = (K, V)>,
) -> Vec<(K, Vec<V>)> {
    let mut places: BTreeMap<K, usize> = BTreeMap::new();
    let mut groups: Vec<(K, Vec<V>)> = Vec::new();
    for (key, value) in pairs {
        let place = *places.entry(key.clone()).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, values)) => values.push(value),
            None => groups.push((key, vec![value])),
        }
    }
    groups
}

/// The first few of many, and how many more there are.
pub fn some<T: Display>(things: &[T], few: usize) -> String {
    let shown: Vec<String> = things.iter().take(few).map(ToString::to_string).collect();
    match things.len() - shown.len() {
        0 => list(&shown),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// `about 40 s`, `about 3 min`, `about 2 h`.
pub(crate) fn duration(seconds: u64) -> String {
    match seconds {
        0 => "under a second".to_owned(),
        1..=9 => format!("about {seconds} s"),
        10..=90 => format!("about {} s", (seconds + 5) / 10 * 10),
        91..=5399 => format!("about {} min", seconds.div_ceil(60)),
        _ => format!("about {} h", seconds.div_ceil(3600)),
    }
}

/// `40 s`, `3 min`, `23 h 59 min`, `2 d 4 h`: how long until something, to the nearest of
/// these.
#[must_use]
pub fn long_duration(duration: SignedDuration) -> String {
    let seconds = u64::try_from(duration.as_secs()).unwrap_or(0);
    let minutes = (seconds + 30) / 60;
    let pair = |whole: u64, part: u64, (one, other): (&str, &str)| match part {
        0 => format!("{whole} {one}"),
        _ => format!("{whole} {one} {part} {other}"),
    };
    match minutes {
        0 | 1 => format!("{seconds} s"),
        2..60 => format!("{minutes} min"),
        60..2880 => pair(minutes / 60, minutes % 60, ("h", "min")),
        _ => {
            let hours = (minutes + 30) / 60;
            pair(hours / 24, hours % 24, ("d", "h"))
        }
    }
}

/// What follows the kind in an address: `team-1` of `room/team-1`.
pub(crate) fn name_in(address: &str) -> &str {
    address.split_once('/').map_or(address, |(_, name)| name)
}

/// The two parts of an address whose last part is a person or a tab: `membership/team-1/a@b` gives
/// room and person, `invitee/breakout/team-1/day-2/a@b` meeting and person.
pub(crate) fn place_and_person(address: &str) -> (&str, &str) {
    let name = name_in(address);
    name.rsplit_once('/').unwrap_or(("", name))
}
