//! A page as Webex's Markdown: bold, italic, links, lists and line breaks; it has neither headings nor
//! tables.

use showcaller_event::markdown::{LONGEST, code, link};

use super::page::{Block, Entry, Page, Row};
use super::phrases::Phrases;

/// Ends a line without ending the paragraph.
const BREAK: &str = "  \n";

pub(super) fn page(page: &Page) -> String {
    let phrases = page.phrases();
    let mut text = String::new();
    if let Some(title) = &page.title {
        text.push_str(&format!("**{title}**"));
    }
    let mut in_list = false;
    for block in &page.blocks {
        let (line, item) = match block {
            Block::Heading(heading) => (format!("**{heading}**"), false),
            Block::Line(line) => (line.clone(), false),
            Block::Item(item) => (format!("- {item}"), true),
            Block::Meeting(row) => (meeting(row, phrases), true),
        };
        if !text.is_empty() {
            text.push_str(if in_list && item { "\n" } else { "\n\n" });
        }
        text.push_str(&line);
        in_list = item;
    }
    let quiet = page.quiet();
    if !quiet.is_empty() {
        text.push_str(&format!("\n\n{}", quiet.join(BREAK)));
    }
    text
}

fn meeting(row: &Row, phrases: &Phrases) -> String {
    let mut line = format!("- **{}**", row.time);
    if let Some(beside) = &row.beside {
        line.push_str(&format!(" ({beside})"));
    }
    line.push_str(&format!(" {}", row.title));
    match &row.entry {
        Entry::Button(url) | Entry::Link(url) => {
            line.push_str(&format!(" · {}", link(phrases.join, url.expose())));
        }
        Entry::Follows => line.push_str(&format!(" · {}", phrases.link_follows)),
        Entry::None => {}
    }
    for facts in [row.notes.join(" · "), access(row, phrases, code)] {
        if !facts.is_empty() {
            line.push_str(&format!("{BREAK}  {facts}"));
        }
    }
    line
}

/// What people type to get in, in a line that may be empty.
pub(super) fn access(row: &Row, phrases: &Phrases, password: fn(&str) -> String) -> String {
    let number = row.number.as_ref();
    let number = number.map(|number| format!("{}\u{a0}{number}", phrases.number));
    let secret = row.password.as_ref();
    let secret =
        secret.map(|secret| format!("{}\u{a0}{}", phrases.password, password(secret.expose())));
    [number, secret]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}

/// Texts one below the other, in as few messages as they fit into. One that is longer than a message
/// is divided between paragraphs, lines or words.
pub(super) fn pack(texts: &[String]) -> Vec<String> {
    let mut messages: Vec<String> = Vec::new();
    for piece in texts.iter().flat_map(|text| pieces(text)) {
        match messages.last_mut() {
            Some(last) if last.len() + 2 + piece.len() <= LONGEST => {
                last.push_str("\n\n");
                last.push_str(piece);
            }
            _ => messages.push(piece.to_owned()),
        }
    }
    messages
}

fn pieces(mut text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    loop {
        text = text.trim_matches('\n');
        if text.len() <= LONGEST {
            if !text.trim().is_empty() {
                pieces.push(text);
            }
            return pieces;
        }
        let head = &text[..text.floor_char_boundary(LONGEST)];
        let end = ["\n\n", "\n", " "]
            .into_iter()
            .find_map(|gap| head.rfind(gap).filter(|end| *end > 0))
            .unwrap_or(head.len());
        pieces.push(&text[..end]);
        text = &text[end..];
    }
}
