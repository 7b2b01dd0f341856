//! Rules about webhooks: which events and filters a resource has.

use url::{Url, form_urlencoded};

use super::{Asked, Check, Complaints, Rule};

const CREATE: &[&str] = &["POST /webhooks"];
const CREATE_OR_CHANGE: &[&str] = &["POST /webhooks", "PUT /webhooks/{webhookId}"];

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "webhook-target",
        source: "messaging §9.3",
        on: CREATE_OR_CHANGE,
        check: Check::Request(target),
    },
    Rule {
        name: "webhook-event",
        source: "messaging §9.2, meetings §9",
        on: CREATE,
        check: Check::Request(event),
    },
    Rule {
        name: "webhook-filter",
        source: "messaging §9.2, meetings §9",
        on: CREATE,
        check: Check::Request(filter),
    },
    Rule {
        name: "webhook-org-filter",
        source: "messaging §9.2",
        on: CREATE,
        check: Check::Request(org_filter),
    },
    Rule {
        name: "webhook-owned-by",
        source: "messaging §9.1",
        on: &[
            "POST /webhooks",
            "PUT /webhooks/{webhookId}",
            "GET /webhooks",
        ],
        check: Check::Request(owned_by),
    },
];

/// A resource with its events and the filters that can be combined.
struct Watched {
    resource: &'static str,
    events: &'static [&'static str],
    filters: &'static [&'static str],
}

/// The resources whose guide was readable; the others are not judged.
const WATCHED: &[Watched] = &[
    Watched {
        resource: "messages",
        events: &["created", "updated", "deleted", "all"],
        filters: &[
            "roomId",
            "roomType",
            "personId",
            "personEmail",
            "mentionedPeople",
            "hasFiles",
            "hasAttachments",
        ],
    },
    Watched {
        resource: "memberships",
        events: &["created", "updated", "deleted", "all"],
        filters: &["roomId", "personId", "personEmail", "isModerator"],
    },
    Watched {
        resource: "rooms",
        events: &["created", "updated", "migrated", "all"],
        filters: &["type", "isLocked"],
    },
    Watched {
        resource: "attachmentActions",
        events: &["created"],
        filters: &["messageId", "personId", "roomId"],
    },
    Watched {
        resource: "meetings",
        events: &["created", "updated", "deleted", "started", "ended", "all"],
        filters: &[
            "id",
            "meetingNumber",
            "meetingType",
            "state",
            "hostEmail",
            "hostUserId",
            "siteUrl",
        ],
    },
    Watched {
        resource: "meetingParticipants",
        events: &["joined", "left"],
        filters: &[
            "id",
            "meetingId",
            "state",
            "hostEmail",
            "hostPersonId",
            "siteUrl",
        ],
    },
    Watched {
        resource: "recordings",
        events: &["created", "updated", "deleted", "all"],
        filters: RECORDING_FILTERS,
    },
    Watched {
        resource: "meetingTranscripts",
        events: &["created"],
        filters: RECORDING_FILTERS,
    },
    // The firehose: messages, memberships and rooms at once, unfiltered.
    Watched {
        resource: "all",
        events: &["all"],
        filters: &[],
    },
];

const RECORDING_FILTERS: &[&str] = &[
    "id",
    "meetingId",
    "scheduledMeetingId",
    "meetingSeriesId",
    "hostEmail",
    "hostUserId",
    "siteUrl",
];

/// Filters that look into other people's meetings.
const ORG_FILTERS: &[&str] = &["hostEmail", "hostUserId", "ownerEmail", "ownerId"];

fn watched(asked: &Asked<'_>) -> Option<&'static Watched> {
    let resource = asked.text("resource")?;
    WATCHED.iter().find(|watched| watched.resource == resource)
}

/// Absolute http or https; whether plain http is refused is not known.
fn target(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    let good = |address| {
        Url::parse(address).is_ok_and(|address| matches!(address.scheme(), "http" | "https"))
    };
    if asked
        .text("targetUrl")
        .is_some_and(|address| !good(address))
    {
        complaints.body("/targetUrl", "is not an absolute http or https address");
    }
}

fn event(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    if let (Some(watched), Some(event)) = (watched(asked), asked.text("event"))
        && !watched.events.contains(&event)
    {
        let known = watched.events.join(", ");
        let message = format!("{} has no event {event:?}, only {known}", watched.resource);
        complaints.body("/event", message);
    }
}

fn filter(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    let (Some(watched), Some(filter)) = (watched(asked), asked.text("filter")) else {
        return;
    };
    for (name, value) in form_urlencoded::parse(filter.as_bytes()) {
        if !watched.filters.contains(&&*name) && !ORG_FILTERS.contains(&&*name) {
            let message = format!("{} has no filter {name:?}", watched.resource);
            complaints.body("/filter", message);
        } else if value.is_empty() {
            complaints.body("/filter", format!("the filter {name:?} has no value"));
        }
    }
}

fn org_filter(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    let filter = asked.text("filter").unwrap_or_default();
    let looks_around =
        form_urlencoded::parse(filter.as_bytes()).any(|(name, _)| ORG_FILTERS.contains(&&*name));
    if looks_around && asked.text("ownedBy") != Some("org") {
        complaints.body("/filter", "a filter by host or owner needs ownedBy org");
    }
}

fn owned_by(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    if asked.query("ownedBy").is_some_and(|value| value != "org") {
        complaints.query("ownedBy", "only org is allowed");
    }
    if asked.text("ownedBy").is_some_and(|value| value != "org") {
        complaints.body("/ownedBy", "only org is allowed");
    }
}
