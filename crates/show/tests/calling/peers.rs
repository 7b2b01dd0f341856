//! Known faults of other programs that announce: each is shown not to happen here.

use showcaller_event::model::Late;
use showcaller_show::{DeliveryState, Entry};

use crate::support::{Show, at, cue, key, meeting, minutes};

fn move_opening(show: &mut Show, by: i64) {
    let mut opening = show
        .schedule
        .get(&meeting("opening/day-1"))
        .unwrap()
        .clone();
    opening.start = opening.start.checked_add(minutes(by)).unwrap();
    opening.end = opening.end.checked_add(minutes(by)).unwrap();
    show.schedule.set(meeting("opening/day-1"), opening);
}

/// "A task is marked done even when it threw."
#[test]
fn what_failed_is_not_done() {
    let mut show = Show::new([cue("opening/day-1")]);
    show.at("09:50")
        .delivered("opening/day-1", "alpha", DeliveryState::Sent);
    let reason = "500".to_owned();
    show.delivered("opening/day-1", "beta", DeliveryState::Failed { reason });
    assert_eq!(
        show.state("opening/day-1"),
        "Failed: alpha Sent, beta Failed"
    );
}

/// "Announces again after a restart", inside the window.
#[test]
fn a_restart_repeats_nothing() {
    let mut show = Show::new([cue("opening/day-1")]);
    show.at("09:50")
        .delivered("opening/day-1", "alpha", DeliveryState::Sent);
    show.delivered("opening/day-1", "beta", DeliveryState::Sending);
    // All that a process knows is in the log and the ledger: another one comes to the same.
    assert!(show.at("09:51").due().is_empty());
    let reason = "the process died".to_owned();
    show.delivered("opening/day-1", "beta", DeliveryState::Unclear { reason });
    assert!(show.due().is_empty());
    assert_eq!(
        show.state("opening/day-1"),
        "Sent: alpha Sent, beta Unclear"
    );
}

/// "A talk moved after firing" is not announced again by itself; that is a change to be told, or an again.
#[test]
fn a_meeting_moved_after_its_cue_was_sent_sends_nothing_by_itself() {
    let mut show = Show::new([cue("opening/day-1")]);
    for room in ["alpha", "beta"] {
        show.at("09:50")
            .delivered("opening/day-1", room, DeliveryState::Sent);
    }
    move_opening(&mut show, 60);
    assert!(show.at("10:50").due().is_empty());
    show.log(Entry::Again {
        cue: key("opening/day-1"),
        after: 0,
    });
    assert_eq!(show.due().len(), 2);
}

/// "One moved while pending fires at the old time."
#[test]
fn a_meeting_moved_while_its_cue_is_pending_moves_the_cue() {
    let mut show = Show::new([cue("opening/day-1")]);
    move_opening(&mut show, 20);
    assert!(show.at("09:50").due().is_empty());
    assert_eq!(show.at("10:10").due().len(), 2);
    // Even what was claimed already waits for the new time.
    show.delivered("opening/day-1", "alpha", DeliveryState::Waiting);
    move_opening(&mut show, 20);
    assert!(show.due().is_empty());
    show.board(|board| assert_eq!(board.next_change(), Some(at("10:30"))));
    assert_eq!(show.at("10:30").due().len(), 2);
}

/// "An outage longer than the window silently skips."
#[test]
fn an_outage_is_summed_up() {
    let mut skipped = cue("lunch/day-1");
    skipped.late = Late::Skip;
    let mut show = Show::new([cue("opening/day-1"), skipped, cue("opening/day-2")]);
    // A runner died in the middle of the first.
    show.at("09:50")
        .delivered("opening/day-1", "alpha", DeliveryState::Sent);
    show.delivered("opening/day-1", "beta", DeliveryState::Waiting);
    show.at("11:00").board(|board| {
        let told: Vec<_> = board.attention(at("11:00"));
        let told: Vec<_> = told.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "late/opening/day-1/0/2027-10-06T07:50:00Z",
                "left-out/lunch/day-1/0/2027-10-06T07:50:00Z",
            ]
        );
    });
    assert!(show.due().is_empty());
    // What was decided since needs no operator any more.
    show.log(Entry::Skip {
        cue: key("opening/day-1"),
    });
    show.board(|board| assert_eq!(board.attention(at("11:00")).len(), 1));
}
