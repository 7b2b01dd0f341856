//! How the processes that use one owner's token divide what the owner may do.

use jiff::{SignedDuration, Timestamp};
use showcaller_ledger::{Need, Share};
use showcaller_webex::Lane;

/// Each need weighs so many times the one below it: idle processes have yielded nearly all of their part
/// first, then those that provision.
const STEP: f64 = 8.0;

/// What processes with cues have of the whole beside others: less than all of it, because a client with all
/// takes each 429 for its own doing, and some are due to calls that the others began before they heard of
/// the cues.
const NEARLY_ALL: f64 = 0.98;

/// For how long a limit that another process has learnt is believed.
const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// A limit is noted again when it is another by more than this part.
const ANOTHER: f64 = 0.02;

/// What a client needs that has calls on this lane, the most urgent of its lanes.
pub(super) fn need(busiest: Option<Lane>) -> Need {
    match busiest {
        None => Need::Idle,
        Some(Lane::Provisioning) => Need::Provision,
        Some(Lane::Answer) => Need::Answers,
        Some(Lane::Cue) => Need::Cues,
    }
}

/// The part of the whole, above 0 and at most 1, of a process with this need, among those that are
/// alive. The parts of all of them are 1 together, or nearly. `None` if cues wait in others: then it has none, and makes
/// no call, until they are over.
pub(super) fn part(mine: Need, share: &Share) -> Option<f64> {
    let alive = |need: Need| share.alive[need as usize] as f64;
    // The ledger may not count this process, if its clock is far off.
    let counted = |need| alive(need).max(if need == mine { 1.0 } else { 0.0 });
    let cues = counted(Need::Cues);
    match mine {
        Need::Cues => {
            let others = [Need::Idle, Need::Provision, Need::Answers].map(alive);
            let beside = others.iter().any(|count| *count > 0.0);
            return Some(if beside { NEARLY_ALL } else { 1.0 } / cues);
        }
        _ if cues > 0.0 => return None,
        _ => {}
    }
    let weight = |need: Need| STEP.powi(need as i32);
    let all: f64 = Need::ALL
        .map(|need| counted(need) * weight(need))
        .iter()
        .sum();
    Some(weight(mine) / all)
}

/// What the others may need that do not know yet that this process shares the owner: a process that is alone says
/// nothing but cues at once.
pub(super) fn supposed(mine: Need, share: &Share) -> Share {
    let mut alive = share.alive;
    let own = alive[mine as usize].min(1);
    alive[mine as usize] -= own;
    let quiet = std::mem::take(&mut alive[Need::Idle as usize])
        + std::mem::take(&mut alive[Need::Provision as usize]);
    alive[Need::Answers as usize] += quiet;
    alive[mine as usize] += own;
    Share {
        alive,
        ..share.clone()
    }
}

/// What others have learnt of a limit, if that is not long ago.
pub(super) fn heard(share: &Share, now: Timestamp) -> Option<f64> {
    let age = now.duration_since(share.learned_at?);
    share.learned_per_minute.filter(|_| age <= FRESH)
}

/// Whether this client has learnt another limit than the others know.
pub(super) fn is_news(share: &Share, whole: f64) -> bool {
    let close = |known: f64| (whole / known - 1.0).abs() <= ANOTHER;
    !share.learned_per_minute.is_some_and(close)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn among(alive: [u64; 4]) -> Share {
        Share {
            owner: "bot".to_owned(),
            alive,
            learned_per_minute: None,
            learned_at: None,
        }
    }

    #[test]
    fn a_process_alone_has_all_and_equals_have_equal_parts() {
        for need in Need::ALL {
            let mut alive = [0; 4];
            alive[need as usize] = 1;
            assert_eq!(part(need, &among(alive)), Some(1.0));
            alive[need as usize] = 4;
            assert_eq!(part(need, &among(alive)), Some(0.25));
        }
    }

    #[test]
    fn one_that_begins_supposes_that_the_others_answer() {
        for (mine, alive, expected) in [
            (Need::Provision, [1, 1, 0, 0], [0, 1, 1, 0]),
            (Need::Idle, [2, 0, 0, 0], [1, 0, 1, 0]),
            (Need::Cues, [0, 2, 1, 1], [0, 0, 3, 1]),
            // The ledger may not count this process.
            (Need::Answers, [1, 0, 0, 0], [0, 0, 1, 0]),
        ] {
            assert_eq!(supposed(mine, &among(alive)).alive, expected, "{alive:?}");
        }
    }

    #[test]
    fn idle_processes_yield_first_then_provisioning_and_all_of_them_to_cues() {
        // Percent of the whole for each process, by what waits: idle, provisioning, answers, cues.
        let parts = |alive: [u64; 4]| {
            let share = among(alive);
            Need::ALL.map(|need| match (alive[need as usize], part(need, &share)) {
                (0, _) | (_, None) => 0,
                (_, Some(part)) => (part * 100.0).round() as i32,
            })
        };
        for (alive, expected) in [
            ([1, 1, 0, 0], [11, 89, 0, 0]),
            ([3, 1, 0, 0], [9, 73, 0, 0]),
            ([1, 0, 1, 0], [2, 0, 98, 0]),
            ([0, 1, 1, 0], [0, 11, 89, 0]),
            ([0, 0, 0, 2], [0, 0, 0, 50]),
            ([0, 1, 0, 1], [0, 0, 0, 98]),
            ([0, 0, 1, 1], [0, 0, 0, 98]),
            ([1, 1, 1, 1], [0, 0, 0, 98]),
            ([2, 1, 1, 2], [0, 0, 0, 49]),
        ] {
            assert_eq!(parts(alive), expected, "{alive:?}");
        }
    }

    #[test]
    fn the_parts_of_all_are_the_whole_and_none_is_shut_out_but_by_cues() {
        for code in 1..256_u64 {
            let alive = [code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6];
            let share = among(alive);
            let there = Need::ALL.into_iter().filter(|it| alive[*it as usize] > 0);
            let parts: Vec<_> = there.map(|it| (it, part(it, &share))).collect();
            let all = parts
                .iter()
                .filter_map(|(need, part)| Some(alive[*need as usize] as f64 * (*part)?));
            let all: f64 = all.sum();
            let whole = if alive[3] > 0 && alive[..3] != [0; 3] {
                NEARLY_ALL
            } else {
                1.0
            };
            assert!((all - whole).abs() < 1e-9, "{alive:?}");
            for (need, part) in parts {
                let waits = alive[3] > 0 && need != Need::Cues;
                assert_eq!(part.is_none_or(|part| part <= 0.0), waits, "{alive:?}");
            }
        }
    }
}
