//! Who is in a meeting, and who waits in its lobby (meetings §1).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Instance, Meeting, Role, Which};
use crate::refusal::{Refusal, Served};
use crate::world::{Asking, World};

/// Where a person is in an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Place {
    Inside,
    Lobby,
    Gone,
}

/// A person who came to an instance.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Participant {
    /// Of this person in this instance.
    pub(super) key: Uuid,
    pub(super) person: Uuid,
    pub(super) place: Place,
    /// The times inside, in order; the last one goes on while the person is inside.
    pub(super) stays: Vec<Stay>,
    pub(super) muted: bool,
}

/// From one join to the leave after it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Stay {
    pub(super) from: Timestamp,
    pub(super) until: Option<Timestamp>,
}

impl Participant {
    fn moves(&mut self, place: Place, now: Timestamp) {
        if self.place == place {
            return;
        }
        if let Some(stay) = self.stays.last_mut().filter(|stay| stay.until.is_none()) {
            stay.until = Some(now);
        }
        if place == Place::Inside {
            self.stays.push(Stay {
                from: now,
                until: None,
            });
        }
        self.place = place;
    }
}

impl Instance {
    /// No person is in it yet.
    fn new(number: String, occurrence: Timestamp, now: Timestamp) -> Self {
        Self {
            number,
            occurrence,
            start: now,
            end: None,
            participants: Vec::new(),
            announced: false,
            host_joined: false,
            attendee_joined: false,
        }
    }

    fn has(&self, place: Place) -> bool {
        self.participants.iter().any(|one| one.place == place)
    }

    /// Whether people wait, and none is in.
    pub(super) fn is_lobby(&self) -> bool {
        self.has(Place::Lobby) && !self.has(Place::Inside)
    }

    pub(super) fn participant(&self, person: Uuid) -> Option<&Participant> {
        let mut all = self.participants.iter();
        all.find(|one| one.person == person)
    }

    /// Where a person is; gone, if they never came.
    pub(super) fn place_of(&self, person: Uuid) -> Place {
        self.participant(person)
            .map_or(Place::Gone, |one| one.place)
    }

    pub(super) fn participant_mut(&mut self, person: Uuid) -> Option<&mut Participant> {
        let mut all = self.participants.iter_mut();
        all.find(|one| one.person == person)
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

/// The person who asks comes in, or waits in the lobby; the instance is made if nothing runs yet. Who
/// waits comes in by joining once more.
pub(crate) fn join(world: &mut World, asking: &Asking<'_>, id: &str, place: Place) -> Served {
    let (meeting, which) = world.meeting(asking, id)?;
    let index = match which {
        Which::Occurrence(index) => Some(index),
        _ => meeting.current(asking.now),
    };
    let index = index.ok_or_else(Refusal::not_found)?;
    let series = meeting.id.clone();
    let number = world.mint("instance", &series).as_u128() % 1_000_000_000_000_000_000;
    let meeting = world
        .meetings
        .get_mut(&series)
        .ok_or_else(Refusal::not_found)?;
    let planned = meeting.occurrences[index].planned;
    let at = meeting.running_instance(planned, format!("{number:018}"), asking.now);
    enter(world, asking, &series, at, asking.person, place);
    Ok(shown(world, asking, &series, at))
}

/// A person comes into what is running, or waits in its lobby.
pub(super) fn enter(
    world: &mut World,
    asking: &Asking<'_>,
    series: &str,
    at: usize,
    person: Uuid,
    place: Place,
) {
    let meeting = &world.meetings[series];
    let as_host = match meeting.role(world, Which::Instance(at), person) {
        Role::Host => true,
        Role::CoHost => asking.switches.cohost_joins_as_host,
        Role::Invitee | Role::Outsider => false,
    };
    let key = world.fixed(
        "participant",
        &format!("{} {person}", meeting.id_of(Which::Instance(at))),
    );
    let Some(meeting) = world.meetings.get_mut(series) else {
        return;
    };
    let instance = &mut meeting.instances[at];
    let was = instance.place_of(person);
    if instance.participant_mut(person).is_none() {
        instance.participants.push(Participant {
            key,
            person,
            place: Place::Gone,
            stays: Vec::new(),
            muted: false,
        });
    }
    if let Some(participant) = instance.participant_mut(person) {
        participant.moves(place, asking.now);
    }
    instance.attendee_joined = true;
    instance.host_joined |= as_host && place == Place::Inside;
    if place == Place::Inside || asking.switches.lobby_starts {
        let planned = instance.occurrence;
        let starts = !std::mem::replace(&mut instance.announced, true);
        if starts {
            instance.start = asking.now;
        }
        let mut occurrences = meeting.occurrences.iter_mut();
        if let Some(occurrence) = occurrences.find(|one| one.planned == planned) {
            occurrence.started = true;
        }
        if starts {
            world.meeting_event(asking, "started", series, Which::Instance(at));
        }
    }
    if place != was && (place == Place::Inside || asking.switches.lobby_joins) {
        world.participant_event(asking, "joined", series, at, person);
    }
}

/// The person who asks leaves what is running, or the lobby.
pub(crate) fn leave(world: &mut World, asking: &Asking<'_>, id: &str) -> Served {
    let meeting = world.meeting(asking, id)?.0;
    let series = meeting.id.clone();
    let has = |instance: &Instance| instance.place_of(asking.person) != Place::Gone;
    let at = meeting.instances.iter().position(has);
    let at = at.ok_or_else(|| Refusal::invalid("The person is not in the meeting."))?;
    remove(world, asking, &series, at, &[asking.person]);
    Ok(shown(world, asking, &series, at))
}

/// Everybody leaves, in the order in which they came.
pub(super) fn close(world: &mut World, asking: &Asking<'_>, series: &str, at: usize) {
    let there = world.meetings[series].instances[at].participants.iter();
    let there: Vec<Uuid> = there
        .filter(|one| one.place != Place::Gone)
        .map(|one| one.person)
        .collect();
    remove(world, asking, series, at, &there);
}

/// These leave. Once everybody is gone the instance has ended, and who joins after that begins another
/// one. That it has ended is told if it was told that it started.
pub(super) fn remove(
    world: &mut World,
    asking: &Asking<'_>,
    series: &str,
    at: usize,
    people: &[Uuid],
) {
    for person in people {
        let Some(meeting) = world.meetings.get_mut(series) else {
            return;
        };
        let instance = &mut meeting.instances[at];
        let was = instance.place_of(*person);
        if let Some(participant) = instance.participant_mut(*person) {
            participant.moves(Place::Gone, asking.now);
        }
        if was == Place::Inside || asking.switches.lobby_joins {
            world.participant_event(asking, "left", series, at, *person);
        }
    }
    let instances = world.meetings.get_mut(series);
    let Some(instance) = instances.and_then(|meeting| meeting.instances.get_mut(at)) else {
        return;
    };
    if instance.end.is_none() && !instance.has(Place::Inside) && !instance.has(Place::Lobby) {
        instance.end = Some(asking.now);
        if instance.announced {
            world.meeting_event(asking, "ended", series, Which::Instance(at));
        }
    }
}

fn shown(world: &World, asking: &Asking<'_>, series: &str, index: usize) -> Value {
    let (meeting, which) = (&world.meetings[series], Which::Instance(index));
    json!({ "id": meeting.id_of(which), "state": meeting.state(which, asking.now) })
}
