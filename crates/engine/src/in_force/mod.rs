//! The schedule in force: the event as it was last applied, what is kept otherwise on Webex, the slips of
//! the show log, and what Webex decided. Read from the ledger alone, by everything that tells people where to be; so none of
//! it follows a half-edited file.

mod directory;
mod revision;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use showcaller_event::model::{Email, Meeting, MeetingFacts, MeetingKey};
use showcaller_event::{Event, Schedule};
use showcaller_ledger::{Ledger, Record, RevisionHead};
use showcaller_plan::{Field, Fields, Value};
use showcaller_show::EventWords;
use showcaller_show::slip::{Applied, Slips, Times};
use showcaller_webex::PersonId;

pub use self::directory::Directory;
use self::revision::event_of;
pub use self::revision::{event_before, message};
use crate::records::RUNS;
use crate::{Error, records, show_log};

/// What is in force.
#[derive(Debug, Clone)]
pub struct InForce {
    /// The event of the last revision; titles of meetings as they are kept on Webex, and times as they
    /// are kept and moved by slips.
    pub event: Event,
    /// When its meetings and its cues are.
    pub schedule: Schedule,
    /// What the slips moved, and when that was before.
    pub slips: Applied,
    /// Every meeting that is on Webex, also those that the event no longer has.
    pub meetings: BTreeMap<MeetingKey, MeetingOnWebex>,
    /// The meetings whose title or times are kept on Webex otherwise than the file has them, by key.
    pub kept: Vec<MeetingKey>,
    /// The revision; `None` for an event that was not applied.
    pub revision: Option<RevisionHead>,
    /// Who and what Webex's ids stand for.
    pub directory: Directory,
    /// The event as its files have it.
    as_applied: Arc<Event>,
    /// What the show log says of slips.
    pub(crate) logged: Slips,
    /// The words of the event.
    pub words: EventWords,
}

/// A meeting that is on Webex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingOnWebex {
    /// Its id there.
    pub id: String,
    /// What Webex decided about it.
    pub facts: MeetingFacts,
    /// Who hosts it.
    pub host: Email,
    /// When it is there, as far as Webex said.
    pub times: Option<Times>,
    /// Whether these are kept whatever the file and the slips say.
    pub keeps_times: bool,
}

impl InForce {
    /// What is in force by this ledger; `None` before the first revision.
    ///
    /// # Errors
    ///
    /// The ledger cannot be read, or its revision has mistakes by the rules of this build.
    pub async fn read(ledger: &Ledger) -> Result<Option<Self>, Error> {
        let Some(head) = ledger.heads(RUNS).await?.revision else {
            return Ok(None);
        };
        let slips = Slips::of(&show_log::read(ledger, 0).await?);
        Self::read_after(ledger, head, slips, None).await
    }

    /// Reads it after an earlier look, if there was one: the files of a revision are checked once.
    pub(crate) async fn read_after(
        ledger: &Ledger,
        head: RevisionHead,
        slips: Slips,
        before: Option<&Self>,
    ) -> Result<Option<Self>, Error> {
        let known = before.filter(|before| before.revision.as_ref() == Some(&head));
        let (event, head) = match known {
            Some(before) => (Event::clone(&before.as_applied), head),
            None => {
                let Some(stored) = ledger.latest_revision().await? else {
                    return Ok(None);
                };
                let head = RevisionHead {
                    id: stored.id,
                    at: stored.revision.at,
                    source_digest: stored.revision.source_digest.clone(),
                };
                (event_of(&stored)?, head)
            }
        };
        let mut read = Self::of(event, ledger.resources().await?, slips)?;
        read.revision = Some(head);
        Ok(Some(read))
    }

    /// What would be in force if this event were applied as it is, with what the ledger knows already.
    ///
    /// # Errors
    ///
    /// The ledger cannot be read.
    pub async fn draft(event: Event, ledger: &Ledger) -> Result<Self, Error> {
        let slips = Slips::of(&show_log::read(ledger, 0).await?);
        Self::of(event, ledger.resources().await?, slips)
    }

    /// An event of which nothing is on Webex yet.
    #[must_use]
    pub fn planned(event: Event) -> Self {
        Self {
            schedule: Schedule::planned(&event),
            as_applied: Arc::new(event.clone()),
            event,
            slips: Applied::default(),
            logged: Slips::default(),
            words: EventWords::default(),
            meetings: BTreeMap::new(),
            kept: Vec::new(),
            revision: None,
            directory: Directory::default(),
        }
    }

    fn of(mut event: Event, records: Vec<Record>, logged: Slips) -> Result<Self, Error> {
        let as_applied = Arc::new(event.clone());
        let mut meetings = BTreeMap::new();
        let mut kept = Vec::new();
        let directory = Directory::of(&event, &records);
        let keys = as_applied.meetings.iter().map(|meeting| &meeting.key);
        let places: HashMap<&MeetingKey, usize> = keys.zip(0..).collect();
        for record in records {
            let (resource, facts) = records::resource(&record)?;
            let Some(key) = record.address.strip_prefix("meeting/") else {
                continue;
            };
            let key = MeetingKey::new(key);
            let times = times_of(&resource.settled.answered);
            let mut as_kept = resource.settled.answered;
            as_kept.retain(|field, _| resource.kept.fields.contains(field));
            if let Some(place) = places.get(&key)
                && keep(&mut event.meetings[*place], &as_kept)
            {
                kept.push(key.clone());
            }
            let kept = &resource.kept.fields;
            let on_webex = MeetingOnWebex {
                id: record.remote_id,
                keeps_times: kept.contains(&Field::Start) || kept.contains(&Field::End),
                facts: facts.unwrap_or_default().into(),
                host: Email::new(record.owner),
                times,
            };
            meetings.insert(key, on_webex);
        }
        let (schedule, slips) = logged.apply(&mut event);
        Ok(Self {
            schedule,
            slips,
            logged,
            meetings,
            kept,
            directory,
            as_applied,
            ..Self::planned(event)
        })
    }

    /// What Webex decided about a meeting; `None` while it is not on Webex: its link follows.
    #[must_use]
    pub fn facts(&self, meeting: &MeetingKey) -> Option<&MeetingFacts> {
        self.meetings.get(meeting).map(|meeting| &meeting.facts)
    }

    /// When everything would be without the slips.
    #[must_use]
    pub fn without_slips(&self) -> Schedule {
        Schedule::planned(&self.slips.planned(&self.event))
    }

    /// The meetings that slips moved and that Webex has at other times, with those times. One that has not
    /// begun follows by itself; one that has begun by the schedule stays where it is on Webex: before its
    /// time there, people may not be let in.
    pub fn elsewhere_on_webex(&self) -> impl Iterator<Item = (&MeetingKey, Times)> {
        self.slips.meetings.iter().filter_map(|(key, slipped)| {
            let times = self.meetings.get(key)?.times?;
            let is_ours = times != slipped.now && slipped.ever.contains(&times);
            is_ours.then_some((key, times))
        })
    }

    /// Who a person on Webex is: by the id if the ledger knows it, else by the address that Webex
    /// says. The one that is on the roster counts; an address that is not, only if the ledger has it.
    #[must_use]
    pub fn person(&self, id: &PersonId, address: Option<&str>) -> Option<Email> {
        let known = self.directory.email(id);
        let address = address.map(|address| Email::new(address.trim().to_lowercase()));
        let addresses = known.into_iter().chain(&address);
        let person = addresses.into_iter().find_map(|it| self.event.person(it));
        person.map(|person| &person.email).or(known).cloned()
    }
}

/// Start and end, where both are there.
pub(crate) fn times_of(fields: &Fields) -> Option<Times> {
    let time = |field| match fields.get(field) {
        Some(Value::Time(at)) => Some(*at),
        _ => None,
    };
    Some(Times {
        start: time(&Field::Start)?,
        end: time(&Field::End)?,
    })
}

/// Gives a meeting the title and the times that are kept on Webex. Returns whether that changes it.
fn keep(meeting: &mut Meeting, as_kept: &Fields) -> bool {
    let before = meeting.clone();
    if let Some(Value::Text(title)) = as_kept.get(&Field::Title) {
        meeting.title.clone_from(title);
    }
    let times = [
        (Field::Start, &mut meeting.start),
        (Field::End, &mut meeting.end),
    ];
    for (field, time) in times {
        if let Some(Value::Time(at)) = as_kept.get(&field) {
            *time = at.to_zoned(time.time_zone().clone());
        }
    }
    *meeting != before
}
