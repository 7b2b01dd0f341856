//! Rooms (messaging §4).

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{ANN, BEN, BOT, HOST, STRANGER, Webex, text};

#[test]
fn a_new_room_holds_its_creator_only_and_reads_as_webex_writes_it() {
    let webex = Webex::new();
    let mut room = webex.by(BOT).post("/rooms", json!({"title": "Jury"})).ok();
    let id = text(&room["id"]).to_owned();
    assert_eq!(
        webex
            .by(BOT)
            .get(&format!("/memberships?roomId={id}"))
            .each("personEmail"),
        [BOT]
    );
    for name in ["id", "creatorId", "ownerId"] {
        assert!(
            text(&room[name]).starts_with("Y2lzY29zcGFyazovL3VzL"),
            "{room}"
        );
        room[name] = "…".into();
    }
    insta::assert_json_snapshot!(room, @r#"
    {
      "id": "…",
      "title": "Jury",
      "type": "group",
      "isLocked": false,
      "lastActivity": "2027-10-01T08:00:00.000Z",
      "creatorId": "…",
      "created": "2027-10-01T08:00:00.000Z",
      "ownerId": "…",
      "isPublic": false,
      "isReadOnly": false
    }
    "#);
}

#[rstest]
#[case(json!({}), "Title cannot be empty.")]
#[case(json!({"title": ""}), "Title cannot be empty.")]
#[case(json!({"title": "x", "isAnnouncementOnly": true}), "A room can only be put into announcement mode when it is locked.")]
#[case(json!({"title": "x", "isPublic": true}), "A public room needs a description.")]
#[case(json!({"title": 5}), "'title' must be a string.")]
fn a_room_that_cannot_be_is_refused(#[case] body: Value, #[case] told: &str) {
    let webex = Webex::new();
    assert_eq!(webex.by(HOST).post("/rooms", body).refused(400), told);
    assert!(webex.world("rooms").is_empty());
}

#[test]
fn a_locked_room_has_its_creator_as_moderator() {
    let webex = Webex::new();
    let room = webex
        .by(HOST)
        .post(
            "/rooms",
            json!({"title": "x", "isLocked": true, "isAnnouncementOnly": true}),
        )
        .ok();
    assert_eq!(
        (&room["isLocked"], &room["isAnnouncementOnly"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(webex.world("memberships")[0]["isModerator"], true);
}

#[test]
fn a_room_one_is_not_in_looks_like_one_that_does_not_exist() {
    let webex = Webex::new();
    let room = webex.by(HOST).post("/rooms", json!({"title": "x"})).id();
    let unseen = webex.by(ANN).get(&format!("/rooms/{room}")).refused(404);
    let absent = webex
        .by(ANN)
        .get("/rooms/00000000-0000-4000-8000-000000000000")
        .refused(404);
    assert_eq!(unseen, absent);
    assert_eq!(unseen, "Could not find a room with provided ID.");
    assert_eq!(
        webex.by(ANN).get("/rooms/nonsense").refused(400),
        "Expect base64 ID or UUID."
    );
}

#[test]
fn a_rename_keeps_the_id_and_everything_else() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    let was = host
        .post(
            "/rooms",
            json!({"title": "x", "isLocked": true, "description": "d"}),
        )
        .ok();
    let path = format!("/rooms/{}", text(&was["id"]));
    let now = host.put(&path, json!({"title": "y"})).ok();
    assert_eq!(now["title"], "y");
    for name in ["id", "isLocked", "description", "created", "creatorId"] {
        assert_eq!(now[name], was[name], "{name}");
    }
    assert_eq!(
        host.put(&path, json!({"isLocked": true})).refused(400),
        "Title cannot be empty."
    );
    let cleared = host
        .put(&path, json!({"title": "y", "description": " "}))
        .ok();
    assert!(cleared.get("description").is_none());
}

#[test]
fn a_put_may_reset_what_it_does_not_name() {
    let webex = Webex::with(&["room-put-omitted=reset"]);
    let host = webex.by(HOST);
    let room = host
        .post(
            "/rooms",
            json!({"title": "x", "isLocked": true, "description": "d"}),
        )
        .id();
    let now = host
        .put(&format!("/rooms/{room}"), json!({"title": "y"}))
        .ok();
    assert_eq!(now["isLocked"], false);
    assert!(now.get("description").is_none());
}

#[test]
fn locking_makes_the_caller_a_moderator_and_unlocking_leaves_none() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    let room = host.post("/rooms", json!({"title": "x"})).id();
    host.post("/memberships", json!({"roomId": room, "personEmail": ANN}))
        .ok();
    let path = format!("/rooms/{room}");
    webex
        .by(ANN)
        .put(
            &path,
            json!({"title": "x", "isLocked": true, "isAnnouncementOnly": true}),
        )
        .ok();
    let moderators = |webex: &Webex| -> Vec<Value> {
        let members = webex.world("memberships");
        members
            .into_iter()
            .filter(|member| member["isModerator"] == true)
            .map(|member| member["personEmail"].clone())
            .collect()
    };
    assert_eq!(moderators(&webex), [ANN]);
    let unlocked = webex
        .by(ANN)
        .put(&path, json!({"title": "x", "isLocked": false}))
        .ok();
    assert_eq!(unlocked["isLocked"], false);
    assert_eq!(unlocked["isAnnouncementOnly"], false);
    assert!(moderators(&webex).is_empty());
}

#[test]
fn announcement_mode_needs_a_lock_on_update_too() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    let room = host.post("/rooms", json!({"title": "x"})).id();
    let path = format!("/rooms/{room}");
    host.put(&path, json!({"title": "x", "isAnnouncementOnly": true}))
        .refused(400);
    let both = json!({"title": "x", "isLocked": true, "isAnnouncementOnly": true});
    assert_eq!(host.put(&path, both).ok()["isAnnouncementOnly"], true);
    host.put(&path, json!({"title": "x", "isAnnouncementOnly": false}))
        .ok();
    assert_eq!(host.get(&path).ok()["isAnnouncementOnly"], false);
}

#[test]
fn a_public_room_can_be_found_and_made_private_but_not_the_other_way() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    let public = json!({"title": "News", "isPublic": true, "description": "All news"});
    let room = host.post("/rooms", public).ok();
    assert_eq!(room["madePublic"], "2027-10-01T08:00:00.000Z");
    let path = format!("/rooms/{}", text(&room["id"]));
    assert_eq!(
        webex
            .by(ANN)
            .get("/rooms?orgPublicSpaces=true")
            .each("title"),
        ["News"]
    );
    assert!(webex.by(ANN).get("/rooms").items().is_empty());
    assert_eq!(
        host.put(&path, json!({"title": "News", "isPublic": false}))
            .ok()["isPublic"],
        false
    );
    host.put(&path, json!({"title": "News", "isPublic": true}))
        .refused(403);
}

#[test]
fn people_of_the_organisation_join_a_public_room_by_themselves() {
    let webex = Webex::new();
    let public = json!({"title": "News", "isPublic": true, "description": "d", "isLocked": true});
    let room = webex.by(HOST).post("/rooms", public).id();
    let join = |email: &str, whom: &str| {
        let body = json!({"roomId": room, "personEmail": whom});
        webex.by(email).post("/memberships", body)
    };
    join(ANN, BEN).refused(404);
    join(ANN, ANN).ok();
    join(STRANGER, STRANGER).refused(404);
}

#[test]
fn any_member_may_make_a_locked_public_room_private_and_nothing_else() {
    let webex = Webex::new();
    let public = json!({"title": "News", "isPublic": true, "description": "d", "isLocked": true});
    let room = webex.by(HOST).post("/rooms", public).id();
    webex
        .by(HOST)
        .post("/memberships", json!({"roomId": room, "personEmail": ANN}))
        .ok();
    let path = format!("/rooms/{room}");
    webex
        .by(ANN)
        .put(&path, json!({"title": "Mine"}))
        .refused(403);
    webex
        .by(ANN)
        .put(&path, json!({"title": "News", "isPublic": false}))
        .ok();
}

#[rstest]
#[case("403", 403)]
#[case("404", 404)]
#[case("400", 400)]
fn a_locked_room_is_changed_by_moderators_only(#[case] switch: &str, #[case] code: u16) {
    let webex = Webex::with(&[&format!("locked-room-refusal-code={switch}")]);
    let room = webex
        .by(HOST)
        .post("/rooms", json!({"title": "x", "isLocked": true}))
        .id();
    webex
        .by(HOST)
        .post("/memberships", json!({"roomId": room, "personEmail": ANN}))
        .ok();
    let ann = webex.by(ANN);
    ann.put(&format!("/rooms/{room}"), json!({"title": "y"}))
        .refused(code);
    ann.post("/memberships", json!({"roomId": room, "personEmail": BEN}))
        .refused(code);
}

#[test]
fn a_room_moves_into_a_team_once_and_only_with_moderators_of_that_team() {
    let webex = Webex::new();
    let team = webex.team();
    let host = webex.by(HOST);
    let room = host.post("/rooms", json!({"title": "x"})).id();
    host.post(
        "/memberships",
        json!({"roomId": room, "personEmail": ANN, "isModerator": true}),
    )
    .ok();
    let path = format!("/rooms/{room}");
    let wish = json!({"title": "x", "teamId": team});
    host.put(&path, wish.clone()).refused(400);
    host.post(
        "/team/memberships",
        json!({"teamId": team, "personEmail": ANN}),
    )
    .ok();
    assert_eq!(host.put(&path, wish.clone()).ok()["teamId"], team.as_str());
    host.put(&path, wish).ok();
    let other = host.post("/teams", json!({"name": "Other"})).id();
    host.put(&path, json!({"title": "x", "teamId": other}))
        .refused(400);
}

#[test]
fn a_deleted_team_room_is_archived_and_a_standalone_one_is_gone() {
    let webex = Webex::new();
    let team = webex.team();
    let host = webex.by(HOST);
    let of_team = host
        .post("/rooms", json!({"title": "x", "teamId": team}))
        .id();
    let alone = host.post("/rooms", json!({"title": "y"})).id();
    for room in [&of_team, &alone] {
        assert_eq!(host.delete(&format!("/rooms/{room}")).status, 204);
        host.get(&format!("/rooms/{room}")).refused(404);
        host.delete(&format!("/rooms/{room}")).refused(404);
    }
    assert_eq!(host.get("/rooms").each("title"), ["Challenge"]);
    let held: Vec<Value> = webex
        .world("rooms")
        .into_iter()
        .filter(|room| room["isReadOnly"] == true)
        .collect();
    assert_eq!(held.len(), 1);
}

#[test]
fn an_archived_room_may_stay_listed_but_takes_no_change() {
    let webex = Webex::with(&["archived-room=listed"]);
    let team = webex.team();
    let host = webex.by(HOST);
    let room = host
        .post("/rooms", json!({"title": "x", "teamId": team}))
        .id();
    host.delete(&format!("/rooms/{room}")).ok();
    assert_eq!(host.get(&format!("/rooms/{room}")).ok()["isReadOnly"], true);
    host.put(&format!("/rooms/{room}"), json!({"title": "y"}))
        .refused(403);
    host.post("/messages", json!({"roomId": room, "text": "hi"}))
        .refused(403);
}

#[test]
fn a_non_moderator_who_deletes_a_room_only_leaves_it() {
    let webex = Webex::new();
    let room = webex
        .by(HOST)
        .post("/rooms", json!({"title": "x", "isLocked": true}))
        .id();
    webex
        .by(HOST)
        .post("/memberships", json!({"roomId": room, "personEmail": ANN}))
        .ok();
    assert_eq!(webex.by(ANN).delete(&format!("/rooms/{room}")).status, 204);
    webex.by(ANN).get(&format!("/rooms/{room}")).refused(404);
    webex.by(HOST).get(&format!("/rooms/{room}")).ok();
}

#[test]
fn deleting_an_unlocked_room_deletes_it_or_leaves_it() {
    for (switch, survives) in [("deletes", false), ("leaves", true)] {
        let webex = Webex::with(&[&format!("delete-unlocked-room={switch}")]);
        let room = webex.by(HOST).post("/rooms", json!({"title": "x"})).id();
        webex
            .by(HOST)
            .post("/memberships", json!({"roomId": room, "personEmail": ANN}))
            .ok();
        webex.by(ANN).delete(&format!("/rooms/{room}")).ok();
        assert_eq!(
            webex.by(HOST).get(&format!("/rooms/{room}")).status == 200,
            survives
        );
    }
}

#[test]
fn the_general_room_cannot_be_deleted_or_renamed_by_itself() {
    let webex = Webex::new();
    let team = webex.team();
    let general = webex
        .by(HOST)
        .get(&format!("/rooms?teamId={team}"))
        .each("id")
        .remove(0);
    webex
        .by(HOST)
        .delete(&format!("/rooms/{general}"))
        .refused(400);
    webex
        .by(HOST)
        .put(&format!("/rooms/{general}"), json!({"title": "Other"}))
        .refused(400);
}

#[test]
fn rooms_are_listed_by_kind_and_in_the_order_asked_for() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    let first = host.post("/rooms", json!({"title": "first"})).id();
    webex.pass(60);
    host.post("/rooms", json!({"title": "second"})).ok();
    webex.pass(60);
    host.post("/messages", json!({"roomId": first, "text": "hi"}))
        .ok();
    host.post("/messages", json!({"toPersonEmail": ANN, "text": "hi"}))
        .ok();
    assert_eq!(
        host.get("/rooms?type=group&sortBy=lastactivity")
            .each("title"),
        ["first", "second"]
    );
    assert_eq!(
        host.get("/rooms?type=group&sortBy=created").each("title"),
        ["second", "first"]
    );
    assert_eq!(host.get("/rooms?type=direct").each("title"), ["Ann Archer"]);
    assert_eq!(webex.by(ANN).get("/rooms").each("title"), ["Event Office"]);
    host.get("/rooms?type=round").refused(400);
    host.get("/rooms?sortBy=title").refused(400);
}

#[test]
fn a_team_id_may_be_spelled_as_a_room_id_and_is_understood_so() {
    let webex = Webex::with(&["team-id-in-rooms=room"]);
    let team = webex.team();
    let room = webex
        .by(HOST)
        .post("/rooms", json!({"title": "x", "teamId": team}))
        .ok();
    let spelled = text(&room["teamId"]);
    assert_ne!(spelled, team);
    assert_eq!(
        webex
            .by(HOST)
            .get(&format!("/rooms?teamId={spelled}"))
            .items()
            .len(),
        2
    );
}

#[test]
fn every_nth_title_may_be_unreadable_in_an_answer_that_is_200() {
    let webex = Webex::with(&["unreadable-titles=2"]);
    let host = webex.by(HOST);
    for title in ["a", "b", "c"] {
        host.post("/rooms", json!({"title": title})).ok();
    }
    let rooms = host.get("/rooms").items();
    let unreadable: Vec<bool> = rooms
        .iter()
        .map(|room| room["errors"]["title"]["code"] == "kms_failure")
        .collect();
    assert_eq!(unreadable, [false, true, false]);
    assert_ne!(rooms[1]["title"], "b");
}

#[test]
fn a_member_of_the_team_may_read_a_room_and_see_it_listed_as_the_switches_say() {
    for (sees, listed) in [("yes", "all"), ("no", "mine")] {
        let webex = Webex::with(&[
            &format!("team-member-sees-room={sees}"),
            &format!("team-rooms-listed={listed}"),
        ]);
        let team = webex.team();
        webex
            .by(HOST)
            .post(
                "/team/memberships",
                json!({"teamId": team, "personEmail": ANN}),
            )
            .ok();
        let room = webex
            .by(HOST)
            .post("/rooms", json!({"title": "x", "teamId": team}))
            .id();
        let ann = webex.by(ANN);
        assert_eq!(
            ann.get(&format!("/rooms/{room}")).status == 200,
            sees == "yes"
        );
        assert_eq!(
            ann.get(&format!("/rooms?teamId={team}")).items().len() == 2,
            listed == "all"
        );
    }
}
