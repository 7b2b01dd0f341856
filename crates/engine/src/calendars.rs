//! Calendars that follow their recipients: an entry goes to whom its meeting is for, and its end to
//! each recipient that was ever given it.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use showcaller_event::Event;
use showcaller_event::model::{Address, Email, Meeting, MeetingKey, RoomKey};
use showcaller_ledger::{CalendarEntry, CalendarState, Ledger};
use showcaller_render::calendar::{self, Appointment, Entry};
use showcaller_render::facts::Told;

use crate::{Error, InForce};

/// Whose calendar it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CalendarOf {
    /// Every meeting of the event.
    All,
    /// The meetings that a room is told of.
    Room(RoomKey),
    /// The meetings of one person.
    Person(Email),
}

/// The name by which the ledger knows a recipient.
impl fmt::Display for CalendarOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Room(room) => write!(f, "{}", Address::room(room)),
            Self::Person(email) => write!(f, "person/{email}"),
        }
    }
}

impl CalendarOf {
    /// The entries of this calendar, as they are from now on given out: numbered by the ledger, which
    /// remembers their recipients. What was given before and is no longer theirs is cancelled.
    ///
    /// # Errors
    ///
    /// The ledger cannot be read or written.
    pub async fn entries(
        &self,
        in_force: &InForce,
        told: &Told,
        ledger: &Ledger,
        now: Timestamp,
    ) -> Result<Vec<Entry>, Error> {
        let event = &in_force.event;
        let mut given = Vec::new();
        let mut appointments = Vec::new();
        for meeting in self.meetings(event, told) {
            let appointment = Appointment::of(meeting, told);
            let keys = std::iter::once(&meeting.key).chain(&meeting.previously);
            let audience = audience(event, told, meeting);
            given.push(CalendarEntry {
                uid: calendar::uid_of(&event.key, &meeting.key),
                addresses: keys.map(|key| Address::meeting(key).to_string()).collect(),
                fingerprint: appointment.fingerprint(),
                snapshot: serde_json::to_value(&appointment)
                    .map_err(|source| unreadable(&meeting.key, source))?,
                recipients: self.recipients(event, &audience),
                audience,
            });
            appointments.push(appointment);
        }
        let states = ledger.give_calendar(given, now).await?.into_iter();
        let entries = states.zip(appointments);
        let mut entries = entries.map(|(state, it)| written(state, it)).collect();
        self.add_former(in_force, ledger, now, &mut entries).await?;
        Ok(entries)
    }

    /// Adds what this recipient had and has no more.
    async fn add_former(
        &self,
        in_force: &InForce,
        ledger: &Ledger,
        now: Timestamp,
        entries: &mut Vec<Entry>,
    ) -> Result<(), Error> {
        let event = &in_force.event;
        let current: BTreeSet<String> = entries.iter().map(|entry| entry.uid.clone()).collect();
        let of_event = format!("@{}.showcaller", event.key);
        for mut state in ledger.calendar_of(&self.to_string()).await? {
            if current.contains(&state.uid) || !state.uid.ends_with(&of_event) {
                continue;
            }
            let stands = self.is_in(event) && waits_for_removal(in_force, &state);
            if !state.cancelled && !stands {
                let ended = ledger
                    .end_calendar(&state.uid, &self.to_string(), now)
                    .await?;
                state = ended.unwrap_or(state);
            }
            let snapshot = state.snapshot.clone();
            let appointment = serde_json::from_value(snapshot)
                .map_err(|source| unreadable(&state.uid, source))?;
            entries.push(written(state, appointment));
        }
        Ok(())
    }

    fn meetings<'a>(&self, event: &'a Event, told: &Told) -> Vec<&'a Meeting> {
        match self {
            Self::All => calendar::all(event),
            Self::Room(room) => calendar::for_room(event, room),
            Self::Person(email) => calendar::for_person(event, told, email),
        }
    }

    /// Who has an entry once this calendar has it: what a room gets is passed on to the people in it,
    /// and what is for all, to everybody whom the meeting is for.
    fn recipients(&self, event: &Event, audience: &BTreeSet<String>) -> BTreeSet<String> {
        let passed_on = match self {
            Self::Person(_) => &[][..],
            Self::Room(room) => event.room(room).map_or(&[][..], |room| &room.members),
            Self::All => return audience.clone(),
        };
        let people = passed_on.iter().map(|it| Self::Person(it.email.clone()));
        let recipients = people.chain([self.clone()]);
        recipients.map(|of| of.to_string()).collect()
    }

    fn is_in(&self, event: &Event) -> bool {
        match self {
            Self::All => true,
            Self::Room(room) => event.room(room).is_some(),
            Self::Person(email) => {
                let mut hosts = event.webex.hosts.iter();
                event.person(email).is_some() || hosts.any(|host| host.email == *email)
            }
        }
    }
}

/// All whom a meeting is for.
fn audience(event: &Event, told: &Told, meeting: &Meeting) -> BTreeSet<String> {
    let rooms = meeting.rooms.iter().cloned().map(CalendarOf::Room);
    let people = calendar::people_of(event, told, meeting);
    let people = people.into_iter().cloned().map(CalendarOf::Person);
    let all = std::iter::once(CalendarOf::All).chain(rooms).chain(people);
    all.map(|of| of.to_string()).collect()
}

/// Whether its meeting has left the event and is still on Webex: until it is removed, it takes place.
fn waits_for_removal(in_force: &InForce, state: &CalendarState) -> bool {
    let address = state.address.as_deref();
    let key = address.and_then(|address| address.strip_prefix("meeting/"));
    key.map(MeetingKey::new).is_some_and(|key| {
        in_force.event.meeting(&key).is_none() && in_force.meetings.contains_key(&key)
    })
}

fn written(state: CalendarState, appointment: Appointment) -> Entry {
    Entry {
        uid: state.uid,
        sequence: state.sequence,
        cancelled: state.cancelled,
        stamp: state.at,
        appointment,
    }
}

fn unreadable(what: impl fmt::Display, source: serde_json::Error) -> Error {
    Error::Entry {
        address: format!("the calendar entry {what}"),
        source,
    }
}
