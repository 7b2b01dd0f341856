//! From what a text says to what it asks for.
//!
//! The rules are tried from the first to the last. A rule names what must be said, and how much noise it
//! bears: words that the bot does not know, or that are said to or of somebody else. So a sentence that
//! merely contains one of the bot's words asks for nothing, while "hi, can you tell me where I need to be
//! now?" is understood to the last word.

use showcaller_event::language::Concept::{self, *};

use crate::lexicon::{Meaning, Term};
use crate::question::Intent;
use crate::reading::{Piece, Reading, Says};

/// What the rules look at.
pub(crate) struct Cues<'r> {
    reading: &'r Reading<'r>,
    /// Words that are unknown, or that speak to or of others.
    noise: usize,
    /// Pieces that say something.
    signals: usize,
    /// Whether it is put as a question or a request.
    asked: bool,
    /// Whether it speaks of the asker.
    own: bool,
    /// The event's answer that it names.
    answer: Option<usize>,
    /// Whether it names a meeting of this event by a telling word.
    named: bool,
    day: bool,
    team: bool,
}

impl<'r> Cues<'r> {
    /// `known` says whether a word of meetings' names is one of this event's.
    pub(crate) fn of(reading: &'r Reading<'r>, known: impl Fn(&Term) -> bool) -> Self {
        let weight = |piece: &Piece| match &piece.says {
            Says::Unknown | Says::Concept(Aside) => 1,
            Says::Event(Meaning::Person) => 2,
            _ => 0,
        };
        let signal = |piece: &&Piece| {
            !matches!(
                piece.says,
                Says::Unknown
                    | Says::Number(_)
                    | Says::Event(Meaning::Person)
                    | Says::Concept(Filler | Ask | Own | Aside | Number(_))
            )
        };
        let noise: usize = reading.pieces.iter().map(weight).sum();
        let answer = |piece: &Piece| match piece.says {
            Says::Event(Meaning::Answer(place)) => Some(place),
            _ => None,
        };
        Self {
            noise: noise + 2 * usize::from(calls_a_person(reading)),
            signals: reading.pieces.iter().filter(signal).count(),
            asked: reading.text.trim_end().ends_with('?')
                || reading.has_any(&[Ask, When, Where, Who]),
            own: reading.has(Own),
            answer: reading.pieces.iter().find_map(answer),
            named: reading
                .terms()
                .any(|term| term.is_telling() && known(&term)),
            day: reading.days().next().is_some(),
            team: reading
                .pieces
                .iter()
                .any(|piece| matches!(piece.says, Says::Event(Meaning::Team(_)))),
            reading,
        }
    }

    fn has(&self, concept: Concept) -> bool {
        self.reading.has(concept)
    }

    fn any(&self, concepts: &[Concept]) -> bool {
        self.reading.has_any(concepts)
    }

    /// Whether the noise is no more than a rule bears; a question or request bears one more.
    fn clear(&self, bears: usize) -> bool {
        self.noise <= bears + usize::from(self.asked && bears > 0)
    }

    /// What is asked for; `None` for what is no question for the bot.
    pub(crate) fn intent(&self, answers: &[String]) -> Option<Intent> {
        let name = |term: Term| matches!(term, Term::Concept(Name(_)));
        let some_name = self.named || self.reading.terms().any(name);
        let meeting = self.named || self.any(&[Session]);
        let access = self.any(&[Link, Password]);
        if self.has(HostKey) && self.clear(2) {
            return Some(Intent::Details);
        }
        if let Some(answer) = self.answer
            && !self.has(Sos)
            && self.clear(usize::from(self.asked))
        {
            return answers.get(answer).cloned().map(Intent::Custom);
        }
        if self.sos() {
            return Some(Intent::Sos);
        }
        if self.has(Remind) && self.clear(2) {
            return Some(Intent::Remind);
        }
        if self.has(Where) && self.any(&[Lost]) && self.clear(1) {
            return Some(Intent::Where);
        }
        if self.who() {
            return Some(Intent::Who);
        }
        if self.has(Details) && self.clear(1) {
            return Some(Intent::Details);
        }
        if self.named && self.clear(1) && (self.asked || access || self.noise == 0)
            || some_name && self.clear(0) && (access || self.any(&[When, Where]))
        {
            return Some(Intent::Meeting);
        }
        if self.has(Thanks) && self.clear(1) {
            return Some(Intent::Thanks);
        }
        if self.has(Password) && self.clear(0) {
            return Some(Intent::Meeting);
        }
        if self.has(Agenda) && self.clear(1) {
            return Some(Intent::Agenda);
        }
        if self.whereabouts() {
            return Some(if self.day_is_later() {
                Intent::Agenda
            } else {
                Intent::Where
            });
        }
        if self.day && self.clear(0) && (self.asked || meeting || self.any(&[When, Start, All])) {
            return Some(Intent::Agenda);
        }
        if self.has(Next)
            && self.clear(0)
            && (meeting || self.asked || self.own || self.signals <= 1)
        {
            return Some(Intent::Next);
        }
        if self.any(&[Now, Running]) && self.clear(0) {
            return Some(Intent::Now);
        }
        if self.has(When) && self.clear(0) {
            return Some(Intent::Next);
        }
        if self.has(Help) && self.clear(1) {
            return Some(Intent::Help);
        }
        if (self.has(Link) || self.has(Go) && self.asked) && self.clear(0) {
            return Some(Intent::Now);
        }
        if (self.any(&[Session, All]) || self.day) && self.clear(0) {
            return Some(Intent::Agenda);
        }
        if self.has(Hello) && self.clear(0) {
            return Some(Intent::Hello);
        }
        None
    }

    fn sos(&self) -> bool {
        let about = self.any(&[Tech, Link, Password, Session, Go, Room, Help]) || self.own;
        self.has(Sos) && self.clear(3)
            || self.has(Human) && self.clear(1)
            || self.has(Problem) && (about && self.clear(2) || self.clear(0))
            || self.any(&[Contact]) && self.has(Human) && self.clear(3)
    }

    fn who(&self) -> bool {
        if self.has(Who) {
            (self.any(&[Team, People, Room, Session]) || self.team || self.own) && self.clear(0)
        } else {
            (self.has(People) || self.signals == 1 && (self.has(Team) || self.team))
                && self.clear(0)
                && !self.any(&[When, Next, Now, Agenda])
        }
    }

    fn whereabouts(&self) -> bool {
        let place = self.any(&[Go, Room, Session, Team]) || self.own;
        self.has(Where) && (self.clear(0) || place && self.clear(0))
            || self.has(Lost) && self.clear(1)
            || self.has(Room) && self.clear(0)
    }

    /// Whether a day other than today is named.
    fn day_is_later(&self) -> bool {
        self.reading
            .days()
            .any(|day| *day != crate::day::DayWord::FromToday(0))
    }
}

/// Whether a person is spoken to: "Peter, can you …", "…, Koen?".
fn calls_a_person(reading: &Reading<'_>) -> bool {
    let capital = |piece: &Piece| reading.text[piece.at.clone()].starts_with(char::is_uppercase);
    let unknown = |piece: &Piece| matches!(piece.says, Says::Unknown) && capital(piece);
    let [first, rest @ ..] = reading.pieces.as_slice() else {
        return false;
    };
    let front = unknown(first) && reading.text[first.at.end..].trim_start().starts_with(',');
    let back = rest.last().is_some_and(|last| {
        unknown(last) && reading.text[..last.at.start].trim_end().ends_with(',')
    });
    front || back
}
