//! `showcaller record EVENT`

use std::path::PathBuf;
use std::sync::Arc;

use showcaller_engine::{Error, record};

use crate::exit::{Code, Failure};
use crate::output_file::OutputFile;
use crate::session::{EventArgs, Past};
use crate::terminal::say;

/// Write down what people asked and when, to rehearse with it
///
/// From the event file and the ledger only: no token, no Webex. The recording has questions by
/// what they asked for, presses, when meetings began and ended, and who joined, as far as that is
/// known. People are numbers in it, rooms go by their keys; it has no names, no addresses and no
/// words that people wrote. `rehearse --replay` plays it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    event: EventArgs,

    /// The file to write it to, as in day-1.json
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,

    /// Include the words of questions that were not understood, without names
    ///
    /// Words of people's and rooms' names, addresses and numbers are left out, and all after the
    /// eighth word. Read them before you give the file away: people write anything.
    #[arg(long)]
    include_unanswered_texts: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Code, Failure> {
    OutputFile::Recording.check(&args.out)?;
    let past = Past::read(&args.event).await?;
    let in_force = Arc::new(past.in_force.clone());
    let recording = match past.ledger() {
        Some(ledger) => record(ledger, in_force, args.include_unanswered_texts).await,
        None => Err(Error::NotApplied),
    };
    past.close().await;
    let recording = recording?;
    let json = serde_json::to_vec_pretty(&recording);
    let json = json.map_err(Failure::failed)?;
    OutputFile::Recording.hand_out(&args.out, &json)?;
    if recording.happenings.is_empty() {
        say::remark("nothing has happened yet");
    }
    Ok(Code::Done)
}
