//! Webhooks (messaging §9).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::client::Webex;
use crate::error::Error;
use crate::ids::WebhookId;
use crate::tolerant;
use showcaller_secret::Secret;

/// A webhook.
#[serde_with::apply(Option => #[serde(default, deserialize_with = "tolerant::option")])]
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Webhook {
    /// The id.
    pub id: WebhookId,
    /// The name.
    pub name: Option<String>,
    /// Where events are sent.
    pub target_url: Option<String>,
    /// What it is about: `messages`, `memberships`, …
    pub resource: Option<String>,
    /// Which events: `created`, `all`, …
    pub event: Option<String>,
    /// Which of them, as a query string.
    pub filter: Option<String>,
    /// The key with which deliveries are signed.
    pub secret: Option<Secret>,
    /// Whether it works.
    pub status: Option<WebhookStatus>,
    /// When it was made.
    pub created: Option<Timestamp>,
}

/// Whether a webhook works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WebhookStatus {
    /// It does.
    Active,
    /// It was switched off by Webex after too many failed deliveries, for good (messaging §9.3).
    Inactive,
    /// Something newer.
    #[serde(other)]
    Other,
}

/// A webhook to be.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewWebhook {
    /// The name.
    pub name: String,
    /// Where events are sent.
    pub target_url: String,
    /// What it is about.
    pub resource: String,
    /// Which events.
    pub event: String,
    /// Which of them, as a query string.
    pub filter: Option<String>,
    /// The key with which deliveries are signed.
    #[serde(serialize_with = "showcaller_secret::exposed_if_some::serialize")]
    pub secret: Option<Secret>,
}

/// What a webhook shall be changed to; resource, event and filter stay.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookUpdate {
    /// The name.
    pub name: String,
    /// Where events are sent.
    pub target_url: String,
    /// The key with which deliveries are signed.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "showcaller_secret::exposed_if_some::serialize"
    )]
    pub secret: Option<Secret>,
    /// Whether to switch it on again. It cannot be switched off.
    #[serde(
        rename = "status",
        skip_serializing_if = "is_false",
        serialize_with = "active"
    )]
    pub activate: bool,
}

// Serde hands fields over by reference.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[allow(clippy::trivially_copy_pass_by_ref)]
fn active<S: serde::Serializer>(_: &bool, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str("active")
}

impl Webex {
    /// All webhooks that the owner made.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn list_webhooks(&self) -> Result<Vec<Webhook>, Error> {
        self.list(Call::get("webhooks").query("max", 100)).await
    }

    /// Makes a webhook; nothing keeps Webex from having two of the same.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn create_webhook(&self, webhook: &NewWebhook) -> Result<Webhook, Error> {
        self.object(Call::post("webhooks", webhook)).await
    }

    /// Changes a webhook, or switches it on again.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn update_webhook(
        &self,
        id: &WebhookId,
        update: &WebhookUpdate,
    ) -> Result<Webhook, Error> {
        self.object(Call::put("webhooks", update).at(id.as_str()))
            .await
    }

    /// Deletes a webhook.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn delete_webhook(&self, id: &WebhookId) -> Result<(), Error> {
        self.nothing(Call::delete("webhooks").at(id.as_str())).await
    }
}
