//! The accounts that act, one client each.

use std::collections::BTreeMap;
use std::sync::Arc;

use showcaller_event::model::Email;
use showcaller_plan::Owner;
use showcaller_webex::{SendPermit, Wait, Webex};
use tokio::sync::watch;

/// The bot, and the hosts whose tokens were given.
#[derive(Debug, Clone)]
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

    /// Handles on the same clients whose requests need this permit.
    pub(crate) fn guarded(&self, permit: &Arc<dyn SendPermit>) -> Self {
        let guarded = |webex: &Webex| webex.guarded(Arc::clone(permit));
        let hosts = self.hosts.iter();
        Self {
            bot: guarded(&self.bot),
            hosts: hosts
                .map(|(email, host)| (email.clone(), guarded(host)))
                .collect(),
        }
    }

    /// What calls of each owner wait for, as it begins.
    #[must_use]
    pub fn waits(&self) -> Vec<watch::Receiver<Option<Wait>>> {
        self.all().map(|(_, webex)| webex.waits()).collect()
    }

    /// Every owner and its client.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Owner, &Webex)> {
        let hosts = self.hosts.iter();
        let hosts = hosts.map(|(email, host)| (Owner::Host(email.clone()), host));
        hosts.chain([(Owner::Bot, &self.bot)])
    }

    /// How many calls of this owner it makes sense to have in hand: what its client can use now. One
    /// for an owner without a token, whose steps fail at once.
    pub(crate) fn width(&self, owner: &Owner) -> usize {
        self.of(owner).map_or(1, Webex::width)
    }

    /// Requests sent so far, and how many of them Webex told to wait, by owner.
    #[must_use]
    pub fn requests(&self) -> BTreeMap<Owner, (u64, u64)> {
        let count = |webex: &Webex| {
            let counters = webex.counters();
            (counters.requests, counters.throttled)
        };
        self.all()
            .map(|(owner, webex)| (owner, count(webex)))
            .collect()
    }
}
