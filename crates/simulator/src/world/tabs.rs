//! Tabs: addresses pinned in a room (messaging §4).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::fields::Fields;
use super::rooms::Room;
use super::{Asking, World, written};
use crate::ids::{self, Kind};
use crate::refusal::{Refusal, Served};
use crate::switches::{Leave, LockedTabs};

/// A pinned address.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Tab {
    key: Uuid,
    pub(crate) room: Uuid,
    name: String,
    url: String,
    creator: Uuid,
    created: Timestamp,
    pub(crate) seq: u64,
}

/// `POST /room/tabs`.
pub(crate) fn create(world: &mut World, asking: &Asking<'_>, body: &Fields) -> Served {
    let (room, url, name) = read(world, asking, body)?;
    refuse_double(world, asking, room, &url, None)?;
    let key = world.mint("tab", &format!("{room} {url}"));
    let seq = world.next_in_line();
    let tab = Tab {
        key,
        room,
        name,
        url,
        creator: asking.person,
        created: asking.now,
        seq,
    };
    let shown = present(&world.rooms[&room], &tab);
    world.tabs.insert(key, tab);
    Ok(shown)
}

/// `GET /room/tabs?roomId=`.
pub(crate) fn list<'w>(
    world: &'w World,
    asking: &Asking<'_>,
    room: Option<&str>,
) -> Served<(&'w Room, Vec<&'w Tab>)> {
    let room =
        room.ok_or_else(|| Refusal::bad("Required String parameter 'roomId' is not present"))?;
    let room = world.room_to_read(asking, room)?;
    let mut tabs: Vec<&Tab> = world
        .tabs
        .values()
        .filter(|tab| tab.room == room.key && asking.shows(tab.created))
        .collect();
    tabs.sort_by_key(|tab| tab.seq);
    Ok((room, tabs))
}

/// `GET /room/tabs/{id}`.
pub(crate) fn get(world: &World, asking: &Asking<'_>, id: &str) -> Served {
    let tab = find(world, id)?;
    let room = world
        .room_to_read(asking, &tab.room.to_string())
        .map_err(|_| Refusal::not_found())?;
    Ok(present(room, tab))
}

/// `PUT /room/tabs/{id}`.
pub(crate) fn update(world: &mut World, asking: &Asking<'_>, id: &str, body: &Fields) -> Served {
    let (key, home) = find(world, id).map(|tab| (tab.key, tab.room))?;
    let (room, url, name) = read(world, asking, body)?;
    if room != home {
        return Err(Refusal::invalid("A tab cannot move to another room."));
    }
    refuse_double(world, asking, room, &url, Some(key))?;
    let tab = world.tabs.get_mut(&key).ok_or_else(Refusal::not_found)?;
    tab.url = url;
    tab.name = name;
    Ok(present(&world.rooms[&room], tab))
}

/// `DELETE /room/tabs/{id}`.
pub(crate) fn delete(world: &mut World, asking: &Asking<'_>, id: &str) -> Served<()> {
    let tab = find(world, id)?;
    let key = tab.key;
    may_pin(world, asking, &tab.room.to_string())?;
    world.tabs.remove(&key);
    Ok(())
}

fn find<'w>(world: &'w World, id: &str) -> Served<&'w Tab> {
    world
        .tabs
        .get(&ids::read(id)?)
        .ok_or_else(Refusal::not_found)
}

fn may_pin<'w>(world: &'w World, asking: &Asking<'_>, room: &str) -> Served<&'w Room> {
    match asking.switches.locked_tabs {
        LockedTabs::Moderators => world.room_to_change(asking, room),
        LockedTabs::Members => world.room_of_caller(asking, room),
    }
}

fn read(world: &World, asking: &Asking<'_>, body: &Fields) -> Served<(Uuid, String, String)> {
    let needed = |name: &str| -> Served<String> {
        let text = body.filled(name)?;
        text.map(str::to_owned)
            .ok_or_else(|| Refusal::bad(format!("{name} cannot be null")))
    };
    let room = needed("roomId")?;
    let (url, name) = (needed("contentUrl")?, needed("displayName")?);
    if !url::Url::parse(&url).is_ok_and(|url| url.scheme() == "https") {
        return Err(Refusal::invalid("'contentUrl' must be an https address."));
    }
    Ok((may_pin(world, asking, &room)?.key, url, name))
}

fn refuse_double(
    world: &World,
    asking: &Asking<'_>,
    room: Uuid,
    url: &str,
    but: Option<Uuid>,
) -> Served<()> {
    if asking.switches.duplicate_tab == Leave::Allowed {
        return Ok(());
    }
    let double = world
        .tabs
        .values()
        .any(|tab| tab.room == room && tab.url == url && Some(tab.key) != but);
    if double {
        return Err(Refusal::new(409, "The room has a tab with that address."));
    }
    Ok(())
}

pub(crate) fn present(room: &Room, tab: &Tab) -> Value {
    json!({
        "id": ids::spell(Kind::RoomTab, tab.key),
        "roomId": ids::spell(Kind::Room, tab.room),
        "roomType": room.kind(),
        "displayName": tab.name,
        "contentUrl": tab.url,
        "creatorId": ids::spell(Kind::Person, tab.creator),
        "created": written(tab.created),
    })
}
