//! Names that Webex gives to things: opaque, compared as text (messaging §1.6).

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The id as Webex wrote it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

ids! {
    /// Names a person or a bot.
    PersonId,
    /// Names an organisation.
    OrganizationId,
    /// Names a Webex team. Seen in two spellings for one team (messaging §1.6).
    TeamId,
    /// Names one person's membership in a team.
    TeamMembershipId,
    /// Names a room.
    RoomId,
    /// Names one person's membership in a room.
    MembershipId,
    /// Names a tab pinned in a room.
    RoomTabId,
    /// Names a message.
    MessageId,
    /// Names a webhook.
    WebhookId,
    /// Names a meeting series, an occurrence or an instance (meetings §1).
    MeetingId,
    /// Names one person's invitation to a meeting.
    InviteeId,
}

/// A person, by one of the two names under which Webex finds one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Who {
    /// By id.
    #[serde(rename = "personId")]
    Id(PersonId),
    /// By e-mail address. Adding an address that Webex does not know invites it by mail
    /// (messaging §1.3).
    #[serde(rename = "personEmail")]
    Email(String),
}
