//! What goes wrong between a client and Webex, as scripts that a person can type.
//!
//! A [`Fault`] is read from one line (`503 on POST /meetings 10%`). It says what happens
//! ([`Kind`]), to which calls ([`Target`]), and when ([`When`]). Which calls it has met so far is
//! kept apart from it ([`Faults`]), so that the script can be read, printed and used again.
//! `docs/simulator.md` has the grammar; how an answer is spoiled is a matter of `http`.

mod grammar;
mod kind;
mod run;
mod target;
mod when;
mod words;

use std::fmt;

pub use grammar::FaultError;
pub(crate) use kind::{Kind, PageTrick, RetryAfter, Throttle};
pub(crate) use run::{Faults, Struck};
pub(crate) use target::{Asked, Target};
pub(crate) use when::When;

/// One thing that goes wrong. Reads from and writes as the line that a person types.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// As it was written.
    text: String,
    kind: Kind,
    target: Target,
    when: When,
    /// Decides what is left to chance; the simulator's own seed if it says nothing.
    seed: Option<u64>,
}

impl Fault {
    /// What `rough`, a bad day, stands for.
    #[must_use]
    pub fn rough() -> Vec<Self> {
        // A test reads each of them.
        let lines = kind::ROUGH.into_iter();
        lines.filter_map(|line| line.parse().ok()).collect()
    }

    /// The faults that it stands for: itself, unless it is a set.
    fn parts(self) -> Vec<Self> {
        if self.kind != Kind::Rough {
            return vec![self];
        }
        let parts = (0u64..).zip(Self::rough());
        let as_said = |(place, mut part): (u64, Self)| {
            part.target.owner.clone_from(&self.target.owner);
            (part.when.from, part.when.until) = (self.when.from, self.when.until);
            // Parts with one seed would strike together.
            part.seed = self.seed.map(|seed| seed.wrapping_add(place << 32));
            part
        };
        parts.map(as_said).collect()
    }

    /// The table of all kinds in Markdown, as in `docs/simulator.md`.
    #[must_use]
    pub fn markdown() -> String {
        let mut page = String::from("| fault | what happens |\n| --- | --- |\n");
        for (word, about) in kind::WORDS {
            page += &format!("| `{word}` | {about} |\n");
        }
        page
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
