//! The world: what Webex holds, and the rules by which it changes.
//!
//! Nothing here knows of HTTP or waits for anything. Each resource is one file of functions that
//! take the world, who asks ([`Asking`]) and what is asked, and answer a JSON value or a
//! [`Refusal`](crate::refusal::Refusal).

pub(crate) mod actions;
pub(crate) mod events;
pub(crate) mod fields;
pub(crate) mod invitees;
pub(crate) mod mails;
pub(crate) mod meetings;
pub(crate) mod memberships;
pub(crate) mod messages;
pub(crate) mod people;
pub(crate) mod quota;
pub(crate) mod rooms;
pub(crate) mod sites;
pub(crate) mod snapshot;
pub(crate) mod tabs;
pub(crate) mod team_memberships;
pub(crate) mod teams;
pub(crate) mod webhooks;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::config::Config;
use crate::ids;
use crate::switches::Switches;
use actions::Action;
use events::Event;
use mails::Mail;
use meetings::Meeting;
use messages::Message;
use people::Person;
use rooms::Room;
use tabs::Tab;
use teams::Team;
use webhooks::Webhook;

/// Everything that Webex holds, ready to be saved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct World {
    seed: u64,
    /// Grows with every call that may have changed something.
    pub(crate) revision: u64,
    sequence: u64,
    minted: BTreeMap<String, u64>,
    pub(crate) home: Home,
    pub(crate) people: BTreeMap<Uuid, Person>,
    /// Addresses in lower case.
    addresses: BTreeMap<String, Uuid>,
    pub(crate) tokens: BTreeMap<String, Token>,
    pub(crate) teams: BTreeMap<Uuid, Team>,
    pub(crate) rooms: BTreeMap<Uuid, Room>,
    pub(crate) tabs: BTreeMap<Uuid, Tab>,
    pub(crate) messages: BTreeMap<Uuid, Message>,
    #[serde(default)]
    pub(crate) actions: BTreeMap<Uuid, Action>,
    pub(crate) webhooks: BTreeMap<Uuid, Webhook>,
    pub(crate) meetings: BTreeMap<String, Meeting>,
    pub(crate) mails: Vec<Mail>,
    /// When each host's meetings were created within the last 24 hours.
    pub(crate) created_meetings: BTreeMap<Uuid, Vec<Timestamp>>,
    /// What the call under way has caused so far.
    #[serde(skip)]
    pub(crate) events: Vec<Event>,
}

/// The organisation that the simulated Webex belongs to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Home {
    pub(crate) org: Uuid,
    pub(crate) name: String,
    pub(crate) domains: Vec<String>,
    pub(crate) site: String,
}

/// Whose token it is, and through which client (OAuth application) it was got: integration tags are
/// private to the client (meetings §5).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Token {
    pub(crate) person: Uuid,
    pub(crate) client: String,
}

/// Who asks, when, and how the unknowns stand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asking<'a> {
    pub(crate) person: Uuid,
    pub(crate) client: &'a str,
    pub(crate) now: Timestamp,
    pub(crate) switches: &'a Switches,
    /// What the addresses that answers name begin with, up to `/v1`.
    pub(crate) base: &'a str,
}

impl Asking<'_> {
    /// Whether lists show what was created at `created` (switch `create-visibility-delay`).
    pub(crate) fn shows(&self, created: Timestamp) -> bool {
        self.is_over(self.switches.create_visibility_delay, created)
    }

    /// Whether a delay of so many seconds since then is over. Without one it always is, also where
    /// a fault has set the clock back.
    pub(crate) fn is_over(&self, delay: u32, since: Timestamp) -> bool {
        delay == 0 || self.now.duration_since(since).as_secs() >= i64::from(delay)
    }
}

impl World {
    pub(crate) fn new(config: &Config) -> Self {
        let home = Home {
            org: ids::mint(config.seed, "organization", &config.organisation, 0),
            name: config.organisation.clone(),
            domains: config.domains.clone(),
            site: config.site.clone(),
        };
        Self {
            seed: config.seed,
            revision: 0,
            sequence: 0,
            minted: BTreeMap::new(),
            home,
            people: BTreeMap::new(),
            addresses: BTreeMap::new(),
            tokens: BTreeMap::new(),
            teams: BTreeMap::new(),
            rooms: BTreeMap::new(),
            tabs: BTreeMap::new(),
            messages: BTreeMap::new(),
            actions: BTreeMap::new(),
            webhooks: BTreeMap::new(),
            meetings: BTreeMap::new(),
            mails: Vec::new(),
            created_meetings: BTreeMap::new(),
            events: Vec::new(),
        }
    }

    /// A new key for a thing called `name`.
    pub(crate) fn mint(&mut self, kind: &str, name: &str) -> Uuid {
        let ordinal = self.minted.entry(format!("{kind} {name}")).or_default();
        let key = ids::mint(self.seed, kind, name, *ordinal);
        *ordinal += 1;
        key
    }

    /// A key that is always the same for `name`.
    pub(crate) fn fixed(&self, kind: &str, name: &str) -> Uuid {
        ids::mint(self.seed, kind, name, 0)
    }

    /// A number that is higher for what happened later, even within one millisecond.
    pub(crate) fn next_in_line(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }
}

/// An instant as the messaging side writes it: UTC with milliseconds (messaging §1.7).
pub(crate) fn written(instant: Timestamp) -> String {
    format!("{instant:.3}")
}
