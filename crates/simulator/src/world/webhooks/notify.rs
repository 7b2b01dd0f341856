//! Which webhooks get which event, and what they are told.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Webhook, filter, present, table};
use crate::world::World;
use crate::world::events::Event;

/// One event for one webhook.
#[derive(Debug)]
pub(crate) struct Notice {
    pub(crate) webhook: Uuid,
    pub(crate) owner: Uuid,
    pub(crate) target_url: String,
    pub(crate) secret: Option<String>,
    pub(crate) resource: &'static str,
    pub(crate) event: &'static str,
    /// The body of the delivery.
    pub(crate) body: Value,
}

/// What the active webhooks are told of an event, in the order in which they were created.
pub(crate) fn notices(world: &World, event: &Event) -> Vec<Notice> {
    let mut webhooks: Vec<&Webhook> = world.webhooks.values().collect();
    webhooks.sort_by_key(|webhook| webhook.seq);
    let told = webhooks.into_iter().filter(|webhook| {
        let own = (webhook.resource.as_str(), webhook.event.as_str());
        let filter = webhook.filter.as_deref();
        webhook.active
            && event.audience.contains(&webhook.creator)
            && table::covers(own, (event.resource, event.name))
            && filter.is_none_or(|filter| filter::passes(filter, webhook.creator, event))
    });
    told.map(|webhook| Notice {
        webhook: webhook.key,
        owner: webhook.creator,
        target_url: webhook.target_url.clone(),
        secret: webhook.secret.clone(),
        resource: event.resource,
        event: event.name,
        body: envelope(world, webhook, event),
    })
    .collect()
}

/// The webhook without its secret, with the event in place of what it listens to.
fn envelope(world: &World, webhook: &Webhook, event: &Event) -> Value {
    let mut body = present(world, webhook);
    body["resource"] = json!(event.resource);
    body["event"] = json!(event.name);
    if let Some(members) = body.as_object_mut() {
        members.shift_remove("secret");
    }
    if let Some(actor) = event.actor {
        body["actorId"] = json!(world.person(actor).id());
    }
    body["data"] = event.data.clone();
    body
}
