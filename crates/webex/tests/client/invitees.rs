//! Who is invited to a meeting, and who is in it.

use serde_json::{Value, json};
use showcaller_webex::{
    InviteeUpdate, InviteesToAdd, MeetingParticipant, NewInvitee, ParticipantState,
};

use crate::script::{Stage, json, lost, text};

fn invitees() -> InviteesToAdd {
    let ann = NewInvitee {
        email: "ann@example.com".into(),
        co_host: true,
        ..NewInvitee::default()
    };
    InviteesToAdd {
        meeting_id: "M1".into(),
        host_email: Some("host@example.com".into()),
        items: vec![ann],
    }
}

#[tokio::test]
async fn invitees_are_added_many_at_once_without_mail() {
    let stage = Stage::new([json(
        200,
        json!({"items": [
            {"id": "M1_2", "email": "ben@example.com", "coHost": false}, {"odd": 1},
        ]}),
    )]);
    let many = stage.webex.insert_invitees(&invitees()).await;
    let many = many.expect("invitees");
    assert_eq!(many.len(), 1);
    assert_eq!(many[0].co_host, Some(false));
    assert_eq!(stage.lines(), ["POST /v1/meetingInvitees/bulkInsert"]);
    let bodies: Vec<Value> = stage.seen().iter().map(|seen| seen.json()).collect();
    insta::assert_json_snapshot!(bodies, @r#"
    [
      {
        "meetingId": "M1",
        "hostEmail": "host@example.com",
        "items": [
          {
            "email": "ann@example.com",
            "coHost": true,
            "sendEmail": false
          }
        ]
      }
    ]
    "#);
}

#[tokio::test]
async fn invitees_are_listed_changed_and_taken_back() {
    let invitee = || json!({"id": "M1_1", "email": "ann@example.com", "coHost": true});
    let stage = Stage::new([
        json(200, json!({"items": [invitee()]})),
        json(200, invitee()),
        text(204, &[], ""),
    ]);
    let listed = stage
        .webex
        .list_invitees(&"M1".into(), None)
        .await
        .expect("a list");
    assert_eq!(listed[0].co_host, Some(true));
    let update = InviteeUpdate {
        email: "ann@example.com".into(),
        co_host: Some(false),
        ..InviteeUpdate::default()
    };
    let id = &listed[0].id;
    stage
        .webex
        .update_invitee(id, &update)
        .await
        .expect("an invitee");
    stage
        .webex
        .delete_invitee(id, Some("host@example.com"), false)
        .await
        .expect("gone");
    assert_eq!(
        stage.lines(),
        [
            "GET /v1/meetingInvitees?meetingId=M1&max=100",
            "PUT /v1/meetingInvitees/M1_1",
            "DELETE /v1/meetingInvitees/M1_1?hostEmail=host%40example.com&sendEmail=false",
        ]
    );
    assert_eq!(
        stage.seen()[1].json(),
        json!({"email": "ann@example.com", "coHost": false, "sendEmail": false})
    );
}

#[tokio::test]
async fn everybody_in_a_meeting_is_listed_page_by_page_with_the_times_that_are_known() {
    let next = r#"<https://webex.example.com/v1/meetingParticipants?meetingId=M1&max=100&p=2>; rel="next""#;
    let first = json!({"items": [
        {"id": "M1_1", "meetingId": "M1_I_7", "email": "ann@example.com", "displayName": "Ann",
         "host": true, "coHost": false, "state": "joined", "joinedTime": "2027-10-06T10:00:00+02:00"},
        {"id": "M1_2", "state": "lobby", "joinedTime": "1970-01-01T00:00:00.000Z"},
    ]});
    let second = json!({"items": [
        {"id": "M1_3", "state": "inTheCorridor", "email": null, "host": "no"},
        {"id": "M1_4", "state": "end", "joinedTime": "1970-01-01T00:00:00Z", "leftTime": "soon"},
    ]});
    let stage = Stage::new([
        text(200, &[("link", next)], &first.to_string()),
        json(200, second),
    ]);
    let host = Some("host@example.com");
    let listed = stage.webex.list_participants(&"M1".into(), host).await;
    let listed = listed.expect("a list");
    assert_eq!(
        stage.lines(),
        [
            "GET /v1/meetingParticipants?meetingId=M1&hostEmail=host%40example.com&max=100",
            "GET /v1/meetingParticipants?meetingId=M1&max=100&p=2",
        ]
    );
    let [ann, waiting, odd, gone] = &listed[..] else {
        panic!("{listed:?}");
    };
    assert_eq!(ann.email.as_deref(), Some("ann@example.com"));
    assert_eq!((ann.host, ann.co_host), (Some(true), Some(false)));
    assert_eq!(ann.joined_time, "2027-10-06T08:00:00Z".parse().ok());
    let state = |one: &MeetingParticipant| one.state.expect("a state");
    assert_eq!(state(ann), ParticipantState::Joined);
    assert_eq!(state(waiting), ParticipantState::Lobby);
    assert_eq!(state(odd), ParticipantState::Other);
    assert_eq!(state(gone), ParticipantState::End);
    for unknown in [
        waiting.joined_time,
        gone.joined_time,
        gone.left_time,
        ann.left_time,
    ] {
        assert_eq!(unknown, None);
    }
    assert_eq!((odd.email.as_deref(), odd.host), (None, None));
}

#[tokio::test]
async fn a_lost_invitation_is_not_repeated() {
    let stage = Stage::new([lost()]);
    let added = stage.webex.insert_invitees(&invitees()).await;
    assert_eq!(added.expect_err("lost").requests(), 1);
}
