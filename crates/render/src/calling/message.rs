//! The message of a cue for one recipient.

use serde_json::{Value, json};
use showcaller_event::model::{Cue, CueTo, MeetingFact, MeetingFacts, MeetingKey, Part, Text};
use showcaller_event::{Event, Facts, Language, Unfilled, phrases};
use showcaller_secret::Secret;

use crate::answers::{Card, Message, shows};

/// The most actions that Webex shows in a card.
const ACTIONS: usize = 5;

/// What a recipient gets of a cue, and the language that it is in: that of a person, for a room that of the
/// event.
///
/// # Errors
///
/// A fact is not known, or is not for this recipient: there is no message with a gap in it.
pub fn message(
    cue: &Cue,
    to: &CueTo,
    language: Language,
    facts: &Facts<'_>,
) -> Result<(Message, Language), Unfilled> {
    let (text, language) = to.say.in_language(language, facts.event.bot.language);
    let filled = cue.message(&to.recipient, text, language, facts)?;
    let card = match cue.card {
        true => card(cue, to, (text, language), facts)?,
        false => None,
    };
    let message = Message {
        markdown: Secret::new(filled),
        card,
    };
    Ok((message, language))
}

/// The text with a button for each meeting of which it gives the link; `None` where it gives none, or a
/// card cannot show a password of it letter by letter.
fn card(
    cue: &Cue,
    to: &CueTo,
    (text, language): (&Text, Language),
    facts: &Facts<'_>,
) -> Result<Option<Card>, Unfilled> {
    let given = given(text);
    let known = |meeting: &MeetingKey| (facts.webex)(meeting).unwrap_or_default();
    let mut passwords = given.iter().filter_map(|meeting| known(meeting).password);
    if given.is_empty() || given.len() > ACTIONS || !passwords.all(|it| shows(it.expose())) {
        return Ok(None);
    }
    // The password stands beside its button.
    let without_passwords = |meeting: &MeetingKey| {
        (facts.webex)(meeting).map(|facts| MeetingFacts {
            password: None,
            ..facts
        })
    };
    let bare = Facts {
        webex: &without_passwords,
        ..*facts
    };
    let silent = Cue {
        mention_all: false,
        ..cue.clone()
    };
    // A text that gives a password by itself is no text for a card.
    let Ok(filled) = silent.message(&to.recipient, text, language, &bare) else {
        return Ok(None);
    };
    let paragraphs = filled.split("\n\n").filter(|it| !it.trim().is_empty());
    let paragraphs = paragraphs.map(|it| json!({ "type": "TextBlock", "text": it, "wrap": true }));
    let mut body: Vec<Value> = paragraphs.collect();
    for meeting in given {
        let known = known(meeting);
        let Some(link) = &known.link else {
            return Ok(None);
        };
        body.push(button(facts, meeting, link, &known, language));
    }
    Ok(Some(Card {
        content: json!({ "type": "AdaptiveCard", "version": "1.3", "body": body }),
        keys: Vec::new(),
    }))
}

/// The meetings of which a text gives the link, each once.
fn given(text: &Text) -> Vec<&MeetingKey> {
    let mut given = Vec::new();
    for part in text.parts() {
        if let Part::Meeting {
            meeting,
            fact: MeetingFact::Join | MeetingFact::Link,
        } = part
            && !given.contains(&meeting)
        {
            given.push(meeting);
        }
    }
    given
}

/// A meeting's title, its password, and the button that opens it.
fn button(
    facts: &Facts<'_>,
    meeting: &MeetingKey,
    link: &Secret,
    known: &MeetingFacts,
    language: Language,
) -> Value {
    let mut lines = vec![json!({
        "type": "TextBlock", "text": title(facts.event, facts, meeting), "wrap": true,
    })];
    lines.extend(known.password.as_ref().map(|password| {
        let text = format!("{} {}", phrases::password(language), password.expose());
        json!({
            "type": "TextBlock", "text": text, "size": "Small", "isSubtle": true, "wrap": true,
            "spacing": "None",
        })
    }));
    let open = json!({
        "type": "ActionSet",
        "actions": [{
            "type": "Action.OpenUrl", "title": phrases::join(language), "url": link.expose(),
            "style": "positive",
        }],
    });
    let column = |width: &str, items: Vec<Value>| json!({ "type": "Column", "width": width, "items": items });
    let columns = vec![column("stretch", lines), column("auto", vec![open])];
    json!({ "type": "ColumnSet", "spacing": "Medium", "columns": columns })
}

fn title(event: &Event, facts: &Facts<'_>, meeting: &MeetingKey) -> String {
    let scheduled = facts.schedule.get(meeting).map(|it| it.title.clone());
    let title = scheduled.or_else(|| Some(event.meeting(meeting)?.title.clone()));
    showcaller_event::markdown::inert(&title.unwrap_or_default())
}
