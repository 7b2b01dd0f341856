//! Rules about people, teams, rooms, tabs, memberships and messages.

use url::Url;

use super::{Asked, Check, Complaints, Rule};

const SEND: &[&str] = &["POST /messages"];
const SEND_OR_EDIT: &[&str] = &["POST /messages", "PUT /messages/{messageId}"];
const EDIT: &[&str] = &["PUT /messages/{messageId}"];
const TABS: &[&str] = &["POST /room/tabs", "PUT /room/tabs/{id}"];

/// Bytes of a message's text, in UTF-8 (messaging §6).
const MESSAGE_BYTES: usize = 7439;

pub(super) const RULES: &[Rule] = &[
    // People: only admins may list without a filter, and we are none.
    Rule {
        name: "people-filter",
        source: "messaging §2",
        on: &["GET /people"],
        check: Check::Request(people_filter),
    },
    Rule {
        name: "people-ids",
        source: "messaging §2",
        on: &["GET /people"],
        check: Check::Request(people_ids),
    },
    // Names and titles: "Title cannot be empty.", "name cannot be empty".
    Rule {
        name: "empty-name",
        source: "messaging §1.3",
        on: &[
            "POST /rooms",
            "PUT /rooms/{roomId}",
            "POST /teams",
            "PUT /teams/{teamId}",
            "POST /room/tabs",
            "PUT /room/tabs/{id}",
            "POST /webhooks",
            "PUT /webhooks/{webhookId}",
        ],
        check: Check::Filled(&["title", "name", "displayName"]),
    },
    // Rooms.
    Rule {
        name: "public-needs-description",
        source: "messaging §4",
        on: &["POST /rooms"],
        check: Check::Request(public_needs_description),
    },
    Rule {
        name: "announcement-needs-lock",
        source: "messaging §4",
        on: &["POST /rooms", "PUT /rooms/{roomId}"],
        check: Check::Request(announcement_needs_lock),
    },
    Rule {
        name: "tab-over-https",
        source: "messaging §4",
        on: TABS,
        check: Check::Request(tab_over_https),
    },
    // Memberships.
    Rule {
        name: "one-person",
        source: "messaging §3, §5",
        on: &["POST /memberships", "POST /team/memberships"],
        check: Check::OneOf(&["personId", "personEmail"]),
    },
    Rule {
        name: "membership-change",
        source: "messaging §5",
        on: &["PUT /memberships/{membershipId}"],
        check: Check::SomeOf(&["isModerator", "isRoomHidden"]),
    },
    Rule {
        name: "person-needs-room",
        source: "messaging §5",
        on: &["GET /memberships"],
        check: Check::Request(person_needs_room),
    },
    // Messages.
    Rule {
        name: "one-destination",
        source: "messaging §6",
        on: SEND,
        check: Check::OneOf(&["roomId", "toPersonId", "toPersonEmail"]),
    },
    Rule {
        name: "something-to-say",
        source: "messaging §6",
        on: SEND,
        check: Check::SomeOf(&["text", "markdown", "files", "attachments"]),
    },
    Rule {
        name: "something-to-say",
        source: "messaging §6",
        on: EDIT,
        check: Check::SomeOf(&["text", "markdown", "attachments"]),
    },
    Rule {
        name: "message-length",
        source: "messaging §6",
        on: SEND_OR_EDIT,
        check: Check::Bytes("text", MESSAGE_BYTES),
    },
    Rule {
        name: "message-length",
        source: "messaging §6",
        on: SEND_OR_EDIT,
        check: Check::Bytes("markdown", MESSAGE_BYTES),
    },
    Rule {
        name: "one-file",
        source: "messaging §6, §7",
        on: SEND,
        check: Check::Items("files", 0, 1),
    },
    Rule {
        name: "html-beside-markdown",
        source: "messaging §6",
        on: EDIT,
        check: Check::Request(html_beside_markdown),
    },
    Rule {
        name: "direct-with-whom",
        source: "messaging §6",
        on: &["GET /messages/direct"],
        check: Check::OneOfQuery(&["personId", "personEmail"]),
    },
];

fn people_filter(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    // The last three are an admin's filters.
    let filters = ["email", "displayName", "id", "orgId", "roles", "locationId"];
    if !filters.iter().any(|name| asked.query(name).is_some()) {
        complaints.target("email, displayName or id must be given");
    }
}

fn people_ids(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    let count = asked.query("id").map_or(0, |ids| ids.split(',').count());
    if count > 85 {
        complaints.query("id", format!("{count} ids, 85 are allowed"));
    }
}

fn public_needs_description(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    let described = asked
        .text("description")
        .is_some_and(|text| !text.trim().is_empty());
    if asked.is("isPublic", true) && !described {
        complaints.body("/isPublic", "a public room needs a description");
    }
}

/// A new room must say both; a change may build on a lock that is there already.
fn announcement_needs_lock(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    let unlocked = match asked.operation {
        "POST /rooms" => !asked.is("isLocked", true),
        _ => asked.is("isLocked", false),
    };
    if asked.is("isAnnouncementOnly", true) && unlocked {
        complaints.body(
            "/isAnnouncementOnly",
            "announcement mode needs a locked room",
        );
    }
}

fn tab_over_https(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    if let Some(address) = asked.text("contentUrl")
        && !Url::parse(address).is_ok_and(|address| address.scheme() == "https")
    {
        complaints.body("/contentUrl", "a tab shows an https address");
    }
}

fn person_needs_room(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    for name in ["personId", "personEmail"] {
        if asked.query(name).is_some() && asked.query("roomId").is_none() {
            complaints.query(name, "a list by person needs roomId");
        }
    }
}

fn html_beside_markdown(asked: &Asked<'_>, complaints: &mut Complaints<'_>) {
    if asked.member("markdown").is_some() && asked.member("html").is_some() {
        complaints.body("/html", "must be left out when markdown is given");
    }
}
