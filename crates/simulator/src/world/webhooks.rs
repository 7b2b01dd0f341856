//! Webhooks, as they are stored (messaging §9), and how they fail.

mod filter;
mod health;
mod notify;
mod table;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::fields::Fields;
use super::{Asking, World, written};
use crate::ids::{self, Kind};
use crate::refusal::{Refusal, Served};
use crate::switches::Leave;
use health::Health;
pub(crate) use notify::{Notice, notices};

/// A webhook of somebody's.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Webhook {
    key: Uuid,
    pub(crate) creator: Uuid,
    client: String,
    name: String,
    target_url: String,
    resource: String,
    event: String,
    filter: Option<String>,
    secret: Option<String>,
    owned_by: String,
    active: bool,
    #[serde(default)]
    health: Health,
    created: Timestamp,
    pub(crate) seq: u64,
}

/// `POST /webhooks`.
pub(crate) fn create(world: &mut World, asking: &Asking<'_>, body: &Fields) -> Served {
    let name = required_name(body)?;
    let target_url = target(asking, body)?;
    let resource = body
        .filled("resource")?
        .ok_or_else(|| Refusal::bad("resource cannot be null"))?;
    let event = body
        .filled("event")?
        .ok_or_else(|| Refusal::bad("event cannot be null"))?;
    let filters = table::filters(resource, event)?;
    let meetings = matches!(
        resource,
        "meetings" | "meetingParticipants" | "recordings" | "meetingTranscripts"
    );
    if meetings && world.is_bot(asking.person) {
        return Err(Refusal::forbidden(
            "The token lacks the scope to read that resource.",
        ));
    }
    if body
        .filled("ownedBy")?
        .is_some_and(|owner| owner != "creator")
    {
        return Err(Refusal::forbidden(
            "Webhooks of an organisation are for administrators.",
        ));
    }
    let filter = body.filled("filter")?.map(str::to_owned);
    if let Some(filter) = &filter {
        filter::check(world, asking, filter, filters)?;
    }
    refuse_double(
        world,
        asking,
        (&target_url, resource, event, filter.as_deref()),
    )?;
    let key = world.mint("webhook", &format!("{name} {target_url}"));
    let seq = world.next_in_line();
    let webhook = Webhook {
        key,
        creator: asking.person,
        client: asking.client.to_owned(),
        name,
        target_url,
        resource: resource.to_owned(),
        event: event.to_owned(),
        filter,
        secret: body.filled("secret")?.map(str::to_owned),
        owned_by: "creator".to_owned(),
        active: true,
        health: Health::default(),
        created: asking.now,
        seq,
    };
    let shown = present(world, &webhook);
    world.webhooks.insert(key, webhook);
    Ok(shown)
}

/// `GET /webhooks`: the caller's own.
pub(crate) fn list<'w>(world: &'w World, asking: &Asking<'_>) -> Vec<&'w Webhook> {
    let own =
        |webhook: &&Webhook| webhook.creator == asking.person && asking.shows(webhook.created);
    let mut webhooks: Vec<&Webhook> = world.webhooks.values().filter(own).collect();
    webhooks.sort_by_key(|webhook| webhook.seq);
    webhooks
}

/// `GET /webhooks/{id}`.
pub(crate) fn get(world: &World, asking: &Asking<'_>, id: &str) -> Served {
    let webhook = own(world, asking, id)?;
    Ok(present(world, webhook))
}

/// `PUT /webhooks/{id}`: name, address, secret, and back to active; anything else is ignored.
pub(crate) fn update(world: &mut World, asking: &Asking<'_>, id: &str, body: &Fields) -> Served {
    let key = own(world, asking, id)?.key;
    let name = required_name(body)?;
    let target_url = target(asking, body)?;
    let status = body.filled("status")?;
    if status.is_some_and(|status| status != "active") {
        return Err(Refusal::bad("A webhook can only be set to active."));
    }
    let secret = body.filled("secret")?.map(str::to_owned);
    let webhook = world
        .webhooks
        .get_mut(&key)
        .ok_or_else(Refusal::not_found)?;
    webhook.name = name;
    webhook.target_url = target_url;
    if status.is_some() && !webhook.active {
        webhook.active = true;
        webhook.health.enabled(asking.now);
    }
    if secret.is_some() {
        webhook.secret = secret;
    }
    let webhook = &world.webhooks[&key];
    Ok(present(world, webhook))
}

impl World {
    /// Whether deliveries go to the webhook: it is there and was not shut off.
    pub(crate) fn is_delivered_to(&self, webhook: Uuid) -> bool {
        let webhook = self.webhooks.get(&webhook);
        webhook.is_some_and(|webhook| webhook.active)
    }

    /// Counts a failed delivery; whether the webhook is to be shut off because of it.
    pub(crate) fn delivery_failed(&mut self, webhook: Uuid, now: Timestamp) -> bool {
        let webhook = self.webhooks.get_mut(&webhook);
        webhook.is_some_and(|webhook| webhook.active && webhook.health.fails(now))
    }

    /// Shuts a webhook off that failed too often.
    pub(crate) fn shut_off(&mut self, webhook: Uuid, now: Timestamp) {
        if let Some(webhook) = self.webhooks.get_mut(&webhook) {
            webhook.active = false;
            webhook.health.shut_off(now);
        }
    }
}

/// `DELETE /webhooks/{id}`, with the texts of messaging §1.3.
pub(crate) fn delete(world: &mut World, asking: &Asking<'_>, id: &str) -> Served<()> {
    let webhook = world.webhooks.get(&ids::read(id)?);
    let webhook =
        webhook.ok_or_else(|| Refusal::bad("Invalid webhookId for Delete Webhook request."))?;
    if webhook.creator != asking.person {
        return Err(Refusal::bad(
            "Failed to delete webhook. You are not the owner of it.",
        ));
    }
    let key = webhook.key;
    world.webhooks.remove(&key);
    Ok(())
}

fn own<'w>(world: &'w World, asking: &Asking<'_>, id: &str) -> Served<&'w Webhook> {
    let webhook = world.webhooks.get(&ids::read(id)?);
    webhook
        .filter(|webhook| webhook.creator == asking.person)
        .ok_or_else(Refusal::not_found)
}

fn required_name(body: &Fields) -> Served<String> {
    let name = body.filled("name")?;
    name.map(str::to_owned)
        .ok_or_else(|| Refusal::bad("name cannot be empty"))
}

fn target(asking: &Asking<'_>, body: &Fields) -> Served<String> {
    let text = body
        .filled("targetUrl")?
        .ok_or_else(|| Refusal::bad("targetUrl cannot be null"))?;
    let url = url::Url::parse(text).map_err(|_| Refusal::bad("targetUrl is not an address"))?;
    match url.scheme() {
        "https" => Ok(text.to_owned()),
        "http" if asking.switches.plain_http_webhook == Leave::Allowed => Ok(text.to_owned()),
        _ => Err(Refusal::bad("targetUrl must use https")),
    }
}

fn refuse_double(
    world: &World,
    asking: &Asking<'_>,
    (url, resource, event, filter): (&str, &str, &str, Option<&str>),
) -> Served<()> {
    let double = world.webhooks.values().any(|webhook| {
        webhook.creator == asking.person
            && webhook.target_url == url
            && webhook.resource == resource
            && webhook.event == event
            && webhook.filter.as_deref() == filter
    });
    if double && asking.switches.duplicate_webhook == Leave::Refused {
        return Err(Refusal::new(409, "There is such a webhook."));
    }
    Ok(())
}

pub(crate) fn present(world: &World, webhook: &Webhook) -> Value {
    let creator = world.person(webhook.creator);
    let mut shown = json!({
        "id": ids::spell(Kind::Webhook, webhook.key),
        "name": webhook.name,
        "targetUrl": webhook.target_url,
        "resource": webhook.resource,
        "event": webhook.event,
        "orgId": creator.org_id(),
        "createdBy": creator.id(),
        "appId": application(&webhook.client),
        "ownedBy": webhook.owned_by,
        "status": if webhook.active { "active" } else { "inactive" },
        "created": written(webhook.created),
    });
    for (name, text) in [("filter", &webhook.filter), ("secret", &webhook.secret)] {
        if let Some(text) = text {
            shown[name] = json!(text);
        }
    }
    shown
}

/// The id of the OAuth application behind a client's name: `C` and 64 hex digits (messaging §1.6).
fn application(client: &str) -> String {
    use base64::Engine as _;
    use sha2::Digest as _;
    use std::fmt::Write as _;
    let mut key = String::from("C");
    for byte in sha2::Sha256::digest(client.as_bytes()) {
        let _ = write!(key, "{byte:02x}");
    }
    base64::engine::general_purpose::URL_SAFE_NO_PAD
        .encode(format!("ciscospark://us/APPLICATION/{key}"))
}
