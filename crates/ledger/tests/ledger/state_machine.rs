//! Random sequences of what may be done to operations of both kinds, beside a model that is a plain
//! list; and whatever is done to one kind changes no answer about the other.

mod model;

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;
use showcaller_ledger::{
    Attempt, Claim, Claimant, Error, Instance, Ledger, MessageKind, Operation, OperationCounts,
    OperationId, OperationKind, OperationState, Process,
};

use self::model::{ADDRESSES, ARROWS, Act, KEYS, Life, Message, Model, PROCESSES};
use self::model::{act, key, message, outcome};
use crate::fixtures::{PROVISION, Schema, at, heartbeat, in_memory, instance, operation};
use OperationState::{Done, Failed, Sending, Unclear, Waiting};

/// A ledger, its model, and what was handed out so far.
struct Story {
    ledger: Ledger,
    model: Model,
    processes: [Instance; PROCESSES],
    ids: BTreeMap<usize, OperationId>,
    attempts: Vec<(usize, i64, Attempt)>,
    /// What was last read of each process, and the heartbeat it then had.
    seen: [(Option<Process>, Life); PROCESSES],
    beats: i64,
    /// The second at which every lease so far has run out.
    leases: i64,
}

impl Story {
    fn new(ledger: Ledger) -> Self {
        let nothing = (None, Life::Unknown);
        Self {
            ledger,
            model: Model {
                steps: BTreeMap::new(),
                lives: [Life::Unknown; PROCESSES],
                messages: BTreeMap::new(),
            },
            processes: ["one", "two", "three", "four"].map(instance),
            ids: BTreeMap::new(),
            attempts: Vec::new(),
            seen: std::array::from_fn(|_| nothing.clone()),
            beats: 0,
            leases: 0,
        }
    }

    async fn step(&mut self, act: Act) -> Result<(), TestCaseError> {
        match act {
            Act::Begin(address) => {
                let begun = self.ledger.begin(&operation(ADDRESSES[address])).await;
                prop_assert_eq!(begun.is_ok(), !self.model.open(address));
                if let Ok(id) = begun {
                    self.model.steps.insert(id, (address, Sending));
                }
            }
            Act::End(which, to) => self.end(which, to, false).await?,
            Act::NotFound(which) => self.end(which, Failed, true).await?,
            Act::CheckIn(process) => {
                self.beats += 1;
                let beat = heartbeat(&self.processes[process], self.beats);
                let dead = self.model.lives[process] == Life::Dead;
                let alive = self.ledger.check_in(&beat).await;
                prop_assert_eq!(matches!(alive, Err(Error::NotAlive)), dead);
                prop_assert_eq!(alive.is_ok(), !dead);
                if !dead {
                    self.model.lives[process] = Life::Alive { beat: self.beats };
                }
            }
            Act::CheckOut(process) => {
                let process = (&self.processes[process], &mut self.model.lives[process]);
                self.ledger.check_out(process.0).await.unwrap();
                // That it was found dead is never forgotten.
                if *process.1 != Life::Dead {
                    *process.1 = Life::Unknown;
                }
            }
            Act::Look(process) => {
                let known = self.ledger.processes().await.unwrap();
                let mut known = known.into_iter();
                let found = known.find(|it| it.instance == self.processes[process]);
                self.seen[process] = (found, self.model.lives[process]);
            }
            Act::Claim(by, keys) => self.claim(by, &keys).await?,
            Act::Start(by, number) => self.start(by, number).await?,
            Act::Finish(which, to) => self.finish(which, to).await?,
            Act::Settle(by, which, to) => self.settle(by, which, to).await?,
            Act::TakeOver(dead, by, kind) => self.take_over(dead, by, kind).await?,
            Act::Adopt(by, kind) => self.adopt(by, kind).await?,
            Act::Withdraw(number) => self.withdraw(number).await?,
            Act::Reopen(by, which) => self.reopen(by, which).await?,
        }
        Ok(())
    }

    async fn end(
        &mut self,
        which: usize,
        to: OperationState,
        not_found: bool,
    ) -> Result<(), TestCaseError> {
        let Some((id, (_, state))) = self.model.steps.iter_mut().nth(which) else {
            return Ok(());
        };
        let ended = match to {
            _ if not_found => self.ledger.not_found(*id, at(1)).await,
            Done => self.ledger.done(*id, &json!({}), at(1)).await,
            Failed => self.ledger.failed(*id, "no", None, at(1)).await,
            _ => self.ledger.unclear(*id, "no answer", at(1)).await,
        };
        let allowed = ARROWS.contains(&(*state, to));
        prop_assert_eq!(ended.is_ok(), allowed);
        if allowed {
            *state = to;
        }
        Ok(())
    }

    async fn claim(&mut self, by: usize, keys: &[usize]) -> Result<(), TestCaseError> {
        let messages: Vec<_> = keys.iter().map(|number| message(*number)).collect();
        let claims = self.ledger.claim(&messages, &self.processes[by], at(1));
        let claims = match claims.await {
            Ok(claims) => claims,
            Err(error) => {
                prop_assert!(matches!(error, Error::NotAlive) && !self.model.alive(by));
                return Ok(());
            }
        };
        prop_assert!(self.model.alive(by));
        prop_assert_eq!(claims.len(), keys.len());
        for (place, (number, claim)) in keys.iter().zip(claims).enumerate() {
            // New, or the process's own and still waiting; once in each claim.
            let known = self.model.messages.get(number);
            let ours = known.is_none_or(|it| it.owner == by && it.state == Waiting);
            let first = !keys[..place].contains(number);
            prop_assert_eq!(matches!(claim, Claim::Won(_)), ours && first);
            if let Claim::Won(id) = claim {
                if let Some(known) = self.ids.insert(*number, id) {
                    prop_assert_eq!(known, id);
                    continue;
                }
                let message = Message {
                    owner: by,
                    state: Waiting,
                    attempts: 0,
                };
                self.model.messages.insert(*number, message);
            }
        }
        Ok(())
    }

    async fn start(&mut self, by: usize, number: usize) -> Result<(), TestCaseError> {
        let Some(id) = self.ids.get(&number) else {
            return Ok(());
        };
        let owner = self.model.messages[&number].owner;
        let by = if by < PROCESSES { by } else { owner };
        let started = self.ledger.start(*id, &self.processes[by], at(1)).await;
        let alive = self.model.alive(by);
        prop_assert_eq!(matches!(started, Err(Error::NotAlive)), !alive);
        let Some(message) = self.model.messages.get_mut(&number).filter(|_| alive) else {
            return Ok(());
        };
        let started = started.unwrap();
        prop_assert_eq!(
            started.is_some(),
            message.state == Waiting && message.owner == by
        );
        if let Some(attempt) = started {
            message.state = Sending;
            message.attempts += 1;
            self.attempts.push((number, message.attempts, attempt));
        }
        Ok(())
    }

    async fn finish(&mut self, which: usize, to: OperationState) -> Result<(), TestCaseError> {
        let mut latest_first = self.attempts.iter().rev();
        let Some((number, attempt_number, attempt)) = latest_first.nth(which) else {
            return Ok(());
        };
        let known = outcome(to);
        let counts = self.ledger.finish_message(*attempt, &known, at(1));
        let counts = counts.await.unwrap();
        let message = self.model.messages.get_mut(number).unwrap();
        let latest = message.attempts == *attempt_number;
        // That it was sent counts though it was thought not to have been.
        let late = (message.state, to) == (Waiting, Done);
        let allowed = ARROWS.contains(&(message.state, to)) || late;
        prop_assert_eq!(counts, latest && allowed);
        if counts {
            message.state = to;
        }
        Ok(())
    }

    async fn settle(
        &mut self,
        by: usize,
        which: usize,
        to: OperationState,
    ) -> Result<(), TestCaseError> {
        let mut latest_first = self.attempts.iter().rev();
        let Some((number, attempt_number, attempt)) = latest_first.nth(which) else {
            return Ok(());
        };
        let (known, process) = (outcome(to), &self.processes[by]);
        let settled = self.ledger.settle_message(*attempt, &known, process, at(1));
        let settled = settled.await.unwrap();
        let message = self.model.messages.get_mut(number).unwrap();
        let latest = message.attempts == *attempt_number;
        prop_assert_eq!(settled, latest && message.state == Unclear);
        if settled {
            message.state = to;
            message.owner = by;
        }
        Ok(())
    }

    async fn take_over(
        &mut self,
        dead: usize,
        by: usize,
        kind: MessageKind,
    ) -> Result<(), TestCaseError> {
        let (process, life) = self.seen[dead].clone();
        let claimant = Claimant {
            process,
            instance: self.processes[dead].id,
            waiting: 0,
            sending: 0,
        };
        let heir = &self.processes[by];
        let taken = self.ledger.take_over_messages(kind, &claimant, heir, at(1));
        let taken = taken.await;
        // Alive, unless its last heartbeat is the one that was seen.
        let now = self.model.lives[dead];
        if matches!(now, Life::Alive { .. }) && now != life {
            prop_assert_eq!(taken.unwrap(), None);
            return Ok(());
        }
        let heir_lives = self.model.alive(by) && by != dead;
        if !heir_lives {
            prop_assert!(matches!(taken, Err(Error::NotAlive)), "nothing is moved");
            return Ok(());
        }
        if now != Life::Unknown {
            self.model.lives[dead] = Life::Dead;
        }
        let taken = taken.unwrap().unwrap();
        let keys = |operations: Vec<Operation>| {
            let mut keys: Vec<_> = operations.into_iter().map(|it| it.key.unwrap()).collect();
            keys.sort();
            keys
        };
        let moved = self.model.take_over(dead, by, kind).map(|numbers| {
            let mut keys: Vec<_> = numbers.into_iter().map(key).collect();
            keys.sort();
            keys
        });
        prop_assert_eq!([keys(taken.waiting), keys(taken.in_doubt)], moved);
        Ok(())
    }

    async fn adopt(&mut self, by: usize, kind: MessageKind) -> Result<(), TestCaseError> {
        let lease = format!("lease {by} of {kind}");
        let (leader, long) = (&self.processes[by], jiff::SignedDuration::from_secs(60));
        let lease = match self
            .ledger
            .acquire(&lease, leader, at(self.leases), long)
            .await
        {
            Ok(lease) => lease,
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        };
        self.leases += 60;
        let adopted = self.ledger.adopt_waiting(&[kind], &lease, at(1)).await;
        if !self.model.alive(by) {
            prop_assert!(matches!(adopted, Err(Error::NotAlive)));
            return Ok(());
        }
        let mut expected = Vec::new();
        for (number, message) in &mut self.model.messages {
            let waits = key(*number).kind() == kind && message.state == Waiting;
            if waits && std::mem::replace(&mut message.owner, by) != by {
                expected.push(key(*number));
            }
        }
        let adopted = adopted.unwrap().into_iter().map(|it| it.key.unwrap());
        prop_assert_eq!(adopted.collect::<Vec<_>>(), expected);
        Ok(())
    }

    async fn withdraw(&mut self, number: usize) -> Result<(), TestCaseError> {
        let Some(row) = self.ledger.message(&key(number)).await.unwrap() else {
            return Ok(());
        };
        let kept = message(number).body;
        let withdrawn = self.ledger.withdraw(row.attempt(), "old", &kept, at(1));
        let message = self.model.messages.get_mut(&number).unwrap();
        prop_assert_eq!(withdrawn.await.unwrap(), message.state == Waiting);
        if message.state == Waiting {
            message.state = Failed;
        }
        Ok(())
    }

    async fn reopen(&mut self, by: usize, which: usize) -> Result<(), TestCaseError> {
        let Some((number, attempt_number, attempt)) = self.attempts.iter().rev().nth(which) else {
            return Ok(());
        };
        let anew = message(*number);
        let reopened = self
            .ledger
            .reopen(*attempt, &anew, &self.processes[by], at(1));
        let reopened = reopened.await.unwrap();
        let message = self.model.messages.get_mut(number).unwrap();
        let latest = message.attempts == *attempt_number;
        prop_assert_eq!(reopened, latest && message.state == Failed);
        if reopened {
            message.state = Waiting;
            message.owner = by;
        }
        Ok(())
    }

    /// Every answer of the ledger about operations of a kind.
    async fn answers(&self, kind: OperationKind) -> Answers {
        let ledger = &self.ledger;
        let mut lists = vec![
            ledger.open_operations(kind).await.unwrap(),
            ledger.operations_not_found(kind, at(0)).await.unwrap(),
        ];
        for address in ADDRESSES {
            lists.push(ledger.operations_about(kind, address).await.unwrap());
        }
        let mut others = Vec::new();
        if kind == PROVISION {
            for run in ["run-1", ""] {
                lists.push(ledger.operations_of_run(run).await.unwrap());
            }
            others.push(format!("{:?}", ledger.runs(9).await.unwrap()));
        }
        if let OperationKind::Message(kind) = kind {
            others.push(format!("{:?}", ledger.claimants(kind).await.unwrap()));
        }
        Answers {
            lists,
            counts: ledger.operation_counts(kind, None).await.unwrap(),
            others,
        }
    }

    async fn all_answers(&self) -> [Vec<Answers>; 2] {
        let messages = [MessageKind::Delivery, MessageKind::Answer].map(OperationKind::from);
        let mut of_messages = Vec::new();
        for kind in messages {
            of_messages.push(self.answers(kind).await);
        }
        [vec![self.answers(PROVISION).await], of_messages]
    }

    async fn agrees_with_the_model(&self) -> Result<(), TestCaseError> {
        let listed = self.ledger.operations_of_run("run-1").await.unwrap();
        let listed: BTreeMap<_, _> = listed.into_iter().map(|it| (it.id, it.state)).collect();
        let steps = self.model.steps.iter();
        let expected: BTreeMap<_, _> = steps.map(|(id, (_, state))| (*id, *state)).collect();
        prop_assert_eq!(listed, expected);
        for number in 0..KEYS {
            let found = self.ledger.message(&key(number)).await.unwrap();
            let found = found.map(|it| (it.state, it.attempts, it.claimed_by.unwrap()));
            let expected = self.model.messages.get(&number);
            let expected = expected.map(|it| (it.state, it.attempts, self.processes[it.owner].id));
            prop_assert_eq!(found, expected);
        }
        Ok(())
    }
}

#[derive(Debug, PartialEq)]
struct Answers {
    lists: Vec<Vec<Operation>>,
    counts: OperationCounts,
    others: Vec<String>,
}

async fn play(ledger: Ledger, acts: Vec<Act>) -> Result<(), TestCaseError> {
    let mut story = Story::new(ledger);
    for process in 0..PROCESSES {
        story.step(Act::CheckIn(process)).await?;
    }
    let [mut steps, mut messages] = story.all_answers().await;
    for act in acts {
        let about_steps = act.is_about_steps();
        story.step(act).await?;
        let [steps_after, messages_after] = story.all_answers().await;
        match about_steps {
            true => prop_assert_eq!(&messages, &messages_after),
            false => prop_assert_eq!(&steps, &steps_after),
        }
        (steps, messages) = (steps_after, messages_after);
        story.agrees_with_the_model().await?;
    }
    Ok(())
}

fn run<T>(story: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(story)
}

const CONFIG: fn(u32) -> ProptestConfig = |cases| ProptestConfig {
    cases,
    failure_persistence: None,
    ..ProptestConfig::default()
};

proptest! {
    #![proptest_config(CONFIG(128))]

    #[test]
    fn no_sequence_of_acts_leaves_the_machine(acts in prop::collection::vec(act(), 1..60)) {
        run(async { play(in_memory().await, acts).await })?;
    }
}

proptest! {
    #![proptest_config(CONFIG(16))]

    #[test]
    fn nor_does_it_on_a_server(acts in prop::collection::vec(act(), 1..60)) {
        run(async {
            let Some(schema) = Schema::new().await else {
                return Ok(());
            };
            let ledger = Ledger::open(&schema.url).await.unwrap();
            let played = play(ledger.clone(), acts).await;
            ledger.close().await;
            schema.drop().await;
            played
        })?;
    }
}
