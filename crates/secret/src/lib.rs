//! Text that must not be shown by accident: tokens, passwords, host keys, and links that let their
//! bearer into a meeting.
//!
//! A [`Secret`] has no `Display` and no `Serialize`, and its `Debug` shows nothing. Who needs the text
//! says [`Secret::expose`]; where it is to be written all the same, the field says so:
//!
//! ```
//! use showcaller_secret::Secret;
//!
//! #[derive(Debug, serde::Serialize)]
//! struct Body {
//!     #[serde(with = "showcaller_secret::exposed")]
//!     password: Secret,
//! }
//! let body = Body { password: Secret::new("Lunch2027") };
//! assert_eq!(format!("{body:?}"), "Body { password: Secret(…) }");
//! assert_eq!(serde_json::to_string(&body).unwrap(), r#"{"password":"Lunch2027"}"#);
//! ```

pub mod exposed;
pub mod exposed_if_some;
pub mod withheld;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer};

/// A text that is not shown by accident. Its memory is overwritten when it is dropped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The text itself. The caller is responsible for where it goes.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<SecretString> for Secret {
    fn from(text: SecretString) -> Self {
        Self(text)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl PartialOrd for Secret {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Secret {
    fn cmp(&self, other: &Self) -> Ordering {
        self.expose().cmp(other.expose())
    }
}

impl Hash for Secret {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.expose().hash(state);
    }
}

/// Reading a secret hides it; only writing needs a word.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Kept {
        #[serde(with = "exposed")]
        link: Secret,
        #[serde(default, with = "exposed_if_some")]
        password: Option<Secret>,
        #[serde(with = "withheld")]
        token: Secret,
    }

    #[test]
    fn a_secret_is_written_only_where_the_field_says_so_and_never_printed() {
        let kept = Kept {
            link: "marked-1".into(),
            password: Some("marked-2".into()),
            token: "marked-3".into(),
        };
        assert!(!format!("{kept:?}").contains("marked"));
        let written = serde_json::to_string(&kept).expect("plain data");
        assert_eq!(
            written,
            r#"{"link":"marked-1","password":"marked-2","token":null}"#
        );
        let read: Kept = serde_json::from_str(&written).expect("the same");
        assert_eq!((&read.link, &read.password), (&kept.link, &kept.password));
        assert_eq!(read.token.expose(), "");
        let without: Kept = serde_json::from_str(r#"{"link":"l","token":7}"#).expect("the rest");
        assert_eq!(without.password, None);
    }
}
