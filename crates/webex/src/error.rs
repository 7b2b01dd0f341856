//! What can go wrong with a call, for people and for the engine's decisions.

use std::fmt;

use http::{Method, StatusCode};
use jiff::SignedDuration;
use thiserror::Error;

/// Whether a failed call may have changed something on Webex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Webex certainly did nothing; the call may be made again.
    NotDone,
    /// Webex may have acted. Look before repeating.
    Unknown,
}

/// A call that failed. Names the call by method and path; neither query, body nor token is kept.
#[derive(Debug, Error)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    method: Method,
    path: String,
    requests: u32,
    outcome: Outcome,
    fault: Fault,
}

/// What went wrong.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum Fault {
    /// Webex answered, and not with success.
    #[error("{0}")]
    Refused(Refusal),
    /// Webex asks to wait longer than a call may, all at once or again and again. Nothing was done.
    #[error(
        "Webex asks to wait {}{:#}; a call may wait {limit:#} in all",
        again_and_again(*wait, *limit),
        rounded(*wait)
    )]
    Throttled {
        /// How long from now until Webex wants to see the call again.
        wait: SignedDuration,
        /// The limit from [`Settings::max_wait`](crate::Settings::max_wait).
        limit: SignedDuration,
    },
    /// Webex could not be reached.
    #[error("Webex cannot be reached ({0})")]
    Unreachable(String),
    /// No complete answer came.
    #[error("no complete answer from Webex ({0})")]
    Lost(String),
    /// The answer is a success, but cannot be understood.
    #[error("Webex's answer cannot be understood: {reason}; it begins {excerpt:?}")]
    Undecodable {
        /// What was expected.
        reason: String,
        /// The beginning of the answer, without secrets.
        excerpt: String,
        /// For Webex's support.
        tracking_id: Option<String>,
    },
    /// The pages of a list do not make a list, so that it would be incomplete.
    #[error("the list cannot be read to its end: {0}")]
    Pages(String),
    /// No such request can be made. Nothing was sent.
    #[error("the call cannot be made: {0}")]
    NotARequest(String),
}

/// An answer other than success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The status.
    pub status: StatusCode,
    /// Webex's message, often a generic sentence (messaging §1.2).
    pub message: Option<String>,
    /// The descriptions of the causes, often more telling.
    pub details: Vec<String>,
    /// For Webex's support: from the body, else from the header.
    pub tracking_id: Option<String>,
    /// The beginning of a body that is not Webex's JSON, without secrets.
    pub excerpt: Option<String>,
}

impl Refusal {
    /// The reason in Webex's words: the descriptions, else the message, else the body's
    /// beginning, else what the status means.
    #[must_use]
    pub fn reason(&self) -> String {
        if !self.details.is_empty() {
            return self.details.join("; ");
        }
        let text = self.message.as_ref().or(self.excerpt.as_ref());
        text.cloned().unwrap_or_else(|| {
            let meaning = self.status.canonical_reason().unwrap_or("no reason given");
            meaning.to_owned()
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Webex answered {}: {}",
            self.status.as_u16(),
            self.reason()
        )
    }
}

impl Error {
    pub(crate) fn new(
        method: &Method,
        path: &str,
        requests: u32,
        doubtful: bool,
        fault: Fault,
    ) -> Self {
        // A read changes nothing, however it ended.
        let outcome = if doubtful && *method != Method::GET {
            Outcome::Unknown
        } else {
            Outcome::NotDone
        };
        Self(Box::new(Inner {
            method: method.clone(),
            path: path.to_owned(),
            requests,
            outcome,
            fault,
        }))
    }

    /// What went wrong.
    #[must_use]
    pub fn fault(&self) -> &Fault {
        &self.0.fault
    }

    /// Whether Webex may have acted.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// The method of the call.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.0.method
    }

    /// The path of the call below the base URL, without query: `/rooms/Y2lz…`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// How often the request was sent.
    #[must_use]
    pub fn requests(&self) -> u32 {
        self.0.requests
    }

    /// The status of the refusal, if Webex answered with one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match &self.0.fault {
            Fault::Refused(refusal) => Some(refusal.status),
            _ => None,
        }
    }

    /// What Webex's support asks for.
    #[must_use]
    pub fn tracking_id(&self) -> Option<&str> {
        match &self.0.fault {
            Fault::Refused(refusal) => refusal.tracking_id.as_deref(),
            Fault::Undecodable { tracking_id, .. } => tracking_id.as_deref(),
            _ => None,
        }
    }

    /// The reason alone, for people who know which call it was: Webex's own words where there
    /// are any.
    #[must_use]
    pub fn refused_because(&self) -> String {
        match &self.0.fault {
            Fault::Refused(refusal) => refusal.reason(),
            other => other.to_string(),
        }
    }

    /// 404: it does not exist, or may not be seen by this owner (messaging §1.3).
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// 409: it is there already (messaging §1.3).
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(StatusCode::CONFLICT)
    }

    /// 401: the token is missing, malformed, expired.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
    }

    /// 403: the token lacks a scope, or its owner a role or licence.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.status() == Some(StatusCode::FORBIDDEN)
    }

    /// Whether Webex asks to wait longer than a call may ([`Fault::Throttled`]).
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        matches!(self.0.fault, Fault::Throttled { .. })
    }
}

/// Why so short a wait is too long.
fn again_and_again(wait: SignedDuration, limit: SignedDuration) -> &'static str {
    if wait > limit {
        ""
    } else {
        "again and again, now for "
    }
}

/// A time as people say it.
fn rounded(wait: SignedDuration) -> SignedDuration {
    let long = wait > SignedDuration::from_mins(2);
    let unit = if long {
        jiff::Unit::Minute
    } else {
        jiff::Unit::Second
    };
    wait.round(unit).unwrap_or(wait)
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        write!(f, "{} {}: {}", inner.method, inner.path, inner.fault)?;
        if inner.requests > 1 {
            write!(f, " (sent {} times)", inner.requests)?;
        }
        if let Some(id) = self.tracking_id() {
            write!(f, " [tracking id {id}]")?;
        }
        if inner.outcome == Outcome::Unknown {
            f.write_str("; outcome unknown: Webex may have acted on it")?;
        }
        Ok(())
    }
}
