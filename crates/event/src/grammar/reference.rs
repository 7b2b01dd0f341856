//! The grammar as tables, for people.

use super::schema::{plain, section_of};
use super::{EventFile, KeySpec, Section};
use crate::template::FILTERS;

/// The tables of `docs/event-file.md`: every section with its keys, as Markdown. They are made
/// from the same declarations that read the file.
#[must_use]
pub fn reference() -> String {
    let mut page = String::new();
    write(&mut page, "", &section_of::<EventFile>(&|_| true));
    page.push_str("### Filters of texts\n\n| written | makes |\n| --- | --- |\n");
    for (name, makes) in FILTERS {
        page.push_str(&format!(
            "| `{{{{ … \\| {name} }}}}` | {} |\n",
            makes.replace('|', "\\|")
        ));
    }
    page.trim_end().to_owned() + "\n"
}

fn write(page: &mut String, path: &str, section: &Section) {
    let heading = if path.is_empty() {
        "The whole file".to_owned()
    } else {
        format!("`{path}`")
    };
    page.push_str(&format!("### {heading}\n\n"));
    if !path.is_empty() {
        page.push_str(&format!("{}\n\n", plain(section.doc)));
    }
    page.push_str("| key | value | meaning |\n| --- | --- | --- |\n");
    for spec in &section.keys {
        page.push_str(&row(spec, section.complete));
    }
    page.push('\n');
    for spec in &section.keys {
        if let Some(inner) = spec.value.section() {
            let entries = spec.value.words().starts_with("entries");
            let below = if entries { ".…" } else { "" };
            let dot = if path.is_empty() { "" } else { "." };
            write(page, &format!("{path}{dot}{}{below}", spec.name), &inner);
        }
    }
}

fn row(spec: &KeySpec, complete: bool) -> String {
    let required = if spec.required && complete {
        " **(needed)**"
    } else {
        ""
    };
    let words = spec.value.words().replace('|', "\\|");
    format!(
        "| `{}` | {words}{required} | {} |\n",
        spec.name,
        plain(spec.doc).replace('|', "\\|")
    )
}
