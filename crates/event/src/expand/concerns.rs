//! Which meetings concern a person. [`crate::Facts::may_hear`] says the same of a checked event.

use std::collections::HashMap;

use super::frame::{Frame, Part};
use super::select::Owner;
use crate::model::{Email, Meeting, Room};

/// Of each person: the rooms that they are in, and the meetings that they are invited to or host.
pub(super) struct Concerns<'a> {
    meetings: &'a [Meeting],
    rooms_of: HashMap<&'a Email, Vec<usize>>,
    invited: HashMap<&'a Email, Vec<usize>>,
}

impl<'a> Concerns<'a> {
    pub(super) fn new(rooms: &'a [Room], meetings: &'a [Meeting]) -> Self {
        let mut rooms_of: HashMap<_, Vec<_>> = HashMap::new();
        for (place, room) in rooms.iter().enumerate() {
            for member in &room.members {
                rooms_of.entry(&member.email).or_default().push(place);
            }
        }
        let mut invited: HashMap<_, Vec<_>> = HashMap::new();
        for (number, meeting) in meetings.iter().enumerate() {
            let guests = meeting.invitees.iter().map(|guest| &guest.email);
            for person in guests.chain(&meeting.host) {
                invited.entry(person).or_default().push(number);
            }
        }
        Self {
            meetings,
            rooms_of,
            invited,
        }
    }

    /// The meetings of this pattern that concern this person; `of_room` are those of a room.
    pub(super) fn own<'o>(
        &self,
        person: &Email,
        pattern: &str,
        of_room: impl Fn(usize) -> &'o [usize],
    ) -> Vec<usize> {
        let rooms = self.rooms_of.get(person).into_iter().flatten();
        let invited = self.invited.get(person).into_iter().flatten();
        let fits = |number: &&usize| self.meetings[**number].pattern.as_str() == pattern;
        let mut own: Vec<usize> = rooms.flat_map(|room| of_room(*room)).copied().collect();
        own.extend(invited.filter(fits));
        own.sort_unstable();
        own.dedup();
        own
    }
}

impl Frame<'_> {
    /// The one team of a person; else why there is not one.
    pub(super) fn team_of(&self, person: usize) -> (Owner, &'static str) {
        match self.people.list[person].teams.as_slice() {
            [team] => match self.parts.get(team.as_str()) {
                Some(Part::Team(team)) => (Owner::Team(*team), ""),
                _ => (Owner::Nobody, "this person belongs to no team"),
            },
            [] => (Owner::Nobody, "this person belongs to no team"),
            _ => (Owner::Nobody, "this person belongs to several teams"),
        }
    }
}
