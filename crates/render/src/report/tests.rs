use insta::assert_snapshot;
use jiff::Timestamp;

use super::{Call, Change, Cue, CueState, Facts, Meeting, Questions, Revision, Unclear};

fn at(time: &str) -> Timestamp {
    format!("2027-10-06T{time}+02:00").parse().expect("a time")
}

fn facts() -> Facts {
    let meeting =
        |meeting: &str, (start, end): (&str, &str), known: Option<(&str, &str)>| Meeting {
            meeting: meeting.to_owned(),
            title: format!("The {meeting}"),
            planned_start: at(start),
            planned_end: at(end),
            start: at(start),
            end: at(end),
            started: known.map(|(started, _)| at(started)),
            ended: known.map(|(_, ended)| at(ended)),
        };
    let cue = |to: &str, sent: Option<&str>, state| Cue {
        cue: "opening/day-1".to_owned(),
        to: to.to_owned(),
        due: Some(at("08:45")),
        sent: sent.map(at),
        state,
    };
    let count = |counts: &[(&str, usize)]| {
        let counts = counts.iter();
        counts
            .map(|(what, times)| ((*what).to_owned(), *times))
            .collect()
    };
    Facts {
        event: "challenge".to_owned(),
        title: "Challenge".to_owned(),
        timezone: "Europe/Brussels".to_owned(),
        revision: Some(2),
        made: at("18:00"),
        meetings: vec![
            meeting("opening", ("09:00", "09:30"), Some(("09:00:40", "09:52"))),
            meeting("closing", ("17:00", "17:30"), None),
        ],
        cues: vec![
            cue("Team 1", Some("08:45:00.400"), CueState::Sent),
            cue("Team 2", Some("08:49"), CueState::Sent),
            cue("Jury", None, CueState::Failed),
            cue("Coaches", None, CueState::Unclear),
        ],
        unclear: vec![Unclear {
            cue: "opening/day-1".to_owned(),
            to: "Coaches".to_owned(),
            arrived: Some(true),
            by: Some("Ann".to_owned()),
        }],
        questions: Questions {
            asked: 5,
            answered: 4,
            repeated: 1,
            by_intent: count(&[("agenda", 3), ("none", 2)]),
            by_room: count(&[("Team 1", 4), ("in private", 1)]),
            answers: vec![(at("09:00"), 400), (at("09:10"), 2_000), (at("10:00"), 900)],
            not_understood: count(&[("wifi password", 2)]),
            ..Questions::default()
        },
        calls: vec![Call {
            at: at("10:02"),
            room: None,
            delivered: true,
        }],
        slips: vec![Change {
            at: at("09:31"),
            by: "Ann".to_owned(),
            what: "day-1 20 minutes later, 12 meetings".to_owned(),
        }],
        revisions: vec![
            Revision {
                number: 1,
                at: at("07:00"),
                live: false,
            },
            Revision {
                number: 2,
                at: at("11:00"),
                live: true,
            },
        ],
    }
}

#[test]
fn a_day_reads_as_it_should() {
    assert_snapshot!(facts().document().to_text(80).to_string());
}

#[test]
fn an_answer_time_is_that_of_an_answer() {
    let questions = facts().questions;
    let time = |share| questions.answer_time(share).map(|time| time.as_millis());
    assert_eq!(
        (time(0.0), time(0.5), time(1.0)),
        (Some(400), Some(900), Some(2_000))
    );
    assert_eq!(Questions::default().answer_time(0.5), None);
}

#[test]
fn an_event_is_ahead_until_something_has_happened() {
    let mut facts = facts();
    facts.made = at("07:00");
    assert!(!facts.is_ahead(), "a cue was sent");
    facts.cues.clear();
    facts.questions = Questions::default();
    facts.meetings[0].started = None;
    assert!(facts.is_ahead());
    facts.made = at("09:01");
    assert!(!facts.is_ahead());
}
