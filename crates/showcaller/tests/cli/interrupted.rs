//! Two at once, Ctrl-C, and a run that is killed.

use std::io::Read as _;
use std::process::Child;

use showcaller_ledger::{Instance, Ledger, LedgerUrl};

use crate::stage::{Simulator, Stage, count, signal};

/// A slow Webex, and a run on it that has begun to act.
fn under_way(stage: &Stage, simulator: &Simulator) -> Child {
    let run = simulator
        .command(stage, "apply event.yaml --yes --in-flight 1")
        .spawn()
        .expect("the program runs");
    let acts = |call: &serde_json::Value| call["method"] == "POST";
    while !simulator.world()["calls"]
        .as_array()
        .unwrap()
        .iter()
        .any(acts)
    {
        std::thread::yield_now();
    }
    run
}

#[test]
fn of_two_runs_at_once_the_second_is_told_who_is_first() {
    let stage = Stage::with("innovation-challenge");
    let simulator = Simulator::start(&stage, "--rate off --latency 150ms");
    let mut first = under_way(&stage, &simulator);
    let ran = stage.run_on(&simulator, "apply event.yaml --yes").exits(4);
    let who = format!("pid {} has been applying this event since", first.id());
    assert!(ran.stderr.contains(&who), "{ran}");
    assert!(ran.stderr.contains("error: ann@"), "{ran}");
    first.kill().unwrap();
    first.wait().unwrap();
}

#[test]
fn ctrl_c_or_a_terminal_that_goes_finishes_what_is_under_way_and_says_what_is_left() {
    // Both the shell and the system may say that the terminal is gone.
    for signals in [&["INT"][..], &["HUP", "HUP"]] {
        let stage = Stage::with("innovation-challenge");
        let simulator = Simulator::start(&stage, "--rate off --latency 60ms");
        let mut run = under_way(&stage, &simulator);
        for name in signals {
            signal(name, run.id());
        }
        let (mut out, mut err) = (String::new(), String::new());
        run.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        run.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!(run.wait().unwrap().code(), Some(1), "{out}{err}");
        assert!(err.contains("Finishing what is under way"), "{err}");
        assert!(
            out.contains("Not tried, because the run ended before its turn"),
            "{out}"
        );
        assert!(
            out.contains("What is left is done by this command"),
            "{out}"
        );
        stage.run_on(&simulator, "apply event.yaml --yes").exits(0);
        stage
            .run_on(&simulator, "plan event.yaml --full --exit-code")
            .exits(0);
    }
}

#[test]
fn a_run_that_is_killed_is_finished_by_the_next_and_nothing_is_made_twice() {
    let stage = Stage::with("innovation-challenge");
    let world = stage.path(".showcaller/event.simulated-world.json");
    let journal = stage.path(".showcaller/event.simulated-world.json.journal");
    // The whole world when the run began, and a line for each change since.
    let revision = || -> u64 {
        let text = std::fs::read(&world).unwrap_or_default();
        let kept: Option<serde_json::Value> = serde_json::from_slice(&text).ok();
        let kept = kept.and_then(|kept| kept["world"]["revision"].as_u64());
        let since = std::fs::read(&journal).unwrap_or_default();
        let since = since.iter().filter(|byte| **byte == b'\n').count() as u64;
        kept.unwrap_or(0) + since
    };
    for killed_at in [3, 30, 90, 160] {
        let line = "apply event.yaml --simulate --yes --in-flight 4";
        let mut run = stage.command(line).spawn().unwrap();
        while revision() < killed_at && run.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        run.kill().unwrap();
        run.wait().unwrap();
    }
    stage.run("apply event.yaml --simulate --yes").exits(0);
    stage
        .run("plan event.yaml --simulate --full --exit-code")
        .exits(0);
    let state = "--state .showcaller/event.simulated-world.json";
    let simulator = Simulator::start(&stage, state);
    let world = simulator.world();
    assert_eq!(count(&world, "teams"), 1);
    assert_eq!(count(&world, "rooms"), 13);
    assert_eq!(count(&world, "meetings"), 44);
    assert_eq!(count(&world, "roomTabs"), 6);
}

/// The simulated world's clock stands while nobody visits it, so that no lease would ever run out
/// there; but its lock tells that whoever held one is gone.
#[test]
fn a_run_that_died_on_another_machine_does_not_lock_a_simulated_event() {
    let stage = Stage::with("workshop");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    let path = stage.path(".showcaller/event.simulated.ledger");
    assert!(path.exists());
    let far = "2099-01-01T00:00:00Z".parse().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let ledger = Ledger::open(&LedgerUrl::file(&path)).await.unwrap();
        let minute = jiff::SignedDuration::from_secs(60);
        let bob = Instance::new("bob@elsewhere pid 7", None);
        let lease = ledger.acquire("apply", &bob, far, minute);
        lease.await.unwrap();
        ledger.close().await;
    });
    stage.change("event.yaml", "Behind the counter", "In the larder");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    stage
        .run("plan event.yaml --simulate --full --exit-code")
        .exits(0);
}
