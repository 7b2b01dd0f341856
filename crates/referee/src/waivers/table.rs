//! The waivers themselves.

use super::Waiver;
use crate::grants::{
    Change::{Instead, Members, Null, Optional, Values},
    Grant::{Media, NextPage, Paged, Schema, Status},
    Kind, answer, request,
};

const ONE_MESSAGE: &[&str] = &[
    "POST /messages",
    "PUT /messages/{messageId}",
    "GET /messages/{messageId}",
];
const MESSAGE_LISTS: &[&str] = &["GET /messages", "GET /messages/direct"];
const ONE_TEAM: &[&str] = &["POST /teams", "GET /teams/{teamId}", "PUT /teams/{teamId}"];
const ONE_WEBHOOK: &[&str] = &[
    "POST /webhooks",
    "GET /webhooks/{webhookId}",
    "PUT /webhooks/{webhookId}",
];
const ATTACHMENT_ACTION: &[&str] = &["POST /attachment/actions", "GET /attachment/actions/{id}"];
const ONE_MEETING: &[&str] = &[
    "POST /meetings",
    "GET /meetings/{meetingId}",
    "PATCH /meetings/{meetingId}",
    "PUT /meetings/{meetingId}",
];
const PARTICIPANTS: &[&str] = &["GET /meetingParticipants"];
const REGISTRATION: &[&str] = &[
    "GET /meetings/{meetingId}/registration",
    "PUT /meetings/{meetingId}/registration",
];
const MESSAGE_MEMBERS: &[(&str, Kind)] = &[
    ("parentId", Kind::Text),
    ("html", Kind::Text),
    ("updated", Kind::Text),
    ("isVoiceClip", Kind::Flag),
    ("toPersonId", Kind::Text),
    ("toPersonEmail", Kind::Text),
    ("mentionedPeople", Kind::Texts),
    ("mentionedGroups", Kind::Texts),
    ("attachments", Kind::Cards),
];
const WEBHOOK_OWNER: &[(&str, Kind)] = &[
    ("orgId", Kind::Text),
    ("createdBy", Kind::Text),
    ("appId", Kind::Text),
];
const ABSENT_SECRETS: &[&str] = &["password", "hostKey", "telephony"];

pub(super) const WAIVERS: &[Waiver] = &[
    Waiver {
        name: "card-typed-as-file",
        source: "messaging §16",
        why: "`attachments` of messages is typed as an external file; only the examples show \
              the Adaptive Card that it is",
        grants: &[
            Schema(request(ONE_MESSAGE, "attachments"), Instead(Kind::Cards)),
            Schema(answer(ONE_MESSAGE, "attachments"), Instead(Kind::Cards)),
            Schema(
                answer(MESSAGE_LISTS, "items/*/attachments"),
                Instead(Kind::Cards),
            ),
        ],
    },
    Waiver {
        name: "message-members-vary",
        source: "messaging §6",
        why: "the answers about messages each leave out some members of a message, even \
              members that their own example shows",
        grants: &[
            Schema(answer(ONE_MESSAGE, ""), Members(MESSAGE_MEMBERS)),
            Schema(answer(MESSAGE_LISTS, "items/*"), Members(MESSAGE_MEMBERS)),
        ],
    },
    Waiver {
        name: "message-edit-echoes",
        source: "messaging §6",
        why: "the text of PUT /messages/{messageId} recommends to send the message back as \
              GET gave it, with new text; the schema knows the new text only",
        grants: &[Schema(
            request(&["PUT /messages/{messageId}"], ""),
            Members(&[
                ("id", Kind::Text),
                ("roomType", Kind::Text),
                ("personId", Kind::Text),
                ("personEmail", Kind::Text),
                ("parentId", Kind::Text),
                ("html", Kind::Text),
                ("mentionedPeople", Kind::Texts),
                ("mentionedGroups", Kind::Texts),
                ("created", Kind::Text),
                ("updated", Kind::Text),
            ]),
        )],
    },
    Waiver {
        name: "card-edit",
        source: "messaging §6",
        why: "PUT /messages/{messageId} puts another card in a card's place: Webex's own samples \
              do it, the schema knows no `attachments` there",
        grants: &[Schema(
            request(&["PUT /messages/{messageId}"], ""),
            Members(&[("attachments", Kind::Cards)]),
        )],
    },
    Waiver {
        name: "message-upload",
        source: "messaging §7",
        why: "local files are sent as multipart/form-data; the document knows JSON only",
        grants: &[Media {
            on: &["POST /messages"],
            media: "multipart/form-data",
        }],
    },
    Waiver {
        name: "attachment-inputs-typed",
        source: "messaging §8",
        why: "`inputs` lists the four inputs of one example card; they are whatever the card \
              has, as strings",
        grants: &[
            Schema(
                request(ATTACHMENT_ACTION, "inputs"),
                Instead(Kind::OpenTexts),
            ),
            Schema(
                answer(ATTACHMENT_ACTION, "inputs"),
                Instead(Kind::OpenTexts),
            ),
        ],
    },
    Waiver {
        name: "attachment-action-is-200",
        source: "messaging §1.1",
        why: "POST /attachment/actions is 202 in the document and 200 where it was observed",
        grants: &[Status {
            on: &["POST /attachment/actions"],
            status: 200,
            body_of: Some(202),
        }],
    },
    Waiver {
        name: "membership-change-in-full",
        source: "messaging §16",
        why: "PUT /memberships/{membershipId} marks both members required; live clients send one",
        grants: &[Schema(
            request(&["PUT /memberships/{membershipId}"], ""),
            Optional(&["isModerator", "isRoomHidden"]),
        )],
    },
    Waiver {
        name: "team-creator",
        source: "messaging §3",
        why: "live teams name their creator",
        grants: &[
            Schema(answer(ONE_TEAM, ""), Members(&[("creatorId", Kind::Text)])),
            Schema(
                answer(&["GET /teams"], "items/*"),
                Members(&[("creatorId", Kind::Text)]),
            ),
        ],
    },
    Waiver {
        name: "webhook-firehose",
        source: "messaging §16",
        why: "the enumerations of `resource` and `event` lack `all`, which the guide documents",
        grants: &[
            Schema(request(ONE_WEBHOOK, "resource"), Values(&["all"])),
            Schema(request(ONE_WEBHOOK, "event"), Values(&["all"])),
            Schema(answer(ONE_WEBHOOK, "resource"), Values(&["all"])),
            Schema(answer(ONE_WEBHOOK, "event"), Values(&["all"])),
            Schema(
                answer(&["GET /webhooks"], "items/*/resource"),
                Values(&["all"]),
            ),
            Schema(
                answer(&["GET /webhooks"], "items/*/event"),
                Values(&["all"]),
            ),
        ],
    },
    Waiver {
        name: "webhook-owner",
        source: "messaging §9.1",
        why: "live webhooks carry orgId, createdBy and appId",
        grants: &[
            Schema(answer(ONE_WEBHOOK, ""), Members(WEBHOOK_OWNER)),
            Schema(
                answer(&["GET /webhooks"], "items/*"),
                Members(WEBHOOK_OWNER),
            ),
        ],
    },
    Waiver {
        name: "item-errors",
        source: "messaging §1.2",
        why: "an item of a list that could not be read in full says so in `errors`; the basics \
              guide documents it, the schemas do not",
        grants: &[Schema(
            answer(
                &[
                    "GET /rooms",
                    "GET /messages",
                    "GET /memberships",
                    "GET /teams",
                ],
                "items/*",
            ),
            Members(&[("errors", Kind::ItemErrors)]),
        )],
    },
    // Before `next-page`, which is about all lists in pages.
    Waiver {
        name: "participants-in-pages",
        source: "meetings §8",
        why: "the list has a page size, and no Link header",
        grants: &[Paged { on: PARTICIPANTS }],
    },
    Waiver {
        name: "next-page",
        source: "messaging §1.5",
        why: "the address of a next page is opaque and carries parameters that no document names",
        grants: &[NextPage {
            query: &["cursor", "cursorPosition", "after", "before"],
        }],
    },
    Waiver {
        name: "patch-as-merge",
        source: "meetings §16",
        why: "PATCH /meetings/{meetingId} names application/json-patch+json for a body that is \
              a plain partial meeting; clients send application/json",
        grants: &[Media {
            on: &["PATCH /meetings/{meetingId}"],
            media: "application/json",
        }],
    },
    Waiver {
        name: "null-clears",
        source: "meetings §5, §6",
        why: "the text lets a change set these members to null; their schemas do not",
        grants: &[
            Schema(
                request(&["PATCH /meetings/{meetingId}"], ""),
                Null(&["agenda", "recurrence", "trackingCodes"]),
            ),
            Schema(
                request(
                    &["PATCH /meetings/{meetingId}", "PUT /meetings/{meetingId}"],
                    "",
                ),
                Null(&["integrationTags"]),
            ),
        ],
    },
    Waiver {
        name: "create-needs-less",
        source: "meetings §2",
        why: "title, start and end are marked required, though a template gives the times and a \
              meeting on the spot needs none; the rule `meeting-needs-times` judges instead",
        grants: &[Schema(
            request(&["POST /meetings"], ""),
            Optional(&["title", "start", "end"]),
        )],
    },
    Waiver {
        name: "absent-secrets",
        source: "meetings §1, §16",
        why: "password, hostKey and telephony are required in answers, though instances have \
              none and nobody but the host need be shown the key",
        grants: &[
            Schema(answer(ONE_MEETING, ""), Optional(ABSENT_SECRETS)),
            Schema(
                answer(&["GET /meetings"], "items/*"),
                Optional(ABSENT_SECRETS),
            ),
        ],
    },
    Waiver {
        name: "running-without-end",
        source: "meetings §1",
        why: "`end` is required in answers, though the document's own text says that an instance \
              has none while it runs",
        grants: &[
            Schema(
                answer(&["GET /meetings/{meetingId}"], ""),
                Optional(&["end"]),
            ),
            Schema(answer(&["GET /meetings"], "items/*"), Optional(&["end"])),
        ],
    },
    Waiver {
        name: "series-without-series",
        source: "meetings §16",
        why: "meetingSeriesId is required in the answers to PUT, PATCH and list, though a \
              series has none",
        grants: &[
            Schema(answer(ONE_MEETING, ""), Optional(&["meetingSeriesId"])),
            Schema(
                answer(&["GET /meetings"], "items/*"),
                Optional(&["meetingSeriesId"]),
            ),
        ],
    },
    Waiver {
        name: "listed-summary",
        source: "meetings §4, §16",
        why: "lists can be filtered by `hasSummary` and their example shows it; the schema does not",
        grants: &[Schema(
            answer(&["GET /meetings"], "items/*"),
            Members(&[("hasSummary", Kind::Flag)]),
        )],
    },
    Waiver {
        name: "registration-id-switch",
        source: "meetings §14, §16",
        why: "`enabledRegistrationId` of registration forms is in the examples only",
        grants: &[
            Schema(
                request(ONE_MEETING, "registration"),
                Members(&[("enabledRegistrationId", Kind::Flag)]),
            ),
            Schema(
                answer(ONE_MEETING, "registration"),
                Members(&[("enabledRegistrationId", Kind::Flag)]),
            ),
            Schema(
                request(REGISTRATION, ""),
                Members(&[("enabledRegistrationId", Kind::Flag)]),
            ),
            Schema(
                answer(REGISTRATION, ""),
                Members(&[("enabledRegistrationId", Kind::Flag)]),
            ),
        ],
    },
    Waiver {
        name: "question-ids-as-text",
        source: "meetings §16",
        why: "ids of registration questions are numbers in the schema and text in every example",
        grants: &[
            Schema(
                answer(ONE_MEETING, "registration/customizedQuestions/*/id"),
                Instead(Kind::TextOrNumber),
            ),
            Schema(
                answer(
                    ONE_MEETING,
                    "registration/customizedQuestions/*/options/*/id",
                ),
                Instead(Kind::TextOrNumber),
            ),
            Schema(
                answer(REGISTRATION, "customizedQuestions/*/id"),
                Instead(Kind::TextOrNumber),
            ),
            Schema(
                answer(REGISTRATION, "customizedQuestions/*/options/*/id"),
                Instead(Kind::TextOrNumber),
            ),
        ],
    },
    Waiver {
        name: "join-redirects",
        source: "meetings §10, §16",
        why: "POST /meetings/join answers 302 unless told otherwise; only 200 is declared",
        grants: &[Status {
            on: &["POST /meetings/join"],
            status: 302,
            body_of: None,
        }],
    },
    Waiver {
        name: "reassign-status-as-number",
        source: "meetings §16",
        why: "httpStatus inside a 207 is text in the schema and a number in the example",
        grants: &[Schema(
            answer(&["POST /meetings/reassignHost"], "items/*/httpStatus"),
            Instead(Kind::TextOrNumber),
        )],
    },
    Waiver {
        name: "chats-deleted",
        source: "meetings §16",
        why: "DELETE /meetings/postMeetingChats declares no success at all",
        grants: &[Status {
            on: &["DELETE /meetings/postMeetingChats"],
            status: 204,
            body_of: None,
        }],
    },
];
