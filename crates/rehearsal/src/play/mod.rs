//! The play: an event is set up, served and attended, from an empty Webex to the last cue, on a virtual clock.

mod action;
mod acts;
mod chat;
mod happening;
mod membership;
mod operator;
mod person;
mod played;
mod proposals;
mod seen;
mod settings;
mod spans;
mod terminal;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use showcaller_clock::Clock as _;
use showcaller_engine::InForce;
use showcaller_event::Event;
use showcaller_event::model::{CueRecipient, MeetingKey, RoomKey};

use self::action::Action;
pub use self::happening::{Audience, Happening, Recipient};
use self::operator::{Operators, Order, is_said};
use self::seen::Seen;
pub use self::settings::Settings;
use crate::deaths::{CrashPoint, Place as DeathPlace};
use crate::dice::Dice;
use crate::error::Error;
use crate::former;
use crate::process::Process;
use crate::record::{Crash, Record, Slipped};
use crate::script::{Script, drill};
use crate::stage::{Files, Stage};

/// How often the operators look at the board.
const OPERATORS_LOOK: SignedDuration = SignedDuration::from_secs(30);
/// How long after the event is served a person is added to a room.
const COMES_LATE: SignedDuration = SignedDuration::from_mins(30);
/// How long after the event is served the files are applied of which a former version was in force.
const REVISES: SignedDuration = SignedDuration::from_mins(1);
/// How long what was begun at the end of a day is waited for.
const AFTERWARDS: SignedDuration = SignedDuration::from_mins(5);

struct Play<'a> {
    stage: &'a Stage,
    audience: Audience<'a>,
    event: &'a Event,
    files: &'a Files,
    /// What is in force until the files are applied once more.
    former: Option<Files>,
    settings: &'a Settings,
    script: Script,
    record: Record,
    operators: Operators,
    dice: Dice,
    processes: Vec<Process>,
    started: usize,
    /// What is to be done, by its time and a number that says in which order.
    agenda: BTreeMap<(Timestamp, usize), Action>,
    numbered: usize,
    in_force: Arc<InForce>,
    seen: Seen,
    /// What was said in the organisers' room, and whether by the second of two.
    said: BTreeSet<(String, bool)>,
}

/// Plays an event on a stage.
pub(crate) async fn play(
    stage: &Stage,
    files: &Files,
    settings: &Settings,
    audience: Audience<'_>,
) -> Result<Record, Error> {
    stage.faults(&settings.setup_faults);
    let former = former::former(files).filter(|_| settings.is_calm());
    let mut applied = stage.apply(former.as_ref().unwrap_or(files)).await?;
    applied.digest.clone_from(&files.digest);
    audience(stage.now(), Happening::Applied(&applied));
    let Some(in_force) = InForce::read(&stage.ledger).await? else {
        return Err(showcaller_engine::Error::NotApplied.into());
    };
    let event = &files.event;
    let seed = settings.seed;
    let mut spans = spans::spans(event, seed);
    if let Some(replay) = &settings.replay {
        spans = spans::with(spans, replay.times().filter(|at| *at > stage.now()));
    }
    let mut script = played::script(event, settings, &in_force.schedule, &spans);
    if settings.is_calm() {
        script.acts.extend(drill::acts(event));
    }
    let mut play = Play {
        operators: Operators::of(event, &stage.ledger),
        dice: Dice::of(settings.seed, 3),
        stage,
        audience,
        event,
        files,
        former,
        settings,
        script,
        record: Record {
            applied,
            ..Record::default()
        },
        processes: Vec::new(),
        started: 0,
        agenda: BTreeMap::new(),
        numbered: 0,
        in_force: Arc::new(in_force),
        seen: Seen::default(),
        said: BTreeSet::new(),
    };
    let strikes = play.draw_strikes(&spans);
    for (from, until) in spans {
        play.serve(from, until, &strikes).await?;
    }
    Ok(play.record)
}

impl Play<'_> {
    /// The id of a room, if it is on Webex.
    fn room_id(&self, room: &RoomKey) -> Option<String> {
        let id = self.in_force.directory.room_id(room);
        id.map(ToString::to_string)
    }

    /// When processes die: in the hours in which most happens.
    fn draw_strikes(&mut self, spans: &[(Timestamp, Timestamp)]) -> Vec<Timestamp> {
        let mut strikes: Vec<Timestamp> = (0..self.settings.crashes)
            .filter_map(|_| {
                let (from, until) = *self.dice.one_of(spans)?;
                let length = until.duration_since(from).as_secs().unsigned_abs();
                let after = self.dice.below(length);
                Some(from + SignedDuration::from_secs(i64::try_from(after).unwrap_or(0)))
            })
            .collect();
        strikes.sort_unstable();
        strikes
    }

    /// Serves the event for a day, and plays what happens in it.
    async fn serve(
        &mut self,
        from: Timestamp,
        until: Timestamp,
        strikes: &[Timestamp],
    ) -> Result<(), Error> {
        self.stage.faults(&[]);
        self.stage.clock.sleep_until(from).await;
        for _ in 0..self.settings.replicas.max(1) {
            self.start()?;
        }
        for process in &mut self.processes {
            process.is_ready(self.stage).await;
        }
        (self.audience)(self.stage.now(), Happening::Serves);
        self.stage.faults(&self.settings.faults);
        self.plan(from, until, strikes);
        while let Some(((at, _), action)) = self.agenda.pop_first() {
            self.stage.clock.sleep_until(at).await;
            self.read_on();
            self.act(action, until).await?;
        }
        self.stage.clock.sleep_until(until).await;
        self.settle(until).await?;
        for process in std::mem::take(&mut self.processes) {
            process.stop().await;
        }
        self.read_on();
        self.record.served.push((from, self.stage.now()));
        Ok(())
    }

    /// Waits for what is under way, without anything going wrong any more.
    async fn settle(&mut self, until: Timestamp) -> Result<(), Error> {
        self.stage.faults(&[]);
        for _ in 0..2 {
            self.stage.clock.sleep(AFTERWARDS).await;
            self.act(Action::Operators, until).await?;
        }
        Ok(())
    }

    fn start(&mut self) -> Result<(), Error> {
        self.started += 1;
        let process = Process::start(self.stage, self.event, self.started)?;
        self.processes.push(process);
        Ok(())
    }

    fn note(&mut self, at: Timestamp, action: Action) {
        self.numbered += 1;
        self.agenda.insert((at, self.numbered), action);
    }

    /// Writes down what is to be done from then until then.
    fn plan(&mut self, from: Timestamp, until: Timestamp, strikes: &[Timestamp]) {
        let within = |at: Timestamp| (from..until).contains(&at);
        for action in (0..self.script.acts.len()).map(Action::Act) {
            if self.time_of(&action).is_some_and(within) {
                self.note_in_time(action);
            }
        }
        self.plan_slips(within);
        self.plan_intervention(within);
        self.plan_lapsed_gos(within);
        self.plan_newcomer(from);
        self.plan_memberships(from);
        self.plan_proposals(from, until);
        self.note(from + REVISES, Action::Revise);
        let mut look = from + OPERATORS_LOOK;
        while look < until {
            self.note(look, Action::Operators);
            look += OPERATORS_LOOK;
        }
        for at in strikes.iter().copied().filter(|at| within(*at)) {
            let victim = usize::try_from(self.dice.below(self.settings.replicas.max(1) as u64));
            let victim = victim.unwrap_or(0);
            self.note(at, Action::Strike(victim));
            let pause = 5 + self.dice.below(55);
            let again = at + SignedDuration::from_secs(i64::try_from(pause).unwrap_or(5));
            self.note(again, Action::Restart(victim));
        }
    }

    /// The longest overrun of each day moves the rest of it: shortly before the meeting was to end.
    fn plan_slips(&mut self, within: impl Fn(Timestamp) -> bool) {
        let mut longest = BTreeMap::new();
        for meeting in self.event.meetings.iter().filter(|it| !it.fixed) {
            let Some(overrun) = self.script.overruns.get(&meeting.key) else {
                continue;
            };
            let minutes = overrun.as_secs().div_euclid(60) + 1;
            let best = longest.entry(meeting.day.clone()).or_insert((0, meeting));
            if minutes > best.0 {
                *best = (minutes, meeting);
            }
        }
        for (minutes, meeting) in longest.into_values() {
            let at = meeting.end.timestamp() - SignedDuration::from_mins(2);
            if within(at) && minutes >= 5 {
                let meeting = meeting.key.clone();
                let twice = self.record.slips.is_empty();
                self.note(
                    at,
                    Action::Slip {
                        meeting,
                        minutes,
                        twice,
                    },
                );
            }
        }
    }

    /// Half an hour after the event is served a person comes late to one of the rooms whose newcomers are welcomed.
    fn plan_newcomer(&mut self, from: Timestamp) {
        let bot = &self.event.bot;
        // Where others read along, organisers are given no host keys.
        let rooms = bot
            .welcome
            .keys()
            .filter(|it| bot.organisers.room.as_ref() != Some(it));
        let rooms: Vec<&RoomKey> = rooms.collect();
        if let Some(room) = self.dice.one_of(&rooms) {
            self.note(from + COMES_LATE, Action::Add((*room).clone()));
        }
    }

    /// When something is done by the schedule in force; `None` for what has a time of its own.
    fn time_of(&self, action: &Action) -> Option<Timestamp> {
        match action {
            Action::Act(place) => self.script.acts[*place].when.at(&self.in_force.schedule),
            Action::Say(Order { cue, .. }, after)
            | Action::Correct(cue, after)
            | Action::Delete(cue, after) => Some(self.first_due(cue)? + *after),
            _ => None,
        }
    }

    fn note_in_time(&mut self, action: Action) {
        if let Some(at) = self.time_of(&action) {
            self.note(at, action);
        }
    }

    async fn act(&mut self, action: Action, until: Timestamp) -> Result<(), Error> {
        match action {
            Action::Act(place) => {
                let act = self.script.acts[place].clone();
                self.perform(&act).await;
            }
            Action::Operators => self.operators_look().await?,
            Action::Say(order, _) => self.carry_out(order, false).await?,
            Action::Correct(cue, _) => self.correct(cue).await?,
            Action::Delete(cue, _) => self.delete_by_hand(&cue).await,
            Action::Revise => {
                self.revise().await?;
                self.replan(until);
                self.plan_outage(until);
            }
            Action::Slip {
                meeting,
                minutes,
                twice,
            } => {
                let undone = self.slip(&meeting, minutes, twice, until).await?;
                if undone {
                    self.slip(&meeting, minutes, false, until).await?;
                }
            }
            Action::Propose(day, is_on) => self.propose(&day, is_on).await?,
            Action::Add(room) => self.add(room).await,
            Action::Stand(room, standing) => self.give_standing(room, standing).await,
            Action::Strike(victim) => {
                let calls = usize::try_from(self.dice.below(4)).unwrap_or(0);
                let point = self.dice.one_of(&CrashPoint::ALL).copied();
                if let (Some(process), Some(point)) = (self.processes.get(victim), point) {
                    process.deaths.wait_at(DeathPlace::Call(calls, point));
                }
            }
            Action::Restart(victim) => self.restart(victim)?,
        }
        Ok(())
    }

    fn restart(&mut self, victim: usize) -> Result<(), Error> {
        if victim >= self.processes.len() {
            return Ok(());
        }
        let process = self.processes.remove(victim);
        let crash = Crash {
            at: self.stage.now(),
        };
        process.kill(self.stage);
        self.start()?;
        (self.audience)(crash.at, Happening::Crashed(&crash));
        self.record.crashes.push(crash);
        Ok(())
    }

    async fn operators_look(&mut self) -> Result<(), Error> {
        let now = self.stage.now();
        self.replace_broken(now)?;
        let (stage, seen, directory) = (self.stage, &self.seen, &self.in_force.directory);
        let arrived = |recipient: &CueRecipient, words: &str| {
            let room = match recipient {
                CueRecipient::Room(room) => directory.room_id(room).map(ToString::to_string),
                CueRecipient::Person(email) => stage.private(email),
            };
            let messages = room.and_then(|room| seen.bot.get(&room));
            messages.is_some_and(|messages| is_said(messages, words, now))
        };
        let ledger = &self.stage.ledger;
        let orders = self.operators.look(ledger, now, &arrived).await?;
        for order in orders {
            self.carry_out(order, true).await?;
        }
        Ok(())
    }

    /// A process that ended by itself is noted, and another one takes its place.
    fn replace_broken(&mut self, now: Timestamp) -> Result<(), Error> {
        for place in 0..self.processes.len() {
            let process = &self.processes[place];
            let Some(why) = process
                .broken()
                .filter(|_| process.deaths.died_at().is_none())
            else {
                continue;
            };
            self.record.broken.push((now, why));
            self.processes.remove(place).kill(self.stage);
            return self.start();
        }
        Ok(())
    }

    /// Moves the rest of a meeting's day; returns whether that was undone.
    async fn slip(
        &mut self,
        meeting: &MeetingKey,
        minutes: i64,
        undo: bool,
        until: Timestamp,
    ) -> Result<bool, Error> {
        let Some(meeting) = self.event.meeting(meeting) else {
            return Ok(false);
        };
        let slipped = self.says_slip(&meeting.day, minutes).await?;
        let Some(slipped) = slipped else {
            return Ok(false);
        };
        self.slipped(slipped.clone());
        let undone = match undo {
            true => self.says_undo(&slipped).await,
            false => None,
        };
        let is_undone = undone.is_some();
        if let Some(undone) = undone {
            self.slipped(undone);
        }
        if let Some(in_force) = InForce::read(&self.stage.ledger).await? {
            self.in_force = Arc::new(in_force);
        }
        self.replan(until);
        Ok(is_undone)
    }

    fn slipped(&mut self, slipped: Slipped) {
        (self.audience)(slipped.at, Happening::Slipped(&slipped));
        self.record.slips.push(slipped);
    }

    /// What is still to be done happens at other times now.
    fn replan(&mut self, until: Timestamp) {
        let now = self.stage.now();
        for ((at, number), action) in std::mem::take(&mut self.agenda) {
            let moved = self.time_of(&action);
            let at = moved.map_or(at, |at| at.max(now).min(until));
            self.agenda.insert((at, number), action);
        }
    }

    /// Reads what was written meanwhile.
    fn read_on(&mut self) {
        let (simulator, directory) = (&self.stage.simulator, &self.in_force.directory);
        for (message, to) in self.seen.read_on(simulator, directory) {
            (self.audience)(self.stage.now(), Happening::Wrote(message, to));
        }
    }
}
