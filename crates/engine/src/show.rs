//! The show as the ledger has it: log, deliveries, and the schedule in force.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use showcaller_event::model::{CueId, CueKey, CueRecipient, DayId};
use showcaller_ledger::{
    Error as LedgerError, Ledger, MessageKey, MessageKind, MessageOutcome, MessagesHead, Operation,
    OperationId, OperationState, Recipient,
};
use showcaller_show::{Board, CueStatus, Delivery, DeliveryState, Logged, Scene, Setting};
use uuid::Uuid;

use crate::{Error, InForce, show_log};

/// The lease of the process that leads.
pub const LEASE: &str = "cues";

/// The show as the ledger has it.
#[derive(Debug)]
pub struct Show {
    /// What is in force.
    pub in_force: Arc<InForce>,
    /// The show log.
    pub log: Vec<Logged>,
    /// The number up to which every entry was received.
    received: i64,
    /// Every delivery, in the order of `rows`.
    deliveries: Vec<Delivery>,
    /// The rows of the deliveries.
    rows: Vec<Operation>,
    places: BTreeMap<OperationId, usize>,
    by_cue: BTreeMap<CueKey, BTreeMap<(u32, CueRecipient), usize>>,
    /// Rows of other kinds: an operator's own messages, deletions and corrections.
    others: BTreeMap<MessageKey, Operation>,
    /// Rows of deliveries whose recipients nothing in force names any more.
    removed: Vec<Operation>,
    reader: Reader,
    marks: Marks,
    /// The ledger's count of changes, where it has one: while that stays, so does the rest.
    changes: Option<u64>,
}

/// Who reads: it decides which deliveries are [in hand](Delivery::in_hand).
#[derive(Debug)]
enum Reader {
    /// A process that looks on.
    Other,
    /// The leader.
    Leader {
        instance: Uuid,
        /// Rows that were there before it led, or that another process claimed.
        left: BTreeSet<OperationId>,
    },
}

/// Tells whether the ledger has something newer.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Marks {
    log: i64,
    messages: MessagesHead,
    /// From when until when messages may have been sent that are in no row.
    unknown: Vec<(Timestamp, Timestamp)>,
    /// The process that leads, and since when.
    leader: Option<(Uuid, Timestamp)>,
}

impl Marks {
    async fn read(ledger: &Ledger) -> Result<Self, LedgerError> {
        Ok(Self {
            log: ledger.show_log_head().await?,
            messages: ledger.show_messages_head().await?,
            unknown: ledger.messages_unknown().await?,
            leader: ledger
                .holder(LEASE)
                .await?
                .and_then(|holder| Some((holder.instance?, holder.since))),
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
        Self::begin(ledger, in_force, None).await
    }

    /// The same, as the leader, with Webex's time: the entries are received.
    pub(crate) async fn receive(
        ledger: &Ledger,
        in_force: Arc<InForce>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        Self::begin(ledger, in_force, Some(now)).await
    }

    async fn begin(
        ledger: &Ledger,
        in_force: Arc<InForce>,
        received: Option<Timestamp>,
    ) -> Result<Self, Error> {
        let changes = ledger.changes();
        let marks = Marks::read(ledger).await?;
        if let Some(at) = received {
            // They were written before this process led.
            ledger.receive_show_entries(marks.log, at).await?;
        }
        let mut show = Self {
            log: Vec::new(),
            received: 0,
            deliveries: Vec::new(),
            rows: Vec::new(),
            places: BTreeMap::new(),
            by_cue: BTreeMap::new(),
            others: BTreeMap::new(),
            removed: Vec::new(),
            reader: Reader::Other,
            in_force,
            marks,
            changes,
        };
        let head = show.marks.log;
        show.read_log(ledger, head).await?;
        show.read_deliveries(ledger).await?;
        Ok(show)
    }

    /// Of which state of the outbox it is.
    pub(crate) fn messages_head(&self) -> &MessagesHead {
        &self.marks.messages
    }

    /// Whether the ledger certainly has nothing newer.
    pub(crate) fn is_latest(&self, ledger: &Ledger) -> bool {
        self.changes.is_some() && self.changes == ledger.changes()
    }

    /// The same for a process that begins to lead: what is there by now, others have left behind.
    pub(crate) fn led_by(mut self, instance: Uuid) -> Self {
        for delivery in &mut self.deliveries {
            delivery.in_hand = false;
        }
        let rows = self.rows.iter().chain(&self.removed);
        let left = rows.map(|row| row.id).collect();
        self.reader = Reader::Leader { instance, left };
        self
    }

    /// Takes up what is newer. With `received`, as the leader: new entries of the log are received at this
    /// time. Returns whether anything is newer.
    pub(crate) async fn refresh(
        &mut self,
        ledger: &Ledger,
        in_force: Arc<InForce>,
        received: Option<Timestamp>,
    ) -> Result<bool, Error> {
        let another = !Arc::ptr_eq(&self.in_force, &in_force);
        self.in_force = in_force;
        if self.is_latest(ledger) && !another {
            return Ok(false);
        }
        let changes = ledger.changes();
        let marks = Marks::read(ledger).await?;
        if marks.log != self.marks.log || self.received < marks.log {
            if let Some(at) = received {
                ledger.receive_show_entries(self.marks.log, at).await?;
            }
            self.read_log(ledger, marks.log).await?;
        }
        let messages = marks.messages != self.marks.messages || marks.leader != self.marks.leader;
        let newer = another || self.marks != marks;
        self.marks = marks;
        if messages || another {
            self.read_deliveries(ledger).await?;
        }
        self.changes = changes;
        Ok(newer)
    }

    /// Reads on after the last entry whose time stays, up to the entry of this number: a later one may not
    /// be received yet.
    async fn read_log(&mut self, ledger: &Ledger, head: i64) -> Result<(), Error> {
        let mut newer = show_log::read_with_receipts(ledger, self.received).await?;
        let kept = self.log.partition_point(|it| it.number <= self.received);
        let kept = &self.log[..kept];
        let known: BTreeSet<&str> = kept.iter().map(|it| it.key.as_str()).collect();
        if newer.iter().any(|(it, _)| known.contains(it.key.as_str())) {
            // A restore has numbered them anew.
            newer = show_log::read_with_receipts(ledger, 0).await?;
            self.received = 0;
        }
        let received = self.received;
        self.log.retain(|it| it.number <= received);
        newer.retain(|(it, _)| it.number <= head);
        let stay = newer.iter().take_while(|(_, received)| *received);
        self.received = stay.last().map_or(received, |(it, _)| it.number);
        self.log.extend(newer.into_iter().map(|(logged, _)| logged));
        Ok(())
    }

    async fn read_deliveries(&mut self, ledger: &Ledger) -> Result<(), Error> {
        let operations = ledger.messages_of(MessageKind::Delivery).await?;
        self.rows.clear();
        self.deliveries.clear();
        self.places.clear();
        self.by_cue.clear();
        self.removed.clear();
        for operation in operations {
            if let Reader::Leader { instance, left } = &mut self.reader
                && operation.claimed_by != Some(*instance)
            {
                left.insert(operation.id);
            }
            let Some(delivery) = self.delivery(&operation) else {
                self.removed.push(operation);
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
            in_hand: self.is_in_hand(operation),
        })
    }

    fn is_in_hand(&self, row: &Operation) -> bool {
        match &self.reader {
            Reader::Leader { instance, left } => {
                row.claimed_by == Some(*instance) && !left.contains(&row.id)
            }
            Reader::Other => self
                .marks
                .leader
                .is_some_and(|(leader, since)| row.claimed_by == Some(leader) && row.at >= since),
        }
    }

    fn recipient(&self, recipient: Recipient) -> Option<CueRecipient> {
        let directory = &self.in_force.directory;
        Some(match recipient {
            Recipient::Room(id) => CueRecipient::Room(directory.room_of(id)?.clone()),
            Recipient::Person(id) => CueRecipient::Person(directory.person_of(id)?.clone()),
        })
    }

    /// The day of the event that holds this moment.
    #[must_use]
    pub fn today(&self, now: Timestamp) -> Option<DayId> {
        self.board(now, true, |board| board.today().map(|day| day.id.clone()))
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
            words: &in_force.words,
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
            unknown: &self.marks.unknown,
            on_webex: &|to| match to {
                CueRecipient::Room(room) => in_force.directory.room_id(room).is_some(),
                CueRecipient::Person(person) => in_force.directory.person_id(person).is_some(),
            },
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

    /// What was sent of a cue that was recalled to recipients whom nothing in force names any more.
    pub(crate) fn recalled_of_removed<'s>(
        &'s self,
        cue: &'s CueStatus<'_>,
    ) -> impl Iterator<Item = &'s Operation> {
        self.removed.iter().filter(|row| {
            let key = row.key.as_ref().and_then(MessageKey::as_delivery);
            key.is_some_and(|key| {
                let name = CueKey {
                    cue: CueId::new(key.cue),
                    day: key.day.map(DayId::new),
                };
                let is_it = name == cue.cue.key || cue.cue.previously.contains(&name);
                is_it && key.generation < cue.recalled
            })
        })
    }

    /// A row of another kind.
    pub(crate) fn other(&self, key: &MessageKey) -> Option<&Operation> {
        self.others.get(key)
    }

    /// Whether messages may have been sent at this time that are in no row.
    pub(crate) fn is_unknown(&self, at: Timestamp) -> bool {
        let mut spans = self.marks.unknown.iter();
        spans.any(|(from, until)| (*from..=*until).contains(&at))
    }

    /// The messages that followed one which Webex did not let be corrected, by the UUID in its id: their ids
    /// and the UUIDs in them.
    pub(crate) fn follow_ups(&self, corrected: Uuid) -> impl Iterator<Item = (String, Uuid)> {
        let rows = self.others_of(MessageKey::correct(corrected, ""), corrected);
        let sent = rows.filter_map(message_id);
        sent.filter(move |(_, uuid)| *uuid != corrected)
    }

    /// The rows of an operator's own message.
    pub(crate) fn said_rows(&self, id: Uuid) -> impl Iterator<Item = &Operation> {
        let first = Recipient::Person(Uuid::nil());
        self.others_of(MessageKey::say(id, first), id)
    }

    /// The rows whose keys begin with this id, from the first key that one can have.
    fn others_of(&self, first: MessageKey, id: Uuid) -> impl Iterator<Item = &Operation> {
        let (kind, begin) = (first.kind(), format!("{id}/"));
        let rows = self.others.range(first..);
        let rows =
            rows.take_while(move |(key, _)| key.kind() == kind && key.as_str().starts_with(&begin));
        rows.map(|(_, row)| row)
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

/// The message that a row was sent as: its id, and the UUID in it.
pub(crate) fn message_id(row: &Operation) -> Option<(String, Uuid)> {
    let id = row.outcome.as_ref()?["id"].as_str()?;
    let uuid = showcaller_webex::MessageId::from(id).uuid()?;
    Some((id.to_owned(), uuid))
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
