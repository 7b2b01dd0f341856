//! A meeting as Webex tells of it (meetings §1, §2).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{MeetingId, PersonId, RoomId};
use crate::slot::instant;
use crate::tolerant;
use showcaller_secret::Secret;

/// A meeting series, an occurrence or an instance. A one-off meeting is a series too
/// (meetings §1).
#[serde_with::apply(Option => #[serde(default, deserialize_with = "tolerant::option")])]
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Meeting {
    /// The id; its form depends on the kind (meetings §1).
    pub id: MeetingId,
    /// The series, where this is an occurrence or an instance.
    pub meeting_series_id: Option<MeetingId>,
    /// The number to dial.
    pub meeting_number: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// The agenda.
    pub agenda: Option<String>,
    /// The password for the app.
    pub password: Option<Secret>,
    /// The password for telephones.
    pub phone_and_video_system_password: Option<Secret>,
    /// Series, occurrence or instance.
    #[serde(rename = "meetingType")]
    pub kind: Option<MeetingKind>,
    /// Where it is in its life.
    pub state: Option<MeetingState>,
    /// Whether the host is in it.
    pub host_did_join: Option<bool>,
    /// Whether anybody else is in it, or waits.
    pub attendee_did_join: Option<bool>,
    /// The zone of this answer, not that of the meeting (meetings §2).
    pub timezone: Option<String>,
    start: Option<String>,
    end: Option<String>,
    /// The rule of a series of several.
    pub recurrence: Option<String>,
    /// The host.
    pub host_user_id: Option<PersonId>,
    /// The host's name.
    pub host_display_name: Option<String>,
    /// The host's address.
    pub host_email: Option<String>,
    /// What makes whoever knows it the host.
    pub host_key: Option<Secret>,
    /// The site.
    pub site_url: Option<String>,
    /// The link to join.
    pub web_link: Option<Secret>,
    /// The address for video systems.
    pub sip_address: Option<String>,
    /// The room it belongs to.
    pub room_id: Option<RoomId>,
    /// Whether it records itself.
    pub enabled_auto_record_meeting: Option<bool>,
    /// Whether anybody with a host account on the site becomes a co-host.
    pub allow_any_user_to_be_co_host: Option<bool>,
    /// Whether people may come before the host.
    pub enabled_join_before_host: Option<bool>,
    /// How many minutes before.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "tolerant::whole")]
    pub join_before_host_minutes: Option<u32>,
    /// What happens to people who are not invited.
    pub unlocked_meeting_join_security: Option<JoinSecurity>,
    /// Whether mails go without the password.
    pub exclude_password: Option<bool>,
    /// Whether it stands in the site's public calendar.
    pub public_meeting: Option<bool>,
    /// What there is to sound.
    pub audio_connection_options: Option<AudioOptions>,
    /// Our own marks, seen only by the app that wrote them (meetings §5).
    #[serde(default, deserialize_with = "tolerant::list")]
    pub integration_tags: Vec<String>,
}

impl Meeting {
    /// When it starts, whatever spelling Webex chose.
    #[must_use]
    pub fn start(&self) -> Option<Timestamp> {
        instant(self.start.as_deref()?, self.timezone.as_deref())
    }

    /// When it ends; `None` also while an instance runs.
    #[must_use]
    pub fn end(&self) -> Option<Timestamp> {
        instant(self.end.as_deref()?, self.timezone.as_deref())
    }
}

/// What a meeting object stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MeetingKind {
    /// The container, also of a one-off meeting.
    MeetingSeries,
    /// One occurrence.
    ScheduledMeeting,
    /// One that somebody started.
    Meeting,
    /// Something newer.
    #[serde(other)]
    Other,
}

/// Where a meeting is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MeetingState {
    /// A series with something yet to come.
    Active,
    /// An occurrence after the next.
    Scheduled,
    /// The next occurrence: it may be started.
    Ready,
    /// An instance where people wait without a host.
    Lobby,
    /// Running.
    InProgress,
    /// Over.
    Ended,
    /// Over without having been started.
    Missed,
    /// A series of which all is over.
    Expired,
    /// Something newer.
    #[serde(other)]
    Other,
}

/// What happens to people who are not invited while a meeting is not locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum JoinSecurity {
    /// They walk in.
    AllowJoin,
    /// They wait in the lobby.
    AllowJoinWithLobby,
    /// They cannot join.
    BlockFromJoin,
}

/// Sound options; those that are `None` are left as they are.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AudioOptions {
    /// Whether people come in muted.
    #[serde(default, deserialize_with = "tolerant::option")]
    pub mute_attendee_upon_entry: Option<bool>,
    /// Whether they may unmute themselves.
    #[serde(default, deserialize_with = "tolerant::option")]
    pub allow_attendee_to_unmute_self: Option<bool>,
}

impl MeetingKind {
    /// As it is asked for; `None` for what cannot be.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::MeetingSeries => Some("meetingSeries"),
            Self::ScheduledMeeting => Some("scheduledMeeting"),
            Self::Meeting => Some("meeting"),
            Self::Other => None,
        }
    }
}

impl MeetingState {
    /// As it is asked for; `None` for what cannot be.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::Active => Some("active"),
            Self::Scheduled => Some("scheduled"),
            Self::Ready => Some("ready"),
            Self::Lobby => Some("lobby"),
            Self::InProgress => Some("inProgress"),
            Self::Ended => Some("ended"),
            Self::Missed => Some("missed"),
            Self::Expired => Some("expired"),
            Self::Other => None,
        }
    }
}
