//! The play: an event is set up, served and attended, from an empty Webex to the last cue, on a virtual clock.

mod action;
mod chat;
mod happening;
mod operator;
mod person;
mod played;
mod seen;
mod settings;
mod spans;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use showcaller_clock::Clock as _;
use showcaller_engine::InForce;
use showcaller_event::Event;
use showcaller_event::model::{CueKey, CueRecipient, Email, MeetingKey, RoomKey};

use self::action::Action;
pub use self::happening::{Audience, Happening, Recipient};
use self::operator::{Operators, is_said};
use self::person::{Person, buttons};
use self::seen::Seen;
pub use self::settings::Settings;
use crate::deaths::{CrashPoint, Place as DeathPlace};
use crate::dice::Dice;
use crate::error::Error;
use crate::process::Process;
use crate::record::{Asked, Attendance, Attended, Crash, Pressed, Record};
use crate::script::{Act, Doing, Place, Script};
use crate::stage::{Files, Stage};

/// How often the operators look at the board.
const OPERATORS_LOOK: SignedDuration = SignedDuration::from_secs(30);
/// How long what was begun at the end of a day is waited for.
const AFTERWARDS: SignedDuration = SignedDuration::from_mins(5);

struct Play<'a> {
    stage: &'a Stage,
    event: &'a Event,
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
    meetings: BTreeMap<MeetingKey, String>,
    rooms: BTreeMap<RoomKey, String>,
    seen: Seen,
    /// The cues of which a go was said in the organisers' room, and whether by the second of two.
    said: BTreeSet<(CueKey, bool)>,
}

/// Plays an event on a stage.
pub(crate) async fn play(
    stage: &Stage,
    files: &Files,
    settings: &Settings,
    audience: Audience<'_>,
) -> Result<Record, Error> {
    stage.faults(&settings.setup_faults);
    let applied = stage.apply(files).await?;
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
    let script = played::script(event, settings, &in_force.schedule, &spans);
    let mut play = Play {
        operators: Operators::of(event, &stage.ledger),
        dice: Dice::of(settings.seed, 3),
        stage,
        event,
        settings,
        script,
        record: Record::of(applied),
        processes: Vec::new(),
        started: 0,
        agenda: BTreeMap::new(),
        numbered: 0,
        in_force: Arc::new(in_force),
        meetings: BTreeMap::new(),
        rooms: BTreeMap::new(),
        seen: Seen::default(),
        said: BTreeSet::new(),
    };
    play.learn_ids().await?;
    let strikes = play.draw_strikes(&spans);
    for (from, until) in spans {
        play.serve(from, until, &strikes, audience).await?;
    }
    Ok(play.record)
}

impl Play<'_> {
    async fn learn_ids(&mut self) -> Result<(), Error> {
        for record in self.stage.ledger.resources().await? {
            let address = record.address.to_string();
            if let Some(key) = address.strip_prefix("meeting/") {
                self.meetings.insert(MeetingKey::new(key), record.remote_id);
            } else if let Some(key) = address.strip_prefix("room/") {
                self.rooms.insert(RoomKey::new(key), record.remote_id);
            }
        }
        Ok(())
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
        audience: Audience<'_>,
    ) -> Result<(), Error> {
        self.stage.faults(&[]);
        self.stage.clock.sleep_until(from).await;
        for _ in 0..self.settings.replicas.max(1) {
            self.start()?;
        }
        for process in &mut self.processes {
            process.is_ready(self.stage).await;
        }
        audience(self.stage.now(), Happening::Serves);
        self.stage.faults(&self.settings.faults);
        self.plan(from, until, strikes);
        while let Some(((at, _), action)) = self.agenda.pop_first() {
            self.stage.clock.sleep_until(at).await;
            self.read_on(audience);
            self.act(action, until, audience).await?;
        }
        self.stage.clock.sleep_until(until).await;
        self.settle(until, audience).await?;
        for process in std::mem::take(&mut self.processes) {
            process.stop().await;
        }
        self.read_on(audience);
        self.record.served.push((from, self.stage.now()));
        Ok(())
    }

    /// Waits for what is under way, without anything going wrong any more.
    async fn settle(&mut self, until: Timestamp, audience: Audience<'_>) -> Result<(), Error> {
        self.stage.faults(&[]);
        for _ in 0..2 {
            self.stage.clock.sleep(AFTERWARDS).await;
            self.act(Action::Operators, until, audience).await?;
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
        for place in 0..self.script.acts.len() {
            if let Some(at) = self
                .time_of(&self.script.acts[place])
                .filter(|at| within(*at))
            {
                self.note(at, Action::Act(place));
            }
        }
        self.plan_slips(within);
        self.plan_hold(&within);
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
        for meeting in &self.event.meetings {
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
                self.note(at, Action::Slip { meeting, minutes });
            }
        }
    }

    /// When something is done by the schedule in force.
    fn time_of(&self, act: &Act) -> Option<Timestamp> {
        act.when.at(&self.in_force.schedule)
    }

    async fn act(
        &mut self,
        action: Action,
        until: Timestamp,
        audience: Audience<'_>,
    ) -> Result<(), Error> {
        match action {
            Action::Act(place) => {
                let act = self.script.acts[place].clone();
                self.perform(&act, audience).await;
            }
            Action::Operators => self.operators_look(audience).await?,
            Action::Say(cue, command) => self.says(cue, command, audience).await?,
            Action::Slip { meeting, minutes } => {
                self.slip(&meeting, minutes, until, audience).await?;
            }
            Action::Strike(victim) => {
                let calls = usize::try_from(self.dice.below(4)).unwrap_or(0);
                let point = self.dice.one_of(&CrashPoint::ALL).copied();
                if let (Some(process), Some(point)) = (self.processes.get(victim), point) {
                    process.deaths.wait_at(DeathPlace::Call(calls, point));
                }
            }
            Action::Restart(victim) => self.restart(victim, audience)?,
        }
        Ok(())
    }

    fn restart(&mut self, victim: usize, audience: Audience<'_>) -> Result<(), Error> {
        if victim >= self.processes.len() {
            return Ok(());
        }
        let process = self.processes.remove(victim);
        let crash = Crash {
            at: self.stage.now(),
            died_at: process
                .deaths
                .died_at()
                .unwrap_or_else(|| "a kill".to_owned()),
        };
        process.kill(self.stage);
        self.start()?;
        audience(crash.at, Happening::Crashed(&crash));
        self.record.crashes.push(crash);
        Ok(())
    }

    async fn operators_look(&mut self, audience: Audience<'_>) -> Result<(), Error> {
        let now = self.stage.now();
        self.replace_broken(now)?;
        let (stage, seen, rooms) = (self.stage, &self.seen, &self.rooms);
        let arrived = |recipient: &CueRecipient, words: &str| {
            let room = match recipient {
                CueRecipient::Room(room) => rooms.get(room).cloned(),
                CueRecipient::Person(email) => stage.private(email),
            };
            let messages = room.and_then(|room| seen.bot.get(&room));
            messages.is_some_and(|messages| is_said(messages, words, now))
        };
        let ledger = &self.stage.ledger;
        let orders = self.operators.look(ledger, now, &arrived).await?;
        for order in orders {
            self.carry_out(order, audience).await?;
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

    async fn slip(
        &mut self,
        meeting: &MeetingKey,
        minutes: i64,
        until: Timestamp,
        audience: Audience<'_>,
    ) -> Result<(), Error> {
        let Some(meeting) = self.event.meetings.iter().find(|it| it.key == *meeting) else {
            return Ok(());
        };
        let (ledger, now) = (&self.stage.ledger, self.stage.now());
        let slipped = self
            .operators
            .slip(ledger, now, &meeting.day, minutes)
            .await?;
        let Some(slipped) = slipped else {
            return Ok(());
        };
        audience(now, Happening::Slipped(&slipped));
        self.record.slips.push(slipped);
        if let Some(in_force) = InForce::read(ledger).await? {
            self.in_force = Arc::new(in_force);
        }
        // What is still to be done happens at other times now.
        let (acts, rest): (VecDeque<_>, VecDeque<_>) = std::mem::take(&mut self.agenda)
            .into_iter()
            .partition(|(_, action)| matches!(action, Action::Act(_)));
        self.agenda.extend(rest);
        for ((_, number), action) in acts {
            let Action::Act(place) = action else { continue };
            if let Some(at) = self.time_of(&self.script.acts[place]) {
                let at = at.max(now).min(until);
                self.agenda.insert((at, number), Action::Act(place));
            }
        }
        Ok(())
    }

    async fn perform(&mut self, act: &Act, audience: Audience<'_>) {
        match &act.what {
            Doing::Ask {
                place,
                words,
                about,
                beneath,
                ..
            } => {
                let person = Person::new(&self.stage.simulator, act.who.as_str());
                let at = self.stage.now();
                let message = match place {
                    Place::Private => person.asks_in_private(words).await,
                    Place::Room(room) => match self.rooms.get(room) {
                        Some(room) => {
                            let parent = self.seen.thread(room).filter(|_| *beneath);
                            person.asks_in(room, words, parent).await
                        }
                        None => None,
                    },
                };
                let text = |field: &str| {
                    let message = message.as_ref()?;
                    message[field].as_str().map(str::to_owned)
                };
                let asked = Asked {
                    at,
                    who: act.who.clone(),
                    place: place.clone(),
                    words: words.clone(),
                    about: about.clone(),
                    message: text("id"),
                    room: text("roomId"),
                };
                audience(at, Happening::Asked(&asked));
                self.record.questions.push(asked);
            }
            Doing::Press { place, nth } => self.press(act, place, *nth).await,
            Doing::Join { meeting } => self.attend(act, meeting, Attendance::Joined, audience),
            Doing::Host { meeting } => {
                let planned = self
                    .in_force
                    .meetings
                    .get(meeting)
                    .map(|it| it.host.clone());
                let act = Act {
                    who: planned.unwrap_or_else(|| act.who.clone()),
                    ..act.clone()
                };
                self.attend(&act, meeting, Attendance::Joined, audience);
            }
            Doing::Leave { meeting } => self.attend(act, meeting, Attendance::Left, audience),
            Doing::WaitInLobby { meeting } => {
                self.attend(act, meeting, Attendance::WaitsInLobby, audience);
            }
        }
    }

    async fn press(&mut self, act: &Act, place: &Place, nth: usize) {
        let room = match place {
            Place::Room(room) => self.rooms.get(room).cloned(),
            Place::Private => self.stage.private(&act.who),
        };
        let written = room.and_then(|room| self.seen.bot.get(&room));
        let cards = written.into_iter().flatten().rev();
        let found = cards
            .map(|card| (card, buttons(card)))
            .find(|(_, it)| !it.is_empty());
        let Some((card, buttons)) = found else { return };
        let message = card["id"].as_str().unwrap_or_default().to_owned();
        let button = buttons[nth % buttons.len()].clone();
        self.press_on(act.who.clone(), message, button).await;
    }

    async fn press_on(&mut self, who: Email, message: String, button: String) {
        let at = self.stage.now();
        let person = Person::new(&self.stage.simulator, who.as_str());
        let action = person.presses(&message, &button).await;
        let action = action.and_then(|it| it["id"].as_str().map(str::to_owned));
        self.record.presses.push(Pressed {
            at,
            who,
            message,
            button,
            action,
        });
    }

    fn attend(
        &mut self,
        act: &Act,
        meeting: &MeetingKey,
        what: Attendance,
        audience: Audience<'_>,
    ) {
        let (simulator, who) = (&self.stage.simulator, act.who.as_str());
        let done = self.meetings.get(meeting).map(|id| match what {
            Attendance::Joined => simulator.joins(id, who),
            Attendance::WaitsInLobby => simulator.waits_in_lobby(id, who),
            Attendance::Left => simulator.leaves(id, who),
        });
        let attended = Attended {
            at: self.stage.now(),
            who: act.who.clone(),
            meeting: meeting.clone(),
            what,
            refused: match done {
                Some(Ok(_)) => None,
                Some(Err(why)) => Some(why.to_string()),
                None => Some("the meeting is not on Webex".to_owned()),
            },
        };
        audience(attended.at, Happening::Attended(&attended));
        self.record.attendance.push(attended);
    }

    /// Reads what was written meanwhile.
    fn read_on(&mut self, audience: Audience<'_>) {
        let (simulator, rooms) = (&self.stage.simulator, &self.rooms);
        for (message, to) in self.seen.read_on(simulator, rooms) {
            audience(self.stage.now(), Happening::Wrote(message, to));
        }
    }
}
