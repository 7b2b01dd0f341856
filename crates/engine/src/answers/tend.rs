//! Reads from the ledger what no process has in hand: events that are due, messages that this process
//! lost sight of, and those of processes that died.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use showcaller_ledger::{
    Error as LedgerError, MessageKind, Operation, OperationId, OperationState,
};
use tokio::sync::mpsc;

use super::context::Context;
use super::inbox::{IN_HAND, later};
use super::job::{Job, name_of_message};
use super::outbox::Chain;
use crate::cached::Cached;

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
    let mut waits = Cached::default();
    loop {
        match look(&context, &mut waits, &jobs).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "what waits in the ledger cannot be read"),
        }
        context.clock.sleep(LOOK).await;
    }
}

/// Returns whether more is due than what was taken up.
async fn look(
    context: &Context,
    waits: &mut Cached<Waits>,
    jobs: &mpsc::Sender<Job>,
) -> Result<bool, LedgerError> {
    let waits = waits.read(&context.ledger, Waits::read(context)).await?;
    let now = context.clock.now();
    let due = match waits.due.filter(|due| *due <= now) {
        Some(_) => {
            let taken = context
                .ledger
                .take_up_due(now, later(now, IN_HAND), AT_ONCE);
            taken.await?
        }
        None => Vec::new(),
    };
    let more = due.len() >= AT_ONCE as usize;
    for entry in due {
        send(jobs, Job::Event(entry)).await;
    }
    for kind in waits
        .kinds
        .iter()
        .copied()
        .filter(|kind| KINDS.contains(kind))
    {
        let taken_over = take_over(context, kind).await?;
        let unfinished = unfinished(context, kind, &taken_over).await?;
        for (name, chain) in by_chain(kind, unfinished) {
            // A part that may be in hand, or under way, keeps back those after it.
            let mut in_hand = chain.iter().filter(|it| !taken_over.contains(&it.id));
            if in_hand.all(|message| is_abandoned(context, message)) {
                send(jobs, Job::Send(name, Chain::recovered(&chain))).await;
            }
        }
    }
    Ok(more)
}

/// What the ledger has that is not finished.
#[derive(Default)]
struct Waits {
    /// When the next event is due.
    due: Option<Timestamp>,
    /// The kinds of messages of which some are to be sent, or in doubt.
    kinds: Vec<MessageKind>,
}

impl Waits {
    async fn read(context: &Context) -> Result<Self, LedgerError> {
        Ok(Self {
            due: context.ledger.next_due().await?,
            kinds: context.ledger.unfinished_kinds().await?,
        })
    }
}

async fn send(jobs: &mpsc::Sender<Job>, job: Job) {
    // Once the work has ended, nothing is to be done.
    let _ = jobs.send(job).await;
}

/// Takes over the messages of processes that died.
async fn take_over(
    context: &Context,
    kind: MessageKind,
) -> Result<BTreeSet<OperationId>, LedgerError> {
    let mut messages = BTreeSet::new();
    let by = context.process.instance();
    for claimant in context.ledger.claimants(kind).await? {
        let now = context.clock.now();
        let process = claimant.process.as_ref();
        if claimant.instance == by.id || !context.process.counts_as_dead(process, &*context.clock) {
            continue;
        }
        let taken = context.ledger.take_over_messages(kind, &claimant, by, now);
        if let Some(taken) = taken.await? {
            let (waiting, in_doubt) = (taken.waiting.len(), taken.in_doubt.len());
            tracing::info!(%kind, waiting, in_doubt, "a dead process's messages are ours now");
            let all = taken.waiting.iter().chain(&taken.in_doubt);
            messages.extend(all.map(|message| message.id));
        }
    }
    Ok(messages)
}

/// All of a kind that this process is to finish: its own messages, and those in doubt of a process that
/// died. One in doubt that was sent again already, or that is too old, stays as it is.
async fn unfinished(
    context: &Context,
    kind: MessageKind,
    taken_over: &BTreeSet<OperationId>,
) -> Result<Vec<Operation>, LedgerError> {
    let me = context.process.instance();
    let now = context.clock.now();
    let skip_after = context.in_force.latest().event.bot.skip_after;
    let mut messages = context.ledger.unfinished(kind, me).await?;
    let mut in_doubt = context.ledger.open_operations(kind.into()).await?;
    in_doubt.retain(|it| {
        let open = !it.resent && now.duration_since(it.at) < skip_after;
        it.state == OperationState::Unclear && (open || taken_over.contains(&it.id))
    });
    if in_doubt.is_empty() {
        return Ok(messages);
    }
    let processes = context.ledger.processes().await?;
    in_doubt.retain(|message| {
        let owner = message.claimed_by;
        let process = processes.iter().find(|it| Some(it.instance.id) == owner);
        owner == Some(me.id) || context.process.counts_as_dead(process, &*context.clock)
    });
    messages.extend(in_doubt);
    Ok(messages)
}

/// Whether it is under way nowhere: the process that had it died, or the ledger failed in the middle of
/// it.
fn is_abandoned(context: &Context, message: &Operation) -> bool {
    if message.claimed_by != Some(context.process.instance().id) {
        return true;
    }
    let since = context.clock.now().duration_since(message.changed_at);
    since
        > match message.state {
            OperationState::Waiting => NOT_IN_HAND,
            _ => NOT_UNDER_WAY,
        }
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
