//! `showcaller simulator`

mod args;
mod serve;
mod switches;

use crate::exit::{Code, Result};

pub(super) use args::Args;

pub(super) async fn run(args: Args) -> Result<Code> {
    if args.wants_switches() {
        switches::show();
        return Ok(Code::Done);
    }
    serve::run(args).await
}
