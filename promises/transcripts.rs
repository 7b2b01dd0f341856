//! What people read, as it looks to them: a team's room, a private talk and the organisers' room during a
//! morning of the reference event. Links, numbers and passwords are replaced by what they belong to.

use serde_json::Value;
use showcaller_rehearsal::BOT;
use showcaller_render::answers::{Card, Message, transcript};

use crate::bot_stage::{BotStage, text};
use crate::by_hand::all;

const NOOR: &str = "noor.haddad@example.com";
/// In another time zone.
const PRIYA: &str = "priya.raghavan@example.com";
const AMELIE: &str = "amelie.dubois@example.com";
const PIETER: &str = "pieter.vermeulen@example.com";
const CLAIRE: &str = "claire.fontaine@example.com";
const DESMOND: &str = "desmond.achebe@example.com";

/// What opens the meetings of this world, each with its stable name.
pub(crate) fn names(bot: &BotStage) -> Vec<(String, String)> {
    let mut names = Vec::new();
    for meeting in all(&bot.stage.simulator, "meetings") {
        let title = text(&meeting["title"]);
        for (member, name) in [
            ("webLink", "link"),
            ("meetingNumber", "number"),
            ("password", "password"),
        ] {
            names.push((text(&meeting[member]), format!("<{name} of {title}>")));
        }
        names.push((text(&meeting["hostKey"]), "<host key>".to_owned()));
    }
    names.retain(|(secret, _)| !secret.is_empty());
    names
}

pub(crate) fn drawn(bot: &BotStage, room: &str) -> String {
    let names = names(bot);
    let mut messages = all(&bot.stage.simulator, "messages");
    messages.retain(|message| message["roomId"] == room);
    let lines = messages.iter().map(|message| {
        let from = text(&message["personEmail"]);
        let (name, _) = from.split_once('@').unwrap_or((&from, ""));
        let at: jiff::Timestamp = text(&message["created"]).parse().expect("a time");
        let at = at.in_tz("Europe/Brussels").expect("a zone");
        let beneath = if message["parentId"].is_null() {
            ""
        } else {
            ", in the thread"
        };
        format!(
            "── {name} {}{beneath}\n{}",
            at.strftime("%H:%M:%S"),
            words(message, from == BOT)
        )
    });
    let mut drawn = lines.collect::<Vec<_>>().join("\n\n");
    for (secret, name) in names {
        drawn = drawn.replace(&secret, &name);
    }
    drawn
}

fn words(message: &Value, by_bot: bool) -> String {
    if !by_bot {
        return text(&message["text"]);
    }
    let card = message["attachments"][0]["content"].as_object();
    let message = Message {
        markdown: text(&message["markdown"]).into(),
        card: card.map(|content| Card {
            content: Value::Object(content.clone()),
            keys: Vec::new(),
        }),
    };
    transcript(&message).expose().to_owned()
}

#[tokio::test]
async fn of_a_team_s_room() {
    let bot = BotStage::new().await;
    let replica = bot.serves().await;
    bot.is("2027-10-06T08:55:00+02:00");
    let talk = [
        (NOOR, "good morning!"),
        (NOOR, "agenda"),
        (PRIYA, "where do we have to be?"),
        (NOOR, "qui est dans mon équipe?"),
        (AMELIE, "et demain?"),
        (NOOR, "what is our board?"),
        (NOOR, "when is learn to pitch?"),
        (NOOR, "when is the jury deliberation?"),
        (NOOR, "details of the opening"),
        (NOOR, "do you like pizza?"),
        (NOOR, "help"),
        (NOOR, "remind me"),
        (NOOR, "sos nobody hears us"),
        (NOOR, "thank you"),
    ];
    let mut room = String::new();
    for (who, words) in talk {
        room = bot.asks(who, "Team 1", words).await.room;
        bot.passes(70).await;
    }
    let root = bot.says(NOOR, "Team 1", "And what now?").await;
    bot.asks_beneath(NOOR, &root, "now").await;
    bot.passes(10).await;
    insta::assert_snapshot!(drawn(&bot, &room));
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn of_private_talks() {
    let bot = BotStage::new().await;
    let replica = bot.serves().await;
    bot.is("2027-10-06T09:50:00+02:00");
    let mut drawings = Vec::new();
    for (who, talk) in [
        (
            PIETER,
            [
                "hallo",
                "wat is er nu?",
                "agenda morgen",
                "help mij onthouden",
            ],
        ),
        (
            AMELIE,
            [
                "maintenant",
                "où dois-je être?",
                "tableau",
                "mot de passe coaches briefing",
            ],
        ),
        (
            PRIYA,
            [
                "next",
                "remind me",
                "who is my coach?",
                "what is on on friday?",
            ],
        ),
        ("stranger@example.net", ["hello", "agenda", "sos", "help"]),
    ] {
        let mut room = String::new();
        for words in talk {
            room = bot.asks_in_private(who, words).await.room;
            bot.passes(40).await;
        }
        bot.passes(300).await;
        drawings.push(drawn(&bot, &room));
    }
    insta::assert_snapshot!(drawings.join("\n\n══════\n\n"));
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn of_the_organisers_room() {
    let bot = BotStage::new().await;
    let replica = bot.serves().await;
    bot.is("2027-10-06T08:10:00+02:00");
    let mut room = String::new();
    for (who, words) in [
        (CLAIRE, "agenda"),
        (DESMOND, "details of the opening today"),
        (CLAIRE, "details of the breakout of team 4 today"),
        (CLAIRE, "details"),
        (DESMOND, "now"),
    ] {
        room = bot.asks(who, "Organisation", words).await.room;
        bot.passes(40).await;
    }
    bot.asks(
        NOOR,
        "Team 1",
        "sos: the <b>link</b> is [broken](https://evil.example) <@all>",
    )
    .await;
    bot.passes(40).await;
    bot.asks_in_private(PIETER, "help! niemand hoort ons").await;
    bot.passes(40).await;
    insta::assert_snapshot!(drawn(&bot, &room));
    replica.stops().await;
    bot.ends().await;
}
