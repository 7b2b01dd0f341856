//! Meetings (meetings §1, §2, §6): series, their occurrences, and the instances that really ran.

mod attendance;
mod change;
mod life;
mod list;
mod options;
pub(crate) mod participants;
mod present;
mod recurrence;
mod schedule;
mod times;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::invitees::Invitee;
use super::{Asking, World};
use crate::refusal::{Refusal, Served};

use attendance::Participant;
pub(crate) use attendance::{Place, join, leave};
pub(crate) use change::{Style, delete, update};
pub(crate) use life::{end, finish};
pub(crate) use list::{Wanted, list};
pub(crate) use present::{Reading, present};
pub(crate) use schedule::create;
pub(crate) use times::{read_instant, zone_or_utc};

/// A series; a meeting that happens once is a series of one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Meeting {
    /// 32 hexadecimal digits.
    pub(crate) id: String,
    pub(crate) host: Uuid,
    pub(crate) site: String,
    /// What one dials and clicks; may change with the times (switch `link-on-move`).
    door: Door,
    host_key: String,
    /// The zone in which it was scheduled.
    zone: String,
    recurrence: Option<String>,
    /// Title, agenda, password and all options, by their names in the API.
    details: Map<String, Value>,
    occurrences: Vec<Occurrence>,
    instances: Vec<Instance>,
    /// Integration tags by the client that wrote them.
    tags: BTreeMap<String, Tags>,
    pub(crate) invitees: Vec<Invitee>,
    room: Option<Uuid>,
    created: Timestamp,
}

/// How one gets in.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Door {
    number: String,
    link: String,
    access_code: String,
    phone_password: String,
}

/// One planned happening of a series.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Occurrence {
    /// The start as first planned; the id keeps it even when the occurrence moves (meetings §6).
    planned: Timestamp,
    start: Timestamp,
    end: Timestamp,
    /// What differs from the series.
    changes: Map<String, Value>,
    modified: bool,
    cancelled: bool,
    /// Invitees of its own, once somebody changed them.
    invitees: Option<Vec<Invitee>>,
    started: bool,
}

/// A happening that somebody started.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Instance {
    number: String,
    occurrence: Timestamp,
    start: Timestamp,
    end: Option<Timestamp>,
    /// Who came, in the order of their coming.
    #[serde(default)]
    participants: Vec<Participant>,
    /// Whether webhooks were told that it started.
    #[serde(default)]
    announced: bool,
    /// Whether the host has ever been in it.
    host_joined: bool,
    /// Whether anybody has ever been in it, or in its lobby.
    attendee_joined: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Tags {
    values: Vec<String>,
    since: Timestamp,
}

/// Which of a series' three kinds of thing an id names (meetings §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    Series,
    Occurrence(usize),
    Instance(usize),
}

/// What somebody is to a meeting, from most to least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    Host,
    CoHost,
    Invitee,
    Outsider,
}

/// A series is deleted by itself so long after its last planned end (meetings §1).
const KEPT: SignedDuration = SignedDuration::from_hours(180 * 24);

impl Meeting {
    /// The occurrences that were not deleted, in order.
    fn standing(&self) -> impl DoubleEndedIterator<Item = (usize, &Occurrence)> {
        self.occurrences
            .iter()
            .enumerate()
            .filter(|(_, occurrence)| !occurrence.cancelled)
    }

    fn first_start(&self) -> Timestamp {
        let starts = self.standing().map(|(_, occurrence)| occurrence.start);
        starts.min().unwrap_or(self.created)
    }

    fn last_end(&self) -> Timestamp {
        let ends = self.standing().map(|(_, occurrence)| occurrence.end);
        ends.max().unwrap_or(self.created)
    }

    fn is_kept(&self, now: Timestamp) -> bool {
        now.duration_since(self.last_end()) <= KEPT
    }

    pub(crate) fn id_of(&self, which: Which) -> String {
        match which {
            Which::Series => self.id.clone(),
            Which::Occurrence(index) => self.occurrence_id(self.occurrences[index].planned),
            Which::Instance(index) => format!("{}_I_{}", self.id, self.instances[index].number),
        }
    }

    fn occurrence_id(&self, planned: Timestamp) -> String {
        format!("{}_{}", self.id, planned.strftime("%Y%m%dT%H%M%SZ"))
    }

    /// The invitees of the series or of the occurrence; those of an instance are its occurrence's.
    pub(crate) fn invited(&self, which: Which) -> &[Invitee] {
        let own = match which {
            Which::Series => None,
            Which::Occurrence(index) => self.occurrences[index].invitees.as_deref(),
            Which::Instance(index) => {
                let planned = self.instances[index].occurrence;
                let occurrence = self
                    .occurrences
                    .iter()
                    .find(|occurrence| occurrence.planned == planned);
                occurrence.and_then(|occurrence| occurrence.invitees.as_deref())
            }
        };
        own.unwrap_or(&self.invitees)
    }

    /// The list of invitees to change; an occurrence gets its own copy first.
    pub(crate) fn invited_mut(&mut self, which: Which) -> &mut Vec<Invitee> {
        match which {
            Which::Occurrence(index) => {
                let series = &self.invitees;
                self.occurrences[index]
                    .invitees
                    .get_or_insert_with(|| series.clone())
            }
            _ => &mut self.invitees,
        }
    }

    /// What `person` is to the meeting.
    pub(crate) fn role(&self, world: &World, which: Which, person: Uuid) -> Role {
        if person == self.host {
            return Role::Host;
        }
        let email = &world.person(person).email;
        let invitee = self
            .invited(which)
            .iter()
            .find(|invitee| invitee.email == *email);
        match invitee {
            Some(invitee) if invitee.cohost => Role::CoHost,
            Some(_) => Role::Invitee,
            None => Role::Outsider,
        }
    }

    /// The first client that left a tag.
    pub(crate) fn some_client(&self) -> &str {
        self.tags.keys().next().map_or("", String::as_str)
    }

    pub(crate) fn first_planned(&self) -> Timestamp {
        self.first_start()
    }

    fn tags_for(&self, client: &str) -> Option<&Tags> {
        self.tags.get(client)
    }
}

impl World {
    /// The meeting behind an id of any of the three forms; 404 otherwise.
    pub(crate) fn meeting(&self, asking: &Asking<'_>, id: &str) -> Served<(&Meeting, Which)> {
        let (series, rest) = id
            .split_once('_')
            .map_or((id, None), |(series, rest)| (series, Some(rest)));
        let meeting = self
            .meetings
            .get(series)
            .filter(|meeting| meeting.is_kept(asking.now));
        let meeting = meeting.ok_or_else(Refusal::not_found)?;
        let which = match rest {
            None => Some(Which::Series),
            Some(rest) => match rest.strip_prefix("I_") {
                Some(number) => {
                    let mut instances = meeting.instances.iter();
                    instances
                        .position(|instance| instance.number == number)
                        .map(Which::Instance)
                }
                None => {
                    let mut standing = meeting.standing();
                    let found = standing
                        .find(|(_, occurrence)| meeting.occurrence_id(occurrence.planned) == id);
                    found.map(|(index, _)| Which::Occurrence(index))
                }
            },
        };
        which
            .map(|which| (meeting, which))
            .ok_or_else(Refusal::not_found)
    }

    /// A meeting that the caller may change: as its host. To outsiders it does not exist.
    pub(crate) fn meeting_to_change(
        &self,
        asking: &Asking<'_>,
        id: &str,
    ) -> Served<(&Meeting, Which)> {
        let (meeting, which) = self.meeting(asking, id)?;
        match meeting.role(self, which, asking.person) {
            Role::Host => Ok((meeting, which)),
            Role::Outsider => Err(Refusal::not_found()),
            _ => Err(Refusal::forbidden(
                "Only the host of the meeting may do that.",
            )),
        }
    }
}

/// A bot's token has no meeting scopes (meetings §3).
pub(crate) fn no_bots(world: &World, asking: &Asking<'_>) -> Served<()> {
    match (
        world.is_bot(asking.person),
        asking.switches.bot_meetings_code,
    ) {
        (false, _) => Ok(()),
        (true, 401) => Err(Refusal::unauthorized()),
        (true, _) => Err(Refusal::forbidden("Bots have no access to meetings.")),
    }
}

/// Acting for another user is for administrators, whom the simulator does not have (meetings §2).
pub(crate) fn no_other_host(
    world: &World,
    asking: &Asking<'_>,
    host_email: Option<&str>,
) -> Served<()> {
    let own = &world.person(asking.person).email;
    match host_email {
        Some(email) if !email.eq_ignore_ascii_case(own) => Err(Refusal::forbidden(
            "Acting on behalf of another host needs an administrator's scopes.",
        )),
        _ => Ok(()),
    }
}

/// `GET /meetings/{id}`: for host and invitees, and for whoever sends the password.
pub(crate) fn get(
    world: &World,
    asking: &Asking<'_>,
    id: &str,
    current: bool,
    password: Option<&str>,
    zone: Option<&str>,
) -> Served {
    no_bots(world, asking)?;
    let (meeting, which) = world.meeting(asking, id)?;
    let role = meeting.role(world, which, asking.person);
    let knows =
        password.is_some() && password == meeting.details.get("password").and_then(Value::as_str);
    if role == Role::Outsider && !knows {
        return Err(Refusal::coded(
            asking.switches.meeting_password_code,
            "The meeting password is required to view the meeting.",
        ));
    }
    let which = match which {
        Which::Series if current => meeting.current(asking.now).map_or(which, Which::Occurrence),
        _ => which,
    };
    let reading = Reading {
        zone: times::zone_or_utc(zone)?,
        listed: false,
        current: false,
    };
    Ok(present(world, asking, meeting, which, &reading))
}
