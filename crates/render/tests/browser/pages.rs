//! Run sheets of easy and of hard events.

use std::fs;
use std::path::Path;

use jiff::Zoned;
use showcaller_event::model::MeetingFacts;
use showcaller_event::{Event, Input, Schedule, check};
use showcaller_render::document::{
    Align, Document, Mark, Part, Plot, Section, Series, Table, Value, Verdict,
};
use showcaller_render::facts::Told;
use showcaller_render::runsheet::{AsOf, Audience, RunSheet};
use showcaller_secret::Secret;

/// A page with the name that a finding gives it.
pub(crate) struct Page {
    pub(crate) name: &'static str,
    pub(crate) html: String,
}

pub(crate) fn all() -> Vec<Page> {
    let origin = example("innovation-challenge");
    let workshop = example("workshop");
    let page = |name, html| Page { name, html };
    let attendees = RunSheet::of(&origin, &links(&origin), Audience::Attendee);
    vec![
        page("innovation-challenge", organisers(&origin, &links(&origin))),
        page("not-applied", organisers(&origin, &Told::default())),
        page("changed", changed(&origin)),
        page("attendees", attendees.to_html()),
        page("workshop", organisers(&workshop, &links(&workshop))),
        page("conference", of_file(&conference())),
        page("crowded", of_file(CROWDED)),
    ]
}

pub(crate) fn origin() -> String {
    let origin = example("innovation-challenge");
    organisers(&origin, &links(&origin))
}

fn organisers(event: &Event, told: &Told) -> String {
    since(None, event, told)
}

/// The page with what has changed since the revision before.
fn since(before: Option<&Event>, event: &Event, told: &Told) -> String {
    let state = AsOf {
        revision: Some(3),
        made: "2027-09-30T17:05[Europe/Brussels]".parse().expect("a time"),
        schedule: &Schedule::planned(event),
        before,
    };
    RunSheet::of(event, told, Audience::Organiser)
        .as_of(event, state)
        .to_html()
}

/// Everything that can change, against a revision before.
fn changed(event: &Event) -> String {
    let mut before = event.clone();
    let first: &mut Zoned = &mut before.meetings[0].start;
    *first = first
        .checked_sub(jiff::ToSpan::minutes(20))
        .expect("a time");
    before.meetings[9].title = "Team 1: what it was called before".to_owned();
    before.meetings.remove(20);
    let mut gone = before.meetings[3].clone();
    gone.key = showcaller_event::model::MeetingKey::new("zoo");
    gone.title = "A walk in the zoo".to_owned();
    before.meetings.push(gone);
    since(Some(&before), event, &links(event))
}

fn of_file(file: &str) -> String {
    let event = event(file.as_bytes(), &|_| {
        Ok(b"email,name,role,team\nann@example.com,Ann,coach,\n".to_vec())
    });
    organisers(&event, &links(&event))
}

fn example(name: &str) -> Event {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples")
        .join(name);
    let file = fs::read(folder.join("event.yaml")).expect("an example");
    let load = |path: &str| fs::read(folder.join(path)).map_err(|error| error.to_string());
    event(&file, &load)
}

fn event(file: &[u8], load: &dyn Fn(&str) -> Result<Vec<u8>, String>) -> Event {
    let input = Input {
        name: "event.yaml",
        bytes: file,
        load,
        now: None,
    };
    let checked = check(&input);
    checked
        .event
        .unwrap_or_else(|| panic!("{:#?}", checked.diagnostics))
}

/// A report with every part that one can have, and with long texts in each.
pub(crate) fn report() -> Page {
    let at = |text: &str| text.parse().expect("a time");
    let long =
        "Incomprehensibilities:Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenstelle";
    let made = "2027-10-09T18:30[America/Argentina/ComodRivadavia]";
    let mut document = Document::new("Report", long, "Revision 3", made.parse().expect("a time"));
    document.verdict = Some(Verdict {
        good: false,
        sentence: format!("Not as planned: {long} was late."),
        reasons: vec![long.to_owned(), "opening, Team 1: 4 min late".to_owned()],
    });
    let columns = ["Cue", "Room", "Due", "Late by", "State"];
    let columns = columns.map(|head| match head {
        "Late by" => (head, Align::Right),
        _ => (head, Align::Left),
    });
    let mut table = Table::new("Every cue and room", &columns);
    let states = [Mark::Good, Mark::Quiet, Mark::Late, Mark::Wrong];
    for (minute, mark) in (0..40).zip(states.into_iter().cycle()) {
        table.rows.push(vec![
            Value::text(if minute == 3 { long } else { "opening" }),
            Value::text(if minute == 5 { long } else { "Team 1" }),
            Value::Moment(at("2027-10-06T07:00Z")),
            Value::Duration(jiff::SignedDuration::from_secs(minute * 7)),
            Value::State(mark, "in this state".to_owned()),
        ]);
    }
    let plot = |series| {
        Part::Plot(Plot {
            caption: "Answer time, in seconds".to_owned(),
            unit: "s",
            series,
        })
    };
    let points: Vec<_> = (10..60)
        .map(|hour| {
            let at = format!("2027-10-{:02}T{:02}:30Z", 6 + hour / 24, hour % 24);
            (
                at.parse().expect("a time"),
                f64::from(hour * 37 % 23) * 12.5,
            )
        })
        .collect();
    let bars = vec![(long.to_owned(), 12.0), ("Jury".to_owned(), 0.4)];
    let figure = |label: &str| (label.to_owned(), Value::Number(1_234));
    document.sections = vec![
        Section::new(
            long,
            vec![
                Part::Paragraph(long.to_owned()),
                Part::Figures(vec![
                    figure("Cues"),
                    figure("Sent"),
                    figure(long),
                    figure("Late"),
                ]),
                Part::Table(table),
            ],
        ),
        Section::new(
            "Questions",
            vec![plot(Series::Bars(bars)), plot(Series::Points(points))],
        ),
    ];
    Page {
        name: "report",
        html: document.to_html(),
    }
}

/// Links of the length that Webex gives them.
fn links(event: &Event) -> Told {
    let mut told = Told::default();
    for (number, meeting) in (1..).zip(&event.meetings) {
        let facts = MeetingFacts {
            link: Some(Secret::new(format!(
                "https://example.webex.com/example/j.php?MTID=m{number:032x}"
            ))),
            number: Some(format!("2555 610 {number:04}")),
            password: Some(Secret::new(format!("yG5vPm{number:02}xKw"))),
            host_key: Some(Secret::new(format!("{:06}", 481_516 + number))),
            sip: Some(format!("2555610{number:04}@example.webex.com")),
        };
        told.facts.insert(meeting.key.clone(), facts);
    }
    told
}

/// One day, 48 talks in six tracks; each track has a room.
fn conference() -> String {
    let mut file = String::from(
        "event: conference\ntitle: A conference\ntimezone: Europe/Paris\npeople: people.csv\nwebex:\n  \
         hosts:\n    events@example.com: { parallel: 6 }\ndays:\n  friday: { title: Friday, date: 2027-03-19 }\n\
         rooms:\n",
    );
    for track in 1..=6 {
        file += &format!("  track-{track}: {{ title: Track {track}, moderators: [coach] }}\n");
    }
    file += "meetings:\n";
    for talk in 0..48 {
        let (track, minutes) = (talk % 6 + 1, 540 + talk / 6 * 65);
        let title = match talk % 4 {
            0 => "Deploying on a Friday, and other habits of calm teams",
            1 => "Keynote",
            2 => {
                "What the distributed systems literature says about retries, and why nobody reads it"
            }
            _ => "Postgres for fun",
        };
        file += &format!(
            "  talk-{talk}: {{ title: \"{title} ({talk})\", time: \"{:02}:{:02}-{:02}:{:02}\", rooms: [track-{track}] }}\n",
            minutes / 60,
            minutes % 60,
            (minutes + 50) / 60,
            (minutes + 50) % 60
        );
    }
    file
}

/// Seven meetings at once in one room, titles as long as they may be, a meeting across midnight.
const CROWDED: &str = r#"
event: crowded
title: "An event with a title that is about as long as anybody would ever want to read on one line of a page"
timezone: America/Argentina/ComodRivadavia
people: people.csv
webex: { hosts: { events@example.com: { parallel: 9 } } }
days:
  one: { title: "The first day, on which everything happens at once", date: 2027-03-19 }
  two: { title: The second day, date: 2027-03-20 }
teams:
  a: { title: Team A }
  b: { title: Team B }
rooms:
  team: { one-per: team, title: "{{ team.title }}", locked: true }
  hall: { title: "The great hall of the people who have very long names for the rooms that they meet in", moderators: [coach] }
meetings:
  m1: { day: one, time: "09:00-10:00", rooms: [hall], title: "On titles that take as many letters as Webex allows a title to have, which is one hundred and twenty-eight, and then not more" }
  m2: { day: one, time: "09:00-10:00", rooms: [hall], title: "Incomprehensibilities:Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstellenleiterversammlung" }
  m3: { day: one, time: "09:00-10:00", rooms: [hall], title: Three }
  m4: { day: one, time: "09:00-10:00", rooms: [hall], title: Four }
  m5: { day: one, time: "09:00-10:00", rooms: [hall], title: Five }
  m6: { day: one, time: "09:00-10:00", rooms: [hall], title: Six }
  m7: { day: one, time: "09:00-09:10", rooms: [hall], title: Seven }
  night: { day: one, time: "22:00-01:30+1", rooms: [all rooms], title: A night together }
  pairs: { one-per: [team, day], time: "10:30-10:40", rooms: [room of this team], title: "{{ day.title }}" }
cues:
  applause: { say: Applause, to: [all rooms], send: by-call }
"#;
