//! Checking texts, and showing what was found.

use std::path::{Path, PathBuf};

use showcaller_event::{Checked, Diagnostic, Event, Input, check};

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Checks an event file with this roster.
pub(crate) fn check_with(yaml: &str, people: &str) -> Checked {
    let load = |_: &str| Ok(people.as_bytes().to_vec());
    check(&Input {
        name: "event.yaml",
        bytes: yaml.as_bytes(),
        load: &load,
        now: None,
    })
}

/// Checks an event file in a folder of the workspace.
pub(crate) fn check_folder(folder: &str) -> Checked {
    let folder = root().join(folder);
    let bytes = std::fs::read(folder.join("event.yaml")).unwrap();
    let load = |path: &str| std::fs::read(folder.join(path)).map_err(|error| error.to_string());
    check(&Input {
        name: "event.yaml",
        bytes: &bytes,
        load: &load,
        now: None,
    })
}

/// The event, if nothing is wrong with it; else the test fails and says what is.
pub(crate) fn good(checked: &Checked) -> &Event {
    match &checked.event {
        Some(event) => event,
        None => panic!("{}", shown(&checked.diagnostics)),
    }
}

/// `file:line:col: code message | hint`, one finding a line.
pub(crate) fn shown(diagnostics: &[Diagnostic]) -> String {
    let line = |d: &Diagnostic| {
        let (line, column) = d.position();
        let hint = d
            .hint
            .as_ref()
            .map(|hint| format!(" | {hint}"))
            .unwrap_or_default();
        let note = if d.severity == showcaller_event::Severity::Note {
            "(note) "
        } else {
            ""
        };
        format!(
            "{}:{line}:{column}: {} {note}{}{hint}",
            d.source.name, d.code, d.message
        )
    };
    diagnostics.iter().map(line).collect::<Vec<_>>().join("\n")
}
