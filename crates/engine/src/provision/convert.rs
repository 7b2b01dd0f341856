//! Webex's words into ours, and ours into Webex's. The only file that knows both.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use showcaller_event::model::Email;
use showcaller_plan::observed::{
    MeetingFacts, SeenAccount, SeenInvitee, SeenMeeting, SeenMember, SeenRoom, SeenTab, SeenTeam,
};
use showcaller_plan::{Change, Field, Fields, NewInvitee, Value};
use showcaller_secret::Secret;
use showcaller_webex as webex;
use webex::{AudioOptions, JoinSecurity, Slot};

pub(super) fn account(person: webex::Person) -> SeenAccount {
    SeenAccount {
        email: email(person.emails.first().map_or("", String::as_str)),
        name: person.display_name.unwrap_or_default(),
        is_bot: person.kind == Some(webex::PersonKind::Bot),
        org: person.org_id.map(String::from).unwrap_or_default(),
        id: person.id.into(),
    }
}

/// Webex keeps the case in which an address was typed once; we compare without it.
fn email(text: &str) -> Email {
    Email::new(text.trim().to_lowercase())
}

pub(super) fn team(team: webex::Team) -> SeenTeam {
    SeenTeam {
        id: team.id.into(),
        name: team.name.filter(|_| !team.unreadable),
        creator: team.creator_id.map(String::from),
    }
}

pub(super) fn team_member(member: webex::TeamMembership) -> SeenMember {
    SeenMember {
        id: member.id.into(),
        person: member.person_id.map(String::from).unwrap_or_default(),
        email: email(&member.person_email.unwrap_or_default()),
        moderator: member.is_moderator == Some(true),
    }
}

pub(super) fn member(member: webex::Membership) -> SeenMember {
    SeenMember {
        id: member.id.into(),
        person: member.person_id.map(String::from).unwrap_or_default(),
        email: email(&member.person_email.unwrap_or_default()),
        moderator: member.is_moderator == Some(true),
    }
}

pub(super) fn room(room: webex::Room) -> SeenRoom {
    let title = room.title.filter(|_| !room.unreadable);
    let flag = |field, value: Option<bool>| value.map(|value| (field, Value::Flag(value)));
    let text = |field, value: Option<String>| value.map(|value| (field, Value::Text(value)));
    SeenRoom {
        id: room.id.into(),
        fields: [
            text(Field::Title, title.clone()),
            flag(Field::Locked, room.is_locked),
            flag(Field::AnnouncementOnly, room.is_announcement_only),
            flag(Field::Public, room.is_public),
            text(Field::Description, room.description),
        ]
        .into_iter()
        .flatten()
        .collect(),
        title,
        read_only: room.is_read_only == Some(true),
        creator: room.creator_id.map(String::from),
    }
}

pub(super) fn tab(tab: webex::RoomTab) -> SeenTab {
    SeenTab {
        id: tab.id.into(),
        name: tab.display_name.unwrap_or_default(),
        url: tab
            .content_url
            .map(|url| url.expose().to_owned())
            .unwrap_or_default(),
        creator: tab.creator_id.map(String::from),
    }
}

pub(super) fn invitee(invitee: webex::Invitee) -> SeenInvitee {
    SeenInvitee {
        id: invitee.id.into(),
        email: email(&invitee.email.unwrap_or_default()),
        cohost: invitee.co_host == Some(true),
    }
}

pub(super) fn meeting(meeting: webex::Meeting) -> SeenMeeting {
    let fields = meeting_fields(&meeting);
    SeenMeeting {
        id: meeting.id.into(),
        fields,
        in_progress: meeting.state == Some(webex::MeetingState::InProgress),
        tags: meeting.integration_tags,
        facts: MeetingFacts {
            link: meeting.web_link,
            number: meeting.meeting_number,
            password: meeting.password,
            host_key: meeting.host_key,
            sip: meeting.sip_address,
        },
    }
}

fn meeting_fields(meeting: &webex::Meeting) -> Fields {
    let text = |field, value: Option<&String>| value.map(|text| (field, Value::Text(text.clone())));
    let flag = |field, value: Option<bool>| value.map(|value| (field, Value::Flag(value)));
    let time = |field, value: Option<Timestamp>| value.map(|value| (field, Value::Time(value)));
    let join = meeting
        .enabled_join_before_host
        .map(|enabled| match enabled {
            true => i64::from(meeting.join_before_host_minutes.unwrap_or(0)),
            false => -1,
        });
    let uninvited = meeting
        .unlocked_meeting_join_security
        .map(|security| match security {
            JoinSecurity::AllowJoin => "join",
            JoinSecurity::AllowJoinWithLobby => "lobby",
            JoinSecurity::BlockFromJoin => "refused",
        });
    let audio = meeting.audio_connection_options;
    let password = meeting.password.clone();
    let password = password.map(|password| (Field::Password, Value::Hidden(password)));
    let tag = meeting
        .integration_tags
        .iter()
        .find(|tag| tag.starts_with("sc:"));
    [
        text(Field::Title, meeting.title.as_ref()),
        text(Field::Agenda, meeting.agenda.as_ref()),
        time(Field::Start, meeting.start()),
        time(Field::End, meeting.end()),
        password,
        flag(Field::AutoRecord, meeting.enabled_auto_record_meeting),
        flag(Field::AnyUserCohost, meeting.allow_any_user_to_be_co_host),
        join.map(|minutes| (Field::JoinBeforeHost, Value::Number(minutes))),
        uninvited.map(|word| (Field::Uninvited, Value::Text(word.to_owned()))),
        flag(
            Field::MuteOnEntry,
            audio.and_then(|audio| audio.mute_attendee_upon_entry),
        ),
        text(Field::Tag, tag),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(super) fn new_room(fields: &Fields, team: &str) -> webex::NewRoom {
    webex::NewRoom {
        title: text(fields, Field::Title).unwrap_or_default(),
        team_id: Some(team.into()),
        is_locked: flag(fields, Field::Locked).filter(|locked| *locked),
        is_public: flag(fields, Field::Public).filter(|public| *public),
        description: text(fields, Field::Description).filter(|text| !text.is_empty()),
        is_announcement_only: None,
    }
}

pub(super) fn room_update(title: &str, changes: &[Change], keep: &Fields) -> webex::RoomUpdate {
    let mut fields = keep.clone();
    fields.extend(targets(changes));
    webex::RoomUpdate {
        title: title.to_owned(),
        is_locked: flag(&fields, Field::Locked),
        is_public: flag(&fields, Field::Public),
        // A single space takes a description away (messaging §4).
        description: text(&fields, Field::Description).map(|text| {
            if text.is_empty() {
                " ".to_owned()
            } else {
                text
            }
        }),
        is_announcement_only: flag(&fields, Field::AnnouncementOnly),
        ..webex::RoomUpdate::default()
    }
}

pub(super) fn new_meeting(
    fields: &Fields,
    timezone: &str,
    site: Option<&String>,
    invitees: &[NewInvitee],
    mail: bool,
    password: Option<&str>,
) -> Option<webex::NewMeeting> {
    let meeting = webex::NewMeeting::titled(text(fields, Field::Title)?, slot(fields, timezone)?);
    Some(webex::NewMeeting {
        agenda: text(fields, Field::Agenda).filter(|agenda| !agenda.is_empty()),
        password: hidden(fields).or_else(|| password.map(Secret::new)),
        settings: settings(fields),
        send_email: mail,
        site_url: site.cloned(),
        integration_tags: text(fields, Field::Tag).into_iter().collect(),
        invitees: invitees
            .iter()
            .map(|invitee| webex::NewMeetingInvitee {
                email: invitee.email.to_string(),
                display_name: display_name(&invitee.name),
                co_host: invitee.cohost,
            })
            .collect(),
        ..meeting
    })
}

pub(super) fn meeting_change(
    changes: &[Change],
    timezone: &str,
    mail: bool,
) -> webex::MeetingChange {
    let fields = targets(changes);
    webex::MeetingChange {
        title: text(&fields, Field::Title),
        slot: slot(&fields, timezone),
        agenda: text(&fields, Field::Agenda).map(|agenda| Some(agenda).filter(|a| !a.is_empty())),
        password: hidden(&fields),
        settings: settings(&fields),
        integration_tags: text(&fields, Field::Tag).map(|tag| vec![tag]),
        send_email: mail,
        ..webex::MeetingChange::default()
    }
}

pub(super) fn new_invitee(invitee: &NewInvitee, mail: bool) -> webex::NewInvitee {
    webex::NewInvitee {
        email: invitee.email.to_string(),
        display_name: display_name(&invitee.name),
        co_host: invitee.cohost,
        send_email: mail,
    }
}

/// Webex takes names of up to 128 characters (meetings §2).
fn display_name(name: &str) -> Option<String> {
    (!name.is_empty()).then(|| name.chars().take(128).collect())
}

/// The settings that changes lead to.
pub(super) fn targets(changes: &[Change]) -> Fields {
    changes
        .iter()
        .map(|change| (change.field, change.to.clone()))
        .collect()
}

fn settings(fields: &Fields) -> webex::MeetingSettings {
    let join = match fields.get(&Field::JoinBeforeHost) {
        Some(Value::Number(minutes)) => Some(*minutes),
        _ => None,
    };
    let security = match text(fields, Field::Uninvited).as_deref() {
        Some("join") => Some(JoinSecurity::AllowJoin),
        Some("lobby") => Some(JoinSecurity::AllowJoinWithLobby),
        Some("refused") => Some(JoinSecurity::BlockFromJoin),
        _ => None,
    };
    webex::MeetingSettings {
        enabled_auto_record_meeting: flag(fields, Field::AutoRecord),
        allow_any_user_to_be_co_host: flag(fields, Field::AnyUserCohost),
        enabled_join_before_host: join.map(|minutes| minutes >= 0),
        // Minutes count only with the switch on (meetings §2).
        join_before_host_minutes: join.and_then(|minutes| u32::try_from(minutes).ok()),
        unlocked_meeting_join_security: security,
        audio_connection_options: flag(fields, Field::MuteOnEntry).map(|mute| AudioOptions {
            mute_attendee_upon_entry: Some(mute),
            allow_attendee_to_unmute_self: Some(true),
        }),
        ..webex::MeetingSettings::default()
    }
}

fn text(fields: &Fields, field: Field) -> Option<String> {
    match fields.get(&field) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

fn flag(fields: &Fields, field: Field) -> Option<bool> {
    match fields.get(&field) {
        Some(Value::Flag(flag)) => Some(*flag),
        _ => None,
    }
}

fn hidden(fields: &Fields) -> Option<Secret> {
    match fields.get(&Field::Password) {
        Some(Value::Hidden(hidden)) => Some(hidden.clone()),
        _ => None,
    }
}

fn slot(fields: &Fields, timezone: &str) -> Option<Slot> {
    let zone = TimeZone::get(timezone).unwrap_or(TimeZone::UTC);
    let at = |field| -> Option<Zoned> {
        match fields.get(&field) {
            Some(Value::Time(instant)) => Some(instant.to_zoned(zone.clone())),
            _ => None,
        }
    };
    Some(Slot::new(&at(Field::Start)?, &at(Field::End)?))
}
