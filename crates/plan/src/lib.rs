//! Desired minus observed: what has to change on Webex, in which order, and what stands against it.
//!
//! Everything here is pure. [`identify`] says which thing on Webex is which resource of the event,
//! [`make`] compares the two and returns a [`Plan`], and [`read`] turns a plan into text.

pub mod identify;
pub mod observed;
pub mod read;

mod budget;
mod diff;
mod drift;
mod fields;
mod guard;
mod hosts;
mod known;
mod names;
mod order;
mod plan;
mod quota;
mod renamed;
mod saved;
mod step;
mod tally;

pub use diff::{duplicates, make};
pub use drift::{Choice, Keep, Kept, Moved, Mover, NotKept};
pub use fields::{Change, Field, Fields, Settled, Value};
pub use known::{Known, KnownResource};
pub use names::{bulk_address, parent_of, replaced_address, tag_of};
pub use plan::{
    AccountLine, Adoption, Budget, Cannot, CannotReason, GuardRail, Held, HeldReason, MailCount,
    Note, Plan, Quota, Unseen,
};
pub use quota::{QUOTA_WINDOW, quota_counts_since};
pub use read::long_duration;
pub use renamed::renamed;
pub use saved::{Difference, SavedError, SavedPlan, SavedWebex, differences};
pub use step::{Action, NewInvitee, Owner, Step};
pub use tally::{Fate, Tally, Verdict};

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use showcaller_event::model::Address;

/// What the organiser allows a plan to do beyond adding and changing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// Take away what the file no longer names (promise 5).
    pub remove: bool,
    /// Even if that is much of a kind.
    pub remove_many: bool,
    /// Which things may be made anew where Webex cannot change them in place.
    pub recreate: Recreate,
    /// What somebody changed on Webex and is to stay so.
    #[serde(default)]
    pub keep: Choice,
    /// What was kept so, and is to be as the file asks again.
    #[serde(default)]
    pub repair: Choice,
    /// How much of the pinned tabs and invitation lists to look at.
    pub look: LookWish,
}

/// Which things may be made anew.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recreate {
    /// Nothing.
    #[default]
    Nothing,
    /// These.
    These(BTreeSet<Address>),
    /// Whatever needs it, but for creations whose outcome nobody knows yet.
    All,
}

impl Recreate {
    /// Whether somebody named this very one: only then is a creation of unknown outcome repeated,
    /// because the first one may still appear.
    #[must_use]
    pub fn names(&self, address: &Address) -> bool {
        matches!(self, Self::These(addresses) if addresses.contains(address))
    }

    /// Whether this one may be made anew.
    #[must_use]
    pub fn allows(&self, address: &Address) -> bool {
        match self {
            Self::Nothing => false,
            Self::These(addresses) => addresses.contains(address),
            Self::All => true,
        }
    }
}

/// How much is looked at of what Webex lists only one object at a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LookWish {
    /// What was never read, and a rotating share of the rest.
    #[default]
    Share,
    /// Everything (`--full`).
    Full,
}

/// How long after its call a thing that was made may stay invisible (promise 2).
pub const SETTLE_WINDOW: SignedDuration = SignedDuration::from_secs(60);
