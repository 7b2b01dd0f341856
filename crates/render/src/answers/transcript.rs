//! A message as text, for a terminal and for snapshots.

use serde_json::Value;
use showcaller_event::markdown::plain;
use showcaller_secret::Secret;
use unicode_width::UnicodeWidthStr as _;

use super::message::Message;

/// The widest line, in columns; only links are wider.
const WIDTH: usize = 60;

/// A message as people see it, drawn as text within 60 columns, without colours: its card, or its
/// Markdown where it has none. It holds links and passwords, as the message does.
#[must_use]
pub fn transcript(message: &Message) -> Secret {
    let lines = match &message.card {
        Some(card) => {
            let mut lines = elements(&card.content["body"], WIDTH);
            lines.extend(buttons(&card.content["actions"], WIDTH));
            lines
        }
        None => message.markdown.expose().lines().flat_map(line).collect(),
    };
    Secret::new(lines.join("\n"))
}

/// A line of Markdown, indented as it was.
fn line(line: &str) -> Vec<String> {
    let words = line.trim_start_matches([' ', '-', '>']);
    let (mark, words) = line.split_at(line.len() - words.len());
    let lines = wrapped(&seen(words), WIDTH.saturating_sub(mark.width()));
    let first = lines.is_empty().then(String::new);
    let mark = seen(mark);
    let marks = std::iter::once(mark.clone()).chain(std::iter::repeat(" ".repeat(mark.width())));
    let drawn = lines
        .iter()
        .zip(marks)
        .map(|(line, mark)| format!("{mark}{line}"));
    first.into_iter().chain(drawn).collect()
}

fn elements(elements: &Value, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for element in elements.as_array().into_iter().flatten() {
        if element["separator"] == true {
            lines.push("─".repeat(width));
        } else if element["weight"] == "Bolder" && element["spacing"] == "Medium" {
            lines.push(String::new());
        }
        match element["type"].as_str().unwrap_or_default() {
            "TextBlock" => lines.extend(text(element, width)),
            "ColumnSet" => lines.extend(columns(element, width)),
            "ActionSet" => lines.extend(buttons(&element["actions"], width)),
            other => lines.push(format!("({other})")),
        }
    }
    lines
}

fn text(element: &Value, width: usize) -> Vec<String> {
    let text = element["text"].as_str().unwrap_or_default();
    let words = seen(text).replace('*', "");
    match words
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]("))
    {
        Some((label, url)) => vec![format!("{label}: {}", url.trim_end_matches(')'))],
        None => wrapped(&words, width),
    }
}

/// The first column at the left, the others beside it, one below the other.
fn columns(element: &Value, width: usize) -> Vec<String> {
    let mut columns = element["columns"].as_array().into_iter().flatten();
    let left = columns.next().map(|first| elements(&first["items"], width));
    let left = left.unwrap_or_default();
    let indent = left.iter().map(|line| line.width()).max().unwrap_or(0) + 2;
    let right: Vec<String> = columns
        .flat_map(|column| elements(&column["items"], width.saturating_sub(indent)))
        .collect();
    (0..left.len().max(right.len()))
        .map(|index| {
            let left = left.get(index).map_or("", String::as_str);
            let right = right.get(index).map_or("", String::as_str);
            let gap = " ".repeat(indent - left.width());
            format!("{left}{gap}{right}").trim_end().to_owned()
        })
        .collect()
}

/// Those that open a link in a line each, with the link; the others side by side.
fn buttons(actions: &Value, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut submits = Vec::new();
    for action in actions.as_array().into_iter().flatten() {
        let title = seen(action["title"].as_str().unwrap_or_default());
        match action["url"].as_str() {
            Some(url) => lines.push(format!("[ {title} ] {}", seen(url))),
            None => submits.push(format!("[ {} ]", title.replace(' ', "\u{a0}"))),
        }
    }
    lines.extend(wrapped(
        &submits
            .join(" ")
            .replace(" ]", "\u{a0}]")
            .replace("[ ", "[\u{a0}"),
        width,
    ));
    lines
}

/// Without what is invisible.
fn seen(text: &str) -> String {
    plain(text).replace('\u{200b}', "")
}

/// With the spaces at which no line may end.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let lines = crate::lines::wrapped(text, width);
    lines
        .iter()
        .map(|line| line.replace('\u{a0}', " "))
        .collect()
}
