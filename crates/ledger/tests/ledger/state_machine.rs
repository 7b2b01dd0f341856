//! Random sequences of what may be done to intents, beside a model that is a plain list.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;
use showcaller_ledger::{Error, IntentId, IntentState, Ledger};

use crate::fixtures::{at, in_memory, intent};
use IntentState::{Done, Failed, Sending, Unclear, Waiting};

const ADDRESSES: [&str; 2] = ["room/a", "room/b"];

#[derive(Debug, Clone)]
enum Act {
    Queue(usize),
    Begin(usize),
    Move(usize, IntentState),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        1 => (0..ADDRESSES.len()).prop_map(Act::Queue),
        2 => (0..ADDRESSES.len()).prop_map(Act::Begin),
        6 => (0..8_usize, proptest::sample::select(IntentState::ALL.to_vec()))
            .prop_map(|(which, to)| Act::Move(which, to)),
    ]
}

/// The machine as drawn in the design, arrow by arrow.
const ARROWS: [(IntentState, IntentState); 7] = [
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
    intents: BTreeMap<IntentId, (usize, IntentState)>,
}

impl Model {
    fn open(&self, address: usize) -> bool {
        self.intents
            .values()
            .any(|(theirs, state)| *theirs == address && matches!(state, Sending | Unclear))
    }

    fn allows(&self, id: IntentId, to: IntentState) -> bool {
        let (address, from) = self.intents[&id];
        ARROWS.contains(&(from, to)) && !(to == Sending && self.open(address))
    }
}

async fn go(ledger: &Ledger, id: IntentId, to: IntentState) -> Result<(), Error> {
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
                let id = ledger.queue(&intent(ADDRESSES[address])).await.unwrap();
                model.intents.insert(id, (address, Waiting));
            }
            Act::Begin(address) => {
                let begun = ledger.begin(&intent(ADDRESSES[address])).await;
                prop_assert_eq!(begun.is_ok(), !model.open(address));
                if let Ok(id) = begun {
                    model.intents.insert(id, (address, Sending));
                }
            }
            Act::Move(which, to) => {
                let Some(id) = model.intents.keys().nth(which).copied() else {
                    continue;
                };
                let allowed = model.allows(id, to);
                prop_assert_eq!(go(&ledger, id, to).await.is_ok(), allowed);
                if allowed {
                    model.intents.entry(id).and_modify(|(_, state)| *state = to);
                }
            }
        }
        let listed: BTreeMap<_, _> = ledger
            .intents("run-1")
            .await
            .unwrap()
            .into_iter()
            .map(|intent| (intent.id, intent.state))
            .collect();
        let expected: BTreeMap<_, _> = model
            .intents
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
