//! The log, on standard error.

use std::io::Write;

use showcaller_event::controls::visible_lines;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _};

use super::result::escaped;
use super::warnings::Warnings;
use crate::environment;

/// Standard error, on which everything is visible that a terminal would obey.
struct Visible {
    json: bool,
}

impl Write for Visible {
    /// Takes a whole entry.
    fn write(&mut self, entry: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(entry);
        let shown = match self.json {
            true => escaped(&text).into(),
            false => visible_lines(&text),
        };
        std::io::stderr().lock().write_all(shown.as_bytes())?;
        Ok(entry.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Starts the log: `SHOWCALLER_LOG` says what, or the number of `--log` on the command line does, and
/// `SHOWCALLER_LOG_FORMAT=json` makes each line an object. Where nothing of this is said, a command that
/// runs for long says [`warnings`](super::warnings) in sentences.
pub(crate) fn start(verbosity: u8, is_long: bool) {
    let given = environment::get(environment::LOG);
    let json = environment::get(environment::LOG_FORMAT).as_deref() == Some("json");
    let in_sentences = is_long && verbosity == 0 && given.is_none() && !json;
    let level = match verbosity {
        0 if in_sentences => "error,showcaller_engine=off,showcaller_server=off",
        0 if is_long => "error,showcaller_engine=warn,showcaller_server=warn",
        // The simulator warns of calls that break Webex's rules; who asked for that shall see it.
        0 => "error,showcaller_simulator=warn",
        1 => {
            "showcaller=info,showcaller_engine=info,showcaller_webex=info,showcaller_server=info,warn"
        }
        _ => {
            "showcaller=debug,showcaller_engine=debug,showcaller_webex=debug,showcaller_server=debug,\
             showcaller_simulator=debug,info"
        }
    };
    let filter = EnvFilter::new(given.unwrap_or_else(|| level.to_owned()));
    // Colours would be in the way of a file, and of telling them from what others wrote.
    let log = tracing_subscriber::fmt::layer()
        .with_writer(move || Visible { json })
        // What cannot be said to a terminal that is gone must not end a run half way.
        .log_internal_errors(false)
        .with_ansi(false)
        .with_target(false);
    let log = match json {
        true => log.json().flatten_event(true).boxed(),
        false => log.boxed(),
    };
    tracing_subscriber::registry()
        .with(log.with_filter(filter))
        .with(in_sentences.then(Warnings::layer))
        .init();
}
