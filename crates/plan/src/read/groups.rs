//! The steps of a plan, gathered the way people think of them.

use std::collections::BTreeMap;

use super::titles::Titles;
use super::words::name_in;
use super::zone::Zone;
use super::{Tone, drift, meetings, people, rooms};
use crate::fields::{Change, Field, Value};
use crate::plan::Plan;
use crate::step::{Action, Step};

/// What kind of change it is: a symbol that never stands alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    Add,
    Change,
    Remove,
    Anew,
}

impl Mark {
    pub(super) fn of(action: &Action) -> Self {
        match action {
            Action::ReplaceMeeting { .. } => Self::Anew,
            Action::ChangeTeam { .. }
            | Action::SetTeamModerator { .. }
            | Action::ChangeRoom { .. }
            | Action::SetModerator { .. }
            | Action::ChangeTab { .. }
            | Action::ChangeMeeting { .. }
            | Action::SetCohost { .. } => Self::Change,
            action if action.removes() => Self::Remove,
            _ => Self::Add,
        }
    }

    pub(super) fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Change => "~",
            Self::Remove => "-",
            Self::Anew => "!",
        }
    }

    pub(super) fn tone(self) -> Tone {
        match self {
            Self::Add => Tone::Add,
            Self::Change => Tone::Change,
            Self::Remove => Tone::Remove,
            Self::Anew => Tone::Danger,
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Add => "to add",
            Self::Change => "to change",
            Self::Remove => "to remove",
            Self::Anew => "to make anew",
        }
    }
}

/// All that a plan does to one kind of thing.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) groups: Vec<Group>,
}

/// Several changes of one sort, with a line that says them all.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) mark: Mark,
    /// `12 rooms to make`.
    pub(super) headline: String,
    /// What is shown below it.
    pub(super) items: Vec<Item>,
    /// What is shown below it when everything is asked for; the same items where empty.
    pub(super) all: Vec<Item>,
}

impl Group {
    pub(super) fn new(mark: Mark, headline: impl Into<String>, items: Vec<Item>) -> Self {
        Self {
            mark,
            headline: headline.into(),
            items,
            all: Vec::new(),
        }
    }

    pub(super) fn with_all(mut self, all: Vec<Item>) -> Self {
        self.all = all;
        self
    }

    /// The items to show.
    pub(super) fn shown(&self, verbose: bool) -> &[Item] {
        if verbose && !self.all.is_empty() {
            &self.all
        } else {
            &self.items
        }
    }
}

/// One thing.
#[derive(Debug, Default)]
pub(super) struct Item {
    pub(super) name: String,
    /// How many things it stands for, where that is not one.
    pub(super) number: Option<usize>,
    /// What stands beside the name.
    pub(super) facts: String,
    /// Settings that change: name, and old → new.
    pub(super) changes: Vec<(String, String)>,
}

impl Item {
    pub(super) fn new(name: impl Into<String>, facts: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            number: None,
            facts: facts.into(),
            changes: Vec::new(),
        }
    }

    pub(super) fn changed(name: impl Into<String>, changes: Vec<(String, String)>) -> Self {
        Self {
            name: name.into(),
            number: None,
            facts: String::new(),
            changes,
        }
    }
}

/// The sections that have anything in them.
pub(super) fn sections(plan: &Plan, zone: &Zone) -> Vec<Section> {
    let titles = Titles::of(plan);
    let sections = [
        ("Team", people::team(plan)),
        ("Rooms", rooms::rooms(plan, &titles, zone)),
        ("People", people::members(plan, &titles)),
        ("Pinned tabs", rooms::tabs(plan, &titles)),
        ("Meetings", meetings::meetings(plan, &titles, zone)),
        ("Invitations", people::invitations(plan, &titles)),
    ];
    sections
        .into_iter()
        .map(|(title, groups)| Section {
            title,
            groups: groups.into_iter().flatten().collect(),
        })
        .filter(|section| !section.groups.is_empty())
        .collect()
}

/// How many steps of each sort, in the order of [`Mark`].
pub(super) fn tally(plan: &Plan) -> BTreeMap<Mark, usize> {
    let mut tally = BTreeMap::new();
    let made = rooms::made(plan);
    for step in &plan.steps {
        let of_new_room = matches!(step.action, Action::ChangeRoom { .. })
            && made.contains(name_in(step.address.as_str()));
        // What is still set on a room that this plan makes is part of making it.
        let mark = if of_new_room {
            Mark::Add
        } else {
            Mark::of(&step.action)
        };
        *tally.entry(mark).or_default() += 1;
    }
    tally
}

/// The things that `pick` makes of some of the steps, in the plan's order.
pub(super) fn picked<'a, T>(plan: &'a Plan, pick: impl FnMut(&'a Step) -> Option<T>) -> Vec<T> {
    plan.steps.iter().filter_map(pick).collect()
}

/// A group of these items, if there are any.
pub(super) fn group(
    mark: Mark,
    items: Vec<Item>,
    headline: impl FnOnce(usize) -> String,
) -> Option<Group> {
    (!items.is_empty()).then(|| Group::new(mark, headline(items.len()), items))
}

/// What changes, old → new, times in the event's zone. Start and end are one line.
pub(super) fn changes(
    plan: &Plan,
    step: &Step,
    changes: &[Change],
    zone: &Zone,
) -> Vec<(String, String)> {
    let mark = |fields: &[Field]| drift::mark(plan, &step.address, fields);
    let differ: Vec<&Change> = changes
        .iter()
        .filter(|change| change.from.as_ref() != Some(&change.to) && change.field != Field::Tag)
        .collect();
    let moves = differ.iter().any(|change| is_time(change.field));
    let mut lines = Vec::new();
    if let Some(line) = moves.then(|| moved(changes, zone)).flatten() {
        let mark = mark(&[Field::Start, Field::End]);
        lines.push(("time".to_owned(), format!("{line}{mark}")));
    }
    let told = !lines.is_empty();
    for change in differ {
        if told && is_time(change.field) {
            continue;
        }
        let line = format!(
            "{} → {}{}",
            setting(change.field, change.from.as_ref(), zone),
            setting(change.field, Some(&change.to), zone),
            mark(&[change.field])
        );
        lines.push((change.field.to_string(), line));
    }
    if lines.is_empty() {
        // Its tag, which stands for the name in the file.
        let line = "another one in the event file; people see no difference";
        lines.push(("name".to_owned(), line.to_owned()));
    }
    lines
}

fn is_time(field: Field) -> bool {
    matches!(field, Field::Start | Field::End)
}

fn moved(changes: &[Change], zone: &Zone) -> Option<String> {
    let at = |field: Field, old: bool| {
        let change = changes.iter().find(|change| change.field == field)?;
        let value = if old {
            change.from.as_ref()?
        } else {
            &change.to
        };
        match value {
            Value::Time(at) => Some(*at),
            _ => None,
        }
    };
    Some(format!(
        "{} → {}",
        zone.span(at(Field::Start, true)?, at(Field::End, true)?),
        zone.span(at(Field::Start, false)?, at(Field::End, false)?)
    ))
}

pub(super) fn setting(field: Field, value: Option<&Value>, zone: &Zone) -> String {
    match (field, value) {
        (Field::JoinBeforeHost, Some(Value::Number(-1))) => "not at all".to_owned(),
        (Field::JoinBeforeHost, Some(Value::Number(minutes))) => format!("{minutes} min"),
        _ => zone.value(value),
    }
}
