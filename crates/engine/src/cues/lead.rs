//! The leader: it alone sends cues, under the lease `cues`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use showcaller_ledger::{
    Ledger, MessageKind, MessageOutcome, MessagesHead, Operation, OperationId, OperationState,
};
use showcaller_show::LOOKED_UP_FOR;
use showcaller_webex::{Announced, Lane, Webex};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::context::Context;
use super::deed::Deed;
use super::job::{Ended, Job, Task};
use super::orders::{self, Orders};
use super::rest::Rest;
use super::scope::Scope;
use super::{changed, tell, turn};
use crate::floor::{ClockWatch, Held};
use crate::show::Show;
use crate::{Error, InForce};

/// How often the ledger is asked for something newer.
const LOOK: SignedDuration = SignedDuration::from_secs(1);
/// How long a message that was not sent waits before it is tried again.
const PAUSE: SignedDuration = SignedDuration::from_secs(2);
/// How much another clock is another one.
const NEWS_OF_CLOCK: SignedDuration = SignedDuration::from_secs(2);
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
    /// Of that, what could go now: no answer goes before it.
    announced: Announced,
    tasks: JoinSet<()>,
    /// Where tasks say how they ended.
    ended: (mpsc::UnboundedSender<Ended>, mpsc::UnboundedReceiver<Ended>),
    /// What is under way, and for whom.
    under_way: BTreeMap<OperationId, String>,
    /// When what was not sent, or is in doubt, is taken up again.
    not_before: BTreeMap<OperationId, Timestamp>,
    scope: Scope,
    /// How far Webex's clock is ahead by what the ledger was told.
    noted_ahead: Option<SignedDuration>,
    /// What was in force, and what was sent, when they were last compared.
    compared: Option<(Arc<InForce>, MessagesHead)>,
    /// There was nothing to do at the last look.
    rest: Option<Rest>,
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
            announced: webex.announce(0),
            watch: ClockWatch::new(&*context.clock),
            show: Show::receive(&ledger, context.in_force.refreshed().await, webex.now())
                .await?
                .led_by(context.process.instance().id),
            context,
            held,
            webex,
            ledger,
            queue: VecDeque::new(),
            tasks: JoinSet::new(),
            ended: mpsc::unbounded_channel(),
            under_way: BTreeMap::new(),
            not_before: BTreeMap::new(),
            scope,
            noted_ahead: None,
            compared: None,
            rest: None,
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
                biased;
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
        // Nothing else need be written for a long time.
        self.held.confirm().await?;
        // First, so that everything that follows goes by Webex's time.
        let trusted = self.watch.is_trusted();
        self.watch.check(&*self.context.clock, &self.webex).await;
        self.note_clock().await?;
        let newer = self.refresh().await? || trusted != self.watch.is_trusted();
        let rest = self.rest.take().filter(|_| !newer && self.is_at_rest());
        self.rest = rest.filter(|rest| rest.holds(self.webex.now()));
        if self.rest.is_some() {
            return Ok(());
        }
        if self.adopt().await? {
            self.refresh().await?;
        }
        if self.context.stop.asked() {
            self.queue.clear();
            return Ok(());
        }
        let told = !self.scope.is_all() || self.tell().await;
        let (mut orders, next_change) = self.decide();
        if self.write(&orders).await? {
            self.refresh().await?;
            (orders, _) = self.decide();
        } else if told {
            self.rest = Some(Rest::new(self.webex.now(), next_change));
        }
        let go = orders.go.into_iter().map(|id| (id, Task::Do));
        let doubtful = self.doubtful().map(|id| (id, Task::LookUp));
        self.queue = go.chain(doubtful).collect();
        Ok(())
    }

    async fn note_clock(&mut self) -> Result<(), Error> {
        let ahead = self.webex.offset();
        let noted = self.noted_ahead;
        if noted.is_none_or(|noted| (noted - ahead).abs() > NEWS_OF_CLOCK) {
            let by = self.context.process.instance();
            turn::note(&self.ledger, by, ahead).await?;
            self.noted_ahead = Some(ahead);
        }
        Ok(())
    }

    /// Whether nothing is under way, to be done, or in doubt.
    fn is_at_rest(&self) -> bool {
        let is_idle = self.queue.is_empty() && self.under_way.is_empty();
        is_idle && !self.context.stop.asked() && self.show.is_finished()
    }

    async fn refresh(&mut self) -> Result<bool, Error> {
        let in_force = self.context.in_force.refreshed().await;
        let now = self.webex.now();
        self.show.refresh(&self.ledger, in_force, Some(now)).await
    }

    /// Tells the operators what they have to know. Returns whether they are told.
    async fn tell(&mut self) -> bool {
        let now = self.webex.now();
        let told = self.try_to_tell(now).await;
        if let Err(error) = &told {
            tracing::warn!(%error, "the operators are not told yet");
        }
        told.is_ok()
    }

    async fn try_to_tell(&mut self, now: Timestamp) -> Result<(), Error> {
        let (show, ledger) = (&self.show, &self.ledger);
        let trusted = self.watch.is_trusted();
        let (attention, meetings) = show.board(now, trusted, |board| {
            (board.attention(now), board.meetings_attention())
        });
        tell::attention(show, ledger, attention, now).await?;
        if trusted {
            tell::meetings(show, ledger, meetings, now).await?;
        }
        let ahead = self.webex.offset();
        if trusted && turn::is_off(ahead) {
            let machine = &self.context.process.instance().name;
            tell::clock(show, ledger, (machine, ahead), now).await?;
        }
        // What is sent is compared with what holds when one of them is another: a message that was under way
        // when the schedule changed is sent later.
        let (in_force, sent) = (Arc::clone(&show.in_force), show.messages_head().clone());
        let is_it =
            |it: &(Arc<InForce>, MessagesHead)| Arc::ptr_eq(&it.0, &in_force) && it.1 == sent;
        if !self.compared.as_ref().is_some_and(is_it) {
            let changed = show.board(now, trusted, |board| changed::changed(show, board, now));
            if tell::changed(show, ledger, changed, now).await? {
                self.compared = Some((in_force, sent));
            }
        }
        Ok(())
    }

    /// What is to be done, and when that is something else by itself.
    fn decide(&self) -> (Orders, Option<Timestamp>) {
        let (now, trusted) = (self.webex.now(), self.watch.is_trusted());
        self.show.board(now, trusted, |board| {
            let orders = orders::decide(&self.show, board, now, &self.scope);
            (orders, board.next_change())
        })
    }

    /// Writes what is decided into the ledger. Returns whether there was anything.
    async fn write(&self, orders: &Orders) -> Result<bool, Error> {
        let (by, now) = (self.context.process.instance(), self.webex.now());
        // All of one decision in one transaction.
        if !orders.claim.is_empty() {
            self.ledger.claim(&orders.claim, by, now).await?;
            tracing::info!(messages = orders.claim.len(), "claimed");
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
        for (row, reason) in &orders.withdraw {
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
            // What pauses keeps its place: nothing later for the same recipient overtakes it.
            let is_free = busy.insert(row.address.clone());
            if waits || !is_free {
                left.push_back((id, task));
                continue;
            }
            self.begin_job(id, task);
        }
        self.queue = left;
        let could_go = |(id, task): &&(OperationId, Task)| {
            let is_new = *task == Task::Do && !self.under_way.contains_key(id);
            is_new && self.not_before.get(id).is_none_or(|at| *at <= now)
        };
        let could_go = self.queue.iter().filter(could_go).count();
        self.announced.set(could_go);
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
        let rewritten = match task {
            Task::Do => orders::rewritten(&self.show, self.webex.now(), row),
            Task::LookUp => None,
        };
        let (deed, anew) = match rewritten {
            Some((deed, anew)) => (deed, Some(anew)),
            None => (deed, None),
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
            anew,
            task,
        };
        let announced = self.webex.announce(usize::from(task == Task::Do));
        self.under_way.insert(id, row.address.clone());
        let ended = self.ended.0.clone();
        let work = Box::pin(async move {
            // Once the leader is gone, its successor reads it from the ledger.
            let _ = ended.send(job.run(announced).await);
        });
        self.tasks.spawn(self.context.clock.task(work));
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
