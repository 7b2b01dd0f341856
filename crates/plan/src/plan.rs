//! The plan as a value: built once, then printed, reviewed, tested and applied unchanged.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use showcaller_event::model::{Address, Email, EventKey};

use crate::Wishes;
use crate::drift::{Keep, Moved, NotKept};
use crate::fields::Fields;
use crate::step::{Owner, Step};

/// Everything that a look at file, ledger and Webex led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Which event.
    pub event: EventKey,
    /// What people call it.
    pub title: String,
    /// The zone in which times are shown.
    pub timezone: String,
    /// When the look began.
    pub at: Timestamp,
    /// What people call the rooms and meetings, by address, those included that the file no longer names.
    #[serde(default)]
    pub titles: BTreeMap<Address, String>,
    /// Who is behind each token, and what stands against them.
    pub accounts: Vec<AccountLine>,
    /// What exists already and is taken into the ledger without a change on Webex.
    pub adoptions: Vec<Adoption>,
    /// Recorded things that are no longer on Webex: the ledger forgets them.
    pub vanished: Vec<Address>,
    /// What will be done, every step after the steps that it needs.
    pub steps: Vec<Step>,
    /// What would be done if a flag allowed it.
    pub held: Vec<Held>,
    /// What the file asks for and Webex cannot do.
    pub cannot: Vec<Cannot>,
    /// Guard rails that were hit: nothing is applied while there is one.
    pub guard_rails: Vec<GuardRail>,
    /// What somebody should know.
    pub notes: Vec<Note>,
    /// What is not as it was when it was last applied, and who moved it.
    #[serde(default)]
    pub moved: Vec<Moved>,
    /// What differs and is left alone, because somebody said `--keep`.
    #[serde(default)]
    pub kept: Vec<Moved>,
    /// What is to be kept from now on.
    #[serde(default)]
    pub keeps: BTreeMap<Address, Keep>,
    /// What is kept no longer.
    #[serde(default)]
    pub repairs: BTreeSet<Address>,
    /// What was not looked at.
    pub unseen: Vec<Unseen>,
    /// What it costs.
    pub budget: Budget,
}

impl Plan {
    /// Whether there is nothing to do now. What waits or is not possible is in [`crate::Tally`].
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// What was asked to be kept, or to be kept no longer, and cannot be.
    #[must_use]
    pub fn not_kept(&self, wishes: &Wishes) -> Vec<NotKept> {
        let is_kept = |address: &Address| self.kept.iter().any(|kept| kept.address == *address);
        let keep = wishes.keep.these.iter().filter(|address| !is_kept(address));
        let keep = keep.map(|address| {
            let mut moved = self.moved.iter();
            let why = match moved.find(|moved| moved.address == *address) {
                Some(moved) if moved.field.is_none() => {
                    "is gone, and what is gone cannot be kept: take it out of the file, or make it \
                     anew with --recreate"
                }
                Some(_) => "differs in its password alone, and that cannot be kept",
                None => "is as the file asks, or cannot be seen, so that there is nothing to keep",
            };
            NotKept {
                address: address.clone(),
                flag: "--keep",
                why,
                unknown: !self.moved.iter().any(|moved| moved.address == *address),
            }
        });
        let repair = wishes.repair.these.iter();
        let repair = repair.filter(|address| !self.repairs.contains(*address));
        let repair = repair.map(|address| NotKept {
            address: address.clone(),
            flag: "--repair",
            why: "is not kept as it is on Webex, so that there is nothing to undo",
            unknown: true,
        });
        keep.chain(repair).collect()
    }
}

/// Something that exists already and is now ours to look after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adoption {
    /// What it is.
    pub address: Address,
    /// Its id on Webex.
    pub remote_id: String,
    /// Whether Showcaller made it: it carries our tag, or the bot is its creator.
    pub made: bool,
    /// Whether the file protects it.
    pub protected: bool,
    /// The address under which the ledger has it so far.
    pub renamed_from: Option<Address>,
    /// As the file asks.
    pub asked: Fields,
    /// As it was found.
    pub answered: Fields,
    /// Whose token sees it.
    pub owner: Owner,
}

/// A step that waits for a flag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The step.
    pub address: Address,
    /// What it would do, in a few words.
    pub what: String,
    /// Which flag it waits for.
    pub reason: HeldReason,
}

/// Why a step waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeldReason {
    /// It takes something away: `--remove`.
    Removal,
    /// It makes something anew: `--recreate ADDRESS`.
    Recreation,
    /// Nobody knows what became of the last try: `--recreate ADDRESS`.
    Unclear,
    /// It is protected in the event file.
    Protected,
    /// Its host has used up the day's meetings (meetings §12).
    Quota,
    /// It needs something that is not there yet, and that this plan does not make either.
    Waiting,
}

/// Something that the file asks for and Webex cannot do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cannot {
    /// Of what.
    pub address: Address,
    /// Why.
    pub reason: CannotReason,
    /// One sentence: what it means and what can be done.
    pub sentence: String,
}

/// The whole list of what Webex, or good sense, does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CannotReason {
    /// Once a room exists, only a compliance officer makes it public (messaging §4).
    PrivateForGood,
    /// A meeting cannot be scheduled, or moved, into the past (meetings §2, §6).
    Past,
    /// A meeting cannot be changed while somebody is in it (meetings §6).
    InProgress,
    /// The bot is no moderator there, so that it cannot change it (messaging §5).
    NotModerator,
    /// The host's token is missing, or its meetings could not be read, so that nobody could look at them.
    NoToken,
    /// Two things fit, and choosing wrong would do harm.
    Ambiguous,
    /// It was made twice, and only a person can tell that nobody uses the other one.
    Twice,
    /// Webex would not show it.
    Unreadable,
    /// Its host has more meetings at that time than the file allows.
    DoubleBooked,
}

impl CannotReason {
    /// Whether no later run can do it either: Webex, or time itself, does not allow it. What
    /// remains may pass, or somebody can put it right.
    #[must_use]
    pub fn is_for_good(self) -> bool {
        match self {
            Self::PrivateForGood | Self::Past => true,
            Self::InProgress
            | Self::NotModerator
            | Self::NoToken
            | Self::Ambiguous
            | Self::Twice
            | Self::Unreadable
            | Self::DoubleBooked => false,
        }
    }
}

/// A guard rail that was hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardRail {
    /// What kind of thing.
    pub kind: String,
    /// How many would go.
    pub removals: usize,
    /// Of how many.
    pub of: usize,
    /// One sentence with the flag that overrides it.
    pub sentence: String,
}

/// What somebody should know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Note {
    /// About what, if about one thing.
    pub address: Option<Address>,
    /// One sentence.
    pub sentence: String,
}

/// What was not looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unseen {
    /// `invitation lists`, `pinned tabs`.
    pub what: String,
    /// How many were left out.
    pub count: usize,
    /// Of how many.
    pub of: usize,
}

/// Who is behind a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountLine {
    /// Whose token.
    pub owner: Owner,
    /// The account's address as Webex shows it.
    pub email: Option<Email>,
    /// What it is and may do, in short phrases.
    pub facts: Vec<String>,
    /// What stands against it, each a sentence with what to do.
    pub problems: Vec<String>,
}

/// What a plan costs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// Calls by owner, reading back what was written included.
    #[serde(with = "by_owner")]
    pub calls: BTreeMap<Owner, usize>,
    /// How long it takes, in seconds, at about 300 calls a minute and owner (messaging §1.4).
    pub seconds: u64,
    /// Each host's daily meetings.
    pub quotas: Vec<Quota>,
    /// Mails that Webex would send.
    pub mails: MailCount,
}

/// The meetings that one host may create a day (meetings §12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// Whose.
    pub host: Email,
    /// Tried in the last 24 hours, as far as the ledger knows.
    pub used: usize,
    /// Created by this plan.
    pub wanted: usize,
    /// Allowed in 24 hours.
    pub limit: usize,
    /// Of those wanted, how many are this host's because others with room at that time of day have
    /// used up their day.
    #[serde(default)]
    pub spread: usize,
    /// Held back until the quota allows them.
    #[serde(default)]
    pub held: usize,
    /// When the first of those held may be created, if nobody else creates any; `None` if none is
    /// held, or waiting does not help.
    #[serde(default)]
    pub next: Option<Timestamp>,
    /// When those may as well that become possible within half an hour of the first: what whoever
    /// waits waits for.
    #[serde(default)]
    pub together: Option<Timestamp>,
    /// When the last of them may.
    #[serde(default)]
    pub all: Option<Timestamp>,
    /// Until when Webex itself said that it makes no more meetings for this host.
    #[serde(default)]
    pub exhausted_until: Option<Timestamp>,
}

/// Mails that Webex itself sends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailCount {
    /// About meetings.
    pub meetings: usize,
    /// To addresses that are added to a room or team and that Webex may not know (messaging §1.3):
    /// at most so many.
    pub invitations_at_most: usize,
}

mod by_owner {
    //! JSON objects have text for keys.

    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use showcaller_event::model::Email;

    use super::Owner;

    pub(super) fn serialize<S: Serializer>(
        calls: &BTreeMap<Owner, usize>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let named: BTreeMap<String, usize> = calls
            .iter()
            .map(|(owner, calls)| (owner.to_string(), *calls))
            .collect();
        named.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<Owner, usize>, D::Error> {
        let named = BTreeMap::<String, usize>::deserialize(deserializer)?;
        Ok(named
            .into_iter()
            .map(|(name, calls)| match name.as_str() {
                "bot" => (Owner::Bot, calls),
                _ => (Owner::Host(Email::new(name)), calls),
            })
            .collect())
    }
}
