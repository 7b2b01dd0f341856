//! What a command means, said before it is carried out; and why it makes no sense.

use showcaller_event::Event;
use showcaller_event::markdown::plain;
use showcaller_event::model::CueKey;
use showcaller_show::{Fact, Follow, NotFound, Refusal};

use crate::count::{count, date, list, span};

/// A sentence, and what to do next in an operator's words, as in `retry opening/day-2`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What is so.
    pub sentence: String,
    /// What to do; `None` where there is nothing.
    pub next: Option<String>,
}

fn advice(sentence: String, next: Option<String>) -> Advice {
    Advice { sentence, next }
}

/// Why a command makes no sense for a cue.
#[must_use]
pub fn refusal(refusal: Refusal, cue: &CueKey) -> Advice {
    let go = Some(format!("go {cue}"));
    match refusal {
        Refusal::OnlyFailed { recipients } => advice(
            format!(
                "{cue}: Webex refused {}, and all others have it",
                left(recipients)
            ),
            Some(format!("retry {cue}")),
        ),
        Refusal::NothingLeft => advice(
            format!("{cue} was sent to all, so nothing of it can be held or skipped"),
            Some(format!("recall {cue}")),
        ),
        Refusal::NothingFailed => advice(format!("nothing of {cue} has failed"), None),
        Refusal::NotSent => advice(format!("{cue} was not sent yet"), go),
        Refusal::NothingUnclear => advice(
            format!("nothing of {cue} is unclear there: there is nothing to settle"),
            None,
        ),
        Refusal::NoRecipients => advice(
            format!("{cue} reaches nobody: its rooms and people are not there"),
            None,
        ),
    }
}

fn left(recipients: usize) -> String {
    count(recipients, "recipient", "recipients")
}

/// How a cue stands of which nothing more need be asked.
#[must_use]
pub fn follow(follow: Follow, cue: &CueKey) -> Advice {
    match follow {
        Follow::UnderWay => advice(format!("{cue} is under way already."), None),
        Follow::Sent => advice(
            format!("{cue} was sent to all already."),
            Some(format!("again {cue}")),
        ),
        Follow::Held => advice(format!("{cue} is held already."), Some(format!("go {cue}"))),
        Follow::Skipped => advice(
            format!("{cue} is skipped already."),
            Some(format!("go {cue}")),
        ),
        Follow::Recalled => advice(
            format!("{cue} was recalled already; a go sends it anew."),
            Some(format!("go {cue}")),
        ),
        Follow::WaitsForSecond => advice(
            format!("You said go for {cue}; a second person must say it, too."),
            None,
        ),
    }
}

/// What an operator is to know before a command is carried out.
#[must_use]
pub fn fact(fact: &Fact, event: &Event) -> String {
    match fact {
        Fact::Sends { recipients, people } => format!(
            "It goes to {}: {}.",
            left(*recipients),
            count(*people, "person", "people")
        ),
        Fact::AlreadySent { recipients: 1 } => "One recipient has it already.".to_owned(),
        Fact::AlreadySent { recipients } => {
            format!("{recipients} recipients have it already.")
        }
        Fact::Early { by } => format!("That is {} earlier than it is due.", span(*by)),
        Fact::OtherDay { day } => match event.day(day) {
            Some(known) => format!(
                "It belongs to another day than today: {day} ({}, {}).",
                plain(&known.title),
                date(known.date)
            ),
            None => format!("It belongs to another day than today: {day}."),
        },
        Fact::NoLink { recipients: 1 } => {
            "For one recipient, a link that it gives is not there yet: they get it once it is."
                .to_owned()
        }
        Fact::NoLink { recipients } => format!(
            "For {recipients} recipients, a link that it gives is not there yet: they get it once it is."
        ),
        Fact::NeedsSecond => "A second person must say go as well.".to_owned(),
        Fact::Second { after } => format!("{} said go before you.", plain(&after.name)),
        Fact::Deletes { messages: 0 } => "Nothing of it is in a room yet.".to_owned(),
        Fact::Deletes { messages } => format!(
            "It deletes {}, for everybody.",
            count(*messages, "message", "messages")
        ),
        Fact::MayBeTwice { recipients } => format!(
            "{} it twice if it arrived after all.",
            match recipients {
                1 => "One recipient gets".to_owned(),
                many => format!("{many} recipients get"),
            }
        ),
    }
}

/// Why it is not known which cue is meant, and which one may be.
#[must_use]
pub fn not_found(error: &NotFound, asked: &str, event: &Event) -> (String, String) {
    let asked = plain(asked);
    match error {
        NotFound::Cue { near } => {
            let hint = match near {
                Some(near) => format!("did you mean {near}?"),
                None => {
                    let mut names: Vec<String> = Vec::new();
                    for cue in &event.cues {
                        let name = cue.key.cue.to_string();
                        if !names.contains(&name) {
                            names.push(name);
                        }
                    }
                    match names.is_empty() {
                        true => "the event has no cues".to_owned(),
                        false => format!("its cues are {}", list(&names)),
                    }
                }
            };
            (format!("the event has no cue {asked}"), hint)
        }
        NotFound::Day { cue, days } => {
            let names: Vec<String> = days.iter().map(|day| format!("{cue}/{day}")).collect();
            let hint = match names.is_empty() {
                true => format!("it belongs to no day: write {cue}"),
                false => format!("there is {}", list(&names)),
            };
            (
                format!("there is no {asked}: {cue} is not on that day"),
                hint,
            )
        }
    }
}
