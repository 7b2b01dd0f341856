//! Somebody takes the bot's place in a room from it, and gives it back.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{Email, Room, RoomKey};

use super::Play;
use super::action::{Action, Place};
use super::person::Person;
use crate::cast::BOT;
use crate::record::Lost;

/// How long after the event is served it happens, and how long each lasts.
const BEGINS: SignedDuration = SignedDuration::from_mins(36);
const LASTS: SignedDuration = SignedDuration::from_mins(4);

impl Play<'_> {
    /// On a good first day, in a room that a person moderates beside the bot, and not where the organisers are told of
    /// it.
    pub(super) fn plan_memberships(&mut self, from: Timestamp) {
        if !self.settings.is_calm() || !self.record.served.is_empty() {
            return;
        }
        let organisers = self.event.bot.organisers.room.as_ref();
        let is_moderated = |it: &&Room| {
            let is_theirs = organisers == Some(&it.key);
            it.settings.locked && !is_theirs && moderator(it).is_some()
        };
        let rooms: Vec<&RoomKey> = { self.event.rooms.iter().filter(is_moderated) }
            .map(|it| &it.key)
            .collect();
        let Some(room) = self.dice.one_of(&rooms).copied().cloned() else {
            return;
        };
        let mut at = from + BEGINS;
        for place in [
            Place::Demoted,
            Place::Moderator,
            Place::Removed,
            Place::Moderator,
        ] {
            self.note(at, Action::Place(room.clone(), place));
            at += LASTS;
        }
    }

    /// A moderator gives the bot this place in a room.
    pub(super) async fn give_place(&mut self, room: RoomKey, place: Place) {
        let event = self.event;
        let who = event.room(&room).and_then(moderator);
        let (Some(who), Some(id)) = (who, self.room_id(&room)) else {
            return;
        };
        let (at, person) = (
            self.stage.now(),
            Person::new(&self.stage.simulator, who.as_str()),
        );
        let done = match place {
            Place::Removed => person.removes(&id, BOT).await,
            Place::Demoted => person.makes_moderator(&id, BOT, false).await,
            Place::Moderator => {
                // Only who was removed has to be added.
                person.adds(&id, BOT).await;
                person.makes_moderator(&id, BOT, true).await
            }
        };
        if done.is_some() && place != Place::Moderator {
            self.record.lost.push(Lost { at, room });
        }
    }
}

fn moderator(room: &Room) -> Option<&Email> {
    let mut members = room.members.iter();
    members.find(|it| it.moderator).map(|it| &it.email)
}
