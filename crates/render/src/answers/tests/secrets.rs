//! Host keys: in the organisers' answers to `details`, and in no other message.

use showcaller_event::model::{Bot, Email, MeetingKey, Organisers, RoomKey};
use showcaller_event::{Event, Schedule};
use showcaller_show::{EventWords, Intent, Place, Question, Reply, Scene, answer, answer_intent};

use crate::answers::{apologising, messages, transcript};
use crate::sample::{HOST_MARKER, told};

const ORGANISER: &str = "cid@example.com";

fn event() -> Event {
    Event {
        bot: Bot {
            organisers: Organisers {
                people: vec![Email::new(ORGANISER)],
                room: Some(RoomKey::new("jury")),
            },
            ..Bot::default()
        },
        ..crate::sample::event()
    }
}

/// Whether a host key stands anywhere in the messages of an answer.
fn tells(reply: &Reply) -> bool {
    let messages = apologising(messages(reply, "card-7"), reply.language);
    messages.iter().any(|message| {
        let card = message.card.as_ref();
        let card = card
            .map(|card| card.content.to_string())
            .unwrap_or_default();
        let drawn = transcript(message);
        [message.markdown.expose(), drawn.expose(), &card]
            .into_iter()
            .any(|text| text.contains(HOST_MARKER))
    })
}

#[test]
fn only_organisers_among_themselves_see_a_host_key() {
    let event = event();
    let schedule = Schedule::planned(&event);
    let told = told();
    let facts = |key: &MeetingKey| told.facts.get(key).cloned();
    let mut sentences: Vec<String> = Vec::new();
    for name in ["", "opening", "breakout", "jury: deliberation", "late show"] {
        for verb in [
            "details",
            "host key of",
            "link of",
            "when is",
            "password of",
            "agenda",
            "now",
            "next",
            "remind me",
            "sos",
            "help",
            "who",
            "hello",
        ] {
            sentences.push(format!("{verb} {name}"));
        }
    }
    let rooms: Vec<Option<RoomKey>> = std::iter::once(None)
        .chain(event.rooms.iter().map(|room| Some(room.key.clone())))
        .collect();
    let people = ["ann", "ben", "cid", "zed"].map(|name| Email::new(format!("{name}@example.com")));
    let people = people.iter().map(Some).chain([None]);
    let (mut organisers, mut others) = (0, 0);
    for (asker, room) in people.flat_map(|asker| rooms.iter().map(move |room| (asker, room))) {
        for organisers_only in [false, true] {
            let scene = Scene {
                words: &EventWords::default(),
                event: &event,
                schedule: &schedule,
                facts: &facts,
                organisers_only,
                now: "2027-10-01T07:30:00Z".parse().expect("a time"),
            };
            let question = |text| Question {
                text,
                place: room.as_ref().map_or(Place::Private, Place::Room),
                asker,
                fallback: None,
            };
            let asked = sentences
                .iter()
                .map(|text| (text.as_str(), answer(&scene, &question(text))));
            let pressed =
                Intent::BUILT_IN.map(|intent| ("", answer_intent(&scene, &question(""), intent)));
            let among_themselves = match room {
                None => true,
                Some(room) => room.as_str() == "jury" && organisers_only,
            };
            let may = among_themselves && asker.is_some_and(|asker| asker.as_str() == ORGANISER);
            for (text, reply) in asked.chain(pressed) {
                let tells = tells(&reply);
                assert!(may || !tells, "{asker:?} in {room:?}: {text}");
                let details = reply.intent == Intent::Details;
                assert!(details || !tells, "{text} is no question for details");
                organisers += usize::from(tells);
                others += usize::from(!may);
            }
        }
    }
    assert!(organisers >= 9, "{organisers} answers had a host key");
    assert!(others > 3_000, "{others} answers were searched");
}
