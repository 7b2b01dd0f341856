//! Names that things had when they were asked for, and those that they have today.

use std::collections::{BTreeMap, BTreeSet};

use showcaller_event::Event;
use showcaller_event::model::Address;
use showcaller_plan::{Known, parent_of};

/// What the file says of names.
pub(super) struct Earlier {
    /// Rooms and meetings that got another name, by the earlier one.
    todays: BTreeMap<Address, Address>,
    /// Every name that the file has, or had, for a team, a room, a meeting or a tab.
    named: BTreeSet<Address>,
}

impl Earlier {
    pub(super) fn of(event: &Event) -> Self {
        let mut todays = BTreeMap::new();
        let mut named = BTreeSet::from([Address::team()]);
        for room in &event.rooms {
            for key in std::iter::once(&room.key).chain(&room.previously) {
                let tabs = room.tabs.iter().map(|tab| Address::tab(key, &tab.name));
                named.extend(tabs.chain([Address::room(key)]));
            }
            let earlier = room.previously.iter().map(Address::room);
            todays.extend(earlier.map(|old| (old, Address::room(&room.key))));
        }
        for meeting in &event.meetings {
            let keys = std::iter::once(&meeting.key).chain(&meeting.previously);
            named.extend(keys.map(Address::meeting));
            let earlier = meeting.previously.iter().map(Address::meeting);
            todays.extend(earlier.map(|old| (old, Address::meeting(&meeting.key))));
        }
        Self { todays, named }
    }

    /// Whether the file has this name for something, or had it.
    pub(super) fn has(&self, address: &Address) -> bool {
        self.named.contains(address)
    }

    /// The name that the file has for a room or a meeting now.
    pub(super) fn named_today<'a>(&'a self, address: &'a Address) -> &'a Address {
        self.todays.get(address).unwrap_or(address)
    }

    /// The name under which the ledger has a thing now, if it has it at all: another one where it, or
    /// what it lies in, was renamed since.
    pub(super) fn today(&self, known: &Known, address: &Address) -> Address {
        let has = |address: &Address| known.resources.contains_key(address);
        if let Some(today) = self.todays.get(address) {
            let renamed = !has(address) && has(today);
            return if renamed { today } else { address }.clone();
        }
        let moved = || {
            let parent = parent_of(address)?;
            let today = self.todays.get(&parent)?;
            (!has(&parent) && has(today)).then(|| moved(address, &parent, today))
        };
        moved().unwrap_or_else(|| address.clone())
    }
}

/// The name of something that lies in a room or a meeting, when that has another name.
pub(super) fn moved(child: &Address, from: &Address, to: &Address) -> Address {
    let key = |parent: &Address| {
        let key = parent.as_str().split_once('/');
        key.map(|(_, key)| key.to_owned()).unwrap_or_default()
    };
    let tail = &child.as_str()[child.kind().len() + 1 + key(from).len()..];
    Address::new(format!("{}/{}{tail}", child.kind(), key(to)))
}
