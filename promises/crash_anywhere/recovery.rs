//! A new process after a death, and what it makes of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::SignedDuration;
use showcaller_engine::{Assignment, NoProgress, Report, Stop, ThisProcess};
use showcaller_event::Event;

use super::left::Left;
use crate::processes;
use crate::shape;
use crate::stage::{Stage, every_flag};
use crate::wire::{Fate, Wire};
use crate::world::World;

/// Another process that no longer runs.
/// What should have come out: the world and the ledger of a run that nothing happened to.
#[derive(Default)]
pub(crate) struct Right {
    shape: Vec<String>,
    /// `None` if lists lag: then even an undisturbed run ends before it has seen everything.
    entries: Option<Vec<String>>,
}

impl Right {
    pub(crate) async fn of(stage: &Stage, lists_lag: bool) -> Self {
        Self {
            shape: shape::of(&stage.simulator),
            entries: match lists_lag {
                true => None,
                false => Some(entries(stage).await),
            },
        }
    }
}

/// What came out after a death.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// Lines of the world's shape that are there too often.
    pub(crate) duplicates: Vec<String>,
    /// Lines of the world's shape that are missing.
    pub(crate) lost: Vec<String>,
    /// What nobody can know, each with its reason.
    pub(crate) unclear: Vec<String>,
    /// Whatever else is not as it should be.
    pub(crate) wrong: Vec<String>,
}

impl Verdict {
    pub(crate) fn is_right(&self) -> bool {
        let Self {
            duplicates,
            lost,
            unclear,
            wrong,
        } = self;
        [duplicates, lost, unclear, wrong]
            .iter()
            .all(|list| list.is_empty())
    }
}

/// What the ledger says exists, and what of it is ours.
async fn entries(stage: &Stage) -> Vec<String> {
    let records = stage.ledger.resources().await.expect("a ledger");
    let mut entries: Vec<String> = records
        .into_iter()
        .map(|record| {
            format!(
                "{} {} {}",
                record.address, record.owner, record.created_by_us
            )
        })
        .collect();
    entries.sort();
    entries
}

/// Looks, waits for what may still appear, and applies.
pub(crate) async fn run(stage: &Stage, event: &Event, process: &ThisProcess) -> Report {
    let assignment = Assignment {
        event,
        sources: Vec::new(),
        digest: "one".to_owned(),
    };
    let engine = stage.engine_of(event, process);
    let outlook = engine.look_settled(event, &every_flag(), &NoProgress).await;
    let stop = Stop::default();
    let report = engine.apply(&assignment, outlook.expect("a look"), &NoProgress, &stop);
    report.await.expect("a run")
}

/// The next process dies, too: at its `at`-th writing call, after Webex acted. One that has fewer
/// lives.
async fn dies_again(stage: &mut Stage, event: &Event, at: usize) {
    let clean = Arc::clone(&stage.transport);
    let written = AtomicUsize::new(0);
    let wire = Wire::judged_by(&clean, move |sent, _| {
        let number = written.fetch_add(usize::from(sent.writes()), Ordering::SeqCst);
        match sent.writes() && number == at {
            true => Fate::DiesAfter,
            false => Fate::Passes,
        }
    });
    stage.transport = wire.clone();
    let dead = processes::dead();
    tokio::select! {
        biased;
        () = wire.death() => {}
        _ = run(stage, event, &dead) => {}
    }
    stage.transport = clean;
}

/// What a new process makes of it, after another that died at its `again`-th writing call.
pub(crate) async fn recovered(
    left: &Left,
    event: &Event,
    right: &Right,
    again: Option<usize>,
) -> Verdict {
    let mut stage = left.stage().await;
    if let Some(at) = again {
        dies_again(&mut stage, event, at).await;
        // What it had handed to the writer of its ledger is written; nothing is written later.
        stage.ledger.clone().close().await;
        stage = stage.with_ledger(left.ledger().await).await;
    }
    let mut verdict = Verdict::default();
    let mut report = run(&stage, event, &stage.process).await;
    if is_patience(&report) {
        later(&stage);
        report = run(&stage, event, &stage.process).await;
    }
    let told =
        |failure: &showcaller_engine::Failure| format!("{}: {}", failure.address, failure.sentence);
    verdict.unclear.extend(report.unclear.iter().map(told));
    verdict.wrong.extend(report.failed.iter().map(told));
    let undone = report.undone.iter();
    verdict
        .wrong
        .extend(undone.map(|(address, why)| format!("{address} was not done: {why:?}")));
    verdict
        .wrong
        .extend(report.trouble.map(|error| error.to_string()));
    later(&stage);
    let plan = stage.full_plan(event).await;
    let steps = plan.steps.iter().map(|step| step.address.to_string());
    let steps = steps.map(|address| format!("still to do: {address}"));
    verdict.wrong.extend(steps);
    let held = plan.held.iter();
    verdict
        .unclear
        .extend(held.map(|held| format!("{}: {:?}", held.address, held.reason)));
    judge(&stage, event, right, &mut verdict).await;
    stage.messages_are_untouched().await;
    stage.ledger.clone().close().await;
    verdict
}

/// Whether Webex only refused to take again what it does not show yet: then a minute helps.
fn is_patience(report: &Report) -> bool {
    let patient =
        |failure: &showcaller_engine::Failure| failure.sentence.contains("Apply again in a minute");
    !report.failed.is_empty() && report.failed.iter().all(patient)
}

fn later(stage: &Stage) {
    stage
        .clock
        .advance_to(stage.now() + SignedDuration::from_secs(61));
}

async fn judge(stage: &Stage, event: &Event, right: &Right, verdict: &mut Verdict) {
    let (duplicates, lost) = shape::apart(&right.shape, &shape::of(&stage.simulator));
    verdict.duplicates = duplicates;
    verdict.lost = lost;
    let differences = World::new(stage.simulator.world()).differences(event);
    verdict.wrong.extend(differences);
    let open = stage.open_operations().await;
    let open = open.iter();
    verdict
        .wrong
        .extend(open.map(|intent| format!("{} {} is open", intent.verb, intent.address)));
    let Some(expected) = &right.entries else {
        return;
    };
    let (more, fewer) = shape::apart(expected, &entries(stage).await);
    let more = more
        .iter()
        .map(|entry| format!("the ledger also has {entry}"));
    let fewer = fewer
        .iter()
        .map(|entry| format!("the ledger lacks {entry}"));
    verdict.wrong.extend(more.chain(fewer));
}
