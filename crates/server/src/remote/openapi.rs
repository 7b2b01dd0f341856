//! The remote control as OpenAPI describes it. A test holds it against the routes, and every answer of the
//! other tests against its schemas.

use serde_json::{Map, Value, json};
use showcaller_show::CueState;

use super::call::Action;

/// The document.
pub(super) fn document() -> Value {
    let mut paths = Map::new();
    let mut add = |path: String, method: &str, operation: Value| {
        paths.insert(path, json!({ method: operation }));
    };
    add(
        "/control/cues".to_owned(),
        "get",
        operation("listCues", "How every cue stands", &[], "Standing"),
    );
    for (path, parameters) in [
        ("/control/cues/{cue}", &["cue"][..]),
        ("/control/cues/{cue}/{day}", &["cue", "day"][..]),
    ] {
        let of = if parameters.len() > 1 { "OfDay" } else { "" };
        let summary = "How one cue stands";
        let get = operation(&format!("getCue{of}"), summary, parameters, "Cue");
        add(path.to_owned(), "get", get);
        for action in Action::ALL {
            let action = action.as_str();
            let path = format!("{path}/{action}");
            add(path, "post", call(action, of, parameters));
        }
    }
    let mut events = operation("watchCues", "How the cues stand, as it changes", &[], "");
    events["responses"]["200"] = json!({
        "description": "Server-sent events: first a `snapshot` (a Standing), then a `cue` (a Cue) or a \
                        `runner` (a Runner, or null) for each change, and a `snapshot` when the event's \
                        cues are others. Ends with the process, or when the token is not good any more.",
        "content": { "text/event-stream": { "schema": { "type": "string" } } },
    });
    add("/control/events".to_owned(), "get", events);
    add(
        "/control/openapi.json".to_owned(),
        "get",
        json!({
            "operationId": "getOpenApi",
            "summary": "This document",
            "security": [],
            "responses": { "200": content("The document", json!({ "type": "object" })) },
        }),
    );
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Showcaller remote control",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Reads and calls the cues of a running event. Served on `serve --control`, to \
                            the machine itself.",
        },
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": {
                "type": "http",
                "scheme": "bearer",
                "description": "A token of `showcaller token EVENT create`. One for `read` reads, one for \
                                `cues` also says go, hold and skip. It is taken from no other place than \
                                the header Authorization.",
            } },
            "schemas": schemas(),
        },
    })
}

fn operation(id: &str, summary: &str, parameters: &[&str], schema: &str) -> Value {
    let mut responses = Map::new();
    responses.insert("200".to_owned(), content(summary, reference(schema)));
    for (status, description) in [
        (
            "400",
            "A query that is not taken, such as a token in the address",
        ),
        (
            "401",
            "No token, or one that is unknown, revoked or expired",
        ),
        ("403", "A token for something else"),
        ("404", "No such cue"),
        ("503", "The show cannot be read at this moment"),
    ] {
        responses.insert(status.to_owned(), problem(description));
    }
    if parameters.is_empty() {
        responses.remove("404");
    }
    let parameters = parameters.iter().map(|name| {
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
    });
    json!({
        "operationId": id,
        "summary": summary,
        "parameters": parameters.collect::<Vec<_>>(),
        "responses": responses,
    })
}

/// Go, hold or skip.
fn call(action: &str, of: &str, parameters: &[&str]) -> Value {
    let summary = match action {
        "go" => "Send a cue now, to all who have not got it",
        "hold" => "Send nothing more of a cue until there is a go",
        _ => "Leave a cue out",
    };
    let mut call = operation(&format!("{action}Cue{of}"), summary, parameters, "Outcome");
    call["responses"]["200"] = content("It is so already, or under way", reference("Outcome"));
    call["responses"]["202"] = content("It is in the show log", reference("Outcome"));
    call["responses"]["409"] = problem(
        "Not done: it is `early` and not confirmed, belongs to `other-day` that is not named, or makes no \
         sense now (`refused`)",
    );
    let header = json!({
        "name": "Idempotency-Key",
        "in": "header",
        "description": "However often a request with this key is made, it is in the show log once.",
        "schema": { "type": "string", "minLength": 1, "maxLength": 200 },
    });
    let early = json!({
        "name": "confirm",
        "in": "query",
        "description": "Send it although it is not due yet.",
        "schema": { "const": "early" },
    });
    if let Value::Array(parameters) = &mut call["parameters"] {
        parameters.push(header);
        parameters.extend((action == "go").then_some(early));
    }
    call
}

fn content(description: &str, schema: Value) -> Value {
    json!({
        "description": description,
        "content": { "application/json": { "schema": schema } },
    })
}

fn problem(description: &str) -> Value {
    json!({
        "description": description,
        "content": { "application/problem+json": { "schema": reference("Problem") } },
    })
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

fn schemas() -> Value {
    let time = json!({ "type": "string", "format": "date-time" });
    let count = json!({ "type": "integer", "minimum": 0 });
    let states: Vec<&str> = CueState::ALL.iter().map(|it| it.as_str()).collect();
    let counted = ["all"]
        .into_iter()
        .chain(states.iter().copied())
        .chain(["unclear"]);
    let counted: Map<String, Value> = counted.map(|it| (it.to_owned(), count.clone())).collect();
    json!({
        "Standing": object(json!({
            "event": { "type": "string" },
            "at": time,
            "runner": { "anyOf": [reference("Runner"), { "type": "null" }] },
            "cues": { "type": "array", "items": reference("Cue") },
        })),
        "Runner": object(json!({ "process": { "type": "string" }, "since": time })),
        "Cue": object(json!({
            "cue": { "type": "string", "examples": ["opening/day-2"] },
            "state": { "enum": states },
            "send": { "enum": ["by-clock", "by-call"] },
            "two-people": { "type": "boolean" },
            "due": { "anyOf": [time, { "type": "null" }] },
            "recipients": object(Value::Object(counted)),
            "attention": { "type": "array", "items": object(json!({
                "need": {
                    "enum": ["go", "late", "left-out", "link", "absent", "retry", "settle", "second"],
                },
                "recipients": count,
            })) },
        })),
        "Outcome": optional(&["entry"], object(json!({
            "outcome": { "enum": [
                "accepted", "waits-for-second", "repeated", "under-way", "sent", "held", "skipped",
                "recalled",
            ] },
            "cue": { "type": "string" },
            "message": { "type": "string" },
            "entry": { "type": "integer", "description": "The number in the show log." },
        }))),
        "Problem": optional(&["next"], object(json!({
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "code": { "enum": [
                "query", "token", "scope", "cue", "early", "other-day", "refused", "idempotency-key",
                "streams", "unavailable",
            ] },
            "detail": { "type": "string" },
            "next": { "type": "string", "description": "What to do." },
        }))),
    })
}

/// An object that has all of these properties, and no other.
fn object(properties: Value) -> Value {
    let names = properties.as_object().into_iter().flat_map(Map::keys);
    let required: Vec<&String> = names.collect();
    json!({
        "type": "object",
        "required": required,
        "additionalProperties": false,
        "properties": properties,
    })
}

/// The same where some properties may be missing.
fn optional(names: &[&str], mut object: Value) -> Value {
    if let Value::Array(required) = &mut object["required"] {
        required.retain(|it| !names.iter().any(|name| it == name));
    }
    object
}
