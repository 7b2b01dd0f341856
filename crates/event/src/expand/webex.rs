//! Who is in the Webex team, and who hosts.

use std::collections::{BTreeMap, BTreeSet};

use super::frame::Frame;
use super::select::{Each, Owner};
use crate::diagnostics::Diagnostics;
use crate::model::{Email, Host, Room, TeamMember, WebexSide};
use crate::places::Places;
use crate::roster::{DEFAULT_ROLE, address};

/// The Webex side of the event.
pub(super) fn webex(
    frame: &Frame<'_>,
    rooms: &[Room],
    places: &mut Places,
    diagnostics: &mut Diagnostics,
) -> WebexSide {
    let section = frame.file.webex.as_ref().map(|webex| &webex.value);
    let name = section
        .and_then(|webex| webex.team.as_ref())
        .or(frame.file.title.as_ref());
    places.webex_team = name.map(|name| name.span.clone());
    WebexSide {
        // Without any name, that was said where the title is missing.
        team: name.map_or_else(|| "?".to_owned(), |name| name.value.clone()),
        members: members(frame, rooms, &places.roles.named, diagnostics),
        hosts: hosts(frame, places, diagnostics),
        cohosts_overlap: {
            let listed = section.and_then(|webex| webex.cohosts_overlap.as_ref());
            let who = frame.who(listed, Each::Nothing, diagnostics);
            let people = frame.people(&who, Owner::Nobody).into_iter();
            // The roster's people are by address, and so are these.
            people
                .map(|place| frame.people.list[place].email.clone())
                .collect()
        },
        protected: section
            .and_then(|webex| webex.protected.as_ref())
            .is_some_and(|protected| protected.value),
    }
}

fn members(
    frame: &Frame<'_>,
    rooms: &[Room],
    named: &BTreeSet<String>,
    diagnostics: &mut Diagnostics,
) -> Vec<TeamMember> {
    let section = frame.file.webex.as_ref().map(|webex| &webex.value);
    let listed = section.and_then(|webex| webex.members.as_ref());
    let mut members: BTreeSet<usize> = match listed {
        Some(_) => {
            let who = frame.who(listed, Each::Nothing, diagnostics);
            frame.people(&who, Owner::Nobody)
        }
        None => {
            let staff = |role: &str| role != DEFAULT_ROLE && named.contains(role);
            let more = frame
                .people
                .list
                .iter()
                .enumerate()
                .filter(|(_, person)| person.roles.iter().any(|role| staff(role.as_str())));
            more.map(|(place, _)| place).collect()
        }
    };
    let who = section.and_then(|webex| webex.moderators.as_ref());
    let moderators = frame.people(&frame.who(who, Each::Nothing, diagnostics), Owner::Nobody);
    members.extend(&moderators);
    let mut found: BTreeMap<Email, bool> = members
        .into_iter()
        .map(|place| {
            (
                frame.people.list[place].email.clone(),
                moderators.contains(&place),
            )
        })
        .collect();
    // Only members of the team may moderate its rooms (messaging §5).
    for member in rooms
        .iter()
        .flat_map(|room| &room.members)
        .filter(|member| member.moderator)
    {
        found.entry(member.email.clone()).or_insert(false);
    }
    found
        .into_iter()
        .map(|(email, moderator)| TeamMember { email, moderator })
        .collect()
}

fn hosts(frame: &Frame<'_>, places: &mut Places, diagnostics: &mut Diagnostics) -> Vec<Host> {
    let webex = frame.file.webex.as_ref().map(|webex| &webex.value);
    let section = webex.and_then(|webex| webex.hosts.as_ref());
    let entries = section.map_or(&[][..], |hosts| &hosts.value.entries);
    let unread = match webex {
        Some(webex) => webex.unread(&["hosts"]),
        None => frame.file.unread(&["webex"]),
    };
    if let (true, false, Some(meetings)) = (entries.is_empty(), unread, &frame.file.meetings) {
        let first = meetings.value.entries.first();
        let span = first.map_or(meetings.span.clone(), |first| first.id.span.clone());
        if first.is_some() {
            let message = "there are meetings, but nobody to host them";
            diagnostics
                .error("host/none", span, message)
                .hint("name an account: webex: { hosts: { events@example.com: { parallel: 1 } } }");
        }
    }
    let mut hosts = Vec::new();
    for host in entries {
        // An address that cannot be read was reported with the file's keys.
        let Ok(email) = address(&host.id.value) else {
            continue;
        };
        places.hosts.insert(email.clone(), host.id.span.clone());
        hosts.push(Host {
            email,
            parallel: host
                .entry
                .parallel
                .as_ref()
                .map_or(1, |parallel| parallel.value),
            meetings_a_day: host.entry.meetings_a_day.as_ref().map(|limit| limit.value),
            site: host.entry.site.as_ref().map(|site| site.value.clone()),
        });
    }
    hosts
}
