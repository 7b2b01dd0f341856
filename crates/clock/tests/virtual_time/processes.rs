//! Processes whose wall clocks are off or set, which are suspended, or killed.

use jiff::SignedDuration;
use proptest::prelude::*;
use showcaller_clock::{Clock as _, ProcessClock};
use tokio::sync::mpsc;

use crate::{Trace, clock, on_one_thread, passed, secs, start};

/// Notes the world's time at every tenth second of the process's monotonic clock.
fn every_ten_seconds(process: &ProcessClock, world: &showcaller_clock::VirtualClock) -> Trace<i64> {
    let trace = Trace::new();
    let (own, world, notes) = (process.clone(), world.clone(), trace.clone());
    tokio::spawn(process.task(Box::pin(async move {
        loop {
            own.sleep(secs(10)).await;
            notes.note(passed(world.now()));
        }
    })));
    trace
}

#[tokio::test]
async fn each_process_has_its_own_wall_clock_and_they_share_the_worlds_time() {
    let world = clock();
    let (ahead, behind) = (world.process(secs(90)), world.process(-secs(90)));
    world.sleep(secs(10)).await;
    let read = [&ahead, &behind].map(|process| passed(process.now()));
    assert_eq!((passed(world.now()), read), (10, [100, -80]));
    behind.step_wall(secs(100));
    assert_eq!(passed(behind.now()), 20);
    assert_eq!(behind.monotonic(), ahead.monotonic());
}

#[tokio::test]
async fn a_suspended_process_stands_still_and_goes_on_with_what_was_left() {
    let world = clock();
    let (laptop, server) = (
        world.process(SignedDuration::ZERO),
        world.process(SignedDuration::ZERO),
    );
    let (of_laptop, of_server) = (
        every_ten_seconds(&laptop, &world),
        every_ten_seconds(&server, &world),
    );
    world.sleep(secs(25)).await;
    laptop.suspend();
    world.sleep(secs(40)).await;
    assert_eq!(laptop.monotonic().as_secs(), 25);
    assert_eq!(passed(laptop.now()), 65, "the wall clock runs on");
    laptop.resume();
    world.sleep(secs(15)).await;
    assert_eq!(laptop.monotonic().as_secs(), 40);
    assert_eq!(of_laptop.take(), [10, 20, 70, 80]);
    assert_eq!(of_server.take(), [10, 20, 30, 40, 50, 60, 70, 80]);
}

#[tokio::test]
async fn a_task_that_is_woken_while_its_process_is_suspended_goes_on_at_the_resumption() {
    let (world, trace) = (clock(), Trace::new());
    let laptop = world.process(SignedDuration::ZERO);
    let (out, mut heard) = mpsc::channel(8);
    let (own, notes) = (laptop.clone(), trace.clone());
    tokio::spawn(laptop.task(Box::pin(async move {
        while let Some(said) = heard.recv().await {
            notes.note((said, passed(own.now())));
        }
    })));
    world.sleep(secs(1)).await;
    laptop.suspend();
    for said in ["one", "two"] {
        out.send(said).await.expect("there is room");
        world.sleep(secs(1)).await;
    }
    assert_eq!(trace.take(), []);
    laptop.resume();
    world.sleep(secs(1)).await;
    assert_eq!(trace.take(), [("one", 3), ("two", 3)]);
}

#[tokio::test]
async fn a_world_in_which_everything_is_suspended_goes_on_at_the_resumption() {
    let world = clock();
    let laptop = world.process(SignedDuration::ZERO);
    let own = laptop.clone();
    let shut = async move {
        own.suspend();
        own.sleep(secs(5)).await;
    };
    let own = laptop.clone();
    let root = tokio::spawn(async move { own.run(shut).await });
    for _ in 0..5 {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.now(), start());
    laptop.resume();
    root.await.expect("no panic");
    assert_eq!(passed(world.now()), 5);
}

#[tokio::test]
async fn a_killed_process_does_nothing_more_and_stops_nobody() {
    let world = clock();
    let process = world.process(SignedDuration::ZERO);
    let trace = every_ten_seconds(&process, &world);
    world.sleep(secs(15)).await;
    process.kill();
    process.resume();
    world.sleep(secs(100)).await;
    assert_eq!((trace.take(), passed(world.now())), (vec![10], 115));
}

#[tokio::test]
async fn a_wall_clock_that_is_set_is_noticed_within_a_minute() {
    let world = clock();
    for (stepped_by, over_at) in [(0, 3_600), (1_800, 1_800), (3_600, 60), (-600, 4_200)] {
        let process = world.process(SignedDuration::ZERO);
        let begun = world.now();
        let wait = process.sleep_until(begun + secs(3_600));
        let set = async {
            process.sleep(secs(1)).await;
            process.step_wall(SignedDuration::from_secs(stepped_by));
        };
        world.run(async { tokio::join!(wait, set) }).await;
        let took = world.now().duration_since(begun);
        assert_eq!(took.as_secs(), over_at, "after a step of {stepped_by} s");
    }
}

proptest! {
    #[test]
    fn a_wait_for_a_wall_clock_time_is_never_short_and_at_most_a_minute_long(
        steps in prop::collection::vec((2..400_u32, -900..900_i64), 0..8),
    ) {
        let world = clock();
        let process = world.process(SignedDuration::ZERO);
        let deadline = start() + secs(1_200);
        let steps = async {
            for (after, by) in steps {
                process.sleep(secs(after)).await;
                process.step_wall(SignedDuration::from_secs(by));
            }
            std::future::pending::<()>().await;
        };
        // Looks every second, so that it sees every step, where the wait looks at least every minute.
        let reached = Trace::new();
        let look = async {
            loop {
                if process.now() >= deadline {
                    reached.note(passed(world.now()));
                }
                process.sleep(secs(1)).await;
            }
        };
        let body = async {
            tokio::select! {
                () = process.sleep_until(deadline) => {}
                () = steps => {}
                () = look => {}
            }
            (process.now(), passed(world.now()))
        };
        let (read, ended) = on_one_thread(world.run(body));
        prop_assert!(read >= deadline);
        // It may have missed less than a minute between two steps, but never a whole one.
        let mut whole_minutes = reached.take();
        whole_minutes.retain(|second| second + 60 < ended);
        prop_assert!(whole_minutes.windows(61).all(|run| run[60] - run[0] > 60));
    }
}
