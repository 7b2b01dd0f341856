//! Long lists (messaging §1.5).

use serde_json::json;

use crate::client::{HOST, Webex, meeting};

fn with_rooms(settings: &[&str], count: usize) -> Webex {
    let webex = Webex::with(settings);
    for number in 0..count {
        webex
            .by(HOST)
            .post("/rooms", json!({"title": format!("room {number}")}))
            .ok();
    }
    webex
}

#[test]
fn following_next_gives_everything_once_with_one_empty_page_on_the_way() {
    let webex = with_rooms(&["empty-page=yes"], 25);
    let (rooms, pages) = webex.by(HOST).all("/rooms?max=10&sortBy=created");
    let mut titles: Vec<&str> = rooms
        .iter()
        .map(|room| room["title"].as_str().unwrap())
        .collect();
    assert_eq!(
        (titles.len(), pages, titles[0], titles[24]),
        (25, 4, "room 24", "room 0")
    );
    titles.dedup();
    assert_eq!(titles.len(), 25);
    let host = webex.by(HOST);
    let second = host.get(&host.get("/rooms?max=10").next().unwrap());
    assert!(second.next().is_some());
    assert!(second.items().is_empty());
}

#[test]
fn without_the_switch_no_page_is_empty() {
    let webex = with_rooms(&[], 20);
    let (rooms, pages) = webex.by(HOST).all("/rooms?max=10");
    assert_eq!((rooms.len(), pages), (20, 2));
}

#[test]
fn links_keep_the_query_and_lead_to_where_the_caller_came_from_or_was_told_to() {
    let webex = with_rooms(&[], 2);
    let next = webex
        .by(HOST)
        .get("/rooms?type=group&max=1")
        .next()
        .unwrap();
    assert!(
        next.starts_with("http://webex.example/v1/rooms?type=group&max=1&"),
        "{next}"
    );
    let webex =
        Webex::set_up(|config| config.public_url = Some("https://sim.example/v1/".to_owned()));
    for _ in 0..2 {
        webex.by(HOST).post("/rooms", json!({"title": "x"})).ok();
    }
    let next = webex.by(HOST).get("/rooms?max=1").next().unwrap();
    assert!(
        next.starts_with("https://sim.example/v1/rooms?max=1&"),
        "{next}"
    );
}

#[test]
fn a_max_above_the_cap_is_cut_and_one_that_is_none_is_refused() {
    let webex = Webex::new();
    for minute in 0..101 {
        let start = format!("2027-10-02T{:02}:{:02}:00Z", 8 + minute / 60, minute % 60);
        let end = format!("2027-10-02T{:02}:{:02}:00Z", 9 + minute / 60, minute % 60);
        webex
            .by(HOST)
            .post("/meetings", meeting("m", &start, &end))
            .ok();
    }
    assert_eq!(webex.by(HOST).get("/meetings?max=1000").items().len(), 100);
    assert_eq!(webex.by(HOST).get("/meetings").items().len(), 10);
    for max in ["0", "-1", "null", "many"] {
        webex
            .by(HOST)
            .get(&format!("/meetings?max={max}"))
            .refused(400);
    }
    webex
        .by(HOST)
        .get("/rooms?cursorPosition=made-up")
        .refused(400);
}

#[test]
fn what_was_just_made_may_be_missing_from_lists_for_a_while() {
    let webex = Webex::with(&["create-visibility-delay=30"]);
    let host = webex.by(HOST);
    let team = host.post("/teams", json!({"name": "t"})).id();
    let room = host.post("/rooms", json!({"title": "x"})).id();
    host.post(
        "/room/tabs",
        json!({"roomId": room, "contentUrl": "https://a.example", "displayName": "a"}),
    )
    .ok();
    host.post(
        "/meetings",
        meeting("m", "2027-10-02T08:00:00Z", "2027-10-02T09:00:00Z"),
    )
    .ok();
    let lists = [
        "/teams".to_owned(),
        format!("/team/memberships?teamId={team}"),
        "/rooms".to_owned(),
        format!("/memberships?roomId={room}"),
        format!("/room/tabs?roomId={room}"),
        "/meetings".to_owned(),
    ];
    host.get(&format!("/rooms/{room}")).ok();
    for (seconds, seen) in [(29, false), (1, true)] {
        webex.pass(seconds);
        for list in &lists {
            assert_eq!(!host.get(list).items().is_empty(), seen, "{list}");
        }
    }
}
