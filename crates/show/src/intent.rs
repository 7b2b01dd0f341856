//! From what a text says to what it asks for.
//!
//! The rules are tried from the first to the last. A rule names what must be said, and how much noise it
//! bears: words that the bot does not know, or that are said to or of somebody else. So a sentence that
//! merely contains one of the bot's words asks for nothing, while "hi, can you tell me where I need to be
//! now?" is understood to the last word.

use showcaller_event::language::Concept::{self, *};

use crate::day::DayWord;
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
            // What happened is no question.
            Says::Day(DayWord::FromToday(..0)) => 1,
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
            asked: asks(reading),
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

    /// Whether there is no more noise than this.
    fn noise(&self, most: usize) -> bool {
        self.noise <= most
    }

    /// Likewise, with one more in a question or request.
    fn noise_if_asked(&self, most: usize) -> bool {
        self.noise <= most + usize::from(self.asked)
    }

    /// What is asked for; `None` for what is no question for the bot.
    pub(crate) fn intent(&self, answers: &[String]) -> Option<Intent> {
        if self.has(HostKey) && self.noise_if_asked(2) {
            return Some(Intent::Details);
        }
        if let Some(answer) = self.answer
            && !self.has(Sos)
            && self.noise(usize::from(self.asked || self.reading.pieces.len() <= 4))
        {
            return answers.get(answer).cloned().map(Intent::Custom);
        }
        if self.sos() {
            return Some(Intent::Sos);
        }
        if self.remind() {
            return Some(Intent::Remind);
        }
        if self.who() {
            return Some(Intent::Who);
        }
        if self.has(Details) && self.noise_if_asked(0) {
            return Some(Intent::Details);
        }
        if self.meeting() {
            return Some(Intent::Meeting);
        }
        if self.has(Thanks) && self.noise(1) {
            return Some(Intent::Thanks);
        }
        if self.has(Agenda) && !self.has(Next) && self.noise_if_asked(0) {
            return Some(Intent::Agenda);
        }
        // What follows is said in many other sentences, too.
        if self.has(Help) && self.noise(1) && !self.any(&[Where, Lost, Room]) {
            return Some(Intent::Help);
        }
        let sure = self.asked && self.own && self.signals >= 2;
        if self.noise(usize::from(sure)) {
            return self.of_few_words();
        }
        (self.has(Lost) && self.noise(1)).then_some(Intent::Where)
    }

    /// What is asked for with the words that many other sentences have, too.
    fn of_few_words(&self) -> Option<Intent> {
        let another_day = self.reading.days().any(|day| *day != DayWord::FromToday(0));
        let asked = self.asked || self.any(&[Session, Start, All, Running]);
        let brief = self.reading.pieces.len() <= 3;
        Some(if another_day && (asked || brief) {
            Intent::Agenda
        } else if self.day && self.has(Running) && !self.has(Now) {
            Intent::Agenda
        } else if self.has(Link)
            && !(self.has(Where) && (self.own || self.has(Go)))
            && (asked || brief || self.has(Go))
        {
            Intent::Now
        } else if self.any(&[Where, Lost, Room]) && (self.asked || brief || self.any(&[Lost, Go])) {
            Intent::Where
        } else if self.has(Next) && (asked || brief) {
            Intent::Next
        } else if self.any(&[Now, Running]) && (asked || brief || self.has(Go)) {
            Intent::Now
        } else if (self.day || self.has(Day)) && asked {
            Intent::Agenda
        } else if self.has(When) && self.asked {
            Intent::Next
        } else if self.has(Go) && self.asked {
            Intent::Now
        } else if self.any(&[Session, All]) && (asked || brief) || self.day && brief {
            Intent::Agenda
        } else if self.has(Hello) {
            Intent::Hello
        } else {
            return None;
        })
    }

    fn meeting(&self) -> bool {
        let some_name = || {
            self.reading
                .terms()
                .any(|term| matches!(term, Term::Concept(Name(_))))
        };
        let access = self.any(&[Link, Password]);
        self.named && self.noise_if_asked(0)
            || self.noise(0)
                && (self.has(Password) || some_name() && (access || self.any(&[When, Where])))
    }

    fn remind(&self) -> bool {
        let timed = self.any(&[Before, Next, Start]) || self.named;
        self.has(Remind) && self.noise_if_asked(if timed { 1 } else { 0 })
    }

    fn sos(&self) -> bool {
        let about = self.any(&[Tech, Link, Password, Session, Go, Room, Help]) || self.own;
        self.has(Sos) && self.noise(3)
            || self.has(Human) && self.noise(if self.has(Contact) { 3 } else { 1 })
            || self.has(Problem) && (self.noise(0) || about && self.noise_if_asked(1))
            || self.has(Problem) && self.has(Tech) && self.noise_if_asked(2)
    }

    fn who(&self) -> bool {
        let team = self.any(&[Team, People]) || self.team;
        if self.has(Who) {
            self.noise(0) && (team || self.own || self.any(&[Room, Session]))
        } else {
            let other = self.named || self.any(&[Where, When, Next, Now, Agenda, Session, Link]);
            self.noise(0) && team && !other && (self.has(People) || self.signals == 1)
        }
    }
}

/// Whether a text is put as a question or a request: by its mark, by words that ask, or by a question
/// word at its beginning or end. In the middle, "where" is no question.
fn asks(reading: &Reading<'_>) -> bool {
    let mut words = reading.pieces.iter().filter_map(|piece| match piece.says {
        Says::Concept(Filler | Own | Hello) => None,
        ref says => Some(says),
    });
    let asking = |says: &Says| matches!(says, Says::Concept(When | Where | Who));
    reading.text.trim_end().ends_with('?')
        || reading.has(Ask)
        || words.next().is_some_and(asking)
        || words.next_back().is_some_and(asking)
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
