//! The webhooks of one account.

use std::collections::BTreeSet;

use jiff::Timestamp;
use showcaller_ledger::{Error as LedgerError, Ledger};
use showcaller_webex::{Error as WebexError, NewWebhook, Webex, Webhook, WebhookId, WebhookUpdate};

use super::decide::{Decision, Wish, decide};
use super::news::HookNews;
use super::shut_off::{self, ShutOff};

/// Keeps what an account shall listen to.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) wish: Wish,
    /// What new webhooks are called.
    name: String,
    /// Under which name the ledger remembers shut-offs.
    memory: String,
    /// Those that have our secret for certain.
    set: BTreeSet<WebhookId>,
    /// When the last shut-off was noticed that was spoken of.
    shut_off: Option<Timestamp>,
}

/// Some webhooks are shut off.
pub(super) struct Off {
    shut_off: ShutOff,
    /// They are not switched on again before.
    pub(super) until: Timestamp,
    /// Whether that is news.
    pub(super) is_new: bool,
}

impl Account {
    pub(super) fn new(wish: Wish, name: String, memory: String) -> Self {
        Self {
            wish,
            name,
            memory,
            set: BTreeSet::new(),
            shut_off: None,
        }
    }

    pub(super) fn decide(&self, hooks: &[Webhook]) -> Decision {
        decide(hooks, &self.wish, &self.set)
    }

    /// Makes, changes and deletes what was decided.
    pub(super) async fn carry_out(
        &mut self,
        webex: &Webex,
        decision: &Decision,
    ) -> Result<Vec<HookNews>, WebexError> {
        for (resource, event) in &decision.create {
            let webhook = NewWebhook {
                name: self.name.clone(),
                target_url: self.wish.target.to_string(),
                resource: (*resource).to_owned(),
                event: (*event).to_owned(),
                filter: None,
                secret: Some(self.wish.secret.clone()),
            };
            self.set.insert(webex.create_webhook(&webhook).await?.id);
        }
        for id in &decision.change {
            self.update(webex, id, false).await?;
        }
        for id in &decision.delete {
            webex.delete_webhook(id).await?;
        }
        let counted = [
            (
                decision.create.len(),
                HookNews::Made as fn(usize) -> HookNews,
            ),
            (decision.change.len(), HookNews::Changed),
            (decision.delete.len(), HookNews::Deleted),
        ];
        let counted = counted.into_iter().filter(|(count, _)| *count > 0);
        Ok(counted.map(|(count, news)| news(count)).collect())
    }

    /// Remembers that these are shut off; `None` if none is.
    pub(super) async fn off(
        &mut self,
        ledger: &Ledger,
        inactive: &[WebhookId],
        now: Timestamp,
    ) -> Result<Option<Off>, LedgerError> {
        if inactive.is_empty() {
            shut_off::at_work(ledger, &self.memory, now).await?;
            return Ok(None);
        }
        let before = shut_off::read(ledger, &self.memory).await?;
        let shut_off = ShutOff::seen(before.clone(), now);
        if before.as_ref() != Some(&shut_off) {
            shut_off::write(ledger, &self.memory, &shut_off).await?;
        }
        let is_new = self.shut_off != Some(shut_off.noticed);
        self.shut_off = Some(shut_off.noticed);
        Ok(Some(Off {
            until: shut_off.until(),
            shut_off,
            is_new,
        }))
    }

    /// Switches them on again. Where nothing seems to answer, the address may still lead here from outside:
    /// not every network lets a machine reach itself from without.
    pub(super) async fn switch_on(
        &mut self,
        webex: &Webex,
        ledger: &Ledger,
        inactive: &[WebhookId],
        off: Off,
        reachable: bool,
        now: Timestamp,
    ) -> Result<(), Trouble> {
        for id in inactive {
            self.update(webex, id, true).await?;
        }
        let switched_on = off.shut_off.switched_on(reachable, now);
        Ok(shut_off::write(ledger, &self.memory, &switched_on).await?)
    }

    async fn update(
        &mut self,
        webex: &Webex,
        id: &WebhookId,
        activate: bool,
    ) -> Result<(), WebexError> {
        let update = WebhookUpdate {
            name: self.name.clone(),
            target_url: self.wish.target.to_string(),
            secret: Some(self.wish.secret.clone()),
            activate,
        };
        webex.update_webhook(id, &update).await?;
        self.set.insert(id.clone());
        Ok(())
    }
}

/// Webex or the ledger fails.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error(transparent)]
    Webex(#[from] WebexError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}
