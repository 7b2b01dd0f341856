//! What the sheet says of one meeting.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Zoned;
use showcaller_event::Event;
use showcaller_event::model::{DayId, Email, Meeting, MeetingKey, MeetingPattern, RoomKey};
use showcaller_secret::Secret;

use super::room::{RoomRow, called};
use super::{Audience, whom};
use crate::count::clock;
use crate::facts::Told;
use showcaller_event::controls::visible;
use showcaller_event::markdown::plain;

/// One meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its stable name.
    pub key: MeetingKey,
    /// What people call its day.
    pub day: String,
    /// When it begins, in the event's zone.
    pub start: Zoned,
    /// When it ends, in the event's zone.
    pub end: Zoned,
    /// What people see.
    pub title: String,
    /// The titles of the rooms that are told of it.
    pub rooms: Vec<String>,
    /// Who may start and run it, by name.
    pub cohosts: Vec<String>,
    /// The account that hosts it; organisers only.
    pub host: Option<Email>,
    /// The durable link.
    pub link: Option<Secret>,
    /// The number to dial or type.
    pub number: Option<String>,
    /// What people type to get in.
    pub password: Option<Secret>,
    /// What makes somebody the host; organisers only.
    pub host_key: Option<Secret>,
    /// The address for room systems; organisers only.
    pub sip: Option<String>,
    /// Whether people can get in.
    pub state: State,
    pub(super) in_rooms: BTreeSet<RoomKey>,
    pub(super) day_id: DayId,
    pub(super) pattern: MeetingPattern,
    /// The title of the team or group that meets.
    pub(super) of: Option<String>,
    /// For whom it is, in the event file's words.
    pub(super) whom: String,
    /// What is different since the revision before.
    pub(super) change: Option<String>,
}

/// Whether a meeting is ready for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is on Webex and has a link.
    Scheduled,
    /// It is on Webex, but nobody knows its link.
    WithoutLink,
    /// It is in the file only.
    NotYet,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Scheduled => "scheduled",
            Self::WithoutLink => "no link yet",
            Self::NotYet => "not on Webex yet",
        })
    }
}

impl Row {
    pub(super) fn of(
        event: &Event,
        rooms: &[RoomRow],
        told: &Told,
        meeting: &Meeting,
        audience: Audience,
    ) -> Self {
        let facts = told.facts.get(&meeting.key);
        let state = match facts {
            None => State::NotYet,
            Some(facts) if facts.link.is_none() => State::WithoutLink,
            Some(_) => State::Scheduled,
        };
        let facts = facts.cloned().unwrap_or_default();
        let organiser = audience == Audience::Organiser;
        let in_rooms: BTreeSet<_> = meeting.rooms.iter().cloned().collect();
        let titles = meeting.rooms.iter().map(|key| {
            let title = event.room(key).map_or(key.as_str(), |room| &room.title);
            plain(title)
        });
        let cohosts = meeting.invitees.iter().filter(|invitee| invitee.cohost);
        Self {
            key: meeting.key.clone(),
            day: plain(
                event
                    .day(&meeting.day)
                    .map_or(meeting.day.as_str(), |day| &day.title),
            ),
            start: meeting.start.clone(),
            end: meeting.end.clone(),
            title: plain(&meeting.title),
            rooms: titles.collect(),
            cohosts: cohosts
                .map(|invitee| called(&invitee.name, &invitee.email, organiser))
                .collect(),
            host: told.host(meeting).filter(|_| organiser).cloned(),
            link: facts.link.map(|link| Secret::new(plain(link.expose()))),
            number: facts.number.map(|number| plain(&number)),
            password: facts.password.map(shown),
            host_key: facts.host_key.filter(|_| organiser).map(shown),
            sip: facts.sip.filter(|_| organiser).map(|sip| plain(&sip)),
            state,
            whom: whom::rooms(rooms, &in_rooms),
            in_rooms,
            day_id: meeting.day.clone(),
            pattern: meeting.pattern.clone(),
            of: owner(event, meeting),
            change: None,
        }
    }

    /// Whether both are on at some moment.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// `10:00–11:30`.
    pub(super) fn times(&self) -> String {
        times(&self.start, &self.end)
    }
}

/// A secret as people type it: they see that there is something which they cannot type.
fn shown(secret: Secret) -> Secret {
    visible(secret.expose()).into_owned().into()
}

pub(super) fn times(start: &Zoned, end: &Zoned) -> String {
    let next_day = match start.date() == end.date() {
        true => "",
        false => " (+1)",
    };
    format!("{}–{}{next_day}", clock(start), clock(end))
}

fn owner(event: &Event, meeting: &Meeting) -> Option<String> {
    let team = meeting.team.as_ref().and_then(|id| event.team(id));
    let group = || {
        let id = meeting.group.as_ref()?;
        event.groups.iter().find(|group| group.id == *id)
    };
    let title = team.map(|team| &team.title);
    let title = title.or_else(|| group().map(|group| &group.title));
    title.map(|title| plain(title))
}
