//! What a slip moves, and what it never does.

mod live_facts;

use std::collections::BTreeSet;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use showcaller_event::model::{DayId, Email, MeetingKey, RoomKey};
use showcaller_event::{Event, Input, check};

use super::*;
use crate::calling::{By, Entry, Logged, Via};

const FILE: &str = r#"
event: demo
title: Demo
timezone: Europe/Brussels
people: people.csv
webex:
  hosts: { events@example.com: { parallel: 1 }, second@example.com: { parallel: 2 } }
days:
  d1: { title: Day 1, date: 2027-10-04 }
  d2: { title: Day 2, date: 2027-10-05 }
rooms:
  main: { title: Main, members: [everyone], moderators: [organiser] }
  side: { title: Side, members: [b], moderators: [organiser] }
meetings:
  opening: { title: Opening, day: d1, time: "09:00-09:30", rooms: [main] }
  talk: { title: Talk, day: d1, time: "10:00-11:00", rooms: [main] }
  lunch: { title: Lunch, day: d1, time: "12:00-13:00", rooms: [main] }
  work: { title: Work, day: d1, time: "13:00-14:00", rooms: [main] }
  aside: { title: Aside, day: d1, time: "14:00-15:00", rooms: [side] }
  closing: { title: Closing, day: d1, time: "16:00-17:00", rooms: [main] }
  again: { title: Again, day: d2, time: "09:00-10:00", rooms: [main] }
cues:
  coffee: { day: d1, at: "15:30", to: [main], say: "Coffee" }
  bell: { day: d1, at: "15:45", to: [main], say: "Bell" }
  soon: { day: d1, before: closing, lead: 10 min, to: [main], say: "Closing soon" }
"#;

fn event() -> Event {
    let roster = "email,name,role\nolga@example.com,Olga Sommer,organiser\n\
                  rene@example.com,René Müller,a\nzoe@example.com,Zoe Ray,b\n";
    let checked = check(&Input {
        name: "event.yaml",
        bytes: FILE.as_bytes(),
        load: &|_| Ok(roster.as_bytes().to_vec()),
        now: None,
    });
    let mistakes: Vec<_> = checked
        .diagnostics
        .iter()
        .map(ToString::to_string)
        .collect();
    let mut event = checked.event.unwrap_or_else(|| panic!("{mistakes:#?}"));
    event.days[0].ends = Some(at(17, 30).in_tz("Europe/Brussels").expect("a zone"));
    for meeting in &mut event.meetings {
        meeting.fixed = meeting.key.as_str() == "lunch";
        let talk = meeting.key.as_str() == "talk";
        meeting.min_length = talk.then(|| SignedDuration::from_mins(45));
    }
    for cue in &mut event.cues {
        cue.fixed = cue.key.cue.as_str() == "bell";
    }
    event
}

fn at(hour: i8, minute: i8) -> Timestamp {
    let at = date(2027, 10, 4).at(hour, minute, 0, 0);
    at.in_tz("Europe/Brussels").expect("a zone").timestamp()
}

fn log(entries: &[Entry]) -> Vec<Logged> {
    let by = By {
        name: "olga@laptop".to_owned(),
        account: None,
        via: Via::Terminal,
    };
    let numbered = (1..).zip(entries);
    numbered
        .map(|(number, entry)| Logged {
            number,
            key: format!("key-{number}"),
            at: at(8, 0),
            by: by.clone(),
            entry: entry.clone(),
        })
        .collect()
}

/// Undoes the slip that has this number in [`log`].
fn undoing(number: i64) -> Entry {
    let slip = format!("key-{number}");
    Entry::UndoSlip { slip, number }
}

fn wish(minutes: i64) -> Wish {
    Wish {
        day: DayId::new("d1"),
        minutes,
        from: None,
        rooms: BTreeSet::new(),
    }
}

/// What is proposed on an event with this log.
fn proposed(event: &Event, entries: &[Entry], now: Timestamp, wish: &Wish) -> Proposal {
    let log = log(entries);
    let ground = Ground {
        event,
        log: &log,
        host: &|_| Some(Email::new("events@example.com")),
        now,
    };
    propose(&ground, wish).expect("a day, rooms and meetings of the event")
}

fn applied(event: &Event, entries: &[Entry]) -> (Event, Applied) {
    let mut event = event.clone();
    let (_, applied) = Slips::of(&log(entries)).apply(&mut event);
    (event, applied)
}

/// `opening 09:00–09:50, talk 10:20–11:20, …` of the first day.
fn times(event: &Event) -> String {
    let mut meetings: Vec<_> = event.meetings.iter().collect();
    meetings.retain(|meeting| meeting.day.as_str() == "d1");
    meetings.sort_by_key(|meeting| meeting.start.timestamp());
    let time = |at: &jiff::Zoned| at.strftime("%H:%M").to_string();
    let all = meetings.iter();
    let all = all.map(|it| format!("{} {}–{}", it.key, time(&it.start), time(&it.end)));
    all.collect::<Vec<_>>().join(", ")
}

#[test]
fn what_comes_later_moves_and_what_is_on_ends_later() {
    let event = event();
    let proposal = proposed(&event, &[], at(9, 20), &wish(20));
    let (moved, _) = applied(&event, std::slice::from_ref(&proposal.entry));
    insta::assert_snapshot!(times(&moved), @"opening 09:00–09:50, talk 10:20–11:20, lunch 12:00–13:00, work 13:20–14:20, aside 14:20–15:20, closing 16:20–17:20");
    let cues: Vec<String> = proposal
        .facts
        .cues
        .iter()
        .map(|it| format!("{} {}", it.cue, it.after.strftime("%H:%M")))
        .collect();
    assert_eq!(cues, ["coffee/d1 15:50", "soon/d1 16:10"]);
    assert_eq!(proposal.facts.people, 3);
    assert_eq!(proposal.stays.len(), 2);
}

#[test]
fn from_a_time_on_only_what_begins_then_moves() {
    let event = event();
    let later = Wish {
        from: Some(jiff::civil::time(14, 0, 0, 0)),
        ..wish(15)
    };
    let proposal = proposed(&event, &[], at(8, 0), &later);
    let (moved, _) = applied(&event, &[proposal.entry]);
    insta::assert_snapshot!(times(&moved), @"opening 09:00–09:30, talk 10:00–11:00, lunch 12:00–13:00, work 13:00–14:00, aside 14:15–15:15, closing 16:15–17:15");
}

#[test]
fn from_a_time_after_midnight_is_on_the_next_date() {
    let mut event = event();
    for meeting in &mut event.meetings {
        if meeting.key.as_str() == "closing" {
            let later = |hours| jiff::SignedDuration::from_hours(hours);
            meeting.start = meeting.start.checked_add(later(9)).expect("a time");
            meeting.end = meeting.end.checked_add(later(9)).expect("a time");
        }
    }
    let moved = |hour| {
        let wish = Wish {
            from: Some(jiff::civil::time(hour, 30, 0, 0)),
            ..wish(15)
        };
        let facts = proposed(&event, &[], at(8, 0), &wish).facts;
        let moved = facts.meetings.iter().map(|it| it.meeting.to_string());
        moved.collect::<Vec<_>>()
    };
    assert_eq!(moved(0), ["closing"]);
    assert_eq!(moved(15), ["closing"]);
    // At 8:30 of the next date the day is over.
    assert_eq!(moved(8).len(), 5);
}

#[test]
fn rooms_that_are_named_move_alone() {
    let event = event();
    let side = Wish {
        rooms: BTreeSet::from([RoomKey::new("side")]),
        ..wish(15)
    };
    let proposal = proposed(&event, &[], at(8, 0), &side);
    let moved = proposal.facts.meetings.iter().map(|it| it.meeting.as_str());
    assert_eq!(moved.collect::<Vec<_>>(), ["aside"]);
    assert_eq!(proposal.facts.people, 2);
}

#[test]
fn a_meeting_that_is_for_other_rooms_too_stays_and_is_said() {
    let mut event = event();
    let work = event.meetings.iter_mut();
    let work = work.into_iter().find(|it| it.key.as_str() == "work");
    work.expect("a meeting of the event")
        .rooms
        .push(RoomKey::new("side"));
    let side = Wish {
        rooms: BTreeSet::from([RoomKey::new("side")]),
        ..wish(15)
    };
    let proposal = proposed(&event, &[], at(8, 0), &side);
    let moved = proposal.facts.meetings.iter().map(|it| it.meeting.as_str());
    assert_eq!(moved.collect::<Vec<_>>(), ["aside"]);
    let stays = Stays::Meeting {
        meeting: MeetingKey::new("work"),
        why: WhyStays::Elsewhere,
    };
    assert_eq!(proposal.stays, [stays]);
}

#[test]
fn from_a_time_on_nothing_that_began_before_it_ends_later() {
    let event = event();
    for now in [at(8, 0), at(9, 10)] {
        let from = Some(jiff::civil::time(9, 15, 0, 0));
        let later = Wish { from, ..wish(15) };
        let mut moves = proposed(&event, &[], now, &later)
            .facts
            .meetings
            .into_iter();
        assert!(moves.all(|it| it.meeting.as_str() != "opening"), "{now}");
    }
}

/// The cues that a slip, or the undoing of the first one, holds.
fn held(event: &Event, entries: &[Entry], now: Timestamp, entry: &Entry) -> Vec<String> {
    let log = log(entries);
    let ground = Ground {
        event,
        log: &log,
        host: &|_| None,
        now,
    };
    let held = held_by(&ground, entry).into_iter();
    held.map(|cue| cue.to_string()).collect()
}

#[test]
fn a_cue_that_a_slip_makes_due_in_the_past_is_held() {
    let event = event();
    let back = proposed(&event, &[], at(15, 20), &wish(-15));
    let coffee = back.facts.past.iter().find_map(|it| match it {
        Past::Due(cue) => Some(cue.to_string()),
        _ => None,
    });
    assert_eq!(coffee.as_deref(), Some("coffee/d1"), "15:15 is over");
    let holds = |now| held(&event, &[], now, &back.entry);
    assert_eq!(holds(at(15, 20)), ["coffee/d1"]);
    assert_eq!(holds(at(15, 14)), [""; 0], "it is to come");
    assert_eq!(holds(at(15, 31)), [""; 0], "it went by the clock");
    assert_eq!(holds(at(15, 40)), ["soon/d1"], "counted when it is written");

    let later = proposed(&event, &[], at(15, 0), &wish(20)).entry;
    let undo = undoing(1);
    let held_by_undo = held(&event, std::slice::from_ref(&later), at(15, 40), &undo);
    assert_eq!(held_by_undo, ["coffee/d1"], "15:50 becomes 15:30");
}

#[test]
fn a_cue_that_goes_by_no_clock_is_not_held() {
    let mut event = event();
    let back = proposed(&event, &[], at(15, 20), &wish(-15)).entry;
    let cue = event.cues[0].key.clone();
    assert_eq!(cue.to_string(), "coffee/d1");
    for decision in [
        Entry::Go { cue: cue.clone() },
        Entry::Hold { cue: cue.clone() },
        Entry::Skip { cue },
    ] {
        assert_eq!(held(&event, &[decision], at(15, 20), &back), [""; 0]);
    }
    event.cues[0].send = showcaller_event::model::Sending::ByCall;
    assert_eq!(held(&event, &[], at(15, 20), &back), [""; 0]);
}

#[test]
fn what_it_leads_to_is_said() {
    let event = event();
    let facts = proposed(&event, &[], at(8, 0), &wish(90)).facts;
    assert_eq!(facts.hosts.len(), 1);
    assert_eq!(facts.into.len(), 1);
    assert_eq!(facts.into[0].left, SignedDuration::from_mins(30));
    let short: Vec<_> = facts.short.iter().map(|it| it.meeting.as_str()).collect();
    assert_eq!(short, ["talk"], "45 minutes at least");
    let facts = proposed(&event, &[], at(8, 0), &wish(15)).facts;
    assert_eq!(facts.ends, []);
    let facts = proposed(&event, &[], at(8, 0), &wish(45)).facts;
    assert_eq!(facts.ends.len(), 1);
    assert_eq!(facts.reaches, None);
    let facts = proposed(&event, &[], at(8, 0), &wish(17 * 60)).facts;
    assert_eq!(facts.reaches, Some(MeetingKey::new("again")));
}

#[test]
fn a_move_into_the_past_is_asked_about() {
    let event = event();
    let facts = proposed(&event, &[], at(9, 50), &wish(-15)).facts;
    assert_eq!(facts.past, [Past::Starts(MeetingKey::new("talk"))]);
    let facts = proposed(&event, &[], at(10, 50), &wish(-15)).facts;
    assert_eq!(facts.past, [Past::Ends(MeetingKey::new("talk"))]);
}

#[test]
fn a_later_file_ends_the_slip_of_the_meeting_that_it_moves() {
    let mut event = event();
    let slip = proposed(&event, &[], at(8, 0), &wish(20)).entry;
    let talk = event
        .meetings
        .iter_mut()
        .find(|it| it.key.as_str() == "talk");
    let talk = talk.expect("a meeting of the event");
    talk.start = talk
        .start
        .checked_add(SignedDuration::from_hours(4))
        .expect("a time");
    talk.end = talk
        .end
        .checked_add(SignedDuration::from_hours(4))
        .expect("a time");
    let (moved, applied) = applied(&event, &[slip]);
    assert_eq!(applied.ended, BTreeSet::from([MeetingKey::new("talk")]));
    insta::assert_snapshot!(times(&moved), @"opening 09:20–09:50, lunch 12:00–13:00, work 13:20–14:20, talk 14:00–15:00, aside 14:20–15:20, closing 16:20–17:20");
}

#[test]
fn a_slip_that_a_file_ended_does_not_come_back_with_the_file_of_before() {
    let event = event();
    let slip = proposed(&event, &[], at(8, 0), &wish(20)).entry;
    let talk = MeetingKey::new("talk");
    let meetings = vec![talk.clone()];
    let (_, state) = applied(&event, &[slip.clone(), Entry::EndSlips { meetings }]);
    assert!(!state.meetings.contains_key(&talk) && state.ended.is_empty());
    assert_eq!(state.moved().count(), 4, "the others stay moved");
    let meetings = vec![talk.clone()];
    let (_, state) = applied(&event, &[Entry::EndSlips { meetings }, slip]);
    assert!(state.meetings.contains_key(&talk), "a later one counts");
}

#[test]
fn what_is_run_by_hand_stays() {
    let event = event();
    let detach = Entry::Detach {
        meeting: MeetingKey::new("closing"),
    };
    let proposal = proposed(&event, &[detach], at(8, 0), &wish(20));
    let mut moves = proposal.facts.meetings.iter();
    assert!(moves.all(|it| it.meeting.as_str() != "closing"));
}

#[test]
fn an_undone_slip_stays_undone_under_another_number() {
    let event = event();
    let slip = proposed(&event, &[], at(8, 0), &wish(20)).entry;
    let mut log = log(&[slip]);
    let ground = Ground {
        event: &event,
        log: &log,
        host: &|_| Some(Email::new("events@example.com")),
        now: at(8, 0),
    };
    let undo = propose_undo(&ground, 1).expect("a slip").entry;
    log.push(Logged {
        number: 2,
        key: "undo".to_owned(),
        entry: undo,
        ..log[0].clone()
    });
    // As a restore does where both of two logs went on.
    for (number, logged) in (7..).zip(&mut log) {
        logged.number = number;
    }
    let slips = Slips::of(&log);
    let undone: Vec<_> = slips
        .all()
        .map(|(number, _, undone)| (number, undone))
        .collect();
    assert_eq!(undone, [(7, true)]);
    let mut after = event.clone();
    slips.apply(&mut after);
    assert_eq!(after, event);
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: 128,
        rng_seed: proptest::test_runner::RngSeed::Fixed(1),
        ..ProptestConfig::default()
    })]

    #[test]
    fn slips_add_up_keep_the_order_and_can_be_undone(
        by in proptest::collection::vec((-40i64..90, 0i64..600), 1..5),
        undo in 0usize..5,
    ) {
        let event = event();
        let mut entries = Vec::new();
        let mut now = at(8, 0);
        for (minutes, wait) in by {
            now = now.checked_add(SignedDuration::from_mins(wait / 4)).expect("a time");
            let (before, _) = applied(&event, &entries);
            let proposal = proposed(&event, &entries, now, &wish(minutes));
            entries.push(proposal.entry.clone());
            let (after, state) = applied(&event, &entries);
            for (old, new) in before.meetings.iter().zip(&after.meetings) {
                let begun = old.start.timestamp() <= now;
                prop_assert!(!begun || old.start == new.start, "{} had begun", new.key);
                prop_assert!(!new.fixed || old == new, "{} is fixed", new.key);
                prop_assert!(new.start < new.end);
                prop_assert!(old.day.as_str() == "d1" || old == new);
                let shift = new.start.timestamp().duration_since(old.start.timestamp());
                prop_assert!(shift.is_zero() || shift == SignedDuration::from_mins(minutes));
            }
            for pair in proposal.facts.meetings.windows(2) {
                prop_assert!(pair[0].after <= pair[1].after);
            }
            prop_assert_eq!(state.planned(&after), event.clone());
        }
        // Each undone, in whatever order.
        let numbers: Vec<i64> = (1..).take(entries.len()).collect();
        let turned = numbers.iter().cycle().skip(undo).take(numbers.len());
        for number in turned {
            entries.push(undoing(*number));
        }
        let (after, state) = applied(&event, &entries);
        prop_assert_eq!(after, event);
        prop_assert_eq!(state.moved().count(), 0);
    }

    #[test]
    fn backward_after_forward_is_nothing(minutes in 1i64..300) {
        let event = event();
        let now = at(8, 0);
        let mut entries = vec![proposed(&event, &[], now, &wish(minutes)).entry];
        entries.push(proposed(&event, &entries, now, &wish(-minutes)).entry);
        let (after, state) = applied(&event, &entries);
        prop_assert_eq!(after, event);
        prop_assert_eq!(state.moved().count(), 0);
    }

    #[test]
    fn two_slips_are_one_of_their_sum(one in 1i64..120, other in 1i64..120) {
        let event = event();
        let now = at(8, 0);
        let mut entries = vec![proposed(&event, &[], now, &wish(one)).entry];
        entries.push(proposed(&event, &entries, now, &wish(other)).entry);
        let both = applied(&event, &entries).0;
        let sum = proposed(&event, &[], now, &wish(one + other)).entry;
        let sum = applied(&event, &[sum]).0;
        prop_assert_eq!(both, sum);
    }

    #[test]
    fn a_slip_reads_back_from_its_json(minutes in -60i64..60) {
        let entry = proposed(&event(), &[], at(8, 0), &wish(minutes)).entry;
        let json = serde_json::to_string(&entry).expect("names and numbers");
        let read: Entry = serde_json::from_str(&json).expect("what was written");
        prop_assert_eq!(read, entry);
    }
}
