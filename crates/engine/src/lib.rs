//! Observe, plan, apply: where the pure crates meet Webex, the ledger and the clock.
