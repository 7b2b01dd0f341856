//! Turns a schema of the facts into a *closed* JSON Schema (draft 2020-12).
//!
//! Closed means that an object which lists its members allows no others: the documents leave that
//! open, and a typo would pass.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::facts::{Schema, required};

/// Translates one schema, with its references filled in. A reference to a schema that is not among
/// `named` allows nothing.
pub(crate) fn closed(schema: &Schema, named: &BTreeMap<String, Schema>) -> Value {
    match schema {
        Schema::Named(name) => match name.strip_prefix('#') {
            Some(name) => named
                .get(name)
                .map_or(Value::Bool(false), |schema| closed(schema, named)),
            None => json!({"type": name}),
        },
        Schema::OneOf(values) => json!({"type": "string", "enum": values}),
        Schema::List { items } => json!({"type": "array", "items": closed(items, named)}),
        Schema::Members(members) => {
            let mut properties = Map::new();
            let mut needed = Vec::new();
            for (name, member) in members {
                let (name, is_required) = required(name);
                properties.insert(name.to_owned(), closed(member, named));
                if is_required {
                    needed.push(name);
                }
            }
            json!({
                "type": "object",
                "properties": properties,
                "required": needed,
                "additionalProperties": false,
            })
        }
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

    fn judge(schema: Value, named: Value, body: Value) -> bool {
        let schema: Schema = serde_json::from_value(schema).unwrap();
        let schema = closed(&schema, &serde_json::from_value(named).unwrap());
        jsonschema::validator_for(&schema).unwrap().is_valid(&body)
    }

    #[test]
    fn a_member_that_is_not_listed_is_refused_at_any_depth() {
        let schema = json!({"people": {"list of": "#Person"}});
        let named = json!({"Person": {"name": "string"}});
        assert!(judge(
            schema.clone(),
            named.clone(),
            json!({"people": [{"name": "Ann"}]})
        ));
        assert!(!judge(schema, named, json!({"people": [{"nmae": "Ann"}]})));
    }

    #[test]
    fn a_marked_member_is_required_and_is_named_without_its_mark() {
        let schema = json!({"name!": "string", "age": "number"});
        assert!(judge(schema.clone(), json!({}), json!({"name": "Ann"})));
        assert!(!judge(schema.clone(), json!({}), json!({"age": 3})));
        assert!(!judge(schema, json!({}), json!({"name!": "Ann"})));
    }

    #[test]
    fn what_may_be_null_may_be_so_also_beside_an_enumeration() {
        let mut schema = closed(&Schema::OneOf(vec!["a".to_owned()]), &BTreeMap::new());
        allow_null(schema.as_object_mut().unwrap());
        let validator = jsonschema::validator_for(&schema).unwrap();
        assert!(validator.is_valid(&Value::Null));
        assert!(!validator.is_valid(&json!("b")));
    }
}
