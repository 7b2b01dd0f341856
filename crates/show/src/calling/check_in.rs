//! Whether those who are to run a meeting are there, shortly before its start.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{Email, Meeting, MeetingKey};
use showcaller_event::{Event, Schedule};

use super::log::{Entry, Logged};

/// So long before a start operators are told what is missing, and the first who stand by are asked.
pub const ALARM_BEFORE: SignedDuration = SignedDuration::from_mins(3);
/// So long after each other those who stand by are asked.
const NEXT_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// A person who is to be asked whether they are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// Who.
    pub person: Email,
    /// When the meetings begin, all at once.
    pub start: Timestamp,
    /// All meetings that they are to run from then on, in the file's order.
    pub meetings: Vec<MeetingKey>,
}

/// Who said that they are there, and when.
pub(super) struct CheckIns<'a> {
    here: BTreeMap<(&'a MeetingKey, &'a Email), Timestamp>,
}

impl<'a> CheckIns<'a> {
    pub(super) fn of(log: &'a [Logged]) -> Self {
        let here = log.iter().filter_map(|logged| match &logged.entry {
            Entry::CheckedIn { meeting, person } => Some(((meeting, person), logged.at)),
            _ => None,
        });
        Self {
            here: here.collect(),
        }
    }

    /// Whether a person is there for a meeting that begins then. What was said before they would be asked
    /// was said of another start.
    fn is_here(&self, meeting: &Meeting, person: &Email, start: Timestamp) -> bool {
        let since = before(start, meeting.check_in.unwrap_or_default());
        let said = self.here.get(&(&meeting.key, person));
        said.is_some_and(|at| *at >= since)
    }

    /// The co-hosts who did not say that they are there.
    pub(super) fn missing<'m>(&self, meeting: &'m Meeting, start: Timestamp) -> Vec<&'m Email> {
        let runners = meeting.runners();
        runners
            .filter(|person| !self.is_here(meeting, person, start))
            .collect()
    }

    /// Those who stand by and are there.
    pub(super) fn stand_ins<'m>(&self, meeting: &'m Meeting, start: Timestamp) -> Vec<&'m Email> {
        let standby = meeting.standby.iter();
        standby
            .filter(|person| self.is_here(meeting, person, start))
            .collect()
    }

    /// Who is to be asked for a meeting by now.
    fn asked<'m>(&self, meeting: &'m Meeting, start: Timestamp, now: Timestamp) -> Vec<&'m Email> {
        let missing = self.missing(meeting, start);
        let late = now.duration_since(before(start, ALARM_BEFORE));
        let lacking = missing.len() > self.stand_ins(meeting, start).len();
        let mut asked = missing.clone();
        if !late.is_negative() && lacking {
            let rounds = 1 + late.as_secs() / NEXT_AFTER.as_secs();
            let most = missing
                .len()
                .saturating_mul(usize::try_from(rounds).unwrap_or(1));
            let next = meeting.standby.iter().take(most);
            asked.extend(next.filter(|person| !self.is_here(meeting, person, start)));
        }
        asked
    }
}

/// Whom to ask by now whether they are there, one message for each person and start.
#[must_use]
pub fn check_ins(
    event: &Event,
    schedule: &Schedule,
    log: &[Logged],
    now: Timestamp,
) -> Vec<Asking> {
    let said = CheckIns::of(log);
    let mut due: BTreeSet<(Timestamp, &Email)> = BTreeSet::new();
    let mut runs: BTreeMap<(Timestamp, &Email), Vec<MeetingKey>> = BTreeMap::new();
    for (meeting, start, lead) in with_check_in(event, schedule) {
        if now >= start {
            continue;
        }
        let is_asked = now >= before(start, lead);
        let asked = is_asked.then(|| said.asked(meeting, start, now));
        let asked = asked.unwrap_or_default();
        due.extend(asked.iter().map(|person| (start, *person)));
        let called = meeting.standby.iter().filter(|it| asked.contains(it));
        for person in meeting.runners().chain(called) {
            let own = runs.entry((start, person)).or_default();
            own.push(meeting.key.clone());
        }
    }
    due.into_iter()
        .map(|(start, person)| Asking {
            person: person.clone(),
            start,
            meetings: runs.remove(&(start, person)).unwrap_or_default(),
        })
        .collect()
}

/// When the next person may have to be asked, if nothing is said until then.
#[must_use]
pub fn next_check_in(event: &Event, schedule: &Schedule, now: Timestamp) -> Option<Timestamp> {
    let instants = with_check_in(event, schedule).flat_map(|(_, start, lead)| {
        let alarm = before(start, ALARM_BEFORE);
        [before(start, lead), alarm, before(alarm, -NEXT_AFTER)]
    });
    instants.filter(|at| *at > now).min()
}

/// Whether anybody may have to be asked now.
#[must_use]
pub fn checks_in_now(event: &Event, schedule: &Schedule, now: Timestamp) -> bool {
    with_check_in(event, schedule).any(|(_, start, lead)| before(start, lead) <= now && now < start)
}

/// The meetings whose co-hosts are asked: when they begin, and how long before.
fn with_check_in<'e>(
    event: &'e Event,
    schedule: &'e Schedule,
) -> impl Iterator<Item = (&'e Meeting, Timestamp, SignedDuration)> {
    event.meetings.iter().filter_map(|meeting| {
        let start = &schedule.get(&meeting.key)?.start;
        Some((meeting, start.timestamp(), meeting.check_in?))
    })
}

pub(super) fn before(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(at)
}
