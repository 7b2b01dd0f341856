//! Scheduled meetings.

mod exceptions;
mod held;
mod layers;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::SignedDuration;

use super::frame::{Frame, the_names};
use super::limits::{Kind, Limit};
use super::previously::{earlier, names};
use super::select::{Each, Owner, RoomIndex, Which, Who};
use super::texts::Written;
use crate::diagnostics::{At, Diagnostics, did_you_mean};
use crate::grammar::{Audience, MeetingEntry, Named, OnePer};
use crate::grammar::{PasswordText, Pattern, PeopleSelector, RoomSelector};
use crate::model::{
    DayId, Email, GroupId, Invitee, Meeting, MeetingKey, MeetingPassword, MeetingPattern, Room,
    TeamId,
};
use crate::places::{MeetingPlace, Places};

use layers::{Layers, pick};

/// Words that templates use for something else.
const WORDS_OF_TEMPLATES: [&str; 4] = ["team", "group", "day", "room"];

/// Every meeting, in the file's order; and the entries of which some meetings may be missing,
/// because something is wrong with them: nothing is said about what refers to those.
pub(super) fn meetings(
    frame: &Frame<'_>,
    rooms: &[Room],
    index: &RoomIndex,
    places: &mut Places,
    diagnostics: &mut Diagnostics,
) -> (Vec<Meeting>, HashSet<String>) {
    let (mut meetings, mut broken) = (Vec::new(), HashSet::new());
    let (mut most, mut crowd) = (Limit::new(Kind::Meetings), Limit::new(Kind::Invitations));
    for entry in frame
        .file
        .meetings
        .iter()
        .flat_map(|meetings| &meetings.value.entries)
    {
        let mut maker = Maker::new(frame, rooms, index, entry);
        let before = diagnostics.errors();
        meetings.extend(maker.meetings(&mut most, &mut crowd, places, diagnostics));
        if entry.entry.broken || maker.missing || diagnostics.errors() > before {
            broken.insert(entry.id.value.clone());
        }
    }
    (meetings, broken)
}

/// Makes the meetings of one entry. What its keys say is looked up once, by where it is written:
/// an exception has texts and selectors of its own.
struct Maker<'a> {
    frame: &'a Frame<'a>,
    room_list: &'a [Room],
    index: &'a RoomIndex,
    entry: &'a Named<MeetingEntry>,
    each: Each,
    per_day: bool,
    /// Whether a meeting could not be made, for a reason that was given.
    missing: bool,
    /// Whether it is held on no day: then nothing is made of it.
    unheld: bool,
    texts: HashMap<usize, Option<Written>>,
    who: HashMap<usize, Who>,
    which: HashMap<usize, Which>,
    hosts: HashMap<usize, Option<Email>>,
}

impl<'a> Maker<'a> {
    fn new(
        frame: &'a Frame<'a>,
        room_list: &'a [Room],
        index: &'a RoomIndex,
        entry: &'a Named<MeetingEntry>,
    ) -> Self {
        let one_per = || entry.entry.one_per.iter().flat_map(|each| &each.value);
        let has = |wanted: OnePer| one_per().any(|each| each.value == wanted);
        let each = match (has(OnePer::Team), has(OnePer::Group)) {
            (true, _) => Each::Team,
            (_, true) => Each::Group,
            _ => Each::Nothing,
        };
        let per_day = has(OnePer::Day);
        Self {
            frame,
            room_list,
            index,
            entry,
            each,
            per_day,
            missing: false,
            unheld: false,
            texts: HashMap::new(),
            who: HashMap::new(),
            which: HashMap::new(),
            hosts: HashMap::new(),
        }
    }

    fn meetings(
        &mut self,
        most: &mut Limit,
        crowd: &mut Limit,
        places: &mut Places,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Meeting> {
        self.misfits(diagnostics);
        let exceptions = self.exceptions(diagnostics);
        let days = self.days(diagnostics);
        let siblings = self.frame.file.meetings.as_ref();
        let patterns = names(
            "meeting",
            &self.entry.id,
            &self.entry.entry.previously,
            siblings.map_or(&[][..], |meetings| &meetings.value.entries),
            diagnostics,
        );
        let owners = self.frame.owners(self.each);
        self.unheld = days.is_empty();
        // What else is wrong with the entry shows on any day, without a team or group.
        let days = if self.unheld { vec![0] } else { days };
        if owners.is_empty() {
            let layers = Layers::new(self.frame, self.entry, &exceptions, Owner::Nobody, days[0]);
            self.cohosts(pick!(layers, cohosts), Owner::Nobody, diagnostics);
            self.standby(pick!(layers, standby), Owner::Nobody, diagnostics);
            self.rooms(pick!(layers, rooms), Owner::Nobody, diagnostics);
            self.host(pick!(layers, host), diagnostics);
        }
        let span = &self.entry.id.span;
        let count = owners.len() * days.len();
        if !most.allows(count, span, diagnostics) {
            return Vec::new();
        }
        let mut meetings = Vec::with_capacity(count);
        for owner in owners {
            for day in &days {
                let layers = Layers::new(self.frame, self.entry, &exceptions, owner, *day);
                if !pick!(layers, skip).is_some_and(|skip| skip.value) {
                    let meeting =
                        self.meeting(owner, *day, &layers, &patterns, places, diagnostics);
                    self.missing |= meeting.is_none();
                    let invited = meeting.as_ref().map_or(0, |meeting| meeting.invitees.len());
                    if !crowd.allows(invited, span, diagnostics) {
                        return Vec::new();
                    }
                    meetings.extend(meeting);
                }
            }
        }
        if !self.unheld {
            self.unlooked(&exceptions, &days, diagnostics);
        }
        meetings
    }

    fn meeting(
        &mut self,
        owner: Owner,
        day: usize,
        layers: &Layers<'a>,
        patterns: &[String],
        places: &mut Places,
        diagnostics: &mut Diagnostics,
    ) -> Option<Meeting> {
        let frame = self.frame;
        let (key, previously) = self.keys(owner, day, patterns);
        let context = frame.context(owner, Some(day));
        let mut fill = |text: Option<&'a At<Pattern>>, diagnostics: &mut Diagnostics| {
            let text = text?;
            let read = || frame.written(text, diagnostics);
            let written = self.texts.entry(text.span.start).or_insert_with(read);
            frame.words(written.as_ref()?, &context, diagnostics)
        };
        let title = fill(pick!(layers, title), diagnostics);
        let title = title.map(|title| title.trim().to_owned());
        let agenda = fill(pick!(layers, agenda), diagnostics);
        let asked = pick!(layers, cohosts);
        let (cohosts, pool) = self.cohosts(asked, owner, diagnostics);
        let mut standby = self.standby(pick!(layers, standby), owner, diagnostics);
        standby.retain(|place| !cohosts.contains(place));
        let email = |place: &usize| frame.people.list[*place].email.clone();
        let place = MeetingPlace {
            pool: pool.iter().map(email).collect(),
            lacks_cohosts: cohosts.is_empty() && asked.is_some_and(|asked| !asked.value.is_empty()),
            ..layers.place()
        };
        places.meetings.insert(key.clone(), place);
        let rooms = self.rooms(pick!(layers, rooms), owner, diagnostics);
        let host = self.host(pick!(layers, host), diagnostics);
        let Some(time) = pick!(layers, time) else {
            self.no_time(layers, diagnostics);
            return None;
        };
        let date = frame.days[day].date.filter(|_| !self.unheld)?;
        let later = i64::from(time.value.days_later);
        let last = date.checked_add(jiff::Span::new().days(later)).ok()?;
        let start = frame.instant(date, time.value.start, &time.span, diagnostics);
        let end = frame.instant(last, time.value.end, &time.span, diagnostics);
        let invite = pick!(layers, invite).map(|invite| invite.value);
        let audience = invite == Some(Audience::Everyone);
        let runners = [&cohosts[..], &standby].concat();
        let invitees = self.invitees(&runners, &rooms, audience, host.as_ref());
        Some(Meeting {
            key,
            pattern: MeetingPattern::new(&self.entry.id.value),
            previously,
            team: match owner {
                Owner::Team(team) => Some(TeamId::new(&frame.teams[team].id)),
                _ => None,
            },
            group: match owner {
                Owner::Group(group) => Some(GroupId::new(&frame.groups[group].id)),
                _ => None,
            },
            day: DayId::new(&frame.days[day].id),
            title: title.unwrap_or_else(|| self.entry.id.value.clone()),
            agenda,
            start: start?,
            end: end?,
            fixed: pick!(layers, fixed).is_some_and(|fixed| fixed.value),
            min_length: pick!(layers, min_length)
                .map(|least| SignedDuration::from_mins(least.value.0)),
            check_in: pick!(layers, check_in).map(|lead| SignedDuration::from_mins(lead.value.0)),
            standby: standby.iter().map(email).collect(),
            password: match pick!(layers, password).map(|password| &password.value) {
                Some(PasswordText::Given(secret)) => MeetingPassword::Given(secret.clone()),
                _ => MeetingPassword::Generated,
            },
            host,
            options: layers.options(),
            rooms: rooms
                .iter()
                .map(|room| self.room_list[*room].key.clone())
                .collect(),
            invitees,
            mail: layers.mail(),
            protected: pick!(layers, protected).is_some_and(|protected| protected.value),
        })
    }

    /// The meeting's name, and those that it had.
    fn keys(&self, owner: Owner, day: usize, patterns: &[String]) -> (MeetingKey, Vec<MeetingKey>) {
        let mut lists: Vec<&[String]> = vec![patterns];
        match owner {
            Owner::Nobody => {}
            Owner::Team(team) => lists.push(&self.frame.teams[team].names),
            Owner::Group(group) => lists.push(&self.frame.groups[group].names),
        }
        if self.per_day {
            lists.push(&self.frame.days[day].names);
        }
        let key: Vec<_> = lists.iter().map(|names| names[0].as_str()).collect();
        let earlier = earlier(&lists, "/")
            .into_iter()
            .map(MeetingKey::new)
            .collect();
        (MeetingKey::new(key.join("/")), earlier)
    }

    /// The co-hosts, and which of them are one of several of a role.
    fn cohosts(
        &mut self,
        selectors: Option<&'a At<Vec<At<PeopleSelector>>>>,
        owner: Owner,
        diagnostics: &mut Diagnostics,
    ) -> (Vec<usize>, BTreeSet<usize>) {
        let Some(selectors) = selectors else {
            return Default::default();
        };
        let (frame, each) = (self.frame, self.each);
        let look_up = || frame.who(Some(selectors), each, diagnostics);
        let who = self.who.entry(selectors.span.start).or_insert_with(look_up);
        let cohosts = frame.people(who, owner).into_iter().collect();
        (cohosts, frame.pool(who, owner))
    }

    fn standby(
        &mut self,
        selectors: Option<&'a At<Vec<At<PeopleSelector>>>>,
        owner: Owner,
        diagnostics: &mut Diagnostics,
    ) -> Vec<usize> {
        let Some(selectors) = selectors else {
            return Vec::new();
        };
        let (frame, each) = (self.frame, self.each);
        let look_up = || frame.who(Some(selectors), each, diagnostics);
        let who = self.who.entry(selectors.span.start).or_insert_with(look_up);
        frame.people_in_order(who, owner)
    }

    fn rooms(
        &mut self,
        selectors: Option<&'a At<Vec<At<RoomSelector>>>>,
        owner: Owner,
        diagnostics: &mut Diagnostics,
    ) -> Vec<usize> {
        let Some(selectors) = selectors else {
            return Vec::new();
        };
        let (frame, each, index) = (self.frame, self.each, self.index);
        let look_up = || frame.which(Some(selectors), each, index, diagnostics);
        let which = self
            .which
            .entry(selectors.span.start)
            .or_insert_with(look_up);
        frame.rooms(which, owner, index).into_iter().collect()
    }

    fn host(
        &mut self,
        host: Option<&'a At<String>>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Email> {
        let host = host?;
        let frame = self.frame;
        let look_up = || {
            let email = host.value.trim().to_lowercase();
            let hosts = frame
                .file
                .webex
                .as_ref()
                .and_then(|webex| webex.value.hosts.as_ref());
            let known: Vec<_> = hosts
                .iter()
                .flat_map(|hosts| &hosts.value.entries)
                .map(|known| known.id.value.as_str())
                .collect();
            if known.contains(&email.as_str()) {
                return Some(Email::new(email));
            }
            let webex = frame.file.webex.as_ref();
            if known.is_empty() && webex.is_some_and(|webex| webex.value.unread(&["hosts"])) {
                return None;
            }
            let hint = did_you_mean(&email, known.iter().copied())
                .unwrap_or_else(|| the_names("hosts", known.iter().copied()).into());
            let message = format!("`{email}` is not one of the hosts");
            diagnostics
                .error("host/unknown", host.span.clone(), message)
                .hint(hint);
            None
        };
        self.hosts
            .entry(host.span.start)
            .or_insert_with(look_up)
            .clone()
    }

    /// The invitation list: co-hosts, and everybody in the meeting's rooms if these are invited.
    fn invitees(
        &self,
        cohosts: &[usize],
        rooms: &[usize],
        audience: bool,
        host: Option<&Email>,
    ) -> Vec<Invitee> {
        let people = &self.frame.people;
        let mut list: BTreeMap<&Email, (usize, bool)> = BTreeMap::new();
        if audience {
            for member in rooms.iter().flat_map(|room| &self.room_list[*room].members) {
                if let Some(place) = people.at(member.email.as_str()) {
                    list.insert(&people.list[place].email, (place, false));
                }
            }
        }
        for place in cohosts {
            list.insert(&people.list[*place].email, (*place, true));
        }
        // The host runs the meeting and is on no list; with one host only, it is known already.
        let only = self
            .frame
            .file
            .webex
            .as_ref()
            .and_then(|webex| webex.value.hosts.as_ref());
        let only = only.filter(|hosts| hosts.value.entries.len() == 1);
        let only = only.map(|hosts| Email::new(&hosts.value.entries[0].id.value));
        if let Some(host) = host.or(only.as_ref()) {
            list.remove(host);
        }
        list.into_iter()
            .map(|(email, (place, cohost))| Invitee {
                email: email.clone(),
                name: people.list[place].name.clone(),
                cohost,
            })
            .collect()
    }
}
