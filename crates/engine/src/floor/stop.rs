//! A friendly way to end early: what is in flight is finished, nothing new begins.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A flag that many may hold and anybody may raise.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks for the end.
    pub fn ask(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether somebody asked.
    #[must_use]
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
