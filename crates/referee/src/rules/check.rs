//! What a row can demand, and whether a request meets it.

use serde_json::Value;

use super::{Answered, Asked, Complaints};
use crate::path::select;

/// What a row demands.
pub(crate) enum Check {
    /// Text of so many characters, at each value of the path.
    Characters(&'static str, usize, usize),
    /// Text of at most so many bytes in UTF-8.
    Bytes(&'static str, usize),
    /// A list of so many items.
    Items(&'static str, usize, usize),
    /// A number within these, both included.
    Within(&'static str, f64, f64),
    /// A whole number.
    Whole(&'static [&'static str]),
    /// Text that is not empty and not only spaces.
    Filled(&'static [&'static str]),
    /// Exactly one of these members.
    OneOf(&'static [&'static str]),
    /// One or more of these members.
    SomeOf(&'static [&'static str]),
    /// Exactly one of these query parameters.
    OneOfQuery(&'static [&'static str]),
    /// None or one of these query parameters.
    AtMostOneOfQuery(&'static [&'static str]),
    /// The query parameter `max` is within these.
    Max(u32, u32),
    /// Anything else about a request.
    Request(fn(&Asked<'_>, &mut Complaints<'_>)),
    /// Something about an answer that succeeded.
    Answer(fn(&Answered<'_>, &mut Complaints<'_>)),
}

impl Check {
    /// Complains about whatever the demand does not find met. Demands about
    /// answers have nothing to say here.
    pub(super) fn request(&self, asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
        match self {
            Check::Request(check) => check(asked, complaints),
            Check::OneOfQuery(names) => query_count(asked, names, 1, complaints),
            Check::AtMostOneOfQuery(names) => query_count(asked, names, 0, complaints),
            Check::Max(least, most) => max(asked, *least, *most, complaints),
            _ => {
                if let Some(body) = asked.body {
                    self.body(body, complaints);
                }
            }
        }
    }

    fn body(&self, body: &Value, complaints: &mut Complaints<'_>) {
        match self {
            Check::Characters(path, least, most) => {
                for (pointer, text) in texts(body, path) {
                    let count = text.chars().count();
                    between(count, *least, *most, "characters", pointer, complaints);
                }
            }
            Check::Bytes(path, most) => {
                for (pointer, text) in texts(body, path) {
                    between(text.len(), 0, *most, "bytes", pointer, complaints);
                }
            }
            Check::Items(path, least, most) => items(body, path, *least, *most, complaints),
            Check::Within(path, least, most) => within(body, path, *least, *most, complaints),
            Check::Whole(paths) => whole(body, paths, complaints),
            Check::Filled(paths) => filled(body, paths, complaints),
            Check::OneOf(names) => member_count(body, names, 1, 1, complaints),
            Check::SomeOf(names) => member_count(body, names, 1, names.len(), complaints),
            _ => {}
        }
    }
}

fn texts<'v>(body: &'v Value, path: &str) -> Vec<(String, &'v str)> {
    select(body, path)
        .into_iter()
        .filter_map(|(pointer, value)| Some((pointer, value.as_str()?)))
        .collect()
}

fn between(
    count: usize,
    least: usize,
    most: usize,
    unit: &str,
    pointer: String,
    complaints: &mut Complaints<'_>,
) {
    if count < least {
        complaints.body(pointer, format!("{count} {unit}, at least {least} needed"));
    } else if count > most {
        complaints.body(pointer, format!("{count} {unit}, at most {most} allowed"));
    }
}

fn items(body: &Value, path: &str, least: usize, most: usize, complaints: &mut Complaints<'_>) {
    for (pointer, list) in select(body, path) {
        if let Some(list) = list.as_array() {
            between(list.len(), least, most, "items", pointer, complaints);
        }
    }
}

fn within(body: &Value, path: &str, least: f64, most: f64, complaints: &mut Complaints<'_>) {
    for (pointer, number) in select(body, path) {
        if number.as_f64().is_some_and(|n| n < least || n > most) {
            complaints.body(pointer, format!("{number} is not within {least}..{most}"));
        }
    }
}

/// The documents type whole numbers as `number` (meetings §16).
fn whole(body: &Value, paths: &[&str], complaints: &mut Complaints<'_>) {
    for (pointer, number) in paths.iter().flat_map(|path| select(body, path)) {
        if number.is_f64() {
            complaints.body(pointer, format!("{number} is not a whole number"));
        }
    }
}

fn filled(body: &Value, paths: &[&str], complaints: &mut Complaints<'_>) {
    for (pointer, text) in paths.iter().flat_map(|path| texts(body, path)) {
        if text.trim().is_empty() {
            complaints.body(pointer, "is empty");
        }
    }
}

fn member_count(
    body: &Value,
    names: &[&str],
    least: usize,
    most: usize,
    complaints: &mut Complaints<'_>,
) {
    let count = names.iter().filter(|name| says(body, name)).count();
    if count < least || count > most {
        let demand = if least == most { "exactly" } else { "at least" };
        let names = names.join(", ");
        complaints.body("", format!("{demand} one of {names} must be given"));
    }
}

/// Whether a member says something: null, empty texts and empty lists do not.
fn says(body: &Value, name: &str) -> bool {
    match body.get(name) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(_) => true,
    }
}

fn query_count(asked: &Asked<'_>, names: &[&str], least: usize, complaints: &mut Complaints<'_>) {
    let is_given = |name: &&&str| asked.query(name).is_some();
    let given: Vec<&&str> = names.iter().filter(is_given).collect();
    if given.len() < least {
        complaints.target(format!("one of {} must be given", names.join(", ")));
    }
    for name in given.iter().skip(1) {
        complaints.query(
            name,
            format!("only one of {} may be given", names.join(", ")),
        );
    }
}

fn max(asked: &Asked<'_>, least: u32, most: u32, complaints: &mut Complaints<'_>) {
    let Some(given) = asked.query("max") else {
        return;
    };
    let fits = given
        .parse::<u32>()
        .is_ok_and(|given| (least..=most).contains(&given));
    if !fits {
        complaints.query(
            "max",
            format!("is not a whole number within {least}..{most}"),
        );
    }
}
