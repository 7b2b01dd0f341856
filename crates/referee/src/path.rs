//! Finding values in a JSON body by a path such as `invitees/*/email`.

use serde_json::Value;

/// Every value that `path` leads to, each with its JSON pointer. `*` stands for
/// every item of a list; what is not there is left out.
pub(crate) fn select<'v>(body: &'v Value, path: &str) -> Vec<(String, &'v Value)> {
    let mut found = vec![(String::new(), body)];
    for step in path.split('/').filter(|step| !step.is_empty()) {
        found = found
            .into_iter()
            .flat_map(|(pointer, value)| descend(pointer, value, step))
            .collect();
    }
    found
}

fn descend<'v>(pointer: String, value: &'v Value, step: &str) -> Vec<(String, &'v Value)> {
    match (value, step) {
        (Value::Array(items), "*") => items
            .iter()
            .enumerate()
            .map(|(index, item)| (format!("{pointer}/{index}"), item))
            .collect(),
        (Value::Object(members), name) => members
            .get(name)
            .map(|member| (format!("{pointer}/{name}"), member))
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

/// Calls `visit` with the pointer, the name and the value of every member of
/// every object in `body`, except inside members that `skip` names.
pub(crate) fn each_member<'v>(
    body: &'v Value,
    skip: &[&str],
    visit: &mut dyn FnMut(String, &'v str, &'v Value),
) {
    walk(String::new(), body, skip, visit);
}

fn walk<'v>(
    pointer: String,
    value: &'v Value,
    skip: &[&str],
    visit: &mut dyn FnMut(String, &'v str, &'v Value),
) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(format!("{pointer}/{index}"), item, skip, visit);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let here = format!("{pointer}/{name}");
                visit(here.clone(), name, member);
                if !skip.contains(&name.as_str()) {
                    walk(here, member, skip, visit);
                }
            }
        }
        _ => {}
    }
}
