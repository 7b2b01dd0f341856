//! What a slip moves, by the judge's own reckoning.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use showcaller_event::model::{Cue, CueRecipient, CueTo, Meeting, MeetingKey};

use super::needs::Needs;
use super::times::Times;
use crate::record::Slipped;

/// So many lines of a kind are looked for: of many the others are counted.
const LINES: usize = 6;

/// What a slip would move; people had `gone` then.
pub(super) fn with_moves<T>(
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
    pub(super) slipped: &'a Slipped,
}

impl<'a> Moves<'a> {
    pub(super) fn begins_in_the_past(&self) -> bool {
        let start = |times: &Times, meeting: &Meeting| Some(times.of(&meeting.key)?.0);
        let mut meetings = self.needs.event.meetings.iter();
        meetings.any(|it| {
            let (before, after) = (start(self.before, it), start(self.after, it));
            before != after && after.is_some_and(|after| after <= self.slipped.at)
        })
    }

    /// Whether a meeting that is on would be over.
    pub(super) fn ends_at_once(&self) -> bool {
        let at = self.slipped.at;
        let mut meetings = self.needs.event.meetings.iter();
        meetings.any(|it| {
            let times = self.before.of(&it.key).zip(self.after.of(&it.key));
            times.is_some_and(|(old, new)| old.0 == new.0 && new.1 <= at && at < old.1)
        })
    }

    /// Whether the last meeting of a day ends later than the day must, and than it did.
    pub(super) fn passes_an_end(&self) -> bool {
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
    pub(super) fn lines(&self) -> Vec<String> {
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
            ": {} and {}, {} concerned",
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
