//! For a field that is written in the open on purpose: the ledger is its owner's alone, and a
//! request body is Webex's. `#[serde(with = "showcaller_secret::exposed")]`

use serde::{Deserialize as _, Deserializer, Serializer};

use crate::Secret;

/// Writes the text itself.
///
/// # Errors
///
/// Those of the serializer.
pub fn serialize<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

/// Reads the text.
///
/// # Errors
///
/// If there is no text.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    Secret::deserialize(deserializer)
}
