//! Every order in which two operators can press, a runner can claim, send, be refused, hear nothing and
//! die, time can pass and a link can appear, explored to the last state, with the real board and the real
//! commands: no room gets one generation twice unless a person asked for it, nothing is sent after a hold,
//! and nothing is lost in silence.
//!
//! Each safeguard of the runner and of the log is also left out once: then the explorer finds out why it
//! is there.

mod calls;
#[path = "../../../../../promises/model/explore.rs"]
mod explore;
mod steps;

use std::io::Write as _;

use calls::{BY_CLOCK, Calls, Without, World};
use explore::{Counterexample, Explored, explore};
use showcaller_event::model::Sending;

fn holds(name: &str, world: World) {
    match explore(&Calls::new(world)) {
        Ok(Explored {
            states,
            transitions,
        }) => {
            let mut out = std::io::stdout();
            let _ = writeln!(out, "{name}: {states} states, {transitions} transitions");
            assert!(states > 1_000, "only {states} states were reached");
        }
        Err(Counterexample { what, way }) => panic!("{name}: {what}\n{}", way.join("\n")),
    }
}

fn fails(without: Without, presses: [u8; 2]) -> &'static str {
    let world = World {
        without,
        presses,
        ..BY_CLOCK
    };
    explore(&Calls::new(world))
        .expect_err("it is not safe without")
        .what
}

#[test]
fn one_operator_and_two_rooms_one_of_whose_links_is_late() {
    let world = World {
        rooms: 2,
        link: false,
        presses: [1, 0],
        ..BY_CLOCK
    };
    holds("two rooms", world);
}

#[test]
fn two_operators_press_at_once() {
    holds("two operators", BY_CLOCK);
    if std::env::var_os("SHOWCALLER_LONG").is_some() {
        let presses = [2, 1];
        let world = World {
            presses,
            ..BY_CLOCK
        };
        holds("two operators, three presses", world);
    }
}

#[test]
fn one_operator_presses_twice() {
    let presses = [2, 0];
    let world = World {
        presses,
        ..BY_CLOCK
    };
    holds("two presses", world);
}

#[test]
fn a_cue_by_call() {
    let sending = Sending::ByCall;
    let world = World {
        sending,
        ..BY_CLOCK
    };
    holds("by call", world);
}

#[test]
fn a_cue_that_needs_two_people() {
    let world = World {
        two_people: true,
        presses: [2, 1],
        ..BY_CLOCK
    };
    holds("two people", world);
}

#[test]
fn without_each_safeguard_a_message_is_sent_twice() {
    let twice = "a room got one generation twice";
    for without in [Without::Rows, Without::Doubt] {
        assert_eq!(fails(without, [0, 0]), twice, "{without:?}");
    }
    assert_eq!(fails(Without::Attempt, [1, 0]), twice);
    let what = "one look at the board raised the generation twice";
    assert_eq!(fails(Without::Again, [1, 1]), what);
}

#[test]
fn without_a_board_of_the_whole_log_a_message_is_sent_after_a_hold() {
    let what = "a message was sent that was not called since it was stopped";
    assert_eq!(fails(Without::Fresh, [1, 0]), what);
}

#[test]
fn without_the_board_what_a_dead_runner_left_is_sent_late_or_of_an_older_generation() {
    let what = "a message was sent past its window";
    assert_eq!(fails(Without::Window, [0, 0]), what);
    let what = "a message of an older generation was sent";
    assert_eq!(fails(Without::Generation, [1, 0]), what);
}

/// A known fault of a peer: done was noted before it was.
#[test]
fn if_it_were_marked_sent_before_the_answer_a_message_would_be_lost() {
    let what = "a message counts as sent that never was";
    assert_eq!(fails(Without::Answer, [0, 0]), what);
}
