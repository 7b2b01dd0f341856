//! Keeps the webhooks registered.

use jiff::SignedDuration;
use showcaller_ledger::Ledger;
use showcaller_secret::Secret;
use showcaller_webex::{Lane, Webex, WebhookId};
use tokio::sync::{mpsc, watch};
use url::Url;

use super::account::{self, Account};
use super::decide::{Decision, OF_BOT, Rival, Wish, rivals};
use super::hosts::Hosts;
use super::identity::{HOOKS_PATH, HookName, Identity};
use super::news::{HookNews, HookState, Taken};
use super::probe::{answers_at, is_alive};
use super::shut_off;
use crate::answers_since;
use crate::floor::{Held, LeaseSpec, Stop};
use crate::{Connections, Engine, Error};

const LEASE: LeaseSpec = LeaseSpec {
    name: "hooks",
    outdates: None,
};

/// How often they are looked at.
const LOOK: SignedDuration = SignedDuration::from_mins(1);
/// How soon again while something is wrong.
const RETRY: SignedDuration = SignedDuration::from_secs(15);

/// What webhooks are to be.
#[derive(Debug)]
pub struct HookSettings {
    /// Whose they are.
    pub identity: Identity,
    /// The key with which Webex signs.
    pub secret: Secret,
    /// The name of this machine.
    pub host: String,
    /// The address under which Webex reaches this process, or the balancer before it.
    pub public_url: Url,
    /// Whether those of another process that is alive may be replaced.
    pub take_over: bool,
}

/// Registers the webhooks and keeps watch over them.
#[derive(Debug)]
pub struct Hooks {
    engine: Engine,
    bot: Account,
    hosts: Hosts,
    take_over: bool,
    state: watch::Sender<HookState>,
    news: mpsc::UnboundedSender<HookNews>,
    /// Whether a look under the lease was complete: from then on the bot is known to be ours.
    has_looked: bool,
    /// Whether the public address answered at the last look.
    reachable: Option<bool>,
    /// Others that are alive, and were spoken of.
    shared: Vec<Identity>,
}

/// Why keeping watch ended.
enum End {
    Stopped,
    /// The lease is another replica's by now.
    LeaseLost,
    Taken(Taken),
}

enum Trouble {
    Taken(Taken),
    /// Webex or the ledger fails.
    Failed(account::Trouble),
}

impl<E: Into<account::Trouble>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl Hooks {
    /// Nothing is done before [`Hooks::run`]. What happens then is sent to `news`.
    #[must_use]
    pub fn new(
        engine: &Engine,
        settings: HookSettings,
        news: mpsc::UnboundedSender<HookNews>,
    ) -> Self {
        let mut target = settings.public_url;
        let path = target.path().trim_end_matches('/');
        let path = format!("{path}{HOOKS_PATH}{}", settings.identity.event);
        target.set_path(&path);
        let name = HookName {
            identity: settings.identity.clone(),
            host: settings.host,
        };
        let name = name.to_string();
        let wish = Wish {
            wanted: OF_BOT,
            identity: settings.identity,
            target,
            secret: settings.secret,
        };
        Self {
            engine: engine.clone(),
            hosts: Hosts::new(&engine.connections, &wish, &name),
            bot: Account::new(wish, name, shut_off::NAME.to_owned()),
            take_over: settings.take_over,
            state: watch::Sender::new(HookState::Pending),
            news,
            has_looked: false,
            reachable: None,
            shared: Vec::new(),
        }
    }

    /// How it stands with them, from now on.
    #[must_use]
    pub fn state(&self) -> watch::Receiver<HookState> {
        self.state.subscribe()
    }

    /// Registers the webhooks, or waits until the replica that does so has ended, and keeps watch until
    /// it is asked to stop. They stay.
    ///
    /// # Errors
    ///
    /// [`Taken`]: the bot's webhooks are another event's or ledger's whose process is alive.
    pub async fn run(mut self, stop: &Stop) -> Result<(), Taken> {
        let clock = self.engine.clock.clone();
        loop {
            match self.hold(stop).await {
                Ok(End::Stopped) => return Ok(()),
                Ok(End::Taken(by)) => return Err(by),
                Ok(End::LeaseLost) => {}
                Err(Error::Busy(holder)) => {
                    // It was asked for now, and not for when the other replica has ended.
                    self.take_over = false;
                    let process = holder.by.clone();
                    self.set_state(HookState::Elsewhere { process });
                }
                Err(error) => self.trouble(&error),
            }
            if stop.pause(&clock, RETRY).await {
                return Ok(());
            }
        }
    }

    /// Keeps watch under the lease, until one or the other ends.
    async fn hold(&mut self, stop: &Stop) -> Result<End, Error> {
        let Engine {
            ledger,
            process,
            clock,
            alone,
            ..
        } = self.engine.clone();
        let held = Held::take(&ledger, LEASE, &process, &clock, alone).await?;
        let end = tokio::select! {
            biased;
            end = self.watch(&held) => end,
            () = stop.wait() => End::Stopped,
        };
        match end {
            End::LeaseLost => held.abandon().await,
            End::Stopped | End::Taken(_) => held.release(&ledger).await?,
        }
        Ok(end)
    }

    async fn watch(&mut self, held: &Held) -> End {
        let clock = self.engine.clock.clone();
        let permit = held.permit();
        let connections = self.engine.connections.guarded(&permit);
        let webex = connections.bot.on_lane(Lane::Answer);
        let ledger = held.fenced(&self.engine.ledger);
        loop {
            let pause = match self.look(&webex, &ledger).await {
                Ok(pause) => {
                    self.look_at_hosts(&connections, &ledger).await;
                    pause
                }
                Err(Trouble::Taken(by)) => return End::Taken(by),
                Err(Trouble::Failed(_)) if permit.may_send().await.is_err() => {
                    return End::LeaseLost;
                }
                Err(Trouble::Failed(error)) => {
                    self.trouble(&error);
                    RETRY
                }
            };
            clock.sleep(pause).await;
        }
    }

    async fn look_at_hosts(&mut self, connections: &Connections, ledger: &Ledger) {
        let clock = self.engine.clock.clone();
        let reachable = self.reachable.unwrap_or(false);
        let news = self.hosts.look(connections, ledger, reachable, &*clock);
        for news in news.await {
            self.tell(news);
        }
    }

    /// Looks at the webhooks once and makes them right. Returns when to look again.
    async fn look(&mut self, webex: &Webex, ledger: &Ledger) -> Result<SignedDuration, Trouble> {
        let hooks = webex.list_webhooks().await?;
        let decision = self.bot.decide(&hooks);
        let mut replaced = Vec::new();
        for rival in rivals(&hooks, &self.bot.wish.identity) {
            let alive = is_alive(webex, &rival, &*self.engine.clock).await;
            if self.stays(&rival, alive, &decision)? {
                self.speak_of(&rival);
            } else {
                replaced.push((rival, alive));
            }
        }
        if replaced.iter().any(|it| self.has_answered(it)) {
            answers_since::anew(ledger, self.engine.clock.now()).await?;
        }
        for news in self.bot.carry_out(webex, &decision).await? {
            self.tell(news);
        }
        if decision.adopts && !self.has_looked {
            self.tell(HookNews::Adopted);
        }
        for (rival, alive) in replaced {
            for id in &rival.hooks {
                webex.delete_webhook(id).await?;
            }
            let by = rival.taken();
            self.tell(HookNews::Replaced { by, alive });
        }
        self.take_over = false;
        self.has_looked = true;
        self.heal(webex, ledger, &decision.inactive).await
    }

    /// Whether another's webhooks are left as they are.
    fn stays(&self, rival: &Rival, alive: bool, decision: &Decision) -> Result<bool, Trouble> {
        match alive && !self.take_over {
            // It may have replaced ours; or this process has just begun, and has no right to theirs.
            true if !self.has_looked || decision.begins(&self.bot.wish) => {
                Err(Trouble::Taken(rival.taken()))
            }
            stays => Ok(stays),
        }
    }

    /// Whether another is taken to have answered what this ledger knows nothing of.
    fn has_answered(&self, (rival, alive): &(Rival, bool)) -> bool {
        *alive || rival.name.identity.event == self.bot.wish.identity.event
    }

    fn speak_of(&mut self, rival: &Rival) {
        if !self.shared.contains(&rival.name.identity) {
            self.shared.push(rival.name.identity.clone());
            self.tell(HookNews::Shared(rival.taken()));
        }
    }

    /// Switches on again what Webex has shut off, once its time is over. Returns when to look again.
    async fn heal(
        &mut self,
        webex: &Webex,
        ledger: &Ledger,
        inactive: &[WebhookId],
    ) -> Result<SignedDuration, Trouble> {
        let now = self.engine.clock.now();
        if inactive.is_empty() {
            self.set_state(HookState::Registered);
        }
        let Some(off) = self.bot.off(ledger, inactive, now).await? else {
            self.is_reachable(webex).await;
            return Ok(LOOK);
        };
        let until = off.until;
        if off.is_new {
            self.tell(HookNews::ShutOff { until });
        }
        let reachable = self.is_reachable(webex).await;
        if now < until {
            self.set_state(HookState::ShutOff { until });
            return Ok(RETRY.max(until.duration_since(now)).min(LOOK));
        }
        self.bot
            .switch_on(webex, ledger, inactive, off, reachable, now)
            .await?;
        self.tell(HookNews::Healed { reachable });
        self.set_state(HookState::Registered);
        Ok(LOOK)
    }

    /// Whether this event answers at its public address.
    async fn is_reachable(&mut self, webex: &Webex) -> bool {
        let answer = answers_at(webex, &self.bot.wish.target, &*self.engine.clock).await;
        let reachable = answer.as_ref() == Some(&self.bot.wish.identity);
        if self.reachable.unwrap_or(true) != reachable {
            self.tell(HookNews::Reachable(reachable));
        }
        self.reachable = Some(reachable);
        reachable
    }

    fn trouble(&self, error: &dyn std::error::Error) {
        let reason = error.to_string();
        tracing::info!(reason, "the webhooks cannot be looked at");
        self.set_state(HookState::Trouble { reason });
    }

    fn set_state(&self, state: HookState) {
        self.state.send_if_modified(|now| {
            let news = *now != state;
            *now = state;
            news
        });
    }

    fn tell(&self, news: HookNews) {
        tracing::info!(?news, "webhooks");
        // Without a listener, the log has it.
        let _ = self.news.send(news);
    }
}
