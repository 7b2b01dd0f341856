//! Operations and targets: which operation a method and path mean.

use http::Method;
use url::form_urlencoded;

use crate::operation::Operation;

/// A request target, taken apart.
pub(crate) struct Target {
    /// Path relative to the base address, without `/v1`.
    pub(crate) path: String,
    /// Decoded query parameters in order.
    pub(crate) query: Vec<(String, String)>,
}

impl Target {
    /// Takes `/v1/rooms?max=2` or `/rooms?max=2` apart. The base address ends in
    /// `/v1`; the documents' paths are relative to it (meetings, head of the sheet).
    pub(crate) fn parse(target: &str) -> Target {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let path = match path.strip_prefix("/v1") {
            Some(rest) if rest.starts_with('/') => rest,
            _ => path,
        };
        Target {
            path: path.to_owned(),
            query: form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        }
    }
}

/// An operation with the values that a target gives to its path parameters.
pub(crate) struct Route<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) values: Vec<(&'a str, String)>,
}

/// Finds the operation for a target. Where two templates fit, the one with the
/// earlier fixed step wins: `/people/me` before `/people/{personId}`.
///
/// # Errors
///
/// The methods that the documents know for that path; empty if they know no such
/// path.
pub(crate) fn route<'a>(
    operations: &'a [Operation],
    method: &Method,
    path: &str,
) -> Result<Route<'a>, Vec<&'a Method>> {
    let mut candidates: Vec<(Vec<bool>, Route<'a>)> = operations
        .iter()
        .filter_map(|operation| fit(operation, path))
        .collect();
    candidates.sort_by(|(left, _), (right, _)| right.cmp(left));
    let Some((best, _)) = candidates.first() else {
        return Err(Vec::new());
    };
    let best = best.clone();
    let mut others = Vec::new();
    for (fixed, route) in candidates {
        if fixed == best && route.operation.method == *method {
            return Ok(route);
        }
        if fixed == best {
            others.push(&route.operation.method);
        }
    }
    Err(others)
}

/// The path parameters' values and, step by step, whether the step is fixed.
fn fit<'a>(operation: &'a Operation, path: &str) -> Option<(Vec<bool>, Route<'a>)> {
    let steps: Vec<&str> = operation.template.split('/').collect();
    let given: Vec<&str> = path.split('/').collect();
    if steps.len() != given.len() {
        return None;
    }
    let mut fixed = Vec::new();
    let mut values = Vec::new();
    for (step, given) in steps.into_iter().zip(given) {
        match step
            .strip_prefix('{')
            .and_then(|step| step.strip_suffix('}'))
        {
            Some(_) if given.is_empty() => return None,
            Some(name) => values.push((name, decode(given))),
            None if step != given => return None,
            None => {}
        }
        fixed.push(!step.starts_with('{'));
    }
    Some((fixed, Route { operation, values }))
}

/// Undoes percent-encoding. `+`, `&` and `=` are themselves in a path, unlike in a
/// query.
fn decode(step: &str) -> String {
    let kept = step
        .replace('+', "%2B")
        .replace('&', "%26")
        .replace('=', "%3D");
    form_urlencoded::parse(kept.as_bytes())
        .next()
        .map(|(name, _)| name.into_owned())
        .unwrap_or_default()
}
