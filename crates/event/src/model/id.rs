//! Names that must not be mixed up: each kind is a type of its own.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        ///
        /// Numbers in it count as numbers: `team-2` comes before `team-10`.
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                natural(&self.0, &other.0)
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl $name {
            /// Takes the text as it is: whoever reads a file checks it first.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    )*};
}

names! {
    /// The event's stable key: `innovation-challenge`.
    EventKey;
    /// A day's name in the file: `day-1`.
    DayId;
    /// A team's name in the file: `team-1`.
    TeamId;
    /// A group's name in the file: `pair-a`.
    GroupId;
    /// What somebody does here: `coach`.
    Role;
    /// The name under `rooms:` from which rooms are made: `team-room`.
    RoomPattern;
    /// One room: `team-1` (made from a pattern, it is named after its team or group) or `jury`.
    RoomKey;
    /// The name under `meetings:` from which meetings are made: `breakout`.
    MeetingPattern;
    /// One meeting: `breakout/team-1/day-2`, `opening/day-1`, `jury-briefing`.
    MeetingKey;
    /// A cue's name in the file: `lunch`.
    CueId;
    /// An e-mail address, trimmed and in lower case.
    Email;
    /// The stable name of one thing that must exist on Webex: `room/team-1`,
    /// `meeting/breakout/team-1/day-2`, `membership/team-1/ann@example.com`,
    /// `team-membership/ann@example.com`, `tab/team-1/Board`,
    /// `invitee/breakout/team-1/day-2/ann@example.com`, `team`.
    Address;
}

/// Natural order: numbers by what they count, everything else by bytes.
fn natural(one: &str, other: &str) -> Ordering {
    let (a, b) = (one.as_bytes(), other.as_bytes());
    let common = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (next, other_next) = (a.get(common), b.get(common));
    // Most names differ in no number: maps of them are quick as long as this is.
    if ![next, other_next]
        .iter()
        .flatten()
        .any(|byte| byte.is_ascii_digit())
    {
        return next.cmp(&other_next);
    }
    // The numbers in which they differ may begin alike.
    let before = a[..common].iter().rposition(|byte| !byte.is_ascii_digit());
    let start = before.map_or(0, |at| at + 1);
    match (number(&a[start..]), number(&b[start..])) {
        (Some(a), Some(b)) => a.cmp(&b).then_with(|| one.cmp(other)),
        _ => one.cmp(other),
    }
}

/// The number with which a text begins: how long it is without zeros in front, and its digits.
fn number(text: &[u8]) -> Option<(usize, &[u8])> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let zeros = text[..digits].iter().take_while(|byte| **byte == b'0');
    let number = &text[zeros.count()..digits];
    (digits > 0).then_some((number.len(), number))
}

impl Address {
    /// The Webex team of the event.
    #[must_use]
    pub fn team() -> Self {
        Self::new("team")
    }

    /// A person in the Webex team.
    #[must_use]
    pub fn team_membership(email: &Email) -> Self {
        Self(format!("team-membership/{email}"))
    }

    /// A room.
    #[must_use]
    pub fn room(room: &RoomKey) -> Self {
        Self(format!("room/{room}"))
    }

    /// A person in a room.
    #[must_use]
    pub fn membership(room: &RoomKey, email: &Email) -> Self {
        Self(format!("membership/{room}/{email}"))
    }

    /// A tab pinned in a room.
    #[must_use]
    pub fn tab(room: &RoomKey, name: &str) -> Self {
        Self(format!("tab/{room}/{name}"))
    }

    /// A meeting.
    #[must_use]
    pub fn meeting(meeting: &MeetingKey) -> Self {
        Self(format!("meeting/{meeting}"))
    }

    /// A person invited to a meeting.
    #[must_use]
    pub fn invitee(meeting: &MeetingKey, email: &Email) -> Self {
        Self(format!("invitee/{meeting}/{email}"))
    }

    /// The part before the first slash: `room`, `membership`, …
    #[must_use]
    pub fn kind(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }
}

#[cfg(test)]
mod lists_are_by_kind {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_in_names_count_as_numbers() {
        let sorted = [
            "",
            "1",
            "02",
            "2",
            "2a",
            "10",
            "day-1/x",
            "day-02b",
            "day-2",
            "day-10",
            "day-x",
            "team",
            "team-1",
            "team-1/day-2",
            "team-1/day-10",
            "team-2",
            "team-10",
        ];
        let mut names = sorted;
        names.reverse();
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, sorted);
    }

    proptest! {
        #[test]
        fn the_order_is_one_for_all_names(
            names in proptest::collection::vec("[ab/0-2]{0,6}", 3..8),
        ) {
            let mut names: Vec<TeamId> = names.into_iter().map(TeamId::new).collect();
            names.sort();
            for (place, name) in names.iter().enumerate() {
                for later in &names[place..] {
                    prop_assert!(name <= later);
                    prop_assert_eq!(name.cmp(later).reverse(), later.cmp(name));
                    prop_assert_eq!(name == later, name.cmp(later).is_eq());
                }
            }
        }
    }
}
