//! A rehearsal, from the files to what came of it.

use serde_json::Value;

use crate::error::Error;
use crate::play::{Audience, Settings, play};
use crate::record::Record;
use crate::stage::{Files, Stage};

/// What came of a rehearsal.
#[derive(Debug)]
pub struct Rehearsed {
    /// What people did.
    pub record: Record,
    /// The simulated world at the end, as its `GET /_simulator/world` shows it.
    pub world: Value,
    /// Every fault, and how often it has struck.
    pub faults: Vec<(String, u64)>,
}

/// Plays a whole event, from an empty Webex to the last cue. `audience` is told of everything as it happens.
/// To be called on a runtime with one thread: then the same seed gives the same rehearsal.
///
/// # Errors
///
/// It could not be played. That the event is not ready is in the report.
pub async fn rehearse(
    files: &Files,
    settings: &Settings,
    audience: Audience<'_>,
) -> Result<Rehearsed, Error> {
    let clock = Stage::clock_of(&files.event);
    let played = clock.run(Box::pin(async {
        let stage = Stage::new(&files.event, settings, &clock).await?;
        let record = play(&stage, files, settings, audience).await?;
        Ok::<_, Error>(Rehearsed {
            record,
            world: stage.simulator.world(),
            faults: stage.struck(),
        })
    }));
    played.await
}
