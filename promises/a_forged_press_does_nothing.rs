//! Anybody in a room may make up a press with any inputs. It does nothing unless it is what a button of
//! that very card does.

use http::Method;
use serde_json::{Value, json};
use showcaller_simulator::Fault;

use crate::by_hand::all;
use crate::talk::{Said, Talk, fair_with_a_bot, pressed};

const RIA: &str = "ria@example.com";
const BEA: &str = "bea@example.com";

impl Talk {
    /// A person makes up a press, and Webex tells of it. Returns whether Webex lets them.
    async fn makes_up(&self, email: &str, message: &Value, inputs: &Value) -> bool {
        let action = json!({"type": "submit", "messageId": message, "inputs": inputs});
        let person = self.person(email);
        let path = "/v1/attachment/actions";
        let (status, action) = person.tries(Method::POST, path, action).await;
        if status.is_success() {
            self.hears(pressed(&action)).await;
        }
        status.is_success()
    }
}

/// What the buttons of these cards carry.
fn keys(cards: &[Said]) -> Vec<Value> {
    cards.iter().flat_map(Said::buttons).collect()
}

#[tokio::test]
async fn whoever_makes_it_up_on_whichever_card() {
    let talk = Talk::about(&fair_with_a_bot()).await;
    for text in ["agenda all", "help"] {
        talk.asks(RIA, "Red team", text).await;
        talk.asks(BEA, "Blue team", text).await;
        talk.asks_in_private(RIA, text).await;
        talk.after(6).await;
    }
    let cards = talk.said();
    let keys = keys(&cards);
    assert!(keys.len() > cards.len(), "{} cards", cards.len());
    let unheard_of = ["answer/7#0", "details", "#", "remind/7/meeting/market/x#0"];
    let unheard_of = unheard_of.map(|key| json!({ "key": key }));
    let mut made_up = 0;
    for email in [RIA, BEA, "coach.red@example.com", "olga@example.com"] {
        for card in &cards {
            let own = card.buttons();
            let beyond = own.first().map(|key| {
                let key = key["key"].as_str().expect("a key");
                json!({ "key": format!("{key}9") })
            });
            let foreign = keys.iter().filter(|key| !own.contains(key));
            for inputs in foreign.chain(&unheard_of).chain(&beyond) {
                made_up += usize::from(talk.makes_up(email, &card.0["id"], inputs).await);
            }
        }
    }
    assert!(made_up > 100, "{made_up}");
    let before = state_of_rooms(&talk);
    talk.after(300).await;
    assert_eq!(talk.said().len(), cards.len());
    assert_eq!(state_of_rooms(&talk), before);
    talk.ends().await;
}

#[tokio::test]
async fn also_of_a_card_that_may_not_have_arrived() {
    let talk = Talk::about(&fair_with_a_bot()).await;
    talk.asks(RIA, "Red team", "agenda all").await;
    talk.after(6).await;
    let first = talk.said().remove(0);
    let lost: Fault = "reset-after-effect on POST /messages by showcaller@webex.bot for 1 calls"
        .parse()
        .expect("a fault");
    talk.stage.simulator.set_faults(vec![lost]);
    talk.asks(RIA, "Red team", "help").await;
    talk.after(1).await;
    let said = talk.said();
    let [_, second] = said.as_slice() else {
        panic!("{} messages", said.len());
    };
    let key = second.buttons().remove(0);
    // A person says that the first card is the one that is in doubt.
    assert!(talk.makes_up(RIA, &first.0["id"], &key).await);
    talk.after(60).await;
    assert_eq!(
        talk.said().len(),
        3,
        "it was sent a second time all the same"
    );
    talk.ends().await;
}

#[tokio::test]
async fn but_a_true_one_is_answered_even_then() {
    let talk = Talk::about(&fair_with_a_bot()).await;
    let lost: Fault = "reset-after-effect on POST /messages by showcaller@webex.bot for 1 calls"
        .parse()
        .expect("a fault");
    talk.stage.simulator.set_faults(vec![lost]);
    talk.asks(RIA, "Red team", "agenda all").await;
    talk.after(1).await;
    let card = talk.said().remove(0);
    assert!(talk.makes_up(RIA, &card.0["id"], &card.buttons()[0]).await);
    talk.after(60).await;
    // Who can press it has it: it is not sent again.
    assert_eq!(talk.said().len(), 2);
    talk.ends().await;
}

/// Who is in which room, and which reminders and messages there are.
fn state_of_rooms(talk: &Talk) -> (usize, usize) {
    let simulator = &talk.stage.simulator;
    (
        all(simulator, "memberships").len(),
        all(simulator, "messages").len(),
    )
}
