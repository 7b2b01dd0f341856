//! What a script promises, tried on the examples. Only here is the bot asked how it understands.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use showcaller_event::{Event, Input, Language, Schedule, check};
use showcaller_show::{
    Body, EventWords, Intent, Place as Asked, Question, Scene, Span, answer, understand,
};

use super::typo::slips;
use super::wording::{AS_IT_IS, names, phrases};
use super::*;

pub(crate) fn example(name: &str) -> Event {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples")
        .join(name);
    let bytes = std::fs::read(folder.join("event.yaml")).unwrap();
    let load = |path: &str| std::fs::read(folder.join(path)).map_err(|error| error.to_string());
    check(&Input {
        name: "event.yaml",
        bytes: &bytes,
        load: &load,
        now: None,
    })
    .event
    .unwrap()
}

/// One of everything that can be asked about an event.
fn abouts(event: &Event) -> Vec<About> {
    let plain = [
        About::Agenda,
        About::Now,
        About::Next,
        About::Help,
        About::Human,
        About::Who,
        About::Remind,
        About::NoDay,
        About::Nothing,
    ];
    let days = event.days.iter().map(|day| About::Day(day.id.clone()));
    let meetings = event
        .meetings
        .iter()
        .map(|meeting| About::Meeting(meeting.key.clone()));
    let answers = event
        .answers
        .iter()
        .map(|answer| About::Link(answer.id.clone()));
    plain
        .into_iter()
        .chain(days)
        .chain(meetings)
        .chain(answers)
        .collect()
}

fn intents(about: &About) -> Vec<Intent> {
    match about {
        About::Agenda | About::Day(_) => vec![Intent::Agenda],
        About::Now => vec![Intent::Now, Intent::Where],
        About::Next => vec![Intent::Next],
        About::Meeting(_) => vec![Intent::Meeting],
        About::Link(answer) => vec![Intent::Custom(answer.clone())],
        About::Help => vec![Intent::Help],
        About::Human => vec![Intent::Sos],
        About::Who => vec![Intent::Who],
        About::Remind => vec![Intent::Remind],
        About::HostKey(_) => vec![Intent::Details],
        About::NoDay => vec![Intent::Agenda],
        About::Command | About::Reply(_) | About::Slip(..) => Vec::new(),
        About::Nothing => vec![Intent::None, Intent::Hello, Intent::Thanks],
    }
}

pub(super) fn scene<'a>(
    (event, words): (&'a Event, &'a EventWords),
    schedule: &'a Schedule,
    now: Timestamp,
) -> Scene<'a> {
    Scene {
        words,
        event,
        schedule,
        facts: &|_| None,
        organisers_only: false,
        now,
    }
}

/// Everything that can be written for this, as it should be and with each slip of a finger.
fn texts(event: &Event, about: &About, language: Language) -> BTreeSet<String> {
    let on = event.meetings[0].start.date();
    let names = match names(event, about, language, Some(on)) {
        none if none.is_empty() => vec![String::new()],
        names => names,
    };
    // A slip is in the phrase, and not in the name.
    let some = &names[..1];
    let texts = phrases(about.tag(), language).flat_map(|phrase| {
        let (phrase, may_slip) = match phrase.strip_prefix(AS_IT_IS) {
            Some(phrase) => (phrase, false),
            None => (phrase, true),
        };
        let as_it_is = [phrase.to_owned(), phrase.to_uppercase()];
        let around = phrases("around", language).map(move |around| around.replace("{}", phrase));
        let around = around.filter(move |_| may_slip && *about != About::Nothing);
        let slips = slips(phrase).into_iter().filter(move |_| may_slip);
        let as_it_is = as_it_is.map(|text| (text, &names[..]));
        { slips }
            .chain(around)
            .map(|text| (text, some))
            .chain(as_it_is)
    });
    texts
        .flat_map(|(phrase, names)| names.iter().map(move |name| phrase.replace("{}", name)))
        .collect()
}

#[test]
fn all_that_can_be_written_is_understood() {
    for name in ["innovation-challenge", "workshop"] {
        let event = example(name);
        let schedule = Schedule::planned(&event);
        let words = EventWords::default();
        let scene = scene(
            (&event, &words),
            &schedule,
            event.meetings[0].start.timestamp(),
        );
        let mut tried = BTreeSet::new();
        let mut missed = String::new();
        for about in abouts(&event) {
            for text in Language::ALL
                .iter()
                .flat_map(|language| texts(&event, &about, *language))
            {
                if !tried.insert((about.tag(), text.clone())) {
                    continue;
                }
                let question = Question {
                    text: &text,
                    place: Asked::Private,
                    asker: None,
                    fallback: None,
                };
                let got = understand(&scene, &question).intent;
                if !intents(&about).contains(&got) {
                    missed += &format!("{} as {got}: {text}\n", about.tag());
                }
            }
        }
        assert_eq!(missed, "", "{name}");
    }
}

/// What the answer has to hold is what the bot answers, at the time by the file.
#[test]
fn what_is_asked_for_is_what_the_words_say() {
    let event = example("innovation-challenge");
    let schedule = Schedule::planned(&event);
    for seed in 0..4 {
        for act in script(
            &event,
            &Settings {
                seed,
                questions: 500,
            },
        )
        .acts
        {
            let Doing::Ask {
                place,
                words,
                about,
                ..
            } = &act.what
            else {
                continue;
            };
            let event_words = EventWords::default();
            let scene = scene(
                (&event, &event_words),
                &schedule,
                act.when.at(&schedule).unwrap(),
            );
            let question = Question {
                text: words,
                place: match place {
                    Place::Room(room) => Asked::Room(room),
                    Place::Private => Asked::Private,
                },
                asker: Some(&act.who),
                fallback: None,
            };
            let reply = answer(&scene, &question);
            let told = match (about, &reply.body) {
                (About::Meeting(meeting), _) => reply
                    .listings()
                    .iter()
                    .any(|listing| listing.key == *meeting),
                (_, Body::Agenda(agenda)) if agenda.span == Span::Over => true,
                (About::Day(day), Body::Agenda(agenda)) => {
                    agenda.days.iter().map(|day| &day.id).eq([day])
                }
                (About::Day(_), _) => false,
                (About::Link(_), body) => matches!(body, Body::Custom(_)),
                _ => true,
            };
            assert!(told, "seed {seed}: {act:?} got {reply:?}");
        }
    }
}

fn settings() -> impl Strategy<Value = Settings> {
    (any::<u64>(), 60usize..600).prop_map(|(seed, questions)| Settings { seed, questions })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn everybody_is_where_the_roster_has_them(settings in settings()) {
        for name in ["innovation-challenge", "workshop"] {
            let event = example(name);
            let planned = Schedule::planned(&event);
            let first = event.meetings.iter().map(|meeting| meeting.start.timestamp()).min().unwrap();
            let last = event.meetings.iter().map(|meeting| meeting.end.timestamp()).max().unwrap();
            let mut before = None;
            for act in script(&event, &settings).acts {
                let at = act.when.at(&planned).unwrap();
                prop_assert!(at >= first - SignedDuration::from_mins(15), "{act:?}");
                prop_assert!(at <= last + SignedDuration::from_hours(1), "{act:?}");
                prop_assert!(before <= Some(at), "in the order of time");
                before = Some(at);
                let host = event.webex.hosts.iter().any(|host| host.email == act.who);
                prop_assert!(host || event.person(&act.who).is_some(), "{act:?}");
                if let Doing::Ask { place: Place::Room(room), .. } | Doing::Press { place: Place::Room(room), .. } = &act.what {
                    let room = event.room(room).unwrap();
                    prop_assert!(room.members.iter().any(|member| member.email == act.who), "{act:?}");
                }
            }
        }
    }

    #[test]
    fn there_are_as_many_questions_as_wanted_and_of_every_kind(settings in settings()) {
        let event = example("innovation-challenge");
        let script = script(&event, &settings);
        let abouts: Vec<_> = script.acts.iter().filter_map(|act| match &act.what {
            Doing::Ask { about, .. } => Some(about.tag()),
            _ => None,
        }).collect();
        let drawn = abouts.iter().filter(|tag| **tag != "host-key").count();
        prop_assert!((settings.questions..=settings.questions + 5).contains(&drawn), "{drawn}");
        prop_assert_eq!(abouts.into_iter().collect::<BTreeSet<_>>().len(), 13);
    }

    #[test]
    fn nobody_is_in_two_meetings_and_who_waits_comes_in(settings in settings()) {
        for name in ["innovation-challenge", "summer-school"] {
            let event = example(name);
            let mut inside = BTreeMap::new();
            let mut waiting = BTreeMap::new();
            for act in script(&event, &settings).acts {
                match act.what {
                    Doing::Join { meeting } => {
                        prop_assert!(waiting.remove(&act.who).is_none_or(|waited| waited == meeting));
                        let elsewhere = inside.insert(act.who.clone(), meeting);
                        prop_assert_eq!(elsewhere, None, "{} joins", act.who);
                    }
                    Doing::WaitInLobby { meeting } => {
                        waiting.insert(act.who, meeting);
                    }
                    Doing::Leave { meeting } if event.person(&act.who).is_some() => {
                        prop_assert_eq!(inside.remove(&act.who), Some(meeting), "{} leaves", act.who);
                    }
                    _ => {}
                }
            }
            prop_assert_eq!((inside.len(), waiting.len()), (0, 0));
        }
    }

    #[test]
    fn a_seed_gives_one_script_and_another_seed_another(settings in settings()) {
        let event = example("workshop");
        let again = script(&event, &settings);
        prop_assert_eq!(&script(&event, &settings), &again);
        let other = Settings { seed: settings.seed ^ 1, ..settings };
        prop_assert_ne!(script(&event, &other), again);
    }
}

#[test]
fn the_first_acts_of_the_reference_event() {
    let event = example("innovation-challenge");
    let planned = Schedule::planned(&event);
    let script = script(
        &event,
        &Settings {
            seed: 1,
            questions: 500,
        },
    );
    let zone = event.meetings[0].start.time_zone();
    let mut lines = String::new();
    for act in &script.acts[..25] {
        let at = act.when.at(&planned).unwrap().to_zoned(zone.clone());
        let who = act.who.as_str().split('@').next().unwrap();
        let what = match &act.what {
            Doing::Ask {
                place,
                words,
                language,
                about,
                beneath,
            } => {
                let place = match place {
                    Place::Room(room) => room.as_str(),
                    Place::Private => "private",
                };
                let beneath = if *beneath { ", beneath" } else { "" };
                format!(
                    "asks in {place}{beneath}: {words} ({language}, {})",
                    about.tag()
                )
            }
            Doing::Press { nth, .. } => format!("presses button {nth}"),
            Doing::Join { meeting } => format!("joins {meeting}"),
            Doing::Host { meeting } => format!("hosts {meeting}"),
            Doing::WaitInLobby { meeting } => format!("waits for {meeting}"),
            Doing::Leave { meeting } | Doing::HostLeaves { meeting } => format!("leaves {meeting}"),
        };
        lines += &format!("{} {who} {what}\n", at.strftime("%H:%M:%S"));
    }
    insta::assert_snapshot!(lines, @r"
    08:50:18 balint.szabo asks in team-3: WHAT'S ON OCTOBER 6, 2027 (en, day)
    08:50:21 balint.szabo asks in team-3: WHAT'S ON OCTOBER 6, 2027 (en, day)
    08:50:45 events hosts opening/warm-up
    08:52:37 valentina.rossi joins opening/warm-up
    08:52:57 rasmus.nielsen joins opening/warm-up
    08:53:02 ngozi.eze joins opening/warm-up
    08:53:18 sunita.deshpande asks in jury: WHAT'S HAPPENIN ON 1 OF OCTOBER? (en, day)
    08:53:50 wanjiru.kamau joins opening/warm-up
    08:54:00 elif.yildiz asks in team-1: yesterday was fun (en, nothing)
    08:54:03 sofia.ramirez asks in team-1: je dois être où maintenant, svp (fr, now)
    08:54:03 sunita.deshpande asks in jury, beneath: agend on 7 October 2031 (en, no-day)
    08:54:45 noor.haddad joins opening/warm-up
    08:54:49 jan.novak joins opening/warm-up
    08:54:53 elif.yildiz asks in team-1, beneath: team agedna (en, agenda)
    08:54:54 lars.jorgensen joins opening/warm-up
    08:55:32 jonas.weber joins opening/warm-up
    08:55:41 mateusz.kowalczyk asks in team-2: team members (en, who)
    08:55:57 isabel.torres joins opening/warm-up
    08:55:59 dragan.ilic joins opening/warm-up
    08:56:23 tariq.mahmood joins opening/warm-up
    08:56:25 rania.mansour joins opening/warm-up
    08:56:36 henrik.dahl joins opening/warm-up
    08:56:37 diego.fernandez asks in private: scheddule for today?? (en, agenda)
    08:56:41 ines.carvalho asks in team-2: please, agenda for 7.10.2031 please (en, no-day)
    08:56:51 amina.yusuf joins opening/warm-up
    ");
}

/// Two days of so many teams, ten people each, of whom one coaches.
fn large(teams: usize) -> Event {
    let lines = |line: &dyn Fn(usize) -> String| (1..=teams).map(line).collect::<String>();
    let yaml = format!(
        r#"
event: large
title: Large
timezone: Europe/Brussels
people: people.csv
webex: {{ hosts: {{ events@example.com: {{ parallel: 1000 }} }} }}
days: {{ day-1: {{ title: Day 1, date: 2027-10-04 }}, day-2: {{ title: Day 2, date: 2027-10-05 }} }}
teams:
{}rooms:
  team-room: {{ one-per: team, title: "{{{{ team.title }}}}", members: [people of this team], locked: true }}
meetings:
  opening: {{ one-per: day, title: "{{{{ day.title }}}} - Opening", time: "09:00-09:30", rooms: [all rooms] }}
  breakout:
    one-per: [team, day]
    title: "{{{{ team.title }}}} - {{{{ day.title }}}} - Breakout"
    time: "10:00-16:30"
    rooms: [room of this team]
    cohosts: [coach of this team]
"#,
        lines(&|team| format!("  team-{team}: {{ title: Team {team} }}\n"))
    );
    let people = (0..10 * teams).map(|person| {
        let role = if person < teams {
            "coach"
        } else {
            "participant"
        };
        let team = person % teams + 1;
        format!("person{person}@example.com,Person {person},team-{team},{role}\n")
    });
    let roster = "email,name,team,role\n".to_owned() + &people.collect::<String>();
    let load = |_: &str| Ok(roster.clone().into_bytes());
    let bytes = yaml.as_bytes();
    let checked = check(&Input {
        name: "event.yaml",
        bytes,
        load: &load,
        now: None,
    });
    checked
        .event
        .unwrap_or_else(|| panic!("{:#?}", checked.diagnostics))
}

#[test]
fn five_thousand_people_ask_five_thousand_questions() {
    let event = large(500);
    let script = script(
        &event,
        &Settings {
            seed: 1,
            questions: 5000,
        },
    );
    let asked = |act: &&Act| matches!(act.what, Doing::Ask { .. });
    let people: BTreeSet<_> = script
        .acts
        .iter()
        .filter(asked)
        .map(|act| &act.who)
        .collect();
    let questions = script.acts.iter().filter(asked).count();
    assert!((5000..=5005).contains(&questions), "{questions}");
    assert!(people.len() > 2500, "{} people ask", people.len());
}
