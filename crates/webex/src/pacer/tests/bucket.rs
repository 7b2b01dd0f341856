//! A bucket of calls, calls that take a while, and a pacer between them: event by event.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::*;

/// How often processes hear of each other, in nanoseconds.
const BEAT: i64 = 10_000_000_000;

/// A limit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    pub(super) per_minute: u32,
    pub(super) bucket: u32,
}

/// One run: so many calls, all there at the start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub(super) calls: u32,
    pub(super) limit: Limit,
    /// What the bucket holds at the start.
    pub(super) held: u32,
    /// Once so many calls were let through, the limit is so many per minute.
    pub(super) change: Option<(u32, u32)>,
    pub(super) latency_millis: i64,
    /// How many may be under way.
    pub(super) most: usize,
}

/// How it went.
#[derive(Debug, Default)]
pub(super) struct Story {
    pub(super) seconds: f64,
    pub(super) refused: u32,
    /// The most calls that were under way at once.
    pub(super) widest: usize,
    /// How long it took after the first minute, and how long it had to.
    pub(super) took: f64,
    pub(super) needed: f64,
}

impl Story {
    /// How many times what the limit allows it took after the first minute.
    pub(super) fn ratio(&self) -> f64 {
        self.took / self.needed
    }
}

struct Bucket {
    per_second: f64,
    size: f64,
    level: f64,
    at: f64,
}

impl Bucket {
    fn fill(&mut self, now: f64) {
        self.level = (self.level + (now - self.at) * self.per_second).min(self.size);
        self.at = now;
    }

    /// Takes a call out, or says for how many seconds, whole ones, to wait.
    fn take(&mut self, now: f64) -> Result<(), i64> {
        self.fill(now);
        if self.level < 1.0 - 1e-9 {
            return Err(((1.0 - self.level) / self.per_second).ceil() as i64);
        }
        self.level -= 1.0;
        Ok(())
    }
}

fn family() -> Family {
    (http::Method::POST, "memberships")
}

fn instant(nanos: i64) -> Timestamp {
    Timestamp::from_nanosecond(nanos.into()).expect("within this century")
}

/// One process of several on one bucket.
struct Player {
    pacer: Pacer,
    left: u32,
    under_way: HashMap<u64, (Ticket, i64)>,
}

impl Player {
    fn new(most: usize, share: f64, calls: u32) -> Self {
        let mut pacer = Pacer::new(most);
        pacer.share(share, None);
        for _ in 0..calls {
            pacer.join(Lane::Provisioning, &family());
        }
        Self {
            pacer,
            left: calls,
            under_way: HashMap::new(),
        }
    }

    /// Sends what may go; returns the numbers of those calls and when to look again.
    fn send(&mut self, now: i64) -> (Vec<u64>, i64) {
        let mut gone = Vec::new();
        loop {
            match self.pacer.next(instant(now)) {
                Next::Go(ticket) => {
                    self.under_way.insert(ticket.number, (ticket, now));
                    gone.push(ticket.number);
                }
                Next::WaitUntil(until) => return (gone, until.as_nanosecond() as i64),
                Next::Full => return (gone, i64::MAX),
            }
        }
    }

    /// A call comes back; returns whether it was let through.
    fn receive(&mut self, number: u64, now: i64, taken: Result<(), i64>) -> bool {
        let (ticket, sent) = self.under_way.remove(&number).expect("it was sent");
        let came = match taken {
            Ok(()) => {
                self.left -= 1;
                Came::Passed
            }
            Err(seconds) => {
                self.pacer.join(Lane::Provisioning, &family());
                let wait = SignedDuration::from_secs(seconds);
                Came::Refused { wait, quota: false }
            }
        };
        self.pacer
            .answered(ticket, instant(sent), instant(now), came);
        taken.is_ok()
    }
}

impl Run {
    /// One process makes all calls.
    pub(super) fn play(&self) -> Story {
        self.play_shared(&[self.calls])
    }

    /// Several processes make so many calls each, and tell each other every ten seconds that they are
    /// there and what they have learnt.
    pub(super) fn play_shared(&self, calls: &[u32]) -> Story {
        let share = 1.0 / calls.len() as f64;
        let player = |calls: &u32| Player::new(self.most, share, *calls);
        let mut players: Vec<Player> = calls.iter().map(player).collect();
        let mut bucket = Bucket {
            per_second: f64::from(self.limit.per_minute) / 60.0,
            size: self.limit.bucket.into(),
            level: self.held.into(),
            at: 0.0,
        };
        let mut story = Story::default();
        let (mut minute, mut passed, mut now) = (None, 0, 0_i64);
        let (mut known, mut beat) = (None, BEAT);
        let mut answers = BinaryHeap::new();
        while passed < self.calls {
            let mut wait = i64::MAX;
            for (place, player) in players.iter_mut().enumerate() {
                let (gone, until) = player.send(now);
                let back = now + self.latency_millis * 1_000_000;
                answers.extend(
                    gone.into_iter()
                        .map(|number| Reverse((back, place, number))),
                );
                wait = wait.min(until);
            }
            story.widest = story.widest.max(answers.len());
            let answer = answers.peek().map_or(i64::MAX, |Reverse((at, ..))| *at);
            now = now.max(wait.min(answer));
            if minute.is_none() && now >= 60_000_000_000 {
                bucket.fill(60.0);
                minute = Some((passed, bucket.level.floor()));
            }
            if now < answer {
                continue;
            }
            let Some(Reverse((_, place, number))) = answers.pop() else {
                panic!("nobody goes, and nobody is under way");
            };
            if players[place].receive(number, now, bucket.take(now as f64 / 1e9)) {
                passed += 1;
            } else {
                story.refused += 1;
            }
            if now >= beat {
                beat = now + BEAT;
                let share = 1.0 / players.iter().filter(|p| p.left > 0).count().max(1) as f64;
                for player in players.iter_mut().filter(|player| player.left > 0) {
                    known = player.pacer.share(share, known);
                }
            }
            if let Some((after, per_minute)) = self.change
                && passed == after
            {
                bucket.per_second = f64::from(per_minute) / 60.0;
            }
        }
        story.seconds = now as f64 / 1e9;
        story.reckon(self, minute.unwrap_or((self.calls, 0.0)));
        story
    }
}

impl Story {
    /// What was left at the end of the first minute, less what the bucket held by then, at the
    /// limit's pace.
    fn reckon(&mut self, run: &Run, (passed, held): (u32, f64)) {
        let left = f64::from(run.calls - passed) - held;
        let pace = |per_minute: u32| f64::from(per_minute) / 60.0;
        let (after, then) = run.change.unwrap_or((run.calls, run.limit.per_minute));
        let before = (f64::from(after.saturating_sub(passed)) - held).clamp(0.0, left.max(0.0));
        self.took = self.seconds - 60.0;
        self.needed = before / pace(run.limit.per_minute) + (left - before) / pace(then);
    }
}
