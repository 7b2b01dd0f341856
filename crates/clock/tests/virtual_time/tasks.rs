//! How tasks are known to be runnable or idle.

use std::task::{Poll, Waker};

use futures::future::poll_fn;
use showcaller_clock::{Clock as _, VirtualClock};
use tokio::sync::{mpsc, oneshot};

use crate::{Trace, clock, passed, secs, start};

/// A loop that ticks every second for ever.
fn ticking(clock: &VirtualClock) -> tokio::task::JoinHandle<()> {
    let own = clock.clone();
    tokio::spawn(clock.task(Box::pin(async move {
        loop {
            own.sleep(secs(1)).await;
        }
    })))
}

#[tokio::test]
async fn a_task_that_waits_for_another_tasks_word_does_not_hold_the_time() {
    let clock = clock();
    let body = async {
        let (word, heard) = oneshot::channel();
        let own = clock.clone();
        tokio::spawn(clock.task(Box::pin(async move {
            own.sleep(secs(5)).await;
            word.send(own.now()).expect("it is waited for");
        })));
        let said = heard.await.expect("a word");
        assert_eq!((passed(said), said), (5, clock.now()));
    };
    clock.run(body).await;
}

#[tokio::test]
async fn cancelled_waits_leave_nothing_behind() {
    let clock = clock();
    let body = async {
        for second in 1..=100 {
            tokio::select! {
                () = clock.sleep(secs(3_600)) => panic!("an hour has not passed"),
                () = clock.sleep(secs(1)) => {}
            }
            assert_eq!(passed(clock.now()), second);
        }
        // Not even that is waited for by anything that the clock knows.
        let unregistered = tokio::spawn(tokio::task::yield_now());
        unregistered.await.expect("no panic");
        assert_eq!(passed(clock.now()), 100);
    };
    clock.run(body).await;
}

#[tokio::test]
async fn a_task_holds_the_time_until_it_is_first_polled_or_dropped() {
    let clock = clock();
    let never_spawned = clock.task(Box::pin(async {}));
    let mut wait = Box::pin(clock.sleep(secs(1)));
    for _ in 0..3 {
        assert!(futures::poll!(&mut wait).is_pending());
        tokio::task::yield_now().await;
    }
    drop(never_spawned);
    wait.await;
    assert_eq!(passed(clock.now()), 1);
}

#[tokio::test]
async fn aborted_and_panicking_tasks_do_not_hold_the_time() {
    let clock = clock();
    let body = async {
        let before_its_first_poll = ticking(&clock);
        before_its_first_poll.abort();
        let idle = ticking(&clock);
        clock.sleep(secs(2)).await;
        idle.abort();
        let woken = ticking(&clock);
        clock.sleep(secs(1)).await;
        woken.abort();
        let panics = tokio::spawn(clock.task(Box::pin(async { panic!("on purpose") })));
        for ended in [before_its_first_poll, idle, woken, panics] {
            ended.await.expect_err("aborted, or a panic");
        }
        clock.sleep(secs(10)).await;
        assert_eq!(passed(clock.now()), 13);
    };
    clock.run(body).await;
}

#[tokio::test]
async fn time_stands_while_a_task_yields_or_wakes_itself() {
    let clock = clock();
    let _ticking = ticking(&clock);
    let body = async {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        let mut left = 100;
        poll_fn(|context| {
            context.waker().wake_by_ref();
            left -= 1;
            if left > 0 {
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        })
        .await;
        // More than Tokio lets a task read in one go.
        let (out, mut channel) = mpsc::unbounded_channel();
        (0..1_000).for_each(|n| out.send(n).expect("it is read"));
        for n in 0..1_000 {
            assert_eq!(channel.recv().await, Some(n));
        }
        assert_eq!(clock.now(), start());
    };
    clock.run(body).await;
}

#[tokio::test]
async fn a_task_that_is_woken_after_its_end_does_not_hold_the_time() {
    let clock = clock();
    let body = async {
        let (out, waker) = oneshot::channel::<Waker>();
        let mut out = Some(out);
        let ends_at_once = poll_fn(move |context| {
            if let Some(out) = out.take() {
                out.send(context.waker().clone()).expect("it is waited for");
            }
            Poll::Ready(())
        });
        let ended = tokio::spawn(clock.task(Box::pin(ends_at_once)));
        let waker = waker.await.expect("a waker");
        ended.await.expect("no panic");
        waker.wake();
        clock.sleep(secs(1)).await;
        assert_eq!(passed(clock.now()), 1);
    };
    clock.run(body).await;
}

#[tokio::test]
async fn what_one_wait_sets_going_ends_before_the_next_wait_even_at_the_same_instant() {
    let (clock, trace) = (clock(), Trace::new());
    let body = async {
        let (out, mut heard) = mpsc::channel(1);
        let (own, of_first) = (clock.clone(), trace.clone());
        let first = async move {
            own.sleep(secs(5)).await;
            of_first.note("the first wait is over");
            out.send(()).await.expect("it is read");
            tokio::task::yield_now().await;
            of_first.note("the first task is done");
        };
        let of_reader = trace.clone();
        let reader = async move {
            heard.recv().await.expect("a word");
            tokio::task::yield_now().await;
            of_reader.note("the reader has read");
        };
        let first = tokio::spawn(clock.task(Box::pin(first)));
        let reader = tokio::spawn(clock.task(Box::pin(reader)));
        let (own, of_second) = (clock.clone(), trace.clone());
        let second = async move {
            own.sleep(secs(5)).await;
            of_second.note("the second wait is over");
        };
        let second = tokio::spawn(clock.task(Box::pin(second)));
        for task in [first, reader, second] {
            task.await.expect("no panic");
        }
    };
    clock.run(body).await;
    let happened = trace.take();
    assert_eq!(happened.len(), 4);
    assert_eq!(happened[0], "the first wait is over");
    assert_eq!(happened[3], "the second wait is over");
}
