//! Webhooks on a simulated Webex, registered by processes that serve an event.

mod hosts;
mod rivals;
mod shut_off;
mod stage;

use bytes::Bytes;
use http::Request;
use serde_json::json;
use showcaller_engine::hooks::{HookNews, HookState, Identity, keys};
use showcaller_rehearsal::{BOT, InProcess};
use showcaller_webex::Transport as _;

use stage::{AT_LAPTOP, World, at, ledger};

#[tokio::test]
async fn they_are_registered_once_and_stay_and_are_adopted() {
    let world = World::new();
    let ledger = ledger(&world).await;
    let mut first = world.serves(&ledger, "sample", "laptop", false).await;
    assert_eq!(first.settles().await, HookState::Registered);
    assert_eq!(first.news(), [HookNews::Made(3)]);
    assert_eq!(world.hooks(), AT_LAPTOP);
    world.minutes_pass(60).await;
    first.ends().await;
    assert_eq!(world.hooks(), AT_LAPTOP);
    let calls = world.simulator.calls();
    let mut second = world.serves(&ledger, "sample", "laptop", false).await;
    assert_eq!(second.settles().await, HookState::Registered);
    assert_eq!(second.news(), [HookNews::Adopted]);
    assert_eq!(
        world.simulator.calls() - calls,
        1,
        "one list is all that it takes"
    );
    second.ends().await;
}

#[tokio::test]
async fn a_message_to_the_bot_is_delivered_with_a_signature_that_is_believed() {
    let world = World::new();
    let ledger = ledger(&world).await;
    let mut replica = world.serves(&ledger, "sample", "laptop", false).await;
    replica.settles().await;
    let asked = json!({"toPersonEmail": BOT, "text": "agenda"});
    let token = world.simulator.token_for("events@example.com");
    let request = Request::post("http://simulator.invalid/v1/messages")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(Bytes::from(asked.to_string()));
    let sent = InProcess::to(&world.simulator)
        .send(request.expect("a request"))
        .await;
    assert_eq!(sent.expect("an answer").status(), 200);
    world.minutes_pass(1).await;
    let kept: Vec<bool> = replica
        .kept
        .all
        .lock()
        .await
        .iter()
        .map(|one| one.direct)
        .collect();
    assert!(kept.contains(&true), "{kept:?}");
    replica.ends().await;
}

#[tokio::test]
async fn a_new_address_and_an_unknown_secret_are_put_right() {
    let world = World::new();
    let ledger = ledger(&world).await;
    let mut before = world.serves(&ledger, "sample", "laptop", false).await;
    before.settles().await;
    before.ends().await;
    let mut moved = world.serves(&ledger, "sample", "server", false).await;
    moved.settles().await;
    assert_eq!(moved.news(), [HookNews::Changed(3)]);
    assert_eq!(world.hooks(), at("server"));
    moved.ends().await;
    // A secret that this ledger does not know.
    ledger.erase_secret("webhooks").await.expect("a ledger");
    let mut anew = world.serves(&ledger, "sample", "server", false).await;
    anew.settles().await;
    assert_eq!(anew.news(), [HookNews::Changed(3)]);
    anew.ends().await;
}

#[tokio::test]
async fn surplus_ones_of_ours_go_and_those_of_strangers_stay() {
    let world = World::new();
    let ledger = ledger(&world).await;
    let event = showcaller_event::model::EventKey::new("sample");
    let (identity, _) = keys(&ledger, &event).await.expect("a ledger");
    let bot = world.webex();
    let ours = format!("showcaller sample {} old", identity.ledger);
    for (name, resource) in [
        (&*ours, "rooms"),
        (&ours, "messages"),
        ("A stranger's", "rooms"),
    ] {
        let hook = showcaller_webex::NewWebhook {
            name: name.to_owned(),
            target_url: "https://old/hooks/sample".to_owned(),
            resource: resource.to_owned(),
            event: "created".to_owned(),
            ..Default::default()
        };
        for _ in 0..2 {
            bot.create_webhook(&hook).await.expect("a webhook");
        }
    }
    let mut replica = world.serves(&ledger, "sample", "laptop", false).await;
    replica.settles().await;
    let news = [
        HookNews::Made(2),
        HookNews::Changed(1),
        HookNews::Deleted(3),
    ];
    assert_eq!(replica.news(), news);
    let mut left = world.hooks();
    left.sort();
    let stranger = "rooms/created active https://old/hooks/sample".to_owned();
    let mut expected = [at("laptop"), vec![stranger.clone(), stranger]].concat();
    expected.sort();
    assert_eq!(left, expected);
    replica.ends().await;
}

#[tokio::test]
async fn of_two_replicas_one_registers_and_the_other_goes_on_when_it_ends() {
    let world = World::new();
    let ledger = ledger(&world).await;
    let mut one = world.serves(&ledger, "sample", "one", false).await;
    one.settles().await;
    let mut two = world.serves(&ledger, "sample", "two", false).await;
    let process = "one".to_owned();
    assert_eq!(two.settles().await, HookState::Elsewhere { process });
    world.minutes_pass(10).await;
    assert_eq!(world.hooks(), at("one"));
    one.ends().await;
    world.minutes_pass(1).await;
    assert_eq!(two.state.borrow().clone(), HookState::Registered);
    assert_eq!(two.news(), [HookNews::Changed(3)]);
    assert_eq!(world.hooks(), at("two"));
    two.ends().await;
}

#[tokio::test]
async fn webex_in_trouble_is_tried_again() {
    let world = World::new();
    let ledger = ledger(&world).await;
    world
        .simulator
        .set_faults(vec!["503 on /webhooks".parse().expect("a fault")]);
    let mut replica = world.serves(&ledger, "sample", "laptop", false).await;
    let state = replica.settles().await;
    assert!(matches!(state, HookState::Trouble { .. }), "{state:?}");
    world.simulator.set_faults(Vec::new());
    world.minutes_pass(2).await;
    assert_eq!(*replica.state.borrow(), HookState::Registered);
    // What a person deletes meanwhile is made again.
    let bot = world.webex();
    for hook in bot.list_webhooks().await.expect("a list") {
        bot.delete_webhook(&hook.id).await.expect("it is there");
    }
    world.minutes_pass(3).await;
    assert_eq!(world.hooks(), AT_LAPTOP);
    assert_eq!(replica.news(), [HookNews::Made(3), HookNews::Made(3)]);
    replica.ends().await;
}

#[tokio::test]
async fn whose_webhooks_they_are_is_settled_once_for_all_replicas() {
    let world = World::new();
    let ledger = ledger(&world).await;
    let event = showcaller_event::model::EventKey::new("sample");
    let (one, other) = tokio::join!(keys(&ledger, &event), keys(&ledger, &event));
    assert_eq!(one.expect("a ledger"), other.expect("a ledger"));
    let elsewhere = stage::ledger(&world).await;
    let (Identity { ledger: one, .. }, _) = keys(&ledger, &event).await.expect("a ledger");
    let (Identity { ledger: other, .. }, _) = keys(&elsewhere, &event).await.expect("a ledger");
    assert_ne!(one, other);
}
