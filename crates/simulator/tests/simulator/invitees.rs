//! Who is invited (meetings §7), and who becomes co-host (meetings §2).

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{ANN, BEN, HOST, STRANGER, Webex, meeting, text};

fn made(webex: &Webex) -> String {
    let body = meeting("x", "2027-10-06T08:00:00Z", "2027-10-06T09:00:00Z");
    webex.by(HOST).post("/meetings", body).id()
}

fn invitee(meeting: &str, email: &str) -> Value {
    json!({"meetingId": meeting, "email": email, "sendEmail": false})
}

#[test]
fn invitees_are_added_read_changed_and_removed() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    let id = made(&webex);
    let ann = host.post("/meetingInvitees", invitee(&id, ANN)).ok();
    assert_eq!(
        (text(&ann["displayName"]), &ann["coHost"]),
        ("Ann Archer", &json!(false))
    );
    assert!(text(&ann["id"]).starts_with(&format!("{id}_")));
    let path = format!("/meetingInvitees/{}", text(&ann["id"]));
    assert_eq!(host.get(&path).ok(), ann);
    let promoted = host
        .put(
            &path,
            json!({"email": ANN, "coHost": true, "sendEmail": false}),
        )
        .ok();
    assert_eq!(
        (&promoted["id"], &promoted["coHost"]),
        (&ann["id"], &json!(true))
    );
    host.put(&path, json!({"coHost": true})).refused(400);
    assert_eq!(host.delete(&format!("{path}?sendEmail=false")).status, 204);
    host.get(&path).refused(404);
    host.delete(&path).refused(404);
    assert!(webex.mails().is_empty());
}

#[test]
fn invitees_are_listed_by_address_in_pages() {
    let webex = Webex::new();
    let id = made(&webex);
    let items: Value = (0..25)
        .rev()
        .map(|n| json!({"email": format!("p{n:02}@example.com"), "sendEmail": false}))
        .collect();
    webex
        .by(HOST)
        .post(
            "/meetingInvitees/bulkInsert",
            json!({"meetingId": id, "items": items}),
        )
        .ok();
    let (all, pages) = webex
        .by(HOST)
        .all(&format!("/meetingInvitees?meetingId={id}"));
    let emails: Vec<&str> = all.iter().map(|item| text(&item["email"])).collect();
    assert_eq!((emails.len(), pages), (25, 3));
    assert!(emails.is_sorted());
    webex.by(HOST).get("/meetingInvitees").refused(400);
}

#[test]
fn a_second_invitation_is_refused_with_409() {
    let webex = Webex::new();
    let id = made(&webex);
    webex
        .by(HOST)
        .post("/meetingInvitees", invitee(&id, ANN))
        .ok();
    let told = webex
        .by(HOST)
        .post("/meetingInvitees", invitee(&id, "ANN@example.com"))
        .refused(409);
    assert_eq!(told, "User is already a meeting invitee.");
    let ben = webex
        .by(HOST)
        .post("/meetingInvitees", invitee(&id, BEN))
        .id();
    let taken = json!({"email": ANN, "sendEmail": false});
    webex
        .by(HOST)
        .put(&format!("/meetingInvitees/{ben}"), taken)
        .refused(409);
    let free = json!({"email": "new@example.com", "sendEmail": false});
    assert_eq!(
        webex
            .by(HOST)
            .put(&format!("/meetingInvitees/{ben}"), free)
            .ok()["email"],
        "new@example.com"
    );
}

#[rstest]
#[case("none", 1)]
#[case("partial", 2)]
fn a_conflict_in_bulk_leaves_none_or_the_rest(#[case] switch: &str, #[case] left: usize) {
    let webex = Webex::with(&[&format!("bulk-conflict={switch}")]);
    let id = made(&webex);
    webex
        .by(HOST)
        .post("/meetingInvitees", invitee(&id, ANN))
        .ok();
    let bulk =
        json!({"meetingId": id, "items": [{"email": ANN}, {"email": BEN, "sendEmail": false}]});
    let told = webex
        .by(HOST)
        .post("/meetingInvitees/bulkInsert", bulk)
        .refused(409);
    assert_eq!(told, "Some users in the list have been invited.");
    assert_eq!(webex.world("meetingInvitees").len(), left);
}

#[test]
fn a_bulk_holds_a_hundred_different_addresses_at_most() {
    let webex = Webex::new();
    let id = made(&webex);
    let bulk = |count: usize| {
        let items: Value = (0..count)
            .map(|n| json!({"email": format!("p{n}@example.com"), "sendEmail": false}))
            .collect();
        json!({"meetingId": id, "items": items})
    };
    webex
        .by(HOST)
        .post("/meetingInvitees/bulkInsert", bulk(101))
        .refused(400);
    let twice = json!({"meetingId": id, "items": [{"email": ANN}, {"email": ANN}]});
    webex
        .by(HOST)
        .post("/meetingInvitees/bulkInsert", twice)
        .refused(400);
    assert!(webex.world("meetingInvitees").is_empty());
    let items = webex
        .by(HOST)
        .post("/meetingInvitees/bulkInsert", bulk(100))
        .items();
    assert_eq!(items.len(), 100);
}

#[test]
fn each_invitee_gets_a_mail_unless_told_not_to() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    let id = made(&webex);
    let ann = host
        .post("/meetingInvitees", json!({"meetingId": id, "email": ANN}))
        .id();
    let bulk = json!({"meetingId": id, "items": [{"email": BEN}, {"email": STRANGER, "sendEmail": false}]});
    host.post("/meetingInvitees/bulkInsert", bulk).ok();
    host.put(&format!("/meetingInvitees/{ann}"), json!({"email": ANN}))
        .ok();
    host.delete(&format!("/meetingInvitees/{ann}")).ok();
    let expected = [
        ("invitation", ANN),
        ("invitation", BEN),
        ("update", ANN),
        ("cancellation", ANN),
    ];
    assert_eq!(
        webex.mails(),
        expected.map(|(occasion, email)| format!("{occasion} {email}"))
    );
}

#[test]
fn a_co_host_needs_a_host_account_on_the_site_or_is_downgraded_or_refused() {
    let all = json!([{"email": ANN, "coHost": true}, {"email": BEN, "coHost": true}, {"email": STRANGER, "coHost": true}]);
    let mut body = meeting("x", "2027-10-06T08:00:00Z", "2027-10-06T09:00:00Z");
    body["invitees"] = all;
    let webex = Webex::new();
    let id = webex.by(HOST).post("/meetings", body.clone()).id();
    let listed = webex
        .by(HOST)
        .get(&format!("/meetingInvitees?meetingId={id}"))
        .items();
    let cohosts: Vec<&str> = listed
        .iter()
        .filter(|item| item["coHost"] == true)
        .map(|item| text(&item["email"]))
        .collect();
    assert_eq!((listed.len(), cohosts), (3, vec![ANN]));

    let webex = Webex::with(&["cohost-without-account=error"]);
    webex.by(HOST).post("/meetings", body.clone()).refused(400);
    assert!(webex.world("meetings").is_empty());
    let id = made(&webex);
    let mut ben = invitee(&id, BEN);
    ben["coHost"] = json!(true);
    webex.by(HOST).post("/meetingInvitees", ben).refused(400);

    let webex = Webex::with(&["cohost-option=no"]);
    let id = webex.by(HOST).post("/meetings", body).id();
    let listed = webex
        .by(HOST)
        .get(&format!("/meetingInvitees?meetingId={id}"))
        .items();
    assert!(listed.iter().all(|item| item["coHost"] == false));
}

#[test]
fn host_and_co_hosts_manage_the_list_and_nobody_else() {
    let webex = Webex::new();
    let id = made(&webex);
    let mut ann = invitee(&id, ANN);
    ann["coHost"] = json!(true);
    webex.by(HOST).post("/meetingInvitees", ann).ok();
    webex
        .by(ANN)
        .post("/meetingInvitees", invitee(&id, BEN))
        .ok();
    let list = format!("/meetingInvitees?meetingId={id}");
    assert_eq!(webex.by(ANN).get(&list).items().len(), 2);
    webex.by(BEN).get(&list).refused(403);
    webex.by(STRANGER).get(&list).refused(404);
    webex
        .by(BEN)
        .post("/meetingInvitees", invitee(&id, STRANGER))
        .refused(403);
    let mut other = invitee(&id, STRANGER);
    other["hostEmail"] = json!(ANN);
    webex.by(HOST).post("/meetingInvitees", other).refused(403);
}

#[test]
fn an_occurrence_has_invitees_of_its_own_once_they_differ() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    let mut body = meeting("x", "2027-10-06T08:00:00Z", "2027-10-06T09:00:00Z");
    body["recurrence"] = json!("FREQ=DAILY;COUNT=2");
    body["invitees"] = json!([{"email": ANN}]);
    let id = host.post("/meetings", body).id();
    let first = format!("{id}_20271006T080000Z");
    let ben = host.post("/meetingInvitees", invitee(&first, BEN)).ok();
    assert_eq!(ben["meetingId"], first.as_str());
    assert_eq!(
        host.get(&format!("/meetingInvitees?meetingId={first}"))
            .each("email"),
        [ANN, BEN]
    );
    assert_eq!(
        host.get(&format!("/meetingInvitees?meetingId={id}"))
            .each("email"),
        [ANN]
    );
    assert_eq!(
        host.get(&format!("/meetingInvitees/{}", text(&ben["id"])))
            .ok()["email"],
        BEN
    );
    let state = |email: &str| {
        webex
            .by(email)
            .get("/meetings?meetingType=scheduledMeeting")
            .items()
            .len()
    };
    assert_eq!((state(ANN), state(BEN)), (2, 1));
}
