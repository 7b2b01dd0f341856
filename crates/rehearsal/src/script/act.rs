//! What a script is made of.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use showcaller_event::model::{DayId, Email, MeetingKey, RoomKey};
use showcaller_event::{Language, Schedule};

/// What a script follows from, beside the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// What is drawn.
    pub seed: u64,
    /// At least so many questions in all.
    pub questions: usize,
}

/// Who does what when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// By time as the file has it; at the same time by address, and of one person in the order in which
    /// they are done.
    pub acts: Vec<Act>,
    /// How much longer meetings go on than planned; those that end on time are missing.
    pub overruns: BTreeMap<MeetingKey, SignedDuration>,
}

/// What one person does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// When.
    pub when: When,
    /// A person on the roster; of [`Doing::Host`] a host of the file.
    pub who: Email,
    /// What.
    pub what: Doing,
}

/// When something is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// At this instant.
    At(Timestamp),
    /// At a time that moves with a meeting.
    Around {
        /// Which.
        meeting: MeetingKey,
        /// Its start, or its end by the schedule, without its overrun.
        edge: Edge,
        /// How long after; negative for before.
        offset: SignedDuration,
    },
}

/// One end of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edge {
    /// When it begins.
    Start,
    /// When it ends.
    End,
}

/// What a person does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doing {
    /// Writes to the bot.
    Ask {
        /// Where; in a room the bot is to be mentioned.
        place: Place,
        /// What is written, without the mention.
        words: String,
        /// In which language.
        language: Language,
        /// What it asks for.
        about: About,
        /// Whether it is a reply to the last answer there, in its thread; if there is none yet, it is a
        /// question like any other.
        beneath: bool,
    },
    /// Presses a button of the last card that the bot sent there; nothing if there is none.
    Press {
        /// Where.
        place: Place,
        /// Which button from nought on, counted round where the card has fewer.
        nth: usize,
    },
    /// Joins, as the person they are: a co-host opens a meeting by it.
    Join {
        /// Which meeting.
        meeting: MeetingKey,
    },
    /// Joins as the host. Where the file leaves open which host has the meeting, `who` is the first of
    /// them, and the one who was planned is meant.
    Host {
        /// Which meeting.
        meeting: MeetingKey,
    },
    /// Leaves, as the host who was planned.
    HostLeaves {
        /// Which meeting.
        meeting: MeetingKey,
    },
    /// Waits until the meeting is open or they are admitted; a [`Doing::Join`] follows.
    WaitInLobby {
        /// Which meeting.
        meeting: MeetingKey,
    },
    /// Leaves, if they are in it.
    Leave {
        /// Which meeting.
        meeting: MeetingKey,
    },
}

/// Where a person writes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Place {
    /// In a room of the event.
    Room(RoomKey),
    /// To the bot alone.
    Private,
}

/// What an answer has to hold, by the file. Once the event is over, there is nothing to hold for what is
/// about today, now or next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum About {
    /// Today's meetings; on another day, those of the event's next day.
    Agenda,
    /// The meetings of a day.
    Day(DayId),
    /// What runs; if nothing does, what begins next.
    Now,
    /// What begins next.
    Next,
    /// This meeting, perhaps beside others of the same name.
    Meeting(MeetingKey),
    /// What the file's answer of this id says in that room, or in private in the asker's rooms.
    Link(String),
    /// What can be asked.
    Help,
    /// That a human is called.
    Human,
    /// Who is in the team.
    Who,
    /// A message in private before the asker's next meeting.
    Remind,
    /// The host key of this meeting.
    HostKey(MeetingKey),
    /// A day that the event does not have: no link at all.
    NoDay,
    /// What an operator says of a cue.
    Command,
    /// What an operator tries: an answer with these words.
    Reply(String),
    /// By how many minutes an operator would move a day: an answer with what that moves.
    Slip(DayId, i64),
    /// A greeting, thanks or nonsense: any friendly answer.
    Nothing,
}

impl When {
    /// The instant by a schedule; `None` if the meeting is not in it.
    #[must_use]
    pub fn at(&self, schedule: &Schedule) -> Option<Timestamp> {
        match self {
            Self::At(at) => Some(*at),
            Self::Around {
                meeting,
                edge,
                offset,
            } => {
                let meeting = schedule.get(meeting)?;
                let edge = match edge {
                    Edge::Start => &meeting.start,
                    Edge::End => &meeting.end,
                };
                edge.timestamp().checked_add(*offset).ok()
            }
        }
    }

    /// A number of seconds around a meeting's start or end.
    pub(super) fn around(meeting: &MeetingKey, edge: Edge, seconds: i64) -> Self {
        Self::Around {
            meeting: meeting.clone(),
            edge,
            offset: SignedDuration::from_secs(seconds),
        }
    }

    /// So many seconds later.
    pub(super) fn later(&self, seconds: i64) -> Self {
        let by = SignedDuration::from_secs(seconds);
        match self.clone() {
            Self::At(at) => Self::At(at.checked_add(by).unwrap_or(at)),
            Self::Around {
                meeting,
                edge,
                offset,
            } => Self::Around {
                meeting,
                edge,
                offset: offset.saturating_add(by),
            },
        }
    }
}

impl About {
    /// Whether the answer gives all that it takes to join.
    pub(crate) fn gives_password(&self) -> bool {
        matches!(self, Self::Now | Self::Next | Self::Meeting(_))
    }

    /// What the phrases that ask for it are filed under.
    pub(crate) fn tag(&self) -> &'static str {
        match self {
            Self::Agenda => "agenda",
            Self::Day(_) => "day",
            Self::Now => "now",
            Self::Next => "next",
            Self::Meeting(_) => "meeting",
            Self::Link(_) => "link",
            Self::Help => "help",
            Self::Human => "human",
            Self::Who => "who",
            Self::Remind => "remind",
            Self::HostKey(_) => "host-key",
            Self::NoDay => "no-day",
            Self::Command | Self::Reply(_) | Self::Slip(..) => "command",
            Self::Nothing => "nothing",
        }
    }
}
