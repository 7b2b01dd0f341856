//! Random sequences of what may be done to operations, beside a model that is a plain list.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;
use showcaller_ledger::{Error, Ledger, OperationId, OperationState};

use crate::fixtures::{at, in_memory, operation};
use OperationState::{Done, Failed, Sending, Unclear, Waiting};

const ADDRESSES: [&str; 2] = ["room/a", "room/b"];

#[derive(Debug, Clone)]
enum Act {
    Queue(usize),
    Begin(usize),
    Move(usize, OperationState),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        1 => (0..ADDRESSES.len()).prop_map(Act::Queue),
        2 => (0..ADDRESSES.len()).prop_map(Act::Begin),
        6 => (0..8_usize, proptest::sample::select(OperationState::ALL.to_vec()))
            .prop_map(|(which, to)| Act::Move(which, to)),
    ]
}

/// The machine as drawn in the design, arrow by arrow.
const ARROWS: [(OperationState, OperationState); 7] = [
    (Waiting, Sending),
    (Sending, Done),
    (Sending, Failed),
    (Sending, Unclear),
    (Unclear, Done),
    (Unclear, Failed),
    (Unclear, Waiting),
];

#[derive(Default)]
struct Model {
    operations: BTreeMap<OperationId, (usize, OperationState)>,
}

impl Model {
    fn open(&self, address: usize) -> bool {
        self.operations
            .values()
            .any(|(theirs, state)| *theirs == address && matches!(state, Sending | Unclear))
    }

    fn allows(&self, id: OperationId, to: OperationState) -> bool {
        let (address, from) = self.operations[&id];
        ARROWS.contains(&(from, to)) && !(to == Sending && self.open(address))
    }
}

async fn go(ledger: &Ledger, id: OperationId, to: OperationState) -> Result<(), Error> {
    match to {
        Waiting => ledger.requeue(id, "not there", at(1)).await,
        Sending => ledger.start(id, at(1)).await,
        Done => ledger.done(id, &json!({}), at(1)).await,
        Failed => ledger.failed(id, "no", None, at(1)).await,
        Unclear => ledger.unclear(id, "who knows", at(1)).await,
    }
}

async fn play(acts: Vec<Act>) -> Result<(), TestCaseError> {
    let ledger = in_memory().await;
    let mut model = Model::default();
    for act in acts {
        match act {
            Act::Queue(address) => {
                let id = ledger.queue(&operation(ADDRESSES[address])).await.unwrap();
                model.operations.insert(id, (address, Waiting));
            }
            Act::Begin(address) => {
                let begun = ledger.begin(&operation(ADDRESSES[address])).await;
                prop_assert_eq!(begun.is_ok(), !model.open(address));
                if let Ok(id) = begun {
                    model.operations.insert(id, (address, Sending));
                }
            }
            Act::Move(which, to) => {
                let Some(id) = model.operations.keys().nth(which).copied() else {
                    continue;
                };
                let allowed = model.allows(id, to);
                prop_assert_eq!(go(&ledger, id, to).await.is_ok(), allowed);
                if allowed {
                    model
                        .operations
                        .entry(id)
                        .and_modify(|(_, state)| *state = to);
                }
            }
        }
        let listed: BTreeMap<_, _> = ledger
            .operations("run-1")
            .await
            .unwrap()
            .into_iter()
            .map(|operation| (operation.id, operation.state))
            .collect();
        let expected: BTreeMap<_, _> = model
            .operations
            .iter()
            .map(|(id, (_, state))| (*id, *state))
            .collect();
        prop_assert_eq!(listed, expected);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 128,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_sequence_of_acts_leaves_the_machine(acts in prop::collection::vec(act(), 1..40)) {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(play(acts))?;
    }
}
