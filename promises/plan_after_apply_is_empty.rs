//! Promise 1: the plan after apply is empty, with everything looked at.

use showcaller_plan::Wishes;

use crate::stage::{Stage, example};

async fn holds_for(name: &str) {
    let event = example(name);
    let stage = Stage::before(&event).await;
    let report = stage.apply(&event, &Wishes::default()).await;
    assert!(report.is_complete(), "{report:#?}");
    let plan = stage.full_plan(&event).await;
    assert!(plan.is_empty(), "{:#?}", plan.steps);
    assert_eq!(
        (plan.held, plan.cannot, plan.vanished),
        (vec![], vec![], vec![])
    );
}

#[tokio::test]
async fn for_the_reference_event() {
    holds_for("innovation-challenge").await;
}

#[tokio::test]
async fn for_the_workshop() {
    holds_for("workshop").await;
}
