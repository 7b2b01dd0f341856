//! Creating, changing and deleting meetings (meetings §2, §5, §6).

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{ANN, BEN, BOT, HOST, Webex, meeting, text};

fn one() -> Value {
    meeting("Opening", "2027-10-06T08:00:00Z", "2027-10-06T09:00:00Z")
}

fn with(name: &str, value: Value) -> Value {
    let mut body = one();
    body[name] = value;
    body
}

#[test]
fn a_new_meeting_is_a_series_and_reads_as_webex_writes_it() {
    let webex = Webex::new();
    let mut body = one();
    body["timezone"] = json!("Europe/Brussels");
    body["password"] = json!("BgJep@43");
    body["agenda"] = json!("Welcome");
    let mut made = webex.by(HOST).post("/meetings", body).ok();
    assert_eq!(text(&made["id"]).len(), 32);
    let page = "https://example.webex.com/example/j.php?MTID=m";
    assert!(text(&made["webLink"]).starts_with(page), "{made}");
    assert_eq!(
        text(&made["sipAddress"]),
        format!("{}@example.webex.com", text(&made["meetingNumber"]))
    );
    assert!(made.get("invitees").is_none() && made.get("meetingSeriesId").is_none());
    for options in [
        "meetingOptions",
        "attendeePrivileges",
        "audioConnectionOptions",
        "telephony",
    ] {
        assert!(
            made.as_object_mut()
                .unwrap()
                .shift_remove(options)
                .is_some_and(|value| value.is_object())
        );
    }
    for secret in [
        "id",
        "meetingNumber",
        "phoneAndVideoSystemPassword",
        "hostUserId",
        "hostKey",
        "webLink",
        "sipAddress",
    ] {
        assert!(!text(&made[secret]).is_empty());
        made[secret] = json!("…");
    }
    insta::assert_json_snapshot!(made, @r#"
    {
      "id": "…",
      "meetingNumber": "…",
      "title": "Opening",
      "agenda": "Welcome",
      "password": "BgJep@43",
      "phoneAndVideoSystemPassword": "…",
      "meetingType": "meetingSeries",
      "state": "active",
      "timezone": "Europe/Brussels",
      "start": "2027-10-06T10:00:00+02:00",
      "end": "2027-10-06T11:00:00+02:00",
      "hostUserId": "…",
      "hostDisplayName": "Event Office",
      "hostEmail": "events@example.com",
      "hostKey": "…",
      "siteUrl": "example.webex.com",
      "webLink": "…",
      "sipAddress": "…",
      "enabledAutoRecordMeeting": false,
      "allowAnyUserToBeCoHost": false,
      "enabledJoinBeforeHost": false,
      "enableConnectAudioBeforeHost": false,
      "joinBeforeHostMinutes": 0,
      "excludePassword": false,
      "publicMeeting": false,
      "reminderTime": 15,
      "unlockedMeetingJoinSecurity": "allowJoin",
      "sessionTypeId": 3,
      "scheduledType": "meeting",
      "enableAutomaticLock": false,
      "automaticLockMinutes": 0,
      "allowFirstUserToBeCoHost": false,
      "allowAuthenticatedDevices": false,
      "enabledBreakoutSessions": false,
      "enabledAudioWatermark": false,
      "enabledVisualWatermark": false,
      "requireAttendeeLogin": false,
      "restrictToInvitees": false,
      "enabledLiveStream": false
    }
    "#);
}

#[test]
fn a_missing_password_is_generated_and_satisfies_the_rules() {
    let webex = Webex::new();
    for number in 0..50 {
        let body = meeting(
            &format!("m{number}"),
            "2027-10-06T08:00:00Z",
            "2027-10-06T09:00:00Z",
        );
        let password = text(&webex.by(HOST).post("/meetings", body).ok()["password"]).to_owned();
        webex
            .by(HOST)
            .post("/meetings", with("password", json!(password)))
            .ok();
    }
}

#[rstest]
#[case("title", Value::Null)]
#[case("start", Value::Null)]
#[case("end", json!("soon"))]
#[case("timezone", json!("Europe/Nowhere"))]
#[case("title", json!("x".repeat(129)))]
#[case("agenda", json!("x".repeat(1301)))]
#[case("start", json!("2027-10-06T08:55:00Z"))]
#[case("recurrence", json!("EVERY DAY"))]
#[case("integrationTags", json!(["a", "b", "c", "d"]))]
#[case("integrationTags", json!(["x".repeat(65)]))]
#[case("invitees", json!([{"email": "nobody"}]))]
#[case("invitees", json!([{"email": ANN}, {"email": "ANN@example.com"}]))]
#[case("joinBeforeHostMinutes", json!(5))]
fn a_meeting_that_cannot_be_is_refused_with_400(#[case] name: &str, #[case] value: Value) {
    let webex = Webex::new();
    webex
        .by(HOST)
        .post("/meetings", with(name, value))
        .refused(400);
    assert!(webex.world("meetings").is_empty() && webex.mails().is_empty());
}

#[test]
fn a_weak_password_is_refused_in_the_words_of_webex() {
    let webex = Webex::new();
    let answer = webex
        .by(HOST)
        .post("/meetings", with("password", json!("lowercase@43")));
    assert_eq!(
        answer.body["message"],
        "The input parameters contain invalid items."
    );
    let told = answer.refused(400);
    assert!(
        told.starts_with(
            "Meeting password validation failed. A mix of uppercase and lowercase letters"
        ),
        "{told}"
    );
    let webex = Webex::with(&["password-rules=none"]);
    webex
        .by(HOST)
        .post("/meetings", with("password", json!("simple")))
        .ok();
}

#[test]
fn at_most_a_thousand_people_are_invited_at_once() {
    let webex = Webex::new();
    let crowd = |count: usize| -> Value {
        (0..count)
            .map(|n| json!({"email": format!("p{n}@example.com")}))
            .collect()
    };
    webex
        .by(HOST)
        .post("/meetings", with("invitees", crowd(1001)))
        .refused(400);
    webex
        .by(HOST)
        .post("/meetings", with("invitees", crowd(1000)))
        .ok();
    assert_eq!(webex.world("meetingInvitees").len(), 1000);
}

#[test]
fn bots_and_people_without_a_licence_cannot_schedule() {
    for (switch, code) in [("403", 403), ("401", 401)] {
        let webex = Webex::with(&[&format!("bot-meetings-code={switch}")]);
        let bot = webex.by(BOT);
        bot.post("/meetings", one()).refused(code);
        bot.get("/meetings").refused(code);
        bot.get("/meetingInvitees?meetingId=x").refused(code);
        bot.get("/meetingPreferences/sites").refused(code);
        webex.by(BEN).post("/meetings", one()).refused(403);
        webex
            .by(HOST)
            .post("/meetings", with("hostEmail", json!(ANN)))
            .refused(403);
        webex
            .by(HOST)
            .post("/meetings", with("siteUrl", json!("other.webex.com")))
            .refused(403);
    }
}

#[rstest]
#[case("templateId", json!("x"))]
#[case("registration", json!({"requireEmail": true}))]
#[case("breakoutSessions", json!([{"name": "x", "invitees": []}]))]
#[case("scheduledType", json!("webinar"))]
fn what_is_not_simulated_says_so(#[case] name: &str, #[case] value: Value) {
    Webex::new()
        .by(HOST)
        .post("/meetings", with(name, value))
        .refused(501);
}

#[test]
fn mails_go_to_host_and_invitees_unless_told_not_to() {
    let webex = Webex::new();
    let mut body = with("invitees", json!([{"email": ANN}]));
    let host = webex.by(HOST);
    let quiet = format!("/meetings/{}", host.post("/meetings", body.clone()).id());
    host.patch(&quiet, json!({"title": "x", "sendEmail": false}))
        .ok();
    host.delete(&format!("{quiet}?sendEmail=false")).ok();
    assert!(webex.mails().is_empty());
    body.as_object_mut().unwrap().remove("sendEmail");
    let loud = format!("/meetings/{}", host.post("/meetings", body).id());
    host.patch(&loud, json!({"title": "x"})).ok();
    host.delete(&loud).ok();
    let expected: Vec<String> = ["invitation", "update", "cancellation"]
        .iter()
        .flat_map(|occasion| [HOST, ANN].map(|email| format!("{occasion} {email}")))
        .collect();
    assert_eq!(webex.mails(), expected);
}

#[test]
fn a_moved_meeting_keeps_its_id_and_link_or_changes_its_link_as_the_switch_says() {
    for (switch, keeps) in [("keep", true), ("change", false)] {
        let webex = Webex::with(&[&format!("link-on-move={switch}")]);
        let host = webex.by(HOST);
        let was = host.post("/meetings", one()).ok();
        let path = format!("/meetings/{}", text(&was["id"]));
        let renamed = host
            .patch(&path, json!({"title": "Other", "sendEmail": false}))
            .ok();
        assert_eq!(renamed["webLink"], was["webLink"]);
        let moved = json!({"start": "2027-10-06T10:00:00Z", "end": "2027-10-06T11:00:00Z", "sendEmail": false});
        let now = host.patch(&path, moved).ok();
        assert_eq!(
            (&now["id"], &now["password"], &now["hostKey"]),
            (&was["id"], &was["password"], &was["hostKey"])
        );
        assert_eq!(
            (text(&now["start"]), text(&now["title"])),
            ("2027-10-06T10:00:00Z", "Other")
        );
        assert_eq!(now["webLink"] == was["webLink"], keeps);
        assert_eq!(now["meetingNumber"] == was["meetingNumber"], keeps);
    }
}

#[test]
fn a_patch_changes_what_it_names_and_null_clears() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    let mut body = with("agenda", json!("Welcome"));
    body["audioConnectionOptions"] = json!({"muteAttendeeUponEntry": true});
    let was = host.post("/meetings", body).ok();
    let path = format!("/meetings/{}", text(&was["id"]));
    let now = host
        .patch(
            &path,
            json!({"allowAnyUserToBeCoHost": true, "sendEmail": false}),
        )
        .ok();
    assert_eq!(now["allowAnyUserToBeCoHost"], true);
    for name in [
        "title",
        "agenda",
        "start",
        "end",
        "password",
        "audioConnectionOptions",
    ] {
        assert_eq!(now[name], was[name], "{name}");
    }
    let cleared = host
        .patch(&path, json!({"agenda": null, "sendEmail": false}))
        .ok();
    assert!(cleared.get("agenda").is_none());
}

#[test]
fn a_put_keeps_or_resets_what_it_does_not_name() {
    for (switch, keeps) in [("keep", true), ("reset", false)] {
        let webex = Webex::with(&[&format!("put-omitted={switch}")]);
        let host = webex.by(HOST);
        let mut body = with("agenda", json!("Welcome"));
        body["allowAnyUserToBeCoHost"] = json!(true);
        body["integrationTags"] = json!(["tag"]);
        let was = host.post("/meetings", body).ok();
        let path = format!("/meetings/{}", text(&was["id"]));
        let now = host
            .put(&path, json!({"title": "Other", "sendEmail": false}))
            .ok();
        assert_eq!(
            (&now["title"], &now["password"]),
            (&json!("Other"), &was["password"])
        );
        for name in ["agenda", "allowAnyUserToBeCoHost", "integrationTags"] {
            assert_eq!(now.get(name) == was.get(name), keeps, "{name}");
        }
    }
}

#[rstest]
#[case("any", "application/json", 200)]
#[case("any", "application/json-patch+json", 200)]
#[case("any", "text/plain", 415)]
#[case("json-patch-only", "application/json", 415)]
#[case("json-patch-only", "application/json-patch+json", 200)]
#[case("json-only", "application/json-patch+json", 415)]
#[case("json-only", "application/json", 200)]
fn a_patch_has_the_content_type_that_the_switch_wants(
    #[case] switch: &str,
    #[case] kind: &str,
    #[case] code: u16,
) {
    let webex = Webex::with(&[&format!("patch-content-type={switch}")]);
    let path = format!("/meetings/{}", webex.by(HOST).post("/meetings", one()).id());
    let patched = webex
        .by(HOST)
        .with_header("content-type", kind)
        .patch(&path, json!({"title": "x", "sendEmail": false}));
    assert_eq!(patched.status, code, "{:#}", patched.body);
}

#[test]
fn tags_are_private_to_the_client_that_wrote_them() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    let path = format!(
        "/meetings/{}",
        host.post("/meetings", with("integrationTags", json!(["one", "two"])))
            .id()
    );
    let other = webex.by_token(&webex.simulator.token_through(HOST, "another app"));
    let list = "/meetings?from=2027-10-01T00:00:00Z&to=2027-11-01T00:00:00Z&integrationTag=";
    assert_eq!(
        host.get(&path).ok()["integrationTags"],
        json!(["one", "two"])
    );
    assert!(other.get(&path).ok().get("integrationTags").is_none());
    assert_eq!(host.get(&format!("{list}two")).items().len(), 1);
    assert!(host.get(&format!("{list}tw")).items().is_empty());
    assert!(other.get(&format!("{list}two")).items().is_empty());
    other
        .patch(
            &path,
            json!({"integrationTags": ["mine"], "sendEmail": false}),
        )
        .ok();
    assert_eq!(
        host.get(&path).ok()["integrationTags"],
        json!(["one", "two"])
    );
    host.patch(&path, json!({"title": "kept", "sendEmail": false}))
        .ok();
    assert_eq!(host.get(&format!("{list}one")).items().len(), 1);
    host.patch(&path, json!({"integrationTags": [], "sendEmail": false}))
        .ok();
    assert!(host.get(&path).ok().get("integrationTags").is_none());
    other
        .patch(&path, json!({"integrationTags": null, "sendEmail": false}))
        .ok();
    assert!(other.get(&path).ok().get("integrationTags").is_none());
}

#[test]
fn two_meetings_may_have_the_same_tag() {
    let webex = Webex::new();
    let first = webex
        .by(HOST)
        .post("/meetings", with("integrationTags", json!(["same"])))
        .id();
    let second = webex
        .by(HOST)
        .post("/meetings", with("integrationTags", json!(["same"])))
        .id();
    assert_ne!(first, second);
    let found = webex
        .by(HOST)
        .get("/meetings?integrationTag=same&from=2027-10-01T00:00:00Z&to=2027-11-01T00:00:00Z");
    assert_eq!(found.items().len(), 2);
}
