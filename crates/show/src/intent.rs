//! From what a text says to what it asks for, in two steps: what its words are about, and whether the
//! bot is asked at all. So "our hidden agenda" is about the agenda and asks for nothing.

use showcaller_event::language::Concept;

use crate::features::Features;
use crate::question::Intent;

impl Features<'_> {
    /// What is asked for, and how surely; `None` for what is no question for the bot. `answers` are the
    /// names of the event's answers.
    pub(crate) fn intent(&self, answers: &[String]) -> Option<(Intent, i32)> {
        let topic = self.topic(answers)?;
        let points = self.points(&topic);
        (points > 1).then_some((topic, points))
    }

    /// How surely the bot is asked for this: more than one point if it is. A question bears one unknown word
    /// if it has telling ones, and nothing that people say among themselves.
    fn points(&self, topic: &Intent) -> i32 {
        let count = |number: usize, most: i32| i32::try_from(number).map_or(most, |n| n.min(most));
        let plus = |holds: bool, points: i32| if holds { points } else { 0 };
        let told = matches!(topic, Intent::Remind | Intent::Sos | Intent::Thanks);
        // A call for help is heard whatever else is said.
        let call = *topic == Intent::Sos && self.says_sos();
        let for_it = prior(topic)
            + plus(call, 40)
            + plus(self.asked, 3)
            + plus(self.says_phrase(concepts_of(topic)), 2)
            + 2 * count(self.signals.saturating_sub(1), 2);
        let by_length = match self.length() {
            0..=1 => 5,
            2..=3 => 4,
            4..=5 => 1,
            _ if self.asked => 0,
            _ if told => -1,
            _ => -2,
        };
        let against = plus(self.unknown > 0, 4)
            + count(self.unknown.saturating_sub(1), 2)
            + 7 * count(self.asides, 2)
            + plus(!self.asked && self.length() > 1, 3 * count(self.past, 2))
            + 5 * count(self.persons, 2)
            + plus(self.calls_a_person, 4);
        for_it + by_length - against
    }
}

/// How surely the bot is asked where its words are about this.
fn prior(topic: &Intent) -> i32 {
    match topic {
        Intent::Custom(_) => 3,
        Intent::Remind | Intent::Thanks => 2,
        Intent::Sos => 1,
        Intent::Now
        | Intent::Where
        | Intent::Meeting
        | Intent::Help
        | Intent::Hello
        | Intent::Details
        | Intent::None => 0,
        Intent::Agenda | Intent::Next | Intent::Who => -1,
    }
}

/// The words that ask for this.
fn concepts_of(topic: &Intent) -> &'static [Concept] {
    match topic {
        Intent::Agenda => &[Concept::Agenda],
        Intent::Now => &[Concept::Now, Concept::Running],
        Intent::Next => &[Concept::Next],
        Intent::Where => &[Concept::Where, Concept::Lost],
        Intent::Who => &[Concept::Who],
        Intent::Details => &[Concept::Details, Concept::HostKey],
        Intent::Remind => &[Concept::Remind],
        Intent::Help => &[Concept::Help],
        Intent::Sos => &[Concept::Sos, Concept::Human],
        Intent::Hello => &[Concept::Hello],
        Intent::Thanks => &[Concept::Thanks],
        Intent::Meeting | Intent::Custom(_) | Intent::None => &[],
    }
}
