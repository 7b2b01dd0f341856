//! The simulator: one world behind one lock.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use showcaller_clock::SharedClock;
use showcaller_referee::Referee;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::config::{AccountKind, Config, ConfigError};
use crate::deliveries::{Deliveries, Log, Note};
use crate::faults::{Fault, Faults};
use crate::http::pace::Pace;
use crate::ids;
use crate::journal::{Journal, What};
use crate::keeping::{Changing, replay};
use crate::rate::Rate;
use crate::switches::{Switch, Switches};
use crate::world::fields::is_address;
use crate::world::{Asking, World, snapshot, written};

/// A simulated Webex. Cheap to clone; clones share one world.
#[derive(Clone)]
pub struct Simulator {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) settings: Settings,
    pub(crate) record: Mutex<Option<Box<dyn Write + Send>>>,
    /// Told after each call: it may have closed the port.
    pub(crate) doors: Notify,
    /// Is told of every change before it is made. Locked only while the state is.
    pub(crate) journal: Mutex<Option<Box<dyn Journal>>>,
    pub(crate) deliveries: Deliveries,
    state: Mutex<State>,
}

/// What a simulator was told and never changes.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) clock: SharedClock,
    pub(crate) seed: u64,
    pub(crate) meeting_quota: Option<u32>,
    pub(crate) latency: Option<SignedDuration>,
    pub(crate) strict: Option<Referee>,
    pub(crate) public_url: Option<String>,
}

impl Settings {
    /// The base address where no caller has named one.
    pub(crate) fn base(&self) -> &str {
        self.public_url.as_deref().unwrap_or("http://localhost/v1")
    }
}

/// The world, and what was seen of the traffic. Only the world is saved.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) calls: Vec<CallNote>,
    pub(crate) deliveries: Log,
    pub(crate) findings: Vec<String>,
    pub(crate) tally: Tally,
    pub(crate) pace: Pace,
    pub(crate) switches: Arc<Switches>,
    /// The same as text, where they do not stand by default.
    pub(crate) settings: Vec<String>,
    pub(crate) faults: Faults,
}

impl State {
    /// What time it is for the server when the clock reads `clock`.
    pub(crate) fn time(&self, clock: Timestamp) -> Timestamp {
        clock.checked_add(self.faults.skew()).unwrap_or(clock)
    }

    /// Puts a switch, whose name and position a script has found to exist.
    pub(crate) fn put(&mut self, name: &str, value: &str) {
        let put = Arc::make_mut(&mut self.switches).set(name, value);
        debug_assert!(put.is_ok(), "a script names switches that exist");
        self.settings = self.switches.settings();
    }

    /// Takes note of a call that is over.
    pub(crate) fn note(&mut self, note: CallNote) {
        self.tally.count(note.status);
        self.calls.push(note);
    }
}

/// How many calls were answered since the simulator started.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    /// All of them.
    pub calls: u64,
    /// Those that were refused because they came too fast, or beyond a quota: 429.
    pub limited: u64,
    /// By the status of the answer.
    pub by_status: BTreeMap<u16, u64>,
}

impl Tally {
    pub(crate) fn count(&mut self, status: u16) {
        self.calls += 1;
        self.limited += u64::from(status == 429);
        *self.by_status.entry(status).or_default() += 1;
    }
}

/// One call, without its bodies.
#[derive(Debug, Clone)]
pub(crate) struct CallNote {
    pub(crate) at: Timestamp,
    pub(crate) owner: Option<String>,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    /// Nought for a call that was not even heard.
    pub(crate) status: u16,
    /// What struck it.
    pub(crate) faults: Vec<String>,
}

impl CallNote {
    fn shown(&self) -> Value {
        let mut shown = json!({
            "at": written(self.at),
            "owner": self.owner,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "status": self.status,
        });
        if !self.faults.is_empty() {
            shown["faults"] = json!(self.faults);
        }
        shown
    }
}

impl Simulator {
    /// A new world with the accounts of `config` and nothing else.
    ///
    /// # Errors
    ///
    /// An account's address is none, or a limit is zero.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let world = World::new(&config);
        Self::around(world, config)
    }

    /// A world as [`save`](Self::save) left it, after what its `journal` says, which may be empty.
    /// Then the accounts of `config` are added where they are missing: whoever has one only now was
    /// somebody without one for the calls of the journal. Everything else of `config` is as new.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), or the state is not one of this version, or the journal is none that
    /// goes on from it.
    pub fn load(config: Config, state: Value, journal: &str) -> Result<Self, ConfigError> {
        let mut world: World = serde_json::from_value(state)?;
        replay(&mut world, journal)?;
        Self::around(world, config)
    }

    fn around(mut world: World, config: Config) -> Result<Self, ConfigError> {
        let rate = config.rate;
        refuse_zero(rate)?;
        if config.meeting_quota == Some(0) {
            return Err(ConfigError::Zero("the meeting quota"));
        }
        let start = config.clock.now();
        let faults = Faults::new(config.faults, config.seed, start);
        let now = start.checked_add(faults.skew()).unwrap_or(start);
        for account in &config.accounts {
            if !is_address(&account.email) {
                return Err(ConfigError::Address(account.email.clone()));
            }
            world.open_account(account, now);
        }
        let settings = Settings {
            clock: config.clock,
            seed: config.seed,
            meeting_quota: config.meeting_quota,
            latency: config.latency,
            strict: config.strict.then(Referee::of_webex),
            public_url: config
                .public_url
                .map(|url| url.trim_end_matches('/').to_owned()),
        };
        let state = State {
            world,
            calls: Vec::new(),
            deliveries: Log::default(),
            findings: Vec::new(),
            tally: Tally::default(),
            pace: Pace::new(rate),
            settings: config.switches.settings(),
            switches: Arc::new(config.switches),
            faults,
        };
        Ok(Self::assemble(
            settings,
            state,
            config.record,
            config.network,
        ))
    }

    fn assemble(
        settings: Settings,
        state: State,
        record: Option<Box<dyn Write + Send>>,
        network: bool,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                settings,
                record: Mutex::new(record),
                doors: Notify::new(),
                journal: Mutex::new(None),
                deliveries: Deliveries::new(network),
                state: Mutex::new(state),
            }),
        }
    }

    /// The routes: Webex below `/v1`, the simulator's own below `/_simulator`.
    pub fn router(&self) -> axum::Router {
        crate::http::router(self.clone())
    }

    /// Everything the world holds, as JSON: the arrays `people`, `teams`, `teamMemberships`,
    /// `rooms`, `memberships`, `roomTabs`, `messages`, `webhooks`, `meetings`, `meetingInvitees`,
    /// `meetingParticipants`, `mails`, `calls` (since the simulator started) and `findings` (of the referee). Also what
    /// `GET /_simulator/world` answers.
    #[must_use]
    pub fn world(&self) -> Value {
        let state = self.state();
        let asking = Asking {
            person: Uuid::nil(),
            client: "",
            now: state.time(self.inner.settings.clock.now()),
            switches: &state.switches,
            base: self.inner.settings.base(),
        };
        let mut shown = snapshot::snapshot(&state.world, &asking);
        shown["calls"] = state.calls.iter().map(CallNote::shown).collect();
        shown["findings"] = json!(state.findings);
        shown
    }

    /// What the referee found so far; empty without [`Config::strict`].
    #[must_use]
    pub fn findings(&self) -> Vec<String> {
        self.state().findings.clone()
    }

    /// The deliveries to webhooks since the simulator started, the last 50,000 of them, as `GET /_simulator/deliveries`
    /// shows it.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Value> {
        self.state().deliveries.iter().map(Note::shown).collect()
    }

    /// How many of them have not ended yet.
    #[must_use]
    pub fn deliveries_under_way(&self) -> usize {
        self.state().deliveries.under_way()
    }

    /// How many calls were answered since the simulator started.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.state().calls.len()
    }

    /// The same by status, and how many came too fast.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.state().tally.clone()
    }

    /// How fast one owner may call at present; `None` is no limit.
    #[must_use]
    pub fn rate(&self) -> Option<Rate> {
        self.state().pace.rate()
    }

    /// Another limit from now on, as Webex may change its own at any time. Whoever has calls left
    /// keeps them, as far as the new burst allows.
    ///
    /// # Errors
    ///
    /// A rate or burst of zero would refuse every call.
    pub fn set_rate(&self, rate: Option<Rate>) -> Result<(), ConfigError> {
        refuse_zero(rate)?;
        let mut state = self.state();
        let now = state.time(self.inner.settings.clock.now());
        state.pace.set(rate, now);
        Ok(())
    }

    /// Other faults from now on, counted from now on, in place of those that were. What they have
    /// put out of sight is seen again, a closed port opens; switches stay where they were put.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        let settings = &self.inner.settings;
        self.state().faults = Faults::new(faults, settings.seed, settings.clock.now());
        self.inner.doors.notify_one();
    }

    /// Every fault, as it was written, and how often it has struck.
    #[must_use]
    pub fn faults(&self) -> Vec<(String, u64)> {
        self.state().faults.table()
    }

    /// Makes tokens of this person good again that a fault made die; whether there was one.
    pub fn revive(&self, email: &str) -> bool {
        self.state().faults.revive(email)
    }

    /// What time it is in this Webex: the clock, and how far a fault makes it wrong.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.state().time(self.inner.settings.clock.now())
    }

    /// The clock that latency and late answers are waited for on.
    #[must_use]
    pub fn clock(&self) -> SharedClock {
        Arc::clone(&self.inner.settings.clock)
    }

    /// A token of the person or bot with that address, who gets an account if there is none: a bot
    /// if the address ends in `@webex.bot`. The same address always has the same token. It is got
    /// through the developer portal's client, or for a bot its own; see
    /// [`token_through`](Self::token_through).
    pub fn token_for(&self, email: &str) -> String {
        self.token(email, None)
    }

    /// As [`token_for`](Self::token_for), got through the OAuth application called `client`:
    /// integration tags are private to the client that wrote them (meetings §5).
    pub fn token_through(&self, email: &str, client: &str) -> String {
        self.token(email, Some(client))
    }

    fn token(&self, email: &str, client: Option<&str>) -> String {
        let mut guard = self.state();
        let state = &mut *guard;
        // One who has an account has a key already; one who has none will have this one.
        let person = state.world.key_of(email);
        let bot = email.to_lowercase().ends_with("@webex.bot") || state.world.is_bot(person);
        let client = match (client, bot) {
            (Some(client), _) => client.to_owned(),
            (None, true) => format!("bot {}", email.to_lowercase()),
            (None, false) => "portal".to_owned(),
        };
        let token = self.spell_token(person, &client);
        let what = What::Token {
            email: email.to_owned(),
            token: token.clone(),
        };
        if state.world.tokens.contains_key(&token) {
            return token;
        }
        let switches = Arc::clone(&state.switches);
        let asking = Asking {
            person: Uuid::nil(),
            client: &client,
            now: state.time(self.inner.settings.clock.now()),
            switches: &switches,
            base: self.inner.settings.base(),
        };
        match self.write_down(state, &Changing::by(&asking), &what) {
            Ok(()) => state.world.give_token(&asking, email, &token),
            Err(error) => tracing::error!(%error, "a token could not be kept"),
        }
        token
    }

    fn spell_token(&self, person: Uuid, client: &str) -> String {
        let name = format!("{person} {client}");
        let seed = self.inner.settings.seed;
        let halves = [
            ids::mint(seed, "token", &name, 0),
            ids::mint(seed, "token", &name, 1),
        ];
        format!("{}{}_simulated", halves[0].simple(), halves[1].simple())
    }

    /// What a client needs in its environment to talk to this simulator at `base` (which ends in
    /// `/v1`): the variables and their values. The bot is the first bot, the host the first person
    /// who may schedule meetings; without one, the variable is left out.
    #[must_use]
    pub fn environment(&self, base: &str) -> Vec<(&'static str, String)> {
        let (bot, host) = {
            let state = self.state();
            let of_kind = |test: fn(&crate::world::people::Person) -> bool| {
                let found = state.world.people.values().filter(|person| test(person));
                found
                    .min_by_key(|person| person.seq)
                    .map(|person| person.email.clone())
            };
            (
                of_kind(|person| person.kind == AccountKind::Bot),
                of_kind(|person| person.kind == AccountKind::Person && person.host_site.is_some()),
            )
        };
        let mut lines = vec![("WEBEX_API_URL", base.to_owned())];
        for (name, email) in [("WEBEX_BOT_TOKEN", bot), ("WEBEX_HOST_TOKEN", host)] {
            if let Some(email) = email {
                lines.push((name, self.token_for(&email)));
            }
        }
        lines
    }

    /// Every switch and where it stands.
    #[must_use]
    pub fn switches(&self) -> Vec<Switch> {
        self.state().switches.table()
    }

    /// Grows whenever the world may have changed.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.state().world.revision
    }

    /// A second simulator whose world is a copy of this one's, calls included; from here on they go
    /// separate ways. The copy records nothing, has no network, and delivers only to services that
    /// were registered with it.
    #[must_use]
    pub fn fork(&self) -> Self {
        self.fork_on(self.clock())
    }

    /// As [`fork`](Self::fork), on a clock of its own.
    #[must_use]
    pub fn fork_on(&self, clock: SharedClock) -> Self {
        let settings = Settings {
            clock,
            ..self.inner.settings.clone()
        };
        let mut state = self.state().clone();
        // What is under way here does not arrive there.
        state.deliveries.keep_ended();
        Self::assemble(settings, state, None, false)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // A rule that panicked left its call half done; the next caller shall see that rather
        // than panic as well.
        self.inner
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn refuse_zero(rate: Option<Rate>) -> Result<(), ConfigError> {
    match rate {
        Some(rate) if rate.is_zero() => Err(ConfigError::Zero("the rate and its burst")),
        _ => Ok(()),
    }
}

impl fmt::Debug for Simulator {
    /// Says where it stands, and nothing that is secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator")
            .field("now", &self.now())
            .field("revision", &self.revision())
            .finish_non_exhaustive()
    }
}
