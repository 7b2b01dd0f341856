//! The meetings themselves.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use showcaller_event::model::{Address, Email, Mail, Meeting};

use super::drift::{self, There};
use super::duplicates::only_unused;
use super::{Draft, Scene, desired, has_left, invitees};
use crate::fields::{self, Change, Field, Fields, Value};
use crate::identify::Match;
use crate::names::{replaced_address, tag_of};
use crate::observed::{Look, SeenMeeting};
use crate::plan::{Adoption, CannotReason, HeldReason};
use crate::step::{Action, NewInvitee, Owner};

pub(super) fn compare(scene: &Scene<'_>, draft: &mut Draft) {
    for meeting in &scene.event.meetings {
        let host = &scene.hosts[&meeting.key];
        if readable(scene, meeting, host, draft) {
            one(scene, meeting, host, draft);
        }
    }
    deleted(scene, draft);
    invitees::not_cohost_after_all(scene, draft);
    invitees::not_mailed(scene, draft);
}

/// Tells of the meetings that somebody else deleted, in one line for all of a pattern.
fn deleted(scene: &Scene<'_>, draft: &mut Draft) {
    let held = draft.held.iter();
    let held: BTreeSet<&Address> = held.map(|held| &held.address).collect();
    let mut of_pattern: BTreeMap<&str, Vec<&Meeting>> = BTreeMap::new();
    for meeting in &scene.event.meetings {
        let gone = matches!(scene.meetings[&meeting.key].0, Match::Gone);
        if gone && held.contains(&Address::meeting(&meeting.key)) {
            let pattern = meeting.pattern.as_str();
            of_pattern.entry(pattern).or_default().push(meeting);
        }
    }
    for (pattern, meetings) in of_pattern {
        match meetings.as_slice() {
            [one] => draft.note(
                Some(&Address::meeting(&one.key)),
                format!("«{}» was deleted on Webex by somebody else.", one.title),
            ),
            several => draft.note(
                None,
                format!(
                    "{} meetings of «{pattern}» were deleted on Webex by somebody else.",
                    several.len()
                ),
            ),
        }
    }
}

/// Whether the host's meetings were read, and those of whoever has the meeting by the ledger's word:
/// what was not looked at is neither made nor missed.
fn readable(scene: &Scene<'_>, meeting: &Meeting, host: &Email, draft: &mut Draft) -> bool {
    let address = Address::meeting(&meeting.key);
    let unseen = |host: &&Email| !matches!(scene.observed.meetings.get(*host), Some(Look::Seen(_)));
    let mut records = names(meeting).filter_map(|name| scene.known.resources.get(&name));
    let has_it = records.find_map(|known| match &known.owner {
        Owner::Host(host) => Some(host),
        Owner::Bot => None,
    });
    let host = match scene.meetings[&meeting.key] {
        (Match::Known(..), at) => at.unwrap_or(host),
        _ => has_it.filter(unseen).unwrap_or(host),
    };
    let sentence = match scene.observed.meetings.get(host) {
        Some(Look::Seen(_)) => return true,
        _ if has_left(scene.event, host) => {
            if scene.wishes.recreate.allows(&address) {
                leave_behind(scene, meeting, host, draft);
                return false;
            }
            format!(
                "The host {host} is no longer in the file, and its meetings cannot be seen \
                 without a token of its own. With --recreate ADDRESS, or --recreate all, a host who has \
                 room schedules it anew, with a new link; otherwise put {host} back."
            )
        }
        Some(Look::Refused(why)) => format!("The meetings of {host} cannot be read: {why}"),
        Some(Look::NotLooked) | None => format!("There is no usable token for its host {host}."),
    };
    draft.cannot(&address, CannotReason::NoToken, sentence);
    false
}

/// Schedules it again at another host. The one at the host who has left is forgotten then: it cannot be
/// cancelled from here. One that has begun stays as it is, because people are in it.
fn leave_behind(scene: &Scene<'_>, meeting: &Meeting, left: &Email, draft: &mut Draft) {
    if meeting.start.timestamp() < scene.observed.at {
        return;
    }
    let known = &scene.known.resources;
    let recorded = names(meeting).filter(|name| known.contains_key(name));
    let address = Address::meeting(&meeting.key);
    draft.replaced.insert(address, recorded.collect());
    draft.note(
        None,
        format!(
            "What {left} hosted stays on Webex, and its old links still work: have it cancelled there."
        ),
    );
    create(scene, meeting, &scene.hosts[&meeting.key], draft);
}

fn one(scene: &Scene<'_>, meeting: &Meeting, host: &Email, draft: &mut Draft) {
    let address = Address::meeting(&meeting.key);
    let (found, found_at) = &scene.meetings[&meeting.key];
    // Who has it, if anybody has.
    let at = found_at.unwrap_or(host);
    match found {
        Match::None => create(scene, meeting, host, draft),
        Match::Gone if meeting.end.timestamp() <= scene.observed.at => {}
        // A re-creation that was interrupted between its two calls goes on with the second.
        Match::Gone
            if scene.wishes.recreate.allows(&address)
                || scene.known.intended.contains_key(&address) =>
        {
            draft.vanished.insert(address);
            create(scene, meeting, host, draft);
        }
        Match::Gone => {
            let what = format!("schedule «{}» anew, with a new link", meeting.title);
            draft.hold(&address, what, HeldReason::Recreation);
            drift::gone(&address, &format!("«{}»", meeting.title), draft);
        }
        Match::Several(1) => draft.cannot(
            &address,
            CannotReason::Ambiguous,
            format!(
                "One meeting on Webex could be «{}» or another one of the file, which has the same \
                 title and start. Give one of them another title.",
                meeting.title
            ),
        ),
        Match::Several(count) => draft.cannot(
            &address,
            CannotReason::Ambiguous,
            format!(
                "{count} meetings on Webex could be «{}». {}",
                meeting.title,
                only_unused(&address, "delete")
            ),
        ),
        Match::Known(old, _) if made_anew(scene, meeting, old).is_some() => {
            let (host, new) = made_anew(scene, meeting, old).expect("asked just now");
            let old_host = found_at.unwrap_or(host);
            take_over(scene, meeting, (host, new), (old_host, old), draft);
        }
        Match::Known(seen, recorded) => {
            if *recorded != address {
                let before = scene.known.resources.get(recorded);
                let made = before.is_some_and(|before| before.made);
                let mut adopted = adoption(scene, meeting, seen, at, made);
                adopted.renamed_from = Some(recorded.clone());
                draft.adopt(adopted);
            }
            existing(scene, meeting, at, *found_at, seen, draft);
        }
        Match::Found(seen) => {
            let keys = std::iter::once(&meeting.key).chain(&meeting.previously);
            let tagged = |key| seen.tags.contains(&tag_of(&scene.event.key, key));
            let made = keys.into_iter().any(tagged) || scene.made.contains(seen.id.as_str());
            draft.adopt(adoption(scene, meeting, seen, at, made));
            existing(scene, meeting, at, *found_at, seen, draft);
        }
    }
}

/// The new one of a meeting that an interrupted run was making anew: it carries the same tag.
fn made_anew<'a>(
    scene: &Scene<'a>,
    meeting: &Meeting,
    old: &SeenMeeting,
) -> Option<(&'a Email, &'a SeenMeeting)> {
    if !scene
        .known
        .intended
        .contains_key(&Address::meeting(&meeting.key))
    {
        return None;
    }
    let tag = tag_of(&scene.event.key, &meeting.key);
    scene.observed.meetings.iter().find_map(|(host, look)| {
        let mut seen = look.seen()?.iter();
        let new = seen.find(|seen| {
            seen.id != old.id && seen.tags.contains(&tag) && !is_recorded(scene, &seen.id)
        })?;
        Some((host, new))
    })
}

/// What the ledger knows is nothing that a run left behind: where it has the new meeting already,
/// the other one is the old one, which removals takes away.
fn is_recorded(scene: &Scene<'_>, id: &str) -> bool {
    let mut known = scene.known.resources.values();
    known.any(|known| known.remote_id == id)
}

/// The interrupted run goes on: the new meeting is the meeting, and the old one goes.
fn take_over(
    scene: &Scene<'_>,
    meeting: &Meeting,
    (host, new): (&Email, &SeenMeeting),
    (old_host, old): (&Email, &SeenMeeting),
    draft: &mut Draft,
) {
    draft.adopt(adoption(scene, meeting, new, host, true));
    let replaced = replaced_address(&meeting.key);
    let mut adopted = adoption(scene, meeting, old, old_host, true);
    adopted.address = replaced.clone();
    adopted.protected = false;
    draft.adopt(adopted);
    let action = Action::DeleteMeeting {
        id: old.id.clone(),
        mail: meeting.mail == Mail::Invitees,
    };
    draft.step(&Owner::Host(old_host.clone()), replaced, Vec::new(), action);
    existing(scene, meeting, host, Some(host), new, draft);
}

/// A meeting's address, and those that it had.
fn names(meeting: &Meeting) -> impl Iterator<Item = Address> {
    let keys = std::iter::once(&meeting.key).chain(&meeting.previously);
    keys.map(Address::meeting)
}

fn adoption(
    scene: &Scene<'_>,
    meeting: &Meeting,
    seen: &SeenMeeting,
    host: &Email,
    made: bool,
) -> Adoption {
    let wanted = desired::meeting(&scene.event.key, meeting, None);
    let asked = scene.found_as_asked(wanted, names(meeting), &seen.fields);
    Adoption {
        address: Address::meeting(&meeting.key),
        remote_id: seen.id.clone(),
        made,
        protected: meeting.protected,
        renamed_from: None,
        asked,
        answered: seen.fields.clone(),
        owner: Owner::Host(host.clone()),
    }
}

fn create(scene: &Scene<'_>, meeting: &Meeting, host: &Email, draft: &mut Draft) {
    let address = Address::meeting(&meeting.key);
    if meeting.start.timestamp() < scene.observed.at {
        return draft.cannot(
            &address,
            CannotReason::Past,
            "Webex schedules nothing that begins in the past.",
        );
    }
    let what = format!("schedule «{}»", meeting.title);
    if scene.may_create(&address, &what, draft) {
        let action = creation(scene, meeting, host);
        draft.step(&Owner::Host(host.clone()), address, Vec::new(), action);
    }
}

fn creation(scene: &Scene<'_>, meeting: &Meeting, host: &Email) -> Action {
    let hosts = &scene.event.webex.hosts;
    Action::CreateMeeting {
        meeting: meeting.key.clone(),
        pattern: meeting.pattern.clone(),
        fields: desired::meeting(&scene.event.key, meeting, None),
        timezone: scene.event.timezone.clone(),
        site: hosts
            .iter()
            .find(|h| h.email == *host)
            .and_then(|h| h.site.clone()),
        invitees: meeting
            .invitees
            .iter()
            .filter(|invitee| invitee.email != *host)
            .map(|invitee| NewInvitee {
                email: invitee.email.clone(),
                name: invitee.name.clone(),
                cohost: invitee.cohost,
            })
            .collect(),
        mail: meeting.mail == Mail::Invitees,
    }
}

fn existing(
    scene: &Scene<'_>,
    meeting: &Meeting,
    host: &Email,
    found_at: Option<&Email>,
    seen: &SeenMeeting,
    draft: &mut Draft,
) {
    let address = Address::meeting(&meeting.key);
    if over(meeting, seen, scene.observed.at) {
        return left_as_it_was(scene, meeting, seen, draft);
    }
    let elsewhere = || scene.elsewhere.get(&meeting.key);
    let chosen = || has_left(scene.event, host).then(|| &scene.hosts[&meeting.key]);
    if let Some(wanted) = meeting.host.as_ref().or_else(elsewhere).or_else(chosen)
        && found_at.is_some_and(|at| at != wanted)
        && replace(scene, meeting, host, wanted, seen, draft) == Replaced::Settled
    {
        return;
    }
    let entry = scene.entry_of_meeting(meeting);
    let asked = scene.asked_before(entry, names(meeting), &seen.fields);
    let wanted = desired::meeting(&scene.event.key, meeting, Some(&asked));
    let there = There {
        address: &address,
        what: &format!("«{}»", meeting.title),
        entry,
        bends: true,
    };
    let changes = there.changes(scene, &wanted, &seen.fields, draft);
    let changes = if meeting.start.timestamp() < scene.observed.at {
        but_for_times(meeting, changes, draft)
    } else {
        let changes = both_times(changes, &wanted, seen);
        // Where one time moves on, the other is not kept back either.
        draft.kept.retain(|kept| {
            kept.address != address
                || changes
                    .iter()
                    .all(|change| Some(change.field) != kept.field)
        });
        changes
    };
    if seen.in_progress && !changes.is_empty() {
        let sentence = "Webex changes no meeting that somebody is in: apply again afterwards.";
        draft.cannot(&address, CannotReason::InProgress, sentence);
    } else if !changes.is_empty() {
        let action = Action::ChangeMeeting {
            meeting: meeting.key.clone(),
            id: seen.id.clone(),
            changes,
            timezone: scene.event.timezone.clone(),
            mail: meeting.mail == Mail::Invitees,
        };
        draft.step(&Owner::Host(host.clone()), address, Vec::new(), action);
    }
    invitees::compare(scene, meeting, host, &seen.id, draft);
}

/// Says, once for each pattern, that a change comes too late.
fn left_as_it_was(scene: &Scene<'_>, meeting: &Meeting, seen: &SeenMeeting, draft: &mut Draft) {
    let settled = scene.entry_of_meeting(meeting).map(|known| &known.settled);
    let asked = settled.map(|settled| &settled.asked);
    let wanted = desired::meeting(&scene.event.key, meeting, asked);
    if !fields::changes(&wanted, &seen.fields, settled).is_empty() {
        let pattern = &meeting.pattern;
        draft.note(
            None,
            format!("Meetings of «{pattern}» that are over stay as they were, whatever the file says now."),
        );
    }
}

/// Whether it is over, in the file and on Webex: then nothing about it matters any more.
fn over(meeting: &Meeting, seen: &SeenMeeting, now: Timestamp) -> bool {
    let past = |value: Option<&Value>| matches!(value, Some(Value::Time(end)) if *end <= now);
    meeting.end.timestamp() <= now && past(seen.fields.get(&Field::End))
}

/// Webex is told both times or none: one alone could turn a meeting inside out on the way.
fn both_times(mut changes: Vec<Change>, wanted: &Fields, seen: &SeenMeeting) -> Vec<Change> {
    let has = |changes: &[Change], field| changes.iter().any(|change| change.field == field);
    for (field, other) in [(Field::Start, Field::End), (Field::End, Field::Start)] {
        if has(&changes, field) && !has(&changes, other) {
            changes.push(Change {
                field: other,
                from: seen.fields.get(&other).cloned(),
                to: wanted[&other].clone(),
            });
        }
    }
    changes.sort_by_key(|change| change.field);
    changes
}

/// Webex takes no start in the past (meetings §6) and is told both times or none: those of a meeting
/// that begins in the past stay, and whatever else changes does so without them.
fn but_for_times(meeting: &Meeting, changes: Vec<Change>, draft: &mut Draft) -> Vec<Change> {
    let (times, others): (Vec<Change>, Vec<Change>) = changes
        .into_iter()
        .partition(|change| matches!(change.field, Field::Start | Field::End));
    let sentence = if times.iter().any(|change| change.field == Field::Start) {
        "Webex moves nothing into the past."
    } else {
        "Webex takes no start in the past, so that the end of what has begun stays as it is. The host can \
         let it run on."
    };
    if !times.is_empty() {
        let address = Address::meeting(&meeting.key);
        draft.cannot(&address, CannotReason::Past, sentence);
    }
    others
}

/// What is left to do about a meeting that should have another host.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Replaced {
    /// Nothing.
    Settled,
    /// It stays with its host for now, and everything else about it can be put right there.
    Stays,
}

/// A meeting's host cannot be changed in place without an administrator (meetings §6).
fn replace(
    scene: &Scene<'_>,
    meeting: &Meeting,
    old_host: &Email,
    wanted: &Email,
    seen: &SeenMeeting,
    draft: &mut Draft,
) -> Replaced {
    let address = Address::meeting(&meeting.key);
    let why = format!("its host changes from {old_host} to {wanted}");
    let what = format!("schedule «{}» anew, with a new link: {why}", meeting.title);
    if scene
        .entry_of_meeting(meeting)
        .is_some_and(|known| known.protected)
    {
        draft.hold(&address, what, HeldReason::Protected);
    } else if !scene.wishes.recreate.allows(&address) {
        draft.hold(&address, what, HeldReason::Recreation);
    } else if meeting.start.timestamp() < scene.observed.at {
        let sentence = "Webex schedules nothing that begins in the past.";
        draft.cannot(&address, CannotReason::Past, sentence);
        return Replaced::Settled;
    } else if (scene.known.resources).contains_key(&replaced_address(&meeting.key)) {
        let what = format!("{what}, once the one that it took the place of is gone");
        draft.hold(&address, what, HeldReason::Waiting);
    } else if seen.in_progress {
        let sentence = "It cannot be made anew while somebody is in it.";
        draft.cannot(&address, CannotReason::InProgress, sentence);
        return Replaced::Settled;
    } else if !matches!(scene.observed.meetings.get(wanted), Some(Look::Seen(_))) {
        let sentence = format!("There is no usable token for its new host {wanted}.");
        draft.cannot(&address, CannotReason::NoToken, sentence);
    } else if cannot_schedule(scene, wanted) {
        // The old meeting goes first, so that the new one must be sure to come.
        let sentence = format!(
            "Its new host {wanted} has no Webex site to schedule «{}» on. Give that account a \
             licence for meetings, and plan again.",
            meeting.title
        );
        draft.cannot(&address, CannotReason::NoToken, sentence);
    } else {
        let action = Action::ReplaceMeeting {
            id: seen.id.clone(),
            old_host: old_host.clone(),
            create: Box::new(creation(scene, meeting, wanted)),
            why,
        };
        draft.step(&Owner::Host(wanted.clone()), address, Vec::new(), action);
        return Replaced::Settled;
    }
    Replaced::Stays
}

/// Whether Webex told that the account has no site, and so no licence for meetings.
fn cannot_schedule(scene: &Scene<'_>, host: &Email) -> bool {
    let host = scene.observed.hosts.get(host);
    host.is_some_and(|host| host.sites.as_ref().is_ok_and(Vec::is_empty))
}
