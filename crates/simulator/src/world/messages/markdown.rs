//! What Webex makes of the Markdown of a message: who is mentioned, the plain text, the HTML.
//!
//! Only as much as a client can notice: mentions, links, bold, italic and code are rendered; lists
//! and quotes stay lines of text.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids;
use crate::world::World;
use crate::world::people::Person;

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
        whom: Whom<'a>,
        /// As it is to be shown; without it, the account's name is.
        name: Option<&'a str>,
    },
}

/// How a mention says who is meant.
#[derive(Clone, Copy)]
enum Whom<'a> {
    Email(&'a str),
    Id(&'a str),
}

impl<'a> Whom<'a> {
    fn find(self, world: &World) -> Option<&Person> {
        match self {
            Self::Email(email) => world.by_address(email),
            Self::Id(id) => world.people.get(&ids::read(id).ok()?),
        }
    }

    fn shown<'w: 'a>(self, name: Option<&'a str>, world: &'w World) -> &'a str {
        let (Self::Email(written) | Self::Id(written)) = self;
        let own = || self.find(world).map(|person| person.name.as_str());
        name.or_else(own).unwrap_or(written)
    }
}

/// Finds `<@all>`, `<@personEmail:a@b.c|Name>` and `<@personId:ID|Name>` (messaging §6).
pub(super) fn mentions(markdown: &str, world: &World) -> Mentions {
    let mut found = Mentions::default();
    for piece in pieces(markdown) {
        match piece {
            Piece::Text(_) => {}
            Piece::All => found.all = true,
            Piece::Person { whom, .. } => {
                let known = whom.find(world).map(|person| person.key);
                found
                    .people
                    .extend(known.filter(|key| !found.people.contains(key)));
            }
        }
    }
    found
}

/// The text that clients without rich text show.
pub(super) fn plain(markdown: &str, world: &World) -> String {
    let mut text = String::new();
    for piece in pieces(markdown) {
        match piece {
            Piece::Text(words) => text += &unlinked(words).replace("**", "").replace('`', ""),
            Piece::All => text += "All",
            Piece::Person { whom, name } => text += whom.shown(name, world),
        }
    }
    text
}

/// The HTML that a GET shows beside the Markdown. A mention of an unknown person is the name and
/// nothing more.
pub(super) fn html(markdown: &str, world: &World) -> String {
    let mut html = String::new();
    for piece in pieces(markdown) {
        match piece {
            Piece::Text(words) => html += &styled(&linked(&escaped(words))),
            Piece::All => {
                html += "<spark-mention data-object-type=\"groupMention\" data-group-type=\"all\">All</spark-mention>"
            }
            Piece::Person { whom, name } => {
                let name = escaped(whom.shown(name, world));
                match whom.find(world) {
                    Some(person) => {
                        html += &format!(
                            "<spark-mention data-object-type=\"person\" data-object-id=\"{}\">{name}</spark-mention>",
                            person.id()
                        );
                    }
                    None => html += &name,
                }
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
    let (whom, name) = match whom.split_once('|') {
        Some((whom, name)) => (whom, Some(name)),
        None => (whom, None),
    };
    let whom = match kind {
        "personEmail" => Whom::Email(whom),
        "personId" => Whom::Id(whom),
        _ => return None,
    };
    Some(Piece::Person { whom, name })
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
    use crate::config::Config;

    fn world() -> World {
        let mut world = World::new(&Config::default());
        for account in Config::default().accounts {
            world.open_account(&account, jiff::Timestamp::UNIX_EPOCH);
        }
        world
    }

    #[test]
    fn the_plain_text_keeps_words_and_loses_marks() {
        let text = "**Lunch**, <@personEmail:ann@example.com|Ann>: see [the menu](https://example.com/m), <@personEmail:events@example.com>";
        assert_eq!(
            plain(text, &world()),
            "Lunch, Ann: see the menu, Event Office"
        );
    }

    #[test]
    fn the_html_renders_marks_and_escapes_the_rest() {
        assert_eq!(
            html(
                "**A** & *b* <i>\nnext\n\n[l](https://e.com) 2 * 3",
                &world()
            ),
            "<p><strong>A</strong> &amp; <em>b</em> &lt;i&gt;<br/>next</p><p><a href=\"https://e.com\">l</a> 2 * 3</p>"
        );
    }

    #[test]
    fn a_mention_names_the_person_by_id_and_shows_a_name() {
        let world = world();
        let id = world.by_address("events@example.com").unwrap().id();
        let by_address = html("<@personEmail:Events@example.com|O & <b>> agenda", &world);
        assert_eq!(
            by_address,
            format!(
                "<p><spark-mention data-object-type=\"person\" data-object-id=\"{id}\">O &amp; &lt;b</spark-mention>&gt; agenda</p>"
            )
        );
        let by_id = html(&format!("<@personId:{id}>"), &world);
        assert!(
            by_id.contains(&format!("{id}\">Event Office</spark-mention>")),
            "{by_id}"
        );
        let nobody = html("<@personEmail:who@example.com|Who>, <@all>", &world);
        assert_eq!(
            nobody,
            "<p>Who, <spark-mention data-object-type=\"groupMention\" data-group-type=\"all\">All</spark-mention></p>"
        );
    }

    #[test]
    fn who_is_mentioned_twice_is_listed_once() {
        let text = "<@personEmail:events@example.com> and <@personEmail:EVENTS@example.com>";
        assert_eq!(mentions(text, &world()).people.len(), 1);
    }

    #[test]
    fn a_mention_without_an_end_is_text() {
        let world = world();
        assert_eq!(
            plain("see <@personEmail:ann", &world),
            "see <@personEmail:ann"
        );
        assert_eq!(plain("<@nobody>", &world), "<@nobody>");
    }
}
