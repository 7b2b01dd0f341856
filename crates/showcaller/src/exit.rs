//! How a command ends.

use std::fmt::Display;
use std::process::ExitCode;

use showcaller_event::closest;
use showcaller_plan::Verdict;

use crate::environment;
use crate::terminal::{say, when};

/// What the shell is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// Done.
    Done,
    /// Failed.
    Failed,
    /// Wrong usage or wrong input.
    Usage,
    /// Changes are pending or waiting.
    Pending,
    /// Refused by a guard rail, or by the person who was asked.
    Guarded,
    /// Webex trouble.
    Webex,
}

impl From<Verdict> for Code {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Settled => Self::Done,
            Verdict::Pending => Self::Pending,
            Verdict::Trouble => Self::Webex,
            Verdict::EndedEarly => Self::Failed,
        }
    }
}

impl From<Code> for ExitCode {
    fn from(code: Code) -> Self {
        Self::from(match code {
            Code::Done => 0,
            Code::Failed => 1,
            Code::Usage => 2,
            Code::Pending => 3,
            Code::Guarded => 4,
            Code::Webex => 5,
        })
    }
}

/// A command that could not do what was asked: what happened, and what to do next.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: Code,
    /// Empty if it was said already.
    sentence: String,
    hint: Option<String>,
}

/// A result with an error of this crate, where no other is named.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    pub(crate) fn new(code: Code, sentence: impl Display) -> Self {
        Self {
            code,
            sentence: sentence.to_string(),
            hint: None,
        }
    }

    pub(crate) fn failed(sentence: impl Display) -> Self {
        Self::new(Code::Failed, sentence)
    }

    pub(crate) fn usage(sentence: impl Display) -> Self {
        Self::new(Code::Usage, sentence)
    }

    pub(crate) fn guarded(sentence: impl Display) -> Self {
        Self::new(Code::Guarded, sentence)
    }

    /// What the person at the terminal knows already.
    pub(crate) fn already_said(code: Code) -> Self {
        Self::new(code, "")
    }

    pub(crate) fn hint(mut self, hint: impl Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    /// With the name that was probably meant, if one is near.
    pub(crate) fn near<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match closest(word, known) {
            Some(near) => self.hint(format!("did you mean `{near}`?")),
            None => self,
        }
    }

    /// Tells it on standard error.
    pub(crate) fn show(&self) {
        if !self.sentence.is_empty() {
            say::error(&self.sentence, self.hint.as_deref());
        }
    }
}

impl From<showcaller_engine::Error> for Failure {
    fn from(error: showcaller_engine::Error) -> Self {
        use showcaller_engine::Error;
        let code = match &error {
            Error::Look { .. } => Code::Webex,
            Error::Token { .. } | Error::NotABot { .. } | Error::NotApplied => Code::Usage,
            Error::Busy(_) | Error::Outdated => Code::Guarded,
            Error::Ledger(error) => return Self::from_ledger(error),
            Error::Entry { .. } | Error::Revision { .. } | Error::ShowLog { .. } => Code::Failed,
        };
        let sentence = match &error {
            // Whoever waits wants the time on their own clock.
            Error::Busy(holder) => format!(
                "{} has been applying this event since {}",
                holder.by,
                when::local(holder.since)
            ),
            Error::Look { source, .. } if is_out_of_reach(source) => {
                return Self::out_of_reach(source);
            }
            _ => error.to_string(),
        };
        let failure = Self::new(code, sentence);
        match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

/// Whether nobody answered at all.
fn is_out_of_reach(error: &showcaller_webex::Error) -> bool {
    matches!(error.fault(), showcaller_webex::Fault::Unreachable(_))
}

impl From<showcaller_ledger::Error> for Failure {
    fn from(error: showcaller_ledger::Error) -> Self {
        Self::from_ledger(&error)
    }
}

impl Failure {
    fn out_of_reach(error: &showcaller_webex::Error) -> Self {
        let hint = match environment::get(environment::API_URL) {
            Some(url) => format!("is {} right? It is {url}", environment::API_URL),
            None => "is this machine online, and does it need a proxy?".to_owned(),
        };
        Self::new(Code::Webex, error.fault()).hint(hint)
    }

    fn from_ledger(error: &showcaller_ledger::Error) -> Self {
        use showcaller_ledger::Error;
        let code = match error {
            Error::BelongsToAnother { .. } => Code::Usage,
            _ => Code::Failed,
        };
        let sentence = crate::terminal::report::with_causes(error);
        let failure = Self::new(code, sentence);
        match (error, error.hint()) {
            (Error::BelongsToAnother { what: "Webex", .. }, _) => failure.hint(format!(
                "set {} to where it was begun, or begin another ledger with --ledger",
                environment::API_URL
            )),
            (Error::BelongsToAnother { what: "event", .. }, _) => {
                failure.hint("name this event's own ledger with --ledger")
            }
            (_, Some(hint)) => failure.hint(hint),
            (_, None) => failure,
        }
    }
}
