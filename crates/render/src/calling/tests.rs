//! What operators read, as it stands on their screen.

use jiff::{SignedDuration, Zoned};
use showcaller_event::model::{CueId, CueKey, CueRecipient, DayId, RoomKey};
use showcaller_show::{Attention, CueState, Need, Receipt, ReceiptState};

use super::{
    Done, Leader, ListedCue, ListedDay, Listing, Outcome, Queue, Verdict, board_page, chat_refusal,
    cost, receipts, receipts_verdict, waiting,
};
use crate::sample;

fn key(cue: &str) -> CueKey {
    CueKey {
        cue: CueId::new(cue),
        day: Some(DayId::new("day-1")),
    }
}

fn at(time: &str) -> Zoned {
    format!("2027-10-06T{time}[Europe/Brussels]")
        .parse()
        .expect("a time")
}

fn listed(
    cue: &str,
    at: Zoned,
    was: Option<Zoned>,
    state: (CueState, &str),
    next: &str,
) -> ListedCue {
    ListedCue {
        key: key(cue),
        at: Some(at),
        was,
        to: "6 team rooms".to_owned(),
        state: state.0,
        words: state.1.to_owned(),
        next: (!next.is_empty())
            .then(|| next.to_owned())
            .into_iter()
            .collect(),
    }
}

#[test]
fn a_board_says_what_is_to_be_done_and_what_has_moved() {
    let failed = (CueState::Failed, "2 of 6 failed, 1 unclear");
    let cues = vec![
        listed("opening", at("08:45"), None, failed, "retry opening/day-1"),
        listed(
            "keep-going",
            at("14:50"),
            Some(at("14:30")),
            (CueState::Planned, "by clock"),
            "",
        ),
        listed(
            "good-night",
            at("17:50"),
            Some(at("17:30")),
            (CueState::Late, "late"),
            "go good-night/day-1",
        ),
    ];
    let listing = Listing {
        title: "Innovation Challenge".to_owned(),
        now: at("12:00"),
        days: vec![ListedDay {
            id: Some(DayId::new("day-1")),
            title: "Day 1, Wed 6 Oct".to_owned(),
            today: true,
            cues,
        }],
        check_ins: vec!["12:10 Breakout: Ann is here, Ben and Olga are not yet".to_owned()],
        next: Some((key("keep-going"), at("14:50"))),
    };
    let leader = Leader::Process {
        name: "ann@laptop pid 4711".to_owned(),
        since: at("08:01"),
        heard: SignedDuration::from_secs(3),
        webex_ahead: Some(SignedDuration::from_secs(-12)),
    };
    let queue = Queue {
        waiting: 2,
        sending: 1,
        unclear: 1,
    };
    let page = board_page(&listing, &leader, &queue, 80).to_string();
    assert!(
        page.lines().all(|line| line.chars().count() <= 80),
        "{page}"
    );
    insta::assert_snapshot!(page);
    let nobody = board_page(&listing, &Leader::Nobody, &Queue::default(), 80).to_string();
    assert!(
        nobody.contains("Next to be missed is\nkeep-going/day-1, 14:50, in 2 h 50 min."),
        "{nobody}"
    );
}

#[test]
fn a_board_of_long_names_keeps_to_the_width() {
    let long = "a-cue-whose-name-takes-more-than-a-third";
    let words = "due, and nothing sends it";
    let next = format!("go {long}/day-1");
    let mut cue = listed(
        long,
        at("14:50"),
        Some(at("14:30")),
        (CueState::Sending, words),
        &next,
    );
    cue.to = "Everybody who is in the building on that day".to_owned();
    let title = "A very long title ".repeat(8);
    let listing = Listing {
        title: title.clone(),
        now: at("12:00"),
        days: vec![ListedDay {
            id: Some(DayId::new("day-1")),
            title,
            today: true,
            cues: vec![cue],
        }],
        check_ins: Vec::new(),
        next: None,
    };
    let page = board_page(&listing, &Leader::Nobody, &Queue::default(), 80).to_string();
    assert!(
        page.lines().all(|line| line.chars().count() <= 80),
        "{page}"
    );
    assert!(page.contains(&format!("→ {next}\n")), "{page}");
}

#[test]
fn an_outcome_is_as_bad_as_the_worst_of_it() {
    let outcome = Outcome {
        cue: key("opening"),
        all: 12,
        sent: 9,
        pending: 0,
        no_link: 0,
        absent: 0,
        late: 0,
        stopped: 0,
        failed: vec![("Team 1".to_owned(), "the room is gone".to_owned())],
        unclear: vec![("Jury".to_owned(), "no answer".to_owned()); 2],
        waits_for_second: false,
    };
    assert_eq!(
        outcome.summary(),
        "opening/day-1: sent to 9 of 12. 1 failed. 2 unclear."
    );
    assert_eq!(
        outcome.details(1),
        [
            "Team 1: failed: the room is gone",
            "Jury: unclear: no answer",
            "… and 1 recipient more unclear",
        ]
    );
    assert_eq!(outcome.verdict(), Verdict::Failed);
    assert_eq!(outcome.next().as_deref(), Some("retry opening/day-1"));
    let unclear = Outcome {
        failed: Vec::new(),
        ..outcome
    };
    assert_eq!(unclear.verdict(), Verdict::Unclear);
    assert_eq!(unclear.next().as_deref(), Some("settle opening/day-1"));
}

#[test]
fn receipts_tell_rooms_apart_only_where_they_differ() {
    let event = sample::event();
    let of = |room: &str, state: ReceiptState| Receipt {
        recipient: CueRecipient::Room(RoomKey::new(room)),
        state,
    };
    let all = [
        of("a", ReceiptState::Done),
        of("b", ReceiptState::Done),
        of("c", ReceiptState::Gone),
        of("d", ReceiptState::Impossible),
    ];
    assert_eq!(
        receipts(&event, Done::Deleted, &all),
        [
            "2 rooms: deleted: room/a and room/b",
            "room/c: gone already",
            "room/d: not possible: it is not known whether it arrived",
        ]
    );
    assert_eq!(receipts_verdict(&all), Verdict::Unclear);
    assert_eq!(receipts_verdict(&all[..3]), Verdict::Done);
    assert_eq!(receipts(&event, Done::Sent, &all[..2]), ["2 rooms: sent"]);
}

#[test]
fn one_line_says_what_waits_for_an_operator() {
    let room = CueRecipient::Room(RoomKey::new("a"));
    let need = |need, number| Attention {
        cue: key("opening"),
        generation: 0,
        need,
        recipients: vec![room.clone(); number],
        attempts: 0,
    };
    let due = at("08:45").timestamp();
    assert_eq!(waiting(&[]), None);
    assert_eq!(waiting(&[need(Need::Link, 3)]), None);
    let needs = [
        need(Need::Go { due }, 6),
        need(Need::Late { due }, 1),
        need(Need::Settle, 1),
    ];
    assert_eq!(
        waiting(&needs).as_deref(),
        Some("2 cues wait for a go and 1 delivery is unclear")
    );
}

#[test]
fn a_cost_is_by_the_pace_that_was_learnt() {
    assert_eq!(
        cost(12, None),
        "12 calls to Webex, under a minute at 300 a minute (as expected)."
    );
    assert_eq!(
        cost(500, Some(60.0)),
        "500 calls to Webex, about 9 min at 60 a minute (as learnt)."
    );
}

#[test]
fn what_is_not_understood_in_the_chat_is_one_sentence() {
    let refusal = |hint| chat_refusal("the event has no cue openin", hint);
    assert_eq!(
        refusal(Some("did you mean opening?")),
        "The event has no cue openin: did you mean opening?"
    );
    assert_eq!(
        refusal(Some("its cues are opening and lunch")),
        "The event has no cue openin: its cues are opening and lunch."
    );
    assert_eq!(refusal(None), "The event has no cue openin.");
}
