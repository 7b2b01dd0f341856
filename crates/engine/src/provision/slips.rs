//! What slips mean to a plan: a meeting that is where a slip put it, or still where it was before, is
//! where it should be. Its time on Webex follows by itself ([`crate::Engine::follow_slips`]).

use showcaller_event::Event;
use showcaller_event::model::{Address, Meeting};
use showcaller_plan::observed::{Observed, SeenMeeting};
use showcaller_plan::{Action, Field, Fields, Known, KnownResource, Note, Plan, Value};
use showcaller_show::slip::{Applied, Slipped, Slips, Times};

use crate::in_force::times_of;

/// The event as the slips make it.
pub(super) fn in_force(event: &Event, slips: &Slips, known: &Known) -> (Event, Applied) {
    let mut event = event.clone();
    let (_, mut applied) = slips.apply(&mut event);
    for meeting in &event.meetings {
        // Its slips count from the times that are kept.
        if record(meeting, known).is_some_and(keeps_times) {
            applied.ended.remove(&meeting.key);
        }
    }
    (event, applied)
}

/// Takes every time at which a slip ever put a meeting for the one at which it is in force, in what the
/// ledger recorded and in what Webex shows.
pub(super) fn align(event: &Event, applied: &Applied, known: &mut Known, observed: &mut Observed) {
    for meeting in &event.meetings {
        let Some(slipped) = applied.meetings.get(&meeting.key) else {
            continue;
        };
        for address in names(meeting) {
            let Some(record) = known.resources.get_mut(&address) else {
                continue;
            };
            if keeps_times(record) {
                continue;
            }
            align_fields(slipped, &mut record.settled.asked);
            align_fields(slipped, &mut record.settled.answered);
            if let Some(seen) = seen(observed, &record.remote_id) {
                align_fields(slipped, &mut seen.fields);
            }
        }
    }
}

fn align_fields(slipped: &Slipped, fields: &mut Fields) {
    if times_of(fields).is_some_and(|times| slipped.ever.contains(&times)) {
        let Times { start, end } = slipped.now;
        fields.insert(Field::Start, Value::Time(start));
        fields.insert(Field::End, Value::Time(end));
    }
}

fn seen<'o>(observed: &'o mut Observed, id: &str) -> Option<&'o mut SeenMeeting> {
    let lists = observed.meetings.values_mut();
    let mut meetings = lists.filter_map(|look| look.seen_mut()).flatten();
    meetings.find(|seen| seen.id == id)
}

fn names(meeting: &Meeting) -> impl Iterator<Item = Address> {
    let keys = std::iter::once(&meeting.key).chain(&meeting.previously);
    keys.map(Address::meeting)
}

fn record<'k>(meeting: &Meeting, known: &'k Known) -> Option<&'k KnownResource> {
    names(meeting).find_map(|address| known.resources.get(&address))
}

/// Whether its times are kept as they are on Webex: then no slip is asked of Webex either.
fn keeps_times(record: &KnownResource) -> bool {
    let kept = &record.kept.fields;
    kept.contains(&Field::Start) || kept.contains(&Field::End)
}

/// What a plan says of slips.
pub(super) fn notes(event: &Event, applied: &Applied, plan: &Plan) -> Vec<Note> {
    let title = |key| event.meeting(key).map_or("", |meeting| &meeting.title);
    let mut notes = Vec::new();
    let to_come = |slipped: &Slipped| slipped.now.end > plan.at;
    let moved = applied.moved().filter(|(_, slipped)| to_come(slipped));
    let moved: Vec<&str> = moved.map(|(key, _)| title(key)).collect();
    let sentence = match moved.as_slice() {
        [] => None,
        [one] => Some(format!("«{one}» is moved by a slip.")),
        several => Some(format!("{} meetings are moved by slips.", several.len())),
    };
    notes.extend(sentence.map(|sentence| Note {
        address: None,
        sentence,
    }));
    let moves = |address: &Address| {
        let mut steps = plan.steps.iter().filter(|step| step.address == *address);
        steps.any(|step| match &step.action {
            Action::ChangeMeeting { changes, .. } => {
                changes.iter().any(|change| change.field == Field::Start)
            }
            _ => false,
        })
    };
    let ended = applied.ended.iter();
    let ended = ended.map(|key| (Address::meeting(key), title(key)));
    notes.extend(ended.filter(|(address, _)| moves(address)).map(|(address, title)| Note {
        sentence: format!(
            "The file moves «{title}» to a time of its own: what slipped does not count for it any \
             more."
        ),
        address: Some(address),
    }));
    notes
}
