//! Files that a command is told to write, or to read, by mistake.

use super::*;

/// Each command that writes where it is told to, for a file of this name.
const OUTPUTS: [&str; 8] = [
    "runsheet event.yaml --simulate --format html --output FILE",
    "runsheet event.yaml --simulate --format table --output FILE",
    "calendar event.yaml --simulate --all --output FILE",
    "plan event.yaml --simulate --save FILE",
    "ledger backup event.yaml FILE --simulate",
    "ledger backup event.yaml FILE --simulate --replace",
    "simulator --listen 127.0.0.1:0 --env-file FILE",
    "simulator --listen 127.0.0.1:0 --record FILE",
];

#[test]
fn no_command_writes_over_what_is_not_its_own() {
    let stage = Stage::with("workshop");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    for name in ["event.yaml", "people.csv"] {
        let before = stage.read(name);
        for output in OUTPUTS {
            let ran = stage.run(&output.replace("FILE", name)).exits(2);
            ran.says(&format!("{name} exists and is no"));
        }
        let state = format!("simulator --listen 127.0.0.1:0 --state {name}");
        stage.run(&state).exits(1).says("is no simulated world");
        assert_eq!(stage.read(name), before);
    }
    // What is its own is replaced.
    for (line, times) in [
        ("runsheet event.yaml --simulate --output a.html", 2),
        ("runsheet event.yaml --simulate --output a.csv", 2),
        ("runsheet event.yaml --simulate --output a.xlsx", 2),
        ("runsheet event.yaml --simulate --output a.txt", 2),
        ("calendar event.yaml --simulate --all --output a.ics", 2),
        ("plan event.yaml --simulate --save a.json", 2),
        ("ledger backup event.yaml a.ledger --simulate --replace", 2),
    ] {
        for _ in 0..times {
            stage.run(line).exits(0);
        }
    }
}

#[test]
fn a_simulator_writes_over_no_file_with_real_tokens_and_no_picture() {
    let stage = Stage::empty();
    let url = b"export WEBEX_API_URL=http://127.0.0.1:8080/v1\n";
    let real = b"export WEBEX_BOT_TOKEN=my-real-token\n";
    let real_with_url = [&url[..], real].concat();
    for content in [&b"\xff\xd8\xff\xe0"[..], real, &real_with_url] {
        std::fs::write(stage.path("mine"), content).unwrap();
        let ran = stage.run("simulator --listen 127.0.0.1:0 --env-file mine");
        ran.exits(2).says("mine exists and is no file");
        assert_eq!(std::fs::read(stage.path("mine")).unwrap(), content);
    }
}

#[test]
fn a_lock_that_is_not_one_of_a_world_stays_as_it_is() {
    let stage = Stage::empty();
    stage.write("Cargo.lock", "version = 4\n");
    let ran = stage.run("simulator --listen 127.0.0.1:0 --state Cargo");
    ran.exits(2).says("Cargo.lock exists and is no");
    assert_eq!(stage.read("Cargo.lock"), "version = 4\n");
}

#[test]
fn a_simulator_that_cannot_start_leaves_the_variables_of_the_one_that_runs() {
    let stage = Stage::empty();
    let first = Simulator::start(&stage, "--env-file sim.env");
    let variables = stage.read("sim.env");
    let place = first.variable("WEBEX_API_URL");
    let place = place.trim_start_matches("http://").trim_end_matches("/v1");
    stage
        .run(&format!("simulator --env-file sim.env --listen {place}"))
        .exits(1)
        .says("another program listens there");
    assert_eq!(stage.read("sim.env"), variables);
}

#[test]
fn the_ending_of_a_file_says_how_a_sheet_is_written() {
    let stage = Stage::with("workshop");
    for (name, begin) in [
        ("a.html", "<!DOCTYPE html>"),
        ("a.HTM", "<!DOCTYPE html>"),
        ("a.csv", "day,date,"),
        ("a.xlsx", "PK"),
        ("a.txt", "Cheese for beginners"),
    ] {
        let line = format!("runsheet event.yaml --output {name}");
        stage.run(&line).exits(0);
        let written = std::fs::read(stage.path(name)).unwrap();
        assert!(written.starts_with(begin.as_bytes()), "{name}");
    }
    for name in ["sheet", "sheet.pdf"] {
        let line = format!("runsheet event.yaml --output {name}");
        stage.run(&line).exits(2).says("or give --format");
        assert!(!stage.path(name).exists());
    }
    let ran = stage.run("runsheet event.yaml --format xlsx").exits(2);
    assert_eq!(ran.stdout, "");
    ran.says("--output runsheet.xlsx");
    let ran = stage.run("runsheet event.yaml --wide --output a.html");
    ran.exits(2).says("--wide is for tables");
}

#[test]
fn a_damaged_journal_is_told_and_not_dropped() {
    let stage = Stage::with("workshop");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    let world = ".showcaller/event.simulated-world.json";
    let journal = format!("{world}.journal");
    for damage in [
        "\0\0\0",
        "{\"revision\":1,}",
        "{\"revision\":1}\n",
        "nonsense\n",
    ] {
        stage.write(&journal, damage);
        let ran = stage.run("plan event.yaml --simulate").exits(1);
        ran.says("event.simulated-world.json.journal cannot be read")
            .says("to begin anew");
        assert_eq!(stage.read(&journal), damage);
    }
    // What a kill cut off was never done.
    stage.write(&journal, "{\"revision\":1,\"at\":\"20");
    stage.run("plan event.yaml --simulate").exits(0);
    stage.write(&journal, "{\"revision\":1,\"at\":\"20");
    std::fs::remove_file(stage.path(world)).unwrap();
    let ran = stage.run("plan event.yaml --simulate").exits(1);
    ran.says("the world before it is gone");
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_the_kernel_makes_up_is_not_waited_for() {
    let stage = Stage::with("workshop");
    stage.run("check /proc/kmsg").exits(2);
    stage.run("apply /proc/kmsg --simulate").exits(2);
    let line = "runsheet event.yaml --output /proc/kmsg --format csv";
    stage.run(line).exits(1).says("cannot be written");
}
