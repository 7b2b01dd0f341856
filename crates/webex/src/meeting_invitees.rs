//! Who is invited to a meeting (meetings §7).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::call::Call;
use crate::client::Webex;
use crate::error::Error;
use crate::ids::{InviteeId, MeetingId};
use crate::tolerant;

/// One person's invitation to a meeting.
#[serde_with::apply(Option => #[serde(default, deserialize_with = "tolerant::option")])]
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Invitee {
    /// The id.
    pub id: InviteeId,
    /// The person's address.
    pub email: Option<String>,
    /// The person's name.
    pub display_name: Option<String>,
    /// Whether the person really became a co-host: Webex may silently say no (meetings §2).
    pub co_host: Option<bool>,
}

/// A person to be invited. `Default` mails nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewInvitee {
    /// The address.
    pub email: String,
    /// The name, 128 characters at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// Whether the person shall be a co-host.
    pub co_host: bool,
    /// Whether Webex mails the person. Always sent, since Webex does unless told not to.
    pub send_email: bool,
}

/// People to be invited in one call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InviteesToAdd {
    /// The meeting.
    pub meeting_id: MeetingId,
    /// The host on whose behalf; for administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_email: Option<String>,
    /// The people: 100 at most, each address once.
    pub items: Vec<NewInvitee>,
}

/// What an invitation shall be changed to. `Default` mails nobody.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InviteeUpdate {
    /// The address, which Webex wants in any case.
    pub email: String,
    /// The name.
    pub display_name: Option<String>,
    /// Whether the person shall be a co-host.
    pub co_host: Option<bool>,
    /// The host on whose behalf; for administrators.
    pub host_email: Option<String>,
    /// Whether Webex mails the person. Always sent, since Webex does unless told not to.
    pub send_email: bool,
}

#[derive(Deserialize)]
struct Inserted {
    #[serde(default)]
    items: Value,
}

impl Webex {
    /// All who are invited to a meeting. `host` names the host on whose behalf an administrator
    /// asks.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn list_invitees(
        &self,
        meeting: &MeetingId,
        host: Option<&str>,
    ) -> Result<Vec<Invitee>, Error> {
        let call = Call::get("meetingInvitees")
            .query("meetingId", meeting)
            .query_if("hostEmail", host)
            .query("max", 100);
        self.list(call).await
    }

    /// One invitation, by its id. `host` as in [`Webex::list_invitees`].
    ///
    /// # Errors
    ///
    /// Refused with 404 when it is gone.
    pub async fn get_invitee(&self, id: &InviteeId, host: Option<&str>) -> Result<Invitee, Error> {
        let call = Call::get("meetingInvitees")
            .at(id.as_str())
            .query_if("hostEmail", host);
        self.object(call).await
    }

    /// Invites up to 100 people, and returns those whom the answer names.
    ///
    /// # Errors
    ///
    /// Refused with 409 when one of them is invited already; whether the others are then is not
    /// known (meetings §7), so list again.
    pub async fn insert_invitees(&self, invitees: &InviteesToAdd) -> Result<Vec<Invitee>, Error> {
        let call = Call::post("meetingInvitees/bulkInsert", invitees);
        let inserted: Inserted = self.object(call).await?;
        Ok(tolerant::list(inserted.items).unwrap_or_default())
    }

    /// Changes an invitation.
    ///
    /// # Errors
    ///
    /// Refused with 409 when the new address is invited already.
    pub async fn update_invitee(
        &self,
        id: &InviteeId,
        update: &InviteeUpdate,
    ) -> Result<Invitee, Error> {
        self.object(Call::put("meetingInvitees", update).at(id.as_str()))
            .await
    }

    /// Takes an invitation back, with a mail to the person if `send_email`.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn delete_invitee(
        &self,
        id: &InviteeId,
        host: Option<&str>,
        send_email: bool,
    ) -> Result<(), Error> {
        let call = Call::delete("meetingInvitees")
            .at(id.as_str())
            .query_if("hostEmail", host)
            .query("sendEmail", send_email);
        self.nothing(call).await
    }
}
