//! People (messaging §2).

use serde_json::json;

use showcaller_simulator::Account;

use crate::client::{ANN, BOT, HOST, STRANGER, Webex, text};

#[test]
fn whoever_asks_learns_who_they_are() {
    let webex = Webex::new();
    let bot = webex.by(BOT).get("/people/me").ok();
    assert_eq!(
        (text(&bot["type"]), text(&bot["displayName"])),
        ("bot", "Showcaller")
    );
    let host = webex.by(HOST).get("/people/me").ok();
    assert_eq!(
        (text(&host["type"]), &host["emails"]),
        ("person", &json!([HOST]))
    );
    assert_eq!(host["orgId"], bot["orgId"]);
    let same = webex
        .by(BOT)
        .get(&format!("/people/{}", text(&host["id"])))
        .ok();
    assert_eq!(same, host);
}

#[test]
fn a_person_is_found_by_address_or_name_inside_the_organisation_only() {
    let webex = Webex::new();
    webex.simulator.token_for(STRANGER);
    let host = webex.by(HOST);
    assert_eq!(
        host.get("/people?email=ANN@example.com")
            .each("displayName"),
        ["Ann Archer"]
    );
    assert_eq!(
        host.get("/people?displayName=ann").each("displayName"),
        ["Ann Archer"]
    );
    assert!(
        host.get(&format!("/people?email={STRANGER}"))
            .items()
            .is_empty()
    );
    assert!(
        host.get("/people?email=nobody@example.com")
            .items()
            .is_empty()
    );
    assert_eq!(
        webex
            .by(STRANGER)
            .get("/people?displayName=s")
            .each("displayName"),
        ["sam"]
    );
}

#[test]
fn people_are_found_by_id_and_the_missing_are_named() {
    let webex = Webex::new();
    let ann = text(&webex.by(ANN).get("/people/me").ok()["id"]).to_owned();
    let absent = "00000000-0000-4000-8000-000000000000";
    let found = webex
        .by(HOST)
        .get(&format!("/people?id={ann},{absent}"))
        .ok();
    assert_eq!(found["items"][0]["id"], ann.as_str());
    assert_eq!(found["notFoundIds"], json!([absent]));
    let too_many = vec![absent; 86].join(",");
    webex
        .by(HOST)
        .get(&format!("/people?id={too_many}"))
        .refused(400);
}

#[test]
fn a_list_of_people_needs_a_filter_and_changes_need_an_administrator() {
    let webex = Webex::new();
    let told = webex.by(HOST).get("/people").refused(400);
    assert_eq!(told, "Email, displayName, or id list should be specified.");
    webex
        .by(HOST)
        .post("/people", json!({"emails": [ANN]}))
        .refused(403);
    let absent = webex
        .by(HOST)
        .get("/people/00000000-0000-4000-8000-000000000000")
        .refused(404);
    assert_eq!(absent, "Person not found");
}

#[test]
fn anybody_can_be_played_and_keeps_their_token() {
    let webex = Webex::new();
    let token = webex.simulator.token_for("carol@example.com");
    assert_eq!(token, webex.simulator.token_for("Carol@example.com"));
    assert_ne!(
        token,
        webex
            .simulator
            .token_through("carol@example.com", "another app")
    );
    let carol = webex.by_token(&token).get("/people/me").ok();
    assert_eq!(carol["displayName"], "carol");
    assert_eq!(
        webex.by("helper@webex.bot").get("/people/me").ok()["type"],
        "bot"
    );
}

#[test]
fn an_account_with_several_addresses_is_shown_by_its_main_one() {
    let webex = Webex::set_up(|config| {
        let rene = Account::person("rene@example.com", "René Müller");
        config.accounts.push(rene.known_as("Rene@Old.example"));
    });
    let bot = webex.by(BOT);
    let room = bot.post("/rooms", json!({ "title": "Main" })).ok();
    let add = |email: &str| {
        let body = json!({ "roomId": room["id"], "personEmail": email });
        bot.post("/memberships", body)
    };
    let member = add("rene@old.EXAMPLE").ok();
    assert_eq!(text(&member["personEmail"]), "rene@example.com");
    assert_eq!(add("rene@example.com").status, 409);
    let host = webex.by(HOST);
    let found = host.get("/people?email=rene@old.example").items();
    assert_eq!(
        found[0]["emails"],
        json!(["rene@example.com", "rene@old.example"])
    );
}
