//! What becomes of answers when there are more questions than Webex takes messages.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::Language;
use showcaller_ledger::{Decision, InboxEntry};
use showcaller_render::answers;
use showcaller_show::Intent;

use super::actions::intent;
use super::context::Context;
use super::decide::{self, SAME_WITHIN, Undecided};
use super::inbox::later;
use super::outbox::Chain;
use super::read::Asked;
use crate::InForce;

/// An answer that comes later than this after its question is shortened where that can be.
const TOO_LATE: SignedDuration = SignedDuration::from_secs(30);
/// For how long an answer counts as being right above.
const ABOVE: SignedDuration = SignedDuration::from_mins(10);

/// The same decision with a short answer, if the full one would come too late and is right above.
pub(super) async fn shortened(
    context: &Context,
    entry: &InboxEntry,
    asked: &Asked,
    decision: Decision,
) -> Result<Decision, Undecided> {
    let waited = context.clock.now().duration_since(entry.heard_at);
    if !is_too_late(waited, context.webex.wait_ahead()) {
        return Ok(decision);
    }
    let (Some((same, _)), Some(name)) = (&decision.sameness, &decision.intent) else {
        return Ok(decision);
    };
    let wanted = intent(name);
    if !stays_true(&wanted) {
        return Ok(decision);
    }
    let in_force = context.in_force.latest();
    let (now, offset) = (context.webex.now(), context.webex.offset());
    let revised = in_force.revision.as_ref();
    let revised = revised.map(|revision| later(revision.at, offset));
    let given = context.ledger.last_asked(same).await?;
    if !given.is_some_and(|given| is_above(given, asked.at, now, revised)) {
        return Ok(decision);
    }
    let same = format!("{same}/short");
    let language = decision.language.as_deref().and_then(Language::of_tag);
    let language = language.unwrap_or(in_force.event.bot.language);
    let message = answers::see_above(language, &wanted, word(&in_force, name));
    Ok(Decision {
        sameness: Some((same, SAME_WITHIN)),
        messages: vec![decide::row(&in_force, asked, 1, message, language)?],
        ..decision
    })
}

/// Tells a person that the questions after this one wait for their turns.
pub(super) async fn tell_of_turns(context: &Context, asked: &Asked) -> Result<Chain, Undecided> {
    let in_force = context.in_force.latest();
    let event = &in_force.event;
    let person = asked.asker.as_ref().and_then(|asker| event.person(asker));
    let own = person.and_then(|person| Language::of_tag(person.language.as_deref()?));
    let language = own.unwrap_or(event.bot.language);
    let message = answers::one_after_the_other(language);
    // Before the first part of the answer.
    let messages = [decide::row(&in_force, asked, 0, message, language)?];
    let (by, now) = (context.process.instance(), context.clock.now());
    let claims = context.ledger.claim(&messages, by, now).await?;
    Ok(Chain::claimed(&messages, &claims, now))
}

fn is_too_late(waited: SignedDuration, still_waits: SignedDuration) -> bool {
    waited.saturating_add(still_waits) > TOO_LATE
}

/// Whether the answer that was given then stands above and still holds. What was asked only a moment
/// apart counts as one question anyway.
fn is_above(
    given: Timestamp,
    asked: Timestamp,
    now: Timestamp,
    revised: Option<Timestamp>,
) -> bool {
    now.duration_since(given) <= ABOVE
        && asked.duration_since(given).abs() > SAME_WITHIN
        && revised.is_none_or(|revised| revised < given)
}

/// Whether the answer is the same some minutes later, and is all that the question does.
fn stays_true(intent: &Intent) -> bool {
    match intent {
        Intent::Agenda | Intent::Meeting | Intent::Who | Intent::Help | Intent::Custom(_) => true,
        Intent::Now
        | Intent::Next
        | Intent::Where
        | Intent::Details
        | Intent::Remind
        | Intent::Sos
        | Intent::Hello
        | Intent::Thanks
        | Intent::None => false,
    }
}

/// The word of an answer of the file.
fn word<'a>(in_force: &'a InForce, name: &str) -> Option<&'a str> {
    let mut answers = in_force.event.answers.iter();
    let answer = answers.find(|answer| answer.id == name)?;
    answer.words.first().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("within this century")
    }

    #[test]
    fn an_answer_is_too_late_by_what_it_waited_and_what_it_still_waits() {
        let seconds = SignedDuration::from_secs;
        for (waited, waits, too_late) in [
            (0, 0, false),
            (0, 30, false),
            (0, 31, true),
            (20, 10, false),
            (20, 11, true),
            (31, 0, true),
        ] {
            let said = is_too_late(seconds(waited), seconds(waits));
            assert_eq!(said, too_late, "{waited} + {waits}");
        }
    }

    #[test]
    fn what_stands_above_is_what_was_given_lately_and_still_holds() {
        for (given, asked, now, revised, above) in [
            (0, 60, 100, None, true),
            (0, 590, 600, None, true),
            (0, 590, 601, None, false),
            // The answer to the one counts for the other.
            (0, 5, 100, None, false),
            (5, 0, 100, None, false),
            (100, 160, 200, Some(99), true),
            (100, 160, 200, Some(100), false),
        ] {
            let said = is_above(at(given), at(asked), at(now), revised.map(at));
            assert_eq!(said, above, "{given}, {asked}, {now}, {revised:?}");
        }
    }
}
