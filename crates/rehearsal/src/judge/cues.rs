//! Whether each cue arrived in each room, once and in time.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use showcaller_event::model::{
    Anchor, Counts, Cue, CueRecipient, CueTo, MeetingFact, MeetingKey, Part, ScheduleFact, Sending,
    Text,
};
use showcaller_event::{Event, Schedule};

use super::needs::Needs;
use super::times::{AWAY, Times, length};
use super::world::{Message, World};
use crate::record::{Attendance, Called, Deleted, Lost, Record};
use crate::script::drill::CORRECTED;

/// A cue may come so long before it is due by the judge's reckoning, and one that counts from when a meeting really
/// began or ended.
const EARLY: SignedDuration = SignedDuration::from_secs(2);
const EARLY_BY_ACTUAL: SignedDuration = SignedDuration::from_mins(2);
/// Nothing that comes so long afterwards is this cue.
const MUCH_LATER: SignedDuration = SignedDuration::from_hours(6);
/// A cue that comes later than this is late, and on a day on which something goes wrong.
const LATE: SignedDuration = SignedDuration::from_secs(10);
const LATE_ON_A_BAD_DAY: SignedDuration = SignedDuration::from_mins(2);

/// So long Webex takes for each message, where there are many.
const EACH: SignedDuration = SignedDuration::from_millis(600);

/// One of which an operator had to find out whether it had arrived may be so late: they are asked after two
/// minutes of looking it up, and look themselves.
const LATE_IN_DOUBT: SignedDuration = SignedDuration::from_mins(5);

/// The bot is back so long after it was put out of a room.
const OUT: SignedDuration = SignedDuration::from_mins(3);

/// Of a go that lapsed nothing is left so long after it.
const LAPSES: SignedDuration = SignedDuration::from_mins(10);

/// Calls and what they made are so near to each other.
const UNHEARD_WITHIN: SignedDuration = SignedDuration::from_secs(1);

/// What became of a cue for one recipient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CueOutcome {
    /// Which.
    pub cue: String,
    /// For which room or person.
    pub to: String,
    /// When it was due: by the file and the slips, or when an operator said go. `None` if no operator did.
    pub due: Option<Timestamp>,
    /// When it arrived.
    pub sent: Option<Timestamp>,
    /// How often.
    pub times: usize,
    /// How many seconds after it was due.
    pub late: Option<i64>,
    /// Whether an operator held, skipped or recalled it.
    pub stopped: bool,
    /// How often it was to arrive: once, and as often as an operator sent it once more.
    pub wanted: usize,
}

pub(super) fn judge(
    needs: &Needs<'_>,
    record: &Record,
    reasons: &mut Vec<String>,
) -> Vec<CueOutcome> {
    let times = needs.times();
    let mut outcomes = Vec::new();
    for cue in &needs.event.cues {
        for to in &cue.to {
            let (outcome, message) = outcome(cue, to, needs, record);
            reasons.extend(fault(cue, &outcome, record, needs));
            let message = message.filter(|_| !is_corrected(cue, record));
            let lacks = message.and_then(|message| lacking(to, &message, needs));
            reasons.extend(lacks.map(|lacks| {
                format!("the cue {} in {} does not say {lacks}", cue.key, outcome.to)
            }));
            outcomes.push(outcome);
        }
        reasons.extend(judge_settled(cue, record));
        reasons.extend(cue.to.iter().find_map(|to| is_pointless(cue, to, times)));
    }
    outcomes
}

/// How long Webex takes for the messages of all cues that are due within two minutes, at most.
pub(super) fn slack(event: &Event) -> SignedDuration {
    let planned = Schedule::planned(event);
    let mut at_once: BTreeMap<i64, i32> = BTreeMap::new();
    for cue in &event.cues {
        for due in cue.to.iter().filter_map(|to| cue.due(to, &planned)) {
            let minutes = due.timestamp().as_second() / 120;
            *at_once.entry(minutes).or_default() += 1;
        }
    }
    EACH * at_once.into_values().max().unwrap_or_default()
}

/// On a day on which nothing goes wrong: whether the organisers' room was told of each cue that waits for a
/// go, and one go of each person was enough.
pub(super) fn judge_gos(needs: &Needs<'_>, record: &Record, reasons: &mut Vec<String>) {
    for cue in &needs.event.cues {
        let gos = said(cue, record).filter(|it| it.said == "go");
        let gos: Vec<Timestamp> = gos.map(|it| it.at).collect();
        let Some(last) = gos.last() else { continue };
        let hold = gos.iter().filter(|it| last.duration_since(**it) < LAPSES);
        match hold.count().cmp(&(1 + usize::from(cue.two_people))) {
            Ordering::Greater => {
                reasons.push(format!("a go of the cue {} was not enough", cue.key));
            }
            Ordering::Less => reasons.push(format!("the cue {} went by one go alone", cue.key)),
            Ordering::Equal => {}
        }
        if cue.send == Sending::ByClock {
            continue;
        }
        let words = format!("go {}", cue.key);
        if !is_told(needs, &words, Timestamp::MIN..=*last) {
            reasons.push(format!(
                "the organisers were not told that the cue {} waits",
                cue.key
            ));
        }
    }
}

/// On such a day: whether the organisers' room was told of each cue that failed where the bot was out.
pub(super) fn judge_failed(needs: &Needs<'_>, record: &Record, reasons: &mut Vec<String>) {
    for cue in &needs.event.cues {
        let mut failed = cue.to.iter();
        let failed = failed.find(|to| retried(cue, to, needs, record).is_some());
        let due = failed.and_then(|to| by_itself(cue, to, needs, record));
        let words = format!("retry {}", cue.key);
        if due.is_some_and(|due| !is_told(needs, &words, due..=due + LATE)) {
            reasons.push(format!(
                "the organisers were not told that the cue {} failed",
                cue.key
            ));
        }
    }
}

/// Whether the organisers' room, if there is one, was told of these words then.
fn is_told(needs: &Needs<'_>, words: &str, then: RangeInclusive<Timestamp>) -> bool {
    let room = needs.event.bot.organisers.room.as_ref();
    let is_it = |it: &Message<'_>| it.is_bot && then.contains(&it.at) && it.holds(words);
    room.is_none_or(|room| needs.world.in_room(room).iter().any(is_it))
}

/// Whether it was enough to say once of each recipient that a cue had arrived there.
fn judge_settled(cue: &Cue, record: &Record) -> Option<String> {
    let arrived = said(cue, record).filter(|it| it.said.ends_with(" arrived"));
    let mut arrived: Vec<&str> = arrived.map(|it| &*it.said).collect();
    arrived.sort_unstable();
    let again = arrived.windows(2).find(|it| it[0] == it[1])?;
    let key = &cue.key;
    Some(format!(
        "it was not enough to say once of the cue {key}: {}",
        again[0]
    ))
}

/// What a message of a cue lacks of links and, in a room, of times.
fn lacking(to: &CueTo, message: &Message<'_>, needs: &Needs<'_>) -> Option<String> {
    let is_room = matches!(to.recipient, CueRecipient::Room(_));
    let lacks = |part: &Part| match part {
        Part::Meeting {
            meeting,
            fact: MeetingFact::Link | MeetingFact::Join,
        } => {
            let link = needs.world.link_of(needs.event.meeting(meeting)?)?;
            (!message.holds(link)).then(|| format!("the link of {meeting}"))
        }
        Part::Scheduled {
            meeting,
            fact: ScheduleFact::Start,
            filters,
        } if is_room && filters.is_empty() => {
            let (start, _) = needs.times_at(message.at).of(meeting)?;
            let start = needs.local(start).strftime("%H:%M").to_string();
            (!message.holds(&start)).then(|| format!("{start} of {meeting}"))
        }
        _ => None,
    };
    // Another language may say it otherwise.
    let text = Some(&to.say.otherwise).filter(|_| to.say.by_language.is_empty());
    text.into_iter().flat_map(Text::parts).find_map(lacks)
}

/// Messages that have the words of a cue for those who got them.
pub(super) fn sent<'w>(event: &Event, world: &'w World<'_>) -> BTreeSet<&'w str> {
    let mut sent = BTreeSet::new();
    for to in event.cues.iter().flat_map(|cue| &cue.to) {
        let written = match &to.recipient {
            CueRecipient::Room(room) => world.in_room(room),
            CueRecipient::Person(email) => world.with(email),
        };
        let is_of = |it: &&Message<'_>| it.is_bot && (says(it, to) || it.words() == CORRECTED);
        let of_cue = written.iter().filter(is_of);
        sent.extend(of_cue.map(|it| it.id));
    }
    sent
}

/// What became of it, and the first message.
fn outcome<'w>(
    cue: &Cue,
    to: &CueTo,
    needs: &'w Needs<'_>,
    record: &Record,
) -> (CueOutcome, Option<Message<'w>>) {
    let (world, due) = (needs.world, due(cue, to, needs, record));
    let (written, name) = match &to.recipient {
        CueRecipient::Room(room) => (world.in_room(room), room.to_string()),
        CueRecipient::Person(email) => (world.with(email), email.to_string()),
    };
    let early = match cue.counts {
        Counts::Actual => EARLY_BY_ACTUAL,
        Counts::Planned => EARLY,
    };
    let from = since(cue, to, needs, record).map(|since| since - early);
    let is_it = |message: &&Message<'_>| {
        let in_time = from
            .is_some_and(|from| message.at >= from && message.at.duration_since(from) < MUCH_LATER);
        // A recall cannot delete what the bot never heard of.
        let is_left = is_unheard(message, world) && due.is_some_and(|due| message.at < due);
        let is_said = match is_corrected(cue, record) {
            true => message.words() == CORRECTED,
            false => says(message, to),
        };
        message.is_bot && in_time && is_said && !is_left
    };
    let came: Vec<Message<'_>> = written.iter().filter(is_it).copied().collect();
    let sent = came.first().map(|it| it.at);
    let outcome = CueOutcome {
        stopped: is_stopped(cue, record),
        // What was deleted by hand does not return in other words.
        wanted: match is_corrected(cue, record) && is_deleted(cue, to, record) {
            true => 0,
            false => 1 + said(cue, record).filter(|it| it.said == "again").count(),
        },
        cue: cue.key.to_string(),
        to: name,
        due,
        sent,
        times: came.len(),
        late: due
            .zip(sent)
            .map(|(due, sent)| sent.duration_since(due).as_secs()),
    };
    (outcome, came.into_iter().next())
}

/// Whether Webex took a message and its sender never heard so.
fn is_unheard(message: &Message<'_>, world: &World<'_>) -> bool {
    let is_near = |at: &Timestamp| at.duration_since(message.at).abs() <= UNHEARD_WITHIN;
    world.unheard.iter().any(is_near)
}

/// One that waits for a go, or was held, skipped or recalled, is due when the last go was said.
fn due(cue: &Cue, to: &CueTo, needs: &Needs<'_>, record: &Record) -> Option<Timestamp> {
    match cue.send {
        Sending::ByClock if !is_stopped(cue, record) => {
            retried(cue, to, needs, record).or_else(|| by_itself(cue, to, needs, record))
        }
        _ => said(cue, record)
            .filter(|it| it.said == "go")
            .map(|it| it.at)
            .next_back(),
    }
}

/// Since when it may be there; what was recalled is to be gone, and went to all when the first was due.
fn since(cue: &Cue, to: &CueTo, needs: &Needs<'_>, record: &Record) -> Option<Timestamp> {
    match said(cue, record).any(|it| it.said == "recall") {
        true => by_itself(cue, to, needs, record).min(due(cue, to, needs, record)),
        false => due(cue, to, needs, record),
    }
}

/// When it was last sent again to a room out of which the bot was when it was due.
fn retried(cue: &Cue, to: &CueTo, needs: &Needs<'_>, record: &Record) -> Option<Timestamp> {
    let due = by_itself(cue, to, needs, record)?;
    let is_out = |lost: &&Lost| {
        let is_here = to.recipient == CueRecipient::Room(lost.room.clone());
        is_here && (SignedDuration::ZERO..OUT).contains(&due.duration_since(lost.at))
    };
    record.lost.iter().find(is_out)?;
    said(cue, record)
        .rfind(|it| it.said == "retry")
        .map(|it| it.at)
}

fn by_itself(cue: &Cue, to: &CueTo, needs: &Needs<'_>, record: &Record) -> Option<Timestamp> {
    let actual = match cue.counts {
        Counts::Actual => actual(to, record),
        Counts::Planned => None,
    };
    actual.or_else(|| needs.due(cue, to))
}

/// When one is due that counts from when its meeting began or ended.
fn actual(to: &CueTo, record: &Record) -> Option<Timestamp> {
    let at = |meeting: &MeetingKey, what| {
        let of = record.attendance.iter();
        let of = of.filter(move |it| it.meeting == *meeting && it.what == what);
        of.filter(|it| it.refused.is_none())
            .map(|it| it.at)
            .collect::<Vec<_>>()
    };
    match to.anchor.as_ref()? {
        Anchor::AfterStart { meeting, delay } => {
            Some(*at(meeting, Attendance::Joined).first()? + *delay)
        }
        Anchor::After { meeting, delay } => {
            Some(*at(meeting, Attendance::Left).last()? + (*delay).max(AWAY))
        }
        _ => None,
    }
}

/// What was said of a cue, and not refused.
fn said<'r>(cue: &Cue, record: &'r Record) -> impl DoubleEndedIterator<Item = &'r Called> {
    let calls = record.calls.iter();
    let key = cue.key.clone();
    calls.filter(move |it| it.cue == key && it.refused.is_none())
}

/// Whether it did not go by the clock.
fn is_stopped(cue: &Cue, record: &Record) -> bool {
    said(cue, record).any(|it| ["hold", "skip", "recall"].contains(&&*it.said))
}

/// Whether those who have it read other words by now.
fn is_corrected(cue: &Cue, record: &Record) -> bool {
    said(cue, record).any(|it| it.said == "correct")
}

/// Whether a person deleted it there.
fn is_deleted(cue: &Cue, to: &CueTo, record: &Record) -> bool {
    let room = |it: &Deleted| CueRecipient::Room(it.room.clone());
    let mut deleted = record.deleted.iter();
    deleted.any(|it| it.cue == cue.key && room(it) == to.recipient)
}

/// Whether a message has all the words of a cue that stand in the file.
fn says(message: &Message<'_>, to: &CueTo) -> bool {
    let texts = std::iter::once(&to.say.otherwise).chain(to.say.by_language.values());
    let words = message.words();
    { texts }.any(|text| pieces(text).all(|piece| words.contains(piece)))
}

fn pieces(text: &Text) -> impl Iterator<Item = &str> {
    let words = text.parts().iter().filter_map(|part| match part {
        Part::Words(words) => Some(words.lines()),
        _ => None,
    });
    words
        .flatten()
        .map(str::trim)
        .filter(|line| !line.is_empty())
}

fn fault(cue: &Cue, outcome: &CueOutcome, record: &Record, needs: &Needs<'_>) -> Option<String> {
    let CueOutcome { cue: name, to, .. } = outcome;
    let is_left_out = said(cue, record)
        .next_back()
        .is_some_and(|it| it.said == "skip");
    let in_doubt = format!("settle {to} send again");
    let late_from = match said(cue, record).any(|it| it.said == in_doubt) {
        true => LATE_IN_DOUBT,
        false if needs.calm => LATE + needs.slack,
        false => LATE_ON_A_BAD_DAY,
    };
    if outcome.due.is_none() {
        let clock = cue.send == Sending::ByClock;
        return clock.then(|| format!("the cue {name} has no time for {to}"));
    }
    match (outcome.times, outcome.late) {
        (0, _) if is_left_out || outcome.wanted == 0 => None,
        (0, _) => Some(format!("the cue {name} did not arrive in {to}")),
        (times, Some(late)) if times == outcome.wanted && late > late_from.as_secs() => Some(
            format!("the cue {name} arrived in {to} {} late", length(late)),
        ),
        (times, _) if times == outcome.wanted => None,
        (times, _) if outcome.wanted == 1 => {
            Some(format!("the cue {name} arrived in {to} {times} times"))
        }
        (times, _) => Some(format!(
            "the cue {name} arrived in {to} {times} times instead of {}",
            outcome.wanted
        )),
    }
}

/// A cue that leads into a meeting must come before that is over, and lead into the one by which it goes.
fn is_pointless(cue: &Cue, to: &CueTo, times: &Times) -> Option<String> {
    let due = times.due(cue, to)?;
    // One that is on by then may be meant.
    let is_on = |meeting, other| {
        let (start, of_other) = (times.of(meeting)?.0, times.of(other)?);
        Some(of_other.0 <= start && due < of_other.1)
    };
    if let Some((meeting, other)) = to.leads_elsewhere()
        && is_on(meeting, other) != Some(true)
    {
        return Some(format!(
            "the cue {} goes by the start of {meeting}, but gives the link of {other}",
            cue.key
        ));
    }
    let is_over = |meeting: &&MeetingKey| times.of(meeting).is_some_and(|(_, end)| end <= due);
    let over = to.leads_into().find(is_over)?;
    Some(format!(
        "the cue {} leads into {over}, which is over by then",
        cue.key
    ))
}
