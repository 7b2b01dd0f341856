//! What the log says of one cue.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{Cue, CueRecipient};

use super::log::{By, Entry, Logged};

/// How long a go holds: for what could not be sent at once, and for a second person.
pub(super) const CALL_HOLDS: SignedDuration = SignedDuration::from_mins(10);

/// What the log says of the current generation of a cue.
#[derive(Default)]
pub(super) struct Called<'a> {
    pub(super) generation: u32,
    /// Generations below this one are to be deleted.
    pub(super) recalled: u32,
    /// When it was called by as many people as it needs.
    pub(super) at: Option<Timestamp>,
    /// Whether it ever was, or something of it was sent once more.
    was_called: bool,
    pub(super) by: Vec<Press<'a>>,
    pub(super) stopped: Option<Stopped>,
    /// What is sent once more: by a retry, or because a person settled it so.
    pub(super) anew: BTreeMap<&'a CueRecipient, Anew>,
    /// The attempts in doubt of which a person said that they arrived.
    pub(super) arrived: BTreeMap<&'a CueRecipient, u32>,
}

/// From when until when.
pub(super) type Span = (Timestamp, Timestamp);

/// A go.
#[derive(Clone, Copy)]
pub(super) struct Press<'a> {
    pub(super) by: &'a By,
    pub(super) at: Timestamp,
}

/// Why it does not go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopped {
    Held,
    Skipped,
}

/// One more attempt.
#[derive(Clone, Copy)]
pub(super) struct Anew {
    /// After which one.
    pub(super) after: u32,
    pub(super) at: Timestamp,
}

impl<'a> Called<'a> {
    /// Takes the next entry about this cue. `unknown` as in [`Setting`](super::Setting).
    pub(super) fn take(&mut self, cue: &Cue, logged: &'a Logged, unknown: &[Span]) {
        match &logged.entry {
            Entry::Go { .. } => self.go(cue, logged, unknown),
            Entry::Hold { .. } => self.stop(Stopped::Held),
            Entry::Skip { .. } => self.stop(Stopped::Skipped),
            Entry::Again { after, .. } if *after == self.generation => {
                self.next_generation();
                self.go(cue, logged, unknown);
            }
            Entry::Recall { .. } if !self.waits_since_a_recall() => {
                self.next_generation();
                self.recalled = self.generation;
                self.stop(Stopped::Held);
            }
            Entry::Retry {
                generation, failed, ..
            } if *generation == self.generation => {
                for one in failed {
                    self.once_more(&one.recipient, one.attempt, logged.at);
                }
            }
            Entry::Settle {
                generation,
                recipient,
                attempt,
                arrived,
                ..
            } if *generation == self.generation => {
                if *arrived {
                    self.arrived.insert(recipient, *attempt);
                } else {
                    self.once_more(recipient, *attempt, logged.at);
                }
            }
            _ => {}
        }
    }

    /// Whether nothing of this generation can have been sent: it was made by a recall, and since then
    /// it was not called.
    fn waits_since_a_recall(&self) -> bool {
        self.generation > 0 && self.recalled == self.generation && !self.was_called
    }

    /// When the go of a first person lapses, if no second one follows.
    pub(super) fn lapses(&self) -> Option<Timestamp> {
        let first = self.by.first().filter(|_| self.at.is_none())?;
        first.at.checked_add(CALL_HOLDS).ok()
    }

    fn go(&mut self, cue: &Cue, logged: &'a Logged, unknown: &[Span]) {
        let lapsed = |at: Timestamp| logged.at.duration_since(at) >= CALL_HOLDS;
        // A go of today answers the question whether what was called then is to be sent.
        let answers = |at: Timestamp| {
            let mut spans = unknown.iter();
            spans.any(|(_, until)| at <= *until && *until < logged.at)
        };
        match self.at {
            Some(at) if !lapsed(at) && !answers(at) => {}
            Some(_) => {
                self.at = None;
                self.by.clear();
            }
            None => self.by.retain(|press| !lapsed(press.at)),
        }
        let mut others = self.by.iter();
        if !others.any(|press| press.by.is_same_person(&logged.by)) {
            self.by.push(Press {
                by: &logged.by,
                at: logged.at,
            });
        }
        if self.at.is_none() && self.by.len() >= people_needed(cue) {
            self.at = Some(logged.at);
            self.was_called = true;
            self.stopped = None;
        }
    }

    fn stop(&mut self, stopped: Stopped) {
        self.at = None;
        self.by.clear();
        self.anew.clear();
        self.stopped = Some(stopped);
    }

    fn next_generation(&mut self) {
        *self = Self {
            generation: self.generation + 1,
            recalled: self.recalled,
            ..Self::default()
        };
    }

    fn once_more(&mut self, recipient: &'a CueRecipient, after: u32, at: Timestamp) {
        self.was_called = true;
        self.anew.insert(recipient, Anew { after, at });
    }
}

/// How many people must say go.
pub(super) fn people_needed(cue: &Cue) -> usize {
    if cue.two_people { 2 } else { 1 }
}
