//! What somebody changed on Webex by hand: the plan says so, `apply` repairs it, `--keep` keeps it.

use std::collections::BTreeSet;

use http::Method;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use showcaller_engine::InForce;
use showcaller_event::Event;
use showcaller_event::model::Address;
use showcaller_plan::read::{TextStyle, markdown, text};
use showcaller_plan::{Choice, Field, LookWish, Moved, Mover, Plan, Wishes};
use showcaller_rehearsal::BOT;

use crate::by_hand::{Person, all, meeting_id, room_id, the};
use crate::files::{Files, fair};
use crate::random::check;
use crate::stage::Stage;

const HOST: &str = "events@example.com";

fn keeping(addresses: &[&str]) -> Wishes {
    Wishes {
        keep: Choice {
            all: addresses.contains(&"all"),
            these: addresses
                .iter()
                .filter(|one| **one != "all")
                .map(|one| Address::new(*one))
                .collect(),
        },
        look: LookWish::Full,
        ..Wishes::default()
    }
}

fn repairing(addresses: &[&str]) -> Wishes {
    let Wishes { keep, .. } = keeping(addresses);
    Wishes {
        repair: keep,
        look: LookWish::Full,
        ..Wishes::default()
    }
}

pub(crate) async fn applied(event: &Event) -> Stage {
    let stage = Stage::before(event).await;
    let report = stage.apply(event, &Wishes::default()).await;
    assert!(report.is_complete(), "{report:#?}");
    // Later than the settle window, so that nothing is taken for a list that lags.
    settle(&stage);
    stage
}

pub(crate) fn settle(stage: &Stage) {
    let later = stage.now() + jiff::SignedDuration::from_mins(3);
    stage.clock.advance_to(later);
}

/// What was moved by hand: address, and the setting if it is one.
fn by_hand(moved: &[Moved]) -> BTreeSet<(String, Option<Field>)> {
    let by_hand = moved.iter().filter(|moved| moved.by == Mover::Webex);
    by_hand
        .map(|moved| (moved.address.to_string(), moved.field))
        .collect()
}

/// Something that somebody does by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deed {
    RenamesRoom,
    RenamesMeeting,
    MovesMeeting,
    TakesSomebodyOut,
    TakesModeratorsRight,
    UnpinsTab,
    TakesOffTheList,
    RenamesTeam,
}

pub(crate) const DEEDS: [Deed; 8] = [
    Deed::RenamesRoom,
    Deed::RenamesMeeting,
    Deed::MovesMeeting,
    Deed::TakesSomebodyOut,
    Deed::TakesModeratorsRight,
    Deed::UnpinsTab,
    Deed::TakesOffTheList,
    Deed::RenamesTeam,
];

fn id(thing: &Json) -> String {
    thing["id"].as_str().expect("an id").to_owned()
}

/// The remote id that the ledger has for an address.
async fn remote(stage: &Stage, address: &str) -> String {
    let records = stage.ledger.resources().await.expect("a ledger");
    let mut records = records.into_iter();
    let record = records.find(|record| record.address == address);
    record
        .unwrap_or_else(|| panic!("{address} is recorded"))
        .remote_id
}

async fn first(stage: &Stage, kind: &str, place: usize) -> String {
    let records = stage.ledger.resources().await.expect("a ledger");
    let mut names: Vec<String> = records
        .into_iter()
        .filter(|record| record.kind == kind && !record.address.ends_with(BOT))
        .map(|record| record.address)
        .collect();
    names.sort();
    names.swap_remove(place % names.len())
}

impl Deed {
    /// Does it to one of the things of its kind; what moved by that.
    pub(crate) async fn is_done(self, stage: &Stage, place: usize) -> Vec<(String, Option<Field>)> {
        let bot = Person::called(&stage.simulator, BOT);
        let host = Person::called(&stage.simulator, HOST);
        match self {
            Self::RenamesRoom => {
                let address = first(stage, "room", place).await;
                let room = remote(stage, &address).await;
                bot.renames_room(&room, "Renamed by hand").await;
                vec![(address, Some(Field::Title))]
            }
            Self::RenamesTeam => {
                let team = remote(stage, "team").await;
                let path = format!("/v1/teams/{team}");
                bot.does(Method::PUT, &path, json!({ "name": "Our own name" }))
                    .await;
                vec![("team".to_owned(), Some(Field::Name))]
            }
            Self::RenamesMeeting | Self::MovesMeeting => {
                let address = first(stage, "meeting", place).await;
                let meeting = remote(stage, &address).await;
                let (body, fields) = match self {
                    Self::MovesMeeting => (
                        json!({ "start": "2027-09-28T03:00:00Z", "end": "2027-09-28T04:10:00Z" }),
                        vec![Field::Start, Field::End],
                    ),
                    _ => (json!({ "title": "By hand" }), vec![Field::Title]),
                };
                let path = format!("/v1/meetings/{meeting}");
                host.does(Method::PATCH, &path, body).await;
                fields
                    .into_iter()
                    .map(|field| (address.clone(), Some(field)))
                    .collect()
            }
            Self::TakesSomebodyOut => {
                let address = first(stage, "membership", place).await;
                let path = format!("/v1/memberships/{}", remote(stage, &address).await);
                bot.does(Method::DELETE, &path, Json::Null).await;
                vec![(address, None)]
            }
            Self::TakesModeratorsRight => {
                let moderators: Vec<String> = all(&stage.simulator, "memberships")
                    .into_iter()
                    .filter(|member| member["isModerator"] == true)
                    .map(|member| id(&member))
                    .collect();
                let records = stage.ledger.resources().await.expect("a ledger");
                let mut records = records.into_iter().filter(|record| {
                    record.kind == "membership"
                        && moderators.contains(&record.remote_id)
                        && !record.address.ends_with(BOT)
                });
                let record = records.nth(place % 3).expect("there are moderators");
                let path = format!("/v1/memberships/{}", record.remote_id);
                bot.does(Method::PUT, &path, json!({ "isModerator": false }))
                    .await;
                vec![(record.address, Some(Field::Moderator))]
            }
            Self::UnpinsTab => {
                let address = first(stage, "tab", place).await;
                let path = format!("/v1/room/tabs/{}", remote(stage, &address).await);
                bot.does(Method::DELETE, &path, Json::Null).await;
                vec![(address, None)]
            }
            Self::TakesOffTheList => {
                let address = first(stage, "invitee", place).await;
                let path = format!("/v1/meetingInvitees/{}", remote(stage, &address).await);
                host.does(Method::DELETE, &path, Json::Null).await;
                vec![(address, None)]
            }
        }
    }
}

/// Somebody does these things; the plan names exactly them, and what is repaired or kept is so.
async fn story(deeds: &[(usize, usize)], kept: bool) -> Result<(), String> {
    let event = fair().event();
    let stage = applied(&event).await;
    let mut done = BTreeSet::new();
    let mut moved = BTreeSet::new();
    for (deed, place) in deeds {
        let deed = DEEDS[deed % DEEDS.len()];
        // Each once: a thing that was taken away has no rights to be taken.
        if done.insert(deed) {
            moved.extend(deed.is_done(&stage, *place).await);
        }
    }
    settle(&stage);
    let plan = stage.full_plan(&event).await;
    // Whoever was taken out altogether cannot be seen to have lost a right as well.
    let gone: BTreeSet<String> = moved
        .iter()
        .filter(|(_, field)| field.is_none())
        .map(|(address, _)| address.clone())
        .collect();
    moved.retain(|(address, field)| field.is_none() || !gone.contains(address));
    let named = by_hand(&plan.moved);
    if named != moved {
        return Err(format!("moved {moved:#?}\nbut named {named:#?}"));
    }
    let wishes = keeping(if kept { &["all"] } else { &[] });
    let report = stage.apply(&event, &wishes).await;
    if !report.is_complete() {
        return Err(format!("{report:#?}"));
    }
    settle(&stage);
    let after = stage.full_plan(&event).await;
    if !after.is_empty() || !after.moved.is_empty() {
        return Err(format!("not empty: {:#?} {:#?}", after.steps, after.moved));
    }
    let still = by_hand(&after.kept);
    let wanted = if kept { moved } else { BTreeSet::new() };
    if still != wanted {
        return Err(format!("kept {still:#?}\ninstead of {wanted:#?}"));
    }
    if kept {
        // And all of it can be undone.
        let report = stage.apply(&event, &repairing(&["all"])).await;
        settle(&stage);
        let after = stage.full_plan(&event).await;
        if !report.is_complete() || !after.is_empty() || !after.kept.is_empty() {
            return Err(format!("not repaired: {after:#?}"));
        }
    }
    Ok(())
}

#[test]
fn whatever_is_changed_by_hand_is_named_and_repaired_or_kept() {
    let deeds = proptest::collection::vec((0usize..8, 0usize..12), 1..5);
    check(
        12,
        (deeds, any::<bool>()),
        async |(deeds, kept): (Vec<_>, bool)| story(&deeds, kept).await,
    );
}

#[tokio::test]
async fn an_untouched_webex_has_nothing_that_moved() {
    let event = fair().event();
    let stage = applied(&event).await;
    let plan = stage.full_plan(&event).await;
    assert_eq!((plan.moved, plan.kept), (Vec::new(), Vec::new()));
}

/// The workshop, its meeting at another time and its kitchen under another name.
async fn workshop() -> (Files, Event, Stage) {
    let files = Files::of_example("workshop");
    let event = files.event();
    let stage = applied(&event).await;
    let host = Person::called(&stage.simulator, "studio@example.com");
    let meeting = meeting_id(&stage.simulator, "Tasting, all together");
    let body = json!({ "start": "2027-03-20T11:00:00+01:00", "end": "2027-03-20T12:45:00+01:00" });
    host.does(Method::PATCH, &format!("/v1/meetings/{meeting}"), body)
        .await;
    let kitchen = room_id(&stage.simulator, "The kitchen");
    let bot = Person::called(&stage.simulator, BOT);
    bot.renames_room(&kitchen, "The cellar").await;
    settle(&stage);
    (files, event, stage)
}

fn shown(plan: &Plan) -> String {
    text(plan, &TextStyle::default())
        .to_string()
        .trim_end()
        .to_owned()
}

#[tokio::test]
async fn the_plan_says_who_moved_what() {
    let (files, _, stage) = workshop().await;
    let both = files
        .edited("\"10:00-12:30\"", "\"09:00-12:30\"")
        .edited("title: Behind the counter", "title: The office")
        .event();
    let plan = stage.full_plan(&both).await;
    insta::assert_snapshot!(shown(&plan), @r"
    Cheese for beginners (cheese-workshop)
    3 to change. Times are in Europe/Paris.

    Accounts
      bot                 showcaller@webex.bot, a bot, moderates the team
      studio@example.com  a person, schedules on example.webex.com

    Changed on Webex
      2 changes repair what was changed on Webex by hand; --keep ADDRESS leaves one:
          «Tasting, all together»: time was Sat 20 Mar 10:00–12:30, is
            Sat 20 Mar 11:00–12:45, and Sat 20 Mar 09:00–12:30 in the file
            (meeting/tasting)
          «The kitchen»: title was «The kitchen», is «The cellar» (room/kitchen)

    Rooms
      ~ 2 rooms to change
          The kitchen
            title  The cellar → The kitchen (changed on Webex)
          The office
            title  Behind the counter → The office

    Meetings
      ~ 1 meeting to change in place
          Tasting, all together
            time  Sat 20 Mar 11:00–12:45 → Sat 20 Mar 09:00–12:30 (changed in the
                  file and on Webex)

    Cost
      calls     3: 2 by the bot and 1 by studio@example.com
      time      about 1 s
      meetings  0 of today's 100 for studio@example.com, 1 used before
      mails     no meeting mails
    ");
    let page = markdown(&plan);
    assert!(page.contains("### Changed on Webex"), "{page}");
}

#[tokio::test]
async fn what_is_kept_is_told_as_webex_has_it_until_it_moves_again() {
    let (files, event, stage) = workshop().await;
    let wishes = keeping(&["meeting/tasting"]);
    let plan = stage.look(&event, &wishes).await.plan;
    assert_eq!(plan.not_kept(&wishes), []);
    let report = stage.apply(&event, &wishes).await;
    assert!(report.is_complete(), "{report:#?}");
    settle(&stage);
    the(&stage.simulator, "rooms", "title", "The kitchen");
    let plan = stage.full_plan(&event).await;
    assert!(plan.is_empty());
    insta::assert_snapshot!(shown(&plan), @r"
    Cheese for beginners (cheese-workshop)
    Nothing to do: Webex is as the file asks, but for what is kept as it is there.

    Kept as on Webex
      1 difference is left alone; --repair ADDRESS ends that (--verbose shows each)
    ");

    // Run sheets and calendars tell the time at which people meet.
    let in_force = InForce::draft(event.clone(), &stage.ledger).await;
    let in_force = in_force.expect("a ledger");
    let key = &event.meetings[0].key;
    assert_eq!(in_force.kept, std::slice::from_ref(key));
    let seen = in_force.schedule.get(key).expect("it is there");
    assert_eq!(seen.start.strftime("%H:%M").to_string(), "11:00");
    assert_eq!(seen.end.strftime("%H:%M").to_string(), "12:45");

    // Under another name in the file it is still kept.
    let renamed = files
        .clone()
        .edited("  tasting:\n", "  degustation:\n    previously: tasting\n")
        .edited("before: tasting", "before: degustation")
        .edited("tasting.join", "degustation.join")
        .event();
    let plan = stage.look(&renamed, &Wishes::default()).await.plan;
    assert_eq!(by_hand(&plan.kept).len(), 2, "{:#?}", plan.kept);
    let report = stage.apply(&renamed, &Wishes::default()).await;
    assert!(report.is_complete(), "{report:#?}");
    let plan = stage.full_plan(&renamed).await;
    assert_eq!((plan.steps.len(), plan.kept.len()), (0, 2));

    // The file moves on: it is a difference again, and the file moved it.
    let later = renamed.clone();
    let mut later = later;
    later.meetings[0].start = later.meetings[0]
        .start
        .saturating_sub(jiff::Span::new().hours(1));
    let plan = stage.full_plan(&later).await;
    assert_eq!(plan.steps.len(), 1);
    let movers: Vec<Mover> = plan.moved.iter().map(|moved| moved.by).collect();
    assert_eq!(movers, [Mover::File]);
    let report = stage.apply(&later, &Wishes::default()).await;
    assert!(report.is_complete(), "{report:#?}");
    let plan = stage.full_plan(&later).await;
    assert!(plan.is_empty() && plan.kept.is_empty(), "{:#?}", plan.kept);
}

#[tokio::test]
async fn what_cannot_be_kept_says_why() {
    let event = Files::of_example("workshop").event();
    let stage = applied(&event).await;
    let bot = Person::called(&stage.simulator, BOT);
    bot.archives_room(&room_id(&stage.simulator, "Behind the counter"))
        .await;
    settle(&stage);
    let wishes = keeping(&["room/back-office", "room/kitchen"]);
    let plan = stage.look(&event, &wishes).await.plan;
    let told: Vec<String> = plan
        .not_kept(&wishes)
        .iter()
        .map(|not| format!("{} {}: {}", not.flag, not.address, not.why))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    --keep room/back-office: is gone, and what is gone cannot be kept: take it out of the file, or make it anew with --recreate
    --keep room/kitchen: is as the file asks, or cannot be seen, so that there is nothing to keep
    ");
    let wishes = repairing(&["room/kitchen"]);
    let plan = stage.look(&event, &wishes).await.plan;
    assert_eq!(plan.not_kept(&wishes).len(), 1);
}
