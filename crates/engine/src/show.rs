//! The show as the ledger has it: log, deliveries, and the schedule in force.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use showcaller_event::model::{CueId, CueKey, CueRecipient, DayId};
use showcaller_ledger::{
    Error as LedgerError, Ledger, MessageKey, MessageKind, MessageOutcome, MessagesHead, Operation,
    OperationId, OperationState, Recipient,
};
use showcaller_show::{Board, Delivery, DeliveryState, Logged, Scene, Setting};

use crate::{Error, InForce, show_log};

/// The show as the ledger has it.
#[derive(Debug)]
pub struct Show {
    /// What is in force.
    pub in_force: Arc<InForce>,
    /// The show log.
    pub log: Vec<Logged>,
    /// Every delivery, in the order of `rows`.
    deliveries: Vec<Delivery>,
    /// The rows of the deliveries.
    rows: Vec<Operation>,
    places: BTreeMap<OperationId, usize>,
    by_cue: BTreeMap<CueKey, BTreeMap<(u32, CueRecipient), usize>>,
    /// Rows of other kinds: an operator's own messages, deletions and corrections.
    others: BTreeMap<MessageKey, Operation>,
    marks: Marks,
}

/// Tells whether the ledger has something newer.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Marks {
    log: i64,
    messages: MessagesHead,
}

impl Marks {
    async fn read(ledger: &Ledger) -> Result<Self, LedgerError> {
        Ok(Self {
            log: ledger.show_log_head().await?,
            messages: ledger.show_messages_head().await?,
        })
    }
}

impl Show {
    /// Reads all of it.
    ///
    /// # Errors
    ///
    /// The ledger cannot be read, or another build wrote an entry of the log.
    pub async fn read(ledger: &Ledger, in_force: Arc<InForce>) -> Result<Self, Error> {
        let marks = Marks::read(ledger).await?;
        let mut show = Self {
            log: Vec::new(),
            deliveries: Vec::new(),
            rows: Vec::new(),
            places: BTreeMap::new(),
            by_cue: BTreeMap::new(),
            others: BTreeMap::new(),
            in_force,
            marks,
        };
        show.read_log(ledger).await?;
        show.read_deliveries(ledger).await?;
        Ok(show)
    }

    /// Takes up what is newer. With `written`, entries of the log that are new were written then, whatever
    /// the clock of their writer says. Returns whether anything is newer.
    pub(crate) async fn refresh(
        &mut self,
        ledger: &Ledger,
        in_force: Arc<InForce>,
        written: Option<Timestamp>,
    ) -> Result<bool, Error> {
        let another = !Arc::ptr_eq(&self.in_force, &in_force);
        self.in_force = in_force;
        let marks = Marks::read(ledger).await?;
        if marks.log != self.marks.log {
            let known = self.log.len();
            self.read_log(ledger).await?;
            for logged in &mut self.log[known..] {
                logged.at = written.unwrap_or(logged.at);
            }
        }
        // Ids stand for other rooms and people where something else is in force.
        if another || marks.messages != self.marks.messages {
            self.read_deliveries(ledger).await?;
        }
        let newer = another || self.marks != marks;
        self.marks = marks;
        Ok(newer)
    }

    async fn read_log(&mut self, ledger: &Ledger) -> Result<(), Error> {
        let last = self.log.last().map_or(0, |logged| logged.number);
        self.log.extend(show_log::read(ledger, last).await?);
        Ok(())
    }

    async fn read_deliveries(&mut self, ledger: &Ledger) -> Result<(), Error> {
        let operations = ledger.messages_of(MessageKind::Delivery).await?;
        self.rows.clear();
        self.deliveries.clear();
        self.places.clear();
        self.by_cue.clear();
        for operation in operations {
            let Some(delivery) = self.delivery(&operation) else {
                continue;
            };
            let place = self.rows.len();
            let of_cue = self.by_cue.entry(delivery.cue.clone()).or_default();
            of_cue.insert((delivery.generation, delivery.recipient.clone()), place);
            self.places.insert(operation.id, place);
            self.deliveries.push(delivery);
            self.rows.push(operation);
        }
        self.others.clear();
        for kind in [MessageKind::Say, MessageKind::Recall, MessageKind::Correct] {
            let rows = ledger.messages_of(kind).await?.into_iter();
            self.others
                .extend(rows.filter_map(|row| Some((row.key.clone()?, row))));
        }
        Ok(())
    }

    /// A row as a delivery; `None` for a recipient whom nothing in force names any more.
    fn delivery(&self, operation: &Operation) -> Option<Delivery> {
        let key = operation.key.as_ref()?.as_delivery()?;
        let recipient = self.recipient(key.recipient)?;
        Some(Delivery {
            cue: CueKey {
                cue: CueId::new(key.cue),
                day: key.day.map(DayId::new),
            },
            recipient,
            generation: key.generation,
            attempt: u32::try_from(operation.attempts).unwrap_or(u32::MAX),
            state: state(operation),
            since: operation.changed_at,
        })
    }

    fn recipient(&self, recipient: Recipient) -> Option<CueRecipient> {
        let directory = &self.in_force.directory;
        Some(match recipient {
            Recipient::Room(id) => CueRecipient::Room(directory.room_of(id)?.clone()),
            Recipient::Person(id) => CueRecipient::Person(directory.person_of(id)?.clone()),
        })
    }

    /// Shows the state of every cue at this moment. `clock_trusted` as in [`Setting`].
    pub fn board<R>(
        &self,
        now: Timestamp,
        clock_trusted: bool,
        look: impl FnOnce(&Board<'_>) -> R,
    ) -> R {
        let in_force = &self.in_force;
        let scene = Scene {
            event: &in_force.event,
            schedule: &in_force.schedule,
            facts: &|meeting| in_force.facts(meeting).cloned(),
            organisers_only: false,
            now,
        };
        let setting = Setting {
            scene: &scene,
            log: &self.log,
            deliveries: &self.deliveries,
            clock_trusted,
        };
        look(&Board::of(&setting))
    }

    /// The row of a delivery.
    pub(crate) fn row_of(&self, delivery: &Delivery) -> Option<&Operation> {
        self.delivered(&delivery.cue, delivery.generation, &delivery.recipient)
    }

    /// The rows of deliveries.
    pub(crate) fn rows_of<'d>(
        &self,
        deliveries: impl IntoIterator<Item = &'d Delivery>,
    ) -> Vec<Operation> {
        let rows = deliveries.into_iter().filter_map(|it| self.row_of(it));
        rows.cloned().collect()
    }

    /// The delivery of a cue, under this name, to a recipient.
    pub(crate) fn delivered(
        &self,
        cue: &CueKey,
        generation: u32,
        to: &CueRecipient,
    ) -> Option<&Operation> {
        let of_cue = self.by_cue.get(cue)?;
        let place = of_cue.get(&(generation, to.clone()))?;
        self.rows.get(*place)
    }

    /// A row of another kind.
    pub(crate) fn other(&self, key: &MessageKey) -> Option<&Operation> {
        self.others.get(key)
    }

    /// The row with this id.
    pub(crate) fn row(&self, id: OperationId) -> Option<&Operation> {
        match self.places.get(&id) {
            Some(place) => self.rows.get(*place),
            None => self.others.values().find(|row| row.id == id),
        }
    }

    /// Every row.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &Operation> {
        self.rows.iter().chain(self.others.values())
    }

    /// Whether nothing is to be expected of any row.
    pub(crate) fn is_finished(&self) -> bool {
        let finished = [OperationState::Done, OperationState::Failed];
        self.rows().all(|row| finished.contains(&row.state))
    }

    /// The rows whose outcome is not known.
    pub(crate) fn in_doubt(&self) -> impl Iterator<Item = &Operation> {
        let rows = self.rows();
        rows.filter(|row| row.state == OperationState::Unclear)
    }

    /// Notes what became of a row, until it is read again.
    pub(crate) fn note(&mut self, id: OperationId, outcome: &MessageOutcome, at: Timestamp) {
        let row = match self.places.get(&id) {
            Some(place) => &mut self.rows[*place],
            None => match self.others.values_mut().find(|row| row.id == id) {
                Some(row) => row,
                None => return,
            },
        };
        (row.state, row.reason) = match outcome {
            MessageOutcome::Done(_) => (OperationState::Done, None),
            MessageOutcome::Failed { reason, .. } => (OperationState::Failed, Some(reason.clone())),
            MessageOutcome::Unclear { reason } => (OperationState::Unclear, Some(reason.clone())),
            MessageOutcome::NotSent { reason } => (OperationState::Waiting, Some(reason.clone())),
        };
        row.changed_at = at;
        if let Some(place) = self.places.get(&id) {
            self.deliveries[*place].state = state(&self.rows[*place]);
            self.deliveries[*place].since = at;
        }
    }

    /// How many entries the log has, by the number of the last.
    #[must_use]
    pub fn head(&self) -> i64 {
        self.marks.log
    }
}

fn state(operation: &Operation) -> DeliveryState {
    let reason = || operation.reason.clone().unwrap_or_default();
    match operation.state {
        OperationState::Waiting => DeliveryState::Waiting,
        OperationState::Sending => DeliveryState::Sending,
        OperationState::Done => DeliveryState::Sent,
        OperationState::Failed => DeliveryState::Failed { reason: reason() },
        OperationState::Unclear => DeliveryState::Unclear { reason: reason() },
    }
}
