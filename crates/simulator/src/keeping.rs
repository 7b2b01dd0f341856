//! Saving a world whole, and writing down in between what happens to it.

use jiff::Timestamp;
use serde_json::Value;
use std::sync::PoisonError;
use uuid::Uuid;

use crate::config::ConfigError;
use crate::http::again;
use crate::journal::{self, Entry, Journal, What};
use crate::refusal::{Refusal, Served};
use crate::simulator::{Simulator, State};
use crate::world::meetings::{self, Place};
use crate::world::{Asking, World, quota};

/// Who changes something, and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Changing<'a> {
    pub(crate) at: Timestamp,
    pub(crate) person: Uuid,
    pub(crate) client: &'a str,
}

impl<'a> Changing<'a> {
    pub(crate) fn by(asking: &Asking<'a>) -> Self {
        Self {
            at: asking.now,
            person: asking.person,
            client: asking.client,
        }
    }
}

impl Simulator {
    /// The whole world, to be given to [`load`](Self::load) another day. It holds the simulated
    /// tokens; calls, findings and rate limits are not in it.
    #[must_use]
    pub fn save(&self) -> Value {
        serde_json::to_value(&self.state().world).unwrap_or_default()
    }

    /// Saves the world by `keep`, while nothing changes, and lets the journal begin anew. Where
    /// only the latter fails, nothing is lost: what a saved world has in it is not done again.
    ///
    /// # Errors
    ///
    /// `keep` fails.
    pub fn fold(&self, keep: impl FnOnce(&Value) -> std::io::Result<()>) -> std::io::Result<()> {
        let state = self.state();
        keep(&serde_json::to_value(&state.world)?)?;
        let mut journal = self.journal();
        if let Some(Err(error)) = journal.as_mut().map(|journal| journal.clear()) {
            tracing::warn!(%error, "the journal could not begin anew");
        }
        Ok(())
    }

    /// From now on every change is written down by `journal` before it is made.
    pub fn keep_journal(&self, journal: Box<dyn Journal>) {
        let _state = self.state();
        *self.journal() = Some(journal);
    }

    /// Writes down what is about to be done, and counts it.
    pub(crate) fn write_down(
        &self,
        state: &mut State,
        by: &Changing<'_>,
        what: &What,
    ) -> std::io::Result<()> {
        let revision = state.world.revision + 1;
        if let Some(journal) = self.journal().as_mut() {
            let entry = Entry {
                revision,
                at: by.at,
                person: by.person,
                client: by.client.to_owned(),
                switches: state.settings.clone(),
                quota: self.inner.settings.meeting_quota,
                what: what.clone(),
            };
            journal.append(&serde_json::to_string(&entry)?)?;
        }
        state.world.revision = revision;
        Ok(())
    }

    fn journal(&self) -> std::sync::MutexGuard<'_, Option<Box<dyn Journal>>> {
        let journal = self.inner.journal.lock();
        journal.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does again what a journal says, as far as the world does not have it yet.
///
/// # Errors
///
/// The lines are no journal, or not one that goes on from this world.
pub(crate) fn replay(world: &mut World, journal: &str) -> Result<(), ConfigError> {
    for entry in journal::read(journal)? {
        let has = world.revision;
        if entry.revision <= has {
            continue;
        }
        if entry.revision != has + 1 {
            return Err(ConfigError::Journal {
                has,
                next: entry.revision,
            });
        }
        redo(world, &entry)?;
        world.revision = entry.revision;
    }
    Ok(())
}

fn redo(world: &mut World, entry: &Entry) -> Result<(), ConfigError> {
    let switches = entry.switches()?;
    let asking = Asking {
        person: entry.person,
        client: &entry.client,
        now: entry.at,
        switches: &switches,
        // No answer is read.
        base: "",
    };
    match &entry.what {
        What::Token { email, token } => world.give_token(&asking, email, token),
        What::Counted => quota::count(world, &asking),
        // What was refused then is refused again.
        What::Joined { email, .. } | What::Left { email, .. } => {
            let person = match email {
                Some(email) => world.sign_in(&asking, email),
                None => asking.person,
            };
            let _ = attend(world, &Asking { person, ..asking }, &entry.what);
        }
        What::Ended { .. } => drop(attend(world, &asking, &entry.what)),
        What::ShutOff { webhook } => world.shut_off(*webhook, entry.at),
        call @ What::Call { .. } => again(world, &asking, entry.quota, call),
    }
    // Webhooks heard of it then.
    world.events.clear();
    Ok(())
}

/// A person joins or leaves a meeting, or it ends, as it was written down.
pub(crate) fn attend(world: &mut World, asking: &Asking<'_>, what: &What) -> Served {
    match what {
        What::Joined { meeting, lobby, .. } => {
            let place = if *lobby { Place::Lobby } else { Place::Inside };
            meetings::join(world, asking, meeting, place)
        }
        What::Left { meeting, .. } => meetings::leave(world, asking, meeting),
        What::Ended { meeting } => meetings::end(world, asking, meeting),
        _ => Err(Refusal::malformed()),
    }
}
