//! What a waiver changes, and the changing.

use serde_json::{Map, Value, json};

use crate::operation::{Operation, Shape, free_query};
use crate::schema::allow_null;

/// One change to what the documents demand.
///
/// `on` lists operations by name. `at` is a path such as `items/*` into the
/// body; what is not there is left alone, so one grant can serve operations
/// whose bodies nest differently.
pub(crate) enum Grant {
    /// Members that the document requires, and that may be absent.
    Optional {
        on: &'static [&'static str],
        part: Part,
        at: &'static str,
        members: &'static [&'static str],
    },
    /// Members that the document does not name.
    Members {
        on: &'static [&'static str],
        part: Part,
        at: &'static str,
        members: &'static [(&'static str, Kind)],
    },
    /// Values that an enumeration lacks.
    Values {
        on: &'static [&'static str],
        part: Part,
        at: &'static str,
        values: &'static [&'static str],
    },
    /// A schema that is wrong altogether.
    Instead {
        on: &'static [&'static str],
        part: Part,
        at: &'static str,
        kind: Kind,
    },
    /// Members that may be null.
    Null {
        on: &'static [&'static str],
        at: &'static str,
        members: &'static [&'static str],
    },
    /// A media type for request bodies that the document does not list.
    Media {
        on: &'static [&'static str],
        media: &'static str,
    },
    /// A status that the document does not list, with the body of another one.
    Status {
        on: &'static [&'static str],
        status: u16,
        body_of: Option<u16>,
    },
    /// A list that comes in pages, although the document does not say so.
    Paged { on: &'static [&'static str] },
    /// Query parameters of every list that comes in pages.
    NextPage { query: &'static [&'static str] },
}

/// Which side of the exchange a grant is about.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Part {
    Request,
    Answer,
}

/// The few kinds of values that waivers need.
#[derive(Clone, Copy)]
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
    pub(crate) fn on(&self) -> &'static [&'static str] {
        match self {
            Grant::Optional { on, .. }
            | Grant::Members { on, .. }
            | Grant::Values { on, .. }
            | Grant::Instead { on, .. }
            | Grant::Null { on, .. }
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
        if !self.on().contains(&operation.name().as_str()) {
            return;
        }
        match self {
            Grant::Paged { .. } => operation.paged = true,
            Grant::Media { media, .. } => operation.request_media.push((*media).to_owned()),
            Grant::Status {
                status, body_of, ..
            } => {
                let body = body_of.and_then(|other| operation.answers.get(&other)?.as_ref());
                let body = body.map(Shape::copy);
                operation.answers.insert(*status, body);
            }
            _ => self.change_schemas(operation),
        }
    }

    fn change_schemas(&self, operation: &mut Operation) {
        let (part, at) = match self {
            Grant::Optional { part, at, .. }
            | Grant::Members { part, at, .. }
            | Grant::Values { part, at, .. }
            | Grant::Instead { part, at, .. } => (*part, *at),
            Grant::Null { at, .. } => (Part::Request, *at),
            Grant::Media { .. }
            | Grant::Status { .. }
            | Grant::Paged { .. }
            | Grant::NextPage { .. } => return,
        };
        let shapes: Vec<&mut Shape> = match part {
            Part::Request => operation.request.iter_mut().collect(),
            Part::Answer => operation.answers.values_mut().flatten().collect(),
        };
        for shape in shapes {
            if let Some(schema) = find(&mut shape.schema, at) {
                self.change(schema);
            }
        }
    }

    fn change(&self, schema: &mut Value) {
        if let Grant::Instead { kind, .. } = self {
            *schema = kind.schema();
            return;
        }
        let Some(schema) = schema.as_object_mut() else {
            return;
        };
        match self {
            Grant::Optional { members, .. } => drop_required(schema, members),
            Grant::Members { members, .. } => {
                if let Some(Value::Object(named)) = schema.get_mut("properties") {
                    for (name, kind) in *members {
                        named.entry(*name).or_insert_with(|| kind.schema());
                    }
                }
            }
            Grant::Values { values, .. } => {
                if let Some(Value::Array(listed)) = schema.get_mut("enum") {
                    listed.extend(values.iter().map(|value| json!(value)));
                }
            }
            Grant::Null { members, .. } => {
                for name in *members {
                    if let Some(Value::Object(member)) = schema
                        .get_mut("properties")
                        .and_then(|all| all.get_mut(name))
                    {
                        allow_null(member);
                    }
                }
            }
            _ => {}
        }
    }
}

fn drop_required(schema: &mut Map<String, Value>, members: &[&str]) {
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
