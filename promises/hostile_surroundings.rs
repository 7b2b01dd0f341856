//! What surrounds a run: another ledger, and clocks that are set.

use showcaller_ledger::{Ledger, LedgerUrl};
use showcaller_plan::{CannotReason, Plan, Wishes};

use crate::files::Files;
use crate::stage::Stage;

/// A stage of another operator, with a ledger of their own, at the same Webex.
async fn with_a_ledger_of_its_own(stage: &Stage) -> Stage {
    let ledger = Ledger::open(&LedgerUrl::memory()).await.expect("a ledger");
    Stage::found(stage.simulator.clone(), ledger, stage.clock.clone())
}

fn twice(plan: &Plan) -> Vec<&str> {
    let twice = plan.cannot.iter();
    let twice = twice.filter(|cannot| cannot.reason == CannotReason::Twice);
    twice.map(|cannot| cannot.sentence.as_str()).collect()
}

#[tokio::test]
async fn two_ledgers_at_the_same_moment_are_noticed_and_neither_is_told_to_delete() {
    let event = Files::of_example("innovation-challenge").event();
    let one = Stage::before(&event).await;
    let other = with_a_ledger_of_its_own(&one).await;
    let wishes = Wishes::default();
    let looks = (
        one.look(&event, &wishes).await,
        other.look(&event, &wishes).await,
    );
    let (first, second) = tokio::join!(
        one.apply_outlook(&event, looks.0),
        other.apply_outlook(&event, looks.1)
    );
    let noticed = first.duplicates.len() + second.duplicates.len();
    assert!(noticed > 0, "whoever ended last sees both");
    for stage in [&one, &other] {
        let plan = stage.full_plan(&event).await;
        let told = twice(&plan);
        let [meetings, team] = told[..] else {
            panic!("the team, and all meetings together: {told:#?}");
        };
        assert!(team.contains("more than one team"), "{team}");
        assert!(
            meetings.starts_with("44 meetings are on Webex"),
            "{meetings}"
        );
        for sentence in told {
            assert!(
                sentence.contains("which this ledger has, and …"),
                "{sentence}"
            );
            assert!(
                sentence.contains("delete only what no ledger has"),
                "{sentence}"
            );
        }
    }
}

#[tokio::test]
async fn one_that_begins_while_another_is_half_way_is_noticed_too() {
    let event = Files::of_example("workshop").event();
    let one = Stage::before(&event).await;
    let other = with_a_ledger_of_its_own(&one).await;
    let wishes = Wishes::default();
    // Of the first, only the team is there when the second looks.
    let mut outlook = one.look(&event, &wishes).await;
    let rest = outlook.plan.steps.split_off(1);
    one.apply_outlook(&event, outlook).await;
    assert!(!rest.is_empty());
    let looks = (
        one.look(&event, &wishes).await,
        other.look(&event, &wishes).await,
    );
    let first = one.apply_outlook(&event, looks.0).await;
    assert_eq!(first.duplicates, []);
    let second = other.apply_outlook(&event, looks.1).await;
    let kinds: Vec<&str> = second
        .duplicates
        .iter()
        .map(|it| it.address.kind())
        .collect();
    assert!(
        kinds.contains(&"room") && kinds.contains(&"meeting"),
        "{kinds:?}"
    );
}

#[tokio::test]
async fn the_first_run_of_a_ledger_alone_looks_once_more() {
    let event = Files::of_example("workshop").event();
    let stage = Stage::before(&event).await;
    let report = stage.apply(&event, &Wishes::default()).await;
    assert!(
        report.is_complete() && report.duplicates.is_empty(),
        "{report:#?}"
    );
    let outlook = stage.look(&event, &Wishes::default()).await;
    let (_, calls) = stage.calls_of(stage.apply_outlook(&event, outlook)).await;
    assert_eq!(calls, 0);
}
