//! Filters of webhooks: what can be one, and what passes it.

use serde_json::Value;
use uuid::Uuid;

use crate::ids::{self, Kind};
use crate::refusal::{Refusal, Served};
use crate::world::events::Event;
use crate::world::{Asking, World};

/// A filter is `name=value` pairs joined by `&`; one can filter only on what one can see.
pub(super) fn check(
    world: &World,
    asking: &Asking<'_>,
    filter: &str,
    known: &[&str],
) -> Served<()> {
    for pair in filter.split('&') {
        let (name, value) = pair
            .split_once('=')
            .ok_or_else(|| Refusal::bad("invalid value for filter"))?;
        let bad = || Refusal::bad(format!("invalid value for filter: {name}"));
        if !known.contains(&name) || value.is_empty() {
            return Err(bad());
        }
        match name {
            "roomId" => drop(world.room_to_read(asking, value).map_err(|_| bad())?),
            "personId" => drop(ids::read(value).map_err(|_| bad())?),
            "hostEmail" | "hostUserId" | "hostPersonId" => return Err(bad()),
            _ => {}
        }
    }
    Ok(())
}

/// Whether an event passes a filter of `owner`'s: all pairs of it.
pub(super) fn passes(filter: &str, owner: Uuid, event: &Event) -> bool {
    filter.split('&').all(|pair| {
        let (name, wanted) = pair.split_once('=').unwrap_or((pair, ""));
        match event.aside.get(name).or_else(|| event.data.get(name)) {
            Some(Value::Bool(fact)) => wanted == fact.to_string(),
            Some(Value::String(fact)) if name.ends_with("Email") => {
                fact.eq_ignore_ascii_case(wanted)
            }
            Some(Value::String(fact)) => is_same(fact, wanted),
            Some(Value::Array(facts)) => wanted.split(',').any(|wanted| {
                let own = (wanted == "me").then(|| ids::spell(Kind::Person, owner));
                let wanted = own.as_deref().unwrap_or(wanted);
                let mut facts = facts.iter().filter_map(Value::as_str);
                facts.any(|fact| is_same(fact, wanted))
            }),
            _ => false,
        }
    })
}

/// Ids have several spellings; anything else has one.
fn is_same(fact: &str, wanted: &str) -> bool {
    fact == wanted || ids::read(fact).is_ok_and(|key| ids::read(wanted) == Ok(key))
}
