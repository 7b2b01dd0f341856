//! The accounts that act, one client each.

use std::collections::BTreeMap;

use showcaller_event::model::Email;
use showcaller_plan::Owner;
use showcaller_webex::Webex;

/// The bot, and the hosts whose tokens were given.
#[derive(Debug)]
pub struct Connections {
    /// The bot's client.
    pub bot: Webex,
    /// A client per host of the event file.
    pub hosts: BTreeMap<Email, Webex>,
}

impl Connections {
    /// The client of this owner, if there is a token for it.
    #[must_use]
    pub fn of(&self, owner: &Owner) -> Option<&Webex> {
        match owner {
            Owner::Bot => Some(&self.bot),
            Owner::Host(email) => self.hosts.get(email),
        }
    }

    /// Requests sent so far, and how many of them Webex told to wait, by owner.
    #[must_use]
    pub fn requests(&self) -> BTreeMap<Owner, (u64, u64)> {
        let count = |webex: &Webex| {
            let counters = webex.counters();
            (counters.requests, counters.throttled)
        };
        let hosts = self
            .hosts
            .iter()
            .map(|(email, host)| (Owner::Host(email.clone()), count(host)));
        hosts.chain([(Owner::Bot, count(&self.bot))]).collect()
    }
}
