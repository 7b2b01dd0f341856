//! The sites on which somebody may schedule meetings (meetings §13).

use serde_json::{Value, json};

use super::fields::Fields;
use super::meetings::no_bots;
use super::{Asking, World};
use crate::refusal::{Refusal, Served};

/// `GET /meetingPreferences/sites`: the site of the caller's licence, if there is one.
pub(crate) fn list(world: &World, asking: &Asking<'_>) -> Served {
    no_bots(world, asking)?;
    let site = world.person(asking.person).host_site.as_ref();
    let sites: Vec<Value> = site
        .into_iter()
        .map(|site| json!({ "siteUrl": site, "default": true }))
        .collect();
    Ok(json!({ "sites": sites }))
}

/// `PUT /meetingPreferences/sites`: the caller's only site is the default one already.
pub(crate) fn update(world: &World, asking: &Asking<'_>, body: &Fields) -> Served {
    no_bots(world, asking)?;
    let site = body
        .filled("siteUrl")?
        .ok_or_else(|| Refusal::invalid("'siteUrl' is missing."))?;
    if world.person(asking.person).host_site.as_deref() == Some(site) {
        Ok(json!({ "siteUrl": site, "default": true }))
    } else {
        Err(Refusal::forbidden("The user is not on that site."))
    }
}
