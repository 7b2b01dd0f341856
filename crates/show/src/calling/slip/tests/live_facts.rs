//! A slip by what meetings say of themselves: that they began, and that they ended.

use super::*;

#[test]
fn live_facts_say_what_is_on() {
    let event = event();
    let started = Entry::Started {
        meeting: MeetingKey::new("opening"),
        at: at(9, 1),
    };
    let ended = Entry::Ended {
        meeting: MeetingKey::new("opening"),
        at: at(9, 20),
    };
    let moves = |log: &[Entry], now| {
        let facts = proposed(&event, log, now, &wish(20)).facts;
        let mut moves = facts.meetings.into_iter();
        moves.any(|it| it.meeting.as_str() == "opening")
    };
    assert!(moves(std::slice::from_ref(&started), at(9, 40)));
    assert!(!moves(&[started, ended], at(9, 25)));
}

#[test]
fn a_meeting_that_everybody_left_for_a_break_moves_with_the_others() {
    let mut event = event();
    event.meetings[0].end = event.meetings[0].start.clone() + SignedDuration::from_hours(6);
    let meeting = event.meetings[0].key.clone();
    let started = Entry::Started {
        meeting: meeting.clone(),
        at: at(9, 1),
    };
    let ended = Entry::Ended {
        meeting: meeting.clone(),
        at: at(12, 0),
    };
    let log = [started, ended];
    let moves = |now| {
        let facts = proposed(&event, &log, now, &wish(20)).facts;
        facts.meetings.iter().any(|it| it.meeting == meeting)
    };
    assert_eq!([at(13, 0), at(14, 29)].map(moves), [true, true]);
    assert_eq!([at(14, 30), at(15, 30)].map(moves), [false, false]);
}
