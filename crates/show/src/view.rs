//! What an answer may tell of: the meetings of a room, or those of a person.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use showcaller_event::model::{Email, Meeting, Person, Room, RoomKey};
use showcaller_event::{Audience, Facts, Scheduled};

use crate::question::{Place, Question};
use crate::reply::{Ahead, Body, Link, Listing, Reply, State, Zones};
use crate::scene::Scene;
use crate::today::minutes_until;

/// Who reads an answer, and by which clocks.
pub(crate) struct View<'a> {
    pub(crate) scene: &'a Scene<'a>,
    pub(crate) audience: Audience<'a>,
    /// The asker as the roster has them.
    pub(crate) person: Option<&'a Person>,
    /// Whether organisers are among themselves: then every meeting may be told of.
    organisers: bool,
    zone: TimeZone,
}

impl<'a> View<'a> {
    /// The view of those who read the answer to a question; `None` for a stranger in private.
    pub(crate) fn of(scene: &'a Scene<'a>, question: &Question<'a>) -> Option<Self> {
        let person = question.asker.and_then(|asker| scene.event.person(asker));
        match question.place {
            Place::Room(room) => Some(Self::new(scene, Audience::Room(room), person)),
            Place::Private => Self::of_person(scene, question.asker?),
        }
    }

    /// What one person alone may hear; `None` for a stranger.
    pub(crate) fn of_person(scene: &'a Scene<'a>, asker: &'a Email) -> Option<Self> {
        let person = scene.event.person(asker);
        let known = person.is_some() || scene.is_organiser(asker);
        known.then(|| Self::new(scene, Audience::Person(asker), person))
    }

    fn new(scene: &'a Scene<'a>, audience: Audience<'a>, person: Option<&'a Person>) -> Self {
        let own = own_zone(person).filter(|_| matches!(audience, Audience::Person(_)));
        let zone = own.unwrap_or_else(|| scene.event.zone());
        Self {
            scene,
            audience,
            person,
            organisers: false,
            zone,
        }
    }

    /// The view of organisers among themselves, who hear of every meeting.
    pub(crate) fn of_organisers(&self) -> Self {
        Self {
            organisers: true,
            zone: self.zone.clone(),
            ..*self
        }
    }

    /// The one place that decides whether a meeting may be told of.
    fn may_hear(&self, meeting: &Meeting) -> bool {
        self.organisers || self.facts().may_hear(self.audience, &meeting.key)
    }

    pub(crate) fn facts(&self) -> Facts<'a> {
        Facts {
            event: self.scene.event,
            schedule: self.scene.schedule,
            webex: self.scene.facts,
        }
    }

    /// The meetings that may be told of, by start and then by key.
    pub(crate) fn meetings(&self) -> Vec<(&'a Meeting, &'a Scheduled)> {
        let scheduled =
            |meeting: &'a Meeting| Some((meeting, self.scene.schedule.get(&meeting.key)?));
        let heard = self
            .scene
            .event
            .meetings
            .iter()
            .filter(|meeting| self.may_hear(meeting));
        let mut meetings: Vec<_> = heard.filter_map(scheduled).collect();
        meetings.sort_by_key(|(meeting, scheduled)| (scheduled.start.timestamp(), &meeting.key));
        meetings
    }

    /// Those of them that fit, as an answer tells of them.
    pub(crate) fn listings(&self, fits: impl Fn(&Meeting, &Scheduled) -> bool) -> Vec<Listing> {
        let meetings = self.meetings().into_iter();
        meetings
            .filter(|(meeting, scheduled)| fits(meeting, scheduled))
            .map(|(meeting, scheduled)| self.listing(meeting, scheduled))
            .collect()
    }

    fn listing(&self, meeting: &Meeting, scheduled: &Scheduled) -> Listing {
        let mut rooms = Vec::new();
        let mut cohost = false;
        if let Audience::Person(person) = self.audience {
            let told = self
                .rooms()
                .into_iter()
                .filter(|room| meeting.rooms.contains(&room.key));
            rooms.extend(told.map(|room| room.title.clone()));
            cohost = meeting
                .invitees
                .iter()
                .any(|guest| guest.cohost && guest.email == *person);
        }
        Listing {
            key: meeting.key.clone(),
            title: scheduled.title.clone(),
            start: self.local(&scheduled.start),
            end: self.local(&scheduled.end),
            state: self.scene.state(meeting),
            rooms,
            cohost,
            link: self.link(meeting),
        }
    }

    fn link(&self, meeting: &Meeting) -> Link {
        let facts = (self.scene.facts)(&meeting.key);
        match facts.and_then(|facts| Some((facts.link?, facts.number, facts.password))) {
            Some((url, number, password)) => Link::Known {
                url,
                number,
                password,
            },
            None => Link::Follows,
        }
    }

    pub(crate) fn local(&self, at: &Zoned) -> Zoned {
        at.with_time_zone(self.zone.clone())
    }

    /// The rooms whose answers are given: this room, or all that the asker is in.
    pub(crate) fn rooms(&self) -> Vec<&'a Room> {
        match self.audience {
            Audience::Room(room) | Audience::Pinned(room) => {
                self.scene.event.room(room).into_iter().collect()
            }
            Audience::Person(person) => {
                let rooms = self.scene.event.rooms.iter();
                rooms
                    .filter(|room| room.members.iter().any(|member| member.email == *person))
                    .collect()
            }
        }
    }

    /// The room in which it was asked.
    pub(crate) fn room(&self) -> Option<&'a RoomKey> {
        match self.audience {
            Audience::Room(room) => Some(room),
            Audience::Pinned(_) | Audience::Person(_) => None,
        }
    }

    /// All that runs, by start.
    pub(crate) fn running(&self) -> Vec<Listing> {
        self.listings(|meeting, _| self.scene.state(meeting) == State::Running)
    }

    /// All that begins at the next instant after now.
    pub(crate) fn ahead(&self) -> Ahead {
        let Some(start) = self.next_start() else {
            return Ahead::default();
        };
        Ahead {
            meetings: self.listings(|meeting, scheduled| {
                self.scene.state(meeting) == State::ToCome
                    && scheduled.start.timestamp() == start.timestamp()
            }),
            minutes: minutes_until(self.scene.now, &start),
        }
    }

    /// The next instant after now at which a meeting begins.
    pub(crate) fn next_start(&self) -> Option<Zoned> {
        let to_come = self
            .meetings()
            .into_iter()
            .filter(|(meeting, _)| self.scene.state(meeting) == State::ToCome);
        to_come
            .map(|(_, scheduled)| self.local(&scheduled.start))
            .next()
    }

    /// The clocks of an answer: the second zone where it shows another time for one that is said.
    pub(crate) fn zones(&self, reply: &Reply) -> Zones {
        let other = match self.audience {
            Audience::Person(_) => Some(self.scene.event.zone()),
            Audience::Room(_) | Audience::Pinned(_) => own_zone(self.person),
        };
        let offset = |zone: &TimeZone, at: Timestamp| zone.to_offset(at);
        let mut times: Vec<Timestamp> = reply
            .listings()
            .iter()
            .flat_map(|listing| [listing.start.timestamp(), listing.end.timestamp()])
            .collect();
        if let Body::Remind { at: Some(at), .. } = &reply.body {
            times.push(at.timestamp());
        }
        let differs = |zone: &TimeZone| {
            times
                .iter()
                .any(|at| offset(zone, *at) != offset(&self.zone, *at))
        };
        Zones {
            main: self.zone.clone(),
            beside: other.filter(differs),
        }
    }
}

/// The zone that the roster names for a person.
fn own_zone(person: Option<&Person>) -> Option<TimeZone> {
    TimeZone::get(person?.timezone.as_deref()?).ok()
}
