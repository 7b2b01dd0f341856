//! What came in, and when, without who it was: a rehearsal plays it again.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use showcaller_event::Event;
use showcaller_event::model::{DayId, MeetingKey, RoomKey};
use showcaller_ledger::{InboxEntry, IncomingKind, Ledger};
use showcaller_webex::PersonId;

use crate::report::{asked, meetings, names, room_of, without_names, words};
use crate::show::Show;
use crate::{Error, InForce};

/// What came in during an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    /// The version of the format: [`Recording::VERSION`].
    #[serde(rename = "recording")]
    pub version: u32,
    /// By time.
    pub happenings: Vec<Happening>,
}

impl Recording {
    /// The version that is written, and the only one that is read.
    pub const VERSION: u32 = 1;
}

/// Something that came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happening {
    /// The last day of the event that had begun; before the event, its first.
    pub day: DayId,
    /// Milliseconds on the clocks of the event's zone since that day's midnight; negative before it.
    pub ms: i64,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What came in. People are numbered from 1, in the order in which they first appear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum What {
    /// A question.
    Asked {
        /// Who.
        person: usize,
        /// Where; `None` in private.
        room: Option<RoomKey>,
        /// What it was understood to ask for; `None` if it was not answered.
        intent: Option<String>,
        /// Words that were not understood, without names; only where they are to be included.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// A press of a button.
    Pressed {
        /// Who.
        person: usize,
        /// Where; `None` in private.
        room: Option<RoomKey>,
    },
    /// A person came into a meeting.
    Joined {
        /// Who.
        person: usize,
        /// Which.
        meeting: MeetingKey,
    },
    /// A person left a meeting.
    Left {
        /// Who.
        person: usize,
        /// Which.
        meeting: MeetingKey,
    },
    /// A meeting began.
    Started {
        /// Which.
        meeting: MeetingKey,
    },
    /// A meeting ended.
    Ended {
        /// Which.
        meeting: MeetingKey,
    },
}

/// Takes from the ledger what came in. With `texts`, questions that were not understood keep their words,
/// as far as the ledger has them, without the names of people and rooms, addresses and numbers.
///
/// # Errors
///
/// The ledger cannot be read, or another build wrote an entry of the show log.
pub async fn record(
    ledger: &Ledger,
    in_force: Arc<InForce>,
    texts: bool,
) -> Result<Recording, Error> {
    let mut collector = Collector {
        in_force: &in_force,
        happened: Vec::new(),
    };
    let texts = match texts {
        true => collector.texts(ledger).await?,
        false => BTreeMap::new(),
    };
    for entry in &asked(ledger).await? {
        collector.asked(entry, texts.get(entry.key.as_str()));
    }
    for one in ledger.attendance(Timestamp::MIN).await? {
        let Some(meeting) = in_force.directory.meeting(&one.series) else {
            continue;
        };
        let who = one.email.unwrap_or(one.id);
        let (joined, left) = (meeting.clone(), meeting.clone());
        collector.by(one.joined_at, &who, |person| What::Joined {
            person,
            meeting: joined,
        });
        if let Some(at) = one.left_at {
            collector.by(at, &who, |person| What::Left {
                person,
                meeting: left,
            });
        }
    }
    let show = Show::read(ledger, Arc::clone(&in_force)).await?;
    for one in meetings(&in_force, &show.log, &[]) {
        let meeting = MeetingKey::new(one.meeting);
        let ended = meeting.clone();
        if let Some(at) = one.started {
            collector
                .happened
                .push((at, None, What::Started { meeting }));
        }
        if let Some(at) = one.ended {
            let what = What::Ended { meeting: ended };
            collector.happened.push((at, None, what));
        }
    }
    Ok(collector.recording())
}

/// What came in so far: when, from whom as Webex knows them, and what, with nought for the person.
struct Collector<'a> {
    in_force: &'a InForce,
    happened: Vec<(Timestamp, Option<String>, What)>,
}

impl Collector<'_> {
    fn by(&mut self, at: Timestamp, who: &str, what: impl FnOnce(usize) -> What) {
        self.happened.push((at, Some(who.to_owned()), what(0)));
    }

    /// The texts by the keys of their questions.
    async fn texts(&self, ledger: &Ledger) -> Result<BTreeMap<String, String>, Error> {
        let event = &self.in_force.event;
        let mut hidden = names(event);
        hidden.extend(event.rooms.iter().flat_map(|room| words(&room.title)));
        let texts = ledger.texts_not_understood().await?.into_iter();
        let texts = texts.map(|(key, text)| (key.to_string(), without_names(&text, &hidden)));
        Ok(texts.filter(|(_, text)| !text.is_empty()).collect())
    }

    fn asked(&mut self, entry: &InboxEntry, text: Option<&String>) {
        let incoming = &entry.incoming;
        let room = room_of(self.in_force, entry).cloned();
        let is_message = incoming.kind == IncomingKind::Message;
        if is_message && room.is_none() && !incoming.direct {
            // Of a room that the event has no more.
            return;
        }
        let id = PersonId::from(&*incoming.person);
        let email = self.in_force.person(&id, None);
        let who = email.map_or_else(|| incoming.person.clone(), |email| email.to_string());
        self.by(incoming.at, &who, |person| match is_message {
            true => What::Asked {
                person,
                room,
                intent: entry.intent.clone(),
                text: text.cloned(),
            },
            false => What::Pressed { person, room },
        });
    }

    /// With numbers for people, and times that move with the days of the event.
    fn recording(mut self) -> Recording {
        self.happened.sort_by_key(|(at, ..)| *at);
        let mut numbers = BTreeMap::new();
        let mut happenings = Vec::with_capacity(self.happened.len());
        for (at, who, mut what) in self.happened {
            let (What::Asked { person: number, .. }
            | What::Pressed { person: number, .. }
            | What::Joined { person: number, .. }
            | What::Left { person: number, .. }) = &mut what
            else {
                happenings.extend(happening(&self.in_force.event, at, what));
                continue;
            };
            let next = numbers.len() + 1;
            *number = *numbers.entry(who).or_insert(next);
            happenings.extend(happening(&self.in_force.event, at, what));
        }
        Recording {
            version: Recording::VERSION,
            happenings,
        }
    }
}

/// `None` if the event has no day.
fn happening(event: &Event, at: Timestamp, what: What) -> Option<Happening> {
    let zone = event.zone();
    let at = zone.to_datetime(at);
    let begun = event.days.iter().filter(|day| day.date <= at.date());
    let first = event.days.iter().min_by_key(|day| day.date);
    let day = begun.max_by_key(|day| day.date).or(first)?;
    let since = at.duration_since(day.date.at(0, 0, 0, 0)).as_millis();
    Some(Happening {
        day: day.id.clone(),
        ms: i64::try_from(since).ok()?,
        what,
    })
}
