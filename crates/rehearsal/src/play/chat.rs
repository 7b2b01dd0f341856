//! What operators say of cues: go to the bot, in the organisers' room, and all else in a terminal.

use jiff::{SignedDuration, Timestamp};
use showcaller_clock::Clock as _;
use showcaller_event::Language;
use showcaller_event::model::{Counts, CueKey, Email, RoomKey, Sending};
use showcaller_show::Command;

use super::action::Action;
use super::operator::Order;
use super::{Audience, Happening, Play, buttons};
use crate::dice::Dice;
use crate::error::Error;
use crate::record::Called;
use crate::script::{About, Act, Doing, Place, When};

/// Within this time the bot answers, unless something goes wrong.
const ANSWERS: SignedDuration = SignedDuration::from_secs(2);

/// So often they look for that on a good day: the cues of a large event go first.
const TRIES: usize = 60;

/// A cue is held so long before it is due, and goes so long after.
const HELD: SignedDuration = SignedDuration::from_mins(3);

impl Play<'_> {
    /// One cue that goes by the clock is held, and sent a little later.
    pub(super) fn plan_hold(&mut self, within: &dyn Fn(Timestamp) -> bool) {
        let by_clock = self
            .event
            .cues
            .iter()
            .filter(|it| it.send == Sending::ByClock && it.counts == Counts::Planned);
        let due = by_clock.filter_map(|cue| {
            let all = cue
                .to
                .iter()
                .filter_map(|to| cue.due(to, &self.in_force.schedule));
            let first = all.map(|due| due.timestamp()).min()?;
            within(first).then_some((first, cue))
        });
        let due: Vec<_> = due.collect();
        if let Some((at, cue)) = Dice::of(self.settings.seed, 6).one_of(&due) {
            self.note(*at - HELD, Action::Say(cue.key.clone(), Command::Hold));
            self.note(*at + HELD, Action::Say(cue.key.clone(), Command::Go));
        }
    }

    pub(super) async fn says(
        &mut self,
        cue: CueKey,
        command: Command,
        audience: Audience<'_>,
    ) -> Result<(), Error> {
        let order = Order {
            cue,
            command,
            second: false,
        };
        self.carry_out(order, audience).await
    }

    /// Says something of a cue.
    pub(super) async fn carry_out(
        &mut self,
        order: Order,
        audience: Audience<'_>,
    ) -> Result<(), Error> {
        let in_chat = self.says_in_chat(&order, audience).await;
        let is_in_chat = in_chat.is_some();
        let (ledger, now) = (&self.stage.ledger, self.stage.now());
        let called = match in_chat {
            Some(called) => called,
            None => self.operators.say(ledger, now, order).await?,
        };
        audience(called.at, Happening::Called(&called));
        self.record.calls.push(called);
        if is_in_chat {
            self.waits(audience).await;
        }
        Ok(())
    }

    /// Says go, and agrees to what the bot asks back: the first operator by a word, the second by the button.
    /// `None` if it is to be said elsewhere: where the room was tried before, or does not help on a bad day.
    async fn says_in_chat(&mut self, order: &Order, audience: Audience<'_>) -> Option<Called> {
        let room = self.event.bot.organisers.room.clone()?;
        let id = self.rooms.get(&room)?.clone();
        let mut members = self.event.room(&room)?.members.iter();
        let who = members.find(|it| it.email.as_str() == self.operators.name(order.second))?;
        let (who, cue) = (who.email.clone(), order.cue.clone());
        if order.command != Command::Go || !self.said.insert((cue.clone(), order.second)) {
            return None;
        }
        let called = |at, refused| Called {
            at,
            cue: cue.clone(),
            said: "go".to_owned(),
            refused,
        };
        let (asked, before) = (self.stage.now(), self.seen.bot.get(&id).map_or(0, Vec::len));
        self.writes(&who, &room, format!("go {cue}"), audience)
            .await;
        let is_calm = self.settings.faults.is_empty() && self.settings.crashes == 0;
        let mut preview = None;
        for _ in 0..if is_calm { TRIES } else { 1 } {
            self.waits(audience).await;
            let mut written = self.seen.bot.get(&id).into_iter().flatten().skip(before);
            preview = written.find_map(|it| {
                let yes = buttons(it).into_iter().next()?;
                let is_it = it.to_string().contains(cue.to_string().as_str());
                is_it.then(|| (it["id"].as_str().unwrap_or_default().to_owned(), yes))
            });
            if preview.is_some() {
                break;
            }
        }
        let Some((preview, yes)) = preview else {
            return is_calm.then(|| called(asked, Some("the bot did not ask back".to_owned())));
        };
        let agreed = called(self.stage.now(), None);
        match order.second {
            true => self.press_on(who, preview, yes).await,
            false => self.writes(&who, &room, "yes".to_owned(), audience).await,
        }
        Some(agreed)
    }

    async fn writes(&mut self, who: &Email, room: &RoomKey, words: String, audience: Audience<'_>) {
        let act = Act {
            when: When::At(self.stage.now()),
            who: who.clone(),
            what: Doing::Ask {
                place: Place::Room(room.clone()),
                words,
                language: Language::English,
                about: About::Command,
                beneath: false,
            },
        };
        self.perform(&act, audience).await;
    }

    /// Reads what the bot answers.
    async fn waits(&mut self, audience: Audience<'_>) {
        self.stage.clock.sleep(ANSWERS).await;
        self.read_on(audience);
    }
}
