//! Rooms.

use std::collections::{HashMap, HashSet};

use crate::model::{Room, TeamMember};

use super::input::Input;
use super::report::{Report, some};

/// What people see of a room's title.
const LONGEST_TITLE: usize = 128;

/// How many people a room holds (messaging §4), and from where that is worth a word.
const MOST_MEMBERS: usize = 5_000;
const MANY_MEMBERS: usize = 4_500;

pub(super) fn title<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for room in &input.event.rooms {
        if let Some((message, hint)) = bad_title(&room.title, LONGEST_TITLE) {
            let message = format!("the title of room `{}` {message}", room.key);
            report.error(
                input.places.room(&room.key, |it| it.title.clone()),
                message,
                hint,
            );
        }
    }
}

/// What is wrong with a title after its pattern is filled in.
pub(super) fn bad_title(title: &str, longest: usize) -> Option<(String, &'static str)> {
    let length = title.chars().count();
    if title.trim().is_empty() {
        Some((
            "is empty".to_owned(),
            "give it one, as in `title: \"{{ team.title }}\"`",
        ))
    } else if length > longest {
        let message =
            format!("has {length} characters when it is filled in; Webex takes {longest}");
        Some((message, "shorten it"))
    } else {
        Some(match title.chars().find(|c| c.is_control())? {
            '\n' | '\r' => ("has a line break in it".to_owned(), "write it in one line"),
            '\t' => ("has a tab in it".to_owned(), "write a space in its place"),
            other => {
                let code = u32::from(other);
                let message = format!("has a control character in it (U+{code:04X})");
                (message, "take it out")
            }
        })
    }
}

/// Rooms that are there already are found by their title (DESIGN: adoption), so it must tell
/// them apart.
pub(super) fn same_title<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let mut titles: HashMap<&str, &Room> = HashMap::new();
    for room in &input.event.rooms {
        let Some(first) = titles.insert(&room.title, room) else {
            continue;
        };
        report.error(
            input.places.room(&room.key, |it| it.title.clone()),
            format!(
                "rooms `{}` and `{}` are both called \"{}\"",
                first.key, room.key, room.title
            ),
            "give each room a title of its own; in a pattern, use `{{ team.title }}`",
        );
    }
}

/// Webex gives every team a General room, which bears the team's name or is shown as "General"
/// (messaging §3): a second one of that name would be mistaken for it, by people and by us.
pub(super) fn like_general<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let team = &input.event.webex.team;
    for room in &input.event.rooms {
        if room.title == *team || room.title == "General" {
            report.error(
                input.places.room(&room.key, |it| it.title.clone()),
                format!(
                    "room `{}` is called \"{}\", like the room that Webex makes with every team",
                    room.key, room.title
                ),
                "give it another title, or the Webex team another name: `webex: { team: … }`",
            );
        }
    }
}

pub(super) fn empty<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for room in input
        .event
        .rooms
        .iter()
        .filter(|room| room.members.is_empty())
    {
        report.note(
            input.places.room(&room.key, |_| None),
            format!("nobody is in room `{}`", room.key),
            "fine for a test room; otherwise name people under `members:`",
        );
    }
}

/// Such a room is locked all the same: only the bot can let people in.
pub(super) fn without_moderators<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for room in &input.event.rooms {
        let asked = input.places.room_moderators(&room.key);
        // Of an empty room and an empty team, something is said already.
        let moderated = room.members.is_empty() || room.members.iter().any(|it| it.moderator);
        if let (Some(place), false) = (asked, moderated) {
            report.note(
                place,
                format!(
                    "room `{}` asks for moderators, and nobody in the roster is one",
                    room.key
                ),
                "give somebody the role, or name an address; until then only the bot runs it",
            );
        }
    }
}

/// The team counts as a room: everybody in it is in its General room.
pub(super) fn too_many<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let event = input.event;
    let rooms = event.rooms.iter().map(|it| (it.members.len(), Some(it)));
    let team = (event.webex.members.len(), None);
    let many = |(members, _): &(usize, Option<&Room>)| *members > MANY_MEMBERS;
    for (members, room) in rooms.chain([team]).filter(many) {
        let (what, place, fewer) = match room {
            Some(room) => (
                format!("room `{}`", room.key),
                input.places.room(&room.key, |it| it.members.clone()),
                "split it into several rooms",
            ),
            None => (
                "the Webex team".to_owned(),
                input.places.webex_team(),
                "name fewer people under `webex: members:`; guests of rooms need not be in it",
            ),
        };
        let message = format!("{what} has {members} people; Webex takes {MOST_MEMBERS}");
        if members > MOST_MEMBERS {
            report.error(place, message, fewer);
        } else {
            report.note(place, message, "there is little room for late guests");
        }
    }
}

/// Members of the Webex team can walk into its unlocked rooms (messaging §3, §13).
pub(super) fn open_with_links<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let open = |room: &&Room| !room.settings.locked && !room.settings.public;
    for room in input.event.rooms.iter().filter(open) {
        let Some(meeting) = input.link(&room.key) else {
            continue;
        };
        let inside: HashSet<_> = room.members.iter().map(|member| &member.email).collect();
        let team = &input.event.webex.members;
        let outsider = |member: &&TeamMember| !inside.contains(&member.email);
        // More people than places: somebody is outside, without looking.
        if team.len() <= inside.len() && !team.iter().any(|member| outsider(&member)) {
            continue;
        }
        let place = input.places.room(&room.key, |_| None);
        if report.again(&place) {
            continue;
        }
        let outside: Vec<_> = team
            .iter()
            .filter(outsider)
            .map(|member| input.name(&member.email))
            .collect();
        report.error(
            place,
            format!(
                "room `{}` is told the link of `{}`, but {} could walk in: it is not locked, and they are in the Webex team",
                room.key, meeting.key, some(outside),
            ),
            "give it `moderators:` (a room with moderators is locked), or `locked: true`",
        );
    }
}

pub(super) fn public_with_links<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for room in input.event.rooms.iter().filter(|room| room.settings.public) {
        let Some(meeting) = input.link(&room.key) else {
            continue;
        };
        report.error(
            input.places.room(&room.key, |it| it.public.clone()),
            format!(
                "room `{}` is public, but is told the link of `{}`",
                room.key, meeting.key
            ),
            "take `public: true` out, or the room out of the meeting's `rooms:`",
        );
    }
}

/// Webex demands it (messaging §4).
pub(super) fn public_without_description<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for room in input.event.rooms.iter().filter(|room| room.settings.public) {
        let description = room.settings.description.as_deref().unwrap_or_default();
        if description.trim().is_empty() {
            report.error(
                input.places.room(&room.key, |it| it.public.clone()),
                format!("room `{}` is public, but has no description", room.key),
                "say under `description:` what the room is for: Webex demands it",
            );
        }
    }
}

/// Announcement mode needs a locked room, and lets moderators post only (messaging §4).
pub(super) fn announcement_without_moderators<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for room in input
        .event
        .rooms
        .iter()
        .filter(|room| room.settings.announcement_only)
    {
        let moderated = room.members.iter().any(|member| member.moderator);
        if !moderated || !room.settings.locked {
            report.error(
                input
                    .places
                    .room(&room.key, |it| it.announcement_only.clone()),
                format!(
                    "only moderators may post in room `{}`, and it has none",
                    room.key
                ),
                "name some under `moderators:`",
            );
        }
    }
}
