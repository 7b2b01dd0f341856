//! What Webex makes of the Markdown of a message: who is mentioned, the plain text, the HTML.
//!
//! Only as much as a client can notice: mentions, links, bold, italic and code are rendered; lists
//! and quotes stay lines of text.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids;
use crate::world::World;

/// Who a message mentions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mentions {
    pub(crate) people: Vec<Uuid>,
    pub(crate) all: bool,
}

/// A stretch of a message.
enum Piece<'a> {
    Text(&'a str),
    All,
    Person {
        email: Option<&'a str>,
        id: Option<&'a str>,
        name: &'a str,
    },
}

/// Finds `<@all>`, `<@personEmail:a@b.c|Name>` and `<@personId:ID|Name>` (messaging §6).
pub(super) fn mentions(markdown: &str, world: &World) -> Mentions {
    let mut found = Mentions::default();
    for piece in pieces(markdown) {
        match piece {
            Piece::Text(_) => {}
            Piece::All => found.all = true,
            Piece::Person { email, id, .. } => {
                let by_address = email
                    .and_then(|email| world.by_address(email))
                    .map(|person| person.key);
                let by_id = id
                    .and_then(|id| ids::read(id).ok())
                    .filter(|key| world.people.contains_key(key));
                found.people.extend(by_address.or(by_id));
            }
        }
    }
    found
}

/// The text that clients without rich text show.
pub(super) fn plain(markdown: &str) -> String {
    let mut text = String::new();
    for piece in pieces(markdown) {
        match piece {
            Piece::Text(words) => text += &unlinked(words).replace("**", "").replace('`', ""),
            Piece::All => text += "All",
            Piece::Person { name, .. } => text += name,
        }
    }
    text
}

/// The HTML that a GET shows beside the Markdown.
pub(super) fn html(markdown: &str) -> String {
    let mut html = String::new();
    for piece in pieces(markdown) {
        match piece {
            Piece::Text(words) => html += &styled(&linked(&escaped(words))),
            Piece::All => {
                html += "<spark-mention data-object-type=\"groupMention\" data-group-type=\"all\">All</spark-mention>"
            }
            Piece::Person { name, email, id } => {
                let whom = email.or(id).unwrap_or_default();
                html += &format!(
                    "<spark-mention data-object-type=\"person\" data-object-id=\"{}\">{}</spark-mention>",
                    escaped(whom),
                    escaped(name)
                );
            }
        }
    }
    let paragraphs = html
        .split("\n\n")
        .map(|paragraph| format!("<p>{}</p>", paragraph.replace('\n', "<br/>")));
    paragraphs.collect()
}

fn pieces(markdown: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = markdown;
    while let Some(start) = rest.find("<@") {
        let Some(length) = rest[start..].find('>') else {
            break;
        };
        let end = start + length;
        pieces.push(Piece::Text(&rest[..start]));
        pieces.push(mention(&rest[start + 2..end]).unwrap_or(Piece::Text(&rest[start..=end])));
        rest = &rest[end + 1..];
    }
    pieces.push(Piece::Text(rest));
    pieces
}

fn mention(inside: &str) -> Option<Piece<'_>> {
    if inside == "all" {
        return Some(Piece::All);
    }
    let (kind, whom) = inside.split_once(':')?;
    let (whom, name) = whom.split_once('|').unwrap_or((whom, whom));
    match kind {
        "personEmail" => Some(Piece::Person {
            email: Some(whom),
            id: None,
            name,
        }),
        "personId" => Some(Piece::Person {
            email: None,
            id: Some(whom),
            name,
        }),
        _ => None,
    }
}

fn unlinked(text: &str) -> String {
    over_links(text, |label, _| label.to_owned())
}

fn linked(text: &str) -> String {
    over_links(text, |label, address| {
        format!("<a href=\"{address}\">{label}</a>")
    })
}

fn over_links(text: &str, show: impl Fn(&str, &str) -> String) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(middle) = rest.find("](") {
        let (Some(start), Some(length)) = (rest[..middle].rfind('['), rest[middle..].find(')'))
        else {
            break;
        };
        shown += &rest[..start];
        shown += &show(&rest[start + 1..middle], &rest[middle + 2..middle + length]);
        rest = &rest[middle + length + 1..];
    }
    shown + rest
}

fn styled(html: &str) -> String {
    let html = paired(html, "**", "strong");
    let html = paired(&html, "`", "code");
    paired(&html, "*", "em")
}

/// Every second `mark` closes what the one before opened; a last odd one stays as it is.
fn paired(html: &str, mark: &str, tag: &str) -> String {
    let parts: Vec<&str> = html.split(mark).collect();
    let odd_one_out = parts.len().is_multiple_of(2);
    let mut shown = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            match (index % 2, odd_one_out && index == parts.len() - 1) {
                (_, true) => shown += mark,
                (1, _) => shown += &format!("<{tag}>"),
                _ => shown += &format!("</{tag}>"),
            }
        }
        shown += part;
    }
    shown
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_text_keeps_words_and_loses_marks() {
        let text =
            "**Lunch**, <@personEmail:ann@example.com|Ann>: see [the menu](https://example.com/m)";
        assert_eq!(plain(text), "Lunch, Ann: see the menu");
    }

    #[test]
    fn the_html_renders_marks_and_escapes_the_rest() {
        assert_eq!(
            html("**A** & *b* <i>\nnext\n\n[l](https://e.com) 2 * 3"),
            "<p><strong>A</strong> &amp; <em>b</em> &lt;i&gt;<br/>next</p><p><a href=\"https://e.com\">l</a> 2 * 3</p>"
        );
    }

    #[test]
    fn a_mention_without_an_end_is_text() {
        assert_eq!(plain("see <@personEmail:ann"), "see <@personEmail:ann");
        assert_eq!(plain("<@nobody>"), "<@nobody>");
    }
}
