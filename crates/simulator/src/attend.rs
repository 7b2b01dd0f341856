//! People join and leave meetings, which no call of the API does for them.

use uuid::Uuid;

use crate::journal::What;
use crate::keeping::{Changing, attend};
use crate::refusal::{Refusal, Served};
use crate::simulator::Simulator;
use crate::world::Asking;

/// Something that a person cannot do in a meeting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct CannotAttend(String);

/// Where webhooks are to be told, these are called within a Tokio runtime, whose tasks do so.
impl Simulator {
    /// A person joins a meeting: a series or one of its occurrences. Returns the id of the instance, which
    /// is made if nothing runs.
    ///
    /// # Errors
    ///
    /// There is no such meeting.
    pub fn joins(&self, meeting: &str, email: &str) -> Result<String, CannotAttend> {
        self.attends(What::Joined {
            meeting: meeting.to_owned(),
            email: Some(email.to_owned()),
            lobby: false,
        })
    }

    /// A person waits in the lobby until they [join](Self::joins) or [leave](Self::leaves).
    ///
    /// # Errors
    ///
    /// There is no such meeting.
    pub fn waits_in_lobby(&self, meeting: &str, email: &str) -> Result<String, CannotAttend> {
        self.attends(What::Joined {
            meeting: meeting.to_owned(),
            email: Some(email.to_owned()),
            lobby: true,
        })
    }

    /// A person leaves a meeting or its lobby; the last one ends the instance. Returns its id.
    ///
    /// # Errors
    ///
    /// There is no such meeting, or the person is not there.
    pub fn leaves(&self, meeting: &str, email: &str) -> Result<String, CannotAttend> {
        self.attends(What::Left {
            meeting: meeting.to_owned(),
            email: Some(email.to_owned()),
        })
    }

    fn attends(&self, what: What) -> Result<String, CannotAttend> {
        let done = self.attend(&what);
        let done =
            done.map_err(|refusal| CannotAttend(refusal.description.unwrap_or(refusal.message)))?;
        Ok(done["id"].as_str().unwrap_or_default().to_owned())
    }

    /// Writes down that a person joins or leaves, or that a meeting ends, and does it. Who is not named is
    /// the host.
    pub(crate) fn attend(&self, what: &What) -> Served {
        let (meeting, email) = match what {
            What::Joined { meeting, email, .. } | What::Left { meeting, email } => {
                (meeting, email.as_deref())
            }
            What::Ended { meeting } => (meeting, None),
            _ => return Err(Refusal::malformed()),
        };
        let mut guard = self.state();
        let state = &mut *guard;
        let switches = state.switches.clone();
        let anybody = Asking {
            person: Uuid::nil(),
            client: "",
            now: state.time(self.inner.settings.clock.now()),
            switches: &switches,
            base: self.inner.settings.base(),
        };
        let host = state.world.meeting(&anybody, meeting)?.0.host;
        let by = Changing {
            person: host,
            ..Changing::by(&anybody)
        };
        self.write_down(state, &by, what)
            .map_err(|error| Refusal::new(500, error.to_string()))?;
        let person = match email {
            Some(email) => state.world.sign_in(&anybody, email),
            None => host,
        };
        let done = attend(&mut state.world, &Asking { person, ..anybody }, what);
        self.announce(state);
        done
    }
}
