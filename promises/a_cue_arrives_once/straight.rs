//! Where nothing goes wrong.

use super::key;
use crate::bot_stage::BotStage;

#[tokio::test]
async fn by_the_clock_within_a_second_or_two() {
    let bot = BotStage::new().await;
    bot.is("2027-10-07T11:59:50+02:00");
    let replica = bot.serves().await;
    bot.passes(9).await;
    assert_eq!(bot.heard("eat something"), (0, 0));
    bot.passes(5).await;
    assert_eq!(bot.heard("eat something"), (6, 6));
    bot.passes(3_600).await;
    assert_eq!(bot.heard("eat something"), (6, 6));
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn by_call_when_an_operator_says_go_and_not_before() {
    let bot = BotStage::new().await;
    bot.is("2027-10-07T17:00:00+02:00");
    let replica = bot.serves().await;
    bot.passes(3_600).await;
    assert_eq!(bot.heard("Good night"), (0, 0));
    bot.goes(&key("good-night", "day-1")).await;
    bot.passes(5).await;
    assert_eq!(bot.heard("Good night"), (6, 6));
    replica.stops().await;
    bot.ends().await;
}
