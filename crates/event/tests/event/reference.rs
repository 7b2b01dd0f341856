//! The reference event has what the README says.

use std::collections::BTreeMap;

use showcaller_event::Event;

use crate::support::{check_folder, good, shown};

fn count_by<'a, T: 'a, K: Ord>(list: &'a [T], key: impl Fn(&'a T) -> K) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for item in list {
        *counts.entry(key(item)).or_default() += 1;
    }
    counts
}

fn event() -> Event {
    good(&check_folder("examples/innovation-challenge")).clone()
}

#[test]
fn it_checks_without_errors_and_without_notes() {
    let checked = check_folder("examples/innovation-challenge");
    assert_eq!(shown(&checked.diagnostics), "");
}

#[test]
fn it_has_twelve_rooms_and_forty_four_meetings() {
    let event = event();
    let rooms: Vec<_> = event.rooms.iter().map(|room| room.key.as_str()).collect();
    insta::assert_snapshot!(rooms.join(" "), @"coaches jury logistic-issues mc organisation team-1 team-2 team-3 team-4 team-5 team-6 test-room");
    let patterns = count_by(&event.meetings, |meeting| meeting.pattern.as_str());
    insta::assert_snapshot!(format!("{patterns:?}"), @r#"{"breakout": 24, "check-out": 3, "closing": 4, "coaches-briefing": 3, "coaches-review": 3, "jury-briefing": 1, "jury-deliberation": 1, "learn-to-pitch": 1, "opening": 4}"#);
    assert_eq!(event.meetings.len(), 44);
    assert_eq!(event.cues.len(), 9);
}
