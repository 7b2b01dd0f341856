//! A recording of a served day names no person, address or room by its title, and fits its event.

use std::sync::Arc;

use showcaller_engine::{InForce, Recording, What, record};
use showcaller_rehearsal::{Replay, Settings};

use crate::a_rehearsal_finds_what_is_wrong::{open_day, rehearsed, settings};
use crate::bot_stage::{BotStage, Database, reference};

const NOOR: &str = "noor.haddad@example.com";

async fn recorded(bot: &BotStage, texts: bool) -> (Recording, String) {
    let ledger = &bot.stage.ledger;
    let in_force = InForce::read(ledger).await.expect("a ledger");
    let in_force = Arc::new(in_force.expect("a revision"));
    let recording = record(ledger, in_force, texts).await.expect("a recording");
    let json = serde_json::to_string_pretty(&recording).expect("JSON");
    (recording, json)
}

#[tokio::test]
async fn a_served_noon_is_recorded_without_names_and_fits_its_event() {
    let bot = BotStage::new().await;
    bot.is("2027-10-07T11:59:50+02:00");
    let replica = bot.serves().await;
    bot.passes(30).await;
    bot.asks(NOOR, "Team 1", "agenda").await;
    bot.passes(10).await;
    let words = "xylophone for Claire Fontaine of Team 1, claire@example.com 4711";
    bot.asks(NOOR, "Team 1", words).await;
    bot.passes(10).await;
    bot.asks_in_private(NOOR, "I need a human").await;
    bot.passes(30).await;
    replica.stops().await;

    let (_, plain) = recorded(&bot, false).await;
    let (recording, with_texts) = recorded(&bot, true).await;
    assert!(!plain.contains("xylophone"), "{plain}");
    assert!(with_texts.contains("xylophone for"), "{with_texts}");
    for json in [plain, with_texts.clone()] {
        for planted in [
            "noor", "haddad", "claire", "fontaine", "@", "4711", "team 1", "webex",
        ] {
            assert!(!json.to_lowercase().contains(planted), "{planted}: {json}");
        }
    }
    let asked: Vec<_> = { recording.happenings.iter() }
        .filter_map(|it| match &it.what {
            What::Asked {
                person,
                room,
                intent,
                ..
            } => {
                let room = room.as_ref().map(ToString::to_string);
                Some((it.day.to_string(), *person, room, intent.clone()))
            }
            _ => None,
        })
        .collect();
    let day = || "day-2".to_owned();
    let room = || Some("team-1".to_owned());
    let intent = |name: &str| Some(name.to_owned());
    assert_eq!(
        asked,
        [
            (day(), 1, room(), intent("agenda")),
            (day(), 1, room(), intent("none")),
            (day(), 1, None, intent("sos")),
        ]
    );
    bot.ends().await;

    let replay = Replay::read(with_texts.as_bytes(), &reference().event());
    replay.expect("a recording that fits its event");
}

#[tokio::test]
async fn what_was_asked_is_asked_again_in_a_rehearsal() {
    let files = open_day();
    let bot = BotStage::with(Database::File, &files, |_| {}).await;
    let bot = bot.expect("a folder");
    bot.is("2027-04-06T09:20:00+01:00");
    let replica = bot.serves().await;
    bot.passes(30).await;
    bot.asks("ria@example.com", "Red team", "agenda").await;
    bot.passes(60).await;
    bot.asks_in_private("bea@example.com", "what is next?")
        .await;
    bot.passes(60).await;
    replica.stops().await;
    let (_, json) = recorded(&bot, false).await;
    bot.ends().await;

    let replay = Replay::read(json.as_bytes(), &files.event());
    let played = Settings {
        replay: Some(replay.expect("a recording that fits its event")),
        ..settings()
    };
    let outcome = rehearsed(&files, &played);
    assert_eq!(outcome.reasons, Vec::<String>::new());
    let about = ["agenda", "next", "now"].map(|it| outcome.questions.about.get(it).copied());
    assert_eq!(about, [Some(1), Some(1), None]);
}
