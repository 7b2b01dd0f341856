//! Several ledgers, and one bot.

use showcaller_engine::hooks::{HookNews, HookState};

use super::stage::{AT_LAPTOP, World, at, ledger};
use crate::inbox::now;

#[tokio::test]
async fn another_ledgers_are_respected_while_their_process_is_alive_and_replaced_afterwards() {
    for event in ["sample", "retreat"] {
        let world = World::new();
        let [theirs, ours] = [ledger(&world).await, ledger(&world).await];
        let mut other = world.serves(&theirs, event, "server", false).await;
        other.settles().await;
        let refused = world.serves(&ours, "sample", "laptop", false).await;
        let by = refused
            .task
            .await
            .expect("no panic")
            .expect_err("the other is alive");
        assert_eq!(
            (&*by.identity.event, &*by.host, by.created),
            (event, "server", Some(now()))
        );
        let left = world.hooks();
        assert!(
            left.iter()
                .all(|hook| hook.ends_with(&format!("https://server/hooks/{event}")))
        );
        other.ends().await;
        let mut replica = world.serves(&ours, "sample", "laptop", false).await;
        replica.settles().await;
        assert_eq!(
            replica.news(),
            [HookNews::Made(3), HookNews::Replaced { by, alive: false }]
        );
        assert_eq!(world.hooks(), AT_LAPTOP);
        replica.ends().await;
    }
}

#[tokio::test]
async fn a_process_that_is_taken_over_ends_and_does_not_fight() {
    let world = World::new();
    let [theirs, ours] = [ledger(&world).await, ledger(&world).await];
    let mut other = world.serves(&theirs, "sample", "server", false).await;
    other.settles().await;
    let mut replica = world.serves(&ours, "sample", "laptop", true).await;
    replica.settles().await;
    let news = replica.news();
    assert!(
        matches!(&news[..], [HookNews::Made(3), HookNews::Replaced { by, alive: true }] if by.host == "server"),
        "{news:?}"
    );
    world.minutes_pass(3).await;
    let by = other
        .task
        .await
        .expect("no panic")
        .expect_err("it was taken over");
    assert_eq!(by.host, "laptop");
    assert_eq!(world.hooks(), AT_LAPTOP);
    replica.ends().await;
}

#[tokio::test]
async fn a_living_rival_is_respected_also_where_the_first_look_failed() {
    let world = World::new();
    let [theirs, ours] = [ledger(&world).await, ledger(&world).await];
    let mut other = world.serves(&theirs, "sample", "server", false).await;
    other.settles().await;
    world
        .simulator
        .set_faults(vec!["503 on /webhooks".parse().expect("a fault")]);
    let mut refused = world.serves(&ours, "sample", "laptop", false).await;
    let state = refused.settles().await;
    assert!(
        matches!(state, HookState::Trouble { .. }) && !state.is_ours(),
        "{state:?}"
    );
    world.simulator.set_faults(Vec::new());
    world.minutes_pass(2).await;
    let by = refused.task.await.expect("no panic").expect_err("it lives");
    assert_eq!(by.host, "server");
    assert_eq!(world.hooks(), at("server"));
    other.ends().await;
}

#[tokio::test]
async fn a_replica_of_one_that_is_refused_is_refused_too() {
    let world = World::new();
    let [theirs, ours] = [ledger(&world).await, ledger(&world).await];
    let mut other = world.serves(&theirs, "sample", "server", false).await;
    other.settles().await;
    let one = world.serves(&ours, "sample", "one", false).await;
    let two = world.serves(&ours, "sample", "two", false).await;
    world.minutes_pass(1).await;
    for replica in [one, two] {
        let refused = replica.task.await.expect("no panic");
        assert_eq!(refused.expect_err("it lives").host, "server");
    }
    assert_eq!(world.hooks(), at("server"));
    other.ends().await;
}

#[tokio::test]
async fn what_was_asked_before_another_ledger_took_over_was_the_others_to_answer() {
    let yesterday = "2027-10-05T08:00:00Z".to_owned();
    for (event, take_over, anew) in [
        ("sample", true, true),
        ("sample", false, true),
        ("retreat", true, true),
        // It answered for another event, and is dead: what ours asked meanwhile is still open.
        ("retreat", false, false),
    ] {
        let world = World::new();
        let [theirs, ours] = [ledger(&world).await, ledger(&world).await];
        ours.set_meta("answers-since", &yesterday)
            .await
            .expect("a ledger");
        let mut other = world.serves(&theirs, event, "server", false).await;
        other.settles().await;
        if !take_over {
            other.ends().await;
        }
        let mut replica = world.serves(&ours, "sample", "laptop", take_over).await;
        replica.settles().await;
        let since = ours.meta("answers-since").await.expect("a ledger");
        let expected = if anew {
            now().to_string()
        } else {
            yesterday.clone()
        };
        assert_eq!(since, Some(expected), "{event}, alive: {take_over}");
        replica.ends().await;
    }
}
