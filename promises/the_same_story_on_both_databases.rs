//! Promise 12: the same story on both databases. Told once on SQLite and once on PostgreSQL, it
//! comes out the same, and both ledgers know the same afterwards.

mod acts;
mod questions;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::SignedDuration;
use showcaller_event::Event;
use showcaller_ledger::{CalendarEntry, Ledger, LedgerUrl, OperationKind};
use showcaller_plan::Wishes;

use crate::crash_anywhere::reference::{changed, made};
use crate::crash_anywhere::run;
use crate::postgres::Schema;
use crate::processes;
use crate::shape;
use crate::stage::Stage;
use crate::wire::{Fate, Wire};

/// What a ledger says, without what differs between two worlds: Webex's ids and links, and the
/// order in which calls that were under way together came back.
async fn account(ledger: &Ledger, stage: &Stage) -> Vec<String> {
    let mut account = Vec::new();
    for record in ledger.resources().await.expect("resources") {
        account.push(format!(
            "{} of {}, by us {}, asked {}",
            record.address,
            record.owner,
            record.created_by_us,
            record.attributes["settled"]["asked"]
        ));
    }
    for tombstone in ledger.tombstones().await.expect("tombstones") {
        account.push(format!("gone {}: {}", tombstone.address, tombstone.why));
    }
    // The last word on each call; how often a call was tried before depends on what was under way
    // beside it when the program died.
    let mut calls = Vec::new();
    for run in ledger.runs(100).await.expect("runs") {
        calls.extend(ledger.operations_of_run(&run.run).await.expect("intents"));
    }
    calls.sort_by_key(|intent| intent.id);
    let last: BTreeMap<_, _> = calls
        .into_iter()
        .map(|intent| ((intent.address, intent.verb), intent.state))
        .collect();
    for ((address, verb), state) in last {
        account.push(format!("{verb} {address}: {state}"));
    }
    for entry in ledger.calendar_of("all").await.expect("a calendar") {
        account.push(format!(
            "calendar {} {:?} {} cancelled {}",
            entry.uid, entry.address, entry.sequence, entry.cancelled
        ));
    }
    for revision in ledger.revisions(100).await.expect("revisions") {
        account.push(format!(
            "revision {} {}",
            revision.id, revision.source_digest
        ));
    }
    let last = ledger.latest_revision().await.expect("a revision");
    let sources = last.map(|last| last.revision.sources);
    account.push(format!("{sources:?}"));
    for (address, host) in ledger.pins().await.expect("pins") {
        account.push(format!("{address} at {host}"));
    }
    account.push(format!("{:?}", ledger.meta("runs").await.expect("a fact")));
    account.push(format!("{:?}", ledger.holders().await.expect("leases")));
    account.push(format!(
        "{:?}",
        ledger
            .open_operations(OperationKind::Provision)
            .await
            .expect("intents")
    ));
    account.push(format!(
        "{} secrets",
        ledger.secrets_kept().await.expect("a count")
    ));
    let day = stage.now() - SignedDuration::from_hours(24);
    let counted = ledger.creations_since(day).await.expect("creations");
    account.push(format!(
        "{:?}",
        counted
            .iter()
            .map(|(host, made)| (host, made.len()))
            .collect::<Vec<_>>()
    ));
    account.sort();
    account
}

/// Killed in the middle of being made, made, changed by a bit of everything, and cleared of what
/// the last version does not name. After each chapter: the world, and what the ledger says.
async fn story(ledger: Ledger) -> Vec<Vec<String>> {
    let (before, after) = (made().event(), changed().event());
    let mut stage = Stage::before(&before).await;
    stage.ledger = ledger.clone();
    let mut chapters = Vec::new();

    die_at_write(&mut stage, &before, 60).await;
    stage
        .clock
        .advance_to(stage.now() + SignedDuration::from_secs(61));
    for event in [&before, &after, &before] {
        let report = run(&stage, event, &stage.process).await;
        assert!(report.is_complete(), "{report:#?}");
        for meeting in &event.meetings {
            let entry = CalendarEntry {
                uid: format!("{}@event", meeting.key.as_str()),
                addresses: vec![meeting.key.as_str().to_owned()],
                fingerprint: meeting.title.clone(),
                snapshot: serde_json::json!({ "title": meeting.title }),
                recipients: ["all".to_owned()].into(),
                audience: ["all".to_owned()].into(),
            };
            let given = ledger.give_calendar(vec![entry], stage.now());
            given.await.expect("an entry");
        }
        chapters.push(shape::of(&stage.simulator));
        chapters.push(account(&ledger, &stage).await);
    }
    let rest = stage.look(&before, &Wishes::default()).await.plan;
    chapters.push(vec![format!("{:?} {:?}", rest.steps, rest.held)]);
    ledger.close().await;
    chapters
}

/// Kills the run when Webex has acted on its `at`-th writing call.
async fn die_at_write(stage: &mut Stage, event: &Event, at: usize) {
    let clean = std::sync::Arc::clone(&stage.transport);
    let written = AtomicUsize::new(0);
    let wire = Wire::judged_by(&clean, move |sent, _| {
        match sent.writes() && written.fetch_add(1, Ordering::SeqCst) == at {
            true => Fate::DiesAfter,
            false => Fate::Passes,
        }
    });
    stage.transport = wire.clone();
    let dead = processes::dead();
    tokio::select! {
        biased;
        () = wire.death() => {}
        report = run(stage, event, &dead) => panic!("nobody died: {report:#?}"),
    }
    stage.transport = clean;
    // What the dead process had handed over to the database may still arrive; whoever writes next
    // comes after it.
    stage.ledger.set_meta("died", "yes").await.expect("a write");
}

#[tokio::test]
async fn of_the_reference_event_killed_repeated_and_changed() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let file = LedgerUrl::file(folder.path().join("event.ledger"));
    let in_file = story(Ledger::open(&file).await.expect("a file")).await;
    let on_server = story(Ledger::open(&schema.url()).await.expect("a server")).await;
    for (here, there) in in_file.iter().zip(&on_server) {
        // Line by line, so that a difference can be read.
        for (here, there) in here.iter().zip(there) {
            assert_eq!(here, there);
        }
    }
    assert_eq!(in_file, on_server);
    schema.drop().await;
}
