//! How the processes that use one owner's token divide what the owner may do.

use showcaller_ledger::{Need, Share};
use showcaller_webex::Lane;

/// Each need weighs so many times the one below it: when cues wait, idle processes have yielded
/// nearly all of their part, then those that provision, then those that answer.
const STEP: f64 = 8.0;

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
/// alive. The parts of all of them are 1 together.
pub(super) fn part(mine: Need, share: &Share) -> f64 {
    let weight = |need: Need| STEP.powi(need as i32);
    let counted = share.alive[mine as usize];
    let others: f64 = Need::ALL
        .into_iter()
        .map(|need| share.alive[need as usize] as f64 * weight(need))
        .sum();
    // The ledger may not count this process, if its clock is far off.
    let all = if counted == 0 {
        others + weight(mine)
    } else {
        others
    };
    weight(mine) / all
}

/// Whether cues wait in other processes: then everything less urgent in this one, which has this need, waits
/// for them.
pub(super) fn elsewhere(mine: Need, share: &Share) -> Option<Lane> {
    let cues = share.alive[Need::Cues as usize];
    let others = cues.saturating_sub(u64::from(mine == Need::Cues));
    (others > 0).then_some(Lane::Cue)
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
            assert!((part(need, &among(alive)) - 1.0).abs() < 1e-9);
            alive[need as usize] = 4;
            assert!((part(need, &among(alive)) - 0.25).abs() < 1e-9);
        }
    }

    #[test]
    fn idle_processes_yield_first_then_provisioning_then_answers() {
        // Percent of the whole for each process, by what waits: idle, provisioning, answers, cues.
        let parts = |alive: [u64; 4]| {
            let share = among(alive);
            Need::ALL.map(|need| match alive[need as usize] {
                0 => 0,
                _ => (part(need, &share) * 100.0).round() as i32,
            })
        };
        for (alive, expected) in [
            ([1, 1, 0, 0], [11, 89, 0, 0]),
            ([3, 1, 0, 0], [9, 73, 0, 0]),
            ([1, 0, 1, 0], [2, 0, 98, 0]),
            ([0, 1, 1, 0], [0, 11, 89, 0]),
            ([0, 1, 0, 1], [0, 2, 0, 98]),
            ([0, 0, 1, 1], [0, 0, 11, 89]),
            ([1, 1, 1, 1], [0, 1, 11, 88]),
            ([2, 1, 1, 2], [0, 1, 6, 47]),
        ] {
            assert_eq!(parts(alive), expected, "{alive:?}");
        }
    }

    #[test]
    fn the_parts_of_all_are_the_whole_and_none_is_shut_out() {
        for code in 1..256_u64 {
            let alive = [code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6];
            let share = among(alive);
            let parts = Need::ALL.map(|need| alive[need as usize] as f64 * part(need, &share));
            assert!((parts.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{alive:?}");
            for need in Need::ALL {
                assert!(part(need, &share) > 0.0);
            }
        }
    }
}
