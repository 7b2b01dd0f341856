//! Creating a meeting (meetings §2).

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    Door, Meeting, Occurrence, Reading, Tags, Which, no_bots, no_other_host, options, present,
    recurrence, times,
};
use crate::refusal::{Refusal, Served};
use crate::switches::Leave;
use crate::world::fields::Fields;
use crate::world::invitees::{self, NewInvitee};
use crate::world::mails::Occasion;
use crate::world::rooms::no_such_room;
use crate::world::{Asking, World, quota};

/// Tags of one meeting, and characters of one tag, at most (meetings §5).
const MOST_TAGS: usize = 3;
const LONGEST_TAG: usize = 64;
/// Members that Webex knows and the simulator does not act on.
const NOT_SIMULATED: &[(&str, &str)] = &[
    ("templateId", "meeting templates"),
    ("registration", "registration"),
    ("simultaneousInterpretation", "simultaneous interpretation"),
    ("breakoutSessions", "breakout sessions"),
];

/// `POST /meetings`. The second part of the answer says whether the site dropped an option.
pub(crate) fn create(
    world: &mut World,
    asking: &Asking<'_>,
    body: &Fields,
    most_in_a_day: Option<u32>,
) -> Served<(Value, bool)> {
    no_bots(world, asking)?;
    quota::spend(world, asking, most_in_a_day)?;
    let site = site(world, asking, body)?;
    refuse_what_is_not_simulated(body)?;
    let zone_name = body.filled("timezone")?;
    let (start, end) = first_times(body, zone_name, asking)?;
    let occurrences = plan(body.filled("recurrence")?, start, end, zone_name)?;
    refuse_overlap(world, asking, &occurrences, None)?;

    let mut details = options::defaults();
    let dropped = options::read(body, &mut details, asking.switches)?;
    if !details.contains_key("title") {
        return Err(Refusal::invalid("'title' is missing."));
    }
    let tags = read_tags(body)?.unwrap_or_default();
    let room = room(world, asking, body)?;
    let wanted = match body.list("invitees")? {
        Some(items) => invitees::read_items(world, items, invitees::MOST_INLINE, room.is_some())?,
        None => room.map_or_else(Vec::new, |room| everybody_in(world, asking, room)),
    };
    let title = details
        .get("title")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let id = world
        .mint("meeting", &format!("{} {title} {start}", asking.person))
        .simple()
        .to_string();
    if !details.contains_key("password") {
        let password = new_password(world.mint("password", &id));
        details.insert("password".to_owned(), json!(password));
    }
    let invited = invitees::enlist(world, asking, &site, &id, wanted, room.is_some())?;
    let host_key = format!("{:06}", world.fixed("host key", &id).as_u128() % 1_000_000);
    let meeting = Meeting {
        door: new_door(world, &id, &site),
        id: id.clone(),
        host: asking.person,
        site,
        host_key,
        zone: zone_name.unwrap_or("UTC").to_owned(),
        recurrence: body.filled("recurrence")?.map(str::to_owned),
        details,
        occurrences,
        instances: Vec::new(),
        tags: tags_of(asking, tags),
        invitees: invited,
        room,
        created: asking.now,
    };
    if body.flag("sendEmail")?.unwrap_or(true) {
        mail_all(world, asking, &meeting, Which::Series, Occasion::Invitation);
    }
    world.meetings.insert(id.clone(), meeting);
    world.meeting_event(asking, "created", &id, Which::Series);
    let reading = Reading {
        zone: times::zone_or_utc(zone_name)?,
        listed: false,
        current: false,
    };
    let shown = present(world, asking, &world.meetings[&id], Which::Series, &reading);
    Ok((shown, dropped))
}

/// The site to schedule on: the caller's, who must be licensed there.
fn site(world: &World, asking: &Asking<'_>, body: &Fields) -> Served<String> {
    no_other_host(world, asking, body.filled("hostEmail")?)?;
    let host = world.person(asking.person);
    let site = host
        .host_site
        .clone()
        .ok_or_else(|| Refusal::forbidden("The user has no licence to schedule meetings."))?;
    match body.filled("siteUrl")? {
        Some(wanted) if wanted != site => Err(Refusal::forbidden("The user is not on that site.")),
        _ => Ok(site),
    }
}

fn refuse_what_is_not_simulated(body: &Fields) -> Served<()> {
    if body.flag("adhoc")? == Some(true) {
        return Err(Refusal::not_simulated("ad-hoc meetings"));
    }
    match body.text("scheduledType")? {
        None | Some("meeting") => {}
        Some("webinar" | "personalRoomMeeting") => {
            return Err(Refusal::not_simulated(
                "webinars and meetings in personal rooms",
            ));
        }
        Some(_) => return Err(Refusal::invalid("'scheduledType' has no such value.")),
    }
    for (name, what) in NOT_SIMULATED {
        let idle = match body.get(name) {
            None | Some(Value::Null) => true,
            Some(Value::Array(items)) => items.is_empty(),
            Some(Value::Object(members)) => members.get("enabled") == Some(&json!(false)),
            Some(_) => false,
        };
        if !idle {
            return Err(Refusal::not_simulated(what));
        }
    }
    Ok(())
}

fn first_times(
    body: &Fields,
    zone: Option<&str>,
    asking: &Asking<'_>,
) -> Served<(Timestamp, Timestamp)> {
    let time = |name: &str| -> Served<Timestamp> {
        let text = body
            .filled(name)?
            .ok_or_else(|| Refusal::invalid(format!("'{name}' is missing.")))?;
        times::read(text, zone, asking.switches)
    };
    let (start, end) = (time("start")?, time("end")?);
    let start = times::check(start, end, (true, true), asking.now)?;
    Ok((start, end))
}

/// The occurrences of a meeting that first happens from `start` to `end`.
pub(super) fn plan(
    rule: Option<&str>,
    start: Timestamp,
    end: Timestamp,
    zone: Option<&str>,
) -> Served<Vec<Occurrence>> {
    let starts = match rule {
        Some(rule) => recurrence::starts(rule, start, &times::zone_or_utc(zone)?)?,
        None => vec![start],
    };
    if starts.is_empty() {
        return Err(Refusal::invalid("'recurrence' leaves no meeting."));
    }
    let length = end.duration_since(start);
    Ok(starts
        .into_iter()
        .map(|start| Occurrence::at(start, length))
        .collect())
}

impl Occurrence {
    fn at(start: Timestamp, length: SignedDuration) -> Self {
        Self {
            planned: start,
            start,
            end: start + length,
            changes: Map::new(),
            modified: false,
            cancelled: false,
            invitees: None,
            started: false,
        }
    }
}

/// Switch `overlap-meetings`: whether one host may have two meetings at once.
pub(super) fn refuse_overlap(
    world: &World,
    asking: &Asking<'_>,
    occurrences: &[Occurrence],
    but: Option<&str>,
) -> Served<()> {
    if asking.switches.overlap_meetings == Leave::Allowed {
        return Ok(());
    }
    let others = world.meetings.values().filter(|meeting| {
        meeting.host == asking.person
            && Some(meeting.id.as_str()) != but
            && meeting.is_kept(asking.now)
    });
    let mut taken = others.flat_map(Meeting::standing);
    let clash = taken.any(|(_, other)| {
        occurrences
            .iter()
            .any(|own| own.start < other.end && other.start < own.end)
    });
    if clash {
        return Err(Refusal::invalid(
            "The host has another meeting at that time.",
        ));
    }
    Ok(())
}

/// The tags that a body names: `None` leaves them alone, an empty list or `null` deletes all
/// (meetings §5).
pub(super) fn read_tags(body: &Fields) -> Served<Option<Vec<String>>> {
    if body.is_null("integrationTags") {
        return Ok(Some(Vec::new()));
    }
    let tags = body.texts("integrationTags")?;
    if let Some(tags) = &tags {
        let fits = |tag: &String| !tag.is_empty() && tag.chars().count() <= LONGEST_TAG;
        if tags.len() > MOST_TAGS || !tags.iter().all(fits) {
            return Err(Refusal::invalid(format!(
                "A meeting has at most {MOST_TAGS} integration tags of at most {LONGEST_TAG} characters each."
            )));
        }
    }
    Ok(tags)
}

fn tags_of(asking: &Asking<'_>, values: Vec<String>) -> BTreeMap<String, Tags> {
    let mut tags = BTreeMap::new();
    if !values.is_empty() {
        tags.insert(
            asking.client.to_owned(),
            Tags {
                values,
                since: asking.now,
            },
        );
    }
    tags
}

/// The room of a space meeting: one that the caller is in.
fn room(world: &World, asking: &Asking<'_>, body: &Fields) -> Served<Option<Uuid>> {
    match body.filled("roomId")? {
        None => Ok(None),
        Some(id) => world
            .room_of_caller(asking, id)
            .map(|room| Some(room.key))
            .map_err(|_| no_such_room()),
    }
}

/// Without invitees of its own, a space meeting is for the whole room, all of them co-hosts who can
/// (meetings §2).
fn everybody_in(world: &World, asking: &Asking<'_>, room: Uuid) -> Vec<NewInvitee> {
    let people = world.rooms[&room]
        .members
        .keys()
        .filter(|person| **person != asking.person);
    people
        .map(|person| {
            let person = world.person(*person);
            NewInvitee::of(&person.email, &person.name, true)
        })
        .collect()
}

/// Number, link and codes, all new.
pub(super) fn new_door(world: &mut World, id: &str, site: &str) -> Door {
    let key = world.mint("door", id).as_u128();
    let branch = site.split('.').next().unwrap_or(site);
    Door {
        number: format!("2{:010}", key % 10_000_000_000),
        link: format!("https://{site}/{branch}/j.php?MTID=m{key:032x}"),
        access_code: format!("2{:010}", (key >> 40) % 10_000_000_000),
        phone_password: format!("{:08}", (key >> 80) % 100_000_000),
    }
}

/// A password that satisfies the usual rules.
fn new_password(key: Uuid) -> String {
    let key = key.as_u128();
    format!("W{:06x}-{:02}x", key % 0x100_0000, (key >> 64) % 100)
}

/// A mail to the host and to everybody invited.
pub(super) fn mail_all(
    world: &mut World,
    asking: &Asking<'_>,
    meeting: &Meeting,
    which: Which,
    occasion: Occasion,
) {
    let host = world.person(meeting.host).email.clone();
    let invited = meeting
        .invited(which)
        .iter()
        .map(|invitee| invitee.email.clone());
    for address in std::iter::once(host).chain(invited.collect::<Vec<_>>()) {
        world.mail(asking.now, &address, occasion, &meeting.id_of(which));
    }
}
