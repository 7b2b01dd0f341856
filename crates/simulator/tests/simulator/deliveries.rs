//! Which webhook is told of what. <https://developer.webex.com/docs/api/guides/webhooks>

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::{ANN, BEN, BOT, HOST, Webex, meeting, text};
use crate::inbox::{Inbox, listen};

/// A room of the host's with Ann and the bot in it; Ben is outside.
struct Scene {
    webex: Webex,
    inbox: Inbox,
    room: String,
}

impl Scene {
    fn new() -> Self {
        Self::with(&[])
    }

    fn with(settings: &[&str]) -> Self {
        let webex = Webex::with(settings);
        let room = webex.by(HOST).post("/rooms", json!({"title": "Jury"})).id();
        for email in [ANN, BOT] {
            let member = json!({"roomId": room, "personEmail": email});
            webex.by(HOST).post("/memberships", member).ok();
        }
        let inbox = Inbox::of(&webex);
        Self { webex, inbox, room }
    }

    fn say(&self, who: &str, markdown: &str) -> String {
        let body = json!({"roomId": self.room, "markdown": markdown});
        self.webex.by(who).post("/messages", body).id()
    }

    fn membership(&self, email: &str) -> String {
        let path = format!("/memberships?roomId={}&personEmail={email}", self.room);
        self.webex.by(HOST).get(&path).each("id").remove(0)
    }

    fn id(&self, email: &str) -> String {
        text(&self.webex.by(email).get("/people/me").ok()["id"]).to_owned()
    }
}

const TO_BOT: &str = "<@personEmail:showcaller@webex.bot> agenda";

fn plain(scene: &Scene) {
    scene.say(ANN, "hello");
}

fn mention(scene: &Scene) {
    scene.say(ANN, TO_BOT);
}

fn to_all(scene: &Scene) {
    scene.say(ANN, "<@all> lunch");
}

fn bot_posts(scene: &Scene) {
    scene.say(BOT, "good morning");
}

fn bot_is_written_to(scene: &Scene) {
    let body = json!({"toPersonEmail": BOT, "text": "agenda"});
    scene.webex.by(ANN).post("/messages", body).ok();
}

fn bot_writes_to_ann(scene: &Scene) {
    let body = json!({"toPersonEmail": ANN, "text": "your agenda"});
    scene.webex.by(BOT).post("/messages", body).ok();
}

fn reply_to_bot(scene: &Scene) {
    let parent = scene.say(BOT, "who is here?");
    let body = json!({"roomId": scene.room, "parentId": parent, "text": "me"});
    scene.webex.by(ANN).post("/messages", body).ok();
}

fn with_file(scene: &Scene) {
    let body = json!({"roomId": scene.room, "files": ["https://example.com/plan.pdf"]});
    scene.webex.by(ANN).post("/messages", body).ok();
}

fn edited(scene: &Scene) {
    let id = scene.say(ANN, TO_BOT);
    scene.inbox.take(&scene.webex);
    let body = json!({"roomId": scene.room, "markdown": format!("{TO_BOT}!")});
    scene
        .webex
        .by(ANN)
        .put(&format!("/messages/{id}"), body)
        .ok();
}

fn deleted(scene: &Scene) {
    let id = scene.say(ANN, TO_BOT);
    scene.inbox.take(&scene.webex);
    scene.webex.by(ANN).delete(&format!("/messages/{id}")).ok();
}

fn ben_joins(scene: &Scene) {
    let body = json!({"roomId": scene.room, "personEmail": BEN});
    scene.webex.by(HOST).post("/memberships", body).ok();
}

fn ben_joins_as_moderator(scene: &Scene) {
    let body = json!({"roomId": scene.room, "personEmail": BEN, "isModerator": true});
    scene.webex.by(HOST).post("/memberships", body).ok();
}

fn bot_is_removed(scene: &Scene) {
    let path = format!("/memberships/{}", scene.membership(BOT));
    scene.webex.by(HOST).delete(&path).ok();
}

fn room_is_locked(scene: &Scene) {
    let body = json!({"title": "Jury", "isLocked": true});
    let path = format!("/rooms/{}", scene.room);
    scene.webex.by(HOST).put(&path, body).ok();
}

fn room_is_renamed(scene: &Scene) {
    let path = format!("/rooms/{}", scene.room);
    scene
        .webex
        .by(HOST)
        .put(&path, json!({"title": "The jury"}))
        .ok();
}

fn room_is_created(scene: &Scene) {
    scene
        .webex
        .by(HOST)
        .post("/rooms", json!({"title": "new"}))
        .ok();
}

fn team_is_created(scene: &Scene) {
    scene
        .webex
        .by(HOST)
        .post("/teams", json!({"name": "new"}))
        .ok();
}

#[rstest]
// A bot hears of a group room what mentions it, and everything in a room of two.
#[case(BOT, "messages/created", "", plain, &[])]
#[case(BOT, "messages/created", "", mention, &["messages/created"])]
#[case(BOT, "messages/created", "", to_all, &[])]
#[case(BOT, "messages/created", "", bot_posts, &[])]
#[case(BOT, "messages/created", "", reply_to_bot, &[])]
#[case(BOT, "messages/created", "", bot_is_written_to, &["messages/created"])]
#[case(BOT, "messages/created", "", bot_writes_to_ann, &["messages/created"])]
#[case(BOT, "messages/deleted", "", deleted, &["messages/deleted"])]
#[case(BOT, "messages/updated", "", edited, &["messages/updated"])]
#[case(BOT, "messages/created", "", edited, &[])]
// A person hears what is in their rooms, their own posts too, and nothing else.
#[case(ANN, "messages/created", "", plain, &["messages/created"])]
#[case(HOST, "messages/created", "", bot_posts, &["messages/created"])]
#[case(BEN, "messages/created", "", plain, &[])]
#[case(HOST, "messages/created", "", bot_is_written_to, &[])]
// Filters; several have to hold all.
#[case(HOST, "messages/created", "roomId={room}", plain, &["messages/created"])]
#[case(HOST, "messages/created", "roomType=direct", plain, &[])]
#[case(BOT, "messages/created", "roomType=direct", bot_is_written_to, &["messages/created"])]
#[case(HOST, "messages/created", "personEmail=Ann@example.com", plain, &["messages/created"])]
#[case(HOST, "messages/created", "personId={host}", plain, &[])]
#[case(HOST, "messages/created", "roomType=group&personEmail=ann@example.com", plain, &["messages/created"])]
#[case(HOST, "messages/created", "roomType=group&personEmail=ben@example.com", plain, &[])]
#[case(BOT, "messages/created", "mentionedPeople=me", mention, &["messages/created"])]
#[case(BOT, "messages/created", "mentionedPeople=me", bot_is_written_to, &[])]
#[case(HOST, "messages/created", "mentionedPeople=me", mention, &[])]
#[case(HOST, "messages/created", "mentionedPeople=me", to_all, &["messages/created"])]
#[case(HOST, "messages/created", "mentionedPeople={host},{bot}", mention, &["messages/created"])]
#[case(HOST, "messages/created", "hasFiles=true", plain, &[])]
#[case(HOST, "messages/created", "hasFiles=true", with_file, &["messages/created"])]
#[case(HOST, "messages/created", "hasAttachments=false", with_file, &["messages/created"])]
// Memberships: everybody in the room, and who was taken out of it.
#[case(BOT, "memberships/created", "", ben_joins, &["memberships/created"])]
#[case(BOT, "memberships/deleted", "", bot_is_removed, &["memberships/deleted"])]
#[case(BEN, "memberships/created", "", ben_joins, &["memberships/created"])]
#[case(BEN, "memberships/deleted", "", bot_is_removed, &[])]
#[case(BOT, "memberships/created", "isModerator=true", ben_joins_as_moderator, &[])]
#[case(BOT, "memberships/all", "personEmail=ben@example.com", ben_joins_as_moderator, &["memberships/created", "memberships/updated"])]
// Promoting a member of an unlocked room locks it, and the caller moderates it too.
#[case(BOT, "all/all", "", ben_joins_as_moderator, &["memberships/created", "rooms/updated", "memberships/updated", "memberships/updated"])]
#[case(BOT, "memberships/updated", "", room_is_locked, &["memberships/updated"])]
// Rooms: who made it, and everybody in one that changes.
#[case(HOST, "rooms/created", "", room_is_created, &["rooms/created"])]
#[case(HOST, "rooms/created", "", team_is_created, &["rooms/created"])]
#[case(HOST, "rooms/created", "type=direct", room_is_created, &[])]
#[case(BOT, "rooms/created", "", room_is_created, &[])]
#[case(BOT, "rooms/created", "", bot_writes_to_ann, &["rooms/created"])]
#[case(ANN, "rooms/created", "", bot_writes_to_ann, &[])]
#[case(BOT, "rooms/updated", "", room_is_renamed, &["rooms/updated"])]
#[case(BOT, "rooms/updated", "isLocked=true", room_is_locked, &["rooms/updated"])]
#[case(BOT, "rooms/updated", "isLocked=true", room_is_renamed, &[])]
// The firehose.
#[case(BOT, "all/all", "", mention, &["messages/created"])]
#[case(ANN, "all/all", "", bot_writes_to_ann, &["memberships/created", "memberships/created", "messages/created"])]
fn a_webhook_is_told_what_its_owner_may_see_and_asked_for(
    #[case] owner: &str,
    #[case] event: &str,
    #[case] filter: &str,
    #[case] deed: fn(&Scene),
    #[case] heard: &[&str],
) {
    let scene = Scene::new();
    let filter = filter
        .replace("{room}", &scene.room)
        .replace("{host}", &scene.id(HOST))
        .replace("{bot}", &scene.id(BOT));
    listen(&scene.webex, owner, event, &filter);
    deed(&scene);
    assert_eq!(scene.inbox.events(&scene.webex), heard);
}

#[rstest]
#[case("own-echo-in-groups=yes", bot_posts, &["messages/created"])]
#[case("own-echo-in-groups=yes", plain, &[])]
#[case("bot-sees-replies=yes", reply_to_bot, &["messages/created"])]
#[case("bot-sees-replies=yes", plain, &[])]
#[case("all-mentions-bot=yes", to_all, &["messages/created"])]
#[case("message-updated-events=people", edited, &[])]
#[case("message-updated-events=none", edited, &[])]
fn what_is_unknown_about_bots_is_a_switch(
    #[case] setting: &str,
    #[case] deed: fn(&Scene),
    #[case] heard: &[&str],
) {
    let scene = Scene::with(&[setting]);
    listen(&scene.webex, BOT, "messages/all", "");
    deed(&scene);
    assert_eq!(scene.inbox.events(&scene.webex), heard);
}

#[test]
fn an_edit_is_told_to_people_where_bots_are_not() {
    let scene = Scene::with(&["message-updated-events=people"]);
    listen(&scene.webex, ANN, "messages/updated", "");
    edited(&scene);
    assert_eq!(scene.inbox.events(&scene.webex), ["messages/updated"]);
}

/// The names of the members, sorted.
fn names(value: &Value) -> Vec<&str> {
    let members = value.as_object().unwrap().keys();
    let mut names: Vec<&str> = members.map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[test]
fn a_delivery_is_the_webhook_with_the_event_and_without_what_is_secret() {
    let scene = Scene::new();
    let filter = format!("roomId={}", scene.room);
    let hook = listen(&scene.webex, BOT, "messages/created", &filter);
    let message = scene.say(ANN, TO_BOT);
    let body = scene.inbox.take(&scene.webex).remove(0).body;
    let stored = scene.webex.by(BOT).get(&format!("/webhooks/{hook}")).ok();
    for (name, value) in stored.as_object().unwrap() {
        assert_eq!(&body[name], value, "{name}");
    }
    assert_eq!(body["actorId"], scene.id(ANN));
    let read = scene
        .webex
        .by(BOT)
        .get(&format!("/messages/{message}"))
        .ok();
    for (name, value) in body["data"].as_object().unwrap() {
        assert_eq!(value, &read[name], "{name}");
    }
    insta::assert_snapshot!(names(&body).join(" "), @"actorId appId created createdBy data event filter id name orgId ownedBy resource status targetUrl");
    insta::assert_snapshot!(names(&body["data"]).join(" "), @"created id mentionedPeople personEmail personId roomId roomType");
}

#[test]
fn a_firehose_names_the_event_that_happened() {
    let scene = Scene::new();
    listen(&scene.webex, BOT, "all/all", "");
    ben_joins(&scene);
    let body = scene.inbox.take(&scene.webex).remove(0).body;
    assert_eq!(
        (text(&body["resource"]), text(&body["event"])),
        ("memberships", "created")
    );
    assert_eq!(body["data"]["personEmail"], BEN);
    insta::assert_snapshot!(names(&body["data"]).join(" "), @"created id isModerator isMonitor personDisplayName personEmail personId personOrgId roomId roomType");
}

#[test]
fn a_room_is_told_of_without_its_title() {
    let scene = Scene::new();
    listen(&scene.webex, BOT, "rooms/updated", "");
    room_is_renamed(&scene);
    let body = scene.inbox.take(&scene.webex).remove(0).body;
    assert_eq!(body["data"]["id"], scene.room);
    insta::assert_snapshot!(names(&body["data"]).join(" "), @"created creatorId id isAnnouncementOnly isLocked isPublic isReadOnly lastActivity ownerId type");
}

#[test]
fn who_removed_somebody_is_the_actor() {
    let scene = Scene::new();
    listen(&scene.webex, BOT, "memberships/deleted", "");
    bot_is_removed(&scene);
    let body = scene.inbox.take(&scene.webex).remove(0).body;
    assert_eq!(body["actorId"], scene.id(HOST));
    assert_eq!(body["data"]["personEmail"], BOT);
}

#[test]
fn who_leaves_a_team_leaves_all_its_rooms_and_each_is_told() {
    let webex = Webex::new();
    let team = webex.team();
    let host = webex.by(HOST);
    let member = json!({"teamId": team, "personEmail": ANN});
    let membership = host.post("/team/memberships", member).id();
    let room = host
        .post("/rooms", json!({"title": "x", "teamId": team}))
        .id();
    let body = json!({"roomId": room, "personEmail": ANN});
    host.post("/memberships", body).ok();
    let inbox = Inbox::of(&webex);
    listen(&webex, ANN, "memberships/deleted", "");
    host.delete(&format!("/team/memberships/{membership}")).ok();
    assert_eq!(inbox.events(&webex).len(), 2);
}

#[test]
fn meetings_are_told_to_the_webhooks_of_their_host_and_to_nobody_else() {
    let webex = Webex::new();
    let inbox = Inbox::of(&webex);
    for owner in [HOST, ANN] {
        for event in ["all", "started", "ended"] {
            listen(&webex, owner, &format!("meetings/{event}"), "");
        }
        listen(&webex, owner, "all/all", "");
    }
    listen(&webex, BOT, "all/all", "");
    let mut body = meeting("m", "2027-10-02T08:00:00Z", "2027-10-02T09:00:00Z");
    body["invitees"] = json!([{"email": ANN, "coHost": true}]);
    let host = webex.by(HOST);
    let id = host.post("/meetings", body).id();
    let path = format!("/meetings/{id}");
    host.patch(&path, json!({"title": "n", "sendEmail": false}))
        .ok();
    let started = webex
        .control("POST", &format!("/_simulator/start?meeting={id}"))
        .ok();
    // Who comes later starts nothing.
    let join = format!("/_simulator/start?meeting={id}&email={ANN}");
    webex.control("POST", &join).ok();
    webex
        .control("POST", &format!("/_simulator/end?meeting={id}"))
        .ok();
    host.delete(&format!("{path}?sendEmail=false")).ok();
    let received = inbox.take(&webex);
    let heard: Vec<String> = received.iter().map(|one| one.event()).collect();
    // Deliveries to one webhook come in order; there are three here.
    let mut sorted = heard.clone();
    sorted.sort();
    assert_eq!(
        sorted,
        [
            "meetings/created",
            "meetings/deleted",
            "meetings/ended",
            "meetings/started",
            "meetings/updated"
        ]
    );
    let owner = webex.by(HOST).get("/people/me").ok();
    assert!(
        received
            .iter()
            .all(|one| one.body["createdBy"] == owner["id"])
    );
    let ended = received
        .iter()
        .find(|one| one.event() == "meetings/ended")
        .unwrap();
    assert_eq!(ended.body["data"]["id"], started["id"]);
    insta::assert_snapshot!(names(&ended.body).join(" "), @"appId created createdBy data event id name orgId ownedBy resource status targetUrl");
    insta::assert_snapshot!(names(&ended.body["data"]).join(" "), @"end hostEmail hostUserId id meetingType orgId siteUrl start state timezone");
}

#[test]
fn the_filters_of_meetings_hold_too() {
    let webex = Webex::new();
    let inbox = Inbox::of(&webex);
    let made = |title: &str| {
        let body = meeting(title, "2027-10-02T08:00:00Z", "2027-10-02T09:00:00Z");
        webex.by(HOST).post("/meetings", body).ok()
    };
    let first = made("first");
    let number = text(&first["meetingNumber"]);
    listen(
        &webex,
        HOST,
        "meetings/started",
        &format!("meetingNumber={number}&state=inProgress"),
    );
    listen(
        &webex,
        HOST,
        "meetings/deleted",
        &format!("id={}", text(&first["id"])),
    );
    let second = made("second");
    for one in [&second, &first] {
        let id = text(&one["id"]);
        webex
            .control("POST", &format!("/_simulator/start?meeting={id}"))
            .ok();
        webex
            .control("POST", &format!("/_simulator/end?meeting={id}"))
            .ok();
        webex
            .by(HOST)
            .delete(&format!("/meetings/{id}?sendEmail=false"))
            .ok();
    }
    let mut heard = inbox.events(&webex);
    heard.sort();
    assert_eq!(heard, ["meetings/deleted", "meetings/started"]);
}

#[test]
fn a_meeting_that_its_host_ends_through_the_api_has_ended_for_webhooks_too() {
    let webex = Webex::new();
    let inbox = Inbox::of(&webex);
    listen(&webex, HOST, "meetings/ended", "");
    let body = meeting("m", "2027-10-02T08:00:00Z", "2027-10-02T09:00:00Z");
    let id = webex.by(HOST).post("/meetings", body).id();
    webex
        .control("POST", &format!("/_simulator/start?meeting={id}"))
        .ok();
    webex
        .by(HOST)
        .post(&format!("/meetings/{id}/end"), json!({}))
        .ok();
    assert_eq!(inbox.events(&webex), ["meetings/ended"]);
}
