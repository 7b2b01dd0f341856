//! The leader: it alone sends cues, under the lease `cues`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::CueKey;
use showcaller_ledger::{
    Claim, Ledger, MessageKey, MessageKind, MessageOutcome, NewMessage, Operation, OperationId,
    OperationState, Recipient,
};
use showcaller_show::{Board, DeliveryState, RecipientState};
use showcaller_webex::{Lane, Webex};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::clock_watch::ClockWatch;
use super::compose::{self, Destination};
use super::context::Context;
use super::send::{Job, Sent, Task};
use super::show::Show;
use crate::Error;
use crate::floor::Held;
use crate::messages::{Outgoing, To};

/// How often the ledger is asked for something newer.
const LOOK: SignedDuration = SignedDuration::from_secs(1);
/// How long a message that was not sent waits before it is tried again.
const PAUSE: SignedDuration = SignedDuration::from_secs(2);
/// How long after an attempt in doubt Webex is asked, and how often.
const SETTLES_AFTER: SignedDuration = SignedDuration::from_secs(5);
/// How long a message in doubt is looked up before it is left to a person.
const LOOKED_UP_FOR: SignedDuration = SignedDuration::from_mins(2);

/// The leader's work, as long as the lease is held.
pub(super) struct Lead<'a> {
    context: &'a Context,
    webex: Webex,
    ledger: Ledger,
    watch: ClockWatch,
    show: Show,
    tasks: JoinSet<()>,
    /// Where tasks say how they ended.
    ended: (mpsc::UnboundedSender<Sent>, mpsc::UnboundedReceiver<Sent>),
    /// What is being sent or looked up, and to whom.
    under_way: BTreeMap<OperationId, String>,
    /// When what was not sent, or is in doubt, is taken up again.
    not_before: BTreeMap<OperationId, Timestamp>,
    /// The only cue that is sent; all if this is `None`.
    only: Option<CueKey>,
}

/// A recipient to whom a cue is to be sent now.
struct Due {
    key: CueKey,
    generation: u32,
    place: (usize, usize),
    waiting: Option<OperationId>,
}

impl<'a> Lead<'a> {
    pub(super) async fn begin(
        context: &'a Context,
        held: &Held,
        only: Option<CueKey>,
    ) -> Result<Self, Error> {
        let bot = &context.connections.bot;
        let webex = bot.on_lane(Lane::Cue).guarded(held.permit());
        let ledger = held.fenced(&context.ledger);
        let show = Show::read(&ledger, context.in_force.refreshed().await).await?;
        Ok(Self {
            watch: ClockWatch::new(&*context.clock),
            context,
            webex,
            ledger,
            show,
            tasks: JoinSet::new(),
            ended: mpsc::unbounded_channel(),
            under_way: BTreeMap::new(),
            not_before: BTreeMap::new(),
            only,
        })
    }

    /// Leads until it is to stop, or until nothing is left of the only cue.
    ///
    /// # Errors
    ///
    /// The lease is lost, or the ledger fails.
    pub(super) async fn run(&mut self) -> Result<(), Error> {
        self.adopt().await?;
        let mut looked = Timestamp::MIN;
        loop {
            let now = self.context.clock.now();
            if now.duration_since(looked) >= LOOK {
                self.look().await?;
                looked = now;
            }
            self.launch().await?;
            if self.is_over() {
                return Ok(());
            }
            tokio::select! {
                Some(sent) = self.ended.1.recv() => self.note(sent),
                () = self.context.clock.sleep(LOOK) => {}
                () = self.context.stop.wait(), if !self.context.stop.asked() => {}
            }
        }
    }

    fn is_over(&self) -> bool {
        if !self.under_way.is_empty() {
            return false;
        }
        let nothing_left = || {
            let board = |board: &Board<'_>| !self.in_order(board).iter().any(|_| true);
            self.show.board(self.webex.now(), false, board)
        };
        self.context.stop.asked()
            || (self.only.is_some() && nothing_left() && self.doubtful().is_empty())
    }

    /// Takes over what a process left behind that led before.
    async fn adopt(&mut self) -> Result<(), Error> {
        let (process, clock) = (&self.context.process, &self.context.clock);
        let kind = MessageKind::Delivery;
        for claimant in self.ledger.claimants(kind).await? {
            let by = process.instance();
            if claimant.instance != by.id
                && process.counts_as_dead(claimant.process.as_ref(), &**clock)
            {
                let taken = self
                    .ledger
                    .take_over_messages(kind, &claimant, by, clock.now());
                taken.await?;
            }
        }
        Ok(())
    }

    /// Takes up what the ledger has that is newer, and claims what is due.
    async fn look(&mut self) -> Result<(), Error> {
        let in_force = self.context.in_force.refreshed().await;
        let now = self.webex.now();
        self.show.refresh(&self.ledger, in_force, now).await?;
        self.watch.check(&*self.context.clock, &self.webex).await;
        self.claim().await
    }

    /// Claims all that is due and not in the ledger yet, in one transaction.
    async fn claim(&mut self) -> Result<(), Error> {
        if self.context.stop.asked() {
            return Ok(());
        }
        let due = self.due();
        let new = due.iter().filter(|due| due.waiting.is_none());
        let new: Vec<NewMessage> = new.filter_map(|due| self.row(due)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let (by, now) = (self.context.process.instance(), self.context.clock.now());
        let claims = self.ledger.claim(&new, by, now).await?;
        let won = claims.iter().filter(|claim| matches!(claim, Claim::Won(_)));
        tracing::info!(due = new.len(), claimed = won.count(), "cues");
        let in_force = self.context.in_force.latest();
        self.show
            .refresh(&self.ledger, in_force, self.webex.now())
            .await
    }

    /// What is to be sent now, in the order in which it goes.
    fn due(&self) -> Vec<Due> {
        let trusted = self.watch.is_trusted();
        self.show
            .board(self.webex.now(), trusted, |board| self.in_order(board))
    }

    fn in_order(&self, board: &Board<'_>) -> Vec<Due> {
        let waiting: BTreeMap<_, _> = self
            .show
            .rows()
            .filter(|(_, row)| row.state == OperationState::Waiting)
            .map(|(delivery, row)| {
                (
                    (&delivery.cue, &delivery.recipient, delivery.generation),
                    row.id,
                )
            })
            .collect();
        let mut due = Vec::new();
        for (cue_place, cue) in board.cues.iter().enumerate() {
            if self.only.as_ref().is_some_and(|only| *only != cue.cue.key) {
                continue;
            }
            for (place, recipient) in cue.recipients.iter().enumerate() {
                if recipient.state != RecipientState::Due {
                    continue;
                }
                let key = (&cue.key, &recipient.to.recipient, cue.generation);
                let it = Due {
                    key: cue.key.clone(),
                    generation: cue.generation,
                    place: (cue_place, place),
                    waiting: waiting.get(&key).copied(),
                };
                due.push((recipient.due, it));
            }
        }
        // Stable: at one instant in the file's order.
        due.sort_by_key(|(at, _)| *at);
        due.into_iter().map(|(_, due)| due).collect()
    }

    /// The row of a message; `None` if it cannot be written yet.
    fn row(&self, due: &Due) -> Option<NewMessage> {
        let in_force = &self.show.in_force;
        let cue = &in_force.event.cues[due.place.0];
        let to = &cue.to[due.place.1];
        let Destination { id, to: where_to } = compose::destination(in_force, &to.recipient)?;
        let (message, language) = match compose::message(in_force, cue, to) {
            Ok(message) => message,
            Err(error) => {
                tracing::warn!(cue = %due.key, to = %to.recipient, %error, "a cue cannot be written");
                return None;
            }
        };
        let recipient = match where_to {
            To::Room(_) | To::Direct(_) => Recipient::Room(id),
            To::Person(_) => Recipient::Person(id),
        };
        let day = due.key.day.as_ref().map(|day| day.as_str());
        let key = MessageKey::delivery(due.key.cue.as_str(), day, recipient, due.generation);
        let outgoing = Outgoing::new(where_to, message, language, self.webex.now());
        let revision = in_force.revision.as_ref().map(|revision| revision.id);
        let row = outgoing.row(key, to.recipient.to_string(), revision);
        row.inspect_err(|error| tracing::warn!(%error, "a cue cannot be written"))
            .ok()
    }

    /// Begins as many sends and looks as Webex takes at once, one to each recipient.
    async fn launch(&mut self) -> Result<(), Error> {
        let mut free = self.webex.width().saturating_sub(self.under_way.len());
        let mut busy: BTreeSet<String> = self.under_way.values().cloned().collect();
        let now = self.context.clock.now();
        let ready = |it: &Self, id: &OperationId| {
            it.not_before.get(id).is_none_or(|at| *at <= now) && !it.under_way.contains_key(id)
        };
        let mut tasks = Vec::new();
        if !self.context.stop.asked() {
            tasks.extend(
                self.due()
                    .iter()
                    .filter_map(|due| due.waiting.map(|id| (id, Task::Send))),
            );
        }
        tasks.extend(self.doubtful().into_iter().map(|id| (id, Task::LookUp)));
        for (id, task) in tasks {
            let Some(row) = self.show.row(id) else {
                continue;
            };
            let recipient = row.address.clone();
            if free == 0 || !busy.insert(recipient.clone()) || !ready(self, &id) {
                continue;
            }
            let Some(job) = self.job(row, task) else {
                continue;
            };
            free -= 1;
            self.under_way.insert(id, recipient);
            let ended = self.ended.0.clone();
            let task = Box::pin(async move {
                // Once the leader is gone, its successor reads it from the ledger.
                let _ = ended.send(job.run().await);
            });
            self.tasks.spawn(self.context.clock.task(task));
        }
        Ok(())
    }

    fn job(&self, row: &Operation, task: Task) -> Option<Job> {
        let outgoing = match Outgoing::read(&row.body) {
            Ok(outgoing) => outgoing,
            Err(error) => {
                tracing::warn!(%error, id = %row.id, "a cue cannot be read");
                return None;
            }
        };
        Some(Job {
            webex: self.webex.clone(),
            ledger: self.ledger.clone(),
            clock: Arc::clone(&self.context.clock),
            by: self.context.process.instance().clone(),
            me: self.context.me.clone(),
            id: row.id,
            attempt: row.attempt(),
            outgoing,
            task,
        })
    }

    /// Deliveries in doubt that are still looked up.
    fn doubtful(&self) -> Vec<OperationId> {
        let now = self.context.clock.now();
        let recent = |row: &Operation| now.duration_since(row.changed_at) < LOOKED_UP_FOR;
        let rows = self.show.rows();
        let doubtful = rows.filter(|(delivery, row)| {
            matches!(delivery.state, DeliveryState::Unclear { .. }) && recent(row)
        });
        doubtful.map(|(_, row)| row.id).collect()
    }

    /// Notes how a send or a look ended.
    fn note(&mut self, sent: Sent) {
        while self.tasks.try_join_next().is_some() {}
        self.under_way.remove(&sent.id);
        let now = self.context.clock.now();
        let again = match sent.outcome {
            Some(MessageOutcome::NotSent { .. }) => PAUSE,
            _ => SETTLES_AFTER,
        };
        self.not_before
            .insert(sent.id, now.checked_add(again).unwrap_or(now));
        if let Some(outcome) = sent.outcome {
            self.show.note(sent.id, &outcome, now);
        }
    }
}
