//! Meetings, invitees and sites: what is sent, what is understood (meetings §2 to §7, §13).

use jiff::Zoned;
use rstest::rstest;
use serde_json::{Value, json};
use showcaller_secret::Secret;
use showcaller_webex::{
    AudioOptions, JoinSecurity, Meeting, MeetingChange, MeetingFilter, MeetingKind, MeetingRemoval,
    MeetingState, MeetingView, NewMeeting, NewMeetingInvitee, PatchContentType, Slot,
};

use crate::script::{Stage, Turn, json, text};

fn at(text: &str) -> Zoned {
    text.parse().expect("a zoned time")
}

fn slot() -> Slot {
    Slot::new(
        &at("2027-10-06T10:00:00[Europe/Brussels]"),
        &at("2027-10-06T16:30:00[Europe/Brussels]"),
    )
}

fn meeting() -> Turn {
    json(200, json!({"id": "M1", "title": "Jury"}))
}

#[tokio::test]
async fn a_meeting_is_created_with_all_that_was_said() {
    let stage = Stage::new([meeting()]);
    let mut new = NewMeeting::titled("Jury", slot());
    new.agenda = Some("Briefing".into());
    new.password = Some(Secret::new("Pw1!"));
    new.settings.enabled_auto_record_meeting = Some(false);
    new.settings.allow_any_user_to_be_co_host = Some(true);
    new.settings.enabled_join_before_host = Some(true);
    new.settings.join_before_host_minutes = Some(15);
    new.settings.unlocked_meeting_join_security = Some(JoinSecurity::AllowJoinWithLobby);
    new.settings.exclude_password = Some(true);
    new.settings.public_meeting = Some(false);
    new.settings.audio_connection_options = Some(AudioOptions {
        mute_attendee_upon_entry: Some(true),
        allow_attendee_to_unmute_self: None,
    });
    new.host_email = Some("host@example.com".into());
    new.site_url = Some("site.example.com".into());
    new.integration_tags = vec!["showcaller:1".into()];
    new.invitees = vec![NewMeetingInvitee {
        email: "ann@example.com".into(),
        display_name: Some("Ann".into()),
        co_host: true,
    }];
    stage.webex.create_meeting(&new).await.expect("a meeting");
    let seen = stage.only();
    assert_eq!(seen.line(), "POST /v1/meetings");
    assert_eq!(seen.header("content-type"), Some("application/json"));
    insta::assert_json_snapshot!(seen.json(), @r#"
    {
      "title": "Jury",
      "start": "2027-10-06T10:00:00+02:00",
      "end": "2027-10-06T16:30:00+02:00",
      "timezone": "Europe/Brussels",
      "agenda": "Briefing",
      "password": "Pw1!",
      "enabledAutoRecordMeeting": false,
      "allowAnyUserToBeCoHost": true,
      "enabledJoinBeforeHost": true,
      "joinBeforeHostMinutes": 15,
      "unlockedMeetingJoinSecurity": "allowJoinWithLobby",
      "excludePassword": true,
      "publicMeeting": false,
      "audioConnectionOptions": {
        "muteAttendeeUponEntry": true
      },
      "sendEmail": false,
      "hostEmail": "host@example.com",
      "siteUrl": "site.example.com",
      "integrationTags": [
        "showcaller:1"
      ],
      "invitees": [
        {
          "email": "ann@example.com",
          "displayName": "Ann",
          "coHost": true
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn what_was_not_said_is_not_sent_but_that_nobody_is_mailed() {
    let stage = Stage::new([meeting()]);
    let new = NewMeeting::titled("Jury", slot());
    stage.webex.create_meeting(&new).await.expect("a meeting");
    insta::assert_json_snapshot!(stage.only().json(), @r#"
    {
      "title": "Jury",
      "start": "2027-10-06T10:00:00+02:00",
      "end": "2027-10-06T16:30:00+02:00",
      "timezone": "Europe/Brussels",
      "sendEmail": false
    }
    "#);
}

#[tokio::test]
async fn a_change_names_only_what_changes() {
    let stage = Stage::new([meeting()]);
    let change = MeetingChange {
        slot: Some(slot()),
        ..MeetingChange::default()
    };
    stage
        .webex
        .update_meeting(&"M1".into(), &change)
        .await
        .expect("a meeting");
    let seen = stage.only();
    assert_eq!(seen.line(), "PATCH /v1/meetings/M1");
    insta::assert_json_snapshot!(seen.json(), @r#"
    {
      "start": "2027-10-06T10:00:00+02:00",
      "end": "2027-10-06T16:30:00+02:00",
      "timezone": "Europe/Brussels",
      "sendEmail": false
    }
    "#);
}

#[tokio::test]
async fn an_agenda_is_removed_with_null_and_marks_with_an_empty_list() {
    let stage = Stage::new([meeting()]);
    let change = MeetingChange {
        agenda: Some(None),
        integration_tags: Some(Vec::new()),
        ..MeetingChange::default()
    };
    stage
        .webex
        .update_meeting(&"M1".into(), &change)
        .await
        .expect("a meeting");
    let expected = json!({"agenda": null, "integrationTags": [], "sendEmail": false});
    assert_eq!(stage.only().json(), expected);
}

/// Changes a meeting twice; the content types that were tried.
async fn content_types(stage: &Stage) -> Vec<String> {
    for _ in 0..2 {
        let change = MeetingChange::default();
        let id = "M1".into();
        stage
            .webex
            .update_meeting(&id, &change)
            .await
            .expect("a meeting");
    }
    let seen = stage.seen();
    seen.iter()
        .map(|seen| {
            seen.header("content-type")
                .expect("a content type")
                .to_owned()
        })
        .collect()
}

#[tokio::test]
async fn a_partial_meeting_is_sent_as_plain_json() {
    let stage = Stage::new([meeting(), meeting()]);
    assert_eq!(content_types(&stage).await, ["application/json"; 2]);
}

#[rstest]
#[case::status(text(415, &[], ""))]
#[case::words(json(400, json!({"message": "Content type 'application/json' not supported"})))]
#[tokio::test]
async fn a_refused_content_type_is_exchanged_once_and_for_all(#[case] refusal: Turn) {
    let stage = Stage::new([refusal, meeting(), meeting()]);
    assert_eq!(
        content_types(&stage).await,
        [
            "application/json",
            "application/json-patch+json",
            "application/json-patch+json"
        ]
    );
}

#[tokio::test]
async fn the_content_type_may_be_chosen_and_falls_back_as_well() {
    let turns = [text(415, &[], ""), meeting(), meeting()];
    let stage = Stage::with(turns, |settings| {
        settings.patch_content_type = PatchContentType::JsonPatch;
    });
    assert_eq!(
        content_types(&stage).await,
        [
            "application/json-patch+json",
            "application/json",
            "application/json"
        ]
    );
}

#[tokio::test]
async fn a_content_type_that_was_not_proven_is_not_remembered() {
    let stage = Stage::new([text(415, &[], ""), text(404, &[], ""), meeting(), meeting()]);
    let change = MeetingChange::default();
    let error = stage.webex.update_meeting(&"M1".into(), &change).await;
    assert!(error.expect_err("not there").is_not_found());
    assert_eq!(content_types(&stage).await[2..], ["application/json"; 2]);
}

#[tokio::test]
async fn when_neither_content_type_will_do_the_first_refusal_is_told() {
    let no = |text: &str| json(415, json!({"message": text}));
    let stage = Stage::new([no("first"), no("second")]);
    let change = MeetingChange::default();
    let error = stage.webex.update_meeting(&"M1".into(), &change).await;
    assert_eq!(error.expect_err("refused").refused_because(), "first");
    assert!(stage.is_played());
}

#[tokio::test]
async fn any_other_400_is_no_reason_to_try_another_content_type() {
    let refusal = json!({"message": "Parameter 'start' or 'end' is before current time"});
    let stage = Stage::new([json(400, refusal)]);
    let change = MeetingChange::default();
    let error = stage.webex.update_meeting(&"M1".into(), &change).await;
    assert_eq!(
        error.expect_err("refused").status().map(|s| s.as_u16()),
        Some(400)
    );
}

#[tokio::test]
async fn a_deletion_mails_nobody_unless_asked() {
    let stage = Stage::new([text(204, &[], ""), text(204, &[], "")]);
    let id = "M1".into();
    let quietly = MeetingRemoval::default();
    stage
        .webex
        .delete_meeting(&id, &quietly)
        .await
        .expect("gone");
    let loudly = MeetingRemoval {
        send_email: true,
        host_email: Some("host@example.com".into()),
    };
    stage
        .webex
        .delete_meeting(&id, &loudly)
        .await
        .expect("gone");
    assert_eq!(
        stage.lines(),
        [
            "DELETE /v1/meetings/M1?sendEmail=false",
            "DELETE /v1/meetings/M1?hostEmail=host%40example.com&sendEmail=true",
        ]
    );
}

#[tokio::test]
async fn a_list_says_its_window_and_its_zone() {
    let stage = Stage::new([json(200, json!({"items": []}))]);
    let filter = MeetingFilter {
        from: Some("2027-10-01T00:00:00Z".parse().expect("a timestamp")),
        to: Some("2027-10-09T00:00:00Z".parse().expect("a timestamp")),
        kind: Some(MeetingKind::MeetingSeries),
        integration_tag: Some("showcaller:1".into()),
        timezone: Some("Europe/Brussels".into()),
        ..MeetingFilter::default()
    };
    stage.webex.list_meetings(&filter).await.expect("a list");
    let seen = stage.only();
    assert_eq!(seen.header("timezone"), Some("Europe/Brussels"));
    insta::assert_snapshot!(
        seen.line(),
        @"GET /v1/meetings?meetingType=meetingSeries&from=2027-10-01T00%3A00%3A00Z&to=2027-10-09T00%3A00%3A00Z&integrationTag=showcaller%3A1&current=false&max=100"
    );
}

async fn read(body: Value) -> Meeting {
    let stage = Stage::new([json(200, body)]);
    let view = MeetingView::default();
    stage
        .webex
        .get_meeting(&"M1".into(), &view)
        .await
        .expect("a meeting")
}

#[rstest]
#[case::utc(json!({"id": "M", "timezone": "UTC", "start": "2027-10-06T08:00:00Z"}))]
#[case::offset(json!({"id": "M", "timezone": "Asia/Shanghai", "start": "2027-10-06T16:00:00+08:00"}))]
#[case::local(json!({"id": "M", "timezone": "Asia/Shanghai", "start": "2027-10-06 16:00:00"}))]
#[tokio::test]
async fn a_start_is_the_same_instant_however_it_is_written(#[case] body: Value) {
    let start = read(body).await.start();
    assert_eq!(start, "2027-10-06T08:00:00Z".parse().ok());
}

#[tokio::test]
async fn a_meeting_may_lack_everything_but_its_id() {
    let meeting = read(json!({"id": "M"})).await;
    assert_eq!(meeting.start(), None);
    assert_eq!(meeting.integration_tags, Vec::<String>::new());
}

#[tokio::test]
async fn a_meeting_is_understood_as_far_as_it_goes() {
    let meeting = read(json!({
        "id": "M", "title": "Jury", "meetingType": "meetingSeries", "state": "inProgress",
        "joinBeforeHostMinutes": 5.0, "unlockedMeetingJoinSecurity": "askTheCat",
        "allowAnyUserToBeCoHost": true, "integrationTags": ["a", "b"], "attendeeDidJoin": true,
        "audioConnectionOptions": {"muteAttendeeUponEntry": true, "audioConnectionType": "VoIP"},
        "telephony": {"accessCode": "1"}, "links": [], "start": "whenever",
    }))
    .await;
    assert_eq!(meeting.kind, Some(MeetingKind::MeetingSeries));
    assert_eq!(meeting.state, Some(MeetingState::InProgress));
    assert_eq!(meeting.join_before_host_minutes, Some(5));
    assert_eq!(meeting.unlocked_meeting_join_security, None);
    assert_eq!(meeting.allow_any_user_to_be_co_host, Some(true));
    assert_eq!(meeting.attendee_did_join, Some(true));
    assert_eq!(meeting.integration_tags, ["a", "b"]);
    let audio = meeting.audio_connection_options.expect("audio options");
    assert_eq!(audio.mute_attendee_upon_entry, Some(true));
    assert_eq!(meeting.start(), None);
}

#[tokio::test]
async fn a_state_that_is_new_to_us_is_no_error() {
    let meeting = read(json!({"id": "M", "state": "dreaming"})).await;
    assert_eq!(meeting.state, Some(MeetingState::Other));
}

#[tokio::test]
async fn the_sites_are_listed() {
    let stage = Stage::new([json(
        200,
        json!({"sites": [{"siteUrl": "a.example.com", "default": false}, {"siteUrl": "b.example.com", "default": true}]}),
    )]);
    let sites = stage.webex.list_meeting_sites().await.expect("a list");
    let default = sites.iter().find(|site| site.default).expect("a default");
    assert_eq!(default.site_url, "b.example.com");
    assert_eq!(stage.only().line(), "GET /v1/meetingPreferences/sites");
}
