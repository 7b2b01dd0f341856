//! What operators' commands are judged to be.

use rstest::rstest;
use showcaller_show::{Command, DeliveryState, Entry, Fact, Follow, Judged, NotFound, Refusal};

use crate::support::{Show, ann, bob, cue, key, minutes, to_room, with_link};

fn facts(judged: Result<Judged, Refusal>) -> Vec<Fact> {
    match judged {
        Ok(Judged::Append { facts, .. }) => facts,
        other => panic!("nothing to write: {other:?}"),
    }
}

fn follows(judged: Result<Judged, Refusal>) -> Follow {
    match judged {
        Ok(Judged::Follow(follow)) => follow,
        other => panic!("nothing to follow: {other:?}"),
    }
}

/// Olga and two of the jury: who is in two rooms counts once.
const ALL: Fact = Fact::Sends {
    recipients: 2,
    people: 3,
};

#[rstest]
#[case("08:00", "opening", "opening/day-1")]
#[case("+1 08:00", "opening", "opening/day-2")]
#[case("08:00", "opening/day-2", "opening/day-2")]
#[case("08:00", "closing", "closing/day-2")]
#[case("+1 22:00", "opening", "opening/day-2")]
#[case("08:00", " Hello ", "opening/day-1")]
#[case("08:00", "thanks", "thanks")]
fn a_name_without_a_day_is_todays(#[case] time: &str, #[case] text: &str, #[case] found: &str) {
    let mut opening = cue("opening/day-1");
    opening.previously = vec![key("hello/day-1")];
    let thanks = cue("thanks");
    let mut show = Show::new([opening, cue("opening/day-2"), cue("closing/day-2"), thanks]);
    show.at(time).board(|board| {
        let cue = board.find(text).map(|it| it.cue.key.to_string());
        assert_eq!(cue.as_deref(), Ok(found));
    });
}

#[test]
fn what_is_not_found_says_what_is_near() {
    let show = Show::new([cue("opening/day-1"), cue("opening/day-2")]);
    show.board(|board| {
        let near = Some(key("opening").cue);
        assert_eq!(board.find("openign").err(), Some(NotFound::Cue { near }));
        assert_eq!(board.find("xyz").err(), Some(NotFound::Cue { near: None }));
        let days = ["day-1", "day-2"].map(showcaller_event::model::DayId::new);
        let cue = key("opening").cue;
        let days = days.into();
        assert_eq!(
            board.find("opening/day-9").err(),
            Some(NotFound::Day { cue, days })
        );
    });
}

#[test]
fn a_go_says_how_early_it_is_and_on_which_day() {
    let mut show = Show::new([cue("opening/day-1"), cue("opening/day-2")]);
    let early = Fact::Early { by: minutes(20) };
    assert_eq!(
        facts(show.at("09:30").command("opening", &Command::Go)),
        [ALL, early]
    );
    let tomorrow = facts(show.command("opening/day-2", &Command::Go));
    let day = showcaller_event::model::DayId::new("day-2");
    assert_eq!(tomorrow[1], Fact::OtherDay { day });
}

#[test]
fn the_second_of_two_presses_follows_the_first() {
    let mut show = Show::new([cue("opening/day-1")]);
    show.at("09:30").command("opening", &Command::Go).unwrap();
    let second = show.command_by(&bob(), "opening", &Command::Go);
    assert_eq!(follows(second), Follow::UnderWay);
    for room in ["alpha", "beta"] {
        show.delivered("opening/day-1", room, DeliveryState::Sent);
    }
    assert_eq!(follows(show.command("opening", &Command::Go)), Follow::Sent);
    assert_eq!(show.log.len(), 1);
}

#[test]
fn two_people_hear_of_each_other() {
    let mut opening = cue("opening/day-1");
    opening.two_people = true;
    let mut show = Show::new([opening]);
    let first = facts(show.at("09:55").command("opening", &Command::Go));
    assert_eq!(first, [ALL, Fact::NeedsSecond]);
    let same = show.command("opening", &Command::Go);
    assert_eq!(follows(same), Follow::WaitsForSecond);
    let second = facts(show.command_by(&bob(), "opening", &Command::Go));
    assert_eq!(second, [ALL, Fact::Second { after: ann() }]);
    assert_eq!(show.due().len(), 2);
}

#[test]
fn a_go_before_the_link_is_there_says_so() {
    let mut show = Show::new([with_link(cue("opening/day-1"), &["beta"])]);
    show.links = false;
    let facts = facts(show.at("09:55").command("opening", &Command::Go));
    assert_eq!(
        facts,
        [
            Fact::Sends {
                recipients: 1,
                people: 3
            },
            Fact::NoLink { recipients: 1 }
        ]
    );
}

#[test]
fn what_makes_no_sense_is_refused() {
    let mut show = Show::new([cue("opening/day-1")]);
    let refused = |show: &mut Show, command| show.command("opening", &command).err();
    let settle = || Command::Settle {
        recipient: None,
        arrived: true,
    };
    assert_eq!(
        refused(&mut show, Command::Retry),
        Some(Refusal::NothingFailed)
    );
    assert_eq!(refused(&mut show, Command::Again), Some(Refusal::NotSent));
    assert_eq!(refused(&mut show, Command::Recall), Some(Refusal::NotSent));
    assert_eq!(refused(&mut show, settle()), Some(Refusal::NothingUnclear));
    show.at("09:50")
        .delivered("opening/day-1", "alpha", DeliveryState::Sent);
    let reason = "404".to_owned();
    show.delivered("opening/day-1", "beta", DeliveryState::Failed { reason });
    assert_eq!(
        refused(&mut show, Command::Hold),
        Some(Refusal::NothingLeft)
    );
    assert_eq!(
        refused(&mut show, Command::Go),
        Some(Refusal::OnlyFailed { recipients: 1 })
    );
    show.event.cues[0].to.clear();
    assert_eq!(refused(&mut show, Command::Go), Some(Refusal::NoRecipients));
}

#[test]
fn what_failed_counts_as_sent_to_nobody() {
    let mut show = Show::new([cue("opening/day-1")]);
    let reason = showcaller_show::NO_ACCOUNT.to_owned();
    show.at("09:50")
        .delivered("opening/day-1", "alpha", DeliveryState::Failed { reason });
    let held = facts(show.command("opening", &Command::Hold));
    assert_eq!(held, []);
    let went = facts(show.command("opening", &Command::Go));
    assert!(!went.iter().any(|it| matches!(it, Fact::AlreadySent { .. })));
}

#[test]
fn a_hold_says_who_has_it_already_and_a_second_one_follows() {
    let mut show = Show::new([cue("opening/day-1")]);
    show.at("09:50")
        .delivered("opening/day-1", "alpha", DeliveryState::Sent);
    let held = facts(show.command("opening", &Command::Hold));
    assert_eq!(held, [Fact::AlreadySent { recipients: 1 }]);
    assert_eq!(
        follows(show.command("opening", &Command::Hold)),
        Follow::Held
    );
    assert_eq!(show.state("opening/day-1"), "Held: alpha Sent, beta Held");
}

#[test]
fn a_recall_says_how_many_messages_it_deletes_and_a_second_one_follows() {
    let mut show = Show::new([cue("opening/day-1")]);
    show.at("09:50")
        .delivered("opening/day-1", "alpha", DeliveryState::Sent);
    let recalled = facts(show.command("opening", &Command::Recall));
    assert_eq!(recalled, [Fact::Deletes { messages: 1 }]);
    assert_eq!(
        follows(show.command("opening", &Command::Recall)),
        Follow::Recalled
    );
    assert_eq!(facts(show.command("opening", &Command::Go))[0], ALL);
}

#[test]
fn what_is_in_doubt_is_settled_for_the_attempt_that_was_looked_at() {
    let mut show = Show::new([cue("opening/day-1")]);
    let unclear = || DeliveryState::Unclear {
        reason: "no answer".to_owned(),
    };
    show.at("09:50")
        .delivered("opening/day-1", "alpha", unclear());
    show.delivered("opening/day-1", "beta", unclear());
    let arrived = Command::Settle {
        recipient: Some(to_room("alpha")),
        arrived: true,
    };
    assert_eq!(facts(show.command("opening", &arrived)), []);
    show.board(|board| assert_eq!(board.arrived().len(), 1));
    show.delivered("opening/day-1", "alpha", DeliveryState::Sent);
    let send_again = Command::Settle {
        recipient: None,
        arrived: false,
    };
    let twice = Fact::MayBeTwice { recipients: 1 };
    assert_eq!(facts(show.command("opening", &send_again)), [twice]);
    assert_eq!(show.due(), ["opening/day-1 beta"]);
    show.delivered("opening/day-1", "beta", DeliveryState::Waiting);
    show.delivered("opening/day-1", "beta", unclear());
    assert!(show.due().is_empty());
}

#[test]
fn entries_are_read_as_they_were_written() {
    let mut show = Show::new([cue("opening/day-1")]);
    show.at("09:40").command("opening", &Command::Go).unwrap();
    let entry = &show.log[0].entry;
    let json = serde_json::to_string(entry).unwrap();
    assert_eq!(
        json,
        r#"{"what":"go","cue":{"cue":"opening","day":"day-1"}}"#
    );
    assert_eq!(serde_json::from_str::<Entry>(&json).unwrap(), *entry);
}
