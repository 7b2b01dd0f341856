//! One operation of the documents, ready to be judged by.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use http::Method;
use jsonschema::Validator;
use serde_json::{Map, Value};

use crate::document::{Document, LoadError, PathItem, RawBody, RawOperation, RawParameter};
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

/// All operations of a document.
pub(crate) fn operations(document: &Document) -> Result<Vec<Operation>, LoadError> {
    let mut all = Vec::new();
    for (template, item) in &document.paths {
        for (method, raw) in methods(item) {
            let parameters = item.parameters.iter().chain(&raw.parameters);
            all.push(operation(
                method,
                template,
                raw,
                parameters,
                &document.components.schemas,
            )?);
        }
    }
    Ok(all)
}

fn methods(item: &PathItem) -> impl Iterator<Item = (Method, &RawOperation)> {
    [
        (Method::GET, &item.get),
        (Method::POST, &item.post),
        (Method::PUT, &item.put),
        (Method::PATCH, &item.patch),
        (Method::DELETE, &item.delete),
    ]
    .into_iter()
    .filter_map(|(method, raw)| Some((method, raw.as_ref()?)))
}

fn operation<'a>(
    method: Method,
    template: &str,
    raw: &RawOperation,
    parameters: impl Iterator<Item = &'a RawParameter>,
    components: &Map<String, Value>,
) -> Result<Operation, LoadError> {
    let bad = |error: schema::BadReference| LoadError::Reference {
        operation: format!("{method} {template}"),
        reference: error.reference,
        trouble: error.trouble,
    };
    let no_body = RawBody::default();
    let body = raw.request_body.as_ref().unwrap_or(&no_body);
    let mut answers = BTreeMap::new();
    let mut paged = false;
    for (status, answer) in &raw.responses {
        // `default` and `4XX` are no statuses; Webex's documents use neither.
        if let Ok(status) = status.parse::<u16>() {
            answers.insert(status, shape(answer, components).map_err(bad)?);
            paged |= answer.headers.contains_key("Link");
        }
    }
    Ok(Operation {
        query: parameters
            .filter(|parameter| parameter.place == "query")
            .map(query_parameter)
            .collect(),
        request_media: body.content.keys().cloned().collect(),
        request: shape(body, components).map_err(bad)?,
        answers,
        paged,
        template: template.to_owned(),
        method,
    })
}

fn shape(
    body: &RawBody,
    components: &Map<String, Value>,
) -> Result<Option<Shape>, schema::BadReference> {
    let Some((media, raw)) = body.content.iter().next() else {
        return Ok(None);
    };
    let schema = match &raw.schema {
        Some(schema) => schema::closed(schema, components)?,
        None => Value::Bool(true),
    };
    Ok(Some(Shape::new(schema, media.contains("json"))))
}

fn query_parameter(raw: &RawParameter) -> QueryParameter {
    let kind = match raw.schema.get("type").and_then(Value::as_str) {
        Some("number" | "integer") => QueryKind::Number,
        Some("boolean") => QueryKind::Flag,
        Some("array") => QueryKind::List,
        _ => QueryKind::Text,
    };
    let values = raw
        .schema
        .get("enum")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    QueryParameter {
        name: raw.name.clone(),
        required: raw.required,
        kind,
        values: values
            .filter_map(|v| v.as_str().map(str::to_owned))
            .collect(),
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
