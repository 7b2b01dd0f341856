//! An event file before it is text.

use std::collections::BTreeSet;

use jiff::civil::Date;

/// Everything that the two files will say.
#[derive(Clone)]
pub(crate) struct Sketch {
    pub(super) title: String,
    pub(super) timezone: &'static str,
    /// The date from which those of the days are counted.
    pub(super) first: Date,
    /// The hour from which the slots of the meetings are counted.
    pub(super) hour: usize,
    /// The Webex team's name, where it is not the event's title.
    pub(super) team_name: Option<String>,
    /// `webex: members:`, where the file says it.
    pub(super) members: Option<Vec<Who>>,
    pub(super) team_moderators: Vec<Who>,
    pub(super) defaults: Defaults,
    pub(super) hosts: Vec<String>,
    pub(super) people: Vec<Person>,
    pub(super) days: Vec<Day>,
    pub(super) teams: Vec<Team>,
    pub(super) groups: Vec<Group>,
    pub(super) rooms: Vec<Room>,
    pub(super) meetings: Vec<Meeting>,
    pub(super) cues: Vec<Cue>,
    /// The last number that was used in a name.
    pub(super) serial: usize,
}

#[derive(Clone, Default)]
pub(super) struct Defaults {
    pub(super) any_user_cohost: bool,
    pub(super) mute_on_entry: bool,
}

#[derive(Clone)]
pub(super) struct Person {
    pub(super) email: String,
    pub(super) name: String,
    pub(super) roles: BTreeSet<&'static str>,
    pub(super) teams: BTreeSet<String>,
}

#[derive(Clone)]
pub(super) struct Day {
    pub(super) id: String,
    pub(super) title: String,
    /// Days after the first date.
    pub(super) offset: usize,
    pub(super) previously: Vec<String>,
}

#[derive(Clone)]
pub(super) struct Team {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) board: usize,
    pub(super) previously: Vec<String>,
}

#[derive(Clone)]
pub(super) struct Group {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) teams: Vec<String>,
    pub(super) board: usize,
    pub(super) previously: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Each {
    Nothing,
    Team,
    Group,
}

/// A selector of people.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Everyone,
    Role(&'static str),
    /// Of the team or group that the entry is made for.
    RoleOfThis(&'static str),
    PeopleOfThis,
    RoleOfTeam(&'static str, String),
    One(String),
}

/// A selector of rooms.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Where {
    All,
    TeamRooms,
    OfThis,
    Named(String),
}

#[derive(Clone)]
pub(super) struct Room {
    pub(super) id: String,
    pub(super) each: Each,
    /// Whether its rooms are called like their teams, without a suffix.
    pub(super) plain: bool,
    /// What the names of its rooms end in, or would.
    pub(super) suffix: String,
    pub(super) title: String,
    pub(super) members: Vec<Who>,
    pub(super) moderators: Vec<Who>,
    pub(super) locked: bool,
    pub(super) announcement: bool,
    pub(super) public: bool,
    pub(super) description: Option<String>,
    pub(super) tabs: Vec<Tab>,
    pub(super) protected: bool,
    pub(super) previously: Vec<String>,
}

#[derive(Clone)]
pub(super) struct Tab {
    pub(super) name: String,
    pub(super) target: Target,
}

#[derive(Clone)]
pub(super) enum Target {
    Page(usize),
    Board,
    Meeting(String),
}

#[derive(Clone)]
pub(super) struct Meeting {
    pub(super) id: String,
    pub(super) each: Each,
    pub(super) per_day: bool,
    /// On which days; with `per_day` and none of them, on all.
    pub(super) days: Vec<String>,
    pub(super) title: String,
    pub(super) agenda: Option<String>,
    /// Each entry has a part of the day for itself, so that nobody co-hosts two at once.
    pub(super) slot: usize,
    pub(super) time: Time,
    pub(super) exceptions: Vec<Exception>,
    pub(super) rooms: Vec<Where>,
    pub(super) cohosts: Vec<Who>,
    pub(super) audience: bool,
    pub(super) password: Option<usize>,
    pub(super) host: Option<String>,
    pub(super) auto_record: bool,
    pub(super) any_user_cohost: Option<bool>,
    pub(super) join: usize,
    pub(super) uninvited: usize,
    pub(super) mute: Option<bool>,
    pub(super) mail: bool,
    pub(super) protected: bool,
    pub(super) previously: Vec<String>,
}

/// A message to those who hear of a meeting.
#[derive(Clone)]
pub(super) struct Cue {
    pub(super) id: String,
    /// The entry of the meeting.
    pub(super) meeting: String,
    pub(super) way: Way,
    /// To its co-hosts, and not to its rooms.
    pub(super) private: bool,
    pub(super) says: usize,
    pub(super) minutes: usize,
    pub(super) by_call: bool,
    pub(super) late: Option<&'static str>,
    pub(super) mention: bool,
    pub(super) card: bool,
}

/// When a cue goes.
#[derive(Clone, Copy)]
pub(super) enum Way {
    /// Around the meeting: the key that says so, and the one that says by how much.
    Around(&'static str, &'static str),
    At,
    EachDay,
    Called,
}

/// Quarters of an hour after the slot's beginning, and how many it lasts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Time {
    pub(super) late: usize,
    pub(super) length: usize,
}

#[derive(Clone)]
pub(super) struct Exception {
    pub(super) owner: Option<String>,
    pub(super) day: Option<String>,
    pub(super) what: Different,
}

#[derive(Clone)]
pub(super) enum Different {
    Skip,
    Time(Time),
    Title(String),
    AutoRecord,
}

impl Sketch {
    /// The same in another zone, from another date on and from this hour of its days.
    pub(crate) fn moved(mut self, timezone: &'static str, first: Date, hour: usize) -> Self {
        (self.timezone, self.first, self.hour) = (timezone, first, hour);
        self
    }

    /// A number that no name has yet.
    pub(super) fn next(&mut self) -> usize {
        self.serial += 1;
        self.serial
    }

    /// The teams of one owner of an entry: a team's own, or a group's.
    pub(super) fn teams_of(&self, each: Each, owner: &str) -> Vec<String> {
        match each {
            Each::Nothing => Vec::new(),
            Each::Team => vec![owner.to_owned()],
            Each::Group => {
                let group = self.groups.iter().find(|group| group.id == owner);
                group.map(|group| group.teams.clone()).unwrap_or_default()
            }
        }
    }

    /// What an entry makes one each of.
    pub(super) fn owners(&self, each: Each) -> Vec<String> {
        match each {
            Each::Nothing => vec![String::new()],
            Each::Team => self.teams.iter().map(|team| team.id.clone()).collect(),
            Each::Group => self.groups.iter().map(|group| group.id.clone()).collect(),
        }
    }

    /// Whom selectors mean, for one owner.
    pub(super) fn who(&self, selectors: &[Who], each: Each, owner: &str) -> BTreeSet<&str> {
        let teams = self.teams_of(each, owner);
        let of_this = |person: &Person| person.teams.iter().any(|team| teams.contains(team));
        let meant = |person: &&Person| {
            selectors.iter().any(|who| match who {
                Who::Everyone => true,
                Who::Role(role) => person.roles.contains(role),
                Who::RoleOfThis(role) => person.roles.contains(role) && of_this(person),
                Who::PeopleOfThis => of_this(person),
                Who::RoleOfTeam(role, team) => {
                    person.roles.contains(role) && person.teams.contains(team)
                }
                Who::One(email) => person.email == *email,
            })
        };
        let people = self.people.iter().filter(meant);
        people.map(|person| person.email.as_str()).collect()
    }
}
