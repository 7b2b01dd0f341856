//! From what a text says to what it asks for.
//!
//! The rules are tried from the first to the last. A rule names what must be said, and how much noise it
//! bears: words that the bot does not know, or that are said to or of another person. So a sentence that
//! merely contains one of the bot's words asks for nothing, while "hi, can you tell me where I need to be
//! now?" is understood to the last word.

use showcaller_event::language::Concept::{self, *};

use crate::day::DayWord;
use crate::lexicon::{Meaning, Term};
use crate::piece::{Piece, Says};
use crate::question::Intent;
use crate::reading::Reading;

/// What the rules look at.
pub(crate) struct Cues<'r> {
    reading: &'r Reading<'r>,
    /// Words that are unknown, or that speak to or of others.
    noise: usize,
    /// Pieces that say something.
    signals: usize,
    /// Whether it is put as a question or a request.
    asked: bool,
    /// Whether it states something: it has an "is" and does not ask.
    statement: bool,
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
                    | Says::Concept(Filler | Ask | Own | Be | Not | Aside | Number(_))
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
            statement: !asks(reading) && reading.has(Be),
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

    /// Whether there is no more noise than this. A statement is noise by itself.
    fn noise(&self, most: usize) -> bool {
        self.noise + usize::from(self.statement) <= most
    }

    /// Likewise, with one more in a question or request.
    fn noise_if_asked(&self, most: usize) -> bool {
        self.noise(most + usize::from(self.asked))
    }

    /// Likewise for what is not asked for but told: that something is broken.
    fn noise_told(&self, most: usize) -> bool {
        self.noise <= most
    }

    /// What is asked for; `None` for what is no question for the bot. `answers` are the names of the
    /// event's answers.
    pub(crate) fn intent(&self, answers: &[String]) -> Option<Intent> {
        let put = self.asked || self.is_brief();
        let answer = self
            .answer
            .filter(|_| !self.has(Sos) && self.noise(usize::from(put || self.has(Go))))
            .and_then(|place| Some(Intent::Custom(answers.get(place)?.clone())));
        let details = self.has(Details) && self.noise_if_asked(0);
        let sure = self.asked && self.own && self.signals >= 2;
        first_of([
            (
                self.has(HostKey) && (put || self.named) && self.noise(2),
                Some(Intent::Details),
            ),
            (answer.is_some(), answer),
            (self.sos(), Some(Intent::Sos)),
            (self.remind(), Some(Intent::Remind)),
            (self.who(), Some(Intent::Who)),
            (details && (put || self.named), Some(Intent::Details)),
            (self.what_follows_a_meeting(), Some(Intent::Next)),
            (self.meeting(), Some(Intent::Meeting)),
            (self.has(Thanks) && self.noise_told(2), Some(Intent::Thanks)),
            (self.agenda(), Some(Intent::Agenda)),
            (self.help(), Some(Intent::Help)),
            (
                self.has(Lost) && self.noise_told(usize::from(self.any(&[Room, Session]))),
                Some(Intent::Where),
            ),
            (
                self.noise(usize::from(sure)) && !self.has(Tech),
                self.of_common_words(),
            ),
        ])
    }

    /// What is asked for with words that many other sentences have, too.
    fn of_common_words(&self) -> Option<Intent> {
        let another_day = self.reading.days().any(|day| *day != DayWord::FromToday(0));
        let asked = self.asked || self.any(&[Session, All, Running]);
        let put = asked || self.is_brief();
        let to_be_there = self.has(Where) && (self.own || self.has(Go));
        let today = self.day && self.has(Running) && !self.has(Now);
        let place = self.any(&[Where, Lost, Room]);
        let greeting = self.has(Hello) && !self.asked && !self.has(Session);
        let bare = self.reading.pieces.len() <= 2;
        first_of([
            (another_day && put || today, Some(Intent::Agenda)),
            (
                self.has(Link) && !to_be_there && (put || self.has(Go)),
                Some(Intent::Now),
            ),
            (
                place && (self.asked || self.is_brief() || self.any(&[Lost, Go])),
                Some(Intent::Where),
            ),
            (self.has(Next) && put, Some(Intent::Next)),
            (
                self.any(&[Now, Running]) && (put || self.has(Go)),
                Some(Intent::Now),
            ),
            ((self.day || self.has(Day)) && asked, Some(Intent::Agenda)),
            (
                self.has(When) && self.asked && !self.has(People),
                Some(Intent::Next),
            ),
            (self.has(Go) && self.asked, Some(Intent::Now)),
            (greeting, Some(Intent::Hello)),
            (
                self.any(&[Session, All]) && (self.asked || bare),
                Some(Intent::Agenda),
            ),
            (self.day && self.is_brief(), Some(Intent::Agenda)),
            (self.has(Hello), Some(Intent::Hello)),
        ])
    }

    /// Whether it is hardly more than one of the bot's words.
    fn is_brief(&self) -> bool {
        self.reading.pieces.len() <= 3
    }

    /// Whether a clause of a longer text asks by itself: it is a question or request without noise, or it is
    /// one of those things that are told rather than asked.
    pub(crate) fn asks_by_itself(&self, intent: &Intent) -> bool {
        match intent {
            Intent::Remind | Intent::Sos | Intent::Thanks => self.noise == 0,
            Intent::Hello | Intent::None => false,
            _ => self.asked && self.noise == 0 && self.signals >= 2,
        }
    }

    /// Whether a person is spoken to or of.
    pub(crate) fn is_for_a_person(&self) -> bool {
        let person = |piece: &Piece| matches!(piece.says, Says::Event(Meaning::Person));
        self.reading.pieces.iter().any(person) || calls_a_person(self.reading)
    }

    /// "What comes after the breakout?"
    fn what_follows_a_meeting(&self) -> bool {
        let of_the_meeting = self.any(&[When, Where, Start, Link, Password]);
        self.named && self.asked && self.has(Next) && !of_the_meeting && self.noise(0)
    }

    fn meeting(&self) -> bool {
        let some_name = || {
            self.reading
                .terms()
                .any(|term| matches!(term, Term::Concept(Name(_))))
        };
        let access = self.any(&[Link, Password]);
        let put = self.asked || self.is_brief() || access || self.day || self.team;
        self.named && put && self.noise_if_asked(0)
            || self.noise(0)
                && (self.has(Password) || some_name() && (access || self.any(&[When, Where])))
    }

    fn agenda(&self) -> bool {
        let put = self.asked || self.is_brief() || self.day || self.has(All);
        self.has(Agenda) && put && !self.has(Next) && self.noise_if_asked(0)
    }

    fn help(&self) -> bool {
        let clear = self.says_phrase(Help) && self.noise_told(1)
            || self.asked && self.noise(1)
            || self.is_brief() && self.noise(0);
        self.has(Help) && clear && !self.any(&[Where, Lost, Room])
    }

    fn remind(&self) -> bool {
        let timed = self.any(&[Before, Next, Start]) || self.named;
        let most = if timed && self.asked { 2 } else { 1 };
        let put = self.asked || self.is_brief() || timed && self.own;
        self.has(Remind) && (put || self.says_phrase(Remind)) && self.noise_told(most)
    }

    fn sos(&self) -> bool {
        // "The emergency room is full" is no call, "we need technical help" is.
        let called = self.has(Sos)
            && if self.says_phrase(Sos) {
                self.noise_told(3)
            } else {
                self.noise(usize::from(self.asked || self.own))
            };
        let phrase = self.has(Contact) || self.says_phrase(Human);
        let for_a_human = self.has(Human) && self.noise_told(if phrase { 3 } else { 0 });
        let ours = self.any(&[Link, Password, Session, Go, Room, Help]);
        let broken = self.has(Problem)
            && if self.has(Tech) {
                self.noise_told(2)
            } else {
                (ours || !self.asked) && self.noise_told(usize::from(ours && self.asked))
            };
        let way_in = self.any(&[Tech, Link, Password, Session]) && (self.own || self.has(Go));
        let cannot = self.has(Not) && way_in && !self.asked && !self.any(&[Lost, Room, Where]);
        called || for_a_human || broken || cannot && self.noise(0)
    }

    /// Whether it says this by a phrase of several words.
    fn says_phrase(&self, concept: Concept) -> bool {
        let says = |piece: &&Piece| piece.says == Says::Concept(concept);
        let mut pieces = self.reading.pieces.iter().filter(says);
        pieces.any(|piece| self.reading.text[piece.at.clone()].contains([' ', '-', '\'', '’']))
    }

    fn who(&self) -> bool {
        let team = self.any(&[Team, People]) || self.team;
        if self.has(Who) {
            let most = if self.has(People) && self.own { 2 } else { 0 };
            return self.noise(most) && (team || self.own || self.any(&[Room, Session]));
        }
        let other = self.named || self.any(&[Where, When, Next, Now, Agenda, Session, Link]);
        let put = self.asked || self.is_brief() || self.team || self.says_phrase(People);
        put && team && !other && self.noise(0) && (self.has(People) || self.signals == 1)
    }
}

/// What the first rule gives that holds.
fn first_of<const RULES: usize>(rules: [(bool, Option<Intent>); RULES]) -> Option<Intent> {
    rules
        .into_iter()
        .find_map(|(holds, intent)| holds.then_some(intent))
        .flatten()
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
