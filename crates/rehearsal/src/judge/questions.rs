//! Whether each question was answered, how soon, and rightly.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::answers::Answers;
use super::needs::{Needs, SLOW, TOGETHER, names};
use super::slips;
use super::times::length;
use super::world::Message;
use crate::record::{Asked, Pressed, Record};
use crate::script::About;

/// On a day on which nothing goes wrong it takes no longer, unless the person has asked so many within so long.
const PROMPT: SignedDuration = SignedDuration::from_secs(10);
const MANY: usize = 5;
const JUST_NOW: SignedDuration = SignedDuration::from_mins(1);

/// Within this time after a process died, another one begins.
const RESTART: SignedDuration = SignedDuration::from_mins(2);

/// Within this time after a question its answer is sent, unless the process has died.
const FIRST_TRY: SignedDuration = SignedDuration::from_secs(30);
/// An answer of which it is not known whether it was sent is sent once more so long after Webex failed.
const SECOND_TRY: Range<SignedDuration> =
    SignedDuration::from_secs(60)..SignedDuration::from_secs(80);

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
    /// How many have none because Webex failed both times when it was sent. It may have come, so that it is sent no
    /// third time.
    pub unclear: usize,
    /// How many have no answer otherwise.
    pub lost: usize,
    /// How many of the answers are there twice without need, or more often.
    pub twice: usize,
    /// How many are there twice because it could not be known whether the first was sent.
    pub in_doubt: usize,
    /// How many of the answers lack what they should hold.
    pub wrong: usize,
    /// Seconds until the answer: of half of them, of 95 in a hundred, and of all.
    pub seconds: [i64; 3],
    /// By what was asked for: how many.
    pub about: BTreeMap<String, usize>,
}

impl Questions {
    /// How many came to the bot while it served.
    #[must_use]
    pub fn heard(&self) -> usize {
        self.asked - self.not_taken - self.skipped
    }

    /// How many had an answer, if not their own.
    #[must_use]
    pub fn right(&self) -> usize {
        self.answered + self.with_another
    }
}

/// What questions are judged by.
pub(super) struct Case<'a> {
    pub(super) record: &'a Record,
    pub(super) answers: &'a Answers<'a, 'a>,
    pub(super) needs: &'a Needs<'a>,
}

impl Case<'_> {
    pub(super) fn judge(&self, reasons: &mut Vec<String>) -> Questions {
        let (mut all, mut commands) = (Questions::default(), Questions::default());
        let mut took = Vec::new();
        for asked in &self.record.questions {
            let all = match asked.about {
                About::Command | About::Reply(_) | About::Slip(..) => &mut commands,
                _ => &mut all,
            };
            all.asked += 1;
            *all.about.entry(name(&asked.about)).or_default() += 1;
            if asked.message.is_none() {
                all.not_taken += 1;
                continue;
            }
            let own = self.answers.to(asked);
            let shared = self.answers.shared(asked, self.needs).unwrap_or_default();
            let first = own.iter().chain(shared).map(|it| it.at).min();
            // One that may have come is none that another got twice much later.
            let is_late = |at: Timestamp| at.duration_since(asked.at) > SLOW;
            let first = first.filter(|at| !is_late(*at) || !self.is_unclear(asked.at));
            if let Some(first) = first {
                all.answered += usize::from(!own.is_empty());
                all.with_another += usize::from(own.is_empty());
                took.push((first.duration_since(asked.at).as_secs().max(0), asked));
                self.judge_answers(asked, own, shared, all, reasons);
            } else if self.is_unclear(asked.at) {
                all.unclear += 1;
            } else if self.is_served(asked.at) {
                all.lost += 1;
                let (who, at) = (&asked.who, self.needs.clock(asked.at));
                reasons.push(format!("{who} asked «{}» at {at}: no answer", asked.words));
            } else {
                all.skipped += 1;
            }
        }
        if all.not_taken * 10 > all.asked {
            let (count, asked) = (all.not_taken, all.asked);
            reasons.push(format!("Webex did not take {count} of {asked} questions"));
        }
        took.sort_by_key(|(seconds, _)| *seconds);
        let part = |of: usize| {
            let place = (took.len().saturating_sub(1)) * of / 100;
            took.get(place).map_or(0, |(seconds, _)| *seconds)
        };
        all.seconds = [part(50), part(95), part(100)];
        let is_slow =
            |&&(it, asked): &&(i64, &Asked)| it > self.is_answered_within(asked).as_secs();
        let slow = took.iter().filter(is_slow);
        if let Some((longest, last)) = slow.clone().next_back() {
            let count = slow.count();
            let (words, who, at) = (&last.words, &last.who, self.needs.clock(last.at));
            reasons.push(format!(
                "{count} answers came too late, the last to «{words}» of {who} at {at}, after {}",
                length(*longest)
            ));
        }
        all
    }

    /// How long its answer may take: who asks much at once waits for their turns, and whose an answer without buttons
    /// is, is not certain.
    fn is_answered_within(&self, asked: &Asked) -> SignedDuration {
        let mut own = self.answers.to(asked).iter();
        let is_certain = own.any(|it| it.answers().is_some());
        let near = self.record.questions.iter().filter(|it| {
            it.who == asked.who && it.at <= asked.at && asked.at.duration_since(it.at) < JUST_NOW
        });
        match self.needs.calm && is_certain && near.count() < MANY {
            true => PROMPT + self.needs.slack,
            false => SLOW,
        }
    }

    /// Whether each press was answered; those of others on what operators are asked are ignored.
    pub(super) fn judge_presses(&self, reasons: &mut Vec<String>) {
        let served = self
            .record
            .presses
            .iter()
            .filter(|it| self.is_served(it.at) && !self.is_for_operators(it));
        for press in served.filter(|it| self.answers.is_lost(it)) {
            let (button, who, at) = (&press.button, &press.who, self.needs.clock(press.at));
            reasons.push(format!("{who} pressed «{button}» at {at}: no answer"));
        }
    }

    fn is_for_operators(&self, press: &Pressed) -> bool {
        let organisers = &self.needs.event.bot.organisers;
        let of_room = |room| self.needs.world.in_room(room).iter();
        let is_there = |room| of_room(room).any(|it| it.id == press.message && !it.is_check_in());
        !organisers.people.contains(&press.who) && organisers.room.as_ref().is_some_and(is_there)
    }

    /// Whether the organisers were called to nobody who asked for something else.
    pub(super) fn judge_calls(&self, reasons: &mut Vec<String>) {
        let Some(room) = &self.needs.event.bot.organisers.room else {
            return;
        };
        for message in self.needs.world.in_room(room).iter().filter(|it| it.is_bot) {
            let is_near = |it: &&Asked| {
                let after = message.at.duration_since(it.at);
                (-TOGETHER..SLOW).contains(&after) && names(message, it) && message.says(&it.words)
            };
            let askers: Vec<&Asked> = self.record.questions.iter().filter(is_near).collect();
            if let Some(first) = askers.first()
                && askers.iter().all(|it| it.about != About::Human)
            {
                let (who, words) = (&first.who, &first.words);
                reasons.push(format!(
                    "the organisers were called to {who}, who asked «{words}»"
                ));
            }
        }
    }

    fn is_served(&self, at: Timestamp) -> bool {
        let served = &self.record.served;
        served
            .iter()
            .any(|(from, until)| (*from..*until).contains(&at))
    }

    /// Whether Webex failed at both tries of an answer to what was asked then.
    fn is_unclear(&self, asked: Timestamp) -> bool {
        let after = |from: Timestamp, within: Range<SignedDuration>| {
            let failed = self.needs.world.failed.iter().copied();
            failed.filter(move |at| within.contains(&at.duration_since(from)))
        };
        // The same was asked a moment before, perhaps.
        after(asked, -TOGETHER..FIRST_TRY).any(|first| after(first, SECOND_TRY).next().is_some())
    }

    /// Whether it could not be known that a message was sent: Webex's answer got lost, or the process that sent it
    /// died. It is sent once more then, and never a third time.
    fn is_in_doubt(&self, sent: Timestamp) -> bool {
        let unheard = self.needs.world.unheard.iter();
        let crashes = self.record.crashes.iter().map(|crash| &crash.at);
        let is_soon =
            |at: &Timestamp| at.duration_since(sent).abs() <= SignedDuration::from_secs(1);
        let died =
            |at: &Timestamp| (SignedDuration::ZERO..RESTART).contains(&at.duration_since(sent));
        { unheard }.any(is_soon) || { crashes }.any(died)
    }

    /// Whether that holds of an answer, or of one in the same words to another who asked at that moment: which of
    /// them was sent once more cannot be told.
    fn may_be_in_doubt(&self, asked: &Asked, answer: &Message<'_>) -> bool {
        let room = asked.room.as_deref().unwrap_or_default();
        let alike = self.needs.world.in_id(room).iter().filter(|it| {
            let apart = it.at.duration_since(answer.at).abs();
            it.is_bot && it.words() == answer.words() && apart <= TOGETHER
        });
        { alike }.any(|it| self.is_in_doubt(it.at))
    }

    fn judge_answers(
        &self,
        asked: &Asked,
        own: &[Message<'_>],
        shared: &[Message<'_>],
        all: &mut Questions,
        reasons: &mut Vec<String>,
    ) {
        let (words, who, at) = (&asked.words, &asked.who, self.needs.clock(asked.at));
        let copies = |of: &Message<'_>| own.iter().filter(|it| it.words() == of.words()).count();
        let repeated = own.iter().map(|it| (copies(it), it));
        match repeated.max_by_key(|(copies, it)| (*copies, Reverse(it.at))) {
            Some((2, first)) if self.may_be_in_doubt(asked, first) => all.in_doubt += 1,
            Some((copies @ 2.., _)) => {
                all.twice += 1;
                reasons.push(format!(
                    "«{words}» of {who} at {at} was answered {copies} times"
                ));
            }
            _ => {}
        }
        let lacking = [own, shared].into_iter().filter(|it| !it.is_empty());
        let lacks = |answers: &[Message<'_>]| match &asked.about {
            About::Slip(day, minutes) => {
                slips::lacking(self.needs, asked.at, (day, *minutes), answers)
            }
            _ => self.needs.lacking(asked, answers),
        };
        let lacking: Option<Vec<String>> = lacking.map(lacks).collect();
        if let Some(why) = lacking.and_then(|all| all.into_iter().next()) {
            all.wrong += 1;
            reasons.push(format!("«{words}» of {who} at {at}: {why}"));
        }
    }
}

/// As the report calls it.
fn name(about: &About) -> String {
    let name = match about.tag() {
        "nothing" => "chat",
        "no-day" => "unknown day",
        "host-key" => "host key",
        tag => tag,
    };
    name.to_owned()
}
