//! Whatever was called, whatever happened, and whatever the ledger has.

use proptest::prelude::*;
use showcaller_show::{Attempted, Command, DeliveryState, Entry, Judged, RecipientState};

use crate::support::{Show, ann, at, bob, cue, key, meeting, minutes, to_room, webex, with_link};

const CUE: &str = "opening/day-1";

/// What happens, each a while after the one before.
#[derive(Debug, Clone)]
enum Happens {
    Logged(Entry),
    Commanded(Command, bool),
    /// The ledger has it, in the first room or in both.
    Delivered(DeliveryState, bool),
}

fn entries() -> impl Strategy<Value = Entry> {
    let cue = || key(CUE);
    let attempted = |room: &str| Attempted {
        recipient: to_room(room),
        attempt: 1,
    };
    prop_oneof![
        Just(Entry::Go { cue: cue() }),
        Just(Entry::Hold { cue: cue() }),
        Just(Entry::Skip { cue: cue() }),
        Just(Entry::Recall { cue: cue() }),
        (0_u32..3).prop_map(move |after| Entry::Again { cue: cue(), after }),
        (0_u32..2).prop_map(move |generation| Entry::Retry {
            cue: cue(),
            generation,
            failed: vec![attempted("alpha"), attempted("beta")],
        }),
        (0_u32..2, any::<bool>()).prop_map(move |(generation, arrived)| Entry::Settle {
            cue: cue(),
            generation,
            recipient: to_room("beta"),
            attempt: 1,
            arrived,
        }),
        Just(Entry::Detach {
            meeting: meeting("opening/day-1")
        }),
        Just(Entry::Attach {
            meeting: meeting("opening/day-1")
        }),
    ]
}

fn happens() -> impl Strategy<Value = Happens> {
    let reason = String::new;
    let settle = |arrived| Command::Settle {
        recipient: None,
        arrived,
    };
    let commands = prop::sample::select(vec![
        Command::Go,
        Command::Hold,
        Command::Skip,
        Command::Retry,
        Command::Again,
        Command::Recall,
        settle(true),
        settle(false),
    ]);
    let states = prop::sample::select(vec![
        DeliveryState::Waiting,
        DeliveryState::Sending,
        DeliveryState::Sent,
        DeliveryState::Failed { reason: reason() },
        DeliveryState::Unclear { reason: reason() },
    ]);
    prop_oneof![
        entries().prop_map(Happens::Logged),
        (commands, any::<bool>()).prop_map(|(command, by_ann)| Happens::Commanded(command, by_ann)),
        (states, any::<bool>()).prop_map(|(state, both)| Happens::Delivered(state, both)),
    ]
}

fn shows() -> impl Strategy<Value = Show> {
    let steps = prop::collection::vec((0_i64..700, happens()), 0..8);
    (steps, any::<(bool, bool, bool)>()).prop_map(|(steps, (two_people, links, clock_trusted))| {
        let mut opening = with_link(cue(CUE), &["beta"]);
        opening.two_people = two_people;
        let mut show = Show::new([opening]);
        (show.links, show.clock_trusted) = (links, clock_trusted);
        show.at("09:35");
        for (seconds, happens) in steps {
            show.now += jiff::SignedDuration::from_secs(seconds);
            match happens {
                Happens::Logged(entry) => {
                    show.log_by(&bob(), entry);
                }
                Happens::Commanded(command, by_ann) => {
                    let by = if by_ann { ann() } else { bob() };
                    let _ = show.command_by(&by, CUE, &command);
                }
                Happens::Delivered(state, both) => {
                    for room in &["alpha", "beta"][..if both { 2 } else { 1 }] {
                        if is_claimed_or_due(&show, room) {
                            show.delivered(CUE, room, state.clone());
                        }
                    }
                }
            }
        }
        show
    })
}

fn is_claimed_or_due(show: &Show, room: &str) -> bool {
    show.board(|board| {
        let mut recipients = board.cues[0].recipients.iter();
        let it = recipients.find(|it| it.to.recipient == to_room(room));
        it.is_some_and(|it| it.delivery.is_some() || it.state == RecipientState::Due)
    })
}

fn whole(show: &Show) -> String {
    show.board(|board| {
        let cue = &board.cues[0];
        format!("{} {:?} {}", show.state(CUE), cue.called_by, cue.generation)
    })
}

proptest! {
    #[test]
    fn nothing_changes_before_the_next_change(mut show in shows(), part in 0.0..1.0) {
        let before = whole(&show);
        let next = show.board(|board| board.next_change());
        prop_assert!(next.is_none_or(|next| next > show.now));
        let until = next.unwrap_or(at("+1 23:00")).duration_since(show.now).as_nanos();
        let wait = ((until - 1) as f64 * part) as i64;
        show.now += jiff::SignedDuration::from_nanos(wait);
        prop_assert_eq!(whole(&show), before);
    }

    #[test]
    fn what_was_sent_is_never_due_again(mut show in shows(), later in 0_i64..2000) {
        for room in ["alpha", "beta"] {
            show.delivered(CUE, room, DeliveryState::Sent);
        }
        show.now += minutes(later);
        prop_assert!(show.due().is_empty());
        for entry in [Entry::Go { cue: key(CUE) }, Entry::Hold { cue: key(CUE) }] {
            show.log_by(&ann(), entry);
            prop_assert!(show.due().is_empty());
        }
    }

    #[test]
    fn a_stopped_cue_sends_nothing_until_a_go(mut show in shows(), later in 0_i64..2000, which in 0..3) {
        let cue = key(CUE);
        show.log_by(&ann(), match which {
            0 => Entry::Hold { cue },
            1 => Entry::Skip { cue },
            _ => Entry::Recall { cue },
        });
        show.now += minutes(later);
        prop_assert!(show.due().is_empty());
    }

    #[test]
    fn a_second_go_changes_nothing(mut show in shows()) {
        show.event.cues[0].two_people = false;
        show.log_by(&ann(), Entry::Go { cue: key(CUE) });
        let before = show.state(CUE);
        show.log_by(&bob(), Entry::Go { cue: key(CUE) });
        prop_assert_eq!(show.state(CUE), before);
    }

    #[test]
    fn only_again_and_recall_raise_the_generation_and_by_one(mut show in shows(), entry in entries()) {
        let generation = |show: &Show| show.board(|board| board.cues[0].generation);
        let before = generation(&show);
        let may = matches!(entry, Entry::Again { .. } | Entry::Recall { .. });
        show.log_by(&ann(), entry);
        let raised = generation(&show) - before;
        prop_assert!(raised <= u32::from(may));
    }

    #[test]
    fn what_is_followed_needs_no_entry_and_what_is_written_changes_something(
        mut show in shows(),
        command in prop::sample::select(vec![Command::Hold, Command::Skip, Command::Recall]),
    ) {
        let before = whole(&show);
        if let Ok(Judged::Append { entries, .. }) = show.command_by(&webex(), CUE, &command) {
            prop_assert!(!entries.is_empty());
            prop_assert_ne!(whole(&show), before);
        }
    }

    #[test]
    fn every_recipient_is_accounted_for(show in shows()) {
        show.board(|board| {
            let due = board.due().len();
            let states = board.cues[0].recipients.iter().map(|it| &it.state);
            assert_eq!(due, states.filter(|it| **it == RecipientState::Due).count());
        });
    }
}
