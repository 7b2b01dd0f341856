//! Promise 5: nothing is removed by accident.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use http::Method;
use serde_json::{Value, json};
use showcaller_event::Event;
use showcaller_plan::{HeldReason, LookWish, Plan, Recreate, Wishes};
use showcaller_rehearsal::BOT;

use crate::after_apply_a_apply_b::stage_for;
use crate::by_hand::{Person, all, meeting_id, room_id, the};
use crate::files::Files;
use crate::random::{Story, check, stories};
use crate::stage::{Stage, every_flag};

const PEOPLE: &str = "email,name,role\nann@example.com,Ann,organiser\nbo@example.com,Bo,\n\
                      cy@example.com,Cy,\n";

/// A file with these rooms and meetings, a line each.
fn file(rooms: &[&str], meetings: &[&str]) -> Files {
    let mut yaml = String::from(
        "event: small\ntitle: Small\ntimezone: UTC\npeople: people.csv\nwebex: { team: The team, \
         members: [organiser], hosts: { one@example.com: { parallel: 20 }, two@example.com: {} } }\n\
         days: { monday: { title: Monday, date: 2027-10-04 } }\n",
    );
    for (section, lines) in [("rooms", rooms), ("meetings", meetings)] {
        if !lines.is_empty() {
            let _ = writeln!(yaml, "{section}:\n  {}", lines.join("\n  "));
        }
    }
    Files {
        yaml,
        people: PEOPLE.to_owned(),
    }
}

const JURY: &str = "jury: { title: Jury, members: [everyone], moderators: [ann@example.com], \
     tabs: { Board: \"https://board.example.com/\" } }";
const CAFE: &str = "cafe: { title: Cafe, members: [bo@example.com], locked: true }";
const TALK: &str = "talk: { title: Talk, time: \"10:00-11:00\", rooms: [cafe], \
                    host: one@example.com, cohosts: [ann@example.com] }";
const WALK: &str =
    "walk: { title: Walk, time: \"12:00-13:00\", host: one@example.com, rooms: [cafe] }";

async fn apply(stage: &Stage, event: &Event, wishes: &Wishes) -> Plan {
    let outlook = stage.look(event, wishes).await;
    let plan = outlook.plan.clone();
    let report = stage.apply_outlook(event, outlook).await;
    assert!(report.is_complete(), "{report:#?}");
    plan
}

async fn stage_of(event: &Event) -> Stage {
    let stage = Stage::before(event).await;
    apply(&stage, event, &Wishes::default()).await;
    stage
}

fn removing() -> Wishes {
    Wishes {
        remove: true,
        ..Wishes::default()
    }
}

fn held(plan: &Plan, reason: HeldReason) -> Vec<&str> {
    let held = plan.held.iter().filter(|held| held.reason == reason);
    held.map(|held| held.address.as_str()).collect()
}

/// Everything that could be lost, by id; archived rooms are.
fn everything(stage: &Stage) -> BTreeSet<String> {
    let kinds = [
        "teams",
        "teamMemberships",
        "rooms",
        "memberships",
        "roomTabs",
        "meetings",
        "meetingInvitees",
    ];
    let world = kinds.iter().flat_map(|kind| all(&stage.simulator, kind));
    let there = world.filter(|thing| thing["isReadOnly"] != true);
    there
        .filter_map(|thing| Some(thing["id"].as_str()?.to_owned()))
        .collect()
}

async fn keeps_everything(story: &Story) -> Result<(), String> {
    let (before, after) = (story.before.event(0)?, story.after.event(0)?);
    let stage = stage_for(&before, &after, |_| {}).await;
    apply(&stage, &before, &Wishes::default()).await;
    let there = everything(&stage);
    let wishes = Wishes {
        look: LookWish::Full,
        ..Wishes::default()
    };
    let plan = apply(&stage, &after, &wishes).await;
    if let Some(step) = plan.steps.iter().find(|step| step.action.removes()) {
        return Err(format!("planned: {step:?}"));
    }
    let lost: Vec<_> = there.difference(&everything(&stage)).cloned().collect();
    if !lost.is_empty() {
        return Err(format!("{} things are lost", lost.len()));
    }
    // What waits for a flag is all that is left to do.
    let rest = stage.look(&after, &wishes).await.plan;
    if !rest.steps.is_empty() {
        return Err(format!("left: {:#?}", rest.steps));
    }
    Ok(())
}

#[test]
fn without_the_flag_everything_stays() {
    check(32, stories(), async |story: Story| {
        keeps_everything(&story).await
    });
}

/// An event of the rooms and meetings with these numbers.
fn numbered(numbers: std::ops::Range<usize>) -> Event {
    let rooms = numbers.clone().map(|number| {
        format!("r{number}: {{ title: Room {number}, members: [bo@example.com], locked: true }}")
    });
    let meetings = numbers
        .map(|number| format!("m{number}: {{ title: Meeting {number}, time: \"10:00-11:00\" }}"));
    let (rooms, meetings): (Vec<_>, Vec<_>) = (rooms.collect(), meetings.collect());
    let rooms: Vec<&str> = rooms.iter().map(String::as_str).collect();
    let meetings: Vec<&str> = meetings.iter().map(String::as_str).collect();
    file(&rooms, &meetings).event()
}

/// The plan that takes `going` of `of` rooms and of as many meetings out of the file.
async fn taking_away(going: usize, of: usize, wishes: &Wishes) -> (Stage, Event, Plan) {
    let stage = stage_of(&numbered(0..of)).await;
    let after = numbered(going..of);
    let plan = stage.look(&after, wishes).await.plan;
    (stage, after, plan)
}

#[tokio::test]
async fn more_than_thirty_percent_and_at_least_five_need_a_second_flag() {
    for (going, of, stands) in [(4, 4, false), (5, 17, false), (5, 16, true), (6, 16, true)] {
        let (_, _, plan) = taking_away(going, of, &removing()).await;
        let rails: Vec<_> = plan
            .guard_rails
            .iter()
            .map(|rail| (rail.kind.as_str(), rail.removals, rail.of))
            .collect();
        let expected = [("meeting", going, of), ("room", going, of)];
        assert_eq!(rails, if stands { &expected[..] } else { &[] });
        for rail in &plan.guard_rails {
            assert!(rail.sentence.contains("--remove-many"), "{}", rail.sentence);
        }
    }
}

#[tokio::test]
async fn with_the_second_flag_much_goes() {
    let (stage, after, plan) = taking_away(6, 16, &every_flag()).await;
    assert_eq!(plan.guard_rails, []);
    apply(&stage, &after, &every_flag()).await;
    assert_eq!(all(&stage.simulator, "meetings").len(), 10);
    let plan = stage.full_plan(&after).await;
    assert!(plan.is_empty() && plan.held.is_empty(), "{plan:#?}");
}

#[tokio::test]
async fn what_people_made_themselves_stays() {
    let before = file(&[JURY, CAFE], &[TALK, WALK]).event();
    let stage = stage_of(&before).await;
    let world = &stage.simulator;
    let (ann, host) = (
        Person::called(world, "ann@example.com"),
        Person::called(world, "one@example.com"),
    );
    let (jury, team) = (room_id(world, "Jury"), all(world, "teams")[0]["id"].clone());
    let before_hands = everything(&stage);
    let guest = json!({ "roomId": jury, "personEmail": "guest@elsewhere.org" });
    ann.does(Method::POST, "/v1/memberships", guest).await;
    let tab = json!({ "roomId": jury, "contentUrl": "https://notes.example.com/",
                      "displayName": "Notes" });
    ann.does(Method::POST, "/v1/room/tabs", tab).await;
    let room = json!({ "title": "By hand", "teamId": team });
    let room = ann.does(Method::POST, "/v1/rooms", room).await;
    let bot = json!({ "roomId": room["id"], "personEmail": BOT });
    ann.does(Method::POST, "/v1/memberships", bot).await;
    let meeting = json!({ "title": "By hand", "start": "2027-10-04T10:00:00Z",
                          "end": "2027-10-04T11:00:00Z", "timezone": "UTC", "sendEmail": false });
    host.does(Method::POST, "/v1/meetings", meeting).await;
    let invited = json!({ "meetingId": meeting_id(world, "Walk"), "email": "guest@elsewhere.org",
                          "sendEmail": false });
    host.does(Method::POST, "/v1/meetingInvitees", invited)
        .await;
    let now = everything(&stage);
    let by_hand: BTreeSet<_> = now.difference(&before_hands).collect();
    assert_eq!(
        by_hand.len(),
        7,
        "a guest, a tab, a room of two, a meeting, an invitation"
    );

    let less = "jury: { title: Jury, members: [cy@example.com], locked: true }";
    let after = file(
        &[less],
        &["walk: { title: Walk, time: \"12:00-13:00\", host: one@example.com }"],
    )
    .event();
    apply(&stage, &after, &every_flag()).await;
    let left = everything(&stage);
    let lost: Vec<_> = by_hand.iter().filter(|id| !left.contains(**id)).collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert!(left.len() < now.len(), "what Showcaller made is gone");
    let plan = stage.look(&after, &every_flag()).await.plan;
    assert!(plan.is_empty() && plan.held.is_empty(), "{plan:#?}");
}

#[tokio::test]
async fn what_was_adopted_stays_when_the_file_lets_it_go() {
    let event = file(&[CAFE], &[TALK]).event();
    let stage = Stage::before(&event).await;
    let world = &stage.simulator;
    let (ann, host) = (
        Person::called(world, "ann@example.com"),
        Person::called(world, "one@example.com"),
    );
    let team = json!({ "name": "The team" });
    let team = ann.does(Method::POST, "/v1/teams", team).await["id"].clone();
    let bot = json!({ "teamId": team, "personEmail": BOT, "isModerator": true });
    ann.does(Method::POST, "/v1/team/memberships", bot).await;
    let cafe = json!({ "title": "Cafe", "teamId": team });
    let cafe = ann.does(Method::POST, "/v1/rooms", cafe).await["id"].clone();
    for email in [BOT, "bo@example.com"] {
        let place = json!({ "roomId": cafe, "personEmail": email });
        ann.does(Method::POST, "/v1/memberships", place).await;
    }
    let talk = json!({ "title": "Talk", "start": "2027-10-04T10:00:00Z",
                       "end": "2027-10-04T11:00:00Z", "timezone": "UTC", "sendEmail": false,
                       "invitees": [{ "email": "ann@example.com", "coHost": true }] });
    host.does(Method::POST, "/v1/meetings", talk).await;
    let there = everything(&stage);
    let plan = apply(&stage, &event, &every_flag()).await;
    let adopted: Vec<&str> = plan.adoptions.iter().map(|a| a.address.as_str()).collect();
    for address in [
        "team",
        "room/cafe",
        "membership/cafe/bo@example.com",
        "meeting/talk",
    ] {
        assert!(adopted.contains(&address), "{adopted:?}");
    }

    let empty = "bar: { title: Bar, members: [cy@example.com], locked: true }";
    let after = file(&[empty], &[]).event();
    let plan = apply(&stage, &after, &every_flag()).await;
    let lost: Vec<_> = there.difference(&everything(&stage)).cloned().collect();
    assert_eq!(lost, Vec::<String>::new(), "{plan:#?}");
    let told = |address: &str| {
        let mut notes = plan.notes.iter();
        notes.any(|note| {
            note.address.as_ref().is_some_and(|a| a.as_str() == address)
                && note.sentence.contains("it stays")
        })
    };
    assert!(
        told("room/cafe") && told("meeting/talk"),
        "{:#?}",
        plan.notes
    );
}

#[tokio::test]
async fn the_bot_stays_and_moderates_whatever_the_file_says() {
    let mut files = file(&[JURY, CAFE], &[]);
    let _ = writeln!(files.people, "{BOT},The bot,");
    let with_bot = files.event();
    let stage = stage_of(&with_bot).await;
    let bots_places = || {
        let mut places = all(&stage.simulator, "memberships");
        places.extend(all(&stage.simulator, "teamMemberships"));
        places.retain(|place| place["personEmail"] == BOT && place["roomId"] != general(&stage));
        places
            .iter()
            .map(|place| place["isModerator"] == true)
            .collect::<Vec<_>>()
    };
    assert_eq!(bots_places(), [true, true, true], "Jury, Cafe, the team");
    let plan = stage.look(&with_bot, &every_flag()).await.plan;
    assert!(plan.is_empty(), "{:#?}", plan.steps);

    let without = file(&[JURY, CAFE], &[]).event();
    apply(&stage, &without, &every_flag()).await;
    assert_eq!(bots_places(), [true, true, true]);
}

/// The General room, which Webex made with the team: the bot's place there is its place in the team.
fn general(stage: &Stage) -> Value {
    the(&stage.simulator, "rooms", "title", "The team")["id"].clone()
}

#[tokio::test]
async fn the_last_moderator_stays() {
    let before = file(&[JURY], &[]).event();
    let stage = stage_of(&before).await;
    // Ann moderates no more, and Bo leaves: the bot is the last moderator, and the room stays
    // locked, because the file says so.
    let less = "jury: { title: Jury, members: [ann@example.com], locked: true }";
    let after = file(&[less], &[]).event();
    apply(&stage, &after, &every_flag()).await;
    let jury = the(&stage.simulator, "rooms", "title", "Jury");
    assert_eq!(jury["isLocked"], true);
    let mut places = all(&stage.simulator, "memberships");
    places.retain(|place| place["roomId"] == jury["id"] && place["isModerator"] == true);
    let moderators: Vec<_> = places
        .iter()
        .map(|place| place["personEmail"].clone())
        .collect();
    assert_eq!(moderators, [BOT]);
}

const SAFE_CAFE: &str = "cafe: { title: Cafe, members: [bo@example.com], locked: true, protected: true, \
     tabs: { Board: \"https://board.example.com/\" } }";
const SAFE_TALK: &str = "talk: { title: Talk, time: \"10:00-11:00\", host: one@example.com, \
                         cohosts: [ann@example.com], protected: true }";

#[tokio::test]
async fn what_was_protected_outlives_its_entry_in_the_file() {
    let stage = stage_of(&file(&[JURY, SAFE_CAFE], &[SAFE_TALK, WALK_IN_JURY]).event()).await;
    let there = everything(&stage);
    let after = file(&[JURY], &[WALK_IN_JURY]).event();
    // The ledger remembers what the file protected, however often it is applied since.
    for _ in 0..3 {
        let plan = apply(&stage, &after, &every_flag()).await;
        assert!(plan.is_empty(), "{:#?}", plan.steps);
        assert_eq!(
            held(&plan, HeldReason::Protected),
            ["meeting/talk", "room/cafe"]
        );
    }
    assert_eq!(everything(&stage), there);
}

const WALK_IN_JURY: &str = "walk: { title: Walk, time: \"12:00-13:00\", rooms: [jury] }";

#[tokio::test]
async fn what_is_protected_is_not_made_anew() {
    let stage = stage_of(&file(&[JURY], &[SAFE_TALK]).event()).await;
    let id = meeting_id(&stage.simulator, "Talk");
    let elsewhere = SAFE_TALK.replace("one@example.com", "two@example.com");
    let elsewhere = elsewhere.replace("10:00-11:00", "14:00-15:00");
    let after = file(&[JURY], &[&elsewhere]).event();
    let renamed = elsewhere.replacen("talk: {", "speech: { previously: talk,", 1);
    let renamed = file(&[JURY], &[&renamed]).event();
    let plan = stage.look(&renamed, &every_flag()).await.plan;
    assert_eq!(held(&plan, HeldReason::Protected), ["meeting/speech"]);
    for recreate in [
        Recreate::All,
        Recreate::These(
            ["meeting/talk"]
                .map(showcaller_event::model::Address::new)
                .into(),
        ),
    ] {
        let wishes = Wishes {
            recreate,
            ..every_flag()
        };
        let plan = apply(&stage, &after, &wishes).await;
        assert_eq!(held(&plan, HeldReason::Protected), ["meeting/talk"]);
        assert_eq!(meeting_id(&stage.simulator, "Talk"), id);
    } // What can be changed in place does not wait for what cannot.
    let talk = the(&stage.simulator, "meetings", "title", "Talk");
    assert_eq!(
        (&talk["start"], &talk["hostEmail"]),
        (&json!("2027-10-04T14:00:00Z"), &json!("one@example.com"))
    );
}

#[tokio::test]
async fn what_is_no_longer_protected_may_go() {
    let stage = stage_of(&file(&[JURY, SAFE_CAFE], &[SAFE_TALK]).event()).await;
    let bare = |line: &str| line.replace(", protected: true", "");
    let (cafe, talk) = (bare(SAFE_CAFE), bare(SAFE_TALK));
    let unprotected = file(&[JURY, &cafe], &[&talk]).event();
    let plan = apply(&stage, &unprotected, &Wishes::default()).await;
    assert!(
        plan.is_empty(),
        "a word for the ledger alone: {:#?}",
        plan.steps
    );
    let after = file(&[JURY], &[]).event();
    let plan = stage.look(&after, &Wishes::default()).await.plan;
    assert_eq!(
        held(&plan, HeldReason::Removal),
        ["meeting/talk", "room/cafe"]
    );
    apply(&stage, &after, &removing()).await;
    assert_eq!(all(&stage.simulator, "meetings").len(), 0);
    let cafe = the(&stage.simulator, "rooms", "title", "Cafe");
    assert_eq!(cafe["isReadOnly"], true, "archived");
}
