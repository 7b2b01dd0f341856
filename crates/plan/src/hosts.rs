//! Which account hosts which meeting.

use std::collections::BTreeMap;

use jiff::Timestamp;
use showcaller_event::Event;
use showcaller_event::model::{Address, Email, Meeting, MeetingKey};

/// A host for every meeting: the one it has already (`pins`), the one the file names, or of those
/// that have room at that time the one that may create the most meetings today; of equals, the
/// first in the file's order.
///
/// `creations` tells how many each host has created in the last 24 hours already.
///
/// Deterministic: meetings are taken by start, then by key. An event without hosts has no meetings
/// (`check` sees to that); where all hosts are full, the one with the fewest meetings at that time
/// takes it, and `check` has said that the organiser did not acknowledge so many.
#[must_use]
pub fn assign(
    event: &Event,
    pins: &BTreeMap<Address, Email>,
    creations: &BTreeMap<Email, usize>,
) -> BTreeMap<MeetingKey, Email> {
    let mut assigned = BTreeMap::new();
    let mut busy: BTreeMap<&Email, Vec<(Timestamp, Timestamp)>> = BTreeMap::new();
    let mut open: Vec<&Meeting> = Vec::new();
    let mut created: BTreeMap<&Email, usize> = creations.iter().map(|(h, n)| (h, *n)).collect();
    for meeting in &event.meetings {
        let earlier = meeting.previously.iter().map(Address::meeting);
        let mut addresses = std::iter::once(Address::meeting(&meeting.key)).chain(earlier);
        let pinned = addresses.find_map(|address| pins.get(&address));
        match pinned.or(meeting.host.as_ref()) {
            Some(host) => {
                busy.entry(host).or_default().push(span(meeting));
                // Who is only named has yet to create it.
                *created.entry(host).or_default() += usize::from(pinned.is_none());
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
            .filter(|host| load(&host.email) < host.parallel as usize)
            .min_by_key(|host| created.get(&host.email).copied().unwrap_or(0));
        let Some(host) = free.or_else(|| hosts.iter().min_by_key(|host| load(&host.email))) else {
            continue;
        };
        busy.entry(&host.email).or_default().push(span);
        *created.entry(&host.email).or_default() += 1;
        assigned.insert(meeting.key.clone(), host.email.clone());
    }
    assigned
}

fn span(meeting: &Meeting) -> (Timestamp, Timestamp) {
    (meeting.start.timestamp(), meeting.end.timestamp())
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use jiff::{SignedDuration, Zoned};
    use proptest::prelude::*;
    use showcaller_event::model::Host;
    use showcaller_event::{Input, check};

    use super::*;

    const FILE: &str = "event: sample\ntitle: Sample\ntimezone: UTC\npeople: people.csv\n\
                        webex: { hosts: { h0@example.com: {} } }\n\
                        days: { monday: { title: Monday, date: 2027-10-04 } }\n\
                        meetings: { talk: { title: Talk, time: \"00:00-00:30\" } }\n";

    fn host(number: usize) -> Email {
        Email::new(format!("h{number}@example.com"))
    }

    /// When it begins and how long it lasts, in quarters of an hour, and perhaps whose it is.
    #[derive(Debug, Clone)]
    struct Wish {
        start: i64,
        length: i64,
        named: Option<usize>,
        pinned: Option<usize>,
    }

    fn event(parallel: &[u32], wishes: &[Wish]) -> Event {
        let checked = check(&Input {
            name: "event.yaml",
            bytes: FILE.as_bytes(),
            load: &|_| Ok(b"email,name\nann@example.com,Ann\n".to_vec()),
            now: None,
        });
        let mut event = checked.event.expect("a small event");
        let hosts = parallel.iter().enumerate().map(|(number, parallel)| Host {
            email: host(number),
            parallel: *parallel,
            site: None,
        });
        event.webex.hosts = hosts.collect();
        let talk = event.meetings.remove(0);
        let later = |start: &Zoned, quarters: i64| start + SignedDuration::from_mins(15 * quarters);
        let meetings = wishes.iter().enumerate().map(|(number, wish)| Meeting {
            key: MeetingKey::new(format!("talk-{number:02}")),
            start: later(&talk.start, wish.start),
            end: later(&talk.start, wish.start + wish.length),
            host: wish.named.map(host),
            ..talk.clone()
        });
        event.meetings = meetings.collect();
        event
    }

    fn pins(wishes: &[Wish]) -> BTreeMap<Address, Email> {
        let pinned = wishes.iter().enumerate().filter_map(|(number, wish)| {
            let meeting = MeetingKey::new(format!("talk-{number:02}"));
            Some((Address::meeting(&meeting), host(wish.pinned?)))
        });
        pinned.collect()
    }

    fn wishes(named: bool) -> impl Strategy<Value = Vec<Wish>> {
        let whose = move || {
            let some = proptest::option::weighted(0.3, 0usize..3);
            some.prop_map(move |whose| whose.filter(|_| named))
        };
        let wish = (0i64..80, 1i64..12, whose(), whose());
        let wish = wish.prop_map(|(start, length, named, pinned)| Wish {
            start,
            length,
            named,
            pinned,
        });
        proptest::collection::vec(wish, 0..30)
    }

    /// The most meetings at one time: there is such a time when one of them begins.
    fn peak<'m>(meetings: impl Iterator<Item = &'m Meeting> + Clone) -> usize {
        let at = |instant: Timestamp| {
            let runs = |meeting: &&Meeting| span(meeting).0 <= instant && instant < span(meeting).1;
            meetings.clone().filter(runs).count()
        };
        let starts = meetings.clone().map(|meeting| at(span(meeting).0));
        starts.max().unwrap_or(0)
    }

    #[test]
    fn three_hosts_share_three_days_quotas_of_meetings() {
        let wish = |number: i64| Wish {
            start: 2 * number,
            length: 1,
            named: None,
            pinned: None,
        };
        let wishes: Vec<Wish> = (0..280).map(wish).collect();
        let event = event(&[1, 1, 1], &wishes);
        let before = BTreeMap::from([(host(1), 20)]);
        let assigned = assign(&event, &BTreeMap::new(), &before);
        let of = |number| assigned.values().filter(|h| **h == host(number)).count();
        assert_eq!([of(0), of(1), of(2)], [100, 80, 100]);
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            cases: 100,
            rng_seed: proptest::test_runner::RngSeed::Fixed(1),
            ..ProptestConfig::default()
        })]

        #[test]
        fn nobody_hosts_more_at_once_than_acknowledged_where_there_are_hosts_enough(
            parallel in proptest::collection::vec(1u32..4, 1..4),
            wishes in wishes(false),
        ) {
            let event = event(&parallel, &wishes);
            let assigned = assign(&event, &BTreeMap::new(), &BTreeMap::new());
            prop_assert_eq!(assigned.len(), event.meetings.len());
            let most: u32 = parallel.iter().sum();
            if peak(event.meetings.iter()) > most as usize {
                return Ok(());
            }
            for host in &event.webex.hosts {
                let own = event.meetings.iter().filter(|m| assigned[&m.key] == host.email);
                prop_assert!(peak(own) <= host.parallel as usize, "{}", host.email);
            }
        }

        #[test]
        fn whoever_hosts_a_meeting_keeps_it(wishes in wishes(true)) {
            let event = event(&[1, 1, 1], &wishes);
            let assigned = assign(&event, &pins(&wishes), &BTreeMap::new());
            for (wish, meeting) in wishes.iter().zip(&event.meetings) {
                if let Some(number) = wish.pinned.or(wish.named) {
                    prop_assert_eq!(&assigned[&meeting.key], &host(number));
                }
            }
        }

        #[test]
        fn the_order_of_the_file_does_not_choose_hosts(wishes in wishes(true)) {
            let mut event = event(&[2, 1, 1], &wishes);
            let nothing = BTreeMap::new();
            let assigned = assign(&event, &pins(&wishes), &nothing);
            event.meetings.sort_by_key(|meeting| Reverse(meeting.key.clone()));
            prop_assert_eq!(assigned, assign(&event, &pins(&wishes), &nothing));
        }
    }
}
