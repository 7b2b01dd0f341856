//! What was recorded of an event becomes what people ask in a rehearsal.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use showcaller_engine::{Happening, Recording, What};
use showcaller_event::model::{DayId, Email, RoomKey};
use showcaller_event::{Event, Language};

use super::act::{About, Act, Doing, Place, When};
use super::guests::Attended;
use super::questions::languages;
use super::wording::Wording;
use crate::dice::Dice;

/// A recording that fits an event.
#[derive(Debug, Clone)]
pub struct Replay {
    happenings: Vec<(Timestamp, What)>,
}

/// Why a recording cannot be played.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// It is something else, or damaged.
    #[error("this is no recording of ours: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// Another version wrote it.
    #[error("the recording has version {0}, and only version {known} is understood", known = Recording::VERSION)]
    Version(u64),
    /// The event has no such day.
    #[error("the recording is of day {0}, which the event file does not have")]
    Day(DayId),
    /// The event has no such rooms.
    #[error("the recording has rooms that the event file does not have: {}", listed(.0))]
    Rooms(Vec<RoomKey>),
    /// Someone has to write there.
    #[error("in room {0} people asked, but no person of the roster can write there")]
    Silent(RoomKey),
    /// The event has no such answer.
    #[error("the recording asks for the answer {0}, which the event file does not have")]
    Answer(String),
}

fn listed(rooms: &[RoomKey]) -> String {
    let names: Vec<&str> = rooms.iter().map(RoomKey::as_str).collect();
    names.join(", ")
}

impl Replay {
    /// Reads a recording, as JSON, for an event.
    ///
    /// # Errors
    ///
    /// It cannot be read, or the event lacks what it is about.
    pub fn read(json: &[u8], event: &Event) -> Result<Self, ReplayError> {
        #[derive(serde::Deserialize)]
        struct Head {
            recording: u64,
        }
        let head: Head = serde_json::from_slice(json)?;
        if head.recording != u64::from(Recording::VERSION) {
            return Err(ReplayError::Version(head.recording));
        }
        let recording: Recording = serde_json::from_slice(json)?;
        check(event, &recording)?;
        let happenings = recording.happenings.into_iter();
        let timed = happenings.map(|happening| {
            let at = instant(event, &happening);
            at.map(|at| (at, happening.what))
                .ok_or(ReplayError::Day(happening.day))
        });
        Ok(Self {
            happenings: timed.collect::<Result<_, _>>()?,
        })
    }

    /// When people ask and press.
    pub(crate) fn times(&self) -> impl Iterator<Item = Timestamp> {
        let asked = self
            .happenings
            .iter()
            .filter(|(_, what)| by(what).is_some());
        asked.map(|(at, _)| *at)
    }
}

/// Who asks or presses, and where.
fn by(what: &What) -> Option<(usize, Option<&RoomKey>)> {
    match what {
        What::Asked { person, room, .. } | What::Pressed { person, room } => {
            Some((*person, room.as_ref()))
        }
        _ => None,
    }
}

fn check(event: &Event, recording: &Recording) -> Result<(), ReplayError> {
    let whats = recording.happenings.iter().map(|it| &it.what);
    let rooms: BTreeSet<&RoomKey> = whats.clone().filter_map(|what| by(what)?.1).collect();
    let unknown = rooms.iter().filter(|room| event.room(room).is_none());
    let unknown: Vec<RoomKey> = unknown.map(|room| (*room).clone()).collect();
    if !unknown.is_empty() {
        return Err(ReplayError::Rooms(unknown));
    }
    let writers = writers(event);
    if let Some(room) = rooms.into_iter().find(|room| writers[*room].is_empty()) {
        return Err(ReplayError::Silent(room.clone()));
    }
    for what in whats {
        let What::Asked {
            intent: Some(intent),
            ..
        } = what
        else {
            continue;
        };
        let is_answer = event.answers.iter().any(|answer| answer.id == *intent);
        if Subject::of(intent).is_none() && !is_answer {
            return Err(ReplayError::Answer(intent.clone()));
        }
    }
    Ok(())
}

fn instant(event: &Event, happening: &Happening) -> Option<Timestamp> {
    let zone = TimeZone::get(&event.timezone).unwrap_or(TimeZone::UTC);
    let midnight = event.day(&happening.day)?.date.at(0, 0, 0, 0);
    let since = SignedDuration::from_millis(happening.ms);
    let at = midnight.checked_add(since).ok()?;
    at.to_zoned(zone).ok().map(|at| at.timestamp())
}

/// Who may write in which room, of the people on the roster.
fn writers(event: &Event) -> BTreeMap<&RoomKey, BTreeSet<&Email>> {
    let rooms = event.rooms.iter().map(|room| {
        let may = |moderator| moderator || !room.settings.announcement_only;
        let members = room.members.iter().filter(|member| may(member.moderator));
        let known = members.filter(|member| event.person(&member.email).is_some());
        (&room.key, known.map(|member| &member.email).collect())
    });
    rooms.collect()
}

/// What an intent that is built in asks for.
enum Subject {
    /// Answers that can be judged.
    Judged(About),
    /// One meeting, but the recording does not say which.
    Meeting,
    /// What only organisers are told.
    Details,
}

impl Subject {
    fn of(intent: &str) -> Option<Self> {
        Some(match intent {
            "agenda" => Self::Judged(About::Agenda),
            "now" | "where" => Self::Judged(About::Now),
            "next" => Self::Judged(About::Next),
            "help" => Self::Judged(About::Help),
            "sos" => Self::Judged(About::Human),
            "hello" | "thanks" | "none" => Self::Judged(About::Nothing),
            "who" => Self::Judged(About::Who),
            "remind" => Self::Judged(About::Remind),
            "meeting" => Self::Meeting,
            "details" => Self::Details,
            _ => return None,
        })
    }
}

/// The recorded questions and presses, asked by people of the roster.
pub(super) fn acts(
    event: &Event,
    meetings: &[Attended<'_>],
    replay: &Replay,
    dice: &mut Dice,
) -> Vec<Act> {
    let mut playing = Playing {
        event,
        meetings,
        writers: writers(event),
        languages: languages(event, dice),
        wording: Wording::default(),
        dice,
    };
    let cast = playing.cast(replay);
    let mut acts = Vec::new();
    for (at, what) in &replay.happenings {
        let Some(who) = by(what).and_then(|by| cast.get(&by)) else {
            continue;
        };
        acts.push(Act {
            when: When::At(*at),
            who: (*who).clone(),
            what: match what {
                What::Asked {
                    room, intent, text, ..
                } => playing.question(*at, who, room, intent.as_deref(), text.as_deref()),
                _ => Doing::Press {
                    place: place(by(what).and_then(|(_, room)| room)),
                    nth: playing.dice.place(5),
                },
            },
        });
    }
    acts
}

fn place(room: Option<&RoomKey>) -> Place {
    room.map_or(Place::Private, |room| Place::Room(room.clone()))
}

struct Playing<'a, 'e> {
    event: &'e Event,
    /// By start.
    meetings: &'a [Attended<'e>],
    writers: BTreeMap<&'e RoomKey, BTreeSet<&'e Email>>,
    languages: BTreeMap<&'e Email, Language>,
    wording: Wording,
    dice: &'a mut Dice,
}

impl<'e> Playing<'_, 'e> {
    /// Who plays which person of the recording: one who can write in all their rooms, if there is one;
    /// another for each of them, as long as there are enough.
    fn cast<'r>(
        &mut self,
        replay: &'r Replay,
    ) -> BTreeMap<(usize, Option<&'r RoomKey>), &'e Email> {
        let mut places: BTreeMap<usize, BTreeSet<Option<&RoomKey>>> = BTreeMap::new();
        for (person, room) in replay.happenings.iter().filter_map(|(_, what)| by(what)) {
            places.entry(person).or_default().insert(room);
        }
        let event = self.event;
        let mut taken = BTreeSet::new();
        let mut cast = BTreeMap::new();
        for (person, places) in places {
            let everywhere = |email: &&Email| {
                let mut rooms = places.iter().flatten();
                rooms.all(|room| self.writers[*room].contains(*email))
            };
            let people = event.people.iter().map(|person| &person.email);
            let people: Vec<&Email> = people.filter(everywhere).collect();
            let one = one_of(&people, &mut taken, self.dice);
            for room in places {
                let here = room.and_then(|room| {
                    let here: Vec<&Email> = self.writers[room].iter().copied().collect();
                    one.or_else(|| one_of(&here, &mut taken, self.dice))
                });
                cast.extend(here.or(one).map(|who| ((person, room), who)));
            }
        }
        cast
    }

    fn question(
        &mut self,
        at: Timestamp,
        who: &Email,
        room: &Option<RoomKey>,
        intent: Option<&str>,
        text: Option<&str>,
    ) -> Doing {
        let place = place(room.as_ref());
        let usual = self.event.bot.language;
        let language = self.languages.get(who).copied().unwrap_or(usual);
        let (about, words) = match (text, intent) {
            (Some(text), _) => (About::Nothing, text.to_owned()),
            (None, Some(intent)) => self.of_intent(at, who, &place, intent, language),
            // Nothing says what it asked for.
            (None, None) => {
                let usual = [About::Agenda, About::Now, About::Next];
                let about = self.dice.one_of(&usual).unwrap_or(&About::Now);
                self.worded(about.clone(), language)
            }
        };
        Doing::Ask {
            place,
            words,
            language,
            about,
            beneath: false,
        }
    }

    /// What an answer has to hold, and a phrase.
    fn of_intent(
        &mut self,
        at: Timestamp,
        who: &Email,
        place: &Place,
        intent: &str,
        language: Language,
    ) -> (About, String) {
        match Subject::of(intent) {
            Some(Subject::Judged(about)) => self.worded(about, language),
            Some(Subject::Meeting) => {
                let about = self.meeting(at, who, place);
                self.worded(about, language)
            }
            Some(Subject::Details) => {
                let phrase = self.wording.phrase("details", language, self.dice);
                (About::Nothing, phrase.to_owned())
            }
            None => {
                let (about, words) = self.worded(About::Link(intent.to_owned()), language);
                match self.is_given(who, place, intent) {
                    true => (about, words),
                    false => (About::Nothing, words),
                }
            }
        }
    }

    fn worded(&mut self, about: About, language: Language) -> (About, String) {
        let wording = &mut self.wording;
        let words = wording.words(self.event, &about, language, None, self.dice);
        (about, words)
    }

    /// The meeting that runs or comes next for those who read the answer.
    fn meeting(&self, at: Timestamp, who: &Email, place: &Place) -> About {
        let mut known = self.meetings.iter().filter(|attended| match place {
            Place::Room(room) => attended.meeting.rooms.contains(room),
            Place::Private => attended.hears(who),
        });
        let next = known.find(|attended| attended.meeting.end.timestamp() > at);
        next.map_or(About::Next, |it| About::Meeting(it.meeting.key.clone()))
    }

    /// Whether the file has this answer for those who read it.
    fn is_given(&self, who: &Email, place: &Place, answer: &str) -> bool {
        let answer = self.event.answers.iter().find(|it| it.id == answer);
        let mut rooms = answer.into_iter().flat_map(|answer| &answer.rooms);
        rooms.any(|(room, _)| match place {
            Place::Room(here) => here == room,
            Place::Private => self.event.room(room).is_some_and(|room| {
                let mut members = room.members.iter();
                members.any(|member| member.email == *who)
            }),
        })
    }
}

/// One who plays no other person yet, if there is one.
fn one_of<'e>(
    people: &[&'e Email],
    taken: &mut BTreeSet<&'e Email>,
    dice: &mut Dice,
) -> Option<&'e Email> {
    let free: Vec<&Email> = people
        .iter()
        .copied()
        .filter(|it| !taken.contains(it))
        .collect();
    let one = dice
        .one_of(if free.is_empty() { people } else { &free })
        .copied()?;
    taken.insert(one);
    Some(one)
}
