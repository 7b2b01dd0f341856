//! A simulated Webex, a throw-away ledger, and the processes that serve an event in them, on one virtual clock.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use showcaller_clock::{Clock as _, SharedClock, VirtualClock};
use showcaller_engine::{Assignment, CampaignEnd, Engine, NoProgress, Stop, ThisProcess};
use showcaller_event::Event;
use showcaller_event::model::Email;
use showcaller_ledger::{Instance, Ledger, LedgerUrl, Source};
use showcaller_plan::Wishes;
use showcaller_simulator::{Config, Fault, Registration, Simulator};
use showcaller_webex::Transport;
use uuid::Uuid;

use crate::balancer::Balancer;
use crate::cast::{BOT, accounts, setup_time};
use crate::error::Error;
use crate::in_process::{InProcess, connect};
use crate::play::Settings;

/// Where the processes are reached.
pub(crate) const PUBLIC: &str = "https://bot.example";

/// The files of an event.
#[derive(Debug, Clone)]
pub struct Files {
    /// The event that they make.
    pub event: Event,
    /// Each of them.
    pub sources: Vec<Source>,
    /// What they are compared by.
    pub digest: String,
}

/// What surrounds the processes.
pub(crate) struct Stage {
    pub(crate) clock: VirtualClock,
    pub(crate) simulator: Simulator,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) ledger: Ledger,
    pub(crate) balancer: Balancer,
    seed: u64,
    /// Faults that are over.
    struck: Mutex<BTreeMap<String, u64>>,
    _registration: Registration,
}

impl Stage {
    /// An empty Webex two weeks before the event, with the accounts of everybody who has one.
    pub(crate) async fn new(
        event: &Event,
        settings: &Settings,
        clock: &VirtualClock,
    ) -> Result<Self, Error> {
        let Settings { seed, strict, .. } = *settings;
        let mut accounts = accounts(event);
        for account in &mut accounts {
            let is_account = |it: &Email| it.as_str() == account.email;
            account.host_licence &= !settings.without_host_account.iter().any(is_account);
        }
        let config = Config {
            clock: Arc::new(clock.clone()),
            seed,
            accounts,
            strict,
            ..Config::default()
        };
        let simulator = Simulator::new(config)?;
        let balancer = Balancer::default();
        let registration = simulator.deliver_to(PUBLIC, balancer.service());
        Ok(Self {
            transport: Arc::new(InProcess::to(&simulator)),
            ledger: Ledger::open(&LedgerUrl::memory())
                .await?
                .on_clock(Arc::new(clock.clone())),
            clock: clock.clone(),
            simulator,
            balancer,
            seed,
            struck: Mutex::default(),
            _registration: registration,
        })
    }

    /// The clock of a rehearsal of this event, which begins when the event is set up.
    pub(crate) fn clock_of(event: &Event) -> VirtualClock {
        VirtualClock::starting_at(setup_time(event)).in_turns()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The room in which a person and the bot write to each other alone, if they do.
    pub(crate) fn private(&self, person: &Email) -> Option<String> {
        self.simulator.direct_room([person.as_str(), BOT])
    }

    /// A process of this name; its instance id is made of the seed.
    pub(crate) fn process(&self, number: usize) -> ThisProcess {
        let id = Uuid::from_u64_pair(self.seed, u64::try_from(number).unwrap_or(u64::MAX));
        let name = format!("rehearsal {number}");
        ThisProcess::of(Instance {
            id,
            name,
            origin: None,
        })
    }

    /// Something goes wrong from now on, instead of what did before.
    pub(crate) fn faults(&self, faults: &[Fault]) {
        let mut struck = self.struck.lock().unwrap_or_else(PoisonError::into_inner);
        for (fault, times) in self.simulator.faults() {
            *struck.entry(fault).or_default() += times;
        }
        self.simulator.set_faults(faults.to_vec());
    }

    /// Everything that went wrong until it was set otherwise, and how often it did.
    pub(crate) fn struck(&self) -> Vec<(String, u64)> {
        let struck = self.struck.lock();
        let struck = struck.unwrap_or_else(PoisonError::into_inner).clone();
        struck.into_iter().collect()
    }

    /// Applies the event, and waits for what waiting cures. Returns how much was done, and what was left.
    pub(crate) async fn apply(&self, files: &Files) -> Result<Applied, Error> {
        let event = &files.event;
        let clock: SharedClock = Arc::new(self.clock.clone());
        let connections = connect(event, &self.simulator, &self.transport, &clock)?;
        let engine = Engine::new(connections, self.ledger.clone(), clock, self.process(0));
        let wishes = Wishes::default();
        let outlook = engine.look_settled(event, &wishes, &NoProgress).await?;
        let assignment = Assignment {
            event,
            sources: files.sources.clone(),
            digest: files.digest.clone(),
        };
        let stop = Stop::default();
        let campaign = engine
            .apply_patiently(&assignment, &wishes, outlook, &NoProgress, &stop)
            .await?;
        let (_, report, end) = campaign.total();
        let failed = report.failed.iter().chain(&report.unclear);
        let failed = failed.map(|it| format!("{}: {}", it.address, it.sentence));
        let mut failed: Vec<String> = failed.collect();
        if let CampaignEnd::Trouble(error) = &end {
            failed.push(error.to_string());
        }
        Ok(Applied {
            digest: files.digest.clone(),
            made: report.done.len(),
            failed,
        })
    }
}

/// What became of an apply.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct Applied {
    /// What the files of the event are compared by.
    pub digest: String,
    /// How many steps were done.
    pub made: usize,
    /// What was not, and why.
    pub failed: Vec<String>,
}
