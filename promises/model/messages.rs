//! Two replicas that are to send the same three messages through one ledger, and an apply on the same
//! journal: what each of them does, what may happen to it, and what the ledger, Webex and a person who
//! settles what is in doubt make of that.
//!
//! The rules are those of the program: which state of a message may follow which, for how long a
//! heartbeat counts and the ledger's word is believed, and when what may have been sent must be
//! visible. A replica does each next thing whenever it likes: at once, after any pause, or never. So
//! it may be suspended anywhere, and its heartbeat comes in time, late or not at all. It crashes as
//! often as it likes, too, and is started again as another instance.

mod apply;
mod others;
mod reduce;
mod replica;

use jiff::{SignedDuration, Timestamp};
use showcaller_engine::{LEASE_TRUSTED, PRESENCE_TTL, settled_at};
use showcaller_ledger::OperationState;

use self::apply::Apply;
use super::explore::Model;

const REPLICAS: usize = 2;
const MESSAGES: usize = 3;

/// How the world is, and which of the program's safeguards is left out, to show that it is needed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Messages {
    /// How many of the messages are to be sent; the others were sent before.
    pub(crate) due: usize,
    /// How many seconds a tick has. All other times are in ticks.
    pub(crate) tick: i64,
    /// How many messages a replica sends at the same time.
    pub(crate) at_once: usize,
    /// Whether both are on one machine, where a crashed process is known to be dead.
    pub(crate) one_machine: bool,
    /// How long after it was sent a message is visible, if it ever is.
    pub(crate) visible_within: u8,
    /// How much time may pass between a permit and the request that it lets go.
    pub(crate) permit_to_send: u8,
    /// How far the second replica's wall clock is ahead of the first one's, and a person's of the
    /// clock by which a message came to be in doubt.
    pub(crate) skew: i8,
    /// How often a wall clock is set.
    pub(crate) steps: u8,
    /// By how much, forwards or backwards.
    pub(crate) step: i8,
    /// Whether machines sleep: then their monotonic clocks stand.
    pub(crate) sleeps: bool,
    /// Whether an apply is at work beside.
    pub(crate) applies: bool,
    pub(crate) without: Without,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Without {
    Nothing,
    /// A key is unique only as long as its message is open.
    KeyForEver,
    /// A waiting message is started by whichever process asks.
    Owner,
    /// A report counts whatever attempt it is about.
    Attempt,
    /// A message is sent whatever became of the process meanwhile.
    Permit,
    /// The permit goes by the monotonic clock alone, which stands while the machine sleeps.
    WallClock,
    /// The permit goes by the wall clock alone, which may be set.
    MonotonicClock,
    /// The ledger does not remember who was found dead.
    Dead,
    /// Who was found dead is alive again once the ledger has forgotten it.
    Forgotten,
    /// An attempt goes on under the permit of whatever instance its process is by now.
    OwnPermit,
    /// A process is found dead that gave a sign of life since it was looked at.
    SignOfLife,
    /// A person's word counts whatever attempt the person looked at.
    AttemptSeen,
    /// A message in doubt is settled by what is visible at once.
    SettleWindow,
    /// Apply counts operations of every kind.
    KindCounted,
    /// Apply settles operations of every kind.
    KindSettled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct State {
    messages: [Message; MESSAGES],
    replicas: [Replica; REPLICAS],
    /// The last heartbeat of the instance that each replica was before it began anew.
    former: [Heartbeat; REPLICAS],
    apply: Apply,
    steps_left: u8,
    wrong: Option<&'static str>,
}

/// One message: its row in the journal, what is on its way to Webex, and who is at work on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Message {
    /// `None` until it is claimed.
    row: Option<Row>,
    /// For how long it has been in doubt.
    doubted: u8,
    /// How long ago a call was sent of which it is open whether Webex takes it.
    call: Option<u8>,
    sent: bool,
    /// What each replica has in hand.
    attempts: [Option<Attempt>; REPLICAS],
    missed: Option<Missed>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Row {
    state: OperationState,
    /// `None` where nothing depends on it any more.
    owner: Option<Owner>,
}

/// The instance that claimed a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Owner {
    /// The one that the replica is now.
    Now(usize),
    /// The one that it was.
    Former(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Attempt {
    at: At,
    /// Whether a later attempt was begun.
    stale: bool,
}

/// How far an attempt is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum At {
    Started,
    /// It may send, as the permit said so long ago.
    Permitted(u8),
    /// Its call is under way.
    Sent,
    /// Webex has sent the message, and answers.
    Taken,
    /// Webex never had the call, or refused it.
    NotTaken,
}

/// A person has looked, and is about to say that the message was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Missed {
    /// Whether a later attempt was begun since.
    stale: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Replica {
    heartbeat: Heartbeat,
    /// How long ago that was by its monotonic clock.
    monotonic: u8,
    /// How far its wall clock is ahead.
    ahead: i8,
    /// Whether the ledger counts it as dead.
    dead: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Heartbeat {
    /// How long ago it was given.
    age: u8,
    /// How far the wall clock was ahead by which it was given.
    ahead: i8,
}

/// What happens.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Event {
    TimePasses,
    /// And some machines are asleep.
    TimePassesAsleep,
    TheClockIsSet,
    Beats,
    Crashes,
    BeginsAnew,
    Claims,
    Starts,
    IsPermitted,
    IsRefused,
    Sends,
    WebexTakesTheCall,
    TheCallIsLost,
    WebexAsksToWait,
    ReportsDone,
    ReportsFailed,
    ReportsUnclear,
    ReportsNotSent,
    TakesOverFromTheOther,
    TakesOverFromACrashedOne,
    APersonFindsIt,
    APersonMissesIt,
    APersonSettles,
    ApplySettlesAndBegins,
    ApplyFinishes,
    ApplyDiesAndLooksAgain,
}

/// What, and to which replica and message.
type Happens = (Event, usize, usize);

impl Model for Messages {
    type State = State;
    type Event = Happens;

    fn start(&self) -> State {
        let new = Message {
            row: None,
            doubted: 0,
            call: None,
            sent: false,
            attempts: [None; REPLICAS],
            missed: None,
        };
        let mut messages = [new; MESSAGES];
        for sent_before in &mut messages[self.due..] {
            sent_before.sent = true;
            sent_before.row = Some(Row {
                state: OperationState::Done,
                owner: None,
            });
        }
        let replicas = [0, self.skew].map(Replica::new);
        let mut start = State {
            messages,
            replicas,
            former: replicas.map(|replica| replica.heartbeat),
            apply: Apply::DONE,
            steps_left: self.steps,
            wrong: None,
        };
        if self.applies {
            start.apply = Apply::after_a_death(&mut start, self.without);
        }
        self.reduce(&mut start);
        start
    }

    fn next(&self, state: &State) -> Vec<(Happens, State)> {
        let mut steps = Steps {
            model: self,
            state,
            next: Vec::new(),
        };
        steps.time_passes();
        for who in 0..REPLICAS {
            steps.lives(who);
            steps.claims(who);
            for which in 0..self.due {
                steps.works(who, which);
            }
            steps.takes_over(who);
        }
        for which in 0..self.due {
            steps.webex(which);
            steps.person(which);
        }
        steps.apply();
        let mut next = steps.next;
        for (_, state) in &mut next {
            self.reduce(state);
        }
        next
    }

    fn wrong(&self, state: &State) -> Option<&'static str> {
        let mut messages = state.messages.iter();
        state.wrong.or_else(|| {
            messages.find_map(|message| match (message.state()?, message.sent) {
                (OperationState::Done, false) => Some("a message counts as sent that never was"),
                (OperationState::Failed, true) => Some("a message counts as failed that was sent"),
                _ => None,
            })
        })
    }

    fn done(&self, state: &State) -> bool {
        state.apply == Apply::DONE && state.messages.iter().all(Message::is_over)
    }
}

/// Whether no other state may follow.
fn ends(state: OperationState) -> bool {
    matches!(state, OperationState::Done | OperationState::Failed)
}

impl Messages {
    fn time(&self, ticks: impl Into<i64>) -> SignedDuration {
        SignedDuration::from_secs(self.tick * ticks.into())
    }

    /// How many ticks this takes, the next whole one.
    fn ticks(&self, time: SignedDuration) -> u8 {
        let ticks = (time.as_secs() + self.tick - 1) / self.tick;
        u8::try_from(ticks).unwrap_or(u8::MAX)
    }

    /// A heartbeat that is older than this is as old as this: no clock believes it.
    fn oldest_heartbeat(&self) -> u8 {
        self.ticks(PRESENCE_TTL) + self.skew.unsigned_abs() + self.steps * self.step.unsigned_abs()
    }

    /// Whether the heartbeat has run out: it may have been seen from its first moment on, and is as old as
    /// that on every clock that only goes on.
    fn has_run_out(&self, heartbeat: Heartbeat) -> bool {
        self.time(heartbeat.age) >= PRESENCE_TTL
    }

    /// Whether the ledger's last word that the replica is alive is still believed.
    fn is_fresh(&self, replica: Replica) -> bool {
        let heartbeat = replica.heartbeat;
        let wall = i64::from(heartbeat.age) + i64::from(replica.ahead - heartbeat.ahead);
        let believed = |age| self.time(age) <= LEASE_TRUSTED;
        let monotonic = believed(i64::from(replica.monotonic));
        match self.without {
            Without::Permit => true,
            Without::WallClock => monotonic,
            Without::MonotonicClock => believed(wall.abs()),
            _ => monotonic && believed(wall.abs()),
        }
    }

    /// Whether what is in doubt must be visible by now, as a person reckons.
    fn is_settled(&self, doubted: u8) -> bool {
        let now = Timestamp::UNIX_EPOCH;
        let since = now - self.time(doubted);
        let window = settled_at(OperationState::Unclear, since, None);
        self.without == Without::SettleWindow || now + self.time(self.skew) >= window
    }
}

impl Message {
    fn state(&self) -> Option<OperationState> {
        self.row.map(|row| row.state)
    }

    /// It was sent or failed, or is shown as unclear.
    fn is_over(&self) -> bool {
        let shown = |state| ends(state) || state == OperationState::Unclear;
        let ended = self.state().is_some_and(shown);
        let idle = self.attempts == [None; REPLICAS] && self.missed.is_none();
        ended && idle && self.call.is_none()
    }
}

impl Replica {
    fn new(ahead: i8) -> Self {
        Self {
            heartbeat: Heartbeat { age: 0, ahead },
            monotonic: 0,
            ahead,
            dead: false,
        }
    }

    fn beat(&mut self) {
        *self = Self::new(self.ahead);
    }
}

/// Everything that may happen next in a state.
struct Steps<'a> {
    model: &'a Messages,
    state: &'a State,
    next: Vec<(Happens, State)>,
}

impl Steps<'_> {
    fn then(&mut self, happens: Happens, change: impl FnOnce(&mut State)) {
        let mut next = *self.state;
        change(&mut next);
        self.next.push((happens, next));
    }
}
