//! On a server messages are written without a turn: what then waits for what, and what never does.
//!
//! A claim is held up in its middle by another program's unfinished row of the same key.

use jiff::SignedDuration;
use showcaller_ledger::{Claim, Error, Instance, Ledger, MessageKind, NewMessage, OperationState};
use sqlx::{AnyConnection, Connection as _, Executor as _};

use crate::fixtures::{
    DELIVERY, HOW, Schema, alive, at, backup_of, claimant, claimed, delivery, heartbeat, in_memory,
    on_both, started,
};

const MINUTE: SignedDuration = SignedDuration::from_secs(60);

/// Another program that is about to claim a message, and what it does in the end.
struct Rival(AnyConnection);

impl Rival {
    /// Writes the row, and neither keeps it nor takes it back.
    async fn of(message: &NewMessage, schema: &Schema) -> Self {
        let mut conn = schema.connect().await;
        conn.execute("BEGIN").await.unwrap();
        sqlx::query(
            "INSERT INTO operations (id, kind, message_key, claimed_by, run, address, verb,
                 body_version, body, owner, state, attempts, written_at, changed_at)
             VALUES (1, $1, $2, '00000000-0000-0000-0000-000000000000', '', 'a', 'v', 1, '{}',
                 'bot', 'waiting', 0, 0, 0)",
        )
        .bind(message.key.kind().to_string())
        .bind(message.key.as_str())
        .execute(&mut conn)
        .await
        .unwrap();
        Self(conn)
    }

    async fn gives_up(mut self) {
        self.0.execute("ROLLBACK").await.unwrap();
        self.0.close().await.unwrap();
    }
}

async fn claim_one(ledger: &Ledger, message: NewMessage, by: &Instance) -> Claim {
    ledger.claim(&[message], by, at(1)).await.unwrap()[0]
}

#[tokio::test]
async fn neither_a_heartbeat_nor_a_renewal_waits_for_claims() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let ledger = Ledger::open(&schema.url).await.unwrap();
    let ann = alive(&ledger, "ann").await;
    let lease = ledger.acquire("cues", &ann, at(0), MINUTE).await.unwrap();
    let fenced = ledger.fenced_by(&lease);
    let rival = Rival::of(&delivery(1), &schema).await;
    let claim = claim_one(&fenced, delivery(1), &ann);
    let goes_on = async {
        schema.wait_until_waiting(1).await;
        // Both in one commit, as they may well be.
        let beat = heartbeat(&ann, 2);
        let (beat, renewed) = tokio::join!(ledger.check_in(&beat), ledger.renew(&lease, at(2)));
        beat.unwrap();
        renewed.unwrap();
        schema.wait_until_waiting(1).await;
        rival.gives_up().await;
    };
    let (claim, ()) = tokio::join!(claim, goes_on);
    assert!(matches!(claim, Claim::Won(_)));
    ledger.close().await;
    schema.drop().await;
}

#[tokio::test]
async fn who_is_found_dead_while_it_claims_leaves_that_claim_behind_too() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let ledger = Ledger::open(&schema.url).await.unwrap();
    let (dead, heir) = (alive(&ledger, "dead").await, alive(&ledger, "heir").await);
    claimed(&ledger, delivery(1), &dead).await;
    let found = claimant(&ledger, MessageKind::Delivery).await;
    let rival = Rival::of(&delivery(2), &schema).await;
    let claim = claim_one(&ledger, delivery(2), &dead);
    let takes_over = async {
        schema.wait_until_waiting(1).await;
        let taken = ledger.take_over_messages(MessageKind::Delivery, &found, &heir, at(40));
        let lets_go = async {
            schema.wait_until_waiting(2).await;
            rival.gives_up().await;
        };
        tokio::join!(taken, lets_go).0.unwrap().unwrap()
    };
    let (claim, taken) = tokio::join!(claim, takes_over);
    assert!(matches!(claim, Claim::Won(_)));
    assert_eq!(taken.waiting.len(), 2);
    let late = ledger.claim(&[delivery(3)], &dead, at(41)).await;
    assert!(matches!(late, Err(Error::NotAlive)), "{late:?}");
    ledger.close().await;
    schema.drop().await;
}

#[tokio::test]
async fn a_lease_is_not_taken_over_in_the_middle_of_a_write_that_it_fences() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let ledger = Ledger::open(&schema.url).await.unwrap();
    let (ann, bob) = (alive(&ledger, "ann").await, alive(&ledger, "bob").await);
    let lease = ledger.acquire("cues", &ann, at(0), MINUTE).await.unwrap();
    let fenced = ledger.fenced_by(&lease);
    let rival = Rival::of(&delivery(1), &schema).await;
    let claim = claim_one(&fenced, delivery(1), &ann);
    let takes_over = async {
        schema.wait_until_waiting(1).await;
        let taken = ledger.acquire("cues", &bob, at(60), MINUTE);
        let lets_go = async {
            schema.wait_until_waiting(2).await;
            rival.gives_up().await;
        };
        tokio::join!(taken, lets_go).0.unwrap()
    };
    let (claim, taken) = tokio::join!(claim, takes_over);
    assert!(matches!(claim, Claim::Won(_)), "it was first");
    assert!(taken.token() > lease.token());
    let late = fenced.claim(&[delivery(2)], &ann, at(61)).await;
    assert!(matches!(late, Err(Error::LeaseLost { .. })), "{late:?}");
    ledger.close().await;
    schema.drop().await;
}

/// Holds a fenced claim up between its look at the lease and its first row.
#[tokio::test]
async fn a_restore_and_a_fenced_claim_do_not_wait_for_each_other() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let ledger = Ledger::open(&schema.url).await.unwrap();
    let (_folder, file) = backup_of(&in_memory().await).await;
    let ann = alive(&ledger, "ann").await;
    let lease = ledger.acquire("cues", &ann, at(0), MINUTE).await.unwrap();
    let fenced = ledger.fenced_by(&lease);
    let mut other = schema.connect().await;
    other
        .execute("BEGIN; SELECT * FROM processes FOR UPDATE")
        .await
        .unwrap();

    let claim = claim_one(&fenced, delivery(1), &ann);
    let restores = async {
        schema.wait_until_waiting(1).await;
        let restored = ledger.restore_from(&file, HOW);
        let lets_go = async {
            schema.wait_until_waiting(2).await;
            other.execute("COMMIT").await.unwrap();
        };
        tokio::join!(restored, lets_go).0.unwrap()
    };
    let (claim, _) = tokio::join!(claim, restores);
    assert!(matches!(claim, Claim::Won(_)), "it was first");
    assert!(ledger.message(&delivery(1).key).await.unwrap().is_some());
    let late = fenced.claim(&[delivery(2)], &ann, at(2)).await;
    assert!(matches!(late, Err(Error::LeaseLost { .. })), "{late:?}");
    ledger.close().await;
    other.close().await.unwrap();
    schema.drop().await;
}

/// Claims of the same messages in different orders, heartbeats and renewals.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_of_every_sort_at_once_are_all_accepted() {
    on_both(|shared| async move {
        let mut tasks = tokio::task::JoinSet::new();
        for process in 0..4_u32 {
            let ledger = shared.again().await;
            tasks.spawn(async move {
                let me = alive(&ledger, "one").await;
                let lease = format!("lease-{process}");
                let lease = ledger.acquire(&lease, &me, at(0), MINUTE).await.unwrap();
                let fenced = ledger.fenced_by(&lease);
                for round in 0..12_u32 {
                    // The same rows as the other processes, in another order.
                    let rooms = (0..20).map(|n| round * 100 + (n * 7 + process * 5) % 20);
                    let messages: Vec<_> = rooms.map(delivery).collect();
                    let beat = heartbeat(&me, i64::from(round));
                    let (claims, beat, renewed) = tokio::join!(
                        fenced.claim(&messages, &me, at(1)),
                        ledger.check_in(&beat),
                        fenced.renew(&lease, at(1)),
                    );
                    beat.unwrap();
                    renewed.unwrap();
                    for claim in claims.unwrap() {
                        let Claim::Won(id) = claim else { continue };
                        started(&fenced, id, &me).await;
                    }
                }
                ledger.release(lease).await.unwrap();
                ledger.close().await;
            });
        }
        tasks.join_all().await;
        let open = shared.ledger.open_operations(DELIVERY).await.unwrap();
        assert_eq!(open.len(), 240);
        let once = |it: &showcaller_ledger::Operation| it.attempts == 1;
        assert!(open.iter().all(once), "each was started by one");
        assert!(open.iter().all(|it| it.state == OperationState::Sending));
        shared.ledger.close().await;
    })
    .await;
}
