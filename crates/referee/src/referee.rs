//! The referee itself: loaded once, asked often.

use std::path::Path;
use std::sync::Arc;

use http::{HeaderMap, Method, StatusCode};

use crate::address::{Target, route};
use crate::document::{self, Document, LoadError};
use crate::finding::{Finding, Findings, Place};
use crate::operation::{self, Operation};
use crate::waivers::waivers;
use crate::{answer, request};

/// Names the folder with `messaging.json` and `meetings.json`.
pub const OPENAPI_VARIABLE: &str = "SHOWCALLER_OPENAPI";

const FILES: &[&str] = &["messaging.json", "meetings.json"];

/// Judges exchanges by the official documents. Cheap to clone.
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
    /// Reads `messaging.json` and `meetings.json` from a folder.
    ///
    /// # Errors
    ///
    /// When a file is missing or is not an OpenAPI 3.0 document.
    pub fn load(folder: &Path) -> Result<Referee, LoadError> {
        let documents: Result<Vec<Document>, LoadError> = FILES
            .iter()
            .map(|file| document::read(&folder.join(file)))
            .collect();
        Referee::from_documents(&documents?, |_| true)
    }

    /// Reads the folder that the environment variable `SHOWCALLER_OPENAPI` names;
    /// nothing if it is unset or empty.
    ///
    /// # Errors
    ///
    /// As [`load`](Referee::load).
    pub fn from_env() -> Result<Option<Referee>, LoadError> {
        match std::env::var_os(OPENAPI_VARIABLE) {
            Some(folder) if !folder.is_empty() => Referee::load(Path::new(&folder)).map(Some),
            _ => Ok(None),
        }
    }

    /// Builds a referee with the waivers that `granted` picks.
    pub(crate) fn from_documents(
        documents: &[Document],
        granted: impl Fn(&str) -> bool,
    ) -> Result<Referee, LoadError> {
        let mut operations = Vec::new();
        for document in documents {
            operations.extend(operation::operations(document)?);
        }
        for waiver in waivers().iter().filter(|waiver| granted(waiver.name)) {
            for grant in waiver.grants {
                for operation in &mut operations {
                    grant.apply(operation);
                }
            }
        }
        Ok(Referee {
            operations: Arc::new(operations),
        })
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
