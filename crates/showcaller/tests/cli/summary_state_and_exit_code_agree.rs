//! What a command says last, what Webex has, and what the shell is told are one.

use crate::stage::Stage;

const PEOPLE: &str = "email,name,role\nolga@example.com,Olga Sommer,organiser\n\
                      rene@example.com,Rene Mueller,a\nzoe@example.com,Zoe Ray,b\n";

/// Talks of an hour, one after the other, and two rooms with all who are in the roster.
fn talks(hosts: &str, number: usize) -> String {
    let mut event = format!(
        "event: demo\ntitle: Demo\ntimezone: Europe/Brussels\npeople: people.csv\n\
         webex: {{ hosts: {{ {hosts} }} }}\n\
         days: {{ d1: {{ title: Day 1, date: 2027-10-04 }} }}\n\
         rooms:\n  main: {{ title: Main, members: [everyone], moderators: [organiser] }}\n  \
         side: {{ title: Side room, members: [everyone], moderators: [organiser] }}\nmeetings:\n"
    );
    for talk in 1..=number {
        let hour = 8 + talk;
        event += &format!(
            "  t{talk}: {{ title: Talk {talk}, time: \"{hour:02}:00-{hour:02}:50\", rooms: [main] }}\n"
        );
    }
    event
}

fn stage(hosts: &str, number: usize) -> Stage {
    let stage = Stage::empty();
    stage.write("event.yaml", &talks(hosts, number));
    stage.write("people.csv", PEOPLE);
    stage
}

#[test]
fn a_meeting_that_waits_for_the_quota_is_named_and_counted() {
    let stage = stage("events@example.com: { parallel: 3, meetings-a-day: 2 }", 3);
    let apply = "apply event.yaml --simulate --yes";
    let ran = stage.run(apply).exits(3).fits();
    let waits = "1 of 13 changes waits until Tue 21 Sep 09:01 (in 24 h)";
    assert!(ran.stdout.contains(waits), "{ran}");
    assert!(
        ran.stdout
            .contains("schedule «Talk 3» for events@example.com"),
        "{ran}"
    );
    let (_, last) = ran.stdout.split_once("mails").expect("a cost");
    assert!(
        !last.contains("Done: all") && !last.contains("Next:"),
        "{ran}"
    );
    assert!(
        last.contains("12 of 13 changes are done; 1 waits until"),
        "{ran}"
    );
    stage.run("plan event.yaml --simulate --exit-code").exits(3);
    stage.run(&format!("{apply} --wait")).exits(0);
    stage.run("plan event.yaml --simulate --exit-code").exits(0);
}

#[test]
fn what_waits_for_a_flag_is_pending_until_the_flag_is_given() {
    let stage = stage("events@example.com: {}", 1);
    stage.run("apply event.yaml --simulate --yes").exits(0);
    stage.write(
        "people.csv",
        &PEOPLE.replace("zoe@example.com,Zoe Ray,b\n", ""),
    );
    let plan = "plan event.yaml --simulate --exit-code";
    let ran = stage.run(plan).exits(3).fits();
    let line = "zoe@example.com: 2 places in rooms";
    assert!(ran.stdout.contains(line), "{ran}");
    let ran = stage
        .run("apply event.yaml --simulate --yes")
        .exits(3)
        .fits();
    let last = "0 of 2 changes are done; 2 wait for --remove.";
    assert!(ran.stdout.trim_end().ends_with(last), "{ran}");
    stage
        .run("apply event.yaml --simulate --yes --remove")
        .exits(0);
    stage.run(plan).exits(0);
}

#[test]
fn a_host_who_leaves_is_followed_as_the_hint_says() {
    let host = |number: u32| format!("h{number}@example.com: {{ parallel: 1 }}");
    let stage = stage(&format!("{}, {}", host(1), host(2)), 6);
    stage.run("apply event.yaml --simulate --yes").exits(0);
    stage.write(
        "event.yaml",
        &talks(&format!("{}, {}", host(2), host(3)), 6),
    );
    let plan = "plan event.yaml --simulate --full --exit-code";
    let ran = stage.run(plan).exits(3).fits();
    assert!(
        ran.stdout.contains("3 meetings to")
            || ran
                .stdout
                .contains("3 changes wait for --recreate ADDRESS, or all"),
        "{ran}"
    );
    let ran = stage.run("apply event.yaml --simulate --yes --recreate all");
    let ran = ran.exits(0).fits();
    assert!(ran.stdout.contains("Done: all 3 changes."), "{ran}");
    stage.run(plan).exits(0);
}

#[test]
fn what_a_person_must_put_right_is_trouble() {
    let stage = stage("events@example.com: { parallel: 2 }", 2);
    stage.change("event.yaml", "\"10:00-10:50\"", "\"09:30-10:20\"");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    stage.change("event.yaml", "parallel: 2", "parallel: 1");
    stage.write(
        "event.yaml",
        &stage
            .read("event.yaml")
            .replace("parallel: 1 }", "parallel: 1 }, second@example.com: {}"),
    );
    let ran = stage
        .run("plan event.yaml --simulate --exit-code")
        .exits(5)
        .fits();
    assert!(!ran.stdout.contains("as the file asks"), "{ran}");
    let ran = stage
        .run("apply event.yaml --simulate --yes")
        .exits(5)
        .fits();
    let last = "0 of 1 change is done; 1 is not possible yet.";
    assert!(ran.stdout.contains(last), "{ran}");
}

#[test]
fn the_calls_that_were_planned_are_the_calls_that_are_counted() {
    let stage = Stage::with("workshop");
    let ran = stage
        .run("apply event.yaml --simulate --yes")
        .exits(0)
        .fits();
    let planned = ran
        .stdout
        .lines()
        .find_map(|line| line.trim().strip_prefix("calls "));
    let planned = planned.and_then(|line| line.trim().split(':').next());
    let counted = format!("Calls to Webex: {} as planned", planned.expect("a cost"));
    assert!(ran.stdout.contains(&counted), "{ran}");
}

#[test]
fn what_main_commands_print_fits_on_80_columns() {
    let stage = Stage::with("innovation-challenge");
    stage
        .run("apply event.yaml --simulate --yes")
        .exits(0)
        .fits();
    stage.change("event.yaml", "16:30-17:30", "16:45-17:45");
    for command in [
        "check event.yaml",
        "plan event.yaml --simulate --verbose",
        "cue event.yaml list --simulate",
        "slip event.yaml --list --simulate",
        "ledger show event.yaml --simulate",
        "ledger backup event.yaml a-backup-with-a-rather-long-name.ledger --simulate",
        "ledger restore event.yaml a-backup-with-a-rather-long-name.ledger --simulate",
        "apply event.yaml --simulate --yes",
    ] {
        let ran = stage.run(command).exits(0);
        let _ = ran.fits();
    }
}
