//! Finds out by reading who is in a meeting, where no delivery told it; and after the end, once, who was in
//! it and when.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use showcaller_ledger::{
    Attendance, AttendanceWord, Error as LedgerError, Ledger, MeetingInstance,
};
use showcaller_webex::{Lane, MeetingId, MeetingParticipant, ParticipantState};

use super::runs::{AWAY, is_seen};
use crate::{Connections, InForce};

/// The list of a meeting that ended is read until so long after the end: Webex may not know it at once
/// (meetings §8).
const READABLE_WITHIN: SignedDuration = SignedDuration::from_hours(2);
/// How far two clocks may disagree.
const SKEW: SignedDuration = SignedDuration::from_mins(1);
/// How many lists are read at once, and at most in one sweep.
const AT_ONCE: usize = 4;
const MOST: usize = 60;

/// The lists that were read after the end of their meetings, and those that are tried again.
#[derive(Debug, Default)]
pub(super) struct FinalLists {
    read: BTreeSet<String>,
    retries: BTreeMap<String, (u32, Timestamp)>,
}

impl FinalLists {
    fn is_due(&self, instance: &MeetingInstance, now: Timestamp) -> bool {
        let waits = self.retries.get(&instance.id).is_some_and(|it| it.1 > now);
        let has_ended = instance
            .ended_at
            .is_some_and(|at| now.duration_since(at) >= AWAY);
        has_ended && !waits && !self.read.contains(&instance.id)
    }

    fn note(&mut self, instance: &str, read: bool, now: Timestamp) {
        let retries = self.retries.remove(instance).map_or(0, |it| it.0);
        if read {
            self.read.insert(instance.to_owned());
            return;
        }
        let pause = AWAY.saturating_mul(1 << retries.min(5));
        let next = now.checked_add(pause).unwrap_or(now);
        self.retries
            .insert(instance.to_owned(), (retries + 1, next));
    }
}

/// Reads the lists that are due, and writes down what they tell.
pub(super) async fn sweep(
    connections: &Connections,
    ledger: &Ledger,
    in_force: &InForce,
    finals: &mut FinalLists,
) -> Result<(), LedgerError> {
    let now = connections.bot.now();
    let since = now.checked_sub(READABLE_WITHIN).unwrap_or(now);
    let instances = ledger.instances(since).await?;
    let known = match instances.first() {
        Some(first) => {
            let from = first.started_at.checked_sub(SKEW);
            ledger.attendance(from.unwrap_or(first.started_at)).await?
        }
        None => return Ok(()),
    };
    let due = instances.iter().filter(|instance| {
        let runs = instance.ended_at.is_none();
        (runs && !is_told(instance, &known)) || finals.is_due(instance, now)
    });
    let reads = due.take(MOST).filter_map(|instance| {
        let meeting = in_force.directory.meeting(&instance.series)?;
        let host = &in_force.meetings.get(meeting)?.host;
        let webex = connections.hosts.get(host)?.on_lane(Lane::Answer);
        // A series stands for its last instance.
        let id = match is_seen(instance) {
            true => &instance.series,
            false => &instance.id,
        };
        let id = MeetingId::from(&**id);
        Some(async move { (instance, webex.list_participants(&id, None).await) })
    });
    let reads: Vec<_> = reads.collect();
    let mut lists = futures::stream::iter(reads).buffered(AT_ONCE);
    while let Some((instance, list)) = lists.next().await {
        if let Err(error) = &list {
            tracing::debug!(%error, "who is in a meeting cannot be read");
        }
        let word = match instance.ended_at {
            Some(_) => {
                finals.note(&instance.id, list.is_ok(), now);
                AttendanceWord::Final
            }
            None => AttendanceWord::Adds,
        };
        let told = list.map(|list| of_list(instance, list, &known, now));
        let told = told.unwrap_or_default();
        if !told.is_empty() {
            ledger.note_attendance(&told, word).await?;
        }
    }
    Ok(())
}

/// Whether a delivery told of a participant, so that others are told, too.
fn is_told(instance: &MeetingInstance, known: &[Attendance]) -> bool {
    let own = known.iter().filter(|it| it.series == instance.series);
    let mut since = own.filter(|it| instance.started_at.duration_since(it.joined_at) <= SKEW);
    since.any(|it| !it.seen_late)
}

/// What a list tells: of a meeting that runs, who is in it and who is not any more; of one that ended, all
/// who were in it. Where Webex gives no times, those of the look count, or those of the meeting.
fn of_list(
    instance: &MeetingInstance,
    list: Vec<MeetingParticipant>,
    known: &[Attendance],
    now: Timestamp,
) -> Vec<Attendance> {
    let read = list.into_iter().filter_map(|person| {
        let in_lobby = person.state == Some(ParticipantState::Lobby);
        let of = person.meeting_id.filter(|_| !in_lobby)?;
        let id = String::from(person.id);
        let before = known.iter().find(|it| it.id == id);
        let looked = instance.ended_at.map_or(now, |_| instance.started_at);
        let joined_at = before.map_or(looked, |it| it.joined_at);
        let left_at = instance
            .ended_at
            .map(|ended| before.and_then(|it| it.left_at).unwrap_or(ended));
        let is_exact =
            person.joined_time.is_some() && (person.left_time.is_some() || left_at.is_none());
        Some(Attendance {
            instance: of.into(),
            series: instance.series.clone(),
            email: person.email,
            joined_at: person.joined_time.unwrap_or(joined_at),
            left_at: person.left_time.filter(|_| left_at.is_some()).or(left_at),
            seen_late: !is_exact && before.is_none_or(|it| it.seen_late),
            id,
        })
    });
    let mut told: Vec<Attendance> = read.collect();
    if instance.ended_at.is_none() {
        let is_listed = |it: &Attendance| told.iter().any(|one| one.id == it.id);
        let own = known.iter().filter(|it| it.series == instance.series);
        let gone = own.filter(|it| it.left_at.is_none() && !is_listed(it));
        let gone = gone.map(|it| Attendance {
            left_at: Some(now),
            seen_late: true,
            ..it.clone()
        });
        let gone: Vec<_> = gone.collect();
        told.extend(gone);
    }
    told
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).expect("within this century")
    }

    fn ran(until: Option<i64>) -> MeetingInstance {
        MeetingInstance {
            id: "s_I_1".to_owned(),
            series: "s".to_owned(),
            started_at: at(0),
            ended_at: until.map(at),
        }
    }

    fn attended(id: &str, from: i64, until: Option<i64>, seen_late: bool) -> Attendance {
        Attendance {
            id: id.to_owned(),
            instance: "s_I_1".to_owned(),
            series: "s".to_owned(),
            email: Some(format!("{id}@example.com")),
            joined_at: at(from),
            left_at: until.map(at),
            seen_late,
        }
    }

    /// As a list has them: a name, a state, and the minutes of join and leave where they are given.
    fn listed(id: &str, state: &str, times: Option<(i64, i64)>) -> MeetingParticipant {
        let mut person = json!({
            "id": id, "meetingId": "s_I_1", "email": format!("{id}@example.com"), "state": state,
        });
        if let Some((from, until)) = times {
            person["joinedTime"] = json!(at(from));
            person["leftTime"] = json!(at(until));
        }
        serde_json::from_value(person).expect("a participant")
    }

    #[test]
    fn of_a_meeting_that_runs_it_tells_who_is_in_and_who_is_gone() {
        let known = [
            attended("ann", 2, None, true),
            attended("bob", 3, None, true),
        ];
        let list = vec![
            listed("bob", "joined", None),
            listed("cleo", "joined", None),
            listed("dan", "lobby", None),
        ];
        let expected = [
            attended("bob", 3, None, true),
            attended("cleo", 20, None, true),
            attended("ann", 2, Some(20), true),
        ];
        assert_eq!(of_list(&ran(None), list, &known, at(20)), expected);
    }

    #[test]
    fn after_the_end_the_times_are_those_of_the_list() {
        let known = [
            attended("ann", 2, Some(58), false),
            attended("bob", 9, None, true),
        ];
        let list = vec![
            listed("ann", "end", None),
            listed("bob", "end", Some((5, 40))),
            listed("cleo", "end", None),
        ];
        let expected = [
            attended("ann", 2, Some(58), false),
            attended("bob", 5, Some(40), false),
            attended("cleo", 0, Some(60), true),
        ];
        assert_eq!(of_list(&ran(Some(60)), list, &known, at(62)), expected);
    }

    #[test]
    fn where_deliveries_tell_nothing_is_read_until_the_end() {
        assert!(!is_told(&ran(None), &[]));
        assert!(!is_told(&ran(None), &[attended("ann", 2, None, true)]));
        assert!(is_told(&ran(None), &[attended("ann", 2, None, false)]));
        assert!(!is_told(&ran(None), &[attended("ann", -9, None, false)]));
    }

    #[test]
    fn a_final_list_is_read_once_and_tried_again_less_and_less_often() {
        let (mut finals, ended) = (FinalLists::default(), ran(Some(60)));
        assert!(!finals.is_due(&ended, at(61)));
        assert!(finals.is_due(&ended, at(62)));
        finals.note("s_I_1", false, at(62));
        assert!(!finals.is_due(&ended, at(63)) && finals.is_due(&ended, at(64)));
        finals.note("s_I_1", false, at(64));
        assert!(!finals.is_due(&ended, at(67)) && finals.is_due(&ended, at(68)));
        finals.note("s_I_1", true, at(68));
        assert!(!finals.is_due(&ended, at(100)));
    }
}
