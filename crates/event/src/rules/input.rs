//! What the rules look at.

use std::collections::{HashMap, HashSet};

use jiff::{Timestamp, Zoned};

use crate::model::{DayId, Event, Meeting, RoomKey, TeamId};
use crate::places::Places;
use crate::schedule::Schedule;

/// The expanded event, where its things are written, and what several rules ask for.
pub(crate) struct Input<'a> {
    pub(super) event: &'a Event,
    pub(super) places: &'a Places,
    /// The schedule as the file has it.
    pub(super) schedule: Schedule,
    /// The present, if anybody said.
    pub(super) now: Option<Timestamp>,
    /// The first meeting that each room hears of.
    links: HashMap<&'a RoomKey, &'a Meeting>,
    /// Teams with people in them.
    taken: HashSet<&'a TeamId>,
}

impl<'a> Input<'a> {
    pub(crate) fn new(event: &'a Event, places: &'a Places, now: Option<Timestamp>) -> Self {
        let mut links = HashMap::new();
        for meeting in &event.meetings {
            for room in &meeting.rooms {
                links.entry(room).or_insert(meeting);
            }
        }
        // Tabs and cues name only meetings that the room hears of, so they add no rooms.
        Self {
            event,
            places,
            schedule: Schedule::planned(event),
            now,
            links,
            taken: event.people.iter().flat_map(|it| &it.teams).collect(),
        }
    }

    /// A meeting whose link the room is given, if there is any.
    pub(super) fn link(&self, room: &RoomKey) -> Option<&'a Meeting> {
        self.links.get(room).copied()
    }

    /// Whether no person is in a team.
    pub(super) fn is_empty(&self, team: &TeamId) -> bool {
        !self.taken.contains(team)
    }

    /// When the first meeting of a day begins, and when the last one ends.
    pub(super) fn first_and_last(&self, day: &DayId) -> Option<(&'a Zoned, &'a Zoned)> {
        let of_day = || self.event.meetings.iter().filter(|it| it.day == *day);
        let first = of_day().map(|meeting| &meeting.start).min()?;
        let last = of_day().map(|meeting| &meeting.end).max()?;
        Some((first, last))
    }

    /// What to call somebody.
    pub(super) fn name(&self, email: &'a crate::model::Email) -> &'a str {
        self.event
            .person(email)
            .map_or(email.as_str(), |person| person.name.as_str())
    }
}
