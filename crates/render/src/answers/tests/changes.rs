//! What a room reads of a programme that changed.

use insta::assert_snapshot;
use jiff::Timestamp;
use showcaller_event::model::{MeetingFacts, MeetingKey, RoomKey};
use showcaller_event::{Facts, Language, Schedule};
use showcaller_secret::Secret;
use showcaller_show::slip::Times;
use showcaller_show::{Change, RoomChanges};

use crate::answers::changes;
use crate::sample;

/// In Brussels, on the day of the warm-up unless another is named.
fn at(text: &str) -> Timestamp {
    let text = match text.contains('T') {
        true => text.to_owned(),
        false => format!("2027-10-01T{text}"),
    };
    format!("{text}+02:00").parse().expect("a time")
}

fn times(start: &str, end: &str) -> Times {
    Times {
        start: at(start),
        end: at(end),
    }
}

fn message(language: Language, changes_of: Vec<Change>) -> String {
    let mut event = sample::event();
    event.bot.language = language;
    let facts = MeetingFacts {
        link: Some(Secret::new("https://example.webex.com/m/1")),
        password: Some(Secret::new("Lunch1Qx")),
        ..MeetingFacts::default()
    };
    let facts = Facts {
        schedule: &Schedule::planned(&event),
        event: &event,
        webex: &|meeting| (meeting.as_str() != "late-show").then(|| facts.clone()),
    };
    let of = RoomChanges {
        room: RoomKey::new("team-1"),
        changes: changes_of,
    };
    changes(&of, &facts, at("09:00"))
        .markdown
        .expose()
        .to_owned()
}

fn every_change() -> Vec<Change> {
    let closing = || "Closing".to_owned();
    let moved = |from, to| Change::Moved {
        title: closing(),
        from,
        to,
    };
    let new = |meeting: &str, start: &str, end: &str| Change::New {
        meeting: MeetingKey::new(meeting),
        title: "Breakout *1*".to_owned(),
        times: times(start, end),
    };
    vec![
        moved(times("16:30", "17:30"), times("16:45", "17:45")),
        moved(times("16:30", "17:00"), times("16:45", "17:30")),
        moved(times("16:30", "17:00"), times("16:30", "17:30")),
        moved(
            times("2027-10-02T09:00", "2027-10-02T09:30"),
            times("2027-10-02T10:00", "2027-10-02T10:30"),
        ),
        moved(
            times("16:30", "17:00"),
            times("2027-10-02T10:00", "2027-10-02T10:30"),
        ),
        Change::Renamed {
            from: closing(),
            to: "Celebration".to_owned(),
        },
        Change::Link {
            meeting: MeetingKey::new("breakout/team-1/warm-up"),
            title: closing(),
        },
        new("breakout/team-1/warm-up", "10:00", "11:30"),
        // Not on Webex yet; and of another room.
        new("late-show", "2027-10-31T20:00", "2027-10-31T21:00"),
        new("jury-night", "22:00", "23:00"),
        Change::Cancelled {
            title: closing(),
            times: times("16:30", "17:30"),
        },
        Change::NotForRoom {
            title: closing(),
            times: times("2027-10-02T16:30", "2027-10-02T17:30"),
        },
    ]
}

#[test]
fn in_english() {
    assert_snapshot!(message(Language::English, every_change()), @"");
}

#[test]
fn in_dutch() {
    assert_snapshot!(message(Language::Dutch, every_change()), @"");
}

#[test]
fn in_french() {
    assert_snapshot!(message(Language::French, every_change()), @"");
}

#[test]
fn what_does_not_fit_is_counted() {
    let many: Vec<Change> = (0..10).flat_map(|_| every_change()).collect();
    let (all, text) = (many.len(), message(Language::English, many));
    assert!(text.len() <= showcaller_event::markdown::LONGEST);
    let more = text.rsplit("\n\n").next().expect("a sentence");
    let said = text.split("\n\n").count() - 1;
    assert_eq!(
        more,
        format!("And {} more: ask me for the *agenda*.", all - said)
    );
}
