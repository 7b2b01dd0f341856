//! Today, now and next.

use rstest::rstest;
use showcaller_event::model::MeetingKey;
use showcaller_show::{Body, Span};

use crate::support::{World, shown};

#[rstest]
#[case::before_the_first_day(
    "2027-10-20T12:00",
    "nextday | opening/friday ToCome | breakout/team-1/friday ToCome"
)]
#[case::on_a_day(
    "2027-10-29T00:00",
    "today | opening/friday ToCome | breakout/team-1/friday ToCome"
)]
#[case::after_its_last_meeting(
    "2027-10-29T20:00",
    "today | opening/friday Ended | breakout/team-1/friday Ended"
)]
#[case::past_midnight(
    "2027-10-31T01:29",
    "today | opening/saturday Ended | breakout/team-1/saturday Ended | night Running"
)]
#[case::until_the_last_meeting_ends(
    "2027-10-31T01:30",
    "nextday | opening/monday ToCome | breakout/team-1/monday ToCome"
)]
#[case::between_days(
    "2027-10-31T12:00",
    "nextday | opening/monday ToCome | breakout/team-1/monday ToCome"
)]
#[case::in_the_last_meeting(
    "2027-11-01T15:59",
    "today | opening/monday Ended | breakout/team-1/monday Running"
)]
#[case::after_the_last_meeting("2027-11-01T16:00", "over")]
#[case::long_after("2028-01-01T00:00", "over")]
fn today_is_the_day_that_holds_now(#[case] at: &str, #[case] wanted: &str) {
    assert_eq!(
        shown(&World::new().ask(at, "ann", "team-1", "agenda")),
        wanted
    );
}

#[rstest]
#[case("2027-10-29T08:59", "nothing, 1 min | opening/friday ToCome")]
#[case("2027-10-29T08:58:59", "nothing, 2 min | opening/friday ToCome")]
#[case::start_is_included("2027-10-29T09:00", "now | opening/friday Running")]
#[case("2027-10-29T09:29:59", "now | opening/friday Running")]
#[case::end_is_not("2027-10-29T09:30", "nothing, 30 min | breakout/team-1/friday ToCome")]
#[case("2027-10-29T10:00", "now | breakout/team-1/friday Running")]
#[case::past_midnight("2027-10-31T00:30", "now | night Running")]
#[case::the_clocks_go_back_in_between(
    "2027-10-31T01:30",
    "nothing, 1950 min | opening/monday ToCome"
)]
#[case::over("2027-11-01T16:00", "over")]
fn now_is_what_runs(#[case] at: &str, #[case] wanted: &str) {
    assert_eq!(
        shown(&World::new().ask(at, "ann", "team-1", "what's on now?")),
        wanted
    );
}

#[rstest]
#[case("2027-10-29T08:00", "next, 60 min | opening/friday ToCome")]
#[case::what_begins_now_is_not_next(
    "2027-10-29T09:00",
    "next, 60 min | breakout/team-1/friday ToCome"
)]
#[case("2027-10-30T16:30", "next, 390 min | night ToCome")]
#[case("2027-11-01T10:00", "next, 0 min")]
fn next_is_what_begins_next(#[case] at: &str, #[case] wanted: &str) {
    assert_eq!(
        shown(&World::new().ask(at, "ann", "team-1", "next")),
        wanted
    );
}

#[test]
fn all_that_begins_at_the_next_instant_is_next() {
    let reply = World::new().ask("2027-10-29T09:45", "dana", "", "what's next?");
    assert_eq!(
        shown(&reply),
        "next, 15 min | breakout/team-1/friday ToCome | breakout/team-2/friday ToCome"
    );
}

#[test]
fn a_slip_moves_the_answers() {
    let mut world = World::new();
    let key = MeetingKey::new("opening/friday");
    let mut later = world.schedule.get(&key).unwrap().clone();
    later.start = "2027-10-29T09:20[Europe/Brussels]".parse().unwrap();
    world.schedule.set(key, later);
    let reply = world.ask("2027-10-29T09:10", "ann", "team-1", "now");
    assert_eq!(shown(&reply), "nothing, 10 min | opening/friday ToCome");
}

#[rstest]
#[case(
    "where do I have to be?",
    "2027-10-29T09:10",
    "now | opening/friday Running"
)]
#[case(
    "where do I have to be?",
    "2027-10-29T09:40",
    "next, 20 min | breakout/team-1/friday ToCome"
)]
fn where_is_now_else_next(#[case] text: &str, #[case] at: &str, #[case] wanted: &str) {
    let reply = World::new().ask(at, "ann", "team-1", text);
    assert_eq!(
        (reply.intent.as_str(), shown(&reply).as_str()),
        ("where", wanted)
    );
}

#[rstest]
#[case(
    "agenda tomorrow",
    "named | opening/saturday ToCome | breakout/team-1/saturday ToCome | night ToCome"
)]
#[case(
    "agenda for Saturday",
    "named | opening/saturday ToCome | breakout/team-1/saturday ToCome | night ToCome"
)]
#[case(
    "agenda zaterdag",
    "named | opening/saturday ToCome | breakout/team-1/saturday ToCome | night ToCome"
)]
#[case(
    "programme de samedi",
    "named | opening/saturday ToCome | breakout/team-1/saturday ToCome | night ToCome"
)]
#[case(
    "agenda day 2",
    "named | opening/saturday ToCome | breakout/team-1/saturday ToCome | night ToCome"
)]
#[case(
    "agenda van dag 2",
    "named | opening/saturday ToCome | breakout/team-1/saturday ToCome | night ToCome"
)]
#[case(
    "agenda last day",
    "named | opening/monday ToCome | breakout/team-1/monday ToCome"
)]
#[case(
    "agenda 30/10",
    "named | opening/saturday ToCome | breakout/team-1/saturday ToCome | night ToCome"
)]
#[case(
    "agenda 11/01",
    "named | opening/monday ToCome | breakout/team-1/monday ToCome"
)]
#[case(
    "agenda 1.11.2027",
    "named | opening/monday ToCome | breakout/team-1/monday ToCome"
)]
#[case(
    "agenda 2027-11-01",
    "named | opening/monday ToCome | breakout/team-1/monday ToCome"
)]
#[case(
    "agenda on the 1st of November",
    "named | opening/monday ToCome | breakout/team-1/monday ToCome"
)]
#[case(
    "programme du 1er novembre",
    "named | opening/monday ToCome | breakout/team-1/monday ToCome"
)]
#[case(
    "agenda November 1",
    "named | opening/monday ToCome | breakout/team-1/monday ToCome"
)]
#[case("agenda sunday", "no day 2027-10-31")]
#[case("agenda on 4 October", "no day 2028-10-04")]
#[case(
    "agenda today",
    "today | opening/friday ToCome | breakout/team-1/friday ToCome"
)]
#[case(
    "all meetings",
    "all | opening/friday ToCome | breakout/team-1/friday ToCome | opening/saturday ToCome | breakout/team-1/saturday ToCome | night ToCome | opening/monday ToCome | breakout/team-1/monday ToCome"
)]
fn days_can_be_named(#[case] text: &str, #[case] wanted: &str) {
    assert_eq!(
        shown(&World::new().ask("2027-10-29T08:00", "ann", "team-1", text)),
        wanted
    );
}

#[test]
fn tomorrow_is_the_day_after_the_day_that_holds_now() {
    // It is Sunday on the calendar, and still Saturday's night.
    let reply = World::new().ask("2027-10-31T01:00", "ann", "team-1", "agenda tomorrow");
    assert_eq!(shown(&reply), "no day 2027-10-31");
}

#[test]
fn questions_that_ask_for_the_same_have_the_same_key() {
    let world = World::new();
    let key = |text| {
        world.with(
            "2027-10-29T08:00",
            "ann",
            "team-1",
            text,
            |scene, question| showcaller_show::understand(scene, question).key(),
        )
    };
    assert_eq!(key("agenda"), "agenda");
    assert_eq!(key("Agenda, please"), key("what is on today?"));
    assert_eq!(key("agenda tomorrow"), "agenda/2027-10-30");
    assert_eq!(key("agenda day 2"), key("agenda Saturday"));
    assert_eq!(key("all meetings"), "agenda/all");
    assert_eq!(key("when is the opening?"), "meeting/opening");
    assert_ne!(
        key("when is the opening on saturday?"),
        key("when is the opening?")
    );
    // Of two questions whose answers can differ, neither counts for the other.
    for (one, other) in [
        ("who is in team 1?", "who is in team 2?"),
        ("who is in team 1?", "who is in my team?"),
        ("when is the opening today?", "when is the opening?"),
    ] {
        assert_ne!(key(one), key(other), "{one} {other}");
    }
}

#[rstest]
#[case("now")]
#[case("what's next?")]
#[case("where do I have to be?")]
#[case("agenda")]
fn after_the_event_it_is_over_whatever_is_asked(#[case] text: &str) {
    let world = World::new();
    for room in ["", "team-1"] {
        let reply = world.ask("2027-11-01T17:00", "ann", room, text);
        assert_eq!(shown(&reply), "over", "{text}");
    }
}

#[test]
fn when_all_of_today_has_ended_the_agenda_says_what_is_next() {
    let world = World::new();
    let next = |at, asker| match world.ask(at, asker, "", "agenda").body {
        Body::Agenda(agenda) => {
            let next = agenda.next.meetings.iter();
            let keys: Vec<_> = next.map(|listing| listing.key.to_string()).collect();
            (agenda.span, keys.join(" "))
        }
        other => panic!("{other:?}"),
    };
    let of_today = |keys: &str| (Span::Today, keys.to_owned());
    assert_eq!(next("2027-10-29T15:59", "ann"), of_today(""));
    assert_eq!(
        next("2027-10-29T16:00", "ann"),
        of_today("opening/saturday")
    );
    // The jury has no breakout.
    assert_eq!(
        next("2027-10-29T10:00", "cleo"),
        of_today("opening/saturday")
    );
}
