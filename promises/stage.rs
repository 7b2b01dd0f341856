//! A simulated Webex, a ledger and an engine around one event.

use std::sync::Arc;

use jiff::Timestamp;
use showcaller_clock::{SharedClock, VirtualClock};
use showcaller_engine::{
    Assignment, Engine, Error, NoProgress, Outlook, Report, Stop, ThisProcess,
};
use showcaller_event::{Event, Input, check};
use showcaller_ledger::{Ledger, LedgerUrl, Operation, OperationKind};
use showcaller_plan::{LookWish, Plan, Recreate, Wishes};
use showcaller_rehearsal::{InProcess, accounts, connect, setup_time};
use showcaller_simulator::{Config, Simulator, Switches};
use showcaller_webex::Transport;

use crate::beside::Beside;
use crate::processes;
use crate::summary_state_and_exit_code_agree::adds_up;

/// The unknowns of a stage: as told, and lists with an empty page in between, because Webex may
/// send one at any time.
pub(crate) fn switched<'a>(settings: impl IntoIterator<Item = &'a str>) -> Switches {
    let settings = ["empty-page=yes"].into_iter().chain(settings);
    Switches::with(settings).expect("known switches")
}

/// Everything that a promise needs to be tried.
pub(crate) struct Stage {
    pub(crate) simulator: Simulator,
    pub(crate) ledger: Ledger,
    pub(crate) clock: VirtualClock,
    /// What lies between the client and the simulator; tests put their own in its place.
    pub(crate) transport: Arc<dyn Transport>,
    /// The process that gives all commands.
    pub(crate) process: ThisProcess,
    /// A process that sends messages meanwhile, on the same ledger.
    beside: Option<Arc<Beside>>,
    /// How many calls of one owner may be under way.
    pub(crate) in_flight: usize,
    /// Whether a finding of the referee is a failure.
    judged: bool,
}

impl Stage {
    /// An empty Webex two weeks before the event, with everybody's account.
    pub(crate) async fn before(event: &Event) -> Self {
        Self::with(event, |_| {}).await
    }

    /// The same with the simulator set up otherwise.
    pub(crate) async fn with(event: &Event, change: impl FnOnce(&mut Config)) -> Self {
        let clock = VirtualClock::starting_at(setup_time(event));
        let mut config = Config {
            clock: Arc::new(clock.clone()),
            accounts: accounts(event),
            strict: true,
            switches: switched([]),
            ..Config::default()
        };
        change(&mut config);
        let simulator = Simulator::new(config).expect("a simulator");
        let ledger = Ledger::open(&LedgerUrl::memory())
            .await
            .expect("a ledger in memory");
        let transport = Arc::new(InProcess::to(&simulator));
        Self {
            simulator,
            ledger,
            clock,
            transport,
            process: processes::alive(),
            beside: None,
            in_flight: Engine::IN_FLIGHT,
            judged: true,
        }
    }

    /// A stage on which this world and this ledger were found.
    pub(crate) fn found(simulator: Simulator, ledger: Ledger, clock: VirtualClock) -> Self {
        let transport = Arc::new(InProcess::to(&simulator));
        Self {
            simulator,
            ledger,
            clock,
            transport,
            process: processes::alive(),
            beside: None,
            in_flight: Engine::IN_FLIGHT,
            judged: true,
        }
    }

    /// The same beside a process that writes messages into the ledger, between the calls of this one.
    pub(crate) async fn beside_messages(mut self) -> Self {
        let beside = Beside::on(&self.ledger, &self.transport).await;
        self.transport = Arc::clone(&beside) as Arc<dyn Transport>;
        self.beside = Some(beside);
        self
    }

    /// The same with the ledger opened anew, also by the process that writes messages.
    pub(crate) async fn with_ledger(mut self, ledger: Ledger) -> Self {
        self.ledger = ledger;
        match self.beside.take() {
            None => self,
            Some(beside) => {
                self.transport = beside.inner();
                self.beside_messages().await
            }
        }
    }

    /// Every message of that process is as it left it.
    pub(crate) async fn messages_are_untouched(&self) {
        if let Some(beside) = &self.beside {
            beside.writer().finds_its_messages_untouched().await;
        }
    }

    /// An engine for this event; made anew for each command, as the program does.
    pub(crate) fn engine(&self, event: &Event) -> Engine {
        self.engine_of(event, &self.process)
    }

    /// The same for another process than the stage's own.
    pub(crate) fn engine_of(&self, event: &Event, process: &ThisProcess) -> Engine {
        let clock: SharedClock = Arc::new(self.clock.clone());
        let connections = connect(event, &self.simulator, &self.transport, &clock)
            .expect("the simulator's tokens");
        Engine::new(connections, self.ledger.clone(), clock, process.clone())
            .with_in_flight(self.in_flight)
    }

    /// Looks and plans.
    pub(crate) async fn look(&self, event: &Event, wishes: &Wishes) -> Outlook {
        self.engine(event)
            .look_settled(event, wishes, &NoProgress)
            .await
            .expect("a look")
    }

    /// The plan, looking at everything.
    pub(crate) async fn full_plan(&self, event: &Event) -> Plan {
        let wishes = Wishes {
            look: LookWish::Full,
            ..Wishes::default()
        };
        self.look(event, &wishes).await.plan
    }

    /// Looks, plans and applies.
    pub(crate) async fn apply(&self, event: &Event, wishes: &Wishes) -> Report {
        let outlook = self.look(event, wishes).await;
        assert_eq!(
            outlook.plan.guard_rails,
            [],
            "no guard rail stands against it"
        );
        self.apply_outlook(event, outlook).await
    }

    /// Applies what was planned.
    pub(crate) async fn apply_outlook(&self, event: &Event, outlook: Outlook) -> Report {
        let report = self.try_outlook(event, outlook).await;
        report.expect("a run")
    }

    /// The same where something may stand against it.
    pub(crate) async fn try_outlook(
        &self,
        event: &Event,
        outlook: Outlook,
    ) -> Result<Report, Error> {
        let assignment = Assignment {
            event,
            sources: Vec::new(),
            digest: format!("{event:?}").len().to_string(),
        };
        let plan = outlook.plan.clone();
        let engine = self.engine(event);
        let stop = Stop::default();
        let applied = engine.apply(&assignment, outlook, &NoProgress, &stop);
        let report = applied.await?;
        adds_up(&plan, &report);
        Ok(report)
    }

    /// The steps of plans that are open in the ledger.
    pub(crate) async fn open_operations(&self) -> Vec<Operation> {
        let open = self.ledger.open_operations(OperationKind::Provision);
        open.await.expect("a ledger")
    }

    /// Calls that the simulator answered while `work` was done.
    pub(crate) async fn calls_of<T>(&self, work: impl Future<Output = T>) -> (T, usize) {
        let before = self.simulator.calls();
        let done = work.await;
        (done, self.simulator.calls() - before)
    }

    /// Ends a play in which the referee was to find something; what it found.
    pub(crate) fn dismiss(mut self) -> Vec<String> {
        self.judged = false;
        self.simulator.findings()
    }

    /// The time on stage.
    pub(crate) fn now(&self) -> Timestamp {
        use showcaller_clock::Clock as _;
        self.clock.now()
    }
}

impl Drop for Stage {
    /// Whatever a promise did, Webex's own documents must have found nothing wrong with it
    /// (promise 11).
    fn drop(&mut self) {
        if self.judged && !std::thread::panicking() {
            assert_eq!(
                self.simulator.findings(),
                Vec::<String>::new(),
                "the referee's findings"
            );
        }
    }
}

/// Every flag that takes away or makes anew.
pub(crate) fn every_flag() -> Wishes {
    Wishes {
        remove: true,
        remove_many: true,
        recreate: Recreate::All,
        look: LookWish::Full,
        ..Wishes::default()
    }
}

/// The event of `examples/NAME`.
pub(crate) fn example(name: &str) -> Event {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../examples")
        .join(name);
    let read = |path: &str| std::fs::read(folder.join(path)).map_err(|error| error.to_string());
    event(&read("event.yaml").expect("an event file"), &read)
}

/// A checked event; its diagnostics in the panic if it has mistakes.
pub(crate) fn event(bytes: &[u8], load: &dyn Fn(&str) -> Result<Vec<u8>, String>) -> Event {
    let checked = check(&Input {
        name: "event.yaml",
        bytes,
        load,
        now: None,
    });
    let told: Vec<String> = checked
        .diagnostics
        .iter()
        .map(ToString::to_string)
        .collect();
    checked
        .event
        .unwrap_or_else(|| panic!("the event has mistakes: {told:#?}"))
}
