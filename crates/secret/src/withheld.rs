//! For a field of which only the place is written, not the text.
//! `#[serde(with = "showcaller_secret::withheld")]`

use serde::de::IgnoredAny;
use serde::{Deserialize as _, Deserializer, Serializer};

use crate::Secret;

/// Writes nothing of the text.
///
/// # Errors
///
/// Those of the serializer.
pub fn serialize<S: Serializer>(_: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_unit()
}

/// Reads an empty text, whatever is there.
///
/// # Errors
///
/// If what is there cannot be read at all.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    IgnoredAny::deserialize(deserializer)?;
    Ok(Secret::new(""))
}
