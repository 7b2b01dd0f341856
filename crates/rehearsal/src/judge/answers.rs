//! Which messages of the bot answer which question.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use showcaller_webex::{ActionId, MessageId};
use uuid::Uuid;

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
    /// Matches what the bot wrote to what it was asked. The buttons of an answer name its question. One
    /// without buttons answers the latest question of its thread that has no answer yet, of several one that
    /// asks for what it holds: so a question that is never answered takes the answer of no other.
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
                all.unnamed(texts, questions, needs);
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

    /// Finds the questions of the others: first among those that read no other answer.
    fn unnamed(&mut self, texts: Vec<Message<'w>>, mut open: Vec<Question<'_>>, needs: &Needs<'_>) {
        open.retain(|it| !self.by_question.contains_key(&it.id));
        let mut last: Option<(Uuid, &str)> = None;
        for text in texts {
            let asked_before = open.partition_point(|it| it.at < text.at + MILLISECOND);
            let before = &open[..asked_before];
            let fits = |it: &Question<'_>| match it.asked {
                Some(asked) => needs.lacking(asked, &[text]).is_none(),
                // A press may share an answer, too: what comes much later is not for it.
                None => text.at.duration_since(it.at) < SLOW,
            };
            let waits = |it: &Question<'_>| match it.asked {
                Some(asked) => self.shared(asked, needs).is_none(),
                None => text.at.duration_since(it.at) < SLOW,
            };
            let needs_it =
                |it: &Question<'_>| it.asked.is_some_and(|asked| needs.has_need(asked, text.at));
            let place = before
                .iter()
                .rposition(|it| waits(it) && needs_it(it) && fits(it));
            let place = place.or_else(|| before.iter().rposition(|it| waits(it) && fits(it)));
            let place = place.or_else(|| before.iter().rposition(fits));
            let place = place.or_else(|| before.iter().rposition(waits));
            let question = match (place, last) {
                (Some(place), _) => open.remove(place).id,
                // The same once more.
                (None, Some((question, words))) if words == text.words() => question,
                (None, _) => continue,
            };
            last = Some((question, text.words()));
            self.by_question.entry(question).or_default().push(text);
        }
    }

    /// The same question is answered once: the answers to another one of the same thread and moment that asks
    /// for the same, or has all that was asked for.
    pub(super) fn shared(&self, asked: &Asked, needs: &Needs<'_>) -> Option<&[Message<'w>]> {
        let own = uuid_of(asked)?;
        let all = &self.threads[*self.thread_of.get(&own)?];
        let is_near =
            |it: &&Question<'_>| it.id != own && it.at.duration_since(asked.at).abs() <= TOGETHER;
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
    let recorded = record.questions.iter();
    let recorded: BTreeSet<&str> = recorded.filter_map(|it| it.message.as_deref()).collect();
    let mut threads: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for asked in &record.questions {
        let message = asked.message.as_deref().and_then(|id| by_id.get(id));
        let Some(message) = message else { continue };
        let of_thread = threads.entry(message.parent).or_default();
        let copies = messages.iter();
        let copies = copies.filter(|it| is_copy(it, message) && !recorded.contains(it.id));
        of_thread.extend(copies.chain([*message]).filter_map(|it| {
            let id = MessageId::from(it.id).uuid()?;
            let (at, asked) = (it.at, Some(asked));
            Some(Question { id, at, asked })
        }));
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

/// Whether a message is one that Webex took although the person heard otherwise, and wrote it again.
fn is_copy(message: &Message<'_>, again: &Message<'_>) -> bool {
    let before = again.at.duration_since(message.at);
    let is_before = before > SignedDuration::ZERO && before <= TOGETHER;
    let are_same = (message.by(), message.parent, message.words())
        == (again.by(), again.parent, again.words());
    is_before && are_same
}

/// Calls for a human, of which the organisers' room is told.
fn calls(record: &Record) -> impl Iterator<Item = &Asked> {
    let asked = record.questions.iter();
    asked.filter(|it| it.about == About::Human)
}

fn uuid_of(asked: &Asked) -> Option<Uuid> {
    MessageId::from(asked.message.as_deref()?).uuid()
}
