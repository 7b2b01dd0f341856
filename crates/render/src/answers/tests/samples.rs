//! Replies made by hand, as people get them at the example event.

mod all;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use showcaller_event::Language;
use showcaller_event::model::{DayId, MeetingKey};
use showcaller_secret::Secret;
use showcaller_show::{
    Agenda, Ahead, Body, Custom, DayAgenda, DetailsFor, Intent, Link, Listing, Member, Reply,
    Running, Span, State, TeamList, Zones,
};

pub(super) use all::all;

pub(super) const HOST_KEY: &str = "734112";

/// A reply in English, in the event's zone.
pub(super) fn reply(intent: Intent, body: Body) -> Reply {
    Reply {
        intent,
        language: Language::English,
        in_private: false,
        zones: Zones {
            main: brussels(),
            beside: None,
        },
        body,
    }
}

pub(super) fn in_language(language: Language, reply: Reply) -> Reply {
    Reply { language, ..reply }
}

/// The same with London's clock beside the event's.
pub(super) fn beside_london(reply: Reply) -> Reply {
    let zones = Zones {
        main: brussels(),
        beside: Some(TimeZone::get("Europe/London").expect("a zone")),
    };
    Reply { zones, ..reply }
}

/// The same as a participant reads it in private who lives in another zone.
pub(super) fn read_in(zone: &str, mut reply: Reply) -> Reply {
    let main = TimeZone::get(zone).expect("a zone");
    let local = |time: &mut Zoned| *time = time.with_time_zone(main.clone());
    let listings: Vec<&mut Listing> = match &mut reply.body {
        Body::Agenda(agenda) => {
            let days = agenda.days.iter_mut();
            days.flat_map(|day| &mut day.meetings).collect()
        }
        Body::Now(running) => running.meetings.iter_mut().collect(),
        Body::Meeting(listings) | Body::Reminder(listings) => listings.iter_mut().collect(),
        Body::Next(ahead) => ahead.meetings.iter_mut().collect(),
        Body::Remind { at, of } => {
            at.iter_mut().for_each(local);
            of.iter_mut().collect()
        }
        other => panic!("no times in {other:?}"),
    };
    for listing in listings {
        local(&mut listing.start);
        local(&mut listing.end);
    }
    let beside = Some(brussels());
    Reply {
        in_private: true,
        zones: Zones { main, beside },
        ..reply
    }
}

/// A day that begins before midnight in Los Angeles, and ends after it in Tokyo.
pub(super) fn long_day() -> Reply {
    let meetings = vec![
        meeting(1, "Early birds", (DAY_1, 33, 35), State::ToCome),
        meeting(2, "Lunch talk", (DAY_1, 50, 52), State::ToCome),
        meeting(3, "Party", (DAY_1, 80, 88), State::ToCome),
    ];
    agenda(Span::Today, vec![day("day-1", "Day 1", DAY_1, meetings)])
}

/// Two that run at once, of which the first began before midnight.
pub(super) fn now_past_midnight() -> Reply {
    let night = meeting(1, "Night of the ideas", (DAY_1, 92, 95), State::Running);
    let early = meeting(2, "Early check-in", (DAY_2, 1, 8), State::Running);
    let meetings = vec![night, early];
    let next = Ahead::default();
    reply(Intent::Now, Body::Now(Running { meetings, next }))
}

fn brussels() -> TimeZone {
    TimeZone::get("Europe/Brussels").expect("a zone")
}

/// Eight meetings have known links, by the number in them; the others' links follow.
pub(super) fn meeting(
    number: u8,
    title: &str,
    (day, start, end): (Date, i8, i8),
    state: State,
) -> Listing {
    let at = |quarters: i8| -> Zoned {
        day.at(quarters / 4, quarters % 4 * 15, 0, 0)
            .to_zoned(brussels())
            .expect("a time")
    };
    Listing {
        key: MeetingKey::new(format!("meeting-{number}")),
        title: title.to_owned(),
        start: at(start),
        end: at(end),
        state,
        rooms: Vec::new(),
        cohost: false,
        link: if number <= 8 {
            Link::Known {
                url: Secret::new(format!("https://example.webex.com/m/{number}")),
                number: Some(format!("2555 000 000{number}")),
                password: Some(Secret::new(format!("Lunch{number}Qx"))),
            }
        } else {
            Link::Follows
        },
    }
}

pub(super) fn for_rooms(rooms: &[&str], listing: Listing) -> Listing {
    Listing {
        rooms: rooms.iter().map(|room| (*room).to_owned()).collect(),
        ..listing
    }
}

pub(super) const WARM_UP: Date = date(2027, 10, 1);
pub(super) const DAY_1: Date = date(2027, 10, 6);
pub(super) const DAY_2: Date = date(2027, 10, 7);

/// Times are quarters of an hour since midnight.
pub(super) fn warm_up() -> DayAgenda {
    use State::{Ended, Running, ToCome};
    day(
        "warm-up",
        "Warm-up",
        WARM_UP,
        vec![
            meeting(1, "Warm-up - Opening", (WARM_UP, 36, 38), Ended),
            meeting(2, "Team 1 - Warm-up - Breakout", (WARM_UP, 40, 46), Running),
            meeting(3, "Learn to pitch", (WARM_UP, 52, 56), ToCome),
            meeting(4, "Warm-up - Closing", (WARM_UP, 62, 64), ToCome),
        ],
    )
}

fn later_day(number: u8, date: Date) -> DayAgenda {
    let title = format!("Day {number}");
    let meeting = |key, name: &str, times: (i8, i8)| {
        let title = format!("{title} - {name}");
        super::samples::meeting(key, &title, (date, times.0, times.1), State::ToCome)
    };
    let meetings = vec![
        meeting(4 + number, "Opening", (36, 38)),
        meeting(20 + number, "Breakout", (40, 66)),
        meeting(30 + number, "Closing", (66, 68)),
    ];
    day(&format!("day-{number}"), &title, date, meetings)
}

fn day(id: &str, title: &str, date: Date, meetings: Vec<Listing>) -> DayAgenda {
    DayAgenda {
        id: DayId::new(id),
        title: title.to_owned(),
        date,
        meetings,
    }
}

pub(super) fn agenda(span: Span, days: Vec<DayAgenda>) -> Reply {
    reply(
        Intent::Agenda,
        Body::Agenda(Agenda {
            span,
            days,
            next: Ahead::default(),
        }),
    )
}

/// The same in private.
pub(super) fn in_private(reply: Reply) -> Reply {
    Reply {
        in_private: true,
        ..reply
    }
}

/// In the evening.
pub(super) fn ended_today() -> Reply {
    let mut warm_up = warm_up();
    for listing in &mut warm_up.meetings {
        listing.state = State::Ended;
    }
    let next = opening_in(3 * 24 * 60, DAY_1);
    let days = vec![warm_up];
    let span = Span::Today;
    reply(Intent::Agenda, Body::Agenda(Agenda { span, days, next }))
}

pub(super) fn today() -> Reply {
    agenda(Span::Today, vec![warm_up()])
}

pub(super) fn all_days() -> Reply {
    let days = vec![warm_up(), later_day(1, DAY_1), later_day(2, DAY_2)];
    agenda(Span::All, days)
}

/// A coach with two teams.
pub(super) fn coach_today() -> Reply {
    let times = (WARM_UP, 40, 46);
    let mut breakout = for_rooms(
        &["Team 1"],
        meeting(2, "Team 1 - Breakout", times, State::ToCome),
    );
    breakout.cohost = true;
    let mut other = for_rooms(
        &["Team 2"],
        meeting(3, "Team 2 - Breakout", times, State::ToCome),
    );
    other.cohost = true;
    let opening = meeting(1, "Warm-up - Opening", (WARM_UP, 36, 38), State::ToCome);
    let opening = for_rooms(&["Coaches", "Team 1", "Team 2"], opening);
    let review = meeting(9, "Coaches’ review", (WARM_UP, 66, 68), State::ToCome);
    let review = for_rooms(&["Coaches"], review);
    let meetings = vec![opening, breakout, other, review];
    beside_london(agenda(
        Span::Today,
        vec![day("warm-up", "Warm-up", WARM_UP, meetings)],
    ))
}

/// A participant of one team, in private.
pub(super) fn member_today() -> Reply {
    let mut warm_up = warm_up();
    for listing in &mut warm_up.meetings {
        listing.rooms = vec!["Team 1".to_owned()];
    }
    agenda(Span::Today, vec![warm_up])
}

pub(super) fn now() -> Reply {
    let meetings = vec![meeting(
        2,
        "Team 1 - Warm-up - Breakout",
        (WARM_UP, 40, 46),
        State::Running,
    )];
    let next = Ahead::default();
    reply(Intent::Now, Body::Now(Running { meetings, next }))
}

/// Six breakouts at once, as the organisers see it.
pub(super) fn now_in_six_teams() -> Reply {
    let breakout = |team| {
        let title = format!("Team {team} - Warm-up - Breakout");
        meeting(team, &title, (WARM_UP, 40, 46), State::Running)
    };
    let meetings = (1..=6).map(breakout).collect();
    let next = Ahead::default();
    reply(Intent::Now, Body::Now(Running { meetings, next }))
}

pub(super) fn opening_in(minutes: i64, date: Date) -> Ahead {
    Ahead {
        meetings: vec![meeting(1, "Opening", (date, 36, 38), State::ToCome)],
        minutes,
    }
}

pub(super) fn nothing_now(next: Ahead) -> Reply {
    let meetings = Vec::new();
    reply(Intent::Now, Body::Now(Running { meetings, next }))
}

pub(super) fn next(minutes: i64) -> Reply {
    reply(Intent::Next, Body::Next(opening_in(minutes, WARM_UP)))
}

pub(super) fn one_meeting() -> Reply {
    let pitch = meeting(3, "Learn to pitch", (WARM_UP, 52, 56), State::ToCome);
    reply(Intent::Meeting, Body::Meeting(vec![pitch]))
}

pub(super) fn several_meetings() -> Reply {
    let breakouts = vec![
        meeting(
            2,
            "Team 1 - Warm-up - Breakout",
            (WARM_UP, 40, 46),
            State::Ended,
        ),
        meeting(
            5,
            "Team 1 - Day 1 - Breakout",
            (DAY_1, 40, 66),
            State::ToCome,
        ),
        meeting(
            9,
            "Team 1 - Day 2 - Breakout",
            (DAY_2, 40, 66),
            State::ToCome,
        ),
    ];
    reply(Intent::Meeting, Body::Meeting(breakouts))
}

pub(super) fn no_such_meeting(asked: &str) -> Reply {
    let asked = asked.to_owned();
    reply(Intent::Meeting, Body::NoSuchMeeting { asked })
}

pub(super) fn who() -> Reply {
    let member = |name: &str, roles: &[&str]| Member {
        name: name.to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
    };
    reply(
        Intent::Who,
        Body::Who(vec![TeamList {
            title: "Team 1".to_owned(),
            members: vec![member("Ann Ångström", &[]), member("Ben Janssens", &[])],
            staff: vec![member("Chloé Dupont", &["coach"])],
        }]),
    )
}

pub(super) fn details(details: DetailsFor) -> Reply {
    reply(Intent::Details, Body::Details(details))
}

pub(super) fn details_of_opening() -> Reply {
    let listing = meeting(1, "Warm-up - Opening", (WARM_UP, 36, 38), State::ToCome);
    details(DetailsFor::One {
        listing: Box::new(listing),
        host_key: Some(Secret::new(HOST_KEY)),
    })
}

pub(super) fn reminder_set() -> Reply {
    let closing = meeting(4, "Warm-up - Closing", (WARM_UP, 62, 64), State::ToCome);
    let at: Timestamp = "2027-10-01T13:25:00Z".parse().expect("a time");
    let at = Some(at.to_zoned(brussels()));
    reply(
        Intent::Remind,
        Body::Remind {
            at,
            of: vec![closing],
        },
    )
}

pub(super) fn reminder() -> Reply {
    let closing = meeting(4, "Warm-up - Closing", (WARM_UP, 62, 64), State::ToCome);
    reply(Intent::Remind, Body::Reminder(vec![closing]))
}

pub(super) fn help(organiser: bool) -> Reply {
    let custom = vec!["board".to_owned()];
    reply(Intent::Help, Body::Help { custom, organiser })
}

pub(super) fn boards() -> Reply {
    let board = |team: u8| Custom {
        room: Some(format!("Team {team}")),
        markdown: Some(Secret::new(format!(
            "[Here](https://boards.example.com/team-{team}) is the **board** of Team {team}."
        ))),
        ..Custom::default()
    };
    let follows = Custom {
        room: Some("Jury".to_owned()),
        markdown: None,
        ..Custom::default()
    };
    reply(
        Intent::Custom("board".to_owned()),
        Body::Custom(vec![board(1), board(2), follows]),
    )
}

pub(super) fn empty_day() -> Reply {
    agenda(Span::Named, vec![day("day-1", "Day 1", DAY_1, vec![])])
}

pub(super) fn not_understood() -> Reply {
    let custom = vec!["board".to_owned()];
    reply(Intent::None, Body::NotUnderstood { custom })
}

pub(super) fn stranger() -> Reply {
    let event = "Innovation Challenge".to_owned();
    reply(Intent::Agenda, Body::Stranger { event })
}
