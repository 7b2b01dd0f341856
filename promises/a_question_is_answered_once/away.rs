//! What no delivery told is found by reading the rooms: deliveries that were lost, and what was asked
//! while the bot was away.

use super::{NOOR, Questions};
use crate::bot_stage::{BotStage, Database, reference};

/// In every room, and every fifth of them in private.
#[tokio::test]
async fn within_90_seconds_although_a_fifth_of_the_deliveries_is_lost() {
    let files = reference();
    let bot = BotStage::with(Database::File, &files, |config| {
        let lost = "delivery-lost on /messages/created 20% seed 9";
        config.faults = vec![lost.parse().expect("a fault")];
    });
    let bot = bot.await.expect("a folder").without_cues();
    let replica = bot.serves().await;
    let mut asked = Questions::default();
    for number in 0..60 {
        asked.one(&bot, number, "help").await;
        bot.passes(3).await;
    }
    bot.passes(90).await;
    let lost = bot.stage.simulator.deliveries();
    let lost = lost.iter().filter(|note| note["outcome"] == "lost").count();
    assert!(lost >= 6, "{lost} were lost");
    for (question, times) in asked.all.iter().zip(asked.answers(&bot)) {
        assert!(
            matches!(times[..], [after] if after <= 90),
            "{}: {times:?}",
            question.words
        );
    }
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn when_the_bot_returns_with_an_apology_if_it_is_late_and_not_at_all_if_too_late() {
    let bot = BotStage::new().await.without_cues();
    // Before there ever was a bot.
    bot.asks(NOOR, "Team 1", "help").await;
    let private = bot.asks_in_private(NOOR, "help").await.room;
    bot.passes(60).await;
    let mut replica = bot.serves().await;
    bot.passes(120).await;
    assert_eq!(bot.said().len(), 0, "it is not asked what was asked before");
    let team_1 = bot.asks(NOOR, "Team 1", "help").await.room;
    bot.asks_in_private(NOOR, "help").await;
    bot.passes(10).await;
    let at_once = bot.texts_in(&team_1)[0].clone();
    assert_eq!(bot.said().len(), 2);
    for (minutes, expected) in [(1, 2), (10, 4), (110, 6), (130, 6)] {
        replica.killed().await;
        bot.asks(NOOR, "Team 1", "help").await;
        bot.asks_in_private(NOOR, "help").await;
        bot.passes(60 * minutes).await;
        replica = bot.serves().await;
        bot.passes(70).await;
        assert_eq!(bot.said().len(), 2 + expected, "after {minutes} minutes");
        for room in [&team_1, &private] {
            let texts = bot.texts_in(room);
            let last = texts.last().expect("an answer");
            assert!(last.ends_with(&at_once), "{last}");
            assert_eq!(last.len() > at_once.len(), minutes >= 2, "{last}");
        }
    }
    replica.stops().await;
    bot.ends().await;
}
