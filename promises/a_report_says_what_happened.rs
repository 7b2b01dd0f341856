//! A report says what happened: what was sent and when, what was asked and how soon it was answered, and
//! nothing of who asked.

use std::sync::Arc;

use showcaller_engine::{InForce, report};
use showcaller_render::report::{CueState, Facts, Meeting};

use crate::bot_stage::BotStage;

const NOOR: &str = "noor.haddad@example.com";

async fn facts(bot: &BotStage) -> Facts {
    let ledger = &bot.stage.ledger;
    let in_force = InForce::read(ledger).await.expect("a ledger");
    let in_force = Arc::new(in_force.expect("a revision"));
    let facts = report(Some(ledger), in_force, bot.stage.now()).await;
    facts.expect("a report")
}

#[tokio::test]
async fn of_cues_and_questions() {
    let bot = BotStage::new().await;
    bot.is("2027-10-07T11:59:50+02:00");
    let replica = bot.serves().await;
    bot.passes(30).await;
    bot.asks(NOOR, "Team 1", "agenda").await;
    bot.passes(10).await;
    bot.asks(
        NOOR,
        "Team 1",
        "xylophone for Claire Fontaine, claire@example.com 4711",
    )
    .await;
    bot.passes(10).await;
    bot.asks(NOOR, "Team 1", "I need a human").await;
    bot.passes(30).await;
    replica.stops().await;

    let facts = facts(&bot).await;
    let lunch: Vec<_> = facts
        .cues
        .iter()
        .filter(|cue| cue.cue == "lunch/day-2")
        .collect();
    assert_eq!(lunch.len(), 6);
    for cue in lunch {
        assert_eq!(cue.state, CueState::Sent, "{cue:?}");
        let late = cue.lateness().expect("it was sent").as_secs();
        assert!((0..=5).contains(&late), "{cue:?}");
    }
    let asked = &facts.questions;
    assert_eq!((asked.asked, asked.answered), (3, 3));
    assert_eq!(asked.by_room, [("Team 1".to_owned(), 3)]);
    let intents: Vec<&str> = asked
        .by_intent
        .iter()
        .map(|(intent, _)| intent.as_str())
        .collect();
    assert_eq!(intents, ["agenda", "none", "sos"]);
    assert_eq!(asked.answers.len(), 3, "each has an answer time");
    assert_eq!(asked.not_understood, [("xylophone for".to_owned(), 1)]);
    assert_eq!(facts.calls.len(), 1);
    assert!(facts.calls[0].delivered);
    assert_eq!(facts.calls[0].room.as_deref(), Some("Team 1"));
    // Nothing listens to meetings here: that is not known, and not nought.
    let unknown = |it: &Meeting| it.attendance.is_none() && it.invited > 0;
    assert!(facts.meetings.iter().all(unknown));
    let said = facts.document().to_text(80).to_string();
    assert!(said.contains("is not known: Webex tells it only"), "{said}");
    let written = [
        facts.document().to_text(80).to_string(),
        facts.document().to_html(),
        serde_json::to_string(&facts).expect("JSON"),
    ];
    for text in written {
        assert!(
            !text.contains("claire@") && !text.contains("noor"),
            "{text}"
        );
        assert!(!text.contains("webex.com/"), "no link of a meeting: {text}");
    }
    bot.ends().await;
}

#[tokio::test]
async fn calmly_of_an_event_that_is_to_come() {
    let bot = BotStage::new().await;
    let in_force = InForce::planned(bot.event.clone());
    let before = "2027-09-01T09:00Z".parse().expect("a time");
    let facts = report(None, Arc::new(in_force), before)
        .await
        .expect("a report");
    let text = facts.document().to_text(80).to_string();
    assert!(text.contains("The event has not begun"), "{text}");
    bot.ends().await;
}
