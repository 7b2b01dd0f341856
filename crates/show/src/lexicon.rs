//! The words that an event brings along: its answers, teams, days, people and meetings.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use showcaller_event::language::{Concept, Vocabulary, normalise};
use showcaller_event::model::{Meeting, MeetingKey};
use showcaller_event::{Event, Language};

/// A word of a meeting's name, whatever the language it is said in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Term {
    /// One that the language files know: opening, coach.
    Concept(Concept),
    /// One that only the event knows, or all words of a name that is made of everyday ones.
    Words(String),
}

impl Term {
    /// Whether it tells meetings apart by itself: a coach is a person before it is a word of the
    /// "Coaches' briefing".
    pub(crate) fn is_telling(&self) -> bool {
        matches!(self, Self::Concept(Concept::Name(_)) | Self::Words(_))
    }
}

impl std::fmt::Display for Term {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Concept(Concept::Name(name)) => f.write_str(name),
            Self::Concept(concept) => write!(f, "{concept:?}"),
            Self::Words(words) => f.write_str(words),
        }
    }
}

/// What a phrase of the event means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// It asks for this of the event's answers.
    Answer(usize),
    /// It is the title or id of this team.
    Team(usize),
    /// It is the title or id of this day.
    Day(usize),
    /// It is a word of meetings' names.
    Name(Term),
    /// It is the first name of a person on the roster.
    Person,
}

/// The words of one event.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lexicon {
    /// By first word; longer phrases first, and of the same length those that were added first.
    phrases: HashMap<String, Vec<(Vec<String>, Meaning)>>,
    words: BTreeSet<String>,
    /// The team with this number in its title or id.
    teams: HashMap<u32, usize>,
    /// The terms of each meeting's name.
    meetings: Vec<(MeetingKey, BTreeSet<Term>)>,
}

impl Lexicon {
    pub(crate) fn of(event: &Event) -> Self {
        let mut lexicon = Self::default();
        for (place, answer) in event.answers.iter().enumerate() {
            for phrase in answer.words.iter().chain([&answer.id]) {
                lexicon.add(phrase, Meaning::Answer(place));
            }
        }
        for (place, team) in event.teams.iter().enumerate() {
            lexicon.add(&team.title, Meaning::Team(place));
            lexicon.add(team.id.as_str(), Meaning::Team(place));
            for word in texts(&team.title).iter().chain(&texts(team.id.as_str())) {
                if let Ok(number) = word.parse() {
                    lexicon.teams.entry(number).or_insert(place);
                }
            }
        }
        for (place, day) in event.days.iter().enumerate() {
            lexicon.add(&day.title, Meaning::Day(place));
            lexicon.add(day.id.as_str(), Meaning::Day(place));
        }
        let mut known: Vec<Vec<String>> = lexicon
            .phrases
            .values()
            .flatten()
            .filter(|(_, meaning)| matches!(meaning, Meaning::Team(_) | Meaning::Day(_)))
            .map(|(words, _)| words.clone())
            .chain(event.groups.iter().map(|group| texts(&group.title)))
            .collect();
        // "Red Dragons" is cut out before "Dragons".
        known.sort_by_key(|words| (Reverse(words.len()), words.clone()));
        for meeting in &event.meetings {
            let terms = lexicon.add_meeting(meeting, &known);
            lexicon.meetings.push((meeting.key.clone(), terms));
        }
        for person in &event.people {
            if let Some(first) = normalise(&person.name).first() {
                // A person may be called like a word of a language.
                if !Language::ALL
                    .iter()
                    .any(|l| Vocabulary::of(*l).is_word(&first.text))
                {
                    lexicon.add(&first.text, Meaning::Person);
                }
            }
        }
        for phrases in lexicon.phrases.values_mut() {
            phrases.sort_by_key(|(words, _)| Reverse(words.len()));
        }
        lexicon
    }

    /// The phrases that begin with this word, longer ones first.
    pub(crate) fn starting_with(&self, word: &str) -> &[(Vec<String>, Meaning)] {
        self.phrases.get(word).map_or(&[], Vec::as_slice)
    }

    /// Every word of every phrase, in the order of the alphabet.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// Whether a meeting's name has this term.
    pub(crate) fn is_term(&self, term: &Term) -> bool {
        self.meetings.iter().any(|(_, terms)| terms.contains(term))
    }

    /// The meetings whose names share a telling term with these, and how many terms they share.
    pub(crate) fn meetings_with(&self, asked: &BTreeSet<Term>) -> BTreeMap<MeetingKey, usize> {
        let shared = |terms: &BTreeSet<Term>| {
            let shared: Vec<&Term> = terms.intersection(asked).collect();
            shared
                .iter()
                .any(|term| term.is_telling())
                .then_some(shared.len())
        };
        let meetings = self.meetings.iter();
        meetings
            .filter_map(|(key, terms)| Some((key.clone(), shared(terms)?)))
            .collect()
    }

    /// The team with this number in its title or id.
    pub(crate) fn team_numbered(&self, number: u32) -> Option<usize> {
        self.teams.get(&number).copied()
    }

    /// Whether the event has teams with numbers.
    pub(crate) fn has_teams(&self) -> bool {
        !self.teams.is_empty()
    }

    fn add(&mut self, phrase: &str, meaning: Meaning) {
        self.add_words(texts(phrase), meaning);
    }

    fn add_words(&mut self, words: Vec<String>, meaning: Meaning) {
        let Some(first) = words.first() else { return };
        let same_start = self.phrases.entry(first.clone()).or_default();
        if !same_start.iter().any(|(taken, _)| *taken == words) {
            self.words.extend(words.iter().cloned());
            same_start.push((words, meaning));
        }
    }

    /// Adds the words of a meeting's title and pattern that are not those of a team, group or day, and
    /// gives its terms.
    fn add_meeting(&mut self, meeting: &Meeting, others: &[Vec<String>]) -> BTreeSet<Term> {
        let mut terms = BTreeSet::new();
        for name in [meeting.title.as_str(), meeting.pattern.as_str()] {
            let mut words = texts(name);
            for other in others {
                cut(&mut words, other);
            }
            let telling = self.add_terms(&words, &mut terms);
            if !telling && !words.is_empty() {
                let whole = Term::Words(words.join(" "));
                terms.insert(whole.clone());
                self.add_words(words, Meaning::Name(whole));
            }
        }
        terms
    }

    /// Adds the terms of a name. Whether one of them is telling.
    fn add_terms(&mut self, name: &[String], terms: &mut BTreeSet<Term>) -> bool {
        let mut told = false;
        let mut at = 0;
        while at < name.len() {
            let (concept, length) = name_concept(&name[at..]).unwrap_or((None, 1));
            let term = match concept {
                Some(concept) => Some(Term::Concept(concept)),
                None if Language::ALL.iter().any(|l| says_nothing(*l, &name[at])) => None,
                None => Some(Term::Words(name[at].clone())),
            };
            if let Some(term) = term {
                told |= term.is_telling();
                if matches!(term, Term::Words(_)) {
                    self.add(&name[at], Meaning::Name(term.clone()));
                }
                terms.insert(term);
            }
            at += length;
        }
        told
    }
}

fn texts(text: &str) -> Vec<String> {
    normalise(text).into_iter().map(|word| word.text).collect()
}

/// Takes every occurrence of these words out.
fn cut(from: &mut Vec<String>, words: &[String]) {
    while let Some(at) = from
        .windows(words.len().max(1))
        .position(|window| window == words)
    {
        from.drain(at..at + words.len());
    }
}

/// What the first words of a name say in any language, and how many they are: what meetings are called
/// before what else is said so.
fn name_concept(name: &[String]) -> Option<(Option<Concept>, usize)> {
    let entries = || {
        Language::ALL
            .into_iter()
            .flat_map(|language| Vocabulary::of(language).starting_with(&name[0]))
            .filter(|entry| name.starts_with(&entry.words))
    };
    let named = entries().find(|entry| matches!(entry.concept, Concept::Name(_)));
    let single =
        || entries().find(|entry| entry.words.len() == 1 && entry.concept.alone().is_some());
    let found = named.or_else(single)?;
    Some((Some(found.concept), found.words.len()))
}

fn says_nothing(language: Language, word: &str) -> bool {
    Vocabulary::of(language)
        .starting_with(word)
        .iter()
        .any(|entry| {
            entry.words.len() == 1
                && matches!(
                    entry.concept,
                    Concept::Filler
                        | Concept::Own
                        | Concept::Ask
                        | Concept::Polite
                        | Concept::Be
                        | Concept::Not
                )
        })
}
