//! The judge: what came of a rehearsal, by the event file and the simulated world alone. It asks nothing of
//! the code that was rehearsed.

mod answers;
mod attention;
mod check_ins;
mod consequences;
mod cues;
mod links;
mod matching;
mod moves;
mod needs;
mod questions;
mod revised;
mod rooms;
mod slips;
mod taken;
#[cfg(test)]
mod tests;
mod times;
mod turns;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use showcaller_event::Event;
use showcaller_event::model::Email;
use showcaller_render::report::{Rehearsal, RehearsedMeeting};

pub use self::cues::CueOutcome;
pub use self::links::{Guided, Links};
pub use self::questions::Questions;
use self::times::Times;
pub use self::world::Calls;
use self::world::World;
use crate::record::{Attendance, Record};
use crate::script::drill::NEWS;

/// What came of a rehearsal.
#[derive(Debug, Clone, Serialize)]
pub struct Outcome {
    /// The event.
    pub event: String,
    /// The version of this format: [`Rehearsal::VERSION`], by which a report knows it.
    #[serde(rename = "rehearsal")]
    pub version: u32,
    /// What the files of the event are compared by.
    pub digest: String,
    /// What people call it.
    pub title: String,
    /// The zone of its times.
    pub timezone: String,
    /// The seed.
    pub seed: u64,
    /// When the rehearsal ended, on its own clock.
    pub ended: Timestamp,
    /// Whether the event is ready.
    pub ready: bool,
    /// Why it is not.
    pub reasons: Vec<String>,
    /// Each meeting, in the order of the file.
    pub meetings: Vec<RehearsedMeeting>,
    /// Each cue for each recipient, in the order of the file.
    pub cues: Vec<CueOutcome>,
    /// What became of the questions.
    pub questions: Questions,
    /// The links that were given.
    pub links: Links,
    /// Who was guided to their meetings.
    pub guided: Guided,
    /// How often people came into a meeting.
    pub joined: usize,
    /// What people pressed.
    pub pressed: usize,
    /// How many calls Webex had.
    pub calls: Calls,
    /// What had gone wrong, and how often.
    pub faults: Vec<(String, u64)>,
    /// How the event was set up and run.
    pub record: Summary,
}

/// How the event was set up and run.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// How many things were made before the event.
    pub made: usize,
    /// When the event was served.
    pub served: Vec<(Timestamp, Timestamp)>,
    /// How many processes died.
    pub crashes: usize,
    /// What the operators said of cues.
    pub operators: Vec<crate::record::Called>,
    /// How the days were moved.
    pub slips: Vec<crate::record::Slipped>,
}

/// Judges a rehearsal. `world` is what the simulator shows at the end.
#[must_use]
pub fn judge(
    event: &Event,
    record: &Record,
    world: &Value,
    faults: &[(String, u64)],
    seed: u64,
) -> Outcome {
    let mut reasons = Vec::new();
    let world = World::read(event, world);
    let record = &taken::completed(record, &world);
    let schedules = Times::in_turn(event, record);
    let rooms = rooms::Rooms::of(event);
    setup(event, record, &world, &mut reasons);
    let calm = faults.iter().all(|(_, times)| *times == 0) && record.crashes.is_empty();
    let needs = needs::Needs {
        calm,
        slack: cues::slack(event),
        event,
        world: &world,
        rooms: &rooms,
        schedules: &schedules,
    };
    let cues = cues::judge(&needs, record, &mut reasons);
    let cues_sent = cues::sent(event, &world);
    let is_cue =
        |message: &world::Message<'_>| cues_sent.contains(message.id) || message.words() == NEWS;
    let case = questions::Case {
        record,
        answers: &answers::Answers::of(&world, record, &needs, &is_cue),
        needs: &needs,
    };
    let questions = case.judge(&mut reasons);
    if calm {
        // On a bad day a press may get lost: Webex lists none to those who did not hear of it.
        case.judge_presses(&mut reasons);
        case.judge_calls(&mut reasons);
        check_ins::judge(&needs, record, &mut reasons);
        attention::judge(&needs, record, &mut reasons);
        attention::judge_welcomes(&needs, record, &mut reasons);
        attention::judge_losses(&needs, record, &mut reasons);
        slips::judge(&needs, record, &mut reasons);
        cues::judge_gos(&needs, record, &mut reasons);
        cues::judge_failed(&needs, record, &mut reasons);
        news(&needs, record, &mut reasons);
        revised::judge(&needs, record, &mut reasons);
        turns::judge(&needs, record, case.answers, &mut reasons);
    }
    let links = links::judge(event, &world, &rooms, &mut reasons);
    let guided = links::guided(&needs, &mut reasons);
    hosts(&needs, &mut reasons);
    run(record, &mut reasons);
    if world.findings > 0 {
        let count = world.findings;
        reasons.push(format!(
            "{count} calls or answers were not as Webex documents them"
        ));
    }
    let joins = record.attendance.iter();
    let joined = joins.filter(|it| it.what == Attendance::Joined && it.refused.is_none());
    Outcome {
        event: event.key.to_string(),
        version: Rehearsal::VERSION,
        digest: record.applied.digest.clone(),
        title: event.title.clone(),
        timezone: event.timezone.clone(),
        seed,
        ended: record
            .served
            .last()
            .map_or(Timestamp::UNIX_EPOCH, |(_, until)| *until),
        ready: reasons.is_empty(),
        reasons,
        meetings: attended(event, record),
        cues,
        questions,
        links,
        guided,
        joined: joined.count(),
        pressed: record.presses.len(),
        calls: world.calls,
        faults: faults.to_vec(),
        record: Summary {
            made: record.applied.made,
            served: record.served.clone(),
            crashes: record.crashes.len(),
            operators: record.calls.clone(),
            slips: record.slips.clone(),
        },
    }
}

/// When people were in the meetings.
fn attended(event: &Event, record: &Record) -> Vec<RehearsedMeeting> {
    let meetings = event.meetings.iter().map(|meeting| {
        let of = record.attendance.iter();
        let of = of.filter(|it| it.meeting == meeting.key && it.refused.is_none());
        let at = |what| of.clone().filter(move |it| it.what == what);
        let people: BTreeSet<_> = at(Attendance::Joined).map(|it| &it.who).collect();
        RehearsedMeeting {
            meeting: meeting.key.to_string(),
            started: at(Attendance::Joined).map(|it| it.at).min(),
            ended: at(Attendance::Left).map(|it| it.at).max(),
            joined: people.len(),
        }
    });
    meetings.collect()
}

/// Whether everything of the file is on Webex.
fn setup(event: &Event, record: &Record, world: &World<'_>, reasons: &mut Vec<String>) {
    let failed = record.applied.failed.iter();
    reasons.extend(failed.map(|why| format!("it could not be set up: {why}")));
    for meeting in &event.meetings {
        for invitee in meeting.invitees.iter().filter(|it| it.cohost) {
            let (email, key) = (invitee.email.as_str(), meeting.key.as_str());
            let is_host = world
                .hosts
                .iter()
                .any(|(host, it)| *host == email && it.key == meeting.key);
            if !is_host && !world.cohosts.contains(&(email, key)) {
                reasons.push(format!("{email} is no co-host of {key} on Webex"));
            }
        }
    }
}

/// Whether what an operator said to all rooms on each day arrived there as often.
fn news(needs: &needs::Needs<'_>, record: &Record, reasons: &mut Vec<String>) {
    let said = record.questions.iter();
    let said = said.filter(|it| it.words.starts_with("say ") && it.words.ends_with(NEWS));
    let said = said.count();
    for room in &needs.event.rooms {
        let written = needs.world.in_room(&room.key).iter();
        let times = written.filter(|it| it.is_bot && it.words() == NEWS).count();
        if times != said {
            let room = &room.key;
            reasons.push(format!(
                "what was said to all rooms {said} times arrived in {room} {times} times"
            ));
        }
    }
}

/// Whether a host has more meetings at once than they may.
fn hosts(needs: &needs::Needs<'_>, reasons: &mut Vec<String>) {
    let (event, world, times) = (needs.event, needs.world, needs.times());
    let mut hosted: BTreeMap<&str, Vec<(Timestamp, Timestamp, &str)>> = BTreeMap::new();
    for (host, meeting) in &world.hosts {
        if let Some((start, end)) = times.of(&meeting.key) {
            let hosted = hosted.entry(host).or_default();
            hosted.push((start, end, meeting.key.as_str()));
        }
    }
    for (host, meetings) in hosted {
        let parallel = event
            .webex
            .hosts
            .iter()
            .find(|it| it.email.as_str() == host);
        let parallel = parallel.map_or(1, |host| host.parallel);
        for (start, _, key) in &meetings {
            let at_once = meetings
                .iter()
                .filter(|(from, until, _)| (*from..*until).contains(start));
            let at_once = at_once.count();
            if at_once > usize::try_from(parallel).unwrap_or(usize::MAX) {
                reasons.push(format!(
                    "{host} hosts {at_once} meetings at once when {key} begins"
                ));
                break;
            }
        }
    }
}

/// Whether everything went on running, and everybody could come in.
fn run(record: &Record, reasons: &mut Vec<String>) {
    for (at, why) in &record.broken {
        reasons.push(format!("a process ended by itself at {at}: {why}"));
    }
    let refused = record
        .calls
        .iter()
        .filter_map(|it| Some((it, it.refused.as_ref()?)));
    for (called, why) in refused {
        reasons.push(format!(
            "the operator's {} of {} was refused: {why}",
            called.said, called.cue
        ));
    }
    let refused = record.refused.iter();
    reasons.extend(refused.map(|(what, why)| format!("the operator's {what} was refused: {why}")));
    let mut shut_out: BTreeMap<&str, (usize, &Email)> = BTreeMap::new();
    for attended in record
        .attendance
        .iter()
        .filter(|it| it.what == Attendance::Joined)
    {
        if attended.refused.is_some() {
            let entry = shut_out
                .entry(attended.meeting.as_str())
                .or_insert((0, &attended.who));
            entry.0 += 1;
        }
    }
    for (meeting, (people, first)) in shut_out {
        reasons.push(format!(
            "{people} people, such as {first}, did not get into {meeting}"
        ));
    }
}
