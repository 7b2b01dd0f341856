//! How the tables of leases and processes write who a process is.

use uuid::Uuid;

use crate::error::{Error, Result};
use crate::types::{Instance, Origin};

/// What the system says of a process, as JSON.
pub(super) fn written_origin(instance: &Instance) -> Option<String> {
    let origin = instance.origin.as_ref()?;
    Some(serde_json::to_string(origin).expect("an origin is texts and numbers"))
}

/// An origin of another format tells nothing: then only the heartbeat counts.
pub(super) fn read_origin(text: Option<&str>) -> Option<Origin> {
    serde_json::from_str(text?).ok()
}

pub(super) fn read_instance(text: &str) -> Result<Uuid> {
    text.parse().map_err(|cause: uuid::Error| Error::Damaged {
        what: "the id of a process",
        cause: cause.into(),
    })
}
