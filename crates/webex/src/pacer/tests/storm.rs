//! A while of nothing but 429s, and what comes after it.

use super::*;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).expect("within this century")
}

/// Sends one call after the other, each of which comes back like this after 150 ms; returns the
/// time then.
fn calls(pacer: &mut Pacer, mut now: i64, number: u32, came: Came) -> i64 {
    let family = (http::Method::POST, "memberships");
    for _ in 0..number {
        pacer.join(Lane::Provisioning, &family);
        let ticket = loop {
            match pacer.next(at(now)) {
                Next::Go(ticket) => break ticket,
                Next::WaitUntil(until) => now = until.as_millisecond() + 1,
                Next::Full => panic!("nobody is under way"),
            }
        };
        let sent = now;
        now += 150;
        pacer.answered(ticket, at(sent), at(now), came);
    }
    now
}

fn refused(seconds: i64) -> Came {
    Came::Refused {
        wait: SignedDuration::from_secs(seconds),
        quota: false,
    }
}

#[test]
fn minutes_of_nothing_but_429s_are_not_followed_by_hours_of_walking() {
    for seconds in [1, 15, 60] {
        let mut pacer = Pacer::new(8);
        let over = calls(&mut pacer, 0, 600 / seconds as u32, refused(seconds));
        let took = calls(&mut pacer, over, 300, Came::Passed) - over;
        assert!(took < 180_000, "Retry-After {seconds}: {took} ms");
    }
}

#[test]
fn a_pace_that_was_known_before_them_is_known_after_them() {
    for seconds in [1, 15, 60] {
        let mut pacer = Pacer::new(8);
        pacer.share(0.5, Some(300.0));
        pacer.share(1.0, None);
        let now = calls(&mut pacer, 0, 100, Came::Passed);
        let over = calls(&mut pacer, now, 600 / seconds as u32, refused(seconds));
        let took = calls(&mut pacer, over, 300, Came::Passed) - over;
        assert!(took < 120_000, "Retry-After {seconds}: {took} ms");
    }
}

#[test]
fn nor_does_a_process_that_shares_walk_for_hours() {
    for seconds in [1, 15, 60] {
        let mut pacer = Pacer::new(8);
        pacer.share(0.5, Some(600.0));
        let over = calls(&mut pacer, 0, 600 / seconds as u32, refused(seconds));
        let took = calls(&mut pacer, over, 300, Came::Passed) - over;
        assert!(took < 900_000, "Retry-After {seconds}: {took} ms");
    }
}

#[test]
fn a_429_in_a_quiet_hour_is_not_followed_by_walking() {
    for seconds in [1, 15, 60] {
        for every in [10, 30, 100] {
            let mut pacer = Pacer::new(8);
            let mut now = 0;
            for _ in 0..10 {
                for _ in 0..every {
                    now = calls(&mut pacer, now + 20_000, 1, Came::Passed);
                }
                now = calls(&mut pacer, now + 20_000, 1, refused(seconds));
            }
            let over = now + 60_000;
            let took = calls(&mut pacer, over, 300, Came::Passed) - over;
            assert!(
                took < 240_000,
                "Retry-After {seconds}, one in {every}: {took} ms"
            );
        }
    }
}

#[test]
fn nor_is_one_in_a_quiet_hour_of_a_process_that_was_told_the_limit() {
    let mut pacer = Pacer::new(8);
    pacer.share(0.5, Some(60.0));
    pacer.share(1.0, Some(60.0));
    let mut now = 0;
    for _ in 0..30 {
        now = calls(&mut pacer, now + 20_000, 1, Came::Passed);
    }
    calls(&mut pacer, now + 20_000, 1, refused(1));
    let known = pacer.per_minute().expect("a limit");
    assert!((59.0..61.0).contains(&known), "{known} a minute");
}

/// Two processes that share, with a call each in a while, of which some are refused for no reason; in the
/// end one has many. Every ten seconds they say what they know and need.
#[test]
fn nor_are_429s_in_a_quiet_hour_of_processes_that_share() {
    for (every, at_once) in [(1, 1), (2, 1), (5, 1), (15, 1), (15, 2)] {
        let mut pacers = [Pacer::new(8), Pacer::new(8)];
        let mut known = None;
        let mut now = 0;
        for number in 1..=401_u32 {
            let busy = number as usize % 2;
            for (place, pacer) in pacers.iter_mut().enumerate() {
                let share = if place == busy { 0.98 } else { 0.02 };
                known = pacer.share(share, known);
            }
            let is_stray = [0, 2 * every].contains(&(number % 39));
            let (made, came) = match is_stray {
                true => (at_once, refused(1)),
                false => (1, Came::Passed),
            };
            now = calls(&mut pacers[busy], now + 10_000, made, came);
        }
        let took = calls(&mut pacers[1], now, 40, Came::Passed) - now;
        assert!(
            took < 30_000,
            "{at_once} every {every} calls: {took} ms, {known:?} a minute"
        );
    }
}

/// The calls that wait out a pause are refused at once, so that it does not look like idle time.
#[test]
fn a_limit_that_has_dropped_in_a_quiet_hour_is_learnt_all_the_same() {
    for share in [0.5, 1.0] {
        let mut pacer = Pacer::new(8);
        pacer.share(0.5, Some(300.0));
        pacer.share(share, Some(300.0));
        let mut now = 0;
        for _ in 0..20 {
            now = calls(&mut pacer, now + 10_000, 1, Came::Passed);
        }
        for _ in 0..20 {
            now = calls(&mut pacer, now, 1, refused(5));
            now = calls(&mut pacer, now, 1, Came::Passed);
        }
        let pace = 60.0 * pacer.rate.pace().expect("it was slowed down");
        assert!(pace < 15.0, "{share}: {pace} a minute");
    }
}
