//! Names that are derived from the event's own.

use showcaller_event::model::{Address, EventKey, MeetingKey};

/// The integration tag that finds a meeting again: `sc:` and a digest of event key and meeting
/// key, 24 characters in all, because a tag holds 64 at most (meetings §5) and keys may be longer.
///
/// FNV-1a in its 128-bit form, cut to 84 bits: it names, it does not protect.
#[must_use]
pub fn tag_of(event: &EventKey, meeting: &MeetingKey) -> String {
    let bytes = event
        .as_str()
        .bytes()
        .chain([0])
        .chain(meeting.as_str().bytes());
    format!("sc:{:021x}", fnv(bytes) >> 44)
}

/// FNV-1a in its 128-bit form.
pub(crate) fn fnv(bytes: impl Iterator<Item = u8>) -> u128 {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    bytes.fold(OFFSET, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(PRIME)
    })
}

/// The address under which one call adds several people to a meeting's list.
#[must_use]
pub fn bulk_address(meeting: &MeetingKey) -> Address {
    Address::new(format!("invitees/{meeting}"))
}

/// The address of a meeting that was made anew, until it is taken away.
#[must_use]
pub fn replaced_address(meeting: &MeetingKey) -> Address {
    Address::new(format!("replaced-meeting/{meeting}"))
}

/// The room or meeting that a membership, a tab or an invitee lies in.
#[must_use]
pub fn parent_of(address: &Address) -> Option<Address> {
    let within = address.as_str().split_once('/')?.1;
    // The name of a meeting may have slashes in it, and so may that of a tab.
    let (parent, key) = match address.kind() {
        "membership" | "tab" => ("room", within.split_once('/')?.0),
        "invitee" => ("meeting", within.rsplit_once('/')?.0),
        _ => return None,
    };
    Some(Address::new(format!("{parent}/{key}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_short_stable_and_differ_by_event_and_meeting() {
        let tag =
            |event: &str, meeting: &str| tag_of(&EventKey::new(event), &MeetingKey::new(meeting));
        let breakout = tag("innovation-challenge", "breakout/team-1/day-2");
        assert_eq!(breakout.len(), 24);
        assert_eq!(
            breakout,
            tag("innovation-challenge", "breakout/team-1/day-2")
        );
        assert_ne!(
            breakout,
            tag("innovation-challenge", "breakout/team-1/day-3")
        );
        assert_ne!(tag("a", "bc"), tag("ab", "c"));
    }
}
