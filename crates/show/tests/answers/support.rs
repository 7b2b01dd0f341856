//! The event of these tests, and questions to it.

use showcaller_event::model::{Email, MeetingFacts, MeetingKey, RoomKey};
use showcaller_event::{Event, Input, Schedule, check};
use showcaller_secret::Secret;
use showcaller_show::{
    Body, EventWords, Intent, Link, Listing, Place, Question, Reply, Scene, Span, answer,
    answer_intent,
};

pub(crate) const HOST_KEY: &str = "PLANTED-HOST-KEY";

pub(crate) struct World {
    pub(crate) event: Event,
    pub(crate) schedule: Schedule,
    pub(crate) organisers_only: bool,
    pub(crate) on_webex: bool,
}

impl World {
    pub(crate) fn new() -> Self {
        let people = include_bytes!("people.csv").to_vec();
        let checked = check(&Input {
            name: "event.yaml",
            bytes: include_bytes!("event.yaml"),
            load: &|_| Ok(people.clone()),
            now: None,
        });
        let mut event = checked.event.expect("the event of these tests is right");
        event.bot.organisers.people = vec![email("olga")];
        event.bot.organisers.room = Some(RoomKey::new("organisation"));
        let schedule = Schedule::planned(&event);
        Self {
            event,
            schedule,
            organisers_only: false,
            on_webex: true,
        }
    }

    /// Asks at a time on Brussels' clocks, of a room or (`""`) in private.
    pub(crate) fn ask(&self, at: &str, asker: &str, room: &str, text: &str) -> Reply {
        self.with(at, asker, room, text, |scene, question| {
            answer(scene, question)
        })
    }

    /// Likewise by a button.
    pub(crate) fn press(&self, at: &str, asker: &str, room: &str, intent: Intent) -> Reply {
        self.with(at, asker, room, "", |scene, question| {
            answer_intent(scene, question, intent)
        })
    }

    pub(crate) fn with<T>(
        &self,
        at: &str,
        asker: &str,
        room: &str,
        text: &str,
        then: impl FnOnce(&Scene<'_>, &Question<'_>) -> T,
    ) -> T {
        let facts = |key: &MeetingKey| {
            self.on_webex.then(|| MeetingFacts {
                link: Some(Secret::new(format!("https://webex.example/{key}"))),
                number: None,
                password: Some(Secret::new(format!("password of {key}"))),
                host_key: Some(Secret::new(HOST_KEY)),
                sip: None,
            })
        };
        let now: jiff::Zoned = format!("{at}[Europe/Brussels]").parse().unwrap();
        let scene = Scene {
            words: &EventWords::default(),
            event: &self.event,
            schedule: &self.schedule,
            facts: &facts,
            organisers_only: self.organisers_only,
            now: now.timestamp(),
        };
        let (room, asker) = (RoomKey::new(room), email(asker));
        let place = if room.as_str().is_empty() {
            Place::Private
        } else {
            Place::Room(&room)
        };
        let asker = (asker != email("")).then_some(&asker);
        then(
            &scene,
            &Question {
                text,
                place,
                asker,
                fallback: None,
            },
        )
    }
}

pub(crate) fn email(name: &str) -> Email {
    Email::new(format!("{name}@example.com"))
}

/// The meetings of an answer and where each stands, after what kind of answer it is.
pub(crate) fn shown(reply: &Reply) -> String {
    let kind = match &reply.body {
        Body::Agenda(agenda) => match agenda.span {
            Span::NoDay(date) => format!("no day {date}"),
            span => format!("{span:?}").to_lowercase(),
        },
        Body::Now(running) if running.meetings.is_empty() => {
            format!("nothing, {} min", running.next.minutes)
        }
        Body::Now(_) => "now".to_owned(),
        Body::Next(next) => format!("next, {} min", next.minutes),
        Body::Meeting(_) => "meeting".to_owned(),
        Body::NoSuchMeeting { asked } => format!("no such meeting: {asked}"),
        other => format!("{other:?}"),
    };
    let listings = reply
        .listings()
        .into_iter()
        .map(|listing| format!("{} {:?}", listing.key, listing.state));
    std::iter::once(kind)
        .chain(listings)
        .collect::<Vec<_>>()
        .join(" | ")
}

pub(crate) fn links(reply: &Reply) -> Vec<String> {
    let link = |listing: &Listing| match &listing.link {
        Link::Known { url, .. } => Some(url.expose().to_owned()),
        Link::Follows => None,
    };
    reply.listings().into_iter().filter_map(link).collect()
}
