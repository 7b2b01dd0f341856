//! One event file becomes a whole Webex event, everybody is guided to the right meeting, and the
//! cues get called.
//!
//! `commands` holds one file per command: its arguments, its help, and what it does. `session`
//! opens what they work on: the event file, the ledger, Webex or its stand-in. `terminal` is all
//! that people see. Decisions live in the library crates.

mod commands;
mod disk;
mod environment;
mod exit;
mod interrupt;
mod output_file;
mod port;
mod session;
mod terminal;

use std::process::ExitCode;

/// A rehearsal makes and frees many small things, for which the allocator of the system takes a fifth of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = commands::parse();
    // Building a TLS client without a chosen provider panics; there is one, chosen here.
    let _ = rustls::crypto::ring::default_provider().install_default();
    terminal::log::start(cli.verbosity(), cli.runs_for_long());
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            terminal::say::error(&format!("the program cannot start: {error}"), None);
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(commands::run(cli));
    match outcome {
        Ok(code) => code.into(),
        Err(failure) => {
            failure.show();
            failure.code.into()
        }
    }
}
