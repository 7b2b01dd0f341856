//! What is pinned in the rooms.

use std::cell::Cell;
use std::collections::BTreeMap;

use showcaller_event::model::{Address, MeetingFacts, Room, RoomKey, Tab};
use showcaller_event::{Audience, Facts, Schedule, fill};
use showcaller_secret::Secret;

use super::drift::{self, Missing, There};
use super::rooms::bot_is_shut_out;
use super::{Draft, Scene};
use crate::fields::{Field, Fields, Value};
use crate::known::KnownResource;
use crate::observed::{Look, SeenTab};
use crate::plan::{Adoption, CannotReason, HeldReason};
use crate::step::{Action, Owner};

pub(super) fn compare(scene: &Scene<'_>, draft: &mut Draft) {
    for room in scene
        .event
        .rooms
        .iter()
        .filter(|room| !room.tabs.is_empty())
    {
        let address = Address::room(&room.key);
        match scene.rooms[&room.key].thing() {
            None if draft.has_step(&address) => {
                for tab in &room.tabs {
                    add(scene, room, tab, draft);
                }
            }
            None => {}
            Some(seen) if bot_is_shut_out(scene, seen) => {}
            Some(seen) => {
                let tabs = match scene.observed.tabs.get(&seen.id) {
                    Some(Look::Seen(tabs)) => tabs.clone(),
                    Some(Look::Refused(why)) => {
                        let sentence =
                            format!("What is pinned in «{}» cannot be read: {why}", room.title);
                        draft.cannot(&address, CannotReason::Unreadable, sentence);
                        continue;
                    }
                    Some(Look::NotLooked) | None => recorded(scene, room),
                };
                pinned(scene, room, &tabs, draft);
            }
        }
    }
}

/// A tab's page may be a meeting's link, so that it waits for the meeting; and tabs of one room
/// are pinned one after the other, so that they stand in the file's order.
fn after(room: &Room, tab: &Tab) -> Vec<Address> {
    let earlier = room
        .tabs
        .iter()
        .take_while(|other| other.name != tab.name)
        .last()
        .map(|other| Address::tab(&room.key, &other.name));
    std::iter::once(Address::room(&room.key))
        .chain(earlier)
        .chain(tab.url.meetings().map(Address::meeting))
        .collect()
}

fn add(scene: &Scene<'_>, room: &Room, tab: &Tab, draft: &mut Draft) {
    if target(scene, draft, &room.key, tab) == Target::Nowhere {
        let address = Address::tab(&room.key, &tab.name);
        let what = format!(
            "pin «{}» in «{}», which leads to a meeting",
            tab.name, room.title
        );
        return draft.hold(&address, what, HeldReason::Waiting);
    }
    let action = Action::AddTab {
        room: room.key.clone(),
        name: tab.name.clone(),
        url: tab.url.clone(),
    };
    let address = Address::tab(&room.key, &tab.name);
    draft.step(&Owner::Bot, address, after(room, tab), action);
}

fn pinned(scene: &Scene<'_>, room: &Room, seen: &[SeenTab], draft: &mut Draft) {
    let by_id: BTreeMap<&str, &SeenTab> = seen.iter().map(|tab| (tab.id.as_str(), tab)).collect();
    for tab in &room.tabs {
        let address = Address::tab(&room.key, &tab.name);
        let resource = scene.entry_in_room(room, |key| Address::tab(key, &tab.name));
        let found = resource
            .and_then(|resource| by_id.get(resource.remote_id.as_str()).copied())
            .or_else(|| seen.iter().find(|other| other.name == tab.name));
        let what = format!("the tab «{}» in «{}»", tab.name, room.title);
        let Some(found) = found else {
            // Pinned a moment ago, and not in the list yet. Webex would pin it twice.
            if scene.known.fresh.contains(&address) {
                continue;
            }
            if drift::missing(scene, &address, resource, &what, draft) == Missing::StaysAway {
                continue;
            }
            if scene.may_create(&address, "pin the tab", draft) {
                add(scene, room, tab, draft);
            }
            continue;
        };
        if resource.is_none_or(|resource| resource.remote_id != found.id) {
            let fields = Fields::from([(Field::Url, Value::Text(found.url.clone()))]);
            let ours = scene.known.intended.contains_key(&address)
                || scene.made.contains(found.id.as_str());
            draft.adopt(Adoption {
                address: address.clone(),
                remote_id: found.id.clone(),
                made: ours || resource.is_some_and(|resource| resource.made),
                protected: false,
                renamed_from: None,
                asked: fields.clone(),
                answered: fields,
                owner: Owner::Bot,
            });
        }
        let right = match target(scene, draft, &room.key, tab) {
            Target::Page(url) => {
                is_right(scene, tab, &url, found, (&address, &what, resource), draft)
            }
            Target::Decided => false,
            // A page that leads to a meeting which cannot be asked about is best left alone.
            Target::Nowhere => true,
        };
        if !right {
            let action = Action::ChangeTab {
                id: found.id.clone(),
                room: room.key.clone(),
                name: tab.name.clone(),
                url: tab.url.clone(),
            };
            draft.step(&Owner::Bot, address, after(room, tab), action);
        }
    }
}

/// Whether a tab has the right name and leads to the right page, or is kept as it is.
fn is_right(
    scene: &Scene<'_>,
    tab: &Tab,
    url: &str,
    found: &SeenTab,
    (address, what, entry): (&Address, &str, Option<&KnownResource>),
    draft: &mut Draft,
) -> bool {
    let fields = |name: &str, url: &str| {
        Fields::from([
            (Field::Name, Value::Text(name.to_owned())),
            (Field::Url, Value::Text(url.to_owned())),
        ])
    };
    let mut entry = entry.cloned();
    if let Some(entry) = &mut entry {
        // Its name is its address, and not written down a second time.
        let settled = [&mut entry.settled.asked, &mut entry.settled.answered];
        for fields in settled {
            let name = Value::Text(tab.name.clone());
            fields.entry(Field::Name).or_insert(name);
        }
    }
    drift::is_back(address, entry.as_ref(), draft);
    let there = There {
        address,
        what,
        entry: entry.as_ref(),
        bends: false,
    };
    let (wanted, seen) = (fields(&tab.name, url), fields(&found.name, &found.url));
    there.changes(scene, &wanted, &seen, draft).is_empty()
}

/// Where a tab is to lead.
#[derive(PartialEq, Eq)]
enum Target {
    /// To this address.
    Page(String),
    /// To a meeting that a step of this plan makes: its link is not known yet.
    Decided,
    /// To a meeting that is not there, or that nobody could ask about.
    Nowhere,
}

fn target(scene: &Scene<'_>, draft: &Draft, room: &RoomKey, tab: &Tab) -> Target {
    let waits = Cell::new(false);
    let facts = Facts {
        event: scene.event,
        // A tab waits for nothing that the schedule says, because a meeting that slips pins nothing anew.
        schedule: &Schedule::default(),
        webex: &|meeting| {
            if draft.makes(&Address::meeting(meeting)) {
                waits.set(true);
                return Some(to_be_decided());
            }
            let seen = scene.meetings.get(meeting)?.0.thing()?;
            Some(seen.facts.clone())
        },
    };
    let language = scene.event.bot.language;
    match fill(&tab.url, language, &facts, Audience::Pinned(room)) {
        Err(_) => Target::Nowhere,
        Ok(_) if waits.get() => Target::Decided,
        Ok(url) => Target::Page(url),
    }
}

/// What stands for the facts of a meeting that is about to be made.
fn to_be_decided() -> MeetingFacts {
    MeetingFacts {
        link: Some(Secret::new("")),
        number: Some(String::new()),
        ..MeetingFacts::default()
    }
}

fn recorded(scene: &Scene<'_>, room: &Room) -> Vec<SeenTab> {
    room.tabs
        .iter()
        .filter_map(|tab| {
            let resource = scene.entry_in_room(room, |key| Address::tab(key, &tab.name))?;
            let resource = Some(resource).filter(|resource| !resource.kept.absent)?;
            let Some(Value::Text(url)) = resource.settled.answered.get(&Field::Url) else {
                return None;
            };
            let name = match resource.settled.answered.get(&Field::Name) {
                Some(Value::Text(name)) => name,
                _ => &tab.name,
            };
            Some(SeenTab {
                id: resource.remote_id.clone(),
                name: name.clone(),
                url: url.clone(),
                creator: None,
            })
        })
        .collect()
}
