//! What a plan costs: calls, time, the daily quota, mails.

use std::collections::{BTreeMap, BTreeSet};

use showcaller_event::Event;
use showcaller_event::model::{Address, Email, Host, MeetingKey};

use crate::fields::{Field, Fields, Value};
use crate::known::Known;
use crate::observed::Observed;
use crate::plan::{Budget, Held, HeldReason, MailCount, Quota};
use crate::quota::{self, Quotas};
use crate::step::{Action, Owner, Step};

/// What the documents speak of for most calls (messaging §1.4).
const CALLS_A_MINUTE: usize = 300;

/// The steps that fit the quota; creations beyond it are held, those that begin last first.
pub(crate) fn within_quota(quotas: &Quotas, steps: Vec<Step>, held: &mut Vec<Held>) -> Vec<Step> {
    let mut creating: BTreeMap<&Email, Vec<(Option<&Value>, &Address)>> = BTreeMap::new();
    for step in &steps {
        if let Some(host) = creates_for(step) {
            let start = fields_of(&step.action).and_then(|fields| fields.get(&Field::Start));
            let this = (start, &step.address);
            creating.entry(host).or_default().push(this);
        }
    }
    let mut later: BTreeSet<Address> = BTreeSet::new();
    for (host, mut meetings) in creating {
        meetings.sort_unstable();
        let beyond = meetings.iter().skip(quotas.left(host));
        later.extend(beyond.map(|(_, address)| (*address).clone()));
    }
    let (beyond, within): (Vec<Step>, Vec<Step>) = steps
        .into_iter()
        .partition(|step| later.contains(&step.address) && creates_for(step).is_some());
    held.extend(beyond.into_iter().map(|step| Held {
        what: format!("schedule {} for {}", what(&step), step.owner),
        address: step.address,
        reason: HeldReason::Quota,
    }));
    within
}

fn what(step: &Step) -> String {
    let anew = match step.action {
        Action::ReplaceMeeting { .. } => " anew",
        _ => "",
    };
    match fields_of(&step.action).and_then(|fields| fields.get(&Field::Title)) {
        Some(Value::Text(title)) => format!("«{title}»{anew}"),
        _ => format!("{}{anew}", step.address),
    }
}

fn fields_of(action: &Action) -> Option<&Fields> {
    match action {
        Action::CreateMeeting { fields, .. } => Some(fields),
        Action::ReplaceMeeting { create, .. } => fields_of(create),
        _ => None,
    }
}

fn creates_for(step: &Step) -> Option<&Email> {
    match (&step.action, &step.owner) {
        (Action::CreateMeeting { .. } | Action::ReplaceMeeting { .. }, Owner::Host(host)) => {
            Some(host)
        }
        _ => None,
    }
}

pub(crate) fn of(known: &Known, observed: &Observed, steps: &[Step], quotas: Vec<Quota>) -> Budget {
    let calls = calls(steps);
    // The slowest owner sets the pace. No minute's worth is taken for granted: runs before this one may have
    // used it up.
    let busiest = calls.values().copied().max().unwrap_or(0);
    Budget {
        seconds: (busiest * 60).div_ceil(CALLS_A_MINUTE) as u64,
        calls,
        quotas,
        mails: mails(observed, known, steps),
    }
}

fn calls(steps: &[Step]) -> BTreeMap<Owner, usize> {
    let mut calls = BTreeMap::new();
    // Lists are read back once for each meeting whose list was written.
    let mut read_back: BTreeSet<(&Owner, &MeetingKey)> = BTreeSet::new();
    for step in steps {
        let own = match &step.action {
            Action::ReplaceMeeting {
                create, old_host, ..
            } => {
                *calls.entry(Owner::Host(old_host.clone())).or_default() += 1;
                if let Action::CreateMeeting {
                    meeting, invitees, ..
                } = &**create
                    && !invitees.is_empty()
                {
                    read_back.insert((&step.owner, meeting));
                }
                1
            }
            Action::CreateMeeting {
                meeting, invitees, ..
            } => {
                if !invitees.is_empty() {
                    read_back.insert((&step.owner, meeting));
                }
                1
            }
            Action::AddInvitees { meeting, .. } => {
                read_back.insert((&step.owner, meeting));
                1
            }
            _ => 1,
        };
        *calls.entry(step.owner.clone()).or_default() += own;
    }
    for (owner, _) in read_back {
        *calls.entry(owner.clone()).or_default() += 1;
    }
    calls
}

/// Each host's day: `hosts` tells whose the held meetings are, `spread` which meetings have their
/// host because another one has used up its day.
pub(crate) fn host_days(
    event: &Event,
    quotas: &Quotas,
    steps: &[Step],
    held: &[Held],
    (hosts, spread): (&BTreeMap<MeetingKey, Email>, &BTreeSet<MeetingKey>),
) -> Vec<Quota> {
    let mut wanted: BTreeMap<&Email, usize> = BTreeMap::new();
    let mut taken_over: BTreeMap<&Email, usize> = BTreeMap::new();
    for step in steps {
        if let Some(host) = creates_for(step) {
            *wanted.entry(host).or_default() += 1;
            let moved = meeting_of(&step.address).is_some_and(|key| spread.contains(&key));
            *taken_over.entry(host).or_default() += usize::from(moved);
        }
    }
    let mut waiting: BTreeMap<&Email, usize> = BTreeMap::new();
    for held in held.iter().filter(|held| held.reason == HeldReason::Quota) {
        if let Some(host) = meeting_of(&held.address).and_then(|key| hosts.get(&key)) {
            *waiting.entry(host).or_default() += 1;
        }
    }
    let of = |counts: &BTreeMap<&Email, usize>, host: &Email| counts.get(host).copied();
    let day = |host: &Host| {
        let email = &host.email;
        let wanted = of(&wanted, email).unwrap_or(0);
        let held = of(&waiting, email).unwrap_or(0);
        let when = quotas.next(email, wanted, held);
        Quota {
            host: email.clone(),
            used: quotas.used(email),
            wanted,
            limit: quota::limit(host),
            spread: of(&taken_over, email).unwrap_or(0),
            held,
            next: when.map(|(first, _, _)| first),
            together: when.map(|(_, together, _)| together),
            all: when.map(|(_, _, last)| last),
            exhausted_until: quotas.exhausted(email),
        }
    };
    event.webex.hosts.iter().map(day).collect()
}

fn meeting_of(address: &Address) -> Option<MeetingKey> {
    address
        .as_str()
        .strip_prefix("meeting/")
        .map(MeetingKey::new)
}

fn mails(observed: &Observed, known: &Known, steps: &[Step]) -> MailCount {
    let seen_rooms = observed.members.values().filter_map(|look| look.seen());
    let mut met: BTreeSet<&str> = seen_rooms
        .chain(observed.team_members.seen())
        .flatten()
        .map(|member| member.email.as_str())
        .collect();
    met.extend(
        known
            .resources
            .keys()
            .filter(|address| matches!(address.kind(), "membership" | "team-membership"))
            .filter_map(|address| address.as_str().rsplit('/').next()),
    );
    let strangers: BTreeSet<&Email> = steps
        .iter()
        .filter_map(|step| match &step.action {
            Action::AddMember { email, .. } | Action::AddTeamMember { email, .. } => Some(email),
            _ => None,
        })
        .filter(|email| !met.contains(email.as_str()))
        .collect();
    MailCount {
        meetings: steps.iter().map(|step| step.mails).sum(),
        invitations_at_most: strangers.len(),
    }
}

/// Mails about meetings that a step leads to, at most: any change that may mail is taken to mail
/// everybody who is, was or will be on the list, and the host (meetings §6).
pub(crate) fn meeting_mails(
    event: &Event,
    known: &Known,
    observed: &Observed,
    step: &Step,
) -> usize {
    let everybody = |meeting: &str, id: &str| 1 + listed(event, known, observed, meeting, id);
    let of_creation = |action: &Action| match action {
        Action::CreateMeeting {
            mail: true,
            invitees,
            ..
        } => Some(1 + invitees.len()),
        _ => None,
    };
    let key = step.address.as_str().split_once('/').map_or("", |it| it.1);
    match &step.action {
        Action::CreateMeeting { .. } => of_creation(&step.action).unwrap_or(0),
        // Cancelled for those who knew of it, then scheduled anew.
        Action::ReplaceMeeting { id, create, .. } => {
            of_creation(create).map_or(0, |created| created + everybody(key, id))
        }
        Action::ChangeMeeting {
            mail: true,
            id,
            changes,
            ..
        } if changes.iter().any(|change| change.field != Field::Tag) => everybody(key, id),
        Action::DeleteMeeting { mail: true, id } => everybody(key, id),
        Action::AddInvitees {
            mail: true,
            invitees,
            ..
        } => invitees.len(),
        Action::SetCohost { mail: true, .. } | Action::RemoveInvitee { mail: true, .. } => 1,
        _ => 0,
    }
}

/// How many different people are on a meeting's list by the file, the ledger or Webex.
fn listed(event: &Event, known: &Known, observed: &Observed, meeting: &str, id: &str) -> usize {
    let wanted = event
        .meeting(&MeetingKey::new(meeting))
        .map_or(&[][..], |meeting| &meeting.invitees);
    let prefix = Address::new(format!("invitee/{meeting}/"));
    let recorded = known
        .resources
        .range(&prefix..)
        .map_while(|(address, _)| address.as_str().strip_prefix(prefix.as_str()));
    let seen = observed.invitees.get(id).and_then(|look| look.seen());
    let everybody: BTreeSet<&str> = wanted
        .iter()
        .map(|invitee| invitee.email.as_str())
        .chain(recorded)
        .chain(
            seen.into_iter()
                .flatten()
                .map(|invitee| invitee.email.as_str()),
        )
        .collect();
    everybody.len()
}
