//! Keeps the webhooks registered.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use showcaller_ledger::{Error as LedgerError, Ledger};
use showcaller_secret::Secret;
use showcaller_webex::{Error as WebexError, Lane, NewWebhook, Webex, WebhookId, WebhookUpdate};
use tokio::sync::{mpsc, watch};
use url::Url;

use super::decide::{Decision, Rival, Wish, decide, rivals};
use super::identity::{HOOKS_PATH, HookName, Identity};
use super::news::{HookNews, HookState, Taken};
use super::probe::answers_at;
use super::shut_off::{self, ShutOff};
use crate::answers_since;
use crate::floor::{Held, LeaseSpec, Stop};
use crate::{Engine, Error};

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
    wish: Wish,
    name: String,
    take_over: bool,
    state: watch::Sender<HookState>,
    news: mpsc::UnboundedSender<HookNews>,
    /// Those that have our secret for certain.
    set: BTreeSet<WebhookId>,
    /// Whether a look under the lease was complete: from then on the bot is known to be ours.
    has_looked: bool,
    /// When the last shut-off was noticed that was spoken of.
    shut_off: Option<Timestamp>,
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
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

impl From<WebexError> for Trouble {
    fn from(error: WebexError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<LedgerError> for Trouble {
    fn from(error: LedgerError) -> Self {
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
        Self {
            engine: engine.clone(),
            wish: Wish {
                identity: settings.identity,
                target,
                secret: settings.secret,
            },
            name: name.to_string(),
            take_over: settings.take_over,
            state: watch::Sender::new(HookState::Pending),
            news,
            set: BTreeSet::new(),
            has_looked: false,
            shut_off: None,
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
            tokio::select! {
                () = clock.sleep(RETRY) => {}
                () = stop.wait() => return Ok(()),
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
        let bot = self.engine.connections.bot.on_lane(Lane::Answer);
        let webex = bot.guarded(permit.clone());
        let ledger = held.fenced(&self.engine.ledger);
        loop {
            let pause = match self.look(&webex, &ledger).await {
                Ok(pause) => pause,
                Err(Trouble::Taken(by)) => return End::Taken(by),
                Err(Trouble::Failed(_)) if permit.may_send().await.is_err() => {
                    return End::LeaseLost;
                }
                Err(Trouble::Failed(error)) => {
                    self.trouble(&*error);
                    RETRY
                }
            };
            clock.sleep(pause).await;
        }
    }

    /// Looks at the webhooks once and makes them right. Returns when to look again.
    async fn look(&mut self, webex: &Webex, ledger: &Ledger) -> Result<SignedDuration, Trouble> {
        let hooks = webex.list_webhooks().await?;
        let decision = decide(&hooks, &self.wish, &self.set);
        let mut replaced = Vec::new();
        for rival in rivals(&hooks, &self.wish.identity) {
            let alive = self.is_alive(webex, &rival).await;
            if self.stays(&rival, alive, &decision)? {
                self.speak_of(&rival);
            } else {
                replaced.push((rival, alive));
            }
        }
        if replaced.iter().any(|it| self.has_answered(it)) {
            answers_since::anew(ledger, self.engine.clock.now()).await?;
        }
        self.carry_out(webex, &decision).await?;
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
            true if !self.has_looked || decision.begins() => Err(Trouble::Taken(rival.taken())),
            stays => Ok(stays),
        }
    }

    /// Whether another is taken to have answered what this ledger knows nothing of.
    fn has_answered(&self, (rival, alive): &(Rival, bool)) -> bool {
        *alive || rival.name.identity.event == self.wish.identity.event
    }

    fn speak_of(&mut self, rival: &Rival) {
        if !self.shared.contains(&rival.name.identity) {
            self.shared.push(rival.name.identity.clone());
            self.tell(HookNews::Shared(rival.taken()));
        }
    }

    async fn is_alive(&self, webex: &Webex, rival: &Rival) -> bool {
        let clock = &*self.engine.clock;
        let asked = rival.targets.iter();
        let asked = asked.map(|target| answers_at(webex, target, clock));
        let answers = futures::future::join_all(asked).await;
        let identity = &rival.name.identity;
        answers.iter().flatten().any(|answer| answer == identity)
    }

    async fn carry_out(&mut self, webex: &Webex, decision: &Decision) -> Result<(), WebexError> {
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
            HookNews::Made(decision.create.len()),
            HookNews::Changed(decision.change.len()),
            HookNews::Deleted(decision.delete.len()),
        ];
        for news in counted {
            if !matches!(
                news,
                HookNews::Made(0) | HookNews::Changed(0) | HookNews::Deleted(0)
            ) {
                self.tell(news);
            }
        }
        if decision.adopts && !self.has_looked {
            self.tell(HookNews::Adopted);
        }
        Ok(())
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
            shut_off::at_work(ledger, now).await?;
            self.is_reachable(webex).await;
            return Ok(LOOK);
        }
        let before = shut_off::read(ledger).await?;
        let shut_off = ShutOff::seen(before.clone(), now);
        if before.as_ref() != Some(&shut_off) {
            shut_off::write(ledger, &shut_off).await?;
        }
        let until = shut_off.until();
        if self.shut_off != Some(shut_off.noticed) {
            self.shut_off = Some(shut_off.noticed);
            self.tell(HookNews::ShutOff { until });
        }
        let reachable = self.is_reachable(webex).await;
        if now < until {
            self.set_state(HookState::ShutOff { until });
            return Ok(RETRY.max(until.duration_since(now)).min(LOOK));
        }
        // Where nothing seems to answer, the address may still lead here from outside: not every network
        // lets a machine reach itself from without.
        for id in inactive {
            self.update(webex, id, true).await?;
        }
        shut_off::write(ledger, &shut_off.switched_on(reachable, now)).await?;
        self.tell(HookNews::Healed { reachable });
        self.set_state(HookState::Registered);
        Ok(LOOK)
    }

    /// Whether this event answers at its public address.
    async fn is_reachable(&mut self, webex: &Webex) -> bool {
        let answer = answers_at(webex, &self.wish.target, &*self.engine.clock).await;
        let reachable = answer.as_ref() == Some(&self.wish.identity);
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
