//! What a calendar says of one meeting.

use jiff::Zoned;
use serde::{Deserialize, Serialize};
use showcaller_event::model::Meeting;
use showcaller_secret::Secret;

use crate::facts::Told;
use crate::harmless::clickable;

/// What a calendar says of one meeting.
///
/// Serialising it writes link and password in the open: it is meant for the ledger, which keeps
/// them anyway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// What people see.
    pub title: String,
    /// What will happen.
    pub agenda: Option<String>,
    /// When it begins.
    pub start: Zoned,
    /// When it ends.
    pub end: Zoned,
    /// The durable link.
    #[serde(default, with = "showcaller_secret::exposed_if_some")]
    pub link: Option<Secret>,
    /// The number to dial or type.
    pub number: Option<String>,
    /// What people type to get in.
    #[serde(default, with = "showcaller_secret::exposed_if_some")]
    pub password: Option<Secret>,
}

impl Appointment {
    /// What a calendar says of this meeting today.
    #[must_use]
    pub fn of(meeting: &Meeting, told: &Told) -> Self {
        let facts = told.facts.get(&meeting.key).cloned().unwrap_or_default();
        Self {
            title: meeting.title.clone(),
            agenda: meeting.agenda.clone(),
            start: meeting.start.clone(),
            end: meeting.end.clone(),
            link: facts.link,
            number: facts.number,
            password: facts.password,
        }
    }

    /// A digest of all that is worth a new sequence number: title, agenda, times, link, number
    /// and password. Who may run it is not.
    ///
    /// FNV-1a in its 128-bit form: it tells versions apart, it does not protect.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let start = self.start.timestamp().to_string();
        let end = self.end.timestamp().to_string();
        let exposed =
            |secret: &'_ Option<Secret>| secret.as_ref().map(|text| text.expose().to_owned());
        let (link, password) = (exposed(&self.link), exposed(&self.password));
        let facts = [
            Some(self.title.as_str()),
            self.agenda.as_deref(),
            Some(&start),
            Some(&end),
            link.as_deref(),
            self.number.as_deref(),
            password.as_deref(),
        ];
        let mut digest = Digest::default();
        for fact in facts {
            digest.fact(fact);
        }
        format!("{:032x}", digest.0)
    }

    /// The link, if people may click on it.
    pub(super) fn link(&self) -> Option<&str> {
        self.link.as_ref().and_then(|link| clickable(link.expose()))
    }

    /// The agenda, and what it takes to get in.
    pub(super) fn description(&self) -> String {
        let mut lines: Vec<String> = Vec::new();
        if let Some(agenda) = &self.agenda {
            lines.push(agenda.clone());
            lines.push(String::new());
        }
        match self.link() {
            Some(link) => lines.push(format!("Join: {link}")),
            None => lines.push("The link will follow.".to_owned()),
        }
        if let Some(number) = &self.number {
            lines.push(format!("Number: {number}"));
        }
        if let Some(password) = &self.password {
            lines.push(format!("Password: {}", password.expose()));
        }
        lines.join("\n")
    }
}

struct Digest(u128);

impl Default for Digest {
    fn default() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }
}

impl Digest {
    /// Each fact with its length before it, so that two facts never read like two others.
    fn fact(&mut self, fact: Option<&str>) {
        let length = fact.map_or(u64::MAX, |fact| fact.len() as u64);
        self.bytes(&length.to_be_bytes());
        self.bytes(fact.unwrap_or_default().as_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
        for byte in bytes {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(PRIME);
        }
    }
}
