//! Whether those who ask faster than people read are told to wait, and answered one after the other.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::Email;

use super::answers::Answers;
use super::needs::Needs;
use super::world::Message;
use crate::record::{Asked, Record};

/// So many questions of a person are answered at once within so long; the next one waits until it is over.
const AT_ONCE: usize = 5;
const WITHIN: SignedDuration = SignedDuration::from_secs(10);
/// What is as near as that to its limit may go either way.
const NEAR: SignedDuration = SignedDuration::from_secs(2);
/// They are told so soon, and not again for so long.
const SOON: SignedDuration = SignedDuration::from_secs(30);
const HOLDS: SignedDuration = SignedDuration::from_mins(6);
/// Words of what they are told, by language.
const TOLD: [&str; 3] = [
    "One after the other",
    "Eén voor één",
    "Une question à la fois",
];

pub(super) fn judge(
    needs: &Needs<'_>,
    record: &Record,
    answers: &Answers<'_, '_>,
    reasons: &mut Vec<String>,
) {
    // With `None` for what was pressed, which counts, too.
    let mut asked_by: BTreeMap<&Email, Vec<(Timestamp, Option<&Asked>)>> = BTreeMap::new();
    for asked in record.questions.iter().filter(|it| it.message.is_some()) {
        let of_person = asked_by.entry(&asked.who).or_default();
        of_person.push((asked.at, Some(asked)));
    }
    for press in &record.presses {
        asked_by
            .entry(&press.who)
            .or_default()
            .push((press.at, None));
    }
    for (who, mut asked) in asked_by {
        asked.sort_by_key(|(at, _)| *at);
        let mut told: Option<Timestamp> = None;
        for some in asked.windows(AT_ONCE + 1) {
            let ((first, _), (at, last)) = (some[0], some[AT_ONCE]);
            let took = at.duration_since(first);
            if took > WITHIN + NEAR {
                continue;
            }
            let knows = told.is_some_and(|told| at.duration_since(told) <= HOLDS);
            if !knows {
                told = Some(at);
            }
            let Some(last) = last.filter(|_| took < WITHIN - NEAR) else {
                continue;
            };
            // One whose buttons name its question is certainly for that.
            let answer = answers.to(last).iter().find(|it| it.answers().is_some());
            if answer.is_some_and(|it| it.at.duration_since(first) < WITHIN - NEAR) {
                let words = &last.words;
                reasons.push(format!("«{words}» of {who} was answered out of turn"));
            }
            let then = notices(needs, last, at - NEAR..at + SOON);
            if !knows && then != 1 {
                let at = needs.clock(at);
                reasons.push(format!(
                    "{who}, who asked fast at {at}, was told so {then} times"
                ));
            }
        }
    }
}

/// How often it was said in the place of a question that the next ones wait.
fn notices(needs: &Needs<'_>, asked: &Asked, within: std::ops::Range<Timestamp>) -> usize {
    let place = asked.room.as_deref().unwrap_or_default();
    let is_one = |it: &&Message<'_>| {
        it.is_bot && within.contains(&it.at) && TOLD.iter().any(|words| it.words().contains(words))
    };
    needs.world.in_id(place).iter().filter(is_one).count()
}
