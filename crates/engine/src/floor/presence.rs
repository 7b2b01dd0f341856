//! Presence: a process says by a heartbeat that it is alive, and hears which others are.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use showcaller_clock::SharedClock;
use showcaller_ledger::{Error as LedgerError, Heartbeat, Ledger, Need, Share};
use showcaller_webex::{Lane, SendPermit, Webex};

use super::background::Background;
use super::confirmation::{Confirmation, Moment};
use super::lease::TTL as LEASE_TTL;
use super::pace;
use super::permit::Expiring;
use super::process::{TTL, ThisProcess};
use crate::connections::Connections;

/// How often it says that it is.
const BEAT: SignedDuration = SignedDuration::from_secs(10);
/// How often a process with calls to make looks what the others need that share its owners.
const LOOK: SignedDuration = SignedDuration::from_secs(1);

/// A process that counts as alive. It belongs to the process, not to a command, and there is one for
/// each: as long as it is held, each client has its part of what its owner may do, what is learnt of a limit is known to
/// all, and messages may be claimed.
#[derive(Debug)]
pub struct Presence {
    register: Arc<Register>,
    beat: Background,
}

/// What is written and read with each heartbeat.
#[derive(Debug)]
struct Register {
    process: ThisProcess,
    connections: Connections,
    ledger: Ledger,
    confirmation: Confirmation,
    began: Moment,
    /// What each client needs by the last heartbeat that the ledger has, in the order of the
    /// connections.
    confirmed_needs: Mutex<Vec<Need>>,
    /// The needs that the ledger certainly has. Locked while a heartbeat is under way; none while it is, and
    /// after one whose outcome is not known.
    known_needs: tokio::sync::Mutex<Option<Vec<Need>>>,
}

impl Presence {
    /// Registers the process among those that work on this ledger with these connections, from now
    /// on and until [`Presence::end`].
    ///
    /// # Errors
    ///
    /// The ledger fails.
    pub async fn begin(
        process: &ThisProcess,
        connections: Connections,
        ledger: Ledger,
        clock: SharedClock,
    ) -> Result<Self, LedgerError> {
        let began = Moment::now(&*clock);
        let register = Arc::new(Register {
            process: process.clone(),
            connections,
            ledger,
            confirmation: Confirmation::at(Arc::clone(&clock), began),
            began,
            confirmed_needs: Mutex::default(),
            known_needs: tokio::sync::Mutex::default(),
        });
        let needs = register.needs();
        let heartbeat = register.heartbeat(began, &needs, &[]);
        let heard = register.ledger.check_in(&heartbeat).await?;
        let crowded = register.confirmed(needs, &heard.shares, began).await?;
        let beat = keep_beating(Arc::clone(&register), crowded);
        let beat = Background::spawn(&clock, beat);
        Ok(Self { register, beat })
    }

    /// Writes a heartbeat now, and reads which others are there, without waiting for the next one.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NotAlive`] if another process found this one dead, or the ledger fails.
    pub async fn beat(&self) -> Result<(), LedgerError> {
        self.register.beat().await
    }

    /// Whether the ledger confirmed a moment ago that the process counts as alive: it was written then.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.register.confirmation.is_fresh()
    }

    /// Whether another process found this one dead and took its place: it sends nothing more.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.beat.has_ended()
    }

    /// What handles need that send messages of this process: they send only while the ledger counts
    /// it as alive, so that no message is sent that another process has taken over.
    #[must_use]
    pub fn permit(&self) -> Arc<dyn SendPermit> {
        Expiring::of(&self.register)
    }

    /// Leaves its part to the others.
    pub async fn end(self) {
        self.beat.end().await;
        let instance = self.register.process.instance();
        if let Err(error) = self.register.ledger.check_out(instance).await {
            tracing::debug!(%error, "the end of this process could not be noted");
        }
        for (_, webex) in self.register.connections.all() {
            webex.take_part(1.0, None);
            webex.yield_to(None);
        }
    }
}

#[async_trait]
impl SendPermit for Register {
    async fn may_send(&self) -> Result<(), String> {
        while !self.confirmation.is_fresh() {
            self.beat().await.map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}

/// A heartbeat at least every [`BEAT`], at once when a client needs more than before, and soon after its last
/// cue: others keep their calls back until then. Where no other shares an owner, only cues are said at once: no other
/// process reads the rest, and one that begins meanwhile supposes it ([`Register::divide`]).
async fn keep_beating(register: Arc<Register>, mut crowded: bool) {
    let clock = Arc::clone(register.confirmation.clock());
    let mut last_beat = clock.monotonic();
    let mut failed = false;
    loop {
        let confirmed = register.confirmed_needs();
        let busy = confirmed.iter().any(|need| *need > Need::Idle);
        let least = if crowded { Need::Idle } else { Need::Answers };
        let threshold: Vec<Need> = confirmed.iter().map(|need| *need.max(&least)).collect();
        if failed {
            // Also if a client needs more all the while: the ledger gets a pause.
            clock.sleep(LOOK).await;
        } else {
            let pause = if busy && crowded { LOOK } else { BEAT };
            tokio::select! {
                biased;
                () = clock.sleep(pause) => {}
                () = register.needs_more_than(&threshold) => {}
            }
        }
        let needs = register.needs();
        let more = needs.iter().zip(&threshold).any(|(now, then)| now > then);
        let cues_are_over = needs
            .iter()
            .zip(&confirmed)
            .any(|(now, then)| now < then && *then == Need::Cues);
        let now = clock.monotonic();
        let due = now.saturating_sub(last_beat) >= BEAT.unsigned_abs();
        let read = if more || cues_are_over || due {
            let read = register.try_beat().await;
            if read.is_ok() {
                last_beat = now;
            }
            read
        } else {
            register.look().await
        };
        failed = read.is_err();
        match read {
            Ok(others) => crowded = others,
            Err(LedgerError::NotAlive) => {
                tracing::warn!("this process does not count as alive any more: start it again");
                return;
            }
            Err(error) => {
                tracing::warn!(%error, "what other processes do with these tokens is not known");
            }
        }
    }
}

impl Register {
    async fn beat(&self) -> Result<(), LedgerError> {
        self.try_beat().await.map(drop)
    }

    /// Says that the process is alive. Returns whether others share an owner with it.
    async fn try_beat(&self) -> Result<bool, LedgerError> {
        let mut known = self.known_needs.lock().await;
        let asked = Moment::now(&**self.confirmation.clock());
        let needs = self.needs();
        let heartbeat = self.heartbeat(asked, &needs, &known.take().unwrap_or_default());
        let heard = self.ledger.beat(&heartbeat).await?;
        *known = Some(needs.clone());
        self.process.renewed(&heard.renewed, asked);
        self.confirmed(needs, &heard.shares, asked).await
    }

    /// With the needs that are others than those that the ledger has.
    fn heartbeat(&self, asked: Moment, needs: &[Need], known: &[Need]) -> Heartbeat {
        let names = self.connections.all().map(|(owner, _)| owner.to_string());
        let needs = names.zip(needs.iter().copied()).enumerate();
        let news = needs.filter(|(place, (_, need))| known.get(*place) != Some(need));
        Heartbeat {
            instance: self.process.instance().clone(),
            owners: news.map(|(_, owner)| owner).collect(),
            leases: self.process.leases_to_renew(),
            leases_until: asked.wall.checked_add(LEASE_TTL).unwrap_or(Timestamp::MAX),
            at: asked.wall,
            until: asked.wall.checked_add(TTL).unwrap_or(Timestamp::MAX),
        }
    }

    /// The ledger has the heartbeat. Returns whether others share an owner with the process.
    async fn confirmed(
        &self,
        needs: Vec<Need>,
        shares: &[Share],
        asked: Moment,
    ) -> Result<bool, LedgerError> {
        self.confirmation.confirm(asked);
        *self
            .confirmed_needs
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = needs;
        let (crowded, news) = self.divide(shares, asked.wall);
        // With each heartbeat and no more often, so that all processes have an equal say.
        for (owner, per_minute) in news {
            self.ledger
                .note_limit(&owner, per_minute, asked.wall)
                .await?;
        }
        Ok(crowded)
    }

    /// Reads what others need, without saying anything.
    async fn look(&self) -> Result<bool, LedgerError> {
        let now = self.confirmation.clock().now();
        let shares = self.ledger.shares(now).await?;
        let (crowded, _) = self.divide(&shares, now);
        Ok(crowded)
    }

    /// Gives each client its part. Until the others know of this process, they may need more than they said. Returns whether others share an owner with this process, and what
    /// its clients have learnt that others do not know, by owner.
    fn divide(&self, shares: &[Share], now: Timestamp) -> (bool, Vec<(String, f64)>) {
        let mut crowded = false;
        let mut news = Vec::new();
        // By the needs that the ledger counts, whatever they are by now.
        for ((owner, webex), need) in self.connections.all().zip(self.confirmed_needs()) {
            let owner = owner.to_string();
            let Some(share) = shares.iter().find(|share| share.owner == owner) else {
                continue;
            };
            crowded |= share.processes_alive() > 1;
            let part = match now.duration_since(self.began.wall) < BEAT {
                true => pace::part(need, &pace::supposed(need, share)),
                false => pace::part(need, share),
            };
            let whole = part.and_then(|part| webex.take_part(part, pace::heard(share, now)));
            webex.yield_to(part.is_none().then_some(Lane::Cue));
            news.extend(
                whole
                    .filter(|whole| pace::is_news(share, *whole))
                    .map(|whole| (owner, whole)),
            );
        }
        (crowded, news)
    }

    /// What each client needs now, in the order of the connections.
    fn needs(&self) -> Vec<Need> {
        let clients = self.connections.all();
        clients.map(|(_, webex)| need_of(webex)).collect()
    }

    fn confirmed_needs(&self) -> Vec<Need> {
        let needs = self.confirmed_needs.lock();
        needs.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns once a client needs more than it did.
    async fn needs_more_than(&self, confirmed: &[Need]) {
        let rising = self
            .connections
            .all()
            .zip(confirmed)
            .map(|((_, webex), confirmed)| {
                let confirmed = *confirmed;
                Box::pin(async move {
                    let mut busiest = webex.busiest_lane();
                    // The client is held by the connections, so the channel stays open.
                    let _ = busiest.wait_for(|lane| pace::need(*lane) > confirmed).await;
                })
            });
        futures::future::select_all(rising).await;
    }
}

fn need_of(webex: &Webex) -> Need {
    pace::need(*webex.busiest_lane().borrow())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use async_trait::async_trait;
    use bytes::Bytes;
    use http::{Request, Response};
    use showcaller_clock::{Clock as _, ProcessClock, VirtualClock};
    use showcaller_ledger::{LedgerUrl, MessageKind};
    use showcaller_webex::{Settings, Transport, TransportError};

    use super::*;

    /// Never answers.
    struct Stalled;

    #[async_trait]
    impl Transport for Stalled {
        async fn send(&self, _: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
            std::future::pending().await
        }
    }

    /// A process on a ledger, in a world.
    struct Replica {
        clock: ProcessClock,
        connections: Connections,
        presence: Presence,
    }

    impl Replica {
        async fn begins(name: &str, ledger: &Ledger, world: &VirtualClock) -> Self {
            let clock = world.process(SignedDuration::ZERO);
            let shared: SharedClock = Arc::new(clock.clone());
            let settings = Settings::new(
                "http://webex.invalid/v1".parse().expect("an address"),
                "token".into(),
                Arc::new(Stalled),
                Arc::clone(&shared),
            );
            let connections = Connections {
                bot: Webex::new(settings).expect("settings that work"),
                hosts: BTreeMap::new(),
            };
            let process = ThisProcess::without_origin(name);
            let presence = Presence::begin(
                &process,
                connections.clone(),
                ledger.clone(),
                Arc::clone(&shared),
            );
            Self {
                presence: presence.await.expect("a ledger"),
                clock,
                connections,
            }
        }

        fn learnt(&self) -> Option<f64> {
            self.connections.bot.learnt_per_minute().map(f64::round)
        }

        /// Begins a call that does not come back.
        fn calls(&self, lane: Lane) -> tokio::task::JoinHandle<()> {
            let webex = self.connections.bot.on_lane(lane);
            tokio::spawn(async move { drop(webex.me().await) })
        }
    }

    async fn ledger(world: &VirtualClock) -> Ledger {
        let ledger = Ledger::open(&LedgerUrl::memory()).await.expect("a ledger");
        ledger.on_clock(Arc::new(world.clone()))
    }

    fn world() -> VirtualClock {
        VirtualClock::starting_at("2027-10-06T08:00:00Z".parse().expect("a timestamp"))
    }

    async fn alive(ledger: &Ledger, world: &VirtualClock) -> [u64; 4] {
        let shares = ledger.shares(world.now()).await.expect("a ledger");
        shares.iter().fold([0; 4], |sum, share| {
            std::array::from_fn(|need| sum[need] + share.alive[need])
        })
    }

    fn seconds(seconds: i64) -> SignedDuration {
        SignedDuration::from_secs(seconds)
    }

    #[tokio::test]
    async fn a_new_process_reads_what_others_have_learnt_and_one_that_ends_leaves_its_part() {
        let world = world();
        let ledger = ledger(&world).await;
        ledger
            .note_limit("bot", 120.0, world.now())
            .await
            .expect("a ledger");
        let one = Replica::begins("one", &ledger, &world).await;
        assert_eq!(one.learnt(), None, "alone, it finds out by itself");
        let two = Replica::begins("two", &ledger, &world).await;
        assert_eq!(two.learnt(), Some(120.0));
        assert_eq!(alive(&ledger, &world).await, [2, 0, 0, 0]);
        one.presence.end().await;
        assert_eq!(alive(&ledger, &world).await, [1, 0, 0, 0]);
        two.presence.end().await;
        assert_eq!(alive(&ledger, &world).await, [0; 4]);
    }

    #[tokio::test]
    async fn a_process_counts_as_alive_for_as_long_as_its_heart_beats() {
        let world = world();
        let ledger = ledger(&world).await;
        let [one, two] = ["one", "two"];
        let one = Replica::begins(one, &ledger, &world).await;
        let two = Replica::begins(two, &ledger, &world).await;
        world.sleep(SignedDuration::from_hours(8)).await;
        assert_eq!(alive(&ledger, &world).await, [2, 0, 0, 0]);
        one.clock.suspend();
        world.sleep(seconds(31)).await;
        assert_eq!(alive(&ledger, &world).await, [1, 0, 0, 0]);
        one.clock.resume();
        world.sleep(seconds(11)).await;
        assert_eq!(alive(&ledger, &world).await, [2, 0, 0, 0], "it woke up");
        drop((one, two));
        world.sleep(seconds(31)).await;
        assert_eq!(alive(&ledger, &world).await, [0; 4], "they died");
    }

    #[tokio::test]
    async fn others_yield_within_a_second_to_a_process_whose_cues_wait() {
        let world = world();
        let ledger = ledger(&world).await;
        let busy = Replica::begins("applies", &ledger, &world).await;
        let call = busy.calls(Lane::Provisioning);
        let idle = Replica::begins("answers", &ledger, &world).await;
        world.sleep(seconds(11)).await;
        assert_eq!(alive(&ledger, &world).await, [1, 1, 0, 0]);
        let cue = idle.calls(Lane::Cue);
        world.sleep(seconds(1)).await;
        assert_eq!(alive(&ledger, &world).await, [0, 1, 0, 1]);
        cue.abort();
        // Others wait for cues, so it is said soon that they are over.
        world.sleep(seconds(2)).await;
        assert_eq!(alive(&ledger, &world).await, [1, 1, 0, 0]);
        // Everything else is said with the next heartbeat, and not before.
        call.abort();
        world.sleep(seconds(3)).await;
        assert_eq!(alive(&ledger, &world).await, [1, 1, 0, 0]);
        world.sleep(seconds(11)).await;
        assert_eq!(alive(&ledger, &world).await, [2, 0, 0, 0]);
    }

    #[tokio::test]
    async fn a_process_that_was_found_dead_sends_no_message_any_more() {
        let world = world();
        let ledger = ledger(&world).await;
        let one = Replica::begins("one", &ledger, &world).await;
        let permit = one.presence.permit();
        permit.may_send().await.expect("it is alive");
        one.clock.suspend();
        world.sleep(seconds(3_600)).await;
        permit
            .may_send()
            .await
            .expect("no other process took its place");

        world.sleep(seconds(3_600)).await;
        let two = Replica::begins("two", &ledger, &world).await;
        let processes = ledger.processes().await.expect("a ledger");
        let dead = processes.iter().find(|it| it.instance.name == "one");
        let dead = showcaller_ledger::Claimant {
            process: dead.cloned(),
            instance: dead.expect("it is remembered").instance.id,
            waiting: 0,
            sending: 0,
        };
        let by = two.presence.register.process.instance();
        let taken = ledger.take_over_messages(MessageKind::Delivery, &dead, by, world.now());
        assert!(taken.await.expect("a ledger").is_some());
        let refused = permit.may_send().await.expect_err("two took its place");
        assert!(refused.contains("others count it as dead"), "{refused}");
    }
}
