//! Scheduled Webex meetings.

use jiff::{SignedDuration, Zoned};
use serde::{Deserialize, Serialize};
use showcaller_secret::Secret;

use super::{DayId, Email, GroupId, MeetingKey, MeetingPattern, RoomKey, TeamId};

/// One meeting, with everything that is wanted of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// Its stable name.
    pub key: MeetingKey,
    /// The entry under `meetings:` that it was made from.
    pub pattern: MeetingPattern,
    /// Names that it had before, newest first (`previously:`).
    pub previously: Vec<MeetingKey>,
    /// The team that meets, for a pattern with `one-per: team`.
    pub team: Option<TeamId>,
    /// The group that meets, for a pattern with `one-per: group`.
    pub group: Option<GroupId>,
    /// On which day of the event.
    pub day: DayId,
    /// What people see, 1 to 128 characters.
    pub title: String,
    /// What will happen, up to 1300 characters.
    pub agenda: Option<String>,
    /// When it begins, in the event's zone, to the minute.
    pub start: Zoned,
    /// When it ends, 10 minutes to 23 h 59 min after the start.
    pub end: Zoned,
    /// Whether a slip leaves its times as they are.
    pub fixed: bool,
    /// What a slip that makes it shorter must leave of it.
    pub min_length: Option<SignedDuration>,
    /// How long before the start its co-hosts are asked whether they are there.
    pub check_in: Option<SignedDuration>,
    /// Co-hosts who are asked, one after the other, where another does not say so.
    pub standby: Vec<Email>,
    /// What people type to get in.
    pub password: MeetingPassword,
    /// The host that the file names; otherwise one of the event's hosts is chosen when planning.
    pub host: Option<Email>,
    /// How it behaves.
    pub options: MeetingOptions,
    /// The rooms that are told of it.
    pub rooms: Vec<RoomKey>,
    /// Who is on Webex's own invitation list, by address. The host is not.
    pub invitees: Vec<Invitee>,
    /// Whether Webex may send its own mails about it.
    pub mail: Mail,
    /// Whether it may not be removed, whatever flags are given.
    pub protected: bool,
}

impl Meeting {
    /// Who is to start and run it, but for those who stand by.
    pub fn runners(&self) -> impl Iterator<Item = &Email> {
        let cohosts = self.invitees.iter().filter(|invitee| invitee.cohost);
        let cohosts = cohosts.map(|invitee| &invitee.email);
        cohosts.filter(|email| !self.standby.contains(email))
    }
}

/// A person on the invitation list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitee {
    /// Who.
    pub email: Email,
    /// What the list calls them.
    pub name: String,
    /// Whether they may start and run the meeting.
    pub cohost: bool,
}

/// Where a meeting's password comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MeetingPassword {
    /// Written in the file.
    Given(#[serde(with = "showcaller_secret::exposed")] Secret),
    /// Made once by Showcaller and kept in the ledger.
    Generated,
}

/// How a meeting behaves (meetings §2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingOptions {
    /// Recording starts by itself.
    pub auto_record: bool,
    /// Anybody with a host account on the site becomes a co-host on joining.
    pub any_user_cohost: bool,
    /// Whether people may be in before the host.
    pub join_before_host: JoinBeforeHost,
    /// What meets people who are not on the invitation list.
    pub uninvited: Uninvited,
    /// People come in muted.
    pub mute_on_entry: bool,
}

/// How long before the start people may come in without a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JoinBeforeHost {
    /// Not at all: they wait for the host or a co-host.
    No,
    /// So many minutes before the start; Webex knows 0, 5, 10 and 15.
    Minutes(u8),
}

/// What meets people who are not on the invitation list (`unlockedMeetingJoinSecurity`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Uninvited {
    /// They walk in.
    Join,
    /// They wait in the lobby until the host or a co-host admits them.
    Lobby,
    /// They cannot get in.
    Refused,
}

/// Whether Webex may send its own mails about a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mail {
    /// `sendEmail: false` on every call.
    Nobody,
    /// The host and everybody on the invitation list.
    Invitees,
}
