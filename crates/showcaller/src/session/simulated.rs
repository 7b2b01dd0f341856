//! The built-in simulator as Webex, in the same process.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use showcaller_clock::{Clock as _, SharedClock, VirtualClock};
use showcaller_engine::Connections;
use showcaller_event::Event;
use showcaller_event::model::Email;
use showcaller_simulator::{Account, Config, Simulator};
use showcaller_webex::{Settings, Transport, TransportError, Webex};
use tokio::sync::Mutex;
use tower::ServiceExt as _;

use super::{EventArgs, stem};
use crate::exit::{Code, Failure};

/// The simulator's bot.
const BOT: &str = "showcaller@webex.bot";
/// How long before its first day an event is set up, unless `--now` says otherwise.
const LEAD: SignedDuration = SignedDuration::from_hours(14 * 24);
/// What the simulator is called in addresses. Nothing listens there.
const BASE: &str = "http://simulator.invalid/v1";

/// A simulated Webex that outlives the command.
pub(super) struct Simulation {
    clock: VirtualClock,
    simulator: Simulator,
    keeper: Arc<Keeper>,
}

/// What is kept between two commands.
#[derive(Serialize, Deserialize)]
struct Kept {
    now: Timestamp,
    world: serde_json::Value,
}

impl Simulation {
    /// The world beside the event, or a new one.
    pub(super) fn open(event: &Event, folder: &Path, args: &EventArgs) -> Result<Self, Failure> {
        let path = folder.join(format!("{}.simulated-world.json", stem(&args.event)));
        let kept = kept(&path)?;
        let start = args.now.unwrap_or_else(|| start(event));
        // Time never runs backwards for a world that has seen some.
        let now = kept.as_ref().map_or(start, |kept| {
            if args.now.is_some() {
                start
            } else {
                kept.now.max(start)
            }
        });
        let clock = VirtualClock::starting_at(now);
        let config = config(event, clock.clone());
        let simulator = match kept {
            Some(kept) => Simulator::load(config, kept.world),
            None => Simulator::new(config),
        };
        let simulator = simulator.map_err(|error| {
            Failure::new(
                Code::Failed,
                format!("the simulated world cannot be used: {error}"),
            )
            .hint(format!(
                "delete {} and its ledger to begin anew",
                path.display()
            ))
        })?;
        let keeper = Arc::new(Keeper {
            path,
            simulator: simulator.clone(),
            clock: clock.clone(),
            saved: Mutex::new(simulator.revision()),
        });
        Ok(Self {
            clock,
            simulator,
            keeper,
        })
    }

    pub(super) fn clock(&self) -> SharedClock {
        Arc::new(self.clock.clone())
    }

    /// The bot and every host, with tokens that the simulator makes.
    pub(super) fn connections(&self, event: &Event) -> Result<Connections, Failure> {
        let transport: Arc<dyn Transport> = Arc::new(InProcess {
            router: self.simulator.router(),
            keeper: Arc::clone(&self.keeper),
        });
        let client = |owner: &str, email: &str| {
            let token = SecretString::from(self.simulator.token_for(email));
            let base = BASE.parse().expect("a fixed address");
            let mut settings = Settings::new(base, token, Arc::clone(&transport), self.clock());
            settings.owner = owner.to_owned();
            Webex::new(settings).map_err(|error| Failure::new(Code::Failed, error))
        };
        let bot = client("bot", BOT)?;
        let hosts = event.webex.hosts.iter().map(|host| {
            Ok((
                host.email.clone(),
                client(host.email.as_str(), host.email.as_str())?,
            ))
        });
        Ok(Connections {
            bot,
            hosts: hosts.collect::<Result<_, Failure>>()?,
        })
    }

    pub(super) async fn save(&self) -> Result<(), Failure> {
        self.keeper.keep().await.map_err(|error| {
            Failure::new(
                Code::Failed,
                format!(
                    "the simulated world cannot be saved in {}: {error}",
                    self.keeper.path.display()
                ),
            )
        })
    }
}

/// Two weeks before the first day, at nine in the morning there.
fn start(event: &Event) -> Timestamp {
    let zone = jiff::tz::TimeZone::get(&event.timezone).unwrap_or(jiff::tz::TimeZone::UTC);
    let first = event.days.iter().map(|day| day.date).min();
    let nine = first.and_then(|date| date.at(9, 0, 0, 0).to_zoned(zone).ok());
    nine.map_or(Timestamp::UNIX_EPOCH, |nine| nine.timestamp())
        .checked_sub(LEAD)
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

fn kept(path: &Path) -> Result<Option<Kept>, Failure> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(Failure::new(
                Code::Failed,
                format!("{} cannot be read: {error}", path.display()),
            ));
        }
    };
    serde_json::from_slice(&text).map(Some).map_err(|error| {
        Failure::new(
            Code::Failed,
            format!("{} is no simulated world: {error}", path.display()),
        )
        .hint("delete it, and the simulated ledger beside it, to begin anew")
    })
}

/// Who has an account in the simulated organisation: staff do, and whoever hosts or co-hosts has a
/// host account; other people are new to Webex, as they most often are.
fn config(event: &Event, clock: VirtualClock) -> Config {
    let hosts: BTreeSet<&Email> = event.webex.hosts.iter().map(|host| &host.email).collect();
    let cohosts = event.meetings.iter().flat_map(|meeting| &meeting.invitees);
    let cohosts: BTreeSet<&Email> = cohosts.filter(|i| i.cohost).map(|i| &i.email).collect();
    let staff = event.webex.members.iter().map(|member| &member.email);
    let names: BTreeMap<&Email, &str> = event
        .people
        .iter()
        .map(|person| (&person.email, person.name.as_str()))
        .collect();
    let known: BTreeSet<&Email> = staff
        .chain(hosts.iter().copied())
        .chain(cohosts.iter().copied())
        .collect();
    let accounts = known.into_iter().map(|email| {
        let name = names.get(email).copied().unwrap_or(email.as_str());
        if hosts.contains(email) || cohosts.contains(email) {
            Account::host(email.as_str(), name)
        } else {
            Account::person(email.as_str(), name)
        }
    });
    Config {
        clock: Arc::new(clock),
        accounts: std::iter::once(Account::bot(BOT, "Showcaller"))
            .chain(accounts)
            .collect(),
        ..Config::default()
    }
}

/// Keeps the world on disk: always at least as new as any answer that was given, so that a command
/// that is killed leaves no ledger that knows more than the world does.
struct Keeper {
    path: PathBuf,
    simulator: Simulator,
    clock: VirtualClock,
    saved: Mutex<u64>,
}

impl Keeper {
    async fn keep(&self) -> std::io::Result<()> {
        // Answers that wait here together are covered by one write.
        let mut saved = self.saved.lock().await;
        let Some((revision, world)) = self.simulator.save_if_changed(*saved) else {
            return Ok(());
        };
        let kept = Kept {
            now: self.clock.now(),
            world,
        };
        let new = self.path.with_extension("new");
        let mut file = std::fs::File::create(&new)?;
        file.write_all(&serde_json::to_vec(&kept)?)?;
        drop(file);
        std::fs::rename(&new, &self.path)?;
        *saved = revision;
        Ok(())
    }
}

/// Carries requests to the simulator's router, without a socket.
struct InProcess {
    router: axum::Router,
    keeper: Arc<Keeper>,
}

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let reads = request.method() == http::Method::GET;
        let answer = match self.router.clone().oneshot(request.map(Body::from)).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let (head, body) = answer.into_parts();
        let body = body.collect().await;
        let body = body
            .map_err(|error| TransportError::Lost(error.to_string()))?
            .to_bytes();
        if !reads {
            // Let the other calls in flight be answered first, so that one write serves them all.
            tokio::task::yield_now().await;
            self.keeper
                .keep()
                .await
                .map_err(|error| TransportError::Lost(error.to_string()))?;
        }
        Ok(Response::from_parts(head, body))
    }
}
