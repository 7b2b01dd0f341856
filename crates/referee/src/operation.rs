//! One operation of the facts, ready to be judged by.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use http::Method;
use jsonschema::Validator;
use serde_json::Value;

use crate::facts::{Facts, OperationFacts, Schema, required};
use crate::schema;

pub(crate) struct Operation {
    pub(crate) method: Method,
    /// The path as the document writes it: `/memberships/{membershipId}`.
    pub(crate) template: String,
    pub(crate) query: Vec<QueryParameter>,
    /// Media types a request body may have; empty if there is none.
    pub(crate) request_media: Vec<String>,
    pub(crate) request: Option<Shape>,
    /// Documented statuses, each with the shape of its body where it has one.
    pub(crate) answers: BTreeMap<u16, Option<Shape>>,
    /// Whether answers come in pages, with a `Link` header.
    pub(crate) paged: bool,
}

pub(crate) struct QueryParameter {
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) kind: QueryKind,
    pub(crate) values: Vec<String>,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum QueryKind {
    Text,
    Number,
    Flag,
    /// May be repeated, or one value with commas.
    List,
}

/// A body's closed schema, and its validator once somebody has asked for it:
/// most tests touch a dozen operations of a hundred, and compiling all takes
/// longer than reading the documents.
pub(crate) struct Shape {
    pub(crate) schema: Value,
    /// The media type is text, such as a transcript: there is nothing to validate.
    pub(crate) json: bool,
    validator: OnceLock<Result<Validator, String>>,
}

impl Shape {
    fn new(schema: Value, json: bool) -> Shape {
        Shape {
            schema,
            json,
            validator: OnceLock::new(),
        }
    }

    /// The same shape, not yet compiled.
    pub(crate) fn copy(&self) -> Shape {
        Shape::new(self.schema.clone(), self.json)
    }

    pub(crate) fn validator(&self) -> Result<&Validator, &String> {
        self.validator
            .get_or_init(|| {
                jsonschema::draft202012::new(&self.schema)
                    .map_err(|error| format!("cannot compile the schema: {error}"))
            })
            .as_ref()
    }
}

impl Operation {
    /// `POST /memberships`.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.template)
    }
}

/// All operations of the facts.
pub(crate) fn operations(facts: &Facts) -> Vec<Operation> {
    let named = facts.operations.iter();
    named
        .filter_map(|(name, raw)| operation(name, raw, facts))
        .collect()
}

/// Nothing where the name is not a method and a path.
fn operation(name: &str, raw: &OperationFacts, facts: &Facts) -> Option<Operation> {
    let (method, template) = name.split_once(' ')?;
    let errors = facts.errors.iter().map(|status| (*status, None));
    let answers = raw.answers.iter().map(|(status, body)| {
        let body = body.as_ref().map(|body| shape(body, facts));
        (*status, body)
    });
    Some(Operation {
        method: method.parse().ok()?,
        template: template.to_owned(),
        query: raw.query.iter().map(query_parameter).collect(),
        request_media: raw.media.iter().cloned().collect(),
        request: raw.request.as_ref().map(|body| shape(body, facts)),
        answers: errors.chain(answers).collect(),
        paged: raw.paged,
    })
}

fn shape(body: &Schema, facts: &Facts) -> Shape {
    match body {
        Schema::Named(media) if media.contains('/') => Shape::new(Value::Bool(true), false),
        body => Shape::new(schema::closed(body, &facts.schemas), true),
    }
}

fn query_parameter((name, schema): (&String, &Schema)) -> QueryParameter {
    let (name, is_required) = required(name);
    let (kind, values) = match schema {
        Schema::Named(kind) if kind == "number" => (QueryKind::Number, Vec::new()),
        Schema::Named(kind) if kind == "boolean" => (QueryKind::Flag, Vec::new()),
        Schema::OneOf(values) => (QueryKind::Text, values.clone()),
        Schema::List { .. } => (QueryKind::List, Vec::new()),
        Schema::Named(_) | Schema::Members(_) => (QueryKind::Text, Vec::new()),
    };
    QueryParameter {
        name: name.to_owned(),
        required: is_required,
        kind,
        values,
    }
}

/// A query parameter with any value, as waivers add it.
pub(crate) fn free_query(name: &str) -> QueryParameter {
    QueryParameter {
        name: name.to_owned(),
        required: false,
        kind: QueryKind::Text,
        values: Vec::new(),
    }
}
