//! What the words of a text are about, asked or not.

use showcaller_event::language::Concept::*;

use crate::day::DayWord;
use crate::features::Features;
use crate::lexicon::Term;
use crate::question::Intent;

impl Features<'_> {
    /// What its words are about, `None` if nothing that the bot knows. The rules are tried from the first
    /// to the last: rare words before common ones. `answers` are the names of the event's answers.
    pub(crate) fn topic(&self, answers: &[String]) -> Option<Intent> {
        let custom = self
            .answer
            .filter(|_| !self.has(Problem) && (self.asked || !self.has(Sos)))
            .and_then(|place| Some(Intent::Custom(answers.get(place)?.clone())));
        if self.no_reminder() {
            return None;
        }
        first_of([
            (self.has(HostKey), Some(Intent::Details)),
            (custom.is_some(), custom),
            (self.sos(), Some(Intent::Sos)),
            (self.remind(), Some(Intent::Remind)),
            (self.who(), Some(Intent::Who)),
            (self.has(Details), Some(Intent::Details)),
            (self.what_follows_a_meeting(), Some(Intent::Next)),
            (self.meeting(), Some(Intent::Meeting)),
            (self.has(Thanks) && !self.asked, Some(Intent::Thanks)),
            (self.agenda(), Some(Intent::Agenda)),
            (self.help(), Some(Intent::Help)),
            (self.has(Lost), Some(Intent::Where)),
            (true, self.of_common_words()),
            (self.has(Thanks), Some(Intent::Thanks)),
        ])
    }

    /// What words are about that many other sentences have, too.
    fn of_common_words(&self) -> Option<Intent> {
        let another_day = self.days().any(|day| *day != DayWord::FromToday(0));
        let to_be_there = self.has(Where) && (self.own || self.has(Go));
        let today = self.day && self.has(Running) && !self.has(Now);
        let day = (self.day || self.has(Day)) && (self.asked || self.any(&[Session, All, Running]));
        let greeting = self.has(Hello) && !self.asked && !self.has(Session);
        first_of([
            (another_day || today, Some(Intent::Agenda)),
            (
                self.has(Link) && !to_be_there && !self.has(All),
                Some(Intent::Now),
            ),
            (self.any(&[Where, Room]), Some(Intent::Where)),
            (
                self.has(End) && self.has(When) && !self.has(Next) && !self.day,
                Some(Intent::Now),
            ),
            (self.has(Next), Some(Intent::Next)),
            (self.any(&[Now, Running]), Some(Intent::Now)),
            (day, Some(Intent::Agenda)),
            (
                self.has(When) && (self.has(Start) || !self.has(People)),
                Some(Intent::Next),
            ),
            (self.has(Go), Some(Intent::Now)),
            (greeting, Some(Intent::Hello)),
            (self.any(&[Session, All]) || self.day, Some(Intent::Agenda)),
            (self.has(Hello), Some(Intent::Hello)),
        ])
    }

    fn agenda(&self) -> bool {
        self.has(Agenda) && (!self.has(Next) || self.day)
    }

    fn help(&self) -> bool {
        self.has(Help) && !self.any(&[Where, Lost, Room, Link])
    }

    /// "Remind me who is in my team" asks for the team.
    fn remind(&self) -> bool {
        let of_something_else = self.any(&[Where, Who, People, Agenda, Password, Link]);
        self.has(Remind) && (self.any(&[Before, Next, Start, End, Session]) || !of_something_else)
    }

    fn meeting(&self) -> bool {
        let mut terms = self.terms();
        let some_name = terms.any(|term| matches!(term, Term::Concept(Name(_))));
        let access = self.any(&[Link, Password, When, Where]);
        self.named || self.has(Password) || some_name && access
    }

    /// "What comes after the breakout?"
    fn what_follows_a_meeting(&self) -> bool {
        let of_the_meeting = self.any(&[When, Where, Start, End, Before, Link, Password]);
        self.named && self.asked && self.has(Next) && !of_the_meeting
    }

    fn sos(&self) -> bool {
        let for_a_human = self.has(Human) && (self.has(Contact) || !self.has(Who));
        let ours = self.any(&[Link, Password, Session, Go, Room, Help, Team, People]) || self.named;
        let broken = self.has(Problem) && (self.has(Tech) || ours || !self.asked);
        let access = self.any(&[Link, Password, Session]);
        let way_in = self.has(Tech) && self.own || (self.has(Tech) || access) && self.has(Go);
        let cannot = self.has(Not) && way_in && !self.asked && !self.any(&[Lost, Room, Where]);
        self.has(Sos) || for_a_human || broken || cannot
    }

    fn who(&self) -> bool {
        let team = self.any(&[Team, People]) || self.team;
        if self.has(Who) {
            return team || self.own || self.any(&[Room, Session, Human]) || self.signals == 1;
        }
        let other = self.named || self.any(&[Where, When, Next, Now, Agenda, Session, Link]);
        team && !other && (self.has(People) || self.signals == 1)
    }
}

/// What the first rule gives that holds.
fn first_of<const RULES: usize>(rules: [(bool, Option<Intent>); RULES]) -> Option<Intent> {
    let mut rules = rules.into_iter();
    rules.find_map(|(holds, intent)| if holds { intent } else { None })
}
