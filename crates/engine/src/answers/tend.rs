//! Reads from the ledger what no process has in hand: events that are due, messages that this process
//! lost sight of, and those of processes that died.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::SignedDuration;
use showcaller_ledger::{Error as LedgerError, MessageKind, Operation, OperationState, Process};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::context::Context;
use super::inbox::{IN_HAND, later};
use super::outbox::Chain;
use super::work::{Job, name_of_message};

/// How often.
const LOOK: SignedDuration = SignedDuration::from_secs(10);
/// How many events are taken up at once.
const AT_ONCE: u32 = 256;
/// A message that waits for so long is not in hand.
const NOT_IN_HAND: SignedDuration = SignedDuration::from_secs(30);
/// One whose attempt began so long ago is not under way: longer than a call may take.
const NOT_UNDER_WAY: SignedDuration = SignedDuration::from_mins(12);

/// The kinds of messages that answering sends.
const KINDS: [MessageKind; 5] = [
    MessageKind::Answer,
    MessageKind::Sos,
    MessageKind::Welcome,
    MessageKind::Reminder,
    MessageKind::Notice,
];

pub(super) async fn run(context: Arc<Context>, jobs: mpsc::Sender<Job>) {
    loop {
        match look(&context, &jobs).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "what waits in the ledger cannot be read"),
        }
        context.clock.sleep(LOOK).await;
    }
}

/// Returns whether more is due than what was taken up.
async fn look(context: &Context, jobs: &mpsc::Sender<Job>) -> Result<bool, LedgerError> {
    let now = context.clock.now();
    let due = context
        .ledger
        .take_up_due(now, later(now, IN_HAND), AT_ONCE);
    let due = due.await?;
    let more = due.len() >= AT_ONCE as usize;
    for entry in due {
        send(jobs, Job::Event(entry)).await;
    }
    let kinds = context.ledger.unfinished_kinds().await?;
    for kind in kinds.into_iter().filter(|kind| KINDS.contains(kind)) {
        let mut messages = take_over(context, kind).await?;
        messages.extend(lost_sight_of(context, kind).await?);
        for (name, chain) in by_chain(kind, messages) {
            send(jobs, Job::Send(name, Chain::recovered(&chain))).await;
        }
    }
    Ok(more)
}

async fn send(jobs: &mpsc::Sender<Job>, job: Job) {
    // Once the work has ended, nothing is to be done.
    let _ = jobs.send(job).await;
}

/// The messages of processes that died.
async fn take_over(context: &Context, kind: MessageKind) -> Result<Vec<Operation>, LedgerError> {
    let mut messages = Vec::new();
    let by = context.process.instance();
    for claimant in context.ledger.claimants(kind).await? {
        let now = context.clock.now();
        let process = claimant.process.as_ref();
        if claimant.instance == by.id || !counts_as_dead(context, process) {
            continue;
        }
        let taken = context.ledger.take_over_messages(kind, &claimant, by, now);
        if let Some(taken) = taken.await? {
            let (waiting, in_doubt) = (taken.waiting.len(), taken.in_doubt.len());
            tracing::info!(%kind, waiting, in_doubt, "a dead process's messages are ours now");
            messages.extend(taken.waiting);
            messages.extend(taken.in_doubt);
        }
    }
    Ok(messages)
}

/// What is ours, or a dead process's, and under way nowhere: the ledger failed in the middle of it, or
/// the process died while a message was in doubt.
async fn lost_sight_of(
    context: &Context,
    kind: MessageKind,
) -> Result<Vec<Operation>, LedgerError> {
    let me = context.process.instance();
    let now = context.clock.now();
    let still = |message: &Operation| {
        let since = now.duration_since(message.changed_at);
        match message.state {
            OperationState::Waiting => since > NOT_IN_HAND,
            _ => since > NOT_UNDER_WAY,
        }
    };
    let mut messages = context.ledger.unfinished(kind, me).await?;
    messages.retain(still);
    let mut in_doubt = context.ledger.open_operations(kind.into()).await?;
    in_doubt.retain(|it| it.state == OperationState::Unclear && !it.resent);
    if in_doubt.is_empty() {
        return Ok(messages);
    }
    let processes = context.ledger.processes().await?;
    let of = |id: Uuid| processes.iter().find(|process| process.instance.id == id);
    in_doubt.retain(|message| match message.claimed_by {
        Some(owner) if owner == me.id => still(message),
        Some(owner) => counts_as_dead(context, of(owner)),
        None => false,
    });
    messages.extend(in_doubt);
    Ok(messages)
}

fn counts_as_dead(context: &Context, process: Option<&Process>) -> bool {
    context.process.counts_as_dead(process, &*context.clock)
}

/// Messages that go one after the other, in their order.
fn by_chain(kind: MessageKind, messages: Vec<Operation>) -> BTreeMap<String, Vec<Operation>> {
    let mut chains: BTreeMap<String, Vec<Operation>> = BTreeMap::new();
    for message in messages {
        let key = message.key.as_ref().map_or("", |key| key.as_str());
        let chain = chains.entry(name_of_message(kind, key)).or_default();
        chain.push(message);
    }
    for chain in chains.values_mut() {
        chain.sort_by_key(|message| {
            let key = message.key.as_ref().map_or("", |key| key.as_str());
            let part = key.rsplit('/').next().unwrap_or_default();
            part.parse().unwrap_or(0_u32)
        });
    }
    chains
}
