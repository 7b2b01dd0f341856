//! Every environment variable that Showcaller reads, and who it is that runs it.

use showcaller_engine::ThisProcess;

/// Where Webex's API is; `…/v1`. The default is Webex itself.
pub(crate) const API_URL: &str = "WEBEX_API_URL";
/// The bot's token.
pub(crate) const BOT_TOKEN: &str = "WEBEX_BOT_TOKEN";
/// The token of the event's only host, or of every host that has no variable of its own.
pub(crate) const HOST_TOKEN: &str = "WEBEX_HOST_TOKEN";
/// The ledger, where `--ledger` does not say.
pub(crate) const LEDGER: &str = "SHOWCALLER_LEDGER";
/// What is logged on standard error, as in `showcaller_webex=debug`.
pub(crate) const LOG: &str = "SHOWCALLER_LOG";
/// How the log is written: `json`, or for people.
pub(crate) const LOG_FORMAT: &str = "SHOWCALLER_LOG_FORMAT";
/// Where the machine keeps its zone data, if not in the usual folder.
pub(crate) const ZONE_FOLDER: &str = "TZDIR";

/// The real Webex.
pub(crate) const WEBEX: &str = "https://webexapis.com/v1";

/// The variable for one host's token: `WEBEX_HOST_TOKEN_EVENTS_EXAMPLE_COM` for
/// `events@example.com`.
pub(crate) fn host_token(email: &str) -> String {
    let name: String = email
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect();
    format!("{HOST_TOKEN}_{name}")
}

/// A variable that is set to something.
pub(crate) fn get(name: &str) -> Option<String> {
    std::env::var(name)
        .ok()
        .filter(|value| !value.trim().is_empty())
}

/// This process, as another that finds the event busy is told of it: `user@machine pid N`.
pub(crate) fn process() -> ThisProcess {
    ThisProcess::started(process_name())
}

/// What people read of this process.
pub(crate) fn process_name() -> String {
    format!("{} pid {}", operator(), std::process::id())
}

/// Who types the command: `user@machine`.
pub(crate) fn operator() -> String {
    let user = get("USER").unwrap_or_else(|| "somebody".to_owned());
    let machine = machine().unwrap_or_else(|| "this machine".to_owned());
    format!("{user}@{machine}")
}

/// The name of this machine.
pub(crate) fn machine() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    name.map(|name| name.trim().to_owned())
        .or_else(|| get("HOSTNAME"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_host_has_a_variable_of_its_own() {
        assert_eq!(
            super::host_token("events.team@example.com"),
            "WEBEX_HOST_TOKEN_EVENTS_TEAM_EXAMPLE_COM"
        );
    }
}
