//! What a recording becomes.

use serde_json::{Value, json};
use showcaller_event::Schedule;
use showcaller_show::{EventWords, Place as Asked, Question, understand};

use super::super::tests::{example, scene};
use super::super::wording;
use super::super::{Script, replayed};
use super::*;

fn asked(ms: i64, person: usize, room: Option<&str>, intent: Option<&str>) -> Value {
    json!({ "day": "day-2", "ms": ms, "what": "asked",
            "person": person, "room": room, "intent": intent })
}

fn read(event: &Event, happenings: &[Value]) -> Result<Replay, ReplayError> {
    let recording = json!({ "recording": 1, "happenings": happenings });
    Replay::read(&serde_json::to_vec(&recording).unwrap(), event)
}

fn questions(script: &Script) -> Vec<&Act> {
    let is = |act: &&Act| matches!(act.what, Doing::Ask { .. } | Doing::Press { .. });
    script.acts.iter().filter(is).collect()
}

const TEN: i64 = 10 * 3_600_000;

#[test]
fn what_was_asked_is_asked_at_the_same_time_of_the_day_in_the_same_place() {
    let event = example("innovation-challenge");
    let mut text = asked(TEN + 4000, 2, None, Some("none"));
    text["text"] = json!("is the cafeteria open");
    let replay = read(
        &event,
        &[
            asked(TEN, 1, Some("team-1"), Some("meeting")),
            asked(TEN + 1000, 1, Some("coaches"), Some("sos")),
            asked(TEN + 2000, 1, None, None),
            asked(TEN + 3000, 2, Some("team-1"), Some("remind")),
            text,
            json!({ "day": "day-2", "ms": TEN + 5000, "what": "pressed",
                    "person": 2, "room": "team-1" }),
            json!({ "day": "day-2", "ms": TEN, "what": "started", "meeting": "x" }),
        ],
    )
    .unwrap();
    for seed in 0..20 {
        let script = replayed(&event, seed, &replay);
        assert_eq!(script, replayed(&event, seed, &replay));
        let acts = questions(&script);
        let zone = TimeZone::get(&event.timezone).unwrap();
        let mut lines = String::new();
        for act in &acts {
            let When::At(at) = act.when else {
                panic!("{act:?}")
            };
            let (place, what) = match &act.what {
                Doing::Ask {
                    place,
                    about,
                    words,
                    ..
                } => match (about, &**words) {
                    (About::Nothing, "is the cafeteria open") => (place, "the text"),
                    (About::Agenda | About::Now | About::Next, _) => (place, "something"),
                    (about, _) => (place, about.tag()),
                },
                Doing::Press { place, .. } => (place, "presses"),
                other => panic!("{other:?}"),
            };
            let at = at.to_zoned(zone.clone()).strftime("%F %T");
            lines += &format!("{at} {place:?} {what}\n");
        }
        insta::allow_duplicates! { insta::assert_snapshot!(lines, @r#"
        2027-10-07 10:00:00 Room(RoomKey("team-1")) meeting
        2027-10-07 10:00:01 Room(RoomKey("coaches")) human
        2027-10-07 10:00:02 Private something
        2027-10-07 10:00:03 Room(RoomKey("team-1")) remind
        2027-10-07 10:00:04 Private the text
        2027-10-07 10:00:05 Room(RoomKey("team-1")) presses
        "#); }
        let who: Vec<&Email> = acts.iter().map(|act| &act.who).collect();
        assert!(who[..3].iter().all(|one| *one == who[0]), "{who:?}");
        assert!(who[3..].iter().all(|one| *one == who[3]), "{who:?}");
        assert_ne!(who[0], who[3]);
        for room in ["team-1", "coaches"] {
            let room = event.room(&RoomKey::new(room)).unwrap();
            assert!(room.members.iter().any(|it| it.email == *who[0]), "{who:?}");
        }
    }
}

#[test]
fn what_the_event_lacks_is_named() {
    let event = example("innovation-challenge");
    let elsewhere = asked(TEN, 1, Some("attic"), None);
    let other_day = json!({ "day": "day-9", "ms": 0, "what": "started", "meeting": "x" });
    let answer = asked(TEN, 1, None, Some("parking"));
    for (happening, name) in [
        (elsewhere, "attic"),
        (other_day, "day-9"),
        (answer, "parking"),
    ] {
        let error = read(&event, &[happening]).unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
    }
    for (json, why) in [
        (r#"{ "recording": 2, "happenings": 1 }"#, "version 2"),
        (r#"{ "event": "x" }"#, "no recording of ours"),
        ("", "no recording of ours"),
    ] {
        let error = Replay::read(json.as_bytes(), &event)
            .unwrap_err()
            .to_string();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn the_phrases_of_every_subject_are_understood() {
    let event = example("innovation-challenge");
    let schedule = Schedule::planned(&event);
    let words = EventWords::default();
    let scene = scene(
        (&event, &words),
        &schedule,
        event.meetings[0].start.timestamp(),
    );
    for tag in ["who", "details", "remind"] {
        for language in Language::ALL {
            let phrases: Vec<_> = wording::phrases(tag, language).collect();
            assert!(!phrases.is_empty(), "{tag} in {language}");
            for text in phrases.into_iter().map(|it| it.trim_start_matches('=')) {
                let place = Asked::Private;
                let question = Question {
                    text,
                    place,
                    asker: None,
                    fallback: None,
                };
                let got = understand(&scene, &question).intent;
                assert_eq!(got.as_str(), tag, "{text}");
            }
        }
    }
}
