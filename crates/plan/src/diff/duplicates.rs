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
    let mut twice: Vec<Twice> = teams_like(scene, &taken).into_iter().collect();
    for room in &scene.event.rooms {
        if let Some(own) = scene.rooms[&room.key].thing() {
            twice.extend(rooms_like(scene, room, own, &taken));
            twice.extend(tabs_like(scene, room, own, &taken));
        }
    }
    let strays = strays(scene, &taken);
    let meetings = scene.event.meetings.iter();
    // What is over can be left as it is.
    let meetings = meetings.filter(|meeting| meeting.end.timestamp() > scene.observed.at);
    let meetings = meetings.flat_map(|meeting| meetings_like(scene, meeting, &strays));
    let mut meetings: Vec<Twice> = meetings.collect();
    let count = meetings.len();
    if count > NAMED {
        meetings.truncate(1);
        let first = &mut meetings[0].1;
        *first = format!("{count} meetings are on Webex more than once; the first: {first}");
    }
    for (address, what, remove) in twice.into_iter().chain(meetings) {
        let sentence = format!(
            "{what}. Either Webex showed the other late, when it had been made again, or another ledger \
             has it and people use it. {}",
            only_unused(&address, remove)
        );
        draft.cannot(&address, CannotReason::Twice, sentence);
    }
}

/// What is there twice, how it is said, and what is done to one that may go.
type Twice = (Address, String, &'static str);

/// What may be done about things that are there twice: another ledger may own one.
pub(super) fn only_unused(address: &Address, remove: &str) -> String {
    format!(
        "Ask all who apply this event which one their ledger has (`showcaller ledger show EVENT \
         --address {address}`), and {remove} only what no ledger has."
    )
}

/// This ledger's and the others, if there are any, by the ends of their ids: `…0001, which this ledger has,
/// and …0002`.
fn both<'s>(own: &str, others: impl Iterator<Item = &'s String>) -> Option<String> {
    let end = |id: &str| {
        let from = id.char_indices().rev().nth(7).map_or(0, |(place, _)| place);
        format!("…{}", &id[from..])
    };
    let others: Vec<String> = others.map(|id| end(id)).collect();
    let both = || {
        format!(
            "{}, which this ledger has, and {}",
            end(own),
            others.join(" and ")
        )
    };
    (!others.is_empty()).then(both)
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
fn teams_like(scene: &Scene<'_>, taken: &BTreeSet<String>) -> Option<Twice> {
    let own = scene.team.thing()?;
    let name = &scene.event.webex.team;
    let others = scene.observed.teams.iter().filter(|seen| {
        seen.id != own.id
            && (seen.name.as_ref() == Some(name) || seen.name.is_some() && seen.name == own.name)
            && scene.observed.may_have_made(seen)
            && !taken.contains(&seen.id)
    });
    let both = both(&own.id, others.map(|team| &team.id))?;
    let what = format!("The bot is in more than one team «{name}»: {both}");
    Some((Address::team(), what, "delete"))
}

/// Tabs that the bot pinned in a room and that are called like one of the file's.
fn tabs_like(
    scene: &Scene<'_>,
    room: &Room,
    own: &SeenRoom,
    taken: &BTreeSet<String>,
) -> Vec<Twice> {
    let Some(Look::Seen(seen)) = scene.observed.tabs.get(&own.id) else {
        return Vec::new();
    };
    let bot = Some(&scene.observed.bot.id);
    let twice = room.tabs.iter().filter_map(|tab| {
        let called_so = || seen.iter().filter(|seen| seen.name == tab.name);
        let own = called_so().find(|seen| taken.contains(&seen.id))?;
        let others = called_so().filter(|it| it.creator.as_ref() == bot && !taken.contains(&it.id));
        let both = both(&own.id, others.map(|tab| &tab.id))?;
        let (name, title) = (&tab.name, &room.title);
        let what = format!("«{name}» is pinned more than once in «{title}»: {both}");
        Some((Address::tab(&room.key, name), what, "unpin"))
    });
    twice.collect()
}

/// Rooms that the bot made and that are called like this one, or as it was to be called when it was
/// looked for in vain.
fn rooms_like(
    scene: &Scene<'_>,
    room: &Room,
    own: &SeenRoom,
    taken: &BTreeSet<String>,
) -> Option<Twice> {
    let names = std::iter::once(&room.key).chain(&room.previously);
    let lost = names.filter_map(|key| scene.known.lost.get(&Address::room(key)));
    let lost: Vec<&Value> = lost.filter_map(|asked| asked.get(&Field::Title)).collect();
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
    let others = others.filter_map(|seen| Some((seen.title.as_deref()?, &seen.id)));
    let others = others.skip(usize::from(general_may_be_one(scene)));
    let (called, ids): (BTreeSet<&str>, Vec<&String>) = others.unzip();
    let both = both(&own.id, ids.into_iter())?;
    let called: Vec<&str> = called.into_iter().collect();
    let called = called.join("» and «");
    let what = format!("The team has more rooms «{called}» that the bot made: {both}");
    Some((Address::room(&room.key), what, "archive"))
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
    strays: &BTreeMap<&Email, Vec<&SeenMeeting>>,
) -> Vec<Twice> {
    let Some(own) = scene.meetings[&meeting.key].0.thing() else {
        return Vec::new();
    };
    let names = std::iter::once(&meeting.key).chain(&meeting.previously);
    let tags: BTreeSet<String> = names.map(|key| tag_of(&scene.event.key, key)).collect();
    let hosts = strays.iter().filter_map(|(host, strays)| {
        let others = strays
            .iter()
            .filter(|seen| seen.id != own.id && seen.tags.iter().any(|tag| tags.contains(tag)));
        let both = both(&own.id, others.map(|seen| &seen.id))?;
        let title = &meeting.title;
        let what = format!("«{title}» is scheduled more than once, also at {host}: {both}");
        Some((Address::meeting(&meeting.key), what, "delete"))
    });
    hosts.collect()
}
