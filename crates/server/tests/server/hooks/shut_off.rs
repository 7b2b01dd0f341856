//! Webex shuts webhooks off.

use axum::Router;
use jiff::SignedDuration;
use showcaller_clock::Clock as _;
use showcaller_engine::hooks::{HookNews, HookState};

use super::stage::{AT_LAPTOP, World, ledger};

/// Lets Webex shut the webhooks off: a hundred deliveries fail, because nothing listens.
async fn shut_off(world: &World, target: &str) {
    let bot = world.webex();
    let gone = world.simulator.deliver_to(target, Router::new());
    for _ in 0..110 {
        let title = "A room".to_owned();
        let room = showcaller_webex::NewRoom {
            title,
            ..Default::default()
        };
        bot.create_room(&room).await.expect("a room");
    }
    world.clock.sleep(SignedDuration::from_secs(1)).await;
    drop(gone);
}

#[tokio::test]
async fn what_webex_shut_off_is_healed_five_minutes_after_it_was_noticed_whoever_noticed() {
    let world = World::new();
    let ledger = ledger(&world).await;
    let mut before = world.serves(&ledger, "sample", "laptop", false).await;
    before.settles().await;
    before.ends().await;
    shut_off(&world, "https://laptop").await;
    let inactive = "memberships/all inactive https://laptop/hooks/sample";
    assert!(
        world.hooks().contains(&inactive.to_owned()),
        "{:?}",
        world.hooks()
    );
    let until = world.clock.now() + SignedDuration::from_mins(5);
    let shut = HookState::ShutOff { until };
    let mut replica = world.serves(&ledger, "sample", "laptop", false).await;
    assert_eq!(replica.settles().await, shut);
    assert!(shut.is_ours() && !shut.is_ready());
    let news = [HookNews::Adopted, HookNews::ShutOff { until }];
    assert_eq!(replica.news(), news);
    world.minutes_pass(3).await;
    replica.ends().await;
    // The next start does not wait anew.
    let mut next = world.serves(&ledger, "sample", "laptop", false).await;
    assert_eq!(next.settles().await, shut);
    assert_eq!(next.news(), news);
    world.minutes_pass(1).await;
    assert_eq!(next.news(), []);
    world.minutes_pass(2).await;
    assert_eq!(next.news(), [HookNews::Healed { reachable: true }]);
    assert_eq!(world.hooks(), AT_LAPTOP);
    next.ends().await;
}

#[tokio::test]
async fn where_the_public_address_is_not_seen_to_answer_they_are_switched_on_ever_later() {
    let world = World::new();
    let ledger = ledger(&world).await;
    let mut replica = world.serves(&ledger, "sample", "laptop", false).await;
    replica.settles().await;
    world.clock.sleep(SignedDuration::from_secs(1)).await;
    let router = world.machines.0.lock().expect("no panic").remove("laptop");
    shut_off(&world, "https://laptop").await;
    assert_eq!(replica.news(), [HookNews::Made(3)]);
    world.minutes_pass(3).await;
    let news = replica.news();
    assert!(
        matches!(
            news[..],
            [HookNews::ShutOff { .. }, HookNews::Reachable(false)]
        ),
        "{news:?}"
    );
    // Webex may reach what this machine does not: it is tried once, and then less and less often.
    world.minutes_pass(3).await;
    assert_eq!(replica.news(), [HookNews::Healed { reachable: false }]);
    assert_eq!(world.hooks(), AT_LAPTOP);
    shut_off(&world, "https://laptop").await;
    world.minutes_pass(10).await;
    let news = replica.news();
    assert!(matches!(news[..], [HookNews::ShutOff { .. }]), "{news:?}");
    let state = replica.state.borrow().clone();
    assert!(matches!(state, HookState::ShutOff { .. }), "{state:?}");
    world
        .machines
        .0
        .lock()
        .expect("no panic")
        .extend([("laptop".to_owned(), router.expect("one"))]);
    world.minutes_pass(3).await;
    assert_eq!(
        replica.news(),
        [
            HookNews::Reachable(true),
            HookNews::Healed { reachable: true }
        ]
    );
    assert_eq!(world.hooks(), AT_LAPTOP);
    replica.ends().await;
}
