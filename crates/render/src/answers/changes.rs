//! What a room is told when its programme changes.

use jiff::{Timestamp, Zoned};
use showcaller_event::markdown::LONGEST;
use showcaller_event::model::{MeetingFact, MeetingKey, Part, Text};
use showcaller_event::{Audience, Facts, fill};
use showcaller_show::slip::Times;
use showcaller_show::{Change, RoomChanges};

use super::inert::Inert;
use super::message::Message;
use super::phrases::{self, Phrases};
use crate::count::clock;

/// The most characters of a title.
const TITLE: usize = 128;

/// One message for a room: a sentence for each change, in the language of the event and by its clocks. The
/// date is left out where it is that of `now`. `facts` are those after the changes.
#[must_use]
pub fn changes(of: &RoomChanges, facts: &Facts<'_>, now: Timestamp) -> Message {
    let zone = facts.event.zone();
    let writer = Writer {
        of,
        facts,
        phrases: phrases::of(facts.event.bot.language),
        today: now.to_zoned(zone),
    };
    let sentences: Vec<String> = of.changes.iter().map(|it| writer.sentence(it)).collect();
    let mut fitting = sentences.len();
    loop {
        let mut text = sentences[..fitting].join("\n\n");
        if fitting < sentences.len() {
            let more = sentences.len() - fitting;
            text.push_str("\n\n");
            text.push_str(&(writer.phrases.changes.more)(more));
        }
        if text.len() <= LONGEST || fitting == 0 {
            return Message::of_markdown(text);
        }
        fitting -= 1;
    }
}

fn inert(title: &str) -> Inert {
    Inert::new(title, TITLE)
}

struct Writer<'a> {
    of: &'a RoomChanges,
    facts: &'a Facts<'a>,
    phrases: &'static Phrases,
    today: Zoned,
}

impl Writer<'_> {
    fn sentence(&self, change: &Change) -> String {
        let words = &self.phrases.changes;
        match change {
            Change::New {
                meeting,
                title,
                times,
            } => {
                let (start, end) = (self.local(times.start), self.local(times.end));
                let when = format!("{}–{}", clock(&start), clock(&end));
                let new = (words.new)(&inert(title), &self.dated(when, &start));
                format!("{new} · {}", self.join(meeting))
            }
            Change::Renamed { from, to } => (words.renamed)(&inert(from), &inert(to)),
            Change::Moved { title, from, to } => self.moved(&inert(title), *from, *to),
            Change::Link { meeting, title } => {
                format!("{} {}", (words.link)(&inert(title)), self.join(meeting))
            }
            Change::Cancelled { title, times } => {
                (words.cancelled)(&inert(title), &self.at(times.start))
            }
            Change::NotForRoom { title, times } => {
                (words.not_for_room)(&inert(title), &self.at(times.start))
            }
        }
    }

    fn moved(&self, title: &Inert, from: Times, to: Times) -> String {
        let words = &self.phrases.changes;
        let (was, is) = (self.local(from.start), self.local(to.start));
        let (ended, ends) = (self.local(from.end), self.local(to.end));
        if was == is {
            let until = self.dated(clock(&ends), &is);
            return (words.ends)(title, &until, &clock(&ended));
        }
        let (was, is) = match was.date() == is.date() {
            true => (clock(&was), self.at(to.start)),
            false => (self.whole(&was), self.whole(&is)),
        };
        let lasts = |times: Times| times.end.duration_since(times.start);
        match lasts(from) == lasts(to) {
            true => (words.moved)(title, &was, &is),
            false => (words.moved_until)(title, &was, &is, &clock(&ends)),
        }
    }

    /// Link and password, if they are for this room; else that they follow.
    fn join(&self, meeting: &MeetingKey) -> String {
        let join = Text::new(vec![Part::Meeting {
            meeting: meeting.clone(),
            fact: MeetingFact::Join,
        }]);
        let room = Audience::Room(&self.of.room);
        let filled = fill(&join, self.facts.event.bot.language, self.facts, room);
        filled.unwrap_or_else(|_| self.phrases.link_follows.to_owned())
    }

    fn local(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.today.time_zone().clone())
    }

    /// `16:30`, or `16:30 (Friday 8 October)` on another day than today.
    fn at(&self, at: Timestamp) -> String {
        let at = self.local(at);
        self.dated(clock(&at), &at)
    }

    fn dated(&self, when: String, day: &Zoned) -> String {
        match day.date() == self.today.date() {
            true => when,
            false => format!("{when} ({})", (self.phrases.date)(day.date())),
        }
    }

    fn whole(&self, at: &Zoned) -> String {
        format!("{}, {}", (self.phrases.date)(at.date()), clock(at))
    }
}
