//! Waiting at the door, on a clock that jumps.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use futures::future::join_all;
use showcaller_clock::{Clock, VirtualClock};

use super::*;

const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

fn door(most: usize) -> (Door, VirtualClock) {
    let start = "2027-10-06T08:00:00Z".parse().expect("a timestamp");
    let clock = VirtualClock::starting_at(start);
    (Door::new(Arc::new(clock.clone()), most, PATIENCE), clock)
}

fn rooms() -> Family {
    (http::Method::POST, "rooms")
}

async fn moment() {
    for _ in 0..5 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn no_more_go_through_at_once_than_are_allowed_and_all_do() {
    let (door, _) = door(3);
    let (inside, most, done) = Default::default();
    let (inside, most, done): (AtomicUsize, AtomicUsize, AtomicUsize) = (inside, most, done);
    let family = rooms();
    let call = async || {
        let passage = door.pass(Lane::default(), &family, PATIENCE).await;
        let passage = passage.expect("nothing is shut");
        most.fetch_max(inside.fetch_add(1, SeqCst) + 1, SeqCst);
        moment().await;
        inside.fetch_sub(1, SeqCst);
        done.fetch_add(1, SeqCst);
        passage.answered(Came::Passed);
    };
    join_all((0..100).map(|_| call())).await;
    assert_eq!((most.into_inner(), done.into_inner()), (3, 100));
}

#[tokio::test]
async fn whoever_goes_away_while_waiting_or_under_way_keeps_nobody_out() {
    let (door, _) = door(1);
    let family = rooms();
    let first = door.pass(Lane::default(), &family, PATIENCE).await;
    let mut second = Box::pin(door.pass(Lane::default(), &family, PATIENCE));
    let mut third = Box::pin(door.pass(Lane::default(), &family, PATIENCE));
    assert!(futures::poll!(&mut second).is_pending());
    assert!(futures::poll!(&mut third).is_pending());
    drop(second);
    drop(first);
    let third = third.await.expect("its turn");
    let mut fourth = Box::pin(door.pass(Lane::default(), &family, PATIENCE));
    assert!(futures::poll!(&mut fourth).is_pending());
    drop(third);
    // It was called, and goes away before it notices.
    drop(fourth);
    door.pass(Lane::default(), &family, PATIENCE)
        .await
        .expect("nobody is left");
}

#[tokio::test]
async fn if_the_one_who_keeps_the_time_goes_away_somebody_else_does() {
    let (door, clock) = door(8);
    let family = rooms();
    let start = clock.now();
    let passage = door.pass(Lane::default(), &family, PATIENCE).await;
    let wait = SignedDuration::from_secs(30);
    passage
        .expect("nothing is shut")
        .answered(Came::Refused { wait, quota: false });
    let mut keeper = Box::pin(door.pass(Lane::default(), &family, PATIENCE));
    assert!(futures::poll!(&mut keeper).is_pending());
    let mut other = Box::pin(door.pass(Lane::default(), &family, PATIENCE));
    assert!(futures::poll!(&mut other).is_pending());
    drop(keeper);
    other.await.expect("its turn");
    assert_eq!(clock.now().duration_since(start).as_secs(), 30);
}

#[tokio::test]
async fn the_most_urgent_goes_first_whoever_keeps_the_time() {
    let (door, _) = door(8);
    let family = rooms();
    let passage = door.pass(Lane::default(), &family, PATIENCE).await;
    let wait = SignedDuration::from_secs(30);
    passage
        .expect("nothing is shut")
        .answered(Came::Refused { wait, quota: false });
    let order = std::sync::Mutex::new(Vec::new());
    let call = async |name: &'static str, lane| {
        let passage = door.pass(lane, &family, PATIENCE).await;
        order.lock().expect("no panic").push(name);
        passage.expect("nothing is shut").answered(Came::Passed);
    };
    tokio::join!(
        call("room", Lane::Provisioning),
        call("answer", Lane::Answer),
        call("cue", Lane::Cue),
        call("second cue", Lane::Cue),
    );
    let order = order.into_inner().expect("no panic");
    assert_eq!(order, ["cue", "second cue", "answer", "room"]);
}

#[tokio::test]
async fn those_who_wait_when_their_quota_turns_out_to_be_used_up_are_told() {
    let (door, _) = door(1);
    let family = rooms();
    let first = door.pass(Lane::default(), &family, PATIENCE).await;
    let mut second = Box::pin(door.pass(Lane::default(), &family, PATIENCE));
    assert!(futures::poll!(&mut second).is_pending());
    let wait = SignedDuration::from_hours(24);
    first
        .expect("nothing is shut")
        .answered(Came::Refused { wait, quota: true });
    let Err(Shut(told)) = second.await else {
        panic!("it is shut for a day");
    };
    assert!(told <= wait && told > wait / 2);
}

/// Is refused like this again and again, until the door tells it that this has no sense.
async fn refused_until_given_up(door: &Door, family: &Family, wait: SignedDuration) {
    loop {
        match door.pass(Lane::default(), family, PATIENCE).await {
            Ok(passage) => passage.answered(Came::Refused { wait, quota: false }),
            Err(Shut(told)) => {
                assert!(told <= wait, "{told}");
                return;
            }
        }
    }
}

#[tokio::test]
async fn after_nothing_but_429s_for_longer_than_a_call_may_wait_nobody_waits_until_one_is_tried() {
    let (door, clock) = door(8);
    let (rooms, teams) = (rooms(), (http::Method::POST, "teams"));
    let (start, wait) = (clock.now(), SignedDuration::from_secs(15));
    refused_until_given_up(&door, &rooms, wait).await;
    let lasted = clock.now().duration_since(start);
    assert!(
        lasted > PATIENCE && lasted <= PATIENCE + wait * 2,
        "{lasted}"
    );
    // Whatever it is, it is the owner that is refused.
    let other = door.pass(Lane::Cue, &teams, PATIENCE).await;
    assert!(matches!(other, Err(Shut(told)) if told <= wait));

    clock.sleep(wait).await;
    let tried = door.pass(Lane::default(), &rooms, PATIENCE).await;
    tried.expect("the pause is over").answered(Came::Passed);
    for family in [&rooms, &teams] {
        let passage = door.pass(Lane::default(), family, PATIENCE).await;
        let wait = SignedDuration::from_secs(1);
        passage
            .expect("Webex takes calls again")
            .answered(Came::Refused { wait, quota: false });
    }
}

#[tokio::test]
async fn calls_of_one_kind_are_given_up_while_others_go_on() {
    let (door, clock) = door(8);
    let (rooms, teams) = (rooms(), (http::Method::POST, "teams"));
    let start = clock.now();
    let wait = SignedDuration::from_secs(30);
    loop {
        let (room, team) = tokio::join!(
            door.pass(Lane::default(), &rooms, PATIENCE),
            door.pass(Lane::default(), &teams, PATIENCE),
        );
        team.expect("teams go on").answered(Came::Passed);
        match room {
            Ok(passage) => passage.answered(Came::Refused { wait, quota: false }),
            Err(Shut(_)) => break,
        }
        assert!(clock.now().duration_since(start) < PATIENCE * 2);
    }
    assert!(clock.now().duration_since(start) > PATIENCE);
    let passage = door.pass(Lane::default(), &teams, PATIENCE).await;
    passage.expect("teams still go on");
}

#[tokio::test]
async fn two_429s_an_hour_apart_are_nothing_to_give_up_for() {
    let (door, clock) = door(8);
    for _ in 0..3 {
        let passage = door.pass(Lane::default(), &rooms(), PATIENCE).await;
        let wait = SignedDuration::from_secs(15);
        passage
            .expect("there is hope")
            .answered(Came::Refused { wait, quota: false });
        clock.sleep(SignedDuration::from_hours(1)).await;
    }
}

#[tokio::test]
async fn a_call_goes_when_more_urgent_ones_that_were_announced_are_taken_back() {
    let (door, clock) = door(8);
    let passage = door.pass(Lane::default(), &rooms(), PATIENCE).await;
    let wait = SignedDuration::from_secs(30);
    passage
        .expect("nothing is shut")
        .answered(Came::Refused { wait, quota: false });
    let start = clock.now();
    let mut busiest = door.busiest_lane();
    door.announce(Lane::Cue, 2);
    assert_eq!(*busiest.borrow_and_update(), Some(Lane::Cue));
    let family = rooms();
    let mut answer = Box::pin(door.pass(Lane::Answer, &family, PATIENCE));
    assert!(futures::poll!(&mut answer).is_pending());
    clock.sleep(SignedDuration::from_secs(10)).await;
    door.announce(Lane::Cue, -1);
    assert!(futures::poll!(&mut answer).is_pending());
    // Now it has to keep the time: what Webex asked for is not over.
    door.announce(Lane::Cue, -1);
    answer.await.expect("its turn").answered(Came::Passed);
    assert_eq!(clock.now().duration_since(start).as_secs(), 30);
    assert_eq!(*busiest.borrow_and_update(), None);
}
