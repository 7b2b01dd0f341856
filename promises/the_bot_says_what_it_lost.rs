//! The organisers are told once when the bot no longer moderates a room that it has to.

use http::Method;
use serde_json::{Value, json};
use showcaller_ledger::IncomingKind;
use showcaller_rehearsal::BOT;

use crate::talk::{Talk, fair_with_a_bot, member};

/// The organisers take the bot's right to moderate a room away; how often that is said in the crew's.
async fn told_of(room: &str) -> usize {
    let talk = Talk::about(&fair_with_a_bot()).await;
    let olga = talk.person("olga@example.com");
    let path = format!("/v1/memberships?roomId={}", talk.room(room));
    let members = olga.does(Method::GET, &path, Value::Null).await;
    let members = members["items"].as_array().expect("a list");
    let bot = members.iter().find(|it| it["personEmail"] == BOT);
    let bot = bot.expect("the bot is in it")["id"]
        .as_str()
        .expect("an id");
    // Webex may tell of a change that is none.
    talk.hears(member(&talk, IncomingKind::MemberChanged, room, BOT))
        .await;
    talk.after(30).await;
    assert_eq!(talk.said().len(), 0, "it still moderates «{room}»");
    let path = format!("/v1/memberships/{bot}");
    olga.does(Method::PUT, &path, json!({"isModerator": false}))
        .await;
    let event = member(&talk, IncomingKind::MemberChanged, room, BOT);
    for _ in 0..3 {
        talk.hears(event.clone()).await;
        talk.after(30).await;
    }
    let said = talk.said();
    for notice in &said {
        assert_eq!(notice.0["roomId"], talk.room("Crew"));
        assert!(notice.markdown().contains(room), "{}", notice.markdown());
    }
    talk.ends().await;
    said.len()
}

#[tokio::test]
async fn in_their_room_and_once() {
    assert_eq!(told_of("Notices").await, 1);
}

#[tokio::test]
async fn but_not_in_the_room_that_it_lost() {
    assert_eq!(told_of("Crew").await, 0);
}
