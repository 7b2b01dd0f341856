//! What a slip, or the undoing of one, would do.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, Zoned, civil};
use showcaller_event::Event;
use showcaller_event::model::{
    Cue, CueKey, CueRecipient, Day, DayId, Meeting, MeetingKey, RoomKey,
};

use super::applied::{Slips, planned};
use super::facts::{self, Facts, Past};
use super::ground::Ground;
use super::holds;
use super::value::{CueSlip, MeetingSlip, Slip, Times, minutes};
use crate::calling::log::{Entry, Logged};

/// With more of its time left than this, a meeting of which everybody is gone is not over: they are at lunch, or
/// all together in another one.
const BREAK: SignedDuration = SignedDuration::from_mins(30);

/// What an operator wants to move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Of which day.
    pub day: DayId,
    /// By how many minutes; backward below zero.
    pub minutes: i64,
    /// What begins from then on, on the event's clocks, also after midnight; without, what has not
    /// begun.
    pub from: Option<civil::Time>,
    /// Only meetings of these rooms and of no other one, if there are any.
    pub rooms: BTreeSet<RoomKey>,
}

/// What would be done, and what comes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The entry for the log.
    pub entry: Entry,
    /// What moves because of it, and what that leads to.
    pub facts: Facts,
    /// What does not move although it comes later.
    pub stays: Vec<Stays>,
}

impl Proposal {
    /// Whether nothing moves.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.facts.meetings.is_empty() && self.facts.cues.is_empty()
    }
}

/// A meeting or a cue that does not move although it comes later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stays {
    /// A meeting.
    Meeting {
        /// Which.
        meeting: MeetingKey,
        /// Why.
        why: WhyStays,
    },
    /// A cue with a time of its own.
    Cue {
        /// Which.
        cue: CueKey,
        /// Why.
        why: WhyStays,
    },
}

/// Why something does not move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhyStays {
    /// The file says `fixed`.
    Fixed,
    /// It is run by hand.
    Detached,
    /// It goes to rooms beside those that were named, too.
    Elsewhere,
}

/// Why nothing can be proposed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such day.
    #[error("the event has no day `{0}`")]
    NoDay(DayId),
    /// There is no such room.
    #[error("the event has no room `{0}`")]
    NoRoom(RoomKey),
    /// There is no such meeting.
    #[error("the event has no meeting `{0}`")]
    NoMeeting(MeetingKey),
    /// There is no such slip.
    #[error("there is no slip {0}")]
    NoSlip(i64),
    /// It was undone before.
    #[error("slip {0} was undone already")]
    Undone(i64),
}

/// What a slip would do: what begins later moves; what is in progress keeps its start and gets another
/// end, unless a time is given from which things move; `at:` cues of the rest move. What is `fixed`, run by
/// hand or for other rooms, too, stays, and so does what is over. The schedule says what has begun; people who came early have not.
///
/// # Errors
///
/// The event has no such day, room or meeting.
pub fn propose(ground: &Ground<'_>, wish: &Wish) -> Result<Proposal, Refusal> {
    let day = ground.event.day(&wish.day);
    let day = day.ok_or_else(|| Refusal::NoDay(wish.day.clone()))?;
    if let Some(room) = wish
        .rooms
        .iter()
        .find(|room| ground.event.room(room).is_none())
    {
        return Err(Refusal::NoRoom(room.clone()));
    }
    let mut in_force = ground.event.clone();
    let slips = Slips::of(ground.log);
    let (schedule, applied) = slips.apply(&mut in_force);
    let from = wish.from.and_then(|time| from(&in_force, day, time));
    let chosen = Chosen {
        wish,
        now: ground.now,
        from: from.as_ref().map(Zoned::timestamp),
        on: on(ground.log),
    };
    let mut stays = Vec::new();
    let mut slip = Slip {
        day: wish.day.clone(),
        minutes: wish.minutes,
        meetings: Vec::new(),
        cues: Vec::new(),
    };
    for (meeting, planned) in in_force.meetings.iter().zip(&ground.event.meetings) {
        let Some((start_by, end_by)) = chosen.moves(meeting) else {
            continue;
        };
        let detached = applied.detached.contains(&meeting.key);
        let why = match (meeting.fixed, detached, chosen.covers_meeting(meeting)) {
            (_, _, Covers::Nothing) => continue,
            (true, ..) => WhyStays::Fixed,
            (_, true, _) => WhyStays::Detached,
            (_, _, Covers::Part) => WhyStays::Elsewhere,
            (false, false, Covers::All) => {
                slip.meetings.push(MeetingSlip {
                    meeting: meeting.key.clone(),
                    planned: Times::of(planned),
                    start_by,
                    end_by,
                });
                continue;
            }
        };
        stays.push(Stays::Meeting {
            meeting: meeting.key.clone(),
            why,
        });
    }
    for cue in &in_force.cues {
        let due = cue.to.iter().find_map(|to| cue.due(to, &schedule));
        let (Some(due), Some(planned)) = (due, planned(cue)) else {
            continue;
        };
        if !chosen.is_later(due.timestamp()) || cue.key.day.as_ref() != Some(&wish.day) {
            continue;
        }
        let why = match (cue.fixed, chosen.covers_cue(cue)) {
            (_, Covers::Nothing) => continue,
            (true, _) => WhyStays::Fixed,
            (_, Covers::Part) => WhyStays::Elsewhere,
            (false, Covers::All) => {
                slip.cues.push(CueSlip {
                    cue: cue.key.clone(),
                    planned: planned.timestamp(),
                    by: wish.minutes,
                });
                continue;
            }
        };
        stays.push(Stays::Cue {
            cue: cue.key.clone(),
            why,
        });
    }
    Ok(proposal(ground, slips, Entry::Slip { slip }, stays))
}

/// The instant of a time of this day. What is before the day's first meeting is after midnight, if the
/// day still runs then.
fn from(event: &Event, day: &Day, time: civil::Time) -> Option<Zoned> {
    let of_day = || event.meetings.iter().filter(|it| it.day == day.id);
    let first = of_day().map(|meeting| &meeting.start).min()?;
    let last = of_day().map(|meeting| &meeting.end).max()?;
    let at = |date: civil::Date| date.to_datetime(time).to_zoned(first.time_zone().clone());
    let same = at(day.date).ok()?;
    let next = at(day.date.tomorrow().ok()?).ok()?;
    let night = same < *first && next < *last;
    Some(if night { next } else { same })
}

/// What undoing a slip would do. What has begun meanwhile gets the start that it had.
///
/// # Errors
///
/// The log has no such slip, or it was undone before.
pub fn propose_undo(ground: &Ground<'_>, number: i64) -> Result<Proposal, Refusal> {
    let slips = Slips::of(ground.log);
    let slip = slips.all().find(|(slip, ..)| *slip == number);
    let logged = ground.log.iter().find(|logged| logged.number == number);
    let (Some((_, _, undone)), Some(logged)) = (slip, logged) else {
        return Err(Refusal::NoSlip(number));
    };
    if undone {
        return Err(Refusal::Undone(number));
    }
    let slip = logged.key.clone();
    let entry = Entry::UndoSlip { slip, number };
    Ok(proposal(ground, slips, entry, Vec::new()))
}

fn proposal(ground: &Ground<'_>, mut slips: Slips, entry: Entry, stays: Vec<Stays>) -> Proposal {
    let mut before = ground.event.clone();
    let (was, _) = slips.apply(&mut before);
    let number = ground
        .log
        .last()
        .map_or(1, |last| last.number.saturating_add(1));
    // Nothing refers to what is not written yet.
    slips.take((number, ""), &entry);
    let mut after = ground.event.clone();
    let (then, _) = slips.apply(&mut after);
    let mut facts = facts::of(
        &facts::Scene {
            event: &before,
            schedule: &was,
        },
        &facts::Scene {
            event: &after,
            schedule: &then,
        },
        ground.host,
        ground.now,
    );
    let held = holds::held(ground, &was, &then);
    facts.past.extend(held.into_iter().map(Past::Due));
    Proposal {
        entry,
        facts,
        stays,
    }
}

/// Whether each meeting of which that is known is on, whatever the schedule says.
fn on(log: &[Logged]) -> BTreeMap<&MeetingKey, bool> {
    let happened = log.iter().filter_map(|logged| match &logged.entry {
        Entry::Started { meeting, .. } => Some((meeting, true)),
        Entry::Ended { meeting, .. } => Some((meeting, false)),
        _ => None,
    });
    happened.collect()
}

/// What a wish chooses.
struct Chosen<'a> {
    wish: &'a Wish,
    now: Timestamp,
    from: Option<Timestamp>,
    on: BTreeMap<&'a MeetingKey, bool>,
}

/// How much of the rooms of a meeting, or of a cue's recipients, the rooms of a wish are.
enum Covers {
    Nothing,
    Part,
    All,
}

impl Chosen<'_> {
    /// By how many minutes start and end of a meeting move, if it is not fixed.
    fn moves(&self, meeting: &Meeting) -> Option<(i64, i64)> {
        let wish = self.wish;
        if meeting.day != wish.day {
            return None;
        }
        let Times { start, end } = Times::of(meeting);
        if self.is_later(start) {
            return Some((wish.minutes, wish.minutes));
        }
        if self.from.is_some() {
            return None;
        }
        let left = end.duration_since(self.now);
        let running = start <= self.now
            && match self.on.get(&meeting.key) {
                Some(true) => true,
                Some(false) => left > BREAK,
                None => left.is_positive(),
            };
        let by = self.end_of_running(start, end);
        (running && by != 0).then_some((0, by))
    }

    /// By how many minutes the end of what is in progress moves: not to before this minute, nor to
    /// before the start.
    fn end_of_running(&self, start: Timestamp, end: Timestamp) -> i64 {
        let whole = |span: SignedDuration| span.as_secs().div_euclid(60);
        let earliest = self
            .now
            .max(start.saturating_add(minutes(1)).unwrap_or(start));
        let room = whole(earliest.duration_since(end));
        self.wish.minutes.max(room.min(0))
    }

    /// Whether something at this instant is to come, and to be moved.
    fn is_later(&self, at: Timestamp) -> bool {
        at > self.now && self.from.is_none_or(|from| at >= from)
    }

    fn covers_meeting(&self, meeting: &Meeting) -> Covers {
        let inside = meeting.rooms.iter();
        let inside = inside.filter(|room| self.wish.rooms.contains(room));
        self.covers(inside.count(), meeting.rooms.len())
    }

    fn covers_cue(&self, cue: &Cue) -> Covers {
        let inside = cue.to.iter().filter(|to| match &to.recipient {
            CueRecipient::Room(room) => self.wish.rooms.contains(room),
            CueRecipient::Person(_) => false,
        });
        self.covers(inside.count(), cue.to.len())
    }

    fn covers(&self, inside: usize, of: usize) -> Covers {
        match inside {
            _ if self.wish.rooms.is_empty() => Covers::All,
            0 => Covers::Nothing,
            inside if inside == of => Covers::All,
            _ => Covers::Part,
        }
    }
}
