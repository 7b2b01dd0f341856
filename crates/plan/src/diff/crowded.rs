//! Hosts with more meetings at once than the file allows. A meeting keeps its host when it moves, so a
//! move, a slip or a smaller `parallel:` can lead there although there are hosts enough.

use std::collections::BTreeMap;

use jiff::Timestamp;
use showcaller_event::Event;
use showcaller_event::model::{Address, Email, Host, Meeting, MeetingKey};

use super::{Draft, Scene};
use crate::Wishes;
use crate::fields::{Field, Value};
use crate::plan::CannotReason;
use crate::step::{Action, Owner};

/// A meeting and when it will be once the plan is done.
#[derive(Clone, Copy)]
struct Slot<'a> {
    meeting: &'a Meeting,
    start: Timestamp,
    end: Timestamp,
}

impl<'a> Slot<'a> {
    fn of(scene: &Scene<'_>, meeting: &'a Meeting, draft: &Draft) -> Self {
        let address = Address::meeting(&meeting.key);
        let seen = scene.meetings[&meeting.key].0.thing();
        let entry = scene.entry_of_meeting(meeting);
        let keep = draft.keeps.get(&address);
        // What is kept is as Webex has it.
        let time = |field, planned: Timestamp| {
            let before = entry.is_some_and(|known| known.kept.fields.contains(&field));
            let from_now_on = keep.is_some_and(|keep| keep.asked.contains_key(&field));
            let kept = (before && !draft.repairs.contains(&address)) || from_now_on;
            match seen.and_then(|seen| seen.fields.get(&field)) {
                Some(Value::Time(at)) if kept => *at,
                _ => planned,
            }
        };
        Self {
            meeting,
            start: time(Field::Start, meeting.start.timestamp()),
            end: time(Field::End, meeting.end.timestamp()),
        }
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Another host for each meeting that its own has no room for and that may be made anew.
pub(super) fn elsewhere(
    event: &Event,
    hosts: &BTreeMap<MeetingKey, Email>,
    wishes: &Wishes,
    now: Timestamp,
) -> BTreeMap<MeetingKey, Email> {
    let mut by_host: BTreeMap<&Email, Vec<Slot<'_>>> = BTreeMap::new();
    let anew = |it: &Meeting| wishes.recreate.allows(&Address::meeting(&it.key));
    let may_move = |it: &Meeting| it.host.is_none() && anew(it);
    let mut meetings: Vec<&Meeting> = event.meetings.iter().collect();
    // Those that stay with their hosts first: the others go where they leave room.
    meetings.sort_by_key(|it| (may_move(it), it.start.timestamp(), &it.key));
    let mut moved = BTreeMap::new();
    for meeting in meetings {
        let slot = Slot {
            meeting,
            start: meeting.start.timestamp(),
            end: meeting.end.timestamp(),
        };
        let named = meeting.host.as_ref().filter(|_| anew(meeting));
        let host = named.or_else(|| hosts.get(&meeting.key));
        let Some(host) = host.filter(|_| slot.end > now) else {
            continue;
        };
        let room = |host: &Host| {
            let own = by_host.get(&host.email).map_or(&[][..], Vec::as_slice);
            has_room(host, own, &slot)
        };
        let mut all = event.webex.hosts.iter();
        let own = all.clone().find(|it| it.email == *host);
        let stays = !may_move(meeting) || own.is_none_or(room);
        let other = if stays { None } else { all.find(|it| room(it)) };
        if let Some(other) = other {
            moved.insert(meeting.key.clone(), other.email.clone());
        }
        let host = other.map_or(host, |other| &other.email);
        by_host.entry(host).or_default().push(slot);
    }
    moved
}

/// Whether a host of these has room for one more.
fn has_room(host: &Host, own: &[Slot<'_>], more: &Slot<'_>) -> bool {
    let allowed = usize::try_from(host.parallel).unwrap_or(usize::MAX);
    let own: Vec<_> = own.iter().filter(|it| it.overlaps(more)).collect();
    let starts = own.iter().map(|it| it.start.max(more.start));
    let mut at_once = starts.map(|at| {
        own.iter()
            .filter(|it| it.start <= at && at < it.end)
            .count()
    });
    own.len() < allowed || at_once.all(|count| count < allowed)
}

/// Tells of each such host, once, with what can be done about it.
pub(super) fn hosts(scene: &Scene<'_>, draft: &mut Draft) {
    let mut by_host: BTreeMap<Email, Vec<Slot<'_>>> = BTreeMap::new();
    let anew = made_anew(draft);
    for meeting in &scene.event.meetings {
        let slot = Slot::of(scene, meeting, draft);
        if slot.end > scene.observed.at
            && let Some(host) = host_then(scene, meeting, &anew)
        {
            by_host.entry(host).or_default().push(slot);
        }
    }
    for slots in by_host.values_mut() {
        slots.sort_by_key(|slot| (slot.start, &slot.meeting.key));
    }
    for host in &scene.event.webex.hosts {
        let Some(slots) = by_host.get(&host.email) else {
            continue;
        };
        let allowed = usize::try_from(host.parallel).unwrap_or(usize::MAX);
        let crowds = slots
            .iter()
            .enumerate()
            .map(|(place, _)| crowd(&slots[..=place]));
        let crowds: Vec<Vec<&Meeting>> = crowds.filter(|crowd| crowd.len() > allowed).collect();
        if let Some(crowd) = crowds.first() {
            let address = Address::meeting(&moved(host, crowd).key);
            let sentence = sentence(scene, host, crowd, &crowds, &by_host, draft);
            draft.cannot(&address, CannotReason::DoubleBooked, sentence);
        }
    }
}

/// The meetings that the plan makes anew, each with the account that does.
fn made_anew(draft: &Draft) -> BTreeMap<&Address, &Owner> {
    let steps = draft.steps.iter();
    let anew = steps.filter(|step| matches!(step.action, Action::ReplaceMeeting { .. }));
    anew.map(|step| (&step.address, &step.owner)).collect()
}

/// Who has a meeting once the plan is done.
fn host_then(
    scene: &Scene<'_>,
    meeting: &Meeting,
    anew: &BTreeMap<&Address, &Owner>,
) -> Option<Email> {
    match anew.get(&Address::meeting(&meeting.key)) {
        Some(Owner::Host(host)) => Some(host.clone()),
        _ => Some(scene.host_now(&meeting.key).clone()),
    }
}

/// Of these, by start, those that run when the last one begins, itself included.
fn crowd<'a>(slots: &[Slot<'a>]) -> Vec<&'a Meeting> {
    let at = slots[slots.len() - 1].start;
    let running = slots.iter().filter(|slot| slot.end > at);
    running.map(|slot| slot.meeting).collect()
}

/// The one that is the easiest to give to another host: of those for which the file does not name this one,
/// that which begins last.
fn moved<'a>(host: &Host, crowd: &[&'a Meeting]) -> &'a Meeting {
    let mut latest = crowd.iter().rev();
    let free = latest.find(|it| it.host.as_ref() != Some(&host.email));
    free.unwrap_or(&crowd[crowd.len() - 1])
}

fn sentence(
    scene: &Scene<'_>,
    host: &Host,
    crowd: &[&Meeting],
    crowds: &[Vec<&Meeting>],
    by_host: &BTreeMap<Email, Vec<Slot<'_>>>,
    draft: &Draft,
) -> String {
    let (moved, last) = (moved(host, crowd), crowd[crowd.len() - 1]);
    let Host {
        email, parallel, ..
    } = host;
    let titles: Vec<String> = crowd.iter().map(|it| format!("«{}»", it.title)).collect();
    let titles = match titles.as_slice() {
        [first, others @ ..] if others.len() > 2 => {
            format!("{first} and {} others", others.len())
        }
        several => several.join(" and "),
    };
    let again = match crowds.len() - 1 {
        0 => String::new(),
        1 => ", and once more later".to_owned(),
        times => format!(", and {times} times more later"),
    };
    let from = Slot::of(scene, last, draft).start;
    let from = from.to_zoned(moved.start.time_zone().clone());
    let from = from.strftime("%H:%M on %a %-d %b");
    let (count, title) = (crowd.len(), &moved.title);
    let most = crowds.iter().map(Vec::len).max().unwrap_or(count);
    let address = Address::meeting(&moved.key);
    let slot = Slot::of(scene, moved, draft);
    let another = match (&moved.host, free(scene, host, slot, by_host)) {
        (Some(named), _) if named == email => format!(
            "name another host for «{title}» and use --recreate {address}: its link is new then"
        ),
        (Some(_), _) => format!("use --recreate {address}: its link is new then"),
        (None, Some(other)) => format!(
            "use --recreate {address}: «{title}» goes to a host who has room, such as {other}, and \
             its link is new then"
        ),
        (None, None) => format!(
            "add a host and use --recreate {address}: «{title}» goes there, and its link is new then"
        ),
    };
    format!(
        "{email} hosts {count} meetings at once from {from} on ({titles}){again}; the file allows \
         {parallel}. If co-hosts start the others, write `parallel: {most}` for {email}; else \
         {another}."
    )
}

/// A host of the file who has room for this meeting.
fn free<'a>(
    scene: &'a Scene<'_>,
    host: &Host,
    slot: Slot<'_>,
    by_host: &BTreeMap<Email, Vec<Slot<'_>>>,
) -> Option<&'a Email> {
    let others = scene.event.webex.hosts.iter();
    let mut others = others.filter(|other| other.email != host.email);
    let free = others.find(|other| {
        let own = by_host.get(&other.email).map_or(&[][..], Vec::as_slice);
        has_room(other, own, &slot)
    });
    free.map(|other| &other.email)
}
