//! What the bot wrote so far, as people see it.

use std::collections::BTreeMap;

use serde_json::Value;
use showcaller_engine::Directory;
use showcaller_simulator::Simulator;
use showcaller_webex::RoomId;

use super::happening::Recipient;
use crate::cast::BOT;

/// What was written so far.
#[derive(Default)]
pub(super) struct Seen {
    mark: u64,
    /// The bot's messages, by room.
    pub(super) bot: BTreeMap<String, Vec<Value>>,
}

impl Seen {
    /// Reads on. Returns what the bot wrote meanwhile, the earliest first, and for whom, as far as that is
    /// known.
    pub(super) fn read_on<'s>(
        &'s mut self,
        simulator: &Simulator,
        directory: &'s Directory,
    ) -> Vec<(&'s Value, Option<Recipient<'s>>)> {
        let (messages, mark) = simulator.messages_since(self.mark);
        self.mark = mark;
        let mut places = Vec::new();
        for message in messages {
            if message["personEmail"] == BOT {
                let room = message["roomId"].as_str().unwrap_or_default().to_owned();
                let written = self.bot.entry(room.clone()).or_default();
                places.push((room, written.len()));
                written.push(message);
            }
        }
        let new = places.iter().filter_map(|(id, place)| {
            let message = self.bot.get(id)?.get(*place)?;
            let room = directory.room(&RoomId::from(&**id));
            let person = || message["toPersonEmail"].as_str().map(Recipient::Person);
            let to = room.map(Recipient::Room).or_else(person);
            Some((message, to))
        });
        new.collect()
    }

    /// The thread of the last answer in a room.
    pub(super) fn thread(&self, room: &str) -> Option<&str> {
        let last = self.bot.get(room)?.last()?;
        last["parentId"].as_str().or_else(|| last["id"].as_str())
    }
}
