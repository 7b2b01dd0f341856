//! What there is to listen to.

use crate::refusal::{Refusal, Served};

/// Which events and filters each resource has (messaging §9.2, meetings §9).
const RESOURCES: &[(&str, &[&str], &[&str])] = &[
    (
        "messages",
        &["created", "updated", "deleted", "all"],
        &[
            "roomId",
            "roomType",
            "personId",
            "personEmail",
            "mentionedPeople",
            "hasFiles",
            "hasAttachments",
        ],
    ),
    (
        "memberships",
        &["created", "updated", "deleted", "all"],
        &["roomId", "personId", "personEmail", "isModerator"],
    ),
    (
        "rooms",
        &["created", "updated", "migrated", "all"],
        &["type", "isLocked"],
    ),
    (
        "attachmentActions",
        &["created"],
        &["messageId", "personId", "roomId"],
    ),
    (
        "meetings",
        &["created", "updated", "deleted", "started", "ended", "all"],
        &[
            "id",
            "meetingNumber",
            "meetingType",
            "state",
            "hostEmail",
            "hostUserId",
            "siteUrl",
        ],
    ),
    (
        "meetingParticipants",
        &["joined", "left"],
        &[
            "id",
            "meetingId",
            "state",
            "hostEmail",
            "hostPersonId",
            "siteUrl",
        ],
    ),
    (
        "recordings",
        &["created", "updated", "deleted", "all"],
        &[
            "id",
            "meetingId",
            "scheduledMeetingId",
            "meetingSeriesId",
            "hostEmail",
            "hostUserId",
            "siteUrl",
        ],
    ),
    (
        "meetingTranscripts",
        &["created"],
        &[
            "id",
            "meetingId",
            "scheduledMeetingId",
            "meetingSeriesId",
            "hostEmail",
            "hostUserId",
            "siteUrl",
        ],
    ),
    ("all", &["all"], &[]),
];

/// The filters that a webhook for that event of that resource may have.
pub(super) fn filters(resource: &str, event: &str) -> Served<&'static [&'static str]> {
    let known = RESOURCES.iter().find(|(name, ..)| *name == resource);
    let (_, events, filters) = known.ok_or_else(|| Refusal::bad("invalid value for resource"))?;
    match events.contains(&event) {
        true => Ok(filters),
        false => Err(Refusal::bad(format!(
            "invalid value for event: {resource}/{event}"
        ))),
    }
}

/// Whether a webhook for `event` of `resource` is for this one. `all` stands for what is created,
/// updated and deleted; meetings that start and end, and cards that are used, have to be asked for
/// by name. <https://developer.webex.com/docs/api/guides/webhooks>
pub(super) fn covers(
    (resource, event): (&str, &str),
    (own_resource, own_event): (&str, &str),
) -> bool {
    let every = ["messages", "memberships", "rooms"];
    let resource_fits =
        resource == own_resource || (resource == "all" && every.contains(&own_resource));
    let lifecycle = ["created", "updated", "deleted"].contains(&own_event);
    resource_fits && (event == own_event || (event == "all" && lifecycle))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(("messages", "created"), ("messages", "created"), true)]
    #[case(("messages", "created"), ("messages", "deleted"), false)]
    #[case(("messages", "all"), ("messages", "updated"), true)]
    #[case(("messages", "all"), ("rooms", "created"), false)]
    #[case(("all", "all"), ("memberships", "deleted"), true)]
    #[case(("all", "all"), ("attachmentActions", "created"), false)]
    #[case(("all", "all"), ("meetings", "created"), false)]
    #[case(("meetings", "all"), ("meetings", "deleted"), true)]
    #[case(("meetings", "all"), ("meetings", "started"), false)]
    #[case(("meetings", "ended"), ("meetings", "ended"), true)]
    fn a_firehose_covers_what_the_guide_says(
        #[case] webhook: (&str, &str),
        #[case] event: (&str, &str),
        #[case] covered: bool,
    ) {
        assert_eq!(covers(webhook, event), covered);
    }
}
