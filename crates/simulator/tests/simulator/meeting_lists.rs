//! Finding meetings (meetings §4).

use rstest::rstest;
use serde_json::json;

use crate::client::{ANN, BEN, HOST, STRANGER, Webex, meeting, text};

fn with_meetings(settings: &[&str]) -> Webex {
    let webex = Webex::with(settings);
    for (title, day) in [
        ("soon", "2027-10-02"),
        ("week", "2027-10-08"),
        ("later", "2027-10-20"),
    ] {
        let mut body = meeting(
            title,
            &format!("{day}T10:00:00Z"),
            &format!("{day}T11:00:00Z"),
        );
        body["integrationTags"] = json!([title]);
        webex.by(HOST).post("/meetings", body).ok();
    }
    webex
}

#[rstest]
#[case("", "soon")]
#[case("?from=2027-10-08T00:00:00Z", "week")]
#[case("?to=2027-10-21T00:00:00Z", "later")]
#[case(
    "?from=2027-10-01T00:00:00Z&to=2027-11-01T00:00:00Z",
    "soon week later"
)]
#[case("?from=2027-10-02T10:30:00Z&to=2027-10-08T10:30:00Z", "soon week")]
#[case("?from=2027-10-02T11:00:00Z&to=2027-10-08T10:00:00Z", "")]
#[case("?from=2027-10-08T12:30:00%2B02:00&to=2027-10-09", "week")]
fn a_list_shows_a_window_and_by_default_the_next_seven_days(
    #[case] query: &str,
    #[case] titles: &str,
) {
    let webex = with_meetings(&[]);
    assert_eq!(
        webex
            .by(HOST)
            .get(&format!("/meetings{query}"))
            .each("title")
            .join(" "),
        titles
    );
}

#[rstest]
#[case("from=2027-10-08T00:00:00Z&to=2027-10-07T00:00:00Z")]
#[case("from=yesterday")]
#[case("meetingType=party")]
#[case("state=happy")]
#[case("current=maybe")]
#[case("hasChat=true")]
#[case("meetingNumber=1&webLink=x")]
fn a_list_that_cannot_be_asked_for_is_refused(#[case] query: &str) {
    with_meetings(&[])
        .by(HOST)
        .get(&format!("/meetings?{query}"))
        .refused(400);
}

#[test]
fn a_list_holds_what_one_hosts_or_is_invited_to() {
    let webex = with_meetings(&[]);
    let mut body = meeting("ours", "2027-10-02T12:00:00Z", "2027-10-02T13:00:00Z");
    body["invitees"] = json!([{"email": "BEN@example.com"}]);
    webex.by(ANN).post("/meetings", body).ok();
    assert_eq!(webex.by(BEN).get("/meetings").each("title"), ["ours"]);
    assert_eq!(webex.by(ANN).get("/meetings").each("title"), ["ours"]);
    assert_eq!(webex.by(HOST).get("/meetings").each("title"), ["soon"]);
    assert!(webex.by(STRANGER).get("/meetings").items().is_empty());
    webex
        .by(HOST)
        .get(&format!("/meetings?hostEmail={ANN}"))
        .refused(403);
    assert_eq!(
        webex
            .by(HOST)
            .get(&format!("/meetings?hostEmail={HOST}"))
            .each("title"),
        ["soon"]
    );
}

#[test]
fn looking_by_tag_obeys_the_window_or_ignores_it() {
    for (switch, found) in [("obeys", 0), ("ignores", 1)] {
        let webex = with_meetings(&[&format!("tag-window={switch}")]);
        assert_eq!(
            webex
                .by(HOST)
                .get("/meetings?integrationTag=later")
                .items()
                .len(),
            found
        );
        assert_eq!(
            webex
                .by(HOST)
                .get("/meetings?integrationTag=soon")
                .items()
                .len(),
            1
        );
    }
}

#[test]
fn a_new_tag_may_be_found_late() {
    let webex = with_meetings(&["tag-delay=10"]);
    assert!(
        webex
            .by(HOST)
            .get("/meetings?integrationTag=soon")
            .items()
            .is_empty()
    );
    assert_eq!(webex.by(HOST).get("/meetings").items().len(), 1);
    webex.pass(10);
    assert_eq!(
        webex
            .by(HOST)
            .get("/meetings?integrationTag=soon")
            .items()
            .len(),
        1
    );
}

#[test]
fn number_link_and_room_find_a_meeting_whatever_its_time() {
    let webex = with_meetings(&[]);
    let host = webex.by(HOST);
    let all = "/meetings?from=2027-10-01T00:00:00Z&to=2027-11-01T00:00:00Z";
    let later = host.get(all).items().remove(2);
    let number = text(&later["meetingNumber"]);
    assert_eq!(
        host.get(&format!("/meetings?meetingNumber={number}&max=1"))
            .each("title"),
        ["later"]
    );
    let link: String =
        url::form_urlencoded::byte_serialize(text(&later["webLink"]).as_bytes()).collect();
    assert_eq!(
        host.get(&format!("/meetings?webLink={link}")).each("title"),
        ["later"]
    );
    assert!(
        webex
            .by(ANN)
            .get(&format!("/meetings?meetingNumber={number}"))
            .items()
            .is_empty()
    );
    let password = text(&later["password"]);
    let told = webex
        .by(ANN)
        .with_header("password", password)
        .get(&format!("/meetings?meetingNumber={number}"));
    assert_eq!(told.each("title"), ["later"]);
    let room = host.post("/rooms", json!({"title": "x"})).id();
    let mut body = meeting("space", "2027-12-02T10:00:00Z", "2027-12-02T11:00:00Z");
    body["roomId"] = json!(room);
    host.post("/meetings", body).ok();
    assert_eq!(
        host.get(&format!("/meetings?roomId={room}")).each("title"),
        ["space"]
    );
}

#[test]
fn a_list_filters_by_state_and_site() {
    let webex = with_meetings(&[]);
    let host = webex.by(HOST);
    assert_eq!(host.get("/meetings?state=active").each("title"), ["soon"]);
    assert!(host.get("/meetings?state=expired").items().is_empty());
    assert!(
        host.get("/meetings?siteUrl=other.webex.com")
            .items()
            .is_empty()
    );
    assert!(
        host.get("/meetings?scheduledType=webinar")
            .items()
            .is_empty()
    );
    let series = host.get("/meetings").each("id").remove(0);
    webex
        .by(ANN)
        .get(&format!("/meetings?meetingSeriesId={series}"))
        .refused(404);
}
