//! Waiting: `apply --wait`, and what is said while Webex asks to wait.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};

use crate::stage::{Simulator, Stage};

/// An event of 120 meetings on one host, who may create 100 a day.
fn many() -> Stage {
    let mut event = "event: many\ntitle: Many\ntimezone: UTC\npeople: people.csv\n\
                     webex: { hosts: { one@example.com: { parallel: 24 } } }\ndays:\n"
        .to_owned();
    for day in 4..9 {
        writeln!(
            event,
            "  d{day}: {{ title: Day {day}, date: 2027-10-0{day} }}"
        )
        .unwrap();
    }
    event += "teams:\n";
    for team in 0..24 {
        writeln!(event, "  t{team}: {{ title: Team {team} }}").unwrap();
    }
    event += "rooms: { news: { title: News, members: [everyone], locked: true } }\nmeetings:\n  \
              breakout: { one-per: [team, day], title: \"{{ team.title }}\", \
              time: \"10:00-11:00\", rooms: [news] }\n";
    let stage = Stage::empty();
    stage.write("event.yaml", &event);
    stage.write("people.csv", "email,name\nann@example.com,Ann\n");
    stage
}

#[test]
fn whoever_does_not_wait_is_told_from_when_on_it_goes_on() {
    let stage = many();
    let ran = stage
        .run("apply event.yaml --simulate --yes")
        .exits(3)
        .fits();
    assert!(ran.stdout.contains("20 of 123 changes wait"), "{ran}");
    assert!(
        ran.stdout
            .contains("103 of 123 changes are done; 20 wait until"),
        "{ran}"
    );
    let ran = stage.run("plan event.yaml --simulate").exits(0).fits();
    insta::assert_snapshot!(ran);
}

#[test]
fn whoever_waits_has_all_of_it() {
    let stage = many();
    let ran = stage
        .run("apply event.yaml --simulate --yes --wait")
        .exits(0)
        .fits();
    let ran = ran.says("one@example.com has used up the day's meetings, and 20 more are wanted");
    assert!(ran.stdout.contains("Done: all 123 changes."), "{ran}");
    // What is a day old is not counted any more, and the ledger says what the plan reckons with.
    let ran = stage.run("ledger show event.yaml --simulate").exits(0);
    assert!(ran.stdout.contains("one@example.com  20  "), "{ran}");
    stage
        .run("plan event.yaml --simulate --full --exit-code")
        .exits(0);
}

#[test]
fn three_hosts_fit_on_a_terminal() {
    let stage = many();
    let hosts = "parallel: 24 }, two@example.com: { parallel: 24 }, \
                 three@example.com: { parallel: 24 }";
    stage.change("event.yaml", "parallel: 24 }", hosts);
    stage
        .run("apply event.yaml --simulate --yes")
        .exits(0)
        .fits();
}

#[test]
fn a_wait_is_said_while_it_lasts() {
    for (fault, why) in [
        (
            "429 on POST /rooms for 2 calls retry-after 500",
            "Webex asks to wait",
        ),
        (
            "503 on GET /rooms for 2 calls retry-after 500",
            "Webex asks to wait",
        ),
    ] {
        let stage = Stage::with("workshop");
        let simulator = Simulator::with_faults(&stage, "--rate off", &[fault]);
        let mut command = simulator.command(&stage, "apply event.yaml --yes");
        let mut run = command.spawn().expect("the program runs");
        let said = BufReader::new(run.stderr.take().expect("a pipe"));
        let mut lines = said.lines().map(|line| line.expect("UTF-8"));
        let line = lines.find(|line| line.starts_with(why)).expect(fault);
        assert!(line.contains("; it goes on at "), "{line}");
        assert_eq!(run.try_wait().expect("a child"), None, "it still waits");
        run.kill().expect("it can be killed");
        run.wait().expect("it ends");
        // One line, however many calls wait.
        assert_eq!(lines.count(), 0);
    }
}
