//! The template language: `{{ team.title }}` in titles, agendas, tabs, cues and answers.
//!
//! It is minijinja with little of it switched on: names, a few filters, `if`. There are no
//! loops, includes, macros or functions, so a template cannot run for ever, read a file or reach
//! anything that its [`Context`] does not hold; fuel and a cap on the output see to the rest.
//!
//! What only Webex can tell (a meeting's link) is not known when the event is checked, and what the
//! schedule says of a meeting may change until a message is sent. Such a fact is rendered as a mark
//! of private-use characters, which no text of ours may contain, and the marks are cut out
//! afterwards as the holes of a [`Text`]. What the schedule says may go through filters, which the
//! hole keeps. Anything else that would look at a value that is not there yet (a slice, a
//! comparison) is noticed and refused.

mod context;
mod engine;
mod explain;
mod holes;
mod objects;
mod scan;

use std::collections::HashSet;
use std::ops::Range;

use minijinja::Environment;

use crate::hint::Hint;
use crate::model::{Part, Text};

pub(crate) use context::{Context, Field, Fields, MeetingView, Times};
pub(crate) use engine::FILTERS;
pub(crate) use holes::reserved;

/// Longest template, in bytes: several times what Webex takes in a message (messaging §8).
pub(crate) const LONGEST_TEMPLATE: usize = 32 * 1024;

/// What is wrong with a template, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct TemplateError {
    /// Where in the template's text, in bytes.
    pub(crate) offset: Range<usize>,
    /// One sentence: what is wrong.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) hint: Option<Hint>,
}

impl TemplateError {
    fn new(offset: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            offset,
            message: message.into(),
            hint: None,
        }
    }

    fn hint(self, hint: impl Into<Hint>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }
}

/// A text that is filled in, perhaps many times.
#[derive(Debug)]
pub(crate) struct Template {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// Nothing to fill in.
    Plain(String),
    /// With this, under the only name that there is.
    Filled {
        text: String,
        engine: Box<Environment<'static>>,
        comparisons: Vec<Comparison>,
    },
}

/// A pair of braces in which something is compared.
#[derive(Debug)]
struct Comparison {
    whole: Range<usize>,
    /// The names at the top that stand in it.
    names: HashSet<String>,
}

impl Template {
    /// Reads a template. Names are not looked up yet.
    pub(crate) fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.len() > LONGEST_TEMPLATE {
            let message = format!("this text is longer than {} KB", LONGEST_TEMPLATE / 1024);
            return Err(TemplateError::new(0..text.len(), message).hint("shorten it"));
        }
        if let Some(at) = text.find(reserved) {
            let length = text[at..].chars().next().map_or(0, char::len_utf8);
            return Err(
                TemplateError::new(at..at + length, "this character cannot be used")
                    .hint("it is one that Showcaller keeps for itself; no font shows it"),
            );
        }
        let pieces = scan::pieces(text)?;
        scan::allowed(text, &pieces)?;
        if pieces.is_empty() {
            let words = text.strip_suffix('\n').unwrap_or(text);
            return Ok(Self {
                kind: Kind::Plain(words.strip_suffix('\r').unwrap_or(words).to_owned()),
            });
        }
        match engine::compile(text) {
            Ok(engine) => {
                let compared = pieces.iter().filter(|piece| piece.compares(text));
                let comparisons = compared.map(|piece| Comparison {
                    whole: piece.whole.clone(),
                    names: engine::names(piece.expression(text)),
                });
                Ok(Self {
                    kind: Kind::Filled {
                        text: text.to_owned(),
                        engine: Box::new(engine),
                        comparisons: comparisons.collect(),
                    },
                })
            }
            Err(error) => Err(explain::syntax(text, &pieces, &error)),
        }
    }

    /// Whether nothing in it is filled in, so that it says the same everywhere.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(self.kind, Kind::Plain(_))
    }

    /// Fills it in. What waits for Webex becomes a hole, and so does what waits for the schedule if
    /// the context says that it may still change.
    pub(crate) fn render(&self, context: &Context) -> Result<Text, TemplateError> {
        match &self.kind {
            Kind::Plain(words) => Ok(Text::plain(words.clone())),
            Kind::Filled {
                text,
                engine,
                comparisons,
            } => {
                for comparison in comparisons {
                    let mut names = comparison.names.iter();
                    if let Some(name) = names.find(|name| context.may_change(name)) {
                        return Err(explain::compared(text, &comparison.whole, name));
                    }
                }
                engine::render(engine, context)
                    .map_err(|error| explain::failure(text, context, &error))?
                    .ok_or_else(|| explain::tampered(text, context))
            }
        }
    }

    /// Fills it in where a fact that waits for Webex cannot stand: in a title, in an agenda.
    pub(crate) fn words(&self, context: &Context) -> Result<String, TemplateError> {
        let text = self.render(context)?;
        match text.parts() {
            [] => Ok(String::new()),
            [Part::Words(words)] => Ok(words.clone()),
            _ => Err(explain::not_here(self.text())),
        }
    }

    fn text(&self) -> &str {
        match &self.kind {
            Kind::Plain(text) | Kind::Filled { text, .. } => text,
        }
    }
}

#[cfg(test)]
mod tests;
