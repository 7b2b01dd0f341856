//! What may be done to operations, and what must come of it.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;
use showcaller_ledger::{
    MessageKey, MessageKind, MessageOutcome, NewMessage, OperationId, OperationState, Recipient,
};
use uuid::Uuid;

use OperationState::{Done, Failed, Sending, Unclear, Waiting};

/// Steps and messages are about the same things, so that nothing but the kind tells them apart.
pub(super) const ADDRESSES: [&str; 2] = ["room/a", "room/b"];
pub(super) const PROCESSES: usize = 4;
pub(super) const KEYS: usize = 3;

#[derive(Debug, Clone)]
pub(super) enum Act {
    Begin(usize),
    End(usize, OperationState),
    NotFound(usize),
    CheckIn(usize),
    CheckOut(usize),
    /// What is read of a process is what a later takeover goes by.
    Look(usize),
    Claim(usize, Vec<usize>),
    /// By a process of that number; by the owner, if there is none.
    Start(usize, usize),
    Finish(usize, OperationState),
    Settle(usize, usize, OperationState),
    TakeOver(usize, usize, MessageKind),
    /// By the holder of a lease that no other process wants.
    Adopt(usize, MessageKind),
    Withdraw(usize),
    Reopen(usize, usize),
}

impl Act {
    pub(super) fn is_about_steps(&self) -> bool {
        matches!(self, Self::Begin(_) | Self::End(..) | Self::NotFound(_))
    }
}

pub(super) fn act() -> impl Strategy<Value = Act> {
    let end = || proptest::sample::select(vec![Done, Failed, Unclear]);
    let known = || proptest::sample::select(vec![Done, Failed, Unclear, Waiting, Waiting]);
    let kind = || proptest::sample::select(vec![MessageKind::Delivery, MessageKind::Answer]);
    let keys = prop::collection::vec(0..KEYS, 1..4);
    prop_oneof![
        2 => (0..ADDRESSES.len()).prop_map(Act::Begin),
        2 => (0..6_usize, end()).prop_map(|(which, to)| Act::End(which, to)),
        1 => (0..6_usize).prop_map(Act::NotFound),
        4 => (0..PROCESSES).prop_map(Act::CheckIn),
        1 => (0..PROCESSES).prop_map(Act::CheckOut),
        2 => (0..PROCESSES).prop_map(Act::Look),
        4 => (0..PROCESSES, keys).prop_map(|(by, keys)| Act::Claim(by, keys)),
        12 => (0..3 * PROCESSES, 0..KEYS).prop_map(|(by, key)| Act::Start(by, key)),
        9 => (0..4_usize, known()).prop_map(|(which, to)| Act::Finish(which, to)),
        5 => (0..PROCESSES, 0..4_usize, known())
            .prop_map(|(by, which, to)| Act::Settle(by, which, to)),
        2 => (0..PROCESSES, 0..PROCESSES, kind())
            .prop_map(|(dead, by, kind)| Act::TakeOver(dead, by, kind)),
        2 => (0..PROCESSES, kind()).prop_map(|(by, kind)| Act::Adopt(by, kind)),
        1 => (0..KEYS).prop_map(Act::Withdraw),
        3 => (0..PROCESSES, 0..4_usize).prop_map(|(by, which)| Act::Reopen(by, which)),
    ]
}

/// The keys that the acts number: deliveries, but for the last.
pub(super) fn key(number: usize) -> MessageKey {
    let id = Uuid::from_u128(number as u128);
    match number {
        0..2 => MessageKey::delivery("opening", None, Recipient::Room(id), 0),
        _ => MessageKey::answer(id, 1),
    }
}

pub(super) fn message(number: usize) -> NewMessage {
    NewMessage {
        key: key(number),
        address: ADDRESSES[number % ADDRESSES.len()].into(),
        body: json!({ "text": number }).into(),
        owner: "bot".into(),
        revision: Some(1),
    }
}

pub(super) fn outcome(to: OperationState) -> MessageOutcome {
    let reason = "because".to_owned();
    match to {
        Done => MessageOutcome::Done(json!({})),
        Failed => MessageOutcome::Failed {
            reason,
            tracking_id: None,
        },
        Unclear => MessageOutcome::Unclear { reason },
        Waiting | Sending => MessageOutcome::NotSent { reason },
    }
}

/// The state machine, arrow by arrow.
pub(super) const ARROWS: [(OperationState, OperationState); 8] = [
    (Waiting, Sending),
    (Sending, Done),
    (Sending, Failed),
    (Sending, Unclear),
    (Sending, Waiting),
    (Unclear, Done),
    (Unclear, Failed),
    (Unclear, Waiting),
];

/// What a process was last seen to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Life {
    Unknown,
    Alive { beat: i64 },
    Dead,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Message {
    pub(super) owner: usize,
    pub(super) state: OperationState,
    pub(super) attempts: i64,
}

pub(super) struct Model {
    pub(super) steps: BTreeMap<OperationId, (usize, OperationState)>,
    pub(super) lives: [Life; PROCESSES],
    pub(super) messages: BTreeMap<usize, Message>,
}

impl Model {
    pub(super) fn open(&self, address: usize) -> bool {
        self.steps
            .values()
            .any(|(theirs, state)| *theirs == address && matches!(state, Sending | Unclear))
    }

    pub(super) fn alive(&self, process: usize) -> bool {
        matches!(self.lives[process], Life::Alive { .. })
    }

    /// What of a kind moves from the dead to its heir. `None` if the dead is alive.
    pub(super) fn take_over(
        &mut self,
        dead: usize,
        by: usize,
        kind: MessageKind,
    ) -> [Vec<usize>; 2] {
        let mut moved = [Vec::new(), Vec::new()];
        for (number, message) in &mut self.messages {
            if message.owner != dead || key(*number).kind() != kind {
                continue;
            }
            match message.state {
                Waiting => moved[0].push(*number),
                Sending => {
                    message.state = Unclear;
                    moved[1].push(*number);
                }
                Done | Failed | Unclear => continue,
            }
            message.owner = by;
        }
        moved
    }
}
