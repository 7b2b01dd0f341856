//! An hour of questions reads the same whichever database the ledger is in.

use crate::bot_stage::{BotStage, Database, reference, text};
use crate::transcripts::names;

/// A scripted hour, with a death in it; what was said in each room.
async fn hour(database: Database) -> Option<Vec<String>> {
    let files = reference();
    let bot = BotStage::with(database, &files, |_| {});
    let bot = bot.await?;
    bot.is("2027-10-06T09:20:00+02:00");
    let mut replica = bot.serves().await;
    let words = [
        "agenda",
        "now",
        "next",
        "where",
        "who",
        "help",
        "board",
        "hello",
        "sos",
        "remind me",
    ];
    for (number, words) in words.iter().cycle().take(36).enumerate() {
        let room = &bot.event.rooms[number % bot.event.rooms.len()];
        let member = room.members[number % room.members.len()].email.as_str();
        match number % 3 {
            0 => bot.asks_in_private(member, words).await,
            _ => bot.asks(member, &room.title, words).await,
        };
        if number == 17 {
            replica.killed().await;
            bot.passes(200).await;
            replica = bot.serves().await;
        }
        bot.passes(90).await;
    }
    replica.stops().await;
    let names = names(&bot);
    let said = bot.said();
    let lines = said.iter().map(|said| {
        let card = said["attachments"][0]["content"]["body"].to_string();
        // Two messages of one instant to one room get times that differ by a millisecond.
        let created = text(&said["created"]);
        let instant = &created[.."2027-10-06T08:05:20.00".len()];
        let mut line = format!("{instant}: {} {card}", said["markdown"]);
        for (secret, name) in &names {
            line = line.replace(secret, name);
        }
        line
    });
    let mut lines: Vec<String> = lines.collect();
    // Messages of one instant that do not wait for each other come in any order.
    lines.sort();
    bot.ends().await;
    Some(lines)
}

#[tokio::test]
async fn of_an_hour_of_questions() {
    let Some(on_server) = hour(Database::Server).await else {
        return;
    };
    let in_file = hour(Database::File).await.expect("a folder");
    assert!(in_file.len() >= 36, "{}", in_file.len());
    for (here, there) in in_file.iter().zip(&on_server) {
        assert_eq!(here, there);
    }
    assert_eq!(in_file.len(), on_server.len());
}
