//! The limits that the documents state in their text only, as tables.
//!
//! A row names the operations it is about, where the limit is written, and what
//! it demands. Most demands are plain data; the others are functions beside
//! their table. A row says "at most" what the text says: where a fact is unknown,
//! there is no row.

mod answers;
mod cards;
mod check;
mod everywhere;
mod instant;
mod lists;
mod meetings;
mod messaging;
mod webhooks;

use http::HeaderMap;
use serde_json::Value;

pub(crate) use check::Check;

use crate::finding::{Findings, Place};

/// One row: a limit that the text of the documents states.
pub struct Rule {
    /// Its name, as in [`Finding::rule`](crate::Finding::rule).
    pub name: &'static str,
    /// The fact-sheet section that states it, as `meetings §2`.
    pub source: &'static str,
    /// The operations it is about; empty for all of them.
    pub on: &'static [&'static str],
    pub(crate) check: Check,
}

/// A request for a known operation, as rules see it.
pub(crate) struct Asked<'a> {
    pub(crate) operation: &'a str,
    /// Values of the path parameters.
    pub(crate) values: &'a [(&'a str, String)],
    pub(crate) query: &'a [(String, String)],
    pub(crate) headers: &'a HeaderMap,
    /// The JSON object that it carries, if it carries one.
    pub(crate) body: Option<&'a Value>,
}

/// A successful answer with a JSON body, as rules see it.
pub(crate) struct Answered<'a> {
    pub(crate) operation: &'a str,
    pub(crate) body: &'a Value,
}

/// Takes down what one rule has to say.
pub(crate) struct Complaints<'a> {
    rule: &'static str,
    findings: &'a mut Findings,
}

/// Every row of every table.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        everywhere::RULES,
        messaging::RULES,
        cards::RULES,
        webhooks::RULES,
        meetings::RULES,
        lists::RULES,
        answers::RULES,
    ]
    .into_iter()
    .flatten()
}

/// Applies the rows that are about requests for this operation.
pub(crate) fn judge_request(asked: &Asked<'_>, findings: &mut Findings) {
    for rule in about(asked.operation) {
        let mut complaints = Complaints {
            rule: rule.name,
            findings,
        };
        rule.check.request(asked, &mut complaints);
    }
}

/// Applies the rows that are about answers of this operation.
pub(crate) fn judge_answer(answered: &Answered<'_>, findings: &mut Findings) {
    for rule in about(answered.operation) {
        if let Check::Answer(check) = rule.check {
            let mut complaints = Complaints {
                rule: rule.name,
                findings,
            };
            check(answered, &mut complaints);
        }
    }
}

fn about(operation: &str) -> impl Iterator<Item = &'static Rule> {
    rules().filter(move |rule| rule.on.is_empty() || rule.on.contains(&operation))
}

impl Asked<'_> {
    /// The value of a query parameter, if it is given.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        let (_, value) = self.query.iter().find(|(known, _)| known == name)?;
        Some(value)
    }

    /// The value of a path parameter; empty if the operation has none such.
    pub(crate) fn value(&self, name: &str) -> &str {
        let found = self.values.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, value)| value)
    }

    /// A member of the body, unless it is absent or null.
    pub(crate) fn member(&self, name: &str) -> Option<&Value> {
        self.body?.get(name).filter(|value| !value.is_null())
    }

    /// A text of the body; nothing if it is of another type.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.member(name)?.as_str()
    }

    /// Whether a switch of the body is there and has this value.
    pub(crate) fn is(&self, name: &str, value: bool) -> bool {
        self.member(name).and_then(Value::as_bool) == Some(value)
    }
}

impl Complaints<'_> {
    pub(crate) fn body(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.findings
            .add(self.rule, Place::Body(pointer.into()), message);
    }

    pub(crate) fn query(&mut self, name: &str, message: impl Into<String>) {
        self.findings
            .add(self.rule, Place::Query(name.to_owned()), message);
    }

    pub(crate) fn header(&mut self, name: &str, message: impl Into<String>) {
        self.findings
            .add(self.rule, Place::Header(name.to_owned()), message);
    }

    pub(crate) fn target(&mut self, message: impl Into<String>) {
        self.findings.add(self.rule, Place::Target, message);
    }
}
