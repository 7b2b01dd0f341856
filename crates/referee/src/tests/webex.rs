//! The facts of Webex: whole, and closed.

use serde_json::{Map, Value, json};

use crate::body;
use crate::facts::Facts;
use crate::finding::{Finding, Findings, Place};
use crate::operation::{Shape, operations};

#[test]
fn every_operation_of_the_facts_is_judged() {
    let facts = Facts::of_webex();
    let named: Vec<&String> = facts.operations.keys().collect();
    let all = operations(&facts);
    let judged: Vec<String> = all.iter().map(|operation| operation.name()).collect();
    assert_eq!(judged.iter().collect::<Vec<_>>(), named);
    assert!(judged.len() > 130, "only {}", judged.len());
}

#[test]
fn a_misspelt_member_is_flagged_in_every_object_of_every_body() {
    let mut objects = 0;
    for operation in operations(&Facts::of_webex()) {
        let answers = operation.answers.values().flatten();
        for shape in operation.request.iter().chain(answers) {
            let whole = filled(&shape.schema);
            let findings = judge(shape, &whole);
            assert!(findings.is_empty(), "{}: {findings:?}", operation.name());
            for pointer in object_pointers(&whole) {
                let mut body = whole.clone();
                body.pointer_mut(&pointer).unwrap()["mispelt"] = Value::Bool(true);
                let flagged: Vec<Place> = judge(shape, &body)
                    .into_iter()
                    .map(|finding| finding.place)
                    .collect();
                let misspelt = Place::Body(format!("{pointer}/mispelt"));
                assert_eq!(flagged, [misspelt], "{}", operation.name());
                objects += 1;
            }
        }
    }
    assert!(objects > 400, "only {objects} objects were tried");
}

fn judge(shape: &Shape, body: &Value) -> Vec<Finding> {
    let mut findings = Findings::about("an operation");
    body::judge(shape, body, &mut findings);
    findings.into_vec()
}

/// A value that has everything that its schema names.
fn filled(schema: &Value) -> Value {
    if let Some(values) = schema["enum"].as_array() {
        return values[0].clone();
    }
    match schema["type"].as_str() {
        Some("object") => {
            let members = schema["properties"].as_object().unwrap();
            let filled = members.iter().map(|(name, of)| (name.clone(), filled(of)));
            Value::Object(filled.collect::<Map<_, _>>())
        }
        Some("array") => json!([filled(&schema["items"])]),
        Some("number") => json!(1),
        Some("boolean") => json!(true),
        Some("string") => json!("text"),
        // A body that is not JSON: nothing is judged.
        None if *schema == true => Value::Null,
        _ => panic!("an unknown schema: {schema}"),
    }
}

fn object_pointers(body: &Value) -> Vec<String> {
    let (mut pointers, children): (_, Vec<(String, &Value)>) = match body {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| (name.clone(), value));
            (vec![String::new()], members.collect())
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            (
                Vec::new(),
                items.map(|(i, item)| (i.to_string(), item)).collect(),
            )
        }
        _ => return Vec::new(),
    };
    for (step, child) in children {
        let below = object_pointers(child).into_iter();
        pointers.extend(below.map(|pointer| format!("/{step}{pointer}")));
    }
    pointers
}
