//! What a word can say.

/// What a word or phrase says. Several languages have words for the same concept; what a message asks
/// for follows from its concepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    Weekday(i8),
    /// A month: January is 1.
    Month(i8),
    /// A number in words, counting or ordering.
    Number(u8),
    /// day
    Day,
    /// the last day
    LastDay,
    /// What meetings are often called, by its English name: opening, check-out.
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
        Some(match kind {
            "agenda" => Self::Agenda,
            "session" => Self::Session,
            "now" => Self::Now,
            "running" => Self::Running,
            "next" => Self::Next,
            "where" => Self::Where,
            "lost" => Self::Lost,
            "room" => Self::Room,
            "go" => Self::Go,
            "when" => Self::When,
            "start" => Self::Start,
            "end" => Self::End,
            "link" => Self::Link,
            "password" => Self::Password,
            "who" => Self::Who,
            "team" => Self::Team,
            "people" => Self::People,
            "details" => Self::Details,
            "host-key" => Self::HostKey,
            "remind" => Self::Remind,
            "before" => Self::Before,
            "stop" => Self::Stop,
            "help" => Self::Help,
            "sos" => Self::Sos,
            "human" => Self::Human,
            "contact" => Self::Contact,
            "problem" => Self::Problem,
            "tech" => Self::Tech,
            "hello" => Self::Hello,
            "thanks" => Self::Thanks,
            "all" => Self::All,
            "today" => Self::Today,
            "tomorrow" => Self::Tomorrow,
            "day-after" => Self::DayAfter,
            "yesterday" => Self::Yesterday,
            "weekday" => Self::Weekday(rest.parse().ok()?),
            "month" => Self::Month(rest.parse().ok()?),
            "number" => Self::Number(rest.parse().ok()?),
            "day" => Self::Day,
            "last-day" => Self::LastDay,
            "name" if !rest.is_empty() => Self::Name(rest),
            "ask" => Self::Ask,
            "polite" => Self::Polite,
            "be" => Self::Be,
            "not" => Self::Not,
            "own" => Self::Own,
            "aside" => Self::Aside,
            "past" => Self::Past,
            "filler" => Self::Filler,
            _ => return None,
        })
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
