//! How many meetings a host may create within 24 hours (meetings §12).

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{Asking, World};
use crate::refusal::{Refusal, Served};

const WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// Counts a creation, and refuses it if the quota is used up. The counting comes before anything
/// else is looked at: failed calls count too. A call that the quota itself refuses does not.
pub(crate) fn spend(world: &mut World, asking: &Asking<'_>, quota: Option<u32>) -> Served<()> {
    let Some(quota) = quota else {
        return Ok(());
    };
    let spent = spent_since(world, asking.person, asking.now);
    let most = usize::try_from(quota).unwrap_or(usize::MAX);
    if spent.len() < most {
        spent.push(asking.now);
        return Ok(());
    }
    let free_again = spent.first().map_or(asking.now, |first| *first + WINDOW);
    let code = asking.switches.meeting_quota_code;
    let mut refusal = Refusal::coded(
        code,
        "The user has reached the limit of meetings scheduled in 24 hours.",
    );
    if code == 429 {
        let seconds = free_again.duration_since(asking.now).as_secs();
        refusal.retry_after_seconds = Some(u64::try_from(seconds).unwrap_or(0).max(1));
    }
    Err(refusal)
}

/// Counts a creation that never got as far as [`spend`] (switch `quota-counts-failed`).
pub(crate) fn count(world: &mut World, asking: &Asking<'_>) {
    spent_since(world, asking.person, asking.now).push(asking.now);
}

fn spent_since(world: &mut World, host: Uuid, now: Timestamp) -> &mut Vec<Timestamp> {
    let spent = world.created_meetings.entry(host).or_default();
    spent.retain(|instant| now.duration_since(*instant) < WINDOW);
    spent
}
