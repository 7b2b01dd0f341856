//! Who is, or was, in a meeting, as its host reads it, and whom host and co-hosts let in (meetings §8).

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp, ToSpan as _};
use serde_json::{Value, json};
use uuid::Uuid;

use super::attendance::{self, Participant, Stay};
use super::{Meeting, Place, Role, Which, no_bots, no_other_host, times};
use crate::refusal::{Refusal, Served};
use crate::switches::{NoInstance, RunningTimes};
use crate::world::fields::Fields;
use crate::world::{Asking, World};

/// A window of joins that is not given spans so much, and at most so much.
const USUAL_WINDOW: SignedDuration = SignedDuration::from_hours(7 * 24);
const LONGEST_WINDOW: SignedDuration = SignedDuration::from_hours(90 * 24);
/// As many can be admitted at once.
const MOST_ADMITTED: usize = 100;

/// A window of time, of which either bound may be missing.
pub(crate) type Window = (Option<Timestamp>, Option<Timestamp>);

/// Which participants are asked for.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'a> {
    pub(crate) meeting: Option<&'a str>,
    pub(crate) host_email: Option<&'a str>,
    /// Those with one of these addresses.
    pub(crate) emails: Option<Vec<String>>,
    /// Those who were in this breakout session, of which the simulator has none.
    pub(crate) breakout: Option<&'a str>,
    /// When the instance of a series or an occurrence started.
    pub(crate) started: Window,
    /// When they joined.
    pub(crate) joined: Window,
}

/// The participants of one instance.
#[derive(Debug)]
pub(crate) struct Found<'w> {
    meeting: &'w Meeting,
    /// The instance; none if nothing ran.
    at: usize,
    pub(crate) people: Vec<&'w Participant>,
}

/// How their times read.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) zone: TimeZone,
    pub(crate) times: RunningTimes,
}

/// `GET /meetingParticipants` and `POST /meetingParticipants/query`, for the host.
pub(crate) fn list<'w>(
    world: &'w World,
    asking: &Asking<'_>,
    wanted: &Wanted<'_>,
) -> Served<Found<'w>> {
    no_bots(world, asking)?;
    no_other_host(world, asking, wanted.host_email)?;
    let id = wanted.meeting.filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| Refusal::invalid("'meetingId' is required."))?;
    let joined = joined_between(wanted.joined)?;
    let (meeting, which) = world.meeting_to_change(asking, id)?;
    let at = last_instance(meeting, which, started_between(wanted.started, asking.now));
    let Some(at) = at.filter(|at| is_readable(asking, meeting, *at)) else {
        return match asking.switches.no_instance {
            NoInstance::Empty if at.is_none() => Ok(Found {
                meeting,
                at: 0,
                people: Vec::new(),
            }),
            _ => Err(Refusal::not_found()),
        };
    };
    let instance = &meeting.instances[at];
    let running = instance.end.is_none();
    let fits = |one: &&Participant| {
        let listed = match running {
            true => one.place != Place::Gone,
            false => !one.stays.is_empty() && wanted.breakout.is_none(),
        };
        let in_time = joined.is_none_or(|(from, to)| {
            let first = one.stays.first();
            first.is_some_and(|stay| from <= stay.from && stay.from < to)
        });
        let email = &world.person(one.person).email;
        let mut emails = wanted.emails.iter().flatten();
        let named = wanted.emails.is_none() || emails.any(|own| own.eq_ignore_ascii_case(email));
        listed && in_time && named
    };
    let people = instance.participants.iter().filter(fits).collect();
    Ok(Found {
        meeting,
        at,
        people,
    })
}

/// The last instance of a series or an occurrence that started within a window, both bounds excluded;
/// an instance is itself.
fn last_instance(
    meeting: &Meeting,
    which: Which,
    (from, to): (Timestamp, Timestamp),
) -> Option<usize> {
    let planned = match which {
        Which::Instance(at) => return Some(at),
        Which::Occurrence(index) => Some(meeting.occurrences[index].planned),
        Which::Series => None,
    };
    meeting.instances.iter().rposition(|instance| {
        planned.is_none_or(|planned| instance.occurrence == planned)
            && from < instance.start
            && instance.start < to
    })
}

/// A lone bound spans a month from there; without any, the text contradicts itself (it ends a month
/// ago), and everything fits.
fn started_between((from, to): Window, now: Timestamp) -> (Timestamp, Timestamp) {
    let shifted = |from: Timestamp, by: Span| {
        let shifted = from.to_zoned(TimeZone::UTC).checked_add(by);
        shifted.map_or(from, |zoned| zoned.timestamp())
    };
    match (from, to) {
        (Some(from), Some(to)) => (from, to),
        (Some(from), None) => (from, shifted(from, 1.month()).min(now)),
        (None, Some(to)) => (shifted(to, -1.month()), to),
        (None, None) => (Timestamp::MIN, Timestamp::MAX),
    }
}

fn joined_between((from, to): Window) -> Served<Option<(Timestamp, Timestamp)>> {
    let out_of_range = |_| Refusal::invalid("The time is out of range.");
    let (from, to) = match (from, to) {
        (None, None) => return Ok(None),
        (Some(from), Some(to)) => (from, to),
        (Some(from), None) => (from, from.checked_add(USUAL_WINDOW).map_err(out_of_range)?),
        (None, Some(to)) => (to.checked_sub(USUAL_WINDOW).map_err(out_of_range)?, to),
    };
    if to.duration_since(from) > LONGEST_WINDOW {
        return Err(Refusal::invalid(
            "The interval between 'joinTimeFrom' and 'joinTimeTo' must be within 90 days.",
        ));
    }
    Ok(Some((from, to)))
}

/// Whether it is known to have started (switch `participants-delay`).
fn is_readable(asking: &Asking<'_>, meeting: &Meeting, at: usize) -> bool {
    asking.is_over(
        asking.switches.participants_delay,
        meeting.instances[at].start,
    )
}

/// `GET /meetingParticipants/{id}`, for the host.
pub(crate) fn get(
    world: &World,
    asking: &Asking<'_>,
    id: &str,
    host_email: Option<&str>,
) -> Served {
    no_bots(world, asking)?;
    no_other_host(world, asking, host_email)?;
    let (meeting, at, participant) = find(world, asking, id)?;
    world.meeting_to_change(asking, &meeting.id)?;
    if !is_readable(asking, meeting, at) {
        return Err(Refusal::not_found());
    }
    let reading = Reading {
        zone: TimeZone::UTC,
        times: asking.switches.running_times,
    };
    Ok(shown(world, meeting, at, participant, &reading))
}

/// The participant behind an id: the instance's, and after an underscore the person's own.
fn find<'w>(
    world: &'w World,
    asking: &Asking<'_>,
    id: &str,
) -> Served<(&'w Meeting, usize, &'w Participant)> {
    let (instance, key) = id.rsplit_once('_').ok_or_else(Refusal::not_found)?;
    let (meeting, which) = world.meeting(asking, instance)?;
    let Which::Instance(at) = which else {
        return Err(Refusal::not_found());
    };
    let key = Uuid::parse_str(key).map_err(|_| Refusal::not_found())?;
    let mut all = meeting.instances[at].participants.iter();
    let found = all.find(|one| one.key == key);
    Ok((meeting, at, found.ok_or_else(Refusal::not_found)?))
}

/// A participant whom host or co-host want to change, in what is running.
fn to_change(world: &World, asking: &Asking<'_>, id: &str) -> Served<(String, usize, Uuid)> {
    no_bots(world, asking)?;
    let (meeting, at, participant) = find(world, asking, id)?;
    match meeting.role(world, Which::Instance(at), asking.person) {
        Role::Host | Role::CoHost => {}
        Role::Invitee => return Err(Refusal::forbidden("Only host and co-hosts may do that.")),
        Role::Outsider => return Err(Refusal::not_found()),
    }
    match meeting.instances[at].end {
        None => Ok((meeting.id.clone(), at, participant.person)),
        Some(_) => Err(Refusal::invalid("The meeting is not in progress.")),
    }
}

/// `PUT /meetingParticipants/{id}`: `expel` takes precedence. Who is expelled is shown as they were.
pub(crate) fn update(world: &mut World, asking: &Asking<'_>, id: &str, body: &Fields) -> Served {
    let (series, at, person) = to_change(world, asking, id)?;
    let (muted, admitted, expelled) = (
        body.flag("muted")?,
        body.flag("admit")?,
        body.flag("expel")?,
    );
    if expelled != Some(true) {
        if admitted == Some(true) {
            admit_one(world, asking, &series, at, person);
        }
        let meeting = world.meetings.get_mut(&series);
        let one = meeting.and_then(|meeting| meeting.instances[at].participant_mut(person));
        if let (Some(one), Some(muted)) = (one, muted) {
            one.muted = muted;
        }
    }
    let mut shown =
        now(world, &world.meetings[&series], at, person).ok_or_else(Refusal::not_found)?;
    if let Some(members) = shown.as_object_mut() {
        for name in ["meetingStartTime", "joinedTime", "leftTime"] {
            members.shift_remove(name);
        }
    }
    if expelled == Some(true) {
        attendance::remove(world, asking, &series, at, &[person]);
    }
    Ok(shown)
}

/// `POST /meetingParticipants/admit`: all of one instance, or none.
pub(crate) fn admit(world: &mut World, asking: &Asking<'_>, body: &Fields) -> Served<()> {
    let items = body.list("items")?.unwrap_or_default();
    if items.is_empty() || items.len() > MOST_ADMITTED {
        return Err(Refusal::invalid("'items' must have 1 to 100 participants."));
    }
    let mut admitted = Vec::new();
    for item in items {
        let item = Fields::from_value(item)?;
        let id = item.filled("participantId")?;
        let id = id.ok_or_else(|| Refusal::invalid("'participantId' is required."))?;
        admitted.push(to_change(world, asking, id)?);
    }
    if admitted
        .windows(2)
        .any(|two| two[0].0 != two[1].0 || two[0].1 != two[1].1)
    {
        return Err(Refusal::invalid("All participants must be of one meeting."));
    }
    for (series, at, person) in admitted {
        admit_one(world, asking, &series, at, person);
    }
    Ok(())
}

/// Has no effect on who does not wait in the lobby.
fn admit_one(world: &mut World, asking: &Asking<'_>, series: &str, at: usize, person: Uuid) {
    if world.meetings[series].instances[at].place_of(person) == Place::Lobby {
        attendance::enter(world, asking, series, at, person, Place::Inside);
    }
}

/// One of those who were found.
pub(crate) fn present(
    world: &World,
    found: &Found<'_>,
    participant: &Participant,
    reading: &Reading,
) -> Value {
    shown(world, found.meeting, found.at, participant, reading)
}

/// All who were in any instance of a meeting, or wait there, with all their times.
pub(crate) fn all(world: &World, meeting: &Meeting) -> Vec<Value> {
    let instances = meeting.instances.iter().enumerate();
    let people = instances.flat_map(|(at, instance)| {
        let people = instance.participants.iter();
        people.map(move |one| shown(world, meeting, at, one, &Reading::plain()))
    });
    people.collect()
}

/// A participant with the times that are known so far.
pub(crate) fn now(world: &World, meeting: &Meeting, at: usize, person: Uuid) -> Option<Value> {
    let one = meeting.instances[at].participant(person)?;
    Some(shown(world, meeting, at, one, &Reading::plain()))
}

impl Reading {
    fn plain() -> Self {
        Self {
            zone: TimeZone::UTC,
            times: RunningTimes::Known,
        }
    }

    /// A time, unless it is not told while the meeting runs.
    fn put(&self, shown: &mut Value, name: &str, time: Option<Timestamp>, running: bool) {
        match (time, self.times) {
            (_, RunningTimes::Epoch) if running => {
                shown[name] = json!("1970-01-01T00:00:00.000Z");
            }
            (_, RunningTimes::Missing) if running => {}
            (Some(time), _) => shown[name] = json!(times::write(time, &self.zone)),
            (None, _) => {}
        }
    }
}

fn shown(
    world: &World,
    meeting: &Meeting,
    at: usize,
    participant: &Participant,
    reading: &Reading,
) -> Value {
    let which = Which::Instance(at);
    let instance_id = meeting.id_of(which);
    let instance = &meeting.instances[at];
    let running = instance.end.is_none();
    let person = world.person(participant.person);
    let role = meeting.role(world, which, participant.person);
    let anybody = meeting.details.get("allowAnyUserToBeCoHost") == Some(&Value::Bool(true));
    let licensed = person.host_site.as_ref() == Some(&meeting.site);
    let mut shown = json!({
        "id": format!("{instance_id}_{}", participant.key),
        "host": role == Role::Host,
        "coHost": role == Role::CoHost || (role != Role::Host && anybody && licensed),
        "email": person.email,
        "displayName": person.name,
        "invitee": matches!(role, Role::CoHost | Role::Invitee),
        "muted": participant.muted,
        "meetingStartTime": times::write(instance.start, &reading.zone),
        "video": "off",
        "state": match participant.place {
            Place::Inside => "joined",
            Place::Lobby => "lobby",
            Place::Gone => "end",
        },
        "siteUrl": meeting.site,
        "meetingId": instance_id,
        "hostEmail": world.person(meeting.host).email,
    });
    if running {
        shown["orgId"] = json!(person.org.to_string());
    }
    if let Some(room) = meeting.room.and_then(|room| world.rooms.get(&room)) {
        shown["spaceModerator"] = json!(room.moderates(participant.person));
    }
    let (first, last) = (participant.stays.first(), participant.stays.last());
    reading.put(
        &mut shown,
        "joinedTime",
        first.map(|stay| stay.from),
        running,
    );
    reading.put(
        &mut shown,
        "leftTime",
        last.and_then(|stay| stay.until),
        running,
    );
    let devices = participant.stays.iter().enumerate();
    shown["devices"] = devices
        .map(|(number, stay)| device(world, participant.key, number, stay, reading, running))
        .collect();
    shown
}

/// Webex counts each join as a device.
fn device(
    world: &World,
    participant: Uuid,
    number: usize,
    stay: &Stay,
    reading: &Reading,
    running: bool,
) -> Value {
    let mut shown = json!({
        "correlationId": world.fixed("join", &format!("{participant} {number}")).to_string(),
        "deviceType": if running { "mac" } else { "webex_meeting_center_mac" },
        "audioType": "voip",
    });
    reading.put(&mut shown, "joinedTime", Some(stay.from), running);
    reading.put(&mut shown, "leftTime", stay.until, running);
    if let Some(until) = stay.until.filter(|_| !running) {
        shown["durationSecond"] = json!(until.duration_since(stay.from).as_secs());
    }
    shown
}
