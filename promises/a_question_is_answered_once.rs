//! A question is answered once: in its room or in private, in its thread, from what is in force.

use std::sync::Arc;

use serde_json::Value;
use showcaller_clock::SharedClock;
use showcaller_engine::{Answers, Assignment, NoProgress, Presence, Stop};
use showcaller_event::Event;
use showcaller_ledger::{Incoming, IncomingKind, Source};
use showcaller_plan::Wishes;
use showcaller_rehearsal::BOT;
use showcaller_secret::Secret;
use showcaller_webex::{Destination, Message, NewMessage, RoomId, RoomKind, Settings, Webex};

use crate::by_hand::room_id;
use crate::files::{Files, fair};
use crate::stage::Stage;

/// A bot that answers, on a stage on which the event is applied.
struct Talk {
    stage: Stage,
    event: Event,
    presence: Presence,
    answers: Answers,
}

impl Talk {
    async fn about(files: &Files) -> Self {
        let event = files.event();
        let stage = Stage::before(&event).await;
        let outlook = stage.look(&event, &Wishes::default()).await;
        let source = |path: &str, content: &str| Source {
            path: path.to_owned(),
            content: content.as_bytes().to_vec(),
        };
        let assignment = Assignment {
            event: &event,
            sources: vec![
                source("event.yaml", &files.yaml),
                source("people.csv", &files.people),
            ],
            digest: files.yaml.len().to_string(),
        };
        let applied = stage.engine(&event);
        let stop = Stop::default();
        let report = applied.apply(&assignment, outlook, &NoProgress, &stop);
        assert!(report.await.expect("a run").is_complete());
        let engine = stage.engine(&event);
        let presence = engine.presence().await.expect("a ledger");
        let answers = Answers::begin(&engine, &presence).await.expect("a bot");
        Self {
            stage,
            event,
            presence,
            answers,
        }
    }

    fn client(&self, email: &str) -> Webex {
        let clock: SharedClock = Arc::new(self.stage.clock.clone());
        let base = "http://simulator.invalid/v1".parse().expect("an address");
        let token = Secret::from(self.stage.simulator.token_for(email));
        let transport = Arc::clone(&self.stage.transport);
        Webex::new(Settings::new(base, token, transport, clock)).expect("a client")
    }

    fn room(&self, title: &str) -> RoomId {
        RoomId::from(room_id(&self.stage.simulator, title))
    }

    /// Somebody writes, and Webex tells of it.
    async fn writes(
        &self,
        email: &str,
        to: Destination,
        thread: Option<&Message>,
        text: &str,
    ) -> Message {
        let message = NewMessage {
            parent_id: thread.map(|thread| thread.id.clone()),
            ..NewMessage::markdown(to, text)
        };
        let message = self
            .client(email)
            .create_message(&message)
            .await
            .expect("a message");
        self.hears_of(&message).await;
        message
    }

    async fn asks(&self, email: &str, room: &RoomId, text: &str) -> Message {
        let text = format!("<@personEmail:{BOT}|Showcaller> {text}");
        self.writes(email, Destination::Room(room.clone()), None, &text)
            .await
    }

    async fn hears_of(&self, message: &Message) {
        let event = Incoming {
            kind: IncomingKind::Message,
            remote_id: message.id.to_string(),
            room: message.room_id.as_ref().expect("a room").to_string(),
            direct: message.room_type == Some(RoomKind::Direct),
            person: message.person_id.as_ref().expect("a person").to_string(),
            moderator: false,
            at: message.created.expect("a time"),
        };
        self.answers.inbox().take_in(event).await.expect("a ledger");
    }

    /// What the bot wrote, the earliest first, once `seconds` have passed.
    async fn said_within(&self, seconds: i64) -> Vec<Value> {
        use showcaller_clock::Clock as _;
        let time = jiff::SignedDuration::from_secs(seconds);
        self.stage.clock.sleep(time).await;
        let world = self.stage.simulator.world();
        let bot = world["people"]
            .as_array()
            .and_then(|people| people.iter().find(|it| it.to_string().contains(BOT)))
            .cloned()
            .unwrap_or_default();
        let messages = world["messages"].as_array().cloned().unwrap_or_default();
        messages
            .into_iter()
            .filter(|message| message["personId"] == bot["id"])
            .collect()
    }

    async fn ends(self) {
        self.answers.stop().await;
        self.presence.end().await;
    }
}

#[tokio::test]
async fn in_a_room_and_nowhere_else() {
    let talk = Talk::about(&fair()).await;
    let room = talk.room("Red team");
    talk.asks("ria@example.com", &room, "agenda all").await;
    let said = talk.said_within(5).await;
    println!("{said:#?}");
    assert_eq!(said.len(), 1);
    talk.ends().await;
}
