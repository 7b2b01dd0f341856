//! The states of cues, by what was called, what happened, and what the ledger has.

use rstest::rstest;
use showcaller_event::model::{Anchor, CueRecipient, CueTo, Email, Late, Sending};
use showcaller_show::{CueState, DeliveryState, Entry, RecipientState};

use crate::support::{Show, anchored, ann, at, bob, cue, key, meeting, minutes, person, with_link};

fn failed() -> DeliveryState {
    DeliveryState::Failed {
        reason: "the room is gone".to_owned(),
    }
}

fn go(cue: &str) -> Entry {
    Entry::Go { cue: key(cue) }
}

#[rstest]
#[case("09:49", "Planned: alpha Planned, beta Planned")]
#[case("09:50", "Sending: alpha Due, beta Due")]
#[case("09:59:59", "Sending: alpha Due, beta Due")]
#[case("10:00", "Late: alpha Late, beta Late")]
#[case("18:00", "Late: alpha Late, beta Late")]
fn a_cue_by_clock_is_due_within_its_window(#[case] time: &str, #[case] state: &str) {
    let mut show = Show::new([cue("opening/day-1")]);
    assert_eq!(show.at(time).state("opening/day-1"), state);
}

#[rstest]
#[case(Late::Ask, "Late: alpha Late, beta Late")]
#[case(Late::Skip, "Skipped: alpha Skipped, beta Skipped")]
fn other_policies_leave_a_minute(#[case] late: Late, #[case] state: &str) {
    let mut opening = cue("opening/day-1");
    opening.late = late;
    let mut show = Show::new([opening]);
    assert_eq!(show.at("09:50:59").due().len(), 2);
    assert_eq!(show.at("09:51").state("opening/day-1"), state);
    assert!(show.due().is_empty());
}

/// As a broadcast to many rooms takes longer than a minute.
#[rstest]
#[case(Late::Ask, RecipientState::Late)]
#[case(Late::Skip, RecipientState::Skipped)]
fn what_the_leader_claimed_in_time_goes_on_for_ten_minutes(
    #[case] late: Late,
    #[case] left: RecipientState,
) {
    let mut opening = cue("opening/day-1");
    opening.late = late;
    let mut show = Show::new([opening]);
    show.at("09:50");
    for room in ["alpha", "beta"] {
        show.delivered("opening/day-1", room, DeliveryState::Waiting);
    }
    // Alpha's was claimed by a process that is dead by now.
    show.deliveries[1].in_hand = true;
    for time in ["09:51", "09:59:59"] {
        assert_eq!(show.at(time).due(), ["opening/day-1 beta"]);
    }
    show.at("10:00").board(|board| {
        let states = board.cues[0].recipients.iter().map(|it| &it.state);
        assert!(states.eq([&left, &left]));
    });
    // It is stopped as any other.
    show.at("09:52").log(Entry::Hold {
        cue: key("opening/day-1"),
    });
    assert!(show.due().is_empty());
}

/// What fails for others, or once more, is told again, and only once all of it is known.
#[test]
fn every_failure_is_told_once_nothing_is_under_way() {
    let mut show = Show::new([cue("opening/day-1")]);
    let told = |show: &Show| {
        show.board(|board| {
            let needs = board.attention(show.now);
            let needs = needs.iter().map(|it| (it.to_string(), it.recipients.len()));
            needs.collect::<Vec<_>>()
        })
    };
    show.at("09:50")
        .delivered("opening/day-1", "alpha", failed());
    show.delivered("opening/day-1", "beta", DeliveryState::Sending);
    assert_eq!(told(&show), []);
    let mut all = Vec::new();
    show.delivered("opening/day-1", "beta", DeliveryState::Sent);
    all.extend(told(&show));
    show.delivered("opening/day-1", "beta", failed());
    all.extend(told(&show));
    show.delivered("opening/day-1", "beta", DeliveryState::Sending);
    assert_eq!(told(&show), []);
    show.delivered("opening/day-1", "beta", failed());
    all.extend(told(&show));
    let numbers: Vec<_> = all.iter().map(|(_, number)| *number).collect();
    assert_eq!(numbers, [1, 2, 2]);
    let names: std::collections::BTreeSet<_> = all.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), 3, "{names:?}");
}

#[test]
fn what_is_in_doubt_is_told_once_none_of_it_is_looked_up() {
    let unclear = || DeliveryState::Unclear {
        reason: String::new(),
    };
    let mut show = Show::new([cue("opening/day-1")]);
    show.at("09:50")
        .delivered("opening/day-1", "alpha", unclear());
    show.at("09:51")
        .delivered("opening/day-1", "beta", unclear());
    let told = |show: &mut Show, time| {
        let needs = show.at(time).board(|board| board.attention(at(time)));
        let needs = needs.iter().map(|it| it.recipients.len());
        needs.collect::<Vec<_>>()
    };
    assert_eq!(told(&mut show, "09:52"), [0; 0]);
    assert_eq!(told(&mut show, "09:53"), [2]);
}

#[test]
fn a_go_works_from_every_open_state() {
    let stopped: [&[Entry]; 3] = [
        &[],
        &[Entry::Hold {
            cue: key("opening/day-1"),
        }],
        &[Entry::Skip {
            cue: key("opening/day-1"),
        }],
    ];
    for entries in stopped {
        for time in ["08:00", "09:49", "09:55", "11:00", "+1 09:00"] {
            let mut show = Show::new([cue("opening/day-1")]);
            for entry in entries {
                show.log(entry.clone());
            }
            show.at(time).log(go("opening/day-1"));
            let state = show.state("opening/day-1");
            assert_eq!(state, "Sending: alpha Due, beta Due", "{entries:?} {time}");
        }
    }
}

#[test]
fn a_go_holds_for_ten_minutes() {
    let mut show = Show::new([with_link(cue("opening/day-1"), &["beta"])]);
    show.links = false;
    show.at("08:30").log(go("opening/day-1"));
    show.delivered("opening/day-1", "alpha", DeliveryState::Sent);
    assert_eq!(show.state("opening/day-1"), "Held: alpha Sent, beta NoLink");
    assert_eq!(
        show.at("08:39:59").state("opening/day-1"),
        "Held: alpha Sent, beta NoLink"
    );
    show.links = true;
    assert_eq!(show.due(), ["opening/day-1 beta"]);
    assert_eq!(
        show.at("08:40").state("opening/day-1"),
        "Late: alpha Sent, beta Late"
    );
    show.log(go("opening/day-1"));
    assert_eq!(show.due(), ["opening/day-1 beta"]);
}

#[test]
fn a_recipient_who_is_not_on_webex_yet_is_waited_for() {
    let mut show = Show::new([cue("opening/day-1")]);
    show.absent = vec![CueRecipient::Room(showcaller_event::model::RoomKey::new(
        "beta",
    ))];
    show.at("09:50")
        .delivered("opening/day-1", "alpha", DeliveryState::Sent);
    let held = "Held: alpha Sent, beta NotOnWebex";
    assert_eq!(show.state("opening/day-1"), held);
    let needs = show.board(|board| board.attention(show.now));
    assert!(needs[0].to_string().starts_with("absent/opening/day-1/0/"));
    show.absent.clear();
    assert_eq!(show.at("09:55").due(), ["opening/day-1 beta"]);
}

/// The clock of the machine where it was called is four minutes ahead.
#[test]
fn a_go_from_a_machine_whose_clock_is_ahead_counts_at_once() {
    let mut show = Show::new([cue("opening/day-1")]);
    show.at("08:34").log(go("opening/day-1"));
    assert_eq!(show.at("08:30").due().len(), 2);
}

#[test]
fn a_cue_by_call_waits_on_standby_and_is_never_late() {
    let mut opening = cue("opening/day-1");
    opening.send = Sending::ByCall;
    let mut show = Show::new([opening]);
    assert_eq!(
        show.at("09:49").state("opening/day-1"),
        "Planned: alpha Planned, beta Planned"
    );
    let standby = "Standby: alpha Standby, beta Standby";
    assert_eq!(show.at("09:50").state("opening/day-1"), standby);
    assert_eq!(show.at("+1 17:00").state("opening/day-1"), standby);
}

#[rstest]
#[case(ann(), bob(), true)]
#[case(ann(), person("Ann", Some("account-2")), true)]
#[case(ann(), person("Anna", Some("account-1")), false)]
#[case(ann(), ann(), false)]
#[case(person("ann@laptop", None), person("bob@laptop", None), true)]
#[case(person("ann@laptop", None), person("ann@laptop", None), false)]
#[case(ann(), person("Ann", None), false)]
fn two_people_are_two_accounts_or_else_two_names(
    #[case] first: showcaller_show::By,
    #[case] second: showcaller_show::By,
    #[case] are_two: bool,
) {
    let mut opening = cue("opening/day-1");
    opening.two_people = true;
    let mut show = Show::new([opening]);
    show.log_by(&first, go("opening/day-1"));
    assert!(show.due().is_empty());
    show.board(|board| assert!(board.cues[0].waits_for_second));
    show.log_by(&second, go("opening/day-1"));
    assert_eq!(!show.due().is_empty(), are_two);
}

#[test]
fn a_cue_for_two_people_never_goes_by_the_clock_nor_by_half() {
    let mut opening = cue("opening/day-1");
    opening.two_people = true;
    let mut show = Show::new([opening]);
    show.at("09:55");
    assert_eq!(
        show.state("opening/day-1"),
        "Standby: alpha Standby, beta Standby"
    );
    show.log_by(&ann(), go("opening/day-1"));
    show.board(|board| assert_eq!(board.next_change(), Some(at("10:05"))));
    // Ann's go is lapsed when Bob says his.
    show.at("10:05").log_by(&bob(), go("opening/day-1"));
    assert!(show.due().is_empty());
    show.at("10:06").log_by(&ann(), go("opening/day-1"));
    assert_eq!(show.due().len(), 2);
    // After a hold, one of them is not enough.
    show.log(Entry::Hold {
        cue: key("opening/day-1"),
    });
    show.log_by(&bob(), go("opening/day-1"));
    assert_eq!(show.state("opening/day-1"), "Held: alpha Held, beta Held");
}

#[test]
fn only_again_and_recall_raise_the_generation() {
    let mut show = Show::new([cue("opening/day-1")]);
    let cue = key("opening/day-1");
    let generation = |show: &Show| show.board(|board| board.cues[0].generation);
    for entry in [
        go("opening/day-1"),
        Entry::Hold { cue: cue.clone() },
        Entry::Skip { cue: cue.clone() },
        go("opening/day-1"),
        Entry::Retry {
            cue: cue.clone(),
            generation: 0,
            failed: Vec::new(),
        },
    ] {
        show.log(entry);
        assert_eq!(generation(&show), 0);
    }
    let again = |after| Entry::Again {
        cue: cue.clone(),
        after,
    };
    show.log(again(0));
    assert_eq!(generation(&show), 1);
    // Of two who press at once, the second is void.
    show.log(again(0));
    assert_eq!(generation(&show), 1);
    let recall = || Entry::Recall { cue: cue.clone() };
    show.log(recall());
    assert_eq!(generation(&show), 2);
    show.log(recall());
    assert_eq!(generation(&show), 2);
    assert_eq!(show.state("opening/day-1"), "Held: alpha Held, beta Held");
}

#[test]
fn a_recall_stops_what_waits_and_names_what_is_to_be_deleted() {
    let mut show = Show::new([cue("opening/day-1")]);
    show.at("09:50")
        .delivered("opening/day-1", "alpha", DeliveryState::Sent);
    show.delivered("opening/day-1", "beta", DeliveryState::Waiting);
    show.log(Entry::Recall {
        cue: key("opening/day-1"),
    });
    assert!(show.due().is_empty());
    show.board(|board| {
        let rooms = |deliveries: Vec<&showcaller_show::Delivery>| -> Vec<String> {
            let names = deliveries.iter().map(|it| it.recipient.to_string());
            names.collect()
        };
        assert_eq!(rooms(board.recalled()), ["room/alpha"]);
        assert_eq!(rooms(board.superseded()), ["room/beta"]);
    });
    show.log(go("opening/day-1"));
    assert_eq!(show.state("opening/day-1"), "Sending: alpha Due, beta Due");
    show.board(|board| assert_eq!(board.superseded().len(), 1));
}

#[test]
fn what_failed_is_sent_again_only_for_the_attempt_that_was_looked_at() {
    let mut show = Show::new([cue("opening/day-1")]);
    show.at("09:50")
        .delivered("opening/day-1", "alpha", DeliveryState::Sent);
    show.delivered("opening/day-1", "beta", failed());
    assert_eq!(
        show.state("opening/day-1"),
        "Failed: alpha Sent, beta Failed"
    );
    let retry = showcaller_show::Command::Retry;
    show.at("12:00").command("opening/day-1", &retry).unwrap();
    assert_eq!(show.due(), ["opening/day-1 beta"]);
    // The runner reopens it; it is late by the schedule, but it was asked for.
    show.delivered("opening/day-1", "beta", DeliveryState::Waiting);
    assert_eq!(show.due(), ["opening/day-1 beta"]);
    show.delivered("opening/day-1", "beta", failed());
    assert_eq!(
        show.state("opening/day-1"),
        "Failed: alpha Sent, beta Failed"
    );
    assert!(show.due().is_empty());
}

#[test]
fn nothing_goes_by_a_clock_in_doubt_but_a_call_does() {
    let mut show = Show::new([cue("opening/day-1"), cue("welcome/day-1")]);
    show.clock_trusted = false;
    show.at("09:55").log(go("welcome/day-1"));
    assert_eq!(show.due(), ["welcome/day-1 alpha", "welcome/day-1 beta"]);
    // Nor is anything late by it.
    assert_eq!(
        show.at("11:00").state("opening/day-1"),
        "Planned: alpha Planned, beta Planned"
    );
    show.clock_trusted = true;
    assert_eq!(show.state("opening/day-1"), "Late: alpha Late, beta Late");
}

#[test]
fn what_is_due_goes_by_instant_and_then_in_the_files_order() {
    let by_hand = cue("by-hand/day-1");
    let earlier = anchored(
        cue("earlier/day-1"),
        &Anchor::Before {
            meeting: meeting("opening/day-1"),
            lead: minutes(12),
        },
    );
    let mut show = Show::new([by_hand, cue("second/day-1"), earlier, cue("third/day-1")]);
    show.at("09:52").log(go("by-hand/day-1"));
    assert_eq!(
        show.due(),
        [
            "earlier/day-1 alpha",
            "earlier/day-1 beta",
            "second/day-1 alpha",
            "second/day-1 beta",
            "third/day-1 alpha",
            "third/day-1 beta",
            "by-hand/day-1 alpha",
            "by-hand/day-1 beta",
        ]
    );
}
#[test]
fn a_renamed_cue_keeps_its_key_its_log_and_its_deliveries() {
    let mut show = Show::new([cue("opening/day-1")]);
    show.at("09:50").log(go("opening/day-1"));
    show.delivered("opening/day-1", "alpha", DeliveryState::Sent);
    let mut renamed = cue("welcome/day-1");
    renamed.previously = vec![key("hello/day-1"), key("opening/day-1")];
    show.event.cues = vec![renamed];
    assert_eq!(show.state("welcome/day-1"), "Sending: alpha Sent, beta Due");
    show.board(|board| {
        assert_eq!(board.cues[0].key, key("opening/day-1"));
        assert_eq!(board.cues[0].called_by, [ann()]);
    });
}

#[test]
fn who_is_new_since_follows_the_lateness_rule_and_who_left_is_still_counted() {
    let mut show = Show::new([cue("opening/day-1")]);
    show.at("09:50")
        .delivered("opening/day-1", "alpha", DeliveryState::Sent);
    show.delivered("opening/day-1", "beta", DeliveryState::Sent);
    let to = &mut show.event.cues[0].to;
    let say = to[1].say.clone();
    let anchor = to[1].anchor.clone();
    to[1] = CueTo {
        recipient: CueRecipient::Person(Email::new("olga@example.com")),
        anchor,
        say,
    };
    let state = |show: &Show| show.board(|board| (board.cues[0].state, board.cues[0].others.len()));
    assert_eq!(state(&show), (CueState::Sending, 1));
    assert_eq!(state(show.at("10:00")), (CueState::Late, 1));
}

#[test]
fn deliveries_of_a_cue_that_is_not_in_the_event_any_more_are_kept() {
    let mut show = Show::new([cue("opening/day-1")]);
    show.at("09:50")
        .delivered("opening/day-1", "alpha", DeliveryState::Sent);
    show.event.cues.clear();
    show.board(|board| assert_eq!(board.gone.len(), 1));
}

#[test]
fn one_who_was_skipped_does_not_make_the_cue_skipped() {
    let mut opening = cue("opening/day-1");
    opening.late = Late::Skip;
    let mut show = Show::new([opening]);
    show.at("09:50")
        .delivered("opening/day-1", "alpha", DeliveryState::Sent);
    assert_eq!(
        show.at("10:30").state("opening/day-1"),
        "Sent: alpha Sent, beta Skipped"
    );
}

#[test]
fn what_was_called_since_a_recall_and_held_can_be_recalled_again() {
    let mut show = Show::new([cue("opening/day-1")]);
    let recall = showcaller_show::Command::Recall;
    show.at("09:50")
        .delivered("opening/day-1", "alpha", DeliveryState::Sent);
    show.command("opening", &recall).unwrap();
    show.log(go("opening/day-1"));
    show.delivered("opening/day-1", "alpha", DeliveryState::Sent);
    show.log(Entry::Hold {
        cue: key("opening/day-1"),
    });
    show.command("opening", &recall).unwrap();
    show.board(|board| {
        assert_eq!(board.recalled().len(), 2);
        assert_eq!(board.cues[0].generation, 2);
    });
}
