//! Who may do and see what with meetings, and how many (meetings §3, §7, §12).

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{ANN, BEN, HOST, STRANGER, Webex, meeting, text};

fn one() -> Value {
    meeting("Opening", "2027-10-06T08:00:00Z", "2027-10-06T09:00:00Z")
}

fn with(name: &str, value: Value) -> Value {
    let mut body = one();
    body[name] = value;
    body
}

#[test]
fn only_the_host_changes_and_deletes_and_to_strangers_it_does_not_exist() {
    let webex = Webex::new();
    let body = with(
        "invitees",
        json!([{"email": ANN, "coHost": true}, {"email": BEN}]),
    );
    let path = format!("/meetings/{}", webex.by(HOST).post("/meetings", body).id());
    for (email, code) in [(ANN, 403), (BEN, 403), ("carol@example.com", 404)] {
        webex
            .by(email)
            .patch(&path, json!({"title": "x"}))
            .refused(code);
        webex.by(email).delete(&path).refused(code);
    }
}

#[test]
fn a_meeting_in_progress_cannot_be_changed_nor_can_an_instance() {
    for (switch, code) in [("400", 400), ("403", 403), ("409", 409)] {
        let webex = Webex::with(&[&format!("in-progress-code={switch}")]);
        let host = webex.by(HOST);
        let id = host.post("/meetings", one()).id();
        let path = format!("/meetings/{id}");
        let start = axum::body::Body::empty();
        let start = http::Request::post(format!("/_simulator/start?meeting={id}"))
            .body(start)
            .unwrap();
        let instance = text(&webex.send(start).ok()["id"]).to_owned();
        assert!(instance.starts_with(&format!("{id}_I_")));
        assert_eq!(
            host.patch(&path, json!({"title": "x"})).refused(code),
            "Meeting is in progress"
        );
        let told = host
            .patch(&format!("/meetings/{instance}"), json!({"title": "x"}))
            .refused(code);
        assert_eq!(
            told,
            format!("Meeting ID '{instance}' is not allowed for this API.")
        );
        host.delete(&format!("/meetings/{instance}")).refused(code);
        assert_eq!(host.post(&format!("{path}/end"), json!({})).status, 204);
        host.patch(&path, json!({"title": "x", "sendEmail": false}))
            .ok();
    }
}

#[test]
fn a_deleted_meeting_is_gone_for_good() {
    let webex = Webex::new();
    let path = format!("/meetings/{}", webex.by(HOST).post("/meetings", one()).id());
    assert_eq!(webex.by(HOST).delete(&path).status, 204);
    webex.by(HOST).get(&path).refused(404);
    webex.by(HOST).delete(&path).refused(404);
    webex
        .by(HOST)
        .patch(&path, json!({"title": "x"}))
        .refused(404);
}

#[test]
fn secrets_are_shown_to_those_who_may_know_them() {
    for (hostkey, password) in [("no", "yes"), ("yes", "no")] {
        let settings = [
            format!("invitee-sees-hostkey={hostkey}"),
            format!("invitee-sees-password={password}"),
        ];
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        let webex = Webex::with(&settings);
        let body = with(
            "invitees",
            json!([{"email": ANN, "coHost": true}, {"email": BEN}]),
        );
        let made = webex.by(HOST).post("/meetings", body).ok();
        let path = format!("/meetings/{}", text(&made["id"]));
        let sees = |email: &str, name: &str| webex.by(email).get(&path).ok().get(name).is_some();
        assert!(sees(HOST, "hostKey") && sees(ANN, "hostKey") && sees(ANN, "password"));
        assert_eq!(sees(BEN, "hostKey"), hostkey == "yes");
        assert_eq!(sees(BEN, "password"), password == "yes");
    }
}

#[test]
fn an_outsider_reads_a_meeting_with_its_password_only_and_sees_no_secret() {
    for (switch, code) in [("403", 403), ("404", 404)] {
        let webex = Webex::with(&[&format!("meeting-password-code={switch}")]);
        let made = webex.by(HOST).post("/meetings", one()).ok();
        let path = format!("/meetings/{}", text(&made["id"]));
        webex.by(STRANGER).get(&path).refused(code);
        webex
            .by(STRANGER)
            .with_header("password", "wrong")
            .get(&path)
            .refused(code);
        let read = webex
            .by(STRANGER)
            .with_header("password", text(&made["password"]))
            .get(&path)
            .ok();
        assert_eq!(read["title"], "Opening");
        assert!(read.get("hostKey").is_none() && read.get("password").is_none());
    }
}

#[test]
fn a_site_may_drop_options_with_a_warning() {
    let body = with("publicMeeting", json!(true));
    let webex = Webex::with(&["drops-options=yes"]);
    let answer = webex.by(HOST).post("/meetings", body.clone());
    assert!(
        answer.headers["warning"]
            .to_str()
            .unwrap()
            .starts_with("1001")
    );
    assert_eq!(answer.ok()["publicMeeting"], false);
    let webex = Webex::new();
    let answer = webex.by(HOST).post("/meetings", body);
    assert!(answer.headers.get("warning").is_none());
    assert_eq!(answer.ok()["publicMeeting"], true);
}

#[test]
fn meetings_of_one_host_may_overlap_or_not() {
    let webex = Webex::new();
    webex.by(HOST).post("/meetings", one()).ok();
    webex.by(HOST).post("/meetings", one()).ok();

    let webex = Webex::with(&["overlap-meetings=refused"]);
    webex.by(HOST).post("/meetings", one()).ok();
    webex.by(HOST).post("/meetings", one()).refused(400);
    webex.by(ANN).post("/meetings", one()).ok();
    let after = meeting("After", "2027-10-06T09:00:00Z", "2027-10-06T10:00:00Z");
    let after = webex.by(HOST).post("/meetings", after).id();
    let into = json!({"start": "2027-10-06T08:30:00Z", "sendEmail": false});
    webex
        .by(HOST)
        .patch(&format!("/meetings/{after}"), into)
        .refused(400);
}

#[rstest]
#[case("429", 429)]
#[case("403", 403)]
#[case("400", 400)]
fn the_quota_of_a_host_counts_failed_calls_and_rolls_over_24_hours(
    #[case] switch: &str,
    #[case] code: u16,
) {
    let switches =
        showcaller_simulator::Switches::with([format!("meeting-quota-code={switch}").as_str()])
            .unwrap();
    let webex = Webex::set_up(|config| {
        config.meeting_quota = Some(3);
        config.switches = switches;
    });
    let host = webex.by(HOST);
    let path = format!("/meetings/{}", host.post("/meetings", one()).id());
    webex.pass(3600);
    host.post("/meetings", with("title", json!("")))
        .refused(400);
    host.post("/meetings", one()).ok();
    let refused = host.post("/meetings", one());
    if code == 429 {
        assert_eq!(
            refused.headers["retry-after"],
            (23 * 3600).to_string().as_str()
        );
    }
    refused.refused(code);
    host.patch(&path, json!({"title": "x", "sendEmail": false}))
        .ok();
    webex.by(ANN).post("/meetings", one()).ok();
    webex.pass(23 * 3600);
    host.post("/meetings", one()).ok();
    host.post("/meetings", one()).refused(code);
}

#[test]
fn updates_count_toward_the_quota_if_the_switch_says_so() {
    let switches = showcaller_simulator::Switches::with(["quota-counts-updates=yes"]).unwrap();
    let webex = Webex::set_up(|config| {
        config.meeting_quota = Some(2);
        config.switches = switches;
    });
    let path = format!("/meetings/{}", webex.by(HOST).post("/meetings", one()).id());
    webex
        .by(HOST)
        .patch(&path, json!({"title": "x", "sendEmail": false}))
        .ok();
    webex
        .by(HOST)
        .patch(&path, json!({"title": "y", "sendEmail": false}))
        .refused(429);
    webex.by(HOST).delete(&path).refused(429);
}

#[test]
fn a_space_meeting_invites_the_room_and_makes_co_hosts_of_those_who_can() {
    // Whoever cannot is always just invited here, whatever the switch says.
    let webex = Webex::with(&["cohost-without-account=error"]);
    let room = webex.by(HOST).post("/rooms", json!({"title": "x"})).id();
    for email in [ANN, BEN] {
        webex
            .by(HOST)
            .post(
                "/memberships",
                json!({"roomId": room, "personEmail": email}),
            )
            .ok();
    }
    let made = webex
        .by(HOST)
        .post("/meetings", with("roomId", json!(room)))
        .ok();
    assert_eq!(made["roomId"], room.as_str());
    let invited: Vec<(String, bool)> = webex
        .world("meetingInvitees")
        .iter()
        .map(|invitee| {
            (
                text(&invitee["email"]).to_owned(),
                invitee["coHost"] == true,
            )
        })
        .collect();
    assert!(
        invited.contains(&(ANN.to_owned(), true)) && invited.contains(&(BEN.to_owned(), false))
    );
    assert_eq!(invited.len(), 2);
    let elsewhere = webex.by(ANN).post("/rooms", json!({"title": "y"})).id();
    webex
        .by(HOST)
        .post("/meetings", with("roomId", json!(elsewhere)))
        .refused(404);
}
