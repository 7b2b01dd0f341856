//! Where tasks take turns, what outside work takes changes nothing.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use showcaller_clock::{Clock as _, SharedClock, VirtualClock};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::{Trace, clock, on_one_thread, passed, secs};

/// Six tasks that wait for each other, for the clock and for threads; the threads are slow in turn.
async fn trace(clock: VirtualClock, slow: usize) -> Vec<(usize, usize, i64)> {
    let trace = Trace::new();
    let shared: SharedClock = Arc::new(clock.clone());
    let gate = Arc::new(tokio::sync::Mutex::new(()));
    clock
        .run(async {
            let mut tasks = JoinSet::new();
            for number in 0..6 {
                let (clock, trace, gate) = (shared.clone(), trace.clone(), Arc::clone(&gate));
                let work = async move {
                    for step in 0..5 {
                        clock
                            .sleep(secs(1 + u32::try_from(step % 2).expect("small")))
                            .await;
                        let held = gate.lock().await;
                        drop(held);
                        let busy = clock.busy();
                        let (done, answer) = oneshot::channel();
                        thread::spawn(move || {
                            if (number + step) % 3 == slow {
                                thread::sleep(Duration::from_millis(2));
                            }
                            done.send(()).expect("it is waited for");
                        });
                        answer.await.expect("an answer");
                        drop(busy);
                        trace.note((number, step, passed(clock.now())));
                    }
                };
                tasks.spawn(shared.task(Box::pin(work)));
            }
            while tasks.join_next().await.is_some() {}
        })
        .await;
    trace.take()
}

#[test]
fn the_order_is_the_same_however_long_outside_work_takes() {
    let traces: Vec<_> = (0..4)
        .map(|slow| on_one_thread(trace(clock().in_turns(), slow)))
        .collect();
    assert_eq!(traces[0].len(), 30);
    assert!(traces.iter().all(|it| *it == traces[0]), "{traces:#?}");
}

#[test]
fn a_task_that_is_killed_or_aborted_passes_its_turn_on() {
    let trace = on_one_thread(async {
        let clock = clock().in_turns();
        let process = clock.process(secs(0));
        let trace = Trace::new();
        clock
            .run(async {
                let dies: SharedClock = Arc::new(process.clone());
                let waits = dies.clone();
                let killed = tokio::spawn(dies.task(Box::pin(async move {
                    let _busy = waits.busy();
                    std::future::pending::<()>().await;
                })));
                let aborted = tokio::spawn(clock.task(Box::pin(std::future::pending())));
                aborted.abort();
                let (own, noted) = (clock.clone(), trace.clone());
                let goes_on = clock.task(Box::pin(async move {
                    own.sleep(secs(5)).await;
                    noted.note(passed(own.now()));
                }));
                process.kill();
                killed.abort();
                tokio::spawn(goes_on).await.expect("no panic");
            })
            .await;
        trace.take()
    });
    assert_eq!(trace, [5]);
}
