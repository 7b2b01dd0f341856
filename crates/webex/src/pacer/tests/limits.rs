//! Limits that nobody told us are found, kept to, and found again when they change.

use super::bucket::{Limit, Run};

fn run(per_minute: u32, bucket: u32, change: Option<(u32, u32)>) -> Run {
    Run {
        calls: 5_500,
        limit: Limit { per_minute, bucket },
        held: bucket,
        change,
        latency_millis: 150,
        most: 32,
    }
}

/// The promise: within 1.10 times of what the limit allows after the first minute, and at most one
/// 429 in a hundred calls, and one for each change.
fn check(run: &Run) {
    let story = run.play();
    let changes = u32::from(run.change.is_some());
    assert!(story.ratio() <= 1.10, "{run:?}: {story:?}");
    assert!(
        story.refused <= run.calls / 100 + changes,
        "{run:?}: {story:?}"
    );
}

#[test]
fn a_limit_that_stays_is_used_up_and_seldom_overstepped() {
    for per_minute in [60, 150, 300, 600] {
        for bucket in [1, 10, 60, 300] {
            check(&run(per_minute, bucket, None));
        }
    }
}

#[test]
fn a_limit_that_changes_in_mid_run_is_found_again() {
    for (before, after) in [(60, 600), (600, 60), (300, 150), (150, 300)] {
        for bucket in [1, 10, 60, 300] {
            for at in [2_500, 2_750, 3_000] {
                check(&run(before, bucket, Some((at, after))));
            }
        }
    }
}

#[test]
fn where_there_is_no_limit_it_is_found_how_many_calls_may_be_under_way() {
    let free = Run {
        calls: 2_000,
        limit: Limit {
            per_minute: 1_000_000,
            bucket: 1_000_000,
        },
        held: 1_000_000,
        change: None,
        latency_millis: 150,
        most: 32,
    };
    let fixed = f64::from(free.calls) / 32.0 * 0.15;
    let story = free.play();
    assert_eq!((story.refused, story.widest), (0, 32));
    let lost = (story.seconds - fixed) / 0.15;
    assert!(lost <= 1.5, "{lost} round trips");
}

#[test]
fn a_bucket_that_an_earlier_run_has_emptied_costs_a_few_429s_more() {
    for per_minute in [60, 600] {
        for bucket in [1, 10, 60, 300] {
            let emptied = Run {
                held: 0,
                ..run(per_minute, bucket, None)
            };
            let story = emptied.play();
            assert!(story.ratio() <= 1.10, "{emptied:?}: {story:?}");
            assert!(story.refused <= 110, "{emptied:?}: {story:?}");
        }
    }
}

/// Each of them asks now and then whether there is more, and the other one may be refused for it:
/// 429s are more than for one alone, but few.
#[test]
fn two_processes_with_one_token_make_about_what_it_allows_and_one_takes_over_from_the_other() {
    for per_minute in [60, 300, 600] {
        for bucket in [10, 60, 300] {
            let shared = run(per_minute, bucket, None);
            let story = shared.play_shared(&[1_500, 4_000]);
            assert!(story.ratio() <= 1.15, "{shared:?}: {story:?}");
            assert!(story.refused <= 137, "{shared:?}: {story:?}");
        }
    }
}
