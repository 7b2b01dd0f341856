//! Who is, or was, in a meeting (meetings §8).

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

use crate::call::Call;
use crate::client::Webex;
use crate::error::Error;
use crate::ids::{MeetingId, ParticipantId};
use crate::slot::instant;
use crate::tolerant;

/// A person in an instance of a meeting, as a list or a delivery tells. Deliveries are documented by
/// the names of their filters only (meetings §9), so everything but the id may be missing.
#[serde_with::apply(Option => #[serde(default, deserialize_with = "tolerant::option")])]
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MeetingParticipant {
    /// The id: of the person in this one instance.
    pub id: ParticipantId,
    /// The instance; [`MeetingId::series`] names its series.
    pub meeting_id: Option<MeetingId>,
    /// The person's address.
    pub email: Option<String>,
    /// The person's name.
    pub display_name: Option<String>,
    /// Whether the person is the host.
    pub host: Option<bool>,
    /// Whether the person has the rights of a host.
    pub co_host: Option<bool>,
    /// Where the person is.
    pub state: Option<ParticipantState>,
    /// When the person came. Webex may tell only once the meeting has ended.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "time")]
    pub joined_time: Option<Timestamp>,
    /// When the person left. Webex may tell only once the meeting has ended.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "time")]
    pub left_time: Option<Timestamp>,
}

/// Where a person is who joined a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ParticipantState {
    /// Waiting to be admitted.
    Lobby,
    /// In the main session.
    Joined,
    /// In a breakout session.
    BreakoutSession,
    /// Gone.
    End,
    /// Something newer.
    #[serde(other)]
    Other,
}

impl Webex {
    /// Who is in a running meeting or in its lobby; once it has ended, all who were in it. A series
    /// stands for its last instance. `host` names the host on whose behalf an administrator asks.
    ///
    /// # Errors
    ///
    /// Refused unless the owner is the host or an administrator, and with 404 where nothing ran yet
    /// or Webex does not know of it yet.
    pub async fn list_participants(
        &self,
        meeting: &MeetingId,
        host: Option<&str>,
    ) -> Result<Vec<MeetingParticipant>, Error> {
        let call = Call::get("meetingParticipants")
            .query("meetingId", meeting)
            .query_if("hostEmail", host)
            .query("max", 100);
        self.list(call).await
    }
}

/// An instant. Webex writes the beginning of 1970 for one that it does not know yet (meetings §8).
fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text: Option<String> = tolerant::option(deserializer)?;
    let time = text.and_then(|text| instant(&text, None));
    Ok(time.filter(|time| *time != Timestamp::UNIX_EPOCH))
}
