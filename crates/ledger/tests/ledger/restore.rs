//! A restored ledger knows what its backup knew, and nothing that must rise goes back.

use jiff::SignedDuration;
use serde_json::json;
use showcaller_ledger::{
    Binding, CalendarEntry, Effect, Error, Ledger, NewControlToken, NewShowEntry, Restoring,
    Revision, Source,
};

use crate::fixtures::{
    HOW, OnDisk, PROVISION, at, backup_of, in_memory, instance, on_each, operation, record,
};

const MINUTE: SignedDuration = SignedDuration::from_secs(60);

async fn fill(ledger: &Ledger) {
    let id = ledger.begin(&operation("room/jury")).await.unwrap();
    let made = Effect::Record(record("room/jury", "r-1"));
    ledger.finish(id, &json!({}), &[made], at(1)).await.unwrap();
    ledger.record(&record("room/old", "r-0")).await.unwrap();
    ledger.forget("room/old", "removed", at(2)).await.unwrap();
    ledger.begin(&operation("room/open")).await.unwrap();
    ledger.keep_secret("meeting/a", "s").await.unwrap();
    ledger.pin("meeting/a", "host@example.com").await.unwrap();
    ledger.set_meta("fact", "settled").await.unwrap();
    let calendar = CalendarEntry {
        uid: "uid@event".into(),
        addresses: vec!["meeting/a".into()],
        fingerprint: "f".into(),
        snapshot: json!({ "a": 1 }),
        recipients: ["all".to_owned()].into(),
        audience: ["all".to_owned()].into(),
    };
    ledger.give_calendar(vec![calendar], at(2)).await.unwrap();
    let entry = NewShowEntry {
        key: "go/opening".into(),
        body: json!({ "go": "opening" }).into(),
    };
    ledger.log_show(&[entry], None, at(3)).await.unwrap();
    let token = NewControlToken {
        name: "deck".into(),
        scope: "cues".into(),
        hash: [7; 32],
        expires_at: None,
    };
    ledger.add_control_token(&token, at(3)).await.unwrap();
    ledger
        .add_revision(&Revision {
            at: at(3),
            source_digest: "d".into(),
            sources: vec![Source {
                path: "event.yaml".into(),
                content: vec![0, 159, 146, 150],
            }],
        })
        .await
        .unwrap();
}

async fn everything(ledger: &Ledger) -> String {
    format!(
        "{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}",
        ledger.resources().await.unwrap(),
        ledger.tombstones().await.unwrap(),
        ledger.operations_of_run("run-1").await.unwrap(),
        ledger.latest_revision().await.unwrap(),
        ledger.calendar_of("all").await.unwrap(),
        ledger.pins().await.unwrap(),
        ledger.show_log(0).await.unwrap(),
        ledger.control_tokens().await.unwrap(),
        ledger.meta("fact").await.unwrap(),
        ledger.secret("meeting/a").await.unwrap().is_some(),
    )
}

#[tokio::test]
async fn a_restored_ledger_knows_what_its_backup_knew() {
    on_each(|ledger| async move {
        fill(&ledger).await;
        let before = everything(&ledger).await;
        let (_folder, file) = backup_of(&ledger).await;

        ledger.rename("room/jury", "room/judges").await.unwrap();
        let later = ledger.begin(&operation("room/later")).await.unwrap();
        ledger.done(later, &json!({}), at(8)).await.unwrap();
        ledger.erase_secret("meeting/a").await.unwrap();
        ledger.set_meta("fact", "changed").await.unwrap();
        assert_ne!(everything(&ledger).await, before);

        let restored = ledger.restore_from(&file, HOW).await.unwrap();
        assert_eq!(everything(&ledger).await, before);
        assert_eq!(restored.resources, 1);
    })
    .await;
}

#[tokio::test]
async fn a_backup_may_be_restored_into_a_new_ledger_of_another_kind() {
    on_each(|ledger| async move {
        let original = in_memory().await;
        fill(&original).await;
        let (_folder, file) = backup_of(&original).await;
        ledger.restore_from(&file, HOW).await.unwrap();
        assert_eq!(everything(&ledger).await, everything(&original).await);
    })
    .await;
}

#[tokio::test]
async fn a_restore_takes_as_many_rows_as_there_are() {
    on_each(|ledger| async move {
        let original = in_memory().await;
        fill(&original).await;
        let records: Vec<_> = (0..433)
            .map(|n| record(&format!("room/{n:03}"), &format!("r-{n}")))
            .collect();
        original.record_all(&records).await.unwrap();
        for n in 0..117 {
            let id = original
                .begin(&operation(&format!("room/{n}")))
                .await
                .unwrap();
            if n % 3 == 0 {
                original.done(id, &json!({}), at(8)).await.unwrap();
            }
            original.count_creation("h", "m", at(n)).await.unwrap();
        }
        let (_folder, file) = backup_of(&original).await;
        let restored = ledger.restore_from(&file, HOW).await.unwrap();
        assert_eq!(restored.resources, 434);
        assert_eq!(everything(&ledger).await, everything(&original).await);
        assert_eq!(ledger.creations("h", at(0)).await.unwrap(), 117);
    })
    .await;
}

#[tokio::test]
async fn whoever_was_at_work_before_cannot_write_after() {
    on_each(|ledger| async move {
        let (_folder, file) = backup_of(&ledger).await;
        let lease = ledger
            .acquire("apply", &instance("ann"), at(0), MINUTE)
            .await
            .unwrap();
        let (token, stale) = (lease.token(), ledger.fenced_by(&lease));
        ledger.restore_from(&file, HOW).await.unwrap();

        let refused = stale.begin(&operation("room/late")).await;
        assert!(
            matches!(refused, Err(Error::LeaseLost { .. })),
            "{refused:?}"
        );
        ledger.release(lease).await.unwrap();
        let next = ledger
            .acquire("apply", &instance("bob"), at(1), MINUTE)
            .await
            .unwrap();
        assert!(next.token() > token + 1, "a token that nobody had");
    })
    .await;
}

#[tokio::test]
async fn numbers_go_on_where_they_were_not_where_the_backup_was() {
    on_each(|ledger| async move {
        let (_folder, file) = backup_of(&ledger).await;
        let given = ledger.begin(&operation("room/a")).await.unwrap();
        ledger.restore_from(&file, HOW).await.unwrap();
        let next = ledger.begin(&operation("room/b")).await.unwrap();
        assert!(next > given);
    })
    .await;
}

#[tokio::test]
async fn a_fact_that_must_rise_is_greater_after_a_restore_than_it_ever_was() {
    let how = Restoring {
        rises: Some("runs"),
        ..HOW
    };
    for (in_the_backup, here, expected) in [
        (None, None, "1 restored"),
        (Some("3 ended"), None, "4 restored"),
        (Some("3"), Some("5 ended"), "6 restored"),
        (Some("7 awake at noon"), Some("2"), "8 restored"),
    ] {
        on_each(|ledger| async move {
            let original = in_memory().await;
            if let Some(runs) = in_the_backup {
                original.set_meta("runs", runs).await.unwrap();
            }
            let (_folder, file) = backup_of(&original).await;
            if let Some(runs) = here {
                ledger.set_meta("runs", runs).await.unwrap();
            }
            ledger.restore_from(&file, how).await.unwrap();
            assert_eq!(ledger.meta("runs").await.unwrap().unwrap(), expected);
        })
        .await;
    }
}

#[tokio::test]
async fn what_webex_counted_today_stays_counted() {
    on_each(|ledger| async move {
        for (address, second) in [("m/known", 100), ("m/known", 100)] {
            ledger
                .count_creation("h", address, at(second))
                .await
                .unwrap();
        }
        let (_folder, file) = backup_of(&ledger).await;
        for (address, second) in [("m/yesterday", 10), ("m/a", 101), ("m/known", 100)] {
            ledger
                .count_creation("h", address, at(second))
                .await
                .unwrap();
        }
        ledger.exhaust("h", at(900)).await.unwrap();
        let how = Restoring {
            creations_since: at(100),
            ..HOW
        };
        let restored = ledger.restore_from(&file, how).await.unwrap();
        assert_eq!(restored.creations_kept, 2);
        assert_eq!(ledger.creations("h", at(0)).await.unwrap(), 4);
        assert_eq!(ledger.exhausted().await.unwrap()["h"], at(900));
        // Once more: what is kept already is not counted again.
        let restored = ledger.restore_from(&file, how).await.unwrap();
        assert_eq!(restored.creations_kept, 2);
        assert_eq!(ledger.creations("h", at(0)).await.unwrap(), 4);
    })
    .await;
}

#[tokio::test]
async fn the_backup_of_another_event_is_refused_unless_asked_for() {
    on_each(|ledger| async move {
        let binding = |event: &str| Binding {
            base_url: "https://webexapis.com/v1".into(),
            bot_id: "bot".into(),
            org_id: "org".into(),
            event_key: event.into(),
        };
        let other = in_memory().await;
        other.bind(&binding("other")).await.unwrap();
        other.record(&record("room/other", "r")).await.unwrap();
        let (_folder, file) = backup_of(&other).await;
        ledger.bind(&binding("this")).await.unwrap();
        fill(&ledger).await;
        let before = everything(&ledger).await;

        let refused = ledger.restore_from(&file, HOW).await;
        assert!(
            matches!(refused, Err(Error::BelongsToAnother { what: "event", .. })),
            "{refused:?}"
        );
        assert_eq!(everything(&ledger).await, before);

        let how = Restoring {
            whatever_it_is_bound_to: true,
            ..HOW
        };
        ledger.restore_from(&file, how).await.unwrap();
        assert_eq!(ledger.binding().await.unwrap(), Some(binding("other")));
    })
    .await;
}

#[tokio::test]
async fn what_is_no_backup_is_refused_and_nothing_is_changed() {
    let ledger = in_memory().await;
    fill(&ledger).await;
    let before = everything(&ledger).await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("text"), "event: innovation\n".repeat(200)).unwrap();
    std::fs::write(path("empty"), "").unwrap();
    for name in ["text", "empty"] {
        let refused = ledger.restore_from(&path(name), HOW).await;
        assert!(
            matches!(refused, Err(Error::NotALedger { .. })),
            "{refused:?}"
        );
    }
    let refused = ledger.restore_from(&path("missing"), HOW).await;
    assert!(
        matches!(refused, Err(Error::CannotOpen { .. })),
        "{refused:?}"
    );
    let refused = ledger.restore_from(folder.path(), HOW).await;
    assert!(
        matches!(refused, Err(Error::IsAFolder { .. })),
        "{refused:?}"
    );
    assert_eq!(everything(&ledger).await, before);
}

#[tokio::test]
async fn a_ledger_in_use_can_be_restored_from_and_is_not_changed() {
    let disk = OnDisk::new().await;
    fill(&disk.ledger).await;
    let file = disk.folder.path().join("event.ledger");
    let target = in_memory().await;
    target.restore_from(&file, HOW).await.unwrap();
    assert_eq!(everything(&target).await, everything(&disk.ledger).await);
}

#[tokio::test]
async fn what_may_not_be_visible_yet_is_looked_for_after_a_restore() {
    on_each(|ledger| async move {
        let both = ledger.begin(&operation("room/both")).await.unwrap();
        let (_folder, file) = backup_of(&ledger).await;
        ledger.done(both, &json!({}), at(100)).await.unwrap();
        for (address, seconds) in [("room/long-ago", 10), ("room/just-now", 100)] {
            let id = ledger.begin(&operation(address)).await.unwrap();
            ledger.done(id, &json!({}), at(seconds)).await.unwrap();
        }
        ledger.begin(&operation("room/under-way")).await.unwrap();
        let refused = ledger.begin(&operation("room/refused")).await.unwrap();
        ledger.failed(refused, "no", None, at(100)).await.unwrap();

        let how = Restoring {
            at: at(110),
            unsettled_since: at(60),
            ..HOW
        };
        let restored = ledger.restore_from(&file, how).await.unwrap();
        assert_eq!(restored.operations_kept, 2);
        let open = ledger.open_operations(PROVISION).await.unwrap();
        let open: Vec<_> = open
            .iter()
            .map(|operation| (operation.address.as_str(), operation.changed_at))
            .collect();
        assert_eq!(
            open,
            [
                ("room/both", at(100)),
                ("room/just-now", at(100)),
                ("room/under-way", at(110)),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn however_much_was_done_just_now_is_looked_for_once_at_each_address() {
    on_each(|ledger| async move {
        let (_folder, file) = backup_of(&ledger).await;
        for n in 0..120 {
            let new = operation(&format!("room/{:03}", n % 100));
            let id = ledger.begin(&new).await.unwrap();
            ledger.done(id, &json!({}), at(100 + n)).await.unwrap();
        }
        let last = ledger.begin(&operation("room/last")).await.unwrap();
        ledger.done(last, &json!({}), at(300)).await.unwrap();
        let how = Restoring {
            at: at(310),
            unsettled_since: at(60),
            ..HOW
        };
        let restored = ledger.restore_from(&file, how).await.unwrap();
        assert_eq!(restored.operations_kept, 101);
        let open = ledger.open_operations(PROVISION).await.unwrap();
        assert_eq!(open.len(), 101);
        for (n, open) in (0..).zip(&open[..100]) {
            assert_eq!(open.address, format!("room/{n:03}"));
            // Done twice, it may have been made the second time.
            let changed_at = if n < 20 { at(200 + n) } else { at(100 + n) };
            assert_eq!((open.changed_at, open.attempts), (changed_at, 1));
            assert!(open.id > last, "a number that nobody had");
        }
        // Once more: what is open already is not kept a second time.
        let restored = ledger.restore_from(&file, how).await.unwrap();
        assert_eq!(restored.operations_kept, 101);
        assert_eq!(ledger.open_operations(PROVISION).await.unwrap().len(), 101);
    })
    .await;
}

#[tokio::test]
async fn a_backup_of_a_run_at_work_says_not_when_that_run_sent_its_last_call() {
    on_each(|ledger| async move {
        let lost = in_memory().await;
        lost.begin(&operation("room/under-way")).await.unwrap();
        let unclear = lost.begin(&operation("room/unclear")).await.unwrap();
        lost.unclear(unclear, "no answer", at(5)).await.unwrap();
        let (_folder, file) = backup_of(&lost).await;

        // The ledger was lost after that; the new one cannot know how long the run went on.
        let how = Restoring { at: at(70), ..HOW };
        ledger.restore_from(&file, how).await.unwrap();
        let open = ledger.open_operations(PROVISION).await.unwrap();
        let open: Vec<_> = open
            .iter()
            .map(|operation| (operation.address.as_str(), operation.changed_at))
            .collect();
        assert_eq!(open, [("room/under-way", at(70)), ("room/unclear", at(5))]);
    })
    .await;
}
