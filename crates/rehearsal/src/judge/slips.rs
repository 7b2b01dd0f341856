//! Whether operators are told what a slip moves, before they agree to it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{
    Counts, Cue, CueKey, CueRecipient, CueTo, DayId, Meeting, MeetingKey, Part, RoomKey,
    ScheduleFact, Sending,
};

use super::consequences::Consequences;
use super::needs::Needs;
use super::times::Times;
use super::world::Message;
use crate::record::{Only, Record, Slipped};

/// A proposal is so old at most when it is agreed to.
const AGREED_WITHIN: SignedDuration = SignedDuration::from_mins(3);

/// What is said of a day that ends too late, and of a meeting that would begin before now.
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

/// So many lines of a kind are looked for: of many the others are counted.
const LINES: usize = 6;

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
            it.is_bot && it.says(&words) && (SignedDuration::ZERO..SOON).contains(&since)
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

/// What a slip would move; people had `gone` then.
fn with_moves<T>(
    needs: &Needs<'_>,
    slipped: &Slipped,
    gone: &BTreeMap<&MeetingKey, Timestamp>,
    read: impl FnOnce(&Moves<'_>) -> T,
) -> T {
    let before = needs.times_at(slipped.at);
    let mut after = before.clone();
    after.move_by(needs.event, slipped, gone);
    read(&Moves {
        needs,
        before,
        after: &after,
        slipped,
    })
}

/// A slip, with when things are before and after it.
pub(super) struct Moves<'a> {
    pub(super) needs: &'a Needs<'a>,
    pub(super) before: &'a Times,
    pub(super) after: &'a Times,
    slipped: &'a Slipped,
}

impl<'a> Moves<'a> {
    fn lacking(&self, says: &dyn Fn(&str) -> bool) -> Option<String> {
        let mut lines = self.lines().into_iter();
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
        let mut wrong = warnings.iter().filter(|(words, is)| says(words) != *is);
        missing.or_else(|| {
            let (words, _) = wrong.next()?;
            Some(format!("it should say «{words}», or should not"))
        })
    }

    fn begins_in_the_past(&self) -> bool {
        let start = |times: &Times, meeting: &Meeting| Some(times.of(&meeting.key)?.0);
        let mut meetings = self.needs.event.meetings.iter();
        meetings.any(|it| {
            let (before, after) = (start(self.before, it), start(self.after, it));
            before != after && after.is_some_and(|after| after <= self.slipped.at)
        })
    }

    /// Whether a meeting that is on would be over.
    fn ends_at_once(&self) -> bool {
        let at = self.slipped.at;
        let mut meetings = self.needs.event.meetings.iter();
        meetings.any(|it| {
            let times = self.before.of(&it.key).zip(self.after.of(&it.key));
            times.is_some_and(|(old, new)| old.0 == new.0 && new.1 <= at && at < old.1)
        })
    }

    /// Whether the last meeting of a day ends later than the day must, and than it did.
    fn passes_an_end(&self) -> bool {
        let event = self.needs.event;
        event.days.iter().any(|day| {
            let of_day = event.meetings.iter().filter(|it| it.day == day.id);
            let end = |times: &Times| {
                let ends = of_day.clone().filter_map(|it| Some(times.of(&it.key)?.1));
                ends.max()
            };
            let ends = day.ends.as_ref().map(|ends| ends.timestamp());
            let (old, new) = (end(self.before), end(self.after));
            ends.is_some() && new > ends && new > old
        })
    }

    /// How much moves, and for how many people, as `12 meetings and 1 cue, 61 people concerned`; and when.
    fn lines(&self) -> Vec<String> {
        let event = self.needs.event;
        let moves = |it: &&Meeting| self.before.of(&it.key) != self.after.of(&it.key);
        let meetings: Vec<&Meeting> = event.meetings.iter().filter(moves).collect();
        let cues: Vec<(&Cue, Vec<&CueTo>)> = { event.cues.iter() }
            .map(|cue| (cue, cue.to.iter().filter(|to| self.goes(cue, to)).collect()))
            .filter(|(_, to): &(_, Vec<_>)| !to.is_empty())
            .collect();
        let rooms = meetings
            .iter()
            .flat_map(|it| &it.rooms)
            .cloned()
            .map(CueRecipient::Room);
        let rooms: Vec<CueRecipient> = rooms.collect();
        let recipients = cues
            .iter()
            .flat_map(|(cue, _)| &cue.to)
            .map(|to| &to.recipient);
        let mut people = event.readers(recipients.chain(&rooms));
        people.extend(
            meetings
                .iter()
                .flat_map(|it| &it.invitees)
                .map(|it| &it.email),
        );
        let count = |number, one: &str, many: &str| {
            format!("{number} {}", if number == 1 { one } else { many })
        };
        let headline = format!(
            "{} and {}, {} concerned",
            count(meetings.len(), "meeting", "meetings"),
            count(cues.len(), "cue", "cues"),
            count(people.len(), "person", "people"),
        );
        let clock = |at| self.needs.local(at).strftime("%H:%M").to_string();
        let times = meetings.iter().filter_map(|it| {
            let (before, after) = (self.before.of(&it.key)?, self.after.of(&it.key)?);
            Some((after, before))
        });
        let times: BTreeSet<_> = times.collect();
        let times = times
            .into_iter()
            .take(LINES)
            .map(|((start, end), (from, until))| match start == from {
                true => format!("{}–{} → {}", clock(from), clock(until), clock(end)),
                false => format!("{} → {}–{}", clock(from), clock(start), clock(end)),
            });
        let due = cues.iter().filter_map(|(cue, to)| {
            let (old, new) = (self.before.due(cue, to[0])?, self.after.due(cue, to[0])?);
            let to = count(to.len(), "recipient", "recipients");
            Some((
                new,
                format!("{} → {} {}, to {to}", clock(old), clock(new), cue.key),
            ))
        });
        let due: BTreeSet<(Timestamp, String)> = due.collect();
        [headline]
            .into_iter()
            .chain(self.stay().take(LINES))
            .chain(times)
            .chain(due.into_iter().take(LINES).map(|(_, line)| line))
            .collect()
    }

    /// The meetings of the rest of the day that do not move, and why.
    fn stay(&self) -> impl Iterator<Item = String> {
        let only = &self.slipped.only;
        let later = { self.needs.event.meetings.iter() }.filter(|it| {
            let start = self.before.of(&it.key).map(|(start, _)| start);
            !self.slipped.is_undo
                && it.day == self.slipped.day
                && start.is_some_and(|start| self.slipped.moves_later(start))
        });
        later.filter_map(move |it| {
            let of_them = it
                .rooms
                .iter()
                .filter(|room| only.rooms.contains(room))
                .count();
            let is_concerned = only.rooms.is_empty() || of_them > 0;
            let why = match (it.fixed, only.but.as_ref() == Some(&it.key)) {
                (true, _) => "fixed in the file",
                (_, true) => "run by hand",
                _ if of_them < it.rooms.len() && !only.rooms.is_empty() => "for other rooms, too",
                _ => return None,
            };
            is_concerned.then(|| format!("{}: {why}", it.title))
        })
    }

    /// Whether a cue is still to come, and moves.
    fn goes(&self, cue: &Cue, to: &CueTo) -> bool {
        let (old, new) = (self.before.due(cue, to), self.after.due(cue, to));
        old != new && old.is_some_and(|old| old > self.slipped.at)
    }
}
