//! Two operators on one ledger, of whom one is at work at a time and the other's machine sleeps.
//! When they change places, and how much time has passed then, is seeded; so somebody is taken over
//! in the middle of a look, of a call, of a question to the ledger, and wakes up later.
//!
//! What a machine has sent arrives at once. The moment between the ledger's last word and the
//! network, which nobody can close, is therefore not among these moments.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use showcaller_clock::{BoxFuture, Busy, Clock, SharedClock, VirtualClock};
use showcaller_engine::{Engine, Error, NoProgress, Report};
use showcaller_event::Event;
use showcaller_ledger::{Error as LedgerError, Ledger};
use showcaller_rehearsal::connect;
use showcaller_webex::{Transport, TransportError};

use super::{ANN, BOB, Database, Shared, apply, seconds, undisturbed};
use crate::crash_anywhere::chance::{Chance, given_seed};
use crate::files::Files;
use crate::shape;
use crate::stage::{Stage, every_flag};

/// How often they change places before both may finish.
const TURNS: usize = 16;
/// Runs that each may need in the end.
const FEW: usize = 4;

/// A machine that falls asleep after so many moments: whenever it asks for the time, and before and
/// after each call.
struct Machine {
    owner: &'static str,
    clock: VirtualClock,
    wire: Arc<dyn Transport>,
    /// Through which the test looks at the lease.
    ledger: Ledger,
    moments: AtomicUsize,
    /// Calls that are on their way to Webex.
    sending: AtomicUsize,
    /// Whether it applies; otherwise it only looks, which anybody may do.
    applies: AtomicBool,
    calls: AtomicUsize,
    wrong: Mutex<Vec<String>>,
}

impl fmt::Debug for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.owner)
    }
}

impl Machine {
    fn of(stage: &Stage, owner: &'static str) -> Arc<Self> {
        Arc::new(Self {
            owner,
            clock: stage.clock.clone(),
            wire: Arc::clone(&stage.transport),
            ledger: stage.ledger.clone(),
            moments: AtomicUsize::new(0),
            sending: AtomicUsize::new(0),
            applies: AtomicBool::new(false),
            calls: AtomicUsize::new(0),
            wrong: Mutex::new(Vec::new()),
        })
    }

    fn moment(&self) {
        let one_less = |left: usize| left.checked_sub(1);
        // Those that come after the last one are the machine's last gasps.
        let _ = self
            .moments
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less);
    }

    fn sleeps(&self) -> bool {
        self.moments.load(Ordering::SeqCst) == 0 && self.sending.load(Ordering::SeqCst) == 0
    }

    /// Whether it may call Webex now, by what the ledger says.
    async fn judge(&self, request: &Request<Bytes>) {
        if !self.applies.load(Ordering::SeqCst) {
            return;
        }
        self.calls.fetch_add(1, Ordering::SeqCst);
        let holder = self.ledger.holder("apply").await.expect("a ledger");
        let now = self.clock.now();
        let holds =
            |holder: &showcaller_ledger::Holder| holder.by == self.owner && holder.until > now;
        if !holder.as_ref().is_some_and(holds) {
            let call = format!("{} {}", request.method(), request.uri().path());
            let wrong = format!("{} sent {call} at {now} under {holder:?}", self.owner);
            let mut list = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
            list.push(wrong);
        }
    }
}

#[async_trait]
impl Clock for Machine {
    fn now(&self) -> Timestamp {
        self.moment();
        self.clock.now()
    }

    fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }

    fn task(&self, future: BoxFuture<()>) -> BoxFuture<()> {
        self.clock.task(future)
    }

    fn busy(&self) -> Busy {
        self.clock.busy()
    }

    async fn sleep_until(&self, deadline: Timestamp) {
        self.clock.sleep_until(deadline).await;
    }
}

#[async_trait]
impl Transport for Machine {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.sending.fetch_add(1, Ordering::SeqCst);
        self.moment();
        self.judge(&request).await;
        let answer = self.wire.send(request).await;
        self.moment();
        self.sending.fetch_sub(1, Ordering::SeqCst);
        // It may fall asleep here, before it has read the answer.
        tokio::task::yield_now().await;
        answer
    }
}

/// An operator who types the same command until it has done all.
struct Operator<'a> {
    stage: &'a Stage,
    event: &'a Event,
    machine: Arc<Machine>,
    in_flight: usize,
    run: Option<Run<'a>>,
    taken_over: usize,
}

type Run<'a> = Pin<Box<dyn Future<Output = Result<Report, Error>> + 'a>>;

impl<'a> Operator<'a> {
    fn new(stage: &'a Stage, event: &'a Event, name: &'static str, in_flight: usize) -> Self {
        Self {
            stage,
            event,
            machine: Machine::of(stage, name),
            in_flight,
            run: None,
            taken_over: 0,
        }
    }

    fn command(&self) -> Run<'a> {
        let machine = Arc::clone(&self.machine);
        let (event, in_flight) = (self.event, self.in_flight);
        let transport: Arc<dyn Transport> = machine.clone();
        let clock: SharedClock = machine.clone();
        let connections = connect(event, &self.stage.simulator, &transport, &clock);
        let connections = connections.expect("the simulator's tokens");
        let engine = Engine::new(
            connections,
            self.stage.ledger.clone(),
            clock,
            self.stage.process.clone(),
        );
        let engine = engine.with_in_flight(in_flight);
        Box::pin(async move {
            let wishes = every_flag();
            let looked = engine.look_to_apply(event, &wishes, &NoProgress);
            let outlook = looked.await?;
            machine.applies.store(true, Ordering::SeqCst);
            let report = apply(&engine, event, outlook).await;
            machine.applies.store(false, Ordering::SeqCst);
            report
        })
    }

    /// Goes on for so many moments; the outcome, if the command ends before.
    async fn wakes_for(&mut self, moments: usize) -> Option<Result<Report, Error>> {
        self.machine.moments.store(moments, Ordering::SeqCst);
        let mut run = self.run.take().unwrap_or_else(|| self.command());
        let machine = &self.machine;
        let end = poll_fn(|cx| match run.as_mut().poll(cx) {
            Poll::Ready(end) => Poll::Ready(Some(end)),
            Poll::Pending if machine.sleeps() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        });
        let end = end.await;
        match &end {
            None => self.run = Some(run),
            Some(Ok(report)) => self.taken_over += usize::from(report.trouble.is_some()),
            // Before its first step.
            Some(Err(Error::Ledger(LedgerError::LeaseLost { .. }))) => self.taken_over += 1,
            Some(Err(_)) => {}
        }
        end
    }

    /// Types the command until there is nothing left to do.
    async fn finishes(&mut self) -> Result<(), String> {
        let mut last = String::new();
        for _ in 0..FEW {
            let end = self.wakes_for(usize::MAX).await;
            match end.expect("it does not fall asleep") {
                Ok(report) if report.is_complete() => return Ok(()),
                end => last = format!("{end:#?}"),
            }
            pass(&self.stage.clock, 61);
        }
        Err(format!("{} does not finish: {last}", self.machine.owner))
    }
}

fn pass(clock: &VirtualClock, by: i64) {
    clock.advance_to(clock.now() + seconds(by));
}

/// An event in which there is a bit to do.
fn event() -> Event {
    Files {
        yaml: "event: duo\ntitle: Duo\ntimezone: UTC\npeople: people.csv\n\
               webex: { hosts: { one@example.com: { parallel: 4 } } }\n\
               days:\n  day: { title: Day, date: 2027-10-04 }\n\
               rooms:\n  news: { title: News, members: [everyone], locked: true }\n  \
               desk: { title: Desk, members: [everyone] }\n\
               meetings:\n  \
               opening: { day: day, title: Opening, time: \"10:00-11:00\", rooms: [news] }\n  \
               closing: { day: day, title: Closing, time: \"15:00-16:00\", rooms: [desk] }\n"
            .to_owned(),
        people: "email,name\nann@example.com,Ann\nbob@example.com,Bob\n".to_owned(),
    }
    .event()
}

/// How often somebody was taken over, and calls that were judged.
#[derive(Debug, Default)]
struct Tally {
    taken_over: usize,
    calls: usize,
}

async fn interleaved(
    seed: u64,
    event: &Event,
    shared: &Shared,
    right: &[String],
    tally: &mut Tally,
) -> Result<(), String> {
    let mut chance = Chance::of(Chance::seed_of(seed, 0));
    let ahead = [0, 5, -5][chance.below(3)];
    let (ann, bob) = shared.two(event, ahead).await;
    let in_flight = [1, 1, 4][chance.below(3)];
    let mut operators = [
        Operator::new(&ann, event, ANN, in_flight),
        Operator::new(&bob, event, BOB, in_flight),
    ];
    // Both clocks go on by the same time, whoever of the two it passed for.
    let together = |by: i64| {
        let now = ann.now().max(bob.now() - seconds(ahead)) + seconds(by);
        ann.clock.advance_to(now);
        bob.clock.advance_to(now + seconds(ahead));
    };
    let mut at = chance.below(2);
    for _ in 0..TURNS {
        let most = [4, 12, 40][chance.below(3)];
        let moments = 1 + chance.below(most);
        let end = operators[at].wakes_for(moments).await;
        match end {
            None | Some(Ok(_) | Err(Error::Busy(_) | Error::Outdated)) => {}
            Some(Err(Error::Ledger(LedgerError::LeaseLost { .. }))) => {}
            Some(Err(error)) => return Err(format!("turn of {at}: {error}")),
        }
        together([0, 13, 30, 61, 61, 70][chance.below(6)]);
        at = if chance.below(4) == 0 { at } else { 1 - at };
    }
    for at in [at, 1 - at, at] {
        operators[at].finishes().await?;
        together(61);
    }
    for operator in &operators {
        tally.taken_over += operator.taken_over;
        tally.calls += operator.machine.calls.load(Ordering::SeqCst);
        let wrong = operator.machine.wrong.lock();
        let wrong = wrong.unwrap_or_else(PoisonError::into_inner);
        if !wrong.is_empty() {
            return Err(format!("{wrong:#?}"));
        }
    }
    drop(operators);
    let seen = shape::of(&ann.simulator);
    if seen != right {
        return Err(format!("{:#?}", shape::apart(right, &seen)));
    }
    let plan = ann.full_plan(event).await;
    let open = ann.open_operations().await;
    let rest = (plan.steps.is_empty(), plan.held.is_empty(), open.is_empty());
    if rest != (true, true, true) {
        return Err(format!(
            "left: {:#?} {:#?} {open:#?}",
            plan.steps, plan.held
        ));
    }
    ann.ledger.clone().close().await;
    bob.ledger.clone().close().await;
    Ok(())
}

async fn all(database: Database) {
    let event = event();
    let right = undisturbed(&event).await;
    let seeds = match (given_seed(), std::env::var_os("SHOWCALLER_LONG")) {
        (Some(seed), _) => seed..seed + 1,
        (None, Some(_)) => 0..1_000,
        (None, None) if database == Database::Server => 0..12,
        (None, None) => 0..48,
    };
    let mut tally = Tally::default();
    let many = seeds.end - seeds.start > 1;
    for seed in seeds {
        let Some(shared) = Shared::on(database).await else {
            return;
        };
        let came = interleaved(seed, &event, &shared, &right, &mut tally).await;
        came.unwrap_or_else(|wrong| panic!("SHOWCALLER_SEED={seed}: {wrong}"));
        shared.end().await;
    }
    // Otherwise nothing was shown.
    assert!(!many || tally.taken_over >= 3, "{tally:?}");
    assert!(tally.calls > 0, "{tally:?}");
}

#[tokio::test]
async fn whoever_calls_holds_the_lease_on_a_file() {
    all(Database::File).await;
}

#[tokio::test]
async fn whoever_calls_holds_the_lease_on_a_server() {
    all(Database::Server).await;
}
