//! Who moved what since it was last applied: the file, or somebody on Webex.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use showcaller_event::model::Address;

use crate::fields::{Field, Fields, Value};

/// Who moved something since it was last applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mover {
    /// The event file.
    File,
    /// Somebody on Webex, by hand or with another program.
    Webex,
    /// Both, each in its own way.
    Both,
}

/// Something that is not as it was when it was last applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// What it belongs to.
    pub address: Address,
    /// Which setting; `None` where the thing itself was taken away.
    pub field: Option<Field>,
    /// Who moved it.
    pub by: Mover,
    /// What people call it, as in `«Jury»` or `ann@example.com in «Jury»`.
    pub what: String,
    /// As Webex had it when it was last applied.
    pub last: Option<Value>,
    /// As the file asks.
    pub file: Option<Value>,
    /// As Webex has it now.
    pub webex: Option<Value>,
}

impl Moved {
    /// Whether `--keep` can leave this one alone. What is gone as a whole has nothing to be kept, and of a
    /// password's two values the ledger can remember only one.
    pub(crate) fn can_be_kept(&self) -> bool {
        match self.field {
            Some(field) => field != Field::Password,
            None => !matches!(self.address.kind(), "team" | "room" | "meeting"),
        }
    }
}

/// A difference that is to be known from now on, and left alone (`--keep`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keep {
    /// As the file asks.
    pub asked: Fields,
    /// As Webex has it.
    pub answered: Fields,
    /// Whether it is the thing itself that is not there.
    pub absent: bool,
}

/// What the ledger remembers to be kept as it is on Webex.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Settings.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub fields: BTreeSet<Field>,
    /// Whether the thing itself may be missing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub absent: bool,
}

impl Kept {
    /// Whether nothing is.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.fields.is_empty() && !self.absent
    }
}

/// Some addresses, or all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Whatever there is.
    pub all: bool,
    /// These.
    pub these: BTreeSet<Address>,
}

impl Choice {
    /// Whether this one is named, or all are meant.
    #[must_use]
    pub fn takes(&self, address: &Address) -> bool {
        self.all || self.these.contains(address)
    }
}

/// Somebody asked for something to be kept, or to be kept no longer, and that cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotKept {
    /// What was named.
    pub address: Address,
    /// The flag.
    pub flag: &'static str,
    /// Why, in words that go on after the address.
    pub why: &'static str,
    /// Whether another address may have been meant.
    pub unknown: bool,
}
