//! Finds out by reading what no delivery told: that a meeting runs, that people wait for its host, or that
//! everybody is gone.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt as _;
use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{Anchor, Counts, MeetingKey};
use showcaller_ledger::{Error as LedgerError, Ledger, MeetingInstance};
use showcaller_webex::{Lane, Meeting, MeetingId, MeetingState, MeetingView, Webex};

use super::runs::{is_seen, seen_id};
use crate::{Connections, InForce};

/// Meetings are read from so long before their planned start …
const BEFORE: SignedDuration = SignedDuration::from_mins(10);
/// … until so long after their planned end.
const AFTER: SignedDuration = SignedDuration::from_hours(2);
/// For so long after a start that Webex told, reading may not show it yet (meetings §8).
const SHOWS_WITHIN: SignedDuration = SignedDuration::from_mins(10);
/// For so long after an end that Webex told, reading may still show what was before.
const OUTDATED: SignedDuration = SignedDuration::from_mins(2);
/// How many meetings are read at once, and at most in one sweep.
const AT_ONCE: usize = 4;
const MOST: usize = 60;

/// What a look at a series shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Runs,
    Empty,
    /// People wait for the host.
    Waits,
    /// Webex says something new.
    Unclear,
}

/// What the show log says of meetings.
pub(super) struct Past<'a> {
    /// When one ended, if it did not begin anew.
    pub(super) ended: &'a (dyn Fn(&MeetingKey) -> Option<Timestamp> + Sync),
    /// When each was read last.
    pub(super) read: &'a mut BTreeMap<MeetingKey, Timestamp>,
}

/// Reads the meetings that are on, or nearly so, where deliveries do not tell enough, and writes down what
/// is new. Returns those in which people wait for the host. What cannot be read is read the next time.
pub(super) async fn sweep(
    connections: &Connections,
    ledger: &Ledger,
    in_force: &InForce,
    past: &mut Past<'_>,
) -> Result<Vec<MeetingKey>, LedgerError> {
    let now = connections.bot.now();
    let known = ledger.instances(before(now, SHOWS_WITHIN)).await?;
    let mut due: Vec<_> = due(in_force, &known, now, past.ended)
        .into_iter()
        .filter_map(|meeting| {
            let host = &in_force.meetings.get(&meeting)?.host;
            let webex = connections.hosts.get(host)?;
            Some((webex, in_force.directory.meeting_id(&meeting)?, meeting))
        })
        .collect();
    // Of more than can be read, those that were not for the longest time.
    due.sort_by_key(|(.., meeting)| past.read.get(meeting).copied());
    due.truncate(MOST);
    past.read
        .extend(due.iter().map(|(.., meeting)| (meeting.clone(), now)));
    let reads = due
        .into_iter()
        .map(|(webex, series, meeting)| async { (read(webex, series).await, meeting) });
    let reads: Vec<_> = reads.collect();
    let looks: Vec<_> = futures::stream::iter(reads)
        .buffered(AT_ONCE)
        .collect()
        .await;
    let mut waiting = Vec::new();
    for (look, meeting) in looks {
        let Some((series, look)) = look else { continue };
        for news in news(series.as_str(), look, &known, now) {
            ledger.note_instance(&news).await?;
        }
        if look == Look::Waits {
            waiting.push(meeting);
        }
    }
    Ok(waiting)
}

/// The meetings that are on by the schedule in force, or nearly so, and of which a delivery did not tell
/// that they run, as it may be after a break, too; and of the others those on whose actual times a cue hangs, or
/// that go on past their end.
fn due(
    in_force: &InForce,
    known: &[MeetingInstance],
    now: Timestamp,
    ended: &dyn Fn(&MeetingKey) -> Option<Timestamp>,
) -> BTreeSet<MeetingKey> {
    let cues = in_force.event.cues.iter();
    let cues = cues.filter(|cue| cue.counts == Counts::Actual);
    let awaited: BTreeSet<&MeetingKey> = cues
        .flat_map(|cue| &cue.to)
        .filter_map(|to| {
            let anchor = to.anchor.as_ref()?;
            let counts = matches!(anchor, Anchor::AfterStart { .. } | Anchor::After { .. });
            anchor.meeting().filter(|_| counts)
        })
        .collect();
    let told = known
        .iter()
        .filter(|it| it.ended_at.is_none() && !is_seen(it));
    let told: BTreeSet<&MeetingKey> = told
        .filter_map(|it| in_force.directory.meeting(&it.series))
        .collect();
    let is_due = |meeting: &&MeetingKey| {
        in_force.schedule.get(meeting).is_some_and(|scheduled| {
            let planned = (scheduled.start.timestamp(), scheduled.end.timestamp());
            let is_past = now >= planned.1;
            let is_on = may_be_on(planned, ended(meeting), now);
            is_on && (awaited.contains(meeting) || !told.contains(meeting) || is_past)
        })
    };
    let meetings = in_force.event.meetings.iter().map(|meeting| &meeting.key);
    meetings.filter(is_due).cloned().collect()
}

/// Whether a meeting may be on. What ended before the start was a rehearsal, and what ended with time left may
/// begin anew.
fn may_be_on(
    (start, end): (Timestamp, Timestamp),
    ended: Option<Timestamp>,
    now: Timestamp,
) -> bool {
    let is_over = now >= end && ended.is_some_and(|at| at > start);
    !is_over && before(start, BEFORE) <= now && now < before(end, -AFTER)
}

async fn read(webex: &Webex, series: MeetingId) -> Option<(MeetingId, Look)> {
    let webex = webex.on_lane(Lane::Answer);
    match webex.get_meeting(&series, &MeetingView::default()).await {
        Ok(meeting) => Some((series, look(&meeting))),
        Err(error) => {
            tracing::warn!(%error, "whether a meeting runs cannot be read");
            None
        }
    }
}

fn look(series: &Meeting) -> Look {
    let has_begun =
        series.host_did_join == Some(true) || series.enabled_join_before_host == Some(true);
    match series.state {
        Some(MeetingState::InProgress) if has_begun => Look::Runs,
        Some(MeetingState::InProgress) if series.attendee_did_join == Some(true) => Look::Waits,
        Some(MeetingState::Active | MeetingState::Expired) => Look::Empty,
        _ => Look::Unclear,
    }
}

/// What a look tells beyond what is known. Deliveries are newer than what can be read.
fn news(
    series: &str,
    look: Look,
    known: &[MeetingInstance],
    now: Timestamp,
) -> Vec<MeetingInstance> {
    let own = known.iter().filter(|it| it.series == series);
    let (running, ended): (Vec<&MeetingInstance>, Vec<_>) =
        own.partition(|it| it.ended_at.is_none());
    let since = |at: Timestamp| now.duration_since(at);
    match look {
        Look::Runs => {
            let just_told = |it: &&MeetingInstance| {
                !is_seen(it) && it.ended_at.is_some_and(|at| since(at) < OUTDATED)
            };
            let is_known = !running.is_empty() || ended.iter().any(just_told);
            let new = MeetingInstance {
                id: seen_id(series, now),
                series: series.to_owned(),
                started_at: now,
                ended_at: None,
            };
            Vec::from_iter(Some(new).filter(|_| !is_known))
        }
        Look::Empty => {
            let shows = |it: &&MeetingInstance| is_seen(it) || since(it.started_at) >= SHOWS_WITHIN;
            let over = running.into_iter().filter(shows).map(|it| MeetingInstance {
                ended_at: Some(now),
                ..it.clone()
            });
            over.collect()
        }
        Look::Waits | Look::Unclear => Vec::new(),
    }
}

fn before(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_second(minutes * 60).expect("within this century")
    }

    fn ran(id: &str, from: i64, until: Option<i64>) -> MeetingInstance {
        MeetingInstance {
            id: id.to_owned(),
            series: "s".to_owned(),
            started_at: at(from),
            ended_at: until.map(at),
        }
    }

    #[test]
    fn a_meeting_is_read_from_ten_minutes_before_its_start_until_it_is_over() {
        let on = |ended: Option<i64>, minutes: [i64; 4]| {
            minutes.map(|now| may_be_on((at(60), at(120)), ended.map(at), at(now)))
        };
        assert_eq!(on(None, [49, 50, 239, 240]), [false, true, true, false]);
        // It may begin anew after a break, but not past its end; what ended before it was a rehearsal.
        assert_eq!(
            on(Some(90), [90, 119, 120, 130]),
            [true, true, false, false]
        );
        assert_eq!(on(Some(40), [50, 119, 120, 130]), [true; 4]);
    }

    #[test]
    fn what_deliveries_told_a_moment_ago_outweighs_what_is_read() {
        let seen = seen_id("s", at(1));
        // What is known, what is read at that minute, and what that changes.
        let cases = [
            (
                vec![],
                Look::Runs,
                20,
                vec![ran(&seen_id("s", at(20)), 20, None)],
            ),
            (vec![ran("s_I_1", 0, None)], Look::Runs, 20, vec![]),
            (vec![ran("s_I_1", 0, Some(19))], Look::Runs, 20, vec![]),
            (
                vec![ran("s_I_1", 0, Some(18))],
                Look::Runs,
                20,
                vec![ran(&seen_id("s", at(20)), 20, None)],
            ),
            (vec![ran("s_I_1", 0, None)], Look::Empty, 9, vec![]),
            (
                vec![ran("s_I_1", 0, None)],
                Look::Empty,
                10,
                vec![ran("s_I_1", 0, Some(10))],
            ),
            (
                vec![ran(&seen, 1, None)],
                Look::Empty,
                2,
                vec![ran(&seen, 1, Some(2))],
            ),
            (vec![ran("s_I_1", 0, Some(5))], Look::Empty, 20, vec![]),
            (vec![ran("s_I_1", 0, None)], Look::Unclear, 20, vec![]),
            (vec![], Look::Unclear, 20, vec![]),
        ];
        for (known, look, now, changes) in cases {
            assert_eq!(
                news("s", look, &known, at(now)),
                changes,
                "{look:?} of {known:?}"
            );
        }
    }
}
