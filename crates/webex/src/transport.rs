//! What carries one request to Webex and one answer back.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use thiserror::Error;

/// Carries single requests. It does not repeat, pace or follow anything: that is the client's.
///
/// The real one is [`HttpTransport`](crate::HttpTransport); the built-in simulator and the tests
/// plug in their own.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends `request`, whose URI is absolute, and returns the whole answer, whatever its status.
    ///
    /// # Errors
    ///
    /// When no complete answer came; the error says whether Webex may have acted.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError>;
}

/// Why no complete answer came. The text is for people and holds neither address nor headers.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TransportError {
    /// The request certainly never reached Webex: name look-up or connection failed.
    #[error("not sent: {0}")]
    NotSent(String),
    /// The request may have been acted upon: a time-out, a connection reset in mid-answer.
    #[error("no complete answer: {0}")]
    Lost(String),
}
