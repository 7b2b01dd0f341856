//! A slip moves everything that follows: the bot's answers, the cues, the run sheet, the calendars and the
//! plan say the same instant, Webex follows where it lets us, and an undo puts all of it back.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;
use showcaller_engine::cues::{NewEntry, log};
use showcaller_engine::{Followed, InForce, NotFollowed, SlipBasis, SlipWritten};
use showcaller_event::Event;
use showcaller_event::model::{DayId, MeetingKey};
use showcaller_plan::{Action, Plan, Wishes};
use showcaller_render::calendar::Appointment;
use showcaller_render::facts::Told;
use showcaller_render::runsheet::{Audience, RunSheet};
use showcaller_show::slip::{Proposal, Wish};
use showcaller_show::{By, Entry, Via};
use showcaller_simulator::Simulator;

use crate::bot_stage::{BotStage, reference};
use crate::by_hand::{Person, all, meeting_id, the};
use crate::stage::{Stage, switched};

const HOST: &str = "events@example.com";

/// The reference event as it was applied, at this time of its third day.
async fn third_day(settings: &[&str], time: &str) -> (Stage, Event) {
    let event = reference().event();
    let switches = switched(settings.iter().copied());
    let stage = Stage::with(&event, |config| config.switches = switches).await;
    let files = reference();
    crate::one_schedule_is_in_force::apply(&stage, &files).await;
    let at: Timestamp = format!("2027-10-08T{time}+02:00").parse().expect("a time");
    showcaller_clock::Clock::sleep_until(&stage.clock, at).await;
    (stage, event)
}

async fn in_force(stage: &Stage) -> InForce {
    let in_force = InForce::read(&stage.ledger).await.expect("a ledger");
    in_force.expect("something was applied")
}

/// What a slip of the third day would do.
async fn proposed(stage: &Stage, minutes: i64) -> Proposal {
    let wish = Wish {
        day: DayId::new("day-3"),
        minutes,
        from: None,
        rooms: BTreeSet::new(),
    };
    let basis = SlipBasis::read(&stage.ledger).await.expect("a ledger");
    let basis = basis.expect("something was applied");
    basis
        .propose(&wish, stage.now())
        .expect("a day of the event")
}

/// Writes an entry into the show log; its number.
async fn logs(stage: &Stage, entry: Entry) -> i64 {
    let head = stage.ledger.show_log_head().await.expect("a ledger");
    let entry = NewEntry {
        key: format!("test/{head}"),
        by: By {
            name: "ann@laptop".to_owned(),
            account: None,
            via: Via::Terminal,
        },
        entry,
    };
    // The runner may write meanwhile, for example that people wait.
    let logged = log(&stage.ledger, &[entry], None, stage.now()).await;
    assert!(
        matches!(logged, Ok(showcaller_ledger::Logging::Written(_))),
        "{logged:?}"
    );
    stage.ledger.show_log_head().await.expect("a ledger")
}

async fn slips(stage: &Stage, minutes: i64) -> i64 {
    let proposal = proposed(stage, minutes).await;
    logs(stage, proposal.entry).await
}

async fn follows(stage: &Stage, event: &Event) -> Followed {
    let followed = stage.engine(event).follow_slips().await;
    followed.expect("a ledger and a bot")
}

fn start(simulator: &Simulator, title: &str) -> Value {
    the(simulator, "meetings", "title", title)["start"].clone()
}

fn assert_settled(plan: &Plan) {
    assert!(plan.is_empty(), "{:#?}", plan.steps);
    assert!(plan.held.is_empty() && plan.cannot.is_empty(), "{plan:#?}");
    assert!(plan.moved.is_empty(), "{:#?}", plan.moved);
}

fn clock(at: &jiff::Zoned) -> String {
    at.strftime("%H:%M").to_string()
}

#[tokio::test]
async fn whatever_is_asked_says_the_same_instant() {
    let bot = BotStage::new().await;
    bot.is("2027-10-08T09:10:00+02:00");
    let replica = bot.serves().await;
    slips(&bot.stage, 20).await;
    bot.passes(10).await;

    // The bot.
    let coach = bot
        .event
        .people
        .iter()
        .find(|person| person.teams.iter().any(|team| team.as_str() == "team-1"));
    let coach = coach.expect("somebody of team 1").email.clone();
    let room = bot.room("Team 1");
    bot.asks(coach.as_str(), "Team 1", "agenda").await;
    bot.passes(10).await;
    let said = bot.texts_in(&room).join("\n");
    assert!(said.contains("10:20"), "{said}");

    // The run sheet, the calendar, the cues, and what is in force.
    let in_force = in_force(&bot.stage).await;
    let meeting = |key: &str| {
        in_force
            .event
            .meeting(&MeetingKey::new(key))
            .expect("a meeting")
    };
    let breakout = meeting("breakout/team-1/day-3");
    assert_eq!(
        (clock(&breakout.start), clock(&breakout.end)),
        ("10:20".into(), "13:20".into())
    );
    let opening = meeting("opening/day-3");
    assert_eq!(
        (clock(&opening.start), clock(&opening.end)),
        ("09:00".into(), "15:35".into())
    );
    let told = Told::default();
    let appointment = Appointment::of(breakout, &told);
    assert_eq!(appointment.start, breakout.start);
    let sheet = RunSheet::of(&in_force.event, &told, Audience::Organiser);
    assert!(sheet.rows().iter().any(|row| row.start == breakout.start));
    let due = |cue: &str| {
        let cues = in_force.event.cues.iter();
        let cue = cues
            .into_iter()
            .find(|it| it.key.to_string() == cue)
            .expect("a cue");
        clock(&cue.due(&cue.to[0], &in_force.schedule).expect("a time"))
    };
    assert_eq!(due("general-session/day-3"), "13:40");
    assert_eq!(due("check-out/day-3"), "15:45");
    assert_eq!(due("celebration/day-3"), "16:40");
    assert_settled(&bot.stage.full_plan(&bot.event).await);
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn webex_follows_and_no_plan_has_anything_to_do() {
    let (stage, event) = third_day(&[], "09:10").await;
    Person::called(&stage.simulator, HOST)
        .starts_meeting(&meeting_id(&stage.simulator, "Day 3 - Opening and pitches"))
        .await;
    let before = all(&stage.simulator, "meetings");
    let number = slips(&stage, 20).await;
    let plan = stage.full_plan(&event).await;
    assert_settled(&plan);
    let notes: Vec<&str> = plan
        .notes
        .iter()
        .map(|note| note.sentence.as_str())
        .collect();
    assert_eq!(notes, ["12 meetings are moved by slips."]);

    let followed = follows(&stage, &event).await;
    assert_eq!(followed.waiting, []);
    assert_eq!(followed.moved.len(), 11);
    assert_eq!(
        start(&stage.simulator, "Jury deliberation"),
        "2027-10-08T13:40:00Z"
    );
    let opening = the(
        &stage.simulator,
        "meetings",
        "title",
        "Day 3 - Opening and pitches",
    );
    assert_eq!(opening["end"], "2027-10-08T13:15:00Z", "people are in it");
    assert_settled(&stage.full_plan(&event).await);
    let (again, calls) = stage.calls_of(follows(&stage, &event)).await;
    assert_eq!((again.moved.len(), calls), (0, 0), "all are there");

    let basis = SlipBasis::read(&stage.ledger).await.expect("a ledger");
    let basis = basis.expect("something was applied");
    let undo = basis.propose_undo(number, stage.now()).expect("a slip");
    logs(&stage, undo.entry).await;
    assert_settled(&stage.full_plan(&event).await);
    assert_eq!(follows(&stage, &event).await.moved.len(), 11);
    assert_settled(&stage.full_plan(&event).await);
    let times = |meetings: &[Value]| -> Vec<(Value, Value)> {
        let times = meetings.iter();
        times
            .map(|it| (it["start"].clone(), it["end"].clone()))
            .collect()
    };
    assert_eq!(times(&all(&stage.simulator, "meetings")), times(&before));
    assert_eq!(in_force(&stage).await.event, event);
}

#[tokio::test]
async fn a_meeting_that_people_are_in_is_earlier_on_webex() {
    let (stage, event) = third_day(&[], "15:00").await;
    slips(&stage, 20).await;
    let jury = meeting_id(&stage.simulator, "Jury deliberation");
    let host = Person::called(&stage.simulator, HOST);
    host.starts_meeting(&jury).await;
    let followed = follows(&stage, &event).await;
    let key = MeetingKey::new("jury-deliberation");
    assert_eq!(followed.waiting, [(key.clone(), NotFollowed::InUse)]);
    assert_eq!(
        start(&stage.simulator, "Jury deliberation"),
        "2027-10-08T13:20:00Z"
    );
    assert_settled(&stage.full_plan(&event).await);
    // They leave, and it follows; or the new start passes, and it stays.
    host.ends_meeting(&jury).await;
    assert_eq!(follows(&stage, &event).await.moved, [key]);
    let closing = meeting_id(&stage.simulator, "Day 3 - Closing and celebration");
    slips(&stage, 20).await;
    host.starts_meeting(&closing).await;
    let later: Timestamp = "2027-10-08T17:11:00+02:00".parse().expect("a time");
    showcaller_clock::Clock::sleep_until(&stage.clock, later).await;
    host.ends_meeting(&closing).await;
    let (followed, calls) = stage.calls_of(follows(&stage, &event)).await;
    assert_eq!(
        (followed.moved.len(), followed.waiting.len(), calls),
        (0, 0, 0)
    );
    assert_settled(&stage.full_plan(&event).await);
    let in_force = in_force(&stage).await;
    let earlier: Vec<&str> = in_force
        .elsewhere_on_webex()
        .map(|(key, _)| key.as_str())
        .collect();
    assert!(earlier.contains(&"closing/day-3"), "{earlier:?}");
}

#[tokio::test]
async fn a_link_that_changes_by_it_is_reported() {
    let (stage, event) = third_day(&["link-on-move=change"], "09:10").await;
    slips(&stage, 20).await;
    let followed = follows(&stage, &event).await;
    assert_eq!(followed.link_changes.len(), followed.moved.len());
    let link = the(&stage.simulator, "meetings", "title", "Jury deliberation")["webLink"].clone();
    let in_force = in_force(&stage).await;
    let facts = in_force.facts(&MeetingKey::new("jury-deliberation"));
    let known = facts.and_then(|facts| facts.link.as_ref().map(|link| link.expose().to_owned()));
    assert_eq!(known.as_deref(), link.as_str());
    assert_settled(&stage.full_plan(&event).await);
}

#[tokio::test]
async fn a_later_file_ends_the_slip_of_the_meeting_that_it_moves() {
    let (stage, event) = third_day(&[], "09:10").await;
    slips(&stage, 20).await;
    follows(&stage, &event).await;
    let later = reference().edited("\"15:20-16:20\"", "\"15:25-16:25\"");
    let plan = stage.full_plan(&later.event()).await;
    let steps: Vec<&str> = plan
        .steps
        .iter()
        .map(|step| step.address.as_str())
        .collect();
    assert_eq!(steps, ["meeting/jury-deliberation"]);
    assert!(matches!(plan.steps[0].action, Action::ChangeMeeting { .. }));
    let said = plan.notes.iter().find(|note| note.address.is_some());
    insta::assert_snapshot!(said.expect("a note").sentence, @"The file moves «Jury deliberation» to a time of its own: what slipped does not count for it any more.");
    crate::one_schedule_is_in_force::apply(&stage, &later).await;
    assert_settled(&stage.full_plan(&later.event()).await);
    assert_eq!(
        start(&stage.simulator, "Jury deliberation"),
        "2027-10-08T13:25:00Z"
    );
    assert_eq!(follows(&stage, &event).await.moved, []);
    let closing = start(&stage.simulator, "Day 3 - Closing and celebration");
    assert_eq!(
        closing, "2027-10-08T14:50:00Z",
        "the others stay where the slip put them"
    );
    crate::one_schedule_is_in_force::apply(&stage, &reference()).await;
    let jury = start(&stage.simulator, "Jury deliberation");
    assert_eq!(jury, "2027-10-08T13:20:00Z", "the slip does not come back");
}

#[tokio::test]
async fn a_process_without_the_hosts_token_says_so() {
    let (stage, event) = third_day(&[], "09:10").await;
    slips(&stage, 20).await;
    let mut without = event.clone();
    without.webex.hosts.clear();
    let followed = stage
        .engine(&without)
        .follow_slips()
        .await
        .expect("a ledger");
    assert_eq!(followed.moved, []);
    let waits = followed.waiting.iter();
    assert!(waits.clone().count() == 11, "{:?}", followed.waiting);
    assert!(
        waits
            .into_iter()
            .all(|(_, why)| matches!(why, NotFollowed::NoToken(_)))
    );
}

#[tokio::test]
async fn what_else_changes_about_a_slipped_meeting_is_changed_where_it_is() {
    let (stage, _) = third_day(&[], "09:10").await;
    slips(&stage, 20).await;
    let renamed = reference().edited(
        "title: Jury deliberation",
        "title: Deliberation of the jury",
    );
    let outlook = stage.look(&renamed.event(), &Wishes::default()).await;
    let Action::ChangeMeeting { changes, .. } = &outlook.plan.steps[0].action else {
        panic!("{:#?}", outlook.plan.steps);
    };
    assert_eq!(changes.len(), 1);
    crate::one_schedule_is_in_force::apply(&stage, &renamed).await;
    assert_settled(&stage.full_plan(&renamed.event()).await);
    let followed = follows(&stage, &renamed.event()).await;
    assert_eq!(followed.moved.len(), 11, "Webex had the time of before");
    assert_eq!(
        start(&stage.simulator, "Deliberation of the jury"),
        "2027-10-08T13:40:00Z"
    );
}

fn ann() -> By {
    By {
        name: "ann@laptop".to_owned(),
        account: None,
        via: Via::Terminal,
    }
}

async fn basis(stage: &Stage) -> SlipBasis {
    let basis = SlipBasis::read(&stage.ledger).await.expect("a ledger");
    basis.expect("something was applied")
}

#[tokio::test]
async fn a_cue_that_a_slip_makes_due_in_the_past_is_held_with_it() {
    let (stage, _) = third_day(&[], "13:15").await;
    let by_call = "    send: by-call                  # goes when the operator says go\n";
    crate::one_schedule_is_in_force::apply(&stage, &reference().edited(by_call, "")).await;
    let entry = proposed(&stage, -10).await.entry;
    let basis = basis(&stage).await;
    let before = stage.now();
    let written = basis.write(&stage.ledger, &ann(), &entry, before).await;
    assert_eq!(written.expect("a ledger"), SlipWritten::Written(1));
    let again = basis.write(&stage.ledger, &ann(), &entry, before).await;
    assert_eq!(again.expect("a ledger"), SlipWritten::Written(1), "once");
    let log = self::basis(&stage).await.log;
    let held: Vec<String> = log[1..]
        .iter()
        .map(|it| match &it.entry {
            Entry::Hold { cue } => cue.to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(held, ["general-session/day-3"]);
}

#[tokio::test]
async fn a_slip_is_not_written_on_another_revision_than_it_was_shown_on() {
    let (stage, _) = third_day(&[], "09:10").await;
    let basis = basis(&stage).await;
    let entry = proposed(&stage, 15).await.entry;
    let later = reference().edited("\"15:20-16:20\"", "\"15:25-16:25\"");
    crate::one_schedule_is_in_force::apply(&stage, &later).await;
    let written = basis
        .write(&stage.ledger, &ann(), &entry, stage.now())
        .await;
    assert!(
        matches!(written, Ok(SlipWritten::Applied(_))),
        "{written:?}"
    );
    assert_eq!(stage.ledger.show_log_head().await.expect("a ledger"), 0);
}

#[tokio::test]
async fn a_slip_for_the_times_of_a_file_before_ends_when_the_same_file_is_applied_again() {
    let (stage, _) = third_day(&[], "09:10").await;
    let stale = proposed(&stage, 15).await.entry;
    let later = reference().edited("\"15:20-16:20\"", "\"15:25-16:25\"");
    crate::one_schedule_is_in_force::apply(&stage, &later).await;
    logs(&stage, stale).await;
    crate::one_schedule_is_in_force::apply(&stage, &later).await;
    let log = basis(&stage).await.log;
    let Some(Entry::EndSlips { meetings }) = log.last().map(|it| &it.entry) else {
        panic!("{log:?}");
    };
    assert_eq!(meetings, &[MeetingKey::new("jury-deliberation")]);
}

#[tokio::test]
async fn a_meeting_that_webex_begins_later_than_the_schedule_is_said() {
    let (stage, event) = third_day(&[], "15:00").await;
    let number = slips(&stage, 20).await;
    follows(&stage, &event).await;
    let later: Timestamp = "2027-10-08T15:25:00+02:00".parse().expect("a time");
    showcaller_clock::Clock::sleep_until(&stage.clock, later).await;
    let log = basis(&stage).await.log;
    let slip = log.iter().find(|it| it.number == number);
    let slip = slip.expect("the slip").key.clone();
    logs(&stage, Entry::UndoSlip { slip, number }).await;
    let followed = follows(&stage, &event).await;
    let there = "2027-10-08T15:40:00+02:00".parse().expect("a time");
    let jury = MeetingKey::new("jury-deliberation");
    assert!(
        followed
            .waiting
            .contains(&(jury, NotFollowed::BeginsLater(there))),
        "{followed:?}"
    );
}

#[tokio::test]
async fn fifteen_minutes_of_two_operators_are_not_thirty() {
    let (stage, _) = third_day(&[], "09:10").await;
    let basis = || async {
        let basis = SlipBasis::read(&stage.ledger).await.expect("a ledger");
        basis.expect("something was applied")
    };
    let by = |name: &str| By {
        name: name.to_owned(),
        account: None,
        via: Via::Terminal,
    };
    let (ann, ben) = (basis().await, basis().await);
    let entry = proposed(&stage, 15).await.entry;
    let now = stage.now();
    // A go in between moves nothing.
    let cue = ann.in_force.event.cues[0].key.clone();
    logs(&stage, Entry::Go { cue }).await;
    let first = ann.write(&stage.ledger, &by("ann"), &entry, now).await;
    assert_eq!(first.expect("a ledger"), SlipWritten::Written(2));
    let again = ann.write(&stage.ledger, &by("ann"), &entry, now).await;
    assert_eq!(
        again.expect("a ledger"),
        SlipWritten::Written(2),
        "one entry"
    );
    let second = ben.write(&stage.ledger, &by("ben"), &entry, now).await;
    let SlipWritten::Changed(meanwhile) = second.expect("a ledger") else {
        panic!("thirty minutes");
    };
    assert_eq!((meanwhile.len(), meanwhile[0].by.name.as_str()), (1, "ann"));
    assert_eq!(stage.ledger.show_log_head().await.expect("a ledger"), 2);
}
