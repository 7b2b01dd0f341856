//! Whoever was ever given a calendar entry is told of its end, and who was invited without a mail is not
//! forgotten.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use proptest::collection::vec;
use proptest::prelude::*;
use showcaller_engine::{CalendarOf, InForce};
use showcaller_event::Event;
use showcaller_event::model::{Address, Email, Meeting, RoomKey};
use showcaller_ledger::{Ledger, LedgerUrl};
use showcaller_plan::{MailCount, Wishes};
use showcaller_render::calendar::{self, Entry};
use showcaller_render::facts::Told;

use crate::files::fair;
use crate::random::{Sketch, check, sequences};
use crate::stage::{Stage, every_flag};

/// A program that takes calendar files: of an entry that it has, only what is newer.
#[derive(Default)]
struct Program {
    entries: BTreeMap<String, Entry>,
}

impl Program {
    fn import(&mut self, file: &[Entry]) {
        for entry in file {
            let known = self.entries.get(&entry.uid);
            let number = |entry: &Entry| (entry.sequence, entry.stamp);
            if known.is_none_or(|known| number(known) < number(entry)) {
                self.entries.insert(entry.uid.clone(), entry.clone());
            }
        }
    }

    fn shows(&self) -> BTreeSet<(String, Timestamp)> {
        let entries = self.entries.values().filter(|entry| !entry.cancelled);
        let shown = entries.map(|it| (it.appointment.title.clone(), &it.appointment.start));
        shown
            .map(|(title, start)| (title, start.timestamp()))
            .collect()
    }
}

/// Everybody's programs, and the ledger.
struct World {
    ledger: Ledger,
    now: Timestamp,
    rooms: BTreeMap<RoomKey, Program>,
    people: BTreeMap<Email, Program>,
    /// Of somebody who takes the calendars of all rooms, in any order.
    every_room: Program,
    all: Program,
}

impl World {
    async fn file(&self, event: &Event, of: &CalendarOf) -> Result<Vec<Entry>, String> {
        let in_force = InForce::planned(event.clone());
        let told = Told::default();
        let entries = of.entries(&in_force, &told, &self.ledger, self.now).await;
        entries.map_err(|error| error.to_string())
    }

    /// What an apply does with earlier names.
    async fn rename(&mut self, event: &Event) -> Result<(), String> {
        let rooms = event.rooms.iter().flat_map(|room| {
            let renames = room.previously.iter().map(|old| (old, &room.key));
            renames.map(|(old, new)| (Address::room(old), Address::room(new)))
        });
        let meetings = event.meetings.iter().flat_map(|it| {
            let renames = it.previously.iter().map(|old| (old, &it.key));
            renames.map(|(old, new)| (Address::meeting(old), Address::meeting(new)))
        });
        for (old, new) in rooms.chain(meetings) {
            let renamed = self.ledger.rename(old.as_str(), new.as_str()).await;
            renamed.map_err(|error| error.to_string())?;
        }
        for room in &event.rooms {
            for old in &room.previously {
                if let Some(program) = self.rooms.remove(old) {
                    self.rooms.insert(room.key.clone(), program);
                }
            }
        }
        Ok(())
    }

    /// Hands out some calendars; what a room gets, those in it may take.
    async fn hand_out(&mut self, event: &Event, chosen: Option<u64>) -> Result<(), String> {
        let mut is_chosen = coin(chosen);
        for room in &event.rooms {
            self.rooms.entry(room.key.clone()).or_default();
        }
        for person in &event.people {
            self.people.entry(person.email.clone()).or_default();
        }
        let mut rooms: Vec<RoomKey> = self.rooms.keys().cloned().collect();
        if is_chosen() {
            rooms.reverse();
        }
        for key in rooms {
            if is_chosen() {
                let file = self.file(event, &CalendarOf::Room(key.clone())).await?;
                self.every_room.import(&file);
                self.rooms.entry(key.clone()).or_default().import(&file);
                let members = event.room(&key).into_iter().flat_map(|room| &room.members);
                for member in members.filter(|_| is_chosen()) {
                    let own = self.people.entry(member.email.clone()).or_default();
                    own.import(&file);
                }
            }
        }
        for email in self.people.keys().cloned().collect::<Vec<_>>() {
            if is_chosen() {
                let file = self.file(event, &CalendarOf::Person(email.clone())).await?;
                self.people.entry(email).or_default().import(&file);
            }
        }
        if is_chosen() {
            let file = self.file(event, &CalendarOf::All).await?;
            self.all.import(&file);
        }
        Ok(())
    }
}

/// The same throws for the same seed; without one, always yes.
fn coin(seed: Option<u64>) -> impl FnMut() -> bool {
    let mut state = seed;
    move || {
        state = state.map(|it| it.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
        state.is_none_or(|it| it >> 63 == 1)
    }
}

/// Takes some people out of rooms and off lists, and some rooms out of meetings.
fn thin(event: &mut Event, seed: u64) {
    let mut coin = coin(Some(seed));
    let mut stays = move || coin() || coin();
    for room in &mut event.rooms {
        room.members.retain(|_| stays());
    }
    for meeting in &mut event.meetings {
        meeting.rooms.retain(|_| stays());
        meeting.invitees.retain(|_| stays());
    }
}

fn wanted(meetings: &[&Meeting]) -> BTreeSet<(String, Timestamp)> {
    let wanted = meetings
        .iter()
        .map(|it| (it.title.clone(), it.start.timestamp()));
    wanted.collect()
}

fn same<T: PartialEq + std::fmt::Debug>(whom: &str, has: T, wanted: T) -> Result<(), String> {
    match has == wanted {
        true => Ok(()),
        false => Err(format!("{whom} sees {has:?}, and should see {wanted:?}")),
    }
}

async fn trouble(events: &[Sketch], chosen: &[u64]) -> Result<(), String> {
    let ledger = Ledger::open(&LedgerUrl::memory()).await;
    let mut world = World {
        ledger: ledger.map_err(|error| error.to_string())?,
        now: "2027-01-01T00:00:00Z".parse().expect("an instant"),
        rooms: BTreeMap::new(),
        people: BTreeMap::new(),
        every_room: Program::default(),
        all: Program::default(),
    };
    let mut last = None;
    for (sketch, chosen) in events.iter().zip(chosen) {
        let mut event = sketch.event(0)?;
        thin(&mut event, !*chosen);
        world.now += SignedDuration::from_hours(1);
        world.rename(&event).await?;
        world.hand_out(&event, Some(*chosen)).await?;
        last = Some(event);
    }
    let Some(event) = last else { return Ok(()) };
    world.now += SignedDuration::from_hours(1);
    world.hand_out(&event, None).await?;
    for (room, program) in &world.rooms {
        let own = wanted(&calendar::for_room(&event, room));
        same(room.as_str(), program.shows(), own)?;
    }
    let of_rooms = calendar::all(&event);
    let of_rooms: Vec<&Meeting> = of_rooms
        .into_iter()
        .filter(|it| !it.rooms.is_empty())
        .collect();
    same("every room", world.every_room.shows(), wanted(&of_rooms))?;
    for (email, program) in &world.people {
        let own = wanted(&calendar::for_person(&event, &Told::default(), email));
        same(email.as_str(), program.shows(), own)?;
    }
    same("all", world.all.shows(), wanted(&calendar::all(&event)))
}

#[test]
fn every_calendar_ends_up_with_the_meetings_that_are_its_own() {
    let stories = (sequences(), vec(any::<u64>(), 8));
    check(24, stories, async |(events, chosen)| {
        trouble(&events, &chosen).await
    });
}

#[tokio::test]
async fn who_was_invited_without_a_mail_gets_one_with_the_next_change() {
    let event = fair().event();
    let stage = Stage::before(&event).await;
    stage.apply(&event, &every_flag()).await;
    let mails = "\ndefaults:\n  meetings: { mail: invitees }\n\nrooms:\n";
    let files = fair().edited("\nrooms:\n", mails);
    let later = files.event();
    let of_mails = |notes: &[showcaller_plan::Note]| {
        let mut notes = notes.iter().map(|note| note.sentence.clone());
        notes.find(|note| note.contains("without a mail"))
    };
    let plan = stage.look(&later, &Wishes::default()).await.plan;
    assert!(plan.is_empty(), "{plan:#?}");
    let note = of_mails(&plan.notes).expect("a note");
    assert!(note.contains("`mail: invitees`"), "{note}");

    let titles: Vec<&str> = later.meetings.iter().map(|it| it.title.as_str()).collect();
    let mut changed = later.clone();
    for meeting in &mut changed.meetings {
        meeting.agenda = Some(format!("All of it, {} of them.", titles.len()));
    }
    let outlook = stage.look(&changed, &Wishes::default()).await;
    assert_ne!(outlook.plan.budget.mails, MailCount::default());
    stage.apply_outlook(&changed, outlook).await;
    let plan = stage.look(&changed, &Wishes::default()).await.plan;
    assert_eq!(of_mails(&plan.notes), None);
}
