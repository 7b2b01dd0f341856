//! What the show log is told of the instances of a meeting. Pure.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::MeetingKey;
use showcaller_ledger::MeetingInstance;
use showcaller_show::Entry;

/// A meeting is over once no participant has come back for so long.
pub(super) const AWAY: SignedDuration = SignedDuration::from_mins(2);

/// In the id of an instance that was only seen to run.
const SEEN: &str = "/seen/";

/// The id of an instance that no delivery told of, by when it was seen.
pub(super) fn seen_id(series: &str, at: Timestamp) -> String {
    format!("{series}{SEEN}{}", at.as_second())
}

pub(super) fn is_seen(instance: &MeetingInstance) -> bool {
    instance.id.contains(SEEN)
}

/// What the log says of a meeting already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    Started(Timestamp),
    Ended(Timestamp),
}

/// A meeting without a longer break: one instance, or several in short succession.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    /// The id of the first instance.
    first: String,
    started: Timestamp,
    /// When everybody was gone, and the id of the last instance.
    ended: Option<(Timestamp, String)>,
}

/// Entries of the show log with their idempotency keys: what is not in it yet. `instances` are all of one
/// meeting, by their starts.
pub(super) fn entries(
    meeting: &MeetingKey,
    instances: &[MeetingInstance],
    known: &[Known],
    now: Timestamp,
) -> Vec<(String, Entry)> {
    let runs = runs(instances);
    let mut entries = Vec::new();
    for (place, run) in runs.iter().enumerate() {
        let next = runs
            .get(place + 1)
            .map_or(Timestamp::MAX, |next| next.started);
        let within = |at: &Timestamp| (run.started..next).contains(at);
        let has_started = |known: &Known| matches!(known, Known::Started(at) if within(at));
        let has_ended = |known: &Known| matches!(known, Known::Ended(at) if within(at));
        if !known.iter().any(has_started) {
            let entry = Entry::Started {
                meeting: meeting.clone(),
                at: run.started,
            };
            entries.push((format!("started/{}", run.first), entry));
        }
        if let Some((at, last)) = &run.ended
            && now.duration_since(*at) >= AWAY
            && !known.iter().any(has_ended)
        {
            let entry = Entry::Ended {
                meeting: meeting.clone(),
                at: *at,
            };
            entries.push((format!("ended/{last}"), entry));
        }
    }
    entries
}

fn runs(instances: &[MeetingInstance]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for instance in instances
        .iter()
        .filter(|it| !is_told_otherwise(it, instances))
    {
        let ended = instance.ended_at.map(|at| (at, instance.id.clone()));
        match runs.last_mut() {
            // One whose end is not known is over once there is another.
            Some(run)
                if run
                    .ended
                    .as_ref()
                    .is_none_or(|(at, _)| is_back(*at, instance)) =>
            {
                run.ended = ended;
            }
            _ => runs.push(Run {
                first: instance.id.clone(),
                started: instance.started_at,
                ended,
            }),
        }
    }
    runs
}

fn is_back(ended: Timestamp, next: &MeetingInstance) -> bool {
    next.started_at.duration_since(ended) < AWAY
}

/// Whether what was only seen is an instance of which Webex told, too.
fn is_told_otherwise(instance: &MeetingInstance, all: &[MeetingInstance]) -> bool {
    let spans = |other: &MeetingInstance| {
        other.started_at <= instance.started_at
            && other.ended_at.is_none_or(|end| instance.started_at <= end)
    };
    is_seen(instance) && all.iter().any(|other| !is_seen(other) && spans(other))
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

    fn seen(from: i64, until: Option<i64>) -> MeetingInstance {
        ran(&seen_id("s", at(from)), from, until)
    }

    /// What is written at that minute, as `started 0 s_I_1`.
    fn written(instances: &[MeetingInstance], known: &[Known], now: i64) -> Vec<String> {
        let mut instances = instances.to_vec();
        instances.sort_by_key(|instance| instance.started_at);
        let entries = entries(&MeetingKey::new("m"), &instances, known, at(now));
        let minute = |at: Timestamp| at.as_second() / 60;
        let line = |(key, entry)| match entry {
            Entry::Started { at, .. } => format!("{key} at {}", minute(at)),
            Entry::Ended { at, .. } => format!("{key} at {}", minute(at)),
            other => panic!("{other:?}"),
        };
        entries.into_iter().map(line).collect()
    }

    #[test]
    fn an_end_counts_after_two_minutes() {
        let ended = [ran("s_I_1", 0, Some(60))];
        let started = [Known::Started(at(0))];
        assert_eq!(written(&ended, &[], 61), ["started/s_I_1 at 0"]);
        assert_eq!(written(&ended, &started, 62), ["ended/s_I_1 at 60"]);
        let both = [Known::Started(at(0)), Known::Ended(at(60))];
        assert_eq!(written(&ended, &both, 90), [""; 0]);
    }

    #[test]
    fn who_comes_back_within_two_minutes_goes_on_and_later_begins_anew() {
        let started = [Known::Started(at(0))];
        let on = [ran("s_I_1", 0, Some(60)), ran("s_I_2", 61, None)];
        assert_eq!(written(&on, &started, 70), [""; 0]);
        let over = [ran("s_I_1", 0, Some(60)), ran("s_I_2", 61, Some(80))];
        assert_eq!(written(&over, &started, 82), ["ended/s_I_2 at 80"]);
        let anew = [ran("s_I_1", 0, Some(60)), ran("s_I_2", 63, Some(80))];
        let lines = [
            "ended/s_I_1 at 60",
            "started/s_I_2 at 63",
            "ended/s_I_2 at 80",
        ];
        assert_eq!(written(&anew, &started, 82), lines);
    }

    #[test]
    fn one_that_was_written_down_as_ended_does_not_end_twice_where_a_start_is_heard_late() {
        let over = [ran("s_I_1", 0, Some(60)), ran("s_I_2", 61, Some(80))];
        let known = [Known::Started(at(0)), Known::Ended(at(60))];
        assert_eq!(written(&over, &known, 90), [""; 0]);
    }

    #[test]
    fn an_instance_whose_end_was_lost_is_over_once_there_is_another() {
        let lost = [ran("s_I_1", 0, None), ran("s_I_2", 30, Some(60))];
        let lines = ["started/s_I_1 at 0", "ended/s_I_2 at 60"];
        assert_eq!(written(&lost, &[], 62), lines);
    }

    #[test]
    fn what_was_seen_and_told_is_one() {
        let started = [Known::Started(at(3))];
        let told_late = [seen(3, None), ran("s_I_1", 0, Some(60))];
        assert_eq!(written(&told_late, &started, 62), ["ended/s_I_1 at 60"]);
        let only_seen = [seen(3, Some(60))];
        assert_eq!(
            written(&only_seen, &started, 62),
            ["ended/s/seen/180 at 60"]
        );
    }

    #[test]
    fn the_word_of_a_person_counts_like_webex() {
        let known = [Known::Started(at(5)), Known::Ended(at(50))];
        assert_eq!(written(&[ran("s_I_1", 0, Some(60))], &known, 90), [""; 0]);
    }
}
