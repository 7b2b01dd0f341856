//! What a word can say.

use serde::Deserialize;
use serde::de::value::{Error as ValueError, StrDeserializer};

/// What a word or phrase says. Several languages have words for the same concept; what a message asks
/// for follows from its concepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Concept {
    /// agenda, schedule
    Agenda,
    /// meeting, session
    Session,
    /// now, at the moment
    Now,
    /// what is happening, in progress
    Running,
    /// next, after this
    Next,
    /// where
    Where,
    /// I am lost
    Lost,
    /// room, space
    Room,
    /// go, join, get in
    Go,
    /// when, what time
    When,
    /// begins
    Start,
    /// ends, lasts
    End,
    /// link
    Link,
    /// password, number
    Password,
    /// who
    Who,
    /// team, group
    Team,
    /// coach, teammates
    People,
    /// details
    Details,
    /// host key
    HostKey,
    /// remind me
    Remind,
    /// before, in advance
    Before,
    /// stop, cancel
    Stop,
    /// help, what can you do
    Help,
    /// urgent, can somebody help us
    Sos,
    /// a human, an organiser
    Human,
    /// speak to, send
    Contact,
    /// broken, does not work
    Problem,
    /// sound, camera, lobby
    Tech,
    /// hello
    Hello,
    /// thank you
    Thanks,
    /// all, whole
    All,
    /// today
    Today,
    /// tomorrow
    Tomorrow,
    /// the day after tomorrow
    DayAfter,
    /// yesterday
    Yesterday,
    /// A day of the week: Monday is 1.
    #[serde(skip)]
    Weekday(i8),
    /// A month: January is 1.
    #[serde(skip)]
    Month(i8),
    /// A number in words, counting or ordering.
    #[serde(skip)]
    Number(u8),
    /// day
    Day,
    /// the last day
    LastDay,
    /// What meetings are often called, by its English name: opening, check-out.
    #[serde(skip)]
    Name(&'static str),
    /// what, show me, can you
    Ask,
    /// please: left out before phrases are looked for
    Polite,
    /// is, are
    Be,
    /// not, nobody
    Not,
    /// I, we, our
    Own,
    /// The bot is not meant: they, your, I think.
    Aside,
    /// What happened: was, said.
    Past,
    /// A word that says nothing here: the, please.
    Filler,
}

impl Concept {
    /// The concept of a section of a language file: `agenda`, `weekday 1`, `name check-out`.
    pub(super) fn of_section(section: &'static str) -> Option<Self> {
        let (kind, rest) = section.split_once(' ').unwrap_or((section, ""));
        match kind {
            "weekday" => rest.parse().ok().map(Self::Weekday),
            "month" => rest.parse().ok().map(Self::Month),
            "number" => rest.parse().ok().map(Self::Number),
            "name" => Some(rest).filter(|name| !name.is_empty()).map(Self::Name),
            kind => Self::deserialize(StrDeserializer::<ValueError>::new(kind)).ok(),
        }
    }

    /// The intent of a message that says only this, by its name.
    #[must_use]
    pub fn alone(self) -> Option<&'static str> {
        Some(match self {
            Self::Agenda
            | Self::Session
            | Self::All
            | Self::Today
            | Self::Tomorrow
            | Self::DayAfter
            | Self::Yesterday
            | Self::LastDay
            | Self::Weekday(_) => "agenda",
            Self::Now | Self::Running | Self::Link | Self::Go => "now",
            Self::Next | Self::When => "next",
            Self::Where | Self::Lost | Self::Room => "where",
            Self::Password => "meeting",
            Self::Who | Self::Team | Self::People => "who",
            Self::Details | Self::HostKey => "details",
            Self::Remind => "remind",
            Self::Help => "help",
            Self::Sos | Self::Human | Self::Problem => "sos",
            Self::Hello => "hello",
            Self::Thanks => "thanks",
            Self::Start
            | Self::End
            | Self::Before
            | Self::Stop
            | Self::Contact
            | Self::Tech
            | Self::Month(_)
            | Self::Number(_)
            | Self::Day
            | Self::Name(_)
            | Self::Ask
            | Self::Polite
            | Self::Be
            | Self::Not
            | Self::Own
            | Self::Aside
            | Self::Past
            | Self::Filler => return None,
        })
    }
}
