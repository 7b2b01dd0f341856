//! What a message asks, without the mention of the bot.

use showcaller_secret::Secret;
use showcaller_webex::{Message, Person, PersonId};

use crate::messages::is;

/// What was asked of the bot; `None` if the message is for others. In private everything is for
/// the bot.
pub(super) fn question(message: &Message, direct: bool, bot: &Person) -> Option<String> {
    let names_bot = message.mentioned_people.iter().any(|id| is(id, bot));
    if let Some(html) = &message.html {
        let shown = shown(html.expose(), bot);
        if shown.mentions_bot || direct {
            return Some(shown.text.trim().to_owned());
        }
        if !names_bot {
            return None;
        }
    }
    let text = message.text.as_ref().map_or("", Secret::expose).trim();
    let name = bot.display_name.as_deref().unwrap_or_default();
    match without_name(text, name) {
        Some(rest) => Some(rest.to_owned()),
        None => (direct || names_bot).then(|| text.to_owned()),
    }
}

/// The elements that do not end a word.
const INLINE: [&str; 9] = ["a", "b", "code", "em", "i", "s", "span", "strong", "u"];

/// What HTML shows.
struct Shown {
    text: String,
    /// Whether the bot was mentioned; the mention is not part of the text.
    mentions_bot: bool,
}

/// Webex's HTML as text. It is well formed; where it is not, it is text.
fn shown(html: &str, bot: &Person) -> Shown {
    let mut text = String::with_capacity(html.len());
    let mut mentions_bot = false;
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        push_unescaped(&mut text, before);
        let Some((tag, after)) = after.split_once('>') else {
            push_unescaped(&mut text, "<");
            push_unescaped(&mut text, after);
            rest = "";
            continue;
        };
        rest = after;
        let word = tag.trim_start_matches('/');
        let name = word.split(|c: char| c.is_whitespace() || c == '/').next();
        if name == Some("spark-mention") {
            let (shown, after) = rest.split_once("</spark-mention>").unwrap_or((rest, ""));
            rest = after;
            match attribute(tag, "data-object-id").map(PersonId::from) {
                Some(id) if is(&id, bot) => mentions_bot = true,
                // `<@all>` has no id.
                None => {}
                Some(_) => push_unescaped(&mut text, shown),
            }
        } else if !name.is_some_and(|name| INLINE.contains(&name)) {
            text.push(' ');
        }
    }
    push_unescaped(&mut text, rest);
    Shown { text, mentions_bot }
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = tag.split_once(name)?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next()
}

/// Adds what escaped text says.
fn push_unescaped(text: &mut String, escaped: &str) {
    let mut rest = escaped;
    while let Some((before, after)) = rest.split_once('&') {
        text.push_str(before);
        let entity = after.split_once(';').filter(|(name, _)| name.len() <= 8);
        match entity.and_then(|(name, after)| Some((character(name)?, after))) {
            Some((character, after)) => {
                text.push(character);
                rest = after;
            }
            None => {
                text.push('&');
                rest = after;
            }
        }
    }
    text.push_str(rest);
}

fn character(entity: &str) -> Option<char> {
    Some(match entity {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        numbered => {
            let number = numbered.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

/// What follows the bot's name, or its first word, at the beginning of a text: that is how a mention
/// shows where there is no HTML (messaging §6).
fn without_name<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let text = text.strip_prefix('@').unwrap_or(text);
    let first_word = name.split_whitespace().next().unwrap_or_default();
    [name, first_word].into_iter().find_map(|name| {
        let head = text.get(..name.len())?;
        let rest = &text[name.len()..];
        let ends = !rest.starts_with(char::is_alphanumeric);
        let named = !name.is_empty() && ends && head.to_lowercase() == name.to_lowercase();
        named.then(|| rest.trim_start_matches(|c: char| c.is_whitespace() || ",:;".contains(c)))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const BOT: &str = "7b3f2f54-1c1b-4f4e-9f4f-0a4d9bb0a001";
    /// The same in base64.
    const SPELT: &str =
        "Y2lzY29zcGFyazovL3VzL1BFT1BMRS83YjNmMmY1NC0xYzFiLTRmNGUtOWY0Zi0wYTRkOWJiMGEwMDE";
    const ANN: &str = "7b3f2f54-1c1b-4f4e-9f4f-0a4d9bb0a002";

    fn asks(message: Value, direct: bool) -> Option<String> {
        let mut whole = json!({"id": "M"});
        let members = message.as_object().cloned().unwrap_or_default();
        whole.as_object_mut().expect("an object").extend(members);
        let message: Message = serde_json::from_value(whole).expect("a message");
        let bot = json!({"id": SPELT, "displayName": "Showcaller Bot"});
        question(
            &message,
            direct,
            &serde_json::from_value(bot).expect("a bot"),
        )
    }

    fn mention(id: &str, name: &str) -> String {
        format!(
            "<spark-mention data-object-type=\"person\" data-object-id=\"{id}\">{name}</spark-mention>"
        )
    }

    #[test]
    fn the_mention_is_cut_out_by_the_bots_id_and_others_stay_as_names() {
        for (html, expected) in [
            (
                format!("<p>{} agenda</p>", mention(BOT, "Showcaller")),
                Some("agenda"),
            ),
            (
                format!("{} agenda", mention(SPELT, "Another name")),
                Some("agenda"),
            ),
            (
                format!(
                    "<p>who is {}, {}?</p>",
                    mention(ANN, "Ann P."),
                    mention(BOT, "Showcaller")
                ),
                Some("who is Ann P., ?"),
            ),
            (mention(BOT, "Showcaller"), Some("")),
            (format!("{} agenda", mention(ANN, "Showcaller")), None),
            ("Showcaller agenda".to_owned(), None),
            (
                "<p><spark-mention data-object-type=\"groupMention\" data-group-type=\"all\">All\
                 </spark-mention> agenda</p>"
                    .to_owned(),
                None,
            ),
            (
                format!(
                    "<spark-mention data-object-type=\"groupMention\">All</spark-mention> {} now",
                    mention(BOT, "Showcaller")
                ),
                Some("now"),
            ),
            (
                format!(
                    "<p>{}<strong>a</strong>genda<br/>day&nbsp;2 &amp; &#x33;&lt;</p>",
                    mention(BOT, "S")
                ),
                Some("agenda day 2 & 3<"),
            ),
            (
                format!("{} 1 < 2 & 3", mention(BOT, "S")),
                Some("1 < 2 & 3"),
            ),
        ] {
            assert_eq!(
                asks(json!({"html": html}), false).as_deref(),
                expected,
                "{html}"
            );
        }
    }

    #[test]
    fn without_html_the_name_at_the_beginning_is_cut_out() {
        for (text, expected) in [
            ("Showcaller Bot agenda", Some("agenda")),
            ("@showcaller bot: agenda", Some("agenda")),
            ("Showcaller, agenda", Some("agenda")),
            ("Showcaller", Some("")),
            ("Showcallers agenda", None),
            ("agenda, Showcaller", None),
            ("agenda", None),
            ("", None),
        ] {
            assert_eq!(
                asks(json!({"text": text}), false).as_deref(),
                expected,
                "{text}"
            );
        }
        let elsewhere = json!({"text": "agenda, Showcaller", "mentionedPeople": [BOT]});
        assert_eq!(
            asks(elsewhere, false).as_deref(),
            Some("agenda, Showcaller")
        );
        let others = json!({"text": "agenda", "mentionedPeople": [ANN]});
        assert_eq!(asks(others, false), None);
    }

    #[test]
    fn in_private_everything_is_for_the_bot() {
        for (message, expected) in [
            (json!({"text": "agenda"}), "agenda"),
            (json!({"text": "Showcaller agenda"}), "agenda"),
            (json!({"html": "<p>agenda</p>", "text": "agenda"}), "agenda"),
            (json!({"html": mention(ANN, "Ann")}), "Ann"),
            (json!({}), ""),
        ] {
            assert_eq!(
                asks(message.clone(), true).as_deref(),
                Some(expected),
                "{message}"
            );
        }
    }
}
