//! Several operators: of two who apply at once one acts, and a holder that was taken over writes
//! nothing more into the ledger and sends nothing more to Webex, whenever it wakes up.
//!
//! Each story is told twice: with a ledger in a file, and with one on a PostgreSQL server, where the
//! two really are on two machines.

mod interleaved;
mod shared;

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::Response;
use jiff::{SignedDuration, Timestamp};
use showcaller_clock::{BoxFuture, Busy, Clock, SharedClock, VirtualClock};
use showcaller_engine::{
    Assignment, Engine, Error, NoProgress, Outlook, Report, Stop, ThisProcess,
};
use showcaller_event::Event;
use showcaller_ledger::Error as LedgerError;
use showcaller_rehearsal::connect;
use tokio::sync::Notify;

use crate::crash_anywhere::every;
use crate::files::{Files, fair};
use crate::shape;
use crate::stage::{Stage, every_flag};
use crate::wire::{Fate, Wire};

use shared::{Database, Shared, on_both};

const ANN: &str = "ann@laptop pid 11";
const BOB: &str = "bob@server pid 12";

fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

async fn apply(engine: &Engine, event: &Event, outlook: Outlook) -> Result<Report, Error> {
    let assignment = Assignment {
        event,
        sources: Vec::new(),
        digest: "one".to_owned(),
    };
    engine
        .apply(&assignment, outlook, &NoProgress, &Stop::default())
        .await
}

async fn look_and_apply(stage: &Stage, event: &Event) -> Result<Report, Error> {
    let outlook = stage.look(event, &every_flag()).await;
    apply(&stage.engine(event), event, outlook).await
}

/// What the world looks like when only one ever acted.
async fn undisturbed(event: &Event) -> Vec<String> {
    let stage = Stage::before(event).await;
    let report = look_and_apply(&stage, event).await.expect("a run");
    assert!(report.is_complete(), "{report:#?}");
    shape::of(&stage.simulator)
}

/// Whoever of the two comes first, and also if their clocks are some seconds apart.
async fn of_two_machines_at_once_only_one_acts(shared: &Shared) {
    let event = fair().event();
    let right = undisturbed(&event).await;
    for ahead in [0, 5, -5, 20, -20] {
        let (here, there) = shared.two(&event, ahead).await;
        let ours = here.look(&event, &every_flag()).await;
        let theirs = there.look(&event, &every_flag()).await;
        let (here_engine, there_engine) = (here.engine(&event), there.engine(&event));
        let (ours, theirs) = tokio::join!(
            apply(&here_engine, &event, ours),
            apply(&there_engine, &event, theirs)
        );
        let (acted, refused, first) = match (ours, theirs) {
            (Ok(acted), Err(refused)) => (acted, refused, ANN),
            (Err(refused), Ok(acted)) => (acted, refused, BOB),
            both => panic!("{ahead} s ahead: {both:#?}"),
        };
        assert!(acted.is_complete(), "{acted:#?}");
        let told = match &refused {
            Error::Busy(holder) => holder.by == first,
            // It came so late that the first one had ended.
            other => matches!(other, Error::Outdated),
        };
        assert!(told, "{ahead} s ahead: {refused:?}");
        assert_eq!(shape::of(&here.simulator), right, "{ahead} s ahead");
        let late = look_and_apply(&there, &event).await.expect("a run");
        assert!(late.is_complete() && late.done.is_empty(), "{late:#?}");
    }
}

/// Ann is in the middle of a call when Bob comes, and Bob when Ann comes.
async fn who_comes_second_is_told_who_acts_and_disturbs_nothing(shared: &Shared) {
    let event = Files::of_example("workshop").event();
    let right = undisturbed(&event).await;
    for (ahead, first, second) in [(0, ANN, BOB), (5, BOB, ANN), (-5, ANN, BOB)] {
        let (mut here, mut there) = shared.two(&event, ahead).await;
        here.process = ThisProcess::without_origin(first);
        there.process = ThisProcess::without_origin(second);
        let outlook = here.look(&event, &every_flag()).await;
        let late = there.look(&event, &every_flag()).await;
        let written = AtomicUsize::new(0);
        let wire = Wire::judged_by(&here.transport, move |sent, _| {
            let number = written.fetch_add(usize::from(sent.writes()), Ordering::SeqCst);
            match sent.writes() && number == 5 {
                true => Fate::Late,
                false => Fate::Passes,
            }
        });
        let engine = engine_on(&here, &event, wire.clone(), Arc::new(here.clock.clone()));
        let mut run = pin!(apply(&engine, &event, outlook));
        tokio::select! {
            biased;
            () = wire.death() => {}
            _ = &mut run => panic!("it waits for an answer"),
        }
        let refused = apply(&there.engine(&event), &event, late).await;
        let told = matches!(&refused, Err(Error::Busy(holder)) if holder.by == first);
        assert!(told, "{refused:?}");
        wire.arrive();
        let report = run.await.expect("a run");
        assert!(report.is_complete(), "{report:#?}");
        assert_eq!(shape::of(&here.simulator), right);
    }
}

async fn a_look_from_before_somebody_elses_run_is_not_acted_on(shared: &Shared) {
    let event = Files::of_example("workshop").event();
    let (here, there) = shared.two(&event, 0).await;
    let stale = there.look(&event, &every_flag()).await;
    look_and_apply(&here, &event).await.expect("a run");
    let right = shape::of(&here.simulator);
    let refused = apply(&there.engine(&event), &event, stale).await;
    assert!(matches!(refused, Err(Error::Outdated)), "{refused:?}");
    assert_eq!(shape::of(&here.simulator), right);
}

/// Bob's plan is on his screen when the run dies that was under way while he looked.
async fn a_look_from_the_middle_of_a_run_that_died_is_not_acted_on(shared: &Shared) {
    let event = Files::of_example("workshop").event();
    let (ann, bob) = shared.two(&event, 0).await;
    let outlook = ann.look(&event, &every_flag()).await;
    let written = AtomicUsize::new(0);
    let wire = Wire::judged_by(&ann.transport, move |sent, _| {
        let number = written.fetch_add(usize::from(sent.writes()), Ordering::SeqCst);
        match (sent.writes(), number) {
            (true, 3) => Fate::Late,
            (true, 9) => Fate::DiesAfter,
            _ => Fate::Passes,
        }
    });
    let engine = engine_on(&ann, &event, wire.clone(), Arc::new(ann.clock.clone()));
    let engine = engine.with_in_flight(1);
    let mut run = Box::pin(apply(&engine, &event, outlook));
    tokio::select! {
        biased;
        () = wire.death() => {}
        _ = &mut run => panic!("it waits for an answer"),
    }
    let middle = bob.engine(&event).look(&event, &every_flag()).await;
    wire.arrive();
    tokio::select! {
        biased;
        () = wire.death() => {}
        _ = &mut run => panic!("it does not die"),
    }
    drop(run);
    bob.clock.advance_to(bob.now() + seconds(61));
    let refused = apply(&bob.engine(&event), &event, middle.expect("a look")).await;
    assert!(matches!(refused, Err(Error::Outdated)), "{refused:?}");
    let report = look_and_apply(&bob, &event).await.expect("a run");
    assert!(report.is_complete(), "{report:#?}");
    assert_eq!(shape::of(&bob.simulator), undisturbed(&event).await);
}

/// Who must wait is told who acts, since when, and what to do; before the look, and after it.
async fn who_must_wait_is_told_who_acts_and_how_long_that_holds(shared: &Shared) {
    let event = Files::of_example("workshop").event();
    let (here, there) = shared.two(&event, 0).await;
    let since = here.now();
    killed_at(&here, &event, 3).await;
    let refused = there.engine(&event).refuse_if_busy().await;
    let refused = refused.expect_err("somebody acts");
    insta::allow_duplicates! {
        insta::assert_snapshot!(refused, @"ann@laptop pid 11 is applying this event since 2027-03-06T08:00:00Z");
        insta::assert_snapshot!(refused.hint().unwrap_or_default(), @"wait until it has ended, then apply again; if it has died, a minute is enough");
    }
    // Its machine is not ours, so that nobody can tell whether it lives: it is waited out by the
    // time that its lease has left, and not longer.
    let minute = since + seconds(60);
    there
        .clock
        .advance_to(minute - SignedDuration::from_millis(1));
    let still = there.engine(&event).refuse_if_busy().await;
    assert!(
        matches!(&still, Err(Error::Busy(holder)) if holder.until == minute),
        "{still:?}"
    );
    there.clock.advance_to(minute);
    there.engine(&event).refuse_if_busy().await.expect("free");
    let report = look_and_apply(&there, &event).await.expect("a run");
    assert!(report.is_complete(), "{report:#?}");
    assert_eq!(shape::of(&there.simulator), undisturbed(&event).await);
}

/// The holder's machine loses power at its `at`-th writing call.
async fn killed_at(stage: &Stage, event: &Event, at: usize) {
    let written = AtomicUsize::new(0);
    let wire = Wire::judged_by(&stage.transport, move |sent, _| {
        let number = written.fetch_add(usize::from(sent.writes()), Ordering::SeqCst);
        match sent.writes() && number == at {
            true => Fate::DiesAfter,
            false => Fate::Passes,
        }
    });
    let outlook = stage.look(event, &every_flag()).await;
    let engine = engine_on(stage, event, wire.clone(), Arc::new(stage.clock.clone()));
    tokio::select! {
        biased;
        () = wire.death() => {}
        _ = apply(&engine, event, outlook) => panic!("it does not die"),
    }
}

fn engine_on(stage: &Stage, event: &Event, wire: Arc<Wire>, clock: SharedClock) -> Engine {
    let transport: Arc<dyn showcaller_webex::Transport> = wire;
    let connections =
        connect(event, &stage.simulator, &transport, &clock).expect("the simulator's tokens");
    Engine::new(
        connections,
        stage.ledger.clone(),
        clock,
        stage.process.clone(),
    )
}

/// On a world that is locked there is nobody else, whatever the ledger says and however little time
/// passes there.
async fn who_is_alone_with_a_simulated_world_waits_for_nobody(shared: &Shared) {
    let event = Files::of_example("workshop").event();
    let (here, there) = shared.two(&event, 0).await;
    killed_at(&here, &event, 3).await;
    let engine = there.engine(&event).alone();
    engine.refuse_if_busy().await.expect("nobody is there");
    let outlook = there.look(&event, &every_flag()).await;
    let report = apply(&engine, &event, outlook).await.expect("a run");
    assert!(report.is_complete(), "{report:#?}");
    assert_eq!(shape::of(&there.simulator), undisturbed(&event).await);
}

/// A clock whose machine may be suspended: whoever waits on it then wakes up when the lid opens.
#[derive(Debug)]
struct Laptop {
    clock: VirtualClock,
    shut: AtomicBool,
    /// Somebody waits behind the shut lid.
    asleep: Notify,
    opens: Notify,
}

#[async_trait]
impl Clock for Laptop {
    fn now(&self) -> Timestamp {
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
        loop {
            let opens = self.opens.notified();
            if !self.shut.load(Ordering::SeqCst) {
                break;
            }
            self.asleep.notify_one();
            opens.await;
        }
        self.clock.sleep_until(deadline).await;
    }
}

/// At which moment a laptop is shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shut {
    /// Webex has asked it to wait, and it is about to send the call once more.
    BeforeTheCall,
    /// Webex has acted, and it has not heard of it.
    AfterTheEffect,
}

/// Ann's laptop is shut in the middle of her `at`-th writing call, Bob takes over after a minute
/// and finishes, and then Ann's laptop wakes up. How many calls it sends then, and its report.
async fn woken_after_a_takeover(
    shared: &Shared,
    event: &Event,
    at: usize,
    shut: Shut,
) -> Option<Woken> {
    let (ann, bob) = shared.two(event, 0).await;
    let outlook = ann.look(event, &every_flag()).await;
    let laptop = Arc::new(Laptop {
        clock: ann.clock.clone(),
        shut: AtomicBool::new(false),
        asleep: Notify::new(),
        opens: Notify::new(),
    });
    let written = AtomicUsize::new(0);
    let lid = Arc::clone(&laptop);
    let wire = Wire::judged_by(&ann.transport, move |sent, _| {
        let number = written.fetch_add(usize::from(sent.writes()), Ordering::SeqCst);
        if !sent.writes() || number != at {
            return Fate::Passes;
        }
        match shut {
            Shut::BeforeTheCall => {
                lid.shut.store(true, Ordering::SeqCst);
                let busy = Response::builder().status(429).header("Retry-After", "5");
                Fate::Answered(busy.body(Bytes::new()).expect("an answer"))
            }
            Shut::AfterTheEffect => Fate::Late,
        }
    });
    let engine = engine_on(
        &ann,
        event,
        wire.clone(),
        Arc::clone(&laptop) as SharedClock,
    )
    .with_in_flight(1);
    let mut run = pin!(apply(&engine, event, outlook));
    tokio::select! {
        biased;
        () = laptop.asleep.notified() => {}
        () = wire.death() => {}
        report = &mut run => {
            assert!(report.expect("a run").is_complete());
            return None;
        }
    }
    // Nobody polls Ann's run from here on: no instruction of it is carried out.
    // What it had handed to the writer of its ledger is written first.
    let handed_over = ann.ledger.set_meta("asleep", "yes").await;
    handed_over.expect("a ledger");
    let minute = ann.now() + seconds(61);
    bob.clock.advance_to(minute);
    let report = look_and_apply(&bob, event).await.expect("a takeover");
    assert!(report.is_complete(), "{report:#?}");
    let done = shape::of(&bob.simulator);
    let sent = wire.sent().len();
    laptop.clock.advance_to(bob.now());
    laptop.shut.store(false, Ordering::SeqCst);
    laptop.opens.notify_waiters();
    wire.arrive();
    let report = run.await.expect("a run that began");
    assert_eq!(
        shape::of(&bob.simulator),
        done,
        "it still changed something"
    );
    let plan = bob.full_plan(event).await;
    assert!(plan.is_empty(), "{:#?}", plan.steps);
    assert_eq!(bob.open_operations().await, []);
    Some(Woken {
        sent: wire.sent().len() - sent,
        report,
        shape: done,
    })
}

struct Woken {
    sent: usize,
    report: Report,
    shape: Vec<String>,
}

async fn wakes_up_too_late(shared: &Shared, shut: Shut) {
    let event = Files::of_example("workshop").event();
    let right = undisturbed(&event).await;
    let mut tried = 0;
    // A server takes longer to set up than a file.
    let step = match shared.is_on_a_server() {
        true => every(4),
        false => 1,
    };
    for at in (0..).step_by(step) {
        let Some(woken) = woken_after_a_takeover(shared, &event, at, shut).await else {
            break;
        };
        let story = format!("{shut:?}, write {at}: {:#?}", woken.report);
        assert_eq!(woken.sent, 0, "{story}");
        // By now Bob has given it back.
        let lost =
            |trouble: &Error| matches!(trouble, Error::Ledger(LedgerError::LeaseLost { .. }));
        assert!(woken.report.trouble.as_ref().is_some_and(lost), "{story}");
        assert_eq!(woken.shape, right, "{story}");
        tried += 1;
    }
    assert!(tried * step >= 10, "only {tried} places were tried");
}

async fn a_holder_that_was_taken_over_before_its_call_never_sends_it(shared: &Shared) {
    wakes_up_too_late(shared, Shut::BeforeTheCall).await;
}

async fn a_holder_that_was_taken_over_after_its_call_writes_and_sends_nothing_more(
    shared: &Shared,
) {
    wakes_up_too_late(shared, Shut::AfterTheEffect).await;
}

on_both! {
    of_two_machines_at_once_only_one_acts
    who_comes_second_is_told_who_acts_and_disturbs_nothing
    a_look_from_before_somebody_elses_run_is_not_acted_on
    a_look_from_the_middle_of_a_run_that_died_is_not_acted_on
    who_must_wait_is_told_who_acts_and_how_long_that_holds
    who_is_alone_with_a_simulated_world_waits_for_nobody
    a_holder_that_was_taken_over_before_its_call_never_sends_it
    a_holder_that_was_taken_over_after_its_call_writes_and_sends_nothing_more
}
