//! The log, on standard error.

use tracing_subscriber::EnvFilter;

use crate::environment;

/// Starts the log: `SHOWCALLER_LOG` says what, or the number of `--log` on the command line does.
pub(crate) fn start(verbosity: u8) {
    let level = match verbosity {
        // The simulator warns of calls that break Webex's rules; whoever asked for that shall see it.
        0 => "error,showcaller_simulator=warn",
        1 => {
            "showcaller=info,showcaller_engine=info,showcaller_webex=info,showcaller_simulator=warn,warn"
        }
        _ => {
            "showcaller=debug,showcaller_engine=debug,showcaller_webex=debug,showcaller_simulator=debug,info"
        }
    };
    let filter = environment::get(environment::LOG).unwrap_or_else(|| level.to_owned());
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .with_target(false)
        .init();
}
