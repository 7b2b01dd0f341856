//! The sections of the event file. What is written here is the reference page and the schema.

use std::ops::Range;

use jiff::civil::Date;

use super::choices::{
    Audience, CountTimes, JoinBefore, MailTo, OnePer, OnePerDay, OnePerRoom, SendWhen,
    UninvitedMeet,
};
use super::language::SayText;
use super::selector::{PeopleSelector, RoomSelector};
use super::times::{DayTime, Duration, LateCue, TimeRange};
use super::values::{EmailKey, FreeKey, Id, IdKey, Map, PartKey, PasswordText, Pattern};
use super::{entry, entry_value};
use crate::diagnostics::At;
use crate::language::Language;

type List<T> = Vec<At<T>>;

entry! {
    /// The whole file.
    struct EventFile {
        /// The stable key of the event. Everything made on Webex carries it, so never change it.
        event: Id = "event" required,
        /// What people call the event.
        title: String = "title" required,
        /// The time zone of all times in this file, by its IANA name: `Europe/Brussels`.
        timezone: String = "timezone" required,
        /// The roster: a CSV file in the folder of this file or below it.
        people: String = "people" required,
        /// The language of the event: `en`, `nl` or `fr`. The bot speaks it where neither the
        /// roster nor the question says another. Without this: `en`.
        language: Language = "language",
        /// The Webex team that holds the rooms, and the accounts that host the meetings.
        webex: WebexEntry = "webex",
        /// The days of the event.
        days: Map<IdKey, DayEntry> = "days" required,
        /// People who work together. The roster says who is in which team.
        teams: Map<IdKey, TeamEntry> = "teams",
        /// Teams that meet together.
        groups: Map<IdKey, GroupEntry> = "groups",
        /// What holds for all rooms and meetings that do not say otherwise.
        defaults: DefaultsEntry = "defaults",
        /// The rooms: Webex spaces of the event's Webex team.
        rooms: Map<IdKey, RoomEntry> = "rooms",
        /// The scheduled meetings.
        meetings: Map<IdKey, MeetingEntry> = "meetings",
        /// The run of show: messages for rooms and for people, each at its time.
        cues: Map<IdKey, CueEntry> = "cues",
        /// What the bot answers beside the words it knows itself.
        answers: Map<IdKey, AnswerEntry> = "answers",
        /// Who runs the event, and where they are called.
        organisers: OrganisersEntry = "organisers",
        /// What the bot says, once, to people who join a room later, in Webex's Markdown. Like an
        /// answer, it is said in the rooms for which it makes sense.
        welcome: SayText = "welcome",
        /// How long before their next meeting people are reminded who asked for it, 1 minute to
        /// 24 hours. Without this: `5 min`.
        remind: Duration = "remind",
        /// What becomes of questions that the bot could not answer at once.
        late_answers: LateAnswersEntry = "late-answers",
    }
}

entry! {
    /// The Webex side.
    struct WebexEntry {
        /// The name of the Webex team. It is adopted if the bot is in it, else it is made.
        /// Without this, it is the event's title.
        team: String = "team",
        /// Who belongs to the Webex team. Without this: the staff, who are those with a role that
        /// this file names anywhere; `participant` does not count. Whoever moderates
        /// a room belongs to it in any case, because guests may not moderate.
        members: List<PeopleSelector> = "members",
        /// Who may add people to the Webex team, beside the bot.
        moderators: List<PeopleSelector> = "moderators",
        /// The accounts that host the meetings. The first with room to spare is taken; the host
        /// of a meeting is chosen once and stays.
        hosts: Map<EmailKey, HostEntry> = "hosts",
        /// Co-hosts who may have several meetings at once: a mentor of three teams, a helpdesk.
        cohosts_overlap: List<PeopleSelector> = "cohosts-overlap",
        /// `true`: the Webex team is never removed, whatever flags are given.
        protected: bool = "protected",
    }
}

entry! {
    /// One account that hosts meetings.
    struct HostEntry {
        /// How many meetings of this host may run at once; 1 if nothing is said. More than one
        /// works only if co-hosts start them: say here that you know.
        parallel: u32 = "parallel",
        /// How many meetings Webex lets this account schedule in 24 hours, refused ones included;
        /// 100 if nothing is said. An administrator of Webex may schedule up to 800 for one user.
        meetings_a_day: u32 = "meetings-a-day",
        /// The Webex site, if it is not the account's own: `example.webex.com`.
        site: String = "site",
    }
}

entry! {
    /// One day.
    struct DayEntry {
        /// What people call it.
        title: String = "title" required,
        /// When.
        date: Date = "date" required,
        /// When it must be over, also if it runs late: `"18:00"`, or `"01:00 +1"`.
        ends: DayTime = "ends",
        /// `true`: on this day `apply` changes nothing unless the day's name is typed. Cues and
        /// slips go on.
        show_mode: bool = "show-mode",
        /// The name, or names, under which this day stood here before.
        previously: List<Id> = "previously",
    }
}

entry! {
    /// One team.
    struct TeamEntry {
        /// What people call it.
        title: String = "title" required,
        /// Fields of your own: `board` becomes `{{ team.links.board }}`.
        links: Map<FreeKey, String> = "links",
        /// The name, or names, under which this team stood here before.
        previously: List<Id> = "previously",
    }
}

entry! {
    /// Some teams that meet together.
    struct GroupEntry {
        /// What people call it.
        title: String = "title" required,
        /// Which teams.
        teams: List<Id> = "teams" required,
        /// Fields of your own: `board` becomes `{{ group.links.board }}`.
        links: Map<FreeKey, String> = "links",
        /// The name, or names, under which this group stood here before.
        previously: List<Id> = "previously",
    }
}

entry! {
    /// What holds unless an entry says otherwise.
    struct DefaultsEntry {
        /// For all rooms.
        rooms: RoomDefaults = "rooms",
        /// For all meetings.
        meetings: MeetingDefaults = "meetings",
    }
}

entry! {
    /// One room, or one for each team or group.
    struct RoomEntry {
        /// Makes one room for each team or group, named after it: `team-1`.
        one_per: OnePerRoom = "one-per",
        /// Added to the names of the rooms, for a second room of each team: `lounge` makes
        /// `team-1-lounge`.
        suffix: Id = "suffix",
        /// What people see, 1 to 128 characters.
        title: Pattern = "title" required,
        /// Who is in it.
        members: List<PeopleSelector> = "members",
        /// Who moderates it. Moderators are members too; a room with moderators is locked.
        moderators: List<PeopleSelector> = "moderators",
        /// `true`: only moderators add people and change the room.
        locked: bool = "locked",
        /// `true`: only moderators may post.
        announcement_only: bool = "announcement-only",
        /// `true`: anybody of your organisation may find and join it. Only a new room can be made public; making it private cannot be undone.
        public: bool = "public",
        /// What the room is for. A public room must say.
        description: Pattern = "description",
        /// Web pages pinned in the room: what people click on, and where it leads.
        tabs: Map<FreeKey, Pattern> = "tabs",
        /// `true`: the room is never removed, whatever flags are given.
        protected: bool = "protected",
        /// The name, or names, under which this room stood here before. With `one-per`: the
        /// earlier suffix, or `none`.
        previously: List<Id> = "previously",
    }
}

entry! {
    /// One meeting, or one for each team, group, day.
    struct MeetingEntry {
        /// Makes one meeting for each team or group, for each day, or for both.
        one_per: List<OnePer> = "one-per",
        /// On which day. An event of one day needs no word about it.
        day: Id = "day",
        /// On which days, with `one-per: day`; all if nothing is said.
        days: List<Id> = "days",
        /// `true`, in an exception: there is no such meeting.
        skip: bool = "skip",
        /// What people see, 1 to 128 characters.
        title: Pattern = "title" required,
        /// What will happen, up to 1300 characters.
        agenda: Pattern = "agenda",
        /// From when to when: `"10:00-16:30"`. With ` +1` it ends on the next day.
        time: TimeRange = "time",
        /// `true`: its time stays as it is when the day slips. Without this: `false`.
        fixed: bool = "fixed",
        /// How short a slip may make it.
        min_length: Duration = "min-length",
        /// What is different on some days or for some teams. The narrower exception wins.
        except: Map<PartKey, ExceptEntry> = "except",
        /// Which rooms are told of it: its link comes with the answers, cues and tabs there.
        rooms: List<RoomSelector> = "rooms",
        /// Who may start and run it.
        cohosts: List<PeopleSelector> = "cohosts",
        /// How long before the start the bot asks the co-hosts in private whether they are there: 5 to 60
        /// minutes. Without this, they are not asked.
        check_in: Duration = "check-in",
        /// Who may start and run it, too, and is asked, one after the other, where a co-host is not there
        /// 3 minutes before the start.
        standby: List<PeopleSelector> = "standby",
        /// Who is on Webex's own list: `cohosts`, or everybody in its rooms (`audience`).
        /// Without this: `cohosts`.
        invite: Audience = "invite",
        /// `generated` (once, and kept), or the password itself. Without this: `generated`.
        password: PasswordText = "password",
        /// Which of the hosts it must be. Without this, one is chosen.
        host: String = "host",
        /// `true`: recording starts by itself. Without this: `false`.
        auto_record: bool = "auto-record",
        /// `true`: anybody with an account on the Webex site becomes a co-host on joining.
        /// Without this: `false`.
        any_user_co_host: bool = "any-user-co-host",
        /// How long before the start people may come in without a host. Without this: `never`.
        join_before_host: JoinBefore = "join-before-host",
        /// What meets people who are not on the list: they `join`, wait in the `lobby`, or are
        /// `refused`. Without this: `join`.
        uninvited: UninvitedMeet = "uninvited",
        /// `true`: people come in muted. Without this: `false`.
        mute_on_entry: bool = "mute-on-entry",
        /// Whether Webex writes mails to the people on the list. Without this: `nobody`.
        mail: MailTo = "mail",
        /// `true`: the meeting is never removed, whatever flags are given.
        protected: bool = "protected",
        /// The name, or names, under which this entry stood here before. Its meetings keep their links and
        /// their entries in calendars.
        previously: List<Id> = "previously",
    }
}

entry! {
    /// One message, or one on each of several days.
    struct CueEntry {
        /// On which day. An event of one day needs no word about it.
        day: Id = "day",
        /// Makes one on each day.
        one_per: OnePerDay = "one-per",
        /// On which days, with `one-per: day`; all if nothing is said.
        days: List<Id> = "days",
        /// At which time of day; with ` +1`, after midnight. A cue has one of `at`, `before`,
        /// `after-start`, `before-end` and `after`, or goes only when it is called.
        at: DayTime = "at",
        /// Before the start of this meeting: each recipient's own. Without a day: on every day on
        /// which they have it.
        before: Id = "before",
        /// After the start of this meeting, likewise.
        after_start: Id = "after-start",
        /// Before the end of this meeting, likewise.
        before_end: Id = "before-end",
        /// After the end of this meeting, likewise.
        after: Id = "after",
        /// How long before; at the start, or end, if nothing is said.
        lead: Duration = "lead",
        /// How long after; at the start, or end, if nothing is said.
        delay: Duration = "delay",
        /// Which start or end, with `after-start` and `after`: the `planned` one, or the `actual`
        /// one. Without this: `planned`.
        counts: CountTimes = "counts",
        /// `by-clock`: goes by itself. `by-call`: goes when an operator says go; from its time on,
        /// if it has one, it is on standby. Without this: `by-clock`.
        send: SendWhen = "send",
        /// What becomes of it when it could not go in time: it still goes if it is no later than
        /// that, it is left out, or an operator is asked. Without this: `send-within 10 min`.
        late: LateCue = "late",
        /// `true`: two people must say go. For cues that go `by-call`.
        two_people: bool = "two-people",
        /// `true`: its time stays as it is when the day slips. For cues `at:` a time.
        fixed: bool = "fixed",
        /// Which rooms get it.
        to: List<RoomSelector> = "to",
        /// Who gets it in private, each of them once.
        to_people: List<PeopleSelector> = "to-people",
        /// What it says, in Webex's Markdown.
        say: SayText = "say" required,
        /// `true`: everybody in the room is notified.
        mention_all: bool = "mention-all",
        /// `true`: it goes on a card, with a button for each meeting whose link it gives.
        card: bool = "card",
        /// The name, or names, under which this cue stood here before.
        previously: List<Id> = "previously",
    }
}

entry! {
    /// One answer of the bot.
    struct AnswerEntry {
        /// The words that ask for it.
        words: List<String> = "words" required,
        /// What it says, in Webex's Markdown. Rooms for which it makes no sense have no such
        /// answer: one about `team` is given in rooms of teams.
        say: SayText = "say" required,
    }
}

entry! {
    /// Who runs the event, and where they are called.
    struct OrganisersEntry {
        /// Who they are: the bot gives them the host key of a meeting when they ask for its
        /// `details`.
        people: List<PeopleSelector> = "people",
        /// The one room in which the bot calls them when people write `sos`.
        room: RoomSelector = "room",
    }
}

entry! {
    /// What becomes of questions that the bot could not answer at once.
    struct LateAnswersEntry {
        /// An answer that is later than this begins with an apology. At least 1 minute; without
        /// this: `2 min`.
        apologise_after: Duration = "apologise-after",
        /// A question that is older than this is not answered any more. At most 24 hours; without
        /// this: `2 h`.
        skip_after: Duration = "skip-after",
    }
}

impl EventFile {
    /// Where each room, meeting, cue and answer stands, with its name.
    pub(crate) fn entries(&self) -> Vec<Range<usize>> {
        let mut spans = Vec::new();
        spans.extend(self.rooms.iter().flat_map(|section| section.value.spans()));
        spans.extend(
            self.meetings
                .iter()
                .flat_map(|section| section.value.spans()),
        );
        spans.extend(self.cues.iter().flat_map(|section| section.value.spans()));
        spans.extend(
            self.answers
                .iter()
                .flat_map(|section| section.value.spans()),
        );
        spans
    }
}

entry_value!(WebexEntry);
entry_value!(HostEntry);
entry_value!(DayEntry);
entry_value!(TeamEntry);
entry_value!(GroupEntry);
entry_value!(DefaultsEntry);
entry_value!(RoomEntry);
entry_value!(MeetingEntry without ["skip"]);
entry_value!(CueEntry);
entry_value!(AnswerEntry);
entry_value!(OrganisersEntry);
entry_value!(LateAnswersEntry);

entry_value! {
    /// What holds for all rooms that do not say otherwise.
    RoomDefaults of RoomEntry: [
        "members", "moderators", "locked", "announcement-only", "description", "tabs", "protected",
    ]
}

entry_value! {
    /// What holds for all meetings that do not say otherwise.
    MeetingDefaults of MeetingEntry: [
        "agenda", "time", "fixed", "min-length", "rooms", "cohosts", "check-in", "standby",
        "invite", "password", "host", "auto-record", "any-user-co-host", "join-before-host", "uninvited", "mute-on-entry",
        "mail", "protected",
    ]
}

entry_value! {
    /// What is different for some of the meetings.
    ExceptEntry of MeetingEntry: [
        "skip", "title", "agenda", "time", "fixed", "min-length", "rooms", "cohosts", "check-in",
        "standby", "invite", "password", "host", "auto-record", "any-user-co-host", "join-before-host", "uninvited", "mute-on-entry",
        "mail", "protected",
    ]
}
