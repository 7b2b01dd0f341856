//! Whether each cue arrived in each room, once and in time.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use showcaller_event::Event;
use showcaller_event::model::{Cue, CueRecipient, CueTo, MeetingFact, Part, Sending, Text};

use super::times::Times;
use super::world::{Message, World};
use crate::record::Record;

/// A cue may come so long before it is due by the judge's reckoning.
const EARLY: SignedDuration = SignedDuration::from_mins(2);
/// Nothing that comes so long afterwards is this cue.
const MUCH_LATER: SignedDuration = SignedDuration::from_hours(6);
/// A cue that comes later than this is late.
const LATE: SignedDuration = SignedDuration::from_mins(2);

/// One of which an operator had to find out whether it had arrived may be so late: they are asked after two
/// minutes of looking it up, and look themselves.
const LATE_IN_DOUBT: SignedDuration = SignedDuration::from_mins(5);

/// What became of a cue for one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CueOutcome {
    /// Which.
    pub cue: String,
    /// For which room or person.
    pub to: String,
    /// When it was due: by the file and the slips, or when an operator said go. `None` if no operator did.
    pub due: Option<Timestamp>,
    /// When it arrived.
    pub sent: Option<Timestamp>,
    /// How often.
    pub times: usize,
    /// How many seconds after it was due.
    pub late: Option<i64>,
}

pub(super) fn judge(
    event: &Event,
    world: &World<'_>,
    times: &Times,
    record: &Record,
    reasons: &mut Vec<String>,
) -> Vec<CueOutcome> {
    let mut outcomes = Vec::new();
    for cue in &event.cues {
        for to in &cue.to {
            let outcome = outcome(cue, to, world, times, record);
            reasons.extend(fault(cue, &outcome, record));
            outcomes.push(outcome);
        }
        reasons.extend(cue.to.iter().find_map(|to| is_pointless(cue, to, times)));
    }
    outcomes
}

/// Messages that have the words of a cue for those who got them.
pub(super) fn sent<'w>(event: &Event, world: &'w World<'_>) -> BTreeSet<&'w str> {
    let mut sent = BTreeSet::new();
    for to in event.cues.iter().flat_map(|cue| &cue.to) {
        let written = match &to.recipient {
            CueRecipient::Room(room) => world.in_room(room),
            CueRecipient::Person(email) => world.with(email),
        };
        let of_cue = written.iter().filter(|it| it.is_bot && says(it, to));
        sent.extend(of_cue.map(|it| it.id));
    }
    sent
}

fn outcome(cue: &Cue, to: &CueTo, world: &World<'_>, times: &Times, record: &Record) -> CueOutcome {
    let due = due(cue, to, times, record);
    let (written, name) = match &to.recipient {
        CueRecipient::Room(room) => (world.in_room(room), room.to_string()),
        CueRecipient::Person(email) => (world.with(email), email.to_string()),
    };
    let from = due.map(|due| due - EARLY);
    let is_it = |message: &&Message<'_>| {
        let in_time = from
            .is_some_and(|from| message.at >= from && message.at.duration_since(from) < MUCH_LATER);
        message.is_bot && in_time && says(message, to)
    };
    let came: Vec<Timestamp> = written.iter().filter(is_it).map(|it| it.at).collect();
    let sent = came.first().copied();
    CueOutcome {
        cue: cue.key.to_string(),
        to: name,
        due,
        sent,
        times: came.len(),
        late: due
            .zip(sent)
            .map(|(due, sent)| sent.duration_since(due).as_secs()),
    }
}

/// One that waits for a go is due when the last go was said.
fn due(cue: &Cue, to: &CueTo, times: &Times, record: &Record) -> Option<Timestamp> {
    match cue.send {
        Sending::ByClock => times.due(cue, to),
        Sending::ByCall => {
            let of_cue = record
                .calls
                .iter()
                .filter(|it| it.cue == cue.key && it.said == "go");
            let accepted = of_cue.filter(|it| it.refused.is_none());
            accepted.map(|it| it.at).next_back()
        }
    }
}

/// Whether a message has all the words of a cue that stand in the file.
fn says(message: &Message<'_>, to: &CueTo) -> bool {
    let texts = std::iter::once(&to.say.otherwise).chain(to.say.by_language.values());
    let words = message.words();
    { texts }.any(|text| pieces(text).all(|piece| words.contains(piece)))
}

fn pieces(text: &Text) -> impl Iterator<Item = &str> {
    let words = text.parts().iter().filter_map(|part| match part {
        Part::Words(words) => Some(words.lines()),
        _ => None,
    });
    words
        .flatten()
        .map(str::trim)
        .filter(|line| !line.is_empty())
}

fn fault(cue: &Cue, outcome: &CueOutcome, record: &Record) -> Option<String> {
    let CueOutcome { cue: name, to, .. } = outcome;
    let said = |words: &str| {
        let mut of_cue = record.calls.iter().filter(|it| it.cue == cue.key);
        of_cue.any(|it| it.said == words)
    };
    let was_left_out = said("skip");
    let late_from = match said(&format!("settle {to} send again")) {
        true => LATE_IN_DOUBT,
        false => LATE,
    };
    if outcome.due.is_none() {
        let clock = cue.send == Sending::ByClock;
        return clock.then(|| format!("the cue {name} has no time for {to}"));
    }
    match (outcome.times, outcome.late) {
        (0, _) if was_left_out => None,
        (0, _) => Some(format!("the cue {name} did not arrive in {to}")),
        (1, Some(late)) if late > late_from.as_secs() => Some(format!(
            "the cue {name} arrived in {to} {} min late",
            late / 60
        )),
        (1, _) => None,
        (times, _) => Some(format!("the cue {name} arrived in {to} {times} times")),
    }
}

/// A cue that leads into a meeting must come before that is over.
fn is_pointless(cue: &Cue, to: &CueTo, times: &Times) -> Option<String> {
    let due = times.due(cue, to)?;
    let parts = to.say.otherwise.parts().iter();
    let mut over = parts.filter_map(|part| match part {
        Part::Meeting {
            meeting,
            fact: MeetingFact::Link | MeetingFact::Join,
        } => Some(meeting),
        _ => None,
    });
    let over = over.find(|meeting| times.of(meeting).is_some_and(|(_, end)| end <= due))?;
    Some(format!(
        "the cue {} leads into {over}, which is over by then",
        cue.key
    ))
}
