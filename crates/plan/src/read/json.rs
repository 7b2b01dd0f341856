//! The plan for programs.

use serde::Serialize;

use super::groups::{Mark, tally};
use crate::drift::Mover;
use crate::plan::Plan;

/// Rises when a key changes its meaning or goes.
const FORMAT: &str = "showcaller-plan/1";

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    empty: bool,
    summary: Summary,
    #[serde(flatten)]
    plan: &'a Plan,
}

#[derive(Serialize)]
struct Summary {
    add: usize,
    change: usize,
    remove: usize,
    recreate: usize,
    held: usize,
    cannot: usize,
    changed_on_webex: usize,
    kept: usize,
}

/// The plan as indented JSON with a line break at its end.
///
/// Beside the fields of [`Plan`], under their own names and in their own order, it has
///
/// - `format`: `showcaller-plan/1`; another number means that keys changed,
/// - `empty`: whether there is nothing to do,
/// - `titles`: what people call the rooms and meetings,
/// - `summary`: how many steps `add`, `change`, `remove` and `recreate`, how many are `held` back
///   and how many wishes Webex `cannot` fulfil; how many settings and things were
///   `changed_on_webex`, and how many differences are `kept`.
///
/// `moved` tells who moved what since it was last applied: `file`, `webex` or `both`, with the value
/// as `last` applied, in the `file` and on `webex`; a setting that is not in it was moved by nobody.
/// `kept` lists the differences that are left alone.
///
/// A hidden value is `{"hidden": null}`: no password is written.
#[must_use]
pub fn json(plan: &Plan) -> String {
    let tally = tally(plan);
    let number = |mark| tally.get(&mark).copied().unwrap_or(0);
    let document = Document {
        format: FORMAT,
        empty: plan.is_empty(),
        summary: Summary {
            add: number(Mark::Add),
            change: number(Mark::Change),
            remove: number(Mark::Remove),
            recreate: number(Mark::Anew),
            held: plan.held.len(),
            cannot: plan.cannot.len(),
            changed_on_webex: plan.moved.iter().filter(|m| m.by != Mover::File).count(),
            kept: plan.kept.len(),
        },
        plan,
    };
    let written = serde_json::to_string_pretty(&document);
    let mut written = written.expect("a plan has text for keys and nothing that can fail");
    written.push('\n');
    written
}
