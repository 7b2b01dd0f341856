//! Cues that count from what actually happened, and those of meetings that are run by hand.

use showcaller_event::model::{Anchor, Counts};
use showcaller_show::{DeliveryState, Entry};

use crate::support::{Show, anchored, at, cue, meeting, minutes, webex};

fn after_the_closing() -> Show {
    let mut thanks = anchored(
        cue("thanks/day-1"),
        &Anchor::After {
            meeting: meeting("closing/day-1"),
            delay: minutes(5),
        },
    );
    thanks.counts = Counts::Actual;
    Show::new([thanks])
}

fn ended(time: &str) -> Entry {
    Entry::Ended {
        meeting: meeting("closing/day-1"),
        at: at(time),
    }
}

fn started(time: &str) -> Entry {
    Entry::Started {
        meeting: meeting("closing/day-1"),
        at: at(time),
    }
}

#[test]
fn what_counts_from_the_actual_end_waits_for_it() {
    let mut show = after_the_closing();
    assert_eq!(
        show.at("16:34").state("thanks/day-1"),
        "Planned: alpha Planned, beta Planned"
    );
    // By the plan it would be time, but the end is not known: an operator is asked.
    assert_eq!(
        show.at("16:35").state("thanks/day-1"),
        "Standby: alpha Standby, beta Standby"
    );
    show.at("16:52").log_by(&webex(), ended("16:50"));
    assert!(show.at("16:54").due().is_empty());
    assert_eq!(show.at("16:55").due().len(), 2);
    assert_eq!(
        show.at("17:05").state("thanks/day-1"),
        "Late: alpha Late, beta Late"
    );
}

#[test]
fn a_meeting_that_ended_and_began_again_fires_nothing_twice() {
    let mut show = after_the_closing();
    show.at("16:40").log_by(&webex(), ended("16:38"));
    // People came back: the end does not count until it ends again.
    show.at("16:42").log_by(&webex(), started("16:41"));
    assert!(show.at("16:43").due().is_empty());
    show.at("16:52").log_by(&webex(), ended("16:50"));
    assert_eq!(show.at("16:55").due().len(), 2);
    for room in ["alpha", "beta"] {
        show.delivered("thanks/day-1", room, DeliveryState::Sent);
    }
    show.at("16:57").log_by(&webex(), started("16:56"));
    show.at("17:22").log_by(&webex(), ended("17:20"));
    assert_eq!(
        show.at("17:25").state("thanks/day-1"),
        "Sent: alpha Sent, beta Sent"
    );
}

#[test]
fn a_rehearsal_in_the_same_meeting_fires_nothing() {
    let mut show = after_the_closing();
    show.log_by(&webex(), started("08:00"));
    show.at("08:12").log_by(&webex(), ended("08:10"));
    assert!(show.at("08:15").due().is_empty());
    // But an operator's word counts whenever it is given.
    show.at("15:00").log(ended("15:00"));
    assert_eq!(show.at("15:05").due().len(), 2);
}

#[test]
fn what_hangs_on_a_detached_meeting_waits_for_an_operator() {
    let mut show = Show::new([cue("opening/day-1")]);
    let meeting = || meeting("opening/day-1");
    show.log(Entry::Detach { meeting: meeting() });
    assert_eq!(
        show.at("09:55").state("opening/day-1"),
        "Standby: alpha Standby, beta Standby"
    );
    assert_eq!(
        show.at("11:00").state("opening/day-1"),
        "Standby: alpha Standby, beta Standby"
    );
    show.at("09:56").log(Entry::Attach { meeting: meeting() });
    assert_eq!(show.due().len(), 2);
}
