//! What Webex has, as far as somebody looked.
//!
//! These are plain values that the engine fills in; nothing here knows how.

use std::collections::BTreeMap;

use jiff::Timestamp;
use showcaller_event::model::Email;
pub use showcaller_event::model::MeetingFacts;

use crate::fields::Fields;

/// The whole picture.
#[derive(Debug, Clone)]
pub struct Observed {
    /// When the look began.
    pub at: Timestamp,
    /// Who is behind the bot's token.
    pub bot: SeenAccount,
    /// Who is behind each host's token; a host without a usable token is missing.
    pub hosts: BTreeMap<Email, SeenHost>,
    /// The teams that the bot is in.
    pub teams: Vec<SeenTeam>,
    /// Who is in the event's team; `NotLooked` where there is no team yet.
    pub team_members: Look<Vec<SeenMember>>,
    /// The rooms of the event's team that the bot sees, without its General room where that bears the
    /// team's name.
    pub rooms: Vec<SeenRoom>,
    /// Whether the team's General room was told from the others, by the team's name or by the one that
    /// it is born with. If not, it is one of `rooms`, and may be called as the team was.
    pub general_told: bool,
    /// Who is in each room, by the room's remote id.
    pub members: BTreeMap<String, Look<Vec<SeenMember>>>,
    /// What is pinned in each room, by the room's remote id.
    pub tabs: BTreeMap<String, Look<Vec<SeenTab>>>,
    /// The meetings of each host around the event's days.
    pub meetings: BTreeMap<Email, Look<Vec<SeenMeeting>>>,
    /// Who is invited to each meeting, by the meeting's remote id.
    pub invitees: BTreeMap<String, Look<Vec<SeenInvitee>>>,
    /// People whom Webex shows under another address than the file: its main address for the account,
    /// by the file's. In the lists above they have the file's.
    pub aliases: BTreeMap<Email, Email>,
}

impl Observed {
    /// The teams of this name that the bot or a host may have made.
    pub fn own_teams_called<'o>(&'o self, name: &'o str) -> impl Iterator<Item = &'o SeenTeam> {
        let teams = self.teams.iter();
        teams.filter(move |team| team.name.as_deref() == Some(name) && self.may_have_made(team))
    }

    /// Whether the bot or a host made this team, as far as Webex says who did.
    #[must_use]
    pub fn may_have_made(&self, team: &SeenTeam) -> bool {
        let hosts = self.hosts.values().map(|host| &host.account);
        let mut accounts = std::iter::once(&self.bot).chain(hosts);
        team.creator
            .as_ref()
            .is_none_or(|maker| accounts.any(|account| account.id == *maker))
    }
}

/// What came of a look at one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look<T> {
    /// It was read.
    Seen(T),
    /// Nobody looked this time: what the ledger recorded is taken for true.
    NotLooked,
    /// Webex would not show it; why, in a sentence.
    Refused(String),
}

impl<T> Look<T> {
    /// What was seen, if anything was.
    pub fn seen(&self) -> Option<&T> {
        match self {
            Self::Seen(value) => Some(value),
            Self::NotLooked | Self::Refused(_) => None,
        }
    }

    /// The same, to be changed.
    pub fn seen_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Seen(value) => Some(value),
            Self::NotLooked | Self::Refused(_) => None,
        }
    }
}

/// An account on Webex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenAccount {
    /// Its person id.
    pub id: String,
    /// Its address.
    pub email: Email,
    /// What Webex calls it.
    pub name: String,
    /// Whether it is a bot (messaging §2).
    pub is_bot: bool,
    /// The organisation it belongs to.
    pub org: String,
}

/// A host's account and what it may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenHost {
    /// Who.
    pub account: SeenAccount,
    /// The Webex sites it has, its preferred one first; or why that could not be read.
    pub sites: Result<Vec<String>, String>,
}

/// A Webex team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenTeam {
    /// Its remote id.
    pub id: String,
    /// Its name; `None` if Webex could not decrypt it.
    pub name: Option<String>,
    /// Who made it, by person id, where Webex says so.
    pub creator: Option<String>,
}

/// A person in a team or a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenMember {
    /// The membership's remote id.
    pub id: String,
    /// Who, by person id.
    pub person: String,
    /// Who, by the address that Webex shows, or by the file's where that is another one of theirs.
    pub email: Email,
    /// Whether they moderate it.
    pub moderator: bool,
}

/// A room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenRoom {
    /// Its remote id.
    pub id: String,
    /// Its title; `None` if Webex could not decrypt it (messaging §1.2).
    pub title: Option<String>,
    /// What else is known of it.
    pub fields: Fields,
    /// Whether nobody can write in it: that is how a team's archived room shows itself (messaging
    /// §4).
    pub read_only: bool,
    /// Who made it, by person id.
    pub creator: Option<String>,
}

/// A tab pinned in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenTab {
    /// Its remote id.
    pub id: String,
    /// What people click on.
    pub name: String,
    /// Where it leads.
    pub url: String,
    /// Who pinned it, by person id, where Webex says so.
    pub creator: Option<String>,
}

/// A meeting series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenMeeting {
    /// Its remote id.
    pub id: String,
    /// What Webex says of it; instants, not representations (meetings §2).
    pub fields: Fields,
    /// The tags that this client wrote (meetings §5).
    pub tags: Vec<String>,
    /// Whether somebody is in it or waits in its lobby, so that it cannot be changed.
    pub in_progress: bool,
    /// Its links and numbers.
    pub facts: MeetingFacts,
}

/// A person on a meeting's invitation list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenInvitee {
    /// The invitee's remote id.
    pub id: String,
    /// Who.
    pub email: Email,
    /// Whether they are a co-host.
    pub cohost: bool,
}
