//! What a virtual clock promises.

mod loops;
mod outside_work;
mod plain_tests;
mod processes;
mod tasks;
mod turns;

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use showcaller_clock::VirtualClock;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

fn start() -> Timestamp {
    at("2027-10-01T08:00:00Z")
}

fn clock() -> VirtualClock {
    VirtualClock::starting_at(start())
}

fn secs(count: u32) -> SignedDuration {
    SignedDuration::from_secs(count.into())
}

/// Seconds since the start.
fn passed(now: Timestamp) -> i64 {
    now.duration_since(start()).as_secs()
}

/// What happened, in order.
#[derive(Debug)]
struct Trace<T>(Arc<Mutex<Vec<T>>>);

impl<T> Clone for Trace<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Trace<T> {
    fn new() -> Self {
        Self(Arc::default())
    }

    fn note(&self, what: T) {
        self.0.lock().expect("no panic").push(what);
    }

    fn take(&self) -> Vec<T> {
        std::mem::take(&mut *self.0.lock().expect("no panic"))
    }
}

/// Runs a test to its end on one thread.
fn on_one_thread<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread();
    { runtime }.build().expect("a runtime").block_on(test)
}

/// Runs a test to its end on two threads.
fn on_two_threads<T>(test: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).build().expect("a runtime");
    runtime.block_on(test)
}
