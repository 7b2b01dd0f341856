//! What a waiver changes, and the changing.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::operation::{Operation, Shape, free_query};
use crate::schema::allow_null;

/// One change to what the documents demand. `on` lists operations by name.
#[derive(Deserialize)]
#[serde(
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    deny_unknown_fields
)]
pub(crate) enum Grant {
    /// Another schema for a part of requests.
    Request(Part),
    /// Another schema for a part of answers.
    Answer(Part),
    /// A media type for request bodies that the document does not list.
    Media { on: Vec<String>, media: String },
    /// A status that the document does not list, with the body of another one.
    Status {
        on: Vec<String>,
        status: u16,
        body_of: Option<u16>,
    },
    /// A list that comes in pages, although the document does not say so.
    Paged { on: Vec<String> },
    /// Query parameters of every list that comes in pages.
    NextPage { query: Vec<String> },
}

/// A part of the bodies of some operations. `at` is a path such as `items/*`; what is not there is left
/// alone, so one grant can serve operations whose bodies nest differently.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    on: Vec<String>,
    #[serde(default)]
    at: String,
    change: Change,
}

/// What is different in a schema.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Change {
    /// Members that the document requires, and that may be absent.
    Optional(Vec<String>),
    /// Members that the document does not name.
    Members(BTreeMap<String, Kind>),
    /// Values that an enumeration lacks.
    Values(Vec<String>),
    /// It is wrong altogether.
    Instead(Kind),
    /// Members that may be null.
    Null(Vec<String>),
}

/// The few kinds of values that waivers need.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    Text,
    Flag,
    TextOrNumber,
    Texts,
    /// An object with any members that are all strings.
    OpenTexts,
    /// Adaptive Cards (messaging §8).
    Cards,
    /// What an item of a list says about its own unreadable members (messaging §1.2).
    ItemErrors,
}

impl Kind {
    fn schema(self) -> Value {
        match self {
            Kind::Text => json!({"type": "string"}),
            Kind::Flag => json!({"type": "boolean"}),
            Kind::TextOrNumber => json!({"type": ["string", "number"]}),
            Kind::Texts => json!({"type": "array", "items": {"type": "string"}}),
            Kind::OpenTexts => {
                json!({"type": "object", "additionalProperties": {"type": "string"}})
            }
            Kind::Cards => json!({"type": "array", "items": {
                "type": "object",
                "properties": {"contentType": {"type": "string"}, "content": {"type": "object"}},
                "required": ["contentType", "content"],
                "additionalProperties": false,
            }}),
            Kind::ItemErrors => json!({"type": "object", "additionalProperties": {
                "type": "object",
                "properties": {"code": {"type": "string"}, "reason": {"type": "string"}},
                "required": ["code"],
                "additionalProperties": false,
            }}),
        }
    }
}

impl Grant {
    /// The operations that a grant names; empty for one that is about all lists.
    pub(crate) fn on(&self) -> &[String] {
        match self {
            Grant::Request(Part { on, .. })
            | Grant::Answer(Part { on, .. })
            | Grant::Media { on, .. }
            | Grant::Paged { on }
            | Grant::Status { on, .. } => on,
            Grant::NextPage { .. } => &[],
        }
    }

    /// Changes one operation, if the grant is about it.
    pub(crate) fn apply(&self, operation: &mut Operation) {
        if let Grant::NextPage { query } = self {
            if operation.paged {
                operation
                    .query
                    .extend(query.iter().map(|name| free_query(name)));
            }
            return;
        }
        if !self.on().contains(&operation.name()) {
            return;
        }
        match self {
            Grant::Paged { .. } => operation.paged = true,
            Grant::Media { media, .. } => operation.request_media.push(media.clone()),
            Grant::Status {
                status, body_of, ..
            } => {
                let body = body_of.and_then(|other| operation.answers.get(&other)?.as_ref());
                let body = body.map(Shape::copy);
                operation.answers.insert(*status, body);
            }
            Grant::Request(part) => part.apply(operation.request.iter_mut()),
            Grant::Answer(part) => part.apply(operation.answers.values_mut().flatten()),
            Grant::NextPage { .. } => {}
        }
    }
}

impl Part {
    fn apply<'s>(&self, shapes: impl Iterator<Item = &'s mut Shape>) {
        for shape in shapes {
            if let Some(schema) = find(&mut shape.schema, &self.at) {
                self.change.apply(schema);
            }
        }
    }
}

impl Change {
    fn apply(&self, schema: &mut Value) {
        if let Change::Instead(kind) = self {
            *schema = kind.schema();
            return;
        }
        let Some(schema) = schema.as_object_mut() else {
            return;
        };
        match self {
            Change::Optional(members) => drop_required(schema, members),
            Change::Members(members) => {
                if let Some(Value::Object(named)) = schema.get_mut("properties") {
                    for (name, kind) in members {
                        named.entry(name).or_insert_with(|| kind.schema());
                    }
                }
            }
            Change::Values(values) => {
                if let Some(Value::Array(listed)) = schema.get_mut("enum") {
                    listed.extend(values.iter().map(|value| json!(value)));
                }
            }
            Change::Null(members) => {
                let mut named = schema.get_mut("properties");
                for name in members {
                    let member = named.as_mut().and_then(|all| all.get_mut(name));
                    if let Some(Value::Object(member)) = member {
                        allow_null(member);
                    }
                }
            }
            Change::Instead(_) => {}
        }
    }
}

fn drop_required(schema: &mut Map<String, Value>, members: &[String]) {
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| !members.iter().any(|dropped| name == dropped));
    }
}

/// The schema of the value that `at` leads to.
fn find<'s>(schema: &'s mut Value, at: &str) -> Option<&'s mut Value> {
    at.split('/')
        .filter(|step| !step.is_empty())
        .try_fold(schema, |schema, step| match step {
            "*" => schema.get_mut("items"),
            name => schema.get_mut("properties")?.get_mut(name),
        })
}
