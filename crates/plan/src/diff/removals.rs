//! What the ledger knows and the file no longer names.
//!
//! Only what Showcaller made is ever taken away, and only where a flag asks for it (promise 5).

use std::collections::{BTreeMap, BTreeSet};

use showcaller_event::model::{Address, Email, MeetingKey, RoomKey};

use super::rooms::bot_is_shut_out;
use super::{Draft, Scene, team};
use crate::known::KnownResource;
use crate::names::parent_of;
use crate::observed::Look;
use crate::plan::{Adoption, CannotReason, HeldReason};
use crate::step::{Action, Owner};

pub(super) fn compare(scene: &Scene<'_>, draft: &mut Draft) {
    let wanted = wanted(scene);
    let renamed: BTreeMap<Address, Address> = draft
        .adoptions
        .iter()
        .filter_map(|adoption| Some((adoption.renamed_from.clone()?, adoption.address.clone())))
        .collect();
    let surplus: Vec<(Address, &Address, &KnownResource)> = scene
        .known
        .resources
        .iter()
        .map(|(address, resource)| (todays(&renamed, address), address, resource))
        .filter(|(address, ..)| !wanted.contains(address))
        .collect();
    let mut barred = 0;
    let mut out_of_sight: BTreeMap<&Email, Vec<&Address>> = BTreeMap::new();
    if surplus.is_empty() {
        return gone_with_parents(scene, draft);
    }
    let adoptions = draft.adoptions.clone();
    let claimed = claimed(scene, &adoptions, &wanted);
    let made_anew = made_anew(scene, &adoptions);
    for (address, before, resource) in &surplus {
        // On the list of the old one, as far as anybody knows.
        if parent_of(address).is_some_and(|parent| made_anew.contains(&parent)) {
            continue;
        }
        if claimed.contains(&(address.kind(), resource.remote_id.as_str())) {
            draft.vanished.insert(address.clone());
            continue;
        }
        // Of what was asked for a moment ago, the engine knows that its list may lag.
        let may_lag = scene.known.recent.contains(before) && !scene.known.fresh.contains(before);
        match standing(scene, address, resource, may_lag) {
            Standing::Gone => drop(draft.vanished.insert(address.clone())),
            Standing::GoesWithItsParent | Standing::Unknown => {}
            Standing::AtAHostOutOfSight(host) => {
                out_of_sight.entry(host).or_default().push(address)
            }
            Standing::There(removal) => {
                let Removal {
                    what,
                    owner,
                    action,
                    after,
                } = *removal;
                if address.kind() == "replaced-meeting" {
                    // Its going was asked for when it was made anew; only the last call is missing.
                    draft.step(&owner, address.clone(), after, action);
                } else if !resource.made {
                    draft.note(Some(address), format!("{what}: {}.", stays(address)));
                } else if resource.protected {
                    draft.hold(address, what, HeldReason::Protected);
                } else if is_barred(scene, address) {
                    barred += usize::from(address.kind() == "team-membership");
                } else if !scene.wishes.remove {
                    draft.hold(address, what, HeldReason::Removal);
                } else {
                    draft.step(&owner, address.clone(), after, action);
                }
            }
        }
    }
    gone_with_parents(scene, draft);
    told(scene, barred, &out_of_sight, draft);
}

/// Why something stays that could be taken away. After a lost ledger it may well be ours.
fn stays(address: &Address) -> &'static str {
    match address.kind() {
        "team-membership" | "membership" | "invitee" => {
            "they stay, because the ledger does not say that Showcaller put them there"
        }
        _ => "it stays, because the ledger does not say that Showcaller made it",
    }
}

/// Whether the bot may not take it away. Of a room that it may not change, the room's own line
/// tells.
fn is_barred(scene: &Scene<'_>, address: &Address) -> bool {
    match address.kind() {
        "team-membership" => team::bot_in_team(scene) != Some(true),
        "membership" | "tab" => {
            let rest = address.as_str().split_once('/').map_or("", |it| it.1);
            let key = rest.split_once('/').map_or("", |it| it.0);
            let seen = scene.rooms.get(&RoomKey::new(key));
            let seen = seen.and_then(|found| found.thing());
            seen.is_some_and(|seen| bot_is_shut_out(scene, seen))
        }
        _ => false,
    }
}

fn gone_with_parents(scene: &Scene<'_>, draft: &mut Draft) {
    if !draft.vanished.is_empty() {
        let children = children_of(scene, &draft.vanished);
        draft.vanished.extend(children);
    }
}

/// What lies in rooms and meetings that are gone is gone with them.
fn children_of(scene: &Scene<'_>, gone: &BTreeSet<Address>) -> Vec<Address> {
    let known = scene.known.resources.keys();
    known
        .filter(|address| parent_of(address).is_some_and(|parent| gone.contains(&parent)))
        .cloned()
        .collect()
}

fn told(
    scene: &Scene<'_>,
    barred: usize,
    out_of_sight: &BTreeMap<&Email, Vec<&Address>>,
    draft: &mut Draft,
) {
    if barred > 0 {
        let sentence = format!(
            "{} cannot be taken out of the team, because the bot does not moderate it. Make {} a \
             moderator of the team in the Webex app.",
            team::people(barred),
            scene.observed.bot.email
        );
        draft.cannot(&Address::team(), CannotReason::NotModerator, sentence);
    }
    for (host, unseen) in out_of_sight {
        let (meetings, them, they) = match unseen.len() {
            1 => (format!("1 meeting of {host} is"), "it", "it is"),
            count => (
                format!("{count} meetings of {host} are"),
                "them",
                "they are",
            ),
        };
        let remedy = match scene.observed.meetings.get(*host) {
            Some(Look::Refused(_)) => format!("Plan again once Webex shows {them}."),
            _ => format!("Keep {host} in the file, with its token, until {they} cancelled."),
        };
        let sentence =
            format!("{meetings} no longer in the file, and nobody could look at {them}. {remedy}");
        // Somebody who asked to take away what is too much has not got it, and is to be told so by the
        // exit code, too.
        match unseen.first().filter(|_| scene.wishes.remove) {
            Some(first) => draft.cannot(first, CannotReason::NoToken, sentence),
            None => draft.note(None, sentence),
        }
    }
}

enum Standing<'a> {
    /// It is there and could be taken away.
    There(Box<Removal>),
    /// It is not there any more.
    Gone,
    /// What holds it is not wanted either.
    GoesWithItsParent,
    /// It is a meeting of somebody whose meetings were not looked at.
    AtAHostOutOfSight(&'a Email),
    /// Nobody could look.
    Unknown,
}

struct Removal {
    what: String,
    owner: Owner,
    action: Action,
    after: Vec<Address>,
}

fn wanted(scene: &Scene<'_>) -> BTreeSet<Address> {
    let event = scene.event;
    let team = std::iter::once(Address::team()).chain(
        event
            .webex
            .members
            .iter()
            .map(|m| Address::team_membership(&m.email)),
    );
    let rooms = event.rooms.iter().flat_map(|room| {
        let members = room
            .members
            .iter()
            .map(|m| Address::membership(&room.key, &m.email));
        let tabs = room
            .tabs
            .iter()
            .map(|tab| Address::tab(&room.key, &tab.name));
        // The bot's own place in a room is never surplus.
        let bot = Address::membership(&room.key, &scene.observed.bot.email);
        std::iter::once(Address::room(&room.key))
            .chain(members)
            .chain(tabs)
            .chain([bot])
    });
    let meetings = event.meetings.iter().flat_map(|meeting| {
        let invitees = meeting
            .invitees
            .iter()
            .map(|i| Address::invitee(&meeting.key, &i.email));
        std::iter::once(Address::meeting(&meeting.key)).chain(invitees)
    });
    let bot = Address::team_membership(&scene.observed.bot.email);
    team.chain([bot]).chain(rooms).chain(meetings).collect()
}

/// The kinds and remote ids of what the file does name. One thing may have two addresses while
/// somebody's address is being corrected: the ledger forgets the old one, and the thing stays.
fn claimed<'a>(
    scene: &Scene<'a>,
    adoptions: &'a [Adoption],
    wanted: &BTreeSet<Address>,
) -> BTreeSet<(&'a str, &'a str)> {
    let adopted = adoptions
        .iter()
        .map(|adoption| (adoption.address.kind(), adoption.remote_id.as_str()));
    let known = scene.known;
    let recorded = known
        .resources
        .iter()
        .filter(|(address, _)| wanted.contains(address))
        .map(|(address, resource)| (address.kind(), resource.remote_id.as_str()));
    adopted.chain(recorded).collect()
}

/// Meetings that an interrupted run has made anew: who is on the list of the new one is yet to be read.
fn made_anew(scene: &Scene<'_>, adoptions: &[Adoption]) -> BTreeSet<Address> {
    let anew = adoptions.iter().filter(|adoption| {
        let before = adoption.renamed_from.as_ref().unwrap_or(&adoption.address);
        let known = scene.known.resources.get(before);
        adoption.address.kind() == "meeting"
            && known.is_some_and(|known| known.remote_id != adoption.remote_id)
    });
    anew.map(|adoption| adoption.address.clone()).collect()
}

/// The address under which the ledger will have it once the renamed rooms and meetings, and with
/// them what lies in them, have their new names.
fn todays(renamed: &BTreeMap<Address, Address>, address: &Address) -> Address {
    if let Some(today) = renamed.get(address) {
        return today.clone();
    }
    let today = || {
        let old = parent_of(address)?;
        let key = |parent: &Address| Some(parent.as_str().split_once('/')?.1.to_owned());
        let thing = address
            .as_str()
            .split_once('/')?
            .1
            .strip_prefix(&key(&old)?)?;
        let new = key(renamed.get(&old)?)?;
        Some(Address::new(format!("{}/{new}{thing}", address.kind())))
    };
    today().unwrap_or_else(|| address.clone())
}

fn standing<'a>(
    scene: &Scene<'a>,
    address: &Address,
    resource: &'a KnownResource,
    may_lag: bool,
) -> Standing<'a> {
    let id = &resource.remote_id;
    let rest = address
        .as_str()
        .split_once('/')
        .map_or("", |(_, rest)| rest);
    match address.kind() {
        "team-membership" => team_membership(scene, rest, id),
        "room" => room(scene, rest, id),
        "membership" => membership(scene, rest, id),
        "tab" => tab(scene, rest, id),
        "meeting" | "replaced-meeting" => meeting(scene, resource, rest),
        "invitee" => invitee(scene, rest, resource, may_lag),
        _ => Standing::Unknown,
    }
}

fn there(what: String, owner: Owner, after: Vec<Address>, action: Action) -> Standing<'static> {
    Standing::There(Box::new(Removal {
        what,
        owner,
        action,
        after,
    }))
}

fn team_membership(scene: &Scene<'_>, email: &str, id: &str) -> Standing<'static> {
    match scene.observed.team_members.seen() {
        None => Standing::Unknown,
        Some(members) if !members.iter().any(|member| member.id == id) => Standing::Gone,
        Some(_) => there(
            format!("take {email} out of the team"),
            Owner::Bot,
            // Rooms first: leaving the team would take the memberships along and leave the
            // ledger guessing.
            scene
                .event
                .rooms
                .iter()
                .map(|r| Address::membership(&r.key, &Email::new(email)))
                .collect(),
            Action::RemoveTeamMember { id: id.to_owned() },
        ),
    }
}

fn room(scene: &Scene<'_>, key: &str, id: &str) -> Standing<'static> {
    match scene.observed.rooms.iter().find(|room| room.id == id) {
        None if scene.team.thing().is_none() => Standing::Unknown,
        None => Standing::Gone,
        Some(room) if room.read_only => Standing::Gone,
        Some(room) => there(
            format!(
                "archive the room «{}»",
                room.title.as_deref().unwrap_or(key)
            ),
            Owner::Bot,
            Vec::new(),
            Action::ArchiveRoom { id: id.to_owned() },
        ),
    }
}

/// The remote id of the room that an address `membership/ROOM/…` or `tab/ROOM/…` lies in, if the
/// file still wants that room.
fn room_of<'a>(
    scene: &Scene<'a>,
    rest: &'a str,
) -> Result<(&'a str, &'a str, &'a str), Standing<'static>> {
    let (key, thing) = rest.split_once('/').ok_or(Standing::Unknown)?;
    let room = scene.event.room(&RoomKey::new(key));
    let room = room.ok_or(Standing::GoesWithItsParent)?;
    let seen = scene.rooms[&room.key].thing().ok_or(Standing::Unknown)?;
    Ok((&seen.id, room.title.as_str(), thing))
}

fn membership(scene: &Scene<'_>, rest: &str, id: &str) -> Standing<'static> {
    let (room, title, email) = match room_of(scene, rest) {
        Ok(found) => found,
        Err(standing) => return standing,
    };
    let Some(Look::Seen(members)) = scene.observed.members.get(room) else {
        return Standing::Unknown;
    };
    let bot = &scene.observed.bot.id;
    let Some(member) = members.iter().find(|member| member.id == id) else {
        // Somebody who is only in the team sees no more than a locked room's moderators
        // (messaging §5).
        return match members.iter().any(|member| member.person == *bot) {
            true => Standing::Gone,
            false => Standing::Unknown,
        };
    };
    if member.person == *bot {
        return Standing::Unknown;
    }
    there(
        format!("take {email} out of «{title}»"),
        Owner::Bot,
        Vec::new(),
        Action::RemoveMember { id: id.to_owned() },
    )
}

fn tab(scene: &Scene<'_>, rest: &str, id: &str) -> Standing<'static> {
    let (room, title, name) = match room_of(scene, rest) {
        Ok(found) => found,
        Err(standing) => return standing,
    };
    if let Some(Look::Seen(tabs)) = scene.observed.tabs.get(room)
        && !tabs.iter().any(|tab| tab.id == id)
    {
        return Standing::Gone;
    }
    there(
        format!("unpin «{name}» in «{title}»"),
        Owner::Bot,
        Vec::new(),
        Action::RemoveTab { id: id.to_owned() },
    )
}

fn meeting<'a>(scene: &Scene<'a>, resource: &'a KnownResource, key: &str) -> Standing<'a> {
    let id = &resource.remote_id;
    if let Owner::Host(host) = &resource.owner
        && !matches!(scene.observed.meetings.get(host), Some(Look::Seen(_)))
    {
        return Standing::AtAHostOutOfSight(host);
    }
    let mut unread = false;
    for (host, look) in &scene.observed.meetings {
        match look {
            Look::Seen(meetings) => {
                let Some(meeting) = meetings.iter().find(|meeting| meeting.id == *id) else {
                    continue;
                };
                let title = match meeting.fields.get(&crate::Field::Title) {
                    Some(crate::Value::Text(title)) => title,
                    _ => key,
                };
                return there(
                    format!("cancel the meeting «{title}»"),
                    Owner::Host(host.clone()),
                    Vec::new(),
                    Action::DeleteMeeting {
                        id: id.to_owned(),
                        mail: false,
                    },
                );
            }
            Look::NotLooked | Look::Refused(_) => unread = true,
        }
    }
    if unread || scene.observed.meetings.is_empty() {
        Standing::Unknown
    } else {
        Standing::Gone
    }
}

fn invitee(
    scene: &Scene<'_>,
    rest: &str,
    resource: &KnownResource,
    may_lag: bool,
) -> Standing<'static> {
    let Some((key, email)) = rest.rsplit_once('/') else {
        return Standing::Unknown;
    };
    let Some(meeting) = scene.event.meeting(&MeetingKey::new(key)) else {
        return Standing::GoesWithItsParent;
    };
    let Some(seen) = scene.meetings[&meeting.key].0.thing() else {
        return Standing::Unknown;
    };
    let id = match scene.observed.invitees.get(&seen.id) {
        Some(Look::Seen(list)) => {
            let found = list.iter().find(|invitee| match resource.is_unread() {
                true => invitee.email.as_str() == email,
                false => invitee.id == resource.remote_id,
            });
            match found {
                Some(found) => &found.id,
                // A list that shows nobody has nothing to say of those whom it never showed.
                None if resource.is_unread() && list.is_empty() && may_lag => {
                    return Standing::Unknown;
                }
                None => return Standing::Gone,
            }
        }
        _ if resource.is_unread() => return Standing::Unknown,
        _ => &resource.remote_id,
    };
    // Nobody is taken off the list of a meeting that is over.
    if meeting.end.timestamp() <= scene.observed.at {
        return Standing::GoesWithItsParent;
    }
    there(
        format!("take {email} off the list of «{}»", meeting.title),
        Owner::Host(scene.host_now(&meeting.key).clone()),
        Vec::new(),
        Action::RemoveInvitee {
            id: id.clone(),
            mail: meeting.mail == showcaller_event::model::Mail::Invitees,
        },
    )
}
