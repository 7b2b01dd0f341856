//! What everything else refers to: zone, days, teams, groups, people.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::people::People;
use super::previously::names;
use crate::diagnostic::Source;
use crate::diagnostics::{At, Diagnostics, did_you_mean};
use crate::grammar::{EventFile, Named};
use crate::hint::Hint;
use crate::language::Language;
use crate::model::{Day, DayId, Group, GroupId, Person, Team, TeamId};
use crate::phrases::weekday;
use crate::places::Places;
use crate::roster::{Roster, Zones, note_fixed};
use crate::template::{Field, Fields};

/// A day, with all names that it had.
pub(super) struct DayFrame {
    pub(super) id: String,
    pub(super) title: String,
    /// Missing if the file gives none that can be read.
    pub(super) date: Option<Date>,
    /// When it must be over.
    pub(super) ends: Option<Zoned>,
    pub(super) show_mode: bool,
    /// The present name, then the earlier ones.
    pub(super) names: Vec<String>,
    /// In each language, in the order of [`Language::ALL`].
    fields: [Arc<Fields>; 3],
}

impl DayFrame {
    /// What texts in this language may say of it.
    pub(super) fn fields(&self, language: Language) -> &Arc<Fields> {
        &self.fields[language as usize]
    }
}

/// A team or a group, with all names that it had.
pub(super) struct OwnerFrame {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) links: BTreeMap<String, String>,
    /// The present name, then the earlier ones.
    pub(super) names: Vec<String>,
    /// For a group: its teams.
    pub(super) teams: Vec<usize>,
    pub(super) fields: Arc<Fields>,
}

/// What a name under `days:`, `teams:` or `groups:` stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Day(usize),
    Team(usize),
    Group(usize),
}

pub(super) struct Frame<'a> {
    pub(super) file: &'a EventFile,
    pub(super) source: &'a Source,
    pub(super) zone: TimeZone,
    /// In the file's order.
    pub(super) days: Vec<DayFrame>,
    pub(super) teams: Vec<OwnerFrame>,
    pub(super) groups: Vec<OwnerFrame>,
    pub(super) parts: HashMap<String, Part>,
    pub(super) people: People,
    pub(super) event: Arc<Fields>,
}

impl<'a> Frame<'a> {
    pub(super) fn new(
        file: &'a EventFile,
        source: &'a Source,
        roster: &Roster,
        places: &mut Places,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let zone = zone(file, diagnostics);
        let mut parts = Parts::default();
        let days = days(file, &mut parts, places, diagnostics);
        let teams = teams(file, &mut parts, places, diagnostics);
        let groups = groups(file, &mut parts, places, diagnostics);
        let people = People::new(file, roster, &teams, places, diagnostics);
        let text = |text: &Option<At<String>>| {
            text.as_ref()
                .map(|text| text.value.clone())
                .unwrap_or_default()
        };
        let key = file.event.as_ref().map_or("", |key| key.value.0.as_str());
        let event = Fields::new()
            .with("id", key)
            .with("title", Field::title(&text(&file.title)))
            .with("timezone", text(&file.timezone));
        let parts = parts.parts;
        let mut frame = Self {
            file,
            source,
            zone,
            days,
            teams,
            groups,
            parts,
            people,
            event: Arc::new(event),
        };
        frame.end_days(diagnostics);
        frame
    }

    /// Reads when each day must be over.
    fn end_days(&mut self, diagnostics: &mut Diagnostics) {
        for (place, day) in entries(&self.file.days).iter().enumerate() {
            let (Some(ends), Some(date)) = (&day.entry.ends, self.days[place].date) else {
                continue;
            };
            self.days[place].ends = self.day_time(date, ends, diagnostics);
        }
    }

    /// The day with this name; says so if there is none.
    pub(super) fn day(&self, id: &At<String>, diagnostics: &mut Diagnostics) -> Option<usize> {
        if let Some(Part::Day(day)) = self.parts.get(&id.value) {
            return Some(*day);
        }
        if entries(&self.file.days).is_empty() {
            // Said where the days should be.
            return Some(0);
        }
        let known = self.days.iter().map(|day| day.id.as_str());
        let hint = did_you_mean(&id.value, known.clone())
            .unwrap_or_else(|| the_names("days", known).into());
        let message = format!("there is no day `{}`", id.value);
        diagnostics
            .error("day/unknown", id.span.clone(), message)
            .hint(hint);
        None
    }

    /// The pieces of the model, in its order.
    pub(super) fn into_model(self) -> (Vec<Day>, Vec<Team>, Vec<Group>, Vec<Person>) {
        let mut days: Vec<_> = self
            .days
            .iter()
            // Nothing is said of a day whose date could not be read.
            .filter_map(|day| {
                Some(Day {
                    id: DayId::new(&day.id),
                    title: day.title.clone(),
                    date: day.date?,
                    ends: day.ends.clone(),
                    show_mode: day.show_mode,
                })
            })
            .collect();
        days.sort_by(|a, b| (a.date, &a.id).cmp(&(b.date, &b.id)));
        let team_id = |team: &usize| TeamId::new(&self.teams[*team].id);
        let groups = self
            .groups
            .iter()
            .map(|group| Group {
                id: GroupId::new(&group.id),
                title: group.title.clone(),
                teams: group.teams.iter().map(team_id).collect(),
                links: group.links.clone(),
            })
            .collect();
        let teams = self
            .teams
            .into_iter()
            .map(|team| Team {
                id: TeamId::new(team.id),
                title: team.title,
                links: team.links,
            })
            .collect();
        (days, teams, groups, self.people.list)
    }
}

/// `the days are a, b and c`.
pub(super) fn the_names<'n>(what: &str, names: impl Iterator<Item = &'n str>) -> String {
    const MOST: usize = 8;
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() {
        return format!("there are no {what} yet");
    }
    let more = if names.len() > MOST { ", …" } else { "" };
    format!(
        "the {what} are {}{more}",
        names[..names.len().min(MOST)].join(", ")
    )
}

fn zone(file: &EventFile, diagnostics: &mut Diagnostics) -> TimeZone {
    let Some(name) = &file.timezone else {
        return TimeZone::UTC;
    };
    match Zones::new().name(&name.value) {
        Ok(proper) => {
            if proper != name.value {
                let message = format!("`{}` is not written as the zone's name is", name.value);
                diagnostics
                    .error("timezone", name.span.clone(), message)
                    .hint(Hint::write(proper.as_str()));
            }
            note_fixed(&proper, &name.span, diagnostics);
            TimeZone::get(&proper).unwrap_or(TimeZone::UTC)
        }
        Err(fault) => {
            diagnostics
                .error("timezone", name.span.clone(), fault.message)
                .hint_if(fault.hint);
            TimeZone::UTC
        }
    }
}

/// Names that are taken, over days, teams and groups: exceptions and selectors name all three.
#[derive(Default)]
struct Parts {
    parts: HashMap<String, Part>,
    spans: HashMap<String, (&'static str, Range<usize>)>,
}

impl Parts {
    fn take(
        &mut self,
        what: &'static str,
        id: &At<String>,
        part: Part,
        diagnostics: &mut Diagnostics,
    ) {
        if let Some((other, span)) = self.spans.get(&id.value) {
            let message = format!("`{}` is the name of a {other} already", id.value);
            diagnostics
                .error("id/taken", id.span.clone(), message)
                .related(span.clone(), "first here")
                .hint("days, teams and groups need names of their own");
            return;
        }
        self.parts.insert(id.value.clone(), part);
        self.spans.insert(id.value.clone(), (what, id.span.clone()));
    }
}

fn entries<K, T>(section: &Option<At<crate::grammar::Map<K, T>>>) -> &[Named<T>] {
    section
        .as_ref()
        .map_or(&[], |section| &section.value.entries)
}

fn title(title: &Option<At<String>>, id: &str) -> String {
    title
        .as_ref()
        .map_or_else(|| id.to_owned(), |title| title.value.clone())
}

fn days(
    file: &EventFile,
    parts: &mut Parts,
    places: &mut Places,
    diagnostics: &mut Diagnostics,
) -> Vec<DayFrame> {
    let entries = entries(&file.days);
    if let Some(days) = file.days.as_ref().filter(|_| entries.is_empty()) {
        diagnostics
            .error("day/none", days.span.clone(), "the event has no days")
            .hint("add one: day-1: { title: Day 1, date: 2027-10-06 }");
    }
    let mut days = Vec::new();
    for day in entries {
        parts.take("day", &day.id, Part::Day(days.len()), diagnostics);
        places
            .days
            .insert(DayId::new(&day.id.value), day.id.span.clone());
        let title = title(&day.entry.title, &day.id.value);
        let date = day.entry.date.as_ref().map(|date| date.value);
        let fields = fields_of_day(&day.id.value, &title, date);
        days.push(DayFrame {
            id: day.id.value.clone(),
            title,
            date,
            ends: None,
            show_mode: day.entry.show_mode.as_ref().is_some_and(|show| show.value),
            names: names("day", &day.id, &day.entry.previously, entries, diagnostics),
            fields,
        });
    }
    if days.is_empty() {
        // What else is wrong with meetings and cues still shows.
        days.push(DayFrame {
            id: String::new(),
            title: String::new(),
            date: None,
            ends: None,
            show_mode: false,
            names: vec![String::new()],
            fields: fields_of_day("", "", None),
        });
    }
    days
}

fn fields_of_day(id: &str, title: &str, date: Option<Date>) -> [Arc<Fields>; 3] {
    let written = date.map_or_else(String::new, |date| date.to_string());
    Language::ALL.map(|language| {
        let weekday = date.map_or("", |date| weekday(date, language));
        let fields = Fields::new()
            .with("id", id)
            .with("title", Field::title(title));
        Arc::new(
            fields
                .with("date", written.as_str())
                .with("weekday", weekday),
        )
    })
}

fn teams(
    file: &EventFile,
    parts: &mut Parts,
    places: &mut Places,
    diagnostics: &mut Diagnostics,
) -> Vec<OwnerFrame> {
    let entries = entries(&file.teams);
    let mut teams = Vec::new();
    for team in entries {
        parts.take("team", &team.id, Part::Team(teams.len()), diagnostics);
        places
            .teams
            .insert(TeamId::new(&team.id.value), team.id.span.clone());
        let names = names(
            "team",
            &team.id,
            &team.entry.previously,
            entries,
            diagnostics,
        );
        let links = links(&team.entry.links);
        teams.push(owner(
            &team.id,
            title(&team.entry.title, &team.id.value),
            links,
            names,
            Vec::new(),
        ));
    }
    teams
}

fn groups(
    file: &EventFile,
    parts: &mut Parts,
    places: &mut Places,
    diagnostics: &mut Diagnostics,
) -> Vec<OwnerFrame> {
    let entries = entries(&file.groups);
    let known: Vec<_> = self::entries(&file.teams)
        .iter()
        .map(|team| team.id.value.as_str())
        .collect();
    let mut groups = Vec::new();
    for group in entries {
        parts.take("group", &group.id, Part::Group(groups.len()), diagnostics);
        places
            .groups
            .insert(GroupId::new(&group.id.value), group.id.span.clone());
        let mut teams = Vec::new();
        for team in group.entry.teams.iter().flat_map(|teams| &teams.value) {
            match parts.parts.get(&team.value.0) {
                Some(Part::Team(index)) if teams.contains(index) => {
                    let message = format!("`{}` is in this group twice", team.value.0);
                    diagnostics.error("group/twice", team.span.clone(), message);
                }
                Some(Part::Team(index)) => teams.push(*index),
                _ if file.unread(&["teams"]) => {}
                _ => {
                    let message = format!("there is no team `{}`", team.value.0);
                    let hint = did_you_mean(&team.value.0, known.iter().copied())
                        .unwrap_or_else(|| the_names("teams", known.iter().copied()).into());
                    diagnostics
                        .error("team/unknown", team.span.clone(), message)
                        .hint(hint);
                }
            }
        }
        let names = names(
            "group",
            &group.id,
            &group.entry.previously,
            entries,
            diagnostics,
        );
        let links = links(&group.entry.links);
        groups.push(owner(
            &group.id,
            title(&group.entry.title, &group.id.value),
            links,
            names,
            teams,
        ));
    }
    groups
}

fn links(
    links: &Option<At<crate::grammar::Map<crate::grammar::FreeKey, String>>>,
) -> BTreeMap<String, String> {
    entries(links)
        .iter()
        .map(|link| (link.id.value.clone(), link.entry.clone()))
        .collect()
}

fn owner(
    id: &At<String>,
    title: String,
    links: BTreeMap<String, String>,
    names: Vec<String>,
    teams: Vec<usize>,
) -> OwnerFrame {
    let own = links.iter().fold(Fields::open(), |own, (name, value)| {
        own.with(name, value.as_str())
    });
    let fields = Fields::new()
        .with("id", id.value.as_str())
        .with("title", Field::title(&title))
        .with("links", own);
    OwnerFrame {
        id: id.value.clone(),
        title,
        links,
        names,
        teams,
        fields: Arc::new(fields),
    }
}
