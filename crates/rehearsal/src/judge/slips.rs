//! Whether operators are told what a slip moves, before they agree to it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{
    Counts, Cue, CueKey, CueTo, DayId, Part, RoomKey, ScheduleFact, Sending,
};

use super::consequences::Consequences;
use super::moves::{Moves, with_moves};
use super::needs::Needs;
use super::times::Times;
use super::world::Message;
use crate::record::{Only, Record, Slipped};

/// A proposal is so old at most when it is agreed to.
const AGREED_WITHIN: SignedDuration = SignedDuration::from_mins(3);

/// What is said of a day that ends too late, and of a meeting that would begin before now.
const CUT: &str = "… and ";
const ENDS: &str = "The day must be over at";
const PAST: &str = "would begin in the past";
const OVER: &str = "would be over now";
/// What is said of meetings that would be at once: of a room, of a co-host, and of a host; of those that get too
/// short, and that run into another day.
const RUNS_INTO: &str = "» begins, for ";
const AT_ONCE: &str = "» at once, from ";
const HOSTS: &str = " meetings at once from ";
const SHORT: &str = "the file asks for at least";
const REACHES: &str = " of another day.";

/// What was sent within so long matters still, and of what changes they are told so soon.
const LATELY: SignedDuration = SignedDuration::from_hours(12);
const SOON: SignedDuration = SignedDuration::from_secs(30);

pub(super) fn judge(needs: &Needs<'_>, record: &Record, reasons: &mut Vec<String>) {
    let gone = Times::gone(record);
    for proposed in &record.proposed {
        let says = |words: &str| proposed.lines.iter().any(|it| it.contains(words));
        if let Some(why) = with_moves(needs, &proposed.slip, &gone, |it| it.lacking(&says)) {
            let Slipped {
                day, minutes, at, ..
            } = &proposed.slip;
            let at = needs.clock(*at);
            reasons.push(format!(
                "a slip of {day} by {minutes} min, proposed at {at}: {why}"
            ));
        }
    }
    let Some(organisers) = &needs.event.bot.organisers.room else {
        return;
    };
    for (place, (turn, slipped)) in needs.schedules.windows(2).zip(&record.slips).enumerate() {
        let is_first = !record.slips[..place].iter().any(|it| it.day == slipped.day);
        if is_first {
            let untold = untold_changes(needs, record, turn, organisers);
            reasons.extend(untold.map(|cue| {
                format!("the organisers were not told that the cue {cue} would say something else")
            }));
        }
        if !slipped.in_chat {
            continue;
        }
        let moves = Moves {
            needs,
            before: &turn[0].1,
            after: &turn[1].1,
            slipped,
        };
        let written = needs.world.in_room(organisers).iter().filter(|it| {
            let since = slipped.at.duration_since(it.at);
            it.is_bot && (SignedDuration::ZERO..AGREED_WITHIN).contains(&since)
        });
        let lacks: Option<Vec<String>> = written
            .map(|it| moves.lacking(&|words| it.says(words)))
            .collect();
        if let Some(lacks) = lacks {
            let (day, minutes) = (&slipped.day, slipped.minutes);
            let why = lacks
                .into_iter()
                .next()
                .unwrap_or_else(|| "nothing was proposed".to_owned());
            reasons.push(format!("the slip of {day} by {minutes} min: {why}"));
        }
    }
}

/// Cues that were sent before a slip and gave a time that it moved, of which the organisers were not told.
fn untold_changes<'a>(
    needs: &'a Needs<'_>,
    record: &'a Record,
    turn: &'a [(Timestamp, Times)],
    organisers: &'a RoomKey,
) -> impl Iterator<Item = &'a CueKey> {
    let (before, (slipped, after)) = (&turn[0].1, &turn[1]);
    let gives_moved = |to: &CueTo| {
        let mut parts = to.say.otherwise.parts().iter();
        parts.any(|part| match part {
            Part::Scheduled {
                meeting,
                fact: ScheduleFact::Start,
                ..
            } => before.of(meeting).map(|it| it.0) != after.of(meeting).map(|it| it.0),
            _ => false,
        })
    };
    let concerned = needs.event.cues.iter().filter(move |cue| {
        let is_untouched = !record.calls.iter().any(|it| it.cue == cue.key);
        let lately = *slipped - LATELY..*slipped;
        let is_sent = |to: &CueTo| before.due(cue, to).is_some_and(|due| lately.contains(&due));
        let by_clock = cue.send == Sending::ByClock && cue.counts == Counts::Planned;
        by_clock && is_untouched && cue.to.iter().any(|to| is_sent(to) && gives_moved(to))
    });
    let is_told = move |cue: &Cue| {
        let words = format!("`again {}`", cue.key);
        let mut written = needs.world.in_room(organisers).iter();
        written.any(|it| {
            let since = it.at.duration_since(*slipped);
            it.is_bot
                && it.says(&words)
                && (SignedDuration::ZERO..SOON + needs.slack).contains(&since)
        })
    };
    concerned
        .filter(move |cue| !is_told(cue))
        .map(|cue| &cue.key)
}

/// What the answer to one who would move a day lacks.
pub(super) fn lacking(
    needs: &Needs<'_>,
    at: Timestamp,
    slip: (&DayId, i64),
    answers: &[Message<'_>],
) -> Option<String> {
    let says = |words: &str| answers.iter().any(|it| it.says(words));
    let slipped = called_at(at, slip);
    with_moves(needs, &slipped, &BTreeMap::new(), |it| it.lacking(&says))
}

/// How much a slip called then would move, in one line.
pub(super) fn headline(
    needs: &Needs<'_>,
    record: &Record,
    at: Timestamp,
    slip: (&DayId, i64),
) -> Option<String> {
    let slipped = called_at(at, slip);
    let moved = |moves: &Moves<'_>| moves.lines().into_iter().next();
    with_moves(needs, &slipped, &Times::gone(record), moved)
}

fn called_at(at: Timestamp, (day, minutes): (&DayId, i64)) -> Slipped {
    Slipped {
        at,
        day: day.clone(),
        minutes,
        in_chat: true,
        only: Only::default(),
        is_undo: false,
    }
}

impl Moves<'_> {
    fn lacking(&self, says: &dyn Fn(&str) -> bool) -> Option<String> {
        // A card shows the first of many lines, and how many others there are.
        let is_cut = says(CUT);
        let lines = self.lines().into_iter();
        let mut lines = lines.take(if is_cut { 1 } else { usize::MAX });
        let missing = lines.find(|line| !says(line));
        let missing = missing.map(|line| format!("it does not say «{line}»"));
        let consequences = Consequences::of(self);
        let warnings = [
            (ENDS, self.passes_an_end()),
            (PAST, self.begins_in_the_past()),
            (OVER, self.ends_at_once()),
            (RUNS_INTO, consequences.rooms),
            (AT_ONCE, consequences.cohosts),
            (HOSTS, consequences.hosts),
            (SHORT, consequences.short),
            (REACHES, consequences.next_day),
        ];
        let mut wrong = warnings.iter().filter(|(words, is)| {
            let said = says(words);
            said != *is && (said || !is_cut)
        });
        missing.or_else(|| {
            let (words, _) = wrong.next()?;
            Some(format!("it should say «{words}», or should not"))
        })
    }
}
