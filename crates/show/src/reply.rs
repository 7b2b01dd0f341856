//! What answers a question: facts, without sentences.

use jiff::Zoned;
use jiff::tz::TimeZone;
use showcaller_event::Language;
use showcaller_event::model::{Address, DayId, MeetingKey};
use showcaller_secret::Secret;

use crate::question::Intent;

/// The answer to a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// What the question was understood to ask for.
    pub intent: Intent,
    /// The language in which it is answered.
    pub language: Language,
    /// Whether only the asker reads it.
    pub in_private: bool,
    /// The clocks by which times are said.
    pub zones: Zones,
    /// What is said.
    pub body: Body,
}

/// The clocks by which an answer says times.
#[derive(Debug, Clone, PartialEq)]
pub struct Zones {
    /// The zone of the times: the event's in a room, the asker's own in private.
    pub main: TimeZone,
    /// A second zone, said beside the first: the asker's in a room, the event's in private; only
    /// where its clocks differ from the first's at one of the times that are said.
    pub beside: Option<TimeZone>,
}

/// What an answer says.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// To `agenda`; also to `now`, `next` and `where` when the event is over.
    Agenda(Agenda),
    /// To `now`, and to `where` if something runs.
    Now(Running),
    /// To `next`, and to `where` if nothing runs.
    Next(Ahead),
    /// To `meeting`: one or several that fit the name, by start; never empty.
    Meeting(Vec<Listing>),
    /// To `meeting` with a name that nothing here has.
    NoSuchMeeting {
        /// The words that were taken for a name, as they were written.
        asked: String,
    },
    /// To `who`: the teams of the room, or of the asker.
    Who(Vec<TeamList>),
    /// To `details`.
    Details(DetailsFor),
    /// To `remind`: when the reminder will come, and of what. `None` if nothing follows.
    Remind {
        /// When.
        at: Option<Zoned>,
        /// Of which meetings; all begin at the same instant.
        of: Vec<Listing>,
    },
    /// The reminder itself, shortly before these begin.
    Reminder(Vec<Listing>),
    /// The question whether the person is there who runs these, shortly before they begin all at once.
    CheckIn {
        /// When.
        at: Zoned,
        /// Which.
        of: Vec<Listing>,
    },
    /// To `help`: the words of the file's own answers that are given here, one for each.
    Help {
        /// The answers' own words.
        custom: Vec<String>,
        /// Whether it is said to an organiser in private, who may ask for `details`.
        organiser: bool,
    },
    /// To `sos`: whether the organisers are told.
    Sos {
        /// `false` if the file names no room of organisers.
        called: bool,
    },
    /// To `hello`.
    Hello {
        /// The asker's name, where it is known.
        name: Option<String>,
    },
    /// To `thanks`.
    Thanks,
    /// To a question for an answer of the file.
    Custom(Vec<Custom>),
    /// To `none`.
    NotUnderstood {
        /// As in [`Body::Help`].
        custom: Vec<String>,
    },
    /// To a stranger to the applied roster, in private: polite, and nothing else.
    Stranger {
        /// What people call the event.
        event: String,
    },
}

/// An agenda.
#[derive(Debug, Clone, PartialEq)]
pub struct Agenda {
    /// What it was asked for.
    pub span: Span,
    /// The days, by date; a day without meetings is there with none.
    pub days: Vec<DayAgenda>,
    /// When all of today has ended: what begins next.
    pub next: Ahead,
}

/// Which part of the event an agenda is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// The day that holds now, past midnight until its last meeting ends.
    Today,
    /// No day of the event holds now: the next one.
    NextDay,
    /// A day that was named.
    Named,
    /// A date that was named and is no day of the event: there are no days then.
    NoDay(jiff::civil::Date),
    /// All days.
    All,
    /// The last meeting has ended: there are no days then.
    Over,
}

/// One day of an agenda.
#[derive(Debug, Clone, PartialEq)]
pub struct DayAgenda {
    /// The day's name in the file.
    pub id: DayId,
    /// What people call it.
    pub title: String,
    /// Its date.
    pub date: jiff::civil::Date,
    /// The meetings, by start and then by key.
    pub meetings: Vec<Listing>,
}

/// One meeting as an answer tells of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// Which.
    pub key: MeetingKey,
    /// Its title by the schedule in force.
    pub title: String,
    /// When it begins, in the main zone.
    pub start: Zoned,
    /// When it ends, in the main zone.
    pub end: Zoned,
    /// Whether it has ended, runs, or is still to come.
    pub state: State,
    /// The titles of the rooms that make it the asker's, in private; empty in a room, and for a
    /// meeting that the asker co-hosts without being in one of its rooms.
    pub rooms: Vec<String>,
    /// Whether the asker is one of its co-hosts; `false` in a room.
    pub cohost: bool,
    /// How to get in.
    pub link: Link,
}

/// Where a meeting stands at the time of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Its end is past.
    Ended,
    /// It runs by the schedule: start included, end not.
    Running,
    /// It is still to come.
    ToCome,
}

/// How to get into a meeting.
#[derive(Debug, Clone, PartialEq)]
pub enum Link {
    /// It is not on Webex yet.
    Follows,
    /// It is.
    Known {
        /// The link.
        url: Secret,
        /// The number to dial or type.
        number: Option<String>,
        /// What people type to get in.
        password: Option<Secret>,
    },
}

/// What runs now.
#[derive(Debug, Clone, PartialEq)]
pub struct Running {
    /// All of it, by start and then by key. Empty if nothing runs.
    pub meetings: Vec<Listing>,
    /// If nothing runs: what begins next.
    pub next: Ahead,
}

/// What begins next.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ahead {
    /// All that begins at the next instant after now, by key. Empty if nothing does.
    pub meetings: Vec<Listing>,
    /// In how many minutes, rounded up; zero if nothing follows.
    pub minutes: i64,
}

/// The people of a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamList {
    /// What people call it.
    pub title: String,
    /// Its participants, by name.
    pub members: Vec<Member>,
    /// Those of it who do something else there, by name.
    pub staff: Vec<Member>,
}

/// A person as others are told of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Their name.
    pub name: String,
    /// What they do there, as the roster has it, where they are more than participants.
    pub roles: Vec<String>,
}

/// What an organiser gets to know of a meeting.
#[derive(Debug, Clone, PartialEq)]
pub enum DetailsFor {
    /// The asker is no organiser.
    Organisers,
    /// An organiser asked where others read along: they are asked to ask in private.
    Private,
    /// Which meeting is not said, or fits several: their titles.
    Which(Vec<String>),
    /// One meeting.
    One {
        /// What everybody may know of it.
        listing: Box<Listing>,
        /// What makes a person the host.
        host_key: Option<Secret>,
    },
}

/// An answer of the file as one room gets it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Custom {
    /// The room's title, where answers of several rooms are given at once.
    pub room: Option<String>,
    /// What is said, in Webex's Markdown, or that it cannot be said yet because what it names is not
    /// on Webex.
    pub markdown: Option<Secret>,
    /// The meetings that it tells of, perhaps more than once.
    pub meetings: Vec<MeetingKey>,
    /// The links into meetings that were filled in.
    pub links: Vec<Secret>,
}

impl Reply {
    /// The meetings that it tells of, by their addresses, in its order and each once.
    #[must_use]
    pub fn meetings(&self) -> Vec<Address> {
        let mut addresses = Vec::new();
        let listed = self.listings().into_iter().map(|listing| &listing.key);
        let custom = self.custom().iter().flat_map(|custom| &custom.meetings);
        for key in listed.chain(custom) {
            let address = Address::meeting(key);
            if !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        addresses
    }

    /// The links into meetings that it has, in its order and each once.
    #[must_use]
    pub fn links(&self) -> Vec<&Secret> {
        let mut links: Vec<&Secret> = Vec::new();
        let listings = self.listings().into_iter();
        let listed = listings.filter_map(|listing| match &listing.link {
            Link::Known { url, .. } => Some(url),
            Link::Follows => None,
        });
        for link in listed.chain(self.custom().iter().flat_map(|custom| &custom.links)) {
            if !links.contains(&link) {
                links.push(link);
            }
        }
        links
    }

    fn custom(&self) -> &[Custom] {
        match &self.body {
            Body::Custom(custom) => custom,
            _ => &[],
        }
    }

    /// The meetings that it lists, in its order.
    #[must_use]
    pub fn listings(&self) -> Vec<&Listing> {
        match &self.body {
            Body::Agenda(agenda) => agenda.days.iter().flat_map(|day| &day.meetings).collect(),
            Body::Now(running) if !running.meetings.is_empty() => running.meetings.iter().collect(),
            Body::Now(Running { next, .. }) | Body::Next(next) => next.meetings.iter().collect(),
            Body::Meeting(listings)
            | Body::Reminder(listings)
            | Body::CheckIn { of: listings, .. }
            | Body::Remind { of: listings, .. } => listings.iter().collect(),
            Body::Details(DetailsFor::One { listing, .. }) => vec![listing],
            Body::NoSuchMeeting { .. }
            | Body::Who(_)
            | Body::Details(_)
            | Body::Help { .. }
            | Body::Sos { .. }
            | Body::Hello { .. }
            | Body::Thanks
            | Body::Custom(_)
            | Body::NotUnderstood { .. }
            | Body::Stranger { .. } => Vec::new(),
        }
    }
}
