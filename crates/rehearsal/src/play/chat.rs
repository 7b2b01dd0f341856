//! What operators say to the bot in the organisers' room; what cannot be said there, in a terminal.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use showcaller_clock::Clock as _;
use showcaller_event::Language;
use showcaller_event::model::{Counts, Cue, CueKey, DayId, Email, RoomKey, Sending};
use showcaller_show::Command;

use super::Play;
use super::action::Action;
use super::operator::{Order, said};
use super::person::buttons;
use crate::dice::Dice;
use crate::error::Error;
use crate::record::{Called, Only, Slipped};
use crate::script::{About, Act, Doing, Place, When};

/// Within this time the bot answers, unless something goes wrong.
const ANSWERS: SignedDuration = SignedDuration::from_secs(2);

/// So often they look for that on a good day: the cues of a large event go first.
const TRIES: usize = 60;

/// A cue is stopped so long before it is due or recalled so long after, and goes so long after that.
const INTERVENES: SignedDuration = SignedDuration::from_mins(3);
/// One of two people says go at this time after it is due; the go lapses after ten minutes.
const LAPSED_GO: SignedDuration = SignedDuration::from_mins(-14);

/// Whether a cue goes by the clock, as the schedule has it.
pub(super) fn goes_as_planned(cue: &Cue) -> bool {
    cue.send == Sending::ByClock && cue.counts == Counts::Planned
}

impl Play<'_> {
    /// On each day, one of the cues that go by the clock is held, recalled or skipped, in turn, and sent a little
    /// later; or sent once more or corrected, if nothing goes wrong on purpose.
    pub(super) fn plan_intervention(&mut self, within: impl Fn(Timestamp) -> bool) {
        let by_clock = self.event.cues.iter().filter(|it| goes_as_planned(it));
        let due = by_clock.filter(|cue| self.first_due(&cue.key).is_some_and(&within));
        let due: Vec<_> = due.map(|cue| &cue.key).collect();
        let turn = self
            .settings
            .seed
            .wrapping_add(self.record.served.len() as u64);
        let cue = Dice::of(turn, 6).one_of(&due).copied();
        let kinds = if self.settings.is_calm() { 5 } else { 3 };
        let orders = match turn % kinds {
            4 => {
                // Those who are still to get it would get the former words.
                let Some(cue) = cue.filter(|cue| self.goes_at_once(cue)).cloned() else {
                    return;
                };
                self.note_in_time(Action::Delete(cue.clone(), INTERVENES / 2));
                return self.note_in_time(Action::Correct(cue, INTERVENES));
            }
            0 => vec![(Command::Recall, INTERVENES), (Command::Go, INTERVENES * 2)],
            1 => vec![(Command::Hold, -INTERVENES), (Command::Go, INTERVENES)],
            2 => vec![(Command::Skip, -INTERVENES), (Command::Go, INTERVENES)],
            _ => vec![(Command::Again, INTERVENES)],
        };
        // One that goes at several times may be sent once more to those who are still to get it.
        let is_again = matches!(orders[..], [(Command::Again, _)]);
        let is_recall = matches!(orders[..], [(Command::Recall, _), _]);
        if let Some(cue) = cue.filter(|cue| !is_again || self.goes_at_once(cue)) {
            if is_recall && self.settings.is_calm() {
                self.note_in_time(Action::Delete(cue.clone(), INTERVENES / 2));
            }
            for (command, after) in orders {
                let action = Action::Say(Order::first(cue, command), after);
                self.note_in_time(action);
            }
        }
    }

    /// On a good day, one of two people says go so early that it has lapsed when the other one does, and again once
    /// the cue is due: only then it goes.
    pub(super) fn plan_lapsed_gos(&mut self, within: impl Fn(Timestamp) -> bool) {
        let event = self.event;
        for cue in event.cues.iter().filter(|it| it.two_people) {
            let due = self.first_due(&cue.key);
            if self.settings.is_calm() && due.is_some_and(|due| within(due + LAPSED_GO)) {
                for (second, after) in [(true, LAPSED_GO), (false, -INTERVENES)] {
                    let order = Order::first(&cue.key, Command::Go);
                    self.note_in_time(Action::Say(Order { second, ..order }, after));
                }
            }
        }
    }

    /// Whether a cue is due for all of its recipients at the same time.
    pub(super) fn goes_at_once(&self, cue: &CueKey) -> bool {
        let cue = self.event.cue(cue);
        let due = |to| cue?.due(to, &self.in_force.schedule);
        let due = cue.into_iter().flat_map(|cue| &cue.to).map(due);
        let due: BTreeSet<_> = due.map(|due| due.map(|due| due.timestamp())).collect();
        due.len() == 1
    }

    /// When a cue is due for the first of its recipients.
    pub(super) fn first_due(&self, cue: &CueKey) -> Option<Timestamp> {
        let cue = self.event.cue(cue)?;
        let due = |to| cue.due(to, &self.in_force.schedule);
        let all = cue.to.iter().filter_map(due);
        all.map(|due| due.timestamp()).min()
    }

    /// Says something of a cue: in a terminal what differs from room to room, and what did not help in the
    /// organisers' room; on a bad day all but a go that the board `asks` for, and asks for again if the bot does not
    /// hear it.
    pub(super) async fn carry_out(&mut self, order: Order, asks: bool) -> Result<(), Error> {
        let words = format!("{} {}", said(&order.command), order.cue);
        let is_for_chat = match order.command {
            Command::Go => asks || self.settings.is_calm(),
            Command::Hold | Command::Skip | Command::Recall | Command::Retry => {
                self.settings.is_calm()
            }
            Command::Again | Command::Settle { .. } => false,
        };
        let is_for_chat = is_for_chat && self.said.insert((words.clone(), order.second));
        let in_chat = match is_for_chat {
            true => {
                self.says_in_chat(&words, &order.cue.to_string(), order.second)
                    .await
            }
            false => None,
        };
        let (ledger, now) = (&self.stage.ledger, self.stage.now());
        let recalled = (order.command == Command::Recall).then(|| order.cue.clone());
        let mut called = match in_chat {
            Some((at, refused)) => Called {
                at,
                said: said(&order.command),
                cue: order.cue,
                refused,
            },
            None => self.operators.say(ledger, now, order).await?,
        };
        if let Some(cue) = recalled.filter(|_| self.settings.is_calm() && called.refused.is_none())
        {
            called.refused = self.undeleted(&cue).await?;
        }
        self.called(called);
        Ok(())
    }

    /// Moves the rest of a day. Returns when; `None` if nothing moves.
    pub(super) async fn says_slip(
        &mut self,
        day: &DayId,
        minutes: i64,
    ) -> Result<Option<Slipped>, Error> {
        if self.settings.is_calm() {
            let (words, names) = (format!("slip {day} {minutes}m"), minutes.to_string());
            let said = self.says_in_chat(&words, &names, false).await;
            if let Some(said) = said {
                return Ok(self.moved(day, minutes, said));
            }
        }
        let (ledger, now) = (&self.stage.ledger, self.stage.now());
        self.operators.slip(ledger, now, day, minutes).await
    }

    /// Takes back what was just moved in chat.
    pub(super) async fn says_undo(&mut self, slipped: &Slipped) -> Option<Slipped> {
        if !slipped.in_chat {
            return None;
        }
        let undone = self.says_in_chat("undo", "Without slip", false).await?;
        self.moved(&slipped.day, -slipped.minutes, undone)
    }

    /// What was said in chat to move a day, unless it was refused.
    fn moved(
        &mut self,
        day: &DayId,
        minutes: i64,
        (at, refused): (Timestamp, Option<String>),
    ) -> Option<Slipped> {
        if let Some(why) = refused {
            let what = format!("move of {day} by {minutes} min");
            self.record.refused.push((what, why));
            return None;
        }
        Some(Slipped {
            at,
            day: day.clone(),
            minutes,
            in_chat: true,
            only: Only::default(),
            is_undo: minutes < 0,
        })
    }

    /// Says something, and agrees to what the bot asks back, which `names` this: the first operator by a word, the
    /// second by the button. Returns when they agreed, or why they could not; `None` if it is to be said elsewhere:
    /// where there is no such room, or it does not help on a bad day.
    async fn says_in_chat(
        &mut self,
        words: &str,
        names: &str,
        second: bool,
    ) -> Option<(Timestamp, Option<String>)> {
        let room = self.event.bot.organisers.room.clone()?;
        let id = self.room_id(&room)?;
        let mut members = self.event.room(&room)?.members.iter();
        let who = members.find(|it| it.email.as_str() == self.operators.name(second))?;
        let who = who.email.clone();
        let (asked, before) = (self.stage.now(), self.seen.bot.get(&id).map_or(0, Vec::len));
        // People put marks around what they say.
        let marked = match self.record.calls.len() % 2 {
            0 => words.to_owned(),
            _ => format!("!{words}."),
        };
        self.writes(&who, &room, marked).await;
        let is_calm = self.settings.is_calm();
        let mut preview = None;
        for _ in 0..if is_calm { TRIES } else { 1 } {
            self.waits().await;
            let mut written = self.seen.bot.get(&id).into_iter().flatten().skip(before);
            preview = written.find_map(|it| {
                let yes = buttons(it).into_iter().next()?;
                let is_it = it["attachments"].to_string().contains(names);
                is_it.then(|| (it["id"].as_str().unwrap_or_default().to_owned(), yes))
            });
            if preview.is_some() {
                break;
            }
        }
        let Some((preview, yes)) = preview else {
            return is_calm.then(|| (asked, Some("the bot did not ask back".to_owned())));
        };
        let agreed = self.stage.now();
        match second {
            true => self.press_on(who, preview, yes).await,
            false => self.writes(&who, &room, "yes".to_owned()).await,
        }
        self.waits().await;
        Some((agreed, None))
    }

    async fn writes(&mut self, who: &Email, room: &RoomKey, words: String) {
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
        self.perform(&act).await;
    }

    /// Reads what the bot answers.
    async fn waits(&mut self) {
        self.stage.clock.sleep(ANSWERS).await;
        self.read_on();
    }
}
