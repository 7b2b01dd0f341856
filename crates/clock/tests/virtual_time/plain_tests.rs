//! A plain test is no registered task: it moves the time by waiting, and only by that.

use showcaller_clock::{Clock as _, VirtualClock};
use tokio::sync::mpsc;

use crate::{Trace, at, clock, on_two_threads, passed, secs, start};

/// Notes every tenth second.
fn every_ten_seconds(clock: &VirtualClock, trace: &Trace<i64>) {
    let (own, trace) = (clock.clone(), trace.clone());
    tokio::spawn(clock.task(Box::pin(async move {
        loop {
            own.sleep(secs(10)).await;
            trace.note(passed(own.now()));
        }
    })));
}

#[tokio::test]
async fn without_tasks_the_time_is_what_is_waited_for_and_never_goes_back() {
    let clock = clock();
    let twin = clock.clone();
    clock.sleep(secs(96 * 3_600)).await;
    assert_eq!(twin.now(), at("2027-10-05T08:00:00Z"));
    twin.sleep_until(start()).await;
    twin.sleep(-secs(1)).await;
    twin.advance_to(start());
    assert_eq!(clock.now(), at("2027-10-05T08:00:00Z"));
}

#[tokio::test]
async fn what_is_ready_runs_before_the_time_moves() {
    let (clock, trace) = (clock(), Trace::new());
    let (out, mut heard) = mpsc::channel(1);
    tokio::spawn(async move { out.send("a word").await });
    let (own, notes) = (clock.clone(), trace.clone());
    tokio::spawn(async move {
        heard.recv().await.expect("a word");
        notes.note(passed(own.now()));
    });
    clock.sleep(secs(1)).await;
    assert_eq!(trace.take(), [0]);
}

#[tokio::test]
async fn waits_side_by_side_end_in_the_order_of_their_times() {
    let (clock, trace) = (clock(), Trace::new());
    let wait = async |wait| {
        clock.sleep(secs(wait)).await;
        trace.note((wait, passed(clock.now())));
        clock.sleep(secs(1)).await;
        trace.note((wait, passed(clock.now())));
    };
    tokio::join!(wait(30), wait(10), wait(20));
    let promised = [(10, 10), (10, 11), (20, 20), (20, 21), (30, 30), (30, 31)];
    assert_eq!(trace.take(), promised);
}

#[tokio::test]
async fn registered_loops_tick_up_to_the_awaited_instant_and_no_further() {
    let (clock, trace) = (clock(), Trace::new());
    every_ten_seconds(&clock, &trace);
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    assert_eq!(clock.now(), start());
    clock.sleep(secs(30)).await;
    assert_eq!(trace.take(), [10, 20, 30]);
    assert_eq!(passed(clock.now()), 30);
    clock.sleep(secs(5)).await;
    assert_eq!((trace.take(), passed(clock.now())), (vec![], 35));
}

#[test]
fn registered_loops_tick_up_to_the_awaited_instant_on_two_threads() {
    on_two_threads(async {
        let (clock, trace) = (clock(), Trace::new());
        every_ten_seconds(&clock, &trace);
        clock.sleep(secs(1_000)).await;
        let promised: Vec<_> = (1..=100).map(|n| n * 10).collect();
        assert_eq!(trace.take(), promised);
    });
}

#[tokio::test]
async fn after_the_time_was_moved_by_hand_what_was_due_comes_late_but_comes() {
    let (clock, trace) = (clock(), Trace::new());
    every_ten_seconds(&clock, &trace);
    clock.sleep(secs(10)).await;
    clock.advance_to(at("2027-10-01T08:01:05Z"));
    clock.sleep(secs(15)).await;
    assert_eq!(trace.take(), [10, 65, 75]);
}

#[tokio::test]
async fn a_wait_that_is_kept_but_not_looked_at_stops_no_other() {
    let clock = clock();
    let mut kept = Box::pin(clock.sleep(secs(10)));
    assert!(futures::poll!(&mut kept).is_pending());
    clock.sleep(secs(20)).await;
    assert!(futures::poll!(&mut kept).is_ready());
    assert_eq!(passed(clock.now()), 20);
}

#[tokio::test]
async fn waits_outside_do_not_stop_a_run() {
    let clock = clock();
    let mut kept = Box::pin(clock.sleep(secs(10)));
    assert!(futures::poll!(&mut kept).is_pending());
    clock.run(clock.sleep(secs(20))).await;
    assert_eq!(passed(clock.now()), 20);
    kept.await;
}
