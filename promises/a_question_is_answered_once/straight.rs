//! Nothing goes wrong.

use crate::bot_stage::BotStage;

#[tokio::test]
async fn try_it() {
    let began = std::time::Instant::now();
    let bot = BotStage::new().await;
    eprintln!("set up {:?}", began.elapsed());
    let replica = bot.serves().await;
    eprintln!("serving {:?}", began.elapsed());
    for (who, room, words) in [
        ("noor.haddad@example.com", "Team 1", "agenda"),
        ("noor.haddad@example.com", "Team 1", "agenda all"),
        ("noor.haddad@example.com", "Team 1", "sos the link is broken"),
        ("claire.fontaine@example.com", "Organisation", "details opening"),
    ] {
        let asked = bot.asks(who, room, words).await;
        bot.passes(6).await;
        for text in bot.texts_in(&asked.room) {
            eprintln!("{words}: {} bytes\n{text}", text.len());
        }
    }
    for (who, words) in [("noor.haddad@example.com", "agenda all"), ("claire.fontaine@example.com", "agenda all"), ("claire.fontaine@example.com", "details opening day 1")] {
        let asked = bot.asks_in_private(who, words).await;
        bot.passes(6).await;
        for text in bot.texts_in(&asked.room) {
            eprintln!("{words}: {} bytes\n{text}", text.len());
        }
    }
    eprintln!("asked {:?}", began.elapsed());
    bot.passes(60).await;
    eprintln!("a minute {:?}", began.elapsed());
    replica.stops().await;
    bot.ends().await;
    eprintln!("ended {:?}", began.elapsed());
}
