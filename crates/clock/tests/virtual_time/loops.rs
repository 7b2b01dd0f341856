//! Loops of different periods, in one process or several.

use jiff::SignedDuration;
use proptest::prelude::*;
use showcaller_clock::{Clock as _, ProcessClock, VirtualClock};
use tokio::task::JoinSet;

use crate::{Trace, clock, on_one_thread, on_two_threads, secs};

const HORIZON: u32 = 120;

#[derive(Debug, Clone, Copy)]
struct Loop {
    process: usize,
    period: u32,
}

/// A second, a process and a loop: the order in which ticks are promised to come.
type Tick = (u32, usize, usize);

fn loops() -> impl Strategy<Value = Vec<Loop>> {
    let one = (0..3_usize, 1..40_u32).prop_map(|(process, period)| Loop { process, period });
    prop::collection::vec(one, 1..12)
}

fn promised(loops: &[Loop]) -> Vec<Tick> {
    let ticks = |(number, of): (usize, &Loop)| {
        let process = of.process;
        let times = (of.period..=HORIZON).step_by(of.period as usize);
        times.map(move |second| (second, process, number))
    };
    let mut all: Vec<Tick> = loops.iter().enumerate().flat_map(ticks).collect();
    all.sort_unstable();
    all
}

async fn tick(clock: ProcessClock, number: usize, of: Loop, trace: Trace<Tick>) {
    for second in (of.period..=HORIZON).step_by(of.period as usize) {
        clock.sleep(secs(of.period)).await;
        assert_eq!(clock.monotonic().as_secs(), u64::from(second));
        trace.note((second, of.process, number));
    }
}

async fn ticks(world: VirtualClock, loops: Vec<Loop>) -> Vec<Tick> {
    let trace = Trace::new();
    let processes = [0, 1, 2].map(|_| world.process(SignedDuration::ZERO));
    world
        .run(async {
            let mut tasks = JoinSet::new();
            for (number, of) in loops.into_iter().enumerate() {
                let clock = &processes[of.process];
                let tick = tick(clock.clone(), number, of, trace.clone());
                tasks.spawn(clock.task(Box::pin(tick)));
            }
            while let Some(ended) = tasks.join_next().await {
                ended.expect("no panic");
            }
        })
        .await;
    trace.take()
}

proptest! {
    #[test]
    fn no_wait_is_skipped_none_overtaken_and_ties_come_in_their_order(loops in loops()) {
        let ticked = on_one_thread(ticks(clock(), loops.clone()));
        prop_assert_eq!(ticked, promised(&loops));
    }

    #[test]
    fn the_order_is_the_same_on_two_threads(loops in loops()) {
        let ticked = on_two_threads(ticks(clock(), loops.clone()));
        prop_assert_eq!(ticked, promised(&loops));
    }

    #[test]
    fn waits_side_by_side_in_one_task_come_in_order(waits in prop::collection::vec(0..50_u32, 1..40)) {
        let (clock, trace) = (clock(), Trace::new());
        let wait = async |(number, &wait): (usize, &u32)| {
            clock.sleep(secs(wait)).await;
            trace.note((wait, number));
        };
        let together = futures::future::join_all(waits.iter().enumerate().map(wait));
        on_one_thread(clock.run(together));
        let mut promised: Vec<_> = waits.iter().copied().zip(0..).collect();
        promised.sort_unstable();
        prop_assert_eq!(trace.take(), promised);
    }
}
