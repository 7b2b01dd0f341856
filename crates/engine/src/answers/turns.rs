//! A rate limit for each person: the questions of one who asks faster than people read wait for their
//! turns, and no other person's do.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::inbox::later;

/// So many questions a person may ask within [`BURST_WITHIN`].
const BURST: usize = 5;
const BURST_WITHIN: SignedDuration = SignedDuration::from_secs(10);
/// The questions of a person who is slowed down are answered so far apart.
const APART: SignedDuration = SignedDuration::from_secs(2);
/// How long a person knows of it who was told that questions wait.
const NOTICE_HOLDS: SignedDuration = SignedDuration::from_mins(5);
/// People are forgotten that are not slowed down any more, once so many are known.
const KNOWN: usize = 256;

/// When a person's question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// At once.
    Now,
    /// Not before this instant.
    At {
        /// The instant; later ones of the same person are not before it.
        at: Timestamp,
        /// Whether the person is to be told.
        notify: bool,
    },
}

/// A sliding window for each person.
#[derive(Debug, Default)]
pub(super) struct Turns(HashMap<Uuid, Recent>);

#[derive(Debug, Default)]
struct Recent {
    /// When the last questions are answered, the latest last.
    turns: VecDeque<Timestamp>,
    /// When the last one was asked.
    asked: Option<Timestamp>,
    notified_at: Option<Timestamp>,
}

impl Turns {
    /// A person asks something at this instant.
    pub(super) fn ask(&mut self, person: Uuid, at: Timestamp) -> Turn {
        if self.0.len() >= KNOWN {
            self.0.retain(|_, recent| recent.matters(at));
        }
        self.0.entry(person).or_default().ask(at)
    }
}

impl Recent {
    fn ask(&mut self, at: Timestamp) -> Turn {
        // Deliveries come in any order.
        let at = self.asked.map_or(at, |asked| asked.max(at));
        self.asked = Some(at);
        let mut turn = at;
        if self.turns.len() == BURST
            && let Some(first) = self.turns.pop_front()
        {
            turn = turn.max(later(first, BURST_WITHIN));
        }
        // One by one, so that they are answered in their order.
        if let Some(last) = self.turns.back()
            && (turn > at || *last > at)
        {
            turn = turn.max(later(*last, APART));
        }
        self.turns.push_back(turn);
        if turn <= at {
            return Turn::Now;
        }
        let notified_at = self.notified_at;
        let notify = notified_at.is_none_or(|then| later(then, NOTICE_HOLDS) < at);
        if notify {
            self.notified_at = Some(at);
        }
        Turn::At { at: turn, notify }
    }

    /// Whether it makes a difference to a question at this instant.
    fn matters(&self, at: Timestamp) -> bool {
        let slowed = self.turns.back();
        slowed.is_some_and(|last| later(*last, BURST_WITHIN) > at)
            || self
                .notified_at
                .is_some_and(|then| later(then, NOTICE_HOLDS) >= at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).expect("within this century")
    }

    fn person(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    /// When the questions asked at these times are answered, in seconds, with `!` where the person is
    /// told that they wait.
    fn answered(turns: &mut Turns, asked: &[i64]) -> String {
        let said = asked
            .iter()
            .map(|second| match turns.ask(person(1), at(second * 1000)) {
                Turn::Now => second.to_string(),
                Turn::At { at, notify } => {
                    let mark = if notify { "!" } else { "" };
                    format!("{}{mark}", at.as_second())
                }
            });
        said.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_flood_is_answered_in_order_and_its_author_is_told_once() {
        for (asked, expected) in [
            (&[0, 0, 0, 0, 0][..], "0 0 0 0 0"),
            (
                &[0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5],
                "0 0 0 0 0 10! 12 14 16 18 20",
            ),
            (&[0, 2, 4, 6, 8, 10, 12, 14], "0 2 4 6 8 10 12 14"),
            (&[0, 1, 2, 3, 4, 5, 6], "0 1 2 3 4 10! 12"),
            // Told in another order than asked.
            (&[3, 0, 2, 1], "3 0 2 1"),
            // The next flood, after a rest.
            (
                &[0, 0, 0, 0, 0, 0, 400, 400, 400, 400, 400, 400],
                "0 0 0 0 0 10! 400 400 400 400 400 410!",
            ),
            // Asked long ago, and only now heard of: what is past is not waited for.
            (&[0, 0, 0, 0, 0, 0, 9, 60], "0 0 0 0 0 10! 12 60"),
        ] {
            assert_eq!(
                answered(&mut Turns::default(), asked),
                expected,
                "{asked:?}"
            );
        }
    }

    #[test]
    fn a_flood_slows_down_no_other_person() {
        let mut turns = Turns::default();
        for _ in 0..1_000 {
            turns.ask(person(1), at(0));
        }
        for number in 2..1_000 {
            assert_eq!(turns.ask(person(number), at(1)), Turn::Now);
        }
    }

    #[test]
    fn people_are_forgotten_when_that_makes_no_difference() {
        let mut turns = Turns::default();
        for number in 0..10_000 {
            turns.ask(
                person(number),
                at(i64::try_from(number).expect("small") * 1000),
            );
        }
        assert!(turns.0.len() <= KNOWN, "{}", turns.0.len());
    }

    proptest! {
        #[test]
        fn at_most_five_of_a_person_go_within_ten_seconds_in_the_order_in_which_they_came(
            pauses in prop::collection::vec(0..4_000_i64, 1..60),
        ) {
            let mut turns = Turns::default();
            let mut now = 0;
            let mut gone = Vec::new();
            for pause in pauses {
                now += pause;
                gone.push(match turns.ask(person(1), at(now)) {
                    Turn::Now => at(now),
                    Turn::At { at, .. } => at,
                });
            }
            prop_assert!(gone.is_sorted());
            for six in gone.windows(BURST + 1) {
                prop_assert!(six[BURST].duration_since(six[0]) >= BURST_WITHIN);
            }
        }
    }
}
