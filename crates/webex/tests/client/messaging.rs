//! People, teams, rooms, messages, webhooks: what is sent, what is understood (messaging §2 to §9).

use serde_json::json;
use showcaller_webex::{
    Destination, EditedMessage, NewMembership, NewMessage, NewRoom, NewRoomTab, NewTeam,
    NewTeamMembership, NewWebhook, PersonKind, RoomFilter, RoomKind, RoomUpdate, WebhookStatus,
    WebhookUpdate, Who,
};

use crate::script::{Stage, json, text};

/// What was sent, a line per call: method, target, and the body if there is one.
fn told(stage: &Stage) -> String {
    let lines = stage.seen().into_iter().map(|seen| {
        let body = String::from_utf8(seen.body.to_vec()).expect("text");
        format!("{} {body}", seen.line()).trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_bot_is_told_from_a_person() {
    let stage = Stage::new([
        json(
            200,
            json!({"id": "P", "emails": ["show@webex.bot"], "type": "bot", "invitePending": "false"}),
        ),
        json(
            200,
            json!({"id": "P", "emails": ["Ann@example.com"], "type": "person", "orgId": "O"}),
        ),
    ]);
    assert_eq!(
        stage.webex.me().await.expect("me").kind,
        Some(PersonKind::Bot)
    );
    let ann = stage.webex.me().await.expect("me");
    assert_eq!(ann.kind, Some(PersonKind::Person));
    assert!(ann.has_email("ann@Example.com"));
    assert_eq!(stage.lines(), ["GET /v1/people/me", "GET /v1/people/me"]);
}

#[tokio::test]
async fn a_person_is_found_by_the_whole_address_only() {
    let people = json!({"items": [
        {"id": "P1", "emails": ["joann@example.com"]},
        {"id": "P2", "emails": ["old@example.com", "Ann@Example.com"]},
    ]});
    let stage = Stage::new([json(200, people), json(200, json!({"items": []}))]);
    let ann = stage
        .webex
        .person_by_email("ann@example.com")
        .await
        .expect("an answer");
    assert_eq!(
        ann.map(|person| person.id.to_string()).as_deref(),
        Some("P2")
    );
    let nobody = stage
        .webex
        .person_by_email("zoe@example.com")
        .await
        .expect("an answer");
    assert_eq!(nobody, None);
}

#[tokio::test]
async fn teams_and_their_members() {
    let member = || json!({"id": "TM", "personEmail": "ann@example.com", "isModerator": true});
    let stage = Stage::new([
        json(200, json!({"items": [{"id": "T1", "name": "LIVE"}]})),
        json(200, json!({"id": "T1", "name": "LIVE"})),
        json(200, json!({"id": "T1", "name": "LIVE"})),
        json(200, json!({"id": "T1", "name": "LIVE"})),
        json(200, json!({"items": [member()]})),
        json(200, member()),
        json(200, member()),
        text(204, &[], ""),
    ]);
    let webex = &stage.webex;
    let team = webex.list_teams().await.expect("teams").remove(0);
    webex.get_team(&team.id).await.expect("a team");
    let new = NewTeam {
        name: "LIVE".into(),
        description: None,
    };
    webex.create_team(&new).await.expect("a team");
    webex.update_team(&team.id, &new).await.expect("a team");
    let member = webex
        .list_team_memberships(&team.id)
        .await
        .expect("members")
        .remove(0);
    assert_eq!(member.is_moderator, Some(true));
    let ann = NewTeamMembership {
        team_id: team.id.clone(),
        who: Who::Email("ann@example.com".into()),
        is_moderator: false,
    };
    webex.create_team_membership(&ann).await.expect("a member");
    webex
        .update_team_membership(&member.id, true)
        .await
        .expect("a member");
    webex
        .delete_team_membership(&member.id)
        .await
        .expect("gone");
    insta::assert_snapshot!(told(&stage), @r#"
    GET /v1/teams?max=100
    GET /v1/teams/T1
    POST /v1/teams {"name":"LIVE"}
    PUT /v1/teams/T1 {"name":"LIVE"}
    GET /v1/team/memberships?teamId=T1&max=100
    POST /v1/team/memberships {"teamId":"T1","personEmail":"ann@example.com","isModerator":false}
    PUT /v1/team/memberships/TM {"isModerator":true}
    DELETE /v1/team/memberships/TM
    "#);
}

#[tokio::test]
async fn rooms() {
    let room = || {
        json!({
            "id": "R1", "title": "Jury", "type": "group", "isLocked": true, "teamId": "T1",
            "lastActivity": "2027-10-06T08:00:00.000Z", "created": "2027-10-06T08:00:00+00:00",
        })
    };
    let stage = Stage::new([
        json(200, json!({"items": [room()]})),
        json(200, room()),
        json(200, room()),
        json(200, room()),
        text(204, &[], ""),
    ]);
    let webex = &stage.webex;
    let filter = RoomFilter {
        team: Some("T1".into()),
        kind: Some(RoomKind::Group),
    };
    let room = webex.list_rooms(&filter).await.expect("rooms").remove(0);
    assert_eq!(room.kind, Some(RoomKind::Group));
    assert_eq!(room.is_locked, Some(true));
    assert_eq!(room.is_announcement_only, None);
    assert!(room.created.is_some() && room.created == room.last_activity);
    webex.get_room(&room.id).await.expect("a room");
    let new = NewRoom {
        title: "Jury".into(),
        team_id: Some("T1".into()),
        is_locked: Some(true),
        is_public: Some(true),
        description: Some("For the jury".into()),
        is_announcement_only: Some(true),
    };
    webex.create_room(&new).await.expect("a room");
    let update = RoomUpdate {
        title: "The jury".into(),
        is_read_only: Some(false),
        ..RoomUpdate::default()
    };
    webex.update_room(&room.id, &update).await.expect("a room");
    webex.delete_room(&room.id).await.expect("gone");
    insta::assert_snapshot!(told(&stage), @r#"
    GET /v1/rooms?teamId=T1&type=group&max=1000
    GET /v1/rooms/R1
    POST /v1/rooms {"title":"Jury","teamId":"T1","isLocked":true,"isPublic":true,"description":"For the jury","isAnnouncementOnly":true}
    PUT /v1/rooms/R1 {"title":"The jury","isReadOnly":false}
    DELETE /v1/rooms/R1
    "#);
}

#[tokio::test]
async fn memberships() {
    let member = || json!({"id": "RM", "roomId": "R1", "personEmail": "ann@example.com", "roomType": "group"});
    let stage = Stage::new([
        json(200, json!({"items": [member()]})),
        json(200, json!({"items": [member()]})),
        json(200, json!({"items": []})),
        json(200, member()),
        json(200, member()),
        text(204, &[], ""),
    ]);
    let webex = &stage.webex;
    let room = "R1".into();
    let member = webex
        .list_memberships(&room)
        .await
        .expect("members")
        .remove(0);
    let ann = Who::Email("ann@example.com".into());
    let found = webex.find_membership(&room, &ann).await.expect("an answer");
    assert_eq!(found.as_ref(), Some(&member));
    let nobody = webex.find_membership(&room, &Who::Id("P9".into())).await;
    assert_eq!(nobody.expect("an answer"), None);
    let new = NewMembership {
        room_id: room,
        who: Who::Id("P1".into()),
        is_moderator: false,
    };
    webex.create_membership(&new).await.expect("a member");
    webex
        .update_membership(&member.id, true)
        .await
        .expect("a member");
    webex.delete_membership(&member.id).await.expect("gone");
    insta::assert_snapshot!(told(&stage), @r#"
    GET /v1/memberships?roomId=R1&max=1000
    GET /v1/memberships?roomId=R1&personEmail=ann%40example.com
    GET /v1/memberships?roomId=R1&personId=P9
    POST /v1/memberships {"roomId":"R1","personId":"P1","isModerator":false}
    PUT /v1/memberships/RM {"isModerator":true}
    DELETE /v1/memberships/RM
    "#);
}

#[tokio::test]
async fn tabs() {
    let tab = || json!({"id": "B1", "roomId": "R1", "displayName": "Board", "contentUrl": "https://boards.example/1"});
    let stage = Stage::new([
        json(200, json!({"items": [tab()]})),
        json(200, tab()),
        json(200, tab()),
        text(204, &[], ""),
    ]);
    let webex = &stage.webex;
    let tab = webex
        .list_room_tabs(&"R1".into())
        .await
        .expect("tabs")
        .remove(0);
    let new = NewRoomTab {
        room_id: "R1".into(),
        content_url: "https://boards.example/1".into(),
        display_name: "Board".into(),
    };
    assert_eq!(tab.content_url.as_ref(), Some(&new.content_url));
    webex.create_room_tab(&new).await.expect("a tab");
    webex.update_room_tab(&tab.id, &new).await.expect("a tab");
    webex.delete_room_tab(&tab.id).await.expect("gone");
    insta::assert_snapshot!(told(&stage), @r#"
    GET /v1/room/tabs?roomId=R1
    POST /v1/room/tabs {"roomId":"R1","contentUrl":"https://boards.example/1","displayName":"Board"}
    PUT /v1/room/tabs/B1 {"roomId":"R1","contentUrl":"https://boards.example/1","displayName":"Board"}
    DELETE /v1/room/tabs/B1
    "#);
}

#[tokio::test]
async fn a_message_is_edited_where_it_is_and_deleted_once() {
    let edited = json!({
        "id": "X1", "roomId": "R1", "markdown": "Lunch at **12:15**",
        "created": "2027-10-06T08:00:00Z", "updated": "2027-10-06T08:05:00Z",
    });
    let stage = Stage::new([
        json(200, edited.clone()),
        json(200, edited),
        json(
            400,
            json!({"message": "The message was edited as often as possible."}),
        ),
        text(204, &[], ""),
        json(404, json!({"message": "Unable to delete message."})),
    ]);
    let webex = &stage.webex;
    let id = "X1".into();
    let words = EditedMessage {
        room: "R1".into(),
        markdown: "Lunch at **12:15**".into(),
        card: None,
    };
    let message = webex.edit_message(&id, &words).await.expect("a message");
    assert!(message.updated > message.created);
    assert!(!format!("{words:?}").contains("Lunch"));
    let with_card = EditedMessage {
        card: Some(json!({"type": "AdaptiveCard", "version": "1.3"})),
        ..words.clone()
    };
    webex
        .edit_message(&id, &with_card)
        .await
        .expect("a message");
    let refused = webex.edit_message(&id, &words).await.expect_err("refused");
    assert_eq!(refused.status().map(|status| status.as_u16()), Some(400));

    webex.delete_message(&id).await.expect("it was there");
    let gone = webex.delete_message(&id).await.expect_err("gone");
    assert!(gone.is_not_found());
    insta::assert_snapshot!(told(&stage), @r#"
    PUT /v1/messages/X1 {"roomId":"R1","markdown":"Lunch at **12:15**"}
    PUT /v1/messages/X1 {"roomId":"R1","markdown":"Lunch at **12:15**","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":{"type":"AdaptiveCard","version":"1.3"}}]}
    PUT /v1/messages/X1 {"roomId":"R1","markdown":"Lunch at **12:15**"}
    DELETE /v1/messages/X1
    DELETE /v1/messages/X1
    "#);
}

#[tokio::test]
async fn messages() {
    let message = || {
        json!({
            "id": "X1", "roomId": "R1", "roomType": "group", "personId": "P1", "text": "Show agenda",
            "mentionedPeople": ["P2"], "created": "2027-10-06T08:00:00Z",
        })
    };
    let stage = Stage::new([
        json(200, message()),
        json(200, message()),
        json(200, message()),
        json(
            200,
            json!({"items": [{"id": "X2", "mentionedPeople": ["P1,P2"]}]}),
        ),
    ]);
    let webex = &stage.webex;
    let lunch = NewMessage::markdown(Destination::Room("R1".into()), "Time to **grab lunch**");
    let message = webex.create_message(&lunch).await.expect("a message");
    assert_eq!(message.mentioned_people, ["P2".into()]);
    let with_card = NewMessage {
        parent_id: Some("X0".into()),
        text: Some("A card".into()),
        card: Some(json!({"type": "AdaptiveCard", "version": "1.3"})),
        ..NewMessage::markdown(Destination::PersonEmail("ann@example.com".into()), "Hello")
    };
    webex.create_message(&with_card).await.expect("a message");
    webex.get_message(&message.id).await.expect("a message");
    let direct = webex.list_direct_messages(&Who::Id("P1".into())).await;
    let direct = direct.expect("messages").remove(0);
    assert_eq!(direct.mentioned_people, ["P1".into(), "P2".into()]);
    insta::assert_snapshot!(told(&stage), @r#"
    POST /v1/messages {"roomId":"R1","markdown":"Time to **grab lunch**"}
    POST /v1/messages {"toPersonEmail":"ann@example.com","parentId":"X0","text":"A card","markdown":"Hello","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":{"type":"AdaptiveCard","version":"1.3"}}]}
    GET /v1/messages/X1
    GET /v1/messages/direct?personId=P1
    "#);
}

#[tokio::test]
async fn webhooks() {
    let webhook = || {
        json!({
            "id": "W1", "name": "showcaller", "status": "inactive", "resource": "messages",
            "event": "created", "targetUrl": "https://show.example.com/webex", "secret": "k",
        })
    };
    let stage = Stage::new([
        json(200, json!({"items": [webhook()]})),
        json(200, webhook()),
        json(200, webhook()),
        text(204, &[], ""),
    ]);
    let webex = &stage.webex;
    let webhook = webex.list_webhooks().await.expect("webhooks").remove(0);
    assert_eq!(webhook.status, Some(WebhookStatus::Inactive));
    let new = NewWebhook {
        name: "showcaller".into(),
        target_url: "https://show.example.com/webex".into(),
        resource: "messages".into(),
        event: "created".into(),
        filter: None,
        secret: Some("k".into()),
    };
    webex.create_webhook(&new).await.expect("a webhook");
    let again = WebhookUpdate {
        name: new.name.clone(),
        target_url: new.target_url.clone(),
        secret: None,
        activate: true,
    };
    webex
        .update_webhook(&webhook.id, &again)
        .await
        .expect("a webhook");
    webex.delete_webhook(&webhook.id).await.expect("gone");
    insta::assert_snapshot!(told(&stage), @r#"
    GET /v1/webhooks?max=100
    POST /v1/webhooks {"name":"showcaller","targetUrl":"https://show.example.com/webex","resource":"messages","event":"created","secret":"k"}
    PUT /v1/webhooks/W1 {"name":"showcaller","targetUrl":"https://show.example.com/webex","status":"active"}
    DELETE /v1/webhooks/W1
    "#);
}
