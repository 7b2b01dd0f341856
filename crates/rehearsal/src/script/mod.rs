//! Who does what when.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use showcaller_event::Event;
use showcaller_event::model::{DayId, Email, MeetingKey, RoomKey};

/// How a script is written.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Same seed, same script.
    pub seed: u64,
    /// At least so many questions in all.
    pub questions: usize,
}

/// Who does what when.
#[derive(Debug, Clone, Default)]
pub struct Script {
    /// In the order of their times by the file.
    pub acts: Vec<Act>,
    /// How much longer meetings go on than planned.
    pub overruns: BTreeMap<MeetingKey, SignedDuration>,
}

/// One thing that a person does.
#[derive(Debug, Clone)]
pub struct Act {
    /// When.
    pub when: When,
    /// Who.
    pub who: Email,
    /// What.
    pub what: Doing,
}

/// A time of its own, or one that moves with a meeting.
#[derive(Debug, Clone)]
pub enum When {
    /// Then.
    At(Timestamp),
    /// So long after a meeting's edge, or before it.
    Around {
        /// Which meeting.
        meeting: MeetingKey,
        /// Which edge.
        edge: Edge,
        /// How long after it.
        offset: SignedDuration,
    },
}

/// An edge of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Its start.
    Start,
    /// Its end.
    End,
}

/// What a person does.
#[derive(Debug, Clone)]
pub enum Doing {
    /// Writes to the bot.
    Ask {
        /// Where.
        place: Place,
        /// What.
        words: String,
        /// What an answer has to hold.
        about: About,
    },
    /// Presses a button of the last card that the bot sent there.
    Press {
        /// Where.
        place: Place,
        /// Which of them.
        nth: usize,
    },
    /// Comes into a meeting.
    Join {
        /// Which.
        meeting: MeetingKey,
    },
    /// Leaves it.
    Leave {
        /// Which.
        meeting: MeetingKey,
    },
    /// Waits to be let in.
    WaitInLobby {
        /// Which.
        meeting: MeetingKey,
    },
}

/// Where a person writes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Place {
    /// In a room.
    Room(RoomKey),
    /// To the bot alone.
    Private,
}

/// What an answer has to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum About {
    /// All days.
    Agenda,
    /// One day.
    Day(DayId),
    /// What is on.
    Now,
    /// What comes.
    Next,
    /// One meeting.
    Meeting(MeetingKey),
    /// A link of the team.
    Link(String),
    /// What can be asked.
    Help,
    /// A person.
    Human,
    /// Nothing in particular.
    Nothing,
}

/// The script of an event.
#[must_use]
pub fn script(event: &Event, settings: &Settings) -> Script {
    let mut acts = Vec::new();
    let mut dice = crate::dice::Dice::of(settings.seed, 1);
    let rooms: Vec<_> = event.rooms.iter().filter(|it| !it.members.is_empty()).collect();
    for _ in 0..settings.questions {
        let (Some(meeting), Some(room)) = (dice.one_of(&event.meetings), dice.one_of(&rooms)) else { break };
        let Some(who) = dice.one_of(&room.members) else { continue };
        acts.push(Act { when: When::Around { meeting: meeting.key.clone(), edge: Edge::Start, offset: SignedDuration::from_secs(600 - i64::try_from(dice.below(900)).unwrap_or(0)) }, who: who.email.clone(), what: Doing::Ask { place: Place::Room(room.key.clone()), words: "agenda".to_owned(), about: About::Agenda } });
    }
    for meeting in &event.meetings {
        for invitee in &meeting.invitees {
            acts.push(Act { when: When::Around { meeting: meeting.key.clone(), edge: Edge::Start, offset: SignedDuration::from_secs(-120) }, who: invitee.email.clone(), what: Doing::Join { meeting: meeting.key.clone() } });
            acts.push(Act { when: When::Around { meeting: meeting.key.clone(), edge: Edge::End, offset: SignedDuration::from_secs(5) }, who: invitee.email.clone(), what: Doing::Leave { meeting: meeting.key.clone() } });
        }
    }
    Script { acts, overruns: BTreeMap::new() }
}
