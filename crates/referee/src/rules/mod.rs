//! The limits that the documents state in their text only, as tables.
//!
//! A row names the operations it is about, where the limit is written, and what
//! it demands. Most demands are plain data; the others are functions beside
//! their table. A row says "at most" what the text says: where a fact is unknown,
//! there is no row.

mod answers;
mod everywhere;
mod instant;
mod lists;
mod meetings;
mod messaging;
mod webhooks;

use http::HeaderMap;
use serde_json::Value;

use crate::finding::{Findings, Place};
use crate::path::select;

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

/// What a row demands.
pub(crate) enum Check {
    /// Text of so many characters, at each value of the path.
    Characters(&'static str, usize, usize),
    /// Text of at most so many bytes in UTF-8.
    Bytes(&'static str, usize),
    /// A list of so many items.
    Items(&'static str, usize, usize),
    /// A number within these, both included.
    Within(&'static str, f64, f64),
    /// A whole number.
    Whole(&'static [&'static str]),
    /// Text that is not empty and not only spaces.
    Filled(&'static [&'static str]),
    /// Exactly one of these members.
    OneOf(&'static [&'static str]),
    /// One or more of these members.
    SomeOf(&'static [&'static str]),
    /// Exactly one of these query parameters.
    OneOfQuery(&'static [&'static str]),
    /// None or one of these query parameters.
    AtMostOneOfQuery(&'static [&'static str]),
    /// The query parameter `max` is within these.
    Max(u32, u32),
    /// Anything else about a request.
    Request(fn(&Asked<'_>, &mut Complaints<'_>)),
    /// Something about an answer that succeeded.
    Answer(fn(&Answered<'_>, &mut Complaints<'_>)),
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

impl Check {
    fn request(&self, asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
        match self {
            Check::Request(check) => check(asked, complaints),
            Check::Answer(_) => {}
            Check::OneOfQuery(names) => query_count(asked, names, 1, complaints),
            Check::AtMostOneOfQuery(names) => query_count(asked, names, 0, complaints),
            Check::Max(least, most) => max(asked, *least, *most, complaints),
            _ => {
                if let Some(body) = asked.body {
                    self.body(body, complaints);
                }
            }
        }
    }

    fn body(&self, body: &Value, complaints: &mut Complaints<'_>) {
        match self {
            Check::Characters(path, least, most) => {
                for (pointer, text) in texts(body, path) {
                    let count = text.chars().count();
                    between(count, *least, *most, "characters", pointer, complaints);
                }
            }
            Check::Bytes(path, most) => {
                for (pointer, text) in texts(body, path) {
                    between(text.len(), 0, *most, "bytes", pointer, complaints);
                }
            }
            Check::Items(path, least, most) => {
                for (pointer, list) in select(body, path) {
                    if let Some(list) = list.as_array() {
                        between(list.len(), *least, *most, "items", pointer, complaints);
                    }
                }
            }
            Check::Within(path, least, most) => {
                for (pointer, number) in select(body, path) {
                    let outside = number.as_f64().is_some_and(|n| n < *least || n > *most);
                    if outside {
                        let message = format!("{number} is not within {least}..{most}");
                        complaints.body(pointer, message);
                    }
                }
            }
            Check::Whole(paths) => {
                for (pointer, number) in paths.iter().flat_map(|path| select(body, path)) {
                    if number.is_f64() {
                        complaints.body(pointer, format!("{number} is not a whole number"));
                    }
                }
            }
            Check::Filled(paths) => {
                for (pointer, text) in paths.iter().flat_map(|path| texts(body, path)) {
                    if text.trim().is_empty() {
                        complaints.body(pointer, "is empty");
                    }
                }
            }
            Check::OneOf(names) => {
                if given(body, names) != 1 {
                    let names = names.join(", ");
                    complaints.body("", format!("exactly one of {names} must be given"));
                }
            }
            Check::SomeOf(names) => {
                if given(body, names) == 0 {
                    let names = names.join(", ");
                    complaints.body("", format!("at least one of {names} must be given"));
                }
            }
            _ => {}
        }
    }
}

fn texts<'v>(body: &'v Value, path: &str) -> Vec<(String, &'v str)> {
    select(body, path)
        .into_iter()
        .filter_map(|(pointer, value)| Some((pointer, value.as_str()?)))
        .collect()
}

fn between(
    count: usize,
    least: usize,
    most: usize,
    unit: &str,
    pointer: String,
    complaints: &mut Complaints<'_>,
) {
    if count < least {
        complaints.body(
            pointer,
            format!("{count} {unit}, at least {least} are needed"),
        );
    } else if count > most {
        complaints.body(pointer, format!("{count} {unit}, {most} are allowed"));
    }
}

/// How many of these members say something: null, empty texts and empty lists do
/// not.
fn given(body: &Value, names: &[&str]) -> usize {
    names
        .iter()
        .filter_map(|name| body.get(name))
        .filter(|value| match value {
            Value::Null => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(items) => !items.is_empty(),
            _ => true,
        })
        .count()
}

fn query_count(asked: &Asked<'_>, names: &[&str], least: usize, complaints: &mut Complaints<'_>) {
    let given: Vec<&&str> = names
        .iter()
        .filter(|name| asked.query(name).is_some())
        .collect();
    if given.len() < least {
        complaints.target(format!("one of {} must be given", names.join(", ")));
    }
    for name in given.iter().skip(1) {
        complaints.query(
            name,
            format!("only one of {} may be given", names.join(", ")),
        );
    }
}

fn max(asked: &Asked<'_>, least: u32, most: u32, complaints: &mut Complaints<'_>) {
    let Some(given) = asked.query("max") else {
        return;
    };
    let fits = given
        .parse::<u32>()
        .is_ok_and(|given| (least..=most).contains(&given));
    if !fits {
        complaints.query(
            "max",
            format!("is not a whole number within {least}..{most}"),
        );
    }
}
