//! `showcaller runsheet EVENT`

use std::path::PathBuf;

use clap::ValueEnum;
use showcaller_event::Event;
use showcaller_render::runsheet::{AsOf, Audience, Layout, RunSheet};

use super::whom::Whom;
use crate::exit::{Code, Failure, Result};
use crate::output_file::OutputFile;
use crate::session::{EventArgs, Past};
use crate::terminal::{page, result, say};

/// Print the sheet of every meeting: when, where, who, and how to join
///
/// Needs the event file and the ledger only: no token, no Webex. Meetings that were not applied
/// yet are on it without their links. Links and passwords are in the wide table and in the other
/// formats; host keys, too, unless --for-attendees leaves them out.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    event: EventArgs,

    /// How to write it [default: as the ending of --output says, else as a table]
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// A file to write it to, as in runsheet.html
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Leave out what makes somebody a host
    #[arg(long)]
    for_attendees: bool,

    /// One room's meetings only, as in room/team-1
    #[arg(long = "for", value_name = "ROOM")]
    whom: Option<Whom>,

    /// Every column of the table, however long its lines become
    #[arg(long)]
    wide: bool,
}

/// How a sheet is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for the terminal
    #[value(alias = "txt")]
    Table,
    /// Comma-separated values
    Csv,
    /// A workbook, for a file
    Xlsx,
    /// A page to print, and for a phone
    #[value(alias = "htm")]
    Html,
}

pub(crate) async fn run(args: &Args) -> Result<Code> {
    let format = format(args)?;
    if args.wide && format != Format::Table {
        return Err(Failure::usage(
            "--wide is for tables; the other formats have every column anyway",
        ));
    }
    match &args.output {
        Some(path) => OutputFile::RunSheet.check(path)?,
        None if format == Format::Xlsx => {
            let failure = Failure::usage("a workbook is no text to print");
            return Err(failure.hint("name a file for it, as in --output runsheet.xlsx"));
        }
        None => {}
    }
    let past = Past::read(&args.event).await?;
    let before = before(format, &past).await;
    let written = write(args, format, &past, before.as_ref());
    past.close().await;
    written
}

/// The format that was asked for, or the one that the file's ending stands for.
fn format(args: &Args) -> Result<Format> {
    let Some(path) = &args.output else {
        return Ok(args.format.unwrap_or(Format::Table));
    };
    let ending = path.extension().and_then(|ending| ending.to_str());
    let meant = ending.and_then(|ending| Format::from_str(ending, true).ok());
    args.format.or(meant).ok_or_else(|| {
        Failure::usage(format!(
            "the name {} does not say how to write the sheet",
            path.display()
        ))
        .hint("let it end with .txt, .csv, .xlsx or .html, or give --format")
    })
}

/// The event of the revision before, of which the page marks what has changed since.
async fn before(format: Format, past: &Past) -> Option<Event> {
    let revision = past.in_force.revision.as_ref();
    let (Some(ledger), Some(head), Format::Html) = (past.ledger(), revision, format) else {
        return None;
    };
    let before = showcaller_engine::event_before(ledger, head.id).await;
    before.unwrap_or_else(|error| {
        say::note(&format!("What has changed is not marked: {error}"));
        None
    })
}

fn write(args: &Args, format: Format, past: &Past, before: Option<&Event>) -> Result<Code> {
    let sheet = sheet(args, past, before)?;
    let content = match format {
        Format::Table => sheet.to_table(layout(args)).into_bytes(),
        Format::Csv => sheet.to_csv().into_bytes(),
        Format::Html => sheet.to_html().into_bytes(),
        Format::Xlsx => sheet.to_xlsx().map_err(Failure::failed)?,
    };
    match &args.output {
        Some(path) => OutputFile::RunSheet.hand_out(path, &content)?,
        None => result::text(&String::from_utf8_lossy(&content))?,
    }
    Ok(Code::Done)
}

fn sheet(args: &Args, past: &Past, before: Option<&Event>) -> Result<RunSheet> {
    let audience = if args.for_attendees {
        Audience::Attendee
    } else {
        Audience::Organiser
    };
    let in_force = &past.in_force;
    let zone = in_force.event.zone();
    let state = AsOf {
        revision: in_force.revision.as_ref().map(|revision| revision.id),
        made: past.now(&args.event)?.to_zoned(zone),
        schedule: &in_force.schedule,
        before,
    };
    let event = &in_force.event;
    let sheet = RunSheet::of(event, &past.told, audience).as_of(event, state);
    match args.whom.as_ref().map(|whom| whom.in_event(event)) {
        None => Ok(sheet),
        Some(Whom::Person(email)) => Err(Failure::usage(
            "a run sheet is for everybody or for one room",
        )
        .hint(format!(
            "`showcaller calendar --for person {email}` is for one person"
        ))),
        Some(ref whom @ Whom::Room(ref room)) => {
            whom.check(event)?;
            Ok(sheet.for_room(room))
        }
    }
}

fn layout(args: &Args) -> Layout {
    if args.wide {
        return Layout::Wide;
    }
    Layout::Narrow {
        width: u16::try_from(page::columns()).unwrap_or(u16::MAX),
    }
}
