//! A rehearsal finds what is wrong: an event without a defect is ready, and a defect of file, world or day is
//! named in one line.

use std::sync::OnceLock;

use serde_json::{Value, json};
use showcaller_event::model::Email;
use showcaller_ledger::Source;
use showcaller_rehearsal::{
    Files as Played, Outcome, Rehearsed, Settings, judge, rehearse, stay_on_one_core,
};
use showcaller_render::report::{Rehearsal, RehearsedMeeting};
use showcaller_simulator::Fault;

use crate::files::Files;

/// One day, two teams, four meetings and three cues.
pub(crate) fn open_day() -> Files {
    Files {
        yaml: include_str!("a_rehearsal_finds_what_is_wrong/event.yaml").to_owned(),
        people: include_str!("a_rehearsal_finds_what_is_wrong/people.csv").to_owned(),
    }
}

pub(crate) fn settings() -> Settings {
    Settings {
        questions: 12,
        ..Settings::default()
    }
}

fn played(files: &Files, settings: &Settings) -> Rehearsed {
    let source = |path: &str, content: &str| Source {
        path: path.to_owned(),
        content: content.as_bytes().to_vec(),
    };
    let files = Played {
        event: files.event(),
        sources: vec![
            source("event.yaml", &files.yaml),
            source("people.csv", &files.people),
        ],
        digest: "open day".to_owned(),
    };
    let play = || {
        stay_on_one_core();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let played = runtime.block_on(rehearse(&files, settings, &mut |_, _| {}));
        played.expect("it can be played")
    };
    let playing = std::thread::scope(|threads| threads.spawn(play).join());
    playing.expect("a rehearsal")
}

fn judged(files: &Files, played: &Rehearsed, world: &Value, seed: u64) -> Outcome {
    judge(&files.event(), &played.record, world, &played.faults, seed)
}

pub(crate) fn rehearsed(files: &Files, settings: &Settings) -> Outcome {
    let played = played(files, settings);
    judged(files, &played, &played.world, settings.seed)
}

/// The event is not ready, and one line has these words.
fn assert_found(defect: &str, outcome: &Outcome, words: &str) {
    let reasons = &outcome.reasons;
    assert!(!outcome.ready, "{defect}");
    let is_said = reasons.iter().any(|reason| reason.contains(words));
    assert!(is_said, "{defect}: no «{words}» in {reasons:#?}");
}

/// The open day as it should go, with the first seed.
fn healthy() -> &'static Rehearsed {
    static PLAYED: OnceLock<Rehearsed> = OnceLock::new();
    PLAYED.get_or_init(|| played(&open_day(), &settings()))
}

/// With `SHOWCALLER_LONG` all of them, otherwise the first: each is a rehearsal of its own.
fn some<T>(all: impl IntoIterator<Item = T>) -> Vec<T> {
    let many = match std::env::var_os("SHOWCALLER_LONG") {
        Some(_) => usize::MAX,
        None => 1,
    };
    all.into_iter().take(many).collect()
}

#[test]
fn an_event_without_a_defect_is_ready() {
    let outcome = judged(&open_day(), healthy(), &healthy().world, 1);
    assert_eq!(outcome.reasons, Vec::<String>::new());
    assert!(outcome.ready && outcome.questions.asked > 0);
}

#[test]
fn the_small_examples_are_ready() {
    for name in ["workshop", "summer-school"] {
        let settings = Settings {
            questions: 60,
            ..settings()
        };
        let outcome = rehearsed(&Files::of_example(name), &settings);
        assert_eq!(outcome.reasons, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn its_json_is_what_a_report_is_compared_with() {
    let outcome = judged(&open_day(), healthy(), &healthy().world, 1);
    let json = serde_json::to_vec(&outcome).expect("JSON");
    let read = Rehearsal::read(&json, "open-day").expect("a rehearsal");
    assert_eq!(
        (&*read.digest, read.seed, read.ready),
        ("open day", 1, true)
    );
    assert_eq!(read.meetings, outcome.meetings);
    let times = |it: &RehearsedMeeting| it.joined > 0 && it.started < it.ended;
    assert!(read.meetings.iter().all(times), "{:?}", read.meetings);
    assert_eq!(read.cues.len(), outcome.cues.len());
    assert_eq!(read.questions.asked, outcome.questions.asked);
    assert_eq!(read.record.slips.len(), outcome.record.slips.len());
}

#[test]
fn a_rough_day_is_survived() {
    let rough = Settings {
        faults: Fault::rough(),
        crashes: 5,
        replicas: 2,
        ..settings()
    };
    let outcome = rehearsed(&open_day(), &rough);
    assert_eq!(outcome.reasons, Vec::<String>::new());
    assert_eq!(outcome.record.crashes, 5);
}

#[test]
fn the_same_seed_gives_the_same_report() {
    let report = |outcome: &Outcome| serde_json::to_string(outcome).expect("a report");
    let first = report(&judged(&open_day(), healthy(), &healthy().world, 1));
    assert_eq!(first, report(&rehearsed(&open_day(), &settings())));
    let other = Settings {
        seed: 2,
        ..settings()
    };
    let other = rehearsed(&open_day(), &other);
    assert_eq!(other.reasons, Vec::<String>::new());
    assert_ne!(first, report(&other));
}

#[test]
fn a_defect_of_the_file_is_found() {
    let edited = |from: &str, to: &str| open_day().edited(from, to);
    let mut roster = open_day();
    roster.people += "ute@example.com,Ute Free,,participant\n";
    let defects = [
        (
            "a person in no room",
            roster,
            "ute@example.com is in no room, so they hear of no meeting",
        ),
        (
            "a cue after its meeting",
            edited(
                "before: opening\n    lead: 10 min",
                "after: opening\n    delay: 10 min",
            ),
            "the cue welcome/tuesday leads into opening, which is over by then",
        ),
        (
            "a cue that gives the link of another meeting",
            edited("please: {{ fitting.join }}", "please: {{ closing.join }}"),
            "the cue fittings/tuesday goes by the start of fitting/red, but gives the link of closing",
        ),
        (
            "a host double-booked by a slip",
            edited("\"11:00-11:30\"", "\"10:45-11:15\"\n    fixed: true"),
            "events@example.com hosts 3 meetings at once",
        ),
    ];
    for (defect, files, words) in some(defects) {
        assert_found(defect, &rehearsed(&files, &settings()), words);
    }
}

fn fault(script: &str) -> Vec<Fault> {
    vec![script.parse().expect("a script")]
}

#[test]
fn a_cohost_without_a_host_account_is_found() {
    let settings = Settings {
        without_host_account: vec![Email::new("coach.red@example.com")],
        ..settings()
    };
    let words = "coach.red@example.com is no co-host of fitting/red on Webex";
    assert_found("no account", &rehearsed(&open_day(), &settings), words);
}

#[test]
fn a_defect_of_the_setup_is_found() {
    let defects = [
        (
            "429 on POST /meetings after 2 calls retry-after 86400",
            "Webex makes no more meetings for events@example.com now",
        ),
        (
            "token-dies events@example.com after 3 calls",
            "Webex does not accept the token of events@example.com any more",
        ),
        (
            "503 on POST /memberships",
            "it could not be set up: membership/red/ria@example.com",
        ),
    ];
    for (script, words) in some(defects) {
        let settings = Settings {
            setup_faults: fault(script),
            ..settings()
        };
        assert_found(script, &rehearsed(&open_day(), &settings), words);
    }
}

#[test]
fn a_defect_of_the_day_is_found() {
    let defects = [
        (
            "token-dies showcaller@webex.bot from 2027-04-06T09:00:00Z",
            "the cue goodbye/tuesday arrived in red 4 min late",
        ),
        (
            "503 on POST /messages from 2027-04-06T08:30:00Z until 2027-04-06T09:15:00Z",
            "the cue fittings/tuesday arrived in blue 20 min late",
        ),
        (
            "clock-skew -10m",
            "the cue goodbye/tuesday did not arrive in red",
        ),
    ];
    for (script, words) in some(defects) {
        let settings = Settings {
            faults: fault(script),
            ..settings()
        };
        assert_found(script, &rehearsed(&open_day(), &settings), words);
    }
}

/// What the bot wrote into a room with these words in it.
fn written<'w>(world: &'w mut Value, room: &str, words: &str) -> (&'w mut Vec<Value>, usize) {
    let rooms = world["rooms"].as_array().expect("rooms");
    let room = rooms.iter().find(|it| it["title"] == room).expect("a room")["id"].clone();
    let messages = world["messages"].as_array_mut().expect("messages");
    let is_it = |it: &Value| {
        let is_bots = it["personEmail"] == showcaller_rehearsal::BOT;
        is_bots && it["roomId"] == room && it.to_string().contains(words)
    };
    let place = messages.iter().position(is_it).expect("a message");
    (messages, place)
}

/// The first answer of the bot with buttons, and with these words in it.
fn answered<'w>(world: &'w mut Value, words: &str) -> (&'w mut Vec<Value>, usize) {
    let messages = world["messages"].as_array_mut().expect("messages");
    let is_it = |it: &Value| {
        let text = it.to_string();
        text.contains("\"answer/") && text.contains(words)
    };
    let place = messages.iter().position(is_it).expect("an answer");
    (messages, place)
}

fn link(world: &Value, title: &str) -> String {
    let meetings = world["meetings"].as_array().expect("meetings");
    let meeting = meetings.iter().find(|it| it["title"] == title);
    let link = meeting.and_then(|it| it["webLink"].as_str());
    link.expect("a link").to_owned()
}

/// The same message with these words for those.
fn reworded(message: &Value, from: &str, to: &str) -> Value {
    let text = message.to_string();
    assert!(text.contains(from), "{text} has «{from}»");
    serde_json::from_str(&text.replace(from, to)).expect("a message")
}

fn remove(world: &mut Value, kind: &str, is_it: impl Fn(&Value) -> bool) {
    let all = world[kind].as_array_mut().expect("a list");
    let before = all.len();
    all.retain(|it| !is_it(it));
    assert!(all.len() < before, "something of {kind} is removed");
}

/// A change of what is left on Webex.
type Change = fn(&mut Value);

const OF_THE_WORLD: [(&str, Change, &str); 12] = [
    (
        "a link of another room",
        |world| {
            let (red, blue) = (link(world, "Red fitting"), link(world, "Blue fitting"));
            let (messages, place) = written(world, "Red team", "To your fitting");
            messages[place] = reworded(&messages[place], &red, &blue);
        },
        "red was given the link of fitting/blue",
    ),
    (
        "a cue that got lost",
        |world| {
            let (messages, place) = written(world, "Red team", "Good morning");
            messages.remove(place);
        },
        "the cue welcome/tuesday did not arrive in red",
    ),
    (
        "a cue that went twice",
        |world| {
            let (messages, place) = written(world, "Blue team", "Good morning");
            let mut again = messages[place].clone();
            again["id"] = json!("another");
            messages.insert(place, again);
        },
        "the cue welcome/tuesday arrived in blue 2 times",
    ),
    (
        "an answer that got lost",
        |world| {
            let (messages, place) = answered(world, "");
            messages.remove(place);
        },
        ": no answer",
    ),
    (
        "an answer without its link",
        |world| {
            let fitting = link(world, "Blue fitting");
            let (messages, place) = answered(world, &fitting);
            messages[place] = reworded(&messages[place], &fitting, "https://example.com");
        },
        "the link of fitting/blue is missing",
    ),
    (
        "a host key that others read",
        |world| {
            let host_key = world["meetings"][0]["hostKey"].clone();
            let words = format!("Good morning, {}", host_key.as_str().expect("a key"));
            let (messages, place) = written(world, "Red team", "Good morning");
            messages[place] = reworded(&messages[place], "Good morning", &words);
        },
        "red was given a host key",
    ),
    (
        "a slip that moves more than was proposed",
        |world| {
            let (messages, place) = written(world, "Crew", "later: 3 meetings");
            messages[place] = reworded(&messages[place], "3 meetings", "2 meetings");
        },
        "the slip of tuesday by 10 min: it does not say «: 3 meetings",
    ),
    (
        "an operator who is told something else",
        |world| {
            let (messages, place) = written(world, "Crew", "was not sent yet");
            messages[place] = reworded(&messages[place], "was not sent yet", "was sent");
        },
        "it does not say «was not sent yet»",
    ),
    (
        "words of an operator that did not arrive",
        |world| {
            let (messages, place) = written(world, "Blue team", "from behind the scenes");
            messages.remove(place);
        },
        "what was said to all rooms 1 times arrived in blue 0 times",
    ),
    (
        "a meeting that was deleted",
        |world| remove(world, "meetings", |it| it["title"] == "Closing"),
        "closing is not on Webex",
    ),
    (
        "a co-host who is none",
        |world| {
            remove(world, "meetingInvitees", |it| {
                it["email"] == "coach.red@example.com"
            });
        },
        "coach.red@example.com is no co-host of fitting/red on Webex",
    ),
    (
        "a call that Webex does not document",
        |world| world["findings"] = json!(["POST /nowhere"]),
        "1 calls or answers were not as Webex documents them",
    ),
];

#[test]
fn a_defect_of_the_world_is_found() {
    for (defect, change, words) in OF_THE_WORLD {
        let mut world = healthy().world.clone();
        change(&mut world);
        let outcome = judged(&open_day(), healthy(), &world, 1);
        assert_found(defect, &outcome, words);
    }
}
