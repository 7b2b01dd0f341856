//! Only Webex is believed: what is not signed by it leaves no trace, and of what people make up nothing
//! happens.

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{Method, Request, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};
use sha1::Sha1;
use showcaller_ledger::InboxState;

use crate::bot_stage::{BotStage, text};
use crate::by_hand::all;

const NOOR: &str = "noor.haddad@example.com";
/// Of another team.
const INES: &str = "ines.carvalho@example.com";
const CLAIRE: &str = "claire.fontaine@example.com";

fn signed(delivery: &Request<Bytes>, body: &[u8], secret: &str) -> Request<Bytes> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(body);
    let bytes = mac.finalize().into_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut request = delivery.clone();
    *request.body_mut() = Bytes::copy_from_slice(body);
    let headers = request.headers_mut();
    headers.insert("x-spark-signature", hex.parse().expect("hexadecimal"));
    request
}

async fn rows(bot: &BotStage) -> u64 {
    let counts = bot.stage.ledger.inbox_counts().await.expect("a ledger");
    InboxState::ALL.iter().map(|state| counts.of(*state)).sum()
}

#[tokio::test]
async fn what_it_did_not_sign_leaves_no_trace() {
    let bot = BotStage::new().await;
    // Webex's own delivery, which nobody was there to take.
    bot.asks(NOOR, "Team 1", "agenda").await;
    bot.passes(5).await;
    let deliveries = bot.deliveries();
    let [genuine] = &deliveries[..] else {
        panic!("{} deliveries", deliveries.len());
    };
    let replica = bot.serves().await;
    let body = genuine.body().to_vec();
    let mut forged = Vec::new();
    let mut bare = genuine.clone();
    bare.headers_mut().remove("x-spark-signature");
    forged.push(bare);
    for secret in ["", "secret", &bot.secret.expose()[1..]] {
        forged.push(signed(genuine, &body, secret));
    }
    for place in (0..body.len()).step_by(37) {
        let mut altered = body.clone();
        altered[place] ^= 1;
        let mut request = genuine.clone();
        *request.body_mut() = altered.into();
        forged.push(request);
        let mut request = genuine.clone();
        *request.body_mut() = body[..place].to_vec().into();
        forged.push(request);
    }
    for request in forged {
        assert_eq!(bot.delivers(request).await, StatusCode::FORBIDDEN);
    }
    // Signed, and nothing that the bot knows.
    let secret = bot.secret.expose();
    for odd in [
        "",
        "null",
        "[]",
        "{}",
        "{\"resource\":\"messages\"}",
        "\u{0}",
    ] {
        let status = bot.delivers(signed(genuine, odd.as_bytes(), secret)).await;
        assert!(status.is_success(), "{odd}: {status}");
    }
    bot.passes(60).await;
    assert_eq!(rows(&bot).await, 0);
    let mut said = bot.said();
    // Operators are told of cues unasked.
    said.retain(|it| !text(&it["markdown"]).contains("cues need you"));
    assert_eq!(said, Vec::<Value>::new());

    let status = bot.delivers(genuine.clone()).await;
    assert!(status.is_success(), "the real one is believed: {status}");
    assert_eq!(rows(&bot).await, 1);
    replica.stops().await;
    bot.ends().await;
}

/// Every key of a Submit button in the world, each with the message on which it is.
fn keys(bot: &BotStage) -> Vec<(String, String)> {
    fn find(value: &Value, keys: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                if let Some(key) = members.get("data").and_then(|data| data["key"].as_str()) {
                    keys.push(key.to_owned());
                }
                members.values().for_each(|part| find(part, keys));
            }
            Value::Array(parts) => parts.iter().for_each(|part| find(part, keys)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    for said in bot.said() {
        let mut keys = Vec::new();
        find(&said["attachments"], &mut keys);
        all.extend(keys.into_iter().map(|key| (text(&said["id"]), key)));
    }
    all
}

#[tokio::test]
async fn what_a_participant_makes_up_of_every_card_does_nothing() {
    let bot = BotStage::new().await;
    let replica = bot.serves().await;
    let asked = bot.asks(NOOR, "Team 1", "agenda").await;
    bot.asks(NOOR, "Team 1", "help").await;
    bot.asks(INES, "Team 2", "agenda").await;
    bot.asks(CLAIRE, "Organisation", "details of the opening today")
        .await;
    bot.asks_in_private(CLAIRE, "agenda").await;
    bot.asks_in_private(INES, "help").await;
    bot.passes(30).await;
    let keys = keys(&bot);
    let before = bot.said().len();
    assert!(keys.len() > 4, "{keys:#?}");
    let cards: Vec<String> = bot.said().iter().map(|said| text(&said["id"])).collect();
    let mut made_up: Vec<(Option<&str>, String)> = Vec::new();
    for (card, key) in &keys {
        made_up.push((Some(card), key.clone()));
        let (name, _) = key.split_once('#').unwrap_or((key, ""));
        for end in [
            "",
            "#",
            "#-1",
            "#99",
            "#18446744073709551616",
            "#0#0",
            "/1#0",
        ] {
            made_up.push((None, format!("{name}{end}")));
        }
    }
    for key in [
        "",
        "sos",
        "details",
        "answer/../1#0",
        "provision/1#0",
        "\u{0}",
    ] {
        made_up.push((None, key.to_owned()));
    }
    let mut accepted = 0;
    for forger in [INES, NOOR] {
        let forger = bot.person(forger);
        for card in &cards {
            for (of, key) in &made_up {
                // A button that the card has is no forgery.
                if *of == Some(card.as_str()) {
                    continue;
                }
                let action = json!({ "type": "submit", "messageId": card, "inputs": {
                    "key": key, "person": CLAIRE, "intent": "details", "room": "organisation",
                } });
                let (status, _) = forger
                    .tries(Method::POST, "/v1/attachment/actions", action)
                    .await;
                assert_ne!(status, StatusCode::TOO_MANY_REQUESTS);
                accepted += usize::from(status.is_success());
                bot.passes_in_full(SignedDuration::from_millis(250)).await;
            }
        }
    }
    assert!(accepted > 100, "Webex took {accepted} of them");
    // Who presses so often is served in turn.
    let waiting = async || {
        let counts = bot.stage.ledger.inbox_counts().await.expect("a ledger");
        counts.of(InboxState::Waiting)
    };
    for _ in 0..100 {
        if waiting().await == 0 {
            break;
        }
        bot.passes(60).await;
    }
    assert_eq!(waiting().await, 0, "each was looked at");
    let since = bot.said().split_off(before);
    assert_eq!(since, Vec::<Value>::new());
    assert!(all(&bot.stage.simulator, "attachmentActions").len() >= accepted);

    // One that is real is answered, where the card is. Rooms are answered in any order.
    let mut in_room = bot.said().into_iter();
    let card = in_room
        .find(|said| said["roomId"] == asked.room.as_str() && !said["attachments"].is_null());
    let card = text(&card.expect("an answer with a card")["id"]);
    let pressed = bot.presses(NOOR, &card, "Now").await;
    bot.passes(30).await;
    let since = bot.said().split_off(before);
    assert_eq!(since.len(), 1, "{since:#?}");
    assert_eq!(since[0]["roomId"], pressed["roomId"]);
    replica.stops().await;
    bot.ends().await;
}
