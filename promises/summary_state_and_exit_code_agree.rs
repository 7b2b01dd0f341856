//! Done, waiting, held, failed and unclear make up the plan, after every run of every promise: of random
//! events, whatever Webex does. Last line and exit code are made of the same numbers.

use std::collections::BTreeSet;

use showcaller_engine::Report;
use showcaller_event::model::Address;
use showcaller_plan::{Fate, Plan, Verdict, read};

/// Fails where what is reported of a run does not add up to its plan.
#[track_caller]
pub(crate) fn adds_up(plan: &Plan, report: &Report) {
    let failures = report.failed.iter().chain(&report.unclear);
    let failures = failures.map(|failure| &failure.address);
    let undone = report.undone.iter().map(|(address, _)| address);
    let reported: BTreeSet<&Address> = report.done.iter().chain(failures).chain(undone).collect();
    for step in &plan.steps {
        assert!(
            reported.contains(&step.address),
            "nothing is said of {}",
            step.address
        );
    }
    let tally = report.tally(plan);
    let entries = reported.len() + plan.held.len() + plan.cannot.len();
    assert_eq!(tally.total(), entries, "{tally:?}");
    let left = tally.total() - tally.of(Fate::Done) - tally.of(Fate::Left);
    let (verdict, line) = (tally.verdict(), read::summary(plan, &tally));
    assert_eq!(
        verdict == Verdict::Settled,
        left == 0 && report.is_complete(),
        "{tally:?}"
    );
    let all_done = verdict == Verdict::Settled && tally.of(Fate::Done) == tally.total();
    assert_eq!(line.starts_with("Done: "), all_done, "{line}");
    if !all_done {
        let numbers = line
            .split([' ', ';', ','])
            .filter_map(|word| word.parse::<usize>().ok());
        let numbers: Vec<usize> = numbers.collect();
        // A time that something waits until has numbers of its own.
        if tally.of(Fate::Waiting) == 0 {
            let parts: usize = numbers[2..].iter().sum();
            assert_eq!(numbers[0] + parts, numbers[1], "{line}");
        }
    }
}
