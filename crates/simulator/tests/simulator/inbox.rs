//! A receiver of webhooks that writes down what comes.

use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request, Response};
use serde_json::{Value, json};
use showcaller_simulator::Registration;
use tower::service_fn;

use crate::client::{Webex, text};

/// Where it is.
pub(crate) const TARGET: &str = "https://bot.example/hook";

/// One delivery as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
    pub(crate) body: Value,
}

/// All of them.
pub(crate) struct Inbox {
    received: Arc<Mutex<Vec<Received>>>,
    status: Arc<Mutex<u16>>,
    _registration: Registration,
}

impl Inbox {
    /// A receiver in this process, which answers 204 until told otherwise.
    pub(crate) fn of(webex: &Webex) -> Self {
        let received: Arc<Mutex<Vec<Received>>> = Arc::default();
        let status = Arc::new(Mutex::new(204));
        let (into, answer) = (received.clone(), status.clone());
        let service = service_fn(move |request: Request<Body>| {
            let (into, answer) = (into.clone(), answer.clone());
            async move {
                let (head, body) = request.into_parts();
                let bytes = to_bytes(body, usize::MAX).await?.to_vec();
                into.lock().unwrap().push(Received {
                    path: head.uri.to_string(),
                    headers: head.headers,
                    body: serde_json::from_slice(&bytes).unwrap(),
                    bytes,
                });
                let mut response = Response::new(Body::empty());
                *response.status_mut() = answer.lock().unwrap().to_owned().try_into().unwrap();
                Ok::<_, axum::Error>(response)
            }
        });
        Self {
            received,
            status,
            _registration: webex.simulator.deliver_to("https://bot.example", service),
        }
    }

    pub(crate) fn answers(&self, status: u16) {
        *self.status.lock().unwrap() = status;
    }

    /// What has come since the last time.
    pub(crate) fn take(&self, webex: &Webex) -> Vec<Received> {
        webex.settle();
        std::mem::take(&mut self.received.lock().unwrap())
    }

    /// The same in short: `messages/created`.
    pub(crate) fn events(&self, webex: &Webex) -> Vec<String> {
        let received = self.take(webex).into_iter();
        received.map(|one| one.event()).collect()
    }
}

impl Received {
    pub(crate) fn event(&self) -> String {
        format!(
            "{}/{}",
            text(&self.body["resource"]),
            text(&self.body["event"])
        )
    }
}

/// A webhook of `owner`'s for `event` (as in `messages/created`), with a filter unless it is empty.
pub(crate) fn listen(webex: &Webex, owner: &str, event: &str, filter: &str) -> String {
    let (resource, event) = event.split_once('/').unwrap();
    let mut body = json!({
        "name": "questions",
        "targetUrl": TARGET,
        "resource": resource,
        "event": event,
    });
    if !filter.is_empty() {
        body["filter"] = json!(filter);
    }
    webex.by(owner).post("/webhooks", body).id()
}
