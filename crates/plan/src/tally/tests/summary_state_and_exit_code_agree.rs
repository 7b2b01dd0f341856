use std::collections::BTreeMap;

use proptest::prelude::*;
use showcaller_event::model::Address;

use crate::plan::{Cannot, CannotReason, Held, HeldReason, Plan};
use crate::read::summary;
use crate::read::tests::sample;
use crate::step::Action;
use crate::tally::{Fate, Tally, Verdict};

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
    // A run that has nothing left to do cannot be stopped early.
    assert_eq!(Tally::default().stopped().verdict(), Verdict::Settled);
    let waiting = Tally::planned(&plan(0, &[Quota], &[]));
    assert_eq!(waiting.stopped().verdict(), Verdict::EndedEarly);
}
