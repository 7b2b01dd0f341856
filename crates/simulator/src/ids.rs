//! How Webex spells the names of things, and where new ones come from.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::refusal::{Refusal, Served};

/// What an id names (messaging §1.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Person,
    Organization,
    Team,
    TeamMembership,
    Room,
    Membership,
    RoomTab,
    Message,
    AttachmentAction,
    Webhook,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Person => "PEOPLE",
            Self::Organization => "ORGANIZATION",
            Self::Team => "TEAM",
            Self::TeamMembership => "TEAM_MEMBERSHIP",
            Self::Room => "ROOM",
            Self::Membership => "MEMBERSHIP",
            Self::RoomTab => "ROOM_TAB",
            Self::Message => "MESSAGE",
            Self::AttachmentAction => "ATTACHMENT_ACTION",
            Self::Webhook => "WEBHOOK",
        }
    }
}

/// The id of a thing with a key of its own.
pub(crate) fn spell(kind: Kind, key: Uuid) -> String {
    encode(kind, &key.to_string())
}

/// The id of somebody's membership: one per person and container, and always the same one.
pub(crate) fn spell_membership(kind: Kind, person: Uuid, container: Uuid) -> String {
    encode(kind, &format!("{person}:{container}"))
}

/// The key behind an id, whatever its kind: Webex spells a team's id in two ways (messaging §1.6),
/// so that the kind inside proves nothing. A bare UUID does as well.
pub(crate) fn read(id: &str) -> Served<Uuid> {
    Uuid::parse_str(id)
        .ok()
        .or_else(|| Uuid::parse_str(&decode(id)?).ok())
        .ok_or_else(Refusal::malformed_id)
}

/// The person and the container behind a membership's id.
pub(crate) fn read_membership(id: &str) -> Served<(Uuid, Uuid)> {
    let key = decode(id).unwrap_or_else(|| id.to_owned());
    key.split_once(':')
        .and_then(|(person, container)| {
            Some((
                Uuid::parse_str(person).ok()?,
                Uuid::parse_str(container).ok()?,
            ))
        })
        .ok_or_else(Refusal::malformed_id)
}

/// Sixteen bytes that depend on nothing but the seed, the kind of thing, what it is called, and
/// how many of that name came before. So two calls in flight get the same ids in either order.
pub(crate) fn mint(seed: u64, kind: &str, name: &str, ordinal: u64) -> Uuid {
    let digest = Sha256::new()
        .chain_update(seed.to_be_bytes())
        .chain_update(kind.as_bytes())
        .chain_update([0])
        .chain_update(name.as_bytes())
        .chain_update([0])
        .chain_update(ordinal.to_be_bytes())
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

fn encode(kind: Kind, key: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("ciscospark://us/{}/{key}", kind.word()))
}

fn decode(id: &str) -> Option<String> {
    // SDKs pad ids or not, and use either alphabet.
    let id = id.trim_end_matches('=').replace('+', "-").replace('/', "_");
    let bytes = URL_SAFE_NO_PAD.decode(id).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let key = text.strip_prefix("ciscospark://")?.rsplit_once('/')?.1;
    Some(key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_begins_as_all_ids_of_webex_do_and_leads_back_to_its_key() {
        let key = mint(1, "room", "Jury", 0);
        let id = spell(Kind::Room, key);
        assert!(id.starts_with("Y2lzY29zcGFyazovL"), "{id}");
        assert_eq!(read(&id).unwrap(), key);
        assert_eq!(read(&format!("{id}==")).unwrap(), key);
        assert_eq!(read(&key.to_string()).unwrap(), key);
    }

    #[test]
    fn a_membership_id_is_made_of_the_person_and_the_room() {
        let (person, room) = (mint(1, "person", "ann", 0), mint(1, "room", "Jury", 0));
        let id = spell_membership(Kind::Membership, person, room);
        assert_eq!(read_membership(&id).unwrap(), (person, room));
        assert!(read(&id).is_err());
    }

    #[test]
    fn garbage_is_no_id() {
        for garbage in ["", "room-1", "Y2lzY29zcGFyazovL3Vz", "%%%"] {
            assert_eq!(read(garbage).unwrap_err().status, 400, "{garbage}");
        }
    }

    #[test]
    fn the_seed_the_name_and_the_ordinal_each_change_a_new_key() {
        let key = mint(1, "room", "Jury", 0);
        assert_eq!(key, mint(1, "room", "Jury", 0));
        assert_ne!(key, mint(2, "room", "Jury", 0));
        assert_ne!(key, mint(1, "team", "Jury", 0));
        assert_ne!(key, mint(1, "room", "Coaches", 0));
        assert_ne!(key, mint(1, "room", "Jury", 1));
    }
}
