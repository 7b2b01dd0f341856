//! What an operator says to the bot in the organisers' room.

use std::fmt;

use showcaller_event::closest;

use super::command::Command;
use super::slip;

/// What is said to the bot by one who calls the show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatMessage {
    /// Something to be done, or shown.
    Command(ChatCommand),
    /// What was previewed is to be done.
    Yes {
        /// How many people it reaches, if that was typed.
        audience: Option<usize>,
    },
    /// What was previewed is not to be done.
    No,
    /// Nearly a command: this may be meant.
    Near(String),
}

/// What is to be done, or shown. Its `Display` is what an operator says for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatCommand {
    /// Show the cues of today.
    Cues,
    /// Do something to a cue.
    Call {
        /// What.
        command: Command,
        /// Which, as it was said: `opening`, `opening/day-2`.
        cue: String,
    },
    /// Move the rest of a day.
    Slip {
        /// Which, as it was said; today without.
        day: Option<String>,
        /// By how many minutes; backward below zero.
        minutes: i64,
    },
    /// Take the last slip back.
    Undo,
    /// Say something that no cue has.
    Say {
        /// To whom, as under `to:` in the event file.
        to: String,
        /// What, in Webex's Markdown.
        text: String,
    },
}

const VERBS: [(&str, Command); 6] = [
    ("go", Command::Go),
    ("hold", Command::Hold),
    ("skip", Command::Skip),
    ("retry", Command::Retry),
    ("again", Command::Again),
    ("recall", Command::Recall),
];
const SETTLE: &str = "settle";
const ARRIVED: &[&str] = &["arrived"];
const SEND_AGAIN: &[&str] = &["send", "again"];

impl ChatMessage {
    /// Reads a text without its mention of the bot, with these names of cues; `None` for an ordinary
    /// question. Case, a `!` before it, marks of Markdown and a full stop do not matter.
    #[must_use]
    pub fn read(text: &str, cues: &[&str]) -> Option<Self> {
        if let Some(said) = say(text) {
            return Some(said);
        }
        let words: Vec<String> = text
            .split_whitespace()
            .map(|word| bare(word).to_lowercase())
            .filter(|word| !word.is_empty())
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let exact = match words.as_slice() {
            ["yes"] => Some(Self::Yes { audience: None }),
            ["yes", number] => number.parse().ok().map(|number| Self::Yes {
                audience: Some(number),
            }),
            ["no"] => Some(Self::No),
            ["cues"] => Some(Self::Command(ChatCommand::Cues)),
            ["undo"] | ["undo", "slip"] => Some(Self::Command(ChatCommand::Undo)),
            ["slip", rest @ ..] => slipped(rest).map(Self::Command),
            ["settle", cue, rest @ ..] => settled(cue, rest).map(Self::Command),
            [verb, cue] => called(verb, cue).map(Self::Command),
            _ => None,
        };
        exact.or_else(|| near(&words, cues).map(Self::Near))
    }
}

fn called(verb: &str, cue: &str) -> Option<ChatCommand> {
    let (_, command) = VERBS.iter().find(|(known, _)| *known == verb)?;
    Some(ChatCommand::Call {
        command: command.clone(),
        cue: cue.to_owned(),
    })
}

fn settled(cue: &str, rest: &[&str]) -> Option<ChatCommand> {
    let arrived = match rest {
        ARRIVED => true,
        SEND_AGAIN => false,
        _ => return None,
    };
    Some(ChatCommand::Call {
        command: Command::Settle {
            recipient: None,
            arrived,
        },
        cue: cue.to_owned(),
    })
}

/// `15m`, `day-2 15m`, `day-2 15 minutes`
fn slipped(words: &[&str]) -> Option<ChatCommand> {
    let by = |words: &[&str]| slip::minutes_by(&words.join(" "));
    let (day, minutes) = match (by(words), words) {
        (Some(minutes), _) => (None, minutes),
        (None, [day, rest @ ..]) => (Some((*day).to_owned()), by(rest)?),
        (None, []) => return None,
    };
    Some(ChatCommand::Slip { day, minutes })
}

/// `say team rooms: words`. The words stay as they are.
fn say(text: &str) -> Option<ChatMessage> {
    let text = text.trim_start_matches(is_mark);
    let (verb, rest) = text.split_once(char::is_whitespace)?;
    if !bare(verb).eq_ignore_ascii_case("say") {
        return None;
    }
    let said = rest.split_once(':').and_then(|(to, text)| {
        let (to, text) = (bare(to), text.trim());
        let said = ChatCommand::Say {
            to: to.to_owned(),
            text: text.to_owned(),
        };
        (!to.is_empty() && !text.is_empty()).then_some(said)
    });
    Some(said.map_or_else(
        || ChatMessage::Near(EXAMPLE_OF_SAY.to_owned()),
        ChatMessage::Command,
    ))
}

const EXAMPLE_OF_SAY: &str = "say team rooms: what you want to say";

/// What may be meant by words that are no command.
fn near(words: &[&str], cues: &[&str]) -> Option<String> {
    let (first, rest) = words.split_first()?;
    let verbs = VERBS.iter().map(|(verb, _)| *verb).chain([SETTLE]);
    let known = |cue: &&&str| {
        let name = cue.split('/').next().unwrap_or_default();
        cues.iter().any(|it| it.eq_ignore_ascii_case(name))
    };
    let verb = verbs.clone().find(|verb| verb == first);
    if let (Some(verb), []) = (verb, rest) {
        return cues.first().map(|cue| of_verb(verb, cue));
    }
    if let Some(cue) = rest.first().filter(known) {
        return verb
            .or_else(|| closest(first, verbs))
            .map(|verb| of_verb(verb, cue));
    }
    match (*first, rest) {
        ("slip", _) => Some("slip 15m".to_owned()),
        ("say", []) => Some(EXAMPLE_OF_SAY.to_owned()),
        (single, []) => closest(single, ["cues", "undo"]).map(str::to_owned),
        _ => None,
    }
}

fn of_verb(verb: &str, cue: &str) -> String {
    match verb {
        SETTLE => format!("{SETTLE} {cue} arrived"),
        verb => format!("{verb} {cue}"),
    }
}

fn bare(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || is_mark(letter))
}

/// What may stand around words and means nothing.
fn is_mark(letter: char) -> bool {
    matches!(
        letter,
        '!' | '*' | '_' | '`' | '"' | '\'' | '.' | ',' | ':' | ';' | '«' | '»' | '“' | '”' | '’'
    ) || letter.is_whitespace()
}

impl fmt::Display for ChatCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cues => f.write_str("cues"),
            Self::Call {
                command: Command::Settle { arrived, .. },
                cue,
            } => {
                let became = if *arrived { ARRIVED } else { SEND_AGAIN };
                write!(f, "{SETTLE} {cue} {}", became.join(" "))
            }
            Self::Call { command, cue } => {
                let verb = VERBS.iter().find(|(_, known)| known == command);
                write!(f, "{} {cue}", verb.map_or("", |(verb, _)| verb))
            }
            Self::Slip { day: None, minutes } => write!(f, "slip {minutes}m"),
            Self::Slip {
                day: Some(day),
                minutes,
            } => write!(f, "slip {day} {minutes}m"),
            Self::Undo => f.write_str("undo"),
            Self::Say { to, text } => write!(f, "say {to}: {text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<ChatMessage> {
        ChatMessage::read(text, &["opening", "lunch", "keep-going"])
    }

    #[test]
    fn commands_are_read_with_what_people_put_around_them() {
        for (text, command) in [
            ("cues", "cues"),
            ("!cues", "cues"),
            ("Cues.", "cues"),
            ("go opening", "go opening"),
            ("  GO   Opening! ", "go opening"),
            ("!go opening/day-2", "go opening/day-2"),
            ("`go opening/day-2`", "go opening/day-2"),
            ("**go** opening", "go opening"),
            (", go opening", "go opening"),
            ("go what-is-not-there", "go what-is-not-there"),
            ("hold lunch", "hold lunch"),
            ("skip keep-going", "skip keep-going"),
            ("retry lunch", "retry lunch"),
            ("again lunch", "again lunch"),
            ("recall “lunch”", "recall lunch"),
            ("settle lunch arrived", "settle lunch arrived"),
            (
                "settle lunch/day-2 send again.",
                "settle lunch/day-2 send again",
            ),
            ("slip 15m", "slip 15m"),
            ("slip 15", "slip 15m"),
            ("Slip 15 min", "slip 15m"),
            ("slip 1h30m", "slip 90m"),
            ("slip -10m", "slip -10m"),
            ("slip day-2 15m", "slip day-2 15m"),
            ("slip day-2 -10 minutes", "slip day-2 -10m"),
            ("undo", "undo"),
            ("undo slip", "undo"),
            (
                "say team rooms: Lunch is at 12:00!",
                "say team rooms: Lunch is at 12:00!",
            ),
            ("!Say  Jury : **now**", "say Jury: **now**"),
        ] {
            let Some(ChatMessage::Command(read)) = read(text) else {
                panic!("{text}: {:?}", read(text));
            };
            assert_eq!(read.to_string(), command, "{text}");
            let again = self::read(command);
            assert_eq!(again, Some(ChatMessage::Command(read)), "{command}");
        }
    }

    #[test]
    fn a_preview_is_answered_with_one_word() {
        let yes = |audience| Some(ChatMessage::Yes { audience });
        for (text, expected) in [
            ("yes", yes(None)),
            ("Yes!", yes(None)),
            ("*yes*", yes(None)),
            ("yes 214", yes(Some(214))),
            ("no", Some(ChatMessage::No)),
            ("No.", Some(ChatMessage::No)),
            ("yes please", None),
            ("yes, it is", None),
            ("no idea", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_nearly_a_command_is_asked_about() {
        for (text, near) in [
            ("go", "go opening"),
            ("goo opening", "go opening"),
            ("hodl lunch", "hold lunch"),
            ("skp lunch/day-2", "skip lunch/day-2"),
            ("go opening now", "go opening"),
            ("settle lunch", "settle lunch arrived"),
            ("settle lunch maybe", "settle lunch arrived"),
            ("slip", "slip 15m"),
            ("slip a bit", "slip 15m"),
            ("slip 0m", "slip 15m"),
            ("slip 30s", "slip 15m"),
            ("slip 24h", "slip 15m"),
            ("cue", "cues"),
            ("say", EXAMPLE_OF_SAY),
            ("say hello", EXAMPLE_OF_SAY),
            ("say team rooms:", EXAMPLE_OF_SAY),
        ] {
            assert_eq!(
                read(text),
                Some(ChatMessage::Near(near.to_owned())),
                "{text}"
            );
        }
    }

    #[test]
    fn everything_else_is_an_ordinary_question() {
        for text in [
            "",
            "!",
            "now",
            "next",
            "agenda",
            "who",
            "help",
            "where do I go",
            "go and find the opening",
            "when is the opening",
            "what do you say to that: nothing",
            "lunch",
            "not yes",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
