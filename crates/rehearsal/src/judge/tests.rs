//! Which answer the judge takes for which question's, by what was written in one room.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use showcaller_event::Event;
use showcaller_event::model::{Email, MeetingKey, RoomKey};
use uuid::Uuid;

use super::answers::Answers;
use super::needs::Needs;
use super::questions::Case;
use super::rooms::Rooms;
use super::taken::completed;
use super::times::Times;
use super::world::World;
use crate::cast::BOT;
use crate::record::{Asked, Crash, Pressed, Record};
use crate::script::tests::example;
use crate::script::{About, Place};

const BOARD: &str = "[Here](https://boards.example.com/team-6) is the board.";
const CLOSING: &str = "**17:00–17:30** Day 1 - Closing · https://example.webex.com/closing";

/// In the middle of the first day.
fn at(seconds: i64) -> Timestamp {
    let noon: Timestamp = "2027-10-06T10:00:00Z".parse().unwrap();
    noon + SignedDuration::from_secs(seconds)
}

fn about(words: &str) -> About {
    match words.split(' ').next() {
        Some("board") => About::Link("board".to_owned()),
        Some("closing") => About::Meeting(MeetingKey::new("closing/day-1")),
        Some("remind") => About::Remind,
        _ => About::Nothing,
    }
}

/// A message of the room of team 6, with this number.
fn message(number: usize, (seconds, who, words): (i64, &str, &str)) -> Value {
    json!({
        "id": Uuid::from_u128(number as u128),
        "roomId": "room",
        "roomType": "group",
        "personEmail": if who == "bot" { BOT.to_owned() } else { address(who).to_string() },
        "created": at(seconds).to_string(),
        "markdown": words,
    })
}

fn address(who: &str) -> Email {
    Email::new(format!(
        "{}@example.com",
        who.trim_start_matches(['~', '!'])
    ))
}

/// What is recorded of a question. With a `~` before their name, a person did not hear that Webex took it.
fn asked(number: usize, (seconds, who, words): (i64, &str, &str)) -> Asked {
    let is_heard = !who.starts_with('~');
    Asked {
        at: at(seconds),
        who: address(who),
        place: Place::Room(RoomKey::new("team-6")),
        words: words.to_owned(),
        about: about(words),
        message: is_heard.then(|| Uuid::from_u128(number as u128).to_string()),
        room: is_heard.then(|| "room".to_owned()),
    }
}

/// A press on something in the room. Its person has a `!` before their name.
fn pressed(number: usize, (seconds, who, words): (i64, &str, &str)) -> Pressed {
    Pressed {
        at: at(seconds),
        who: address(who),
        message: Uuid::from_u128(number as u128).to_string(),
        button: words.to_owned(),
        action: Some(Uuid::from_u128(1_000 + number as u128).to_string()),
    }
}

fn record(lines: &[(i64, &str, &str)], died: Option<i64>) -> Record {
    let mut record = Record {
        served: vec![(at(-3600), at(3600))],
        ..Record::default()
    };
    let questions = lines.iter().enumerate();
    let questions = questions.filter(|(_, (_, who, _))| *who != "bot");
    let (presses, questions): (Vec<_>, Vec<_>) =
        questions.partition(|(_, (_, who, _))| who.starts_with('!'));
    record.presses = presses
        .into_iter()
        .map(|(number, line)| pressed(number, *line))
        .collect();
    record.questions = questions
        .into_iter()
        .map(|(number, line)| asked(number, *line))
        .collect();
    record
        .crashes
        .extend(died.map(|seconds| Crash { at: at(seconds) }));
    record
}

/// What the judge says of these lines, as `2 answered, 1 lost`, and the reasons.
fn judged(event: &Event, lines: &[(i64, &str, &str)], died: Option<i64>) -> (String, Vec<String>) {
    judged_where(event, lines, died, &[])
}

/// The same where Webex failed at these times when the bot sent something.
fn judged_where(
    event: &Event,
    lines: &[(i64, &str, &str)],
    died: Option<i64>,
    failed: &[i64],
) -> (String, Vec<String>) {
    let calls = failed.iter().map(|seconds| {
        json!({
            "at": at(*seconds).to_string(),
            "owner": BOT,
            "method": "POST",
            "path": "/messages",
            "status": 503,
        })
    });
    let calls: Vec<Value> = calls.collect();
    let messages = lines.iter().enumerate();
    let messages: Vec<Value> = messages
        .map(|(number, line)| message(number, *line))
        .collect();
    let world = json!({
        "rooms": [{"id": "room", "title": "Team 6"}],
        "meetings": [{
            "id": "closing",
            "title": "Day 1 - Closing",
            "start": "2027-10-06T15:00:00Z",
            "webLink": "https://example.webex.com/closing",
        }],
        "messages": messages,
        "calls": calls,
    });
    let world = World::read(event, &world);
    let record = completed(&record(lines, died), &world);
    let (rooms, schedules) = (Rooms::of(event), Times::in_turn(event, &record));
    let needs = Needs {
        calm: true,
        slack: jiff::SignedDuration::ZERO,
        event,
        world: &world,
        rooms: &rooms,
        schedules: &schedules,
    };
    let answers = Answers::of(&world, &record, &needs, &|_| false);
    let case = Case {
        record: &record,
        answers: &answers,
        needs: &needs,
    };
    let mut reasons = Vec::new();
    let all = case.judge(&mut reasons);
    let counts = [
        (all.answered, "answered"),
        (all.with_another, "with another"),
        (all.not_taken, "not taken"),
        (all.unclear, "unclear"),
        (all.lost, "lost"),
        (all.twice, "twice"),
        (all.in_doubt, "in doubt"),
        (all.wrong, "wrong"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    (counts.join(", "), reasons)
}

#[test]
fn answers_are_matched_to_questions_so_that_as_many_as_can_have_one() {
    let event = example("innovation-challenge");
    let hello = "You are welcome!";
    for (lines, expected) in [
        (&[(0, "ann", "board"), (1, "bot", BOARD)][..], "1 answered"),
        (
            &[(0, "ann", "board"), (1, "bot", hello)],
            "1 answered, 1 wrong",
        ),
        (&[(1, "bot", BOARD), (2, "ann", "board")], "1 lost"),
        // The link fits both questions, the thanks one.
        (
            &[
                (0, "ann", "board"),
                (7, "ann", "thanks"),
                (60, "bot", BOARD),
                (80, "bot", hello),
            ],
            "2 answered",
        ),
        (
            &[
                (0, "ann", "board"),
                (7, "ann", "thanks"),
                (60, "bot", hello),
                (80, "bot", BOARD),
            ],
            "2 answered",
        ),
        // The one that is lost is the first.
        (
            &[
                (0, "ann", "thanks"),
                (60, "ben", "thanks"),
                (61, "bot", hello),
            ],
            "1 answered, 1 lost",
        ),
        // Asked at the same moment, and answered once.
        (
            &[(0, "ann", "board"), (2, "ben", "board"), (3, "bot", BOARD)],
            "1 answered, 1 with another",
        ),
        (
            &[(0, "ann", "board"), (9, "ben", "board"), (10, "bot", BOARD)],
            "1 answered, 1 lost",
        ),
        // Answered to both, and to no third.
        (
            &[
                (0, "ann", "board"),
                (2, "ben", "board"),
                (3, "bot", BOARD),
                (4, "bot", BOARD),
            ],
            "2 answered",
        ),
        (
            &[(0, "ann", "board"), (1, "bot", BOARD), (9, "bot", BOARD)],
            "1 answered, 1 twice",
        ),
        // Of three in a row the third is asked too late for the first one's answer, and has its own.
        (
            &[
                (0, "ann", "board"),
                (5, "ben", "board"),
                (9, "cleo", "board"),
                (10, "bot", BOARD),
                (40, "bot", BOARD),
            ],
            "2 answered, 1 with another",
        ),
        // A second copy is no answer to what was asked and answered long before.
        (
            &[
                (0, "ann", "thanks"),
                (1, "bot", hello),
                (3000, "ben", "board"),
                (3001, "bot", BOARD),
                (3006, "bot", BOARD),
            ],
            "2 answered, 1 twice",
        ),
    ] {
        let (said, reasons) = judged(&event, lines, None);
        assert_eq!(said, expected, "{lines:?}: {reasons:#?}");
    }
}

#[test]
fn one_that_has_no_answer_takes_none_that_another_had_at_once() {
    let event = example("innovation-challenge");
    let hello = "You are welcome!";
    let (said, reasons) = judged(
        &event,
        &[
            (0, "ann", "thanks"),
            (200, "ben", "thanks"),
            (201, "bot", hello),
            (400, "cleo", "thanks"),
            (401, "bot", hello),
            // In another language than Cleo's, and with Dan's a moment later.
            (403, "ivo", "thanks"),
            (404, "bot", hello),
            (408, "dan", "thanks"),
        ],
        None,
    );
    assert_eq!(said, "3 answered, 1 with another, 1 lost");
    let reason = "ann@example.com asked «thanks» at Wed 6 Oct 12:00:00: no answer";
    assert_eq!(reasons, [reason]);
}

#[test]
fn a_second_answer_is_right_where_the_first_was_in_doubt_and_a_third_never() {
    let event = example("innovation-challenge");
    let twice = [(0, "ann", "board"), (1, "bot", BOARD), (70, "bot", BOARD)];
    let thrice = [&twice[..], &[(99, "bot", BOARD)]].concat();
    assert_eq!(judged(&event, &twice, Some(40)).0, "1 answered, 1 in doubt");
    assert_eq!(judged(&event, &twice, Some(300)).0, "1 answered, 1 twice");
    let (said, reasons) = judged(&event, &thrice, Some(40));
    assert_eq!(said, "1 answered, 1 twice");
    let reason = "«board» of ann@example.com at Wed 6 Oct 12:00:00 was answered 3 times";
    assert_eq!(reasons, [reason]);
}

#[test]
fn a_press_beside_a_question_leaves_the_answer_of_the_next_to_it() {
    let event = example("innovation-challenge");
    let hello = "You are welcome!";
    let (said, reasons) = judged(
        &event,
        &[
            (0, "!ann", "thanks"),
            (2, "ben", "thanks"),
            (3, "bot", hello),
            (5, "ivo", "thanks"),
            (7, "bot", hello),
            (9, "eve", "thanks"),
        ],
        None,
    );
    assert_eq!(said, "2 answered, 1 with another", "{reasons:#?}");
}

#[test]
fn a_reminder_is_judged_by_when_it_was_asked_for_or_answered() {
    let event = example("innovation-challenge");
    // The last meeting of all begins.
    let start = 2 * 86_400 + 16_200;
    let nothing = "Nothing more is planned for you.";
    for (answered, expected) in [(3, "1 answered"), (-3, "1 answered, 1 wrong")] {
        let lines = [
            (start - 20, "camille.moreau", "remind"),
            (start + answered, "bot", nothing),
        ];
        let (said, reasons) = judged(&event, &lines, None);
        assert_eq!(said, expected, "{answered}: {reasons:#?}");
    }
}

#[test]
fn what_webex_failed_to_send_twice_may_be_without_an_answer() {
    let event = example("innovation-challenge");
    for (failed, expected) in [
        (&[1, 67][..], "1 unclear"),
        (&[1], "1 lost"),
        (&[1, 20], "1 lost"),
        (&[-70, -5], "1 lost"),
        (&[100, 166], "1 lost"),
    ] {
        let (said, reasons) = judged_where(&event, &[(0, "ann", "thanks")], None, failed);
        assert_eq!(said, expected, "{failed:?}: {reasons:#?}");
    }
    let answered = [(0, "ann", "thanks"), (1, "bot", "You are welcome!")];
    let (said, _) = judged_where(&event, &answered, None, &[1, 67]);
    assert_eq!(said, "1 answered");
}

#[test]
fn a_question_that_was_taken_unheard_has_its_own_answer() {
    let event = example("innovation-challenge");
    for (lines, expected) in [
        // Its person writes it again: each is a question.
        (
            &[
                (0, "~ann", "board"),
                (9, "ann", "board"),
                (1, "bot", BOARD),
                (10, "bot", BOARD),
            ][..],
            "2 answered",
        ),
        (
            &[(0, "~ann", "board"), (3, "ann", "board"), (4, "bot", BOARD)],
            "1 answered, 1 with another",
        ),
        (&[(0, "~ann", "board")], "1 lost"),
    ] {
        let (said, reasons) = judged(&event, lines, None);
        assert_eq!(said, expected, "{lines:?}: {reasons:#?}");
    }
}

#[test]
fn an_answer_may_point_to_one_above_that_has_what_was_asked_for() {
    let event = example("innovation-challenge");
    let above = "Many are asking right now: please see the answer to “closing” above.";
    for (lines, expected) in [
        (
            &[
                (0, "ann", "closing"),
                (1, "bot", CLOSING),
                (60, "ben", "closing"),
                (90, "bot", above),
            ][..],
            "2 answered",
        ),
        (
            &[(60, "ben", "closing"), (90, "bot", above)],
            "1 answered, 1 wrong",
        ),
        (
            &[
                (0, "ann", "board"),
                (1, "bot", BOARD),
                (60, "ben", "closing"),
                (90, "bot", above),
            ],
            "2 answered, 1 wrong",
        ),
        // Too long ago to be above.
        (
            &[
                (0, "ann", "closing"),
                (1, "bot", CLOSING),
                (1000, "ben", "closing"),
                (1090, "bot", above),
            ],
            "2 answered, 1 wrong",
        ),
        (
            &[
                (0, "ann", "closing"),
                (1, "bot", CLOSING),
                (60, "ben", "closing"),
                (90, "bot", "No."),
            ],
            "2 answered, 1 wrong",
        ),
    ] {
        let (said, reasons) = judged(&event, lines, None);
        assert_eq!(said, expected, "{lines:?}: {reasons:#?}");
    }
}
