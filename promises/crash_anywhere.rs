//! Promise 2 at every place: whatever call the program dies at, and on whichever side of it, the
//! next run brings out the very world that an undisturbed one makes. Nothing twice, nothing lost.
//!
//! A run is forked where it might die rather than begun anew: world, clock and ledger are copied
//! there, and a new process goes on from the copy. By default every k-th place is tried, and with
//! `SHOWCALLER_LONG` all of them.

pub(crate) mod chance;
mod directed;
pub(crate) mod left;
pub(crate) mod recovery;
pub(crate) mod reference;
mod samples;
pub(crate) mod sweep;

pub(crate) use recovery::run;
use sweep::Sweep;

use crate::files::Files;

/// Every `k`-th place, unless there is time for all of them.
pub(crate) fn every(k: usize) -> usize {
    match std::env::var_os("SHOWCALLER_LONG") {
        Some(_) => 1,
        None => k,
    }
}

#[tokio::test]
async fn while_the_reference_event_is_made() {
    let event = reference::made().event();
    Sweep::of(&event, None, &[]).await.survives(every(16)).await;
}

#[tokio::test]
async fn while_a_bit_of_everything_in_the_reference_event_changes() {
    let (before, event) = (reference::made().event(), reference::changed().event());
    Sweep::of(&event, Some(&before), &[])
        .await
        .survives(every(8))
        .await;
}

#[tokio::test]
async fn at_every_place_of_a_small_event() {
    let event = Files::of_example("workshop").event();
    Sweep::of(&event, None, &[]).await.survives(every(1)).await;
}

/// So many samples, unless there is time for more.
pub(crate) fn samples(some: u64) -> u64 {
    match std::env::var_os("SHOWCALLER_LONG") {
        Some(_) => 2_500,
        None => some,
    }
}

#[tokio::test]
async fn with_eight_calls_in_flight_while_the_reference_event_is_made() {
    let event = reference::made().event();
    let sweep = Sweep::of(&event, None, &[]).await;
    sweep.survives_samples(samples(40)).await;
}

#[tokio::test]
async fn with_eight_calls_in_flight_while_a_bit_of_everything_changes() {
    let (before, event) = (reference::made().event(), reference::changed().event());
    let sweep = Sweep::of(&event, Some(&before), &[]).await;
    sweep.survives_samples(samples(40)).await;
}

/// What was made in the last moments before the death is in no list for most of the settle window.
#[tokio::test]
async fn with_eight_calls_in_flight_while_webex_shows_things_late() {
    let event = Files::of_example("workshop").event();
    let late = ["create-visibility-delay=55", "tag-delay=55"];
    let sweep = Sweep::of(&event, None, &late).await;
    sweep.survives_samples(samples(60)).await;
}
