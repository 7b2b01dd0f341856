//! Who is in a room and who moderates it (messaging §5).

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{ANN, BEN, BOT, HOST, STRANGER, Webex, text};

struct Room<'a> {
    webex: &'a Webex,
    id: String,
}

impl<'a> Room<'a> {
    fn new(webex: &'a Webex, body: Value) -> Self {
        Self {
            webex,
            id: webex.by(HOST).post("/rooms", body).id(),
        }
    }

    fn add(&self, by: &str, email: &str, moderator: bool) -> crate::client::Answer {
        let body = json!({"roomId": self.id, "personEmail": email, "isModerator": moderator});
        self.webex.by(by).post("/memberships", body)
    }

    fn membership(&self, email: &str) -> String {
        let members = self.webex.world("memberships");
        let own = members
            .iter()
            .find(|member| member["roomId"] == self.id.as_str() && member["personEmail"] == email);
        format!("/memberships/{}", text(&own.expect("a member")["id"]))
    }

    fn moderators(&self) -> Vec<String> {
        let members = self.webex.world("memberships").into_iter();
        let own = members
            .filter(|member| member["roomId"] == self.id.as_str() && member["isModerator"] == true);
        own.map(|member| text(&member["personEmail"]).to_owned())
            .collect()
    }

    fn locked(&self) -> bool {
        self.webex.by(HOST).get(&format!("/rooms/{}", self.id)).ok()["isLocked"] == true
    }
}

#[test]
fn a_second_membership_is_refused_with_409() {
    let webex = Webex::new();
    let room = Room::new(&webex, json!({"title": "x"}));
    room.add(HOST, ANN, false).ok();
    assert_eq!(
        room.add(HOST, "ANN@example.com", false).refused(409),
        "User is already a participant in the room."
    );
}

#[test]
fn a_membership_has_the_same_id_whenever_it_is_made() {
    let webex = Webex::new();
    let room = Room::new(&webex, json!({"title": "x"}));
    let first = room.add(HOST, ANN, false).id();
    webex.by(HOST).delete(&format!("/memberships/{first}")).ok();
    webex
        .by(HOST)
        .get(&format!("/memberships/{first}"))
        .refused(404);
    let told = webex
        .by(HOST)
        .delete(&format!("/memberships/{first}"))
        .refused(404);
    assert_eq!(told, "User is not a participant of the room.");
    assert_eq!(room.add(HOST, ANN, false).id(), first);
}

#[rstest]
#[case(json!({"personEmail": ANN}), 400, "roomId cannot be null")]
#[case(json!({"roomId": "ROOM"}), 400, "Must specify either personId or personEmail.")]
#[case(json!({"roomId": "nonsense", "personEmail": ANN}), 400, "Expect base64 ID or UUID.")]
#[case(json!({"roomId": "ROOM", "personId": "nonsense"}), 400, "Expect base64 ID or UUID.")]
#[case(json!({"roomId": "ROOM", "personId": "00000000-0000-4000-8000-000000000000"}), 400, "Expect base64 ID or UUID.")]
#[case(json!({"roomId": "ROOM", "personEmail": "not an address"}), 404, "The requested resource could not be found.")]
fn a_call_that_names_nobody_or_nowhere_is_refused(
    #[case] mut body: Value,
    #[case] code: u16,
    #[case] told: &str,
) {
    let webex = Webex::new();
    let room = Room::new(&webex, json!({"title": "x"}));
    if body["roomId"] == "ROOM" {
        body["roomId"] = json!(room.id);
    }
    assert_eq!(
        webex.by(HOST).post("/memberships", body).refused(code),
        told
    );
    assert_eq!(webex.world("memberships").len(), 1);
}

#[test]
fn an_address_without_an_account_becomes_a_pending_one_with_a_mail_or_is_404() {
    let webex = Webex::new();
    let room = Room::new(&webex, json!({"title": "x"}));
    let member = room.add(HOST, STRANGER, false).ok();
    assert_eq!(member["personDisplayName"], "sam");
    assert_eq!(webex.mails(), [format!("account {STRANGER}")]);

    let webex = Webex::with(&["pending-account=404"]);
    let room = Room::new(&webex, json!({"title": "x"}));
    assert_eq!(
        room.add(HOST, STRANGER, false).refused(404),
        format!("{STRANGER} not found.")
    );
    assert!(webex.mails().is_empty());
}

#[test]
fn an_address_of_the_organisation_has_an_account_unless_the_switch_says_otherwise() {
    for (switch, mails) in [("licensed", 0), ("unlicensed", 0), ("unknown", 1)] {
        let webex = Webex::with(&[&format!("org-addresses={switch}")]);
        let room = Room::new(&webex, json!({"title": "x"}));
        room.add(HOST, "new@example.com", false).ok();
        assert_eq!(webex.mails().len(), mails, "{switch}");
        let sites = webex
            .by("new@example.com")
            .get("/meetingPreferences/sites")
            .ok();
        assert_eq!(
            sites["sites"].as_array().unwrap().len() == 1,
            switch == "licensed"
        );
    }
}

#[test]
fn a_room_of_others_takes_nobody_from_outside() {
    for (switch, code) in [("404", 404), ("502", 502)] {
        let webex = Webex::with(&[&format!("add-from-outside-code={switch}")]);
        let room = Room::new(&webex, json!({"title": "x"}));
        room.add(ANN, BEN, false).refused(code);
        room.add(ANN, ANN, false).refused(code);
    }
}

#[test]
fn the_first_moderator_locks_the_room_and_makes_the_caller_one_too() {
    let webex = Webex::new();
    let room = Room::new(&webex, json!({"title": "x"}));
    let ann = room.add(HOST, ANN, true).ok();
    assert_eq!(ann["isModerator"], true);
    assert!(room.locked());
    assert_eq!(room.moderators(), [HOST, ANN]);
}

#[test]
fn promoting_later_does_the_same() {
    let webex = Webex::new();
    let room = Room::new(&webex, json!({"title": "x"}));
    room.add(HOST, ANN, false).ok();
    room.add(HOST, BOT, false).ok();
    webex
        .by(BOT)
        .put(&room.membership(ANN), json!({"isModerator": true}))
        .ok();
    assert_eq!(room.moderators(), [ANN, BOT]);
    room.add(HOST, BEN, false).refused(403);
}

#[test]
fn demoting_the_last_moderator_unlocks_the_room() {
    let webex = Webex::new();
    let room = Room::new(
        &webex,
        json!({"title": "x", "isLocked": true, "isAnnouncementOnly": true}),
    );
    webex
        .by(HOST)
        .put(&room.membership(HOST), json!({"isModerator": false}))
        .ok();
    assert!(!room.locked());
    let shown = webex.by(HOST).get(&format!("/rooms/{}", room.id)).ok();
    assert_eq!(shown["isAnnouncementOnly"], false);
}

#[test]
fn in_an_unlocked_room_anybody_removes_anybody_in_a_locked_one_moderators_do() {
    let webex = Webex::new();
    let room = Room::new(&webex, json!({"title": "x"}));
    for email in [ANN, BEN] {
        room.add(HOST, email, false).ok();
    }
    webex.by(ANN).delete(&room.membership(BEN)).ok();
    room.add(ANN, BEN, false).ok();
    webex
        .by(HOST)
        .put(&room.membership(HOST), json!({"isModerator": true}))
        .ok();
    webex.by(ANN).delete(&room.membership(BEN)).refused(403);
    webex.by(BEN).delete(&room.membership(BEN)).ok();
    webex.by(HOST).delete(&room.membership(ANN)).ok();
}

#[test]
fn guests_of_a_team_room_are_not_in_the_team_and_may_be_refused_as_moderators() {
    for (switch, code) in [("403", 403), ("400", 400)] {
        let code_switch = format!("guest-moderator-code={switch}");
        let webex = Webex::with(&["guest-moderator=refused", &code_switch]);
        let team = webex.team();
        let room = Room::new(&webex, json!({"title": "x", "teamId": team}));
        room.add(HOST, ANN, true).refused(code);
        room.add(HOST, ANN, false).ok();
        let members = webex
            .by(HOST)
            .get(&format!("/team/memberships?teamId={team}"));
        assert_eq!(members.each("personEmail"), [HOST, BOT]);
        webex
            .by(HOST)
            .put(&room.membership(ANN), json!({"isModerator": true}))
            .refused(code);
        // A guest cannot lock the room for somebody else either: that would promote the guest.
        webex
            .by(ANN)
            .put(&room.membership(HOST), json!({"isModerator": true}))
            .refused(code);
        webex
            .by(ANN)
            .put(
                &format!("/rooms/{}", room.id),
                json!({"title": "x", "isLocked": true}),
            )
            .refused(code);
        webex
            .by(HOST)
            .post(
                "/team/memberships",
                json!({"teamId": team, "personEmail": ANN}),
            )
            .ok();
        webex
            .by(HOST)
            .put(&room.membership(ANN), json!({"isModerator": true}))
            .ok();
    }
}

#[rstest]
#[case("allowed", true)]
#[case("ordinary", false)]
fn a_guest_who_is_to_moderate_does_or_is_an_ordinary_member(
    #[case] switch: &str,
    #[case] moderates: bool,
) {
    let webex = Webex::with(&[&format!("guest-moderator={switch}")]);
    let team = webex.team();
    let room = Room::new(&webex, json!({"title": "x", "teamId": team}));
    let added = room.add(HOST, ANN, true).ok();
    assert_eq!(added["isModerator"], moderates);
    room.add(HOST, BEN, false).ok();
    let path = room.membership(BEN);
    let promoted = webex.by(HOST).put(&path, json!({"isModerator": true})).ok();
    assert_eq!(promoted["isModerator"], moderates);
    let shown = webex.by(HOST).get(&format!("/rooms/{}", room.id)).ok();
    assert_eq!(shown["isLocked"], moderates);
    let members = webex
        .by(HOST)
        .get(&format!("/team/memberships?teamId={team}"));
    assert_eq!(members.each("personEmail"), [HOST, BOT]);
}

#[test]
fn the_last_moderator_of_a_team_room_cannot_leave_before_handing_over() {
    let webex = Webex::new();
    let team = webex.team();
    let room = Room::new(
        &webex,
        json!({"title": "x", "teamId": team, "isLocked": true}),
    );
    room.add(HOST, BOT, false).ok();
    webex.by(HOST).delete(&room.membership(HOST)).refused(403);
    webex
        .by(HOST)
        .put(&room.membership(BOT), json!({"isModerator": true}))
        .ok();
    webex.by(HOST).delete(&room.membership(HOST)).ok();
}

#[test]
fn team_members_walk_into_unlocked_rooms_of_their_team_only() {
    let webex = Webex::new();
    let team = webex.team();
    webex
        .by(HOST)
        .post(
            "/team/memberships",
            json!({"teamId": team, "personEmail": ANN}),
        )
        .ok();
    let open = Room::new(&webex, json!({"title": "open", "teamId": team}));
    let locked = Room::new(
        &webex,
        json!({"title": "locked", "teamId": team, "isLocked": true}),
    );
    open.add(BEN, BEN, false).refused(404);
    open.add(ANN, BEN, false).refused(404);
    open.add(ANN, ANN, false).ok();
    locked.add(ANN, ANN, false).refused(403);

    let webex = Webex::with(&["unlocked-walk-in=no"]);
    let team = webex.team();
    webex
        .by(HOST)
        .post(
            "/team/memberships",
            json!({"teamId": team, "personEmail": ANN}),
        )
        .ok();
    Room::new(&webex, json!({"title": "open", "teamId": team}))
        .add(ANN, ANN, false)
        .refused(404);
}

#[test]
fn a_team_member_outside_a_locked_team_room_sees_its_moderators_only() {
    let webex = Webex::new();
    let team = webex.team();
    webex
        .by(HOST)
        .post(
            "/team/memberships",
            json!({"teamId": team, "personEmail": ANN}),
        )
        .ok();
    let room = Room::new(
        &webex,
        json!({"title": "x", "teamId": team, "isLocked": true}),
    );
    room.add(HOST, BEN, false).ok();
    let list = format!("/memberships?roomId={}", room.id);
    assert_eq!(webex.by(ANN).get(&list).each("personEmail"), [HOST]);
    assert_eq!(webex.by(BEN).get(&list).each("personEmail"), [HOST, BEN]);
    webex.by(ANN).get(&room.membership(BEN)).refused(404);
    webex.by(ANN).get(&room.membership(HOST)).ok();
    webex.by(STRANGER).get(&list).refused(404);
}

#[test]
fn memberships_are_found_by_person_within_a_room_only() {
    let webex = Webex::new();
    let room = Room::new(&webex, json!({"title": "x"}));
    let ann = room.add(HOST, ANN, false).ok();
    let host = webex.by(HOST);
    let list = format!("/memberships?roomId={}", room.id);
    assert_eq!(
        host.get(&format!("{list}&personEmail=Ann@Example.com"))
            .each("id"),
        [text(&ann["id"])]
    );
    assert_eq!(
        host.get(&format!("{list}&personId={}", text(&ann["personId"])))
            .each("id"),
        [text(&ann["id"])]
    );
    assert!(
        host.get(&format!("{list}&personEmail={BEN}"))
            .items()
            .is_empty()
    );
    host.get(&format!("/memberships?personEmail={ANN}"))
        .refused(400);
}

#[test]
fn memberships_without_a_room_are_ones_own_or_those_of_ones_rooms() {
    for (switch, expected) in [("own", vec![HOST]), ("all", vec![HOST, ANN])] {
        let webex = Webex::with(&[&format!("memberships-without-room={switch}")]);
        Room::new(&webex, json!({"title": "x"}))
            .add(HOST, ANN, false)
            .ok();
        assert_eq!(
            webex.by(HOST).get("/memberships").each("personEmail"),
            expected
        );
    }
}

#[test]
fn a_room_holds_five_thousand_people_and_no_more() {
    let webex = Webex::set_up(|config| config.strict = false);
    let room = Room::new(&webex, json!({"title": "x"}));
    let host = webex.by(HOST);
    for number in 1..5000 {
        let body = json!({"roomId": room.id, "personEmail": format!("p{number}@example.com")});
        host.post("/memberships", body).ok();
    }
    let told = room.add(HOST, ANN, false).refused(400);
    assert_eq!(
        told,
        "Conversation already has maximum number of participants"
    );
    let (all, pages) = host.all(&format!("/memberships?roomId={}&max=5000", room.id));
    assert_eq!((all.len(), pages), (5000, 5));
}

#[test]
fn a_put_changes_what_it_names_and_one_of_the_two_is_enough() {
    let webex = Webex::new();
    let room = Room::new(&webex, json!({"title": "x"}));
    webex
        .by(HOST)
        .put(&room.membership(HOST), json!({}))
        .refused(400);
    webex
        .by(HOST)
        .put(&room.membership(HOST), json!({"isRoomHidden": true}))
        .refused(400);
    webex
        .by(HOST)
        .put(&room.membership(HOST), json!({"isModerator": "yes"}))
        .refused(400);
    webex
        .by(HOST)
        .post("/messages", json!({"toPersonEmail": ANN, "text": "hi"}))
        .ok();
    let direct = webex
        .by(HOST)
        .get("/rooms?type=direct")
        .each("id")
        .remove(0);
    let own = webex
        .by(HOST)
        .get(&format!("/memberships?roomId={direct}&personEmail={HOST}"))
        .each("id")
        .remove(0);
    let hidden = webex
        .by(HOST)
        .put(
            &format!("/memberships/{own}"),
            json!({"isRoomHidden": true}),
        )
        .ok();
    assert_eq!(
        (&hidden["isRoomHidden"], &hidden["roomType"]),
        (&json!(true), &json!("direct"))
    );
}
