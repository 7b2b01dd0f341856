//! Lists come whole or not at all (messaging §1.5).

use rstest::rstest;
use serde_json::{Value, json};
use showcaller_webex::{Error, Fault, MessageFilter, Room, RoomFilter};

use crate::script::{Stage, Turn, json, text, wait};

/// A page with rooms of these ids and a link to the next one.
fn page(ids: &[&str], next: Option<&str>) -> Turn {
    let items: Vec<Value> = ids
        .iter()
        .map(|id| json!({"id": id, "title": id}))
        .collect();
    let body = json!({"items": items}).to_string();
    match next {
        Some(next) => text(200, &[("link", &format!("<{next}>; rel=\"next\""))], &body),
        None => text(200, &[], &body),
    }
}

async fn rooms(stage: &Stage) -> Result<Vec<Room>, Error> {
    stage.webex.list_rooms(&RoomFilter::default()).await
}

fn ids(rooms: &[Room]) -> Vec<&str> {
    rooms.iter().map(|room| room.id.as_str()).collect()
}

#[tokio::test]
async fn pages_are_followed_to_the_end_by_the_links_as_they_are() {
    let stage = Stage::new([
        page(
            &["A", "B"],
            Some("https://webex.example.com/v1/rooms?cursor=b%2Fx==&odd=1,2"),
        ),
        page(&["C"], Some("https://webex.example.com/v1/other?after=c")),
        page(&["D"], None),
    ]);
    let rooms = rooms(&stage).await.expect("a list");
    assert_eq!(ids(&rooms), ["A", "B", "C", "D"]);
    assert_eq!(
        stage.lines(),
        [
            "GET /v1/rooms?max=1000",
            "GET /v1/rooms?cursor=b%2Fx==&odd=1,2",
            "GET /v1/other?after=c",
        ]
    );
    assert!(
        stage
            .seen()
            .iter()
            .all(|seen| seen.header("authorization").is_some())
    );
}

#[tokio::test]
async fn an_empty_page_with_a_next_one_does_not_end_the_list() {
    let stage = Stage::new([
        page(&[], Some("https://webex.example.com/v1/rooms?p=2")),
        page(&["A"], Some("https://webex.example.com/v1/rooms?p=3")),
        page(&[], None),
    ]);
    assert_eq!(ids(&rooms(&stage).await.expect("a list")), ["A"]);
}

#[tokio::test]
async fn a_relative_link_is_resolved() {
    let stage = Stage::new([page(&["A"], Some("/v1/rooms?p=2")), page(&["B"], None)]);
    assert_eq!(ids(&rooms(&stage).await.expect("a list")), ["A", "B"]);
}

#[tokio::test]
async fn items_that_show_twice_because_the_list_grew_are_listed_once() {
    let stage = Stage::new([
        page(&["A", "B"], Some("https://webex.example.com/v1/rooms?p=2")),
        page(&["B", "C"], None),
    ]);
    assert_eq!(ids(&rooms(&stage).await.expect("a list")), ["A", "B", "C"]);
}

#[tokio::test]
async fn a_page_that_names_itself_as_next_ends_in_an_error() {
    let again = "https://webex.example.com/v1/rooms?p=2";
    let stage = Stage::new([page(&["A"], Some(again)), page(&["B"], Some(again))]);
    let error = rooms(&stage).await.expect_err("an endless list");
    assert!(matches!(error.fault(), Fault::Pages(_)), "{error}");
}

#[tokio::test]
async fn a_page_repeated_under_new_addresses_ends_in_an_error() {
    let stage = Stage::new([
        page(&["A", "B"], Some("https://webex.example.com/v1/rooms?p=2")),
        page(&["A", "B"], Some("https://webex.example.com/v1/rooms?p=3")),
    ]);
    let error = rooms(&stage).await.expect_err("an endless list");
    insta::assert_snapshot!(
        error,
        @"GET /rooms: the list cannot be read to its end: a page repeats what was on the pages before it"
    );
}

#[tokio::test]
async fn empty_pages_without_end_are_an_error() {
    let turns = (0..1000).map(|n| {
        page(
            &[],
            Some(&format!("https://webex.example.com/v1/rooms?p={n}")),
        )
    });
    let stage = Stage::new(turns);
    let error = rooms(&stage).await.expect_err("an endless list");
    assert!(matches!(error.fault(), Fault::Pages(_)), "{error}");
    assert!(stage.seen().len() <= 50);
}

#[rstest]
#[case::another_host("https://elsewhere.example.com/v1/rooms?p=2")]
#[case::another_port("https://webex.example.com:8443/v1/rooms?p=2")]
#[case::without_tls("http://webex.example.com/v1/rooms?p=2")]
#[case::a_host_that_begins_alike("https://webex.example.com.evil.example/v1/rooms?p=2")]
#[case::a_user_in_front("https://webex.example.com@evil.example/v1/rooms?p=2")]
#[tokio::test]
async fn the_token_never_follows_a_link_to_another_server(#[case] next: &str) {
    let stage = Stage::new([page(&["A"], Some(next))]);
    let error = rooms(&stage).await.expect_err("not followed");
    assert!(error.to_string().contains("another server"), "{error}");
    assert_eq!(stage.seen().len(), 1);
}

#[tokio::test]
async fn the_defect_max_null_is_mended_with_the_size_that_was_asked_for() {
    let stage = Stage::new([
        page(
            &["A"],
            Some("https://webex.example.com/v1/rooms?max=null&cursor=a%2Bb"),
        ),
        page(&["B"], None),
    ]);
    rooms(&stage).await.expect("a list");
    assert_eq!(stage.lines()[1], "GET /v1/rooms?cursor=a%2Bb&max=1000");
}

#[tokio::test]
async fn a_page_is_repeated_like_any_call() {
    let stage = Stage::new([
        page(&["A"], Some("https://webex.example.com/v1/rooms?p=2")),
        wait(429, "3"),
        page(&["B"], None),
    ]);
    assert_eq!(ids(&rooms(&stage).await.expect("a list")), ["A", "B"]);
    assert_eq!(stage.seconds(), [0, 0, 3]);
}

#[tokio::test]
async fn a_list_that_breaks_off_is_an_error_not_a_shorter_list() {
    let stage = Stage::new([
        page(&["A"], Some("https://webex.example.com/v1/rooms?p=2")),
        text(404, &[], ""),
    ]);
    assert!(rooms(&stage).await.expect_err("incomplete").is_not_found());
}

#[rstest]
#[case::no_items(json!({}))]
#[case::no_list(json!({"items": 3}))]
#[case::an_item_without_id(json!({"items": [{"title": "Jury"}]}))]
#[case::an_array(json!([]))]
#[tokio::test]
async fn what_is_no_list_is_an_error(#[case] body: Value) {
    let stage = Stage::new([json(200, body)]);
    let error = rooms(&stage).await.expect_err("no list");
    assert!(
        matches!(error.fault(), Fault::Undecodable { .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_room_that_webex_cannot_decrypt_does_not_fail_the_list() {
    let stage = Stage::new([json(
        200,
        json!({"items": [
            {"id": "A", "title": "eyJhbGciOiJ", "errors": {"title": {"code": "kms_failure", "reason": "…"}}},
            {"id": "B", "title": "Jury", "isLocked": true, "unheardOf": [1]},
        ]}),
    )]);
    let rooms = rooms(&stage).await.expect("a list");
    assert!(rooms[0].unreadable);
    assert_eq!(rooms[0].title, None);
    assert!(!rooms[1].unreadable);
    assert_eq!(rooms[1].title.as_deref(), Some("Jury"));
}

#[tokio::test]
async fn a_limited_list_stops_when_it_has_enough() {
    let filter = MessageFilter {
        room: "R1".into(),
        mentioning_me: true,
        before: None,
        parent: None,
    };
    let stage = Stage::new([page(
        &["A", "B", "C"],
        Some("https://webex.example.com/v1/messages?p=2"),
    )]);
    let messages = stage.webex.list_messages(&filter, 2).await.expect("a list");
    assert_eq!(messages.len(), 2);
    assert_eq!(
        stage.lines(),
        ["GET /v1/messages?roomId=R1&mentionedPeople=me&max=2"]
    );
}
