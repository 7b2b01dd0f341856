//! Promise 2 for a Webex that throttles, fails, lies and stalls: whatever it does, an `apply` ends
//! with the right world or with a report of what is left, nothing comes twice, nothing is lost,
//! and once Webex is well again a few more runs finish.
//!
//! A walk is one schedule: a random event and a random change of it, random faults and unknowns.
//! Everything comes from one number, its seed. `SHOWCALLER_SEED=N` walks that one alone,
//! `SHOWCALLER_SCHEDULES=N` another number of them, from `SHOWCALLER_FROM=N` on, and
//! `SHOWCALLER_LONG=1` a hundred thousand.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde_json::{Value, json};
use showcaller_engine::{NoProgress, Report};
use showcaller_event::Event;
use showcaller_event::model::{Address, Room};
use showcaller_plan::{Action, Cannot, CannotReason, Plan, Recreate, Wishes};
use showcaller_simulator::Fault;

use crate::after_apply_a_apply_b::{differences, only_for_good, only_protected, stage_for};
use crate::by_hand::Person;
use crate::random::{Story, of_seed, short_stories};
use crate::stage::{Stage, every_flag, switched};

#[path = "whatever/found.rs"]
mod found;
#[path = "whatever/given_up.rs"]
mod given_up;
#[path = "whatever/links.rs"]
mod links;
#[path = "whatever/lists.rs"]
mod lists;
#[path = "whatever/schedule.rs"]
mod schedule;

use given_up::GivenUp;
use schedule::Schedule;

/// Runs that it may take, once Webex is well again, until nothing is left to do.
const FEW: usize = 4;

/// Everything may be removed, but nothing is made anew: what Webex does not show at the moment is
/// not gone.
pub(crate) fn careful() -> Wishes {
    Wishes {
        recreate: Recreate::Nothing,
        ..every_flag()
    }
}

struct Walk {
    stage: Stage,
    schedule: Schedule,
    before: Event,
    after: Event,
    /// Rooms and meetings that nobody asked to remove, by their ids.
    keep: BTreeMap<String, String>,
}

impl Walk {
    async fn begin(seed: u64) -> Result<Self, String> {
        let story: Story = of_seed(&short_stories(), seed);
        let (before, after) = (story.before.event(0)?, story.after.event(0)?);
        let host = after.webex.hosts[0].email.to_string();
        let schedule = Schedule::of(seed, &host);
        let mut stage = stage_for(&before, &after, |config| {
            let settings = schedule.settings.iter().map(String::as_str);
            config.switches = switched(settings);
            config.seed = seed;
            if !schedule.judged {
                config.strict = false;
            }
        })
        .await;
        stage.in_flight = schedule.in_flight;
        let stage = stage.beside_messages().await;
        Ok(Self {
            stage,
            schedule,
            before,
            after,
            keep: BTreeMap::new(),
        })
    }

    fn breaks(&self) {
        let faults = self.schedule.faults.iter();
        let faults = faults.map(|line| line.parse::<Fault>().expect("a fault"));
        self.stage.simulator.set_faults(faults.collect());
    }

    fn heals(&self) {
        self.stage.simulator.set_faults(Vec::new());
        // What was made by a clock that was ahead is still to come for one that is right, and an hour
        // that Webex asked to be left alone for meetings is kept.
        self.passes(SignedDuration::from_secs(3_601 + 301));
    }

    fn passes(&self, time: SignedDuration) {
        self.stage.clock.advance_to(self.stage.now() + time);
    }

    /// Something that Showcaller did not make.
    async fn by_hand(&mut self) {
        let host = self.after.webex.hosts[0].email.to_string();
        let person = Person::called(&self.stage.simulator, &host);
        let room = json!({"title": "Somebody's own"});
        let room = person.does(http::Method::POST, "/v1/rooms", room).await;
        self.keep(&room, "a room that somebody made by hand");
    }

    fn both(&self) -> [&Event; 2] {
        [&self.before, &self.after]
    }

    fn keep(&mut self, thing: &Value, what: &str) {
        let id = thing["id"].as_str().expect("an id").to_owned();
        self.keep.insert(id, what.to_owned());
    }

    /// Remembers what must survive the change: what exists and is neither removed nor made anew.
    async fn remember(&mut self) {
        let outlook = self.stage.look(&self.after, &every_flag()).await;
        let ended = outlook.plan.steps.iter().map(|step| &step.action);
        let ended: Vec<String> = ended
            .filter(|action| action.removes() || matches!(action, Action::ReplaceMeeting { .. }))
            .map(|action| format!("{action:?}"))
            .collect();
        for record in self.stage.ledger.resources().await.expect("a ledger") {
            let kept = matches!(&*record.kind, "room" | "meeting" | "team");
            if kept
                && !ended
                    .iter()
                    .any(|action| action.contains(&record.remote_id))
            {
                self.keep.insert(record.remote_id, record.address);
            }
        }
    }

    /// One command while Webex does what it likes.
    async fn command(&self, event: &Event) -> Result<(), String> {
        let engine = self.stage.engine(event);
        let wishes = careful();
        let looked = engine.look_settled(event, &wishes, &NoProgress).await;
        let outlook = match looked {
            Ok(outlook) => outlook,
            Err(error) => return is_clear(&error.to_string()),
        };
        if !outlook.plan.guard_rails.is_empty() {
            return Ok(());
        }
        let plan = outlook.plan.clone();
        match self.stage.try_outlook(event, outlook).await {
            Err(error) => is_clear(&error.to_string()),
            Ok(report) => self.judge(event, &plan, &report).await,
        }
    }

    /// A report that calls itself complete is right, and any other says what is left.
    async fn judge(&self, event: &Event, plan: &Plan, report: &Report) -> Result<(), String> {
        for failure in report.failed.iter().chain(&report.unclear) {
            is_clear(&failure.sentence)?;
        }
        if let Some(error) = &report.trouble {
            is_clear(&error.to_string())?;
        }
        let whole = plan.held.is_empty() && plan.cannot.is_empty() && plan.unseen.is_empty();
        if !(report.is_complete() && whole) || self.schedule.is_beyond() {
            return Ok(());
        }
        let wrong = self.wrong(event, plan).await;
        if wrong.is_empty() {
            return Ok(());
        }
        Err(format!("called complete, but {wrong:#?}"))
    }

    async fn wrong(&self, event: &Event, plan: &Plan) -> Vec<String> {
        let mut wrong = differences(&self.stage, event, plan).await;
        // Whoever is told to wait again and again may come too late: the plan says so.
        let late = |cannot: &Cannot| cannot.reason == CannotReason::Past;
        if plan.cannot.iter().any(late) {
            let excused = ["0 meetings", "Cannot"];
            wrong.retain(|difference| !excused.iter().any(|one| difference.starts_with(one)));
        }
        wrong
    }

    /// What shows too late is there twice, and the plan says so; or it is something that was given up
    /// and that bears no mark, or lies where nobody looks.
    async fn excuse_what_is_told(&self, twice: &[Cannot], wrong: &mut Vec<String>) {
        let given_up = GivenUp::of(&self.stage).await;
        let addresses = || twice.iter().map(|cannot| &cannot.address);
        let titles = |event| addresses().filter_map(move |address| title_of(event, address));
        let titles: Vec<String> = titles(&self.after).chain(titles(&self.before)).collect();
        let team = addresses().any(|address| *address == Address::team());
        let general = format!("a room «{}» too many", self.after.webex.team);
        wrong.retain(|difference| {
            let more = difference.ends_with(" too many");
            let several = difference.starts_with(char::is_numeric) && !difference.starts_with('0');
            let twin = (more || several) && titles.iter().any(|title| difference.contains(title));
            let teams = team && (difference.ends_with(" teams") || *difference == general);
            let tabs = difference
                .split_once(": tabs is ")
                .is_some_and(|(room, _)| {
                    let mut rooms = self.after.rooms.iter();
                    let room = rooms.find(|other| Address::room(&other.key).as_str() == room);
                    room.is_some_and(|room| addresses().any(|told| shows(room, told)))
                });
            !(twin || teams || tabs || given_up.excuses(difference))
        });
    }

    /// Nothing is there twice, and nothing is gone that nobody asked to remove.
    fn nothing_twice_nothing_lost(&self, events: &[&Event]) -> Result<(), String> {
        let world = self.stage.simulator.world();
        let lost = lost(&world, &self.keep);
        if !lost.is_empty() {
            return Err(format!("lost: {lost:#?}"));
        }
        let twice = twice(&world, events);
        if twice.is_empty() || self.schedule.is_beyond() {
            return Ok(());
        }
        Err(format!("twice: {twice:#?}"))
    }

    /// Webex is well again: a few runs, and nothing is left.
    async fn comes_right(&self) -> Result<(), String> {
        let mut last = String::new();
        for _ in 0..FEW {
            self.passes(SignedDuration::from_secs(61));
            let engine = self.stage.engine(&self.after);
            let wishes = every_flag();
            let looked = engine.look_settled(&self.after, &wishes, &NoProgress).await;
            let outlook = looked.map_err(|error| format!("well again, but {error}"))?;
            let done = outlook.plan.is_empty() && outlook.plan.adoptions.is_empty();
            let report = self.stage.try_outlook(&self.after, outlook).await;
            let report = report.map_err(|error| format!("well again, but {error}"))?;
            self.nothing_twice_nothing_lost(&self.both())?;
            if done && report.is_complete() {
                return self.is_right().await;
            }
            last = format!("{report:#?}");
        }
        Err(format!("{FEW} runs were not enough: {last}"))
    }

    async fn is_right(&self) -> Result<(), String> {
        self.stage.messages_are_untouched().await;
        let mut rest = self.stage.look(&self.after, &every_flag()).await.plan;
        if !rest.steps.is_empty() {
            return Err(format!("left: {:#?}", rest.steps));
        }
        only_protected(&rest)?;
        // Then Webex may have got something twice: the plan says so, and takes nothing away.
        let all = std::mem::take(&mut rest.cannot).into_iter();
        let (twice, other): (Vec<Cannot>, Vec<Cannot>) =
            all.partition(|cannot| is_twice(cannot.reason));
        if !twice.is_empty() && !self.schedule.is_beyond() {
            return Err(format!("twice: {twice:#?}"));
        }
        rest.cannot = other;
        only_for_good(&rest)?;
        let mut open = self.stage.open_operations().await;
        let is_told = |address: &str| twice.iter().any(|told| told.address.as_str() == address);
        open.retain(|intent| !is_told(&intent.address));
        if !open.is_empty() {
            return Err(format!("open: {open:#?}"));
        }
        let mut wrong = self.wrong(&self.after, &rest).await;
        if self.schedule.is_beyond() {
            self.excuse_what_is_told(&twice, &mut wrong).await;
        }
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(format!("at the end {wrong:#?}"))
        }
    }
}

/// Whether a tab of this room is what is told of, or leads to it.
fn shows(room: &Room, told: &Address) -> bool {
    room.tabs.iter().any(|tab| {
        let mut meetings = tab.url.meetings().map(Address::meeting);
        Address::tab(&room.key, &tab.name) == *told || meetings.any(|meeting| meeting == *told)
    })
}

/// Whether something is there more than once: one of them is the event's, or any may be.
fn is_twice(reason: CannotReason) -> bool {
    matches!(reason, CannotReason::Twice | CannotReason::Ambiguous)
}

/// What a room or meeting is called, as differences have it.
fn title_of(event: &Event, address: &Address) -> Option<String> {
    let mut rooms = event.rooms.iter();
    let room = rooms.find(|room| Address::room(&room.key) == *address);
    let mut meetings = event.meetings.iter();
    let meeting = meetings.find(|meeting| Address::meeting(&meeting.key) == *address);
    let title = room
        .map(|room| &room.title)
        .or(meeting.map(|meeting| &meeting.title));
    title.map(|title| format!("«{title}»"))
}

fn is_clear(sentence: &str) -> Result<(), String> {
    let clear = sentence.len() >= 15 && sentence.contains(' ');
    clear
        .then_some(())
        .ok_or_else(|| format!("not clear: {sentence:?}"))
}

fn all<'w>(world: &'w Value, kind: &str) -> impl Iterator<Item = &'w Value> {
    world[kind].as_array().into_iter().flatten()
}

fn lost(world: &Value, keep: &BTreeMap<String, String>) -> Vec<String> {
    let things = ["teams", "rooms", "meetings"];
    let there: BTreeSet<&str> = things
        .into_iter()
        .flat_map(|kind| all(world, kind))
        .filter(|thing| thing["isReadOnly"] != true)
        .filter_map(|thing| thing["id"].as_str())
        .collect();
    let gone = keep.iter().filter(|(id, _)| !there.contains(id.as_str()));
    gone.map(|(_, what)| what.clone()).collect()
}

/// What is in the world more often than all these events together ask for. While one becomes the
/// other, a title or a slot may be that of two things: of one that was not changed yet, and of one
/// that was.
fn twice(world: &Value, events: &[&Event]) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |what: String| *seen.entry(what).or_default() += 1;
    for team in all(world, "teams") {
        count(format!("team {}", team["name"]));
    }
    for room in all(world, "rooms") {
        if room["teamId"].is_string() && room["isReadOnly"] != true {
            count(format!("room {}", room["title"]));
        }
    }
    for tab in all(world, "roomTabs") {
        count(format!("tab {} {}", tab["roomId"], tab["displayName"]));
    }
    for meeting in all(world, "meetings") {
        count(format!(
            "meeting {} {}",
            meeting["title"],
            instant(&meeting["start"])
        ));
    }
    for invitee in all(world, "meetingInvitees") {
        count(format!(
            "invitee {} {}",
            invitee["meetingId"], invitee["email"]
        ));
    }
    let asked = |what: &String| -> usize { events.iter().map(|event| asks(event, what)).sum() };
    seen.into_iter()
        .filter(|(what, times)| *times > asked(what))
        .map(|(what, times)| format!("{what}: {times}"))
        .collect()
}

/// How often an event asks for something.
fn asks(event: &Event, what: &str) -> usize {
    let meetings = event.meetings.iter().filter(|meeting| {
        let title = json!(meeting.title);
        what == format!("meeting {title} {}", meeting.start.timestamp())
    });
    // The General room is called like its team, and a room may be, too.
    let general = usize::from(what == format!("room {}", json!(event.webex.team)));
    meetings.count().max(1) + general
}

fn instant(value: &Value) -> String {
    let instant = value
        .as_str()
        .and_then(|text| text.parse::<jiff::Timestamp>().ok());
    instant.map_or_else(String::new, |instant| instant.to_string())
}

async fn walk(seed: u64) -> Result<(), String> {
    let mut walk = Walk::begin(seed).await?;
    walk.by_hand().await;
    let walked = async {
        if walk.schedule.calm_at_first {
            walk.stage.apply(&walk.before, &every_flag()).await;
            walk.passes(SignedDuration::from_secs(61));
            walk.remember().await;
            walk.breaks();
        } else {
            walk.breaks();
            walk.command(&walk.before).await?;
            walk.nothing_twice_nothing_lost(&[&walk.before])?;
        }
        walk.command(&walk.after).await?;
        walk.nothing_twice_nothing_lost(&walk.both())?;
        walk.passes(SignedDuration::from_secs(20));
        walk.command(&walk.after).await?;
        walk.nothing_twice_nothing_lost(&walk.both())?;
        walk.heals();
        walk.comes_right().await
    };
    let outcome = walked.await;
    outcome.map_err(|trouble| {
        let Schedule {
            settings,
            faults,
            in_flight,
            ..
        } = &walk.schedule;
        walk.stage.simulator.set_faults(Vec::new());
        format!(
            "SHOWCALLER_SEED={seed}: {trouble}\nsettings {settings:#?}\nfaults {faults:#?}\n\
             {in_flight} in flight, calm at first: {}",
            walk.schedule.calm_at_first
        )
    })
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Which seeds: the one that was asked for, or so many.
fn seeds() -> std::ops::Range<u64> {
    if let Some(seed) = number("SHOWCALLER_SEED") {
        return seed..seed + 1;
    }
    let usual = match std::env::var_os("SHOWCALLER_LONG") {
        Some(_) => 100_000,
        None => 1_000,
    };
    let first = number("SHOWCALLER_FROM").unwrap_or(0);
    first..first + number("SHOWCALLER_SCHEDULES").unwrap_or(usual)
}

/// Walks every other seed, from the first or the second on, until some have failed.
fn every_other(first: usize) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let troubles = seeds().skip(first).step_by(2).filter_map(|seed| {
        let walked = runtime.block_on(walk(seed));
        walked.err()
    });
    let enough = std::env::var_os("SHOWCALLER_LONG").map_or(3, |_| 30);
    troubles.take(enough).collect()
}

#[test]
fn a_schedule_ends_right_or_says_what_is_left_and_later_runs_finish() {
    let failed: Vec<String> = std::thread::scope(|scope| {
        let second = scope.spawn(|| every_other(1));
        let mut failed = every_other(0);
        failed.extend(second.join().expect("a walk that ends"));
        failed
    });
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}
