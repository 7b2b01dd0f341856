//! The webhooks of hosts, which tell when meetings begin and end, and who is in them.

use axum::Router;
use serde_json::{Value, json};
use showcaller_engine::hooks::{HookNews, HookState};
use showcaller_event::model::Email;
use showcaller_webex::NewWebhook;

use super::stage::{AT_LAPTOP, World, at, ledger};

const EVENTS: &str = "events@example.com";
const STAGE: &str = "stage@example.com";

const MEETINGS: [&str; 4] = [
    "meetings/started active https://laptop/hooks/sample",
    "meetings/ended active https://laptop/hooks/sample",
    "meetingParticipants/joined active https://laptop/hooks/sample",
    "meetingParticipants/left active https://laptop/hooks/sample",
];

fn webhook(name: &str, target: &str) -> NewWebhook {
    NewWebhook {
        name: name.to_owned(),
        target_url: target.to_owned(),
        resource: "meetings".to_owned(),
        event: "started".to_owned(),
        ..NewWebhook::default()
    }
}

#[tokio::test]
async fn each_host_has_one_for_each_event_and_they_are_adopted_and_moved() {
    let world = World::with_hosts(&[EVENTS, STAGE]);
    let ledger = ledger(&world).await;
    let mut first = world.serves(&ledger, "sample", "laptop", false).await;
    first.settles().await;
    world.minutes_pass(2).await;
    assert_eq!(first.news(), [3, 4, 4].map(HookNews::Made));
    for host in [EVENTS, STAGE] {
        assert_eq!(world.hooks_of(host), MEETINGS);
    }
    first.ends().await;
    let mut second = world.serves(&ledger, "sample", "server", false).await;
    second.settles().await;
    world.minutes_pass(2).await;
    assert_eq!(second.news(), [3, 4, 4].map(HookNews::Changed));
    assert_eq!(
        world.hooks_of(STAGE),
        MEETINGS.map(|it| it.replace("laptop", "server"))
    );
    assert_eq!(world.hooks_of(showcaller_rehearsal::BOT), at("server"));
    second.ends().await;
}

#[tokio::test]
async fn a_host_of_several_events_keeps_those_of_the_others() {
    let world = World::with_hosts(&[EVENTS]);
    let ledger = ledger(&world).await;
    let host = world.webex_of(EVENTS);
    let other = "7b3f2f54-1c1b-4f4e-9f4f-0a4d9bb0a001";
    for (name, target) in [
        (
            format!("showcaller retreat {other} server"),
            "https://server/hooks/retreat",
        ),
        ("My own".to_owned(), "https://elsewhere.example.com/hook"),
        // An earlier ledger of the same event, where nothing answers any more.
        (
            format!("showcaller sample {other} gone"),
            "https://gone/hooks/sample",
        ),
    ] {
        let made = host.create_webhook(&webhook(&name, target)).await;
        made.expect("a webhook");
    }
    let mut replica = world.serves(&ledger, "sample", "laptop", false).await;
    replica.settles().await;
    world.minutes_pass(1).await;
    let others = [
        "meetings/started active https://server/hooks/retreat",
        "meetings/started active https://elsewhere.example.com/hook",
    ];
    assert_eq!(world.hooks_of(EVENTS), [&others[..], &MEETINGS].concat());
    replica.ends().await;
}

#[tokio::test]
async fn a_host_whose_token_is_refused_is_said_once_and_keeps_nothing_from_being_served() {
    let world = World::with_hosts(&[EVENTS, STAGE]);
    let ledger = ledger(&world).await;
    let fault = format!("token-dies {EVENTS} for 10m").parse();
    world.simulator.set_faults(vec![fault.expect("a fault")]);
    let mut replica = world.serves(&ledger, "sample", "laptop", false).await;
    assert_eq!(replica.settles().await, HookState::Registered);
    world.minutes_pass(5).await;
    let news = replica.news();
    let HookNews::HostTrouble { host, .. } = &news[1] else {
        panic!("{news:?}");
    };
    assert_eq!(*host, Email::new(EVENTS));
    assert_eq!(
        [&news[0], &news[2]],
        [&HookNews::Made(3), &HookNews::Made(4)]
    );
    assert_eq!(news.len(), 3, "{news:?}");
    assert_eq!(world.hooks_of(showcaller_rehearsal::BOT), AT_LAPTOP);
    world.minutes_pass(10).await;
    assert_eq!(replica.news(), [HookNews::Made(4)]);
    assert_eq!(world.hooks_of(EVENTS), MEETINGS);
    replica.ends().await;
}

#[tokio::test]
async fn what_webex_shut_off_is_healed_as_for_the_bot() {
    let world = World::with_hosts(&[EVENTS]);
    let ledger = ledger(&world).await;
    let mut before = world.serves(&ledger, "sample", "laptop", false).await;
    before.settles().await;
    world.minutes_pass(1).await;
    before.ends().await;
    let gone = world.simulator.deliver_to("https://laptop", Router::new());
    let meeting = json!({"title": "m", "start": "2027-10-07T08:00:00Z",
        "end": "2027-10-07T09:00:00Z", "timezone": "UTC", "sendEmail": false});
    let meeting: Value = world.posts(EVENTS, "/v1/meetings", &meeting).await;
    let id = meeting["id"].as_str().expect("an id");
    for _ in 0..101 {
        world.simulator.joins(id, EVENTS).expect("a meeting");
        world
            .simulator
            .leaves(id, EVENTS)
            .expect("the host is in it");
    }
    world.minutes_pass(1).await;
    drop(gone);
    let inactive = MEETINGS.map(|hook| hook.replace("active", "inactive"));
    assert_eq!(world.hooks_of(EVENTS), inactive);
    let mut replica = world.serves(&ledger, "sample", "laptop", false).await;
    replica.settles().await;
    world.minutes_pass(1).await;
    let news = replica.news();
    assert!(
        matches!(&news[..], [HookNews::Adopted, HookNews::HostShutOff { .. }]),
        "{news:?}"
    );
    world.minutes_pass(6).await;
    assert_eq!(replica.news(), [HookNews::Healed { reachable: true }]);
    assert_eq!(world.hooks_of(EVENTS), MEETINGS);
    replica.ends().await;
}
