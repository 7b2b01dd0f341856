//! How a report is written: as text, as a page, as a workbook, or as its facts.

use std::path::PathBuf;

use clap::ValueEnum;
use serde::Serialize;
use showcaller_render::document::Document;

use crate::exit::{Failure, Result};
use crate::output_file::OutputFile;
use crate::terminal::{page, result};

/// How a report is written, and where.
#[derive(Debug, clap::Args)]
pub(super) struct WriteArgs {
    /// How to write it [default: as the ending of --output says, else as text]
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// A file to write it to, as in report.html
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
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

impl WriteArgs {
    /// The format that was asked for, or the one that the file's ending stands for. A file that holds
    /// anything else is not written over.
    pub(super) fn format(&self) -> Result<Format> {
        if let Some(path) = &self.output {
            OutputFile::Report.check(path)?;
        }
        let ending = self.output.as_deref().map(|path| {
            let ending = path.extension().and_then(|ending| ending.to_str());
            ending.and_then(|ending| Format::from_str(ending, true).ok())
        });
        match (self.format, ending) {
            (Some(Format::Xlsx), None) => {
                let failure = Failure::usage("a workbook is no text to print");
                Err(failure.hint("name a file for it, as in --output report.xlsx"))
            }
            (Some(format), _) | (None, Some(Some(format))) => Ok(format),
            (None, None) => Ok(Format::Text),
            (None, Some(None)) => {
                let message = "the name of the file does not say how to write the report";
                let hint = "let it end with .txt, .html, .xlsx or .json, or give --format";
                Err(Failure::usage(message).hint(hint))
            }
        }
    }

    /// Writes it; `facts` are what programs read.
    pub(super) fn write(
        &self,
        format: Format,
        document: &Document,
        facts: &impl Serialize,
    ) -> Result<()> {
        let failed = |error: &dyn std::error::Error| Failure::failed(error.to_string());
        if let (Format::Text, None) = (format, &self.output) {
            page::show(&document.to_text(page::width()))?;
            return Ok(());
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
        match (&self.output, format) {
            (Some(path), _) => OutputFile::Report.hand_out(path, &content)?,
            (None, Format::Json) => result::json(&String::from_utf8_lossy(&content))?,
            (None, _) => result::text(&String::from_utf8_lossy(&content))?,
        }
        Ok(())
    }
}
