//! What an operator tries in the organisers' room before and after the meetings of a day, and what the bot has to
//! answer. Nothing of it moves or stops a cue.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{Counts, Cue, CueRecipient, Day, Email, Meeting, RoomKey, Sending};
use showcaller_event::{Event, Schedule};

use super::act::{About, Act, Doing, Edge, Place, When};

/// A line that begins so is written in private.
const IN_PRIVATE: char = '@';
/// What is said to all rooms.
pub(crate) const NEWS: &str = "Hello from behind the scenes.";

/// So long before the first meeting of a day it begins.
const BEFORE: SignedDuration = SignedDuration::from_mins(50);
/// So long after the last of its meetings and cues.
const AFTER: SignedDuration = SignedDuration::from_mins(20);
/// How long it lasts at most.
const LASTS: SignedDuration = SignedDuration::from_mins(15);
/// Seconds between two lines.
const APART: i64 = 20;

/// The drills of all days; none without an operator in the organisers' room.
pub(crate) fn acts(event: &Event) -> Vec<Act> {
    let Some((who, room)) = operator(event) else {
        return Vec::new();
    };
    let planned = &Schedule::planned(event);
    let mut acts = Vec::new();
    for day in &event.days {
        let of_day = || event.meetings.iter().filter(|it| it.day == day.id);
        let start = |it: &&Meeting| it.start.timestamp();
        let end = |it: &&Meeting| it.end.timestamp();
        let (Some(first), Some(last)) = (of_day().min_by_key(start), of_day().max_by_key(end))
        else {
            continue;
        };
        let due = |cue: &Cue| cue.to.iter().find_map(|to| cue.due(to, planned));
        let due = |cue: &Cue| due(cue).map(|due| due.timestamp());
        let cues: Vec<(&Cue, Timestamp)> = { event.cues.iter() }
            .filter(|it| it.key.day.as_ref() == Some(&day.id))
            .filter_map(|it| Some((it, due(it)?)))
            .collect();
        let morning = start(&first) - BEFORE;
        let evening = cues.iter().map(|(_, due)| *due).max();
        let evening = evening.map_or(end(&last), |due| due.max(end(&last))) + AFTER;
        let goes = |cue: &Cue| {
            let by_clock = cue.send == Sending::ByClock && cue.counts == Counts::Planned;
            by_clock && !cue.two_people
        };
        let mut by_clock = cues.iter().filter(|(cue, _)| goes(cue));
        let next = by_clock.clone().find(|(_, due)| *due > morning + LASTS);
        let sent = by_clock.find(|(_, due)| (morning..end(&last)).contains(due));
        let drills = [
            ("morning", next, first, Edge::Start, morning),
            ("evening", sent, last, Edge::End, evening),
        ];
        // Past midnight it is another day.
        let is_today = |at: Timestamp| at.to_zoned(event.zone()).date() == day.date;
        for (moment, cue, meeting, edge, at) in drills.into_iter().filter(|it| is_today(it.4)) {
            let of = if edge == Edge::Start {
                start(&meeting)
            } else {
                end(&meeting)
            };
            let begins = at.duration_since(of).as_secs();
            for (place, (words, reply)) in lines(event, day, moment, cue.map(|it| it.0)).enumerate()
            {
                let seconds = begins + APART * i64::try_from(place).unwrap_or_default();
                acts.push(Act {
                    when: When::around(&meeting.key, edge, seconds),
                    who: who.clone(),
                    what: Doing::Ask {
                        place: match words.starts_with(IN_PRIVATE) {
                            true => Place::Private,
                            false => Place::Room(room.clone()),
                        },
                        words: words.trim_start_matches(IN_PRIVATE).to_owned(),
                        language: event.bot.language,
                        about: match reply.strip_prefix("moves ") {
                            Some(minutes) => {
                                About::Slip(day.id.clone(), minutes.parse().unwrap_or_default())
                            }
                            None => About::Reply(reply),
                        },
                        beneath: false,
                    },
                });
            }
        }
    }
    acts
}

/// The last of the organisers in their room: the first ones call the show.
pub(super) fn operator(event: &Event) -> Option<(&Email, &RoomKey)> {
    let organisers = &event.bot.organisers;
    let room = organisers.room.as_ref()?;
    let members = &event.room(room)?.members;
    let mut people = organisers.people.iter().rev();
    let is_there = |it: &&Email| members.iter().any(|member| member.email == **it);
    Some((people.find(is_there)?, room))
}

/// What is said at that moment, and words that the answer has; nothing of what the event does not have.
fn lines<'e>(
    event: &'e Event,
    day: &'e Day,
    moment: &'e str,
    cue: Option<&'e Cue>,
) -> impl Iterator<Item = (String, String)> + use<'e> {
    let count = |number: usize, one: &str, many: &str| {
        format!("{number} {}", if number == 1 { one } else { many })
    };
    let recipients = |cue: &'e Cue| cue.to.iter().map(|to| &to.recipient);
    let readers = |cue: &'e Cue| event.readers(recipients(cue)).len();
    let rooms = event
        .rooms
        .iter()
        .map(|room| CueRecipient::Room(room.key.clone()));
    let rooms: Vec<CueRecipient> = rooms.collect();
    let team = event.teams.iter().find_map(|team| {
        let mut people = event.people.iter();
        Some((team, people.find(|person| person.teams.contains(&team.id))?))
    });
    let known = [
        ("{cue}", cue.map(|cue| cue.key.to_string())),
        ("{name}", cue.map(|cue| cue.key.cue.to_string())),
        (
            "{recipients}",
            cue.map(|cue| count(cue.to.len(), "recipient", "recipients")),
        ),
        (
            "{people}",
            cue.map(|cue| count(readers(cue), "person", "people")),
        ),
        ("{everybody}", Some(event.readers(&rooms).len().to_string())),
        ("{news}", Some(NEWS.to_owned())),
        ("{team}", team.map(|(team, _)| team.title.clone())),
        ("{member}", team.map(|(_, person)| person.name.clone())),
        ("{day}", Some(day.id.to_string())),
    ];
    include_str!("drill.tsv").lines().filter_map(move |line| {
        let line = line.strip_prefix(moment)?.strip_prefix('\t')?;
        let filled = known
            .iter()
            .try_fold(line.to_owned(), |line, (name, value)| {
                match (line.contains(name), value) {
                    (true, Some(value)) => Some(line.replace(name, value)),
                    (true, None) => None,
                    (false, _) => Some(line),
                }
            });
        let filled = filled?;
        let (words, reply) = filled.split_once('\t')?;
        Some((words.to_owned(), reply.to_owned()))
    })
}
