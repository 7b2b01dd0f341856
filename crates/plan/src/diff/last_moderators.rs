//! Rooms that lose their last moderator, and meetings that lose their last co-host, because the file
//! asks for none any more: only the bot, or the host, can act there then.

use std::collections::{BTreeMap, BTreeSet};

use showcaller_event::model::{Address, Room};

use super::people::people_of;
use super::{Draft, Scene};
use crate::fields::{Field, Value};
use crate::names::parent_of;
use crate::observed::Look;
use crate::plan::HeldReason;
use crate::read::words::{grouped, place_and_person, some};

/// How many places and people are named.
const FEW: usize = 3;

pub(super) fn compare(scene: &Scene<'_>, draft: &mut Draft) {
    let held = draft.held.iter();
    let held = held.filter(|held| held.reason == HeldReason::Removal);
    let held: BTreeSet<&Address> = held.map(|held| &held.address).collect();
    let going = |address: &Address| draft.has_step(address) || held.contains(address);
    let rooms = scene.event.rooms.iter();
    let rooms = rooms.filter(|room| people_of(scene, room).all(|member| !member.moderator));
    let rooms = rooms.map(|room| (&room.title, moderators(scene, room)));
    let mut cohosts = cohosts(scene);
    let meetings = scene.event.meetings.iter();
    let meetings = meetings.filter(|it| it.invitees.iter().all(|invitee| !invitee.cohost));
    let meetings = meetings.filter_map(|it| {
        let cohosts = cohosts.remove(&Address::meeting(&it.key))?;
        Some((&it.title, cohosts))
    });
    let losses: [(Vec<_>, _, _); 2] = [
        (
            rooms.collect(),
            ["rooms", "moderator"],
            "only the bot can let people in then",
        ),
        (
            meetings.collect(),
            ["meetings", "co-host"],
            "only the host can start it then",
        ),
    ];
    let mut notes = Vec::new();
    for (mut places, [kind, what], then) in losses {
        places.retain(|(_, people)| !people.is_empty() && people.iter().all(going));
        let titles = grouped(places.iter().map(|(title, _)| (title, ())));
        let titles = titles.iter().map(|(title, same)| match same.len() {
            1 => format!("«{title}»"),
            number => format!("«{title}» ({number} {kind})"),
        });
        let titles: Vec<_> = titles.collect();
        let people = places.iter().flat_map(|(_, people)| people);
        let people = people.map(|it| place_and_person(it.as_str()).1);
        let people: Vec<_> = people.collect::<BTreeSet<_>>().into_iter().collect();
        let lose = if places.len() == 1 {
            "loses its"
        } else {
            "lose their"
        };
        if !titles.is_empty() {
            let (titles, people) = (some(&titles, FEW), some(&people, FEW));
            notes.push(format!(
                "{titles} {lose} last {what} with {people}: {then}."
            ));
        }
    }
    for note in notes {
        draft.note(None, note);
    }
}

/// Who moderates a room now, but for the bot.
fn moderators(scene: &Scene<'_>, room: &Room) -> Vec<Address> {
    let seen = scene.rooms[&room.key].thing();
    let seen = seen.and_then(|seen| scene.observed.members.get(&seen.id));
    let seen = seen.and_then(Look::seen).into_iter().flatten();
    let seen = seen.filter(|it| it.moderator && it.person != scene.observed.bot.id);
    seen.map(|it| Address::membership(&room.key, &it.email))
        .collect()
}

/// The co-hosts of each meeting by the ledger, as not every plan looks at every list.
fn cohosts(scene: &Scene<'_>) -> BTreeMap<Address, Vec<Address>> {
    let mut cohosts: BTreeMap<Address, Vec<Address>> = BTreeMap::new();
    for (address, known) in &scene.known.resources {
        let cohost = known.settled.asked.get(&Field::Cohost) == Some(&Value::Flag(true));
        if let Some(meeting) = parent_of(address).filter(|_| cohost) {
            cohosts.entry(meeting).or_default().push(address.clone());
        }
    }
    cohosts
}
