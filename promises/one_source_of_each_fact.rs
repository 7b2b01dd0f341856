//! Whatever is said of a meeting's times means the same instants: by the plan, the run sheet, the
//! calendar, the bot's answers, and what Webex is asked for.

mod calendar;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::{DateTime, Time, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use serde_json::Value;
use showcaller_engine::{CalendarOf, InForce};
use showcaller_event::Event;
use showcaller_event::model::{Address, Meeting};
use showcaller_plan::Wishes;
use showcaller_plan::read::{TextStyle, json, text};
use showcaller_render::answers;
use showcaller_render::calendar::{calendar as calendar_file, uid_of};
use showcaller_render::facts::Told;
use showcaller_render::runsheet::{Audience, RunSheet};
use showcaller_show::{EventWords, Place, Question, Scene};

use crate::random::{Sketch, check, events};
use crate::stage::Stage;
use crate::wire::{Fate, Wire};

/// When a meeting begins and ends.
type Instants = (Timestamp, Timestamp);
/// The same of each meeting, by a name.
type Times = BTreeMap<String, Instants>;

fn instants(meeting: &Meeting) -> Instants {
    (meeting.start.timestamp(), meeting.end.timestamp())
}

/// With and without summer time, with changes by half an hour or at midnight, and with rules that
/// are new or negative.
const ZONES: [&str; 11] = [
    "Africa/Casablanca",
    "America/Havana",
    "America/New_York",
    "America/Santiago",
    "America/Vancouver",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Europe/Brussels",
    "Europe/Dublin",
    "UTC",
];

/// Random events around the days on which clocks change, by day and by night.
fn around_changes() -> impl Strategy<Value = Sketch> {
    let zone = prop::sample::select(&ZONES[..]);
    let hour = prop::sample::select(vec![0, 1, 8]);
    (events(), zone, 0..4usize, 0..4i64, hour).prop_map(|(sketch, name, change, before, hour)| {
        let zone = TimeZone::get(name).expect("a zone");
        let begin = date(2027, 1, 1).in_tz("UTC").expect("a day").timestamp();
        let change = zone.following(begin).nth(change);
        let change = change.map_or(begin, |change| change.timestamp());
        let first = change.to_zoned(zone).date() - before.days();
        sketch.moved(name, first, hour)
    })
}

/// By the plan as programs read it.
fn planned(plan: &str) -> Times {
    let plan: Value = serde_json::from_str(plan).expect("JSON");
    let steps = plan["steps"].as_array().into_iter().flatten();
    let made = steps.filter_map(|step| {
        let fields = step["action"].get("create-meeting")?.get("fields")?;
        let time = |name: &str| fields[name]["time"].as_str()?.parse().ok();
        let address = step["address"].as_str()?;
        Some((address.to_owned(), (time("start")?, time("end")?)))
    });
    made.collect()
}

/// By the run sheet as programs read it.
fn on_the_sheet(sheet: &str) -> Result<Times, String> {
    let mut reader = csv::Reader::from_reader(sheet.as_bytes());
    let mut times = Times::new();
    for row in reader.deserialize() {
        let row: BTreeMap<String, String> = row.map_err(|error| error.to_string())?;
        let instant = |local: &str| -> Result<Timestamp, jiff::Error> {
            let local: DateTime = local.parse()?;
            Ok(local.in_tz(&row["time zone"])?.timestamp())
        };
        let day = &row["date"];
        let end = match row["end"].as_str() {
            end if end.contains(' ') => end.to_owned(),
            end => format!("{day} {end}"),
        };
        let start = instant(&format!("{day} {}", row["start"])).map_err(|e| e.to_string())?;
        let end = instant(&end).map_err(|error| error.to_string())?;
        times.insert(format!("meeting/{}", row["meeting"]), (start, end));
    }
    Ok(times)
}

/// Titles with times, sorted: what has no name beside its title.
type Titled = Vec<(String, Instants)>;

/// By something that has them as Webex has; `None` where a time is no instant.
fn titled<'a>(meetings: impl IntoIterator<Item = &'a Value>) -> Option<Titled> {
    let meeting = |meeting: &Value| {
        let time = |name: &str| meeting[name].as_str()?.parse().ok();
        let title = meeting["title"].as_str()?.to_owned();
        Some((title, (time("start")?, time("end")?)))
    };
    let titled: Option<Titled> = meetings.into_iter().map(meeting).collect();
    let mut titled = titled?;
    titled.sort();
    Some(titled)
}

/// Every `09:00–10:30` in a text; a date may stand before its end.
fn ranges(text: &str) -> BTreeSet<(Time, Time)> {
    const WORDS_OF_A_DATE: usize = 4;
    let clock = |text: &str| text.contains(':').then(|| text.parse().ok()).flatten();
    let dashes = text.match_indices('–');
    let ranges = dashes.filter_map(|(at, dash)| {
        let start = clock(text.get(at.checked_sub(5)?..at)?)?;
        let after = text[at + dash.len()..].split_whitespace();
        let mut after = after.take(1 + WORDS_OF_A_DATE);
        Some((start, after.find_map(|word| clock(word.get(..5)?))?))
    });
    ranges.collect()
}

/// What people read of these times.
fn shown<'a>(
    times: impl IntoIterator<Item = &'a Instants>,
    zone: &TimeZone,
) -> BTreeSet<(Time, Time)> {
    let clock = |at: Timestamp| at.to_zoned(zone.clone()).time();
    let times = times.into_iter();
    times
        .map(|(start, end)| (clock(*start), clock(*end)))
        .collect()
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, says: &T, wanted: &T) -> Result<(), String> {
    match says == wanted {
        true => Ok(()),
        false => Err(format!("{what}: {says:#?}, not {wanted:#?}")),
    }
}

/// Each room's answer to a question for the whole agenda.
fn answers_agree(event: &Event, now: Timestamp, zone: &TimeZone) -> Result<(), String> {
    let schedule = &InForce::planned(event.clone()).schedule;
    let scene = Scene {
        words: &EventWords::default(),
        event,
        schedule,
        facts: &|_| None,
        organisers_only: false,
        now,
    };
    for room in &event.rooms {
        let question = Question {
            text: "agenda all",
            place: Place::Room(&room.key),
            asker: None,
            fallback: None,
        };
        let reply = showcaller_show::answer(&scene, &question);
        let own = event.meetings.iter();
        let own = own.filter(|meeting| meeting.rooms.contains(&room.key));
        let own: BTreeMap<_, _> = own.map(|it| (&it.key, instants(it))).collect();
        let listed = reply.listings().into_iter();
        let listed: BTreeMap<_, _> = listed
            .map(|it| (&it.key, (it.start.timestamp(), it.end.timestamp())))
            .collect();
        same("the answer", &listed, &own)?;
        let messages = answers::messages(&reply, "key");
        let text: Vec<&str> = messages.iter().map(|it| it.markdown.expose()).collect();
        same(
            "the answer's text",
            &ranges(&text.concat()),
            &shown(own.values(), zone),
        )?;
    }
    Ok(())
}

/// When the event has each meeting, under the name that `name` gives it.
fn wanted(event: &Event, name: impl Fn(&Meeting) -> String) -> Times {
    let meetings = event.meetings.iter();
    meetings.map(|it| (name(it), instants(it))).collect()
}

/// The bodies of the calls that schedule meetings on this stage.
fn scheduled_on(stage: &mut Stage) -> Arc<Mutex<Vec<Value>>> {
    let bodies: Arc<Mutex<Vec<Value>>> = Arc::default();
    let record = Arc::clone(&bodies);
    stage.transport = Wire::judged_by(&stage.transport, move |sent, request| {
        if (sent.method.as_str(), sent.path.as_str()) == ("POST", "/v1/meetings") {
            let body = serde_json::from_slice(request.body()).expect("JSON");
            let mut bodies = record.lock().unwrap_or_else(PoisonError::into_inner);
            bodies.push(body);
        }
        Fate::Passes
    });
    bodies
}

/// The plan, what is sent, and what Webex then has.
async fn webex_agrees(stage: &mut Stage, event: &Event, zone: &TimeZone) -> Result<(), String> {
    let bodies = scheduled_on(stage);
    let outlook = stage.look(event, &Wishes::default()).await;
    let by_address = wanted(event, |it| Address::meeting(&it.key).to_string());
    same("the plan", &planned(&json(&outlook.plan)), &by_address)?;
    let style = TextStyle {
        width: 1_000,
        verbose: true,
    };
    let read = ranges(&text(&outlook.plan, &style).to_string());
    same("the plan's text", &read, &shown(by_address.values(), zone))?;

    stage.apply_outlook(event, outlook).await;
    let titles = event.meetings.iter();
    let titles = titles.map(|it| (it.title.clone(), instants(it)));
    let mut titles: Titled = titles.collect();
    titles.sort();
    let titles = Some(titles);
    let bodies = bodies.lock().unwrap_or_else(PoisonError::into_inner);
    same("the calls", &titled(&*bodies), &titles)?;
    for body in &*bodies {
        same(
            "the zone of a call",
            &body["timezone"],
            &event.timezone.as_str().into(),
        )?;
    }
    let world = stage.simulator.world();
    let there = world["meetings"].as_array().into_iter().flatten();
    same("Webex", &titled(there), &titles)
}

/// What does not say the instants of the event, in words.
async fn trouble(event: &Event) -> Result<(), String> {
    let mut stage = Stage::with(event, |config| {
        config.meeting_quota = None;
        config.rate = None;
    })
    .await;
    let zone = TimeZone::get(&event.timezone).map_err(|error| error.to_string())?;
    webex_agrees(&mut stage, event, &zone).await?;

    let told = Told::default();
    let sheet = RunSheet::of(event, &told, Audience::Organiser).to_csv();
    let by_address = wanted(event, |it| Address::meeting(&it.key).to_string());
    same("the run sheet", &on_the_sheet(&sheet)?, &by_address)?;

    let in_force = InForce::planned(event.clone());
    let entries = CalendarOf::All.entries(&in_force, &told, &stage.ledger, stage.now());
    let entries = entries.await.map_err(|error| error.to_string())?;
    let file = calendar_file(&event.title, &zone, stage.now(), &entries);
    let read = calendar::read(&file).ok_or_else(|| format!("cannot be read:\n{file}"))?;
    let by_uid = wanted(event, |it| uid_of(&event.key, &it.key));
    same("the calendar", &read, &by_uid)?;
    answers_agree(event, stage.now(), &zone)
}

#[test]
fn everything_says_the_same_instants() {
    let (mut all, mut refused) = (0, 0);
    check(24, around_changes(), async |sketch: Sketch| {
        all += 1;
        match sketch.event(0) {
            Ok(event) => trouble(&event).await,
            // A time that the clocks of that day show never or twice is refused.
            Err(findings) if findings.contains("the clocks are put") => {
                refused += 1;
                Ok(())
            }
            Err(findings) => Err(findings),
        }
    });
    assert!(refused * 2 < all, "{refused} of {all} say nothing");
}
