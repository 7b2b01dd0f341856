//! Somebody in the Webex app: the same API with a person's token, and what only people can do.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use showcaller_rehearsal::InProcess;
use showcaller_simulator::Simulator;
use showcaller_webex::Transport as _;

/// A person at work.
pub(crate) struct Person<'a> {
    simulator: &'a Simulator,
    token: String,
}

impl<'a> Person<'a> {
    /// The one with this address.
    pub(crate) fn called(simulator: &'a Simulator, email: &str) -> Self {
        Self {
            simulator,
            token: simulator.token_for(email),
        }
    }

    /// Does something that Webex lets them do.
    pub(crate) async fn does(&self, method: Method, path: &str, body: Value) -> Value {
        let (status, answer) = self.tries(method.clone(), path, body).await;
        assert!(status.is_success(), "{method} {path}: {status} {answer}");
        answer
    }

    /// Tries something; what Webex says of it.
    pub(crate) async fn tries(
        &self,
        method: Method,
        path: &str,
        body: Value,
    ) -> (StatusCode, Value) {
        let body = if body.is_null() {
            Bytes::new()
        } else {
            Bytes::from(body.to_string())
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("http://simulator.invalid{path}"))
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .body(body)
            .expect("a request");
        let answer = InProcess::to(self.simulator).send(request).await;
        let answer = answer.expect("the simulator answers");
        let body = serde_json::from_slice(answer.body()).unwrap_or(Value::Null);
        (answer.status(), body)
    }

    /// Renames a room.
    pub(crate) async fn renames_room(&self, id: &str, title: &str) {
        let path = format!("/v1/rooms/{id}");
        self.does(Method::PUT, &path, json!({ "title": title }))
            .await;
    }

    /// Archives a room that they moderate.
    pub(crate) async fn archives_room(&self, id: &str) {
        self.does(Method::DELETE, &format!("/v1/rooms/{id}"), Value::Null)
            .await;
    }

    /// Deletes a meeting that they host.
    pub(crate) async fn deletes_meeting(&self, id: &str) {
        let path = format!("/v1/meetings/{id}?sendEmail=false");
        self.does(Method::DELETE, &path, Value::Null).await;
    }

    /// Comes into a meeting, so that it is in progress.
    pub(crate) async fn starts_meeting(&self, id: &str) {
        let path = format!("/_simulator/start?meeting={id}");
        self.does(Method::POST, &path, Value::Null).await;
    }

    /// Leaves it as the last one.
    pub(crate) async fn ends_meeting(&self, id: &str) {
        let path = format!("/_simulator/end?meeting={id}");
        self.does(Method::POST, &path, Value::Null).await;
    }
}

/// The things of one kind in the simulated world.
pub(crate) fn all(simulator: &Simulator, kind: &str) -> Vec<Value> {
    let world = simulator.world();
    world[kind].as_array().cloned().unwrap_or_default()
}

/// The one thing of a kind whose `field` is `value`.
pub(crate) fn the(simulator: &Simulator, kind: &str, field: &str, value: &str) -> Value {
    let mut found = all(simulator, kind);
    found.retain(|thing| thing[field] == value);
    assert_eq!(found.len(), 1, "one of {kind} with {field} «{value}»");
    found.remove(0)
}

/// The id of the room with this title.
pub(crate) fn room_id(simulator: &Simulator, title: &str) -> String {
    id_of(&the(simulator, "rooms", "title", title))
}

/// The id of the meeting with this title.
pub(crate) fn meeting_id(simulator: &Simulator, title: &str) -> String {
    id_of(&the(simulator, "meetings", "title", title))
}

fn id_of(thing: &Value) -> String {
    thing["id"].as_str().expect("an id").to_owned()
}
