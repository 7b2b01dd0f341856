//! From a question to what is understood of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::civil::Date;
use showcaller_event::language::Concept;
use showcaller_event::model::MeetingKey;
use showcaller_event::{Event, Language};

use crate::features::Features;
use crate::lexicon::{Lexicon, Meaning, Term};
use crate::piece::Says;
use crate::question::{Intent, Question};
use crate::reading::{Reading, read, term};
use crate::scene::Scene;
use crate::today::date_of_today;

/// What was understood of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Understood {
    /// What it asks for.
    pub intent: Intent,
    /// The language in which it is answered.
    pub language: Language,
    pub(crate) span: Asked,
    pub(crate) name: Named,
}

/// The days that were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// None was named.
    Nothing,
    Today,
    Day(Date),
    /// One that is no date and no day of the event: 31/02, day 9.
    NoDay,
    All,
}

/// The meeting that was named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Named {
    /// The words of meetings' names in the question.
    pub(crate) terms: BTreeSet<Term>,
    /// The meetings of the event whose names share a telling word with it, and how many words they share.
    pub(crate) meetings: BTreeMap<MeetingKey, usize>,
    /// The teams, by their places in the event.
    pub(crate) teams: Vec<usize>,
    /// Whether it has a team that the event does not have.
    pub(crate) no_team: bool,
    /// The words as they were written.
    pub(crate) written: String,
}

impl Named {
    /// Whether no meeting was named.
    pub(crate) fn is_empty(&self) -> bool {
        !self.terms.iter().any(Term::is_telling)
    }
}

/// Understands a question. The same question always gets the same; what is
/// none is [`Intent::None`].
#[must_use]
pub fn understand(scene: &Scene<'_>, question: &Question<'_>) -> Understood {
    let lexicon = scene.lexicon();
    let (roster, otherwise) = languages(scene.event, question);
    let readings = read(question.text, lexicon, roster.unwrap_or(otherwise));
    let least = readings.first().map(Reading::strangeness);
    let best: Vec<_> = readings
        .into_iter()
        .filter(|reading| Some(reading.strangeness()) == least)
        .collect();
    // Words that the usual language has, too, tell nothing of the asker's.
    let spoken = match best.first() {
        Some(first) if best.iter().all(|reading| reading.language != otherwise) => first.language,
        _ => otherwise,
    };
    let understood = best
        .iter()
        .find_map(|reading| Some((reading.clone(), asked(scene.event, lexicon, reading)?.0)))
        .map(|(reading, intent)| match intent {
            // Thanks that come with a question are for its answer: "what is next? Thanks!"
            Intent::Thanks => {
                let thanked = clause(scene.event, lexicon, &reading, is_put);
                thanked.unwrap_or((reading, intent))
            }
            _ => (reading, intent),
        })
        .or_else(|| {
            best.iter()
                .find_map(|reading| clause(scene.event, lexicon, reading, is_sure))
        });
    let (reading, intent) = understood.unzip();
    Understood {
        intent: intent.unwrap_or(Intent::None),
        language: roster.unwrap_or(spoken),
        span: reading
            .as_ref()
            .map_or(Asked::Nothing, |reading| span(scene, reading)),
        name: reading
            .map(|reading| named(lexicon, &reading))
            .unwrap_or_default(),
    }
}

/// A clause of a text that asks for nothing must ask more surely than a whole text.
const SURE: i32 = 2;

fn is_sure(_: &Features<'_>, clause: &Reading<'_>, (_, points): (&Intent, i32)) -> bool {
    points > SURE && clause.pieces.len() > 1
}

/// A clause beside thanks must be a question, or name what the bot has: "all good now, thanks" asks for nothing.
fn is_put(own: &Features<'_>, clause: &Reading<'_>, (intent, _): (&Intent, i32)) -> bool {
    let is_named = match intent {
        Intent::Custom(_) => true,
        Intent::Agenda => clause.has(Concept::Agenda),
        Intent::Next => clause.has(Concept::Next),
        Intent::Help => clause.pieces.len() == 1,
        _ => false,
    };
    !clause.has(Concept::Not) && (own.asked || clause.ends_in_question_mark() || is_named)
}

/// The clause of a text that asks most surely where the whole does not: "I always forget, so please remind
/// me". None of a text that is for a person.
fn clause<'t>(
    event: &Event,
    lexicon: &Lexicon,
    reading: &Reading<'t>,
    is_it: impl Fn(&Features<'_>, &Reading<'_>, (&Intent, i32)) -> bool,
) -> Option<(Reading<'t>, Intent)> {
    let whole = features(lexicon, reading);
    if whole.persons > 0 || whole.calls_a_person {
        return None;
    }
    let clauses = reading.clauses().into_iter().rev();
    let asking = clauses.filter_map(|clause| {
        let (intent, points) = asked(event, lexicon, &clause)?;
        let is_chat = matches!(intent, Intent::Hello | Intent::Thanks);
        let own = features(lexicon, &clause);
        (!is_chat && is_it(&own, &clause, (&intent, points))).then_some((points, clause, intent))
    });
    let surest = asking.max_by_key(|(points, ..)| *points);
    surest.map(|(_, clause, intent)| (clause, intent))
}

/// What a button asks for: an intent without words.
pub(crate) fn without_words(
    scene: &Scene<'_>,
    question: &Question<'_>,
    intent: Intent,
) -> Understood {
    let (roster, otherwise) = languages(scene.event, question);
    Understood {
        intent,
        language: roster.unwrap_or(otherwise),
        span: Asked::Nothing,
        name: Named::default(),
    }
}

/// The language that the roster has for the asker, and the one for everybody whose words do not tell.
fn languages(event: &Event, question: &Question<'_>) -> (Option<Language>, Language) {
    let person = question.asker.and_then(|asker| event.person(asker));
    let roster = person.and_then(|person| Language::of_tag(person.language.as_deref()?));
    (roster, question.fallback.unwrap_or(event.bot.language))
}

/// What a reading asks for, and how surely.
fn asked(event: &Event, lexicon: &Lexicon, reading: &Reading<'_>) -> Option<(Intent, i32)> {
    let answers: Vec<String> = event
        .answers
        .iter()
        .map(|answer| answer.id.clone())
        .collect();
    features(lexicon, reading).intent(&answers)
}

fn features<'r>(lexicon: &Lexicon, reading: &'r Reading<'r>) -> Features<'r> {
    Features::of(reading, |term| lexicon.is_term(term))
}

fn span(scene: &Scene<'_>, reading: &Reading<'_>) -> Asked {
    let today = date_of_today(scene);
    match reading.days().find_map(|day| day.date(scene.event, today)) {
        Some(date) if date == today => Asked::Today,
        Some(date) => Asked::Day(date),
        None if reading.days().next().is_some() => Asked::NoDay,
        None if reading.has(Concept::All) => Asked::All,
        None => Asked::Nothing,
    }
}

fn named(lexicon: &Lexicon, reading: &Reading<'_>) -> Named {
    let known = |term: &Term| lexicon.is_term(term);
    let mut name = Named::default();
    let mut at: Option<(usize, usize)> = None;
    let mut team_word = None;
    for piece in &reading.pieces {
        let before = team_word.take();
        let part = match &piece.says {
            Says::Event(Meaning::Team(team)) => {
                name.teams.push(*team);
                true
            }
            Says::NoTeam => {
                name.no_team = true;
                true
            }
            Says::Concept(Concept::Team) => {
                team_word = Some(piece.at.start);
                false
            }
            Says::Day(_) => true,
            says => {
                let term = term(says).filter(|term| term.is_telling() || known(term));
                let telling = term.is_some();
                name.terms.extend(term);
                telling
            }
        };
        if part {
            let from = before.unwrap_or(piece.at.start);
            let (start, end) = at.unwrap_or((from, piece.at.end));
            at = Some((start.min(from), end.max(piece.at.end)));
        }
    }
    name.meetings = lexicon.meetings_with(&name.terms);
    name.written = at
        .map(|(start, end)| reading.text[start..end].to_owned())
        .unwrap_or_default();
    name
}

impl Understood {
    /// The same for questions that ask for the same: the intent, and what it is about
    /// (`agenda/2027-10-07`, `meeting/opening`).
    #[must_use]
    pub fn key(&self) -> String {
        let mut key = self.intent.to_string();
        match self.span {
            Asked::Nothing => {}
            // An agenda without a day is today's.
            Asked::Today if self.intent == Intent::Agenda => {}
            Asked::Today => key.push_str("/today"),
            Asked::Day(date) => {
                let _ = write!(key, "/{date}");
            }
            Asked::NoDay => key.push_str("/no-day"),
            Asked::All => key.push_str("/all"),
        }
        // The answer says the words again.
        if self.span == Asked::NoDay || self.name.no_team {
            let _ = write!(key, "/{}", self.name.written);
        }
        for team in &self.name.teams {
            let _ = write!(key, "/team-{team}");
        }
        if matches!(self.intent, Intent::Meeting | Intent::Details) {
            for term in &self.name.terms {
                let _ = write!(key, "/{term}");
            }
        }
        key
    }
}
