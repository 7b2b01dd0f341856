//! The webhooks of hosts: only their tokens tell when meetings begin and end, and who is in them
//! (meetings §9).
//!
//! A host may host several events, so webhooks of other events are left alone.

use std::collections::BTreeMap;

use showcaller_clock::Clock;
use showcaller_event::model::Email;
use showcaller_ledger::Ledger;
use showcaller_webex::{Lane, Webex};

use super::account::{Account, Trouble};
use super::decide::{Wish, rivals};
use super::news::HookNews;
use super::probe::is_alive;
use super::shut_off;
use crate::Connections;

/// What a host listens to: `all` would cover neither.
const WANTED: &[(&str, &str)] = &[
    ("meetings", "started"),
    ("meetings", "ended"),
    ("meetingParticipants", "joined"),
    ("meetingParticipants", "left"),
];

/// The hosts whose tokens are known.
#[derive(Debug)]
pub(super) struct Hosts(BTreeMap<Email, Host>);

#[derive(Debug)]
struct Host {
    account: Account,
    /// Whether it was said that they cannot be looked after.
    in_trouble: bool,
}

impl Hosts {
    pub(super) fn new(connections: &Connections, bot: &Wish, name: &str) -> Self {
        let hosts = connections.hosts.keys().map(|host| {
            let wish = Wish {
                wanted: WANTED,
                ..bot.clone()
            };
            let memory = format!("{}/{host}", shut_off::NAME);
            let account = Account::new(wish, name.to_owned(), memory);
            let host_of = Host {
                account,
                in_trouble: false,
            };
            (host.clone(), host_of)
        });
        Self(hosts.collect())
    }

    /// Looks at the webhooks of each host and makes them right. What goes wrong is news, and no reason not
    /// to serve.
    pub(super) async fn look(
        &mut self,
        connections: &Connections,
        ledger: &Ledger,
        reachable: bool,
        clock: &dyn Clock,
    ) -> Vec<HookNews> {
        let mut news = Vec::new();
        for (email, host) in &mut self.0 {
            let Some(webex) = connections.hosts.get(email) else {
                continue;
            };
            let webex = webex.on_lane(Lane::Answer);
            match host.look(&webex, ledger, email, reachable, clock).await {
                Ok(more) => {
                    host.in_trouble = false;
                    news.extend(more);
                }
                Err(error) if host.in_trouble => {
                    tracing::info!(%error, "the webhooks of a host cannot be looked after");
                }
                Err(error) => {
                    host.in_trouble = true;
                    news.push(HookNews::HostTrouble {
                        host: email.clone(),
                        reason: error.to_string(),
                    });
                }
            }
        }
        news
    }
}

impl Host {
    async fn look(
        &mut self,
        webex: &Webex,
        ledger: &Ledger,
        email: &Email,
        reachable: bool,
        clock: &dyn Clock,
    ) -> Result<Vec<HookNews>, Trouble> {
        let hooks = webex.list_webhooks().await?;
        let own = &self.account.wish.identity;
        for rival in rivals(&hooks, own) {
            // Those that an earlier ledger of this event left behind.
            if rival.name.identity.event == own.event && !is_alive(webex, &rival, clock).await {
                for id in &rival.hooks {
                    webex.delete_webhook(id).await?;
                }
            }
        }
        let decision = self.account.decide(&hooks);
        let mut news = self.account.carry_out(webex, &decision).await?;
        let inactive = &decision.inactive;
        let now = clock.now();
        if let Some(off) = self.account.off(ledger, inactive, now).await? {
            let until = off.until;
            if off.is_new {
                let host = email.clone();
                news.push(HookNews::HostShutOff { host, until });
            }
            if now >= until {
                let account = &mut self.account;
                account
                    .switch_on(webex, ledger, inactive, off, reachable, now)
                    .await?;
                news.push(HookNews::Healed { reachable });
            }
        }
        Ok(news)
    }
}
