//! Names that Webex gives to things: opaque, compared as text (messaging §1.6).

use std::fmt;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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

            /// The UUID that it contains, by which two spellings of one id are known to be the same.
            /// `None` for an id that contains none, or several.
            #[must_use]
            pub fn uuid(&self) -> Option<Uuid> {
                uuid_in(&self.0)
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
    /// Names a press of a button of a card.
    ActionId,
    /// Names a webhook.
    WebhookId,
    /// Names a meeting series, an occurrence or an instance (meetings §1).
    MeetingId,
    /// Names one person's invitation to a meeting.
    InviteeId,
    /// Names one person in one instance of a meeting.
    ParticipantId,
}

impl MembershipId {
    /// The UUID of the person who is the member.
    #[must_use]
    pub fn person_uuid(&self) -> Option<Uuid> {
        member_in(&self.0)
    }
}

impl TeamMembershipId {
    /// The UUID of the person who is the member.
    #[must_use]
    pub fn person_uuid(&self) -> Option<Uuid> {
        member_in(&self.0)
    }
}

impl MeetingId {
    /// The series, where this is the id of an instance (meetings §9).
    #[must_use]
    pub fn series(&self) -> Option<Self> {
        let (series, _) = self.0.split_once("_I_")?;
        Some(Self(series.to_owned()))
    }
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

/// Webex writes an id as base64 of `ciscospark://CLUSTER/TYPE/UUID`, in either alphabet and without
/// padding; over its websocket as the bare UUID, which its API takes, too.
fn uuid_in(id: &str) -> Option<Uuid> {
    if let Ok(bare) = Uuid::try_parse(id) {
        return Some(bare);
    }
    Uuid::try_parse(&key_in(id)?).ok()
}

/// The person of a membership, whose key is `PERSON:ROOM` or `PERSON:TEAM` (messaging §1.6).
fn member_in(id: &str) -> Option<Uuid> {
    let key = key_in(id).unwrap_or_else(|| id.to_owned());
    let (person, _) = key.split_once(':')?;
    Uuid::try_parse(person).ok()
}

/// What an id in base64 ends in.
fn key_in(id: &str) -> Option<String> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let decoded = [&STANDARD, &URL_SAFE]
        .into_iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, config).decode(id).ok())?;
    let address = String::from_utf8(decoded).ok()?;
    let (_, key) = address.strip_prefix("ciscospark://")?.rsplit_once('/')?;
    Some(key.to_owned())
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};

    use super::*;

    #[test]
    fn one_id_is_the_same_in_each_of_its_spellings() {
        let uuid = Uuid::from_u128(0x1eb6_5fdf_9643_417f_9974_ad72_cae0_e10f);
        let cluster = "ciscospark://urn:TEAM:us-west-2_r/ROOM/";
        for address in [
            format!("ciscospark://us/ROOM/{uuid}"),
            format!("{cluster}{uuid}"),
            format!("ciscospark://us/TEAM/{}", uuid.to_string().to_uppercase()),
        ] {
            for spelt in [
                STANDARD.encode(&address),
                STANDARD_NO_PAD.encode(&address),
                URL_SAFE_NO_PAD.encode(&address),
            ] {
                assert_eq!(RoomId::from(&*spelt).uuid(), Some(uuid), "{address}");
            }
        }
        assert_eq!(RoomId::from(uuid.to_string()).uuid(), Some(uuid));
    }

    #[test]
    fn a_membership_names_its_person() {
        let (person, container) = (Uuid::from_u128(7), Uuid::from_u128(8));
        let key = format!("{person}:{container}");
        let room = STANDARD_NO_PAD.encode(format!("ciscospark://us/MEMBERSHIP/{key}"));
        let team = STANDARD.encode(format!("ciscospark://us/TEAM_MEMBERSHIP/{key}"));
        for id in [&room, &key] {
            let id = MembershipId::from(&**id);
            assert_eq!(id.person_uuid(), Some(person), "{id}");
        }
        let id = TeamMembershipId::from(team);
        assert_eq!(id.person_uuid(), Some(person));
        for id in ["", "?membership", &person.to_string()] {
            assert_eq!(MembershipId::from(id).person_uuid(), None, "{id}");
        }
    }

    #[test]
    fn an_id_without_a_uuid_of_its_own_has_none() {
        let uuid = Uuid::nil();
        let member = format!("ciscospark://us/MEMBERSHIP/{uuid}:{uuid}");
        let elsewhere = format!("https://example.com/{uuid}");
        for id in [
            "".to_owned(),
            "room-1".to_owned(),
            STANDARD.encode(member),
            STANDARD.encode(elsewhere),
            STANDARD.encode("ciscospark://us/APPLICATION/C1234"),
        ] {
            assert_eq!(MembershipId::from(&*id).uuid(), None, "{id}");
        }
    }
}
