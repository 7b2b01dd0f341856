//! What an answer has to hold, by the file and the simulated world.

use showcaller_event::Event;
use showcaller_event::model::{Meeting, RoomKey};

use super::links::{Rooms, is_for};
use super::times::Times;
use super::world::{Message, Whose, World};
use crate::record::Asked;
use crate::script::{About, Place};

/// What answers are judged by.
pub(super) struct Needs<'a> {
    pub(super) event: &'a Event,
    pub(super) world: &'a World<'a>,
    pub(super) rooms: &'a Rooms<'a>,
    pub(super) times: &'a Times,
}

impl Needs<'_> {
    /// What an answer lacks.
    pub(super) fn lacking(&self, asked: &Asked, answers: &[Message<'_>]) -> Option<String> {
        let holds = |link: &str| answers.iter().any(|it| it.holds(link));
        let given: Vec<&Meeting> = self
            .world
            .links()
            .filter(|(link, _)| holds(link))
            .map(|(_, meeting)| meeting)
            .collect();
        match &asked.about {
            About::Meeting(key) => {
                let meeting = self.event.meetings.iter().find(|it| it.key == *key)?;
                let (_, end) = self.times.of(key)?;
                let link = self.world.link_of(meeting)?;
                let is_due = asked.at < end && self.may_know(asked, meeting);
                (is_due && !holds(link)).then(|| format!("the link of {key} is missing"))
            }
            About::Day(day) => {
                let other = given.iter().find(|meeting| meeting.day != *day)?;
                Some(format!("{} is of another day", other.key))
            }
            About::Now => {
                let on = |meeting: &&Meeting| {
                    let times = self.times.of(&meeting.key);
                    let is_on = times.is_some_and(|(start, end)| (start..end).contains(&asked.at));
                    is_on && self.may_know(asked, meeting)
                };
                let missing = self
                    .event
                    .meetings
                    .iter()
                    .filter(on)
                    .find(|meeting| !given.iter().any(|it| it.key == meeting.key));
                missing.map(|it| format!("{} is on, and its link is missing", it.key))
            }
            About::Link(name) => {
                let links = self.links_of(asked, name);
                let is_missing = !links.is_empty() && !links.iter().any(|link| holds(link));
                is_missing.then(|| format!("the link {name} is missing"))
            }
            About::Agenda | About::Next | About::Help | About::Human | About::Nothing => None,
        }
    }

    fn may_know(&self, asked: &Asked, meeting: &Meeting) -> bool {
        let whose = match &asked.place {
            Place::Room(room) => Whose::Room(room),
            Place::Private => Whose::Person(asked.who.as_str()),
        };
        match whose {
            // In private, the organisers have meetings of their own like everybody.
            Whose::Person(person) => {
                let is_of = |room: &RoomKey| meeting.rooms.contains(room);
                self.rooms.of_person(person).any(is_of)
            }
            room @ Whose::Room(_) => is_for(self.event, self.rooms, meeting, room),
        }
    }

    /// Links of this name of the teams that the question is about.
    fn links_of(&self, asked: &Asked, name: &str) -> Vec<&str> {
        let of_room = |key: &RoomKey| {
            let room = self.event.rooms.iter().find(|it| it.key == *key)?;
            let team = room.team.as_ref()?;
            let team = self.event.teams.iter().find(|it| it.id == *team)?;
            team.links.get(name).map(String::as_str)
        };
        match &asked.place {
            Place::Room(room) => of_room(room).into_iter().collect(),
            Place::Private => {
                let rooms = self.rooms.of_person(asked.who.as_str());
                rooms.filter_map(of_room).collect()
            }
        }
    }
}
