//! `showcaller runsheet EVENT`

use std::io::IsTerminal as _;
use std::path::PathBuf;

use clap::ValueEnum;
use jiff::tz::TimeZone;
use showcaller_event::Event;
use showcaller_render::runsheet::{AsOf, Audience, Layout, RunSheet};

use super::whom::Whom;
use crate::exit::{Code, Failure};
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

    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,

    /// A file to write it to
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
    Table,
    /// Comma-separated values
    Csv,
    /// A workbook; needs --output
    Xlsx,
    /// A page to print, and for a phone
    Html,
}

pub(crate) async fn run(args: &Args) -> Result<Code, Failure> {
    if args.wide && args.format != Format::Table {
        return Err(Failure::new(
            Code::Usage,
            "--wide is for tables; the other formats have every column anyway",
        ));
    }
    let workbook = args.format == Format::Xlsx && args.output.is_none();
    if workbook && std::io::stdout().is_terminal() {
        return Err(
            Failure::new(Code::Usage, "a workbook cannot be shown on a terminal")
                .hint("name a file for it, as in --output runsheet.xlsx"),
        );
    }
    let past = Past::read(&args.event).await?;
    let before = before(args, &past).await;
    let written = before.and_then(|before| write(args, &past, before.as_ref()));
    past.close().await;
    written
}

/// The event of the revision before, of which the page marks what has changed since.
async fn before(args: &Args, past: &Past) -> Result<Option<Event>, Failure> {
    let revision = past.in_force.revision.as_ref();
    match (past.ledger(), revision, args.format) {
        (Some(ledger), Some(head), Format::Html) => {
            let before = showcaller_engine::event_before(ledger, head.id).await;
            Ok(before.unwrap_or_else(|error| {
                say::note(&format!("What has changed is not marked: {error}"));
                None
            }))
        }
        _ => Ok(None),
    }
}

fn write(args: &Args, past: &Past, before: Option<&Event>) -> Result<Code, Failure> {
    let sheet = sheet(args, past, before)?;
    let content = match args.format {
        Format::Table => sheet.to_table(layout(args)).into_bytes(),
        Format::Csv => sheet.to_csv().into_bytes(),
        Format::Html => sheet.to_html().into_bytes(),
        Format::Xlsx => sheet
            .to_xlsx()
            .map_err(|error| Failure::new(Code::Failed, error))?,
    };
    match &args.output {
        Some(path) => result::file(path, &content)?,
        None => result::bytes(&content)?,
    }
    Ok(Code::Done)
}

fn sheet(args: &Args, past: &Past, before: Option<&Event>) -> Result<RunSheet, Failure> {
    let audience = if args.for_attendees {
        Audience::Attendee
    } else {
        Audience::Organiser
    };
    let in_force = &past.in_force;
    let zone = TimeZone::get(&in_force.event.timezone).unwrap_or(TimeZone::UTC);
    let mut sheet = RunSheet::of(&in_force.event, &past.told, audience)
        .with_cues(&in_force.event, &in_force.schedule)
        .as_of(AsOf {
            revision: in_force.revision.as_ref().map(|revision| revision.id),
            made: past.now(&args.event)?.to_zoned(zone),
        });
    if let Some(before) = before {
        sheet = sheet.with_changes(&in_force.event, before);
    }
    match &args.whom {
        None => Ok(sheet),
        Some(Whom::Person(email)) => {
            Err(
                Failure::new(Code::Usage, "a run sheet is for everybody or for one room").hint(
                    format!("`showcaller calendar --for person {email}` is for one person"),
                ),
            )
        }
        Some(whom @ Whom::Room(room)) => {
            whom.check(&past.in_force.event)?;
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
