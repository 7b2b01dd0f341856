//! A text, read in one language.

use showcaller_event::Language;
use showcaller_event::language::{Concept, Vocabulary, Word, normalise};

use crate::dates::days_of;
use crate::day::DayWord;
use crate::lexicon::{Lexicon, Meaning, Term};
use crate::piece::{Piece, Says, number_in};
use crate::typo::{self, Meant};

/// So much of a text is read, in bytes.
const LONGEST_TEXT: usize = 500;

/// A text, read in one language.
#[derive(Debug, Clone)]
pub(crate) struct Reading<'t> {
    pub(crate) language: Language,
    pub(crate) text: &'t str,
    pub(crate) pieces: Vec<Piece>,
    /// How many words are foreign to the language or unknown to all.
    pub(crate) foreign: usize,
    /// How many words of the event's answers are words of other languages only.
    pub(crate) borrowed: usize,
    /// Whether it says please.
    pub(crate) polite: bool,
}

/// The beginning of the text in each language: those first that know more of its words, and of these the preferred one.
pub(crate) fn read<'t>(text: &'t str, lexicon: &Lexicon, preferred: Language) -> Vec<Reading<'t>> {
    let read = text.floor_char_boundary(LONGEST_TEXT);
    let text = match text[..read].rsplit_once(char::is_whitespace) {
        Some((whole_words, _)) if read < text.len() => whole_words,
        _ => &text[..read],
    };
    let words = normalise(text);
    let read = |language| Reading::new(text, &words, language, lexicon);
    let mut readings: Vec<_> = Language::ALL.into_iter().map(read).collect();
    readings.sort_by_key(|reading| (reading.strangeness(), reading.language != preferred));
    readings
}

impl<'t> Reading<'t> {
    fn new(text: &'t str, words: &[Word], language: Language, lexicon: &Lexicon) -> Self {
        let words: Vec<Word> = words
            .iter()
            .flat_map(|word| {
                let replaced = |text: &str| Word {
                    text: text.to_owned(),
                    at: word.at.clone(),
                };
                let written = &text[word.at.clone()];
                match typo::meant(&word.text, written, language, lexicon) {
                    Meant::AsWritten => vec![word.clone()],
                    Meant::Other(meant) => vec![replaced(meant)],
                    Meant::Two(first, second) => vec![replaced(first), replaced(second)],
                }
            })
            .collect();
        let mut reading = Self {
            language,
            text,
            pieces: Vec::new(),
            foreign: 0,
            borrowed: 0,
            polite: false,
        };
        let words = reading.without_polite(&words);
        let mut rest = words.as_slice();
        while !rest.is_empty() {
            let (says, length) = reading.next(sentence(text, rest), lexicon);
            let at = rest[0].at.start..rest[length - 1].at.end;
            reading.pieces.push(Piece { says, at });
            rest = &rest[length..];
        }
        days_of(&mut reading.pieces, text);
        teams_of(&mut reading.pieces, lexicon);
        reading
    }

    /// The words without those that only make a request polite: they may stand within any phrase.
    fn without_polite(&mut self, words: &[Word]) -> Vec<Word> {
        let mut rest = words;
        let mut kept = Vec::new();
        while let Some((first, others)) = rest.split_first() {
            match entry(self.language, rest) {
                Some((Says::Concept(Concept::Polite), length)) => {
                    self.polite = true;
                    rest = &rest[length..];
                }
                _ => {
                    kept.push(first.clone());
                    rest = others;
                }
            }
        }
        kept
    }

    /// What the first words say, and how many they are: the longest phrase, of the event before this
    /// language before the others. Words of other languages count only where this one has no such word.
    fn next(&mut self, words: &[Word], lexicon: &Lexicon) -> (Says, usize) {
        let own = lexicon
            .starting_with(&words[0].text)
            .iter()
            .find_map(|(phrase, meaning)| {
                starts(words, phrase).then(|| (Says::Event(meaning.clone()), phrase.len()))
            });
        let in_language = match entry(self.language, words) {
            // In "the day 2 opening" the event's "Day 2" goes before "the day".
            Some((_, length)) if goes_beyond(&words[1..], length - 1, lexicon) => {
                entry(self.language, &words[..1])
            }
            known => known,
        };
        if let Some((Says::Event(Meaning::Answer(_)), 1)) = own {
            let has = |language: Language| Vocabulary::of(language).is_word(&words[0].text);
            let borrowed = !has(self.language) && Language::ALL.into_iter().any(has);
            self.borrowed += usize::from(borrowed);
        }
        match (own, in_language) {
            (Some(own), Some(known)) if known.1 > own.1 => return known,
            // A word of meetings' names that the language has, too, is the language's.
            (Some((Says::Event(Meaning::Name(Term::Words(_))), 1)), Some(known)) => return known,
            (Some(own), _) => return own,
            (None, Some(known)) => return known,
            (None, None) => {}
        }
        if let Some(number) = number(&words[0].text) {
            return (Says::Number(number), 1);
        }
        if Vocabulary::of(self.language).is_word(&words[0].text) {
            return (Says::Unknown, 1);
        }
        self.foreign += 1;
        Language::ALL
            .into_iter()
            .find_map(|language| entry(language, words))
            .unwrap_or((Says::Unknown, 1))
    }

    /// How little of its words are the language's: first by what is foreign, then by what is borrowed.
    pub(crate) fn strangeness(&self) -> (usize, usize) {
        (self.foreign, self.borrowed)
    }

    /// Its clauses: what stands between marks that end or part a sentence, as readings of their own. None
    /// if there is only one.
    pub(crate) fn clauses(&self) -> Vec<Self> {
        let mut clauses: Vec<Self> = Vec::new();
        for (place, piece) in self.pieces.iter().enumerate() {
            match clauses.last_mut().filter(|_| !self.begins_clause(place)) {
                Some(clause) => clause.pieces.push(piece.clone()),
                None => clauses.push(Self {
                    pieces: vec![piece.clone()],
                    polite: false,
                    ..self.clone()
                }),
            }
        }
        if clauses.len() > 1 {
            clauses
        } else {
            Vec::new()
        }
    }

    /// Whether a mark that ends or parts a sentence stands before this piece.
    pub(crate) fn begins_clause(&self, place: usize) -> bool {
        let last = place
            .checked_sub(1)
            .map_or(0, |last| self.pieces[last].at.end);
        let between = self.text.get(last..self.pieces[place].at.start);
        between.is_some_and(|between| between.contains(['.', '!', '?', ';', ',', ':', '\n']))
    }

    /// Whether the question mark at its end belongs to it.
    pub(crate) fn ends_in_question_mark(&self) -> bool {
        let end = self.pieces.last().map_or(0, |piece| piece.at.end);
        let rest = self.text.get(end..).unwrap_or_default();
        let marks = rest.split(char::is_alphanumeric).next();
        marks.is_some_and(|marks| marks.contains('?'))
    }

    /// Whether a piece says this.
    pub(crate) fn has(&self, concept: Concept) -> bool {
        self.concepts().any(|said| said == concept)
    }

    pub(crate) fn has_any(&self, concepts: &[Concept]) -> bool {
        self.concepts().any(|said| concepts.contains(&said))
    }

    pub(crate) fn concepts(&self) -> impl Iterator<Item = Concept> {
        self.pieces.iter().filter_map(|piece| match piece.says {
            Says::Concept(concept) => Some(concept),
            _ => None,
        })
    }

    pub(crate) fn days(&self) -> impl Iterator<Item = &DayWord> {
        self.pieces.iter().filter_map(|piece| match &piece.says {
            Says::Day(day) => Some(day),
            _ => None,
        })
    }

    /// The terms of meetings' names that it has, whether telling or not.
    pub(crate) fn terms(&self) -> impl Iterator<Item = Term> {
        self.pieces.iter().filter_map(|piece| term(&piece.says))
    }
}

/// What says something of a meeting's name.
pub(crate) fn term(says: &Says) -> Option<Term> {
    match says {
        Says::Concept(concept) => Some(Term::Concept(*concept)),
        Says::Event(Meaning::Name(term)) => Some(term.clone()),
        _ => None,
    }
}

fn entry(language: Language, words: &[Word]) -> Option<(Says, usize)> {
    let entries = Vocabulary::of(language).starting_with(&words[0].text);
    let entry = entries.iter().find(|entry| starts(words, &entry.words))?;
    Some((Says::Concept(entry.concept), entry.words.len()))
}

/// Whether a phrase of the event begins within the first words, so many, and ends behind them.
fn goes_beyond(words: &[Word], many: usize, lexicon: &Lexicon) -> bool {
    (0..many).any(|at| {
        let (rest, phrases) = (&words[at..], lexicon.starting_with(&words[at].text));
        let mut longer = phrases
            .iter()
            .filter(|(phrase, _)| phrase.len() > many - at);
        longer.any(|(phrase, _)| starts(rest, phrase))
    })
}

fn starts(words: &[Word], phrase: &[String]) -> bool {
    words.len() >= phrase.len()
        && words
            .iter()
            .zip(phrase)
            .all(|(word, wanted)| word.text == *wanted)
}

/// A number in digits, perhaps with a short ending: 4, 4th, 4de, 18h.
fn number(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|letter: char| !letter.is_ascii_digit());
    if word.len() - digits.len() > 3 {
        None
    } else {
        digits.parse().ok()
    }
}

/// Makes teams of numbers that follow the word, in whatever language it is: "équipe 3". A number of no
/// team is one if it stands right behind the word.
fn teams_of(pieces: &mut Vec<Piece>, lexicon: &Lexicon) {
    let mut after_team = false;
    let mut behind = false;
    for piece in pieces {
        let is_word = piece.says == Says::Concept(Concept::Team);
        match &piece.says {
            Says::Concept(Concept::Team) | Says::Event(Meaning::Team(_)) => after_team = true,
            Says::Concept(Concept::Filler) => {}
            says => match number_in(says).map(|number| lexicon.team_numbered(number)) {
                Some(Some(team)) if after_team => piece.says = Says::Event(Meaning::Team(team)),
                Some(None) if behind && lexicon.has_teams() => piece.says = Says::NoTeam,
                _ => after_team = false,
            },
        }
        behind = is_word;
    }
}

/// The words of the first sentence: no phrase goes beyond its mark, as in "hi! Team 2".
fn sentence<'w>(text: &str, words: &'w [Word]) -> &'w [Word] {
    let ends = |pair: &[Word]| {
        let between = text.get(pair[0].at.end..pair[1].at.start);
        between.is_some_and(|between| between.contains(['!', '?']))
    };
    let end = words.windows(2).position(ends);
    &words[..end.map_or(words.len(), |end| end + 1)]
}
