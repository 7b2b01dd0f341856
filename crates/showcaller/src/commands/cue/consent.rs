//! What an operator must agree to before something is sent.

use std::io::IsTerminal as _;

use crate::exit::{Failure, Result};
use crate::terminal::ask;

/// What was agreed to on the command line.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Consent {
    /// Do it without asking
    #[arg(long, short)]
    pub(crate) yes: bool,
}

impl Consent {
    /// Asks, unless that was agreed to.
    pub(crate) fn to(&self, question: &str) -> Result<()> {
        if self.yes {
            return Ok(());
        }
        agree(question, "say it with --yes to do it without being asked")
    }
}

/// Asks on a terminal; `hint` says what to do where there is none.
pub(crate) fn agree(question: &str, hint: &str) -> Result<()> {
    can_ask(hint)?;
    ask::agree(question)
}

/// Asks for a number to be typed, which is this one: no operator reaches so many by mistake.
pub(crate) fn typed(number: usize, given: Option<usize>) -> Result<()> {
    let hint = format!("say it with --audience {number}");
    let typed = match given {
        Some(given) => Some(given),
        None => {
            can_ask(&hint)?;
            let question = format!("Type {number} to go on:");
            ask::text(&question)?.trim().parse().ok()
        }
    };
    match (typed == Some(number), given) {
        (true, _) => Ok(()),
        (false, None) => Err(ask::declined()),
        (false, Some(given)) => {
            let sentence = format!("--audience {given}: it would reach {number}");
            Err(Failure::guarded(sentence).hint(hint))
        }
    }
}

fn can_ask(hint: &str) -> Result<()> {
    if std::io::stdin().is_terminal() {
        return Ok(());
    }
    let sentence = "nobody can be asked: standard input is not a terminal";
    Err(Failure::usage(sentence).hint(hint))
}
