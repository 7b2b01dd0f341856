//! What becomes of everything that a plan names: the one value from which summaries and exit codes are made.

use std::collections::BTreeMap;

use showcaller_event::model::Address;

use crate::plan::{HeldReason, Plan};

/// What becomes of one entry of a plan; what matters most comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// It was tried, and not done.
    Failed,
    /// In doubt.
    Unclear,
    /// The run ended before its turn.
    Stopped,
    /// An apply does it, whatever stands against the rest.
    Planned,
    /// It was not tried, because of something else that was not done.
    NotTried,
    /// It cannot be done until a person puts something right.
    Blocked,
    /// Time brings it: the day's quota, or something that is not there yet.
    Waiting,
    /// A flag brings it.
    Held,
    /// It stays as it is: the file protects it, or Webex allows it never.
    Left,
    /// Webex has it.
    Done,
}

/// What that comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is pending.
    Settled,
    /// Changes are pending or waiting.
    Pending,
    /// Webex refused or did not answer, or a person must put something right.
    Trouble,
    /// The run ended before its end.
    EndedEarly,
}

/// How many entries of a plan became what. Each step, each change held back and each thing that is not
/// possible is one entry, and has one fate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    counts: BTreeMap<Fate, usize>,
    ended_early: bool,
}

impl Tally {
    /// Of a plan of which nothing is done yet.
    #[must_use]
    pub fn planned(plan: &Plan) -> Self {
        let steps = plan.steps.iter().map(|_| Fate::Planned);
        Self::count(steps.chain(beside_steps(plan)), false)
    }

    /// Of a plan that was applied. `became` tells of its steps, and of what was done beyond them; a step
    /// that is missing there is in doubt.
    #[must_use]
    pub fn applied(plan: &Plan, became: &BTreeMap<Address, Fate>, ended_early: bool) -> Self {
        let steps = plan.steps.iter();
        let unknown = steps.filter(|step| !became.contains_key(&step.address));
        let steps = unknown
            .map(|_| Fate::Unclear)
            .chain(became.values().copied());
        Self::count(steps.chain(beside_steps(plan)), ended_early)
    }

    fn count(fates: impl Iterator<Item = Fate>, ended_early: bool) -> Self {
        let mut counts = BTreeMap::new();
        for fate in fates {
            *counts.entry(fate).or_default() += 1;
        }
        Self {
            counts,
            ended_early,
        }
    }

    /// The same of a run that a person stopped.
    #[must_use]
    pub fn stopped(mut self) -> Self {
        self.ended_early |= self.verdict() != Verdict::Settled;
        self
    }

    /// How many have this fate.
    #[must_use]
    pub fn of(&self, fate: Fate) -> usize {
        self.counts.get(&fate).copied().unwrap_or(0)
    }

    /// How many there are.
    #[must_use]
    pub fn total(&self) -> usize {
        self.counts.values().sum()
    }

    /// What it comes to.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.counts.keys().next() {
            _ if self.ended_early => Verdict::EndedEarly,
            Some(Fate::Stopped) => Verdict::EndedEarly,
            Some(Fate::Failed | Fate::Unclear | Fate::NotTried | Fate::Blocked) => Verdict::Trouble,
            Some(Fate::Planned | Fate::Waiting | Fate::Held) => Verdict::Pending,
            Some(Fate::Left | Fate::Done) | None => Verdict::Settled,
        }
    }
}

/// What a plan names and does not do.
fn beside_steps(plan: &Plan) -> impl Iterator<Item = Fate> {
    let held = plan.held.iter().map(|held| match held.reason {
        HeldReason::Quota | HeldReason::Waiting => Fate::Waiting,
        HeldReason::Removal | HeldReason::Recreation => Fate::Held,
        HeldReason::Unclear => Fate::Blocked,
        HeldReason::Protected => Fate::Left,
    });
    let cannot = plan.cannot.iter();
    let cannot = cannot.map(|cannot| match cannot.reason.is_for_good() {
        true => Fate::Left,
        false => Fate::Blocked,
    });
    held.chain(cannot)
}

#[cfg(test)]
mod tests;
