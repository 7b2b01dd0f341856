//! A message that no cue has: for whom, and what each of them gets.

use serde_json::json;

use crate::check::{Input, decode, people};
use crate::diagnostic::{Diagnostic, Severity, Source};
use crate::diagnostics::Diagnostics;
use crate::expand::{Expansion, expand};
use crate::grammar;
use crate::model::Cue;
use crate::{rules, yaml};

/// What an operator says, with the selectors and the templates of a cue.
#[derive(Debug, Clone, Copy)]
pub struct NewMessage<'a> {
    /// Rooms, as under `to:` of a cue.
    pub to: &'a [String],
    /// People, as under `to-people:`.
    pub to_people: &'a [String],
    /// The day whose meetings it speaks of, by its name.
    pub day: Option<&'a str>,
    /// What it says.
    pub say: &'a str,
}

/// Reads a message, as a cue that goes by call: to rooms, and then to people, each of them once.
///
/// # Errors
///
/// What is wrong with it. The places of these findings are in the message and not in the file.
pub fn message(input: &Input<'_>, new: &NewMessage<'_>) -> Result<Cue, Vec<Diagnostic>> {
    let mut diagnostics = Diagnostics::new();
    let source = decode(input, &mut diagnostics);
    let Some(root) = yaml::read(&source, &mut diagnostics) else {
        return Err(diagnostics.found().to_vec());
    };
    let (mut file, seen) = grammar::read(&root, &source, &mut diagnostics);
    let roster = people(&file, &source, input, &mut diagnostics);
    let own = only_cue(new);
    diagnostics.enter(&own);
    let Some(root) = yaml::read(&own, &mut diagnostics) else {
        return Err(diagnostics.found().to_vec());
    };
    let (of_own, _) = grammar::read(&root, &own, &mut Diagnostics::of(&own));
    file.cues = of_own.cues;
    let mut found = Diagnostics::of(&own);
    let Expansion { event, places } = expand(&file, &own, &roster, seen.roles, &mut found);
    let mut judged = Diagnostics::new();
    rules::all(&rules::Input::new(&event, &places, input.now), &mut judged);
    let of_message =
        |it: &&Diagnostic| it.severity == Severity::Error && it.code.starts_with("cue/");
    let mut wrong: Vec<Diagnostic> = found.found().to_vec();
    wrong.retain(|it| it.severity == Severity::Error);
    wrong.extend(judged.found().iter().filter(of_message).cloned());
    match event.cues.into_iter().next() {
        Some(cue) if wrong.is_empty() => Ok(cue),
        _ => Err(wrong),
    }
}

/// A file with this message as its only cue, which goes by call. JSON is YAML.
fn only_cue(new: &NewMessage<'_>) -> Source {
    let mut cue = json!({ "send": "by-call", "say": new.say });
    for (key, selectors) in [("to", new.to), ("to-people", new.to_people)] {
        if !selectors.is_empty() {
            cue[key] = json!(selectors);
        }
    }
    if let Some(day) = new.day {
        cue["day"] = json!(day);
    }
    let text = json!({ "cues": { "message": cue } }).to_string();
    Source {
        name: "the message".into(),
        text: text.into(),
    }
}
