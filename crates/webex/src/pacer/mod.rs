//! Which call of an owner goes when: how many at once, how fast, and who first (messaging §1.4).
//!
//! [`Pacer`] decides, [`Door`] waits. Webex's limits are per owner, and so is a pacer; its clones
//! share it. Nothing here knows what a call is about, only its lane, its method and the first word
//! of its path.

mod door;
mod interval;
mod rate;
mod storm;
#[cfg(test)]
mod tests;
mod width;

use std::collections::{BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};

pub(crate) use door::{Answered, Door, Shut};
use rate::Rate;
use storm::Storm;
use width::Width;

/// What a call is like: its method and the first word of its path, `POST /meetings`.
pub(crate) type Family = (http::Method, &'static str);

/// Who goes first when calls have to wait: all cues before all answers before all provisioning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Lane {
    /// A message that is called for now.
    Cue,
    /// An answer to somebody who asked.
    Answer,
    /// Everything that may take its time.
    #[default]
    Provisioning,
}

const LANES: usize = 3;

impl Lane {
    /// Every lane, the most urgent first.
    const ALL: [Self; LANES] = [Self::Cue, Self::Answer, Self::Provisioning];
}

/// One call that waits or is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Ticket {
    lane: Lane,
    family: usize,
    number: u64,
}

/// What may happen next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// This call goes now, and counts as under way.
    Go(Ticket),
    /// Nobody before this instant.
    WaitUntil(Timestamp),
    /// Nobody before a call that is under way has come back; or nobody waits.
    Full,
}

/// What came of a call, as far as its pacing cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Came {
    /// Webex took it, whatever it answered.
    Passed,
    /// 429, with the time that it asks for.
    Refused {
        /// How long to wait.
        wait: SignedDuration,
        /// Whether that is longer than any call may wait: then it is no matter of pace but a quota
        /// used up (meetings §12), and shuts only calls of the same family.
        quota: bool,
    },
    /// Nothing that says anything about limits.
    Nothing,
}

/// Decides for one owner. Time is handed in; it may stand still, but a clock that is set back does
/// not make anybody wait longer.
#[derive(Debug)]
pub(crate) struct Pacer {
    most: usize,
    share: f64,
    rate: Rate,
    families: Vec<Lines>,
    numbers: HashMap<Family, usize>,
    under_way: usize,
    /// The greatest width that any family has found good.
    good: usize,
    tickets: u64,
    hand: Hand,
    /// For how many seconds a call may wait.
    longest: f64,
    storm: Storm,
    /// Calls that are announced and have not lined up, by lane.
    announced: [usize; LANES],
    /// The most urgent lane of those that wait in other processes, where that is known.
    elsewhere: Option<Lane>,
}

/// What is known of one family.
#[derive(Debug)]
struct Lines {
    width: Width,
    under_way: usize,
    shut_until: Option<f64>,
    storm: Storm,
    /// Who waits, by lane, in the order of arrival.
    waiting: [BTreeSet<u64>; LANES],
}

impl Pacer {
    /// A pacer with at most so many calls under way.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most: most.max(1),
            share: 1.0,
            rate: Rate::default(),
            families: Vec::new(),
            numbers: HashMap::new(),
            under_way: 0,
            good: 0,
            tickets: 0,
            hand: Hand::default(),
            longest: f64::INFINITY,
            storm: Storm::default(),
            announced: [0; LANES],
            elsewhere: None,
        }
    }

    /// The same, which [gives up](Self::given_up) once nothing but 429s came for longer than this.
    pub(crate) fn giving_up_after(mut self, longest: SignedDuration) -> Self {
        self.longest = longest.as_secs_f64();
        self
    }

    /// At most so many calls under way from now on; at least one.
    pub(crate) fn limit(&mut self, most: usize) {
        self.most = most.max(1);
        for lines in &mut self.families {
            lines.width.limit(self.most);
        }
    }

    /// So many calls under way are good, as somebody knows: that is where every family begins.
    pub(crate) fn assume(&mut self, calls: usize) {
        self.most = calls.max(1);
        self.good = self.most;
        for lines in &mut self.families {
            lines.width = Width::new(self.good, self.most);
        }
    }

    /// How many calls it makes sense to have in hand, waiting or under way.
    pub(crate) fn width(&self) -> usize {
        let busiest = self.families.iter().map(|lines| lines.width.wide()).max();
        let wide = busiest
            .unwrap_or(self.good.max(width::FIRST))
            .min(self.most);
        let Some(pace) = self.rate.pace() else {
            return wide;
        };
        // What is on its way at this pace, and one that is ready when its time comes.
        let on_its_way = (pace * self.latency()).ceil() as usize + 1;
        wide.min(on_its_way)
    }

    /// For how long a call waits that lines up now on this lane: for the end of the pause that Webex asked
    /// for, and for those that go before it.
    pub(crate) fn wait_ahead(&mut self, lane: Lane, now: Timestamp) -> SignedDuration {
        let now = self.hand.read(now);
        let lanes = Lane::ALL.into_iter().filter(|before| *before <= lane);
        let waiting = |lane: Lane| -> usize {
            let lined_up = self
                .families
                .iter()
                .map(|it| it.waiting[lane as usize].len());
            lined_up.sum::<usize>() + self.announced[lane as usize]
        };
        let before: usize = lanes.map(waiting).sum();
        let until_ready = (self.rate.ready_at() - now).max(0.0);
        let for_others = self.rate.pace().map_or(0.0, |pace| before as f64 / pace);
        SignedDuration::try_from_secs_f64(until_ready + for_others).unwrap_or(SignedDuration::MAX)
    }

    /// What the owner may do per minute, all processes together, if that was learnt.
    pub(crate) fn per_minute(&self) -> Option<f64> {
        let estimate = self.rate.estimate()?;
        Some(estimate / self.share * 60.0)
    }

    /// This process has this part of what the owner may do: 1 for all. `known` is what is known of
    /// the whole, in calls per minute. Returns what is to be known from now on.
    ///
    /// Each process learns only what is left for it, which is more than its part where another one
    /// takes less. What all of them say, each with the weight of its part, is the whole.
    pub(crate) fn share(&mut self, share: f64, known: Option<f64>) -> Option<f64> {
        if share != self.share && share > 0.0 {
            self.rate.scale(share / self.share);
            self.share = share;
        }
        let own = self
            .per_minute()
            .filter(|_| known.is_none() || !self.rate.is_too_small_to_tell());
        let whole = match (known, own) {
            (Some(known), Some(own)) => Some(known + share * (own - known)),
            (known, own) => own.or(known),
        };
        let part = whole
            .filter(|_| share < 1.0)
            .map(|whole| whole * share / 60.0);
        self.rate.set_shared(share < 1.0);
        // Whoever is alone does better to find out how large a burst is taken.
        if let Some(part) = part.filter(|_| self.rate.pace().is_none()) {
            self.rate.believe(part);
        }
        whole
    }

    /// A call lines up.
    pub(crate) fn join(&mut self, lane: Lane, family: &Family) -> Ticket {
        let place = self.family(family);
        self.tickets += 1;
        let number = self.tickets;
        self.families[place].waiting[lane as usize].insert(number);
        Ticket {
            lane,
            family: place,
            number,
        }
    }

    /// A call that waited goes away.
    pub(crate) fn leave(&mut self, ticket: Ticket) {
        self.families[ticket.family].waiting[ticket.lane as usize].remove(&ticket.number);
    }

    /// So many calls are to be made on this lane that have not lined up: less urgent ones are kept back
    /// for them. `change` is what their number changes by.
    pub(crate) fn announce(&mut self, lane: Lane, change: isize) {
        let announced = &mut self.announced[lane as usize];
        *announced = announced.saturating_add_signed(change);
    }

    /// Calls of this lane wait in other processes: less urgent ones are kept back for them.
    pub(crate) fn yield_to(&mut self, elsewhere: Option<Lane>) {
        self.elsewhere = elsewhere;
    }

    /// The least urgent lane whose calls are not kept back.
    fn open_down_to(&self) -> Lane {
        let announced = |lane: &Lane| self.announced[*lane as usize] > 0;
        let lanes = Lane::ALL.into_iter().filter(announced);
        let lanes = lanes.chain(self.elsewhere);
        lanes.min().unwrap_or(Lane::Provisioning)
    }

    /// How long the family of this call is shut.
    pub(crate) fn shut_for(&mut self, ticket: Ticket, now: Timestamp) -> Option<SignedDuration> {
        let now = self.hand.read(now);
        let left = self.families[ticket.family].shut_until? - now;
        (left > 0.0).then(|| SignedDuration::try_from_secs_f64(left).unwrap_or(SignedDuration::MAX))
    }

    /// For how long there is no sense in waiting with this call: for longer than any call may wait,
    /// its owner was told nothing but to wait, or was with calls like this one, and the last pause
    /// that was asked for is not over. Then the next call is tried.
    pub(crate) fn given_up(&mut self, ticket: Ticket, now: Timestamp) -> Option<SignedDuration> {
        let now = self.hand.read(now);
        let storms = [&self.storm, &self.families[ticket.family].storm];
        let left = storms.map(|storm| storm.hopeless_for(now, self.longest));
        let left = left.into_iter().flatten().reduce(f64::max)?;
        Some(SignedDuration::try_from_secs_f64(left).unwrap_or(SignedDuration::MAX))
    }

    /// Lets the most urgent call go that may, or says what to wait for.
    pub(crate) fn next(&mut self, now: Timestamp) -> Next {
        let now = self.hand.read(now);
        if self.under_way >= self.most {
            return Next::Full;
        }
        let (ready, open) = (self.rate.ready_at(), self.open_down_to());
        let mut opens = f64::INFINITY;
        let mut first: Option<Ticket> = None;
        for (family, lines) in self.families.iter().enumerate() {
            let Some((lane, number)) = lines.first() else {
                continue;
            };
            if lane > open || lines.under_way >= lines.width.wide() {
                continue;
            }
            if let Some(until) = lines.shut_until.filter(|until| *until > now) {
                opens = opens.min(until);
                continue;
            }
            if first.is_none_or(|first| (lane, number) < (first.lane, first.number)) {
                first = Some(Ticket {
                    lane,
                    family,
                    number,
                });
            }
        }
        match first {
            Some(ticket) if ready <= now => {
                self.go(ticket, now);
                Next::Go(ticket)
            }
            Some(_) => Next::WaitUntil(self.hand.instant(ready)),
            None if opens.is_finite() => Next::WaitUntil(self.hand.instant(opens)),
            None => Next::Full,
        }
    }

    fn go(&mut self, ticket: Ticket, now: f64) {
        let latency = self.latency();
        self.leave(ticket);
        self.families[ticket.family].under_way += 1;
        self.under_way += 1;
        self.rate.sent(now, latency);
    }

    /// A call that went out at `sent` has come back, or was given up.
    pub(crate) fn answered(&mut self, ticket: Ticket, sent: Timestamp, now: Timestamp, came: Came) {
        let (sent, now) = (self.hand.past(sent), self.hand.read(now));
        let lines = &mut self.families[ticket.family];
        lines.under_way -= 1;
        self.under_way -= 1;
        match came {
            Came::Passed => {
                lines.width.succeeded((now - sent).max(0.0));
                self.good = self.good.max(lines.width.wide());
                lines.storm.is_over();
                self.storm.is_over();
                self.rate.passed(sent);
            }
            Came::Refused { wait, quota: true } => {
                let until = now + wait.as_secs_f64();
                lines.shut_until = Some(lines.shut_until.unwrap_or(until).max(until));
            }
            Came::Refused { wait, quota: false } => {
                lines.storm.goes_on(sent, now, wait.as_secs_f64());
                self.storm.goes_on(sent, now, wait.as_secs_f64());
                if self.rate.refused(sent, now, wait.as_secs_f64()) {
                    lines.width.refused();
                    self.good = lines.width.wide();
                }
            }
            Came::Nothing => {}
        }
    }

    /// Somebody who waits, if anybody does.
    pub(crate) fn anybody(&self) -> Option<Ticket> {
        let first = |(family, lines): (usize, &Lines)| {
            let (lane, number) = lines.first()?;
            Some(Ticket {
                lane,
                family,
                number,
            })
        };
        let waiting = self.families.iter().enumerate().filter_map(first);
        waiting.min_by_key(|ticket| (ticket.lane, ticket.number))
    }

    /// All calls of one family that wait.
    pub(crate) fn kin(&self, ticket: Ticket) -> impl Iterator<Item = Ticket> {
        let lanes = [Lane::Cue, Lane::Answer, Lane::Provisioning];
        let family = ticket.family;
        let waiting = &self.families[family].waiting;
        lanes.into_iter().flat_map(move |lane| {
            waiting[lane as usize].iter().map(move |number| Ticket {
                lane,
                family,
                number: *number,
            })
        })
    }

    /// How long answers take, in seconds; the longest of all families.
    fn latency(&self) -> f64 {
        let known = self.families.iter().filter_map(|l| l.width.latency());
        known.fold(0.0, f64::max)
    }

    fn family(&mut self, family: &Family) -> usize {
        if let Some(place) = self.numbers.get(family) {
            return *place;
        }
        let place = self.families.len();
        self.families.push(Lines {
            width: Width::new(self.good, self.most),
            under_way: 0,
            shut_until: None,
            storm: Storm::default(),
            waiting: Default::default(),
        });
        self.numbers.insert(family.clone(), place);
        place
    }
}

impl Lines {
    /// Who of this family is next.
    fn first(&self) -> Option<(Lane, u64)> {
        let lanes = [Lane::Cue, Lane::Answer, Lane::Provisioning];
        lanes
            .into_iter()
            .find_map(|lane| Some((lane, *self.waiting[lane as usize].first()?)))
    }
}

/// Reads instants as seconds that never go back: a clock may be set.
#[derive(Debug, Default)]
struct Hand {
    zero: Option<Timestamp>,
    /// What the clock was set back by, in seconds.
    lost: f64,
    last: f64,
}

impl Hand {
    fn read(&mut self, now: Timestamp) -> f64 {
        let seconds = self.past(now);
        self.lost += (self.last - seconds).max(0.0);
        self.last = self.last.max(seconds);
        self.last
    }

    fn past(&mut self, instant: Timestamp) -> f64 {
        let zero = *self.zero.get_or_insert(instant);
        instant.duration_since(zero).as_secs_f64() + self.lost
    }

    /// The instant at which that time is reached, not a moment before.
    fn instant(&self, seconds: f64) -> Timestamp {
        let zero = self.zero.unwrap_or(Timestamp::UNIX_EPOCH);
        // A nanosecond more than rounding may take away.
        let after = SignedDuration::try_from_secs_f64(seconds - self.lost + 2e-9);
        let after = after.unwrap_or(SignedDuration::MAX);
        zero.checked_add(after).unwrap_or(Timestamp::MAX)
    }
}
