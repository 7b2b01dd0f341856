//! Text that logs and error messages must not show.

use std::fmt;

use serde::{Deserialize, Serializer};

/// A password, a host key, or a link that lets its bearer in. `Debug` shows nothing of it, and it
/// cannot be printed or serialised by accident: whoever needs the text says [`Hidden::reveal`].
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(transparent)]
pub struct Hidden(String);

impl Hidden {
    /// Hides `text`.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(…)")
    }
}

impl From<String> for Hidden {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Hidden {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// For request bodies alone: writes the text itself.
pub(crate) fn revealed<S: Serializer>(text: &Hidden, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text.reveal())
}

/// For request bodies alone: writes the text itself. Used with `skip_serializing_if`.
pub(crate) fn revealed_if_some<S: Serializer>(
    text: &Option<Hidden>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match text {
        Some(text) => revealed(text, serializer),
        None => serializer.serialize_none(),
    }
}
