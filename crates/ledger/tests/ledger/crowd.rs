//! Eight processes that want to send the same messages, and are killed in the middle of it.
//!
//! A process here is one task with a handle and an instance of its own. It is killed within a call
//! to the ledger that the seed names: the call goes on as far as the seed says, and everything that
//! the process was doing is dropped where it is. What is sent is counted outside of the ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;
use showcaller_ledger::{
    Claim, Error, Instance, Ledger, MessageKey, MessageKind, MessageOutcome, Operation,
    OperationId, OperationState,
};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::fixtures::{DELIVERY, Shared, at, delivery, heartbeat, instance, on_both};

const PROCESSES: u64 = 8;
const DEATHS: u32 = 4;

/// Numbers that only look random: <https://prng.di.unimi.it/splitmix64.c>.
struct Random(AtomicU64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed.wrapping_mul(0x2545_f491_4f6c_dd1d)))
    }

    fn below(&self, limit: u64) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }

    fn shuffle<T>(&self, items: &mut [T]) {
        for n in (1..items.len()).rev() {
            items.swap(n, usize::try_from(self.below(n as u64 + 1)).unwrap());
        }
    }
}

/// What happened outside of the ledger.
#[derive(Default)]
struct World {
    sent: BTreeSet<MessageKey>,
    /// The processes that are in the middle of sending.
    sending: BTreeMap<MessageKey, Uuid>,
    /// Those that certainly do nothing any more.
    dead: BTreeSet<Uuid>,
    deaths: usize,
    taken_over: usize,
}

/// One start of a process.
struct Process {
    ledger: Ledger,
    me: Instance,
    world: Arc<Mutex<World>>,
    random: Random,
    calls_left: AtomicI64,
    killed: Notify,
    beats: AtomicI64,
}

impl Process {
    /// Makes a call to the ledger, or dies of it.
    async fn call<T>(&self, call: impl Future<Output = T>) -> T {
        let mut call = pin!(call);
        if self.calls_left.fetch_sub(1, Ordering::Relaxed) == 1 {
            for _ in 0..self.random.below(12) {
                let mut step = pin!(tokio::task::yield_now());
                tokio::select! {
                    biased;
                    _ = &mut call => break,
                    () = &mut step => {}
                }
            }
            self.killed.notify_one();
            std::future::pending::<()>().await;
        }
        call.await
    }

    async fn beat(&self) -> Result<(), Error> {
        let second = self.beats.fetch_add(1, Ordering::Relaxed);
        let beat = heartbeat(&self.me, second);
        self.call(self.ledger.check_in(&beat)).await.map(drop)
    }

    /// Claims messages in an order and in batches of its own, and sends what it wins.
    async fn work(&self, rooms: u32) -> Result<(), Error> {
        self.beat().await?;
        let mut rooms: Vec<u32> = (0..rooms).collect();
        self.random.shuffle(&mut rooms);
        let mut rest = &rooms[..];
        while !rest.is_empty() {
            let size = usize::try_from(self.random.below(96) + 1).unwrap();
            let (batch, later) = rest.split_at(size.min(rest.len()));
            rest = later;
            let messages: Vec<_> = batch.iter().map(|room| delivery(*room)).collect();
            let claims = self.ledger.claim(&messages, &self.me, at(0));
            let claims = self.call(claims).await?;
            let won = messages
                .into_iter()
                .zip(claims)
                .filter_map(|(message, claim)| match claim {
                    Claim::Won(id) => Some((message.key, id)),
                    Claim::Lost => None,
                });
            // A win lets nothing be sent yet: an heir may win what it has already. To start is what counts.
            let won: Vec<_> = won.collect();
            self.send_all(&won).await?;
            if self.random.below(3) == 0 {
                self.beat().await?;
                self.look_after_the_dead().await?;
            }
        }
        Ok(())
    }

    async fn send_all(&self, messages: &[(MessageKey, OperationId)]) -> Result<(), Error> {
        for four in messages.chunks(4) {
            let send = async |n: usize| match four.get(n) {
                Some((key, id)) => self.send(key, *id).await,
                None => Ok(()),
            };
            tokio::try_join!(send(0), send(1), send(2), send(3))?;
        }
        Ok(())
    }

    async fn send(&self, key: &MessageKey, id: OperationId) -> Result<(), Error> {
        loop {
            let started = self.ledger.start(id, &self.me, at(1));
            // Another's by now, if this process was taken for dead.
            let Some(attempt) = self.call(started).await? else {
                return Ok(());
            };
            self.begins(key);
            tokio::task::yield_now().await;
            let reason = "so it is".to_owned();
            let (sends, outcome) = match self.random.below(20) {
                0 => (false, MessageOutcome::NotSent { reason }),
                1 => (false, MessageOutcome::Unclear { reason }),
                2 => (true, MessageOutcome::Unclear { reason }),
                _ => (true, MessageOutcome::Done(json!({}))),
            };
            {
                let mut world = self.world.lock().unwrap();
                assert!(
                    !sends || world.sent.insert(key.clone()),
                    "{key} was sent twice"
                );
                // What it says from here on may be heard by others before it hears the answer.
                world.sending.remove(key);
            }
            let finished = self.ledger.finish_message(attempt, &outcome, at(2));
            let counts = self.call(finished).await?;
            if !(counts && matches!(outcome, MessageOutcome::NotSent { .. })) {
                return Ok(());
            }
        }
    }

    fn begins(&self, key: &MessageKey) {
        let mut world = self.world.lock().unwrap();
        let before = world.sending.insert(key.clone(), self.me.id);
        let alone = before.is_none_or(|before| world.dead.contains(&before));
        assert!(alone, "{key} is being sent by another process");
    }

    /// Takes over what the dead left behind; and, now and then, what belongs to one that is alive
    /// and does not know that it is taken for dead.
    async fn look_after_the_dead(&self) -> Result<(), Error> {
        let claimants = self.ledger.claimants(MessageKind::Delivery);
        for claimant in self.call(claimants).await? {
            let dead = self.world.lock().unwrap().dead.contains(&claimant.instance);
            let mistaken = claimant.instance != self.me.id && self.random.below(40) == 0;
            if !(dead || mistaken) {
                continue;
            }
            let kind = MessageKind::Delivery;
            let taken = self
                .ledger
                .take_over_messages(kind, &claimant, &self.me, at(3));
            // Its last heartbeat may have been on its way.
            let Some(taken) = self.call(taken).await? else {
                continue;
            };
            self.world.lock().unwrap().taken_over += 1;
            let mut to_send = taken.waiting;
            for operation in taken.in_doubt {
                // The evidence says nothing as long as the process may yet send it.
                if dead && self.random.below(2) == 0 && self.settle(&operation).await? {
                    to_send.push(operation);
                }
            }
            let to_send = to_send.into_iter().map(|it| (it.key.unwrap(), it.id));
            self.send_all(&to_send.collect::<Vec<_>>()).await?;
        }
        Ok(())
    }

    /// Settles a message in doubt by what is known outside. Returns whether it is to be sent now.
    async fn settle(&self, operation: &Operation) -> Result<bool, Error> {
        let key = operation.key.as_ref().unwrap();
        let sent = self.world.lock().unwrap().sent.contains(key);
        let reason = "it is not there".to_owned();
        let evidence = match sent {
            true => MessageOutcome::Done(json!({})),
            false => MessageOutcome::NotSent { reason },
        };
        let attempt = operation.attempt();
        let settled = self
            .ledger
            .settle_message(attempt, &evidence, &self.me, at(4));
        Ok(self.call(settled).await? && !sent)
    }
}

/// One process after another, each killed but for the last.
async fn lives(ledger: Ledger, world: Arc<Mutex<World>>, seed: u64, rooms: u32) {
    let random = Random::new(seed);
    let mut deaths = 0;
    loop {
        let calls = match deaths < DEATHS {
            true => i64::try_from(random.below(u64::from(rooms) / 8) + 1).unwrap(),
            false => i64::MAX,
        };
        let process = Process {
            ledger: ledger.clone(),
            me: instance("one of many"),
            world: Arc::clone(&world),
            random: Random::new(random.below(u64::MAX)),
            calls_left: AtomicI64::new(calls),
            killed: Notify::new(),
            beats: AtomicI64::new(0),
        };
        let lived = {
            let mut work = pin!(process.work(rooms));
            tokio::select! {
                worked = &mut work => Some(worked),
                () = process.killed.notified() => None,
            }
        };
        // All that it was doing has been dropped.
        let mut world = world.lock().unwrap();
        world.dead.insert(process.me.id);
        match lived {
            Some(Ok(())) => break,
            // It was taken for dead, and goes on as another.
            Some(Err(Error::NotAlive)) => {}
            Some(Err(error)) => panic!("{error:?}"),
            None => {
                deaths += 1;
                world.deaths += 1;
            }
        }
    }
    ledger.close().await;
}

async fn play(shared: &Shared, seed: u64, rooms: u32) {
    let world = Arc::new(Mutex::new(World::default()));
    let mut lanes = tokio::task::JoinSet::new();
    for lane in 0..PROCESSES {
        let (ledger, world) = (shared.again().await, Arc::clone(&world));
        lanes.spawn(lives(ledger, world, seed * PROCESSES + lane, rooms));
    }
    lanes.join_all().await;

    // One that comes when all are gone.
    let last = Process {
        ledger: shared.ledger.clone(),
        me: instance("the last"),
        world: Arc::clone(&world),
        random: Random::new(seed),
        calls_left: AtomicI64::new(i64::MAX),
        killed: Notify::new(),
        beats: AtomicI64::new(0),
    };
    last.beat().await.unwrap();
    last.look_after_the_dead().await.unwrap();
    assert_eq!(
        shared
            .ledger
            .claimants(MessageKind::Delivery)
            .await
            .unwrap(),
        []
    );

    let counts = shared
        .ledger
        .operation_counts(DELIVERY, None)
        .await
        .unwrap();
    assert_eq!(counts.done + counts.unclear, u64::from(rooms), "{counts:?}");
    let mut done = BTreeSet::new();
    for room in 0..rooms {
        let found = shared.ledger.message(&delivery(room).key).await.unwrap();
        let found = found.expect("it was claimed");
        if found.state == OperationState::Done {
            done.insert(found.key.unwrap());
        }
    }
    let world = world.lock().unwrap();
    assert!(world.sent.is_superset(&done), "what is done was sent");
    assert!(world.deaths > 0 && world.taken_over > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_message_is_sent_by_one_process_though_others_are_killed() {
    let long = std::env::var_os("SHOWCALLER_LONG").is_some();
    let rooms = if long { 10_000 } else { 1_000 };
    on_both(|shared| async move {
        play(&shared, 1, rooms).await;
        shared.ledger.close().await;
    })
    .await;
}
