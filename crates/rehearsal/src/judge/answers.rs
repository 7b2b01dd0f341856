//! Which messages of the bot answer which question.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use showcaller_webex::{ActionId, MessageId};
use uuid::Uuid;

use super::matching::matched;
use super::needs::{Needs, SLOW, TOGETHER, names};
use super::world::{Message, World};
use crate::record::{Asked, Pressed, Record};
use crate::script::About;

/// Webex writes times to the millisecond.
const MILLISECOND: SignedDuration = SignedDuration::from_millis(1);

/// Answers, by the message or the press that they answer.
pub(super) struct Answers<'w, 'r> {
    by_question: BTreeMap<Uuid, Vec<Message<'w>>>,
    /// All that was asked and pressed, by thread and the earliest first.
    threads: Vec<Vec<Question<'r>>>,
    /// In which of them each question is.
    thread_of: BTreeMap<Uuid, usize>,
}

/// A question or a press.
#[derive(Clone, Copy)]
struct Question<'r> {
    id: Uuid,
    at: Timestamp,
    /// `None` for a press.
    asked: Option<&'r Asked>,
}

impl<'w, 'r> Answers<'w, 'r> {
    /// Matches what the bot wrote to what it was asked. The buttons of an answer name its question. Those
    /// without are matched to the questions of their thread that ask for what they hold, so that as many as
    /// can have one.
    pub(super) fn of(
        world: &'w World<'w>,
        record: &'r Record,
        needs: &Needs<'_>,
        is_cue: &dyn Fn(&Message<'_>) -> bool,
    ) -> Self {
        let mut all = Self {
            by_question: BTreeMap::new(),
            threads: Vec::new(),
            thread_of: BTreeMap::new(),
        };
        let calls: Vec<&Asked> = calls(record).collect();
        let is_call = |it: &Message<'_>| calls.iter().any(|asked| names(it, asked));
        let is_answer = |it: &&Message<'_>| it.is_bot && !is_cue(it) && !is_call(it);
        for (_, messages) in world.places() {
            let mut written: BTreeMap<Option<&str>, Vec<Message<'w>>> = BTreeMap::new();
            for message in messages.iter().filter(is_answer) {
                written.entry(message.parent).or_default().push(*message);
            }
            for (thread, questions) in questions_in(record, messages) {
                let place = all.threads.len();
                all.thread_of
                    .extend(questions.iter().map(|it| (it.id, place)));
                all.threads.push(questions.clone());
                let texts = all.named(written.remove(&thread).unwrap_or_default());
                all.unnamed(texts, &questions, needs);
            }
        }
        all
    }

    /// Takes the answers that name their question, each with the cards without buttons before it, which are
    /// its first parts. Returns what is no card.
    fn named(&mut self, written: Vec<Message<'w>>) -> Vec<Message<'w>> {
        let (mut parts, mut texts) = (Vec::new(), Vec::new());
        for message in written {
            match (message.answers(), message.has_card()) {
                (Some(question), _) => {
                    parts.push(message);
                    let answers = self.by_question.entry(question).or_default();
                    answers.append(&mut parts);
                }
                (None, true) if !message.has_buttons() => parts.push(message),
                (None, true) => {}
                (None, false) => texts.push(message),
            }
        }
        texts
    }

    /// Finds the questions of the others: at first among those that read no other answer, and soon after they
    /// were asked.
    fn unnamed(&mut self, mut texts: Vec<Message<'w>>, all: &[Question<'_>], needs: &Needs<'_>) {
        // What was pressed beside another question or press may have been taken for the same.
        let is_beside = |it: &Question<'_>| {
            let near = |other: &Question<'_>| it.at.duration_since(other.at).abs() <= TOGETHER;
            it.asked.is_none() && all.iter().any(|other| other.id != it.id && near(other))
        };
        let (mut open, mut reading) = (Vec::new(), Vec::new());
        for it in all {
            if !self.by_question.contains_key(&it.id) {
                match is_beside(it) || self.reads_another(it, &open, needs) {
                    true => reading.push(it),
                    false => open.push(it),
                }
            }
        }
        let mut given: Vec<(Message<'w>, Uuid)> = Vec::new();
        let longest = needs.event.bot.skip_after;
        for (some, within) in [(&open, SLOW), (&reading, SLOW), (&open, longest)] {
            let is_open = |it: &&&Question<'_>| !given.iter().any(|(_, id)| *id == it.id);
            let some: Vec<_> = some.iter().filter(is_open).copied().collect();
            given.extend(pairs(&some, &texts, within, needs));
            texts.retain(|it| !given.iter().any(|(text, _)| text.id == it.id));
        }
        open.retain(|it| !given.iter().any(|(_, id)| *id == it.id));
        for text in texts {
            // It says the same once more, or is the wrong answer.
            let before = given.iter().filter(|(it, _)| it.at <= text.at);
            let same = before.filter(|(it, _)| it.words() == text.words());
            let same = same.max_by_key(|(it, _)| it.at);
            let question = same.map(|(_, id)| *id).or_else(|| {
                let asked = |it: &&Question<'_>| is_within(it, &text, SLOW);
                let place = open.iter().rposition(asked)?;
                Some(open.remove(place).id)
            });
            given.extend(question.map(|id| (text, id)));
        }
        given.sort_by_key(|(text, _)| text.at);
        for (text, question) in given {
            self.by_question.entry(question).or_default().push(text);
        }
    }

    /// Whether the answer to another one is for this, too: to one that is answered, or to one of those `before`
    /// it that was asked a moment ago.
    fn reads_another(
        &self,
        it: &Question<'_>,
        before: &[&Question<'_>],
        needs: &Needs<'_>,
    ) -> bool {
        let Some(asked) = it.asked else { return false };
        let is_same = |other: &&Question<'_>| {
            let is_near = it.at.duration_since(other.at) <= TOGETHER;
            is_near
                && other
                    .asked
                    .is_some_and(|other| needs.are_same(asked, other))
        };
        before.iter().any(is_same) || self.shared(asked, needs).is_some()
    }

    /// The same question is answered once: the answers to another one of the same thread and moment that asks
    /// for the same, or has all that was asked for.
    pub(super) fn shared(&self, asked: &Asked, needs: &Needs<'_>) -> Option<&[Message<'w>]> {
        let own = uuid_of(asked)?;
        let all = &self.threads[*self.thread_of.get(&own)?];
        let at = all.iter().find(|it| it.id == own)?.at;
        let is_near =
            |it: &&Question<'_>| it.id != own && it.at.duration_since(at).abs() <= TOGETHER;
        let answers = all.iter().filter(is_near).filter_map(|it| {
            let answers = self.by_question.get(&it.id)?;
            let is_same = match it.asked {
                Some(other) if needs.are_same(asked, other) => true,
                other => {
                    let tells = other.is_none() || needs.has_need(asked, asked.at);
                    tells && needs.lacking(asked, answers).is_none()
                }
            };
            is_same.then_some(answers.as_slice())
        });
        answers.min_by_key(|it| it.first().map(|first| first.at))
    }

    /// Whether a press has no answer, nor has what was asked or pressed there at the same moment.
    pub(super) fn is_lost(&self, press: &Pressed) -> bool {
        let action = press.action.as_deref().map(ActionId::from);
        let Some(id) = action.and_then(|action| action.uuid()) else {
            return false;
        };
        let mut threads = self.threads.iter();
        let thread = threads.find(|all| all.iter().any(|it| it.id == id));
        let mut near = thread.into_iter().flatten();
        !near.any(|it| {
            let is_near = it.at.duration_since(press.at).abs() <= TOGETHER;
            is_near && self.by_question.contains_key(&it.id)
        })
    }

    /// What answers a question.
    pub(super) fn to(&self, asked: &Asked) -> &[Message<'w>] {
        let answers = uuid_of(asked).and_then(|id| self.by_question.get(&id));
        answers.map_or(&[], Vec::as_slice)
    }
}

/// What was asked and pressed in a place, by thread and the earliest first.
fn questions_in<'r, 'w>(
    record: &'r Record,
    messages: &[Message<'w>],
) -> BTreeMap<Option<&'w str>, Vec<Question<'r>>> {
    let by_id: BTreeMap<&str, &Message<'w>> = messages.iter().map(|it| (it.id, it)).collect();
    let mut threads: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for asked in &record.questions {
        let message = asked.message.as_deref().and_then(|id| by_id.get(id));
        if let Some((message, id)) = message.zip(uuid_of(asked)) {
            threads.entry(message.parent).or_default().push(Question {
                id,
                at: message.at,
                asked: Some(asked),
            });
        }
    }
    for press in &record.presses {
        let card = by_id.get(press.message.as_str());
        let action = press.action.as_deref().map(ActionId::from);
        let id = action.and_then(|action| action.uuid());
        if let Some((card, id)) = card.zip(id) {
            threads.entry(card.parent).or_default().push(Question {
                id,
                at: press.at,
                asked: None,
            });
        }
    }
    for of_thread in threads.values_mut() {
        of_thread.sort_by_key(|it| it.at);
    }
    threads
}

/// Texts that fit questions, one each for as many questions as can have one.
fn pairs<'w>(
    open: &[&Question<'_>],
    texts: &[Message<'w>],
    within: SignedDuration,
    needs: &Needs<'_>,
) -> Vec<(Message<'w>, Uuid)> {
    let fit = |it: &Question<'_>| -> Vec<usize> {
        let fitting = texts.iter().enumerate().filter(|(_, text)| {
            let lacks = |asked| needs.lacking(asked, &[**text]).is_some();
            is_within(it, text, within) && !it.asked.is_some_and(lacks)
        });
        fitting.map(|(place, _)| place).collect()
    };
    let behind = |it: &Question<'_>| {
        let last = texts.iter().rposition(|text| is_within(it, text, within));
        last.map_or(0, |last| last + 1)
    };
    let fitting: Vec<(Vec<usize>, usize)> = open.iter().map(|it| (fit(it), behind(it))).collect();
    let given = |some: &[usize]| -> Vec<(usize, Option<usize>)> {
        let fitting = some.iter().map(|place| &fitting[*place]);
        let fitting: Vec<_> = fitting.map(|(fit, behind)| (&**fit, *behind)).collect();
        let given = matched(&fitting, texts.len());
        some.iter().copied().zip(given).collect()
    };
    // The latest first, so that one that is never answered takes the answer of no later one. Of those that are,
    // who asked first was answered first.
    let latest_first: Vec<usize> = (0..open.len()).rev().collect();
    let mut answered = given(&latest_first);
    answered.retain(|(_, text)| text.is_some());
    let first_first: Vec<usize> = answered.iter().rev().map(|(place, _)| *place).collect();
    let pairs = given(&first_first).into_iter();
    let pairs = pairs.filter_map(|(place, text)| Some((texts[text?], open[place].id)));
    pairs.collect()
}

/// Whether a message came so soon after a question or a press. A press may share an answer, too: what comes much
/// later is not for it.
fn is_within(it: &Question<'_>, text: &Message<'_>, within: SignedDuration) -> bool {
    let took = text.at.duration_since(it.at);
    let within = it.asked.map_or(SLOW, |_| within);
    took > -MILLISECOND && took <= within
}

/// Calls for a human, of which the organisers' room is told.
fn calls(record: &Record) -> impl Iterator<Item = &Asked> {
    let asked = record.questions.iter();
    asked.filter(|it| it.about == About::Human)
}

fn uuid_of(asked: &Asked) -> Option<Uuid> {
    MessageId::from(asked.message.as_deref()?).uuid()
}
