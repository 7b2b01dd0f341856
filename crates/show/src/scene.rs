//! What answers are made from.

use std::sync::OnceLock;

use jiff::Timestamp;
use showcaller_event::model::{Email, Meeting, MeetingFacts, MeetingKey};
use showcaller_event::{Event, Schedule};

use crate::lexicon::Lexicon;
use crate::reply::State;

/// What answers are made from.
pub struct Scene<'a> {
    /// The event as it was applied.
    pub event: &'a Event,
    /// The schedule in force.
    pub schedule: &'a Schedule,
    /// What Webex decided about a meeting; nothing while it does not exist.
    pub facts: &'a dyn Fn(&MeetingKey) -> Option<MeetingFacts>,
    /// Whether a room is one in which organisers are among themselves: everybody who is in it on Webex
    /// is one of `organisers.people`.
    pub organisers_only: bool,
    /// The words of the event.
    pub words: &'a EventWords,
    /// The present.
    pub now: Timestamp,
}

/// The words of one event, by which questions are understood: made from it at the first question, and kept.
#[derive(Debug, Clone, Default)]
pub struct EventWords(OnceLock<Lexicon>);

impl Scene<'_> {
    /// Where a meeting stands. What is in no schedule has ended.
    pub(crate) fn state(&self, meeting: &Meeting) -> State {
        match self.schedule.get(&meeting.key) {
            Some(scheduled) if self.now < scheduled.start.timestamp() => State::ToCome,
            Some(scheduled) if self.now < scheduled.end.timestamp() => State::Running,
            _ => State::Ended,
        }
    }

    pub(crate) fn lexicon(&self) -> &Lexicon {
        self.words.0.get_or_init(|| Lexicon::of(self.event))
    }

    pub(crate) fn is_organiser(&self, person: &Email) -> bool {
        self.event.bot.organisers.people.contains(person)
    }
}
