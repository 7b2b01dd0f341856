//! Every order in which two or three operators can look, take the lease, renew it, be suspended,
//! send, be answered, die and begin anew, explored to the last state: no call is sent under a lease
//! that somebody took over, nothing is made twice, and from everywhere there is a way to the end.
//!
//! Each safeguard is also left out once: then the explorer finds out why it is there.

mod explore;
mod operators;

use std::io::Write as _;

use explore::{Counterexample, Explored, explore};
use operators::{Operators, Without};

/// Two operators on two machines, whose clocks agree, and a Webex that shows everything within the
/// settle window.
const TWO: Operators = Operators {
    operators: 2,
    deaths: 2,
    one_machine: false,
    visible_within: 2,
    skew: 0,
    without: Without::Nothing,
};

fn holds(name: &str, model: Operators) {
    match explore(&model) {
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

fn fails(model: Operators) -> Counterexample {
    explore(&model).expect_err("it is not safe without")
}

#[test]
fn two_operators_on_two_machines() {
    holds("two machines", TWO);
}

#[test]
fn two_operators_on_one_machine_where_the_dead_are_known() {
    let one_machine = true;
    holds("one machine", Operators { one_machine, ..TWO });
}

#[test]
fn two_operators_whose_clocks_disagree_by_twenty_seconds() {
    let model = Operators {
        skew: 1,
        visible_within: 1,
        ..TWO
    };
    holds("clocks apart", model);
}

#[test]
fn three_operators() {
    let deaths = u8::from(std::env::var_os("SHOWCALLER_LONG").is_some());
    let model = Operators {
        operators: 3,
        deaths,
        ..TWO
    };
    holds("three operators", model);
}

#[test]
fn without_the_fence_two_write() {
    let without = Without::Fence;
    let found = fails(Operators { without, ..TWO });
    assert_eq!(found.what, "two wrote as if each held the lease");
}

#[test]
fn without_leave_to_send_a_sleeper_sends_too_late() {
    let without = Without::Leave;
    let found = fails(Operators { without, ..TWO });
    let what = "a call was sent under a lease that somebody took over";
    assert_eq!(found.what, what);
}

#[test]
fn without_the_settle_window_the_room_is_made_twice() {
    let without = Without::SettleWindow;
    let found = fails(Operators { without, ..TWO });
    assert_eq!(found.what, "the room was made twice");
}

#[test]
fn beyond_the_settle_window_the_room_is_made_twice() {
    let visible_within = 6;
    let found = fails(Operators {
        visible_within,
        ..TWO
    });
    assert_eq!(found.what, "the room was made twice");
}

/// Each of the signs by which a look is found to be outdated.
#[test]
fn if_stale_looks_were_acted_on_the_room_would_be_made_twice() {
    for without in [Without::Counting, Without::Waking, Without::Lapsing] {
        let found = fails(Operators {
            without,
            one_machine: true,
            ..TWO
        });
        assert_eq!(found.what, "the room was made twice", "{without:?}");
    }
}
