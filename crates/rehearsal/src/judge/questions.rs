//! Whether each question was answered, how soon, and rightly.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use showcaller_event::Event;
use showcaller_event::model::{Meeting, RoomKey};

use super::links::{Rooms, is_for};
use super::times::Times;
use super::world::{Message, Whose, World};
use crate::record::{Asked, Record};
use crate::script::{About, Place};

/// The same question asked within this time is answered once for both.
const TOGETHER: SignedDuration = SignedDuration::from_secs(6);

/// Answers to questions of one moment come within this time.
const BURST: SignedDuration = SignedDuration::from_secs(3);

/// An answer that takes longer is of no use any more.
const SLOW: SignedDuration = SignedDuration::from_mins(5);

/// Webex writes times to the millisecond.
const MILLISECOND: SignedDuration = SignedDuration::from_millis(1);

/// What became of the questions: together they are all that were asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Questions {
    /// How many were asked.
    pub asked: usize,
    /// How many were answered.
    pub answered: usize,
    /// How many were answered by the answer to the same question, asked at the same moment.
    pub with_another: usize,
    /// How many were asked while nothing served the event, and not answered later.
    pub skipped: usize,
    /// How many Webex did not take from the person.
    pub not_taken: usize,
    /// How many have no answer.
    pub lost: usize,
    /// How many of the answers are there twice.
    pub twice: usize,
    /// How many of the answers lack what they should hold.
    pub wrong: usize,
    /// Seconds until the answer: of half of them, of 95 in a hundred, and of all.
    pub seconds: [i64; 3],
    /// By what was asked for: how many.
    pub about: BTreeMap<String, usize>,
}

impl Questions {
    /// How many had an answer, if not their own.
    #[must_use]
    pub fn right(&self) -> usize {
        self.answered + self.with_another
    }
}

/// What an answer is judged by.
pub(super) struct Case<'a> {
    pub(super) event: &'a Event,
    pub(super) world: &'a World<'a>,
    pub(super) rooms: &'a Rooms<'a>,
    pub(super) times: &'a Times,
    pub(super) record: &'a Record,
    pub(super) matched: &'a Matched<'a>,
}

/// Answers by the id of their question: in a room the bot does not say to whom it answers, but it answers in
/// the order in which it was asked.
pub(super) struct Matched<'w>(BTreeMap<&'w str, Vec<Message<'w>>>);

/// Matches what the bot wrote to what it was asked. `sent` are messages that are no answers.
pub(super) fn matched<'w>(
    world: &'w World<'w>,
    record: &Record,
    sent: &BTreeSet<&str>,
) -> Matched<'w> {
    let mut matched = BTreeMap::new();
    let asked: BTreeSet<&str> = record
        .questions
        .iter()
        .filter_map(|it| it.message.as_deref())
        .collect();
    for (_, messages) in world.places() {
        // By thread: what is asked in one is answered in it.
        let mut threads: BTreeMap<Option<&str>, Thread<'w>> = BTreeMap::new();
        let mut presses = presses_on(record, messages).into_iter().peekable();
        for message in messages {
            while let Some((at, press, parent)) =
                presses.next_if(|(at, ..)| *at < message.at + MILLISECOND)
            {
                threads.entry(parent).or_default().ask(press, at);
            }
            let thread = threads.entry(message.parent).or_default();
            if asked.contains(message.id) {
                thread.ask(message.id, message.at);
            } else if message.is_bot && !sent.contains(message.id) {
                thread.answer(*message, &mut matched);
            }
        }
    }
    Matched(matched)
}

/// When cards in a place were pressed, by the message with the card, and in which thread: a press is
/// answered, too.
fn presses_on<'w>(
    record: &Record,
    messages: &[Message<'w>],
) -> Vec<(Timestamp, &'w str, Option<&'w str>)> {
    let pressed = record.presses.iter().filter(|it| it.action.is_some());
    let on = pressed.filter_map(|press| {
        let card = messages.iter().find(|it| it.id == press.message)?;
        Some((press.at, card.id, card.parent))
    });
    on.collect()
}

/// What is open in one place.
#[derive(Default)]
struct Thread<'w> {
    open: VecDeque<Open<'w>>,
    /// What was answered last, and when: a long answer has several parts.
    last: Option<(&'w str, Timestamp)>,
}

/// A question without an answer so far.
struct Open<'w> {
    id: &'w str,
    at: Timestamp,
    /// Whether the answer to another of the same moment may be its own.
    may_share: bool,
}

impl<'w> Thread<'w> {
    fn ask(&mut self, id: &'w str, at: Timestamp) {
        self.open.push_back(Open {
            id,
            at,
            may_share: false,
        });
    }

    fn answer(&mut self, message: Message<'w>, matched: &mut BTreeMap<&'w str, Vec<Message<'w>>>) {
        // Of questions of one moment, each has its answer at once or shares that of another.
        let moment = self.last.map(|(_, at)| at + BURST);
        let is_later = moment.is_some_and(|moment| message.at > moment);
        while is_later && self.open.front().is_some_and(|it| it.may_share) {
            self.open.pop_front();
        }
        if let Some(question) = self.open.pop_front() {
            for other in &mut self.open {
                other.may_share |= other.at.duration_since(question.at) <= TOGETHER;
            }
            self.last = Some((question.id, message.at));
        }
        if let Some((question, _)) = self.last {
            matched.entry(question).or_default().push(message);
        }
    }
}

impl Case<'_> {
    pub(super) fn judge(&self, reasons: &mut Vec<String>) -> Questions {
        let mut all = Questions {
            asked: self.record.questions.len(),
            ..Questions::default()
        };
        let mut took = Vec::new();
        for asked in &self.record.questions {
            *all.about.entry(name(&asked.about)).or_default() += 1;
            let (Some(id), Some(room)) = (&asked.message, &asked.room) else {
                all.not_taken += 1;
                continue;
            };
            let answers = self.answers(id);
            match answers.first() {
                Some(first) => {
                    all.answered += 1;
                    took.push(first.at.duration_since(asked.at).as_secs());
                    self.judge_answers(asked, answers, &mut all, reasons);
                }
                None if self.is_answered_with_another(asked, room) => all.with_another += 1,
                None if !self.is_served(asked.at) => all.skipped += 1,
                None => {
                    all.lost += 1;
                    let (who, at) = (&asked.who, asked.at);
                    reasons.push(format!("{who} asked «{}» at {at}: no answer", asked.words));
                }
            }
        }
        if all.not_taken * 10 > all.asked {
            let (count, asked) = (all.not_taken, all.asked);
            reasons.push(format!("Webex did not take {count} of {asked} questions"));
        }
        took.sort_unstable();
        let part = |of: usize| {
            let place = (took.len().saturating_sub(1)) * of / 100;
            took.get(place).copied().unwrap_or(0)
        };
        all.seconds = [part(50), part(95), part(100)];
        let slow = took.iter().filter(|seconds| **seconds > SLOW.as_secs());
        let slow = slow.count();
        if slow > 0 {
            let longest = all.seconds[2] / 60;
            reasons.push(format!(
                "{slow} answers came later than {} min, the last after {longest} min",
                SLOW.as_mins()
            ));
        }
        all
    }

    fn answers(&self, id: &str) -> &[Message<'_>] {
        self.matched.0.get(id).map_or(&[], Vec::as_slice)
    }

    fn is_answered_with_another(&self, asked: &Asked, room: &str) -> bool {
        let near = self.record.questions.iter().filter(|other| {
            other.room.as_deref() == Some(room)
                && other.message != asked.message
                && other.at.duration_since(asked.at).abs() <= TOGETHER
        });
        let ids = near.filter_map(|other| other.message.as_deref());
        { ids }.any(|id| !self.answers(id).is_empty())
    }

    fn is_served(&self, at: Timestamp) -> bool {
        let served = &self.record.served;
        served
            .iter()
            .any(|(from, until)| (*from..*until).contains(&at))
    }

    fn judge_answers(
        &self,
        asked: &Asked,
        answers: &[Message<'_>],
        all: &mut Questions,
        reasons: &mut Vec<String>,
    ) {
        let is_twice = answers.iter().enumerate().any(|(place, one)| {
            let rest = &answers[place + 1..];
            rest.iter().any(|other| other.words() == one.words())
        });
        if is_twice && matches!(asked.place, Place::Room(_)) {
            all.twice += 1;
            reasons.push(format!(
                "«{}» of {} was answered twice",
                asked.words, asked.who
            ));
        }
        if let Some(why) = self.is_wrong(asked, answers) {
            all.wrong += 1;
            let (who, at) = (&asked.who, asked.at);
            reasons.push(format!("«{}» of {who} at {at}: {why}", asked.words));
        }
    }

    /// What an answer lacks.
    fn is_wrong(&self, asked: &Asked, answers: &[Message<'_>]) -> Option<String> {
        let holds = |link: &str| answers.iter().any(|it| it.holds(link));
        let given: Vec<&Meeting> = self
            .world
            .links()
            .filter(|(link, _)| holds(link))
            .map(|(_, meeting)| meeting)
            .collect();
        match &asked.about {
            About::Meeting(key) => {
                let meeting = self.event.meetings.iter().find(|it| it.key == *key)?;
                let (_, end) = self.times.of(key)?;
                let link = self.world.link_of(meeting)?;
                let is_due = asked.at < end && self.may_know(asked, meeting);
                (is_due && !holds(link)).then(|| format!("the link of {key} is missing"))
            }
            About::Day(day) => {
                let other = given.iter().find(|meeting| meeting.day != *day)?;
                Some(format!("{} is of another day", other.key))
            }
            About::Now => {
                let on = |meeting: &&Meeting| {
                    let times = self.times.of(&meeting.key);
                    let is_on = times.is_some_and(|(start, end)| (start..end).contains(&asked.at));
                    is_on && self.may_know(asked, meeting)
                };
                let missing = self
                    .event
                    .meetings
                    .iter()
                    .filter(on)
                    .find(|meeting| !given.iter().any(|it| it.key == meeting.key));
                missing.map(|it| format!("{} is on, and its link is missing", it.key))
            }
            About::Link(name) => {
                let links = self.links_of(asked, name);
                let is_missing = !links.is_empty() && !links.iter().any(|link| holds(link));
                is_missing.then(|| format!("the link {name} is missing"))
            }
            About::Agenda | About::Next | About::Help | About::Human | About::Nothing => None,
        }
    }

    fn may_know(&self, asked: &Asked, meeting: &Meeting) -> bool {
        let whose = match &asked.place {
            Place::Room(room) => Whose::Room(room),
            Place::Private => Whose::Person(asked.who.as_str()),
        };
        match whose {
            // In private, the organisers have meetings of their own like everybody.
            Whose::Person(person) => {
                let is_of = |room: &RoomKey| meeting.rooms.contains(room);
                self.rooms.of_person(person).any(is_of)
            }
            room @ Whose::Room(_) => is_for(self.event, self.rooms, meeting, room),
        }
    }

    /// Links of this name of the teams that the question is about.
    fn links_of(&self, asked: &Asked, name: &str) -> Vec<&str> {
        let of_room = |key: &RoomKey| {
            let room = self.event.rooms.iter().find(|it| it.key == *key)?;
            let team = room.team.as_ref()?;
            let team = self.event.teams.iter().find(|it| it.id == *team)?;
            team.links.get(name).map(String::as_str)
        };
        match &asked.place {
            Place::Room(room) => of_room(room).into_iter().collect(),
            Place::Private => {
                let rooms = self.rooms.of_person(asked.who.as_str());
                rooms.filter_map(of_room).collect()
            }
        }
    }
}

/// As the report calls it.
fn name(about: &About) -> String {
    let name = match about.tag() {
        "nothing" => "chat",
        tag => tag,
    };
    name.to_owned()
}
