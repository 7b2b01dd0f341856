//! The waivers themselves.

use super::Waiver;
use crate::grants::{
    Grant::{Instead, Media, Members, NextPage, Null, Optional, Paged, Status, Values},
    Kind,
    Part::{Answer, Request},
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
            Instead {
                on: ONE_MESSAGE,
                part: Request,
                at: "attachments",
                kind: Kind::Cards,
            },
            Instead {
                on: ONE_MESSAGE,
                part: Answer,
                at: "attachments",
                kind: Kind::Cards,
            },
            Instead {
                on: MESSAGE_LISTS,
                part: Answer,
                at: "items/*/attachments",
                kind: Kind::Cards,
            },
        ],
    },
    Waiver {
        name: "message-members-vary",
        source: "messaging §6",
        why: "the answers about messages each leave out some members of a message, even \
              members that their own example shows",
        grants: &[
            Members {
                on: ONE_MESSAGE,
                part: Answer,
                at: "",
                members: MESSAGE_MEMBERS,
            },
            Members {
                on: MESSAGE_LISTS,
                part: Answer,
                at: "items/*",
                members: MESSAGE_MEMBERS,
            },
        ],
    },
    Waiver {
        name: "message-edit-echoes",
        source: "messaging §6",
        why: "the text of PUT /messages/{messageId} recommends to send the message back as \
              GET gave it, with new text; the schema knows the new text only",
        grants: &[Members {
            on: &["PUT /messages/{messageId}"],
            part: Request,
            at: "",
            members: &[
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
            ],
        }],
    },
    Waiver {
        name: "card-edit",
        source: "messaging §6",
        why: "PUT /messages/{messageId} puts another card in a card's place: Webex's own samples \
              do it, the schema knows no `attachments` there",
        grants: &[Members {
            on: &["PUT /messages/{messageId}"],
            part: Request,
            at: "",
            members: &[("attachments", Kind::Cards)],
        }],
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
            Instead {
                on: ATTACHMENT_ACTION,
                part: Request,
                at: "inputs",
                kind: Kind::OpenTexts,
            },
            Instead {
                on: ATTACHMENT_ACTION,
                part: Answer,
                at: "inputs",
                kind: Kind::OpenTexts,
            },
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
        grants: &[Optional {
            on: &["PUT /memberships/{membershipId}"],
            part: Request,
            at: "",
            members: &["isModerator", "isRoomHidden"],
        }],
    },
    Waiver {
        name: "team-creator",
        source: "messaging §3",
        why: "live teams name their creator",
        grants: &[
            Members {
                on: ONE_TEAM,
                part: Answer,
                at: "",
                members: &[("creatorId", Kind::Text)],
            },
            Members {
                on: &["GET /teams"],
                part: Answer,
                at: "items/*",
                members: &[("creatorId", Kind::Text)],
            },
        ],
    },
    Waiver {
        name: "webhook-firehose",
        source: "messaging §16",
        why: "the enumerations of `resource` and `event` lack `all`, which the guide documents",
        grants: &[
            Values {
                on: ONE_WEBHOOK,
                part: Request,
                at: "resource",
                values: &["all"],
            },
            Values {
                on: ONE_WEBHOOK,
                part: Request,
                at: "event",
                values: &["all"],
            },
            Values {
                on: ONE_WEBHOOK,
                part: Answer,
                at: "resource",
                values: &["all"],
            },
            Values {
                on: ONE_WEBHOOK,
                part: Answer,
                at: "event",
                values: &["all"],
            },
            Values {
                on: &["GET /webhooks"],
                part: Answer,
                at: "items/*/resource",
                values: &["all"],
            },
            Values {
                on: &["GET /webhooks"],
                part: Answer,
                at: "items/*/event",
                values: &["all"],
            },
        ],
    },
    Waiver {
        name: "webhook-owner",
        source: "messaging §9.1",
        why: "live webhooks carry orgId, createdBy and appId",
        grants: &[
            Members {
                on: ONE_WEBHOOK,
                part: Answer,
                at: "",
                members: WEBHOOK_OWNER,
            },
            Members {
                on: &["GET /webhooks"],
                part: Answer,
                at: "items/*",
                members: WEBHOOK_OWNER,
            },
        ],
    },
    Waiver {
        name: "item-errors",
        source: "messaging §1.2",
        why: "an item of a list that could not be read in full says so in `errors`; the basics \
              guide documents it, the schemas do not",
        grants: &[Members {
            on: &[
                "GET /rooms",
                "GET /messages",
                "GET /memberships",
                "GET /teams",
            ],
            part: Answer,
            at: "items/*",
            members: &[("errors", Kind::ItemErrors)],
        }],
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
            Null {
                on: &["PATCH /meetings/{meetingId}"],
                at: "",
                members: &["agenda", "recurrence", "trackingCodes"],
            },
            Null {
                on: &["PATCH /meetings/{meetingId}", "PUT /meetings/{meetingId}"],
                at: "",
                members: &["integrationTags"],
            },
        ],
    },
    Waiver {
        name: "create-needs-less",
        source: "meetings §2",
        why: "title, start and end are marked required, though a template gives the times and a \
              meeting on the spot needs none; the rule `meeting-needs-times` judges instead",
        grants: &[Optional {
            on: &["POST /meetings"],
            part: Request,
            at: "",
            members: &["title", "start", "end"],
        }],
    },
    Waiver {
        name: "absent-secrets",
        source: "meetings §1, §16",
        why: "password, hostKey and telephony are required in answers, though instances have \
              none and nobody but the host need be shown the key",
        grants: &[
            Optional {
                on: ONE_MEETING,
                part: Answer,
                at: "",
                members: ABSENT_SECRETS,
            },
            Optional {
                on: &["GET /meetings"],
                part: Answer,
                at: "items/*",
                members: ABSENT_SECRETS,
            },
        ],
    },
    Waiver {
        name: "running-without-end",
        source: "meetings §1",
        why: "`end` is required in answers, though the document's own text says that an instance \
              has none while it runs",
        grants: &[
            Optional {
                on: &["GET /meetings/{meetingId}"],
                part: Answer,
                at: "",
                members: &["end"],
            },
            Optional {
                on: &["GET /meetings"],
                part: Answer,
                at: "items/*",
                members: &["end"],
            },
        ],
    },
    Waiver {
        name: "series-without-series",
        source: "meetings §16",
        why: "meetingSeriesId is required in the answers to PUT, PATCH and list, though a \
              series has none",
        grants: &[
            Optional {
                on: ONE_MEETING,
                part: Answer,
                at: "",
                members: &["meetingSeriesId"],
            },
            Optional {
                on: &["GET /meetings"],
                part: Answer,
                at: "items/*",
                members: &["meetingSeriesId"],
            },
        ],
    },
    Waiver {
        name: "listed-summary",
        source: "meetings §4, §16",
        why: "lists can be filtered by `hasSummary` and their example shows it; the schema does not",
        grants: &[Members {
            on: &["GET /meetings"],
            part: Answer,
            at: "items/*",
            members: &[("hasSummary", Kind::Flag)],
        }],
    },
    Waiver {
        name: "registration-id-switch",
        source: "meetings §14, §16",
        why: "`enabledRegistrationId` of registration forms is in the examples only",
        grants: &[
            Members {
                on: ONE_MEETING,
                part: Request,
                at: "registration",
                members: &[("enabledRegistrationId", Kind::Flag)],
            },
            Members {
                on: ONE_MEETING,
                part: Answer,
                at: "registration",
                members: &[("enabledRegistrationId", Kind::Flag)],
            },
            Members {
                on: REGISTRATION,
                part: Request,
                at: "",
                members: &[("enabledRegistrationId", Kind::Flag)],
            },
            Members {
                on: REGISTRATION,
                part: Answer,
                at: "",
                members: &[("enabledRegistrationId", Kind::Flag)],
            },
        ],
    },
    Waiver {
        name: "question-ids-as-text",
        source: "meetings §16",
        why: "ids of registration questions are numbers in the schema and text in every example",
        grants: &[
            Instead {
                on: ONE_MEETING,
                part: Answer,
                at: "registration/customizedQuestions/*/id",
                kind: Kind::TextOrNumber,
            },
            Instead {
                on: ONE_MEETING,
                part: Answer,
                at: "registration/customizedQuestions/*/options/*/id",
                kind: Kind::TextOrNumber,
            },
            Instead {
                on: REGISTRATION,
                part: Answer,
                at: "customizedQuestions/*/id",
                kind: Kind::TextOrNumber,
            },
            Instead {
                on: REGISTRATION,
                part: Answer,
                at: "customizedQuestions/*/options/*/id",
                kind: Kind::TextOrNumber,
            },
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
        grants: &[Instead {
            on: &["POST /meetings/reassignHost"],
            part: Answer,
            at: "items/*/httpStatus",
            kind: Kind::TextOrNumber,
        }],
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
