//! Calling the cues from a terminal: on the simulated world, by hand, and beside a process that leads.

use serde_json::Value;

use crate::stage::{Ran, Simulator, Stage, ran};

/// In the first hours of the first day.
const MORNING: &str = "2027-10-06T08:40:00+02:00";

fn applied() -> Stage {
    let stage = Stage::with("innovation-challenge");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    stage
}

/// `cue` on the simulated world, at this time.
fn cue(stage: &Stage, at: &str, line: &str) -> Ran {
    stage.run(&format!("cue event.yaml {line} --simulate --now {at}"))
}

/// `say` there, with these words.
fn says(stage: &Stage, words: &str, line: &str) -> Ran {
    let mut command = stage.command("say event.yaml");
    command
        .arg(words)
        .args(line.split(' ').map(|word| word.replace('_', " ")));
    command.args(["--simulate", "--now", MORNING]);
    ran(&mut command)
}

fn state(stage: &Stage, at: &str, name: &str) -> String {
    let listed = cue(stage, at, "list --json").exits(0);
    let listed: Value = serde_json::from_str(&listed.stdout).expect("JSON");
    let mut cues = listed["cues"].as_array().expect("cues").iter();
    let found = cues.find(|cue| cue["cue"] == name).expect(name);
    found["words"].as_str().expect("words").to_owned()
}

/// The broadcasts of the event, when an operator calls them.
const BROADCASTS: [(&str, &str); 10] = [
    ("2027-10-06T08:45:00+02:00", "go opening --yes"),
    ("2027-10-06T14:30:00+02:00", "go keep-going --yes"),
    ("2027-10-06T17:34:00+02:00", "go good-night --yes"),
    ("2027-10-07T12:00:00+02:00", "go lunch --yes"),
    ("2027-10-07T15:00:00+02:00", "go record-the-pitch --yes"),
    ("2027-10-07T16:38:00+02:00", "go well-done --yes"),
    ("2027-10-08T13:24:00+02:00", "go general-session --yes"),
    ("2027-10-08T15:27:00+02:00", "go check-out --yes"),
    ("2027-10-08T16:20:00+02:00", "go celebration --yes --as ann"),
    ("2027-10-08T16:21:00+02:00", "go celebration --yes --as ben"),
];

#[test]
fn the_nine_broadcasts_of_the_event_by_hand() {
    let stage = applied();
    let mut transcript = cue(&stage, MORNING, "list").exits(0).fits().stdout;
    for (at, line) in BROADCASTS {
        // A winner is announced by two people.
        let code = if line.ends_with("ann") { 3 } else { 0 };
        let went = cue(&stage, at, line).exits(code).fits();
        transcript.push_str(&format!("\n$ cue event.yaml {line}\n{}", went.stdout));
    }
    let after = cue(&stage, "2027-10-08T16:25:00+02:00", "list");
    transcript.push_str(&format!(
        "\n$ cue event.yaml list\n{}",
        after.exits(0).fits().stdout
    ));
    insta::assert_snapshot!("nine_broadcasts_by_hand", transcript);
}

#[test]
fn a_cue_is_seen_before_it_goes_as_each_room_would_see_it() {
    let stage = applied();
    let preview = cue(&stage, MORNING, "preview keep-going").exits(0).fits();
    insta::assert_snapshot!("preview", preview);
    let test = cue(&stage, MORNING, "test keep-going --to room/test-room --yes");
    assert_eq!(
        test.exits(0).stdout,
        "keep-going/day-1 to Test room, as Team 1 would get it, but without links,\n\
         numbers and passwords: a room hears only its own.\n\
         Test room: sent\n"
    );
    assert_eq!(state(&stage, MORNING, "keep-going/day-1"), "by clock");
}

#[test]
fn a_room_hears_only_its_own_links_also_in_a_test() {
    let stage = Stage::with("innovation-challenge");
    let simulator = Simulator::start(&stage, "--event event.yaml --rate off");
    stage.run_on(&simulator, "apply event.yaml --yes").exits(0);
    let test = |name: &str, to: &str| {
        let line = format!("cue event.yaml test {name} --to {to} --yes");
        stage.run_on(&simulator, &line).exits(0).fits();
        let world = simulator.world();
        let messages = world["messages"].as_array().expect("messages");
        let last = messages.last().expect("a message");
        last["markdown"].as_str().expect("words").to_owned()
    };
    let elsewhere = test("check-out", "jury");
    assert!(
        elsewhere.ends_with(": (link and password of each room's own meeting)"),
        "{elsewhere}"
    );
    let own = test("check-out", "team-1");
    assert!(own.contains("](https://"), "{own}");
}

#[test]
fn what_is_due_already_is_asked_about_too() {
    let stage = applied();
    let later = "2027-10-06T08:46:00+02:00";
    let due = "due, and nothing sends it";
    assert_eq!(state(&stage, later, "opening/day-1"), due);
    let asked = cue(&stage, later, "go opening").exits(2).says("--yes");
    assert!(
        asked.stdout.starts_with("opening/day-1, all 12 rooms\n"),
        "{asked}"
    );
    assert_eq!(state(&stage, later, "opening/day-1"), due);
    cue(&stage, later, "again opening --audience 69")
        .exits(2)
        .says("showcaller cue event.yaml go opening/day-1");
    cue(&stage, later, "hold opening --yes").exits(0);
    cue(&stage, later, "go opening --yes").exits(0);
    assert_eq!(state(&stage, later, "opening/day-1"), "sent 08:46");
}

#[test]
fn two_operators_with_two_cues_at_once_send_both() {
    let stage = Stage::with("innovation-challenge");
    let simulator = Simulator::start(&stage, "--event event.yaml --rate off --latency 100ms");
    stage.run_on(&simulator, "apply event.yaml --yes").exits(0);
    let goes = |name: &str| {
        let line = format!("cue event.yaml go {name} --yes");
        simulator.command(&stage, &line).spawn().expect("it runs")
    };
    let both = ["opening/day-1", "opening/day-2"].map(goes);
    for child in both {
        let output = child.wait_with_output().expect("it ends");
        let words = String::from_utf8_lossy(&output.stdout);
        assert!(words.ends_with("sent to all 12.\n"), "{words}");
    }
}

#[test]
fn a_time_that_moved_with_its_meeting_stands_beside_the_planned_one() {
    let stage = applied();
    let slip = format!("slip event.yaml day-1 20m --simulate --now {MORNING} --yes");
    stage.run(&slip).exits(0);
    let list = cue(&stage, MORNING, "list --day day-1").exits(0).fits();
    let line = |name: &str| {
        let found = list.stdout.lines().find(|line| line.contains(name));
        found.expect(name).to_owned()
    };
    // Five minutes after the end of the breakout.
    assert!(
        line("well-done").starts_with("  16:55  was 16:35  well-done"),
        "{list}"
    );
    assert!(
        line("keep-going").starts_with("  14:50  was 14:30  keep-going"),
        "{list}"
    );
}

#[test]
fn a_second_press_follows_the_first_and_ends_well() {
    let stage = applied();
    cue(&stage, MORNING, "go opening --yes").exits(0);
    let second = cue(&stage, MORNING, "go opening --yes").exits(0);
    assert_eq!(second.stdout, "opening/day-1 was sent to all already.\n");
}

#[test]
fn a_cue_of_another_day_is_asked_about_unless_the_day_is_named() {
    let stage = applied();
    cue(&stage, MORNING, "go lunch --yes")
        .exits(2)
        .says("name the day: lunch/day-2");
    assert_eq!(state(&stage, MORNING, "lunch/day-2"), "by clock");
    let named = cue(&stage, MORNING, "go lunch/day-2 --yes").exits(0).fits();
    assert!(
        named.stdout.contains("another day than today: day-2"),
        "{named}"
    );
}

#[test]
fn held_and_skipped_until_a_go() {
    let stage = applied();
    cue(&stage, MORNING, "hold opening --yes").exits(0);
    cue(&stage, MORNING, "skip keep-going --yes").exits(0);
    let later = "2027-10-06T14:31:00+02:00";
    assert_eq!(state(&stage, later, "opening/day-1"), "held");
    assert_eq!(state(&stage, later, "keep-going/day-1"), "skipped");
    cue(&stage, later, "go keep-going --yes").exits(0);
    assert_eq!(state(&stage, later, "keep-going/day-1"), "sent 14:31");
    cue(&stage, later, "hold keep-going --yes")
        .exits(2)
        .says("was sent to all")
        .says("hint: showcaller cue event.yaml recall keep-going/day-1 --simulate");
}

#[test]
fn what_may_have_arrived_is_left_to_a_person() {
    let stage = applied();
    let fault = "reset-after-effect on POST /messages call 1";
    let mut command = stage.command("cue event.yaml go opening --yes --simulate --fault");
    command.args([fault, "--now", MORNING]);
    let unclear = ran(&mut command).exits(5).fits();
    assert!(
        unclear.stdout.contains("sent to 11 of 12. 1 unclear."),
        "{unclear}"
    );
    let asked = cue(&stage, MORNING, "settle opening").exits(3);
    assert!(
        asked.stdout.contains("it is not known whether it arrived"),
        "{asked}"
    );
    assert!(
        asked.stdout.contains("something was last written there"),
        "{asked}"
    );
    assert!(
        asked.stdout.contains("settle opening/day-1 --arrived"),
        "{asked}"
    );
    let (_, room) = asked.stdout.split_once("\n  ").expect("a room");
    let (room, _) = room.split_once(':').expect("its title");
    let mut command = stage.command("cue event.yaml settle opening --simulate --room");
    let of_room = ran(command.args([room, "--now", MORNING])).exits(3);
    let key = room.to_lowercase().replace(' ', "-");
    let typed = format!("settle opening/day-1 --room {key} --arrived");
    assert!(of_room.stdout.contains(&typed), "{of_room}");
    cue(&stage, MORNING, "settle opening --arrived --yes").exits(0);
    assert_eq!(state(&stage, MORNING, "opening/day-1"), "sent 08:40");
}

#[test]
fn sent_once_more_only_by_whoever_types_how_many_it_reaches() {
    let stage = applied();
    cue(&stage, MORNING, "again opening --audience 69")
        .exits(2)
        .says("was not sent yet");
    cue(&stage, MORNING, "go opening --yes").exits(0);
    cue(&stage, MORNING, "again opening")
        .exits(2)
        .says("--audience 69");
    cue(&stage, MORNING, "again opening --audience 12")
        .exits(4)
        .says("would reach 69");
    cue(&stage, MORNING, "again opening --audience 69").exits(0);
    let recalled = cue(&stage, MORNING, "recall opening --yes").exits(0);
    assert_eq!(
        recalled.stdout,
        "opening/day-1, all 12 rooms\n  It deletes 24 messages, for everybody.\n\
         all 12 rooms: deleted (24 messages)\n"
    );
    assert_eq!(state(&stage, MORNING, "opening/day-1"), "recalled");
    cue(&stage, MORNING, "go opening --yes").exits(0);
}

#[test]
fn other_words_for_what_was_sent() {
    let stage = applied();
    let correct = |text: &str| {
        let mut command = stage.command("cue event.yaml correct keep-going --yes --simulate");
        ran(command.args([text, "--now", MORNING]))
    };
    correct("x")
        .exits(2)
        .says("keep-going/day-1 was not sent yet");
    cue(&stage, MORNING, "go keep-going --yes").exits(0);
    let corrected = correct("Keep **going**, {{ team.title }}.").exits(0).fits();
    assert!(
        corrected
            .stdout
            .contains("Team 3:\n  Keep **going**, Team 3."),
        "{corrected}"
    );
    assert!(
        corrected.stdout.ends_with("6 team rooms: corrected\n"),
        "{corrected}"
    );
    correct("See {{ lunch }}")
        .exits(2)
        .says("`lunch` is not known here");
}

#[test]
fn the_unforeseen_is_said_to_rooms_and_people() {
    let stage = applied();
    let lift = says(
        &stage,
        "No lift, {{ team.title }}.",
        "--to team_rooms --yes",
    )
    .exits(0)
    .fits();
    assert!(
        lift.stdout.contains("Team 6:\n  No lift, Team 6."),
        "{lift}"
    );
    assert!(lift.stdout.ends_with("6 team rooms: sent\n"), "{lift}");
    let coaches = says(&stage, "Briefing.", "--to coach --yes").exits(0);
    assert!(
        coaches.stdout.contains("To 12 people, in private."),
        "{coaches}"
    );
    let all = "--to all_rooms --yes";
    says(&stage, "Fire drill.", all)
        .exits(2)
        .says("--audience 69");
    says(&stage, "Fire drill.", &format!("{all} --audience 69")).exits(0);
    let roster = stage.read("people.csv");
    let columns = roster.lines().next().expect("a head").split(',').count();
    let commas = ",".repeat(columns - 2);
    stage.write(
        "people.csv",
        &format!("{roster}zoe@example.com,Zoe{commas}\n"),
    );
    stage.run("apply event.yaml --simulate --yes").exits(0);
    says(&stage, "Fire drill.", all)
        .exits(2)
        .says("--audience 69");
    says(&stage, "x", "--to tem_rooms")
        .exits(2)
        .says("did you mean `team rooms`?");
}

#[test]
fn what_is_unknown_is_recognised_by_a_near_name() {
    let stage = applied();
    let cue = |line: &str| cue(&stage, MORNING, line).exits(2).fits();
    cue("go opning --yes")
        .says("the event has no cue opning")
        .says("did you mean opening?");
    cue("go party --yes").says("its cues are opening, start-breakout, keep-going,");
    cue("go lunch/day-1 --yes")
        .says("lunch is not on that day")
        .says("there is lunch/day-2");
    cue("list --day day-7").says("its days are warm-up, day-1, day-2, day-3");
    cue("started opning/day-1").says("did you mean opening/day-1?");
    cue("go opening")
        .says("standard input is not a terminal")
        .says("--yes");
}

#[test]
fn before_the_first_apply_there_is_no_cue_to_call() {
    let stage = Stage::with("innovation-challenge");
    stage
        .run("cue event.yaml list")
        .exits(2)
        .says("so there is no cue to call hint: showcaller apply event.yaml");
}

#[test]
fn a_token_or_a_process_that_leads_is_needed_to_send() {
    let stage = Stage::with("innovation-challenge");
    let simulator = Simulator::start(&stage, "--event event.yaml --rate off");
    stage.run_on(&simulator, "apply event.yaml --yes").exits(0);
    stage.run("cue event.yaml list").exits(0).fits();
    stage
        .run("cue event.yaml go opening/day-1 --yes")
        .exits(2)
        .says("no process runs the show, and WEBEX_BOT_TOKEN is not set");
    stage.run("cue event.yaml hold opening --yes").exits(0);
    let went = stage.run_on(&simulator, "cue event.yaml go opening/day-1 --yes");
    assert!(went.exits(0).stdout.ends_with("sent to all 12.\n"));
}
