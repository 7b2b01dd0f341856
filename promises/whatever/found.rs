//! What the walk has found so far, each as a story of its own.

use jiff::SignedDuration;
use serde_json::json;
use showcaller_engine::Report;
use showcaller_event::Event;
use showcaller_rehearsal::BOT;
use showcaller_simulator::Fault;

use crate::by_hand::{Person, all, the};
use crate::files::{Files, fair};
use crate::stage::{Stage, every_flag, switched};
use crate::world::World;

use super::careful;

/// A Webex on which these faults are at work.
pub(super) async fn broken(event: &Event, settings: &[&str], faults: &[&str]) -> Stage {
    let switches = switched(settings.iter().copied());
    let stage = Stage::with(event, |config| config.switches = switches).await;
    breaks(&stage, faults);
    stage
}

pub(super) fn breaks(stage: &Stage, faults: &[&str]) {
    let faults = faults.iter().map(|line| line.parse::<Fault>());
    let faults = faults.collect::<Result<_, _>>().expect("faults");
    stage.simulator.set_faults(faults);
}

/// Looks, waits where it must, and applies.
pub(super) async fn apply(stage: &Stage, event: &Event) -> Report {
    stage.apply(event, &careful()).await
}

pub(super) fn passes(stage: &Stage, seconds: i64) {
    let later = stage.now() + SignedDuration::from_secs(seconds);
    stage.clock.advance_to(later);
}

/// What a run does not know the outcome of.
pub(super) fn unclear(report: &Report) -> Vec<&str> {
    let unclear = report.unclear.iter();
    unclear.map(|failure| failure.address.as_str()).collect()
}

/// Somebody of the jury, as the roster has her.
pub(super) const JUNE: &str = "june@example.com,June Wells,,jury\n";

#[track_caller]
pub(super) fn is_as_asked(stage: &Stage, event: &Event) {
    let wrong = World::new(stage.simulator.world()).differences(event);
    assert_eq!(wrong, Vec::<String>::new());
}

fn renamed(files: Files) -> Event {
    files
        .edited("  jury-table:\n", "  verdict:\n")
        .edited("  crew: {", "  staff: {")
        .edited("rooms: [crew]", "rooms: [staff]")
        .event()
}

/// A room was made, nobody heard of it, and in the file it goes by another name now.
#[tokio::test]
async fn what_may_have_been_made_is_not_made_again_under_another_name() {
    let event = fair().event();
    let faults = ["reset-after-effect on POST /rooms call 5"];
    let mut stage = broken(&event, &["create-visibility-delay=55"], &faults).await;
    stage.in_flight = 1;
    let report = apply(&stage, &event).await;
    assert_eq!(unclear(&report), ["room/crew"]);
    stage.simulator.set_faults(Vec::new());
    let event = renamed(fair());
    for _ in 0..2 {
        apply(&stage, &event).await;
    }
    is_as_asked(&stage, &event);
}

/// A Webex that is well again after it made the event's last room, of which nobody heard.
async fn with_crew_unheard(event: &Event) -> Stage {
    let mut stage = broken(event, &[], &["truncated on POST /rooms call 5"]).await;
    stage.in_flight = 1;
    let report = apply(&stage, event).await;
    assert_eq!(unclear(&report), ["room/crew"]);
    stage.simulator.set_faults(Vec::new());
    stage
}

/// A locked room was made, nobody heard of it, and in the file it has another title now: who is in it
/// was not asked before it was known to be the event's.
#[tokio::test]
async fn a_room_that_was_made_unheard_gets_the_title_that_it_has_by_now() {
    let event = fair().event();
    let stage = with_crew_unheard(&event).await;
    let event = fair()
        .edited("title: Crew,", "title: Everybody who helps,")
        .event();
    let report = apply(&stage, &event).await;
    assert!(report.is_complete(), "{report:#?}");
    is_as_asked(&stage, &event);
}

/// Two rooms were made, nobody heard of it, and in the file they have exchanged their titles: each keeps
/// what it was made with, and gets the other title.
#[tokio::test]
async fn rooms_that_were_made_unheard_are_not_taken_for_each_other() {
    let described = "title: Crew, description: \"Whoever helps.\",";
    let before = fair().edited("title: Crew,", described);
    let stage = broken(&before.event(), &[], &["truncated on POST /rooms"]).await;
    apply(&stage, &before.event()).await;
    stage.simulator.set_faults(Vec::new());
    let made = the(&stage.simulator, "rooms", "title", "Notices")["id"].clone();
    let after = fair()
        .edited("    title: Notices\n", "    title: Crew\n")
        .edited("title: Crew,", "title: Notices,")
        .event();
    let report = apply(&stage, &after).await;
    assert!(report.is_complete(), "{report:#?}");
    is_as_asked(&stage, &after);
    let renamed = the(&stage.simulator, "rooms", "title", "Crew")["id"].clone();
    assert_eq!(renamed, made);
}

/// The same where its description went out of the file with its title.
#[tokio::test]
async fn a_room_that_was_made_unheard_loses_the_description_that_the_file_has_dropped() {
    let described = "title: Crew, description: \"Whoever helps.\",";
    let event = fair().edited("title: Crew,", described).event();
    let stage = with_crew_unheard(&event).await;
    let event = fair()
        .edited("title: Crew,", "title: Everybody who helps,")
        .event();
    let report = apply(&stage, &event).await;
    assert!(report.is_complete(), "{report:#?}");
    is_as_asked(&stage, &event);
}

/// A room and a meeting got a text, nobody heard of it, and a later file has none.
#[tokio::test]
async fn a_text_that_was_given_unheard_is_taken_away_when_the_file_drops_it() {
    let before = fair().edited(
        "    agenda: Come and look at what the teams have made.\n",
        "",
    );
    let stage = broken(&before.event(), &[], &[]).await;
    apply(&stage, &before.event()).await;
    passes(&stage, 61);
    let described = fair().edited(
        "title: Crew,",
        "title: Crew, description: \"Whoever helps.\",",
    );
    breaks(
        &stage,
        &[
            "truncated on PUT /rooms/*",
            "cut-short on PATCH /meetings/*",
        ],
    );
    let report = apply(&stage, &described.event()).await;
    assert!(report.unclear.len() > 1, "{report:#?}");
    stage.simulator.set_faults(Vec::new());
    // What is as the file asks is nothing to do, and is remembered all the same.
    for event in [described.event(), before.event()] {
        passes(&stage, 61);
        let report = apply(&stage, &event).await;
        assert!(report.is_complete(), "{report:#?}");
        is_as_asked(&stage, &event);
    }
}

/// What is pinned in a room that was made unheard is read before anything is pinned there. A ledger
/// that was restored knows of the room's making alone.
#[tokio::test]
async fn what_is_pinned_in_a_room_that_was_made_unheard_is_not_pinned_again() {
    let tab = "title: Crew, tabs: { Board: \"https://boards.example.com/crew\" },";
    let files = fair().edited("title: Crew,", tab);
    let stage = with_crew_unheard(&files.event()).await;
    let room = the(&stage.simulator, "rooms", "title", "Crew")["id"].clone();
    let pinned = json!({
        "roomId": room, "displayName": "Board", "contentUrl": "https://boards.example.com/crew",
    });
    let bot = Person::called(&stage.simulator, BOT);
    bot.does(http::Method::POST, "/v1/room/tabs", pinned).await;
    let event = files
        .edited("title: Crew,", "title: Everybody who helps,")
        .event();
    let report = apply(&stage, &event).await;
    assert!(report.is_complete(), "{report:#?}");
    is_as_asked(&stage, &event);
}

/// The team was made, nobody heard of it, and somebody has made another one of that name and has put
/// the bot into it. In the file it has another name now: none is made until somebody says which it is.
#[tokio::test]
async fn a_team_of_somebody_else_is_not_taken_for_one_that_was_made_unheard() {
    let event = fair().event();
    let stage = broken(&event, &[], &["cut-short on POST /teams"]).await;
    apply(&stage, &event).await;
    stage.simulator.set_faults(Vec::new());
    let person = Person::called(&stage.simulator, "olga@example.com");
    let team = json!({"name": "Spring fair"});
    let team = person.does(http::Method::POST, "/v1/teams", team).await;
    let bot = json!({"teamId": team["id"], "personEmail": BOT});
    person
        .does(http::Method::POST, "/v1/team/memberships", bot)
        .await;
    let event = fair().edited("\"Spring fair\"", "\"Autumn fair\"").event();
    for _ in 0..2 {
        passes(&stage, 61);
        let plan = stage.look(&event, &careful()).await.plan;
        apply(&stage, &event).await;
        let [cannot] = plan.cannot.as_slice() else {
            panic!("{:#?}", plan.cannot);
        };
        let told = "2 teams of that name, and one may be it. Ask all who apply";
        assert!(cannot.sentence.contains(told), "{}", cannot.sentence);
        assert_eq!(all(&stage.simulator, "teams").len(), 2);
    }
    let path = format!("/v1/teams/{}", team["id"].as_str().expect("an id"));
    let name = json!({"name": "Olga's own"});
    person.does(http::Method::PUT, &path, name).await;
    let report = apply(&stage, &event).await;
    assert!(report.is_complete(), "{report:#?}");
    assert_eq!(all(&stage.simulator, "teams").len(), 2);
    the(&stage.simulator, "teams", "name", "Autumn fair");
}

/// The team was made, nobody heard of it, and in the file it has another name now.
#[tokio::test]
async fn a_team_that_was_made_unheard_is_not_made_again_under_another_name() {
    let event = fair().event();
    let stage = broken(&event, &[], &["cut-short on POST /teams"]).await;
    let report = apply(&stage, &event).await;
    assert_eq!(unclear(&report), ["team"]);
    let event = fair().edited("\"Spring fair\"", "\"Autumn fair\"").event();
    stage.simulator.set_faults(Vec::new());
    let report = apply(&stage, &event).await;
    assert!(report.is_complete(), "{report:#?}");
    is_as_asked(&stage, &event);
}

/// The file's last meeting, which stands at its end.
const JURY_TABLE: &str = "  jury-table:\n    day: tuesday\n    title: Jury table\n    \
                          time: \"14:00-15:00\"\n    password: Cotton-2027-Loom\n    \
                          rooms: [crew]\n    cohosts: [jury]\n";

/// A meeting was scheduled for long after all the others, nobody heard of it, and the next file does
/// not name it: what lies between that file's own days is not all that there is to look at.
#[tokio::test]
async fn a_meeting_that_was_made_unheard_is_found_on_whatever_day_it_is() {
    let later = "  tuesday: { title: Tuesday, date: 2027-04-06 }\n  \
                 august: { title: August, date: 2027-08-02 }\n";
    let days = "  tuesday: { title: Tuesday, date: 2027-04-06 }\n";
    let before = fair()
        .edited(days, later)
        .edited(
            "    day: tuesday\n    title: Jury",
            "    day: august\n    title: Jury",
        )
        .event();
    let faults = ["cut-short on POST /meetings call 6"];
    let mut stage = broken(&before, &[], &faults).await;
    stage.in_flight = 1;
    let report = apply(&stage, &before).await;
    assert_eq!(unclear(&report), ["meeting/jury-table"]);
    let after = fair().edited(JURY_TABLE, "").event();
    apply(&stage, &after).await;
    is_as_asked(&stage, &after);
}

fn two_hosts() -> Files {
    let host = "    events@example.com: { parallel: 4 }";
    let hosts = format!("{host}\n    second@example.com: {{ parallel: 4 }}");
    fair().edited(host, &hosts)
}

/// The fair on two hosts, and who has the jury's meeting.
pub(super) fn with_jury_at(host: &str) -> Files {
    let password = "    password: Cotton-2027-Loom\n";
    let host = format!("    host: {host}@example.com\n");
    two_hosts().edited(password, &host)
}

/// A meeting was made anew at another host, nobody heard of it, and the next file does not name it:
/// neither the old one nor the new one stays.
#[tokio::test]
async fn a_meeting_that_was_made_anew_unheard_goes_with_the_one_it_was_to_replace() {
    let stage = broken(&with_jury_at("events").event(), &[], &[]).await;
    apply(&stage, &with_jury_at("events").event()).await;
    breaks(&stage, &["time-out-after-effect on POST /meetings"]);
    let report = stage
        .apply(&with_jury_at("second").event(), &every_flag())
        .await;
    assert_eq!(unclear(&report), ["meeting/jury-table"]);
    stage.simulator.set_faults(Vec::new());
    let after = two_hosts().edited(JURY_TABLE, "").event();
    let report = apply(&stage, &after).await;
    assert!(report.is_complete(), "{report:#?}");
    is_as_asked(&stage, &after);
}

/// Somebody was added, the answer was no JSON, and the next file does not name them: they are ours
/// to take out again, even if the first look at that room fails as well.
#[tokio::test]
async fn who_was_added_unheard_and_is_no_longer_named_is_taken_out_again() {
    let before = fair().event();
    let faults = [
        "malformed on POST /memberships",
        "malformed on POST /team/memberships",
    ];
    let stage = broken(&before, &[], &faults).await;
    let report = apply(&stage, &before).await;
    assert!(!report.is_complete(), "{report:#?}");
    let left = fair().people_edited("ria@example.com,Ria Long,red,participant\n", "");
    let after = left.people_edited(JUNE, "").event();
    breaks(&stage, &["503 on GET /memberships"]);
    let report = apply(&stage, &after).await;
    stage.simulator.set_faults(Vec::new());
    assert!(report.failed.is_empty(), "{report:#?}");
    let open = stage.open_operations().await;
    assert!(!open.is_empty(), "what nobody could look for stays open");
    for _ in 0..2 {
        apply(&stage, &after).await;
    }
    is_as_asked(&stage, &after);
    let open = stage.open_operations().await;
    assert!(open.is_empty(), "{open:#?}");
}

/// The same for those who came in the call that made the meeting, and whose answer was lost.
#[tokio::test]
async fn who_came_with_a_meeting_whose_answer_was_lost_is_taken_off_again() {
    let before = fair().event();
    let stage = broken(&before, &[], &["cut-short on POST /meetings"]).await;
    let report = apply(&stage, &before).await;
    assert!(!report.unclear.is_empty(), "{report:#?}");
    stage.simulator.set_faults(Vec::new());
    let after = fair().edited("    cohosts: [jury]\n", "").event();
    for _ in 0..2 {
        apply(&stage, &after).await;
    }
    is_as_asked(&stage, &after);
}

/// The same where the meeting has another name by now.
#[tokio::test]
async fn who_came_with_a_meeting_that_was_made_unheard_and_got_another_name_is_taken_off_again() {
    let before = fair().event();
    let stage = broken(&before, &[], &["cut-short on POST /meetings"]).await;
    let report = apply(&stage, &before).await;
    assert!(!report.unclear.is_empty(), "{report:#?}");
    stage.simulator.set_faults(Vec::new());
    let after = fair()
        .edited(
            "  jury-table:\n",
            "  verdict:\n    previously: jury-table\n",
        )
        .people_edited(JUNE, "")
        .event();
    let report = apply(&stage, &after).await;
    assert!(report.is_complete(), "{report:#?}");
    is_as_asked(&stage, &after);
    let records = stage.ledger.resources().await.expect("a ledger");
    let theirs = records.iter().filter(|it| !it.created_by_us);
    assert_eq!(theirs.count(), 0, "{records:#?}");
}

/// A tab was pinned, nobody heard of it, and its room has another name by now, and no tab.
#[tokio::test]
async fn a_tab_that_was_pinned_unheard_is_unpinned_when_its_room_has_another_name() {
    let tab = "title: Crew, tabs: { Board: \"https://boards.example.com/crew\" },";
    let before = fair().edited("title: Crew,", tab).event();
    let stage = broken(&before, &[], &["cut-short on POST /room/tabs"]).await;
    let report = apply(&stage, &before).await;
    let mut unclear = report.unclear.iter().map(|f| f.address.as_str());
    assert!(unclear.any(|it| it == "tab/crew/Board"), "{report:#?}");
    stage.simulator.set_faults(Vec::new());
    let after = fair()
        .edited("  crew: {", "  staff: { previously: crew,")
        .edited("rooms: [crew]", "rooms: [staff]")
        .event();
    let report = apply(&stage, &after).await;
    assert!(report.is_complete(), "{report:#?}");
    is_as_asked(&stage, &after);
}

/// The same where the tab shows only when it was given up.
#[tokio::test]
async fn a_tab_that_shows_late_is_unpinned_when_its_room_has_another_name() {
    let tab = "title: Crew, tabs: { Board: \"https://boards.example.com/crew\" },";
    let before = fair().edited("title: Crew,", tab).event();
    let faults = [
        "cut-short on POST /room/tabs",
        "invisible on POST /room/tabs for 10m by-id",
    ];
    let stage = broken(&before, &[], &faults).await;
    apply(&stage, &before).await;
    passes(&stage, 61);
    let after = fair()
        .edited("  crew: {", "  staff: { previously: crew,")
        .edited("rooms: [crew]", "rooms: [staff]")
        .edited("    tabs:\n      Board: \"{{ team.links.board }}\"\n      Tomorrow: \"{{ fitting.link }}\"\n", "")
        .event();
    apply(&stage, &after).await;
    let open = stage.open_operations().await;
    assert!(open.is_empty(), "given up: {open:#?}");
    passes(&stage, 600);
    let report = apply(&stage, &after).await;
    assert!(report.is_complete(), "{report:#?}");
    is_as_asked(&stage, &after);
}

/// Somebody was added, nobody heard of it, and the room gets another name while nobody can look who is
/// in it.
#[tokio::test]
async fn who_was_added_unheard_to_a_room_that_got_another_name_is_taken_out_again() {
    let before = fair().event();
    let stage = broken(&before, &[], &["cut-short on POST /memberships"]).await;
    apply(&stage, &before).await;
    passes(&stage, 61);
    breaks(&stage, &["503 on GET /memberships"]);
    let named = fair()
        .edited("  crew: {", "  staff: { previously: crew,")
        .edited("rooms: [crew]", "rooms: [staff]");
    apply(&stage, &named.event()).await;
    stage.simulator.set_faults(Vec::new());
    let after = named.people_edited(JUNE, "").event();
    for _ in 0..2 {
        apply(&stage, &after).await;
    }
    is_as_asked(&stage, &after);
}

/// A meeting may have been made, and neither it nor its host is in the file any more: nobody can look,
/// and that is said.
#[tokio::test]
async fn a_meeting_that_was_made_unheard_at_a_host_who_left_is_told_of() {
    let before = with_jury_at("second").event();
    let mut stage = broken(&before, &[], &["cut-short on POST /meetings"]).await;
    stage.in_flight = 1;
    apply(&stage, &before).await;
    stage.simulator.set_faults(Vec::new());
    passes(&stage, 61);
    let after = fair().edited(JURY_TABLE, "").event();
    for _ in 0..2 {
        let plan = stage.look(&after, &careful()).await.plan;
        let mut cannot = plan.cannot.iter();
        let cannot = cannot.find(|it| it.address.as_str() == "meeting/jury-table");
        let told = "An earlier run may have made meeting/jury-table, but nobody could look at the \
                    meetings of second@example.com. Keep second@example.com in the file, with its \
                    token, until they can be read.";
        assert_eq!(cannot.expect("it is told of").sentence, told);
        apply(&stage, &after).await;
    }
    let after = two_hosts().edited(JURY_TABLE, "").event();
    apply(&stage, &after).await;
    is_as_asked(&stage, &after);
}

/// Somebody was added, nobody heard of it, and the bot was put out of that room before anybody could
/// look. When it is back, they are ours to take out.
#[tokio::test]
async fn who_was_added_unheard_to_a_room_without_the_bot_is_taken_out_when_it_is_back() {
    let before = fair().event();
    let stage = broken(&before, &[], &["cut-short on POST /memberships"]).await;
    apply(&stage, &before).await;
    stage.simulator.set_faults(Vec::new());
    let room = the(&stage.simulator, "rooms", "title", "Crew")["id"].clone();
    let host = Person::called(&stage.simulator, BOT);
    let olga = json!({"roomId": room, "personEmail": "olga@example.com", "isModerator": true});
    host.tries(http::Method::POST, "/v1/memberships", olga.clone())
        .await;
    let places = all(&stage.simulator, "memberships");
    let mut places = places.iter().filter(|place| place["roomId"] == room);
    let bots = places
        .find(|place| place["personEmail"] == BOT)
        .expect("the bot");
    let path = format!("/v1/memberships/{}", bots["id"].as_str().expect("an id"));
    let olga = Person::called(&stage.simulator, "olga@example.com");
    olga.does(http::Method::DELETE, &path, serde_json::Value::Null)
        .await;
    passes(&stage, 61);
    let after = fair().people_edited(JUNE, "").event();
    let report = apply(&stage, &after).await;
    let open = stage.open_operations().await;
    assert!(!open.is_empty(), "{report:#?}");
    let bot = json!({"roomId": room, "personEmail": BOT, "isModerator": true});
    olga.does(http::Method::POST, "/v1/memberships", bot).await;
    apply(&stage, &after).await;
    is_as_asked(&stage, &after);
}
