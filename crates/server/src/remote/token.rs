//! The tokens of the remote control.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};
use showcaller_secret::Secret;
use uuid::Uuid;

/// What a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// To see how the cues stand.
    Read,
    /// The same, and go, hold and skip.
    Cues,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 2] = [Self::Read, Self::Cues];

    /// As the ledger and the command line write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Cues => "cues",
        }
    }

    /// Whether it includes the other one.
    pub(crate) fn includes(self, other: Self) -> bool {
        self >= other
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut all = Self::ALL.into_iter();
        all.find(|scope| scope.as_str() == text)
            .ok_or("a token is for `cues` (go, hold, skip, and to read) or for `read`")
    }
}

/// A new token: 244 random bits, behind a prefix by which scanners for leaked secrets know it.
#[must_use]
pub fn new_token() -> Secret {
    let (one, other) = (Uuid::new_v4().simple(), Uuid::new_v4().simple());
    Secret::new(format!("showcaller_{one}{other}"))
}

/// What the ledger keeps of a token. One that is as random as these needs neither salt nor a slow hash;
/// and it is looked up by its hash, so that the time which that takes tells nothing of it.
#[must_use]
pub fn token_hash(token: &Secret) -> [u8; 32] {
    Sha256::digest(token.expose().as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_are_known_by_their_prefix_and_kept_as_sha_256() {
        let (one, other) = (new_token(), new_token());
        assert_ne!(one, other);
        assert_ne!(token_hash(&one), token_hash(&other));
        assert!(one.expose().starts_with("showcaller_"));
        assert_eq!(one.expose().len(), "showcaller_".len() + 64);
        // FIPS 180-4, example of one block.
        assert_eq!(token_hash(&"abc".into())[..4], [0xba, 0x78, 0x16, 0xbf],);
    }

    #[test]
    fn who_may_go_may_read_and_not_the_other_way_round() {
        let includes = |one: Scope, other| one.includes(other);
        assert!(includes(Scope::Cues, Scope::Read) && includes(Scope::Read, Scope::Read));
        assert!(!includes(Scope::Read, Scope::Cues));
        for scope in Scope::ALL {
            assert_eq!(scope.to_string().parse(), Ok(scope));
        }
        assert!("Cues".parse::<Scope>().is_err());
    }
}
