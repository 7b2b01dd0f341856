//! How an event is rehearsed.

use showcaller_event::model::Email;
use showcaller_simulator::Fault;

use crate::script::Replay;

/// How an event is rehearsed.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Same seed, same rehearsal.
    pub seed: u64,
    /// At least so many questions are asked, unless a recording is played.
    pub questions: usize,
    /// Who has no host account on Webex, whatever the file makes them.
    pub without_host_account: Vec<Email>,
    /// What goes wrong while the event is set up.
    pub setup_faults: Vec<Fault>,
    /// Whose questions are asked instead of drawn ones.
    pub replay: Option<Replay>,
    /// What goes wrong while the event is served.
    pub faults: Vec<Fault>,
    /// How often a process dies in the middle of the show.
    pub crashes: usize,
    /// How many processes serve at the same time.
    pub replicas: usize,
    /// Whether each call and each answer is judged by what Webex documents: for tests of the client and the
    /// simulator, at the cost of a sixth of the time.
    pub strict: bool,
}

impl Settings {
    /// Whether nothing goes wrong on purpose.
    pub(super) fn is_calm(&self) -> bool {
        self.faults.is_empty() && self.crashes == 0
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 1,
            questions: 500,
            without_host_account: Vec::new(),
            setup_faults: Vec::new(),
            replay: None,
            faults: Vec::new(),
            crashes: 0,
            replicas: 1,
            strict: true,
        }
    }
}
