//! `showcaller calendar EVENT`

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use showcaller_event::Event;
use showcaller_event::model::Meeting;
use showcaller_ledger::{CalendarState, Ledger};
use showcaller_render::calendar::{self, Appointment, Entry, uid_of};

use super::whom::Whom;
use crate::exit::{Code, Failure};
use crate::output_file::OutputFile;
use crate::session::{EventArgs, Past};
use crate::terminal::result;

/// Write a calendar file for a room, a person or everybody
///
/// Needs the event file and the ledger only: no token, no Webex. Given out again after a change,
/// the entries that changed have a higher number, and those whose meeting is gone are called off,
/// so that calendars follow.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("selection").required(true))]
pub(crate) struct Args {
    #[command(flatten)]
    event: EventArgs,

    /// For whom: room/team-1, or person ann@example.com
    #[arg(long = "for", value_name = "WHOM", group = "selection")]
    whom: Option<Whom>,

    /// Every meeting of the event
    #[arg(long, group = "selection")]
    all: bool,

    /// A file to write it to, as in team-1.ics
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) async fn run(args: &Args) -> Result<Code, Failure> {
    let past = Past::open(&args.event).await?;
    let file = write(args, &past).await;
    past.close().await;
    let file = file?;
    match &args.output {
        Some(path) => OutputFile::Calendar.hand_out(path, file.as_bytes())?,
        None => result::text(&file)?,
    }
    Ok(Code::Done)
}

async fn write(args: &Args, past: &Past) -> Result<String, Failure> {
    let whom = args.whom.as_ref();
    if let Some(whom) = whom {
        whom.check(&past.in_force.event)?;
    }
    let now = past.now(&args.event)?;
    let mut entries = Vec::new();
    if let Some(ledger) = past.ledger() {
        for meeting in meetings(past, whom) {
            entries.push(current(past, ledger, meeting, now).await?);
        }
        entries.extend(gone(past, ledger, whom, now).await?);
    }
    let (name, zone) = head(&past.in_force.event, whom);
    Ok(calendar::calendar(&name, &zone, &entries))
}

fn meetings<'a>(past: &'a Past, whom: Option<&Whom>) -> Vec<&'a Meeting> {
    match whom {
        None => calendar::all(&past.in_force.event),
        Some(Whom::Room(room)) => calendar::for_room(&past.in_force.event, room),
        Some(Whom::Person(email)) => calendar::for_person(&past.in_force.event, &past.told, email),
    }
}

/// The entry of a meeting, numbered by the ledger.
async fn current(
    past: &Past,
    ledger: &Ledger,
    meeting: &Meeting,
    now: Timestamp,
) -> Result<Entry, Failure> {
    let uid = uid_of(&past.in_force.event.key, &meeting.key);
    let appointment = Appointment::of(meeting, &past.told);
    let snapshot = serde_json::to_value(&appointment)
        .map_err(|error| Failure::new(Code::Failed, format!("{uid} cannot be kept: {error}")))?;
    let sequence = ledger
        .touch_calendar(&uid, &appointment.fingerprint(), &snapshot, now)
        .await?;
    let changed = ledger.calendar_entry(&uid).await?;
    Ok(Entry {
        uid,
        sequence,
        cancelled: false,
        stamp: changed.map_or(now, |changed| changed.at),
        appointment,
    })
}

/// What was given out and has left the event: called off, once it is off Webex, too. Until then it
/// still takes place.
async fn gone(
    past: &Past,
    ledger: &Ledger,
    whom: Option<&Whom>,
    now: Timestamp,
) -> Result<Vec<Entry>, Failure> {
    let event = &past.in_force.event;
    let uids: BTreeSet<String> = event
        .meetings
        .iter()
        .map(|meeting| uid_of(&event.key, &meeting.key))
        .collect();
    let on_webex: BTreeSet<String> = past
        .told
        .facts
        .keys()
        .map(|key| uid_of(&event.key, key))
        .collect();
    let ours = format!("@{}.showcaller", event.key);
    let mut entries = Vec::new();
    for known in ledger.calendar_entries().await? {
        if uids.contains(&known.uid) || !known.uid.ends_with(&ours) {
            continue;
        }
        let appointment = remembered(&known)?;
        if !concerns(event, &appointment, whom) {
            continue;
        }
        if on_webex.contains(&known.uid) {
            entries.push(Entry {
                uid: known.uid,
                sequence: known.sequence,
                cancelled: false,
                stamp: known.at,
                appointment,
            });
            continue;
        }
        let Some(sequence) = ledger.cancel_calendar(&known.uid, now).await? else {
            continue;
        };
        entries.push(Entry {
            stamp: if known.cancelled { known.at } else { now },
            uid: known.uid,
            sequence,
            cancelled: true,
            appointment,
        });
    }
    Ok(entries)
}

fn remembered(known: &CalendarState) -> Result<Appointment, Failure> {
    serde_json::from_value(known.snapshot.clone()).map_err(|error| {
        Failure::new(
            Code::Failed,
            format!(
                "the ledger's calendar entry {} cannot be read: {error}",
                known.uid
            ),
        )
        .hint("restore a copy of the ledger")
    })
}

/// Whether somebody was told of a meeting that is gone.
fn concerns(event: &Event, appointment: &Appointment, whom: Option<&Whom>) -> bool {
    match whom {
        None => true,
        Some(Whom::Room(room)) => appointment.rooms.contains(room),
        Some(Whom::Person(email)) => {
            let in_room = |key| {
                let room = event.room(key);
                room.is_some_and(|room| room.members.iter().any(|member| member.email == *email))
            };
            appointment.people.contains(email) || appointment.rooms.iter().any(in_room)
        }
    }
}

/// What the calendar is called, and the zone that its times are written in.
fn head(event: &Event, whom: Option<&Whom>) -> (String, TimeZone) {
    let mut name = event.title.clone();
    let mut zone = &event.timezone;
    match whom {
        Some(Whom::Room(key)) => {
            if let Some(room) = event.room(key) {
                name = format!("{name}: {}", room.title);
            }
        }
        Some(Whom::Person(email)) => {
            let own = event
                .person(email)
                .and_then(|person| person.timezone.as_ref());
            zone = own.unwrap_or(zone);
        }
        None => {}
    }
    // `check` has found the zone in the same database.
    (name, TimeZone::get(zone).unwrap_or(TimeZone::UTC))
}
