//! Operators who make one room: what each of them does, what may happen to it, and what the ledger
//! and Webex make of that.
//!
//! Time passes in ticks of twenty seconds. The rules are those of the program: which state of an
//! intent may follow which, how long a lease lasts and is believed, and when what was left open must
//! have become visible.

mod steps;

use jiff::{SignedDuration, Timestamp};
use showcaller_engine::{LEASE_TTL, last_at_work, settled_at};
use showcaller_ledger::{Holder, OperationState};

use super::explore::Model;

/// One tick.
const TICK: SignedDuration = SignedDuration::from_secs(20);
/// Older than this is as old as this: every rule has run out by then.
const OLDEST: u8 = 8;

/// How the world is, and which of the program's safeguards are left out, to show that each is
/// needed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operators {
    pub(crate) operators: usize,
    /// How often somebody dies.
    pub(crate) deaths: u8,
    /// Whether all are on one machine, where a dead process is known to be dead.
    pub(crate) one_machine: bool,
    /// How many ticks after it was sent a call has had its effect and shows it.
    pub(crate) visible_within: u8,
    /// How many ticks one operator's clock may be ahead of another's.
    pub(crate) skew: u8,
    pub(crate) without: Without,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Without {
    Nothing,
    /// The ledger takes every write.
    Fence,
    /// A call is sent whatever became of the lease since its intent was written.
    Leave,
    /// What is not visible at once is taken for not made.
    SettleWindow,
    /// A look is acted on although intents were written since.
    Counting,
    /// Who is refused after a take-over gives the lease back, and with it the last sign of life of
    /// the one before.
    Lapsing,
    /// Who was silent for long sends without telling those who looked meanwhile.
    Waking,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct State {
    processes: Vec<Process>,
    lease: Option<Lease>,
    /// The last intent to make the room, and how long ago it was written or changed.
    intent: Option<(OperationState, u8)>,
    /// Whether the ledger has the room.
    recorded: bool,
    calls: Vec<Call>,
    made: u8,
    visible: bool,
    deaths_left: u8,
    wrong: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Lease {
    by: usize,
    /// Whether the run that took it still counts on it.
    live: bool,
    /// Whether its process has ended.
    dead: bool,
    renewed: u8,
}

/// A call that was sent and is not over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Call {
    by: Option<usize>,
    sent: u8,
    acted: bool,
    shown: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Process {
    at: At,
    /// How long ago the ledger said that its lease is its own.
    confirmed: u8,
}

/// How far an operator's run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum At {
    /// About to look.
    Rest,
    /// It has looked, and not taken the lease.
    Looked(Look),
    /// It holds the lease, and has not yet settled what earlier runs left.
    Holds(Look),
    Settled,
    /// Its intent is in the ledger.
    Begun,
    /// Its call is under way.
    Waits,
    /// It has the answer.
    Answered,
    /// What was to be done is done, and the lease is to be given back.
    Ends,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Look {
    plan: Todo,
    /// Whether an intent was open, and still is the last one.
    open: bool,
    /// Whether a run began or ended since.
    runs: bool,
    /// Whether an intent was begun, or became something else.
    intents: bool,
    /// Whether somebody woke up who had given no sign of life.
    wake: bool,
}

/// By what a look is known to be outdated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Runs,
    Intents,
    Wake,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Todo {
    Nothing,
    Adopt,
    Create,
}

/// What happens.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Event {
    TimePasses,
    Looks,
    TakesTheLease,
    IsRefusedAsOutdated,
    Renews,
    Settles,
    Begins,
    Sends,
    WebexActs,
    ItBecomesVisible,
    TheCallIsLost,
    WebexAsksToWait,
    TheAnswerArrives,
    TheAnswerIsLost,
    Finishes,
    Releases,
    Dies,
}

/// What, and to which operator or call.
type Happens = (Event, usize);

impl Model for Operators {
    type State = State;
    type Event = Happens;

    fn start(&self) -> State {
        let rest = Process {
            at: At::Rest,
            confirmed: 0,
        };
        State {
            processes: vec![rest; self.operators],
            lease: None,
            intent: None,
            recorded: false,
            calls: Vec::new(),
            made: 0,
            visible: false,
            deaths_left: self.deaths,
            wrong: None,
        }
    }

    fn next(&self, state: &State) -> Vec<(Happens, State)> {
        let mut next = Vec::new();
        next.extend(self.time_passes(state));
        for at in 0..state.calls.len() {
            self.webex(state, at, &mut next);
        }
        for who in 0..self.operators {
            next.extend(self.acts(state, who));
            next.extend(self.renews(state, who));
            next.extend(Self::dies(state, who));
        }
        for (_, state) in &mut next {
            state.calls.sort_unstable();
        }
        next
    }

    fn wrong(&self, state: &State) -> Option<&'static str> {
        let twice = (state.made > 1).then_some("the room was made twice");
        state.wrong.or(twice)
    }

    fn done(&self, state: &State) -> bool {
        let open = state.intent.is_some_and(|(state, _)| state.is_open());
        let at_rest = state.processes.iter().all(|process| process.at == At::Rest);
        // The lease of somebody dead runs out by itself.
        let free = state.lease.is_none_or(|lease| lease.dead);
        state.recorded && state.visible && !open && at_rest && free
    }
}

impl Operators {
    fn time_passes(&self, state: &State) -> Option<(Happens, State)> {
        // By then the call has had its effect and shows it, or never will.
        if state
            .calls
            .iter()
            .any(|call| call.sent >= self.visible_within)
        {
            return None;
        }
        let mut next = state.clone();
        let older = |age: &mut u8| *age = (*age + 1).min(OLDEST);
        next.lease
            .iter_mut()
            .for_each(|lease| older(&mut lease.renewed));
        next.intent.iter_mut().for_each(|(_, age)| older(age));
        next.calls.iter_mut().for_each(|call| older(&mut call.sent));
        for process in &mut next.processes {
            if process.at.holds() {
                older(&mut process.confirmed);
            }
        }
        Some(((Event::TimePasses, 0), next))
    }

    fn webex(&self, state: &State, at: usize, next: &mut Vec<(Happens, State)>) {
        let call = state.calls[at];
        let mut then = |event, change: &dyn Fn(&mut State)| {
            let mut state = state.clone();
            change(&mut state);
            // What nobody waits for, and what has shown, is over.
            state
                .calls
                .retain(|call| !(call.shown && call.by.is_none()));
            next.push((event, state));
        };
        if !call.acted {
            then((Event::WebexActs, at), &|state| {
                state.calls[at].acted = true;
                state.made += 1;
            });
            if let Some(by) = call.by {
                then((Event::WebexAsksToWait, by), &|state| {
                    state.calls.remove(at);
                    state.processes[by].at = At::Begun;
                });
            }
            then((Event::TheCallIsLost, at), &|state| {
                state.calls.remove(at);
                if let Some(by) = call.by {
                    self.hears_nothing(state, by);
                }
            });
            return;
        }
        if !call.shown {
            then((Event::ItBecomesVisible, at), &|state| {
                state.calls[at].shown = true;
                state.visible = true;
            });
        }
        if let Some(by) = call.by {
            then((Event::TheAnswerArrives, by), &|state| {
                state.calls[at].by = None;
                state.processes[by].at = At::Answered;
            });
            then((Event::TheAnswerIsLost, by), &|state| {
                state.calls[at].by = None;
                self.hears_nothing(state, by);
            });
        }
    }

    /// It writes down that it does not know, and ends.
    fn hears_nothing(&self, state: &mut State, who: usize) {
        match self.write(state, who) && state.advance(who, OperationState::Unclear) {
            true => state.processes[who].at = At::Ends,
            false => state.gives_up(who),
        }
    }

    /// What the operator's run does next.
    fn acts(&self, state: &State, who: usize) -> Option<(Happens, State)> {
        let mut next = state.clone();
        let event = match state.processes[who].at {
            At::Rest => {
                if state.recorded && state.visible {
                    return None;
                }
                let look = self.look(state)?;
                next.processes[who].at = At::Looked(look);
                (Event::Looks, who)
            }
            At::Looked(look) => return self.takes_the_lease(next, who, look),
            At::Holds(look) => {
                self.settles(&mut next, who, look);
                (Event::Settles, who)
            }
            At::Settled => {
                self.begins(&mut next, who);
                (Event::Begins, who)
            }
            At::Begun => {
                self.sends(&mut next, who);
                (Event::Sends, who)
            }
            At::Waits => return None,
            At::Answered => {
                match self.write(&mut next, who) && next.advance(who, OperationState::Done) {
                    true => {
                        next.recorded = true;
                        next.processes[who].at = At::Ends;
                    }
                    false => next.gives_up(who),
                }
                (Event::Finishes, who)
            }
            At::Ends => {
                next.outdate(who, Sign::Runs);
                if next.owns(who) {
                    next.lease = None;
                }
                next.rests(who);
                (Event::Releases, who)
            }
        };
        Some((event, next))
    }

    /// Reads ledger and Webex, and waits for what may still appear.
    fn look(&self, state: &State) -> Option<Look> {
        let open = state.intent.filter(|(state, _)| state.is_open());
        let plan = match (state.recorded, state.visible) {
            (true, _) => Todo::Nothing,
            (false, true) => Todo::Adopt,
            (false, false) => {
                let waits = open.is_some_and(|open| !self.is_settled(state, open));
                if waits && self.without != Without::SettleWindow {
                    return None;
                }
                Todo::Create
            }
        };
        Some(Look {
            plan,
            open: open.is_some(),
            runs: false,
            intents: false,
            wake: false,
        })
    }

    /// Whether what the intent made must be visible by now, as the program reckons.
    fn is_settled(&self, state: &State, (intent, age): (OperationState, u8)) -> bool {
        let now = Timestamp::UNIX_EPOCH + TICK * 1000;
        let ago = |ticks: u8| now - TICK * i32::from(ticks);
        let alive = state.lease.map(|lease| {
            last_at_work(&Holder {
                instance: None,
                origin: None,
                token: 0,
                by: String::new(),
                since: ago(lease.renewed),
                until: ago(lease.renewed) + LEASE_TTL,
            })
        });
        // Another's clock may be ahead.
        now + TICK * i32::from(self.skew) >= settled_at(intent, ago(age), alive)
    }
}

impl At {
    fn holds(self) -> bool {
        !matches!(self, Self::Rest | Self::Looked(_))
    }

    fn look(&mut self) -> Option<&mut Look> {
        match self {
            Self::Looked(look) | Self::Holds(look) => Some(look),
            _ => None,
        }
    }
}

impl State {
    /// Whether the ledger's lease is the one that this operator's run took.
    fn owns(&self, who: usize) -> bool {
        let holds = self.processes[who].at.holds();
        holds
            && self
                .lease
                .is_some_and(|lease| lease.by == who && lease.live)
    }

    fn renew(&mut self, who: usize) {
        self.lease.iter_mut().for_each(|lease| lease.renewed = 0);
        self.processes[who].confirmed = 0;
        // A tick is long enough for others to count on nothing more coming.
        self.outdate(who, Sign::Wake);
    }

    /// Takes the intent further, if that is legal.
    fn advance(&mut self, who: usize, to: OperationState) -> bool {
        let legal = self.intent.is_some_and(|(state, _)| state.may_become(to));
        if legal {
            self.intent = Some((to, 0));
            self.outdate(who, Sign::Intents);
        }
        legal
    }

    /// The run ends without giving its lease back, because it died or the ledger refused it.
    fn gives_up(&mut self, who: usize) {
        if self.owns(who)
            && let Some(lease) = &mut self.lease
        {
            lease.live = false;
            lease.dead = true;
        }
        for call in self.calls.iter_mut().filter(|call| call.by == Some(who)) {
            call.by = None;
        }
        self.calls.retain(|call| !call.shown || call.by.is_some());
        self.rests(who);
    }

    fn rests(&mut self, who: usize) {
        self.processes[who] = Process {
            at: At::Rest,
            confirmed: 0,
        };
    }

    /// Whoever looked before, and is not at work, has seen too little.
    fn outdate(&mut self, who: usize, sign: Sign) {
        for (other, process) in self.processes.iter_mut().enumerate() {
            if let (true, At::Looked(look)) = (other != who, &mut process.at) {
                look.runs |= sign == Sign::Runs;
                look.intents |= sign == Sign::Intents;
                look.wake |= sign == Sign::Wake;
            }
        }
    }
}
