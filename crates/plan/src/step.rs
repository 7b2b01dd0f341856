//! One change on Webex, and whose token makes it.

use std::fmt;

use serde::{Deserialize, Serialize};
use showcaller_event::model::{Address, Email, MeetingKey, MeetingPattern, RoomKey, Text};

use crate::fields::{Change, Fields};

/// Whose token makes a call: Webex's limits are per owner.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// The bot: team, rooms, people, tabs.
    Bot,
    /// A host: the meetings of that account.
    Host(Email),
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bot => f.pad("bot"),
            Self::Host(email) => f.pad(email.as_str()),
        }
    }
}

/// One change on Webex.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Of what.
    pub address: Address,
    /// What is done.
    pub action: Action,
    /// By whose token.
    pub owner: Owner,
    /// Steps that must be done before, by address. A name without a step counts as done.
    pub after: Vec<Address>,
    /// Mails about meetings that Webex itself writes because of it, at most.
    pub mails: usize,
}

/// What is done to one thing. Remote ids are given where the thing exists when planning; things
/// that an earlier step makes are looked up by their address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Action {
    /// Make the Webex team.
    CreateTeam {
        /// Its name.
        name: String,
    },
    /// Give the team another name.
    ChangeTeam {
        /// The team.
        id: String,
        /// Its new name.
        name: String,
    },
    /// Put somebody into the team.
    AddTeamMember {
        /// Who.
        email: Email,
        /// With the right to add others.
        moderator: bool,
    },
    /// Give or take the right to add others.
    SetTeamModerator {
        /// The team membership.
        id: String,
        /// Given or taken.
        moderator: bool,
    },
    /// Take somebody out of the team, and so out of its rooms (messaging §3).
    RemoveTeamMember {
        /// The team membership.
        id: String,
    },
    /// Make a room in the team.
    CreateRoom {
        /// Its settings.
        fields: Fields,
    },
    /// Change a room in place.
    ChangeRoom {
        /// The room; `None` if an earlier step makes it.
        id: Option<String>,
        /// Its title after the change: Webex wants it in every call.
        title: String,
        /// What changes.
        changes: Vec<Change>,
        /// What stays and is named all the same: whether an update resets what it does not name is
        /// not known (messaging §4).
        keep: Fields,
    },
    /// Archive a room: that is what deleting a team's room does (messaging §4).
    ArchiveRoom {
        /// The room.
        id: String,
    },
    /// Put somebody into a room.
    AddMember {
        /// Which room.
        room: RoomKey,
        /// Who.
        email: Email,
        /// With a moderator's rights.
        moderator: bool,
    },
    /// Give or take a moderator's rights.
    SetModerator {
        /// The membership.
        id: String,
        /// Given or taken.
        moderator: bool,
    },
    /// Take somebody out of a room.
    RemoveMember {
        /// The membership.
        id: String,
    },
    /// Pin a page in a room.
    AddTab {
        /// Which room.
        room: RoomKey,
        /// What people click on.
        name: String,
        /// Where it leads.
        url: Text,
    },
    /// Let a pinned page lead elsewhere.
    ChangeTab {
        /// The tab.
        id: String,
        /// Which room.
        room: RoomKey,
        /// What people click on.
        name: String,
        /// Where it leads.
        url: Text,
    },
    /// Unpin a page.
    RemoveTab {
        /// The tab.
        id: String,
    },
    /// Schedule a meeting.
    CreateMeeting {
        /// Which.
        meeting: MeetingKey,
        /// The pattern it was made from: one of each goes first (promise 6).
        pattern: MeetingPattern,
        /// Its settings; without a password if one is to be generated.
        fields: Fields,
        /// The IANA zone in which it is written.
        timezone: String,
        /// The site, where it is not the host's preferred one.
        site: Option<String>,
        /// Who is invited by the same call.
        invitees: Vec<NewInvitee>,
        /// Whether Webex mails host and invitees.
        mail: bool,
    },
    /// Change a meeting in place: its id stays.
    ChangeMeeting {
        /// Which.
        meeting: MeetingKey,
        /// The series.
        id: String,
        /// What changes.
        changes: Vec<Change>,
        /// The IANA zone in which times are written.
        timezone: String,
        /// Whether Webex mails host and invitees.
        mail: bool,
    },
    /// Delete a meeting and schedule it anew: **its link changes**.
    ReplaceMeeting {
        /// The series that goes.
        id: String,
        /// Whose it was.
        old_host: Email,
        /// What is scheduled in its place: a [`Action::CreateMeeting`].
        create: Box<Action>,
        /// Why it cannot be changed in place.
        why: String,
    },
    /// Cancel a meeting for good.
    DeleteMeeting {
        /// The series.
        id: String,
        /// Whether Webex mails host and invitees.
        mail: bool,
    },
    /// Put people on a meeting's list, at most 100 (meetings §7).
    AddInvitees {
        /// Which meeting.
        meeting: MeetingKey,
        /// Who.
        invitees: Vec<NewInvitee>,
        /// Whether Webex mails them.
        mail: bool,
    },
    /// Make somebody co-host, or no longer.
    SetCohost {
        /// The invitee.
        id: String,
        /// Who: Webex wants it in the call.
        email: Email,
        /// Made or unmade.
        cohost: bool,
        /// Whether Webex mails them.
        mail: bool,
    },
    /// Take somebody off a meeting's list.
    RemoveInvitee {
        /// The invitee.
        id: String,
        /// Whether Webex mails them.
        mail: bool,
    },
}

impl Action {
    /// Whether it takes something away.
    #[must_use]
    pub fn removes(&self) -> bool {
        matches!(
            self,
            Self::RemoveTeamMember { .. }
                | Self::ArchiveRoom { .. }
                | Self::RemoveMember { .. }
                | Self::RemoveTab { .. }
                | Self::DeleteMeeting { .. }
                | Self::RemoveInvitee { .. }
        )
    }

    /// Whether a second call would make a second thing, so that its intent must be settled by
    /// looking before it is repeated.
    #[must_use]
    pub fn creates(&self) -> bool {
        matches!(
            self,
            Self::CreateTeam { .. }
                | Self::CreateRoom { .. }
                | Self::AddTab { .. }
                | Self::CreateMeeting { .. }
                | Self::ReplaceMeeting { .. }
        )
    }
}

/// Somebody to put on a meeting's list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NewInvitee {
    /// Who.
    pub email: Email,
    /// What the list calls them.
    pub name: String,
    /// Whether they may start and run the meeting.
    pub cohost: bool,
}
