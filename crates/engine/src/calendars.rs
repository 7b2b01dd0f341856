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
        let mut entries = Vec::new();
        for meeting in self.meetings(event, told) {
            let appointment = Appointment::of(meeting, told);
            let keys = std::iter::once(&meeting.key).chain(&meeting.previously);
            let entry = CalendarEntry {
                uid: calendar::uid_of(&event.key, &meeting.key),
                addresses: keys.map(|key| Address::meeting(key).to_string()).collect(),
                fingerprint: appointment.fingerprint(),
                snapshot: serde_json::to_value(&appointment)
                    .map_err(|source| unreadable(&meeting.key, source))?,
            };
            end_for_others(event, told, meeting, &entry, ledger, now).await?;
            let recipients = self.recipients(event, told, meeting);
            let state = ledger.give_calendar(&entry, &recipients, now).await?;
            entries.push(written(state, appointment));
        }
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
    fn recipients(&self, event: &Event, told: &Told, meeting: &Meeting) -> Vec<String> {
        let person = |email: &Email| Self::Person(email.clone()).to_string();
        let mut recipients = vec![self.to_string()];
        match self {
            Self::Person(_) => {}
            Self::Room(room) => {
                let members = event.room(room).map_or(&[][..], |room| &room.members);
                recipients.extend(members.iter().map(|member| person(&member.email)));
            }
            Self::All => {
                let rooms = meeting.rooms.iter().map(|room| Self::Room(room.clone()));
                recipients.extend(rooms.map(|room| room.to_string()));
                let people = calendar::people_of(event, told, meeting);
                recipients.extend(people.into_iter().map(person));
            }
        }
        recipients
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

/// Ends an entry for all whom its meeting is no longer for, before it is given: a recipient who has the
/// calendars of several rooms keeps the meeting then, in whatever order they are given.
async fn end_for_others(
    event: &Event,
    told: &Told,
    meeting: &Meeting,
    entry: &CalendarEntry,
    ledger: &Ledger,
    now: Timestamp,
) -> Result<(), Error> {
    let Some((uid, recipients)) = ledger.calendar_recipients(&entry.addresses).await? else {
        return Ok(());
    };
    let rooms = meeting.rooms.iter().cloned().map(CalendarOf::Room);
    let people = calendar::people_of(event, told, meeting);
    let people = people.into_iter().cloned().map(CalendarOf::Person);
    let all = std::iter::once(CalendarOf::All).chain(rooms).chain(people);
    let current: BTreeSet<String> = all.map(|of| of.to_string()).collect();
    for recipient in recipients.iter().filter(|it| !current.contains(*it)) {
        ledger.end_calendar(&uid, recipient, now).await?;
    }
    Ok(())
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
