//! Turns an OpenAPI 3.0 schema into a *closed* JSON Schema (draft 2020-12).
//!
//! OpenAPI 3.0 schemas look like JSON Schema and are not: `nullable` instead of
//! a null type, boolean `exclusiveMinimum`, `example` and friends. Closed means
//! that an object which lists its members allows no others: the documents leave
//! that open, and a typo would pass.

use serde_json::{Map, Value, json};

/// A reference that cannot be followed.
#[derive(Debug)]
pub(crate) struct BadReference {
    pub(crate) reference: String,
    pub(crate) trouble: &'static str,
}

/// Keywords that mean the same in both languages.
const SHARED: &[&str] = &[
    "type",
    "enum",
    "required",
    "minimum",
    "maximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

const BRANCHES: &[&str] = &["allOf", "oneOf", "anyOf"];

/// Translates one schema, with its references filled in.
pub(crate) fn closed(
    schema: &Value,
    components: &Map<String, Value>,
) -> Result<Value, BadReference> {
    Translator {
        components,
        trail: Vec::new(),
    }
    .schema(schema, Shut::Yes)
}

/// Whether an object may be shut where it stands. Branches of `allOf` and the
/// like each know a part of the members only, so the shutting is left to the
/// schema that holds them.
#[derive(Clone, Copy, PartialEq)]
enum Shut {
    Yes,
    LaterByParent,
}

struct Translator<'a> {
    components: &'a Map<String, Value>,
    trail: Vec<String>,
}

impl Translator<'_> {
    fn schema(&mut self, schema: &Value, shut: Shut) -> Result<Value, BadReference> {
        let Some(schema) = schema.as_object() else {
            return Ok(Value::Bool(true));
        };
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return self.follow(reference, shut);
        }
        let mut out = Map::new();
        for keyword in SHARED {
            if let Some(value) = schema.get(*keyword) {
                out.insert((*keyword).to_owned(), value.clone());
            }
        }
        self.nested(schema, &mut out)?;
        bounds(schema, &mut out);
        if schema.get("nullable") == Some(&Value::Bool(true)) {
            allow_null(&mut out);
        }
        if shut == Shut::Yes {
            close(&mut out);
        }
        Ok(Value::Object(out))
    }

    fn follow(&mut self, reference: &str, shut: Shut) -> Result<Value, BadReference> {
        let bad = |trouble| BadReference {
            reference: reference.to_owned(),
            trouble,
        };
        let name = reference
            .strip_prefix("#/components/schemas/")
            .ok_or_else(|| bad("leads out of the document"))?;
        if self.trail.iter().any(|passed| passed == name) {
            return Err(bad("leads back to itself"));
        }
        let components = self.components;
        let target = components.get(name).ok_or_else(|| bad("leads nowhere"))?;
        self.trail.push(name.to_owned());
        let schema = self.schema(target, shut);
        self.trail.pop();
        schema
    }

    fn nested(
        &mut self,
        schema: &Map<String, Value>,
        out: &mut Map<String, Value>,
    ) -> Result<(), BadReference> {
        if let Some(members) = schema.get("properties").and_then(Value::as_object) {
            let mut translated = Map::new();
            for (name, member) in members {
                translated.insert(name.clone(), self.schema(member, Shut::Yes)?);
            }
            out.insert("properties".to_owned(), Value::Object(translated));
        }
        for keyword in ["items", "additionalProperties", "not"] {
            if let Some(inner) = schema.get(keyword) {
                let translated = match inner {
                    Value::Bool(_) => inner.clone(),
                    _ => self.schema(inner, Shut::Yes)?,
                };
                out.insert(keyword.to_owned(), translated);
            }
        }
        for keyword in BRANCHES {
            if let Some(branches) = schema.get(*keyword).and_then(Value::as_array) {
                let translated: Result<Vec<Value>, _> = branches
                    .iter()
                    .map(|branch| self.schema(branch, Shut::LaterByParent))
                    .collect();
                out.insert((*keyword).to_owned(), Value::Array(translated?));
            }
        }
        Ok(())
    }
}

/// OpenAPI 3.0 writes an exclusive bound as `minimum: 0, exclusiveMinimum: true`.
fn bounds(schema: &Map<String, Value>, out: &mut Map<String, Value>) {
    for (bound, exclusive) in [
        ("minimum", "exclusiveMinimum"),
        ("maximum", "exclusiveMaximum"),
    ] {
        if schema.get(exclusive) == Some(&Value::Bool(true))
            && let Some(value) = out.remove(bound)
        {
            out.insert(exclusive.to_owned(), value);
        }
    }
}

fn close(schema: &mut Map<String, Value>) {
    if schema.contains_key("additionalProperties") {
        return;
    }
    if BRANCHES.iter().any(|keyword| schema.contains_key(*keyword)) {
        schema.insert("unevaluatedProperties".to_owned(), json!(false));
    } else if schema.contains_key("properties") {
        schema.insert("additionalProperties".to_owned(), json!(false));
    }
}

/// Lets a translated schema be null as well.
pub(crate) fn allow_null(schema: &mut Map<String, Value>) {
    match schema.get_mut("type") {
        Some(Value::Array(kinds)) => kinds.push(json!("null")),
        Some(kind) => *kind = json!([kind.clone(), "null"]),
        None => {}
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.push(Value::Null);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(schema: Value, components: Value, body: Value) -> bool {
        let schema = closed(&schema, components.as_object().unwrap()).unwrap();
        jsonschema::validator_for(&schema).unwrap().is_valid(&body)
    }

    #[test]
    fn a_member_that_is_not_listed_is_refused_at_any_depth() {
        let schema = json!({"type": "object", "properties": {
            "people": {"type": "array", "items": {"$ref": "#/components/schemas/Person"}}}});
        let parts =
            json!({"Person": {"type": "object", "properties": {"name": {"type": "string"}}}});
        assert!(judge(
            schema.clone(),
            parts.clone(),
            json!({"people": [{"name": "Ann"}]})
        ));
        assert!(!judge(schema, parts, json!({"people": [{"nmae": "Ann"}]})));
    }

    #[test]
    fn an_object_without_listed_members_stays_open() {
        let schema = json!({"type": "object"});
        assert!(judge(schema, json!({}), json!({"anything": 1})));
    }

    #[test]
    fn nullable_allows_null_also_beside_an_enumeration() {
        let schema = json!({"type": "string", "enum": ["a"], "nullable": true});
        assert!(judge(schema.clone(), json!({}), Value::Null));
        assert!(!judge(schema, json!({}), json!("b")));
    }

    #[test]
    fn an_exclusive_bound_excludes_its_value() {
        let schema = json!({"type": "number", "minimum": 0, "exclusiveMinimum": true});
        assert!(!judge(schema.clone(), json!({}), json!(0)));
        assert!(judge(schema, json!({}), json!(1)));
    }

    #[test]
    fn branches_share_their_members_and_are_closed_together() {
        let schema = json!({"allOf": [
            {"type": "object", "properties": {"a": {"type": "string"}}},
            {"type": "object", "properties": {"b": {"type": "string"}}}]});
        assert!(judge(schema.clone(), json!({}), json!({"a": "", "b": ""})));
        assert!(!judge(schema, json!({}), json!({"a": "", "c": ""})));
    }

    #[test]
    fn a_reference_to_itself_or_to_nothing_is_an_error() {
        let parts =
            json!({"Loop": {"properties": {"again": {"$ref": "#/components/schemas/Loop"}}}});
        let parts = parts.as_object().unwrap();
        for (name, trouble) in [("Loop", "leads back to itself"), ("Gone", "leads nowhere")] {
            let schema = json!({"$ref": format!("#/components/schemas/{name}")});
            assert_eq!(closed(&schema, parts).unwrap_err().trouble, trouble);
        }
    }
}
