//! Why a rehearsal could not be played.

/// Why a rehearsal could not be played. That the event is not ready is no error: it is in the report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The simulator does not take its settings.
    #[error("the simulated Webex cannot be set up: {0}")]
    Simulator(#[from] showcaller_simulator::ConfigError),
    /// The client does not take its settings.
    #[error(transparent)]
    Client(#[from] showcaller_webex::SettingsError),
    /// The ledger fails.
    #[error(transparent)]
    Ledger(#[from] showcaller_ledger::Error),
    /// The engine gives up.
    #[error(transparent)]
    Engine(#[from] showcaller_engine::Error),
    /// A process ended by itself.
    #[error("a process that served the event ended: {0}")]
    Process(String),
    /// The simulator refuses what a person did.
    #[error("the simulated Webex refused {what}: {why}")]
    Refused {
        /// What was done.
        what: String,
        /// In its words.
        why: String,
    },
}
