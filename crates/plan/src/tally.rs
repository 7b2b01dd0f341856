//! What becomes of everything that a plan names: the one value from which summaries and exit codes are made.

use std::collections::BTreeMap;

use showcaller_event::model::Address;

use crate::plan::{HeldReason, Plan};

/// What becomes of one entry of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// Webex has it.
    Done,
    /// An apply does it.
    Planned,
    /// Time brings it: the day's quota, or something that is not there yet.
    Waiting,
    /// A flag brings it.
    Held,
    /// It stays as it is: the file protects it, or Webex allows it never.
    Left,
    /// It cannot be done until a person puts something right.
    Blocked,
    /// It was not tried, because of something else that was not done.
    NotTried,
    /// The run ended before its turn.
    Stopped,
    /// In doubt.
    Unclear,
    /// It was tried, and not done.
    Failed,
}

/// What that comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is pending.
    Settled,
    /// Changes are pending or waiting.
    Pending,
    /// Webex refused or did not answer, or a person must put something right.
    Trouble,
    /// The run ended before its end.
    EndedEarly,
}

/// How many entries of a plan became what. Each step, each change held back and each thing that is not
/// possible is one entry, and has one fate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    counts: BTreeMap<Fate, usize>,
    ended_early: bool,
}

impl Tally {
    /// Of a plan of which nothing is done yet.
    #[must_use]
    pub fn planned(plan: &Plan) -> Self {
        let steps = plan.steps.iter().map(|_| Fate::Planned);
        Self::count(steps.chain(beside_steps(plan)), false)
    }

    /// Of a plan that was applied. `became` tells of its steps, and of what was done beyond them; a step
    /// that is missing there is in doubt.
    #[must_use]
    pub fn applied(plan: &Plan, became: &BTreeMap<Address, Fate>, ended_early: bool) -> Self {
        let unknown = plan.steps.iter().map(|step| &step.address);
        let unknown = unknown.filter(|address| !became.contains_key(*address));
        let steps = unknown
            .map(|_| Fate::Unclear)
            .chain(became.values().copied());
        Self::count(steps.chain(beside_steps(plan)), ended_early)
    }

    fn count(fates: impl Iterator<Item = Fate>, ended_early: bool) -> Self {
        let mut counts = BTreeMap::new();
        for fate in fates {
            *counts.entry(fate).or_default() += 1;
        }
        Self {
            counts,
            ended_early,
        }
    }

    /// The same of a run that a person stopped.
    #[must_use]
    pub fn stopped(mut self) -> Self {
        self.ended_early |= self.verdict() != Verdict::Settled;
        self
    }

    /// How many have this fate.
    #[must_use]
    pub fn of(&self, fate: Fate) -> usize {
        self.counts.get(&fate).copied().unwrap_or(0)
    }

    /// How many there are.
    #[must_use]
    pub fn total(&self) -> usize {
        self.counts.values().sum()
    }

    /// What it comes to.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let any = |fates: &[Fate]| fates.iter().any(|fate| self.of(*fate) > 0);
        if self.ended_early {
            Verdict::EndedEarly
        } else if any(&[Fate::Failed, Fate::Unclear]) {
            Verdict::Trouble
        } else if any(&[Fate::Stopped]) {
            Verdict::EndedEarly
        } else if any(&[Fate::Planned]) {
            // Whatever stands against the rest, an apply has something to do.
            Verdict::Pending
        } else if any(&[Fate::NotTried, Fate::Blocked]) {
            Verdict::Trouble
        } else if any(&[Fate::Waiting, Fate::Held]) {
            Verdict::Pending
        } else {
            Verdict::Settled
        }
    }
}

/// What a plan names and does not do.
fn beside_steps(plan: &Plan) -> impl Iterator<Item = Fate> {
    let held = plan.held.iter().map(|held| match held.reason {
        HeldReason::Quota | HeldReason::Waiting => Fate::Waiting,
        HeldReason::Removal | HeldReason::Recreation => Fate::Held,
        HeldReason::Unclear => Fate::Blocked,
        HeldReason::Protected => Fate::Left,
    });
    let cannot = plan.cannot.iter();
    let cannot = cannot.map(|cannot| match cannot.reason.is_for_good() {
        true => Fate::Left,
        false => Fate::Blocked,
    });
    held.chain(cannot)
}

#[cfg(test)]
mod summary_state_and_exit_code_agree {
    use proptest::prelude::*;

    use super::*;
    use crate::plan::{Cannot, CannotReason, Held};
    use crate::read::{sample, summary};
    use crate::step::Action;

    fn address(number: usize) -> Address {
        Address::new(format!("room/{number}"))
    }

    fn plan(steps: usize, held: &[HeldReason], cannot: &[CannotReason]) -> Plan {
        let mut plan = sample::empty();
        let archive = |number| {
            sample::step(
                address(number).as_str(),
                Action::ArchiveRoom { id: String::new() },
            )
        };
        plan.steps = (0..steps).map(archive).collect();
        let held = held.iter().map(|reason| Held {
            address: address(0),
            what: String::new(),
            reason: *reason,
        });
        plan.held = held.collect();
        let cannot = cannot.iter().map(|reason| Cannot {
            address: address(0),
            reason: *reason,
            sentence: String::new(),
        });
        plan.cannot = cannot.collect();
        plan
    }

    const OF_STEPS: [Fate; 5] = [
        Fate::Done,
        Fate::NotTried,
        Fate::Stopped,
        Fate::Unclear,
        Fate::Failed,
    ];
    const HELD: [HeldReason; 6] = [
        HeldReason::Removal,
        HeldReason::Recreation,
        HeldReason::Unclear,
        HeldReason::Protected,
        HeldReason::Quota,
        HeldReason::Waiting,
    ];
    const CANNOT: [CannotReason; 4] = [
        CannotReason::Past,
        CannotReason::NoToken,
        CannotReason::Twice,
        CannotReason::DoubleBooked,
    ];

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_entry_of_a_plan_has_one_fate(
            fates in prop::collection::vec(prop::option::of(prop::sample::select(&OF_STEPS[..])), 0..6),
            held in prop::collection::vec(prop::sample::select(&HELD[..]), 0..3),
            cannot in prop::collection::vec(prop::sample::select(&CANNOT[..]), 0..3),
            ended_early: bool,
        ) {
            let plan = plan(fates.len(), &held, &cannot);
            let entries = fates.len() + held.len() + cannot.len();
            prop_assert_eq!(Tally::planned(&plan).total(), entries);
            // Of some steps nothing is reported.
            let became = fates.iter().enumerate();
            let became = became.filter_map(|(number, fate)| Some((address(number), (*fate)?)));
            let tally = Tally::applied(&plan, &became.collect(), ended_early);
            prop_assert_eq!(tally.total(), entries);
            let unclear = fates.iter().filter(|fate| fate.is_none_or(|it| it == Fate::Unclear));
            prop_assert_eq!(tally.of(Fate::Unclear), unclear.count());
            // The words are those of the verdict, and their numbers make up the whole.
            let sentence = summary(&plan, &tally);
            let settled = tally.verdict() == Verdict::Settled;
            let left: usize = tally.total() - tally.of(Fate::Done);
            if sentence.starts_with("Done: ") {
                prop_assert!(settled && left == 0, "{sentence}");
            } else {
                let numbers = sentence.split([' ', ';', ',']).filter_map(|word| word.parse().ok());
                let numbers: Vec<usize> = numbers.collect();
                prop_assert_eq!(numbers[0] + numbers[2..].iter().sum::<usize>(), numbers[1], "{}", sentence);
                prop_assert!(!settled || left == tally.of(Fate::Left), "{sentence}");
            }
        }
    }

    #[test]
    fn each_fate_has_its_verdict() {
        use CannotReason::*;
        use HeldReason::*;
        let of = |held: &[HeldReason], cannot: &[CannotReason]| {
            Tally::planned(&plan(0, held, cannot)).verdict()
        };
        assert_eq!(of(&[], &[]), Verdict::Settled);
        assert_eq!(of(&[Removal; 10], &[]), Verdict::Pending);
        assert_eq!(of(&[Quota], &[]), Verdict::Pending);
        assert_eq!(of(&[], &[NoToken; 15]), Verdict::Trouble);
        assert_eq!(of(&[], &[Twice]), Verdict::Trouble);
        assert_eq!(of(&[Unclear], &[]), Verdict::Trouble);
        // What the file protects and what time forbids is nothing that anybody waits for.
        assert_eq!(of(&[Protected], &[Past]), Verdict::Settled);
        // Whatever stands against the rest, an apply has something to do.
        assert_eq!(
            Tally::planned(&plan(1, &[], &[NoToken])).verdict(),
            Verdict::Pending
        );
        // A step of which nothing is reported is in doubt.
        let tally = Tally::applied(&plan(1, &[], &[]), &BTreeMap::new(), false);
        assert_eq!(tally.verdict(), Verdict::Trouble);
        // Whoever stops a run that has nothing left to do has not stopped it.
        assert_eq!(Tally::default().stopped().verdict(), Verdict::Settled);
        let waiting = Tally::planned(&plan(0, &[Quota], &[]));
        assert_eq!(waiting.stopped().verdict(), Verdict::EndedEarly);
    }
}
