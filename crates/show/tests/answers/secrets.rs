//! Host keys: organisers only, and only where no other person reads along.

use showcaller_show::{Body, DetailsFor};

use crate::support::{HOST_KEY, World};

const AT: &str = "2027-10-29T08:00";

fn details(world: &World, asker: &str, room: &str, text: &str) -> DetailsFor {
    match world.ask(AT, asker, room, text).body {
        Body::Details(details) => details,
        other => panic!("{other:?}"),
    }
}

#[test]
fn organisers_get_the_host_key_in_private_and_in_their_own_room() {
    let mut world = World::new();
    let one = |details| match details {
        DetailsFor::One { listing, host_key } => (
            listing.key.to_string(),
            host_key.unwrap().expose().to_owned(),
        ),
        other => panic!("{other:?}"),
    };
    let wanted = ("secret".to_owned(), HOST_KEY.to_owned());
    assert_eq!(one(details(&world, "olga", "", "details verdict")), wanted);
    let text = "details verdict";
    assert_eq!(
        details(&world, "olga", "organisation", text),
        DetailsFor::Private
    );
    world.organisers_only = true;
    assert_eq!(one(details(&world, "olga", "organisation", text)), wanted);
    assert_eq!(details(&world, "olga", "team-1", text), DetailsFor::Private);
    assert_eq!(details(&world, "ann", "", text), DetailsFor::Organisers);
    assert_eq!(
        details(&world, "ann", "organisation", text),
        DetailsFor::Organisers
    );
    assert_eq!(
        details(&world, "", "organisation", text),
        DetailsFor::Organisers
    );
}

#[test]
fn where_it_is_not_clear_which_meeting_is_meant_titles_are_given() {
    let world = World::new();
    let titles = |text| match details(&world, "olga", "", text) {
        DetailsFor::Which(titles) => titles,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        titles("details breakout saturday"),
        ["Team 1 - Day 2 - Breakout", "Team 2 - Day 2 - Breakout"]
    );
    assert_eq!(titles("details").len(), 3, "today's");
    for at in ["2027-11-02T08:00", "2027-10-31T08:00"] {
        let reply = world.ask(at, "olga", "", "details");
        let examples =
            |body| matches!(body, Body::Details(DetailsFor::Which(titles)) if !titles.is_empty());
        assert!(examples(reply.body), "{at}");
    }
    assert!(matches!(
        details(&world, "olga", "", "details breakout team 2 saturday"),
        DetailsFor::One { .. }
    ));
}
