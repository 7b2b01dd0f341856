//! The grammar as JSON Schema, for editors.

use serde_json::{Map, Value, json};

use super::{Entry, EventFile, KeySpec, Section};

/// The JSON Schema (draft 2020-12) of the event file, as pretty JSON that ends with a line break.
/// It is made from the same declarations that read the file.
#[must_use]
pub fn schema() -> String {
    let mut schema = of_entry::<EventFile>(&|_| true, true);
    let mut whole = Map::new();
    whole.insert(
        "$schema".to_owned(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    whole.insert("title".to_owned(), json!("Showcaller event file"));
    if let Some(members) = schema.as_object_mut() {
        whole.append(members);
    }
    format!("{:#}\n", Value::Object(whole))
}

/// The schema of a section, with the allowed keys only.
pub(crate) fn of_entry<E: Entry>(allowed: &dyn Fn(&str) -> bool, complete: bool) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for spec in E::KEYS.iter().filter(|spec| allowed(spec.name)) {
        let mut schema = spec.value.schema();
        if let Some(members) = schema.as_object_mut() {
            members.insert("description".to_owned(), json!(plain(spec.doc)));
        }
        properties.insert(spec.name.to_owned(), schema);
        if spec.required && complete {
            required.push(spec.name);
        }
    }
    let mut schema = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// The same section for the reference page.
pub(crate) fn section_of<E: Entry>(allowed: &dyn Fn(&str) -> bool) -> Section {
    let keys: Vec<&'static KeySpec> = E::KEYS.iter().filter(|spec| allowed(spec.name)).collect();
    Section {
        doc: E::DOC,
        keys,
        complete: true,
    }
}

/// A doc comment as one line.
pub(crate) fn plain(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}
