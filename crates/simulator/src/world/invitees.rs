//! Who is invited to a meeting (meetings §7).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::fields::{Fields, is_address};
use super::mails::Occasion;
use super::meetings::{Meeting, Role, Which, no_bots, no_other_host};
use super::people::local_part;
use super::{Asking, World};
use crate::refusal::{Refusal, Served};
use crate::switches::{BulkConflict, CohostWithoutAccount};

/// Invitees in a create call, and in a bulk insertion, at most.
pub(crate) const MOST_INLINE: usize = 1000;
const MOST_IN_BULK: usize = 100;

/// Somebody invited.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Invitee {
    /// The digits at the end of the id.
    number: u64,
    /// In lower case.
    pub(crate) email: String,
    name: String,
    pub(crate) cohost: bool,
    panelist: bool,
    created: Timestamp,
}

/// Somebody to be invited.
#[derive(Debug, Clone)]
pub(crate) struct NewInvitee {
    email: String,
    name: Option<String>,
    cohost: bool,
    panelist: bool,
    send_email: bool,
}

impl NewInvitee {
    pub(crate) fn of(email: &str, name: &str, cohost: bool) -> Self {
        Self {
            email: email.to_owned(),
            name: Some(name.to_owned()),
            cohost,
            panelist: false,
            send_email: true,
        }
    }

    /// An account is invited by its main address, whichever of its addresses is named.
    fn read(world: &World, fields: &Fields, cohost_unless_told: bool) -> Served<Self> {
        let email = fields.filled("email")?.unwrap_or_default().to_lowercase();
        if !is_address(&email) {
            return Err(Refusal::invalid(format!("'{email}' is no e-mail address.")));
        }
        let account = world.by_address(&email);
        let email = account.map_or(email, |person| person.email.clone());
        let name = fields.filled("displayName")?;
        if name.is_some_and(|name| name.chars().count() > 128) {
            return Err(Refusal::invalid(
                "'displayName' must have at most 128 characters.",
            ));
        }
        Ok(Self {
            email,
            name: name.map(str::to_owned),
            cohost: fields.flag("coHost")?.unwrap_or(cohost_unless_told),
            panelist: fields.flag("panelist")?.unwrap_or(false),
            send_email: fields.flag("sendEmail")?.unwrap_or(true),
        })
    }
}

/// Reads a list of at most `most` invitees with different addresses.
pub(crate) fn read_items(
    world: &World,
    items: &[Value],
    most: usize,
    cohost_unless_told: bool,
) -> Served<Vec<NewInvitee>> {
    if items.len() > most {
        return Err(Refusal::invalid(format!(
            "At most {most} invitees are allowed."
        )));
    }
    let mut read = Vec::with_capacity(items.len());
    let mut seen = std::collections::BTreeSet::new();
    for item in items {
        let invitee = NewInvitee::read(world, &Fields::from_value(item)?, cohost_unless_told)?;
        if !seen.insert(invitee.email.clone()) {
            return Err(Refusal::invalid(format!(
                "'{}' is found more than once.",
                invitee.email
            )));
        }
        read.push(invitee);
    }
    Ok(read)
}

/// Makes invitees of a meeting on `site` from what was wished for. A co-host needs a host account
/// on the site, and the site's option; in a space meeting who lacks it is always just invited
/// (meetings §2).
pub(crate) fn enlist(
    world: &mut World,
    asking: &Asking<'_>,
    site: &str,
    meeting: &str,
    wanted: Vec<NewInvitee>,
    in_space: bool,
) -> Served<Vec<Invitee>> {
    let refuses = asking.switches.cohost_without_account == CohostWithoutAccount::Error;
    let mut invited = Vec::with_capacity(wanted.len());
    for invitee in wanted {
        let account = world.account_for(asking, &invitee.email);
        let person = account.map(|key| world.person(key));
        let licensed = person.is_some_and(|person| person.host_site.as_deref() == Some(site));
        let name = person.map(|person| person.name.clone());
        let qualified = licensed && asking.switches.cohost_option;
        if invitee.cohost && !qualified && refuses && !in_space {
            let cause = format!(
                "'{}' cannot be a co-host: there is no host account on the site.",
                invitee.email
            );
            return Err(Refusal::invalid(cause));
        }
        // Long enough that a thousand invitees never share one.
        let key = world.mint("invitee", &format!("{meeting} {}", invitee.email));
        invited.push(Invitee {
            number: key.as_u64_pair().0 % 1_000_000_000_000_000,
            name: invitee
                .name
                .or(name)
                .unwrap_or_else(|| local_part(&invitee.email).to_owned()),
            cohost: invitee.cohost && qualified,
            panelist: invitee.panelist,
            email: invitee.email,
            created: asking.now,
        });
    }
    Ok(invited)
}

/// `GET /meetingInvitees?meetingId=`, by address.
pub(crate) fn list<'w>(
    world: &'w World,
    asking: &Asking<'_>,
    meeting_id: Option<&str>,
    host_email: Option<&str>,
    panelist: Option<bool>,
) -> Served<(String, Vec<&'w Invitee>)> {
    no_bots(world, asking)?;
    no_other_host(world, asking, host_email)?;
    let id = meeting_id.ok_or_else(|| Refusal::invalid("'meetingId' is missing."))?;
    let (meeting, which) = world.meeting(asking, id)?;
    managed(meeting.role(world, which, asking.person))?;
    let mut invited: Vec<&Invitee> = meeting
        .invited(which)
        .iter()
        .filter(|invitee| panelist.is_none_or(|panelist| invitee.panelist == panelist))
        .filter(|invitee| asking.shows(invitee.created))
        .collect();
    invited.sort_by(|one, other| one.email.cmp(&other.email));
    Ok((meeting.id_of(which), invited))
}

/// Host and co-hosts manage who is invited.
fn managed(role: Role) -> Served<()> {
    match role {
        Role::Host | Role::CoHost => Ok(()),
        Role::Invitee => Err(Refusal::forbidden("Only the host can see who is invited.")),
        Role::Outsider => Err(Refusal::not_found()),
    }
}

/// The meeting whose invitees a body wants to change: not an instance.
fn meeting_to_invite<'w>(
    world: &'w World,
    asking: &Asking<'_>,
    id: &str,
) -> Served<(&'w Meeting, Which)> {
    let (meeting, which) = world.meeting(asking, id)?;
    managed(meeting.role(world, which, asking.person))?;
    if matches!(which, Which::Instance(_)) {
        let cause = format!("Meeting ID '{id}' is not allowed for this API.");
        return Err(Refusal::coded(asking.switches.in_progress_code, cause));
    }
    Ok((meeting, which))
}

fn meeting_of_body<'w>(
    world: &'w World,
    asking: &Asking<'_>,
    body: &Fields,
) -> Served<(&'w Meeting, Which)> {
    no_bots(world, asking)?;
    no_other_host(world, asking, body.filled("hostEmail")?)?;
    let id = body
        .filled("meetingId")?
        .ok_or_else(|| Refusal::invalid("'meetingId' is missing."))?;
    meeting_to_invite(world, asking, id)
}

/// `POST /meetingInvitees`.
pub(crate) fn create(world: &mut World, asking: &Asking<'_>, body: &Fields) -> Served {
    let (meeting, which) = meeting_of_body(world, asking, body)?;
    let wanted = NewInvitee::read(world, body, false)?;
    if is_invited(meeting, which, &wanted.email) {
        return Err(Refusal::new(409, "User is already a meeting invitee."));
    }
    let id = meeting.id_of(which);
    let invited = invite(world, asking, &id, vec![wanted])?;
    Ok(present(&id, &invited[0]))
}

/// `POST /meetingInvitees/bulkInsert`.
pub(crate) fn bulk_insert(world: &mut World, asking: &Asking<'_>, body: &Fields) -> Served {
    let (meeting, which) = meeting_of_body(world, asking, body)?;
    let items = body.list("items")?.unwrap_or_default();
    let wanted = read_items(world, items, MOST_IN_BULK, false)?;
    let id = meeting.id_of(which);
    let (known, new): (Vec<_>, Vec<_>) = wanted
        .into_iter()
        .partition(|invitee| is_invited(meeting, which, &invitee.email));
    if !known.is_empty() {
        if asking.switches.bulk_conflict == BulkConflict::Partial {
            invite(world, asking, &id, new)?;
        }
        return Err(Refusal::new(
            409,
            "Some users in the list have been invited.",
        ));
    }
    let invited = invite(world, asking, &id, new)?;
    let items: Vec<Value> = invited
        .iter()
        .map(|invitee| present(&id, invitee))
        .collect();
    Ok(json!({ "items": items }))
}

fn is_invited(meeting: &Meeting, which: Which, email: &str) -> bool {
    meeting
        .invited(which)
        .iter()
        .any(|invitee| invitee.email == email)
}

fn invite(
    world: &mut World,
    asking: &Asking<'_>,
    id: &str,
    wanted: Vec<NewInvitee>,
) -> Served<Vec<Invitee>> {
    let (meeting, which) = world.meeting(asking, id)?;
    let (series, site) = (meeting.id.clone(), meeting.site.clone());
    let mails: Vec<String> = wanted
        .iter()
        .filter(|new| new.send_email)
        .map(|new| new.email.clone())
        .collect();
    let invited = enlist(world, asking, &site, id, wanted, false)?;
    if let Some(meeting) = world.meetings.get_mut(&series) {
        meeting.invited_mut(which).extend(invited.iter().cloned());
    }
    for address in mails {
        world.mail(asking.now, &address, Occasion::Invitation, id);
    }
    Ok(invited)
}

/// `GET /meetingInvitees/{id}`.
pub(crate) fn get(
    world: &World,
    asking: &Asking<'_>,
    id: &str,
    host_email: Option<&str>,
) -> Served {
    no_bots(world, asking)?;
    no_other_host(world, asking, host_email)?;
    let (meeting, invitee) = find(world, asking, id)?;
    Ok(present(meeting, invitee))
}

/// `PUT /meetingInvitees/{id}`: the address must be named, and may be a new one.
pub(crate) fn update(world: &mut World, asking: &Asking<'_>, id: &str, body: &Fields) -> Served {
    no_bots(world, asking)?;
    no_other_host(world, asking, body.filled("hostEmail")?)?;
    let (meeting_id, was) =
        find(world, asking, id).map(|(id, invitee)| (id.to_owned(), invitee.clone()))?;
    let mut wanted = NewInvitee::read(world, body, was.cohost)?;
    if wanted.name.is_none() && wanted.email == was.email {
        wanted.name = Some(was.name.clone());
    }
    let (meeting, which) = meeting_to_invite(world, asking, &meeting_id)?;
    if wanted.email != was.email && is_invited(meeting, which, &wanted.email) {
        return Err(Refusal::new(409, "User is already a meeting invitee."));
    }
    let (series, site) = (meeting.id.clone(), meeting.site.clone());
    let send_email = wanted.send_email;
    let mut invited = enlist(world, asking, &site, &meeting_id, vec![wanted], false)?;
    let mut invitee = invited.remove(0);
    invitee.number = was.number;
    invitee.created = was.created;
    let shown = present(&meeting_id, &invitee);
    let email = invitee.email.clone();
    let slot = world.meetings.get_mut(&series).and_then(|meeting| {
        meeting
            .invited_mut(which)
            .iter_mut()
            .find(|other| other.number == was.number)
    });
    if let Some(slot) = slot {
        *slot = invitee;
    }
    if send_email {
        world.mail(asking.now, &email, Occasion::Update, &meeting_id);
    }
    Ok(shown)
}

/// `DELETE /meetingInvitees/{id}`.
pub(crate) fn delete(
    world: &mut World,
    asking: &Asking<'_>,
    id: &str,
    host_email: Option<&str>,
    send_email: bool,
) -> Served<()> {
    no_bots(world, asking)?;
    no_other_host(world, asking, host_email)?;
    let (meeting_id, was) =
        find(world, asking, id).map(|(id, invitee)| (id.to_owned(), invitee.clone()))?;
    let (meeting, which) = meeting_to_invite(world, asking, &meeting_id)?;
    let series = meeting.id.clone();
    if let Some(meeting) = world.meetings.get_mut(&series) {
        meeting
            .invited_mut(which)
            .retain(|invitee| invitee.number != was.number);
    }
    if send_email {
        world.mail(asking.now, &was.email, Occasion::Cancellation, &meeting_id);
    }
    Ok(())
}

/// An invitee's id is the meeting's, with a number behind it.
fn find<'w, 'i>(
    world: &'w World,
    asking: &Asking<'_>,
    id: &'i str,
) -> Served<(&'i str, &'w Invitee)> {
    let (meeting_id, number) = id.rsplit_once('_').ok_or_else(Refusal::not_found)?;
    let (meeting, which) = world.meeting(asking, meeting_id)?;
    managed(meeting.role(world, which, asking.person))?;
    let number: u64 = number.parse().map_err(|_| Refusal::not_found())?;
    let mut invited = meeting.invited(which).iter();
    let invitee = invited.find(|invitee| invitee.number == number);
    invitee
        .map(|invitee| (meeting_id, invitee))
        .ok_or_else(Refusal::not_found)
}

pub(crate) fn present(meeting_id: &str, invitee: &Invitee) -> Value {
    json!({
        "id": format!("{meeting_id}_{}", invitee.number),
        "email": invitee.email,
        "displayName": invitee.name,
        "coHost": invitee.cohost,
        "meetingId": meeting_id,
        "panelist": invitee.panelist,
    })
}
