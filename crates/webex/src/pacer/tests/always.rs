//! What holds whatever happens.

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Happening {
    Joins(Lane, usize),
    /// Whoever waits at this place of the queue goes away.
    Leaves(usize),
    /// The oldest call under way comes back.
    Passes,
    Throttled(u8),
    Lost,
    /// Time goes by, in milliseconds.
    Time(u16),
    /// Another process comes or goes.
    Shared(bool),
}

fn happening() -> impl Strategy<Value = Happening> {
    let lane = prop_oneof![
        Just(Lane::Cue),
        Just(Lane::Answer),
        Just(Lane::Provisioning)
    ];
    prop_oneof![
        6 => (lane, 0..3_usize).prop_map(|(lane, family)| Happening::Joins(lane, family)),
        1 => (0..20_usize).prop_map(Happening::Leaves),
        6 => Just(Happening::Passes),
        1 => (1..90_u8).prop_map(Happening::Throttled),
        1 => Just(Happening::Lost),
        4 => (0..3_000_u16).prop_map(Happening::Time),
        1 => any::<bool>().prop_map(Happening::Shared),
    ]
}

/// A pacer, and what an onlooker sees of it.
struct Onlooker {
    pacer: Pacer,
    most: usize,
    now: i64,
    nobody_before: i64,
    waiting: Vec<Ticket>,
    under_way: Vec<(Ticket, i64)>,
    gone: HashSet<u64>,
}

const FAMILIES: [&str; 3] = ["rooms", "memberships", "meetings"];

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).expect("within this century")
}

impl Onlooker {
    fn happens(&mut self, happening: &Happening) {
        match *happening {
            Happening::Joins(lane, family) => {
                let family = (http::Method::POST, FAMILIES[family]);
                self.waiting.push(self.pacer.join(lane, &family));
            }
            Happening::Leaves(place) if place < self.waiting.len() => {
                self.pacer.leave(self.waiting.remove(place));
            }
            Happening::Leaves(_) => {}
            Happening::Passes => self.comes_back(Came::Passed),
            Happening::Lost => self.comes_back(Came::Nothing),
            Happening::Throttled(seconds) => {
                if !self.under_way.is_empty() {
                    let until = self.now + i64::from(seconds) * 1_000;
                    self.nobody_before = self.nobody_before.max(until);
                }
                let wait = SignedDuration::from_secs(seconds.into());
                self.comes_back(Came::Refused { wait, quota: false });
            }
            Happening::Time(millis) => self.now += i64::from(millis),
            Happening::Shared(shared) => {
                self.pacer.share(if shared { 0.5 } else { 1.0 }, None);
            }
        }
    }

    fn comes_back(&mut self, came: Came) {
        if !self.under_way.is_empty() {
            let (ticket, sent) = self.under_way.remove(0);
            self.pacer.answered(ticket, at(sent), at(self.now), came);
        }
    }

    /// Lets go who may; returns until when nobody else does, if that is a matter of time.
    fn lets_go(&mut self) -> Option<i64> {
        loop {
            match self.pacer.next(at(self.now)) {
                Next::Go(ticket) => {
                    let waited = self.waiting.iter().position(|other| *other == ticket);
                    self.waiting.remove(waited.expect("it waited"));
                    assert!(self.gone.insert(ticket.number), "it goes only once");
                    assert!(self.now >= self.nobody_before, "Retry-After is kept");
                    let more_urgent = |other: &&Ticket| {
                        other.family == ticket.family
                            && (other.lane, other.number) < (ticket.lane, ticket.number)
                    };
                    assert_eq!(self.waiting.iter().find(more_urgent), None);
                    self.under_way.push((ticket, self.now));
                    assert!(self.under_way.len() <= self.most);
                }
                Next::WaitUntil(until) => {
                    assert!(until > at(self.now), "it waits for something to come");
                    return Some(until.as_millisecond() + 1);
                }
                Next::Full => return None,
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn limits_are_kept_the_most_urgent_goes_first_and_everybody_goes(
        most in 1..40_usize,
        happenings in prop::collection::vec(happening(), 0..200),
    ) {
        let mut onlooker = Onlooker {
            pacer: Pacer::new(most),
            most,
            now: 0,
            nobody_before: 0,
            waiting: Vec::new(),
            under_way: Vec::new(),
            gone: HashSet::new(),
        };
        for happening in &happenings {
            onlooker.happens(happening);
            onlooker.lets_go();
        }
        // Once Webex takes what comes, nobody is forgotten.
        for _ in 0..10_000 {
            if let Some(until) = onlooker.lets_go() {
                onlooker.now = until;
            }
            onlooker.comes_back(Came::Passed);
            if onlooker.waiting.is_empty() && onlooker.under_way.is_empty() {
                return Ok(());
            }
        }
        prop_assert!(false, "{} wait for ever", onlooker.waiting.len());
    }
}
