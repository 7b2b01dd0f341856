//! JSON with its keys sorted, and a line for everything that fits on one.

use serde_json::Value;

const WIDTH: usize = 100;

pub(crate) fn pretty(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, 0, &mut out);
    out.push('\n');
    out
}

/// Writes `value` at `depth`, where `before` columns of its line are taken.
fn write(value: &Value, depth: usize, before: usize, out: &mut String) {
    let line = flat(value);
    if depth > 0 && before + line.chars().count() < WIDTH {
        out.push_str(&line);
        return;
    }
    let mut inner = |open, close, entries: Vec<(String, &Value)>| {
        out.push(open);
        for (index, (key, value)) in entries.iter().enumerate() {
            out.push_str(if index == 0 { "\n" } else { ",\n" });
            let key = format!("{}{key}", " ".repeat(depth + 1));
            out.push_str(&key);
            write(value, depth + 1, key.chars().count() + 1, out);
        }
        out.push_str(&format!("\n{}{close}", " ".repeat(depth)));
    };
    match value {
        Value::Object(_) => inner('{', '}', sorted(value)),
        Value::Array(items) => {
            let items = items.iter().map(|item| (String::new(), item));
            inner('[', ']', items.collect());
        }
        _ => out.push_str(&line),
    }
}

fn flat(value: &Value) -> String {
    match value {
        Value::Object(_) => {
            let members = sorted(value).into_iter();
            let members: Vec<String> = members.map(|(key, v)| key + &flat(v)).collect();
            format!("{{{}}}", members.join(", "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(flat).collect();
            format!("[{}]", items.join(", "))
        }
        _ => value.to_string(),
    }
}

/// The members of an object, each key as it is written, in their order.
fn sorted(object: &Value) -> Vec<(String, &Value)> {
    let mut members: Vec<(String, &Value)> = object
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (format!("{}: ", Value::from(key.as_str())), value))
        .collect();
    members.sort_by(|(left, _), (right, _)| left.cmp(right));
    members
}
