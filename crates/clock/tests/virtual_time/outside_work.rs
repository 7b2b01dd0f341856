//! Work on threads of the operating system, which the clock only knows as busy.

use proptest::prelude::*;
use showcaller_clock::{Clock, VirtualClock};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::{Trace, clock, on_one_thread, on_two_threads, passed, secs, start};

/// A thread that takes a while, as a database does.
async fn on_a_thread(clock: &dyn Clock, effort: u32) {
    let _busy = clock.busy();
    let (done, is_done) = oneshot::channel();
    std::thread::spawn(move || {
        for _ in 0..effort {
            std::thread::yield_now();
        }
        done.send(())
    });
    is_done.await.expect("the thread's word");
}

/// The second, the loop, and its turn.
type Turn = (i64, u64, u32);

/// Waits and works by turns, as the seed will have it.
async fn turns(clock: VirtualClock, number: u64, seed: u64, trace: Trace<Turn>) {
    let mut random = seed ^ number;
    for turn in 0..12 {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let [wait, effort, ..] = random.to_be_bytes();
        clock.sleep(secs(u32::from(1 + wait % 8))).await;
        on_a_thread(&clock, effort.into()).await;
        trace.note((passed(clock.now()), number, turn));
    }
}

async fn story(clock: VirtualClock, seed: u64) -> Vec<Turn> {
    let trace = Trace::new();
    let all = async {
        let mut tasks = JoinSet::new();
        for number in 0..3 {
            let turns = turns(clock.clone(), number, seed, trace.clone());
            tasks.spawn(clock.task(Box::pin(turns)));
        }
        tasks.join_all().await;
    };
    clock.run(all).await;
    trace.take()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_same_seed_gives_the_same_trace_whatever_the_threads_take(seed: u64) {
        let once = on_one_thread(story(clock(), seed));
        // At one instant loop comes after loop, and each ends its work first.
        prop_assert!(once.is_sorted());
        prop_assert_eq!(&once, &on_one_thread(story(clock(), seed)));
        prop_assert_eq!(&once, &on_two_threads(story(clock(), seed)));
    }
}

#[tokio::test]
async fn time_stands_while_a_thread_works() {
    let clock = clock();
    let body = async {
        let other = clock.clone();
        tokio::spawn(clock.task(Box::pin(async move {
            loop {
                other.sleep(secs(1)).await;
            }
        })));
        on_a_thread(&clock, 10_000).await;
        assert_eq!(clock.now(), start());
        clock.sleep(secs(1)).await;
        on_a_thread(&clock, 10_000).await;
        assert_eq!(passed(clock.now()), 1);
    };
    clock.run(body).await;
}

#[tokio::test]
async fn a_guard_that_a_thread_holds_stops_a_wait_outside_of_every_task_too() {
    let clock = clock();
    let busy = clock.busy();
    let mut wait = Box::pin(clock.sleep(secs(1)));
    for _ in 0..3 {
        assert!(futures::poll!(&mut wait).is_pending());
        tokio::task::yield_now().await;
    }
    assert_eq!(clock.now(), start());
    let thread = std::thread::spawn(move || drop(busy));
    wait.await;
    thread.join().expect("no panic");
    assert_eq!(passed(clock.now()), 1);
}
