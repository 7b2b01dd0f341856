//! What is remembered of a delivery.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::send::Outcome;
use crate::ids::{self, Kind};
use crate::world::webhooks::Notice;
use crate::world::written;

/// One delivery, as `GET /_simulator/deliveries` shows it.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    webhook: String,
    target_url: String,
    event: String,
    /// Of what the event is about.
    id: Value,
    caused: Timestamp,
    /// When and how it ended; nothing while it is under way.
    ended: Option<(Timestamp, Outcome)>,
    faults: Vec<String>,
}

impl Note {
    pub(super) fn new(
        notice: &Notice,
        at: Timestamp,
        faults: Vec<String>,
        outcome: Option<Outcome>,
    ) -> Self {
        Self {
            webhook: ids::spell(Kind::Webhook, notice.webhook),
            target_url: notice.target_url.clone(),
            event: format!("{}/{}", notice.resource, notice.event),
            id: notice.body["data"]["id"].clone(),
            caused: at,
            ended: outcome.map(|outcome| (at, outcome)),
            faults,
        }
    }

    pub(super) fn ended(&mut self, at: Timestamp, outcome: Outcome) {
        self.ended = Some((at, outcome));
    }

    pub(crate) fn is_under_way(&self) -> bool {
        self.ended.is_none()
    }

    pub(crate) fn shown(&self) -> Value {
        let mut shown = json!({
            "webhook": self.webhook,
            "targetUrl": self.target_url,
            "event": self.event,
            "id": self.id,
            "caused": written(self.caused),
            "outcome": "under way",
        });
        if let Some((at, outcome)) = &self.ended {
            shown["outcome"] = json!(outcome.word());
            shown["ended"] = json!(written(*at));
            match outcome {
                Outcome::Answered(status) => shown["status"] = json!(status),
                Outcome::Failed(why) => shown["why"] = json!(why),
                _ => {}
            }
        }
        if !self.faults.is_empty() {
            shown["faults"] = json!(self.faults);
        }
        shown
    }
}
