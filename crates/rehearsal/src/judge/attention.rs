//! Whether the organisers were told of what goes on: of meetings that go on past their end while something that
//! follows is due, and of people who wait for a host; and whether people who come late were welcomed.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};
use showcaller_event::markdown::inert;
use showcaller_event::model::{Anchor, Counts, Cue, Meeting, RoomKey};

use super::needs::Needs;
use super::slips;
use super::times::Times;
use super::world::Message;
use crate::record::{Attendance, Record};

/// A meeting that goes on for so long past its end is one of which they are told.
const OVER: SignedDuration = SignedDuration::from_mins(3);
/// What follows is due when it begins so soon after that end.
const SOON: SignedDuration = SignedDuration::from_mins(5);
/// So long before the start and until the end it matters that people wait.
const BEFORE: SignedDuration = SignedDuration::from_mins(3);
/// What they are told of is known so late at most, and they are told so late at most.
const LATE: SignedDuration = SignedDuration::from_secs(15);
/// Who was added to a room is welcomed with all others of a minute.
const WELCOME: SignedDuration = SignedDuration::from_mins(1);

pub(super) fn judge(needs: &Needs<'_>, record: &Record, reasons: &mut Vec<String>) {
    let Some(organisers) = &needs.event.bot.organisers.room else {
        return;
    };
    for meeting in &needs.event.meetings {
        if let Some(times) = needs.times().of(&meeting.key) {
            let case = Case {
                needs,
                record,
                organisers,
                meeting,
                times,
            };
            reasons.extend(case.overrun());
            reasons.extend(case.waiting());
        }
    }
}

/// Whether those who were added to a room were welcomed there.
pub(super) fn judge_welcomes(needs: &Needs<'_>, record: &Record, reasons: &mut Vec<String>) {
    for added in &record.newcomers {
        let mut written = needs.world.in_room(&added.room).iter();
        let is_welcomed = written.any(|it| {
            let is_then = (added.at..added.at + WELCOME + needs.slack).contains(&it.at);
            it.is_bot && is_then && it.holds(&added.person)
        });
        if !is_welcomed {
            let room = &added.room;
            reasons.push(format!("a person who was added to {room} was not welcomed"));
        }
    }
}

/// Whether the organisers were told where the bot lost its place.
pub(super) fn judge_losses(needs: &Needs<'_>, record: &Record, reasons: &mut Vec<String>) {
    let Some(organisers) = &needs.event.bot.organisers.room else {
        return;
    };
    for lost in &record.lost {
        let title = needs.event.room(&lost.room).map(|room| &room.title);
        let mut written = needs.world.in_room(organisers).iter();
        let is_told = written.any(|it| {
            let is_then = (lost.at..lost.at + LATE + needs.slack).contains(&it.at);
            it.is_bot && is_then && title.is_none_or(|title| it.says(title))
        });
        if !is_told {
            let room = &lost.room;
            reasons.push(format!(
                "the organisers were not told that the bot lost its place in {room}"
            ));
        }
    }
}

struct Case<'a> {
    needs: &'a Needs<'a>,
    record: &'a Record,
    organisers: &'a RoomKey,
    meeting: &'a Meeting,
    /// When it begins and ends.
    times: (Timestamp, Timestamp),
}

impl<'a> Case<'a> {
    /// When people did this.
    fn when(&self, what: Attendance) -> impl Iterator<Item = Timestamp> + use<'a> {
        let (all, key) = (self.record.attendance.iter(), &self.meeting.key);
        all.filter(move |it| it.meeting == *key && it.what == what && it.refused.is_none())
            .map(|it| it.at)
    }

    /// When the organisers were told of the meeting in these words.
    fn notices(&self, words: &'static str) -> impl Iterator<Item = &Message<'_>> {
        let title = format!("**{}**", inert(&self.meeting.title));
        let written = self.needs.world.in_room(self.organisers).iter();
        written.filter(move |it| it.is_bot && it.holds(&title) && it.holds(words))
    }

    fn overrun(&self) -> Option<String> {
        let (_, end) = self.times;
        let gone = self.when(Attendance::Left).max()?;
        let mut notices = self.notices("goes on");
        let told = notices.find(|it| (end..gone + LATE + self.needs.slack).contains(&it.at));
        let times = self.needs.times();
        let must_be = gone.duration_since(end) >= OVER
            && self.is_followed(times, end..end + SOON + LATE, false);
        let may_be = |at| {
            let times = self.needs.times_at(at);
            let end = times.of(&self.meeting.key).map_or(end, |(_, end)| end);
            self.is_followed(times, end - SOON..at + SOON + LATE, true)
        };
        let key = &self.meeting.key;
        match told {
            None if must_be => Some(format!(
                "the organisers were not told that {key} went on past its end"
            )),
            Some(told) if !may_be(told.at) => Some(format!(
                "the organisers were told that {key} went on, and nothing follows it"
            )),
            Some(told) => self.lacks(told).map(|words| {
                format!("what the organisers were told when {key} went on does not say «{words}»")
            }),
            None => None,
        }
    }

    /// What is not said of the slip that would make room: longer than the meeting has gone on, as it is not over.
    fn lacks(&self, told: &Message<'_>) -> Option<String> {
        // It was reckoned a moment before it was written.
        let lacks = self.lacks_at(told, told.at)?;
        self.lacks_at(told, told.at - LATE).map(|_| lacks)
    }

    fn lacks_at(&self, told: &Message<'_>, at: Timestamp) -> Option<String> {
        let times = self.needs.times_at(at);
        let (_, end) = times.of(&self.meeting.key)?;
        let minutes = (at.duration_since(end).as_mins() / 5 + 2) * 5;
        let slip = (&self.meeting.day, minutes);
        let headline = slips::headline(self.needs, self.record, at, slip)?;
        let command = format!("`slip {minutes}m`");
        [headline, command].into_iter().find(|it| !told.says(it))
    }

    /// Whether a meeting of the same rooms, or a cue that goes by its end, is due between these times; `widely`
    /// whether one of the same people or host is.
    fn is_followed(&self, times: &Times, within: Range<Timestamp>, widely: bool) -> bool {
        let event = self.needs.event;
        let is_due = |at: Timestamp| within.contains(&at);
        let follows = |other: &Meeting| {
            let starts = times.of(&other.key).is_some_and(|(start, _)| is_due(start));
            let mut rooms = other.rooms.iter().filter(|it| *it != self.organisers);
            let same_room = rooms.any(|room| self.meeting.rooms.contains(room));
            let mut runners = other.runners();
            let same_runner = runners.any(|who| self.meeting.runners().any(|it| it == who));
            let same_host = other.host.is_some() && other.host == self.meeting.host;
            starts && (same_room || widely && (same_runner || same_host))
        };
        let hangs = |cue: &Cue| {
            cue.counts == Counts::Planned
                && cue.to.iter().any(|to| {
                    let after = match &to.anchor {
                        Some(Anchor::After { meeting, .. }) => Some(meeting),
                        _ => None,
                    };
                    after == Some(&self.meeting.key) && times.due(cue, to).is_some_and(is_due)
                })
        };
        event.meetings.iter().any(follows) || event.cues.iter().any(hangs)
    }

    /// People who wait before anybody is in the meeting are told of, and those who do afterwards are not.
    fn waiting(&self) -> Option<String> {
        let (start, end) = self.times;
        let opened = self.when(Attendance::Joined).min().unwrap_or(end);
        let key = &self.meeting.key;
        let is_told = |within: Range<Timestamp>| {
            self.notices("there is no host")
                .any(|it| within.contains(&it.at))
        };
        if is_told(opened + LATE..Timestamp::MAX) {
            return Some(format!(
                "the organisers were told that people wait in {key}, which had begun"
            ));
        }
        let first = self.when(Attendance::WaitsInLobby).min()?;
        let since = first.max(start - BEFORE);
        let is_long = opened.min(end).duration_since(since) > LATE * 2;
        (is_long && !is_told(since..opened))
            .then(|| format!("the organisers were not told that people wait in {key} for a host"))
    }
}
