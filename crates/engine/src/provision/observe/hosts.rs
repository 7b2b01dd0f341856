//! Looks at the hosts and their meetings.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use showcaller_event::Event;
use showcaller_event::model::Email;
use showcaller_plan::observed::{Look, SeenHost, SeenMeeting};
use showcaller_plan::{Field, Known, Owner, Value};
use showcaller_webex::{MeetingFilter, MeetingKind, MeetingView, Webex};

use super::super::convert;
use super::there;

/// From the first moment that matters to the last: the event's days, and wherever the ledger last
/// saw its meetings or asked for one, so that an event that is put off does not lose them (meetings
/// §4: the default window is seven days).
pub(super) fn window(event: &Event, known: &Known) -> (Timestamp, Timestamp) {
    let planned = event
        .meetings
        .iter()
        .flat_map(|m| [m.start.timestamp(), m.end.timestamp()]);
    let recorded = known
        .resources
        .iter()
        .filter(|(address, _)| address.kind() == "meeting")
        .flat_map(|(_, resource)| [&resource.settled.asked, &resource.settled.answered])
        .chain(known.intended.values())
        .chain(known.lost.values())
        .flat_map(|fields| [fields.get(&Field::Start), fields.get(&Field::End)])
        .filter_map(|value| match value {
            Some(Value::Time(instant)) => Some(*instant),
            _ => None,
        });
    let instants: Vec<Timestamp> = planned.chain(recorded).collect();
    let first = instants.iter().min().copied().unwrap_or_default();
    let last = instants.iter().max().copied().unwrap_or_default();
    // Without a memory, the event may have been anywhere: it is looked for around its dates.
    let remembered = known
        .resources
        .keys()
        .any(|address| address.kind() == "meeting");
    let day = SignedDuration::from_hours(if remembered { 24 } else { 24 * 180 });
    (
        first.checked_sub(day).unwrap_or(Timestamp::MIN),
        last.checked_add(day).unwrap_or(Timestamp::MAX),
    )
}

/// What was seen of the hosts.
#[derive(Default)]
pub(super) struct SeenHosts {
    pub(super) hosts: BTreeMap<Email, SeenHost>,
    pub(super) meetings: BTreeMap<Email, Look<Vec<SeenMeeting>>>,
}

pub(super) async fn host(
    webex: &Webex,
    known: &Known,
    email: &Email,
    window: (Timestamp, Timestamp),
) -> (Option<SeenHost>, Look<Vec<SeenMeeting>>) {
    let person = match webex.me().await {
        Ok(person) => person,
        Err(error) => {
            let reason = match error.is_unauthorized() {
                true => {
                    "Webex does not accept its token: it is wrong, or it has expired".to_owned()
                }
                false => error.refused_because(),
            };
            return (None, Look::Refused(reason));
        }
    };
    let ours = person.has_email(email.as_str());
    let account = convert::account(person);
    if !ours {
        // Meetings would be made in the wrong account, and not be found in the right one.
        let reason = format!("its token belongs to {}", account.email);
        let sites = Err(reason.clone());
        return (Some(SeenHost { account, sites }), Look::Refused(reason));
    }
    let sites = webex.list_meeting_sites().await;
    let sites = sites
        .map_err(|error| error.refused_because())
        .map(|mut sites| {
            sites.sort_by_key(|site| !site.default);
            sites.into_iter().map(|site| site.site_url).collect()
        });
    let meetings = meetings(webex, known, email, window).await;
    (Some(SeenHost { account, sites }), meetings)
}

/// A host's meetings as the list has them.
pub(super) async fn listed(
    webex: &Webex,
    host: &Email,
    window: (Timestamp, Timestamp),
) -> Look<Vec<SeenMeeting>> {
    let filter = MeetingFilter {
        from: Some(window.0),
        to: Some(window.1),
        kind: Some(MeetingKind::MeetingSeries),
        ..MeetingFilter::default()
    };
    match webex.list_meetings(&filter).await {
        // The list holds what the host is merely invited to, too (meetings §4).
        Ok(list) => Look::Seen(
            list.into_iter()
                .filter(|meeting| {
                    let owner = meeting.host_email.as_deref().unwrap_or(host.as_str());
                    owner.eq_ignore_ascii_case(host.as_str())
                })
                .map(convert::meeting)
                .collect(),
        ),
        Err(error) => Look::Refused(error.refused_because()),
    }
}

async fn meetings(
    webex: &Webex,
    known: &Known,
    host: &Email,
    window: (Timestamp, Timestamp),
) -> Look<Vec<SeenMeeting>> {
    let mut found = match listed(webex, host, window).await {
        Look::Seen(found) => found,
        look => return look,
    };
    // Moved out of sight by hand, or not yet in the list: the thing itself can be asked for.
    let mut listed: BTreeSet<String> = found.iter().map(|meeting| meeting.id.clone()).collect();
    let theirs = known.resources.iter().filter(|(address, resource)| {
        let meeting = matches!(address.kind(), "meeting" | "replaced-meeting");
        meeting && matches!(&resource.owner, Owner::Host(owner) if owner == host)
    });
    for (_, resource) in theirs {
        if listed.insert(resource.remote_id.clone()) {
            let id = resource.remote_id.as_str().into();
            match there(webex.get_meeting(&id, &MeetingView::default()).await) {
                Ok(meeting) => found.extend(meeting.map(convert::meeting)),
                Err(error) => return Look::Refused(error.refused_because()),
            }
        }
    }
    Look::Seen(found)
}
