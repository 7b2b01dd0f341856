//! Who is in two places at once. Everything here sorts and sweeps: nothing compares all with all.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::model::{Email, Meeting};

use super::input::Input;
use super::report::{Report, some};

/// Two meetings that a person co-hosts at once. `pooled`: in both as one of several of a role.
struct Overlap<'a> {
    email: &'a Email,
    earlier: &'a Meeting,
    later: &'a Meeting,
    pooled: bool,
}

/// A person who is wanted in two meetings at once.
pub(super) fn cohost_twice<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for overlap in overlaps(input).iter().filter(|overlap| !overlap.pooled) {
        let place = input
            .places
            .meeting(&overlap.later.key, |it| it.cohosts.clone());
        if !report.again(&place) {
            let message = said(input, overlap);
            let hint = "name somebody else in one of them, or move it; or acknowledge it: `webex: cohosts-overlap: [";
            report.error(place, message, format!("{hint}{}]`", overlap.email));
        }
    }
}

/// Several people of one role, of whom one is wanted in two meetings at once: another can be there.
pub(super) fn cohost_pool<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for overlap in overlaps(input).iter().filter(|overlap| overlap.pooled) {
        let place = input
            .places
            .meeting(&overlap.later.key, |it| it.cohosts.clone());
        if !report.again(&place) {
            let message = said(input, overlap);
            report.note(
                place,
                message,
                "another of the role can be in one of them; if that is meant, name the role in `webex: cohosts-overlap:`",
            );
        }
    }
}

fn said(input: &Input<'_>, overlap: &Overlap<'_>) -> String {
    format!(
        "{} co-hosts `{}` and `{}` at once, {}",
        input.name(overlap.email),
        overlap.earlier.key,
        overlap.later.key,
        from(overlap.later),
    )
}

/// Those that the file does not acknowledge, by person and then by time.
fn overlaps<'a>(input: &Input<'a>) -> Vec<Overlap<'a>> {
    let acknowledged = &input.event.webex.cohosts_overlap;
    let mut by_person: BTreeMap<&Email, Vec<&Meeting>> = BTreeMap::new();
    for meeting in &input.event.meetings {
        // To stand by for several at once is what standing by is.
        for email in meeting.runners() {
            if acknowledged.binary_search(email).is_err() {
                by_person.entry(email).or_default().push(meeting);
            }
        }
    }
    let mut overlaps = Vec::new();
    for (email, mut meetings) in by_person {
        meetings.sort_by_key(|meeting| (meeting.start.timestamp(), meeting.end.timestamp()));
        let mut running: Option<&Meeting> = None;
        for later in meetings {
            let earlier =
                running.filter(|running| later.start.timestamp() < running.end.timestamp());
            let in_pool = |meeting: &Meeting| input.places.is_in_pool(&meeting.key, email);
            overlaps.extend(earlier.map(|earlier| Overlap {
                email,
                earlier,
                later,
                pooled: in_pool(earlier) && in_pool(later),
            }));
            let longer =
                running.is_none_or(|running| running.end.timestamp() < later.end.timestamp());
            if longer {
                running = Some(later);
            }
        }
    }
    overlaps
}

/// When both run, for the organiser: `from 15:00 on 2027-10-08`.
fn from(meeting: &Meeting) -> String {
    format!(
        "from {} on {}",
        meeting.start.strftime("%H:%M"),
        meeting.start.date()
    )
}

pub(super) fn named_host<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let mut by_host: BTreeMap<&Email, Vec<&Meeting>> = BTreeMap::new();
    for meeting in &input.event.meetings {
        if let Some(host) = &meeting.host {
            by_host.entry(host).or_default().push(meeting);
        }
    }
    for host in &input.event.webex.hosts {
        let Some(meetings) = by_host.get(&host.email) else {
            continue;
        };
        let Some(peak) = peak(meetings.clone()) else {
            continue;
        };
        if peak.len() > allowed(host.parallel) {
            report.error(
                input.places.host(&host.email),
                format!("{} hosts {}, but {} acknowledged", host.email, at_once(&peak), are(host.parallel)),
                format!("if co-hosts start them, say so: `parallel: {}`; else name another host, or move some", peak.len()),
            );
        }
    }
}

pub(super) fn all_hosts<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let hosts = &input.event.webex.hosts;
    let Some(first) = hosts.first() else { return };
    let free = input
        .event
        .meetings
        .iter()
        .any(|meeting| meeting.host.is_none());
    let Some(peak) = peak(input.event.meetings.iter().collect()).filter(|_| free) else {
        return;
    };
    let acknowledged = hosts
        .iter()
        .map(|host| host.parallel)
        .fold(0, u32::saturating_add);
    if peak.len() <= allowed(acknowledged) {
        return;
    }
    let who = match hosts.as_slice() {
        [only] => format!("{} hosts", only.email),
        several => format!("the {} hosts have", several.len()),
    };
    let more = peak.len() - allowed(acknowledged) + allowed(first.parallel);
    report.error(
        input.places.host(&first.email),
        format!(
            "{who} {}, but {} acknowledged",
            at_once(&peak),
            are(acknowledged)
        ),
        format!(
            "if co-hosts start them, say so: `parallel: {more}`; else add a host, or move some"
        ),
    );
}

fn allowed(parallel: u32) -> usize {
    usize::try_from(parallel).unwrap_or(usize::MAX)
}

fn are(parallel: u32) -> String {
    if parallel == 1 {
        "1 is".to_owned()
    } else {
        format!("{parallel} are")
    }
}

/// `7 meetings at once (10:00 on 2027-10-06: …)`.
fn at_once(peak: &[&Meeting]) -> String {
    let last = peak.iter().max_by_key(|meeting| meeting.start.timestamp());
    let when = last.map_or_else(String::new, |meeting| from(meeting));
    let keys: Vec<_> = peak.iter().map(|meeting| meeting.key.as_str()).collect();
    format!("{} meetings at once ({when}: {})", peak.len(), some(keys))
}

/// The meetings that run when most run, the first such time.
fn peak(mut meetings: Vec<&Meeting>) -> Option<Vec<&Meeting>> {
    meetings.sort_by_key(|meeting| (meeting.start.timestamp(), &meeting.key));
    // By end: what is over when the next begins, leaves.
    let mut running = BinaryHeap::new();
    let (mut most, mut when) = (0, None);
    for meeting in &meetings {
        let start = meeting.start.timestamp();
        while running.peek().is_some_and(|Reverse(end)| *end <= start) {
            running.pop();
        }
        running.push(Reverse(meeting.end.timestamp()));
        if running.len() > most {
            (most, when) = (running.len(), Some(start));
        }
    }
    let when = when?;
    meetings.retain(|meeting| meeting.start.timestamp() <= when && when < meeting.end.timestamp());
    Some(meetings)
}
