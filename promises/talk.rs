//! People who write to the bot on a stage, and what it answers.

use std::sync::Arc;

use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use showcaller_clock::{Clock as _, SharedClock};
use showcaller_engine::{Answers, Assignment, NoProgress, Presence, Stop, ThisProcess};
use showcaller_event::Event;
use showcaller_ledger::{InboxState, Incoming, IncomingKind, Ledger, Source};
use showcaller_plan::Wishes;
use showcaller_rehearsal::BOT;

use crate::by_hand::{Person, all, room_id};
use crate::files::{Files, fair};
use crate::stage::Stage;

/// The fair, whose bot has organisers, a welcome and an answer of its own.
pub(crate) fn fair_with_a_bot() -> Files {
    fair().edited(
        "webex:\n",
        "organisers: { people: [organiser], room: crew }
welcome: \"Welcome to {{ room.title }}!\"
answers:
  board:
    words: [board]
    say: \"The board of {{ team.title }}: {{ team.links.board }}\"

webex:\n",
    )
}

/// A stage on which the event is applied, and a bot that answers.
pub(crate) struct Talk {
    pub(crate) stage: Stage,
    pub(crate) event: Event,
    replica: Option<Replica>,
}

struct Replica {
    presence: Presence,
    answers: Answers,
}

impl Talk {
    /// The event is applied, and the bot begins to answer.
    pub(crate) async fn about(files: &Files) -> Self {
        let mut talk = Self::without_a_bot(files).await;
        talk.begins(&crate::processes::alive()).await;
        talk
    }

    /// The event is applied.
    pub(crate) async fn without_a_bot(files: &Files) -> Self {
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
        let engine = stage.engine(&event);
        let stop = Stop::default();
        let report = engine.apply(&assignment, outlook, &NoProgress, &stop);
        assert!(report.await.expect("a run").is_complete());
        Self {
            stage,
            event,
            replica: None,
        }
    }

    /// A process begins to answer; the one before it, if any, is killed.
    pub(crate) async fn begins(&mut self, process: &ThisProcess) {
        self.replica = None;
        let engine = self.stage.engine_of(&self.event, process);
        let presence = engine.presence().await.expect("a ledger");
        let answers = Answers::begin(&engine, &presence).await.expect("a bot");
        self.replica = Some(Replica { presence, answers });
    }

    /// The process is killed.
    pub(crate) fn is_killed(&mut self) {
        self.replica = None;
    }

    pub(crate) async fn ends(mut self) {
        if let Some(replica) = self.replica.take() {
            replica.answers.stop().await;
            replica.presence.end().await;
        }
    }

    pub(crate) fn ledger(&self) -> Ledger {
        let clock: SharedClock = Arc::new(self.stage.clock.clone());
        self.stage.ledger.clone().on_clock(clock)
    }

    pub(crate) fn person(&self, email: &str) -> Person<'_> {
        Person::called(&self.stage.simulator, email)
    }

    pub(crate) fn room(&self, title: &str) -> String {
        room_id(&self.stage.simulator, title)
    }

    /// Webex tells of an event.
    pub(crate) async fn hears(&self, event: Incoming) {
        let replica = self.replica.as_ref().expect("a bot");
        replica
            .answers
            .inbox()
            .take_in(event)
            .await
            .expect("a ledger");
    }

    /// A message in a room, of which Webex does not tell.
    pub(crate) async fn writes(&self, email: &str, message: Value) -> Value {
        self.person(email)
            .does(Method::POST, "/v1/messages", message)
            .await
    }

    /// A question in a room, of which Webex tells.
    pub(crate) async fn asks(&self, email: &str, room: &str, text: &str) -> Value {
        let room = self.room(room);
        let message = self
            .writes(email, json!({"roomId": room, "markdown": mention(text)}))
            .await;
        self.hears(event_of(&message)).await;
        message
    }

    /// A question in private, of which Webex tells.
    pub(crate) async fn asks_in_private(&self, email: &str, text: &str) -> Value {
        let message = json!({"toPersonEmail": BOT, "markdown": text});
        let message = self.writes(email, message).await;
        self.hears(event_of(&message)).await;
        message
    }

    pub(crate) async fn after(&self, seconds: i64) {
        let time = SignedDuration::from_secs(seconds);
        self.stage.clock.sleep(time).await;
    }

    /// Everything that the bot wrote, the earliest first.
    pub(crate) fn said(&self) -> Vec<Said> {
        let messages = all(&self.stage.simulator, "messages");
        let mine = messages.into_iter().filter(|it| it["personEmail"] == BOT);
        mine.map(Said).collect()
    }

    /// What it wrote into this room.
    pub(crate) fn said_in(&self, room: &str) -> Vec<Said> {
        let mut said = self.said();
        said.retain(|it| it.0["roomId"] == *room);
        said
    }

    pub(crate) async fn count(&self, state: InboxState) -> u64 {
        let counts = self.ledger().inbox_counts().await;
        counts.expect("a ledger").of(state)
    }
}

/// A message of the bot.
#[derive(Debug, Clone)]
pub(crate) struct Said(pub(crate) Value);

impl Said {
    pub(crate) fn markdown(&self) -> &str {
        self.0["markdown"].as_str().unwrap_or_default()
    }

    pub(crate) fn thread(&self) -> Option<&str> {
        self.0["parentId"].as_str()
    }

    /// The inputs of the Submit buttons of its card.
    pub(crate) fn buttons(&self) -> Vec<Value> {
        let card = &self.0["attachments"][0]["content"];
        let mut buttons = Vec::new();
        buttons_in(card, &mut buttons);
        buttons
    }
}

fn buttons_in(value: &Value, buttons: &mut Vec<Value>) {
    match value {
        Value::Object(object) => {
            if object.get("type") == Some(&json!("Action.Submit")) {
                buttons.push(object["data"].clone());
            }
            object.values().for_each(|value| buttons_in(value, buttons));
        }
        Value::Array(values) => values.iter().for_each(|value| buttons_in(value, buttons)),
        _ => {}
    }
}

/// A text that mentions the bot.
pub(crate) fn mention(text: &str) -> String {
    format!("<@personEmail:{BOT}|Showcaller> {text}")
}

/// What Webex tells of a message.
pub(crate) fn event_of(message: &Value) -> Incoming {
    let text = |field: &str| message[field].as_str().expect("a text").to_owned();
    Incoming {
        kind: IncomingKind::Message,
        remote_id: text("id"),
        room: text("roomId"),
        direct: message["roomType"] == "direct",
        person: text("personId"),
        moderator: false,
        at: text("created").parse().expect("a time"),
    }
}

/// What Webex tells of a press.
pub(crate) fn pressed(action: &Value) -> Incoming {
    let text = |field: &str| action[field].as_str().expect("a text").to_owned();
    Incoming {
        kind: IncomingKind::Action,
        remote_id: text("id"),
        room: text("roomId"),
        direct: false,
        person: text("personId"),
        moderator: false,
        at: text("created").parse().expect("a time"),
    }
}

/// What Webex tells of a membership.
pub(crate) fn member(talk: &Talk, kind: IncomingKind, room: &str, email: &str) -> Incoming {
    let people = all(&talk.stage.simulator, "people");
    let person = people.iter().find(|it| it["emails"][0] == *email);
    let person = person.expect("an account");
    Incoming {
        kind,
        remote_id: "a membership".to_owned(),
        room: talk.room(room),
        direct: false,
        person: person["id"].as_str().expect("an id").to_owned(),
        moderator: false,
        at: talk.stage.now(),
    }
}
