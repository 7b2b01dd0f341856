//! No process dies: whatever else may happen to a question, it is answered once, and what is none is not.

use http::Method;
use serde_json::{Value, json};
use showcaller_rehearsal::BOT;
use showcaller_simulator::{Account, Config};

use super::{CLAIRE, NOOR, counted, told};
use crate::bot_stage::{BotStage, Database, mentioned, reference, text};
use crate::stage::switched;

async fn with(change: impl FnOnce(&mut Config)) -> BotStage {
    let bot = BotStage::with(Database::File, &reference(), change).await;
    bot.expect("a folder").without_cues()
}

#[tokio::test]
async fn in_its_room_in_its_thread_or_in_private() {
    let bot = BotStage::new().await.without_cues();
    let replica = bot.serves().await;

    let in_room = bot.asks(NOOR, "Team 1", "agenda").await;
    bot.passes(3).await;
    let said = bot.said();
    assert_eq!(said.len(), 1, "{said:#?}");
    assert_eq!(said[0]["roomId"], in_room.room.as_str());
    assert_eq!(said[0]["parentId"], Value::Null);

    let root = bot.says(NOOR, "Team 1", "Where do we stand?").await;
    bot.asks_beneath(NOOR, &root, "next").await;
    bot.passes(3).await;
    let said = bot.answers_in(&in_room.room);
    assert_eq!(said.len(), 2, "{said:#?}");
    assert_eq!(said[1]["parentId"], root.id.as_str());

    // As a client writes it: by the bot's id.
    let me = bot.person(BOT);
    let me = me.does(Method::GET, "/v1/people/me", Value::Null).await;
    let by_id = format!("<@personId:{}|Show Caller> who", text(&me["id"]));
    bot.says(NOOR, "Team 1", &by_id).await;
    bot.passes(3).await;
    assert_eq!(bot.answers_in(&in_room.room).len(), 3);

    let in_private = bot.asks_in_private(NOOR, "agenda").await;
    bot.passes(120).await;
    assert_eq!(bot.answers_in(&in_private.room).len(), 1);
    assert_eq!(bot.said().len(), 4, "and nothing else was said");
    replica.stops().await;
    bot.ends().await;
}

/// Every delivery comes twice, and half of them late.
#[tokio::test]
async fn however_often_and_in_whatever_order_it_is_delivered() {
    let faults = [
        "delivery-duplicated on /messages/created over 3s",
        "delivery-reordered on /messages/created 50% over 9s",
        "delivery-early on /messages/created 30% for 7s",
    ];
    let bot = with(|config| {
        config.faults = faults.map(|fault| fault.parse().expect("a fault")).into();
        config.switches = switched(["own-echo-in-groups=yes"]);
    });
    let bot = bot.await;
    let one = bot.serves_elsewhere("one").await;
    let two = bot.serves_elsewhere("two").await;
    let words = [
        "agenda", "now", "next", "where", "who", "help", "board", "hello",
    ];
    let mut rooms = Vec::new();
    for (number, words) in words.into_iter().enumerate() {
        let participants = bot.event.people.iter().filter(|person| {
            let team = format!("team-{}", number % 6 + 1);
            person.teams.iter().any(|own| own.as_str() == team)
        });
        let participant = participants.map(|person| person.email.to_string());
        let participant = participant.clone().next().expect("somebody");
        let room = format!("Team {}", number % 6 + 1);
        rooms.push(bot.asks(&participant, &room, words).await.room);
        rooms.push(bot.asks_in_private(&participant, words).await.room);
        bot.passes(1).await;
    }
    bot.passes(120).await;
    let said = bot.said();
    assert_eq!(said.len(), 16, "{}", told(&counted(&said)));
    for room in rooms {
        let said = counted(&bot.answers_in(&room));
        assert!(said.values().all(|times| *times == 1), "{}", told(&said));
    }
    one.stops().await;
    two.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn and_not_again_when_a_delivery_is_replayed() {
    let bot = BotStage::new().await.without_cues();
    let replica = bot.serves().await;
    bot.asks(NOOR, "Team 1", "agenda").await;
    bot.asks_in_private(NOOR, "agenda").await;
    bot.passes(3).await;
    assert_eq!(bot.said().len(), 2);
    let deliveries = bot.deliveries();
    assert!(deliveries.len() >= 2);
    for pause in [0, 60, 1_800] {
        bot.passes(pause).await;
        for delivery in &deliveries {
            let status = bot.delivers(delivery.clone()).await;
            assert!(status.is_success(), "it is Webex's own");
        }
    }
    bot.passes(60).await;
    assert_eq!(bot.said().len(), 2);
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn and_an_edit_is_no_new_question() {
    let bot = BotStage::new().await.without_cues();
    let replica = bot.serves().await;
    let asked = bot.asks(NOOR, "Team 1", "agenda").await;
    bot.passes(3).await;
    let edit = async |id: &str, markdown: &str| {
        let body = json!({ "roomId": asked.room, "markdown": markdown });
        let noor = bot.person(NOOR);
        let path = format!("/v1/messages/{id}");
        noor.does(Method::PUT, &path, body).await;
    };
    edit(&asked.id, &mentioned("now")).await;
    bot.passes(3).await;
    let message = bot.says(NOOR, "Team 1", "agenda").await;
    edit(&message.id, "agenda, please").await;
    bot.passes(120).await;
    assert_eq!(bot.said().len(), 1);
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn and_what_is_no_question_for_the_bot_is_not() {
    let other = "lunch@webex.bot";
    let bot = with(|config| {
        config.switches = switched(["own-echo-in-groups=yes", "all-mentions-bot=yes"]);
        config.accounts.push(Account::bot(other, "Lunch"));
    });
    let bot = bot.await;
    let replica = bot.serves().await;
    let team_1 = bot.room("Team 1");
    let member = json!({ "roomId": team_1, "personEmail": other });
    let coach = bot.person("amelie.dubois@example.com");
    coach.does(Method::POST, "/v1/memberships", member).await;
    bot.passes(30).await;
    let welcomed = bot.said().len();

    // It writes itself, another bot asks, people talk to each other, to all and of it.
    bot.says(BOT, "Team 1", &mentioned("agenda")).await;
    bot.says(other, "Team 1", &mentioned("agenda")).await;
    let to_it = json!({ "toPersonEmail": BOT, "markdown": "agenda" });
    bot.person(other)
        .tries(Method::POST, "/v1/messages", to_it)
        .await;
    bot.says(NOOR, "Team 1", "agenda").await;
    bot.says(NOOR, "Team 1", "Showcaller agenda").await;
    bot.says(NOOR, "Team 1", "<@all> agenda").await;
    let root = bot.says(NOOR, "Team 1", "what is next?").await;
    let beneath = json!({ "roomId": root.room, "parentId": root.id, "markdown": "now" });
    let noor = bot.person(NOOR);
    noor.does(Method::POST, "/v1/messages", beneath).await;
    bot.passes(120).await;
    let said = bot.said();
    assert_eq!(said.len(), welcomed + 1, "but for its own: {said:#?}");
    replica.stops().await;
    bot.ends().await;
}

/// Nor a room of the event's team that the event does not have.
#[tokio::test]
async fn and_a_room_that_is_not_of_the_event_gets_nothing() {
    let bot = BotStage::new().await.without_cues();
    let replica = bot.serves().await;
    let claire = bot.person(CLAIRE);
    for title in ["Somewhere else", "Team 1"] {
        let room = json!({ "title": title });
        let room = claire.does(Method::POST, "/v1/rooms", room).await;
        let member = json!({ "roomId": room["id"], "personEmail": BOT });
        claire.does(Method::POST, "/v1/memberships", member).await;
        let asks = json!({ "roomId": room["id"], "markdown": mentioned("agenda") });
        claire.does(Method::POST, "/v1/messages", asks).await;
    }
    bot.passes(120).await;
    assert_eq!(bot.said(), Vec::<Value>::new());
    replica.stops().await;
    bot.ends().await;
}
