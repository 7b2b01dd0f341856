//! In a room: its view.

use rstest::rstest;
use showcaller_show::{Body, Intent};

use crate::support::{World, links, shown};

#[rstest]
#[case(
    "when is the opening?",
    "meeting | opening/friday ToCome | opening/saturday ToCome | opening/monday ToCome"
)]
#[case(
    "link for the breakout on saturday",
    "meeting | breakout/team-1/saturday ToCome"
)]
#[case(
    "breakout of team 1 day 2",
    "meeting | breakout/team-1/saturday ToCome"
)]
#[case(
    "om hoe laat is de openingssessie van maandag?",
    "meeting | opening/monday ToCome"
)]
#[case("c'est quand l'ouverture lundi ?", "meeting | opening/monday ToCome")]
#[case(
    "password of the breakuot on monday",
    "meeting | breakout/team-1/monday ToCome"
)]
#[case("when is the night of the ideas?", "meeting | night ToCome")]
#[case("when is the verdict?", "no such meeting: verdict")]
#[case(
    "when is the breakout of team 2?",
    "no such meeting: breakout of team 2"
)]
fn a_meeting_is_found_by_its_name(#[case] text: &str, #[case] wanted: &str) {
    assert_eq!(
        shown(&World::new().ask("2027-10-29T08:00", "ann", "team-1", text)),
        wanted
    );
}

#[test]
fn of_a_name_that_fits_several_those_to_come_are_given() {
    let reply = World::new().ask("2027-10-30T12:00", "ann", "team-1", "when is the breakout?");
    assert_eq!(
        shown(&reply),
        "meeting | breakout/team-1/saturday Running | breakout/team-1/monday ToCome"
    );
}

#[test]
fn a_room_hears_of_its_own_meetings_whoever_asks() {
    let world = World::new();
    for asker in ["ann", "ben", "cleo", "olga", "zed", ""] {
        let reply = world.ask("2027-10-29T08:00", asker, "team-1", "all meetings");
        let links = links(&reply);
        assert!(
            links
                .iter()
                .all(|link| !link.contains("team-2") && !link.contains("secret")),
            "{links:?}"
        );
        assert_eq!(links.len(), 7, "{asker}");
        assert!(
            reply
                .listings()
                .iter()
                .all(|listing| listing.rooms.is_empty() && !listing.cohost)
        );
    }
}

#[test]
fn a_meeting_that_is_not_on_webex_has_no_link_yet() {
    let world = World {
        on_webex: false,
        ..World::new()
    };
    let reply = world.ask("2027-10-29T08:00", "ann", "team-1", "agenda");
    assert_eq!((reply.listings().len(), links(&reply).len()), (2, 0));
}

#[test]
fn the_event_s_own_answers_are_filled_for_the_room() {
    let world = World::new();
    let given = |room, text| match world.ask("2027-10-29T08:00", "ann", room, text).body {
        Body::Custom(given) => given
            .into_iter()
            .map(|custom| {
                (
                    custom.room,
                    custom.markdown.map(|text| text.expose().to_owned()),
                )
            })
            .collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let only = |text: &str| vec![(None, Some(text.to_owned()))];
    assert_eq!(
        given("team-1", "the canvas?"),
        only("The [board](https://boards.example.com/1)")
    );
    assert_eq!(
        given("team-2", "the canvas?"),
        only("The [board](https://boards.example.com/2)")
    );
    assert_eq!(
        given("team-1", "entrance"),
        only("Come in: [Join](https://webex.example/night) · password\u{a0}`password of night`")
    );
    // The jury has no board and is not told of the night.
    let reply = world.ask("2027-10-29T08:00", "cleo", "jury", "board");
    assert!(matches!(reply.body, Body::NotUnderstood { custom } if custom == ["wifi code"]));
    let world = World {
        on_webex: false,
        ..world
    };
    let reply = world.ask("2027-10-29T08:00", "ann", "team-1", "entrance");
    assert!(matches!(reply.body, Body::Custom(given) if given[0].markdown.is_none()));
}

#[test]
fn who_is_in_the_team_and_who_coaches_it() {
    let who = |asker, room, text| {
        format!(
            "{:?}",
            names(&World::new().ask("2027-10-29T08:00", asker, room, text).body)
        )
    };
    assert_eq!(
        who("ann", "team-1", "who is in my team?"),
        r#"["Team 1: Ann; Dana (coach)"]"#
    );
    assert_eq!(
        who("cleo", "jury", "who is in our team?"),
        r#"["Jury: ; Cléo (jury)"]"#
    );
    assert_eq!(
        who("dana", "", "who is in my team?"),
        r#"["Team 1: Ann; Dana (coach)", "Team 2: Ben; Dana (coach)"]"#
    );
}

fn names(body: &Body) -> Vec<String> {
    let Body::Who(teams) = body else {
        panic!("{body:?}")
    };
    let list = |team: &showcaller_show::TeamList| {
        let members: Vec<&str> = team
            .members
            .iter()
            .map(|member| member.name.as_str())
            .collect();
        let staff = team
            .staff
            .iter()
            .map(|member| format!("{} ({})", member.name, member.roles.join(", ")));
        format!(
            "{}: {}; {}",
            team.title,
            members.join(", "),
            staff.collect::<Vec<_>>().join(", ")
        )
    };
    teams.iter().map(list).collect()
}

#[test]
fn times_are_the_event_s_with_the_asker_s_beside_them() {
    let world = World::new();
    let zones = |asker, room| {
        let zones = world.ask("2027-10-29T08:00", asker, room, "agenda").zones;
        let name = |zone: &jiff::tz::TimeZone| zone.iana_name().unwrap().to_owned();
        (name(&zones.main), zones.beside.as_ref().map(name))
    };
    let brussels = || "Europe/Brussels".to_owned();
    let tokyo = || "Asia/Tokyo".to_owned();
    assert_eq!(zones("ann", "team-1"), (brussels(), None));
    assert_eq!(zones("ben", "team-2"), (brussels(), Some(tokyo())));
    assert_eq!(zones("ben", ""), (tokyo(), Some(brussels())));
    assert_eq!(zones("", "team-2"), (brussels(), None));
}

#[test]
fn a_zone_whose_clocks_agree_is_not_said() {
    let mut world = World::new();
    for person in &mut world.event.people {
        person.timezone = Some("Europe/Paris".to_owned());
    }
    let zones = world.ask("2027-10-29T08:00", "ann", "", "agenda").zones;
    assert_eq!(
        (zones.main.iana_name(), zones.beside),
        (Some("Europe/Paris"), None)
    );
    for person in &mut world.event.people {
        person.timezone = Some("Asia/Tokyo".to_owned());
    }
    // Where no time is said, there is nothing to say beside it.
    assert_eq!(
        world
            .ask("2027-10-29T08:00", "ann", "", "thanks")
            .zones
            .beside,
        None
    );
}

#[test]
fn a_button_asks_without_words() {
    let reply = World::new().press("2027-10-29T09:00", "ann", "team-1", Intent::Next);
    assert_eq!(
        shown(&reply),
        "next, 60 min | breakout/team-1/friday ToCome"
    );
}
