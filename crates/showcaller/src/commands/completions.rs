//! `showcaller completions SHELL`

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::exit::{Code, Result};
use crate::terminal::result;

/// Write what lets a shell complete Showcaller's commands
///
/// As in `source <(showcaller completions bash)`.
#[derive(Debug, clap::Args)]
#[command(hide = true)]
pub(crate) struct Args {
    /// For which shell
    shell: Shell,
}

pub(crate) fn run(args: &Args) -> Result<Code> {
    let mut script = Vec::new();
    let mut command = super::Cli::command();
    clap_complete::generate(args.shell, &mut command, "showcaller", &mut script);
    result::text(&String::from_utf8_lossy(&script))?;
    Ok(Code::Done)
}
