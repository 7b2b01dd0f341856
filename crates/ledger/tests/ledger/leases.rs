use jiff::SignedDuration;
use serde_json::json;
use showcaller_ledger::{Error, Holder};

use crate::fixtures::{PROVISION, at, instance, on_both, on_each, operation, record};

const MINUTE: SignedDuration = SignedDuration::from_secs(60);

#[tokio::test]
async fn a_second_holder_is_refused_and_told_who_and_since_when() {
    on_both(|disk| async move {
    let other = disk.again().await;
    disk.ledger
        .acquire("apply", &instance("ann@laptop (pid 4711)"), at(0), MINUTE)
        .await
        .unwrap();
    let refused = other
        .acquire("apply", &instance("bob@server (pid 12)"), at(59), MINUTE)
        .await
        .unwrap_err();
    assert!(
        matches!(&refused, Error::Held(held) if held.by == "ann@laptop (pid 4711)"
            && held.since == at(0) && held.until == at(60)),
        "{refused}"
    );
    insta::allow_duplicates! {
        insta::assert_snapshot!(refused, @"ann@laptop (pid 4711) has been at it since 2027-10-01T08:00:00Z, and is expected to be until 2027-10-01T08:01:00Z");
    }
    // Another lease is another matter.
    other.acquire("serve", &instance("bob"), at(1), MINUTE).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_handles_that_ask_at_once_one_gets_it() {
    on_both(|disk| async move {
        let other = disk.again().await;
        let (one, two) = (instance("one"), instance("two"));
        for n in 0..20 {
            let name = format!("lease-{n}");
            let (one, two) = tokio::join!(
                disk.ledger.acquire(&name, &one, at(0), MINUTE),
                other.acquire(&name, &two, at(0), MINUTE)
            );
            assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_released_lease_is_free_at_once() {
    on_each(|ledger| async move {
        let first = ledger
            .acquire("apply", &instance("ann"), at(0), MINUTE)
            .await
            .unwrap();
        let token = first.token();
        ledger.release(first).await.unwrap();
        assert_eq!(ledger.holder("apply").await.unwrap(), None);
        let second = ledger
            .acquire("apply", &instance("bob"), at(1), MINUTE)
            .await
            .unwrap();
        assert!(second.token() > token);
    })
    .await;
}

#[tokio::test]
async fn a_renewed_lease_lasts_from_its_renewal() {
    on_each(|ledger| async move {
        let ann = instance("ann");
        let lease = ledger.acquire("apply", &ann, at(0), MINUTE).await.unwrap();
        ledger.renew(&lease, at(50)).await.unwrap();
        let holder = Holder {
            by: "ann".into(),
            instance: Some(ann.id),
            origin: None,
            token: lease.token(),
            since: at(0),
            until: at(110),
        };
        assert_eq!(ledger.holder("apply").await.unwrap(), Some(holder));
        ledger
            .acquire("apply", &instance("bob"), at(109), MINUTE)
            .await
            .unwrap_err();
        ledger
            .acquire("apply", &instance("bob"), at(110), MINUTE)
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn after_a_takeover_the_former_holder_cannot_write() {
    on_each(|ledger| async move {
        let stale = ledger
            .acquire("apply", &instance("ann"), at(0), MINUTE)
            .await
            .unwrap();
        let before = ledger.fenced_by(&stale);
        let id = before.begin(&operation("room/jury")).await.unwrap();

        // Lapsed, but nobody else is there.
        before.record(&record("room/a", "r-0")).await.unwrap();

        let current = ledger
            .acquire("apply", &instance("bob"), at(60), MINUTE)
            .await
            .unwrap();
        let made = record("room/jury", "r-1");
        for refused in [
            before.begin(&operation("room/coaches")).await.map(drop),
            before.finish(id, &json!({}), &[], at(61)).await,
            before.record(&made).await,
            before.renew(&stale, at(61)).await,
            ledger.renew(&stale, at(61)).await,
        ] {
            assert!(
                matches!(&refused, Err(Error::LeaseLost { by: Some(by), .. }) if by == "bob"),
                "{refused:?}"
            );
        }
        assert_eq!(ledger.resources().await.unwrap().len(), 1);
        assert_eq!(ledger.open_operations(PROVISION).await.unwrap().len(), 1);

        ledger
            .fenced_by(&current)
            .done(id, &json!({}), at(62))
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn of_two_who_find_a_holder_dead_one_takes_over() {
    on_each(|ledger| async move {
        let dead = ledger
            .acquire("apply", &instance("ann"), at(0), MINUTE)
            .await
            .unwrap();
        let holder = ledger.holder("apply").await.unwrap().unwrap();
        let lease = ledger
            .take_over("apply", &holder, &instance("bob"), at(3), MINUTE)
            .await
            .unwrap();
        assert!(lease.token() > dead.token());
        let refused = ledger
            .take_over("apply", &holder, &instance("cleo"), at(3), MINUTE)
            .await
            .unwrap_err();
        assert!(
            matches!(&refused, Error::Held(held) if held.by == "bob" && held.until == at(63)),
            "{refused}"
        );
        let late = ledger.fenced_by(&dead).set_meta("fact", "late").await;
        assert!(matches!(late, Err(Error::LeaseLost { .. })), "{late:?}");
        ledger.release(lease).await.unwrap();
        let nobody = ledger
            .take_over("apply", &holder, &instance("cleo"), at(4), MINUTE)
            .await;
        assert!(matches!(nobody, Err(Error::LeaseLost { by: None, .. })));
    })
    .await;
}

#[tokio::test]
async fn a_former_holder_cannot_release_the_lease_of_its_successor() {
    on_each(|ledger| async move {
        let stale = ledger
            .acquire("apply", &instance("ann"), at(0), MINUTE)
            .await
            .unwrap();
        ledger
            .acquire("apply", &instance("bob"), at(60), MINUTE)
            .await
            .unwrap();
        ledger.release(stale).await.unwrap();
        assert_eq!(ledger.holder("apply").await.unwrap().unwrap().by, "bob");
    })
    .await;
}

#[tokio::test]
async fn a_handle_of_a_released_lease_cannot_write() {
    on_each(|ledger| async move {
        let lease = ledger
            .acquire("apply", &instance("ann"), at(0), MINUTE)
            .await
            .unwrap();
        let fenced = ledger.fenced_by(&lease);
        ledger.release(lease).await.unwrap();
        let refused = fenced.set_meta("fact", "late").await.unwrap_err();
        assert!(
            matches!(refused, Error::LeaseLost { by: None, .. }),
            "{refused}"
        );
        assert_eq!(fenced.meta("fact").await.unwrap(), None, "reading goes on");
    })
    .await;
}
