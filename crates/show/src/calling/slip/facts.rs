//! What a move of meetings and cues leads to: the schedule before and after, compared.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, Zoned};
use showcaller_event::model::{CueKey, CueRecipient, Email, Meeting, MeetingKey, RoomKey};
use showcaller_event::{Event, Schedule};

use super::value::Times;

/// What moves, and what that leads to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The meetings that move, by their new start.
    pub meetings: Vec<MeetingMove>,
    /// The cues that are to come and move, by their new time.
    pub cues: Vec<CueMove>,
    /// How many people are in a room or on the list of a meeting that moves.
    pub people: usize,
    /// What would lie in the past.
    pub past: Vec<Past>,
    /// Hosts who would have more meetings at once than the file allows, and had not before.
    pub hosts: Vec<HostClash>,
    /// Co-hosts who would be in two meetings at once, and were not before, where the file does not
    /// acknowledge that.
    pub cohosts: Vec<CohostClash>,
    /// Rooms with two meetings at once that were one after the other.
    pub into: Vec<RunsInto>,
    /// Meetings that would last for less than the file asks.
    pub short: Vec<TooShort>,
    /// The days that would last for longer than the file allows.
    pub ends: Vec<EndPassed>,
    /// The first meeting of a later day that one of these would run into.
    pub reaches: Option<MeetingKey>,
}

/// A meeting that moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingMove {
    /// Which.
    pub meeting: MeetingKey,
    /// When it was.
    pub before: Times,
    /// When it will be.
    pub after: Times,
}

impl MeetingMove {
    /// Whether it only lasts longer or shorter.
    #[must_use]
    pub fn keeps_its_start(&self) -> bool {
        self.before.start == self.after.start
    }
}

/// A cue that moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CueMove {
    /// Which.
    pub cue: CueKey,
    /// When it was due, for the first of its recipients that it moves for.
    pub before: Zoned,
    /// When it will be.
    pub after: Zoned,
    /// For how many recipients it moves.
    pub recipients: usize,
}

/// Something that would lie in the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Past {
    /// A meeting would begin in the past.
    Starts(MeetingKey),
    /// A meeting that is in progress would be over.
    Ends(MeetingKey),
    /// A cue by the clock would have been due: it is held with the same entry.
    Due(CueKey),
}

/// A host with too many meetings at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostClash {
    /// Who.
    pub host: Email,
    /// How many at once the file allows.
    pub parallel: u32,
    /// From when on there are more.
    pub from: Timestamp,
    /// Those that run then.
    pub meetings: Vec<MeetingKey>,
}

/// A person who co-hosts two meetings at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CohostClash {
    /// Who.
    pub person: Email,
    /// The one that begins first.
    pub first: MeetingKey,
    /// The other one.
    pub second: MeetingKey,
    /// From when on.
    pub from: Timestamp,
}

/// A meeting that runs into another one of the same room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunsInto {
    /// Which.
    pub meeting: MeetingKey,
    /// Into which.
    pub into: MeetingKey,
    /// In which rooms.
    pub rooms: Vec<RoomKey>,
    /// How long it lasts until then.
    pub left: SignedDuration,
}

/// A meeting that lasts for less than the file asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooShort {
    /// Which.
    pub meeting: MeetingKey,
    /// How long it lasts, up to the meeting that it runs into.
    pub lasts: SignedDuration,
    /// How long it must.
    pub least: SignedDuration,
}

/// A day that lasts too long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndPassed {
    /// When it must be over.
    pub ends: Zoned,
    /// The meeting that ends last.
    pub meeting: MeetingKey,
    /// When it does.
    pub at: Zoned,
}

/// A meeting before and after.
#[derive(Clone, Copy)]
struct Pair<'a> {
    old: &'a Meeting,
    new: &'a Meeting,
}

/// An event with its schedule at one moment.
pub(super) struct Scene<'a> {
    pub(super) event: &'a Event,
    pub(super) schedule: &'a Schedule,
}

/// Compares before and after. Both events have the same meetings and cues.
pub(super) fn of(
    before: &Scene<'_>,
    after: &Scene<'_>,
    host: &dyn Fn(&MeetingKey) -> Option<Email>,
    now: Timestamp,
) -> Facts {
    let pairs = before.event.meetings.iter().zip(&after.event.meetings);
    let pairs: Vec<Pair<'_>> = pairs.map(|(old, new)| Pair { old, new }).collect();
    let moved: BTreeSet<&MeetingKey> = pairs
        .iter()
        .filter(|it| Times::of(it.old) != Times::of(it.new))
        .map(|it| &it.new.key)
        .collect();
    let meetings = moves(&pairs);
    let cues = cue_moves(before, after, now);
    let into = into(&pairs, &moved);
    Facts {
        people: people(after.event, &moved, &cues),
        past: past(&meetings, now),
        hosts: hosts(after.event, &pairs, host),
        cohosts: cohosts(after.event, &pairs),
        short: short(&pairs, &moved, &into),
        ends: ends(after.event, &pairs, &moved),
        reaches: reaches(&pairs, &moved),
        into,
        meetings,
        cues,
    }
}

fn moves(pairs: &[Pair<'_>]) -> Vec<MeetingMove> {
    let moves = pairs.iter().map(|Pair { old, new }| MeetingMove {
        meeting: new.key.clone(),
        before: Times::of(old),
        after: Times::of(new),
    });
    let mut moves: Vec<_> = moves.filter(|it| it.before != it.after).collect();
    moves.sort_by(|a, b| (a.after, &a.meeting).cmp(&(b.after, &b.meeting)));
    moves
}

fn cue_moves(before: &Scene<'_>, after: &Scene<'_>, now: Timestamp) -> Vec<CueMove> {
    let mut moves = Vec::new();
    for cue in &after.event.cues {
        let mut first: Option<CueMove> = None;
        for to in &cue.to {
            let (Some(old), Some(new)) =
                (cue.due(to, before.schedule), cue.due(to, after.schedule))
            else {
                continue;
            };
            if old == new || old.timestamp() <= now {
                continue;
            }
            let moved = first.get_or_insert(CueMove {
                cue: cue.key.clone(),
                before: old,
                after: new,
                recipients: 0,
            });
            moved.recipients += 1;
        }
        moves.extend(first);
    }
    moves.sort_by(|a, b| a.after.cmp(&b.after));
    moves
}

fn people(event: &Event, moved: &BTreeSet<&MeetingKey>, cues: &[CueMove]) -> usize {
    let mut people: BTreeSet<&Email> = BTreeSet::new();
    let mut rooms: BTreeSet<&RoomKey> = BTreeSet::new();
    for meeting in event.meetings.iter().filter(|it| moved.contains(&it.key)) {
        rooms.extend(&meeting.rooms);
        people.extend(meeting.invitees.iter().map(|invitee| &invitee.email));
    }
    for to in cues
        .iter()
        .filter_map(|it| event.cue(&it.cue))
        .flat_map(|it| &it.to)
    {
        match &to.recipient {
            CueRecipient::Room(room) => _ = rooms.insert(room),
            CueRecipient::Person(person) => _ = people.insert(person),
        }
    }
    for room in rooms.into_iter().filter_map(|room| event.room(room)) {
        people.extend(room.members.iter().map(|member| &member.email));
    }
    people.len()
}

fn past(meetings: &[MeetingMove], now: Timestamp) -> Vec<Past> {
    let past = meetings.iter().filter_map(|it| {
        if it.before.start != it.after.start && it.after.start <= now {
            return Some(Past::Starts(it.meeting.clone()));
        }
        let ends = it.after.end <= now && now < it.before.end;
        ends.then(|| Past::Ends(it.meeting.clone()))
    });
    past.collect()
}

/// The meetings that run when this one begins, itself included.
fn beside<'a>(meetings: &[&'a Meeting], one: &Meeting) -> Vec<&'a Meeting> {
    let at = one.start.timestamp();
    let running = meetings.iter();
    let running = running.filter(|it| it.start.timestamp() <= at && at < it.end.timestamp());
    running.copied().collect()
}

fn hosts(
    event: &Event,
    pairs: &[Pair<'_>],
    host: &dyn Fn(&MeetingKey) -> Option<Email>,
) -> Vec<HostClash> {
    let mut by_host: BTreeMap<Email, Vec<Pair<'_>>> = BTreeMap::new();
    for pair in pairs {
        if let Some(host) = host(&pair.new.key) {
            by_host.entry(host).or_default().push(*pair);
        }
    }
    let mut clashes = Vec::new();
    for (host, pairs) in by_host {
        let mut listed = event.webex.hosts.iter();
        let parallel = listed
            .find(|it| it.email == host)
            .map_or(1, |it| it.parallel);
        let allowed = usize::try_from(parallel).unwrap_or(usize::MAX);
        let old: Vec<&Meeting> = pairs.iter().map(|it| it.old).collect();
        let mut new: Vec<&Meeting> = pairs.iter().map(|it| it.new).collect();
        let keys = |meetings: &[&Meeting]| -> BTreeSet<MeetingKey> {
            meetings.iter().map(|it| it.key.clone()).collect()
        };
        let crowds = old.iter().map(|it| keys(&beside(&old, it)));
        let known: Vec<BTreeSet<MeetingKey>> =
            crowds.filter(|crowd| crowd.len() > allowed).collect();
        new.sort_by_key(|it| it.start.timestamp());
        let mut last = BTreeSet::new();
        for one in &new {
            let crowd = keys(&beside(&new, one));
            let is_new = !known.iter().any(|known| crowd.is_subset(known));
            if crowd.len() > allowed && is_new && !crowd.is_subset(&last) {
                clashes.push(HostClash {
                    host: host.clone(),
                    parallel,
                    from: one.start.timestamp(),
                    meetings: crowd.iter().cloned().collect(),
                });
                last = crowd;
            }
        }
    }
    clashes
}

fn overlap(a: &Meeting, b: &Meeting) -> bool {
    a.start.timestamp() < b.end.timestamp() && b.start.timestamp() < a.end.timestamp()
}

/// Pairs that are at once now and were not, each once, the one that begins first before the other.
fn new_overlaps<'a>(pairs: &[Pair<'a>]) -> Vec<(Pair<'a>, Pair<'a>)> {
    let mut pairs = pairs.to_vec();
    pairs.sort_by_key(|it| (it.new.start.timestamp(), it.new.end.timestamp()));
    let mut found = Vec::new();
    for (place, first) in pairs.iter().enumerate() {
        let later = pairs[place + 1..].iter();
        let later = later.take_while(|it| it.new.start.timestamp() < first.new.end.timestamp());
        for second in later {
            if overlap(first.new, second.new) && !overlap(first.old, second.old) {
                found.push((*first, *second));
            }
        }
    }
    found
}

fn cohosts(event: &Event, pairs: &[Pair<'_>]) -> Vec<CohostClash> {
    let mut by_person: BTreeMap<&Email, Vec<Pair<'_>>> = BTreeMap::new();
    for pair in pairs {
        for invitee in pair.new.invitees.iter().filter(|invitee| invitee.cohost) {
            by_person.entry(&invitee.email).or_default().push(*pair);
        }
    }
    by_person.retain(|person, _| !event.webex.cohosts_overlap.contains(person));
    let clashes = by_person.into_iter().flat_map(|(person, pairs)| {
        let overlaps = new_overlaps(&pairs).into_iter();
        overlaps.map(|(first, second)| CohostClash {
            person: person.clone(),
            first: first.new.key.clone(),
            second: second.new.key.clone(),
            from: second.new.start.timestamp(),
        })
    });
    clashes.collect()
}

fn into(pairs: &[Pair<'_>], moved: &BTreeSet<&MeetingKey>) -> Vec<RunsInto> {
    let mut by_room: BTreeMap<&RoomKey, Vec<Pair<'_>>> = BTreeMap::new();
    for pair in pairs {
        for room in &pair.new.rooms {
            by_room.entry(room).or_default().push(*pair);
        }
    }
    let mut found: BTreeMap<(&MeetingKey, &MeetingKey), RunsInto> = BTreeMap::new();
    for (room, pairs) in by_room {
        for (first, second) in new_overlaps(&pairs) {
            if !moved.contains(&first.new.key) && !moved.contains(&second.new.key) {
                continue;
            }
            let (first, second) = (first.new, second.new);
            let entry = found.entry((&first.key, &second.key));
            let entry = entry.or_insert_with(|| RunsInto {
                meeting: first.key.clone(),
                into: second.key.clone(),
                rooms: Vec::new(),
                left: second
                    .start
                    .timestamp()
                    .duration_since(first.start.timestamp()),
            });
            entry.rooms.push(room.clone());
        }
    }
    found.into_values().collect()
}

fn short(pairs: &[Pair<'_>], moved: &BTreeSet<&MeetingKey>, into: &[RunsInto]) -> Vec<TooShort> {
    let length = |it: &Meeting| it.end.timestamp().duration_since(it.start.timestamp());
    let found = pairs.iter().filter_map(|Pair { old, new }| {
        let least = new.min_length?;
        let cut = into.iter().filter(|it| it.meeting == new.key);
        let cut = cut.map(|it| it.left).min();
        if !moved.contains(&new.key) && cut.is_none() {
            return None;
        }
        let lasts = cut.map_or(length(new), |cut| cut.min(length(new)));
        (lasts < least && lasts < length(old)).then(|| TooShort {
            meeting: new.key.clone(),
            lasts,
            least,
        })
    });
    found.collect()
}

fn ends(event: &Event, pairs: &[Pair<'_>], moved: &BTreeSet<&MeetingKey>) -> Vec<EndPassed> {
    let passed = event.days.iter().filter_map(|day| {
        let ends = day.ends.as_ref()?;
        let of_day = pairs.iter().filter(|it| it.new.day == day.id);
        let Pair { old, new: last } = of_day.max_by_key(|it| it.new.end.timestamp())?;
        let passed = moved.contains(&last.key) && last.end > *ends && last.end > old.end;
        passed.then(|| EndPassed {
            ends: ends.clone(),
            meeting: last.key.clone(),
            at: last.end.clone(),
        })
    });
    passed.collect()
}

/// The first meeting of another day that the last of the moved ones runs into.
fn reaches(pairs: &[Pair<'_>], moved: &BTreeSet<&MeetingKey>) -> Option<MeetingKey> {
    let last = pairs.iter().filter(|it| moved.contains(&it.new.key));
    let Pair { old, new: last } = last.max_by_key(|it| it.new.end.timestamp())?;
    let others = pairs.iter().map(|it| it.new);
    let reached =
        others.filter(|it| it.day != last.day && it.start < last.end && it.start >= old.end);
    reached
        .min_by_key(|it| it.start.timestamp())
        .map(|it| it.key.clone())
}
