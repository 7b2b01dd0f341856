//! What holds for one meeting: the narrowest of exceptions, entry and defaults that says so.

use std::collections::{BTreeSet, HashMap};

use crate::expand::frame::Frame;
use crate::expand::select::Owner;
use crate::grammar::{JoinBefore, MailTo, MeetingEntry, Named, UninvitedMeet};
use crate::model::{JoinBeforeHost, Mail, MeetingOptions, Uninvited};
use crate::places::MeetingPlace;

/// From narrow to wide.
pub(super) struct Layers<'a> {
    entry: &'a Named<MeetingEntry>,
    pub(super) list: Vec<&'a MeetingEntry>,
}

/// The narrowest layer's value of a key.
macro_rules! pick {
    ($layers:expr, $field:ident) => {
        $layers.list.iter().find_map(|layer| layer.$field.as_ref())
    };
}

pub(super) use pick;

impl<'a> Layers<'a> {
    /// The layers for one owner and day: team and day, team, day, the entry, the defaults.
    pub(super) fn new(
        frame: &Frame<'a>,
        entry: &'a Named<MeetingEntry>,
        exceptions: &HashMap<String, &'a MeetingEntry>,
        owner: Owner,
        day: usize,
    ) -> Self {
        let mut list = Vec::with_capacity(5);
        if !exceptions.is_empty() {
            let day = &frame.days[day].id;
            let owner = match owner {
                Owner::Nobody => None,
                Owner::Team(team) => Some(&frame.teams[team].id),
                Owner::Group(group) => Some(&frame.groups[group].id),
            };
            if let Some(owner) = owner {
                list.extend(exceptions.get(&format!("{owner}/{day}")));
                list.extend(exceptions.get(owner));
            }
            list.extend(exceptions.get(day));
        }
        list.push(&entry.entry);
        let defaults = frame.file.defaults.as_ref();
        let defaults = defaults.and_then(|defaults| defaults.value.meetings.as_ref());
        list.extend(defaults.map(|defaults| &defaults.value.0));
        Self { entry, list }
    }

    /// How it behaves (meetings §2).
    pub(super) fn options(&self) -> MeetingOptions {
        let flag =
            |flag: Option<&crate::diagnostics::At<bool>>| flag.is_some_and(|flag| flag.value);
        MeetingOptions {
            auto_record: flag(pick!(self, auto_record)),
            any_user_cohost: flag(pick!(self, any_user_co_host)),
            join_before_host: match pick!(self, join_before_host).map(|join| join.value) {
                None | Some(JoinBefore::Never) => JoinBeforeHost::No,
                Some(JoinBefore::AtStart) => JoinBeforeHost::Minutes(0),
                Some(JoinBefore::Five) => JoinBeforeHost::Minutes(5),
                Some(JoinBefore::Ten) => JoinBeforeHost::Minutes(10),
                Some(JoinBefore::Fifteen) => JoinBeforeHost::Minutes(15),
            },
            uninvited: match pick!(self, uninvited).map(|uninvited| uninvited.value) {
                None | Some(UninvitedMeet::Join) => Uninvited::Join,
                Some(UninvitedMeet::Lobby) => Uninvited::Lobby,
                Some(UninvitedMeet::Refused) => Uninvited::Refused,
            },
            mute_on_entry: flag(pick!(self, mute_on_entry)),
        }
    }

    /// Whether Webex may write.
    pub(super) fn mail(&self) -> Mail {
        match pick!(self, mail).map(|mail| mail.value) {
            Some(MailTo::Invitees) => Mail::Invitees,
            None | Some(MailTo::Nobody) => Mail::Nobody,
        }
    }

    /// Where its values are written.
    pub(super) fn place(&self) -> MeetingPlace {
        macro_rules! span {
            ($field:ident) => {
                pick!(self, $field).map(|at| at.span.clone())
            };
        }
        MeetingPlace {
            entry: self.entry.id.span.clone(),
            title: span!(title),
            agenda: span!(agenda),
            time: span!(time),
            rooms: span!(rooms),
            cohosts: span!(cohosts),
            check_in: span!(check_in),
            standby: span!(standby),
            invite: span!(invite),
            password: span!(password),
            uninvited: span!(uninvited),
            lacks_cohosts: false,
            pool: BTreeSet::new(),
        }
    }
}
