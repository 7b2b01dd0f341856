//! The right to send.

use std::fmt;

use async_trait::async_trait;

/// Asked before each request of the handles that it guards: a process that was suspended or cut off
/// finds out that another has taken its place before it sends anything.
#[async_trait]
pub trait SendPermit: fmt::Debug + Send + Sync {
    /// Returns once a request may leave.
    ///
    /// # Errors
    ///
    /// Why it may not: then it certainly is not sent.
    async fn may_send(&self) -> Result<(), String>;
}
