//! What cannot be done is told in a sentence, with the right exit code.

use crate::stage::{Simulator, Stage, ran};

/// Runs it, expects the code, and expects each of these on standard error.
#[track_caller]
fn refused(stage: &Stage, line: &str, code: i32, words: &[&str]) {
    let ran = stage.run(line).exits(code);
    let ran = words.iter().fold(ran, |ran, words| ran.says(words));
    assert!(
        !ran.stderr.contains("Error {") && !ran.stderr.contains("Os {"),
        "{ran}"
    );
}

#[test]
fn a_file_that_cannot_be_read() {
    let stage = Stage::with("workshop");
    refused(
        &stage,
        "check nowhere.yaml",
        2,
        &["there is no such file", "showcaller new"],
    );
    refused(&stage, "check .", 2, &["it is a folder", "event.yaml"]);
    refused(
        &stage,
        "plan people.csv --simulate",
        2,
        &["people.csv has mistakes"],
    );
}

#[test]
fn no_token() {
    let stage = Stage::with("workshop");
    let words = ["WEBEX_BOT_TOKEN is not set", "--simulate"];
    refused(&stage, "plan event.yaml", 2, &words);
    refused(&stage, "apply event.yaml --yes", 2, &words);
}

#[test]
fn another_time_than_the_real_one_on_the_real_webex() {
    let stage = Stage::with("workshop");
    let line = "plan event.yaml --now 2027-01-01T09:00:00Z";
    refused(&stage, line, 2, &["--now is for simulators only"]);
    refused(
        &stage,
        "plan event.yaml --simulate --now today",
        2,
        &["2027-09-20T09:00:00Z"],
    );
}

#[test]
fn a_ledger_that_is_none() {
    let stage = Stage::with("workshop");
    let plan = |url: &str| format!("plan event.yaml --simulate --ledger {url}");
    refused(&stage, &plan("my.ledger"), 2, &["write `sqlite:my.ledger`"]);
    refused(&stage, &plan("sqlite:."), 1, &["is a folder"]);
    refused(
        &stage,
        &plan("sqlite:people.csv"),
        1,
        &["people.csv is not a ledger"],
    );
    refused(&stage, &plan("sqlite:event.yaml/x"), 1, &["event.yaml/x"]);
    // Nobody listens on the first port.
    let secret = "postgres://ann:planted@127.0.0.1:1/show";
    let ran = stage.run(&plan(secret)).exits(1);
    let ran = ran.says("the ledger's database does not answer");
    assert!(!ran.stderr.contains("planted"), "{ran}");
}

#[test]
fn a_folder_where_nothing_can_be_kept() {
    let stage = Stage::with("workshop");
    stage.write(".showcaller", "a file");
    refused(
        &stage,
        "plan event.yaml --simulate",
        1,
        &[".showcaller cannot be written"],
    );
    refused(
        &stage,
        "calendar event.yaml --all",
        1,
        &["--ledger sqlite:PATH"],
    );
}

#[test]
fn the_ledger_of_another_event() {
    let stage = Stage::with("workshop");
    stage
        .run("apply event.yaml --simulate --yes --ledger sqlite:x")
        .exits(0);
    stage.change(
        "event.yaml",
        "event: cheese-workshop",
        "event: wine-workshop",
    );
    let words = ["belongs to another event", "cheese-workshop", "--ledger"];
    for line in ["runsheet event.yaml", "calendar event.yaml --all"] {
        refused(&stage, &format!("{line} --ledger sqlite:x"), 2, &words);
    }
    refused(
        &stage,
        "plan event.yaml --simulate --ledger sqlite:x",
        2,
        &words,
    );
}

#[test]
fn a_broken_simulated_world() {
    let stage = Stage::with("workshop");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    stage.write(".showcaller/event.simulated-world.json", "{");
    refused(
        &stage,
        "plan event.yaml --simulate",
        1,
        &["is no simulated world", "delete it"],
    );
}

#[test]
fn wrong_options() {
    let stage = Stage::with("workshop");
    refused(
        &stage,
        "runsheet event.yaml --wide --format csv",
        2,
        &["--wide is for tables"],
    );
    refused(
        &stage,
        "plan event.yaml --simulate --recreate meeting/tastings",
        2,
        &[
            "nothing at the address `meeting/tastings`",
            "did you mean `meeting/tasting`?",
        ],
    );
    refused(
        &stage,
        "plan event.yaml --simulate --in-flight 0",
        2,
        &["from 1 to 64"],
    );
    refused(
        &stage,
        "plan event.yaml --simulate --remove-many",
        2,
        &["--remove"],
    );
    refused(&stage, "calendar event.yaml", 2, &["--for", "--all"]);
    refused(
        &stage,
        "calendar event.yaml --all --for room/x",
        2,
        &["cannot be used with"],
    );
}

#[test]
fn a_simulator_that_cannot_be_as_asked() {
    let stage = Stage::empty();
    refused(
        &stage,
        "simulator --set bot-moderates",
        2,
        &["NAME=VALUE", "--switches"],
    );
    refused(
        &stage,
        "simulator --set bot=yes",
        2,
        &["no switch `bot`", "--switches"],
    );
    refused(&stage, "simulator --rate 300", 2, &["300/min"]);
    refused(
        &stage,
        "simulator --rate off --burst 5",
        2,
        &["--burst says nothing"],
    );
    refused(
        &stage,
        "simulator --fault 404",
        2,
        &["there is no `404` at column 1", "docs/simulator.md"],
    );
    refused(&stage, "plan event.yaml --fault 503", 2, &["--simulate"]);
    refused(&stage, "simulator --latency soon", 2, &["150ms"]);
    refused(&stage, "simulator --meeting-quota 0", 2, &["`off`"]);
    refused(
        &stage,
        "simulator --listen nowhere",
        1,
        &["cannot listen on nowhere"],
    );
}

#[test]
fn what_webex_refuses() {
    let stage = Stage::with("workshop");
    let options = "--event event.yaml --set bot-creates-team-rooms=no";
    let simulator = Simulator::start(&stage, options);
    let ran = stage
        .run_on(&simulator, "apply event.yaml --yes --wait --recreate all")
        .exits(5)
        .fits();
    assert!(ran.stdout.contains("Not done: "), "{ran}");
    let ending = "Once what is said above is put right, this command does the rest:\n  \
                  showcaller apply event.yaml --recreate all --wait\n";
    assert!(ran.stdout.contains(ending), "{ran}");
}

#[test]
fn a_token_does_not_travel_in_the_clear() {
    let stage = Stage::with("workshop");
    for base in ["http://webex.example.com/v1", "http://192.0.2.7:8080/v1"] {
        let mut command = stage.command("plan event.yaml");
        command
            .env("WEBEX_API_URL", base)
            .env("WEBEX_BOT_TOKEN", "planted-token")
            .env("WEBEX_HOST_TOKEN", "planted-token");
        let ran = ran(&mut command).exits(2);
        let said: Vec<&str> = ran.stderr.split_whitespace().collect();
        let said = said.join(" ");
        assert!(
            said.contains("could read the tokens hint: begin it with https://"),
            "{ran}"
        );
        assert!(!ran.stderr.contains("planted"), "{ran}");
    }
}

#[test]
fn nobody_answers() {
    let stage = Stage::with("workshop");
    let mut command = stage.command("plan event.yaml");
    command
        .env("WEBEX_API_URL", "http://127.0.0.1:9/v1")
        .env("WEBEX_BOT_TOKEN", "planted-token")
        .env("WEBEX_HOST_TOKEN", "planted-token");
    let ran = ran(&mut command).exits(5);
    assert!(ran.stderr.contains("Webex cannot be reached"), "{ran}");
    assert!(!ran.stderr.contains("planted"), "{ran}");
}
