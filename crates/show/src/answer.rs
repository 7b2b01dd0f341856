//! From a question to its answer.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use showcaller_event::model::{MeetingFacts, MeetingKey};
use showcaller_event::{Event, Schedule};

use crate::question::{Intent, Question};
use crate::reply::{Agenda, Body, Reply, Span, Zones};

/// What answers are made from.
pub struct Scene<'a> {
    /// The event as it was applied.
    pub event: &'a Event,
    /// The schedule in force.
    pub schedule: &'a Schedule,
    /// What Webex decided about a meeting; nothing while it does not exist.
    pub facts: &'a dyn Fn(&MeetingKey) -> Option<MeetingFacts>,
    /// Meetings that are known to be running, whatever the schedule says.
    pub running: &'a BTreeSet<MeetingKey>,
    /// Whether a room is one in which organisers are among themselves: everybody who is in it on Webex
    /// is one of `organisers.people`.
    pub organisers_only: bool,
    /// The present.
    pub now: Timestamp,
}

/// Answers a question.
#[must_use]
pub fn answer(scene: &Scene<'_>, question: &Question<'_>) -> Reply {
    let _ = (scene, question);
    Reply {
        intent: Intent::Agenda,
        language: scene.event.bot.language,
        zones: Zones {
            main: TimeZone::UTC,
            beside: None,
        },
        body: Body::Agenda(Agenda {
            span: Span::Over,
            days: Vec::new(),
        }),
    }
}
