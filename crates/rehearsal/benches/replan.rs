//! What a look costs when there is nothing to do, as an event grows.
//!
//! `cargo bench -p showcaller-rehearsal --bench replan`. Webex lists people room by room, tabs room by
//! room, invitees meeting by meeting, and everything else in pages, so that no look can make fewer
//! calls than the formula printed beside it. Fails if a plan makes more.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

mod large;

use std::process::ExitCode;
use std::sync::Arc;

use showcaller_clock::{SharedClock, VirtualClock};
use showcaller_engine::Engine;
use showcaller_event::Event;
use showcaller_ledger::{Ledger, LedgerUrl};
use showcaller_plan::Wishes;
use showcaller_rehearsal::{InProcess, connect, setup_time};
use showcaller_simulator::Simulator;
use showcaller_webex::Transport;

const ROOMS: [usize; 3] = [12, 120, 1_200];

#[tokio::main]
async fn main() -> ExitCode {
    println!(
        "{:>22} {:>12} {:>12} {:>12} {:>12}",
        "", "calls", "formula", "--full", "formula"
    );
    let mut good = true;
    let reference = large::example("innovation-challenge");
    good &= row("reference event", &reference).await;
    for rooms in ROOMS {
        good &= row(&format!("{rooms} rooms"), &large::rooms(rooms)).await;
    }
    for (people, teams) in [(100, 10), (1_000, 100)] {
        let name = format!("{people} people, {} meetings", teams * 5);
        good &= row(&name, &large::event(people, teams)).await;
    }
    if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

async fn row(name: &str, event: &Event) -> bool {
    let clock: SharedClock = Arc::new(VirtualClock::starting_at(setup_time(event)));
    let mut config = large::unlimited(event);
    config.clock = Arc::clone(&clock);
    let simulator = Simulator::new(config).expect("a simulator");
    let transport: Arc<dyn Transport> = Arc::new(InProcess::to(&simulator));
    let connections = connect(event, &simulator, &transport, &clock).expect("tokens");
    let ledger = Ledger::open(&LedgerUrl::memory()).await.expect("a ledger");
    let engine = Engine::new(connections, ledger, clock, large::process());
    let outlook = engine
        .look(event, &Wishes::default())
        .await
        .expect("a look");
    large::apply(&engine, event, outlook).await;
    let mut counted = Vec::new();
    for wishes in [Wishes::default(), large::everything()] {
        let before = simulator.calls();
        let outlook = engine.look(event, &wishes).await.expect("a look");
        assert!(outlook.plan.is_empty(), "{:?}", outlook.plan.steps.first());
        counted.push(simulator.calls() - before);
    }
    let (share, full) = large::lists(event);
    println!(
        "{name:>22} {:>12} {share:>12} {:>12} {full:>12}",
        counted[0], counted[1]
    );
    counted[0] <= share && counted[1] <= full
}
