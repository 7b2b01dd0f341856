//! Somebody takes the bot's place in a room from it, and gives it back.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{Email, Room, RoomKey};

use super::Play;
use super::action::{Action, Standing};
use super::person::Person;
use crate::cast::BOT;
use crate::record::Lost;

/// How long after the event is served it happens, and how long each lasts.
const BEGINS: SignedDuration = SignedDuration::from_mins(39);
const LASTS: SignedDuration = SignedDuration::from_mins(3);
/// Nothing else happens so long before and after it.
const APART: SignedDuration = SignedDuration::from_mins(1);

impl Play<'_> {
    /// On a good first day, in a room that a person moderates beside the bot, and not where the organisers are told of
    /// it. To be planned after all else of the day: it happens only where nothing else does meanwhile.
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
        let meanwhile = from + BEGINS - APART..from + BEGINS + LASTS * 4 + APART;
        let cues = self.event.cues.iter();
        let mut due = cues.flat_map(|cue| cue.to.iter().map(move |to| (cue, to)));
        let is_due = due.any(|(cue, to)| {
            let due = cue.due(to, &self.in_force.schedule);
            due.is_some_and(|due| meanwhile.contains(&due.timestamp()))
        });
        if is_due || self.agenda.keys().any(|(at, _)| meanwhile.contains(at)) {
            return;
        }
        let Some(room) = self.dice.one_of(&rooms).copied().cloned() else {
            return;
        };
        let mut at = from + BEGINS;
        for standing in [
            Standing::Demoted,
            Standing::Moderator,
            Standing::Removed,
            Standing::Moderator,
        ] {
            self.note(at, Action::Stand(room.clone(), standing));
            at += LASTS;
        }
    }

    /// A moderator gives the bot this standing in a room.
    pub(super) async fn give_standing(&mut self, room: RoomKey, standing: Standing) {
        let event = self.event;
        let who = event.room(&room).and_then(moderator);
        let (Some(who), Some(id)) = (who, self.room_id(&room)) else {
            return;
        };
        let (at, person) = (
            self.stage.now(),
            Person::new(&self.stage.simulator, who.as_str()),
        );
        let done = match standing {
            Standing::Removed => person.removes(&id, BOT).await,
            Standing::Demoted => person.makes_moderator(&id, BOT, false).await,
            Standing::Moderator => {
                // Only who was removed has to be added.
                person.adds(&id, BOT).await;
                person.makes_moderator(&id, BOT, true).await
            }
        };
        match (standing, done) {
            (Standing::Moderator, None) => {
                let what = format!("return of the bot to {room}");
                let why = "Webex did not take it".to_owned();
                self.record.refused.push((what, why));
            }
            (Standing::Moderator, Some(_)) | (_, None) => {}
            (_, Some(_)) => self.record.lost.push(Lost { at, room }),
        }
    }
}

fn moderator(room: &Room) -> Option<&Email> {
    let mut members = room.members.iter();
    members.find(|it| it.moderator).map(|it| &it.email)
}
