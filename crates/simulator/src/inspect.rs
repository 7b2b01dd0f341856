//! Looking at parts of the world without copying all of it.

use serde_json::Value;
use uuid::Uuid;

use crate::ids::{self, Kind};
use crate::simulator::Simulator;
use crate::world::Asking;
use crate::world::messages::{self, Message};

impl Simulator {
    /// The messages that were written since a mark and are still there, oldest first and as
    /// [`world`](Self::world) shows them; and the mark with which to ask for what comes after them.
    /// The mark of the beginning is 0. An edited message is not shown again.
    #[must_use]
    pub fn messages_since(&self, mark: u64) -> (Vec<Value>, u64) {
        let state = self.state();
        let asking = Asking {
            person: Uuid::nil(),
            client: "",
            now: state.time(self.inner.settings.clock.now()),
            switches: &state.switches,
            base: self.inner.settings.base(),
        };
        let messages = state.world.messages.values();
        let mut new: Vec<&Message> = messages.filter(|message| message.seq > mark).collect();
        new.sort_by_key(|message| message.seq);
        let mark = new.last().map_or(mark, |message| message.seq);
        let shown = new
            .into_iter()
            .map(|message| messages::present(&state.world, &asking, message));
        (shown.collect(), mark)
    }

    /// The id of the room in which two people, by their addresses, write to each other alone; `None` if they
    /// never did.
    #[must_use]
    pub fn direct_room(&self, people: [&str; 2]) -> Option<String> {
        let state = self.state();
        let [one, other] = people.map(|email| state.world.by_address(email).map(|it| it.key));
        let room = state.world.direct_room(one?, other?)?;
        Some(ids::spell(Kind::Room, room))
    }
}
