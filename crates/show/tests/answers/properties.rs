//! Whatever is written.

use proptest::prelude::*;
use showcaller_show::{Body, DetailsFor, Intent};

use crate::support::{World, links};

/// Words of which questions are made, in any order.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "agenda",
        "now",
        "next",
        "where",
        "is",
        "the",
        "opening",
        "breakout",
        "verdict",
        "team",
        "1",
        "2",
        "details",
        "host",
        "key",
        "saturday",
        "4/10",
        "of",
        "link",
        "password",
        "remind",
        "me",
        "all",
        "waar",
        "quand",
        "clé",
        "wachtwoord",
        "night",
        "ideas",
        "who",
        "board",
        "?",
        ",",
        "day",
    ]);
    prop::collection::vec(word, 0..8).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn anything_is_understood_or_not_but_never_fatal(text in any::<String>()) {
        World::new().ask("2027-10-29T08:00", "ann", "team-1", &text);
    }

    #[test]
    fn a_room_hears_only_its_own_links(text in words(), asker in "ann|ben|cleo|dana|olga|zed|", hour in 0..96) {
        let at = jiff::civil::date(2027, 10, 29).at(0, 0, 0, 0) + jiff::Span::new().hours(hour);
        let world = World { organisers_only: true, ..World::new() };
        let reply = world.ask(&at.to_string(), &asker, "team-1", &text);
        for link in links(&reply) {
            prop_assert!(!link.contains("team-2") && !link.contains("secret"), "{link}");
        }
        let keyed = matches!(reply.body, Body::Details(DetailsFor::One { .. }));
        prop_assert!(!keyed);
    }

    #[test]
    fn in_private_only_organisers_get_a_host_key(text in words(), asker in "ann|ben|cleo|dana|zed|") {
        let reply = World::new().ask("2027-10-29T08:00", &asker, "", &text);
        let keyed = matches!(reply.body, Body::Details(DetailsFor::One { .. }));
        prop_assert!(!keyed);
    }
}

#[test]
fn of_a_long_text_the_beginning_is_read() {
    let world = World::new();
    for (text, intent) in [
        (format!("agenda {}", "🎉 ".repeat(100_000)), Intent::Agenda),
        (format!("SOS! {}", "🎉 ".repeat(200)), Intent::Sos),
        (
            format!("Où suis-je censé être ? {}", "é".repeat(1_000_000)),
            Intent::Where,
        ),
        ("é".repeat(1_000_000), Intent::None),
        ("1/".repeat(500_000), Intent::None),
        ("a\u{301}".repeat(300_000), Intent::None),
    ] {
        let reply = world.ask("2027-10-29T08:00", "ann", "team-1", &text);
        assert_eq!(reply.intent, intent);
    }
}
