//! What an operator tries in the organisers' room before and after the meetings of a day, and what the bot has to
//! answer. Nothing of it moves or stops a cue.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{Counts, Cue, CueRecipient, Day, Email, Meeting, RoomKey, Sending};
use showcaller_event::{Event, Schedule};

use super::act::{About, Act, Doing, Edge, Place, When};

/// A line that begins so is written in private.
const IN_PRIVATE: char = '@';
/// The answer to such a line is what a slip by so many minutes moves.
const MOVES: &str = "moves ";
/// What is said to all rooms.
pub(crate) const NEWS: &str = "Hello from behind the scenes.";

/// What a cue says that was corrected.
pub(crate) const CORRECTED: &str = "This was not meant for today.";

/// So long before the first meeting of a day it begins.
const BEFORE: SignedDuration = SignedDuration::from_mins(50);
/// So long after the last of its meetings and cues.
const AFTER: SignedDuration = SignedDuration::from_mins(20);
/// How long it lasts at most.
const LASTS: SignedDuration = SignedDuration::from_mins(15);
/// Nothing is due so long before it begins, nor so long after it ends.
const APART_FROM_CUES: SignedDuration = SignedDuration::from_mins(7);
/// Seconds between two lines.
const APART: i64 = 20;

/// The drills of the first day; none without an operator in the organisers' room.
pub(crate) fn acts(event: &Event) -> Vec<Act> {
    let planned = &Schedule::planned(event);
    let Some(operator) = operator(event) else {
        return Vec::new();
    };
    let mut acts = Vec::new();
    // Each line costs the bot a reading of the whole show.
    for drill in event
        .days
        .iter()
        .take(1)
        .flat_map(|day| drills(event, planned, day))
    {
        for (place, (words, reply)) in lines(event, &drill).enumerate() {
            let seconds = drill.begins + APART * i64::try_from(place).unwrap_or_default();
            let when = When::around(&drill.meeting.key, drill.edge, seconds);
            acts.push(act(event, operator, when, &words, reply, drill.day));
        }
    }
    acts
}

/// What is tried before or after the meetings of a day.
struct Drill<'e> {
    day: &'e Day,
    moment: &'static str,
    /// One that goes by the clock: the next, or one that has gone.
    cue: Option<&'e Cue>,
    /// The first or the last of the day.
    meeting: &'e Meeting,
    edge: Edge,
    /// How many seconds after its start or end.
    begins: i64,
    /// Whether a slip of the day moves its first meeting.
    moves: bool,
}

/// Those of a day: none if a cue is due meanwhile, of which operators have other things to say.
fn drills<'e>(event: &'e Event, planned: &Schedule, day: &'e Day) -> Vec<Drill<'e>> {
    let of_day = || event.meetings.iter().filter(|it| it.day == day.id);
    let start = |it: &&Meeting| it.start.timestamp();
    let end = |it: &&Meeting| it.end.timestamp();
    let (Some(first), Some(last)) = (of_day().min_by_key(start), of_day().max_by_key(end)) else {
        return Vec::new();
    };
    let due = |cue: &Cue| -> Vec<Timestamp> {
        let due = cue.to.iter().filter_map(|to| cue.due(to, planned));
        due.map(|due| due.timestamp()).collect()
    };
    let cues = event
        .cues
        .iter()
        .filter(|it| it.key.day.as_ref() == Some(&day.id));
    let cues: Vec<(&Cue, Vec<Timestamp>)> = cues.map(|cue| (cue, due(cue))).collect();
    let all = || cues.iter().flat_map(|(_, due)| due).copied();
    let morning = start(&first) - BEFORE;
    let busy = morning - APART_FROM_CUES..morning + LASTS + APART_FROM_CUES;
    if all().any(|due| busy.contains(&due)) {
        return Vec::new();
    }
    let evening = all().max().map_or(end(&last), |due| due.max(end(&last))) + AFTER;
    let by_clock = |cue: &Cue| cue.send == Sending::ByClock && cue.counts == Counts::Planned;
    let which = |is_then: &dyn Fn(Timestamp) -> bool| {
        let mut cues = cues
            .iter()
            .filter(|(cue, due)| by_clock(cue) && !due.is_empty());
        let cue = cues.find(|(_, due)| due.iter().all(|due| is_then(*due)));
        cue.map(|(cue, _)| *cue)
    };
    let next = which(&|due| due > morning);
    let sent = which(&|due| (morning..end(&last)).contains(&due));
    let drill = |moment, cue, meeting, edge, (at, of): (Timestamp, Timestamp)| {
        // Past midnight it is another day.
        let is_today = at.to_zoned(event.zone()).date() == day.date;
        let moves = !first.fixed;
        let begins = at.duration_since(of).as_secs();
        is_today.then_some(Drill {
            day,
            moment,
            cue,
            meeting,
            edge,
            begins,
            moves,
        })
    };
    let before = drill(
        "morning",
        next,
        first,
        Edge::Start,
        (morning, start(&first)),
    );
    let after = drill("evening", sent, last, Edge::End, (evening, end(&last)));
    before.into_iter().chain(after).collect()
}

fn act(
    event: &Event,
    (who, room): (&Email, &RoomKey),
    when: When,
    words: &str,
    reply: String,
    day: &Day,
) -> Act {
    let place = match words.starts_with(IN_PRIVATE) {
        true => Place::Private,
        false => Place::Room(room.clone()),
    };
    let minutes = reply
        .strip_prefix(MOVES)
        .and_then(|it| it.split(' ').next());
    let about = match minutes.and_then(|it| it.parse().ok()) {
        Some(minutes) => About::Slip(day.id.clone(), minutes),
        None => About::Reply(reply),
    };
    let words = words.trim_start_matches(IN_PRIVATE).to_owned();
    let (who, language) = (who.clone(), event.bot.language);
    let what = Doing::Ask {
        place,
        words,
        language,
        about,
        beneath: false,
    };
    Act { when, who, what }
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
    drill: &Drill<'e>,
) -> impl Iterator<Item = (String, String)> + use<'e> {
    let Drill {
        day,
        moment,
        cue,
        moves,
        ..
    } = *drill;
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
    // The number is asked for where everybody is reached.
    let readers_of_all = event.readers(&rooms);
    let reaches_all = event
        .people
        .iter()
        .all(|it| readers_of_all.contains(&it.email));
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
        (
            "{everybody}",
            reaches_all.then(|| readers_of_all.len().to_string()),
        ),
        ("{news}", Some(NEWS.to_owned())),
        ("{team}", team.map(|(team, _)| team.title.clone())),
        ("{member}", team.map(|(_, person)| person.name.clone())),
        // What is fixed does not move.
        ("{day}", moves.then(|| day.id.to_string())),
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
