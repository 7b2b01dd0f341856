//! Values of which there are a few, each with a word.

use serde_json::json;

use super::{Binder, Value};
use crate::diagnostics::did_you_mean;
use crate::hint::Hint;
use crate::yaml::Node;

macro_rules! choices {
    ($(
        $(#[doc = $doc:literal])*
        enum $name:ident {$($word:literal => $variant:ident,)*}
    )*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name {$($variant,)*}

        impl Value for $name {
            fn read(node: &Node, binder: &mut Binder<'_>) -> Option<Self> {
                const WORDS: &[&str] = &[$($word),*];
                let text = binder.scalar(node, &one_of(WORDS))?;
                match text {
                    $($word => Some(Self::$variant),)*
                    other => {
                        unknown(node, binder, other, WORDS);
                        None
                    }
                }
            }
            fn schema() -> serde_json::Value {
                json!({ "enum": [$($word),*] })
            }
            fn words() -> String {
                one_of(&[$($word),*])
            }
        }
    )*};
}

/// Whether a cue goes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SendWhen {
    ByClock,
    ByCall,
}

impl SendWhen {
    const WORDS: &[&str] = &["by-clock", "by-call"];
}

impl Value for SendWhen {
    fn read(node: &Node, binder: &mut Binder<'_>) -> Option<Self> {
        match binder.scalar(node, &one_of(Self::WORDS))? {
            "by-clock" => Some(Self::ByClock),
            "by-call" => Some(Self::ByCall),
            "on-time" => {
                binder
                    .error("choice", &node.span, "`on-time` has another name now")
                    .hint(Hint::instead(
                        "write `by-clock`, or take the line out",
                        "by-clock",
                    ));
                None
            }
            other => {
                unknown(node, binder, other, Self::WORDS);
                None
            }
        }
    }
    fn schema() -> serde_json::Value {
        json!({ "enum": Self::WORDS })
    }
    fn words() -> String {
        one_of(Self::WORDS)
    }
}

fn one_of(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.join(""),
    }
}

fn unknown(node: &Node, binder: &mut Binder<'_>, text: &str, words: &[&str]) {
    let hint = did_you_mean(text, words.iter().copied()).unwrap_or_else(|| match words {
        [only] => Hint::write(*only),
        _ => format!("take {}", one_of(words)).into(),
    });
    let message = format!("here belongs {}, not `{text}`", one_of(words));
    binder.error("choice", &node.span, message).hint(hint);
}

choices! {
    /// From what a pattern of meetings makes one each.
    enum OnePer {
        "team" => Team,
        "group" => Group,
        "day" => Day,
    }

    /// From what a pattern of rooms makes one each.
    enum OnePerRoom {
        "team" => Team,
        "group" => Group,
    }

    /// Who is on Webex's own invitation list.
    enum Audience {
        "cohosts" => Cohosts,
        "audience" => Everyone,
    }

    /// What meets people who are not on the list.
    enum UninvitedMeet {
        "join" => Join,
        "lobby" => Lobby,
        "refused" => Refused,
    }

    /// Whether Webex writes mails.
    enum MailTo {
        "nobody" => Nobody,
        "invitees" => Invitees,
    }

    /// From what a cue makes one each.
    enum OnePerDay {
        "day" => Day,
    }

    /// Which times of a meeting count.
    enum CountTimes {
        "planned" => Planned,
        "actual" => Actual,
    }

    /// How long before the start people may come in; Webex knows these four (meetings §2).
    enum JoinBefore {
        "never" => Never,
        "0 min" => AtStart,
        "5 min" => Five,
        "10 min" => Ten,
        "15 min" => Fifteen,
    }
}
