//! In private: what concerns the asker.

use rstest::rstest;
use showcaller_event::Language;
use showcaller_event::model::{Invitee, MeetingKey};
use showcaller_show::{Body, Reply, reminder};

use crate::support::{World, email, shown};

#[rstest]
#[case(
    "dana",
    "today | opening/friday ToCome | breakout/team-1/friday ToCome | breakout/team-2/friday ToCome"
)]
#[case("cleo", "today | opening/friday ToCome")]
fn the_meetings_of_all_rooms_are_one_agenda(#[case] asker: &str, #[case] wanted: &str) {
    assert_eq!(
        shown(&World::new().ask("2027-10-29T08:00", asker, "", "agenda")),
        wanted
    );
}

#[test]
fn what_one_is_invited_to_or_hosts_is_there_too() {
    let mut world = World::new();
    let key = MeetingKey::new("secret");
    let place = world
        .event
        .meetings
        .iter()
        .position(|meeting| meeting.key == key)
        .unwrap();
    let ask = |world: &World| world.ask("2027-10-30T08:00", "ann", "", "when is the verdict?");
    assert_eq!(shown(&ask(&world)), "no such meeting: verdict");
    let invitee = Invitee {
        email: email("ann"),
        name: "Ann".to_owned(),
        cohost: true,
    };
    world.event.meetings[place].invitees.push(invitee);
    let reply = ask(&world);
    assert_eq!(shown(&reply), "meeting | secret ToCome");
    assert!(reply.listings()[0].cohost && reply.listings()[0].rooms.is_empty());
    world.event.meetings[place].invitees.clear();
    world.event.meetings[place].host = Some(email("ann"));
    assert_eq!(shown(&ask(&world)), "meeting | secret ToCome");
}

#[test]
fn a_meeting_says_by_which_rooms_it_is_the_asker_s() {
    let reply = World::new().ask("2027-10-29T08:00", "dana", "", "agenda");
    let rooms: Vec<String> = reply
        .listings()
        .iter()
        .map(|listing| listing.rooms.join("+"))
        .collect();
    assert_eq!(rooms, ["Team 1+Team 2", "Team 1", "Team 2"]);
}

#[rstest]
#[case("")]
#[case("zed")]
fn a_stranger_hears_the_event_s_title_and_nothing_else(#[case] asker: &str) {
    let world = World::new();
    for text in [
        "agenda",
        "details opening",
        "help",
        "hello",
        "board",
        "sos",
        "remind me",
        "who?",
    ] {
        let reply = world.ask("2027-10-29T08:00", asker, "", text);
        assert_eq!(
            reply.body,
            Body::Stranger {
                event: "Night of the Ideas".to_owned()
            },
            "{text}"
        );
    }
    let reply = world.ask("2027-10-29T08:00", asker, "team-1", "remind me");
    assert!(matches!(reply.body, Body::Stranger { .. }));
}

#[test]
fn an_answer_that_differs_by_room_is_named_and_one_that_does_not_is_given_once() {
    let world = World::new();
    let given = |text| match world.ask("2027-10-29T08:00", "dana", "", text).body {
        Body::Custom(given) => given
            .into_iter()
            .map(|custom| {
                (
                    custom.room.unwrap_or_default(),
                    custom.markdown.unwrap().expose().to_owned(),
                )
            })
            .collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        given("board"),
        [
            (
                "Team 1".to_owned(),
                "The [board](https://boards.example.com/1)".to_owned()
            ),
            (
                "Team 2".to_owned(),
                "The [board](https://boards.example.com/2)".to_owned()
            ),
        ]
    );
    assert_eq!(
        given("wifi code"),
        [(String::new(), "The code is the same for all.".to_owned())]
    );
}

#[test]
fn a_reminder_comes_before_the_asker_s_next_meeting() {
    let world = World::new();
    let remind = |at, asker, room| match world.ask(at, asker, room, "remind me").body {
        Body::Remind { at, of } => (
            at.map(|at| at.to_string()),
            of.iter()
                .map(|listing| listing.key.to_string())
                .collect::<Vec<_>>()
                .join(" "),
        ),
        other => panic!("{other:?}"),
    };
    let at = |text: &str| Some(text.to_owned());
    assert_eq!(
        remind("2027-10-29T08:00", "ann", ""),
        (
            at("2027-10-29T08:55:00+02:00[Europe/Brussels]"),
            "opening/friday".to_owned()
        )
    );
    // The lead has begun.
    assert_eq!(
        remind("2027-10-29T08:57", "ann", "team-1"),
        (
            at("2027-10-29T08:57:00+02:00[Europe/Brussels]"),
            "opening/friday".to_owned()
        )
    );
    assert_eq!(remind("2027-11-01T12:00", "ann", ""), (None, String::new()));
    // Others read along: the room does not hear of the jury's meeting.
    assert_eq!(
        remind("2027-10-30T16:30", "cleo", "team-1"),
        (
            at("2027-10-30T16:55:00+02:00[Europe/Brussels]"),
            String::new()
        )
    );
}

#[test]
fn the_reminder_names_what_begins() {
    let world = World::new();
    let due = |at, asker: &str| {
        world.with(at, asker, "", "", |scene, _| {
            reminder(scene, &email(asker)).map(|(start, reply)| (start.to_string(), keys(&reply)))
        })
    };
    assert_eq!(
        due("2027-10-29T09:55", "ben"),
        Some((
            "2027-10-29T17:00:00+09:00[Asia/Tokyo]".to_owned(),
            "breakout/team-2/friday".to_owned()
        ))
    );
    assert_eq!(due("2027-11-01T10:00", "ben"), None);
    assert_eq!(due("2027-10-29T09:55", "zed"), None);
}

fn keys(reply: &Reply) -> String {
    assert!(matches!(reply.body, Body::Reminder(_)));
    reply
        .listings()
        .iter()
        .map(|listing| listing.key.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

#[rstest]
#[case::the_roster_s("ben", "agenda please", Language::Dutch)]
#[case::whatever_the_words_are("ann", "quel est le programme ?", Language::English)]
#[case::of_the_words("dana", "quel est le programme ?", Language::French)]
#[case::of_the_words("dana", "waar moet ik zijn?", Language::Dutch)]
#[case::that_of_the_event("dana", "agenda", Language::English)]
fn the_language_of_the_answer(#[case] asker: &str, #[case] text: &str, #[case] wanted: Language) {
    assert_eq!(
        World::new()
            .ask("2027-10-29T08:00", asker, "", text)
            .language,
        wanted
    );
}

#[test]
fn hello_knows_the_asker_s_name() {
    let name = |asker, room| match World::new()
        .ask("2027-10-29T08:00", asker, room, "hello")
        .body
    {
        Body::Hello { name } => name,
        other => panic!("{other:?}"),
    };
    assert_eq!(name("ann", "").as_deref(), Some("Ann"));
    assert_eq!(name("", "team-1"), None);
}

#[test]
fn help_names_the_answers_that_are_given_here() {
    let help = |asker, room| match World::new()
        .ask("2027-10-29T08:00", asker, room, "help")
        .body
    {
        Body::Help { custom, organiser } => (custom.join(", "), organiser),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        help("ann", "team-1"),
        ("board, wifi code, entrance".to_owned(), false)
    );
    assert_eq!(help("cleo", ""), ("wifi code".to_owned(), false));
    assert_eq!(help("olga", ""), ("wifi code".to_owned(), true));
    assert_eq!(
        help("olga", "team-1"),
        ("board, wifi code, entrance".to_owned(), false)
    );
}
