//! What the referee says.

use std::fmt;

/// One thing that is wrong with an exchange.
///
/// Displays as one line. Never holds the value of a member, except for a value
/// that an enumeration does not list: passwords, host keys and tokens pass
/// through the referee, and findings end up in logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The operation judged, as `POST /memberships`; for a target that no
    /// document names, the method and the path as received.
    pub operation: String,
    /// Where in the exchange it is.
    pub place: Place,
    /// Name of the rule that is broken: a row of [`rules`](crate::rules), or one
    /// of the document's own (`unknown-member`, `wrong-type`, …).
    pub rule: &'static str,
    /// What is wrong, as one sentence.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{}, {}: {} [{}]",
            self.operation, self.place, self.message, self.rule
        )
    }
}

/// Where in an exchange a finding is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The method and path.
    Target,
    /// The status of an answer.
    Status,
    /// A query parameter, by name.
    Query(String),
    /// A header, by its lower-case name.
    Header(String),
    /// A value in the body, as a JSON pointer (RFC 6901); empty for the whole.
    Body(String),
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Target => write!(out, "target"),
            Place::Status => write!(out, "status"),
            Place::Query(name) => write!(out, "query {name}"),
            Place::Header(name) => write!(out, "header {name}"),
            Place::Body(pointer) if pointer.is_empty() => write!(out, "body"),
            Place::Body(pointer) => write!(out, "body {pointer}"),
        }
    }
}

/// Collects the findings about one exchange.
pub(crate) struct Findings {
    operation: String,
    list: Vec<Finding>,
}

impl Findings {
    pub(crate) fn about(operation: impl Into<String>) -> Findings {
        Findings {
            operation: operation.into(),
            list: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, rule: &'static str, place: Place, message: impl Into<String>) {
        self.list.push(Finding {
            operation: self.operation.clone(),
            place,
            rule,
            message: message.into(),
        });
    }

    pub(crate) fn into_vec(self) -> Vec<Finding> {
        self.list
    }
}
