//! Names that must not be mixed up: each kind is a type of its own.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

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
