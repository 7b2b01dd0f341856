//! An event as it was before its last changes, so that the rehearsal can apply them while the event is served: a
//! meeting was called otherwise, and one was to end sooner.

use showcaller_event::model::{Meeting, MeetingKey};
use showcaller_event::{Event, Input, check};
use showcaller_ledger::Source;

use crate::stage::Files;

/// What a title began with.
const DRAFT: &str = "Draft of ";
/// No change is of more meetings: Webex is to have them before anybody asks.
const MOST: usize = 12;

/// The files before the changes; `None` where nothing could have been otherwise.
pub(crate) fn former(files: &Files) -> Option<Files> {
    let renamed = with(files, files, retitled);
    let before = renamed.as_ref().unwrap_or(files);
    with(files, before, shortened).or(renamed)
}

/// The meetings that were otherwise, with what they are now.
pub(crate) fn changed<'e>(former: &'e Event, now: &'e Event) -> Vec<(&'e Meeting, &'e Meeting)> {
    let pairs = former.meetings.iter().zip(&now.meetings);
    pairs
        .filter(|(former, now)| is_other(former, now))
        .collect()
}

fn is_other(one: &Meeting, other: &Meeting) -> bool {
    let shown = |it: &Meeting| (it.title.clone(), it.start.timestamp(), it.end.timestamp());
    shown(one) != shown(other)
}

/// The first change of a line of the meetings that leaves all else in the event as it is.
fn with(now: &Files, files: &Files, change: impl Fn(&str) -> Option<String>) -> Option<Files> {
    let (file, others) = files.sources.split_first()?;
    let text = str::from_utf8(&file.content).ok()?;
    let lines: Vec<&str> = text.split('\n').collect();
    let begins = lines
        .iter()
        .position(|line| line.starts_with("meetings:"))?
        + 1;
    let is_inside = |line: &&&str| line.is_empty() || line.starts_with([' ', '#']);
    let many = lines[begins..].iter().take_while(is_inside).count();
    (begins..begins + many).find_map(|place| {
        let mut lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
        lines[place] = change(&lines[place])?;
        let content = lines.join("\n").into_bytes();
        let path = file.path.clone();
        let mut sources = vec![Source { path, content }];
        sources.extend_from_slice(others);
        let event = checked(&sources)?;
        is_same_but_for_few(&event, &files.event, &now.event).then(|| Files {
            digest: format!("{}, before", now.digest),
            event,
            sources,
        })
    })
}

fn checked(sources: &[Source]) -> Option<Event> {
    let load = |wanted: &str| {
        let source = sources.iter().find(|source| source.path == wanted);
        source.map(|it| it.content.clone()).ok_or_else(String::new)
    };
    let input = Input {
        name: &sources[0].path,
        bytes: &sources[0].content,
        load: &load,
        now: None,
    };
    check(&input).event
}

/// Whether a few meetings are another than `before`, each of which some room is told of, and all else is as it is now.
fn is_same_but_for_few(former: &Event, before: &Event, now: &Event) -> bool {
    let keys = |event: &Event| -> Vec<MeetingKey> {
        event.meetings.iter().map(|it| it.key.clone()).collect()
    };
    if keys(former) != keys(now) {
        return false;
    }
    let changed = changed(former, before);
    let is_told = changed.iter().all(|(_, now)| !now.rooms.is_empty());
    let mut same = former.clone();
    for (meeting, now) in same.meetings.iter_mut().zip(&now.meetings) {
        meeting.title.clone_from(&now.title);
        meeting.start = now.start.clone();
        meeting.end = now.end.clone();
    }
    is_told && (1..=MOST).contains(&changed.len()) && same == *now
}

/// A line with another title.
fn retitled(line: &str) -> Option<String> {
    let (before, title) = line.split_once("title: ")?;
    let (quote, title) = match title.strip_prefix('"') {
        Some(title) => ("\"", title),
        None => ("", title),
    };
    Some(format!("{before}title: {quote}{DRAFT}{title}"))
}

/// A line with a time that ends five minutes earlier.
fn shortened(line: &str) -> Option<String> {
    let (before, time) = line.split_once("time: \"")?;
    let (time, after) = time.split_once('"')?;
    let (start, end) = time.split_once('-')?;
    let (hour, minutes) = end.split_once(':')?;
    let minutes = 60 * hour.parse::<u16>().ok()? + minutes.parse::<u16>().ok()?;
    let (hour, minutes) = (minutes.checked_sub(5)? / 60, (minutes - 5) % 60);
    Some(format!(
        "{before}time: \"{start}-{hour:02}:{minutes:02}\"{after}"
    ))
}
