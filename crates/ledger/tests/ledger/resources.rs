use secrecy::ExposeSecret as _;
use showcaller_ledger::Error;

use crate::fixtures::{at, in_memory, on_each, record};

#[tokio::test]
async fn what_is_recorded_comes_back_as_it_was() {
    on_each(|ledger| async move {
        let jury = record("room/jury", "r-1");
        let mut meeting = record("meeting/opening/day-1", "m-1");
        meeting.owner = "host@example.com".into();
        meeting.created_by_us = false;
        ledger
            .record_all(&[jury.clone(), meeting.clone()])
            .await
            .unwrap();

        assert_eq!(
            ledger.resource("room/jury").await.unwrap(),
            Some(jury.clone())
        );
        assert_eq!(ledger.resource("room/none").await.unwrap(), None);
        assert_eq!(ledger.resources().await.unwrap(), [meeting, jury]);
    })
    .await;
}

#[tokio::test]
async fn recording_the_same_thing_again_replaces_what_was_known() {
    on_each(|ledger| async move {
        ledger.record(&record("room/jury", "r-1")).await.unwrap();
        let mut later = record("room/jury", "r-1");
        later.at = at(9);
        later.owner = "host@example.com".into();
        ledger.record(&later).await.unwrap();
        assert_eq!(ledger.resources().await.unwrap(), [later]);
        assert_eq!(ledger.tombstones().await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn it_is_cheap_to_see_that_something_was_recorded_or_forgotten() {
    on_each(|ledger| async move {
        assert_eq!(ledger.heads("runs").await.unwrap().resources, (0, None));
        let mut jury = record("room/jury", "r-1");
        jury.at = at(3);
        ledger.record(&jury).await.unwrap();
        ledger.record(&record("room/mc", "r-2")).await.unwrap();
        let two = ledger.heads("runs").await.unwrap().resources;
        assert_eq!(two, (2, Some(at(3))));
        jury.at = at(9);
        ledger.record(&jury).await.unwrap();
        let again = ledger.heads("runs").await.unwrap().resources;
        assert_eq!(again, (2, Some(at(9))));
        ledger.forget("room/mc", "gone", at(9)).await.unwrap();
        let forgotten = ledger.heads("runs").await.unwrap().resources;
        assert_eq!(forgotten, (1, Some(at(9))));
    })
    .await;
}

#[tokio::test]
async fn another_thing_at_an_address_buries_the_first() {
    on_each(|ledger| async move {
        ledger.record(&record("room/jury", "r-1")).await.unwrap();
        ledger.record(&record("room/jury", "r-2")).await.unwrap();
        let buried = ledger.tombstones().await.unwrap();
        assert_eq!(buried.len(), 1);
        assert_eq!(
            (buried[0].remote_id.as_str(), buried[0].why.as_str()),
            ("r-1", "replaced")
        );
    })
    .await;
}

#[tokio::test]
async fn recording_many_at_once_is_recording_one_after_the_other() {
    // More than one statement takes; some again, some of them another thing; some known before.
    let mut many = Vec::new();
    for n in 0..450_i64 {
        let (address, remote_id) = (format!("room/{}", n * 7 % 211), format!("r-{}", n % 2));
        let mut record = record(&address, &remote_id);
        record.at = at(n);
        many.push(record);
    }
    let many = &many;
    on_each(|ledger| async move {
        let one_by_one = in_memory().await;
        for into in [&ledger, &one_by_one] {
            for n in [0, 3, 210] {
                let before = record(&format!("room/{n}"), "r-before");
                into.record(&before).await.unwrap();
            }
        }
        for record in many {
            one_by_one.record(record).await.unwrap();
        }
        ledger.record_all(many).await.unwrap();
        ledger.record_all(&[]).await.unwrap();

        assert_eq!(
            ledger.resources().await.unwrap(),
            one_by_one.resources().await.unwrap()
        );
        let buried = ledger.tombstones().await.unwrap();
        assert!(buried.len() > 200, "{}", buried.len());
        assert_eq!(buried, one_by_one.tombstones().await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn forgetting_leaves_a_tombstone() {
    on_each(|ledger| async move {
        ledger.record(&record("room/jury", "r-1")).await.unwrap();
        assert!(ledger.forget("room/jury", "removed", at(5)).await.unwrap());
        assert!(!ledger.forget("room/jury", "removed", at(6)).await.unwrap());
        assert_eq!(ledger.resources().await.unwrap(), []);
        let buried = ledger.tombstones().await.unwrap();
        assert_eq!(buried.len(), 1);
        assert_eq!(buried[0].address, "room/jury");
        assert_eq!(buried[0].kind, "room");
        assert_eq!(buried[0].at, at(5));
        assert_eq!(buried[0].why, "removed");
    })
    .await;
}

#[tokio::test]
async fn what_comes_back_at_its_address_keeps_its_password_and_host() {
    on_each(|ledger| async move {
        ledger.record(&record("meeting/a", "m-1")).await.unwrap();
        ledger.keep_secret("meeting/a", "s").await.unwrap();
        ledger.pin("meeting/a", "h").await.unwrap();
        ledger.forget("meeting/a", "gone", at(1)).await.unwrap();
        let secret = ledger.secret("meeting/a").await.unwrap().unwrap();
        assert_eq!(secret.expose_secret(), "s");
        assert_eq!(ledger.pins().await.unwrap()["meeting/a"], "h");
    })
    .await;
}

#[tokio::test]
async fn a_rename_takes_password_and_host_along_and_may_be_repeated() {
    on_each(|ledger| async move {
        let old = record("meeting/a", "m-1");
        ledger.record(&old).await.unwrap();
        ledger.keep_secret("meeting/a", "s").await.unwrap();
        ledger.pin("meeting/a", "h").await.unwrap();

        assert!(ledger.rename("meeting/a", "meeting/b").await.unwrap());
        assert!(!ledger.rename("meeting/a", "meeting/b").await.unwrap());

        let mut new = old;
        new.address = "meeting/b".into();
        assert_eq!(ledger.resources().await.unwrap(), [new]);
        assert!(ledger.secret("meeting/a").await.unwrap().is_none());
        assert!(ledger.secret("meeting/b").await.unwrap().is_some());
        assert!(ledger.pins().await.unwrap().contains_key("meeting/b"));
        assert_eq!(ledger.tombstones().await.unwrap(), [], "nothing is gone");
    })
    .await;
}

#[tokio::test]
async fn a_rename_to_an_address_in_use_is_refused_and_moves_nothing() {
    on_each(|ledger| async move {
        ledger.record(&record("meeting/a", "m-1")).await.unwrap();
        ledger.keep_secret("meeting/a", "s").await.unwrap();
        ledger.keep_secret("meeting/b", "t").await.unwrap();
        let refused = ledger.rename("meeting/a", "meeting/b").await.unwrap_err();
        assert!(matches!(refused, Error::AddressTaken { .. }), "{refused}");
        assert!(ledger.resource("meeting/a").await.unwrap().is_some());
        assert!(ledger.resource("meeting/b").await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn the_first_choice_of_a_host_stays() {
    on_each(|ledger| async move {
        assert_eq!(ledger.pin("meeting/a", "h-1").await.unwrap(), "h-1");
        assert_eq!(ledger.pin("meeting/a", "h-2").await.unwrap(), "h-1");
        assert!(ledger.unpin("meeting/a").await.unwrap());
        assert!(!ledger.unpin("meeting/a").await.unwrap());
        assert_eq!(ledger.pin("meeting/a", "h-2").await.unwrap(), "h-2");
    })
    .await;
}
