//! Which messages of the bot answer which question.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use showcaller_webex::{ActionId, MessageId};
use uuid::Uuid;

use super::needs::Needs;
use super::world::{Message, World};
use crate::record::{Asked, Record};

/// Webex writes times to the millisecond.
const MILLISECOND: SignedDuration = SignedDuration::from_millis(1);

/// Answers, by the message or the press that they answer.
pub(super) struct Answers<'w> {
    by_question: BTreeMap<Uuid, Vec<Message<'w>>>,
    /// In which thread each question is.
    threads: BTreeMap<Uuid, Option<&'w str>>,
}

/// A question or a press without an answer that names it.
struct Open<'r> {
    id: Uuid,
    at: Timestamp,
    /// `None` for a press.
    asked: Option<&'r Asked>,
}

impl<'w> Answers<'w> {
    /// Matches what the bot wrote to what it was asked. The buttons of an answer name its question. One
    /// without buttons answers the latest question of its thread that has no answer yet, of several one that
    /// asks for what it holds: so a question that is never answered takes the answer of no other.
    pub(super) fn of(
        world: &'w World<'w>,
        record: &Record,
        needs: &Needs<'_>,
        is_cue: &dyn Fn(&Message<'_>) -> bool,
    ) -> Self {
        let mut all = Self {
            by_question: BTreeMap::new(),
            threads: BTreeMap::new(),
        };
        for (_, messages) in world.places() {
            let mut open = all.open_in(record, messages);
            let mut written: BTreeMap<Option<&str>, Vec<Message<'w>>> = BTreeMap::new();
            for message in messages.iter().filter(|it| it.is_bot && !is_cue(it)) {
                written.entry(message.parent).or_default().push(*message);
            }
            for (thread, written) in written {
                let texts = all.named(written);
                let open = open.remove(&thread).unwrap_or_default();
                all.unnamed(texts, open, needs);
            }
        }
        all
    }

    /// What was asked and pressed in a place, by thread and the earliest first.
    fn open_in<'r>(
        &mut self,
        record: &'r Record,
        messages: &[Message<'w>],
    ) -> BTreeMap<Option<&'w str>, Vec<Open<'r>>> {
        let by_id: BTreeMap<&str, &Message<'w>> = messages.iter().map(|it| (it.id, it)).collect();
        let mut open: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for asked in &record.questions {
            let message = asked.message.as_deref().and_then(|id| by_id.get(id));
            let Some((message, id)) = message.and_then(|it| Some((it, uuid_of(asked)?))) else {
                continue;
            };
            self.threads.insert(id, message.parent);
            let of_thread = open.entry(message.parent).or_default();
            of_thread.push(Open {
                id,
                at: message.at,
                asked: Some(asked),
            });
        }
        for press in &record.presses {
            let card = by_id.get(press.message.as_str());
            let action = press.action.as_deref().map(ActionId::from);
            let id = action.and_then(|action| action.uuid());
            if let Some((card, id)) = card.zip(id) {
                open.entry(card.parent).or_default().push(Open {
                    id,
                    at: press.at,
                    asked: None,
                });
            }
        }
        for of_thread in open.values_mut() {
            of_thread.sort_by_key(|it| it.at);
        }
        open
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

    /// Finds the questions of the others.
    fn unnamed(&mut self, texts: Vec<Message<'w>>, mut open: Vec<Open<'_>>, needs: &Needs<'_>) {
        open.retain(|it| !self.by_question.contains_key(&it.id));
        let mut last: Option<(Uuid, &str)> = None;
        for text in texts {
            let asked_before = open.partition_point(|it| it.at < text.at + MILLISECOND);
            let before = &open[..asked_before];
            let fits = |it: &Open<'_>| {
                let lacks = |asked| needs.lacking(asked, &[text]).is_some();
                !it.asked.is_some_and(lacks)
            };
            let place = before.iter().rposition(fits);
            let question = match place.or(asked_before.checked_sub(1)) {
                Some(place) => open.remove(place).id,
                // The same once more.
                None => match last {
                    Some((question, words)) if words == text.words() => question,
                    _ => continue,
                },
            };
            last = Some((question, text.words()));
            self.by_question.entry(question).or_default().push(text);
        }
    }

    /// What answers a question.
    pub(super) fn to(&self, asked: &Asked) -> &[Message<'w>] {
        let answers = uuid_of(asked).and_then(|id| self.by_question.get(&id));
        answers.map_or(&[], Vec::as_slice)
    }

    /// Whether two questions stand in one thread of one place.
    pub(super) fn are_in_one_thread(&self, one: &Asked, other: &Asked) -> bool {
        let thread = |asked| self.threads.get(&uuid_of(asked)?);
        one.room == other.room && thread(one) == thread(other)
    }
}

fn uuid_of(asked: &Asked) -> Option<Uuid> {
    MessageId::from(asked.message.as_deref()?).uuid()
}
