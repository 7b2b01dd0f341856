//! The checked event: what the file and the roster say, after every pattern is filled in.
//!
//! A value of these types has passed `check`: every reference leads somewhere, and every time is
//! zoned. Lists keep the file's order, because people see it; those that say otherwise are sorted.

mod bot;
mod cue;
mod facts;
mod id;
mod index;
mod meeting;
mod room;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub use bot::{Bot, Organisers, Say};
pub use cue::{Anchor, Answer, Counts, Cue, CueKey, CueRecipient, CueTo, Late, Sending};
pub use facts::MeetingFacts;
pub use id::{
    Address, CueId, DayId, Email, EventKey, GroupId, MeetingKey, MeetingPattern, Role, RoomKey,
    RoomPattern, TeamId,
};
pub use index::Index;
pub use meeting::{
    Invitee, JoinBeforeHost, Mail, Meeting, MeetingOptions, MeetingPassword, Uninvited,
};
pub use room::{Room, RoomMember, RoomSettings, Tab};
pub use text::{MeetingFact, Part, ScheduleFact, Text};

/// One event, checked and expanded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The stable key, carried by everything that is made on Webex.
    pub key: EventKey,
    /// What people call the event.
    pub title: String,
    /// The IANA name of the zone in which the file's times are written.
    pub timezone: String,
    /// The Webex side: team and hosts.
    pub webex: WebexSide,
    /// The roster, by address.
    pub people: Vec<Person>,
    /// The days, by date.
    pub days: Vec<Day>,
    /// The teams, in the file's order.
    pub teams: Vec<Team>,
    /// Teams that meet together, in the file's order.
    pub groups: Vec<Group>,
    /// Every room, in the order of the file and, of a pattern, of its teams or groups.
    pub rooms: Vec<Room>,
    /// Every meeting, in the order of the file; of a pattern by team or group, and then by day.
    pub meetings: Vec<Meeting>,
    /// The run of show, in the file's order.
    pub cues: Vec<Cue>,
    /// What the bot answers beside its built-in words, in the file's order.
    pub answers: Vec<Answer>,
    /// How the bot behaves.
    pub bot: Bot,
    /// Where rooms and meetings stand in their lists.
    #[serde(skip)]
    pub index: Index,
}

/// The Webex team that holds the rooms, and the accounts that host the meetings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebexSide {
    /// The name of the Webex team; adopted if the bot is in it, else made.
    pub team: String,
    /// Who belongs to the Webex team beside the bot, by address. Whoever moderates a room is in
    /// it, because a guest may not moderate (messaging §5).
    pub members: Vec<TeamMember>,
    /// The accounts that may host, in the file's order: the first with room to spare is taken.
    pub hosts: Vec<Host>,
    /// Co-hosts who may have several meetings at once, by address: the file acknowledges it.
    #[serde(default)]
    pub cohosts_overlap: Vec<Email>,
    /// Whether the team may not be removed, whatever flags are given.
    pub protected: bool,
}

/// One person's place in the Webex team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamMember {
    /// Whose.
    pub email: Email,
    /// Whether they may add people to the team.
    pub moderator: bool,
}

/// An account that hosts meetings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// Whose.
    pub email: Email,
    /// How many meetings of this host the organiser accepts at the same time. What an ordinary
    /// host may really run at once is unknown (meetings §2).
    pub parallel: u32,
    /// How many meetings Webex lets this account create in 24 hours, where that is not what an
    /// ordinary one may (meetings §12).
    #[serde(default)]
    pub meetings_a_day: Option<u32>,
    /// The Webex site, where it is not the account's preferred one.
    pub site: Option<String>,
}

/// One line of the roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their address, trimmed and in lower case: Webex compares without case.
    pub email: Email,
    /// What to call them.
    pub name: String,
    /// What they do here; at least one.
    pub roles: Vec<Role>,
    /// Which teams they belong to; most have one, staff may have none.
    pub teams: Vec<TeamId>,
    /// The language they prefer, as a BCP 47 tag.
    pub language: Option<String>,
    /// Their own time zone, as an IANA name.
    pub timezone: Option<String>,
}

/// One day of the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Its name in the file.
    pub id: DayId,
    /// What people call it.
    pub title: String,
    /// When, in the event's zone.
    pub date: Date,
    /// When it must be over: a slip past it is remarked upon.
    pub ends: Option<Zoned>,
    /// Whether changes by `apply` must be confirmed with the day's name while it lasts.
    pub show_mode: bool,
}

/// People who work together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Its name in the file.
    pub id: TeamId,
    /// What people call it.
    pub title: String,
    /// The organiser's own fields: a board, a folder.
    pub links: BTreeMap<String, String>,
}

/// Teams that meet together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its name in the file.
    pub id: GroupId,
    /// What people call it.
    pub title: String,
    /// Which teams, in the file's order.
    pub teams: Vec<TeamId>,
    /// The organiser's own fields.
    pub links: BTreeMap<String, String>,
}

impl Event {
    /// The zone of the file's times; `check` has made sure that there is one.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC)
    }

    /// The person with this address.
    #[must_use]
    pub fn person(&self, email: &Email) -> Option<&Person> {
        let place = self
            .people
            .binary_search_by(|person| person.email.cmp(email));
        place.ok().map(|place| &self.people[place])
    }

    /// Who reads what goes to these recipients, by the event file, each once.
    #[must_use]
    pub fn readers<'e>(
        &'e self,
        recipients: impl IntoIterator<Item = &'e CueRecipient>,
    ) -> BTreeSet<&'e Email> {
        let mut readers = BTreeSet::new();
        for recipient in recipients {
            match recipient {
                CueRecipient::Person(person) => {
                    readers.insert(person);
                }
                CueRecipient::Room(room) => {
                    let members = self.room(room).map(|room| &room.members);
                    readers.extend(members.into_iter().flatten().map(|member| &member.email));
                }
            }
        }
        readers
    }

    /// The cue with this key.
    #[must_use]
    pub fn cue(&self, key: &CueKey) -> Option<&Cue> {
        self.cues.iter().find(|cue| cue.key == *key)
    }

    /// The day with this id.
    #[must_use]
    pub fn day(&self, id: &DayId) -> Option<&Day> {
        self.days.iter().find(|day| day.id == *id)
    }

    /// The team with this id.
    #[must_use]
    pub fn team(&self, id: &TeamId) -> Option<&Team> {
        self.teams.iter().find(|team| team.id == *id)
    }

    /// The meetings that this room hears of, by start and then by key.
    #[must_use]
    pub fn meetings_of_room(&self, key: &RoomKey) -> Vec<&Meeting> {
        let mut meetings: Vec<_> = self
            .meetings
            .iter()
            .filter(|meeting| meeting.rooms.contains(key))
            .collect();
        meetings.sort_by(|a, b| (a.start.timestamp(), &a.key).cmp(&(b.start.timestamp(), &b.key)));
        meetings
    }
}
