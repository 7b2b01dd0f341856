//! `showcaller report EVENT`

use std::path::PathBuf;
use std::sync::Arc;

use clap::ValueEnum;
use showcaller_render::report::Facts;

use crate::exit::{Code, Failure};
use crate::output_file::OutputFile;
use crate::session::{EventArgs, Past};
use crate::terminal::{page, result};

/// Say what really happened, beside what was planned
///
/// Needs the event file and the ledger only: no token, no Webex. Meetings as they started and
/// ended, cues and how late they were, what people asked and how soon they were answered, what was
/// changed during the event. Words of questions that were not understood are shown without names,
/// to be added to the file; after 30 days they are forgotten.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    event: EventArgs,

    /// How to write it [default: as the ending of --output says, else as text]
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// A file to write it to, as in report.html
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for the terminal
    #[value(alias = "txt")]
    Text,
    /// A page to read, with plots, and to print
    #[value(alias = "htm")]
    Html,
    /// A workbook, for a file
    Xlsx,
    /// The facts, for programs
    Json,
}

pub(crate) async fn run(args: &Args) -> Result<Code, Failure> {
    let format = format(args)?;
    if let Some(path) = &args.output {
        OutputFile::Report.check(path)?;
    }
    let past = Past::read(&args.event).await?;
    let now = past.now(&args.event);
    let facts = match now {
        Ok(now) => {
            let in_force = Arc::new(past.in_force.clone());
            let facts = showcaller_engine::report(past.ledger(), in_force, now).await;
            facts.map_err(Failure::from)
        }
        Err(failure) => Err(failure),
    };
    past.close().await;
    write(args, format, &facts?)
}

/// The format that was asked for, or the one that the file's ending stands for.
fn format(args: &Args) -> Result<Format, Failure> {
    let ending = args.output.as_deref().map(|path| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        ending.and_then(|ending| Format::from_str(ending, true).ok())
    });
    match (args.format, ending) {
        (Some(Format::Xlsx), None) => {
            let failure = Failure::new(Code::Usage, "a workbook is no text to print");
            Err(failure.hint("name a file for it, as in --output report.xlsx"))
        }
        (Some(format), _) | (None, Some(Some(format))) => Ok(format),
        (None, None) => Ok(Format::Text),
        (None, Some(None)) => {
            let message = "the name of the file does not say how to write the report";
            let hint = "let it end with .txt, .html, .xlsx or .json, or give --format";
            Err(Failure::new(Code::Usage, message).hint(hint))
        }
    }
}

fn write(args: &Args, format: Format, facts: &Facts) -> Result<Code, Failure> {
    let document = facts.document();
    let failed = |error: &dyn std::error::Error| Failure::new(Code::Failed, error.to_string());
    if let (Format::Text, None) = (format, &args.output) {
        page::show(&document.to_text(page::width()))?;
        return Ok(Code::Done);
    }
    let content = match format {
        Format::Text => document.to_text(page::width()).to_string().into_bytes(),
        Format::Html => document.to_html().into_bytes(),
        Format::Xlsx => document.to_xlsx().map_err(|error| failed(&error))?,
        Format::Json => {
            let json = serde_json::to_string_pretty(facts);
            json.map_err(|error| failed(&error))?.into_bytes()
        }
    };
    match (&args.output, format) {
        (Some(path), _) => OutputFile::Report.hand_out(path, &content)?,
        (None, Format::Json) => result::json(&String::from_utf8_lossy(&content))?,
        (None, _) => result::text(&String::from_utf8_lossy(&content))?,
    }
    Ok(Code::Done)
}
