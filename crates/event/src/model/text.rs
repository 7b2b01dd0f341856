//! Texts that wait for what is known only when they are sent.
//!
//! Templates are filled in when the event is checked, so that every mistake shows then. What is
//! not known before a meeting exists (its link, its number), and what may change until a message
//! is sent (its times, its title), is left as a hole that names the meeting;
//! [`fill`](crate::fill()) fills the holes.

use serde::{Deserialize, Serialize};

use super::MeetingKey;
use crate::filter::Filter;

/// A text with holes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(Vec<Part>);

/// One piece of a [`Text`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Words as they stand.
    Words(String),
    /// A fact that Webex decides.
    Meeting {
        /// Of which meeting.
        meeting: MeetingKey,
        /// Which fact.
        fact: MeetingFact,
    },
    /// What the schedule in force says of a meeting.
    Scheduled {
        /// Of which meeting.
        meeting: MeetingKey,
        /// What of it.
        fact: ScheduleFact,
        /// What the template does with it, in this order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        filters: Vec<Filter>,
    },
}

/// What Webex, or the ledger, knows of a meeting once it exists. A host key is not among them: no
/// text can name one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MeetingFact {
    /// The web link, bare.
    Link,
    /// The password.
    Password,
    /// Link and password together, as Markdown for a room.
    Join,
    /// The number to dial or type.
    Number,
}

/// What the schedule in force says of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScheduleFact {
    /// What people call it.
    Title,
    /// When it begins, as `10:00` on the reader's clock.
    Start,
    /// When it ends, likewise.
    End,
    /// The date of its start on the reader's calendar, as `2027-10-06`.
    Date,
    /// The name in the file of its day.
    DayId,
    /// What people call its day.
    DayTitle,
    /// The date of its day, as `2027-10-06`.
    DayDate,
    /// The weekday of its day, as `Wednesday`.
    DayWeekday,
}

impl Text {
    /// A text of these pieces.
    #[must_use]
    pub fn new(parts: Vec<Part>) -> Self {
        Self(parts)
    }

    /// A text without holes.
    pub fn plain(words: impl Into<String>) -> Self {
        Self(vec![Part::Words(words.into())])
    }

    /// Its pieces, in order.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// The meetings that it waits for, in order, perhaps more than once.
    pub fn meetings(&self) -> impl Iterator<Item = &MeetingKey> {
        self.0.iter().filter_map(|part| match part {
            Part::Words(_) => None,
            Part::Meeting { meeting, .. } | Part::Scheduled { meeting, .. } => Some(meeting),
        })
    }
}
