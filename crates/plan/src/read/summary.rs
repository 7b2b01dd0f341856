//! What a plan came to, in one sentence.

use std::collections::BTreeSet;

use super::outcome::held_until;
use super::words::{count, list, thousands};
use crate::plan::{HeldReason, Plan};
use crate::tally::{Fate, Tally, Verdict};

/// What became of everything that the plan names, in one sentence without a line break.
#[must_use]
pub fn summary(plan: &Plan, tally: &Tally) -> String {
    let (done, total) = (tally.of(Fate::Done), tally.total());
    match (tally.verdict(), total) {
        (Verdict::Settled, 1) if done == 1 => return "Done: 1 change.".to_owned(),
        (Verdict::Settled, _) if done == total => {
            return format!("Done: all {} changes.", thousands(total));
        }
        _ => {}
    }
    let until = held_until(plan).map_or(String::new(), |until| format!(" until {until}"));
    let flags = format!(" for {}", flags(plan));
    let parts = [
        (Fate::Failed, "failed", "failed", ""),
        (Fate::Unclear, "is unclear", "are unclear", ""),
        (Fate::NotTried, "was not tried", "were not tried", ""),
        (Fate::Stopped, "was not reached", "were not reached", ""),
        (
            Fate::Blocked,
            "is not possible yet",
            "are not possible yet",
            "",
        ),
        (Fate::Waiting, "waits", "wait", &until),
        (Fate::Held, "waits", "wait", &flags),
        (Fate::Left, "stays as it is", "stay as they are", ""),
    ];
    let parts = parts.into_iter().filter(|(fate, ..)| tally.of(*fate) > 0);
    let parts = parts.map(|(fate, one, many, rest)| count(tally.of(fate), one, many) + rest);
    let parts: Vec<String> = parts.collect();
    // It may have ended early without anything left.
    let separator = if parts.is_empty() { "" } else { "; " };
    let changes = count(total, "change is", "changes are");
    format!(
        "{} of {changes} done{separator}{}.",
        thousands(done),
        parts.join(", ")
    )
}

/// The flags that something waits for.
fn flags(plan: &Plan) -> String {
    let reasons: BTreeSet<HeldReason> = plan.held.iter().map(|held| held.reason).collect();
    let flags = reasons.into_iter().filter_map(|reason| match reason {
        HeldReason::Removal => Some("--remove"),
        HeldReason::Recreation => Some("--recreate ADDRESS"),
        _ => None,
    });
    list(&flags.collect::<Vec<_>>())
}
