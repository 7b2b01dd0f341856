//! What is there twice: it showed only after the settle window, when it had been made again.
//!
//! One of the two is the event's, and the ledger knows which. The other one is neither adopted nor
//! taken away: somebody may be in it by now. It is told of until a person has decided.

use std::collections::BTreeSet;

use showcaller_event::model::{Address, Meeting, Room};

use super::{Draft, Scene};
use crate::fields::{Field, Value};
use crate::names::tag_of;
use crate::observed::{Look, SeenMeeting, SeenRoom};
use crate::plan::CannotReason;

pub(super) fn compare(scene: &Scene<'_>, draft: &mut Draft) {
    let taken = taken(scene, draft);
    teams_like(scene, &taken, draft);
    for room in &scene.event.rooms {
        if let Some(own) = scene.rooms[&room.key].thing() {
            rooms_like(scene, room, own, &taken, draft);
            tabs_like(scene, room, own, &taken, draft);
        }
    }
    for meeting in &scene.event.meetings {
        let own = scene.meetings[&meeting.key].0.thing();
        // What is over can be left as it is.
        if let Some(own) = own
            && meeting.end.timestamp() > scene.observed.at
        {
            meetings_like(scene, meeting, own, &taken, draft);
        }
    }
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

/// Teams that are called like the event's, where one was to be made and was looked for in vain.
fn teams_like(scene: &Scene<'_>, taken: &BTreeSet<String>, draft: &mut Draft) {
    let address = Address::team();
    let Some(own) = (scene.team.thing()).filter(|_| scene.known.lost.contains_key(&address)) else {
        return;
    };
    let name = &scene.event.webex.team;
    let twins = scene.observed.teams.iter().filter(|seen| {
        seen.id != own.id
            && (seen.name.as_ref() == Some(name) || seen.name.is_some() && seen.name == own.name)
            && scene.observed.may_have_made(seen)
            && !taken.contains(&seen.id)
    });
    if twins.count() > 0 {
        let sentence = format!(
            "The bot is in another team «{name}»: Webex may have shown it only after it had been made \
             again. The event is in the right one. If nobody uses the other, delete it in the Webex \
             app; else rename it."
        );
        draft.cannot(&address, CannotReason::Twice, sentence);
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
        if !called_so().any(|seen| taken.contains(&seen.id)) {
            continue;
        }
        let twins = called_so().filter(|seen| {
            seen.creator.as_ref() == Some(&scene.observed.bot.id) && !taken.contains(&seen.id)
        });
        if twins.count() > 0 {
            let sentence = format!(
                "«{}» is pinned more than once in «{}»: Webex showed it only after it had been pinned \
                 again. Unpin the others in the Webex app.",
                tab.name, room.title
            );
            let address = Address::tab(&room.key, &tab.name);
            draft.cannot(&address, CannotReason::Twice, sentence);
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
    let twins = scene.observed.rooms.iter().filter(|seen| {
        seen.id != own.id
            && !seen.read_only
            && seen.creator.as_ref() == Some(&scene.observed.bot.id)
            && like(seen)
            && !taken.contains(&seen.id)
    });
    let twins = twins.filter_map(|seen| seen.title.as_deref());
    let twins: Vec<&str> = twins.skip(usize::from(general_may_be_one(scene))).collect();
    let more = match twins.as_slice() {
        [] => return,
        [_] => "another room".to_owned(),
        several => format!("{} more rooms", several.len()),
    };
    let called: BTreeSet<&str> = twins.into_iter().collect();
    let called: Vec<&str> = called.into_iter().collect();
    let sentence = format!(
        "The team has {more} «{}» that the bot made: Webex showed it only after it had been made \
         again. The event's people are in the right one. Join the other from the team's page in \
         the Webex app, and archive it.",
        called.join("» and «")
    );
    draft.cannot(&Address::room(&room.key), CannotReason::Twice, sentence);
}

/// Whether the team's General room, which is of whoever made the team, may be one of the bot's rooms
/// that are called like one of the event: nobody is to be sent to archive that.
fn general_may_be_one(scene: &Scene<'_>) -> bool {
    let maker = scene.team.thing().and_then(|team| team.creator.as_ref());
    !scene.observed.general_told && maker.is_none_or(|maker| *maker == scene.observed.bot.id)
}

/// Meetings that carry this one's tag.
fn meetings_like(
    scene: &Scene<'_>,
    meeting: &Meeting,
    own: &SeenMeeting,
    taken: &BTreeSet<String>,
    draft: &mut Draft,
) {
    let names = std::iter::once(&meeting.key).chain(&meeting.previously);
    let tags: BTreeSet<String> = names.map(|key| tag_of(&scene.event.key, key)).collect();
    for (host, look) in &scene.observed.meetings {
        let twins = look.seen().into_iter().flatten().filter(|seen| {
            seen.id != own.id
                && seen.tags.iter().any(|tag| tags.contains(tag))
                && !taken.contains(&seen.id)
        });
        let more = match twins.count() {
            0 => continue,
            1 => "once more".to_owned(),
            several => format!("{several} more times"),
        };
        let sentence = format!(
            "«{}» is scheduled {more} at {host}: Webex showed that only after it had been made \
             again. The event's own is the one whose link is in the run sheet. Delete the other in \
             the calendar of {host}.",
            meeting.title
        );
        let address = Address::meeting(&meeting.key);
        draft.cannot(&address, CannotReason::Twice, sentence);
    }
}
