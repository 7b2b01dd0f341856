//! What nobody outside Webex knows, decided one way or the other.
//!
//! Each unknown of the fact sheets is one row of one table. From it come the typed fields that the
//! rules ask, the reading of `NAME=VALUE`, [`Simulator::switches`](crate::Simulator::switches) and
//! the table in `docs/simulator.md`.

use crate::config::ConfigError;

/// One row of the table, as text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Switch {
    /// Its name, in kebab-case.
    pub name: &'static str,
    /// Where it stands.
    pub value: String,
    /// Where it stands unless told otherwise.
    pub default: &'static str,
    /// Where it may stand; empty for a whole number.
    pub choices: &'static [&'static str],
    /// Why it is a switch: the section that calls it unknown, or who says what.
    pub source: &'static str,
    /// What it decides, in one sentence.
    pub about: &'static str,
}

/// What a switch's value becomes in the rules.
trait Position: Sized {
    fn read(text: &str) -> Option<Self>;
    fn write(&self) -> String;
}

impl Position for bool {
    fn read(text: &str) -> Option<Self> {
        match text {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        }
    }

    fn write(&self) -> String {
        if *self { "yes" } else { "no" }.to_owned()
    }
}

impl Position for u16 {
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

impl Position for u32 {
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn write(&self) -> String {
        self.to_string()
    }
}

macro_rules! positions {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal),+ $(,)? })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq)]
            pub(crate) enum $name { $($variant),+ }

            impl Position for $name {
                fn read(text: &str) -> Option<Self> {
                    match text {
                        $($text => Some(Self::$variant),)+
                        _ => None,
                    }
                }

                fn write(&self) -> String {
                    match self { $(Self::$variant => $text),+ }.to_owned()
                }
            }
        )+
    };
}

positions! {
    /// What becomes of an archived room or of a deleted team's rooms.
    TeamDelete { Archives = "archives", Deletes = "deletes" }
    /// How an archived room looks.
    ArchivedRoom { Gone = "gone", Listed = "listed" }
    /// The title of a team's General room.
    GeneralTitle { TeamName = "team-name", General = "general" }
    /// What deleting an unlocked room does.
    DeleteUnlocked { Deletes = "deletes", Leaves = "leaves" }
    /// What an update does with members it does not name.
    Omitted { Keep = "keep", Reset = "reset" }
    /// Whether a link survives a change of times.
    LinkOnMove { Keep = "keep", Change = "change" }
    /// What happens to a co-host without a host account.
    CohostWithoutAccount { Downgrade = "downgrade", Error = "error" }
    /// Which content types PATCH takes.
    PatchContentType { Any = "any", JsonPatchOnly = "json-patch-only", JsonOnly = "json-only" }
    /// What a bulk insertion with a conflict leaves behind.
    BulkConflict { None = "none", Partial = "partial" }
    /// Whether looking by tag obeys the window of time.
    TagWindow { Obeys = "obeys", Ignores = "ignores" }
    /// What an address of the organisation stands for before anybody used it.
    OrgAddresses { Licensed = "licensed", Unlicensed = "unlicensed", Unknown = "unknown" }
    /// Which wins when an offset and a time zone contradict each other.
    WrongOffset { Offset = "offset", Timezone = "timezone" }
    /// What becomes of a local time that a clock change skips.
    DstGap { Later = "later", Refused = "refused" }
    /// Which of two a local time means that a clock change repeats.
    DstFold { Earlier = "earlier", Later = "later" }
    /// How strict the site's password rules are.
    PasswordRules { Usual = "usual", None = "none" }
    /// Whether meetings of one host may overlap; whether webhooks may be plain or double.
    Leave { Allowed = "allowed", Refused = "refused" }
    /// What becomes of a guest who is to moderate a team's room.
    GuestModerator { Allowed = "allowed", Ordinary = "ordinary", Refused = "refused" }
    /// Who may pin tabs in a locked room.
    LockedTabs { Moderators = "moderators", Members = "members" }
    /// Which rooms of a team a list shows.
    TeamRoomsListed { Mine = "mine", All = "all" }
    /// What a list of memberships without a room shows.
    MembershipsWithoutRoom { Own = "own", All = "all" }
    /// How a team's id is spelled inside a room.
    TeamIdInRooms { Team = "team", Room = "room" }
    /// Which failed creations of meetings count toward the quota.
    QuotaCountsFailed { Judged = "judged", All = "all" }
    /// Who shares a limit on calls.
    RateLimitScope { Owner = "owner", OwnerAndFamily = "owner-and-family" }
    /// Whose webhooks hear of edited messages.
    MessageUpdates { All = "all", People = "people", None = "none" }
    /// Whether a delivery waits for the one before it.
    WebhookOrder { InOrder = "in-order", AtOnce = "at-once" }
    /// Whether the card of a message can be changed.
    CardEdit { Works = "works", Refused = "400" }
    /// What becomes of a reply to a reply.
    ReplyToReply { Joins = "joins", Refused = "400" }
    /// How times of participants read while the meeting runs.
    RunningTimes { Missing = "missing", Epoch = "1970", Known = "known" }
    /// What deliveries tell of participants.
    ParticipantEvents { Filters = "filters", Resource = "resource" }
    /// What the participants of a meeting are that never ran.
    NoInstance { NotFound = "404", Empty = "empty" }
    /// What kind of body a 429 has.
    RateLimitBody { Json = "json", Html = "html" }
}

macro_rules! switches {
    ($($field:ident : $type:ty = $name:literal, default $default:literal, $choices:expr, $source:literal, $about:literal;)+) => {
        /// Where every switch stands.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Switches {
            $(#[doc = $about] pub(crate) $field: $type,)+
        }

        impl Default for Switches {
            fn default() -> Self {
                Self {
                    $($field: <$type as Position>::read($default).expect("a default reads as its type"),)+
                }
            }
        }

        impl Switches {
            /// Every switch, in the order of the documentation.
            #[must_use]
            pub fn table(&self) -> Vec<Switch> {
                vec![$(Switch {
                    name: $name,
                    value: self.$field.write(),
                    default: $default,
                    choices: &$choices,
                    source: $source,
                    about: $about,
                }),+]
            }

            /// Puts the switch `name` to `value`.
            ///
            /// # Errors
            ///
            /// There is no such switch, or it has no such position.
            pub fn set(&mut self, name: &str, value: &str) -> Result<(), ConfigError> {
                match name {
                    $($name => self.$field = position($name, &$choices, value)?,)+
                    _ => return Err(ConfigError::UnknownSwitch(name.to_owned())),
                }
                Ok(())
            }
        }
    };
}

const YES_NO: [&str; 2] = ["yes", "no"];
const NUMBER: [&str; 0] = [];

switches! {
    // Teams
    bot_creates_teams: bool = "bot-creates-teams", default "yes", YES_NO, "messaging §3: unknown", "Whether a bot's token may create a team (403 if not).";
    bot_adds_team_members: bool = "bot-adds-team-members", default "yes", YES_NO, "messaging §15: unknown", "Whether a bot that moderates a team may add people to it (403 if not).";
    bot_creates_team_rooms: bool = "bot-creates-team-rooms", default "yes", YES_NO, "messaging §15: unknown; seen to work for a bot that moderates its team", "Whether a bot may create a room inside a team (403 if not).";
    bot_moderates: bool = "bot-moderates", default "yes", YES_NO, "messaging §5: unknown, probe and degrade; seen to work for a bot that moderates its team", "Whether a bot may lock rooms and set `isModerator` (403 if not).";
    duplicate_team_membership: u16 = "duplicate-team-membership", default "409", ["409", "200"], "messaging §1.3: 409 by analogy", "What adding somebody to a team twice answers.";
    team_refusal_code: u16 = "team-refusal-code", default "403", ["403", "404", "400"], "messaging §3: only moderators add people; code unknown", "What a member of a team who does not moderate it gets for changing it.";
    last_moderator_code: u16 = "last-moderator-code", default "403", ["403", "400"], "messaging §1.3: 400 or 403", "What removing or demoting the last moderator of a team, or removing that of a team's room, answers.";
    team_delete: TeamDelete = "team-delete", default "archives", ["archives", "deletes"], "messaging §3: unknown", "What deleting a team does to its rooms.";
    general_room_title: GeneralTitle = "general-room-title", default "team-name", ["team-name", "general"], "not stated anywhere; from memory", "What a team's General room is called.";
    team_id_in_rooms: TeamIdInRooms = "team-id-in-rooms", default "team", ["team", "room"], "messaging §1.6: two spellings in the wild", "Whether `teamId` inside a room is spelled as a TEAM or as a ROOM id.";
    team_rooms_listed: TeamRoomsListed = "team-rooms-listed", default "mine", ["mine", "all"], "messaging §4, §5: not said for members of the team who are not in the room", "Whether a list of a team's rooms shows the caller's own rooms or all of the team's.";
    team_member_sees_room: bool = "team-member-sees-room", default "yes", YES_NO, "messaging §5 says so of memberships, nothing of the room", "Whether a member of the team can read a team's room without being in it.";
    unlocked_walk_in: bool = "unlocked-walk-in", default "yes", YES_NO, "messaging §3 (help), not said of the API", "Whether a member of the team may add themselves to its unlocked rooms.";

    // Rooms
    archived_room: ArchivedRoom = "archived-room", default "gone", ["gone", "listed"], "messaging §4: archived, looks not described", "Whether an archived room answers 404 and is in no list, or stays listed and read-only.";
    delete_unlocked_room: DeleteUnlocked = "delete-unlocked-room", default "deletes", ["deletes", "leaves"], "messaging §1.3: a non-moderator only leaves; an unlocked room has no moderators", "What deleting an unlocked room does.";
    room_put_omitted: Omitted = "room-put-omitted", default "keep", ["keep", "reset"], "messaging §4: not stated", "What PUT on a room does with members that it does not name.";
    unreadable_titles: u32 = "unreadable-titles", default "0", NUMBER, "messaging §1.2", "Every how many-th room of a list has an unreadable title and a `kms_failure` (0: none).";
    locked_room_refusal_code: u16 = "locked-room-refusal-code", default "403", ["403", "404", "400"], "messaging §1.3: 403 expected, not documented", "What somebody who does not moderate a locked room gets for changing it.";
    guest_moderator: GuestModerator = "guest-moderator", default "allowed", ["allowed", "ordinary", "refused"], "messaging §4 (help): guests cannot moderate; adding one with `isModerator` was seen to answer 200", "Whether a guest of a team's room who is added or promoted as a moderator becomes one, is an ordinary member without a word, or is refused.";
    guest_moderator_code: u16 = "guest-moderator-code", default "403", ["403", "400"], "messaging §4: guests cannot moderate; code unknown", "What promoting a guest of a team's room answers where it is refused: with `guest-moderator=refused`, and when a room that a guest moderates moves into a team.";
    add_from_outside_code: u16 = "add-from-outside-code", default "404", ["404", "502"], "messaging §1.3: 404 for rooms one is not in, 502 seen in 2019", "What adding a person to a room that the caller is not in answers.";
    pending_account: u16 = "pending-account", default "200", ["200", "404"], "messaging §1.3: exact statement unknown", "What adding an address without a Webex account answers.";
    org_addresses: OrgAddresses = "org-addresses", default "licensed", ["licensed", "unlicensed", "unknown"], "a choice: companies differ", "Whether an address of the organisation that nobody used yet has an account with a host licence, one without, or none.";
    locked_tabs: LockedTabs = "locked-tabs", default "moderators", ["moderators", "members"], "messaging §5: only moderators edit; tabs not named", "Who may pin, change and remove tabs in a locked room.";
    duplicate_tab: Leave = "duplicate-tab", default "allowed", ["allowed", "refused"], "not stated anywhere", "Whether a second tab with the same address in a room is refused with 409.";
    memberships_without_room: MembershipsWithoutRoom = "memberships-without-room", default "own", ["own", "all"], "messaging §5: the wording allows both", "Whether a list of memberships without `roomId` shows the caller's own ones or those of all rooms the caller is in.";

    // Messages and webhooks
    announcement_post_code: u16 = "announcement-post-code", default "403", ["403", "400"], "messaging §1.3: code unknown", "What posting in announcement mode without moderating the room answers.";
    bot_list_code: u16 = "bot-list-code", default "403", ["403", "404"], "messaging §6: 403 from memory", "What a bot gets for listing a group room without `mentionedPeople=me`.";
    all_mentions_bot: bool = "all-mentions-bot", default "no", YES_NO, "messaging §6: unknown", "Whether `<@all>` counts as mentioning a bot.";
    plain_http_webhook: Leave = "plain-http-webhook", default "allowed", ["allowed", "refused"], "messaging §9.3: unknown", "Whether a webhook may have a `targetUrl` without TLS.";
    duplicate_webhook: Leave = "duplicate-webhook", default "allowed", ["allowed", "refused"], "messaging §9.3: not prevented as far as documented", "Whether a second webhook for the same thing and address is refused with 409.";

    own_echo_in_groups: bool = "own-echo-in-groups", default "no", YES_NO, "Webex's bots guide: in group rooms `messages`/`created` fires only for what mentions the bot; that bots and SDKs drop their own posts shows nothing, because they come in rooms of two", "Whether a bot's webhooks tell it of its own posts in group rooms.";
    bot_sees_replies: bool = "bot-sees-replies", default "no", YES_NO, "not stated anywhere: the guides speak of mentions only", "Whether a bot sees, and is told of, replies that do not mention it to a message that does or that it wrote.";
    message_updates: MessageUpdates = "message-updated-events", default "all", ["all", "people", "none"], "the API reference has the event, the webhooks guide does not; nothing about bots", "Whose webhooks are told that a message was edited.";
    reply_to_reply: ReplyToReply = "reply-to-reply", default "joins", ["joins", "400"], "messaging §6, §15: unknown; an SDK sends the root's id", "Whether a reply whose `parentId` is itself a reply joins that thread, or is refused with 400.";
    change_moves_activity: bool = "change-moves-activity", default "no", YES_NO, "messaging §4, §6: not stated", "Whether editing or deleting a message moves the `lastActivity` of its room.";
    card_edit: CardEdit = "card-edit", default "works", ["works", "400"], "messaging §6: the API reference refuses it, Webex's own samples do it", "Whether PUT on a message puts another card in its card's place.";
    card_edits_counted: bool = "card-edits-counted", default "yes", YES_NO, "messaging §6: unknown", "Whether a card can be edited ten times only, as a text can.";
    card_action_code: u16 = "card-action-code", default "200", ["200", "202"], "202 in the API reference; 200 seen in 2019, and a much used SDK takes nothing else", "What using a card through the API answers.";
    webhook_order: WebhookOrder = "webhook-order", default "in-order", ["in-order", "at-once"], "not stated anywhere", "Whether the next delivery to a webhook waits until the one before was answered.";
    webhook_time_out: u32 = "webhook-time-out", default "10", ["10", "60"], "not stated anywhere", "For how many seconds a delivery waits for its answer.";

    // Every call
    wrong_content_type_code: u16 = "wrong-content-type-code", default "400", ["400", "415"], "messaging §1.3: 415 in 2019, 400 in 2026", "What a body that is not announced as JSON answers.";
    rate_limit_scope: RateLimitScope = "rate-limit-scope", default "owner", ["owner", "owner-and-family"], "messaging §1.4: shared per user, but the wait is worded for the same endpoint", "Whether all calls of one owner share a limit, or each family of endpoints (`rooms`, `memberships`, `meetings`, …) has its own.";
    room_read_burst: u32 = "room-read-burst", default "0", NUMBER, "messaging §1.4: measured once, at 3, with a person's token", "How many lists of messages one owner may read of one room at once before 429, with seven more in each minute (0: no such limit).";
    rate_limit_body: RateLimitBody = "rate-limit-body", default "json", ["json", "html"], "messaging §1.2: 429 may not be JSON", "What kind of body a 429 has.";
    empty_page: bool = "empty-page", default "no", YES_NO, "messaging §1.5: an empty page can carry `next`", "Whether the first page of a longer list is followed by an empty one that has a `next`.";
    create_visibility_delay: u32 = "create-visibility-delay", default "0", NUMBER, "messaging §9.3: things become readable late", "For how many seconds a new thing is missing from lists.";

    // Meetings
    bot_meetings_code: u16 = "bot-meetings-code", default "403", ["403", "401"], "meetings §3: exact code unknown", "What a bot's token gets on meetings.";
    meeting_quota_code: u16 = "meeting-quota-code", default "429", ["429", "403", "400"], "meetings §17.7: 429 assumed", "What creating a meeting beyond the quota answers.";
    quota_counts_updates: bool = "quota-counts-updates", default "no", YES_NO, "meetings §12: unknown", "Whether changing and deleting meetings counts toward the quota too.";
    quota_counts_failed: QuotaCountsFailed = "quota-counts-failed", default "judged", ["judged", "all"], "meetings §12: failed requests count; not said which", "Which failed creations of meetings count toward the quota: those that the service looked at and refused, or also those that came too fast (429) or met a failing service (5xx).";
    password_rules: PasswordRules = "password-rules", default "usual", ["usual", "none"], "meetings §2: a site's rules are not readable", "Whether a meeting's password needs eight characters with both cases, a digit and a special one.";
    wrong_offset: WrongOffset = "wrong-offset", default "offset", ["offset", "timezone"], "meetings §17.11: unknown", "Which wins when the offset of a time contradicts `timezone`.";
    dst_gap: DstGap = "dst-gap", default "later", ["later", "refused"], "meetings §17.11: unknown", "Whether a local time that a clock change skips means the same span later, or is refused with 400.";
    dst_fold: DstFold = "dst-fold", default "earlier", ["earlier", "later"], "meetings §17.11: unknown", "Which of the two a local time means that a clock change repeats.";
    overlap_meetings: Leave = "overlap-meetings", default "allowed", ["allowed", "refused"], "meetings §2: no rule found", "Whether one host may schedule meetings at the same time (400 if not).";
    link_on_move: LinkOnMove = "link-on-move", default "keep", ["keep", "change"], "meetings §17.2: unknown", "Whether link and number of a meeting survive a change of its times.";
    put_omitted: Omitted = "put-omitted", default "keep", ["keep", "reset"], "meetings §17.3: unknown", "What PUT on a meeting does with members that it does not name.";
    patch_content_type: PatchContentType = "patch-content-type", default "any", ["any", "json-patch-only", "json-only"], "meetings §17.12: unknown", "Which content type PATCH on a meeting takes (415 for the other).";
    in_progress_code: u16 = "in-progress-code", default "400", ["400", "403", "409"], "meetings §6: unknown", "What changing a meeting that is in progress, or an instance, answers.";
    meeting_password_code: u16 = "meeting-password-code", default "403", ["403", "404"], "meetings §17.6: unknown", "What reading a meeting that one neither hosts nor is invited to answers without its password.";
    drops_options: bool = "drops-options", default "no", YES_NO, "meetings §2: on some sites", "Whether the site drops `publicMeeting`, polling, notes, tones and the kind of audio, with a `Warning` header.";
    cohost_option: bool = "cohost-option", default "yes", YES_NO, "meetings §2 (help): a site's option", "Whether the site lets invitees be co-hosts.";
    cohost_without_account: CohostWithoutAccount = "cohost-without-account", default "downgrade", ["downgrade", "error"], "meetings §17.5: unknown", "Whether a co-host without a host account on the site is silently invited as an ordinary guest, or refused with 400.";
    cohost_joins_as_host: bool = "cohost-joins-as-host", default "yes", YES_NO, "meetings §1, §2: `hostDidJoin` is documented for the host; a co-host acts as host while the host is absent", "Whether a co-host who joins sets `hostDidJoin`.";
    lobby_starts: bool = "lobby-starts", default "no", YES_NO, "meetings §1, §9: waiting in the lobby makes the series `inProgress` and the instance `lobby`; nothing of webhooks", "Whether webhooks are told `started` when the first person waits in the lobby, rather than when the first is in.";
    instances_delay: u32 = "instances-delay", default "900", NUMBER, "meetings §4: about 15 minutes after the start or later, and 15 minutes after the end", "For how many seconds after it began, and again after it ended, an instance is missing from lists of meetings.";
    lobby_joins: bool = "lobby-joins", default "no", YES_NO, "meetings §9: deliveries can be filtered by `state`, which may be `lobby`; no more is said", "Whether webhooks are told `joined` and `left` of people in the lobby too.";
    participant_events: ParticipantEvents = "participant-events", default "filters", ["filters", "resource"], "meetings §9: members beyond the filters are unknown; a public client reads the participant for the address", "Whether `joined` and `left` tell of a participant what can be filtered by, or all that the participant reads as, with both times.";
    running_times: RunningTimes = "participant-times", default "missing", ["missing", "1970", "known"], "meetings §8: missing, or 1970, until the meeting has ended", "How `joinedTime` and `leftTime` of participants read while the meeting runs.";
    participants_delay: u32 = "participants-delay", default "0", NUMBER, "meetings §8: up to 10 minutes; a 404 right after an event is normal", "For how many seconds after a meeting began its participants cannot be read (404).";
    no_instance: NoInstance = "participants-before-start", default "404", ["404", "empty"], "not stated anywhere", "What reading the participants of a meeting that never ran answers: 404, or a list of none.";
    invitee_sees_hostkey: bool = "invitee-sees-hostkey", default "no", YES_NO, "meetings §17.9: unknown", "Whether invitees who are not co-hosts see the host key.";
    invitee_sees_password: bool = "invitee-sees-password", default "yes", YES_NO, "meetings §17.9: unknown", "Whether invitees see the meeting's password.";
    bulk_conflict: BulkConflict = "bulk-conflict", default "none", ["none", "partial"], "meetings §17.4: unknown", "Whether a bulk invitation that answers 409 has invited nobody or everybody who was not invited yet.";
    tag_window: TagWindow = "tag-window", default "obeys", ["obeys", "ignores"], "meetings §17.8: unknown", "Whether looking for meetings by `integrationTag` obeys `from` and `to`.";
    tag_delay: u32 = "tag-delay", default "0", NUMBER, "meetings §17.8: unknown", "For how many seconds a new tag is not found.";
}

impl Switches {
    /// Puts switches as told by `NAME=VALUE` settings.
    ///
    /// # Errors
    ///
    /// The first setting that is none, or names no switch, or no position of it.
    pub fn with<'a>(settings: impl IntoIterator<Item = &'a str>) -> Result<Self, ConfigError> {
        let mut switches = Self::default();
        for setting in settings {
            let (name, value) = setting
                .split_once('=')
                .ok_or_else(|| ConfigError::NotASetting(setting.to_owned()))?;
            switches.set(name.trim(), value.trim())?;
        }
        Ok(switches)
    }

    /// Those that do not stand by default, as NAME=VALUE: what [`with`](Self::with) reads.
    pub(crate) fn settings(&self) -> Vec<String> {
        let other = self
            .table()
            .into_iter()
            .filter(|row| row.value != row.default);
        other
            .map(|row| format!("{}={}", row.name, row.value))
            .collect()
    }

    /// The table of all switches and their defaults in Markdown, as in `docs/simulator.md`.
    #[must_use]
    pub fn markdown() -> String {
        let mut page = String::from(
            "| switch | default | otherwise | decides | because |\n| --- | --- | --- | --- | --- |\n",
        );
        for row in Self::default().table() {
            let others = if row.choices.is_empty() {
                "a whole number".to_owned()
            } else {
                let others = row.choices.iter().filter(|choice| **choice != row.default);
                others
                    .map(|choice| format!("`{choice}`"))
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            page += &format!(
                "| `{}` | `{}` | {others} | {} | {} |\n",
                row.name, row.default, row.about, row.source
            );
        }
        page
    }
}

fn position<T: Position>(
    name: &'static str,
    choices: &[&str],
    value: &str,
) -> Result<T, ConfigError> {
    let known = choices.is_empty() || choices.contains(&value);
    T::read(value)
        .filter(|_| known)
        .ok_or_else(|| ConfigError::SwitchValue {
            name,
            value: value.to_owned(),
            choices: if choices.is_empty() {
                "a whole number".to_owned()
            } else {
                choices.join(" or ")
            },
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_of_every_switch_can_be_set_and_reads_back() {
        for row in Switches::default().table() {
            assert_eq!(row.value, row.default);
            let numbers: &[&str] = &["0", "7"];
            let values = if row.choices.is_empty() {
                numbers
            } else {
                row.choices
            };
            assert!(values.len() > 1 && (row.choices.is_empty() || values.contains(&row.default)));
            for value in values {
                let switches = Switches::with([format!("{}={value}", row.name).as_str()]).unwrap();
                let read = switches
                    .table()
                    .into_iter()
                    .find(|other| other.name == row.name);
                assert_eq!(read.unwrap().value, *value, "{}", row.name);
            }
        }
    }

    #[test]
    fn a_wrong_name_or_value_is_told() {
        let tell = |setting| Switches::with([setting]).unwrap_err().to_string();
        assert_eq!(
            tell("bulk-conflict"),
            "`bulk-conflict` is not of the form NAME=VALUE"
        );
        assert!(tell("bulk=none").contains("no switch `bulk`"));
        assert_eq!(
            tell("bulk-conflict=all"),
            "the switch `bulk-conflict` cannot be `all`; it takes none or partial"
        );
        assert_eq!(
            tell("tag-delay=soon"),
            "the switch `tag-delay` cannot be `soon`; it takes a whole number"
        );
        assert!(tell("locked-room-refusal-code=500").contains("403 or 404 or 400"));
    }
}
