//! What there is to see of a text before its meaning is decided.

use showcaller_event::language::Concept::{self, *};

use crate::day::DayWord;
use crate::lexicon::{Meaning, Term};
use crate::piece::{Piece, Says};
use crate::reading::Reading;

/// What the rules look at.
pub(crate) struct Features<'r> {
    reading: &'r Reading<'r>,
    /// Whether it is put as a question or a request.
    pub(crate) asked: bool,
    /// Whether it speaks of the asker.
    pub(crate) own: bool,
    /// Pieces that are about something.
    pub(crate) signals: usize,
    /// Words that are unknown.
    pub(crate) unknown: usize,
    /// Words and phrases that are said among people.
    pub(crate) asides: usize,
    /// Words for what happened.
    pub(crate) past: usize,
    /// First names on the roster.
    pub(crate) persons: usize,
    /// Whether it calls a person: "Peter, can you …", "…, Koen?".
    pub(crate) calls_a_person: bool,
    /// The event's answer that it names.
    pub(crate) answer: Option<usize>,
    /// Whether it names a meeting of this event by a telling word.
    pub(crate) named: bool,
    /// Whether it names a day.
    pub(crate) day: bool,
    /// Whether it names a team.
    pub(crate) team: bool,
}

impl<'r> Features<'r> {
    /// `known` says whether a word of meetings' names is one of this event's.
    pub(crate) fn of(reading: &'r Reading<'r>, known: impl Fn(&Term) -> bool) -> Self {
        let count = |counted: fn(&Says) -> bool| {
            let pieces = reading.pieces.iter();
            pieces.filter(|piece| counted(&piece.says)).count()
        };
        let answer = |piece: &Piece| match piece.says {
            Says::Event(Meaning::Answer(place)) => Some(place),
            _ => None,
        };
        Self {
            asked: asks(reading),
            own: reading.has(Own),
            signals: count(is_about_something),
            unknown: count(|says| *says == Says::Unknown) - signature(reading),
            asides: count(|says| *says == Says::Concept(Aside)),
            past: count(is_past),
            persons: count(|says| *says == Says::Event(Meaning::Person)),
            calls_a_person: calls_a_person(reading),
            answer: reading.pieces.iter().find_map(answer),
            named: reading
                .terms()
                .any(|term| term.is_telling() && known(&term)),
            day: reading.days().next().is_some(),
            team: count(|says| matches!(says, Says::Event(Meaning::Team(_)) | Says::NoTeam)) > 0,
            reading,
        }
    }

    pub(crate) fn has(&self, concept: Concept) -> bool {
        self.reading.has(concept)
    }

    pub(crate) fn any(&self, concepts: &[Concept]) -> bool {
        self.reading.has_any(concepts)
    }

    pub(crate) fn days(&self) -> impl Iterator<Item = &DayWord> {
        self.reading.days()
    }

    pub(crate) fn terms(&self) -> impl Iterator<Item = Term> {
        self.reading.terms()
    }

    /// Words and phrases.
    pub(crate) fn length(&self) -> usize {
        self.reading.pieces.len()
    }

    /// Whether a reminder is not wanted: "cancel the reminder", "herinner me niet". Twice not is wanted:
    /// "don't forget to remind me".
    pub(crate) fn no_reminder(&self) -> bool {
        let pieces = &self.reading.pieces;
        let is = |place: usize, concepts: &[Concept]| match pieces[place].says {
            Says::Concept(concept) => concepts.contains(&concept),
            _ => false,
        };
        let Some(at) = (0..pieces.len()).find(|place| is(*place, &[Remind])) else {
            return false;
        };
        let near = |place: &usize| is(*place, &[Not, Stop, Filler, Own, Ask, Be]);
        let parted = |place: usize| self.reading.begins_clause(place);
        let before = (0..at).rev();
        let before = before.take_while(|place| near(place) && !parted(place + 1));
        let after = at + 1..pieces.len();
        let after = after.take_while(|place| near(place) && !parted(*place));
        let against = before.chain(after).filter(|place| is(*place, &[Not, Stop]));
        against.count() % 2 == 1
    }

    /// Whether it has the word that means nothing but a call for help, in every language.
    pub(crate) fn says_sos(&self) -> bool {
        let mut pieces = self.reading.pieces.iter();
        pieces.any(|piece| self.reading.text[piece.at.clone()].eq_ignore_ascii_case("sos"))
    }

    /// Whether it says one of these by a phrase of several words.
    pub(crate) fn says_phrase(&self, concepts: &[Concept]) -> bool {
        let says = |piece: &&Piece| match piece.says {
            Says::Concept(concept) => concepts.contains(&concept),
            _ => false,
        };
        let mut pieces = self.reading.pieces.iter().filter(says);
        pieces.any(|piece| self.reading.text[piece.at.clone()].contains([' ', '-', '\'', '’']))
    }
}

fn is_about_something(says: &Says) -> bool {
    !matches!(
        says,
        Says::Unknown
            | Says::Number(_)
            | Says::Event(Meaning::Person)
            | Says::Concept(Filler | Ask | Own | Be | Not | Stop | Aside | Past | Number(_))
    )
}

fn is_past(says: &Says) -> bool {
    matches!(
        says,
        Says::Concept(Past) | Says::Day(DayWord::FromToday(..0))
    )
}

/// Whether a text is put as a question or a request: by its mark, by words that ask, or by a question
/// word at its beginning or end. In the middle, "where" is no question.
fn asks(reading: &Reading<'_>) -> bool {
    let mut words = reading.pieces.iter().filter_map(|piece| match piece.says {
        Says::Concept(Filler | Own | Hello | All) => None,
        ref says => Some(says),
    });
    let asking = |says: &Says| matches!(says, Says::Concept(When | Where | Who));
    let mut all = reading.pieces.iter().map(|piece| &piece.says);
    let first = all.find(|says| **says != Says::Concept(Hello));
    reading.polite
        || reading.ends_in_question_mark()
        || reading.has(Ask)
        || first == Some(&Says::Concept(Be))
        || words.next().is_some_and(asking)
        || words.next_back().is_some_and(asking)
}

/// How many of the words at the end of a polite text sign it: "Kind regards, Albert".
fn signature(reading: &Reading<'_>) -> usize {
    if !reading.polite || reading.ends_in_question_mark() {
        return 0;
    }
    let signs = |piece: &&Piece| {
        let written = &reading.text[piece.at.clone()];
        piece.says == Says::Unknown && written.starts_with(char::is_uppercase)
    };
    reading.pieces.iter().rev().take_while(signs).count()
}

fn calls_a_person(reading: &Reading<'_>) -> bool {
    let capital = |piece: &Piece| reading.text[piece.at.clone()].starts_with(char::is_uppercase);
    let unknown = |piece: &Piece| piece.says == Says::Unknown && capital(piece);
    let [first, rest @ ..] = reading.pieces.as_slice() else {
        return false;
    };
    let front = unknown(first) && reading.text[first.at.end..].trim_start().starts_with(',');
    let back = rest.last().is_some_and(|last| {
        unknown(last) && reading.text[..last.at.start].trim_end().ends_with(',')
    });
    front || back
}
