//! The referee itself: made once, asked often.

use std::sync::{Arc, LazyLock};

use http::{HeaderMap, Method, StatusCode};

use crate::address::{Target, route};
use crate::facts::Facts;
use crate::finding::{Finding, Findings, Place};
use crate::operation::{self, Operation};
use crate::waivers::waivers;
use crate::{answer, request};

/// Judges exchanges by the facts of Webex's official documents. Cheap to clone.
#[derive(Clone)]
pub struct Referee {
    operations: Arc<Vec<Operation>>,
}

/// A request as it was received.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Path and query, relative to the base address; a leading `/v1` is ignored.
    pub target: &'a str,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Its body, empty if it has none.
    pub body: &'a [u8],
}

/// An answer as it was sent.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Its body, empty if it has none.
    pub body: &'a [u8],
}

impl Referee {
    /// The referee of Webex, with all waivers. The facts are read once per process.
    pub fn of_webex() -> Referee {
        static WEBEX: LazyLock<Referee> =
            LazyLock::new(|| Referee::by(&Facts::of_webex(), |_| true));
        WEBEX.clone()
    }

    /// Builds a referee with the waivers that `granted` picks.
    pub(crate) fn by(facts: &Facts, granted: impl Fn(&str) -> bool) -> Referee {
        let mut operations = operation::operations(facts);
        for waiver in waivers().iter().filter(|waiver| granted(&waiver.name)) {
            for grant in &waiver.grants {
                for operation in &mut operations {
                    grant.apply(operation);
                }
            }
        }
        Referee {
            operations: Arc::new(operations),
        }
    }

    /// The operations that the documents name, as `POST /memberships`.
    pub fn operations(&self) -> impl Iterator<Item = String> {
        self.operations.iter().map(Operation::name)
    }

    /// Everything that is wrong with a request.
    pub fn judge_request(&self, asked: &Request<'_>) -> Vec<Finding> {
        let target = Target::parse(asked.target);
        match route(&self.operations, asked.method, &target.path) {
            Ok(route) => request::judge(&route, &target, asked),
            Err(known) => unknown(asked.method, &target.path, &known).into_vec(),
        }
    }

    /// Everything that is wrong with an answer to a request for `target`.
    ///
    /// A target that the documents do not know may only be answered with an error.
    pub fn judge_answer(&self, method: &Method, target: &str, given: &Answer<'_>) -> Vec<Finding> {
        let target = Target::parse(target);
        match route(&self.operations, method, &target.path) {
            Ok(route) => answer::judge(&route, given),
            Err(known) if given.status.is_success() => {
                unknown(method, &target.path, &known).into_vec()
            }
            Err(_) => answer::judge_error(&format!("{method} {}", target.path), given),
        }
    }
}

fn unknown(method: &Method, path: &str, known: &[&Method]) -> Findings {
    let mut findings = Findings::about(format!("{method} {path}"));
    let message = if known.is_empty() {
        "no document names this path".to_owned()
    } else {
        let known: Vec<&str> = known.iter().map(|method| method.as_str()).collect();
        format!(
            "no document names this method here, only {}",
            known.join(", ")
        )
    };
    findings.add("unknown-operation", Place::Target, message);
    findings
}

impl std::fmt::Debug for Referee {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Referee")
            .field("operations", &self.operations.len())
            .finish()
    }
}
