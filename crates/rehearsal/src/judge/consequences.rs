//! What a slip leads to, by the judge's own reckoning: meetings that would be at once and were not, that get too short,
//! and that run into another day.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{Email, Meeting, MeetingKey};

use super::moves::Moves;
use super::times::Times;

/// Whether a slip leads to this.
pub(super) struct Consequences {
    /// Two meetings of one room are at once.
    pub(super) rooms: bool,
    /// Two meetings of one co-host are, where the file does not acknowledge that.
    pub(super) cohosts: bool,
    /// A host has more at once than the file allows.
    pub(super) hosts: bool,
    /// A meeting is shorter than the file asks, up to the one that it runs into.
    pub(super) short: bool,
    /// The last that moves runs into a meeting of another day.
    pub(super) next_day: bool,
}

impl Consequences {
    pub(super) fn of(moves: &Moves<'_>) -> Self {
        let event = moves.needs.event;
        let pairs = new_overlaps(moves);
        let room = |(one, other): &(&Meeting, &Meeting)| {
            one.rooms.iter().any(|room| other.rooms.contains(room))
        };
        let cohosts = |meeting: &Meeting| -> BTreeSet<Email> {
            let cohosts = meeting.invitees.iter().filter(|it| it.cohost);
            let known = &event.webex.cohosts_overlap;
            { cohosts.map(|it| &it.email) }
                .filter(|it| !known.contains(*it))
                .cloned()
                .collect()
        };
        let cohost =
            |(one, other): &(&Meeting, &Meeting)| !cohosts(one).is_disjoint(&cohosts(other));
        Self {
            rooms: pairs.iter().any(room),
            cohosts: pairs.iter().any(cohost),
            hosts: has_new_crowd(moves),
            short: event.meetings.iter().any(|it| {
                let own = pairs
                    .iter()
                    .filter(|pair| pair.0.key == it.key && room(pair));
                is_short(moves, it, own.map(|(_, into)| *into))
            }),
            next_day: reaches_another_day(moves),
        }
    }
}

/// Pairs of meetings that are at once afterwards and were not before, the one that begins first before the other.
fn new_overlaps<'a>(moves: &Moves<'a>) -> Vec<(&'a Meeting, &'a Meeting)> {
    let overlap = |times: &Times, one: &Meeting, other: &Meeting| {
        let both = times.of(&one.key).zip(times.of(&other.key));
        both.is_some_and(|(one, other)| one.0 < other.1 && other.0 < one.1)
    };
    let mut meetings: Vec<&Meeting> = moves.needs.event.meetings.iter().collect();
    meetings.sort_by_key(|it| moves.after.of(&it.key));
    let mut pairs = Vec::new();
    for (place, one) in meetings.iter().enumerate() {
        let later = meetings[place + 1..].iter();
        let at_once =
            later.filter(|it| overlap(moves.after, one, it) && !overlap(moves.before, one, it));
        pairs.extend(at_once.map(|it| (*one, *it)));
    }
    pairs
}

/// Whether a host has more meetings at once than the file allows, and had not those.
fn has_new_crowd(moves: &Moves<'_>) -> bool {
    let (event, world) = (moves.needs.event, moves.needs.world);
    world.hosts.iter().any(|(host, begins)| {
        let of_host = || {
            world
                .hosts
                .iter()
                .filter(|(it, _)| it == host)
                .map(|it| it.1)
        };
        let crowd = |times: &Times, meeting: &Meeting| -> BTreeSet<&MeetingKey> {
            let at = times.of(&meeting.key).map(|(start, _)| start);
            let on = |it: &&Meeting| {
                let within = times.of(&it.key).map(|(start, end)| start..end);
                within
                    .zip(at)
                    .is_some_and(|(within, at)| within.contains(&at))
            };
            of_host().filter(on).map(|it| &it.key).collect()
        };
        let parallel = { event.webex.hosts.iter() }
            .find(|it| it.email.as_str() == *host)
            .map_or(1, |it| it.parallel);
        let now = crowd(moves.after, begins);
        let mut before = of_host().map(|it| crowd(moves.before, it));
        now.len() > usize::try_from(parallel).unwrap_or(usize::MAX)
            && !before.any(|it| now.is_subset(&it))
    })
}

/// Whether a meeting that moves, or runs into these, is shorter than it must be, and than it was.
fn is_short<'a>(
    moves: &Moves<'_>,
    meeting: &Meeting,
    runs_into: impl Iterator<Item = &'a Meeting>,
) -> bool {
    let (Some(least), Some(old), Some(new)) = (
        meeting.min_length,
        moves.before.of(&meeting.key),
        moves.after.of(&meeting.key),
    ) else {
        return false;
    };
    let length = |(start, end): (Timestamp, Timestamp)| end.duration_since(start);
    let cut = { runs_into }.filter_map(|it| Some((new.0, moves.after.of(&it.key)?.0)));
    let lasts = { cut.map(length) }.fold(length(new), SignedDuration::min);
    lasts < least && lasts < length(old)
}

fn reaches_another_day(moves: &Moves<'_>) -> bool {
    let meetings = moves.needs.event.meetings.iter();
    let times =
        meetings.filter_map(|it| Some((it, moves.before.of(&it.key)?, moves.after.of(&it.key)?)));
    let moved = times.clone().filter(|(_, old, new)| old != new);
    let Some((last, old, new)) = moved.max_by_key(|(_, _, new)| new.1) else {
        return false;
    };
    let mut others = times.filter(|(it, ..)| it.day != last.day);
    others.any(|(_, _, (start, _))| (old.1..new.1).contains(&start))
}
