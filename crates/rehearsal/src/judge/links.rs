//! Whether every link that was given belonged to those who read it, and who was guided to their meetings.

use std::collections::BTreeSet;

use serde::Serialize;
use showcaller_event::Event;
use showcaller_event::model::{Email, Meeting, RoomKey};

use super::needs::Needs;
use super::rooms::Rooms;
use super::world::{Message, Whose, World};

/// Links that the bot gave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Links {
    /// How many were given.
    pub given: usize,
    /// How many of them belonged to others.
    pub foreign: usize,
}

/// People and the meetings that they should attend.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Guided {
    /// How many people should attend how many meetings, each counted once.
    pub expected: usize,
    /// How many of those were given the link before the end.
    pub guided: usize,
    /// The meetings to which not everybody was guided, and how many were not. That is no fault: the file
    /// has no cue for them, and they did not ask. A cue or an answer that fails is a fault of its own.
    pub missed: Vec<(String, usize)>,
}

/// Whether a meeting is for those who read a place.
fn is_for(rooms: &Rooms<'_>, meeting: &Meeting, whose: Whose<'_>) -> bool {
    match whose {
        Whose::Room(room) => meeting.rooms.contains(room),
        Whose::Person(person) => {
            let mut invitees = meeting.invitees.iter();
            { rooms.of_person(person) }.any(|room| meeting.rooms.contains(room))
                || invitees.any(|it| it.email.as_str() == person)
        }
    }
}

pub(super) fn judge(
    event: &Event,
    world: &World<'_>,
    rooms: &Rooms<'_>,
    reasons: &mut Vec<String>,
) -> Links {
    let mut links = Links::default();
    let all: Vec<_> = world.links().collect();
    let host_keys: BTreeSet<&str> = world.host_keys.values().copied().collect();
    for (whose, messages) in world.places() {
        let place = match whose {
            Whose::Room(room) => room.as_str(),
            Whose::Person(person) => person,
        };
        let runs_it = runs_it(event, whose);
        for message in messages.iter().filter(|it| it.is_bot) {
            if !runs_it && message.has_word(&|word| host_keys.contains(word)) {
                reasons.push(format!("{place} was given a host key"));
            }
            for (_, meeting) in all.iter().filter(|(link, _)| message.holds(link)) {
                links.given += 1;
                if !runs_it && !is_for(rooms, meeting, whose) {
                    links.foreign += 1;
                    reasons.push(format!("{place} was given the link of {}", meeting.key));
                }
            }
        }
    }
    links
}

/// Organisers, and their room, may have every link and every host key.
fn runs_it(event: &Event, whose: Whose<'_>) -> bool {
    let organisers = &event.bot.organisers;
    match whose {
        Whose::Room(room) => organisers.room.as_ref() == Some(room),
        Whose::Person(person) => organisers.people.iter().any(|it| it.as_str() == person),
    }
}

pub(super) fn guided(needs: &Needs<'_>, reasons: &mut Vec<String>) -> Guided {
    let (event, world, rooms, times) = (needs.event, needs.world, needs.rooms, needs.times());
    let mut all = Guided::default();
    for person in &event.people {
        if rooms.of_person(person.email.as_str()).next().is_none() {
            reasons.push(format!(
                "{} is in no room, so they hear of no meeting",
                person.email
            ));
        }
    }
    for meeting in &event.meetings {
        let Some(link) = world.link_of(meeting) else {
            reasons.push(format!("{} is not on Webex", meeting.key));
            continue;
        };
        let end = times.of(&meeting.key).map(|(_, end)| end);
        let given = |messages: &[Message<'_>]| {
            let in_time = |it: &&Message<'_>| end.is_none_or(|end| it.at < end);
            messages
                .iter()
                .filter(in_time)
                .any(|it| it.is_bot && it.holds(link))
        };
        let told: BTreeSet<&RoomKey> = meeting
            .rooms
            .iter()
            .filter(|room| given(world.in_room(room)))
            .collect();
        let is_guided = |person: &&Email| {
            let in_room = rooms
                .of_person(person.as_str())
                .any(|room| told.contains(room));
            in_room || given(world.with(person))
        };
        let expected = expected(event, meeting);
        let guided = expected.iter().filter(|it| is_guided(it)).count();
        all.expected += expected.len();
        all.guided += guided;
        if guided < expected.len() {
            all.missed
                .push((meeting.key.to_string(), expected.len() - guided));
        }
    }
    all
}

/// Who should attend a meeting, by the file.
fn expected<'a>(event: &'a Event, meeting: &'a Meeting) -> BTreeSet<&'a Email> {
    let rooms = event
        .rooms
        .iter()
        .filter(|room| meeting.rooms.contains(&room.key));
    let members = rooms.flat_map(|room| room.members.iter().map(|member| &member.email));
    members
        .chain(meeting.invitees.iter().map(|it| &it.email))
        .collect()
}
