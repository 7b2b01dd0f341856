//! Scheduling, changing, finding and deleting meetings (meetings §2 to §6).

use jiff::Timestamp;
use serde::Serialize;

use crate::call::Call;
use crate::client::{PatchContentType, Webex};
use crate::error::Error;
use crate::ids::MeetingId;
use crate::meeting::{AudioOptions, JoinSecurity, Meeting, MeetingKind, MeetingState};
use crate::slot::Slot;
use showcaller_secret::Secret;

/// A meeting to be. [`NewMeeting::titled`] gives one that mails nobody and leaves all choices to
/// Webex.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewMeeting {
    /// The title, 128 characters at most.
    pub title: String,
    /// When it is.
    #[serde(flatten)]
    pub slot: Slot,
    /// The agenda, 1300 characters at most.
    pub agenda: Option<String>,
    /// The password; Webex makes one if there is none.
    #[serde(serialize_with = "showcaller_secret::exposed_if_some::serialize")]
    pub password: Option<Secret>,
    /// How it behaves.
    #[serde(flatten)]
    pub settings: MeetingSettings,
    /// Whether Webex mails host and invitees. Always sent, since Webex does unless told not to.
    pub send_email: bool,
    /// The host on whose behalf; for administrators.
    pub host_email: Option<String>,
    /// The site; the host's own if there is none.
    pub site_url: Option<String>,
    /// Our own marks: 3 at most, of 64 characters at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub integration_tags: Vec<String>,
    /// Who is invited from the start: 1000 at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub invitees: Vec<NewMeetingInvitee>,
}

impl NewMeeting {
    /// A meeting of which only title and time are said.
    #[must_use]
    pub fn titled(title: impl Into<String>, slot: Slot) -> Self {
        Self {
            title: title.into(),
            slot,
            agenda: None,
            password: None,
            settings: MeetingSettings::default(),
            send_email: false,
            host_email: None,
            site_url: None,
            integration_tags: Vec::new(),
            invitees: Vec::new(),
        }
    }
}

/// A person invited together with the creation of a meeting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewMeetingInvitee {
    /// The address.
    pub email: String,
    /// The name, 128 characters at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Whether the person shall be a co-host. Always sent, since Webex's default varies
    /// (meetings §2).
    pub co_host: bool,
}

/// How a meeting behaves; only what is set is sent.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MeetingSettings {
    /// See [`Meeting::enabled_auto_record_meeting`].
    pub enabled_auto_record_meeting: Option<bool>,
    /// See [`Meeting::allow_any_user_to_be_co_host`].
    pub allow_any_user_to_be_co_host: Option<bool>,
    /// See [`Meeting::enabled_join_before_host`].
    pub enabled_join_before_host: Option<bool>,
    /// 0, 5, 10 or 15, and only with join before host.
    pub join_before_host_minutes: Option<u32>,
    /// See [`Meeting::unlocked_meeting_join_security`].
    pub unlocked_meeting_join_security: Option<JoinSecurity>,
    /// See [`Meeting::exclude_password`].
    pub exclude_password: Option<bool>,
    /// See [`Meeting::public_meeting`].
    pub public_meeting: Option<bool>,
    /// See [`Meeting::audio_connection_options`].
    pub audio_connection_options: Option<AudioOptions>,
}

/// What a meeting shall be changed to: what is `None` stays. `Default` changes nothing and mails
/// nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MeetingChange {
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// When it is. Moving a series undoes changes to its single occurrences (meetings §6).
    #[serde(flatten)]
    pub slot: Option<Slot>,
    /// The agenda; `Some(None)` removes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agenda: Option<Option<String>>,
    /// The password.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "showcaller_secret::exposed_if_some::serialize"
    )]
    pub password: Option<Secret>,
    /// How it behaves.
    #[serde(flatten)]
    pub settings: MeetingSettings,
    /// Our own marks; an empty list removes them all (meetings §5).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub integration_tags: Option<Vec<String>>,
    /// Whether Webex mails host and invitees. Always sent, since Webex does unless told not to.
    pub send_email: bool,
    /// The host on whose behalf; for administrators. It does not change the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_email: Option<String>,
}

/// Which meetings to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MeetingFilter {
    /// Those that touch the time from here. Without a window Webex shows seven days only
    /// (meetings §4).
    pub from: Option<Timestamp>,
    /// Those that touch the time before here.
    pub to: Option<Timestamp>,
    /// Which kind; series unless set.
    pub kind: Option<MeetingKind>,
    /// Those in this state.
    pub state: Option<MeetingState>,
    /// Whether a series shows the times of its next occurrence rather than those of its first.
    pub current: bool,
    /// Those with this mark, written by the same app.
    pub integration_tag: Option<String>,
    /// Occurrences or instances of this series.
    pub series: Option<MeetingId>,
    /// The host on whose behalf; for administrators.
    pub host_email: Option<String>,
    /// Those on this site.
    pub site_url: Option<String>,
    /// The IANA name of the zone in which to answer; UTC unless set.
    pub timezone: Option<String>,
}

/// How to look at one meeting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MeetingView {
    /// Whether a series shows its next occurrence.
    pub current: bool,
    /// The host on whose behalf; for administrators.
    pub host_email: Option<String>,
    /// The IANA name of the zone in which to answer; UTC unless set.
    pub timezone: Option<String>,
}

/// How to delete a meeting. `Default` mails nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MeetingRemoval {
    /// Whether Webex mails host and invitees.
    pub send_email: bool,
    /// The host on whose behalf; for administrators.
    pub host_email: Option<String>,
}

impl PatchContentType {
    fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::JsonPatch => "application/json-patch+json",
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Json => Self::JsonPatch,
            Self::JsonPatch => Self::Json,
        }
    }
}

impl Webex {
    /// All meetings that the owner hosts or is invited to and that pass `filter`.
    ///
    /// # Errors
    ///
    /// Refused when the owner cannot hold meetings.
    pub async fn list_meetings(&self, filter: &MeetingFilter) -> Result<Vec<Meeting>, Error> {
        let call = Call::get("meetings")
            .query_if("meetingType", filter.kind.and_then(MeetingKind::name))
            .query_if("from", filter.from)
            .query_if("to", filter.to)
            .query_if("state", filter.state.and_then(MeetingState::name))
            .query_if("integrationTag", filter.integration_tag.as_ref())
            .query_if("meetingSeriesId", filter.series.as_ref())
            .query_if("hostEmail", filter.host_email.as_ref())
            .query_if("siteUrl", filter.site_url.as_ref())
            .query("current", filter.current)
            .query("max", 100)
            .header_if("timezone", filter.timezone.as_deref());
        self.list(call).await
    }

    /// One meeting.
    ///
    /// # Errors
    ///
    /// Refused with 404 when there is none that the owner may see.
    pub async fn get_meeting(&self, id: &MeetingId, view: &MeetingView) -> Result<Meeting, Error> {
        let call = Call::get("meetings")
            .at(id.as_str())
            .query_if("current", view.current.then_some(true))
            .query_if("hostEmail", view.host_email.as_ref())
            .header_if("timezone", view.timezone.as_deref());
        self.object(call).await
    }

    /// Schedules a meeting and returns its series. Each attempt, failed ones included, counts
    /// towards the day's quota (meetings §12).
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn create_meeting(&self, meeting: &NewMeeting) -> Result<Meeting, Error> {
        self.object(Call::post("meetings", meeting)).await
    }

    /// Changes what `change` names; the id stays.
    ///
    /// # Errors
    ///
    /// Any [`Error`]; Webex refuses while people are in the meeting, and starts in the past.
    pub async fn update_meeting(
        &self,
        id: &MeetingId,
        change: &MeetingChange,
    ) -> Result<Meeting, Error> {
        let first = self.patch_content_type();
        let refused = match self.patch_meeting(id, change, first).await {
            Err(error) if is_about_content_type(&error) => error,
            other => return other,
        };
        let second = first.other();
        match self.patch_meeting(id, change, second).await {
            // Both refused for it: what the usual one was told is the better explanation.
            Err(error) if is_about_content_type(&error) => Err(refused),
            other => {
                if other.is_ok() {
                    self.remember_patch_content_type(second);
                }
                other
            }
        }
    }

    async fn patch_meeting(
        &self,
        id: &MeetingId,
        change: &MeetingChange,
        content_type: PatchContentType,
    ) -> Result<Meeting, Error> {
        let call = Call::patch("meetings", change)
            .at(id.as_str())
            .content_type(content_type.name());
        self.object(call).await
    }

    /// Deletes a meeting: a series with all its occurrences, or one occurrence. There is no way
    /// back.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn delete_meeting(
        &self,
        id: &MeetingId,
        removal: &MeetingRemoval,
    ) -> Result<(), Error> {
        let call = Call::delete("meetings")
            .at(id.as_str())
            .query_if("hostEmail", removal.host_email.as_ref())
            .query("sendEmail", removal.send_email);
        self.nothing(call).await
    }
}

/// 415, or a 400 that speaks of the content type, as messaging answers in such a case
/// (messaging §1.3).
fn is_about_content_type(error: &Error) -> bool {
    match error.status().map(|status| status.as_u16()) {
        Some(415) => true,
        Some(400) => {
            let reason = error.refused_because().to_ascii_lowercase();
            reason.contains("content type") || reason.contains("content-type")
        }
        _ => false,
    }
}
