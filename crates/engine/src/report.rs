//! What really happened, gathered from the ledger alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use showcaller_event::Event;
use showcaller_event::markdown::plain;
use showcaller_event::model::{CueRecipient, MeetingKey, RoomKey};
use showcaller_ledger::{
    Attendance, InboxEntry, InboxState, IncomingKind, Ledger, MessageKind, Operation,
    OperationState,
};
use showcaller_render::calendar::people_of;
use showcaller_render::calling::recipient;
use showcaller_render::facts::Told;
use showcaller_render::report::{
    self, Call, Change, Cue, CueState, Facts, Meeting, Questions, Revision, Unclear,
};
use showcaller_render::slip;
use showcaller_show::{
    Board, DeliveryState, Entry, Logged, NO_ACCOUNT, RecipientState, RecipientStatus, actual_times,
};
use showcaller_webex::RoomId;
use uuid::Uuid;

use crate::show::Show;
use crate::{Error, InForce};

/// What operators wrote is no question.
const OF_OPERATORS: &str = "operator";
/// More words of a question are not shown.
const WORDS: usize = 8;

/// Gathers the facts of an event; without a ledger, what the file plans.
///
/// # Errors
///
/// The ledger cannot be read, or another build wrote an entry of the show log.
pub async fn report(
    ledger: Option<&Ledger>,
    in_force: Arc<InForce>,
    now: Timestamp,
) -> Result<Facts, Error> {
    let event = &in_force.event;
    let mut facts = Facts {
        event: event.key.to_string(),
        title: event.title.clone(),
        timezone: event.timezone.clone(),
        revision: in_force.revision.as_ref().map(|revision| revision.id),
        made: now,
        meetings: meetings(&in_force, &[], &[]),
        cues: Vec::new(),
        unclear: Vec::new(),
        questions: Questions::default(),
        calls: Vec::new(),
        slips: Vec::new(),
        revisions: Vec::new(),
        rehearsal: None,
    };
    let Some(ledger) = ledger else {
        return Ok(facts);
    };
    let show = Show::read(ledger, Arc::clone(&in_force)).await?;
    let attendance = ledger.attendance(Timestamp::MIN).await?;
    facts.meetings = meetings(&in_force, &show.log, &attendance);
    (facts.cues, facts.unclear) = show.board(now, true, |board| {
        (cues(event, board), unclear(event, board, &show.log))
    });
    facts.slips = slips(&show.log);
    facts.revisions = revisions(ledger, &facts.meetings).await?;
    let entries = asked(ledger).await?;
    facts.calls = calls(ledger, &in_force, &entries).await?;
    facts.questions = questions(ledger, &in_force, &entries).await?;
    Ok(facts)
}

/// What people asked and pressed.
pub(crate) async fn asked(ledger: &Ledger) -> Result<Vec<InboxEntry>, Error> {
    let mut entries = Vec::new();
    for kind in [IncomingKind::Message, IncomingKind::Action] {
        entries.extend(ledger.heard_since(kind, Timestamp::MIN).await?);
    }
    entries.retain(is_question);
    Ok(entries)
}

pub(crate) fn meetings(
    in_force: &InForce,
    log: &[Logged],
    attendance: &[Attendance],
) -> Vec<Meeting> {
    let (event, told) = (&in_force.event, Told::default());
    let mut attended: BTreeMap<&MeetingKey, Vec<&Attendance>> = BTreeMap::new();
    for one in attendance {
        if let Some(meeting) = in_force.directory.meeting(&one.series) {
            attended.entry(meeting).or_default().push(one);
        }
    }
    let actual = actual_times(log, &in_force.schedule);
    let meetings = event.meetings.iter();
    let meetings = meetings.map(|meeting| {
        let (start, end) = (meeting.start.timestamp(), meeting.end.timestamp());
        let slipped = in_force.slips.meetings.get(&meeting.key);
        let (started, ended) = actual.get(&meeting.key).copied().unwrap_or_default();
        Meeting {
            meeting: meeting.key.to_string(),
            title: plain(&meeting.title),
            planned_start: slipped.map_or(start, |it| it.planned.start),
            planned_end: slipped.map_or(end, |it| it.planned.end),
            start,
            end,
            started,
            ended,
            invited: people_of(event, &told, meeting).len(),
            attendance: attended.get(&meeting.key).and_then(|it| attendance_of(it)),
        }
    });
    let mut meetings: Vec<Meeting> = meetings.collect();
    meetings.sort_by_key(|meeting| meeting.planned_start);
    meetings
}

/// Who came, where anybody is known to have come. People who came twice are one as far as Webex said who
/// they are.
fn attendance_of(attendance: &[&Attendance]) -> Option<report::Attendance> {
    let joined = attendance.iter().map(|it| it.joined_at);
    let (first, last) = (joined.clone().min()?, joined.clone().max()?);
    let people: BTreeSet<&String> = attendance
        .iter()
        .map(|it| it.email.as_ref().unwrap_or(&it.id))
        .collect();
    // Who leaves as another comes makes room for them.
    let left = attendance.iter().filter_map(|it| it.left_at);
    let mut changes: Vec<(Timestamp, isize)> = left.map(|at| (at, -1)).collect();
    changes.extend(joined.map(|at| (at, 1)));
    changes.sort_unstable();
    let (mut inside, mut at_once) = (0_isize, 0);
    for (_, change) in changes {
        inside += change;
        at_once = inside.max(at_once);
    }
    Some(report::Attendance {
        joined: people.len(),
        at_once: at_once.unsigned_abs(),
        first,
        last,
        seen_late: attendance.iter().any(|it| it.seen_late),
    })
}

fn cues(event: &Event, board: &Board<'_>) -> Vec<Cue> {
    let all = board.cues.iter().flat_map(|status| {
        status.recipients.iter().map(|to| Cue {
            cue: status.cue.key.to_string(),
            to: recipient(event, &to.to.recipient),
            due: to.due,
            sent: sent(to),
            state: state(to),
        })
    });
    all.collect()
}

fn sent(to: &RecipientStatus<'_>) -> Option<Timestamp> {
    let delivery = to.delivery?;
    (delivery.state == DeliveryState::Sent).then_some(delivery.since)
}

fn state(to: &RecipientStatus<'_>) -> CueState {
    match &to.state {
        RecipientState::Planned | RecipientState::Standby => CueState::Planned,
        RecipientState::Due => CueState::UnderWay,
        RecipientState::NoLink | RecipientState::NotOnWebex | RecipientState::Late => {
            CueState::Missed
        }
        RecipientState::Held | RecipientState::Skipped => CueState::LeftOut,
        RecipientState::Delivered(delivery) => match delivery {
            DeliveryState::Waiting | DeliveryState::Sending => CueState::UnderWay,
            DeliveryState::Sent => CueState::Sent,
            DeliveryState::Failed { reason } if reason == NO_ACCOUNT => CueState::LeftOut,
            DeliveryState::Failed { .. } => CueState::Failed,
            DeliveryState::Unclear { .. } => CueState::Unclear,
        },
    }
}

/// What people settled, and what is still to be settled.
fn unclear(event: &Event, board: &Board<'_>, log: &[Logged]) -> Vec<Unclear> {
    let mut settled = BTreeMap::new();
    for logged in log {
        if let Entry::Settle {
            cue,
            recipient,
            arrived,
            ..
        } = &logged.entry
        {
            let by = Some(logged.by.name.clone());
            settled.insert((cue.to_string(), recipient.clone()), (Some(*arrived), by));
        }
    }
    for status in &board.cues {
        for to in &status.recipients {
            if state(to) == CueState::Unclear {
                let key = (status.cue.key.to_string(), to.to.recipient.clone());
                settled.entry(key).or_insert((None, None));
            }
        }
    }
    let settled = settled.into_iter();
    settled
        .map(|((cue, to), (arrived, by))| Unclear {
            cue,
            to: recipient(event, &to),
            arrived,
            by,
        })
        .collect()
}

fn slips(log: &[Logged]) -> Vec<Change> {
    let of = |logged: &Logged| {
        let what = match &logged.entry {
            Entry::Slip { slip } => slip::line(slip),
            Entry::UndoSlip { number, .. } => format!("slip {number} undone"),
            Entry::Detach { meeting } => format!("{meeting} run by hand"),
            Entry::Attach { meeting } => format!("{meeting} follows the schedule again"),
            _ => return None,
        };
        Some(Change {
            at: logged.at,
            by: logged.by.name.clone(),
            what,
        })
    };
    log.iter().filter_map(of).collect()
}

async fn revisions(ledger: &Ledger, meetings: &[Meeting]) -> Result<Vec<Revision>, Error> {
    let first = meetings.iter().map(|it| it.planned_start).min();
    let last = meetings.iter().map(|it| it.ended.unwrap_or(it.end)).max();
    let mut heads = ledger.revisions(u32::MAX).await?;
    heads.reverse();
    let heads = heads.into_iter().map(|head| Revision {
        number: head.id,
        at: head.at,
        live: first.is_some_and(|first| head.at > first) && last.is_some_and(|last| head.at < last),
        digest: head.source_digest,
    });
    Ok(heads.collect())
}

/// Whether it is one that a person asked, and that has to be answered.
fn is_question(entry: &InboxEntry) -> bool {
    let of_operators = |intent: &String| intent.starts_with(OF_OPERATORS);
    entry.state != InboxState::Ignored && !entry.intent.as_ref().is_some_and(of_operators)
}

pub(crate) fn room_of<'a>(in_force: &'a InForce, entry: &InboxEntry) -> Option<&'a RoomKey> {
    let id = RoomId::from(&*entry.incoming.room).uuid()?;
    in_force.directory.room_of(id)
}

/// The UUID in the id of a message or press, by which its answer is named.
fn id_of(entry: &InboxEntry) -> Option<Uuid> {
    let (_, id) = entry.key.as_str().split_once('/')?;
    Uuid::parse_str(id).ok()
}

/// The UUID with which the key of an answer or a call begins.
fn asked_by(message: &Operation) -> Option<Uuid> {
    let (id, _) = message.key.as_ref()?.as_str().split_once('/')?;
    Uuid::parse_str(id).ok()
}

async fn calls(
    ledger: &Ledger,
    in_force: &InForce,
    entries: &[InboxEntry],
) -> Result<Vec<Call>, Error> {
    let asked: BTreeMap<Uuid, &InboxEntry> = entries
        .iter()
        .filter_map(|it| Some((id_of(it)?, it)))
        .collect();
    let messages = ledger.messages_of(MessageKind::Sos).await?;
    let calls = messages.iter().map(|message| {
        let entry = asked_by(message).and_then(|id| asked.get(&id));
        let room = entry.and_then(|entry| room_of(in_force, entry));
        Call {
            at: entry.map_or(message.at, |entry| entry.incoming.at),
            room: room.map(|room| recipient(&in_force.event, &CueRecipient::Room(room.clone()))),
            delivered: message.state == OperationState::Done,
        }
    });
    Ok(calls.collect())
}

async fn questions(
    ledger: &Ledger,
    in_force: &InForce,
    entries: &[InboxEntry],
) -> Result<Questions, Error> {
    let is = |state| entries.iter().filter(move |it| it.state == state).count();
    let intents = entries.iter().filter_map(|entry| entry.intent.clone());
    let rooms = entries.iter().map(|entry| match room_of(in_force, entry) {
        Some(room) => recipient(&in_force.event, &CueRecipient::Room(room.clone())),
        None => "in private".to_owned(),
    });
    // The last part of an answer is what completes it.
    let mut done: BTreeMap<Uuid, Timestamp> = BTreeMap::new();
    for message in ledger.messages_of(MessageKind::Answer).await? {
        if let (Some(id), OperationState::Done) = (asked_by(&message), message.state) {
            let last = done.entry(id).or_insert(message.changed_at);
            *last = message.changed_at.max(*last);
        }
    }
    let mut answers: Vec<(Timestamp, i64)> = entries
        .iter()
        .filter_map(|entry| {
            let asked = entry.incoming.at;
            let took = done.get(&id_of(entry)?)?.duration_since(asked);
            let took = took.max(SignedDuration::ZERO).as_millis();
            Some((asked, i64::try_from(took).ok()?))
        })
        .collect();
    answers.sort_unstable();
    let texts = ledger.texts_not_understood().await?;
    let names = names(&in_force.event);
    let words = texts.iter().map(|(_, text)| without_names(text, &names));
    Ok(Questions {
        asked: entries.len(),
        answered: is(InboxState::Answered),
        repeated: is(InboxState::Repeated),
        gone: is(InboxState::Gone),
        skipped: is(InboxState::Skipped),
        waiting: is(InboxState::Waiting),
        by_intent: counted(intents),
        by_room: counted(rooms),
        answers,
        not_understood: counted(words.filter(|words| !words.is_empty())),
    })
}

/// How often each is there, the most frequent first.
fn counted(things: impl Iterator<Item = String>) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for thing in things {
        *counts.entry(thing).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    counts
}

/// The words of which the names of people and of the bot are made.
pub(crate) fn names(event: &Event) -> BTreeSet<String> {
    let people = event.people.iter().map(|person| person.name.as_str());
    people.flat_map(words).collect()
}

pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphabetic())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

/// A question's first words, without people's names, addresses and numbers.
pub(crate) fn without_names(text: &str, names: &BTreeSet<String>) -> String {
    let parts = text.split_whitespace();
    let parts = parts.filter(|part| !part.contains(['@', '/']));
    let words = parts.flat_map(words).filter(|word| !names.contains(word));
    words.take(WORDS).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use showcaller_ledger::Attendance;

    use super::{attendance_of, counted, without_names, words};

    #[test]
    fn people_are_counted_once_and_those_who_were_in_at_one_time() {
        let at = |minute: i64| Timestamp::from_second(minute * 60).expect("within this century");
        let one = |id: &str, email: Option<&str>, from, until: Option<i64>| Attendance {
            id: id.to_owned(),
            instance: "i".to_owned(),
            series: "s".to_owned(),
            email: email.map(str::to_owned),
            joined_at: at(from),
            left_at: until.map(at),
            seen_late: false,
        };
        let attendance = [
            one("1", Some("ann@example.com"), 0, Some(20)),
            one("2", None, 5, Some(10)),
            one("3", Some("bob@example.com"), 10, None),
            one("4", Some("ann@example.com"), 30, Some(40)),
        ];
        let all: Vec<&Attendance> = attendance.iter().collect();
        let known = attendance_of(&all).expect("people came");
        assert_eq!((known.joined, known.at_once), (3, 2));
        assert_eq!((known.first, known.last), (at(0), at(30)));
        assert_eq!(attendance_of(&[]), None);
    }

    #[test]
    fn the_words_of_a_question_have_no_names_addresses_or_numbers() {
        let names = words("Ann Lee")
            .chain(words("Björn Ó Dubhghaill"))
            .collect();
        for (text, left) in [
            ("Where is ann?", "where is"),
            ("WLAN password!! 1234", "wlan password"),
            (
                "mail ann.lee@example.com or https://example.com/x",
                "mail or",
            ),
            ("Is Björn's coffee, free", "is s coffee free"),
            ("a b c d e f g h i j", "a b c d e f g h"),
            ("Ann Lee", ""),
        ] {
            assert_eq!(without_names(text, &names), left, "{text}");
        }
    }

    #[test]
    fn the_most_frequent_is_first_and_then_it_goes_by_the_alphabet() {
        let things = ["b", "c", "a", "c"].map(str::to_owned);
        let counts = counted(things.into_iter());
        let words: Vec<_> = counts
            .iter()
            .map(|(word, times)| (word.as_str(), *times))
            .collect();
        assert_eq!(words, [("c", 2), ("a", 1), ("b", 1)]);
    }
}
