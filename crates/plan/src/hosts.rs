//! Which account hosts which meeting.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use showcaller_event::Event;
use showcaller_event::model::{Address, Email, Host, Meeting, MeetingKey};

use crate::quota::Quotas;

/// Who hosts what, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Assigned {
    /// The host of every meeting.
    pub(crate) hosts: BTreeMap<MeetingKey, Email>,
    /// Meetings that have their host because another one has used up its day.
    pub(crate) spread: BTreeSet<MeetingKey>,
}

/// A host for every meeting: the one it has already (`pins`), the one the file names, or of those
/// that have room at that time the one that may create the most meetings today; of equals, the
/// first in the file's order.
///
/// `made` are the meetings that exist: they cost nothing any more.
///
/// Deterministic: meetings are taken by start, then by key. An event without hosts has no meetings
/// (`check` sees to that); where all hosts are full, the one with the fewest meetings at that time
/// takes it, and `check` has said that the organiser did not acknowledge so many.
pub(crate) fn assign(
    event: &Event,
    pins: &BTreeMap<Address, Email>,
    made: &BTreeSet<MeetingKey>,
    quotas: &Quotas,
) -> Assigned {
    let mut assigned = Assigned::default();
    let mut busy: BTreeMap<&Email, Busy> = BTreeMap::new();
    let mut open: Vec<&Meeting> = Vec::new();
    let mut left: BTreeMap<&Email, i64> = BTreeMap::new();
    let hosts = &event.webex.hosts;
    for host in hosts {
        let quota = i64::try_from(quotas.left(&host.email)).unwrap_or(i64::MAX);
        left.insert(&host.email, quota);
    }
    for meeting in &event.meetings {
        let earlier = meeting.previously.iter().map(Address::meeting);
        let mut addresses = std::iter::once(Address::meeting(&meeting.key)).chain(earlier);
        let pinned = addresses.find_map(|address| pins.get(&address));
        match pinned.or(meeting.host.as_ref()) {
            Some(host) => {
                busy.entry(host).or_default().add(span(meeting));
                // Who is only named or chosen has yet to create it.
                *left.entry(host).or_default() -= i64::from(!made.contains(&meeting.key));
                assigned.hosts.insert(meeting.key.clone(), host.clone());
            }
            None => open.push(meeting),
        }
    }
    open.sort_by(|a, b| (a.start.timestamp(), &a.key).cmp(&(b.start.timestamp(), &b.key)));
    for meeting in open {
        let span = span(meeting);
        let load = |host: &Email| busy.get(host).map_or(0, |busy| busy.at(span));
        let free: Vec<&Host> = hosts
            .iter()
            .filter(|host| load(&host.email) < host.parallel as usize)
            .collect();
        let most_left = free.iter().min_by_key(|host| Reverse(left[&host.email]));
        let Some(host) = most_left
            .copied()
            .or_else(|| hosts.iter().min_by_key(|host| load(&host.email)))
        else {
            continue;
        };
        if left[&host.email] > 0 && free.iter().any(|other| left[&other.email] <= 0) {
            assigned.spread.insert(meeting.key.clone());
        }
        busy.entry(&host.email).or_default().add(span);
        *left.entry(&host.email).or_default() -= 1;
        assigned
            .hosts
            .insert(meeting.key.clone(), host.email.clone());
    }
    assigned
}

/// When a host is busy: by start, and never looked at further back than its longest meeting lasts,
/// so that thousands of meetings do not each look at all others.
#[derive(Debug, Default)]
struct Busy {
    spans: BTreeMap<Timestamp, Vec<Timestamp>>,
    longest: SignedDuration,
}

impl Busy {
    fn add(&mut self, (start, end): (Timestamp, Timestamp)) {
        self.longest = self.longest.max(end.duration_since(start));
        self.spans.entry(start).or_default().push(end);
    }

    /// How many are under way at some time of this span.
    fn at(&self, (start, end): (Timestamp, Timestamp)) -> usize {
        let from = start.checked_sub(self.longest).unwrap_or(Timestamp::MIN);
        let others = self.spans.range(from..end);
        others
            .flat_map(|(_, ends)| ends)
            .filter(|other| **other > start)
            .count()
    }
}

fn span(meeting: &Meeting) -> (Timestamp, Timestamp) {
    (meeting.start.timestamp(), meeting.end.timestamp())
}

#[cfg(test)]
mod tests {
    use jiff::Zoned;
    use proptest::prelude::*;
    use showcaller_event::{Input, check};

    use super::*;
    use crate::known::Known;

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
            meetings_a_day: None,
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

    /// Hosts that have created nothing yet.
    fn fresh(event: &Event, pins: &BTreeMap<Address, Email>) -> BTreeMap<MeetingKey, Email> {
        let quotas = Quotas::new(event, &Known::default(), Timestamp::UNIX_EPOCH);
        assign(event, pins, &BTreeSet::new(), &quotas).hosts
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
        let now = event.meetings[0].start.timestamp();
        let before = Known {
            creations: BTreeMap::from([(host(1), vec![now; 20])]),
            ..Known::default()
        };
        let quotas = Quotas::new(&event, &before, now);
        let assigned = assign(&event, &BTreeMap::new(), &BTreeSet::new(), &quotas).hosts;
        let of = |number| assigned.values().filter(|h| **h == host(number)).count();
        assert_eq!([of(0), of(1), of(2)], [100, 80, 100]);
    }

    #[test]
    fn a_host_whose_day_is_over_leaves_its_meetings_to_those_who_have_room() {
        let wish = |start| Wish {
            start,
            length: 2,
            named: None,
            pinned: None,
        };
        // Two at a time, and the second host may only run one of them.
        let event = event(&[2, 1], &[wish(0), wish(0), wish(8), wish(8)]);
        let now = event.meetings[0].start.timestamp();
        let before = Known {
            exhausted: BTreeMap::from([(host(0), now + SignedDuration::from_hours(5))]),
            ..Known::default()
        };
        let quotas = Quotas::new(&event, &before, now);
        let assigned = assign(&event, &BTreeMap::new(), &BTreeSet::new(), &quotas);
        let hosts: Vec<&Email> = assigned.hosts.values().collect();
        assert_eq!(hosts, [&host(1), &host(0), &host(1), &host(0)]);
        let spread: Vec<&str> = assigned.spread.iter().map(MeetingKey::as_str).collect();
        assert_eq!(spread, ["talk-00", "talk-02"]);
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
            let assigned = fresh(&event, &BTreeMap::new());
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
            let assigned = fresh(&event, &pins(&wishes));
            for (wish, meeting) in wishes.iter().zip(&event.meetings) {
                if let Some(number) = wish.pinned.or(wish.named) {
                    prop_assert_eq!(&assigned[&meeting.key], &host(number));
                }
            }
        }

        #[test]
        fn the_order_of_the_file_does_not_choose_hosts(wishes in wishes(true)) {
            let mut event = event(&[2, 1, 1], &wishes);
            let assigned = fresh(&event, &pins(&wishes));
            event.meetings.sort_by_key(|meeting| Reverse(meeting.key.clone()));
            prop_assert_eq!(assigned, fresh(&event, &pins(&wishes)));
        }
    }
}
