//! What a waiver changes, and the changing.

use serde_json::{Map, Value, json};

use crate::operation::{Operation, Shape, free_query};
use crate::schema::allow_null;

/// One change to what the documents demand. `on` lists operations by name.
pub(crate) enum Grant {
    /// Another schema for a part of bodies.
    Schema(Place, Change),
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

/// A part of the bodies of some operations. `at` is a path such as `items/*`; what is not there is left
/// alone, so one grant can serve operations whose bodies nest differently.
pub(crate) struct Place {
    on: &'static [&'static str],
    is_answer: bool,
    at: &'static str,
}

/// A part of requests.
pub(crate) const fn request(on: &'static [&'static str], at: &'static str) -> Place {
    Place {
        on,
        is_answer: false,
        at,
    }
}

/// A part of answers.
pub(crate) const fn answer(on: &'static [&'static str], at: &'static str) -> Place {
    Place {
        on,
        is_answer: true,
        at,
    }
}

/// What is different in a schema.
pub(crate) enum Change {
    /// Members that the document requires, and that may be absent.
    Optional(&'static [&'static str]),
    /// Members that the document does not name.
    Members(&'static [(&'static str, Kind)]),
    /// Values that an enumeration lacks.
    Values(&'static [&'static str]),
    /// It is wrong altogether.
    Instead(Kind),
    /// Members that may be null.
    Null(&'static [&'static str]),
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
            Grant::Schema(Place { on, .. }, _)
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
            Grant::Schema(place, change) => {
                let shapes: Vec<&mut Shape> = match place.is_answer {
                    false => operation.request.iter_mut().collect(),
                    true => operation.answers.values_mut().flatten().collect(),
                };
                for shape in shapes {
                    if let Some(schema) = find(&mut shape.schema, place.at) {
                        change.apply(schema);
                    }
                }
            }
            Grant::NextPage { .. } => {}
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
                    for (name, kind) in *members {
                        named.entry(*name).or_insert_with(|| kind.schema());
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
                for name in *members {
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
