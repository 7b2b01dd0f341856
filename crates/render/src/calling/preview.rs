//! A message as each of its recipients would see it.

use showcaller_event::model::{Cue, CueRecipient, MeetingFact, Part, Say, Text};
use showcaller_event::{Event, Unfilled};
use showcaller_secret::Secret;

use super::reach::audience;
use crate::answers::{Message, transcript};

/// What one recipient would get, or why nothing yet.
pub type Previewed = (CueRecipient, Result<Message, Unfilled>);

/// The message as each recipient would see it: who gets the same is named together. It holds links and
/// passwords.
#[must_use]
pub fn preview(event: &Event, previewed: &[Previewed]) -> Secret {
    let mut texts: Vec<(Vec<&CueRecipient>, Secret)> = Vec::new();
    for (recipient, message) in previewed {
        let text = match message {
            Ok(message) => transcript(message),
            Err(Unfilled::Unknown(meeting)) => Secret::new(format!(
                "(held: what it gives of {meeting} is not there yet)"
            )),
            Err(error) => Secret::new(format!("(not sent: {error})")),
        };
        let same = |known: &&mut (Vec<&CueRecipient>, Secret)| known.1.expose() == text.expose();
        match texts.iter_mut().find(same) {
            Some((recipients, _)) => recipients.push(recipient),
            None => texts.push((vec![recipient], text)),
        }
    }
    let texts = texts.iter().map(|(recipients, text)| {
        let lines = text.expose().lines().map(|line| format!("  {line}"));
        let lines: Vec<String> = lines.collect();
        format!("{}:\n{}", audience(event, recipients), lines.join("\n"))
    });
    Secret::new(texts.collect::<Vec<_>>().join("\n\n"))
}

/// The cue with a note in place of every link, number and password: what of it may go into a room that is
/// not among its recipients.
#[must_use]
pub fn without_access(cue: &Cue) -> Cue {
    let mut cue = cue.clone();
    for to in &mut cue.to {
        let texts = to.say.by_language.iter();
        to.say = Say {
            otherwise: noted(&to.say.otherwise),
            by_language: texts.map(|(of, text)| (*of, noted(text))).collect(),
        };
    }
    cue
}

fn noted(text: &Text) -> Text {
    let part = |part: &Part| match part {
        Part::Meeting { fact, .. } => {
            let what = match fact {
                MeetingFact::Join => "link and password",
                MeetingFact::Link => "link",
                MeetingFact::Password => "password",
                MeetingFact::Number => "number",
            };
            Part::Words(format!("({what} of each room's own meeting)"))
        }
        Part::Words(_) | Part::Scheduled { .. } => part.clone(),
    };
    Text::new(text.parts().iter().map(part).collect())
}

/// How many calls that takes, and how long at so many a minute: as known, or as expected.
#[must_use]
pub fn cost(calls: usize, per_minute: Option<f64>) -> String {
    /// What Webex takes of one account, where nothing was learnt yet.
    const EXPECTED: f64 = 300.0;
    let pace = per_minute.filter(|pace| *pace >= 1.0).unwrap_or(EXPECTED);
    let seconds = (calls as f64 / pace * 60.0).ceil() as i64;
    let time = match seconds {
        0..60 => "under a minute".to_owned(),
        _ => format!("about {} min", (seconds + 59) / 60),
    };
    let learnt = match per_minute {
        Some(_) => "as learnt",
        None => "as expected",
    };
    let calls = crate::count::count(calls, "call", "calls");
    format!("{calls} to Webex, {time} at {pace:.0} a minute ({learnt}).")
}
