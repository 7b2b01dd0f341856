//! What surrounds a run: another ledger, and clocks that are set.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::{SignedDuration, Timestamp};
use showcaller_clock::{ProcessClock, SharedClock};
use showcaller_engine::{Assignment, Ended, Engine, NoProgress, Progress, Report, Stop};
use showcaller_event::Event;
use showcaller_ledger::{Ledger, LedgerUrl};
use showcaller_plan::{CannotReason, Plan, Step, Wishes};
use showcaller_rehearsal::connect;
use showcaller_simulator::Fault;

use crate::files::Files;
use crate::processes;
use crate::stage::Stage;
use crate::world::World;

/// A stage of another operator, with a ledger of their own, at the same Webex.
async fn with_a_ledger_of_its_own(stage: &Stage) -> Stage {
    let ledger = Ledger::open(&LedgerUrl::memory()).await.expect("a ledger");
    Stage::found(stage.simulator.clone(), ledger, stage.clock.clone())
}

fn twice(plan: &Plan) -> Vec<&str> {
    let twice = plan.cannot.iter();
    let twice = twice.filter(|cannot| cannot.reason == CannotReason::Twice);
    twice.map(|cannot| cannot.sentence.as_str()).collect()
}

#[tokio::test]
async fn two_ledgers_at_the_same_moment_are_noticed_and_neither_is_told_to_delete() {
    let event = Files::of_example("innovation-challenge").event();
    let one = Stage::before(&event).await;
    let other = with_a_ledger_of_its_own(&one).await;
    let wishes = Wishes::default();
    let looks = (
        one.look(&event, &wishes).await,
        other.look(&event, &wishes).await,
    );
    let (first, second) = tokio::join!(
        one.apply_outlook(&event, looks.0),
        other.apply_outlook(&event, looks.1)
    );
    let noticed = first.duplicates.len() + second.duplicates.len();
    assert!(noticed > 0, "whoever ended last sees both");
    for stage in [&one, &other] {
        let plan = stage.full_plan(&event).await;
        let told = twice(&plan);
        let [meetings, team] = told[..] else {
            panic!("the team, and all meetings together: {told:#?}");
        };
        assert!(team.contains("more than one team"), "{team}");
        assert!(
            meetings.starts_with("44 meetings are on Webex"),
            "{meetings}"
        );
        for sentence in told {
            assert!(
                sentence.contains("which this ledger has, and …"),
                "{sentence}"
            );
            assert!(
                sentence.contains("delete only what no ledger has"),
                "{sentence}"
            );
        }
    }
}

#[tokio::test]
async fn one_that_begins_while_another_is_half_way_is_noticed_too() {
    let event = Files::of_example("workshop").event();
    let one = Stage::before(&event).await;
    let other = with_a_ledger_of_its_own(&one).await;
    let wishes = Wishes::default();
    // Of the first, only the team is there when the second looks.
    let mut outlook = one.look(&event, &wishes).await;
    let rest = outlook.plan.steps.split_off(1);
    one.apply_outlook(&event, outlook).await;
    assert!(!rest.is_empty());
    let looks = (
        one.look(&event, &wishes).await,
        other.look(&event, &wishes).await,
    );
    let first = one.apply_outlook(&event, looks.0).await;
    assert_eq!(first.duplicates, []);
    let second = other.apply_outlook(&event, looks.1).await;
    let kinds: Vec<&str> = second
        .duplicates
        .iter()
        .map(|it| it.address.kind())
        .collect();
    assert!(
        kinds.contains(&"room") && kinds.contains(&"meeting"),
        "{kinds:?}"
    );
}

#[tokio::test]
async fn the_first_run_of_a_ledger_alone_looks_once_more() {
    let event = Files::of_example("workshop").event();
    let stage = Stage::before(&event).await;
    let report = stage.apply(&event, &Wishes::default()).await;
    assert!(
        report.is_complete() && report.duplicates.is_empty(),
        "{report:#?}"
    );
    let outlook = stage.look(&event, &Wishes::default()).await;
    let (_, calls) = stage.calls_of(stage.apply_outlook(&event, outlook)).await;
    assert_eq!(calls, 0);
}

/// How far the clock of a machine is set, in seconds.
const SETTINGS: [i64; 4] = [2 * 3_600, -2 * 3_600, 400 * 86_400, -400 * 86_400];

/// The answers to two creations are lost, and what they made does not show for most of the settle window.
fn unheard_and_late() -> Vec<Fault> {
    let faults = [
        "reset-after-effect on POST /rooms call 2",
        "reset-after-effect on POST /meetings call 1",
        "invisible on POST /rooms call 2 for 50s by-id",
        "invisible on POST /meetings call 1 for 50s by-id",
    ];
    let faults = faults.iter().map(|line| line.parse());
    faults.collect::<Result<_, _>>().expect("faults")
}

/// A machine whose clock may be set, at the stage's Webex.
struct Machine<'a> {
    stage: &'a Stage,
    clock: ProcessClock,
}

impl Machine<'_> {
    fn engine(&self, event: &Event) -> Engine {
        let clock: SharedClock = Arc::new(self.clock.clone());
        let Stage {
            simulator,
            transport,
            ..
        } = self.stage;
        let connections = connect(event, simulator, transport, &clock).expect("tokens");
        let ledger = self.stage.ledger.clone();
        // Another process each time, as after a kill.
        Engine::new(connections, ledger, clock, processes::dead()).with_in_flight(1)
    }

    async fn run(&self, event: &Event, progress: &dyn Progress) -> Report {
        let engine = self.engine(event);
        let wishes = Wishes::default();
        let outlook = engine.look_settled(event, &wishes, progress).await;
        let assignment = Assignment {
            event,
            sources: Vec::new(),
            digest: "1".to_owned(),
        };
        let stop = Stop::default();
        let outlook = outlook.expect("a look");
        let report = engine.apply(&assignment, outlook, progress, &stop).await;
        report.expect("a run")
    }
}

/// Sets the clock while a run waits.
#[derive(Debug)]
struct SetMeanwhile(ProcessClock, SignedDuration, AtomicBool);

impl Progress for SetMeanwhile {
    fn begins(&self, _: &[Step]) {}
    fn ended(&self, _: &Step, _: Ended) {}
    fn waits(&self, _: Timestamp, _: &str) {
        if !self.2.swap(true, Ordering::SeqCst) {
            self.0.step_wall(self.1);
        }
    }
}

/// All that was made is there once, and nobody waited for longer than the settle window.
async fn comes_right(stage: &Stage, event: &Event, since: Timestamp) {
    let waited = stage.now().duration_since(since);
    assert!(waited <= SignedDuration::from_secs(120), "{waited:#}");
    let later = stage.now() + SignedDuration::from_secs(61);
    stage.clock.advance_to(later);
    let plan = stage.full_plan(event).await;
    assert!(plan.is_empty(), "{:#?}", plan.steps);
    assert_eq!(twice(&plan), Vec::<&str>::new());
    let differences = World::new(stage.simulator.world()).differences(event);
    assert_eq!(differences, Vec::<String>::new());
}

#[tokio::test]
async fn a_clock_that_is_set_after_a_run_that_died_makes_nothing_twice_and_nobody_wait() {
    let event = Files::of_example("workshop").event();
    for by in SETTINGS.map(SignedDuration::from_secs) {
        let stage = Stage::before(&event).await;
        let machine = Machine {
            stage: &stage,
            clock: stage.clock.process(SignedDuration::ZERO),
        };
        stage.simulator.set_faults(unheard_and_late());
        let report = machine.run(&event, &NoProgress).await;
        assert_eq!(report.unclear.len(), 2, "{report:#?}");
        let since = stage.now();
        machine.clock.step_wall(by);
        let report = machine.run(&event, &NoProgress).await;
        assert!(report.is_complete(), "{report:#?}");
        comes_right(&stage, &event, since).await;
    }
}

#[tokio::test]
async fn a_clock_that_is_set_while_a_run_waits_is_noticed() {
    let event = Files::of_example("workshop").event();
    for by in SETTINGS.map(SignedDuration::from_secs) {
        let stage = Stage::before(&event).await;
        let machine = Machine {
            stage: &stage,
            clock: stage.clock.process(SignedDuration::ZERO),
        };
        stage.simulator.set_faults(unheard_and_late());
        machine.run(&event, &NoProgress).await;
        let since = stage.now();
        let sets = SetMeanwhile(machine.clock.clone(), by, AtomicBool::new(false));
        let report = machine.run(&event, &sets).await;
        assert!(sets.2.into_inner(), "it waited");
        assert!(report.is_complete(), "{report:#?}");
        comes_right(&stage, &event, since).await;
    }
}
