//! What the bot would answer, asked in a terminal: without a token, from the ledger.

use serde_json::Value;

use crate::stage::{Ran, Stage, ran};

/// In the first hours of its first day.
const MORNING: &str = "2027-10-06 10:05";

fn applied() -> Stage {
    let stage = Stage::with("innovation-challenge");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    stage
}

/// Asks on that morning.
fn ask(stage: &Stage, question: &str, options: &str) -> Ran {
    let mut command = stage.command("ask event.yaml --simulate");
    command.args([question, "--at", MORNING]);
    ran(command.args(options.split_whitespace()))
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).expect("JSON")
}

/// What the sheet has in this column for this meeting; the cells after the titles hold no commas.
fn cell(stage: &Stage, title: &str, column: &str) -> String {
    let csv = stage
        .run("runsheet event.yaml --simulate --format csv")
        .exits(0)
        .stdout;
    let head: Vec<&str> = csv.lines().next().expect("a head").split(',').collect();
    let place = head.iter().position(|name| *name == column);
    let from_end = head.len() - place.expect("the column");
    let line = csv.lines().find(|line| line.contains(title));
    let cells: Vec<&str> = line.expect("a meeting").split(',').collect();
    cells[cells.len() - from_end].to_owned()
}

#[test]
fn the_answer_is_drawn_as_webex_shows_it() {
    let stage = applied();
    let ran = ask(&stage, "what is on today?", "--in team-1").exits(0);
    insta::assert_snapshot!(ran);
}

#[test]
fn somebody_in_private_is_answered_in_their_language() {
    let stage = applied();
    let ran = ask(
        &stage,
        "where do I have to be?",
        "--as amelie.dubois@example.com",
    )
    .exits(0);
    assert!(ran.stdout.contains("Team 1 - Day 1 - Breakout"), "{ran}");
    assert!(ran.stdout.contains("Rejoindre"), "{ran}");
    ran.says("amelie.dubois@example.com asks in private on Wed 6 Oct 2027, 10:05");
}

#[test]
fn programs_get_intent_language_meetings_links_and_text() {
    let stage = applied();
    let answer = json(&ask(&stage, "now", "--in team-1 --json").exits(0));
    assert_eq!(answer["intent"], "now");
    assert_eq!(answer["language"], "en");
    assert_eq!(
        answer["meetings"],
        serde_json::json!(["meeting/breakout/team-1/day-1"])
    );
    let link = cell(&stage, "Team 1 - Day 1 - Breakout", "link");
    assert!(link.starts_with("https://"), "{link}");
    assert_eq!(answer["links"], serde_json::json!([link]));
    let text = answer["text"].as_str().expect("a text");
    assert!(text.contains(&link), "{text}");

    stage.change(
        "event.yaml",
        "answers:\n",
        "answers:\n  entrance:\n    words: [entrance]\n    say: \"Come in: {{ learn_to_pitch.join }}\"\n",
    );
    let entrance = "--in coaches --json --draft";
    let entrance = json(&ask(&stage, "entrance", entrance).exits(0));
    let link = cell(&stage, "Learn to pitch", "link");
    assert_eq!(entrance["links"], serde_json::json!([link]));
    assert_eq!(
        entrance["meetings"],
        serde_json::json!(["meeting/learn-to-pitch"])
    );

    let board = json(&ask(&stage, "board", "--in team-1 --json").exits(0));
    assert_eq!(board["intent"], "board", "an answer of the file");
    assert_eq!(board["links"], serde_json::json!([]));
}

#[test]
fn a_room_hears_only_its_own_links_and_nobody_but_organisers_a_host_key() {
    let stage = applied();
    let other = cell(&stage, "Team 2 - Day 1 - Breakout", "link");
    let key = cell(&stage, "Team 1 - Day 1 - Breakout", "host key");
    for question in ["agenda all", "details Team 2 - Day 1 - Breakout", "now"] {
        let ran = ask(&stage, question, "--in team-1").exits(0);
        assert!(!ran.stdout.contains(&other), "{ran}");
    }
    let details = "details Team 1 - Day 1 - Breakout";
    for options in [
        "--in team-1",
        "--as amelie.dubois@example.com",
        "--in team-1 --as claire.fontaine@example.com",
    ] {
        let ran = ask(&stage, details, options).exits(0);
        assert!(!ran.stdout.contains(&key), "{options}: {ran}");
    }
    for options in [
        "--as claire.fontaine@example.com",
        "--as claire.fontaine@example.com --in organisation",
    ] {
        let ran = ask(&stage, details, options).exits(0);
        assert!(ran.stdout.contains(&key), "{options}: {ran}");
    }
}

#[test]
fn what_an_answer_leaves_out_is_said() {
    let stage = applied();
    let nobody = ask(&stage, "remind me", "--in team-1").exits(0);
    nobody.says("add --as ADDRESS");
    let asker = "--in team-1 --as amelie.dubois@example.com";
    let ann = ask(&stage, "remind me", asker).exits(0);
    assert!(!ann.stderr.contains("add --as"), "{ann}");
    ask(&stage, "sos", asker).exits(0).says("nothing was sent");
}

#[test]
fn a_half_edited_file_is_answered_from_only_as_a_draft() {
    let stage = applied();
    stage.change("event.yaml", "13:15-14:00", "13:20-14:05");
    let when = "when is learn to pitch?";
    let in_force = ask(&stage, when, "--in coaches").exits(0);
    assert!(in_force.stdout.contains("13:15"), "{in_force}");
    in_force.says("the event file has changed since it was last applied");
    let draft = ask(&stage, when, "--in coaches --draft").exits(0);
    assert!(draft.stdout.contains("13:20"), "{draft}");
    let link = cell(&stage, "Learn to pitch", "link");
    assert!(
        draft.stdout.contains(&link),
        "what is on Webex stays: {draft}"
    );
}

#[test]
fn before_the_first_apply_links_follow() {
    let stage = Stage::with("workshop");
    let ran = stage
        .run("ask event.yaml next --in kitchen --simulate")
        .exits(0)
        .fits();
    assert!(ran.stdout.contains("Tasting, all together"), "{ran}");
    assert!(ran.stdout.contains("link follows"), "{ran}");
    // The present is that of the simulated world.
    assert!(ran.stderr.contains("on Sat 6 Mar 2027"), "{ran}");
    ran.says("Nothing was applied yet");
    assert!(
        !stage.path(".showcaller").exists(),
        "a question leaves no trace"
    );
}

#[test]
fn a_room_is_found_by_its_title_too() {
    let stage = Stage::with("workshop");
    for room in ["kitchen", "room/kitchen", "the Kitchen"] {
        let mut command = stage.command("ask event.yaml now");
        let ran = ran(command.args(["--in", room])).exits(0);
        ran.says("Asked in «The kitchen»");
    }
}

#[test]
fn whoever_and_wherever_is_unknown_is_recognised_by_a_near_name() {
    let stage = Stage::with("innovation-challenge");
    let ask = |options: &str| {
        stage
            .run(&format!("ask event.yaml now {options}"))
            .exits(2)
            .fits()
    };
    ask("")
        .says("an answer depends on who asks, and where")
        .says("--in team-1 in a room");
    ask("--in tem-1")
        .says("the event has no room tem-1")
        .says("did you mean `team-1`?");
    ask("--in nowhere").says("its rooms are team-1, team-2,");
    ask("--as amelie.duboi@example.com").says("did you mean `amelie.dubois@example.com`?");
    ask("--as stranger@example.com").says("stranger@example.com is not on the roster");
    ask("--in team-1 --at tomorrow")
        .says("--at tomorrow is no time")
        .says("by the event's clock");
}

#[test]
fn a_time_is_by_the_events_clock_unless_it_says_otherwise() {
    let stage = Stage::with("workshop");
    for at in [
        "2027-03-20T10:15",
        "2027-03-20T09:15:00Z",
        "2027-03-20T18:15+09:00",
    ] {
        let line = format!("ask event.yaml now --in kitchen --at {at}");
        stage
            .run(&line)
            .exits(0)
            .says("on Sat 20 Mar 2027, 10:15 (Europe/Paris)");
    }
}
