//! The work: every event on its own, as many at once as Webex takes.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::future::{BoxFuture, FutureExt as _};
use futures::stream::{FuturesUnordered, StreamExt as _};
use jiff::{SignedDuration, Timestamp};
use showcaller_ledger::{
    Decided, Decision, Error as LedgerError, InboxEntry, InboxState, IncomingKind, MessageKind,
    NewMessage,
};
use showcaller_webex::PersonId;
use tokio::sync::mpsc;

use super::actions;
use super::check_in;
use super::context::Context;
use super::decide::{self, Moment, Undecided};
use super::inbox::{IN_HAND, later};
use super::job::{Job, name_of_message};
use super::load;
use super::members;
use super::operators;
use super::outbox::{Chain, Progress};
use super::read::{self, Asked, Place, Reading};
use super::restored;
use super::turns::{Turn, Turns};
use crate::messages::Unavailable;

/// How soon something is tried again that failed for a reason of ours.
const RETRY: SignedDuration = SignedDuration::from_secs(5);
/// At least so many events are worked at once.
const FEWEST: usize = 8;

/// What a job leads to, and when.
type Next = Vec<(Timestamp, Job)>;

pub(super) struct Work {
    context: Arc<Context>,
    events: mpsc::Receiver<InboxEntry>,
    jobs: mpsc::Receiver<Job>,
    ready: VecDeque<Job>,
    /// What waits, by time and number.
    waiting: BTreeMap<(Timestamp, u64), Job>,
    number: u64,
    turns: Turns,
    /// The names of everything that is ready, waiting or under way.
    in_hand: HashSet<String>,
    under_way: FuturesUnordered<BoxFuture<'static, (String, Next)>>,
}

impl Work {
    pub(super) fn new(
        context: Arc<Context>,
        events: mpsc::Receiver<InboxEntry>,
        jobs: mpsc::Receiver<Job>,
    ) -> Self {
        Self {
            context,
            events,
            jobs,
            ready: VecDeque::new(),
            waiting: BTreeMap::new(),
            number: 0,
            turns: Turns::default(),
            in_hand: HashSet::new(),
            under_way: FuturesUnordered::new(),
        }
    }

    /// Works until it is asked to stop, and then until what was begun is finished. The rest is in the
    /// ledger.
    pub(super) async fn run(mut self) {
        let context = Arc::clone(&self.context);
        loop {
            self.begin_what_can_be();
            let next_wait = self.waiting.keys().next().map(|(at, _)| *at);
            tokio::select! {
                biased;
                Some((name, next)) = self.under_way.next(), if !self.under_way.is_empty() => {
                    self.ended(&name, next);
                }
                Some(entry) = self.events.recv(), if self.has_room() => {
                    let job = self.in_turn(entry);
                    self.add(job);
                }
                Some(job) = self.jobs.recv(), if self.has_room() => self.add(job),
                () = wait_until(&context, next_wait) => self.wake(context.clock.now()),
                () = context.stop.wait() => break,
            }
        }
        while self.under_way.next().await.is_some() {}
    }

    /// So that what waits for Webex waits in the ledger, and not in memory.
    fn has_room(&self) -> bool {
        self.ready.len() < super::inbox::ROOM
    }

    fn add(&mut self, job: Job) {
        if self.in_hand.insert(job.name()) {
            self.ready.push_back(job);
        }
    }

    /// An event as it comes in: a question, when it is its asker's turn. One that is read from the ledger
    /// came in before.
    fn in_turn(&mut self, entry: InboxEntry) -> Job {
        let event = &entry.incoming;
        let person = match event.kind {
            IncomingKind::Message | IncomingKind::Action => PersonId::from(&*event.person).uuid(),
            IncomingKind::Joined | IncomingKind::MemberChanged | IncomingKind::Left => None,
        };
        let asked_at = later(event.at, -self.context.webex.offset()).min(entry.heard_at);
        match person.map(|person| self.turns.ask(person, asked_at)) {
            Some(Turn::At { at: turn, notify }) if turn > self.context.clock.now() => Job::Later {
                entry,
                turn,
                notify,
            },
            _ => Job::Event(entry),
        }
    }

    fn begin_what_can_be(&mut self) {
        let most = (2 * self.context.webex.width()).max(FEWEST);
        while self.under_way.len() < most {
            let Some(job) = self.ready.pop_front() else {
                return;
            };
            let (name, context) = (job.name(), Arc::clone(&self.context));
            self.under_way.push(Box::pin(
                async move { (name, isolated(&context, job).await) },
            ));
        }
    }

    fn ended(&mut self, name: &str, next: Next) {
        self.in_hand.remove(name);
        for (at, job) in next {
            if !self.in_hand.insert(job.name()) {
                continue;
            }
            // What was begun goes on first.
            if at <= self.context.clock.now() {
                self.ready.push_front(job);
            } else if matches!(job, Job::Event(_)) && self.waiting.len() >= super::inbox::ROOM {
                // It is due in the ledger.
                self.in_hand.remove(&job.name());
            } else {
                self.number += 1;
                self.waiting.insert((at, self.number), job);
            }
        }
    }

    fn wake(&mut self, now: Timestamp) {
        let mut woken = Vec::new();
        while let Some(first) = self.waiting.first_entry().filter(|it| it.key().0 <= now) {
            woken.push(first.remove());
        }
        // In their order, before what was not begun.
        for job in woken.into_iter().rev() {
            self.ready.push_front(job);
        }
    }
}

/// Returns at that time, or never.
async fn wait_until(context: &Context, at: Option<Timestamp>) {
    match at {
        Some(at) => context.clock.sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// A job that panics is a fault of ours, and ends no other: its event is tried again like one that cannot
/// be read yet. A message is read from the ledger again.
async fn isolated(context: &Context, job: Job) -> Next {
    let name = job.name();
    let entry = match &job {
        Job::Event(entry) | Job::Later { entry, .. } => Some(entry.clone()),
        Job::Send(..) => None,
    };
    // Nothing that a job changes outlives it but the ledger.
    let worked = AssertUnwindSafe(work(context, job)).catch_unwind().await;
    match (worked, entry) {
        (Ok(next), _) => next,
        (Err(_), entry) => {
            tracing::error!(name, "a fault of the bot's own: please report it");
            match entry {
                Some(entry) => {
                    let pause = read::pause(entry.tries);
                    again(context, entry, pause).await
                }
                None => Vec::new(),
            }
        }
    }
}

async fn work(context: &Context, job: Job) -> Next {
    let now = || context.clock.now();
    match job {
        Job::Event(entry) => answer(context, entry).await,
        Job::Later {
            entry,
            turn,
            notify,
        } => {
            let notice = match notify {
                true => notice_of_turns(context, &entry).await,
                false => None,
            };
            let wait = turn.duration_since(now());
            let mut next = match wait > IN_HAND {
                true => leave_until(context, entry, turn).await,
                false => again(context, entry, wait).await,
            };
            next.extend(notice);
            next
        }
        Job::Send(name, chain) => match chain.send(context).await {
            Progress::Ended => Vec::new(),
            Progress::After(pause, chain) => vec![(later(now(), pause), Job::Send(name, chain))],
        },
    }
}

/// Leaves an event to the ledger until it is due.
async fn leave_until(context: &Context, entry: InboxEntry, at: Timestamp) -> Next {
    match context.ledger.postpone(&entry.key, at).await {
        Ok(()) => Vec::new(),
        Err(error) => {
            tracing::warn!(%error, "an event waits in memory");
            vec![(at, Job::Event(entry))]
        }
    }
}

/// The message that tells a person of the limit.
async fn notice_of_turns(context: &Context, entry: &InboxEntry) -> Option<(Timestamp, Job)> {
    let Ok(Reading::Asked(asked)) = read_question(context, entry).await else {
        return None;
    };
    match load::tell_of_turns(context, &asked).await {
        Ok(chain) => {
            let name = name_of_message(MessageKind::Answer, &format!("{}/0", asked.id));
            Some((context.clock.now(), Job::Send(name, chain)))
        }
        Err(error) => {
            tracing::warn!(%error, "a person is slowed down without a word");
            None
        }
    }
}

/// Reads an event, decides about it, and returns the messages that are to be sent.
async fn answer(context: &Context, entry: InboxEntry) -> Next {
    if context.stop.asked() || is_decided(context, &entry).await {
        return Vec::new();
    }
    let decided = match decide_about(context, &entry).await {
        Ok(Ready::Decided(decision)) => write(context, &entry, *decision).await,
        Ok(Ready::Again(pause)) => return again(context, entry, pause).await,
        Err(Undecided::Ledger(error)) => Err(error),
        Err(error) => {
            tracing::error!(%error, key = %entry.key, "an event cannot be answered");
            return Vec::new();
        }
    };
    decided.unwrap_or_else(|error| {
        tracing::warn!(%error, "an event waits until the ledger can be written");
        vec![(later(context.clock.now(), RETRY), Job::Event(entry))]
    })
}

/// Whether another took an event up and decided about it, as may be once it is due.
async fn is_decided(context: &Context, entry: &InboxEntry) -> bool {
    if context.clock.now() < entry.due_at {
        return false;
    }
    let now = context.ledger.inbox_entry(&entry.key).await.ok().flatten();
    now.is_some_and(|now| now.state != InboxState::Waiting)
}

/// What an event comes to.
enum Ready {
    Decided(Box<Decision>),
    Again(SignedDuration),
}

impl Ready {
    fn decided(decision: Decision) -> Self {
        Self::Decided(Box::new(decision))
    }
}

async fn decide_about(context: &Context, entry: &InboxEntry) -> Result<Ready, Undecided> {
    let event = &entry.incoming;
    let age = context.webex.now().duration_since(event.at);
    let reading = match event.kind {
        _ if age > context.in_force.latest().event.bot.skip_after => {
            Reading::Ends(InboxState::Skipped)
        }
        IncomingKind::Message | IncomingKind::Action => read_question(context, entry).await?,
        IncomingKind::Joined | IncomingKind::MemberChanged | IncomingKind::Left => {
            return Ok(match members::membership(context, entry).await? {
                members::Outcome::Decided(decision) => Ready::Decided(decision),
                members::Outcome::Again(pause) => Ready::Again(pause),
            });
        }
    };
    let (asked, press) = match reading {
        Reading::Asked(asked) => (asked, None),
        Reading::Pressed(asked, press) => (asked, Some(press)),
        Reading::CheckedIn(asked, present) => {
            let decision = check_in::checked_in(context, &asked, present).await?;
            return Ok(Ready::decided(decision));
        }
        Reading::Ends(state) => return Ok(Ready::decided(Decision::unanswered(state))),
        Reading::Again(pause) => return Ok(Ready::Again(pause)),
    };
    match restored::may_be_answered(context, &asked).await {
        Ok(false) => {}
        Ok(true) => return Ok(Ready::decided(Decision::unanswered(InboxState::Skipped))),
        Err(Unavailable::Ledger(error)) => return Err(error.into()),
        Err(Unavailable::Webex(error)) => {
            tracing::debug!(%error, "whether it was answered cannot be looked up yet");
            return Ok(Ready::Again(read::pause(entry.tries)));
        }
    }
    if let Some(decision) = operators::heard(context, &asked, press).await? {
        return Ok(Ready::decided(decision));
    }
    let moment = Moment {
        now: context.clock.now(),
        webex_now: context.webex.now(),
        organisers_only: organisers_only(context, &asked).await,
    };
    let in_force = context.in_force.latest();
    let decision = decide::decide(&in_force, &asked, moment)?;
    let decision = load::shortened(context, entry, &asked, decision).await?;
    Ok(Ready::decided(decision))
}

async fn read_question(context: &Context, entry: &InboxEntry) -> Result<Reading, LedgerError> {
    match entry.incoming.kind {
        IncomingKind::Action => actions::press(context, entry).await,
        _ => Ok(read::message(context, entry).await),
    }
}

/// Whether everybody who reads the answer is an organiser; asked of Webex, as people may have been added
/// there. Only of the organisers' room, because it costs a call.
async fn organisers_only(context: &Context, asked: &Asked) -> bool {
    let in_force = context.in_force.latest();
    let organisers = &in_force.event.bot.organisers;
    let Place::Room(room) = &asked.place else {
        return false;
    };
    if organisers.room.as_ref() != Some(room) {
        return false;
    }
    let Ok(members) = context.webex.list_memberships(&asked.room).await else {
        return false;
    };
    members.iter().all(|member| {
        let Some(id) = &member.person_id else {
            return false;
        };
        let person = in_force.person(id, member.person_email.as_deref());
        context.is_me(id) || person.is_some_and(|it| organisers.people.contains(&it))
    })
}

/// Writes a decision, and returns the messages that this process is to send.
async fn write(
    context: &Context,
    entry: &InboxEntry,
    decision: Decision,
) -> Result<Next, LedgerError> {
    let now = context.clock.now();
    let by = context.process.instance();
    let decided = context
        .ledger
        .decide(&entry.key, &decision, by, now)
        .await?;
    let (state, intent) = (decision.state.as_str(), decision.intent.as_deref());
    Ok(match decided {
        Decided::Won(claims) => {
            tracing::debug!(key = %entry.key, state, intent, "decided");
            if decision.state == InboxState::Answered {
                context.count_answer(now);
            }
            chains(&decision.messages, &claims, now)
        }
        Decided::Repeats(first) => {
            tracing::debug!(key = %entry.key, %first, "the same was asked a moment ago");
            context.count_answer(now);
            Vec::new()
        }
        Decided::Lost => Vec::new(),
    })
}

/// The parts of an answer go one after the other, everything else by itself.
fn chains(messages: &[NewMessage], claims: &[showcaller_ledger::Claim], now: Timestamp) -> Next {
    let mut chains = Vec::new();
    let name = |message: &NewMessage| name_of_message(message.key.kind(), message.key.as_str());
    let mut from = 0;
    while let Some(first) = messages.get(from) {
        let of_first = |message: &&NewMessage| name(message) == name(first);
        let length = messages[from..].iter().take_while(of_first).count();
        let range = from..from + length;
        let chain = Chain::claimed(&messages[range.clone()], &claims[range], now);
        chains.push((now, Job::Send(name(first), chain)));
        from += length;
    }
    chains
}

async fn again(context: &Context, mut entry: InboxEntry, after: SignedDuration) -> Next {
    let now = context.clock.now();
    let at = later(now, after);
    if let Err(error) = context
        .ledger
        .postpone(&entry.key, later(at, IN_HAND))
        .await
    {
        tracing::warn!(%error, "an event is tried again without a note of it");
    }
    entry.tries += 1;
    entry.due_at = later(at, IN_HAND);
    vec![(at, Job::Event(entry))]
}
