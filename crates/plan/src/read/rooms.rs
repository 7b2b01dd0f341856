//! Rooms and what is pinned in them.

use std::collections::{BTreeMap, BTreeSet};

use showcaller_event::model::RoomKey;

use super::groups::{self, Group, Item, Mark, group, picked};
use super::titles::Titles;
use super::words::{count, name_in, people, place_and_person};
use super::zone::{Zone, is_on, with_holes, words_of};
use crate::fields::{Field, Fields};
use crate::plan::Plan;
use crate::step::Action;

/// The keys of the rooms that the plan makes.
pub(super) fn made(plan: &Plan) -> BTreeSet<&str> {
    picked(plan, |step| {
        matches!(step.action, Action::CreateRoom { .. }).then(|| name_in(step.address.as_str()))
    })
    .into_iter()
    .collect()
}

pub(super) fn rooms(plan: &Plan, titles: &Titles<'_>, zone: &Zone) -> Vec<Option<Group>> {
    let mut filled = Filling::of(plan);
    let made = made(plan);
    let new = picked(plan, |step| {
        let Action::CreateRoom { fields } = &step.action else {
            return None;
        };
        let key = name_in(step.address.as_str());
        let title = words_of(fields, Field::Title).unwrap_or(key);
        Some(Item::new(title, filled.facts(key, fields)))
    });
    let changed = picked(plan, |step| {
        let Action::ChangeRoom { title, changes, .. } = &step.action else {
            return None;
        };
        // A new room's announcement mode is a step of its own, but not news.
        (!made.contains(name_in(step.address.as_str())))
            .then(|| Item::changed(title, groups::changes(plan, step, changes, zone)))
    });
    let archived = picked(plan, |step| {
        matches!(step.action, Action::ArchiveRoom { .. })
            .then(|| Item::new(titles.room(name_in(step.address.as_str())), ""))
    });
    vec![
        group(Mark::Add, new, |n| {
            format!("{} to make", count(n, "room", "rooms"))
        }),
        group(Mark::Change, changed, |n| {
            format!("{} to change", count(n, "room", "rooms"))
        }),
        group(Mark::Remove, archived, |n| {
            format!("{} to archive", count(n, "room", "rooms"))
        }),
    ]
}

/// Who the plan puts where.
struct Filling<'a> {
    people: BTreeMap<&'a RoomKey, (usize, usize)>,
    quiet: BTreeSet<&'a str>,
}

impl<'a> Filling<'a> {
    fn of(plan: &'a Plan) -> Self {
        let mut people: BTreeMap<&RoomKey, (usize, usize)> = BTreeMap::new();
        let mut quiet = BTreeSet::new();
        for step in &plan.steps {
            match &step.action {
                Action::AddMember {
                    room, moderator, ..
                } => {
                    let (all, moderators) = people.entry(room).or_default();
                    *all += 1;
                    *moderators += usize::from(*moderator);
                }
                Action::ChangeRoom { changes, .. }
                    if changes
                        .iter()
                        .any(|change| change.field == Field::AnnouncementOnly) =>
                {
                    quiet.insert(name_in(step.address.as_str()));
                }
                _ => {}
            }
        }
        Self { people, quiet }
    }

    fn facts(&mut self, key: &str, fields: &Fields) -> String {
        let (all, moderators) = self
            .people
            .get(&RoomKey::new(key))
            .copied()
            .unwrap_or_default();
        let mut facts = vec![people(all)];
        match moderators {
            0 => {}
            1 if all == 1 => facts.push("a moderator".to_owned()),
            1 => facts.push("1 of them moderator".to_owned()),
            many if many == all => facts.push("all moderators".to_owned()),
            many => facts.push(format!("{many} of them moderators")),
        }
        if is_on(fields, Field::Public) {
            facts.push("public".to_owned());
        }
        if self.quiet.contains(key) {
            facts.push("announcements only".to_owned());
        } else if moderators == 0 && is_on(fields, Field::Locked) {
            facts.push("locked".to_owned());
        }
        facts.join(", ")
    }
}

pub(super) fn tabs(plan: &Plan, titles: &Titles<'_>) -> Vec<Option<Group>> {
    let beside =
        |room: &RoomKey, url| format!("in {}: {}", titles.room(room.as_str()), with_holes(url));
    let new = picked(plan, |step| match &step.action {
        Action::AddTab { room, name, url } => Some(Item::new(name, beside(room, url))),
        _ => None,
    });
    let changed = picked(plan, |step| match &step.action {
        Action::ChangeTab {
            room, name, url, ..
        } => Some(Item::new(name, beside(room, url))),
        _ => None,
    });
    let gone = picked(plan, |step| {
        let (room, name) = place_and_person(step.address.as_str());
        matches!(step.action, Action::RemoveTab { .. })
            .then(|| Item::new(name, format!("in {}", titles.room(room))))
    });
    let pages = |n| count(n, "page", "pages");
    vec![
        group(Mark::Add, new, |n| format!("{} to pin", pages(n))),
        group(Mark::Change, changed, |n| {
            format!("{} to lead elsewhere", pages(n))
        }),
        group(Mark::Remove, gone, |n| format!("{} to unpin", pages(n))),
    ]
}
