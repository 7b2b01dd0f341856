//! Teams and who is in them (messaging §3).

use rstest::rstest;
use serde_json::json;

use crate::client::{ANN, BEN, BOT, HOST, STRANGER, Webex, text};

#[test]
fn a_new_team_has_its_creator_as_moderator_and_a_general_room() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    let team = host
        .post(
            "/teams",
            json!({"name": "Challenge", "description": "Four days"}),
        )
        .ok();
    assert_eq!(
        (text(&team["name"]), text(&team["description"])),
        ("Challenge", "Four days")
    );
    let team = text(&team["id"]);
    let members = host
        .get(&format!("/team/memberships?teamId={team}"))
        .items();
    assert_eq!(members.len(), 1);
    assert_eq!(members[0]["personEmail"], HOST);
    assert_eq!(members[0]["isModerator"], true);
    let rooms = host.get(&format!("/rooms?teamId={team}")).items();
    assert_eq!(rooms.len(), 1);
    assert_eq!(
        (text(&rooms[0]["title"]), text(&rooms[0]["teamId"])),
        ("Challenge", team)
    );
    let room = json!({"title": "Jury", "teamId": team});
    host.post("/rooms", room).ok();
    assert_eq!(host.get(&format!("/rooms?teamId={team}")).items().len(), 2);
}

#[test]
fn the_general_room_may_be_called_general() {
    let webex = Webex::with(&["general-room-title=general"]);
    let team = webex.team();
    assert_eq!(
        webex
            .by(HOST)
            .get(&format!("/rooms?teamId={team}"))
            .each("title"),
        ["General"]
    );
}

#[test]
fn a_team_needs_a_name() {
    let webex = Webex::new();
    assert_eq!(
        webex
            .by(HOST)
            .post("/teams", json!({"name": " "}))
            .refused(400),
        "name cannot be empty"
    );
}

#[test]
fn a_team_is_404_to_those_who_are_not_in_it() {
    let webex = Webex::new();
    let team = webex.team();
    for path in [
        format!("/teams/{team}"),
        format!("/team/memberships?teamId={team}"),
        format!("/rooms?teamId={team}"),
    ] {
        webex.by(ANN).get(&path).refused(404);
    }
    webex
        .by(ANN)
        .post("/rooms", json!({"title": "x", "teamId": team}))
        .refused(404);
    assert!(webex.by(ANN).get("/teams").items().is_empty());
    assert_eq!(webex.by(BOT).get("/teams").each("name"), ["Challenge"]);
}

#[test]
fn being_added_to_a_team_is_being_in_general_and_in_no_other_room() {
    let webex = Webex::new();
    let team = webex.team();
    let host = webex.by(HOST);
    host.post("/rooms", json!({"title": "Jury", "teamId": team}))
        .ok();
    let membership = host
        .post(
            "/team/memberships",
            json!({"teamId": team, "personEmail": ANN}),
        )
        .ok();
    assert_eq!(membership["isModerator"], false);
    assert_eq!(webex.by(ANN).get("/rooms").each("title"), ["Challenge"]);
}

#[test]
fn being_added_to_general_is_being_in_the_team() {
    let webex = Webex::new();
    let team = webex.team();
    let host = webex.by(HOST);
    let general = host
        .get(&format!("/rooms?teamId={team}"))
        .each("id")
        .remove(0);
    host.post(
        "/memberships",
        json!({"roomId": general, "personEmail": ANN, "isModerator": true}),
    )
    .ok();
    assert_eq!(
        host.get(&format!("/team/memberships?teamId={team}"))
            .each("personEmail"),
        [HOST, BOT, ANN]
    );
    let ann = host
        .get(&format!("/memberships?roomId={general}&personEmail={ANN}"))
        .items()
        .remove(0);
    assert_eq!(ann["isModerator"], true);
    host.put(
        &format!("/memberships/{}", text(&ann["id"])),
        json!({"isModerator": false}),
    )
    .ok();
    let moderators = host
        .get(&format!("/team/memberships?teamId={team}"))
        .items();
    assert_eq!(
        moderators
            .iter()
            .filter(|member| member["isModerator"] == true)
            .count(),
        2
    );
}

#[test]
fn leaving_general_is_leaving_the_team_and_all_its_rooms() {
    let webex = Webex::new();
    let team = webex.team();
    let host = webex.by(HOST);
    let general = host
        .get(&format!("/rooms?teamId={team}"))
        .each("id")
        .remove(0);
    host.post(
        "/team/memberships",
        json!({"teamId": team, "personEmail": ANN}),
    )
    .ok();
    let room = host
        .post("/rooms", json!({"title": "Jury", "teamId": team}))
        .id();
    host.post("/memberships", json!({"roomId": room, "personEmail": ANN}))
        .ok();
    let own = webex
        .by(ANN)
        .get(&format!("/memberships?roomId={general}&personEmail={ANN}"))
        .each("id")
        .remove(0);
    assert_eq!(
        webex.by(ANN).delete(&format!("/memberships/{own}")).status,
        204
    );
    webex.by(ANN).get(&format!("/rooms/{room}")).refused(404);
    webex.by(ANN).get(&format!("/teams/{team}")).refused(404);
}

#[rstest]
#[case("403", 403)]
#[case("404", 404)]
#[case("400", 400)]
fn only_moderators_change_a_team(#[case] switch: &str, #[case] code: u16) {
    let webex = Webex::with(&[&format!("team-refusal-code={switch}")]);
    let team = webex.team();
    webex
        .by(HOST)
        .post(
            "/team/memberships",
            json!({"teamId": team, "personEmail": ANN}),
        )
        .ok();
    let ann = webex.by(ANN);
    ann.post(
        "/team/memberships",
        json!({"teamId": team, "personEmail": BEN}),
    )
    .refused(code);
    ann.put(&format!("/teams/{team}"), json!({"name": "Mine"}))
        .refused(code);
    ann.delete(&format!("/teams/{team}")).refused(code);
}

#[test]
fn a_second_team_membership_is_refused_with_409_or_answered_with_200() {
    let webex = Webex::new();
    let team = webex.team();
    let again = json!({"teamId": team, "personEmail": BOT});
    webex.by(HOST).post("/team/memberships", again).refused(409);

    let webex = Webex::with(&["duplicate-team-membership=200"]);
    let team = webex.team();
    let again = json!({"teamId": team, "personEmail": BOT});
    webex.by(HOST).post("/team/memberships", again).ok();
    assert_eq!(
        webex
            .by(HOST)
            .get(&format!("/team/memberships?teamId={team}"))
            .items()
            .len(),
        2
    );
}

#[rstest]
#[case("403", 403)]
#[case("400", 400)]
fn the_last_moderator_of_a_team_stays(#[case] switch: &str, #[case] code: u16) {
    let webex = Webex::with(&[&format!("last-moderator-code={switch}")]);
    let team = webex
        .by(HOST)
        .post("/teams", json!({"name": "Challenge"}))
        .id();
    let host = webex.by(HOST);
    host.post(
        "/team/memberships",
        json!({"teamId": team, "personEmail": ANN}),
    )
    .ok();
    let own = host
        .get(&format!("/team/memberships?teamId={team}"))
        .each("id")
        .remove(0);
    host.delete(&format!("/team/memberships/{own}"))
        .refused(code);
    host.put(
        &format!("/team/memberships/{own}"),
        json!({"isModerator": false}),
    )
    .refused(code);
    let general = host
        .get(&format!("/rooms?teamId={team}"))
        .each("id")
        .remove(0);
    let in_general = host
        .get(&format!("/memberships?roomId={general}&personEmail={HOST}"))
        .each("id")
        .remove(0);
    host.delete(&format!("/memberships/{in_general}"))
        .refused(code);
    let ann = host
        .get(&format!("/team/memberships?teamId={team}"))
        .each("id")
        .remove(1);
    host.put(
        &format!("/team/memberships/{ann}"),
        json!({"isModerator": true}),
    )
    .ok();
    assert_eq!(host.delete(&format!("/team/memberships/{own}")).status, 204);
}

#[test]
fn what_a_bot_may_do_in_teams_is_up_to_the_switches() {
    let webex = Webex::new();
    let bot = webex.by(BOT);
    let team = bot.post("/teams", json!({"name": "Bots"})).id();
    bot.post(
        "/team/memberships",
        json!({"teamId": team, "personEmail": ANN, "isModerator": true}),
    )
    .ok();
    bot.post(
        "/rooms",
        json!({"title": "x", "teamId": team, "isLocked": true}),
    )
    .ok();

    let webex = Webex::with(&[
        "bot-creates-teams=no",
        "bot-adds-team-members=no",
        "bot-creates-team-rooms=no",
        "bot-moderates=no",
    ]);
    let team = webex.team();
    let bot = webex.by(BOT);
    bot.post("/teams", json!({"name": "Bots"})).refused(403);
    bot.post(
        "/team/memberships",
        json!({"teamId": team, "personEmail": ANN}),
    )
    .refused(403);
    bot.post("/rooms", json!({"title": "x", "teamId": team}))
        .refused(403);
    bot.post("/rooms", json!({"title": "x", "isLocked": true}))
        .refused(403);
    let room = bot.post("/rooms", json!({"title": "x"})).id();
    bot.post(
        "/memberships",
        json!({"roomId": room, "personEmail": ANN, "isModerator": true}),
    )
    .refused(403);
    bot.put(
        &format!("/rooms/{room}"),
        json!({"title": "x", "isLocked": true}),
    )
    .refused(403);
    let host = webex
        .by(HOST)
        .get(&format!("/team/memberships?teamId={team}"))
        .each("id")
        .remove(0);
    bot.put(
        &format!("/team/memberships/{host}"),
        json!({"isModerator": false}),
    )
    .refused(403);
}

#[test]
fn a_renamed_team_keeps_its_id_and_renames_its_general_room() {
    let webex = Webex::new();
    let team = webex.team();
    let renamed = webex
        .by(HOST)
        .put(&format!("/teams/{team}"), json!({"name": "Finals"}))
        .ok();
    assert_eq!(
        (text(&renamed["id"]), text(&renamed["name"])),
        (team.as_str(), "Finals")
    );
    assert_eq!(
        webex
            .by(HOST)
            .get(&format!("/rooms?teamId={team}"))
            .each("title"),
        ["Finals"]
    );
}

#[test]
fn a_deleted_team_archives_its_rooms_or_takes_them_along() {
    for settings in [
        &["archived-room=listed"][..],
        &["team-delete=deletes", "archived-room=listed"],
    ] {
        let webex = Webex::with(settings);
        let team = webex.team();
        let room = webex
            .by(HOST)
            .post("/rooms", json!({"title": "Jury", "teamId": team}))
            .id();
        assert_eq!(webex.by(HOST).delete(&format!("/teams/{team}")).status, 204);
        webex.by(HOST).get(&format!("/teams/{team}")).refused(404);
        let archived = webex.by(HOST).get(&format!("/rooms/{room}"));
        match settings.len() {
            1 => assert_eq!(archived.ok()["isReadOnly"], true),
            _ => drop(archived.refused(404)),
        }
    }
}

#[test]
fn somebody_without_an_account_gets_a_pending_one_and_a_mail() {
    let webex = Webex::new();
    let team = webex.team();
    let member = webex
        .by(HOST)
        .post(
            "/team/memberships",
            json!({"teamId": team, "personEmail": STRANGER}),
        )
        .ok();
    assert_eq!(member["personDisplayName"], "sam");
    assert_eq!(webex.mails(), [format!("account {STRANGER}")]);
}
