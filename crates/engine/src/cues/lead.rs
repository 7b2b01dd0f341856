//! The leader: it alone sends cues, under the lease `cues`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use showcaller_ledger::{
    Claim, Ledger, MessageKind, MessageOutcome, NewMessage, Operation, OperationId, OperationState,
};
use showcaller_show::{LOOKED_UP_FOR, NO_ACCOUNT};
use showcaller_webex::{Lane, Webex};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::accounts::Accounts;
use super::clock_watch::ClockWatch;
use super::context::Context;
use super::deed::Deed;
use super::job::{Ended, Job, Task};
use super::orders::{self, Orders};
use super::scope::Scope;
use super::tell;
use crate::Error;
use crate::floor::Held;
use crate::show::Show;

/// How often the ledger is asked for something newer.
const LOOK: SignedDuration = SignedDuration::from_secs(1);
/// How long a message that was not sent waits before it is tried again.
const PAUSE: SignedDuration = SignedDuration::from_secs(2);
/// How long after an attempt in doubt Webex is asked, and how often.
const SETTLES_AFTER: SignedDuration = SignedDuration::from_secs(5);

/// The leader's work, as long as the lease is held.
pub(super) struct Lead<'a> {
    context: &'a Context,
    held: &'a Held,
    webex: Webex,
    ledger: Ledger,
    watch: ClockWatch,
    show: Show,
    /// What is to be done, in this order, by the last look.
    queue: VecDeque<(OperationId, Task)>,
    tasks: JoinSet<()>,
    /// Where tasks say how they ended.
    ended: (mpsc::UnboundedSender<Ended>, mpsc::UnboundedReceiver<Ended>),
    /// What is under way, and for whom.
    under_way: BTreeMap<OperationId, String>,
    /// When what was not sent, or is in doubt, is taken up again.
    not_before: BTreeMap<OperationId, Timestamp>,
    /// Who has an account, of those who were asked for.
    accounts: Accounts,
    scope: Scope,
}

impl<'a> Lead<'a> {
    pub(super) async fn begin(
        context: &'a Context,
        held: &'a Held,
        scope: Scope,
    ) -> Result<Self, Error> {
        let bot = &context.connections.bot;
        let webex = bot.on_lane(Lane::Cue).guarded(held.permit());
        let ledger = held.fenced(&context.ledger);
        Ok(Self {
            watch: ClockWatch::new(&*context.clock),
            show: Show::read(&ledger, context.in_force.refreshed().await).await?,
            context,
            held,
            webex,
            ledger,
            queue: VecDeque::new(),
            tasks: JoinSet::new(),
            ended: mpsc::unbounded_channel(),
            under_way: BTreeMap::new(),
            not_before: BTreeMap::new(),
            accounts: Accounts::default(),
            scope,
        })
    }

    /// Takes over what others that led before have left behind: what waits at once, and what they were
    /// sending once they are dead. One that is alive writes how its calls ended.
    async fn adopt(&self) -> Result<bool, Error> {
        let (process, clock) = (&self.context.process, &self.context.clock);
        let (by, now) = (process.instance(), self.webex.now());
        let of_others = |row: &Operation| {
            let unfinished = [OperationState::Waiting, OperationState::Sending];
            unfinished.contains(&row.state) && row.claimed_by != Some(by.id)
        };
        // An earlier lead of this process has ended, and all of its calls.
        let forgotten = |row: &Operation| {
            let ours = row.claimed_by == Some(by.id) && row.state == OperationState::Sending;
            ours && !self.under_way.contains_key(&row.id)
        };
        let forgotten: Vec<_> = self.show.rows().filter(|row| forgotten(row)).collect();
        for row in &forgotten {
            let reason = "it is not known how the call ended".to_owned();
            let outcome = MessageOutcome::Unclear { reason };
            let noted = self.ledger.finish_message(row.attempt(), &outcome, now);
            noted.await?;
        }
        if !self.show.rows().any(of_others) {
            return Ok(!forgotten.is_empty());
        }
        for kind in MessageKind::OF_THE_SHOW {
            for claimant in self.ledger.claimants(kind).await? {
                let is_dead = process.counts_as_dead(claimant.process.as_ref(), &**clock);
                if claimant.instance != by.id && is_dead {
                    let taken = self.ledger.take_over_messages(kind, &claimant, by, now);
                    taken.await?;
                }
            }
        }
        let kinds = MessageKind::OF_THE_SHOW;
        let adopted = self.ledger.adopt_waiting(&kinds, self.held.lease(), now);
        adopted.await?;
        Ok(true)
    }

    /// Waits for the calls that are under way, so that it is known how they ended. No further one leaves
    /// once the lease is lost.
    pub(super) async fn drain(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }

    /// Leads until it is to stop, or until nothing is left within its scope.
    ///
    /// # Errors
    ///
    /// The lease is lost, or the ledger fails.
    pub(super) async fn run(&mut self) -> Result<(), Error> {
        let mut looked = Timestamp::MIN;
        loop {
            let now = self.context.clock.now();
            if now.duration_since(looked).abs() >= LOOK {
                self.look().await?;
                looked = now;
                if self.is_over() {
                    return Ok(());
                }
            }
            self.launch();
            tokio::select! {
                Some(ended) = self.ended.1.recv() => self.note(&ended),
                () = self.context.clock.sleep(LOOK) => {}
                () = self.context.stop.wait(), if !self.context.stop.asked() => looked = Timestamp::MIN,
            }
        }
    }

    fn is_over(&self) -> bool {
        let is_done =
            || self.queue.is_empty() && !self.show.in_doubt().any(|it| self.is_looked_up(it));
        let stops = self.context.stop.asked() || !self.scope.is_all() && is_done();
        stops && self.under_way.is_empty()
    }

    /// Takes up what the ledger has that is newer, and decides what is to be done until the next look.
    async fn look(&mut self) -> Result<(), Error> {
        // First, so that everything that follows goes by Webex's time.
        self.watch.check(&*self.context.clock, &self.webex).await;
        self.refresh().await?;
        if self.adopt().await? {
            self.refresh().await?;
        }
        if self.context.stop.asked() {
            self.queue.clear();
            return Ok(());
        }
        if self.scope.is_all() {
            self.tell().await;
        }
        let mut orders = self.decide();
        self.accounts.look(&self.webex, &orders.claim).await;
        if self.write(&orders).await? {
            self.refresh().await?;
            orders = self.decide();
        }
        let go = orders.go.into_iter().map(|id| (id, Task::Do));
        let doubtful = self.doubtful().map(|id| (id, Task::LookUp));
        self.queue = go.chain(doubtful).collect();
        Ok(())
    }

    async fn refresh(&mut self) -> Result<(), Error> {
        let in_force = self.context.in_force.refreshed().await;
        let now = self.webex.now();
        self.show.refresh(&self.ledger, in_force, now).await
    }

    /// Tells the operators what needs them.
    async fn tell(&mut self) {
        let now = self.webex.now();
        let attention = self
            .show
            .board(now, self.watch.is_trusted(), |board| board.attention(now));
        if let Err(error) = tell::tell(&self.show, &self.ledger, attention, now).await {
            tracing::warn!(%error, "the operators are not told yet what needs them");
        }
    }

    fn decide(&self) -> Orders {
        let (now, trusted) = (self.webex.now(), self.watch.is_trusted());
        self.show.board(now, trusted, |board| {
            orders::decide(&self.show, board, now, &self.scope)
        })
    }

    /// Writes what is decided into the ledger. Returns whether there was anything.
    async fn write(&self, orders: &Orders) -> Result<bool, Error> {
        let (by, now) = (self.context.process.instance(), self.webex.now());
        // All of one decision in one transaction.
        if !orders.claim.is_empty() {
            let claims = self.ledger.claim(&orders.claim, by, now).await?;
            tracing::info!(messages = orders.claim.len(), "claimed");
            for (message, claim) in orders.claim.iter().zip(claims) {
                if let Claim::Won(id) = claim
                    && self.accounts.lacks(message)
                {
                    self.leave_out(id, message).await?;
                }
            }
        }
        for (row, anew) in &orders.reopen {
            self.ledger.reopen(row.attempt(), anew, by, now).await?;
        }
        for row in &orders.not_arrived {
            let reason = "a person said that it did not arrive".to_owned();
            let outcome = MessageOutcome::NotSent { reason };
            let settled = self.ledger.settle_message(row.attempt(), &outcome, by, now);
            settled.await?;
        }
        for row in &orders.arrived {
            let outcome = MessageOutcome::Done(json!({"by": "a person's word"}));
            let settled = self.ledger.settle_message(row.attempt(), &outcome, by, now);
            settled.await?;
        }
        for row in &orders.withdraw {
            let reason = "a later decision took its place";
            let withdrawn = self.ledger.withdraw(row.attempt(), reason, &row.body, now);
            withdrawn.await?;
        }
        Ok(!orders.is_empty())
    }

    /// Begins as much as Webex takes at once, one thing for each recipient.
    fn launch(&mut self) {
        let width = self.webex.width();
        let now = self.webex.now();
        let mut busy: BTreeSet<String> = self.under_way.values().cloned().collect();
        let mut left = VecDeque::with_capacity(self.queue.len());
        while let Some((id, task)) = self.queue.pop_front() {
            if self.under_way.len() >= width {
                left.push_back((id, task));
                left.append(&mut self.queue);
                break;
            }
            let Some(row) = self.show.row(id) else {
                continue;
            };
            let waits = self.not_before.get(&id).is_some_and(|at| *at > now);
            if waits || !busy.insert(row.address.clone()) {
                left.push_back((id, task));
                continue;
            }
            self.begin_job(id, task);
        }
        self.queue = left;
    }

    fn begin_job(&mut self, id: OperationId, task: Task) {
        let Some(row) = self.show.row(id) else { return };
        let deed = match Deed::read(row) {
            Ok(deed) => deed,
            Err(error) => {
                tracing::warn!(%error, %id, "a row of the outbox cannot be read");
                return;
            }
        };
        let job = Job {
            webex: self.webex.clone(),
            ledger: self.ledger.clone(),
            clock: Arc::clone(&self.context.clock),
            stop: self.context.stop.clone(),
            by: self.context.process.instance().clone(),
            me: self.context.me.clone(),
            id,
            attempt: row.attempt(),
            deed,
            task,
        };
        self.under_way.insert(id, row.address.clone());
        let ended = self.ended.0.clone();
        let work = Box::pin(async move {
            // Once the leader is gone, its successor reads it from the ledger.
            let _ = ended.send(job.run().await);
        });
        self.tasks.spawn(self.context.clock.task(work));
    }

    /// Ends a message that was claimed just now, before any attempt.
    async fn leave_out(&self, id: OperationId, message: &NewMessage) -> Result<(), Error> {
        let Some(row) = self.ledger.operation(id).await? else {
            return Ok(());
        };
        let now = self.context.clock.now();
        let withdrawn = self
            .ledger
            .withdraw(row.attempt(), NO_ACCOUNT, &message.body, now);
        withdrawn.await?;
        Ok(())
    }

    /// What is in doubt and to be looked up now.
    fn doubtful(&self) -> impl Iterator<Item = OperationId> {
        let now = self.webex.now();
        let settles = move |row: &&Operation| {
            let since = now.duration_since(row.changed_at);
            since.is_negative() || since >= SETTLES_AFTER
        };
        let in_doubt = self.show.in_doubt().filter(|row| self.is_looked_up(row));
        in_doubt.filter(settles).map(|row| row.id)
    }

    /// Whether a row in doubt is not left to a person yet.
    fn is_looked_up(&self, row: &Operation) -> bool {
        self.webex.now().duration_since(row.changed_at) < LOOKED_UP_FOR
    }

    /// Notes how something ended.
    fn note(&mut self, ended: &Ended) {
        while self.tasks.try_join_next().is_some() {}
        self.under_way.remove(&ended.id);
        let now = self.webex.now();
        self.not_before.retain(|_, at| *at > now);
        let pause = match ended.outcome {
            Some(MessageOutcome::NotSent { .. }) => PAUSE,
            _ => SETTLES_AFTER,
        };
        let again = now.checked_add(pause).unwrap_or(now);
        self.not_before.insert(ended.id, again);
        if let Some(outcome) = &ended.outcome {
            self.show.note(ended.id, outcome, now);
        }
    }
}
