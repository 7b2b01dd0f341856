//! What a client has done so far, for the report of `apply`.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// How much went over the wire for one owner since its client was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Calls asked for; each page of a list is one.
    pub calls: u64,
    /// Requests handed to the transport, repetitions included. Each counts towards Webex's
    /// limits, also when it failed (meetings §12).
    pub requests: u64,
    /// Requests that repeated an earlier one of the same call.
    pub retries: u64,
    /// Answers that were 429.
    pub throttled: u64,
    /// Bytes of request bodies sent.
    pub bytes_sent: u64,
    /// Bytes of answer bodies received.
    pub bytes_received: u64,
}

/// The counters as they are counted. Plain sums: no order between them is promised.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    calls: AtomicU64,
    requests: AtomicU64,
    retries: AtomicU64,
    throttled: AtomicU64,
    bytes_sent: AtomicU64,
    bytes_received: AtomicU64,
}

impl Tally {
    pub(crate) fn call(&self) {
        self.calls.fetch_add(1, Relaxed);
    }

    pub(crate) fn request(&self, bytes: usize, repeated: bool) {
        self.requests.fetch_add(1, Relaxed);
        self.retries.fetch_add(u64::from(repeated), Relaxed);
        self.bytes_sent.fetch_add(bytes as u64, Relaxed);
    }

    pub(crate) fn answer(&self, bytes: usize, throttled: bool) {
        self.bytes_received.fetch_add(bytes as u64, Relaxed);
        self.throttled.fetch_add(u64::from(throttled), Relaxed);
    }

    pub(crate) fn read(&self) -> Counters {
        Counters {
            calls: self.calls.load(Relaxed),
            requests: self.requests.load(Relaxed),
            retries: self.retries.load(Relaxed),
            throttled: self.throttled.load(Relaxed),
            bytes_sent: self.bytes_sent.load(Relaxed),
            bytes_received: self.bytes_received.load(Relaxed),
        }
    }
}
