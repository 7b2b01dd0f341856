//! What each room can see of the meetings, and what changes of it between two moments.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use showcaller_event::model::{MeetingFacts, MeetingKey, Room, RoomKey};
use showcaller_event::{Event, Schedule};
use showcaller_secret::Secret;

use crate::calling::slip::Times;

/// What the rooms can see of the meetings at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Programme {
    meetings: BTreeMap<MeetingKey, Listed>,
}

/// What the rooms of a meeting can see of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Listed {
    title: String,
    times: Times,
    #[serde(default, with = "showcaller_secret::exposed_if_some")]
    link: Option<Secret>,
    rooms: BTreeSet<RoomKey>,
}

/// What changes for one room, in the order of the meetings' starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomChanges {
    /// Which.
    pub room: RoomKey,
    /// What; never empty.
    pub changes: Vec<Change>,
}

/// A change of a meeting, as the people in one room see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is in the programme from now on.
    New {
        /// Which.
        meeting: MeetingKey,
        /// Its title.
        title: String,
        /// When it is.
        times: Times,
    },
    /// It has another title.
    Renamed {
        /// The former one.
        from: String,
        /// The new one.
        to: String,
    },
    /// It begins or ends at another time.
    Moved {
        /// Its title.
        title: String,
        /// When it was.
        from: Times,
        /// When it is.
        to: Times,
    },
    /// It has another link, or its first one.
    Link {
        /// Which.
        meeting: MeetingKey,
        /// Its title.
        title: String,
    },
    /// It is cancelled.
    Cancelled {
        /// The title that it had.
        title: String,
        /// When it was to be.
        times: Times,
    },
    /// It goes on to be, but not for this room.
    NotForRoom {
        /// The title that the room knows.
        title: String,
        /// When it was to be.
        times: Times,
    },
}

impl Programme {
    /// What the rooms can see of an event by this schedule, with what Webex decided about its meetings.
    #[must_use]
    pub fn of(
        event: &Event,
        schedule: &Schedule,
        facts: &dyn Fn(&MeetingKey) -> Option<MeetingFacts>,
    ) -> Self {
        let meetings = event.meetings.iter().filter_map(|meeting| {
            let scheduled = schedule.get(&meeting.key)?;
            let listed = Listed {
                title: scheduled.title.clone(),
                times: Times {
                    start: scheduled.start.timestamp(),
                    end: scheduled.end.timestamp(),
                },
                link: facts(&meeting.key).and_then(|facts| facts.link),
                rooms: meeting.rooms.iter().cloned().collect(),
            };
            Some((meeting.key.clone(), listed))
        });
        Self {
            meetings: meetings.collect(),
        }
    }

    /// What has changed for each room of `event` since `before`. `self` is of that event, which also says
    /// what its meetings and rooms were called before. What was over by then and is over now is left out.
    #[must_use]
    pub fn changes_since(&self, before: &Self, event: &Event, now: Timestamp) -> Vec<RoomChanges> {
        let pairs = self.pairs(before, event);
        let is_over = |listed: Option<&Listed>| listed.is_none_or(|it| it.times.end <= now);
        let current = |(_, was, is): &&Pair<'_>| !(is_over(*was) && is_over(*is));
        let rooms = event.rooms.iter().filter_map(|room| {
            let own = pairs.iter().filter(current);
            let changes: Vec<Change> = own.flat_map(|pair| changes(pair, room)).collect();
            (!changes.is_empty()).then(|| RoomChanges {
                room: room.key.clone(),
                changes,
            })
        });
        rooms.collect()
    }

    /// Each meeting of either side, with what was and what is listed of it.
    fn pairs<'p>(&'p self, before: &'p Self, event: &'p Event) -> Vec<Pair<'p>> {
        let mut gone = before.meetings.clone();
        let mut pairs: Vec<Pair<'_>> = Vec::new();
        for (key, is) in &self.meetings {
            let previously = event.meeting(key).map(|meeting| meeting.previously.iter());
            let mut names = std::iter::once(key).chain(previously.into_iter().flatten());
            let was = names.find(|name| gone.remove(*name).is_some());
            pairs.push((key, was.and_then(|was| before.meetings.get(was)), Some(is)));
        }
        let cancelled = before
            .meetings
            .iter()
            .filter(|(key, _)| gone.contains_key(*key));
        pairs.extend(cancelled.map(|(key, was)| (key, Some(was), None)));
        let start = |(_, was, is): &Pair<'_>| is.or(*was).map(|listed| listed.times.start);
        pairs.sort_by_key(start);
        pairs
    }
}

/// A meeting, with what was and what is listed of it.
type Pair<'p> = (&'p MeetingKey, Option<&'p Listed>, Option<&'p Listed>);

/// What a room is told of a change: nothing of a meeting that it can see neither before nor after.
fn changes((meeting, was, is): &Pair<'_>, room: &Room) -> Vec<Change> {
    let in_room = |listed: &&&Listed| {
        let mut names = std::iter::once(&room.key).chain(&room.previously);
        names.any(|name| listed.rooms.contains(name))
    };
    let was_here = was.as_ref().filter(in_room);
    // A name that another room had before is not this room any more.
    let is_here = is.as_ref().filter(|is| is.rooms.contains(&room.key));
    match (was_here, is_here) {
        (None, None) => Vec::new(),
        (None, Some(is)) => vec![Change::New {
            meeting: (*meeting).clone(),
            title: is.title.clone(),
            times: is.times,
        }],
        (Some(was), None) => {
            let (title, times) = (was.title.clone(), was.times);
            vec![match is {
                Some(_) => Change::NotForRoom { title, times },
                None => Change::Cancelled { title, times },
            }]
        }
        (Some(was), Some(is)) => differences(meeting, was, is),
    }
}

fn differences(meeting: &MeetingKey, was: &Listed, is: &Listed) -> Vec<Change> {
    let title = || is.title.clone();
    let renamed = (was.title != is.title).then(|| Change::Renamed {
        from: was.title.clone(),
        to: title(),
    });
    let moved = (was.times != is.times).then(|| Change::Moved {
        title: title(),
        from: was.times,
        to: is.times,
    });
    let link = (is.link.is_some() && was.link != is.link).then(|| Change::Link {
        meeting: meeting.clone(),
        title: title(),
    });
    [renamed, moved, link].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests;
