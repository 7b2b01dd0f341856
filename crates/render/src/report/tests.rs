use insta::assert_snapshot;
use jiff::Timestamp;

use super::{
    Attendance, Call, Change, Cue, CueState, Facts, Meeting, Questions, Rehearsal, Revision,
    Unclear,
};

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
            invited: 12,
            attendance: known.map(|_| Attendance {
                joined: 11,
                at_once: 9,
                first: at("08:57"),
                last: at("09:20"),
                seen_late: true,
            }),
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
                digest: "one".to_owned(),
            },
            Revision {
                number: 2,
                at: at("11:00"),
                live: true,
                digest: "two".to_owned(),
            },
        ],
        rehearsal: None,
    }
}

#[test]
fn a_day_reads_as_it_should() {
    assert_snapshot!(facts().document().to_text(80).to_string());
}

fn rehearsal() -> Rehearsal {
    let json = br#"{
        "event": "challenge", "rehearsal": 1, "digest": "one", "seed": 7, "ready": true,
        "meetings": [
            {"meeting": "opening", "started": "2027-10-06T06:58:00Z", "ended": "2027-10-06T07:35:00Z",
             "joined": 12}
        ],
        "cues": [
            {"cue": "opening/day-1", "to": "team-1", "sent": "2027-10-06T06:45:01Z", "late": 1},
            {"cue": "opening/day-1", "to": "team-2", "sent": "2027-10-06T06:45:03Z", "late": 3},
            {"cue": "opening/day-1", "to": "jury", "sent": null, "late": null}
        ],
        "questions": {
            "asked": 500, "answered": 490, "with_another": 10, "seconds": [1, 2, 5],
            "about": {"agenda": 200, "day": 50, "chat": 100, "human": 20}
        },
        "record": {"slips": [{"day": "day-1", "minutes": 15}]}
    }"#;
    Rehearsal::read(json, "challenge").expect("a rehearsal")
}

#[test]
fn a_day_stands_beside_its_rehearsal() {
    let facts = Facts {
        rehearsal: Some(rehearsal()),
        ..facts()
    };
    let text = facts.document().to_text(80).to_string();
    let (_, text) = text.split_once("Beside the").expect("the section");
    let (text, _) = text.split_once("\nMeetings\n").expect("what follows");
    assert_snapshot!(text);
}

#[test]
fn which_revision_was_rehearsed_is_said() {
    for (digest, words) in [
        ("two", "revision 2, which is in force"),
        ("one", "revision 1: what was changed since then"),
        ("other", "no revision of this event"),
    ] {
        let mut facts = facts();
        let rehearsal = rehearsal();
        facts.rehearsal = Some(Rehearsal {
            digest: digest.to_owned(),
            ..rehearsal
        });
        let said = facts.rehearsed().expect("a rehearsal");
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn what_is_no_rehearsal_of_the_event_is_refused() {
    for (json, words) in [
        ("PK", "no rehearsal"),
        ("{\"event\": \"challenge\"}", "no rehearsal"),
        ("{\"event\": \"challenge\", \"rehearsal\": 2}", "version 2"),
        (
            "{\"event\": \"other\", \"rehearsal\": 1}",
            "the event other",
        ),
        ("{\"event\": \"challenge\", \"rehearsal\": 1}", "digest"),
    ] {
        let error = Rehearsal::read(json.as_bytes(), "challenge").expect_err(json);
        assert!(error.to_string().contains(words), "{error}");
    }
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
