//! `showcaller calendar EVENT`

use std::path::PathBuf;

use jiff::tz::TimeZone;
use showcaller_engine::CalendarOf;
use showcaller_event::Event;
use showcaller_render::calendar;

use super::whom::Whom;
use crate::exit::{Code, Result};
use crate::output_file::OutputFile;
use crate::session::{EventArgs, Past};
use crate::terminal::{result, say};

/// Write a calendar file for a room, a person or everybody
///
/// Needs the event file and the ledger only: no token, no Webex. Given out again after a change,
/// the entries that changed have a higher number, and those that a person no longer attends are
/// cancelled, so that calendars follow. A person who has left can still be given one.
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

pub(crate) async fn run(args: &Args) -> Result<Code> {
    // What is written counts as given out, so first whether it can be.
    if let Some(path) = &args.output {
        OutputFile::Calendar.check(path)?;
    }
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

async fn write(args: &Args, past: &Past) -> Result<String> {
    let event = &past.in_force.event;
    let whom = args.whom.as_ref().map(|whom| whom.in_event(event));
    let whom = whom.as_ref();
    let of = match whom {
        None => CalendarOf::All,
        Some(Whom::Room(room)) => CalendarOf::Room(room.clone()),
        Some(Whom::Person(email)) => CalendarOf::Person(email.clone()),
    };
    let now = past.now(&args.event)?;
    let entries = match past.ledger() {
        Some(ledger) => of.entries(&past.in_force, &past.told, ledger, now).await?,
        None => Vec::new(),
    };
    // What people had before is told also to those who are not in the event any more.
    if let Some(whom) = whom.filter(|_| entries.is_empty()) {
        whom.check(event)?;
    }
    if entries.iter().all(|entry| entry.cancelled) {
        say::remark(&nothing_on(&of, entries.len()));
    }
    let (name, zone) = head(event, whom);
    let begin = event
        .days
        .first()
        .map(|day| day.date.to_zoned(zone.clone()));
    let begin = begin
        .and_then(Result::ok)
        .map_or(now, |begin| begin.timestamp());
    Ok(calendar::calendar(&name, &zone, begin, &entries))
}

/// A calendar in which nothing takes place could be a mistake.
fn nothing_on(of: &CalendarOf, cancelled: usize) -> String {
    let none = match of {
        CalendarOf::All => "the event has no meetings".to_owned(),
        CalendarOf::Room(_) | CalendarOf::Person(_) => format!("no meeting is for {of}"),
    };
    match cancelled {
        0 => format!("{none}, so the calendar has no entries"),
        1 => format!("{none} any more, so the calendar cancels its 1 entry"),
        some => format!("{none} any more, so the calendar cancels its {some} entries"),
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
