//! Scheduled meetings.

mod layers;

use std::collections::{BTreeMap, HashMap};

use super::frame::{Frame, Part, the_names};
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
use crate::places::Places;

use layers::{Layers, pick};

/// Words that templates use for something else.
const WORDS_OF_TEMPLATES: [&str; 4] = ["team", "group", "day", "room"];

/// Every meeting, by key.
pub(super) fn meetings(
    frame: &Frame<'_>,
    rooms: &[Room],
    index: &RoomIndex,
    places: &mut Places,
    diagnostics: &mut Diagnostics,
) -> Vec<Meeting> {
    let mut meetings = Vec::new();
    for entry in frame
        .file
        .meetings
        .iter()
        .flat_map(|meetings| &meetings.value.entries)
    {
        let mut maker = Maker::new(frame, rooms, index, entry);
        meetings.extend(maker.meetings(places, diagnostics));
    }
    meetings.sort_by(|a, b| a.key.cmp(&b.key));
    meetings.dedup_by(|a, b| a.key == b.key);
    meetings
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
            texts: HashMap::new(),
            who: HashMap::new(),
            which: HashMap::new(),
            hosts: HashMap::new(),
        }
    }

    fn meetings(&mut self, places: &mut Places, diagnostics: &mut Diagnostics) -> Vec<Meeting> {
        self.misfits(diagnostics);
        let exceptions = self.exceptions(diagnostics);
        let days = self.days(diagnostics);
        let siblings = self.frame.file.meetings.as_ref();
        let patterns = names(
            "meeting",
            &self.entry.id,
            &self.entry.entry.previously,
            siblings.map_or(&[][..], |meetings| &meetings.value.entries),
            self.frame.source,
            diagnostics,
        );
        let owners: Vec<Owner> = match self.each {
            Each::Nothing => vec![Owner::Nobody],
            Each::Team => (0..self.frame.teams.len()).map(Owner::Team).collect(),
            Each::Group => (0..self.frame.groups.len()).map(Owner::Group).collect(),
        };
        let mut meetings = Vec::with_capacity(owners.len() * days.len());
        for owner in owners {
            for day in &days {
                let layers = Layers::new(self.frame, self.entry, &exceptions, owner, *day);
                if !pick!(layers, skip).is_some_and(|skip| skip.value) {
                    meetings.extend(self.meeting(
                        owner,
                        *day,
                        &layers,
                        &patterns,
                        places,
                        diagnostics,
                    ));
                }
            }
        }
        self.unlooked(&exceptions, diagnostics);
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
        places.meetings.insert(key.clone(), layers.place());
        let context = frame.context(owner, Some(day));
        let mut fill = |text: Option<&'a At<Pattern>>, diagnostics: &mut Diagnostics| {
            let text = text?;
            let read = || frame.written(text, diagnostics);
            let written = self.texts.entry(text.span.start).or_insert_with(read);
            frame.words(written.as_ref()?, &context, diagnostics)
        };
        let title = fill(pick!(layers, title), diagnostics);
        let agenda = fill(pick!(layers, agenda), diagnostics);
        let cohosts = self.cohosts(pick!(layers, cohosts), owner, diagnostics);
        let rooms = self.rooms(pick!(layers, rooms), owner, diagnostics);
        let host = self.host(pick!(layers, host), diagnostics);
        let Some(time) = pick!(layers, time) else {
            self.no_time(diagnostics);
            return None;
        };
        let date = frame.days[day].date?;
        let later = i64::from(time.value.days_later);
        let last = date.checked_add(jiff::Span::new().days(later)).ok()?;
        let start = frame.instant(date, time.value.start, &time.span, diagnostics);
        let end = frame.instant(last, time.value.end, &time.span, diagnostics);
        let invite = pick!(layers, invite).map(|invite| invite.value);
        let audience = invite == Some(Audience::Everyone);
        let invitees = self.invitees(&cohosts, &rooms, audience, host.as_ref());
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

    fn cohosts(
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
        frame.people(who, owner).into_iter().collect()
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
            let hint = did_you_mean(&email, known.iter().copied())
                .unwrap_or_else(|| the_names("hosts", known.iter().copied()));
            diagnostics
                .error(
                    "host/unknown",
                    frame.source,
                    host.span.clone(),
                    format!("`{email}` is not one of the hosts"),
                )
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

    /// The days on which there is such a meeting.
    fn days(&self, diagnostics: &mut Diagnostics) -> Vec<usize> {
        let (frame, entry) = (self.frame, &self.entry.entry);
        let named: Vec<_> = entry
            .day
            .iter()
            .map(|day| At::new(day.value.0.clone(), day.span.clone()))
            .chain(
                entry
                    .days
                    .iter()
                    .flat_map(|days| &days.value)
                    .map(|day| At::new(day.value.0.clone(), day.span.clone())),
            )
            .collect();
        if let (Some(day), Some(_)) = (&entry.day, &entry.days) {
            diagnostics
                .error(
                    "meeting/day",
                    frame.source,
                    day.span.clone(),
                    "`day` and `days` say the same thing",
                )
                .hint("keep one of the two");
        }
        let mut days = Vec::new();
        for day in &named {
            if let Some(place) = frame
                .day(day, diagnostics)
                .filter(|place| !days.contains(place))
            {
                days.push(place);
            }
        }
        if named.is_empty() {
            if self.per_day || frame.days.len() == 1 {
                return (0..frame.days.len()).collect();
            }
            if !frame.days.is_empty() {
                let known = frame.days.iter().map(|day| day.id.as_str());
                diagnostics
                    .error(
                        "meeting/day",
                        frame.source,
                        self.entry.id.span.clone(),
                        "on which day is this meeting?",
                    )
                    .hint(format!(
                        "add `day:`, or `one-per: day`; {}",
                        the_names("days", known)
                    ));
            }
        } else if days.len() > 1 && !self.per_day {
            let span = entry
                .days
                .as_ref()
                .map_or(self.entry.id.span.clone(), |days| days.span.clone());
            let also = match self.each {
                Each::Nothing => "one-per: day",
                Each::Team => "one-per: [team, day]",
                Each::Group => "one-per: [group, day]",
            };
            diagnostics
                .error(
                    "meeting/day",
                    frame.source,
                    span,
                    "several days make several meetings",
                )
                .hint(format!("write `{also}`"));
            days.truncate(1);
        }
        days
    }

    /// The exceptions, by what they are for; those for nothing are said.
    fn exceptions(&self, diagnostics: &mut Diagnostics) -> HashMap<String, &'a MeetingEntry> {
        let mut found = HashMap::new();
        for exception in self
            .entry
            .entry
            .except
            .iter()
            .flat_map(|except| &except.value.entries)
        {
            if self.makes_sense(&exception.id, diagnostics) {
                found.insert(exception.id.value.clone(), &exception.entry.0);
            }
        }
        found
    }

    fn makes_sense(&self, id: &At<String>, diagnostics: &mut Diagnostics) -> bool {
        let frame = self.frame;
        let days = || frame.days.iter().map(|day| day.id.as_str());
        let owners = match self.each {
            Each::Nothing => &[][..],
            Each::Team => &frame.teams,
            Each::Group => &frame.groups,
        };
        let known = || owners.iter().map(|owner| owner.id.as_str()).chain(days());
        for name in id.value.split('/') {
            let fits = match frame.parts.get(name) {
                Some(Part::Day(_)) => true,
                Some(Part::Team(_)) => self.each == Each::Team,
                Some(Part::Group(_)) => self.each == Each::Group,
                None => {
                    let hint = did_you_mean(name, known())
                        .unwrap_or_else(|| the_names("exceptions that can be made", known()));
                    diagnostics
                        .error(
                            "except/unknown",
                            frame.source,
                            id.span.clone(),
                            format!("there is no day, team or group `{name}`"),
                        )
                        .hint(hint);
                    return false;
                }
            };
            if !fits {
                diagnostics
                    .error(
                        "except/unknown",
                        frame.source,
                        id.span.clone(),
                        format!(
                            "`{}` makes no meeting of its own for `{name}`",
                            self.entry.id.value
                        ),
                    )
                    .hint("exceptions are for the days, teams or groups named in `one-per:`");
                return false;
            }
        }
        let order = id.value.split_once('/').is_none_or(|(first, second)| {
            !matches!(frame.parts.get(first), Some(Part::Day(_)))
                && matches!(frame.parts.get(second), Some(Part::Day(_)))
        });
        if !order {
            diagnostics
                .error(
                    "except/unknown",
                    frame.source,
                    id.span.clone(),
                    format!("`{}` is not a team or group and a day", id.value),
                )
                .hint("write the team first: `team-1/day-2`");
        }
        order
    }

    /// Exceptions for a day on which there is no such meeting.
    fn unlooked(&self, exceptions: &HashMap<String, &MeetingEntry>, diagnostics: &mut Diagnostics) {
        let days = self.days(&mut Diagnostics::new());
        for exception in self
            .entry
            .entry
            .except
            .iter()
            .flat_map(|except| &except.value.entries)
        {
            let last = exception.id.value.rsplit('/').next().unwrap_or_default();
            let Some(Part::Day(day)) = self.frame.parts.get(last) else {
                continue;
            };
            if exceptions.contains_key(&exception.id.value) && !days.contains(day) {
                let message = format!("`{}` is not held on `{last}` anyway", self.entry.id.value);
                diagnostics
                    .error(
                        "except/unknown",
                        self.frame.source,
                        exception.id.span.clone(),
                        message,
                    )
                    .hint("take the exception out, or add the day to `days:`");
            }
        }
    }

    /// Keys and names that do not go together.
    fn misfits(&self, diagnostics: &mut Diagnostics) {
        let (frame, id) = (self.frame, &self.entry.id);
        if WORDS_OF_TEMPLATES.contains(&id.value.as_str()) {
            diagnostics
                .error(
                    "id",
                    frame.source,
                    id.span.clone(),
                    format!(
                        "`{}` cannot be the name of a meeting: templates use the word",
                        id.value
                    ),
                )
                .hint("take another word");
        }
        let Some(one_per) = &self.entry.entry.one_per else {
            return;
        };
        let has = |wanted| one_per.value.iter().any(|each| each.value == wanted);
        if has(OnePer::Team) && has(OnePer::Group) {
            diagnostics
                .error(
                    "one-per/both",
                    frame.source,
                    one_per.span.clone(),
                    "one meeting per team and one per group cannot be the same",
                )
                .hint("make two entries of it");
        }
        let none = match self.each {
            Each::Team if frame.teams.is_empty() => "teams",
            Each::Group if frame.groups.is_empty() => "groups",
            _ => return,
        };
        diagnostics
            .error(
                "one-per/none",
                frame.source,
                one_per.span.clone(),
                format!("there are no {none}, so no meeting is made"),
            )
            .hint(format!("add some below `{none}:`"));
    }

    fn no_time(&self, diagnostics: &mut Diagnostics) {
        // A time that could not be read was reported where it stands.
        if self.entry.entry.time.is_none() && !self.mentions_time() {
            diagnostics
                .error(
                    "meeting/time",
                    self.frame.source,
                    self.entry.id.span.clone(),
                    "when is this meeting?",
                )
                .hint("add time: \"10:00-11:00\"");
        }
    }

    fn mentions_time(&self) -> bool {
        let text = self
            .frame
            .source
            .text
            .get(self.entry.span.clone())
            .unwrap_or_default();
        text.lines()
            .any(|line| line.trim_start().starts_with("time:"))
    }
}
