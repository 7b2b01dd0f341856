//! Who goes first.

use super::*;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).expect("within this century")
}

fn posts(resource: &'static str) -> Family {
    (http::Method::POST, resource)
}

fn go(pacer: &mut Pacer, now: Timestamp) -> Vec<Ticket> {
    std::iter::from_fn(|| match pacer.next(now) {
        Next::Go(ticket) => Some(ticket),
        _ => None,
    })
    .collect()
}

fn refused(seconds: i64) -> Came {
    Came::Refused {
        wait: SignedDuration::from_secs(seconds),
        quota: false,
    }
}

fn quota() -> Came {
    Came::Refused {
        wait: SignedDuration::from_hours(24),
        quota: true,
    }
}

#[test]
fn a_cue_waits_for_no_more_than_the_calls_under_way() {
    let mut pacer = Pacer::new(4);
    let rooms = posts("memberships");
    for _ in 0..3_000 {
        pacer.join(Lane::Provisioning, &rooms);
    }
    let under_way = go(&mut pacer, at(0));
    assert_eq!(under_way.len(), 4);
    let answer = pacer.join(Lane::Answer, &posts("messages"));
    let cue = pacer.join(Lane::Cue, &posts("messages"));
    pacer.answered(under_way[0], at(0), at(150), Came::Passed);
    assert_eq!(go(&mut pacer, at(150)), [cue]);
    pacer.answered(under_way[1], at(0), at(150), Came::Passed);
    assert_eq!(go(&mut pacer, at(150)), [answer]);
}

#[test]
fn inside_a_lane_it_is_first_come_first_served_whatever_the_family() {
    let mut pacer = Pacer::new(64);
    let families = [posts("rooms"), posts("memberships"), posts("meetings")];
    let lined_up: Vec<Ticket> = (0..12)
        .map(|number| pacer.join(Lane::Answer, &families[number % 3]))
        .collect();
    assert_eq!(go(&mut pacer, at(0)), lined_up);
}

#[test]
fn a_family_whose_quota_is_used_up_holds_up_nobody_else() {
    let mut pacer = Pacer::new(8);
    let first = pacer.join(Lane::Provisioning, &posts("meetings"));
    assert_eq!(go(&mut pacer, at(0)), [first]);
    pacer.answered(first, at(0), at(100), quota());
    let meeting = pacer.join(Lane::Provisioning, &posts("meetings"));
    let room = pacer.join(Lane::Provisioning, &posts("rooms"));
    assert_eq!(go(&mut pacer, at(100)), [room]);
    let day = SignedDuration::from_hours(24);
    assert!(pacer.shut_for(meeting, at(100)).expect("it is shut") <= day);
    let tomorrow = at(100 + 24 * 3_600_000 + 1);
    assert_eq!(pacer.shut_for(meeting, tomorrow), None);
    assert_eq!(go(&mut pacer, tomorrow), [meeting]);
}

#[test]
fn after_a_429_nobody_goes_before_the_time_that_was_named() {
    let mut pacer = Pacer::new(8);
    let family = posts("rooms");
    let tickets: Vec<Ticket> = (0..8)
        .map(|_| pacer.join(Lane::Provisioning, &family))
        .collect();
    assert_eq!(go(&mut pacer, at(0)), tickets);
    pacer.answered(tickets[0], at(0), at(150), refused(2));
    pacer.answered(tickets[1], at(0), at(160), refused(7));
    // A later word that is shorter does not shorten it.
    pacer.answered(tickets[2], at(0), at(170), refused(1));
    for ticket in &tickets[3..] {
        pacer.answered(*ticket, at(0), at(170), Came::Passed);
    }
    pacer.join(Lane::Cue, &family);
    let Next::WaitUntil(until) = pacer.next(at(170)) else {
        panic!("it has to wait");
    };
    assert!((at(7_160)..at(7_161)).contains(&until), "{until}");
    assert!(matches!(pacer.next(until), Next::Go(_)));
}

#[test]
fn what_came_to_nothing_gives_its_place_back() {
    let mut pacer = Pacer::new(1);
    let family = posts("rooms");
    let first = pacer.join(Lane::Provisioning, &family);
    let gone = pacer.join(Lane::Provisioning, &family);
    let third = pacer.join(Lane::Provisioning, &family);
    assert_eq!(go(&mut pacer, at(0)), [first]);
    pacer.leave(gone);
    assert_eq!(pacer.next(at(1)), Next::Full);
    pacer.answered(first, at(0), at(1), Came::Nothing);
    assert_eq!(go(&mut pacer, at(1)), [third]);
}

#[test]
fn a_clock_that_is_set_back_makes_nobody_wait_longer() {
    let mut pacer = Pacer::new(8);
    let family = posts("rooms");
    let first = pacer.join(Lane::Provisioning, &family);
    go(&mut pacer, at(3_600_000));
    pacer.answered(first, at(3_600_000), at(3_600_100), refused(5));
    pacer.join(Lane::Provisioning, &family);
    // An hour back: still five seconds, as of now.
    let Next::WaitUntil(until) = pacer.next(at(100)) else {
        panic!("it has to wait");
    };
    assert!((at(5_100)..at(5_101)).contains(&until), "{until}");
}

#[test]
fn processes_that_share_an_owner_have_equal_parts_of_what_one_of_them_has_learnt() {
    let mut pacer = Pacer::new(8);
    pacer.share(0.5, Some(600.0));
    assert_eq!(pacer.per_minute(), Some(600.0));
    let family = posts("rooms");
    for _ in 0..10 {
        pacer.join(Lane::Provisioning, &family);
    }
    assert_eq!(go(&mut pacer, at(0)).len(), 1);
    // Half of ten a second, less a margin.
    assert_eq!(go(&mut pacer, at(190)).len(), 0);
    assert_eq!(go(&mut pacer, at(210)).len(), 1);
    // The other one has gone.
    pacer.share(1.0, None);
    assert_eq!(pacer.per_minute(), Some(600.0));
    assert_eq!(go(&mut pacer, at(420)).len(), 1);
    assert_eq!(go(&mut pacer, at(530)).len(), 1);
}

#[test]
fn parts_too_small_to_be_told_by_calls_do_not_move_what_all_know() {
    for small in [1.0 / 65.0, 1.0 / 513.0, 1.0 / 9.0] {
        let mut pacers = [small, 1.0 - small].map(|part| (part, Pacer::new(8)));
        let mut known = 60.0;
        for _ in 0..200 {
            for (part, pacer) in &mut pacers {
                known = pacer.share(*part, Some(known)).expect("it is known");
            }
        }
        assert!((known - 60.0).abs() < 0.01, "{small}: {known}");
        // Its turn comes, and it has its part of the same whole at once.
        let [(_, pacer), _] = &mut pacers;
        pacer.share(0.5, Some(known));
        let whole = pacer.per_minute().expect("it is known");
        assert!((whole - 60.0).abs() < 0.01, "{small}: {whole}");
    }
}

#[test]
fn a_part_that_grows_is_used_from_the_next_call_on() {
    let mut pacer = Pacer::new(8);
    // One call in ten seconds; then ten a second.
    pacer.share(0.01, Some(600.0));
    let family = posts("messages");
    for _ in 0..10 {
        pacer.join(Lane::Cue, &family);
    }
    assert_eq!(go(&mut pacer, at(0)).len(), 1);
    pacer.share(0.99, Some(600.0));
    assert_eq!(go(&mut pacer, at(50)).len(), 0);
    assert_eq!(go(&mut pacer, at(150)).len(), 1);
}

#[test]
fn whoever_is_alone_finds_out_for_itself() {
    let mut pacer = Pacer::new(8);
    pacer.share(1.0, Some(60.0));
    let family = posts("rooms");
    for _ in 0..10 {
        pacer.join(Lane::Provisioning, &family);
    }
    assert_eq!(go(&mut pacer, at(0)).len(), 8);
}

#[test]
fn it_has_in_hand_what_can_go_soon_and_no_more() {
    let mut pacer = Pacer::new(32);
    assert_eq!(pacer.width(), 8);
    pacer.share(0.5, Some(120.0));
    assert_eq!(pacer.width(), 1);
    pacer.limit(0);
    assert_eq!(pacer.width(), 1);
}

#[test]
fn it_has_as_many_in_hand_as_somebody_knows_to_be_good_until_webex_takes_its_time() {
    let mut pacer = Pacer::new(32);
    pacer.assume(24);
    assert_eq!(pacer.width(), 24);
    let family = posts("rooms");
    let mut now = 0;
    for seconds in [1, 1, 4, 8, 8, 8, 8] {
        for _ in 0..pacer.width() {
            pacer.join(Lane::Provisioning, &family);
        }
        let gone = go(&mut pacer, at(now));
        let back = now + seconds * 1_000;
        for ticket in gone {
            pacer.answered(ticket, at(now), at(back), Came::Passed);
        }
        now = back;
    }
    let narrowed = pacer.width();
    assert!((4..24).contains(&narrowed), "{narrowed}");
}

#[test]
fn how_long_a_call_would_wait_is_known_before_it_lines_up() {
    let mut pacer = Pacer::new(1);
    let whole_seconds = |pacer: &mut Pacer, lane, now| pacer.wait_ahead(lane, at(now)).as_secs();
    let first = pacer.join(Lane::Answer, &posts("messages"));
    assert_eq!(go(&mut pacer, at(0)), [first]);
    assert_eq!(
        whole_seconds(&mut pacer, Lane::Answer, 0),
        0,
        "nothing is known"
    );
    pacer.answered(first, at(0), at(100), refused(40));
    assert_eq!(
        whole_seconds(&mut pacer, Lane::Cue, 10_100),
        30,
        "the pause"
    );
    let pace = pacer.rate.pace().expect("it was slowed down");
    for _ in 0..10 {
        pacer.join(Lane::Answer, &posts("messages"));
    }
    pacer.announce(Lane::Cue, 5);
    for (lane, before) in [
        (Lane::Cue, 5.0),
        (Lane::Answer, 15.0),
        (Lane::Provisioning, 15.0),
    ] {
        let expected = 30.0 + before / pace;
        let waits = pacer.wait_ahead(lane, at(10_100)).as_secs_f64();
        assert!(
            (waits - expected).abs() < 1.0,
            "{lane:?}: {waits} instead of {expected}"
        );
    }
}

#[test]
fn while_a_cue_is_announced_here_or_waits_elsewhere_nothing_less_urgent_goes() {
    let messages = posts("messages");
    type Say = fn(&mut Pacer, bool);
    let here: Say = |pacer, waits| pacer.announce(Lane::Cue, if waits { 1 } else { -1 });
    let elsewhere: Say = |pacer, waits| pacer.yield_to(waits.then_some(Lane::Cue));
    for say in [here, elsewhere] {
        let mut pacer = Pacer::new(8);
        say(&mut pacer, true);
        let room = pacer.join(Lane::Provisioning, &posts("rooms"));
        let answer = pacer.join(Lane::Answer, &messages);
        assert_eq!(pacer.next(at(0)), Next::Full);
        let cue = pacer.join(Lane::Cue, &messages);
        assert_eq!(go(&mut pacer, at(0)), [cue]);
        assert_eq!(pacer.next(at(60_000)), Next::Full);
        say(&mut pacer, false);
        assert_eq!(go(&mut pacer, at(60_000)), [answer, room]);
    }
    let mut pacer = Pacer::new(8);
    pacer.announce(Lane::Answer, 3);
    let room = pacer.join(Lane::Provisioning, &posts("rooms"));
    let answer = pacer.join(Lane::Answer, &messages);
    assert_eq!(go(&mut pacer, at(0)), [answer]);
    pacer.announce(Lane::Answer, -3);
    assert_eq!(go(&mut pacer, at(0)), [room]);
}

/// Makes one call as soon as it may go, which is answered after 100 ms, and returns when it was.
fn calls_once(pacer: &mut Pacer, now: Timestamp, came: Came) -> Timestamp {
    let ticket = pacer.join(Lane::Provisioning, &posts("rooms"));
    let sent = match pacer.next(now) {
        Next::WaitUntil(until) => until,
        Next::Go(_) => now,
        Next::Full => panic!("nothing is under way"),
    };
    if sent > now {
        assert_eq!(pacer.next(sent), Next::Go(ticket));
    }
    let back = sent + SignedDuration::from_millis(100);
    pacer.answered(ticket, sent, back, came);
    back
}

/// The same until its pace is above what is known.
fn calls_until_it_probes(pacer: &mut Pacer, mut now: Timestamp) -> Timestamp {
    while pacer.rate.pace() <= pacer.rate.estimate() {
        now = calls_once(pacer, now, Came::Passed);
    }
    now
}

#[test]
fn a_process_that_was_told_the_limit_and_never_refused_learns_what_it_did_from_its_first_429() {
    let mut pacer = Pacer::new(8);
    pacer.share(0.5, Some(600.0));
    let mut now = at(0);
    for _ in 0..300 {
        now = calls_once(&mut pacer, now, Came::Passed);
    }
    let made = 2.0 * 300.0 / now.duration_since(at(0)).as_secs_f64() * 60.0;
    calls_once(&mut pacer, now, refused(1));
    let learnt = pacer.per_minute().expect("it is known");
    assert!((550.0..=1.1 * made).contains(&learnt), "{learnt} of {made}");
}

#[test]
fn what_others_took_while_a_process_had_nothing_to_do_is_not_taken_for_a_lower_limit() {
    let mut pacer = Pacer::new(8);
    pacer.share(0.5, Some(600.0));
    let now = calls_until_it_probes(&mut pacer, at(0));
    let now = calls_once(&mut pacer, now, refused(1));
    let now = now + SignedDuration::from_mins(10);
    let now = calls_until_it_probes(&mut pacer, now);
    let before = pacer.per_minute().expect("it is known");
    calls_once(&mut pacer, now, refused(1));
    let after = pacer.per_minute().expect("it is known");
    assert!(after > 0.95 * before, "{before} to {after}");
}
