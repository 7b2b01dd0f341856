//! Somebody takes the bot's place in a room from it, and gives it back.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{CueKey, CueRecipient, Email, Room, RoomKey};

use super::Play;
use super::action::{Action, Standing};
use super::chat::goes_as_planned;
use super::operator::{is_said, longest_words};
use super::person::Person;
use crate::cast::BOT;
use crate::record::{Deleted, Lost};
use crate::script::{Doing, Place};

/// How long after the event is served it happens, and how long each lasts.
const BEGINS: SignedDuration = SignedDuration::from_mins(39);
const LASTS: SignedDuration = SignedDuration::from_mins(3);
/// Nothing else happens so long before and after it.
const APART: SignedDuration = SignedDuration::from_mins(1);
/// So long after a cue is due the bot is back that was out when it went: time for two tries that fail.
const BACK: SignedDuration = SignedDuration::from_secs(75);

impl Play<'_> {
    /// On a good first day, in a room that a person moderates beside the bot, and not where the organisers are told of
    /// it. To be planned after all else of the day: it happens only where nothing else does meanwhile.
    pub(super) fn plan_memberships(&mut self, from: Timestamp) {
        if !self.settings.is_calm() || !self.record.served.is_empty() {
            return;
        }
        let rooms = self.event.rooms.iter().map(|it| &it.key);
        let rooms: Vec<&RoomKey> = rooms.filter(|it| self.is_moderated(it)).collect();
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

    /// On a good day, before it moves, the bot is out of a room while a cue goes to that and others: it fails there,
    /// and operators send it again until it arrives. Only where nobody writes there meanwhile.
    pub(super) fn plan_outage(&mut self, until: Timestamp) {
        if !self.settings.is_calm() {
            return;
        }
        let mut all = self.agenda.iter();
        let slip = all.find(|(_, action)| matches!(action, Action::Slip { .. }));
        let moves = slip.map_or(until, |((at, _), _)| *at);
        let mut chances = Vec::new();
        for cue in self.event.cues.iter().filter(|it| goes_as_planned(it)) {
            let due = self.first_due(&cue.key).filter(|_| cue.to.len() > 1);
            let Some(due) = due.filter(|_| self.goes_at_once(&cue.key)) else {
                continue;
            };
            let out = due - APART..due + BACK;
            // Nobody has held it, either.
            let meanwhile = out.start - LASTS..out.end + APART;
            if meanwhile.start < self.stage.now() || moves < meanwhile.end {
                continue;
            }
            let rooms = cue.to.iter().filter_map(|to| room_of(&to.recipient));
            let rooms = rooms.filter(|room| {
                let mut others = self.event.cues.iter().filter(|it| it.key != cue.key);
                let has_another = others.any(|it| {
                    let due = self.first_due(&it.key);
                    let is_there = it.to.iter().any(|to| room_of(&to.recipient) == Some(*room));
                    is_there && due.is_some_and(|due| meanwhile.contains(&due))
                });
                let within = (meanwhile.start, 0)..(meanwhile.end, 0);
                let mut agenda = self.agenda.range(within);
                let is_free = !has_another && self.is_moderated(room);
                is_free && !agenda.any(|(_, it)| self.concerns(it, room))
            });
            chances.extend(rooms.map(|room| (room.clone(), out.clone())));
        }
        if let Some((room, out)) = self.dice.one_of(&chances).cloned() {
            self.note(out.start, Action::Stand(room.clone(), Standing::Removed));
            self.note(out.end, Action::Stand(room, Standing::Moderator));
        }
    }

    /// Whether a room is not the organisers', and a person moderates it beside the bot.
    fn is_moderated(&self, room: &RoomKey) -> bool {
        let is_theirs = self.event.bot.organisers.room.as_ref() == Some(room);
        let moderator = self.event.room(room).and_then(moderator);
        moderator.is_some() && !is_theirs
    }

    /// Whether something is done in a room, or may be in any.
    fn concerns(&self, action: &Action, room: &RoomKey) -> bool {
        match action {
            Action::Act(place) => match &self.script.acts[*place].what {
                Doing::Ask { place, .. } | Doing::Press { place, .. } => {
                    *place == Place::Room(room.clone())
                }
                _ => false,
            },
            Action::Operators => false,
            _ => true,
        }
    }

    /// A moderator deletes what the bot sent of a cue to the first room in which that is found.
    pub(super) async fn delete_by_hand(&mut self, cue: &CueKey) {
        let (event, at) = (self.event, self.stage.now());
        let mut to = event.cue(cue).into_iter().flat_map(|cue| &cue.to);
        let found = to.find_map(|to| {
            let room = room_of(&to.recipient)?;
            let who = moderator(event.room(room)?)?;
            let words = longest_words(event, cue, &to.recipient);
            let mut written = self.seen.bot.get(&self.room_id(room)?)?.iter().rev();
            let message = written.find(|it| is_said(std::slice::from_ref(*it), &words, at))?;
            Some((who, room.clone(), message["id"].as_str()?.to_owned()))
        });
        let Some((who, room, message)) = found else {
            return;
        };
        let person = Person::new(&self.stage.simulator, who.as_str());
        if person.deletes(&message).await.is_some() {
            let cue = cue.clone();
            self.record.deleted.push(Deleted { at, cue, room });
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

fn room_of(recipient: &CueRecipient) -> Option<&RoomKey> {
    match recipient {
        CueRecipient::Room(room) => Some(room),
        CueRecipient::Person(_) => None,
    }
}

fn moderator(room: &Room) -> Option<&Email> {
    let mut members = room.members.iter();
    members.find(|it| it.moderator).map(|it| &it.email)
}
