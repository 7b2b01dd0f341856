//! Promise 2 at a handful of places: killed before a call, after Webex acted, or after the answer
//! and before the ledger, and run again: the world is right, nothing twice and nothing lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::SignedDuration;
use showcaller_event::Event;
use showcaller_ledger::{Ledger, LedgerUrl};

use crate::crash_anywhere::run;
use crate::files::{Files, fair};
use crate::processes;
use crate::shape;
use crate::stage::{Stage, switched};
use crate::wire::{Fate, Wire};

/// Where the program dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Death {
    BeforeTheCall,
    AfterTheEffect,
    BeforeTheLedger,
}

const DEATHS: [Death; 3] = [
    Death::BeforeTheCall,
    Death::AfterTheEffect,
    Death::BeforeTheLedger,
];

/// A fresh stage whose ledger is a file, so that a program that died leaves it behind.
async fn stage_with_file(event: &Event, path: &std::path::Path, settings: &[&str]) -> Stage {
    let switches = switched(settings.iter().copied());
    let mut stage = Stage::with(event, |config| config.switches = switches).await;
    stage.ledger = Ledger::open(&LedgerUrl::file(path)).await.expect("a file");
    stage
}

/// Kills the run at its `at`-th writing call; `false` if it has fewer.
async fn killed_at(stage: &mut Stage, event: &Event, at: usize, death: Death) -> bool {
    let clean = Arc::clone(&stage.transport);
    let written = AtomicUsize::new(0);
    let wire = Wire::judged_by(&clean, move |sent, _| {
        if !sent.writes() || written.fetch_add(1, Ordering::SeqCst) != at {
            return Fate::Passes;
        }
        match death {
            Death::BeforeTheCall => Fate::DiesBefore,
            Death::AfterTheEffect => Fate::DiesAfter,
            Death::BeforeTheLedger => Fate::DiesAnswered,
        }
    });
    stage.transport = wire.clone();
    // Biased, so that the program does nothing more once it is dead: to write into the ledger it
    // would have to wait for the database, and nobody comes back to it.
    let dead = processes::dead();
    let died = tokio::select! {
        biased;
        () = wire.death() => true,
        report = run(stage, event, &dead) => {
            assert!(report.is_complete(), "{report:#?}");
            false
        }
    };
    stage.transport = clean;
    died
}

/// Runs again after a death and compares with a world in which nobody died.
async fn comes_right(stage: &Stage, event: &Event, right: &[String], story: &str) {
    let mut report = run(stage, event, &stage.process).await;
    if !report.is_complete() {
        // What Webex does not show yet it may refuse to take again: then a minute helps.
        assert_eq!(
            (&report.unclear, &report.undone),
            (&vec![], &vec![]),
            "{story}"
        );
        for failure in &report.failed {
            let patient = failure.sentence.contains("Apply again in a minute");
            assert!(patient, "{story}: {failure:#?}");
        }
        let settled = stage.now() + SignedDuration::from_secs(61);
        stage.clock.advance_to(settled);
        report = run(stage, event, &stage.process).await;
    }
    assert!(report.is_complete(), "{story}: {report:#?}");
    assert_eq!(shape::of(&stage.simulator), right, "{story}");
    // Once more at once: what lists do not show yet is not made a second time.
    run(stage, event, &stage.process).await;
    assert_eq!(shape::of(&stage.simulator), right, "{story}");
    let settled = stage.now() + SignedDuration::from_secs(61);
    stage.clock.advance_to(settled);
    let plan = stage.full_plan(event).await;
    assert!(plan.is_empty(), "{story}: {:#?}", plan.steps);
    assert!(plan.held.is_empty(), "{story}: {:#?}", plan.held);
    let open = stage.open_operations().await;
    assert!(open.is_empty(), "{story}: {open:#?}");
}

fn sampled(all: usize) -> usize {
    match std::env::var_os("SHOWCALLER_LONG") {
        Some(_) => 1,
        None => all,
    }
}

async fn survives(event: &Event, first: Option<&Event>, every: usize, settings: &[&str]) {
    let prepared = async |path: &std::path::Path| {
        let stage = stage_with_file(event, path, settings).await;
        if let Some(first) = first {
            let report = run(&stage, first, &stage.process).await;
            assert!(report.is_complete(), "{report:#?}");
        }
        stage
    };
    let folder = tempfile::tempdir().expect("a folder");
    let undisturbed = prepared(&folder.path().join("undisturbed.db")).await;
    let report = run(&undisturbed, event, &undisturbed.process).await;
    assert!(report.is_complete(), "{report:#?}");
    let right = shape::of(&undisturbed.simulator);
    let mut died = 0;
    for (number, death) in DEATHS.into_iter().enumerate() {
        // Other places for each kind of death.
        for at in (number..).step_by(every) {
            let path = folder.path().join(format!("{death:?}-{at}.db"));
            let mut stage = prepared(&path).await;
            if !killed_at(&mut stage, event, at, death).await {
                break;
            }
            died += 1;
            // Nothing of the dead program is left but its file.
            let fresh = Ledger::open(&LedgerUrl::file(&path)).await.expect("a file");
            std::mem::replace(&mut stage.ledger, fresh).close().await;
            let story = format!("died {death:?} at write {at}");
            comes_right(&stage, event, &right, &story).await;
        }
    }
    assert!(died >= 8, "only {died} deaths were tried");
}

#[tokio::test]
async fn while_a_small_event_is_made() {
    let event = Files::of_example("workshop").event();
    survives(&event, None, sampled(4), &[]).await;
}

#[tokio::test]
async fn while_a_bit_of_everything_is_made() {
    survives(&fair().event(), None, sampled(16), &[]).await;
}

#[tokio::test]
async fn while_a_bit_of_everything_changes() {
    let changed = fair()
        .edited("title: Crew,", "title: The crew,")
        .edited("\"14:00-15:00\"", "\"14:20-15:30\"")
        .edited(
            "      Tomorrow: \"{{ fitting.link }}\"\n",
            "      Fitting: \"{{ fitting.link }}\"\n",
        )
        .edited("boards.example.com/red", "boards.example.com/scarlet")
        .edited("  market:\n", "  bazaar:\n")
        .people_edited("Ria Long,red,participant", "Ria Long,red,coach")
        .people_edited("Cyril Blue,blue,coach", "Cyril Blue,,jury")
        .people_edited("otto@example.com,Otto Sand,,organiser\n", "");
    survives(&changed.event(), Some(&fair().event()), sampled(8), &[]).await;
}

/// What was made just before the death is in no list for most of the settle window.
#[tokio::test]
async fn while_webex_shows_things_late() {
    let late = ["create-visibility-delay=55", "tag-delay=55"];
    survives(&fair().event(), None, sampled(16), &late).await;
}

/// Not dead but cut off: the program lives and writes down what it does not know.
#[tokio::test]
async fn a_line_that_goes_dead_in_the_middle_is_made_up_for() {
    let event = fair().event();
    let mut undisturbed = Stage::before(&event).await;
    let wire = Wire::listening(&undisturbed.transport);
    undisturbed.transport = wire.clone();
    let report = run(&undisturbed, &event, &undisturbed.process).await;
    assert!(report.is_complete(), "{report:#?}");
    let right = shape::of(&undisturbed.simulator);
    for from in (0..wire.writes().len()).step_by(sampled(16)) {
        let mut stage = Stage::before(&event).await;
        let clean = Arc::clone(&stage.transport);
        let written = AtomicUsize::new(0);
        stage.transport = Wire::judged_by(&clean, move |sent, _| {
            if !sent.writes() {
                return Fate::Passes;
            }
            match written.fetch_add(1, Ordering::SeqCst).cmp(&from) {
                std::cmp::Ordering::Less => Fate::Passes,
                std::cmp::Ordering::Equal => Fate::AnswerLost,
                std::cmp::Ordering::Greater => Fate::Lost,
            }
        });
        let report = run(&stage, &event, &stage.process).await;
        assert!(!report.is_complete(), "something is left to do");
        assert!(report.done.len() <= from, "{report:#?}");
        assert_eq!(report.failed, [], "lost is not refused");
        stage.transport = clean;
        let later = stage.now() + SignedDuration::from_secs(1);
        stage.clock.advance_to(later);
        comes_right(&stage, &event, &right, &format!("cut off at write {from}")).await;
    }
}
