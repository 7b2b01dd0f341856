//! Takes the facts out of the documents, in the notation of `src/facts.rs`.
//!
//! A keyword that the notation has no word for is an error, so that nothing is lost silently.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// What the file says of itself. The commit is that of the documents.
const ABOUT: [&str; 8] = [
    "Facts of Webex's HTTP API: operations, query parameters, members, types, values, and what is",
    "required (`!`). Taken from the \"Webex OpenAPI Specifications\" (Messaging and Meetings) by Cisco",
    "Systems, https://github.com/webex/webex-openapi-specs, commit",
    "1be8332652c7c3dd34ea8148848c44ddf109a200, licensed under CC BY 4.0,",
    "https://creativecommons.org/licenses/by/4.0/. Changed: the facts of some paths only, in a",
    "notation of our own; no descriptions, examples or defaults. Provided without warranties; not",
    "endorsed by Cisco. Written by `cargo run -p showcaller-referee --example documents`, never by",
    "hand.",
];

pub(crate) fn facts(documents: &[Value]) -> Result<Value, String> {
    let mut operations = Map::new();
    let mut schemas = Map::new();
    let mut errors = None;
    for document in documents {
        for (path, item) in members(&document["paths"]) {
            for (method, raw) in members(item) {
                let name = format!("{} {path}", method.to_uppercase());
                if !METHODS.contains(&method.as_str()) {
                    return Err(format!("{name} is no operation"));
                }
                let failed = |trouble: String| format!("{name}: {trouble}");
                let statuses = error_statuses(raw);
                if *errors.get_or_insert_with(|| statuses.clone()) != statuses {
                    return Err(failed("answers other errors than the rest".to_owned()));
                }
                operations.insert(name.clone(), operation(raw).map_err(failed)?);
            }
        }
        for (name, raw) in members(&document["components"]["schemas"]) {
            let schema = schema(raw).map_err(|trouble| format!("schema {name}: {trouble}"))?;
            let earlier = schemas.insert(name.clone(), schema.clone());
            if earlier.is_some_and(|earlier| earlier != schema) {
                return Err(format!("two documents have different schemas {name}"));
            }
        }
    }
    let operations = Value::Object(operations);
    let used = used(&operations, &schemas)?;
    schemas.retain(|name, _| used.contains(name));
    Ok(json!({
        "about": ABOUT,
        "errors": errors.unwrap_or_default(),
        "operations": operations,
        "schemas": schemas,
    }))
}

fn error_statuses(raw: &Value) -> Vec<u16> {
    let statuses = members(&raw["responses"]).filter_map(|(status, _)| status.parse().ok());
    statuses.filter(|status| *status >= 400).collect()
}

fn operation(raw: &Value) -> Result<Value, String> {
    let mut out = Map::new();
    let mut query = Map::new();
    for parameter in raw["parameters"].as_array().into_iter().flatten() {
        if parameter["in"] == "query" {
            let name = text(&parameter["name"])?;
            let required = parameter["required"] == true;
            query.insert(marked(name, required), schema(&parameter["schema"])?);
        }
    }
    if !query.is_empty() {
        out.insert("query".to_owned(), Value::Object(query));
    }
    if let Some((media, schema)) = content(&raw["requestBody"])? {
        out.insert("media".to_owned(), json!(media));
        out.insert("request".to_owned(), schema);
    }
    let mut answers = Map::new();
    for (status, answer) in members(&raw["responses"]) {
        let Ok(number) = status.parse::<u16>() else {
            return Err(format!("{status} is no status"));
        };
        // Errors look alike everywhere, as the documents' text has it (`src/answer.rs`).
        if number >= 400 {
            continue;
        }
        let body = match content(answer)? {
            Some((media, _)) if !media.contains("json") => json!(media),
            Some((_, schema)) => schema,
            None => Value::Null,
        };
        answers.insert(status.clone(), body);
        if answer["headers"].get("Link").is_some() {
            out.insert("paged".to_owned(), json!(true));
        }
    }
    out.insert("answers".to_owned(), Value::Object(answers));
    Ok(Value::Object(out))
}

/// The media type of a body and its schema.
fn content(body: &Value) -> Result<Option<(String, Value)>, String> {
    let mut all = members(&body["content"]);
    let Some((media, raw)) = all.next() else {
        return Ok(None);
    };
    if all.next().is_some() {
        return Err("one body has two media types".to_owned());
    }
    let schema = match raw.get("schema") {
        Some(raw) => schema(raw)?,
        None => Value::Null,
    };
    Ok(Some((media.clone(), schema)))
}

fn schema(raw: &Value) -> Result<Value, String> {
    const KNOWN: [&str; 8] = [
        "$ref",
        "type",
        "properties",
        "required",
        "items",
        "enum",
        // Not facts.
        "description",
        "example",
    ];
    let known = |name: &str| KNOWN.contains(&name) || name == "default";
    if let Some((name, _)) = members(raw).find(|(name, _)| !known(name)) {
        return Err(format!("the facts have no word for the keyword `{name}`"));
    }
    if let Some(reference) = raw.get("$ref") {
        let name = text(reference)?.strip_prefix("#/components/schemas/");
        let name = name.ok_or_else(|| format!("{reference} leads out of the document"))?;
        return Ok(json!(format!("#{name}")));
    }
    match (text(&raw["type"])?, raw.get("enum"), raw.get("properties")) {
        ("string", Some(values), None) => Ok(values.clone()),
        ("array", None, None) => Ok(json!({"list of": schema(&raw["items"])?})),
        ("object", None, Some(properties)) => {
            let required = raw["required"].as_array();
            let required: Vec<&Value> = required.into_iter().flatten().collect();
            let mut out = Map::new();
            for (name, member) in members(properties) {
                let is_required = required.iter().any(|required| *required == name);
                out.insert(marked(name, is_required), schema(member)?);
            }
            match required.len() == out.keys().filter(|name| name.ends_with('!')).count() {
                true => Ok(Value::Object(out)),
                false => Err("requires a member that it does not have".to_owned()),
            }
        }
        (kind @ ("string" | "number" | "boolean"), None, None) => Ok(json!(kind)),
        (kind, ..) => Err(format!(
            "the facts have no word for such a schema of type {kind}"
        )),
    }
}

fn marked(name: &str, required: bool) -> String {
    format!("{name}{}", if required { "!" } else { "" })
}

/// The names of the schemas that operations lead to, by whatever way.
fn used(operations: &Value, schemas: &Map<String, Value>) -> Result<BTreeSet<String>, String> {
    let mut used = BTreeSet::new();
    let mut left = vec![operations];
    while let Some(value) = left.pop() {
        match value {
            Value::Object(members) => left.extend(members.values()),
            Value::Array(items) => left.extend(items),
            Value::String(text) => {
                if let Some(name) = text.strip_prefix('#')
                    && used.insert(name.to_owned())
                {
                    let schema = schemas.get(name);
                    left.push(schema.ok_or_else(|| format!("there is no schema {name}"))?);
                }
            }
            _ => {}
        }
    }
    Ok(used)
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| format!("{value} is not text"))
}
