//! The reference event under each of the simulator's unknowns, both ways: either everything comes
//! out right, or one sentence says what to do.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use showcaller_engine::Report;
use showcaller_event::Event;
use showcaller_event::model::Room;
use showcaller_ledger::{Ledger, LedgerUrl};
use showcaller_plan::{CannotReason, Plan, Wishes};
use showcaller_rehearsal::BOT;
use showcaller_simulator::Config;

use crate::by_hand::{Person, all, the};
use crate::files::{Files, fair};
use crate::stage::{Stage, every_flag, switched};

/// How it ended under one unknown.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// The world is as the file says, and nobody had to know.
    Right,
    /// So it is after a second run.
    RightTheSecondTime,
    /// Everything that can be done was done; these sentences say what cannot.
    Told(Vec<String>),
}

/// Every switch in every position that is not a stage's own. Numbers stand for "some" and "many".
fn unknowns() -> Vec<(&'static str, String)> {
    let table = switched([]).table();
    let alternatives = |row: &showcaller_simulator::Switch| -> Vec<String> {
        let numbers = match row.name {
            "unreadable-titles" => &["3", "1"][..],
            "create-visibility-delay" | "tag-delay" => &["5", "55"],
            "room-read-burst" => &["3"],
            "instances-delay" | "participants-delay" => &["600"],
            _ => &[],
        };
        let choices = row.choices.iter().filter(|choice| **choice != row.value);
        choices.chain(numbers).map(ToString::to_string).collect()
    };
    let pairs = table.iter().flat_map(|row| {
        let values = alternatives(row);
        assert!(!values.is_empty(), "{} has another position", row.name);
        values.into_iter().map(|value| (row.name, value))
    });
    pairs.collect()
}

async fn stage(event: &Event, name: &str, value: &str) -> Stage {
    let setting = format!("{name}={value}");
    let switches = switched([setting.as_str()]);
    Stage::with(event, |config: &mut Config| config.switches = switches).await
}

/// Everything that a report and a plan say to whoever reads them.
fn sentences(report: Option<&Report>, plan: &Plan) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    if let Some(report) = report {
        let failures = report.failed.iter().chain(&report.unclear);
        all.extend(failures.map(|failure| failure.sentence.clone()));
        all.extend(report.warnings.iter().cloned());
    }
    all.extend(plan.cannot.iter().map(|cannot| cannot.sentence.clone()));
    all.extend(plan.notes.iter().map(|note| note.sentence.clone()));
    let problems = plan.accounts.iter().flat_map(|account| &account.problems);
    all.extend(problems.cloned());
    // Calls end in any order.
    all.sort();
    all.dedup();
    all
}

/// A sentence is of use if it is short, whole, and says what to do or that nothing is to be done.
fn is_useful(sentence: &str) -> bool {
    let words = [
        "apply again",
        "apply with a new ledger",
        "Webex app",
        "Check the address",
        "Is the address right",
        "Try again",
        "needs a host account",
        "needs a Webex licence",
        "Give that account",
        "--recreate",
        "They stay",
        "may go on",
        "only a compliance officer",
        "Schedule",
        "Ask",
    ];
    // Webex's own words come in brackets, however long they are.
    let own = match (sentence.find(" ("), sentence.find(".)")) {
        (Some(from), Some(to)) if from < to => sentence.len() - (to - from),
        _ => sentence.len(),
    };
    words.iter().any(|word| sentence.contains(word))
        && own <= 3 * 80
        && sentence.ends_with(['.', '?', '!'])
}

async fn outcome_of(event: &Event, name: &str, value: &str) -> (Outcome, Stage) {
    let unknown = format!("{name}={value}");
    let stage = stage(event, name, value).await;
    let first = stage.look(event, &Wishes::default()).await;
    assert_eq!(first.plan.guard_rails, [], "{unknown}");
    let before = sentences(None, &first.plan);
    let report = stage.apply_outlook(event, first).await;
    assert!(report.trouble.is_none(), "{unknown}: {report:#?}");
    let later = stage.now() + SignedDuration::from_secs(61);
    stage.clock.advance_to(later);
    let plan = stage.full_plan(event).await;
    let told = |report: Option<&Report>| {
        let mut all = sentences(report, &plan);
        all.retain(|sentence| !before.contains(sentence));
        all
    };
    if plan.is_empty() && plan.held.is_empty() && plan.cannot.is_empty() {
        assert!(report.is_complete(), "{unknown}: {report:#?}");
        let told = told(None);
        let outcome = if told.is_empty() {
            Outcome::Right
        } else {
            Outcome::Told(told)
        };
        return (outcome, stage);
    }
    if report.is_complete() && plan.cannot.is_empty() {
        // Something more came to light: a second run must see the end of it.
        let again = stage.apply(event, &Wishes::default()).await;
        assert!(again.is_complete(), "{unknown}: {again:#?}");
        let end = stage.full_plan(event).await;
        assert!(end.is_empty() && end.held.is_empty(), "{unknown}: {end:#?}");
        return (Outcome::RightTheSecondTime, stage);
    }
    let told = told(Some(&report));
    assert!(!told.is_empty(), "{unknown}: {report:#?} {plan:#?}");
    // Whoever repeats the command is told the same again, and nothing gets worse.
    let again = stage.apply(event, &Wishes::default()).await;
    assert!(again.trouble.is_none(), "{unknown}: {again:#?}");
    (Outcome::Told(told), stage)
}

fn table(outcomes: &BTreeMap<String, Outcome>) -> String {
    let mut table = String::new();
    let mut line = |unknown: &str, outcome: &str| {
        let _ = writeln!(table, "{unknown:<36}{outcome}");
    };
    for (unknown, outcome) in outcomes {
        match outcome {
            Outcome::Right => line(unknown, "right"),
            Outcome::RightTheSecondTime => line(unknown, "right the second time"),
            Outcome::Told(sentences) => {
                for (number, sentence) in sentences.iter().enumerate() {
                    line(if number == 0 { unknown } else { "" }, sentence);
                }
            }
        }
    }
    table
}

async fn all_of(event: &Event, chosen: impl Fn(&str) -> bool) -> BTreeMap<String, Outcome> {
    let mut outcomes = BTreeMap::new();
    let mut useless = Vec::new();
    for (name, value) in unknowns() {
        if !chosen(name) {
            continue;
        }
        let (outcome, _) = outcome_of(event, name, &value).await;
        if let Outcome::Told(sentences) = &outcome {
            let poor = sentences.iter().filter(|sentence| !is_useful(sentence));
            useless.extend(poor.map(|sentence| format!("{name}={value}: {sentence}")));
        }
        outcomes.insert(format!("{name}={value}"), outcome);
    }
    if std::env::var_os("SHOWCALLER_TABLE").is_some() {
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), "{}", table(&outcomes));
    }
    assert!(useless.is_empty(), "do not say what to do: {useless:#?}");
    outcomes
}

#[tokio::test]
async fn a_bit_of_everything_under_each_unknown() {
    let outcomes = all_of(&fair().event(), |_| true).await;
    assert!(outcomes.len() > 60, "every switch was tried");
    insta::assert_snapshot!(table(&outcomes));
}

#[tokio::test]
async fn the_reference_event_under_those_that_matter_most() {
    let long = std::env::var_os("SHOWCALLER_LONG").is_some();
    let matter = [
        "bot-creates-teams",
        "team-id-in-rooms",
        "create-visibility-delay",
        "overlap-meetings",
        "rate-limit-body",
    ];
    let event = Files::of_example("innovation-challenge").event();
    let outcomes = all_of(&event, |name| long || matter.contains(&name)).await;
    for (unknown, outcome) in &outcomes {
        if unknown.starts_with("overlap-meetings") {
            assert!(matches!(outcome, Outcome::Told(_)), "{outcome:?}");
        } else if !long {
            assert_eq!(outcome, &Outcome::Right, "{unknown}");
        }
    }
}

/// The sentence is followed by a person in the Webex app, and the same command finishes.
#[tokio::test]
async fn rooms_that_the_bot_may_not_make_are_made_by_hand_and_found() {
    for name in ["bot-creates-team-rooms", "bot-moderates"] {
        let event = fair().event();
        let (outcome, stage) = outcome_of(&event, name, "no").await;
        let Outcome::Told(sentences) = outcome else {
            panic!("{name}: {outcome:?}");
        };
        let how = sentences
            .iter()
            .find(|sentence| sentence.contains("by hand"));
        let how = how.expect("one says how to make a room");
        for word in ["exactly the file's title", BOT, "apply again"] {
            assert!(how.contains(word), "{name}: {how}");
        }
        let olga = Person::called(&stage.simulator, "olga@example.com");
        let team = the(&stage.simulator, "teams", "name", "Spring fair");
        let made: Vec<String> = all(&stage.simulator, "rooms")
            .iter()
            .map(|room| room["title"].as_str().unwrap_or_default().to_owned())
            .collect();
        for room in event
            .rooms
            .iter()
            .filter(|room| !made.contains(&room.title))
        {
            makes_room(&olga, &team["id"], room).await;
        }
        let report = stage.apply(&event, &Wishes::default()).await;
        assert!(report.is_complete(), "{name}: {report:#?}");
        let plan = stage.full_plan(&event).await;
        assert!(plan.is_empty() && plan.held.is_empty(), "{name}: {plan:#?}");
        assert_eq!(plan.cannot, [], "{name}");
        let rooms = all(&stage.simulator, "rooms");
        assert_eq!(rooms.len(), event.rooms.len() + 1, "{name}: and General");
    }
}

/// What the sentence says: the title, the bot as a moderator if it is locked; and the moderators,
/// whom only people may appoint here.
async fn makes_room(olga: &Person<'_>, team: &Value, room: &Room) {
    let mut body = json!({
        "title": room.title,
        "teamId": team,
        "isLocked": room.settings.locked,
    });
    if room.settings.public {
        body["isPublic"] = json!(true);
        body["description"] = json!(room.settings.description);
    }
    let made = olga.does(Method::POST, "/v1/rooms", body).await;
    let moderators = room.members.iter().filter(|member| member.moderator);
    let moderators = moderators.map(|member| member.email.as_str());
    for email in moderators
        .chain([BOT])
        .filter(|email| *email != "olga@example.com")
    {
        let member = json!({
            "roomId": made["id"],
            "personEmail": email,
            "isModerator": room.settings.locked,
        });
        olga.does(Method::POST, "/v1/memberships", member).await;
    }
    let stays = room
        .members
        .iter()
        .any(|member| member.email.as_str() == "olga@example.com");
    if !stays {
        let path = format!(
            "/v1/memberships?roomId={}",
            made["id"].as_str().unwrap_or("")
        );
        let members = olga.does(Method::GET, &path, Value::Null).await;
        let own = members["items"].as_array().into_iter().flatten();
        let own = own
            .into_iter()
            .find(|m| m["personEmail"] == "olga@example.com");
        let id = own
            .and_then(|own| own["id"].as_str())
            .expect("she is in it");
        let path = format!("/v1/memberships/{id}");
        olga.does(Method::DELETE, &path, Value::Null).await;
    }
}

#[tokio::test]
async fn a_team_to_which_the_bot_may_add_nobody_is_made_by_a_person() {
    let event = fair().event();
    let (outcome, mut stage) = outcome_of(&event, "bot-adds-team-members", "no").await;
    assert!(matches!(outcome, Outcome::Told(_)), "{outcome:?}");
    let olga = Person::called(&stage.simulator, "olga@example.com");
    let team = json!({ "name": "Our fair" });
    let team = olga.does(Method::POST, "/v1/teams", team).await;
    let members = event
        .webex
        .members
        .iter()
        .map(|member| member.email.as_str());
    for email in members
        .chain([BOT])
        .filter(|email| *email != "olga@example.com")
    {
        let member = json!({
            "teamId": team["id"],
            "personEmail": email,
            "isModerator": email == BOT,
        });
        olga.does(Method::POST, "/v1/team/memberships", member)
            .await;
    }
    let event = fair()
        .edited("team: \"Spring fair\"", "team: \"Our fair\"")
        .edited("  hosts:\n", "  moderators: [olga@example.com]\n  hosts:\n")
        .event();
    stage.ledger = Ledger::open(&LedgerUrl::memory()).await.expect("a ledger");
    let report = stage.apply(&event, &Wishes::default()).await;
    assert!(report.is_complete(), "{report:#?}");
    let plan = stage.full_plan(&event).await;
    assert!(plan.is_empty() && plan.cannot.is_empty(), "{plan:#?}");
}

/// Without a ledger to tell it by, a room whose title Webex cannot decrypt is not made twice.
#[tokio::test]
async fn a_room_with_an_unreadable_title_is_not_made_a_second_time() {
    let event = fair().event();
    let mut stage = stage(&event, "unreadable-titles", "3").await;
    let report = stage.apply(&event, &Wishes::default()).await;
    assert!(report.is_complete(), "{report:#?}");
    stage.ledger = Ledger::open(&LedgerUrl::memory()).await.expect("a ledger");
    let plan = stage.full_plan(&event).await;
    assert!(plan.is_empty(), "{:#?}", plan.steps);
    let unreadable: Vec<_> = plan
        .cannot
        .iter()
        .filter(|cannot| cannot.reason == CannotReason::Unreadable)
        .collect();
    assert!(!unreadable.is_empty(), "{plan:#?}");
    assert!(unreadable.iter().all(|cannot| is_useful(&cannot.sentence)));
    let before = all(&stage.simulator, "rooms").len();
    stage.apply(&event, &Wishes::default()).await;
    assert_eq!(all(&stage.simulator, "rooms").len(), before);
}

/// What Webex leaves alone or resets, and how it wants to be told, shows only when things change.
#[tokio::test]
async fn a_change_of_everything_under_those_that_a_change_meets() {
    let changed = fair()
        .edited("title: Crew,", "title: The crew,")
        .edited("title: Notices", "title: News")
        .edited("Whoever works here may look in.", "Look in.")
        .edited("title: Jury table", "title: The jury's table")
        .edited("\"14:00-15:00\"", "\"14:20-15:30\"")
        .edited("\"11:00-12:00\"", "\"11:15-12:15\"")
        .edited("boards.example.com/red", "boards.example.com/scarlet")
        .edited("  market:\n", "  market:\n    invite: audience\n")
        .people_edited("Ria Long,red,participant", "Ria Long,red,coach")
        .people_edited("otto@example.com,Otto Sand,,organiser\n", "");
    let (first, second) = (fair().event(), changed.event());
    let meets = [
        "archived-room",
        "bulk-conflict",
        "delete-unlocked-room",
        "drops-options",
        "link-on-move",
        "locked-tabs",
        "patch-content-type",
        "put-omitted",
        "quota-counts-updates",
        "room-put-omitted",
        "team-id-in-rooms",
        "team-rooms-listed",
        "wrong-offset",
    ];
    let mut tried = 0;
    for (name, value) in unknowns() {
        if !meets.contains(&name) {
            continue;
        }
        let unknown = format!("{name}={value}");
        let stage = stage(&first, name, &value).await;
        for event in [&first, &second, &first] {
            let report = stage.apply(event, &every_flag()).await;
            assert!(report.is_complete(), "{unknown}: {report:#?}");
            let plan = stage.full_plan(event).await;
            assert!(plan.is_empty(), "{unknown}: {:#?}", plan.steps);
            assert!(plan.held.is_empty() && plan.cannot.is_empty(), "{unknown}");
        }
        tried += 1;
    }
    assert!(tried >= meets.len(), "all of them were tried");
}

#[tokio::test]
async fn a_co_host_without_a_licence_is_named_or_the_meeting_says_why_it_is_missing() {
    let event = fair().event();
    for answer in ["downgrade", "error"] {
        let setting = format!("cohost-without-account={answer}");
        let switches = switched([setting.as_str()]);
        let stage = Stage::with(&event, |config| {
            config.switches = switches;
            for account in &mut config.accounts {
                account.host_licence &= account.email != "june@example.com";
            }
        })
        .await;
        let report = stage.apply(&event, &Wishes::default()).await;
        let plan = stage.full_plan(&event).await;
        if answer == "downgrade" {
            assert!(report.is_complete(), "{report:#?}");
            let named: Vec<&str> = report
                .not_cohosts
                .iter()
                .map(|n| n.email.as_str())
                .collect();
            assert_eq!(named, ["june@example.com"]);
            assert!(
                plan.is_empty(),
                "asked once, and not for ever: {:#?}",
                plan.steps
            );
            assert!(
                plan.notes
                    .iter()
                    .any(|note| note.sentence.contains("june@example.com")
                        && is_useful(&note.sentence)),
                "{:#?}",
                plan.notes
            );
        } else {
            let [failure] = report.failed.as_slice() else {
                panic!("one meeting is refused: {report:#?}");
            };
            assert!(
                failure.sentence.contains("june@example.com"),
                "{failure:#?}"
            );
            assert!(is_useful(&failure.sentence), "{failure:#?}");
            assert_eq!(plan.steps.len(), 1, "{:#?}", plan.steps);
        }
    }
}
