//! `simulator` as a process of its own, and the program as its client.

use crate::stage::{Simulator, Stage, count};

#[test]
fn its_variables_are_printed_and_written_and_make_an_apply_work() {
    let stage = Stage::with("innovation-challenge");
    let simulator = Simulator::start(&stage, "--env-file sim.env --rate off");
    let lines: Vec<String> = ["WEBEX_API_URL", "WEBEX_BOT_TOKEN", "WEBEX_HOST_TOKEN"]
        .map(|name| format!("export {name}={}\n", simulator.variable(name)))
        .to_vec();
    assert_eq!(stage.read("sim.env"), lines.concat());
    let ran = stage
        .run_on(&simulator, "apply event.yaml --yes")
        .exits(0)
        .fits();
    assert!(ran.stdout.contains("Done: all 200 changes."), "{ran}");
    stage
        .run_on(&simulator, "plan event.yaml --full --exit-code")
        .exits(0);
    let world = simulator.world();
    assert_eq!(count(&world, "meetings"), 44);
    // The team's own General room is the thirteenth.
    assert_eq!(count(&world, "rooms"), 13);
    let (code, words) = simulator.end();
    assert_eq!(code, 0);
    assert!(words.contains("Ended after"), "{words}");
}

#[cfg(unix)]
#[test]
fn what_holds_tokens_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let stage = Stage::empty();
    stage.write(
        "sim.env",
        "export WEBEX_API_URL=http://an-older-one-that-everybody-may-read\n",
    );
    let options = "--env-file sim.env --state world.json --record calls.jsonl";
    let simulator = Simulator::start(&stage, options);
    for name in ["sim.env", "world.json", "calls.jsonl"] {
        let mode = stage.path(name).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    drop(simulator);
}

#[test]
fn its_world_outlives_it_even_if_it_is_killed() {
    let stage = Stage::with("workshop");
    let first = Simulator::start(&stage, "--state world.json --event event.yaml");
    let token = first.variable("WEBEX_BOT_TOKEN").to_owned();
    stage
        .run_on(&first, "apply event.yaml --yes --ledger sqlite:one")
        .exits(0);
    let before = first.world();
    // Dropping it kills it: nothing can be saved at the end.
    drop(first);
    let second = Simulator::start(&stage, "--state world.json --event event.yaml");
    assert_eq!(second.variable("WEBEX_BOT_TOKEN"), token);
    let after = second.world();
    for kind in [
        "people",
        "teams",
        "rooms",
        "memberships",
        "meetings",
        "meetingInvitees",
    ] {
        assert_eq!(after[kind], before[kind], "{kind}");
    }
    // Another address is another Webex for a ledger; a new one finds all that is there.
    stage
        .run_on(&second, "plan event.yaml --ledger sqlite:one")
        .exits(2)
        .says("WEBEX_API_URL");
    stage
        .run_on(&second, "apply event.yaml --yes --ledger sqlite:two")
        .exits(0);
    assert_eq!(count(&second.world(), "rooms"), count(&before, "rooms"));
    assert_eq!(
        count(&second.world(), "meetings"),
        count(&before, "meetings")
    );
}

#[test]
fn a_world_has_one_simulator_at_a_time() {
    let stage = Stage::empty();
    let _first = Simulator::start(&stage, "--state world.json");
    let ran = stage
        .run("simulator --listen 127.0.0.1:0 --state world.json")
        .exits(4);
    assert!(ran.stderr.contains("error: ann@"), "{ran}");
    assert!(
        ran.stderr
            .contains("has been using the simulated Webex in world.json since")
    );
}

#[test]
fn every_call_is_recorded_without_its_token() {
    let stage = Stage::with("workshop");
    let options = "--record calls.jsonl --event event.yaml";
    let simulator = Simulator::start(&stage, options);
    stage.run_on(&simulator, "apply event.yaml --yes").exits(0);
    let record = stage.read("calls.jsonl");
    assert_eq!(record.lines().count(), count(&simulator.world(), "calls"));
    for line in record.lines() {
        let call: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(call["method"].is_string() && call["status"].is_number());
    }
    for name in ["WEBEX_BOT_TOKEN", "WEBEX_HOST_TOKEN"] {
        assert!(!record.contains(simulator.variable(name)));
    }
}

#[test]
fn its_clock_begins_when_it_is_told_and_a_client_can_follow() {
    let stage = Stage::with("workshop");
    let now = "--now 2030-05-01T09:00:00Z";
    let simulator = Simulator::start(&stage, &format!("{now} --event event.yaml"));
    let clock = simulator.page("/_simulator/clock");
    assert!(
        clock["now"].as_str().unwrap().starts_with("2030-05-01T09:"),
        "{clock}"
    );
    // The workshop is over by then, and its meetings cannot be scheduled any more.
    let ran = stage
        .run_on(&simulator, &format!("plan event.yaml {now}"))
        .exits(0);
    assert!(ran.stdout.contains("past"), "{ran}");
}

#[test]
fn the_same_seed_gives_the_same_tokens_and_another_one_others() {
    let stage = Stage::empty();
    let token = |options: &str| {
        let simulator = Simulator::start(&stage, options);
        simulator.variable("WEBEX_BOT_TOKEN").to_owned()
    };
    assert_eq!(token("--seed 7"), token("--seed 7"));
    assert_ne!(token("--seed 7"), token("--seed 8"));
}

#[test]
fn every_switch_is_listed() {
    let stage = Stage::empty();
    let list = stage.run("simulator --switches").exits(0).fits().stdout;
    assert!(list.contains("bot-moderates = yes | no"), "{list}");
    assert_eq!(stage.run("simulator --set help").exits(0).stdout, list);
}
