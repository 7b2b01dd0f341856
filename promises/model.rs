//! Every order in which two or three operators can look, take the lease, renew it, be suspended,
//! send, be answered, die and begin anew, explored to the last state: no call is sent under a lease
//! that somebody took over, nothing is made twice, and from everywhere there is a way to the end.
//!
//! And every order in which two replicas can claim the same three messages, send them, be suspended,
//! crash, take over from each other, hear nothing and report late, beside an apply on the same
//! journal: no message is sent twice unless a person has looked and asked for it, none is lost, and
//! neither knows of the other.
//!
//! Each safeguard is also left out once: then the explorer finds out why it is there.

mod explore;
mod messages;
mod operators;

use std::io::Write as _;

use explore::{Counterexample, Explored, Model, explore};
use messages::{Messages, Without as Unsafe};
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

fn holds(name: &str, model: &impl Model) {
    match explore(model) {
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

fn fails(model: &impl Model) -> Counterexample {
    explore(model).expect_err("it is not safe without")
}

#[test]
fn two_operators_on_two_machines() {
    holds("two machines", &TWO);
}

#[test]
fn two_operators_on_one_machine_where_the_dead_are_known() {
    let one_machine = true;
    holds("one machine", &Operators { one_machine, ..TWO });
}

#[test]
fn two_operators_whose_clocks_disagree_by_twenty_seconds() {
    let model = Operators {
        skew: 1,
        visible_within: 1,
        ..TWO
    };
    holds("clocks apart", &model);
}

#[test]
fn three_operators() {
    let deaths = u8::from(std::env::var_os("SHOWCALLER_LONG").is_some());
    let model = Operators {
        operators: 3,
        deaths,
        ..TWO
    };
    holds("three operators", &model);
}

#[test]
fn without_the_fence_two_write() {
    let without = Without::Fence;
    let found = fails(&Operators { without, ..TWO });
    assert_eq!(found.what, "two wrote as if each held the lease");
}

#[test]
fn without_leave_to_send_a_sleeper_sends_too_late() {
    let without = Without::Leave;
    let found = fails(&Operators { without, ..TWO });
    let what = "a call was sent under a lease that somebody took over";
    assert_eq!(found.what, what);
}

#[test]
fn without_the_settle_window_the_room_is_made_twice() {
    let without = Without::SettleWindow;
    let found = fails(&Operators { without, ..TWO });
    assert_eq!(found.what, "the room was made twice");
}

#[test]
fn beyond_the_settle_window_the_room_is_made_twice() {
    let visible_within = 6;
    let found = fails(&Operators {
        visible_within,
        ..TWO
    });
    assert_eq!(found.what, "the room was made twice");
}

/// Each of the signs by which a look is found to be outdated.
#[test]
fn if_stale_looks_were_acted_on_the_room_would_be_made_twice() {
    for without in [Without::Counting, Without::Waking, Without::Lapsing] {
        let found = fails(&Operators {
            without,
            one_machine: true,
            ..TWO
        });
        assert_eq!(found.what, "the room was made twice", "{without:?}");
    }
}

/// Two replicas on two machines, whose clocks agree, with one message to send. A tick is short enough
/// to tell the times apart that matter.
const ONE: Messages = Messages {
    due: 1,
    tick: 10,
    at_once: 1,
    one_machine: false,
    visible_within: 5,
    permit_to_send: 0,
    skew: 0,
    steps: 0,
    step: 0,
    sleeps: false,
    applies: false,
    without: Unsafe::Nothing,
};

/// Three messages and an apply beside, in longer ticks: a heartbeat counts for one, and the settle
/// window is two.
const THREE: Messages = Messages {
    due: 3,
    tick: 30,
    visible_within: 1,
    applies: true,
    ..ONE
};

#[test]
fn two_replicas_three_messages_and_an_apply() {
    holds("three messages", &THREE);
    if std::env::var_os("SHOWCALLER_LONG").is_some() {
        let finer = Messages {
            tick: 20,
            visible_within: 2,
            ..THREE
        };
        holds("three messages, finer", &finer);
        let at_once = 2;
        holds(
            "three messages, two at once",
            &Messages { at_once, ..THREE },
        );
        let apart = Messages {
            skew: 1,
            visible_within: 0,
            ..THREE
        };
        holds("three messages, clocks apart", &apart);
    }
}

#[test]
fn two_replicas_that_send_two_messages_at_once() {
    let model = Messages {
        due: 2,
        at_once: 2,
        ..THREE
    };
    holds("two at once", &model);
}

#[test]
fn one_message_in_short_ticks() {
    holds("one message", &ONE);
    let one_machine = true;
    holds("on one machine", &Messages { one_machine, ..ONE });
}

#[test]
fn two_replicas_whose_clocks_disagree_by_twenty_seconds() {
    let apart = Messages {
        skew: 2,
        visible_within: 3,
        ..ONE
    };
    holds("replicas apart", &apart);
    let two = Messages {
        due: 2,
        tick: 20,
        skew: 1,
        visible_within: 1,
        ..ONE
    };
    holds("replicas apart, two messages", &two);
}

/// What clocks are apart comes off the settle window.
#[test]
fn where_clocks_disagree_and_webex_is_late_a_message_is_sent_twice() {
    let found = fails(&Messages {
        skew: 2,
        visible_within: 4,
        ..ONE
    });
    assert_eq!(found.what, TWICE);
}

#[test]
fn machines_that_sleep() {
    let sleeps = true;
    holds("machines asleep", &Messages { sleeps, ..ONE });
}

/// A wall clock that is set, far enough to hide that another process took over.
const SET: Messages = Messages {
    tick: 20,
    visible_within: 2,
    steps: 1,
    step: 5,
    ..ONE
};

#[test]
fn a_wall_clock_that_is_set() {
    holds("a clock set", &SET);
}

/// No clock of its own tells it then: this is what the permit cannot see.
#[test]
fn a_machine_that_sleeps_while_its_clock_is_set_back_sends_too_late() {
    let sleeps = true;
    assert_eq!(fails(&Messages { sleeps, ..SET }).what, TWICE);
}

/// What is left is the moment between the permit and the network: it may be long, as long as the
/// heartbeat takes to run out and the message in doubt to be settled.
#[test]
fn a_request_that_takes_a_minute_from_the_permit_to_the_network_is_sent_twice() {
    let late = |permit_to_send| Messages {
        permit_to_send,
        visible_within: 2,
        ..ONE
    };
    holds("fifty seconds to the network", &late(5));
    assert_eq!(fails(&late(6)).what, TWICE);
}

const TWICE: &str = "a message was sent twice";

#[test]
fn without_each_safeguard_a_message_is_sent_twice() {
    for without in [
        Unsafe::KeyForEver,
        Unsafe::Attempt,
        Unsafe::AttemptSeen,
        Unsafe::Permit,
        Unsafe::OwnPermit,
        Unsafe::Dead,
        Unsafe::Forgotten,
        Unsafe::SignOfLife,
        Unsafe::SettleWindow,
    ] {
        let found = fails(&Messages { without, ..ONE });
        assert_eq!(found.what, TWICE, "{without:?}");
    }
    let (without, sleeps) = (Unsafe::WallClock, true);
    let found = fails(&Messages {
        without,
        sleeps,
        ..ONE
    });
    assert_eq!(found.what, TWICE, "a machine that sleeps");
    let without = Unsafe::MonotonicClock;
    let found = fails(&Messages { without, ..SET });
    assert_eq!(found.what, TWICE, "a clock that is set");
}

#[test]
fn without_the_owner_a_lost_claim_sends() {
    let without = Unsafe::Owner;
    let what = "a message was started that another process had claimed";
    assert_eq!(fails(&Messages { without, ..ONE }).what, what);
}

#[test]
fn without_kinds_apply_and_messages_get_into_each_others_way() {
    for (without, what) in [
        (Unsafe::KindCounted, "a message made apply's look outdated"),
        (Unsafe::KindSettled, "apply closed a message"),
    ] {
        let applies = true;
        let found = fails(&Messages {
            without,
            applies,
            ..ONE
        });
        assert_eq!(found.what, what);
    }
}
