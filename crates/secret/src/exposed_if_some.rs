//! As [`exposed`](crate::exposed), for a field that may be missing; with
//! `#[serde(default, with = "showcaller_secret::exposed_if_some")]`

use serde::{Deserialize as _, Deserializer, Serializer};

use crate::Secret;

/// Writes the text itself, or none.
///
/// # Errors
///
/// Those of the serializer.
pub fn serialize<S: Serializer>(secret: &Option<Secret>, serializer: S) -> Result<S::Ok, S::Error> {
    match secret {
        Some(secret) => serializer.serialize_some(secret.expose()),
        None => serializer.serialize_none(),
    }
}

/// Reads the text, if there is any.
///
/// # Errors
///
/// If there is something else.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    Option::deserialize(deserializer)
}
