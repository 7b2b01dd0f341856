//! Who is on which meeting's list, and who may run it.

use std::collections::BTreeMap;

use showcaller_event::model::{Address, Email, Mail, Meeting};

use super::drift::{self, Missing, There};
use super::{Draft, Scene};
use crate::fields::{Field, Fields, Value};
use crate::known::KnownResource;
use crate::names::{bulk_address, parent_of};
use crate::observed::{Look, SeenInvitee};
use crate::plan::{Adoption, CannotReason};
use crate::read::words::count;
use crate::step::{Action, NewInvitee, Owner};

/// What one call may add (meetings §7).
const BULK: usize = 100;

pub(super) fn compare(
    scene: &Scene<'_>,
    meeting: &Meeting,
    host: &Email,
    id: &str,
    draft: &mut Draft,
) {
    let owner = Owner::Host(host.clone());
    let looked_at = matches!(scene.observed.invitees.get(id), Some(Look::Seen(_)));
    let seen: BTreeMap<Email, SeenInvitee> = match scene.observed.invitees.get(id) {
        Some(Look::Seen(list)) => looked(scene, meeting, list, &owner, draft),
        Some(Look::Refused(why)) => {
            let sentence = format!(
                "Who is invited to «{}» cannot be read: {why}",
                meeting.title
            );
            let address = Address::meeting(&meeting.key);
            return draft.cannot(&address, CannotReason::Unreadable, sentence);
        }
        Some(Look::NotLooked) | None => recorded(scene, meeting),
    };
    let mail = meeting.mail == Mail::Invitees;
    let mut missing = Vec::new();
    for wanted in meeting
        .invitees
        .iter()
        .filter(|invitee| invitee.email != *host)
    {
        let address = Address::invitee(&meeting.key, &wanted.email);
        let what = format!("{} on the list of «{}»", wanted.email, meeting.title);
        let entry = entry_of(scene, meeting, &wanted.email);
        let Some(found) = seen.get(&wanted.email) else {
            if drift::missing(scene, &address, entry, &what, draft) == Missing::StaysAway {
                continue;
            }
            missing.push(NewInvitee {
                email: wanted.email.clone(),
                name: wanted.name.clone(),
                cohost: wanted.cohost,
            });
            continue;
        };
        if looked_at {
            drift::is_back(&address, entry, draft);
        }
        let there = There {
            address: &address,
            what: &what,
            entry,
            bends: true,
        };
        let changes = there.changes(scene, &cohost(wanted.cohost), &cohost(found.cohost), draft);
        if !changes.is_empty() {
            let action = Action::SetCohost {
                id: found.id.clone(),
                email: wanted.email.clone(),
                cohost: wanted.cohost,
                mail,
            };
            draft.step(
                &owner,
                address,
                vec![Address::meeting(&meeting.key)],
                action,
            );
        }
    }
    for (number, chunk) in missing.chunks(BULK).enumerate() {
        let bulk = bulk_address(&meeting.key);
        let address = match number {
            0 => bulk,
            _ => Address::new(format!("{bulk}#{}", number + 1)),
        };
        let action = Action::AddInvitees {
            meeting: meeting.key.clone(),
            invitees: chunk.to_vec(),
            mail,
        };
        draft.step(
            &owner,
            address,
            vec![Address::meeting(&meeting.key)],
            action,
        );
    }
}

fn cohost(cohost: bool) -> Fields {
    Fields::from([(Field::Cohost, Value::Flag(cohost))])
}

/// What a look showed; what somebody else put there and the file wants too is adopted.
fn looked(
    scene: &Scene<'_>,
    meeting: &Meeting,
    list: &[SeenInvitee],
    owner: &Owner,
    draft: &mut Draft,
) -> BTreeMap<Email, SeenInvitee> {
    // Invitees travel inside the create call, whose answer does not list them: on a meeting that we
    // made, and whose list was never recorded, they are ours.
    let intended = |address: &Address| scene.known.intended.contains_key(address);
    let meeting_address = Address::meeting(&meeting.key);
    let made = draft.adopted_as_ours.contains(&meeting_address)
        || scene
            .known
            .resources
            .get(&meeting_address)
            .is_some_and(|known| known.made);
    let ours = intended(&meeting_address)
        || intended(&bulk_address(&meeting.key))
        || made && !list_is_recorded(scene, meeting);
    let mut seen = BTreeMap::new();
    for invitee in list {
        let address = Address::invitee(&meeting.key, &invitee.email);
        let resource = entry_of(scene, meeting, &invitee.email);
        let wanted = meeting
            .invitees
            .iter()
            .any(|wanted| wanted.email == invitee.email);
        if wanted && resource.is_none_or(|resource| resource.remote_id != invitee.id) {
            let fields = cohost(invitee.cohost);
            draft.adopt(Adoption {
                address,
                remote_id: invitee.id.clone(),
                made: ours || resource.is_some_and(|resource| resource.made),
                protected: false,
                renamed_from: None,
                asked: fields.clone(),
                answered: fields,
                owner: owner.clone(),
            });
        }
        seen.insert(invitee.email.clone(), invitee.clone());
    }
    seen
}

/// Whether the ledger knows anybody on the list.
fn list_is_recorded(scene: &Scene<'_>, meeting: &Meeting) -> bool {
    let mut keys = std::iter::once(&meeting.key).chain(&meeting.previously);
    keys.any(|key| {
        let parent = Address::meeting(key);
        let prefix = format!("invitee/{key}/");
        let all = scene.known.resources.range(Address::new(&*prefix)..);
        // The lists of meetings whose names go on from here lie among them.
        all.take_while(|(address, _)| address.as_str().starts_with(&prefix))
            .filter(|(_, record)| !record.is_unread())
            .any(|(address, _)| parent_of(address).as_ref() == Some(&parent))
    })
}

/// What the ledger remembers, where nobody looked.
fn recorded(scene: &Scene<'_>, meeting: &Meeting) -> BTreeMap<Email, SeenInvitee> {
    let recorded = meeting.invitees.iter().filter_map(|invitee| {
        // Who is missing and stays away is known to be missing.
        let resource = entry_of(scene, meeting, &invitee.email)?;
        let resource =
            Some(resource).filter(|resource| !resource.kept.absent && !resource.is_unread())?;
        let answered = resource.settled.answered.get(&Field::Cohost);
        let seen = SeenInvitee {
            id: resource.remote_id.clone(),
            email: invitee.email.clone(),
            cohost: answered == Some(&Value::Flag(true)),
        };
        Some((invitee.email.clone(), seen))
    });
    recorded.collect()
}

/// What the ledger says of somebody's place on the list, perhaps under the meeting's earlier name.
fn entry_of<'a>(scene: &Scene<'a>, meeting: &Meeting, email: &Email) -> Option<&'a KnownResource> {
    let names = std::iter::once(&meeting.key).chain(&meeting.previously);
    let mut addresses = names.map(|key| Address::invitee(key, email));
    addresses.find_map(|address| scene.known.resources.get(&address))
}

/// Tells who was asked to be co-host and is not: most often an account without a host licence on
/// the meeting's site (meetings §2).
pub(super) fn not_cohost_after_all(scene: &Scene<'_>, draft: &mut Draft) {
    let is = |fields: &Fields| fields.get(&Field::Cohost) == Some(&Value::Flag(true));
    let mut meetings_of: BTreeMap<&Email, usize> = BTreeMap::new();
    for meeting in &scene.event.meetings {
        for invitee in meeting.invitees.iter().filter(|invitee| invitee.cohost) {
            let address = Address::invitee(&meeting.key, &invitee.email);
            let known = scene.known.resources.get(&address);
            if known.is_some_and(|it| is(&it.settled.asked) && !is(&it.settled.answered)) {
                *meetings_of.entry(&invitee.email).or_default() += 1;
            }
        }
    }
    for (email, number) in meetings_of {
        let meetings = count(number, "meeting", "meetings");
        draft.note(
            None,
            format!(
                "{email} is invited to {meetings} but did not become co-host: a co-host needs a \
                 host account on the meeting's site."
            ),
        );
    }
}

/// Says who was invited without a mail before the file asked for mails, and how they get one. A step that
/// changes the meeting writes to them anyway.
pub(super) fn not_mailed(scene: &Scene<'_>, draft: &mut Draft) {
    let meetings = scene.event.meetings.iter().filter(|meeting| {
        meeting.mail == Mail::Invitees
            && meeting.end.timestamp() > scene.observed.at
            && !draft.has_step(&Address::meeting(&meeting.key))
    });
    let silent = meetings.map(|meeting| {
        let entries = meeting.invitees.iter();
        let entries = entries.filter_map(|it| entry_of(scene, meeting, &it.email));
        let mailed = entries.map(|entry| entry.settled.asked.get(&Field::Mailed));
        mailed
            .filter(|mailed| *mailed == Some(&Value::Flag(false)))
            .count()
    });
    let silent: Vec<usize> = silent.filter(|number| *number > 0).collect();
    if !silent.is_empty() {
        let invitations = count(silent.iter().sum(), "invitation", "invitations");
        let meetings = count(silent.len(), "meeting", "meetings");
        draft.note(
            None,
            format!(
                "{invitations} to {meetings} went out without a mail, before the file said `mail: \
                 invitees`. Webex writes to all on the list when a meeting changes: give it another \
                 agenda, say, and apply."
            ),
        );
    }
}
