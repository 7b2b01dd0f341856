//! The meetings that a host may still create today (promise 6).

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use showcaller_event::Event;
use showcaller_event::model::{Email, Host};

use crate::known::Known;

/// Meetings that an ordinary user may create in 24 hours, refused ones included (meetings §12).
const DAILY_MEETINGS: usize = 100;

/// How long a creation counts. The second on top is for the way from our clock to Webex's: a call
/// arrives after it was written down.
pub const QUOTA_WINDOW: SignedDuration = SignedDuration::from_secs(24 * 60 * 60 + 1);

/// The first instant of which a creation still counts: one that is exactly a window old does not.
#[must_use]
pub fn quota_counts_since(now: Timestamp) -> Timestamp {
    now.checked_sub(QUOTA_WINDOW)
        .and_then(|since| since.checked_add(SignedDuration::from_micros(1)))
        .unwrap_or(Timestamp::MIN)
}

/// Whoever waits for the quota waits this much longer, if that brings more meetings: each time it
/// goes on, Webex is looked at anew.
const TOGETHER: SignedDuration = SignedDuration::from_mins(30);

/// How many meetings this host may create in 24 hours.
pub(crate) fn limit(host: &Host) -> usize {
    host.meetings_a_day.map_or(DAILY_MEETINGS, |limit| {
        usize::try_from(limit).unwrap_or(usize::MAX)
    })
}

/// What each host has left, and when more comes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quotas {
    at: Timestamp,
    hosts: BTreeMap<Email, Share>,
}

#[derive(Debug, Clone)]
struct Share {
    limit: usize,
    used: Vec<Timestamp>,
    exhausted: Option<Timestamp>,
}

impl Quotas {
    /// The quotas of the event's hosts, and of those who only host by what was chosen before.
    pub(crate) fn new(event: &Event, known: &Known, at: Timestamp) -> Self {
        let share = |host: &Email, limit| {
            let exhausted = known.exhausted.get(host).copied();
            Share {
                limit,
                used: known.creations.get(host).cloned().unwrap_or_default(),
                exhausted: exhausted.filter(|until| *until > at),
            }
        };
        let chosen = known.pins.values().map(|host| (host, DAILY_MEETINGS));
        let declared = event.webex.hosts.iter();
        let declared = declared.map(|host| (&host.email, limit(host)));
        let hosts = chosen
            .chain(declared)
            .map(|(host, limit)| (host.clone(), share(host, limit)));
        Self {
            at,
            hosts: hosts.collect(),
        }
    }

    /// How many a host tried in the last 24 hours.
    pub(crate) fn used(&self, host: &Email) -> usize {
        self.hosts.get(host).map_or(0, |share| share.used.len())
    }

    /// How many a host may still create now; 0 while Webex itself says so.
    pub(crate) fn left(&self, host: &Email) -> usize {
        self.hosts
            .get(host)
            .map_or(DAILY_MEETINGS, |share| match share.exhausted {
                Some(_) => 0,
                None => share.limit.saturating_sub(share.used.len()),
            })
    }

    /// Until when Webex itself says that the host's quota is used up.
    pub(crate) fn exhausted(&self, host: &Email) -> Option<Timestamp> {
        self.hosts.get(host)?.exhausted
    }

    /// When the first of `held` meetings can be created, if this plan creates `wanted` now and
    /// nobody else creates any; when those can that become possible soon after it; and when the
    /// last can.
    pub(crate) fn next(
        &self,
        host: &Email,
        wanted: usize,
        held: usize,
    ) -> Option<(Timestamp, Timestamp, Timestamp)> {
        let share = self.hosts.get(host)?;
        if held == 0 || share.limit == 0 {
            return None;
        }
        let later = |at: Timestamp| at.checked_add(QUOTA_WINDOW).unwrap_or(Timestamp::MAX);
        let now = std::iter::repeat_n(self.at, wanted);
        let mut counting: VecDeque<Timestamp> = share.used.iter().copied().chain(now).collect();
        let mut go = |at_least: Timestamp| {
            let mut when = at_least;
            while counting.len() >= share.limit {
                when = when.max(later(counting.pop_front().unwrap_or(self.at)));
            }
            counting.push_back(when);
            when
        };
        let first = go(share.exhausted.unwrap_or(self.at));
        let soon = first.checked_add(TOGETHER).unwrap_or(first);
        let (mut together, mut last) = (first, first);
        for _ in 1..held {
            last = go(last);
            if last <= soon {
                together = last;
            }
        }
        Some((first, together, last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn quotas(limit: usize, used: &[&str], exhausted: Option<&str>) -> (Quotas, Email) {
        let host = Email::new("events@example.com");
        let share = Share {
            limit,
            used: used.iter().map(|used| at(used)).collect(),
            exhausted: exhausted.map(at),
        };
        let quotas = Quotas {
            at: at("2027-10-01T12:00:00Z"),
            hosts: BTreeMap::from([(host.clone(), share)]),
        };
        (quotas, host)
    }

    #[test]
    fn what_is_held_goes_on_when_enough_is_a_day_old() {
        let (quotas, host) = quotas(3, &["2027-10-01T09:00:00Z", "2027-10-01T10:00:00Z"], None);
        assert_eq!(quotas.left(&host), 1);
        let when = |held| {
            let (first, _, last) = quotas.next(&host, 1, held)?;
            Some((first, last))
        };
        let (first, second) = (at("2027-10-02T09:00:01Z"), at("2027-10-02T10:00:01Z"));
        assert_eq!(when(0), None);
        assert_eq!(when(1), Some((first, first)));
        assert_eq!(when(2), Some((first, second)));
        assert_eq!(when(3), Some((first, at("2027-10-02T12:00:01Z"))));
        // The fourth takes the place of the first of these, another day later.
        assert_eq!(when(4), Some((first, at("2027-10-03T09:00:02Z"))));
    }

    #[test]
    fn what_webex_says_counts_more_than_our_own_reckoning() {
        let (quotas, host) = quotas(3, &["2027-10-01T09:00:00Z"], Some("2027-10-01T18:00:00Z"));
        assert_eq!(quotas.left(&host), 0);
        let six = at("2027-10-01T18:00:00Z");
        assert_eq!(quotas.next(&host, 0, 2), Some((six, six, six)));
        let morning = at("2027-10-02T09:00:01Z");
        assert_eq!(quotas.next(&host, 0, 3), Some((six, six, morning)));
    }

    #[test]
    fn a_host_that_may_create_none_is_never_waited_for() {
        let (quotas, host) = quotas(0, &[], None);
        assert_eq!((quotas.left(&host), quotas.next(&host, 0, 2)), (0, None));
    }
}
