//! Who is in a meeting, and who waits in its lobby (meetings §1).

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Instance, Meeting, Role, Which};
use crate::refusal::Refusal;
use crate::world::{Asking, World};

/// Where a person is who joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Inside,
    Lobby,
}

impl Instance {
    /// No person is in it yet.
    fn new(number: String, occurrence: Timestamp, now: Timestamp) -> Self {
        Self {
            number,
            occurrence,
            start: now,
            end: None,
            inside: Default::default(),
            waiting: Default::default(),
            announced: false,
            host_joined: false,
            attendee_joined: false,
        }
    }

    /// Whether people wait, and none is in.
    pub(super) fn is_lobby(&self) -> bool {
        self.inside.is_empty() && !self.waiting.is_empty()
    }

    fn enter(&mut self, person: Uuid, place: Place) {
        self.inside.remove(&person);
        self.waiting.remove(&person);
        match place {
            Place::Inside => self.inside.insert(person),
            Place::Lobby => self.waiting.insert(person),
        };
    }

    /// Everybody is gone.
    pub(super) fn close(&mut self, now: Timestamp) {
        self.inside.clear();
        self.waiting.clear();
        self.end = Some(now);
    }
}

impl Meeting {
    /// What runs of this occurrence, or a new instance of it.
    fn running_instance(&mut self, planned: Timestamp, number: String, now: Timestamp) -> usize {
        let running =
            |instance: &Instance| instance.end.is_none() && instance.occurrence == planned;
        if let Some(index) = self.instances.iter().position(running) {
            return index;
        }
        self.instances.push(Instance::new(number, planned, now));
        self.instances.len() - 1
    }
}

/// A person comes in, or waits in the lobby; the instance is made if nothing runs yet. Who waits comes in
/// by joining once more.
pub(crate) fn join(
    world: &mut World,
    asking: &Asking<'_>,
    id: &str,
    place: Place,
) -> Result<Value, Refusal> {
    let (meeting, which) = world.meeting(asking, id)?;
    let index = match which {
        Which::Occurrence(index) => Some(index),
        _ => meeting.current(asking.now),
    };
    let index = index.ok_or_else(Refusal::not_found)?;
    let series = meeting.id.clone();
    let as_host = match meeting.role(world, which, asking.person) {
        Role::Host => true,
        Role::CoHost => asking.switches.cohost_joins_as_host,
        Role::Invitee | Role::Outsider => false,
    };
    let number = world.mint("instance", &series).as_u128() % 1_000_000_000_000_000_000;
    let meeting = world
        .meetings
        .get_mut(&series)
        .ok_or_else(Refusal::not_found)?;
    let planned = meeting.occurrences[index].planned;
    let at = meeting.running_instance(planned, format!("{number:018}"), asking.now);
    let instance = &mut meeting.instances[at];
    instance.enter(asking.person, place);
    instance.attendee_joined = true;
    instance.host_joined |= as_host && place == Place::Inside;
    if place == Place::Inside || asking.switches.lobby_starts {
        meeting.occurrences[index].started = true;
        if !instance.announced {
            instance.announced = true;
            instance.start = asking.now;
            world.meeting_event(asking, "started", &series, Which::Instance(at));
        }
    }
    Ok(shown(world, asking, &series, at))
}

/// A person leaves what is running, or the lobby. Once everybody is gone the instance has ended, and who
/// joins after that begins another one.
pub(crate) fn leave(world: &mut World, asking: &Asking<'_>, id: &str) -> Result<Value, Refusal> {
    let series = world.meeting(asking, id)?.0.id.clone();
    let meeting = world.meetings.get_mut(&series);
    let meeting = meeting.ok_or_else(Refusal::not_found)?;
    let person = asking.person;
    let has = |instance: &Instance| {
        instance.inside.contains(&person) || instance.waiting.contains(&person)
    };
    let at = meeting.instances.iter().position(has);
    let at = at.ok_or_else(|| Refusal::invalid("The person is not in the meeting."))?;
    let instance = &mut meeting.instances[at];
    instance.inside.remove(&person);
    instance.waiting.remove(&person);
    if instance.inside.is_empty() && instance.waiting.is_empty() {
        instance.close(asking.now);
        announce_end(world, asking, &series, at);
    }
    Ok(shown(world, asking, &series, at))
}

/// Tells that an instance has ended, if it was told that it started.
pub(super) fn announce_end(world: &mut World, asking: &Asking<'_>, series: &str, index: usize) {
    if world.meetings[series].instances[index].announced {
        world.meeting_event(asking, "ended", series, Which::Instance(index));
    }
}

fn shown(world: &World, asking: &Asking<'_>, series: &str, index: usize) -> Value {
    let (meeting, which) = (&world.meetings[series], Which::Instance(index));
    json!({ "id": meeting.id_of(which), "state": meeting.state(which, asking.now) })
}
