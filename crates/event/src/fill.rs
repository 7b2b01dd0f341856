//! Where a text meets facts, and the only place: who may hear what is decided here.

use jiff::tz::TimeZone;
use showcaller_secret::Secret;

use crate::filter::LONGEST_OUTPUT;
use crate::language::Language;
use crate::markdown;
use crate::model::{
    Cue, CueRecipient, Email, Event, Meeting, MeetingFact, MeetingFacts, MeetingKey, Part, RoomKey,
    ScheduleFact, Text,
};
use crate::phrases;
use crate::schedule::{Schedule, Scheduled};

/// Who reads a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience<'a> {
    /// Everybody who sees the address of a page pinned in this room. It stays there, also for people who
    /// come later, so it carries no password.
    Pinned(&'a RoomKey),
    /// The people in this room: they hear of the meetings that are told to it, and of no other.
    Room(&'a RoomKey),
    /// One person alone: they hear of the meetings of the rooms that they are in, and of those that
    /// they are invited to or that the file has them host.
    Person(&'a Email),
}

/// What texts are filled from.
pub struct Facts<'a> {
    /// The event: it says which room hears of which meeting.
    pub event: &'a Event,
    /// The schedule in force.
    pub schedule: &'a Schedule,
    /// What Webex decided about a meeting; nothing while it does not exist.
    pub webex: &'a dyn Fn(&MeetingKey) -> Option<MeetingFacts>,
}

/// Why a text cannot be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfilled {
    /// A fact is not known, or not known yet.
    #[error("what it says of meeting `{0}` is not known")]
    Unknown(MeetingKey),
    /// The audience must not see it.
    #[error("what it says of meeting `{0}` is not for those who would read it")]
    NotForThem(MeetingKey),
    /// It became longer than anything may be.
    #[error("it becomes longer than {} KB", LONGEST_OUTPUT / 1024)]
    TooLong,
}

/// Fills a text in for an audience: times in a person's own zone where the roster names one, and in
/// the event's zone for everybody else; words (weekdays, *Join*) in the language of the text.
///
/// Where a tab leads is an address, everything else is Markdown. In Markdown, titles are text and
/// nothing else, because people rename meetings on Webex, and a password is code.
///
/// # Errors
///
/// If a fact is unknown, or is one that this audience must not see. Then nothing may be sent: there
/// is no text with a gap in it.
pub fn fill(
    text: &Text,
    language: Language,
    facts: &Facts<'_>,
    audience: Audience<'_>,
) -> Result<String, Unfilled> {
    let is_markdown = !matches!(audience, Audience::Pinned(_));
    let mut filled = String::new();
    for part in text.parts() {
        match part {
            Part::Words(words) => filled.push_str(words),
            Part::Meeting { meeting, fact } => {
                if !facts.may_hear(audience, meeting) || !may_read(audience, *fact) {
                    return Err(Unfilled::NotForThem(meeting.clone()));
                }
                let known = (facts.webex)(meeting);
                let found = known.and_then(|known| {
                    if is_markdown {
                        in_markdown(&known, *fact, language)
                    } else {
                        decided(&known, *fact)
                    }
                });
                filled.push_str(&found.ok_or_else(|| Unfilled::Unknown(meeting.clone()))?);
            }
            Part::Scheduled {
                meeting,
                fact,
                filters,
            } => {
                if !facts.may_hear(audience, meeting) {
                    return Err(Unfilled::NotForThem(meeting.clone()));
                }
                let found = facts.scheduled(audience, meeting, *fact, language);
                let found = found.ok_or_else(|| Unfilled::Unknown(meeting.clone()))?;
                let mut filters = filters.iter();
                let made = filters.try_fold(found, |text, filter| filter.apply(&text));
                let made = made.ok_or(Unfilled::TooLong)?;
                if is_markdown && matches!(fact, ScheduleFact::Title | ScheduleFact::DayTitle) {
                    filled.push_str(&markdown::inert(&made));
                } else {
                    filled.push_str(&made);
                }
            }
        }
    }
    Ok(filled)
}

/// What everybody in a room is mentioned with, before the text.
const MENTION_ALL: &str = "<@all>\n\n";

impl Cue {
    /// The message that a recipient gets, as Markdown: `text`, one of what the cue says to them, in
    /// its `language`, behind the mention of everybody where a room is to have one.
    ///
    /// # Errors
    ///
    /// As [`fill()`].
    pub fn message(
        &self,
        recipient: &CueRecipient,
        text: &Text,
        language: Language,
        facts: &Facts<'_>,
    ) -> Result<String, Unfilled> {
        let filled = fill(text, language, facts, recipient.audience())?;
        Ok(match recipient {
            CueRecipient::Room(_) if self.mention_all => format!("{MENTION_ALL}{filled}"),
            _ => filled,
        })
    }
}

/// Whether this audience may read this kind of fact of the meetings that it may hear of.
fn may_read(audience: Audience<'_>, fact: MeetingFact) -> bool {
    match fact {
        MeetingFact::Link | MeetingFact::Number => true,
        MeetingFact::Password | MeetingFact::Join => !matches!(audience, Audience::Pinned(_)),
    }
}

impl Facts<'_> {
    /// Whether this audience may hear of this meeting at all.
    #[must_use]
    pub fn may_hear(&self, audience: Audience<'_>, meeting: &MeetingKey) -> bool {
        let Some(meeting) = self.event.meeting(meeting) else {
            return false;
        };
        match audience {
            Audience::Pinned(room) | Audience::Room(room) => meeting.rooms.contains(room),
            Audience::Person(person) => self.concerns(meeting, person),
        }
    }

    fn concerns(&self, meeting: &Meeting, person: &Email) -> bool {
        let is_in = |room: &RoomKey| {
            let room = self.event.room(room);
            room.is_some_and(|room| room.members.iter().any(|member| member.email == *person))
        };
        meeting.rooms.iter().any(is_in)
            || meeting.invitees.iter().any(|guest| guest.email == *person)
            || meeting.host.as_ref() == Some(person)
    }

    fn scheduled(
        &self,
        audience: Audience<'_>,
        meeting: &MeetingKey,
        fact: ScheduleFact,
        language: Language,
    ) -> Option<String> {
        let Scheduled {
            title,
            start,
            end,
            day,
        } = self.schedule.get(meeting)?;
        let own = match audience {
            Audience::Person(person) => {
                // A host need not be on the roster.
                let person = self.event.person(person);
                person.and_then(|person| person.timezone.as_deref())
            }
            Audience::Pinned(_) | Audience::Room(_) => None,
        };
        let own = own.and_then(|name| TimeZone::get(name).ok());
        let local = |at: &jiff::Zoned| match &own {
            Some(zone) => at.with_time_zone(zone.clone()),
            None => at.clone(),
        };
        let day = || self.event.day(day);
        Some(match fact {
            ScheduleFact::Title => title.clone(),
            ScheduleFact::Start => local(start).strftime("%H:%M").to_string(),
            ScheduleFact::End => local(end).strftime("%H:%M").to_string(),
            ScheduleFact::Date => local(start).date().to_string(),
            ScheduleFact::DayId => day()?.id.to_string(),
            ScheduleFact::DayTitle => day()?.title.clone(),
            ScheduleFact::DayDate => day()?.date.to_string(),
            ScheduleFact::DayWeekday => phrases::weekday(day()?.date, language).to_owned(),
        })
    }
}

/// A fact as it is; `None` if it is not known, or if it is none by itself.
fn decided(known: &MeetingFacts, fact: MeetingFact) -> Option<String> {
    let exposed =
        |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.expose().to_owned());
    match fact {
        MeetingFact::Link => exposed(&known.link),
        MeetingFact::Number => known.number.clone(),
        MeetingFact::Password => exposed(&known.password),
        MeetingFact::Join => None,
    }
}

/// A fact as people read it.
fn in_markdown(known: &MeetingFacts, fact: MeetingFact, language: Language) -> Option<String> {
    let value = |fact| decided(known, fact);
    match fact {
        MeetingFact::Link => value(fact).map(|link| markdown::target(&link)),
        MeetingFact::Number => value(fact).map(|number| markdown::inert(&number)),
        MeetingFact::Password => value(fact).map(|password| markdown::code(&password)),
        MeetingFact::Join => {
            let link = markdown::link(phrases::join(language), &value(MeetingFact::Link)?);
            Some(match value(MeetingFact::Password) {
                Some(password) => {
                    let word = phrases::password(language);
                    format!("{link} · {word}\u{a0}{}", markdown::code(&password))
                }
                None => link,
            })
        }
    }
}
