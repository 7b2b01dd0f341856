//! The log, on standard error.

use tracing_subscriber::EnvFilter;

use crate::environment;

/// Starts the log: `SHOWCALLER_LOG` says what, or the number of `--log` on the command line does, and
/// `SHOWCALLER_LOG_FORMAT=json` makes each line an object.
pub(crate) fn start(verbosity: u8) {
    let level = match verbosity {
        // The simulator warns of calls that break Webex's rules; whoever asked for that shall see it.
        0 => "error,showcaller_simulator=warn,showcaller_server=warn",
        1 => {
            "showcaller=info,showcaller_engine=info,showcaller_webex=info,showcaller_server=info,warn"
        }
        _ => {
            "showcaller=debug,showcaller_engine=debug,showcaller_webex=debug,showcaller_server=debug,\
             showcaller_simulator=debug,info"
        }
    };
    let filter = environment::get(environment::LOG).unwrap_or_else(|| level.to_owned());
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .with_target(false);
    match environment::get(environment::LOG_FORMAT).as_deref() {
        Some("json") => log.json().flatten_event(true).init(),
        _ => log.init(),
    }
}
