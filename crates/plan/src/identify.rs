//! Which thing on Webex is which resource of the event.
//!
//! The ledger's remote id wins. Without one, a team is found by its name, a room by its title in
//! the team, a meeting by its tag or by host, title and start, a membership by its address. What
//! fits twice is not chosen: a wrong choice would let two rooms share one fate.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use showcaller_event::Event;
use showcaller_event::model::{Address, Email, MeetingKey, RoomKey};

use crate::fields::{Field, Value};
use crate::known::Known;
use crate::names::tag_of;
use crate::observed::{SeenMeeting, SeenRoom, SeenTeam};

/// What was found for one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match<'a, T> {
    /// The ledger knows it, and it is there. The address is the one the ledger has it under.
    Known(&'a T, Address),
    /// It was found by what it looks like.
    Found(&'a T),
    /// The ledger knows it, but it is gone.
    Gone,
    /// There is none.
    None,
    /// So many fit; or one does, and another resource of the event has as good a claim to it.
    Several(usize),
}

impl<'a, T> Match<'a, T> {
    /// The thing itself, however it was found.
    #[must_use]
    pub fn thing(&self) -> Option<&'a T> {
        match self {
            Self::Known(thing, _) | Self::Found(thing) => Some(thing),
            Self::Gone | Self::None | Self::Several(_) => None,
        }
    }
}

/// The event's team among those that the bot is in.
#[must_use]
pub fn team<'a>(event: &Event, known: &Known, teams: &'a [SeenTeam]) -> Match<'a, SeenTeam> {
    let address = Address::team();
    if let Some(resource) = known.resources.get(&address) {
        return match teams.iter().find(|team| team.id == resource.remote_id) {
            Some(team) => Match::Known(team, address),
            None => Match::Gone,
        };
    }
    one_of(
        teams
            .iter()
            .filter(|team| team.name.as_deref() == Some(event.webex.team.as_str())),
    )
}

/// The event's rooms among those of its team, by key.
#[must_use]
pub fn rooms<'a>(
    event: &Event,
    known: &Known,
    seen: &'a [SeenRoom],
) -> BTreeMap<RoomKey, Match<'a, SeenRoom>> {
    // An archived room is as good as gone: nobody writes in it any more.
    let living = || seen.iter().filter(|room| !room.read_only);
    let by_id: BTreeMap<&str, &SeenRoom> = living().map(|room| (room.id.as_str(), room)).collect();
    let recorded: BTreeMap<RoomKey, (Address, &'a SeenRoom)> = event
        .rooms
        .iter()
        .filter_map(|room| {
            names(&room.key, &room.previously, Address::room).find_map(|address| {
                let resource = known.resources.get(&address)?;
                let seen = by_id.get(resource.remote_id.as_str())?;
                Some((room.key.clone(), (address, *seen)))
            })
        })
        .collect();
    // A room that is spoken for is not found a second time by its title.
    let taken: BTreeSet<&str> = recorded
        .values()
        .map(|(_, room)| room.id.as_str())
        .collect();
    let mut by_title: BTreeMap<&str, Vec<&'a SeenRoom>> = BTreeMap::new();
    for room in living().filter(|room| !taken.contains(room.id.as_str())) {
        if let Some(title) = &room.title {
            by_title.entry(title).or_default().push(room);
        }
    }
    let disowned = disowned_rooms(event, known);
    let find = |room: &showcaller_event::model::Room| {
        if let Some((address, seen)) = recorded.get(&room.key) {
            return Match::Known(*seen, address.clone());
        }
        let candidates = by_title
            .get(room.title.as_str())
            .map_or(&[][..], Vec::as_slice);
        match one_of(candidates.iter().copied()) {
            // Renamed in the file without a word: the ledger knows it under a name that is gone.
            Match::Found(seen) if disowned.contains_key(seen.id.as_str()) => {
                Match::Known(seen, disowned[seen.id.as_str()].clone())
            }
            Match::None
                if names(&room.key, &room.previously, Address::room)
                    .any(|address| known.resources.contains_key(&address)) =>
            {
                Match::Gone
            }
            found => found,
        }
    };
    event
        .rooms
        .iter()
        .map(|room| (room.key.clone(), find(room)))
        .collect()
}

/// Recorded rooms, by remote id, under names that the file no longer has.
fn disowned_rooms<'a>(event: &Event, known: &'a Known) -> BTreeMap<&'a str, &'a Address> {
    let claimed: BTreeSet<Address> = event
        .rooms
        .iter()
        .flat_map(|room| names(&room.key, &room.previously, Address::room))
        .collect();
    known
        .resources
        .iter()
        .filter(|(address, _)| address.kind() == "room" && !claimed.contains(address))
        .map(|(address, resource)| (resource.remote_id.as_str(), address))
        .collect()
}

/// The event's meetings among those of all hosts, by key, each with the host it was found at.
#[must_use]
pub fn meetings<'a>(
    event: &Event,
    known: &Known,
    seen: &[(&'a Email, &'a [SeenMeeting])],
) -> BTreeMap<MeetingKey, (Match<'a, SeenMeeting>, Option<&'a Email>)> {
    let mut index = MeetingIndex::new(seen);
    let recorded: BTreeMap<&MeetingKey, (Address, &'a Email, &'a SeenMeeting)> = event
        .meetings
        .iter()
        .filter_map(|meeting| {
            names(&meeting.key, &meeting.previously, Address::meeting).find_map(|address| {
                let resource = known.resources.get(&address)?;
                let (host, seen) = index.by_id.get(resource.remote_id.as_str())?;
                Some((&meeting.key, (address, *host, *seen)))
            })
        })
        .collect();
    // A meeting that is spoken for is not found a second time by what it looks like.
    index.without(recorded.values().map(|(_, _, seen)| seen.id.as_str()));
    let mut found: BTreeMap<MeetingKey, (Match<'a, SeenMeeting>, Option<&'a Email>)> = event
        .meetings
        .iter()
        .map(|meeting| {
            let found = match recorded.get(&meeting.key) {
                Some((address, host, seen)) => (Match::Known(*seen, address.clone()), Some(*host)),
                None => index.look(event, meeting, known),
            };
            (meeting.key.clone(), found)
        })
        .collect();
    let mut suitors: BTreeMap<&str, usize> = BTreeMap::new();
    for (found, _) in found.values() {
        if let Match::Found(seen) = found {
            *suitors.entry(&seen.id).or_default() += 1;
        }
    }
    for (found, host) in found.values_mut() {
        if let Match::Found(seen) = found
            && suitors[seen.id.as_str()] > 1
        {
            (*found, *host) = (Match::Several(1), None);
        }
    }
    found
}

struct MeetingIndex<'a> {
    by_id: BTreeMap<&'a str, (&'a Email, &'a SeenMeeting)>,
    by_tag: BTreeMap<&'a str, Vec<(&'a Email, &'a SeenMeeting)>>,
    by_look: BTreeMap<(&'a str, Timestamp), Vec<(&'a Email, &'a SeenMeeting)>>,
}

impl<'a> MeetingIndex<'a> {
    fn new(seen: &[(&'a Email, &'a [SeenMeeting])]) -> Self {
        let mut index = Self {
            by_id: BTreeMap::new(),
            by_tag: BTreeMap::new(),
            by_look: BTreeMap::new(),
        };
        for (host, meetings) in seen {
            for meeting in *meetings {
                index.by_id.insert(&meeting.id, (host, meeting));
                for tag in &meeting.tags {
                    index.by_tag.entry(tag).or_default().push((host, meeting));
                }
                if let (Some(Value::Text(title)), Some(Value::Time(start))) = (
                    meeting.fields.get(&Field::Title),
                    meeting.fields.get(&Field::Start),
                ) {
                    let look = index.by_look.entry((title, *start)).or_default();
                    look.push((host, meeting));
                }
            }
        }
        index
    }

    /// Forgets what these look like.
    fn without(&mut self, ids: impl Iterator<Item = &'a str>) {
        let taken: BTreeSet<&str> = ids.collect();
        let lists = self.by_tag.values_mut().chain(self.by_look.values_mut());
        for list in lists {
            list.retain(|(_, seen)| !taken.contains(seen.id.as_str()));
        }
    }

    fn look(
        &self,
        event: &Event,
        meeting: &showcaller_event::model::Meeting,
        known: &Known,
    ) -> (Match<'a, SeenMeeting>, Option<&'a Email>) {
        let tagged = names(&meeting.key, &meeting.previously, |key| key.clone())
            .filter_map(|key| self.by_tag.get(tag_of(&event.key, &key).as_str()))
            .find(|list| !list.is_empty());
        // A meeting that carries somebody else's tag, or another of ours, is another meeting.
        let similar = || -> Vec<_> {
            let look = (meeting.title.as_str(), meeting.start.timestamp());
            let all = self.by_look.get(&look).into_iter().flatten().copied();
            all.filter(|(_, seen)| !seen.tags.iter().any(|tag| tag.starts_with("sc:")))
                .collect()
        };
        let candidates = tagged.cloned().unwrap_or_else(similar);
        match candidates.as_slice() {
            [] => {
                let recorded = names(&meeting.key, &meeting.previously, Address::meeting)
                    .any(|address| known.resources.contains_key(&address));
                (if recorded { Match::Gone } else { Match::None }, None)
            }
            [(host, seen)] => (Match::Found(*seen), Some(*host)),
            several => (Match::Several(several.len()), None),
        }
    }
}

/// Today's name of a thing, then its earlier ones.
fn names<'k, K, A: 'k>(
    key: &'k K,
    previously: &'k [K],
    address: impl Fn(&K) -> A + 'k,
) -> impl Iterator<Item = A> + 'k {
    std::iter::once(key).chain(previously).map(address)
}

fn one_of<'a, T>(mut candidates: impl Iterator<Item = &'a T>) -> Match<'a, T> {
    match (candidates.next(), candidates.count()) {
        (None, _) => Match::None,
        (Some(one), 0) => Match::Found(one),
        (Some(_), others) => Match::Several(others + 1),
    }
}
