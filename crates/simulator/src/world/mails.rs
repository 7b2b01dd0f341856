//! The mails that Webex itself sends.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{World, written};

/// Why a mail was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Occasion {
    /// Somebody without an account was added to something (messaging §1.3).
    Account,
    /// A meeting was scheduled, or somebody was invited to it (meetings §6).
    Invitation,
    /// A meeting was changed.
    Update,
    /// A meeting was deleted, or somebody was taken off its list.
    Cancellation,
}

/// One mail to one person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Mail {
    at: Timestamp,
    to: String,
    occasion: Occasion,
    about: String,
}

impl World {
    /// Notes a mail about the thing with the id or title `about`.
    pub(crate) fn mail(&mut self, at: Timestamp, to: &str, occasion: Occasion, about: &str) {
        self.mails.push(Mail {
            at,
            to: to.to_owned(),
            occasion,
            about: about.to_owned(),
        });
    }
}

pub(crate) fn present(mail: &Mail) -> Value {
    json!({
        "at": written(mail.at),
        "to": mail.to,
        "occasion": mail.occasion,
        "about": mail.about,
    })
}
