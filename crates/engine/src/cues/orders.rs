//! What the leader is to do now: decided from the board, done by [`lead`](super::lead).

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{Cue, CueKey, CueRecipient, CueTo};
use showcaller_ledger::{
    MessageKey, NewMessage, Operation, OperationId, OperationState, Recipient,
};
use showcaller_show::{Board, DeliveryState, DueNow, Entry, NO_ACCOUNT, Said};
use uuid::Uuid;

use super::compose::{self, Destination};
use super::deed::{Deed, Other, Target};
use super::scope::Scope;
use crate::messages::{Outgoing, To};
use crate::show::{Show, message_id};

/// How long an operator's own message may wait for a process that sends it.
pub(crate) const SAY_HOLDS: SignedDuration = SignedDuration::from_mins(10);
/// Why a part of it was not sent by then.
pub(crate) const NOT_SAID: &str = "no process sent it within 10 minutes";
/// Why a row is withdrawn that the log does not ask for any more.
const OUTDATED: &str = "a later decision took its place";

/// Whether an operator's own message is so old that nothing more of it is sent.
pub(super) fn say_lapsed(logged: Timestamp, now: Timestamp) -> bool {
    now.duration_since(logged) >= SAY_HOLDS
}

/// What is to be done now.
#[derive(Default)]
pub(super) struct Orders {
    /// Rows to be claimed, in the order in which they go.
    pub(super) claim: Vec<NewMessage>,
    /// Rows that are waiting and to be done, in the order in which they go.
    pub(super) go: Vec<OperationId>,
    /// Rows that failed and are to be sent after all, with what is to be sent now.
    pub(super) reopen: Vec<(Operation, NewMessage)>,
    /// Rows in doubt of which a person said that they did not arrive.
    pub(super) not_arrived: Vec<Operation>,
    /// Rows in doubt of which a person said that they arrived.
    pub(super) arrived: Vec<Operation>,
    /// Rows that are waiting and must never be sent, and why.
    pub(super) withdraw: Vec<(Operation, &'static str)>,
}

impl Orders {
    /// Whether nothing is to be written.
    pub(super) fn is_empty(&self) -> bool {
        self.claim.is_empty()
            && self.reopen.is_empty()
            && self.not_arrived.is_empty()
            && self.arrived.is_empty()
            && self.withdraw.is_empty()
    }
}

/// Decides what is to be done within a scope.
pub(super) fn decide(show: &Show, board: &Board<'_>, now: Timestamp, scope: &Scope) -> Orders {
    let mut orders = Orders::default();
    let writer = Writer { show, now };
    // A delivery and an entry of the log have the name that the cue had then.
    let within = |name: &CueKey| board.cue(name).is_some_and(|it| scope.has_cue(&it.cue.key));
    let due = board.due().into_iter();
    for due in due.filter(|due| scope.has_cue(&due.cue.cue.key)) {
        writer.due(due, &mut orders);
    }
    let superseded = board.superseded().into_iter();
    let superseded = superseded.filter(|it| within(&it.cue));
    let superseded = show.rows_of(superseded).into_iter();
    orders
        .withdraw
        .extend(superseded.map(|row| (row, OUTDATED)));
    let arrived = board.arrived().into_iter().map(|it| it.delivery);
    let arrived = arrived.filter(|it| within(&it.cue));
    orders.arrived.extend(show.rows_of(arrived));
    let recalled = board.recalled().into_iter();
    let recalled = recalled.filter(|it| within(&it.cue));
    for sent in recalled.filter_map(|it| show.row_of(it)) {
        writer.deletion(sent, &mut orders);
    }
    let cues = board.cues.iter().filter(|it| scope.has_cue(&it.cue.key));
    for sent in cues.flat_map(|cue| show.recalled_of_removed(cue)) {
        writer.deletion(sent, &mut orders);
    }
    for logged in &show.log {
        match &logged.entry {
            Entry::Say { id, messages, .. } => {
                let id = id.parse().ok().filter(|id| scope.has_say(*id));
                match id {
                    Some(id) if say_lapsed(logged.at, now) => {
                        let waiting = show.said_rows(id).filter(|row| is_waiting(row));
                        let withdrawn = waiting.map(|row| (row.clone(), NOT_SAID));
                        orders.withdraw.extend(withdrawn);
                    }
                    Some(id) => {
                        // What may be sent, but is in no row, is not sent a second time.
                        let in_doubt = show.is_unknown(logged.at);
                        let known = |row: &NewMessage| !in_doubt || show.other(&row.key).is_some();
                        for said in messages {
                            let row = writer.said(id, said).filter(known);
                            writer.order(row, &mut orders);
                        }
                    }
                    None => {}
                }
            }
            Entry::Correct {
                cue,
                generation,
                messages,
            } if within(cue) => {
                let recalled = board.cue(cue).is_some_and(|it| *generation < it.recalled);
                for said in messages {
                    let row = writer.correction(&logged.key, (cue, *generation), said);
                    match recalled {
                        false => writer.order(row, &mut orders),
                        true => {
                            let row = row.and_then(|row| show.other(&row.key));
                            let waiting = row.filter(|row| is_waiting(row));
                            let withdrawn = waiting.map(|row| (row.clone(), OUTDATED));
                            orders.withdraw.extend(withdrawn);
                        }
                    }
                }
            }
            _ => {}
        }
    }
    orders
}

/// More than our idea of Webex's clock can be wrong: clocks that differ by less than five seconds are taken
/// for the same.
const SKEW: SignedDuration = SignedDuration::from_secs(10);

/// The message of a waiting row as it is to be sent now, if the schedule or a link has changed since it was
/// claimed.
pub(super) fn rewritten(
    show: &Show,
    now: Timestamp,
    row: &Operation,
) -> Option<(Deed, NewMessage)> {
    let Ok(Deed::Post(claimed)) = Deed::read(row) else {
        return None;
    };
    let key = row.key.clone()?;
    let stored = key.as_delivery()?;
    let named = |it: &CueKey| {
        let day = it.day.as_ref().map(|day| day.as_str());
        it.cue.as_str() == stored.cue && day == stored.day.as_deref()
    };
    let mut cues = show.in_force.event.cues.iter();
    let cue = cues.find(|cue| named(&cue.key) || cue.previously.iter().any(named))?;
    let mut recipients = cue.to.iter();
    let to = recipients.find(|to| to.recipient.to_string() == row.address)?;
    let writer = Writer { show, now };
    let outgoing = writer.post(cue, to)?.reaching(claimed.also_pending);
    if outgoing.says_the_same(&claimed) {
        return None;
    }
    let deed = Deed::Post(outgoing);
    let anew = writer.row(&deed, key, row.address.clone())?;
    Some((deed, anew))
}

/// Makes rows.
struct Writer<'a> {
    show: &'a Show,
    now: Timestamp,
}

impl Writer<'_> {
    fn due(&self, due: DueNow<'_, '_>, orders: &mut Orders) {
        let row = due.to.delivery.and_then(|it| self.show.row_of(it));
        let state = due.to.delivery.map(|delivery| &delivery.state);
        match (state, row) {
            (Some(DeliveryState::Waiting), Some(row)) => orders.go.push(row.id),
            (Some(DeliveryState::Unclear { .. }), Some(row)) => {
                orders.not_arrived.push(row.clone())
            }
            (Some(DeliveryState::Failed { reason }), Some(row)) => {
                let outgoing = self.post(due.cue.cue, due.to.to);
                let outgoing = outgoing.map(|it| it.reaching(reason == NO_ACCOUNT));
                let anew = outgoing.zip(row.key.clone()).and_then(|(outgoing, key)| {
                    self.row(&Deed::Post(outgoing), key, due.to.to.recipient.to_string())
                });
                orders.reopen.extend(anew.map(|anew| (row.clone(), anew)));
            }
            _ => {
                let key = self.key(&due.cue.key, &due.to.to.recipient, due.cue.generation);
                orders
                    .claim
                    .extend(self.message(due.cue.cue, due.to.to, key));
            }
        }
    }

    /// What Webex has from before is not what is written now.
    fn after(&self) -> Timestamp {
        self.now.checked_sub(SKEW).unwrap_or(self.now)
    }

    fn key(&self, cue: &CueKey, to: &CueRecipient, generation: u32) -> Option<MessageKey> {
        let (recipient, _) = self.destination(to)?;
        let day = cue.day.as_ref().map(|day| day.as_str());
        Some(MessageKey::delivery(
            cue.cue.as_str(),
            day,
            recipient,
            generation,
        ))
    }

    fn destination(&self, to: &CueRecipient) -> Option<(Recipient, To)> {
        let Destination { id, to } = compose::destination(&self.show.in_force, to)?;
        let recipient = match to {
            To::Room(_) | To::Direct(_) => Recipient::Room(id),
            To::Person(_) => Recipient::Person(id),
        };
        Some((recipient, to))
    }

    /// The row of a cue's message; `None` if it cannot be written.
    fn message(&self, cue: &Cue, to: &CueTo, key: Option<MessageKey>) -> Option<NewMessage> {
        let deed = Deed::Post(self.post(cue, to)?);
        self.row(&deed, key?, to.recipient.to_string())
    }

    fn post(&self, cue: &Cue, to: &CueTo) -> Option<Outgoing> {
        let (_, where_to) = self.destination(&to.recipient)?;
        let (message, language) = compose::message(&self.show.in_force, cue, to)
            .inspect_err(|error| {
                let cue = &cue.key;
                tracing::warn!(%cue, to = %to.recipient, %error, "a cue cannot be written");
            })
            .ok()?;
        Some(Outgoing::new(where_to, message, language, self.after()))
    }

    fn row(&self, deed: &Deed, key: MessageKey, address: String) -> Option<NewMessage> {
        let revision = self.show.in_force.revision.as_ref();
        let row = deed.row(key, address, revision.map(|revision| revision.id));
        row.inspect_err(|error| tracing::warn!(%error, "a row cannot be written"))
            .ok()
    }

    /// Deletes what was sent, and the corrections that followed it.
    fn deletion(&self, sent: &Operation, orders: &mut Orders) {
        let Some((message, uuid)) = message_id(sent) else {
            return;
        };
        let followed = self.show.follow_ups(uuid);
        for message in [(message, uuid)].into_iter().chain(followed) {
            let (message, uuid) = message;
            let deed = Deed::Delete(Target { message });
            let row = self.row(&deed, MessageKey::recall(uuid), sent.address.clone());
            self.order(row, orders);
        }
    }

    /// Claims a row, or does what it asks for if it is claimed and waiting.
    fn order(&self, row: Option<NewMessage>, orders: &mut Orders) {
        let Some(row) = row else { return };
        match self.show.other(&row.key) {
            None => orders.claim.push(row),
            Some(known) if is_waiting(known) => orders.go.push(known.id),
            Some(_) => {}
        }
    }

    fn said(&self, id: Uuid, said: &Said) -> Option<NewMessage> {
        let (recipient, _) = self.destination(&said.recipient)?;
        let deed = Deed::Post(self.words(said)?);
        self.row(
            &deed,
            MessageKey::say(id, recipient),
            said.recipient.to_string(),
        )
    }

    fn words(&self, said: &Said) -> Option<Outgoing> {
        let (_, to) = self.destination(&said.recipient)?;
        let message = showcaller_render::answers::Message {
            markdown: said.markdown.clone(),
            card: None,
        };
        let language = compose::language(&self.show.in_force, &said.recipient);
        Some(Outgoing::new(to, message, language, self.after()))
    }

    fn correction(
        &self,
        entry: &str,
        (cue, generation): (&CueKey, u32),
        said: &Said,
    ) -> Option<NewMessage> {
        let sent = self.show.delivered(cue, generation, &said.recipient)?;
        let (message, uuid) = message_id(sent)?;
        let deed = Deed::Edit(Other {
            target: Target { message },
            outgoing: self.words(said)?,
        });
        self.row(
            &deed,
            MessageKey::correct(uuid, entry),
            said.recipient.to_string(),
        )
    }
}

fn is_waiting(row: &Operation) -> bool {
    row.state == OperationState::Waiting
}
