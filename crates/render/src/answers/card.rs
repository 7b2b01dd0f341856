//! A page as an Adaptive Card of version 1.3, with the elements and properties that Webex knows.

use serde_json::{Value, json};
use showcaller_event::markdown::link;
use showcaller_show::Intent;

use super::markdown::access;
use super::message::Card;
use super::page::{Block, Entry, Page, Row};
use super::phrases::Phrases;
use super::words::{capitalised, word};

/// The most actions of all kinds that Webex shows in a card.
const ACTIONS: usize = 5;

/// What the button asks for by which a person says that they are there.
const HERE: &str = "check-in";

/// The page as a card; `None` if it is not one for a card.
pub(super) fn card(page: &Page, card_key: &str) -> Option<Card> {
    let passwords = page.rows().filter_map(|row| row.password.as_ref());
    if !page.card || !passwords.into_iter().all(|secret| shows(secret.expose())) {
        return None;
    }
    let phrases = page.phrases();
    let mut body: Vec<Value> = page.title.iter().map(|title| headline(title)).collect();
    body.extend(page.blocks.iter().map(|block| element(block, phrases)));
    body.extend(page.quiet().into_iter().enumerate().map(quiet));
    let mut content = json!({ "type": "AdaptiveCard", "version": "1.3", "body": body });
    let keys = keys(page);
    if !keys.is_empty() {
        content["actions"] = keys
            .iter()
            .enumerate()
            .filter_map(|(index, intent)| {
                let title = capitalised(word(intent, phrases)?);
                let data = json!({ "key": format!("{card_key}#{index}") });
                Some(json!({ "type": "Action.Submit", "title": title, "data": data }))
            })
            .collect();
    }
    Some(Card { content, keys })
}

/// As many of what can be asked as there is room for beside the *Join* buttons.
fn keys(page: &Page) -> Vec<Intent> {
    let joins = page
        .rows()
        .filter(|row| matches!(row.entry, Entry::Button(_)))
        .count();
    let free = ACTIONS.saturating_sub(joins);
    page.asks.iter().take(free).cloned().collect()
}

/// Whether every client shows a password letter by letter, though it reads Markdown in a card: there
/// is no element without, and no escape that all of them know.
pub(crate) fn shows(password: &str) -> bool {
    password
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || "-+=#%$^,;?!".contains(letter))
}

fn headline(title: &str) -> Value {
    json!({
        "type": "TextBlock", "text": title, "size": "Medium", "weight": "Bolder", "wrap": true,
    })
}

fn element(block: &Block, phrases: &Phrases) -> Value {
    match block {
        Block::Heading(text) => json!({
            "type": "TextBlock", "text": text, "weight": "Bolder", "wrap": true,
            "spacing": "Medium",
        }),
        Block::Line(text) | Block::Item(text) => json!({
            "type": "TextBlock", "text": text, "wrap": true, "spacing": "Small",
        }),
        Block::Meeting(row) => meeting(row, phrases),
    }
}

fn meeting(row: &Row, phrases: &Phrases) -> Value {
    let mut time = vec![json!({ "type": "TextBlock", "text": row.time, "weight": "Bolder" })];
    time.extend(
        row.beside
            .as_ref()
            .map(|beside| subtle(&format!("({beside})"))),
    );
    let mut what = vec![json!({
        "type": "TextBlock", "text": row.title.to_string(), "wrap": true,
    })];
    let follows = matches!(row.entry, Entry::Follows).then_some(phrases.link_follows);
    let notes: Vec<&str> = follows
        .into_iter()
        .chain(row.notes.iter().map(String::as_str))
        .collect();
    let lines = [notes.join(" · "), access(row, phrases, str::to_owned)];
    what.extend(
        lines
            .iter()
            .filter(|line| !line.is_empty())
            .map(|line| subtle(line)),
    );
    let mut columns = vec![column("auto", time), column("stretch", what)];
    columns.extend(entry(row, phrases).map(|entry| column("auto", vec![entry])));
    json!({ "type": "ColumnSet", "spacing": "Medium", "columns": columns })
}

fn column(width: &str, items: Vec<Value>) -> Value {
    json!({ "type": "Column", "width": width, "items": items })
}

fn entry(row: &Row, phrases: &Phrases) -> Option<Value> {
    match &row.entry {
        Entry::Button(url) => Some(json!({
            "type": "ActionSet",
            "actions": [{
                "type": "Action.OpenUrl", "title": phrases.join, "url": url.expose(),
                "style": "positive",
            }],
        })),
        Entry::Link(url) => Some(json!({
            "type": "TextBlock", "text": link(phrases.join, url.expose()),
        })),
        Entry::Follows | Entry::None => None,
    }
}

fn subtle(text: &str) -> Value {
    json!({
        "type": "TextBlock", "text": text, "size": "Small", "isSubtle": true, "wrap": true,
        "spacing": "None",
    })
}

/// The lines at the end; a thin line is above them.
fn quiet((index, line): (usize, &str)) -> Value {
    let mut element = subtle(line);
    if index == 0 {
        element["separator"] = true.into();
        element["spacing"] = "Medium".into();
    }
    element
}

impl Card {
    /// Adds the button by which a person says that they are there.
    pub(super) fn add_here(&mut self, phrases: &Phrases, card_key: &str) {
        let data = json!({ "key": format!("{card_key}#{}", self.keys.len()) });
        let button = json!({ "type": "Action.Submit", "title": phrases.here, "data": data });
        match self.content["actions"].as_array_mut() {
            Some(actions) => actions.push(button),
            None => self.content["actions"] = json!([button]),
        }
        self.keys.push(Intent::Custom(HERE.to_owned()));
    }

    /// Puts a quiet line before everything else.
    pub(super) fn begin_with(&mut self, line: &str) {
        if let Some(body) = self.content["body"].as_array_mut() {
            body.insert(0, subtle(line));
        }
    }
}
