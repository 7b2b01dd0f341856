//! Single meetings.

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

use jiff::SignedDuration;
use jiff::civil::Time;

use crate::hint::Hint;
use crate::model::{Email, Mail, Meeting, RoomKey, Uninvited};

use super::input::Input;
use super::report::{Report, some};
use super::rooms::bad_title;

// What Webex takes (meetings §2).
const LONGEST_TITLE: usize = 128;
const LONGEST_AGENDA: usize = 1_300;
const MOST_INVITEES: usize = 1_000;
const SHORTEST: SignedDuration = SignedDuration::from_mins(10);
const LONGEST: SignedDuration = SignedDuration::from_mins(24 * 60 - 1);
/// How many minutes before the start co-hosts may be asked whether they are there.
const CHECK_IN: RangeInclusive<i64> = 5..=60;

pub(super) fn title<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for meeting in &input.event.meetings {
        if let Some((message, hint)) = bad_title(&meeting.title, LONGEST_TITLE) {
            let message = format!("the title of meeting `{}` {message}", meeting.key);
            report.error(
                input.places.meeting(&meeting.key, |it| it.title.clone()),
                message,
                hint,
            );
        }
    }
}

pub(super) fn agenda<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for meeting in &input.event.meetings {
        let length = meeting
            .agenda
            .as_deref()
            .unwrap_or_default()
            .chars()
            .count();
        if length > LONGEST_AGENDA {
            report.error(
                input.places.meeting(&meeting.key, |it| it.agenda.clone()),
                format!(
                    "the agenda of meeting `{}` has {length} characters when it is filled in; Webex takes {LONGEST_AGENDA}",
                    meeting.key,
                ),
                "shorten it, or send the rest as a cue",
            );
        }
    }
}

pub(super) fn time<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for meeting in &input.event.meetings {
        let length = meeting.start.duration_until(&meeting.end);
        let (message, hint) = if length.is_negative() {
            ("ends before it begins".to_owned(), turned(meeting))
        } else if length < SHORTEST {
            let minutes = length.as_mins();
            (
                format!("lasts {minutes} minutes; Webex wants 10 at least"),
                "give it more time".into(),
            )
        } else if length > LONGEST {
            let hours = length.as_hours();
            (
                format!("lasts {hours} hours; Webex takes 23 h 59 min"),
                "make it two meetings".into(),
            )
        } else {
            continue;
        };
        let message = format!("meeting `{}` {message}", meeting.key);
        report.error(
            input.places.meeting(&meeting.key, |it| it.time.clone()),
            message,
            hint,
        );
    }
}

/// What is meant by an end before the start: afternoon hours, a night, or the two the wrong way
/// round.
fn turned(meeting: &Meeting) -> Hint {
    const HALF_A_DAY: SignedDuration = SignedDuration::from_hours(12);
    let (start, end) = (meeting.start.time(), meeting.end.time());
    let write = |why: &str, start: Time, end: Time, later: &str| {
        let (start, end) = (start.strftime("%H:%M"), end.strftime("%H:%M"));
        let right = format!("\"{start}-{end}{later}\"");
        Hint::instead(format!("{why}: write {right}"), right)
    };
    let night = SignedDuration::from_hours(24) - end.duration_until(start);
    let afternoon = start.duration_until(end + HALF_A_DAY);
    if start.hour() < 13 && end.hour() < 12 && afternoon <= SignedDuration::from_hours(8) {
        write("times have 24 hours", start, end + HALF_A_DAY, "")
    } else if night <= HALF_A_DAY {
        write("it ends on the next day", start, end, " +1")
    } else {
        write("the earlier time comes first", end, start, "")
    }
}

pub(super) fn min_length<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for meeting in &input.event.meetings {
        let length = meeting.start.duration_until(&meeting.end);
        if let Some(least) = meeting.min_length.filter(|least| length < *least) {
            let (key, least) = (&meeting.key, least.as_mins());
            let length = length.as_mins();
            report.error(
                input.places.meeting(key, |it| it.time.clone()),
                format!("meeting `{key}` lasts {length} minutes; its `min-length` is {least}"),
                "give it more time, or make `min-length:` shorter",
            );
        }
    }
}

pub(super) fn check_in<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for meeting in &input.event.meetings {
        let Some(lead) = meeting.check_in.map(|lead| lead.as_mins()) else {
            continue;
        };
        let (key, place) = (
            &meeting.key,
            input.places.meeting(&meeting.key, |it| it.check_in.clone()),
        );
        if !CHECK_IN.contains(&lead) {
            report.error(
                place,
                format!("the co-hosts of meeting `{key}` are asked {lead} min before it"),
                Hint::write("10 min").and(", or another time from 5 to 60 minutes"),
            );
        } else if meeting.runners().next().is_none() && !input.places.lacks_cohosts(key) {
            report.note(
                place,
                format!("meeting `{key}` has a `check-in`, and no co-hosts who could be asked"),
                "add `cohosts:`, or take `check-in:` out",
            );
        }
    }
}

pub(super) fn standby<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for meeting in &input.event.meetings {
        if !meeting.standby.is_empty() && meeting.check_in.is_none() {
            report.note(
                input.places.meeting(&meeting.key, |it| it.standby.clone()),
                format!(
                    "those who stand by for meeting `{}` are never asked",
                    meeting.key
                ),
                "add `check-in: 10 min`: they are asked where a co-host does not check in",
            );
        }
    }
}

pub(super) fn too_many<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for meeting in &input.event.meetings {
        let invitees = meeting.invitees.len();
        if invitees > MOST_INVITEES {
            report.error(
                input.places.meeting(&meeting.key, |it| it.invite.clone()),
                format!(
                    "meeting `{}` invites {invitees} people; Webex takes {MOST_INVITEES}",
                    meeting.key
                ),
                "write `invite: cohosts`: everybody else has the link from their room",
            );
        }
    }
}

pub(super) fn everybody_refused<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let refused = |meeting: &&Meeting| {
        meeting.options.uninvited == Uninvited::Refused && meeting.invitees.is_empty()
    };
    for meeting in input.event.meetings.iter().filter(refused) {
        report.error(
            input
                .places
                .meeting(&meeting.key, |it| it.uninvited.clone()),
            format!(
                "nobody can get into `{}`: it refuses who is not invited, and invites nobody",
                meeting.key
            ),
            "write `invite: audience`, or `uninvited: lobby`",
        );
    }
}

/// Somebody has to open the lobby. Any-user co-hosts do not count: they wait there themselves.
pub(super) fn lobby_without_cohost<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for meeting in &input.event.meetings {
        let cohosted = meeting.invitees.iter().any(|invitee| invitee.cohost);
        if meeting.options.uninvited != Uninvited::Lobby || cohosted {
            continue;
        }
        let place = input
            .places
            .meeting(&meeting.key, |it| it.uninvited.clone());
        let message = format!(
            "only the host could let people into `{}`: they wait in the lobby, and there is no co-host",
            meeting.key
        );
        let hint = "name somebody under `cohosts:`, or write `uninvited: join`";
        if attended_by_its_host(input, meeting) {
            report.note(place, message, hint);
        } else {
            report.error(place, message, hint);
        }
    }
}

/// Whether the host is one of the people, and not an account behind which nobody sits.
fn attended_by_its_host(input: &Input<'_>, meeting: &Meeting) -> bool {
    let mut hosts = input.event.webex.hosts.iter().map(|host| &host.email);
    match &meeting.host {
        Some(host) => input.event.person(host).is_some(),
        None => hosts.len() > 0 && hosts.all(|host| input.event.person(host).is_some()),
    }
}

pub(super) fn without_cohosts<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for meeting in &input.event.meetings {
        // Of an empty team, something is said already.
        let empty = meeting.team.as_ref().is_some_and(|it| input.is_empty(it));
        if input.places.lacks_cohosts(&meeting.key) && !empty {
            report.note(
                input.places.meeting(&meeting.key, |it| it.cohosts.clone()),
                format!(
                    "meeting `{}` asks for co-hosts, and nobody in the roster is one",
                    meeting.key
                ),
                "give somebody the role, or name an address; until then only the host can run it",
            );
        }
    }
}

pub(super) fn unheard<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let unheard = |meeting: &&Meeting| meeting.rooms.is_empty() && meeting.invitees.is_empty();
    for meeting in input.event.meetings.iter().filter(unheard) {
        report.note(
            input.places.meeting(&meeting.key, |it| it.rooms.clone()),
            format!(
                "nobody hears of meeting `{}`: no room is told, and nobody is invited",
                meeting.key
            ),
            "name rooms under `rooms:`, or people under `cohosts:`",
        );
    }
}

/// Unless Webex writes mails, people hear of a meeting from their rooms.
pub(super) fn cohost_outside<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let mut rooms_of: HashMap<&Email, HashSet<&RoomKey>> = HashMap::new();
    for room in &input.event.rooms {
        for member in &room.members {
            rooms_of.entry(&member.email).or_default().insert(&room.key);
        }
    }
    let silent = |meeting: &&Meeting| meeting.mail == Mail::Nobody && !meeting.rooms.is_empty();
    for meeting in input.event.meetings.iter().filter(silent) {
        let told = |email: &Email| {
            let inside = rooms_of.get(email);
            inside.is_some_and(|inside| meeting.rooms.iter().any(|room| inside.contains(room)))
        };
        let cohosts = meeting.invitees.iter().filter(|invitee| invitee.cohost);
        let outside: Vec<_> = cohosts
            .filter(|invitee| !told(&invitee.email))
            .map(|invitee| input.name(&invitee.email))
            .collect();
        if outside.is_empty() {
            continue;
        }
        let verb = if outside.len() == 1 {
            "co-hosts"
        } else {
            "co-host"
        };
        report.note(
            input.places.meeting(&meeting.key, |it| it.cohosts.clone()),
            format!(
                "{} {verb} `{}`, but no room of theirs is told of it",
                some(outside),
                meeting.key
            ),
            "add a room of theirs to `rooms:`, or hand them the run sheet",
        );
    }
}

/// Meetings that are there already are found by host, title and start.
pub(super) fn twins<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let mut seen: HashMap<_, &Meeting> = HashMap::new();
    for meeting in &input.event.meetings {
        let Some(first) = seen.insert((&meeting.title, meeting.start.timestamp()), meeting) else {
            continue;
        };
        report.note(
            input.places.meeting(&meeting.key, |it| it.title.clone()),
            format!("`{}` and `{}` have one title and begin at one time", first.key, meeting.key),
            "people cannot tell them apart, nor can Showcaller if its ledger is lost: change a title",
        );
    }
}

/// Only noted: a running event must stay usable on its third day.
pub(super) fn past<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let Some(now) = input.now else { return };
    let past = || {
        input
            .event
            .meetings
            .iter()
            .filter(|meeting| meeting.start.timestamp() < now)
    };
    let Some(first) = past().min_by_key(|meeting| meeting.start.timestamp()) else {
        return;
    };
    let message = match past().count() {
        1 => format!("`{}` has begun already", first.key),
        count => format!("{count} meetings have begun already, `{}` first", first.key),
    };
    let hint = "Webex makes and moves no meetings in the past; those that exist stay as they are";
    report.note(
        input.places.meeting(&first.key, |it| it.time.clone()),
        message,
        hint,
    );
}
