//! After a restore, nothing is sent by itself that may have been sent.

use rstest::rstest;
use showcaller_event::model::Late;
use showcaller_show::{DeliveryState, Entry};

use crate::support::{Show, at, cue, key, with_link};

/// A show whose ledger has lost the messages of this time.
fn restored(from: &str, until: &str) -> Show {
    let mut show = Show::new([cue("opening/day-1")]);
    show.unknown = vec![(at(from), at(until))];
    show
}

fn go() -> Entry {
    let cue = key("opening/day-1");
    Entry::Go { cue }
}

const ASKED: &str = "Late: alpha Late, beta Late";
const GOES: &str = "Sending: alpha Due, beta Due";

#[rstest]
#[case::due_in_it("09:45", "09:55", ASKED)]
#[case::due_as_it_ended("09:45", "09:50", ASKED)]
#[case::its_window_was_open("09:55", "09:56", ASKED)]
#[case::before_it_was_due("09:40", "09:49", GOES)]
fn a_cue_that_was_due_in_a_time_of_unknown_messages_is_asked_about(
    #[case] from: &str,
    #[case] until: &str,
    #[case] state: &str,
) {
    let mut show = restored(from, until);
    assert_eq!(show.at("09:57").state("opening/day-1"), state);
}

#[test]
fn it_is_asked_about_whatever_its_policy_for_lateness() {
    let mut show = restored("09:45", "09:50:10");
    show.event.cues[0].late = Late::Skip;
    assert_eq!(show.at("09:50:20").state("opening/day-1"), ASKED);
}

#[test]
fn who_has_a_row_is_not_asked_about() {
    let mut show = restored("09:45", "09:55");
    show.at("09:57")
        .delivered("opening/day-1", "alpha", DeliveryState::Sent)
        .delivered("opening/day-1", "beta", DeliveryState::Waiting);
    assert_eq!(show.state("opening/day-1"), "Sending: alpha Sent, beta Due");
}

#[test]
fn a_go_of_then_asks_and_a_go_of_now_sends() {
    let mut show = restored("08:50", "09:05");
    show.at("09:00").log(go());
    assert_eq!(show.at("09:06").state("opening/day-1"), ASKED);
    show.log(go());
    assert_eq!(show.state("opening/day-1"), GOES);
    // Another one after it calls nothing anew.
    show.at("09:07").log(go());
    assert_eq!(show.at("09:16").state("opening/day-1"), ASKED);
}

#[test]
fn what_failed_is_not_sent_again_by_a_retry_of_then() {
    let mut show = restored("08:50", "09:05");
    let failed = DeliveryState::Failed {
        reason: "the room is gone".to_owned(),
    };
    show.at("08:40").log(go());
    for room in ["alpha", "beta"] {
        show.delivered("opening/day-1", room, failed.clone());
    }
    for (time, state) in [
        ("09:00", "Failed: alpha Failed, beta Failed"),
        ("09:06", "Sending: alpha Due, beta Due"),
    ] {
        let retried = show
            .at(time)
            .command("opening/day-1", &showcaller_show::Command::Retry);
        retried.expect("it failed");
        assert_eq!(show.state("opening/day-1"), state);
    }
}

#[test]
fn what_lacked_its_link_is_asked_about_once_it_has_it() {
    let mut show = Show::new([with_link(cue("opening/day-1"), &["alpha", "beta"])]);
    show.unknown = vec![(at("09:45"), at("09:55"))];
    show.links = false;
    assert_eq!(
        show.at("09:57").state("opening/day-1"),
        "Held: alpha NoLink, beta NoLink"
    );
    show.links = true;
    assert_eq!(show.state("opening/day-1"), ASKED);
}
