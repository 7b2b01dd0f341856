//! Whether those who are to run a meeting were asked whether they are there, and what followed.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{Email, Meeting};

use super::needs::Needs;
use super::times::Times;
use super::world::Message;
use crate::record::Record;

/// So long before a start the organisers are told who is missing, and who stands by is asked.
const ALARM: SignedDuration = SignedDuration::from_mins(3);
/// What is due then may take so long.
const SOON: SignedDuration = SignedDuration::from_secs(15);

/// Judges the check-ins of every meeting that has them.
pub(super) fn judge(needs: &Needs<'_>, record: &Record, reasons: &mut Vec<String>) {
    for meeting in &needs.event.meetings {
        let start = needs.times().of(&meeting.key).map(|(start, _)| start);
        if let (Some(lead), Some(start)) = (meeting.check_in, start) {
            let case = Case {
                needs,
                record,
                meeting,
                start,
            };
            reasons.extend(case.fault(lead));
        }
    }
}

struct Case<'a> {
    needs: &'a Needs<'a>,
    record: &'a Record,
    meeting: &'a Meeting,
    start: Timestamp,
}

impl Case<'_> {
    fn fault(&self, lead: SignedDuration) -> Option<String> {
        let key = &self.meeting.key;
        let since = (self.start - lead).max(self.moved_at());
        let mut runners = self.meeting.runners();
        if let Some(person) = runners.find(|it| self.asked(it, since).is_none()) {
            return Some(format!("{person} was not asked to check in for {key}"));
        }
        let missing = self.meeting.runners().find(|it| !self.is_here(it, since));
        let next = self.meeting.standby.first();
        let alarm = self.start - ALARM;
        let next_asked = next.and_then(|next| self.asked(next, alarm));
        match (missing, next) {
            (Some(person), _) if !self.is_alarmed(person, alarm) => Some(format!(
                "the organisers were not told that {person} has not checked in for {key}"
            )),
            (Some(_), Some(next)) if next_asked.is_none() => {
                Some(format!("{next}, who stands by for {key}, was not asked"))
            }
            (None, Some(next)) if next_asked.is_some() => Some(format!(
                "{next}, who stands by for {key}, was asked without need"
            )),
            _ => None,
        }
    }

    /// The question to a person whether they are there, soon after this time.
    fn asked(&self, person: &Email, since: Timestamp) -> Option<&Message<'_>> {
        let mut written = self.needs.world.with(person).iter();
        written
            .find(|it| it.is_check_in() && it.says(&self.meeting.title) && self.is_soon(it, since))
    }

    /// When a slip last moved its start: its people are asked anew.
    fn moved_at(&self) -> Timestamp {
        let of = |times: &Times| times.of(&self.meeting.key).map(|(start, _)| start);
        let turns = self.needs.schedules.windows(2);
        let mut moved = turns.filter(|it| of(&it[0].1) != of(&it[1].1));
        moved.next_back().map_or(Timestamp::MIN, |it| it[1].0)
    }

    /// Whether a person said so before the others are told.
    fn is_here(&self, person: &Email, since: Timestamp) -> bool {
        let asked = self.asked(person, since);
        let mut presses = self.record.presses.iter();
        let alarm = self.start - ALARM;
        asked.is_some_and(|asked| {
            presses.any(|it| it.message == asked.id && it.action.is_some() && it.at < alarm)
        })
    }

    fn is_alarmed(&self, missing: &Email, since: Timestamp) -> bool {
        let event = self.needs.event;
        let Some(room) = &event.bot.organisers.room else {
            return true;
        };
        let name = event
            .person(missing)
            .map_or(missing.as_str(), |it| &it.name);
        let mut written = self.needs.world.in_room(room).iter();
        written.any(|it| it.is_bot && it.says(name) && self.is_soon(it, since))
    }

    fn is_soon(&self, message: &Message<'_>, since: Timestamp) -> bool {
        let soon = SOON + self.needs.slack;
        (-SOON..=soon).contains(&message.at.duration_since(since))
    }
}
