//! What is there twice: it showed only after the settle window, when it had been made again, or another
//! ledger made it.
//!
//! One of the two is this ledger's. The other one is neither adopted nor taken away: people may be in it,
//! and it may be in use by the other ledger. The plan says so until a person has decided.

use std::collections::{BTreeMap, BTreeSet};

use showcaller_event::Event;
use showcaller_event::model::{Address, Email, Meeting, Room};

use super::{Draft, Scene};
use crate::Wishes;
use crate::fields::{Field, Value};
use crate::known::Known;
use crate::names::tag_of;
use crate::observed::{Look, Observed, SeenMeeting, SeenRoom};
use crate::plan::{Cannot, CannotReason};

/// So many meetings are named one by one.
const NAMED: usize = 3;

/// Of this event's things, what is there twice by these lists: as the plan says it, without a plan.
#[must_use]
pub fn duplicates(event: &Event, known: &Known, observed: &Observed) -> Vec<Cannot> {
    let wishes = Wishes::default();
    let mut draft = Draft::default();
    compare(&Scene::new(event, known, observed, &wishes), &mut draft);
    draft.cannot
}

pub(super) fn compare(scene: &Scene<'_>, draft: &mut Draft) {
    let taken = taken(scene, draft);
    teams_like(scene, &taken, draft);
    for room in &scene.event.rooms {
        if let Some(own) = scene.rooms[&room.key].thing() {
            rooms_like(scene, room, own, &taken, draft);
            tabs_like(scene, room, own, &taken, draft);
        }
    }
    let strays = strays(scene, &taken);
    let meetings = scene.event.meetings.iter().flat_map(|meeting| {
        let own = scene.meetings[&meeting.key].0.thing();
        // What is over can be left as it is.
        let own = own.filter(|_| meeting.end.timestamp() > scene.observed.at);
        own.map(|own| meetings_like(scene, meeting, own, &strays))
            .unwrap_or_default()
    });
    let mut meetings: Vec<(Address, String)> = meetings.collect();
    let count = meetings.len();
    if count > NAMED {
        meetings.truncate(1);
        let (_, first) = &mut meetings[0];
        *first = format!("{count} meetings are on Webex more than once; the first: {first}");
    }
    for (address, what) in meetings {
        is_twice(&address, &what, "delete", draft);
    }
}

/// Says what is there twice, and how to find out which one may go.
fn is_twice(address: &Address, what: &str, remove: &str, draft: &mut Draft) {
    let sentence = format!(
        "{what}. Either Webex showed the other late, when it had been made again, or another ledger has \
         it and people use it. {}",
        only_unused(address, remove)
    );
    draft.cannot(address, CannotReason::Twice, sentence);
}

/// What may be done about things that are there twice: another ledger may own one.
pub(super) fn only_unused(address: &Address, remove: &str) -> String {
    format!(
        "Ask all who apply this event which one their ledger has (`showcaller ledger show EVENT \
         --address {address}`), and {remove} only what no ledger has."
    )
}

/// This ledger's and the others, by the ends of their ids: `…0001, which this ledger has, and …0002`.
fn both<'s>(own: &str, others: impl Iterator<Item = &'s str>) -> String {
    let end = |id: &str| {
        let from = id.char_indices().rev().nth(7).map_or(0, |(place, _)| place);
        format!("…{}", &id[from..])
    };
    let others: Vec<String> = others.map(end).collect();
    let own = end(own);
    format!("{own}, which this ledger has, and {}", others.join(" and "))
}

/// What the ledger has under some name, or is about to have.
fn taken(scene: &Scene<'_>, draft: &Draft) -> BTreeSet<String> {
    let known = scene.known.resources.values();
    let adopted = draft.adoptions.iter();
    known
        .map(|known| known.remote_id.clone())
        .chain(adopted.map(|adoption| adoption.remote_id.clone()))
        .collect()
}

/// Teams that are called like the event's and that the bot or a host made, as far as Webex says who did.
fn teams_like(scene: &Scene<'_>, taken: &BTreeSet<String>, draft: &mut Draft) {
    let address = Address::team();
    let Some(own) = scene.team.thing() else {
        return;
    };
    let name = &scene.event.webex.team;
    let others = scene.observed.teams.iter().filter(|seen| {
        seen.id != own.id
            && (seen.name.as_ref() == Some(name) || seen.name.is_some() && seen.name == own.name)
            && scene.observed.may_have_made(seen)
            && !taken.contains(&seen.id)
    });
    let others: Vec<&str> = others.map(|team| team.id.as_str()).collect();
    if !others.is_empty() {
        let both = both(&own.id, others.into_iter());
        let what = format!("The bot is in more than one team «{name}»: {both}");
        is_twice(&address, &what, "delete", draft);
    }
}

/// Tabs that the bot pinned in a room and that are called like one of the file's.
fn tabs_like(
    scene: &Scene<'_>,
    room: &Room,
    own: &SeenRoom,
    taken: &BTreeSet<String>,
    draft: &mut Draft,
) {
    let tabs = scene.observed.tabs.get(&own.id).and_then(Look::seen);
    for tab in &room.tabs {
        let called_so = || {
            tabs.into_iter()
                .flatten()
                .filter(|seen| seen.name == tab.name)
        };
        let (own, others): (Vec<_>, Vec<_>) =
            called_so().partition(|seen| taken.contains(&seen.id));
        let bot = Some(&scene.observed.bot.id);
        let others = others.iter().filter(|seen| seen.creator.as_ref() == bot);
        let others: Vec<&str> = others.map(|tab| tab.id.as_str()).collect();
        if let (Some(own), false) = (own.first(), others.is_empty()) {
            let both = both(&own.id, others.into_iter());
            let what = format!(
                "«{}» is pinned more than once in «{}»: {both}",
                tab.name, room.title
            );
            is_twice(&Address::tab(&room.key, &tab.name), &what, "unpin", draft);
        }
    }
}

/// Rooms that the bot made and that are called like this one, or as it was to be called when it was
/// looked for in vain.
fn rooms_like(
    scene: &Scene<'_>,
    room: &Room,
    own: &SeenRoom,
    taken: &BTreeSet<String>,
    draft: &mut Draft,
) {
    let names = std::iter::once(&room.key).chain(&room.previously);
    let lost = names.filter_map(|key| scene.known.lost.get(&Address::room(key)));
    let lost = lost.filter_map(|asked| asked.get(&Field::Title));
    let lost: Vec<&Value> = lost.collect();
    let like = |seen: &SeenRoom| {
        let title = seen.title.as_ref();
        title.is_some() && (title == Some(&room.title) || title == own.title.as_ref())
            || (seen.fields.get(&Field::Title)).is_some_and(|title| lost.contains(&title))
    };
    let others = scene.observed.rooms.iter().filter(|seen| {
        seen.id != own.id
            && !seen.read_only
            && seen.creator.as_ref() == Some(&scene.observed.bot.id)
            && like(seen)
            && !taken.contains(&seen.id)
    });
    let others = others.filter_map(|seen| Some((seen.title.as_deref()?, seen.id.as_str())));
    let others: Vec<(&str, &str)> = others
        .skip(usize::from(general_may_be_one(scene)))
        .collect();
    if others.is_empty() {
        return;
    }
    let called: BTreeSet<&str> = others.iter().map(|(title, _)| *title).collect();
    let called: Vec<&str> = called.into_iter().collect();
    let what = format!(
        "The team has more rooms «{}» that the bot made: {}",
        called.join("» and «"),
        both(&own.id, others.iter().map(|(_, id)| *id))
    );
    is_twice(&Address::room(&room.key), &what, "archive", draft);
}

/// Whether the team's General room, which is of whoever made the team, may be one of the bot's rooms
/// that are called like one of the event: nobody is to be sent to archive that.
fn general_may_be_one(scene: &Scene<'_>) -> bool {
    let maker = scene.team.thing().and_then(|team| team.creator.as_ref());
    !scene.observed.general_told && maker.is_none_or(|maker| *maker == scene.observed.bot.id)
}

/// By host, the meetings that bear a tag and are none of the event.
fn strays<'a>(
    scene: &Scene<'a>,
    taken: &BTreeSet<String>,
) -> BTreeMap<&'a Email, Vec<&'a SeenMeeting>> {
    let lists = scene.observed.meetings.iter().map(|(host, look)| {
        let seen = look.seen().into_iter().flatten();
        let strays = seen.filter(|seen| !seen.tags.is_empty() && !taken.contains(&seen.id));
        (host, strays.collect())
    });
    lists.collect()
}

/// Meetings that carry this one's tag, by host.
fn meetings_like(
    scene: &Scene<'_>,
    meeting: &Meeting,
    own: &SeenMeeting,
    strays: &BTreeMap<&Email, Vec<&SeenMeeting>>,
) -> Vec<(Address, String)> {
    let names = std::iter::once(&meeting.key).chain(&meeting.previously);
    let tags: BTreeSet<String> = names.map(|key| tag_of(&scene.event.key, key)).collect();
    let hosts = strays.iter().filter_map(|(host, strays)| {
        let others = strays
            .iter()
            .filter(|seen| seen.id != own.id && seen.tags.iter().any(|tag| tags.contains(tag)));
        let others: Vec<&str> = others.map(|seen| seen.id.as_str()).collect();
        (!others.is_empty()).then(|| {
            let both = both(&own.id, others.into_iter());
            let what = format!(
                "«{}» is scheduled more than once, also at {host}: {both}",
                meeting.title
            );
            (Address::meeting(&meeting.key), what)
        })
    });
    hosts.collect()
}
