//! How a simulator is set up.

use std::fmt;
use std::io::Write;
use std::sync::Arc;

use jiff::SignedDuration;
use showcaller_clock::{SharedClock, SystemClock};

use crate::faults::Fault;
use crate::rate::Rate;
use crate::switches::Switches;

/// Everything that a simulator is told when it starts.
///
/// The default is one organisation called *Example* with the domain `example.com` and the site
/// `example.webex.com`, a bot `showcaller@webex.bot`, a host `events@example.com`, Webex's limits
/// switched on, no latency, and the machine's own clock.
pub struct Config {
    /// Tells the time, and waits out the latency.
    pub clock: SharedClock,
    /// Same seed and same calls give the same ids, and the same faults.
    pub seed: u64,
    /// What is unknown about Webex, decided one way or the other.
    pub switches: Switches,
    /// How fast one owner may call; `None` is no limit.
    pub rate: Option<Rate>,
    /// How many meetings one host may create within 24 hours, failed calls included (meetings
    /// §12); `None` is no limit.
    pub meeting_quota: Option<u32>,
    /// How long each answer takes; waited for on the clock.
    pub latency: Option<SignedDuration>,
    /// What goes wrong, and when.
    pub faults: Vec<Fault>,
    /// Judges each request, and each answer that no fault has spoiled.
    pub strict: bool,
    /// Whether webhooks are delivered over the network. Without it they are delivered only to
    /// services in this process; see [`Simulator::deliver_to`](crate::Simulator::deliver_to).
    pub network: bool,
    /// Receives one JSON line per call. Tokens are never written.
    pub record: Option<Box<dyn Write + Send>>,
    /// The base address for links to further pages, such as `http://127.0.0.1:8080/v1`. `None`
    /// takes the address that the request itself names.
    pub public_url: Option<String>,
    /// The organisation's name.
    pub organisation: String,
    /// The mail domains whose addresses belong to the organisation.
    pub domains: Vec<String>,
    /// The organisation's Webex Meetings site.
    pub site: String,
    /// Who has an account from the beginning.
    pub accounts: Vec<Account>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            seed: 1,
            switches: Switches::default(),
            rate: Some(Rate::default()),
            meeting_quota: Some(100),
            latency: None,
            faults: Vec::new(),
            strict: false,
            network: false,
            record: None,
            public_url: None,
            organisation: "Example".to_owned(),
            domains: vec!["example.com".to_owned()],
            site: "example.webex.com".to_owned(),
            accounts: vec![
                Account::bot("showcaller@webex.bot", "Showcaller"),
                Account::host("events@example.com", "Event Office"),
            ],
        }
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("clock", &self.clock)
            .field("seed", &self.seed)
            .field("switches", &self.switches)
            .field("rate", &self.rate)
            .field("meeting_quota", &self.meeting_quota)
            .field("latency", &self.latency)
            .field("faults", &self.faults)
            .field("strict", &self.strict)
            .field("network", &self.network)
            .field("record", &self.record.is_some())
            .field("public_url", &self.public_url)
            .field("organisation", &self.organisation)
            .field("domains", &self.domains)
            .field("site", &self.site)
            .field("accounts", &self.accounts)
            .finish()
    }
}

/// Somebody with a Webex account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The address; the account's name for all purposes here.
    pub email: String,
    /// Further addresses that lead to the account. Webex shows it by the main one, whichever was used.
    pub aliases: Vec<String>,
    /// The name that others see.
    pub name: String,
    /// The organisation's name; `None` goes by the address's domain.
    pub org: Option<String>,
    /// Person or bot.
    pub kind: AccountKind,
    /// Whether the account may schedule meetings.
    pub host_licence: bool,
    /// The site of the licence; `None` is the organisation's.
    pub site: Option<String>,
}

impl Account {
    /// A bot of the organisation.
    #[must_use]
    pub fn bot(email: &str, name: &str) -> Self {
        Self {
            kind: AccountKind::Bot,
            ..Self::person(email, name)
        }
    }

    /// A person without a host licence.
    #[must_use]
    pub fn person(email: &str, name: &str) -> Self {
        Self {
            email: email.to_owned(),
            aliases: Vec::new(),
            name: name.to_owned(),
            org: None,
            kind: AccountKind::Person,
            host_licence: false,
            site: None,
        }
    }

    /// A person who may schedule meetings on the organisation's site.
    #[must_use]
    pub fn host(email: &str, name: &str) -> Self {
        Self {
            host_licence: true,
            ..Self::person(email, name)
        }
    }

    /// The same account with a further address.
    #[must_use]
    pub fn known_as(mut self, alias: &str) -> Self {
        self.aliases.push(alias.to_owned());
        self
    }
}

/// Person or bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountKind {
    /// A human being.
    Person,
    /// A bot: messaging only, and it sees of a group room what mentions it (messaging §6).
    Bot,
}

/// Why a simulator could not be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The text is no rate.
    #[error("`{0}` is not a rate; write one like `300/min` or `300/min burst 50`, or `off`")]
    Rate(String),
    /// There is no such switch.
    #[error("there is no switch `{0}`; docs/simulator.md lists them all")]
    UnknownSwitch(String),
    /// The switch has no such position.
    #[error("the switch `{name}` cannot be `{value}`; it takes {choices}")]
    SwitchValue {
        /// The switch.
        name: &'static str,
        /// What was asked for.
        value: String,
        /// What it takes.
        choices: String,
    },
    /// The setting is not of the form `NAME=VALUE`.
    #[error("`{0}` is not of the form NAME=VALUE")]
    NotASetting(String),
    /// An account's address is not one.
    #[error("`{0}` is not an e-mail address")]
    Address(String),
    /// A burst, a rate or a quota of zero would refuse every call.
    #[error("{0} must be more than zero; write `off` for no limit")]
    Zero(&'static str),
    /// Something is missing between a saved world and its journal.
    #[error("the world has {has} changes, and its journal goes on with number {next}")]
    Journal {
        /// How many changes the world has seen.
        has: u64,
        /// The number of the next one that was written down.
        next: u64,
    },
    /// The saved state cannot be read.
    #[error("the saved state does not fit this version of the simulator: {0}")]
    State(#[from] serde_json::Error),
}
