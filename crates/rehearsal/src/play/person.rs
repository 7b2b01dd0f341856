//! A person at the Webex app: the API with their own token, and what only people can do.

use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};
use showcaller_simulator::Simulator;
use showcaller_webex::Transport as _;

use crate::cast::BOT;
use crate::in_process::InProcess;

/// How often people try again what Webex did not take.
const TRIES: usize = 5;

/// A person at the Webex app.
pub(super) struct Person<'a> {
    simulator: &'a Simulator,
    email: &'a str,
}

impl<'a> Person<'a> {
    pub(super) fn new(simulator: &'a Simulator, email: &'a str) -> Self {
        Self { simulator, email }
    }

    /// Writes to the bot in a room. Returns the message; `None` if Webex does not take it.
    pub(super) async fn asks_in(
        &self,
        room: &str,
        words: &str,
        parent: Option<&str>,
    ) -> Option<Value> {
        let text = format!("<@personEmail:{BOT}|Showcaller> {words}");
        let mut body = json!({ "roomId": room, "markdown": text });
        if let Some(parent) = parent {
            body["parentId"] = json!(parent);
        }
        self.posts("/v1/messages", &body).await
    }

    /// Writes to the bot alone.
    pub(super) async fn asks_in_private(&self, words: &str) -> Option<Value> {
        let body = json!({ "toPersonEmail": BOT, "markdown": words });
        self.posts("/v1/messages", &body).await
    }

    /// Adds someone to a room.
    pub(super) async fn adds(&self, room: &str, email: &str) -> Option<Value> {
        let body = json!({ "roomId": room, "personEmail": email });
        self.posts("/v1/memberships", &body).await
    }

    /// Lets someone moderate a room, or not any more.
    pub(super) async fn makes_moderator(
        &self,
        room: &str,
        email: &str,
        moderator: bool,
    ) -> Option<Value> {
        let path = self.membership(room, email).await?;
        let body = json!({ "isModerator": moderator });
        self.calls(Method::PUT, &path, Some(&body)).await
    }

    /// Puts someone out of a room.
    pub(super) async fn removes(&self, room: &str, email: &str) -> Option<Value> {
        let path = self.membership(room, email).await?;
        self.calls(Method::DELETE, &path, None).await
    }

    /// Deletes a message.
    pub(super) async fn deletes(&self, message: &str) -> Option<Value> {
        let path = format!("/v1/messages/{message}");
        self.calls(Method::DELETE, &path, None).await
    }

    /// Where the membership of someone in a room is found.
    async fn membership(&self, room: &str, email: &str) -> Option<String> {
        let path = format!("/v1/memberships?roomId={room}&personEmail={email}");
        let found = self.calls(Method::GET, &path, None).await?;
        let id = found["items"][0]["id"].as_str()?;
        Some(format!("/v1/memberships/{id}"))
    }

    /// Presses a button of a card.
    pub(super) async fn presses(&self, message: &str, button: &str) -> Option<Value> {
        let encoded = |text: &str| -> String {
            url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
        };
        let path = format!(
            "/_simulator/press?email={}&message={}&button={}",
            encoded(self.email),
            encoded(message),
            encoded(button)
        );
        self.posts(&path, &json!({})).await
    }

    async fn posts(&self, path: &str, body: &Value) -> Option<Value> {
        self.calls(Method::POST, path, Some(body)).await
    }

    /// The app repeats what certainly was not taken.
    async fn calls(&self, method: Method, path: &str, body: Option<&Value>) -> Option<Value> {
        for _ in 0..TRIES {
            let request = Request::builder()
                .method(method.clone())
                .uri(format!("http://simulator.invalid{path}"))
                .header("authorization", self.authorization())
                .header("content-type", "application/json")
                .body(Bytes::from(body.map(Value::to_string).unwrap_or_default()))
                .ok()?;
            let Ok(answer) = InProcess::to(self.simulator).send(request).await else {
                return None;
            };
            if answer.status().is_success() {
                return Some(serde_json::from_slice(answer.body()).unwrap_or(Value::Null));
            }
            let may_repeat = [429, 503].contains(&answer.status().as_u16());
            if !may_repeat {
                return None;
            }
            let clock = self.simulator.clock();
            clock.sleep(jiff::SignedDuration::from_secs(2)).await;
        }
        None
    }

    fn authorization(&self) -> String {
        format!("Bearer {}", self.simulator.token_for(self.email))
    }
}

/// The titles of the buttons of a message's card that are pressed, in their order.
pub(super) fn buttons(message: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(&message["attachments"], &mut found);
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            if object.get("type") == Some(&json!("Action.Submit"))
                && let Some(title) = object.get("title").and_then(Value::as_str)
            {
                found.push(title.to_owned());
            }
            object.values().for_each(|value| collect(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}
