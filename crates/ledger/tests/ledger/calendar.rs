use std::collections::BTreeSet;

use serde_json::json;
use showcaller_ledger::{CalendarEntry, CalendarState, Ledger};

use crate::fixtures::{HOW, OnDisk, at, backup_of, in_memory, on_each, record};

/// Whom the meetings of these tests are for.
const AUDIENCE: [&str; 6] = [
    "all",
    "room/main",
    "room/hall",
    "person/ann",
    "person/bo",
    "person/cy",
];

fn talk(fingerprint: &str) -> CalendarEntry {
    CalendarEntry {
        uid: "talk@demo".into(),
        addresses: vec!["meeting/talk".into()],
        fingerprint: fingerprint.into(),
        snapshot: json!({ "says": fingerprint }),
        recipients: BTreeSet::new(),
        audience: AUDIENCE.map(str::to_owned).into(),
    }
}

async fn give(ledger: &Ledger, entry: &CalendarEntry, to: &[&str], seconds: i64) -> CalendarState {
    let given = CalendarEntry {
        recipients: to.iter().map(|&it| it.to_owned()).collect(),
        ..entry.clone()
    };
    let mut states = ledger
        .give_calendar(vec![given], at(seconds))
        .await
        .unwrap();
    states.remove(0)
}

async fn end(ledger: &Ledger, whom: &str, seconds: i64) -> CalendarState {
    let ended = ledger.end_calendar("talk@demo", whom, at(seconds)).await;
    ended.unwrap().expect("a known entry")
}

#[tokio::test]
async fn a_sequence_rises_with_every_change_and_only_then() {
    on_each(|ledger| async move {
        let touch = async |fingerprint: &str, seconds: i64| {
            let state = give(&ledger, &talk(fingerprint), &["all"], seconds).await;
            (state.sequence, state.at)
        };
        assert_eq!(touch("a", 0).await, (0, at(0)));
        assert_eq!(touch("a", 1).await, (0, at(0)));
        assert_eq!(touch("b", 2).await, (1, at(2)));
        assert_eq!(touch("b", 3).await, (1, at(2)));
        assert_eq!(
            touch("a", 4).await,
            (2, at(4)),
            "back again is a change, too"
        );
    })
    .await;
}

#[tokio::test]
async fn an_entry_ends_for_one_recipient_and_stands_for_the_others() {
    on_each(|ledger| async move {
        give(&ledger, &talk("a"), &["person/ann", "person/bo"], 0).await;
        let ended = end(&ledger, "person/ann", 1).await;
        assert_eq!((ended.sequence, ended.at), (1, at(1)));
        assert_eq!(
            ended.snapshot,
            talk("a").snapshot,
            "what is needed to say so"
        );
        assert!(ended.cancelled);
        assert_eq!(end(&ledger, "person/ann", 2).await, ended, "and only once");

        let to_bo = give(&ledger, &talk("a"), &["person/bo"], 3).await;
        assert_eq!(to_bo.sequence, 2, "above what was cancelled for others");
        let later = give(&ledger, &talk("b"), &["person/bo"], 4).await;
        let of = async |whom: &str| ledger.calendar_of(whom).await.unwrap();
        assert_eq!(of("person/ann").await, std::slice::from_ref(&ended));
        assert_eq!(of("person/bo").await, [later]);
        assert_eq!(of("person/cy").await, []);

        let back = give(&ledger, &talk("b"), &["person/ann"], 5).await;
        assert!(back.sequence > ended.sequence);
        assert_eq!(of("person/ann").await, std::slice::from_ref(&back));
        let again = end(&ledger, "person/ann", 6).await;
        assert!(again.sequence > back.sequence);
    })
    .await;
}

#[tokio::test]
async fn an_entry_that_is_given_ends_for_whom_its_meeting_is_not_for_any_more() {
    on_each(|ledger| async move {
        give(&ledger, &talk("a"), &["person/ann", "person/bo"], 0).await;
        let for_bo = CalendarEntry {
            audience: ["all", "person/bo"].map(str::to_owned).into(),
            ..talk("a")
        };
        let given = give(&ledger, &for_bo, &["all"], 1).await;
        let of = async |whom: &str| ledger.calendar_of(whom).await.unwrap();
        let [of_ann] = of("person/ann").await.try_into().unwrap();
        assert_eq!(
            (of_ann.cancelled, of_ann.sequence, of_ann.at),
            (true, 1, at(1))
        );
        assert!(given.sequence > of_ann.sequence);
        assert_eq!(of("person/bo").await, [given]);
    })
    .await;
}

#[tokio::test]
async fn an_unknown_entry_cannot_end() {
    on_each(|ledger| async move {
        let ended = ledger.end_calendar("talk@demo", "all", at(0)).await;
        assert_eq!(ended.unwrap(), None);
        assert_eq!(ledger.calendar_of("all").await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn an_entry_is_given_to_as_many_as_there_are() {
    on_each(|ledger| async move {
        let many: BTreeSet<String> = (0..901).map(|n| format!("person/{n}")).collect();
        for _ in 0..2 {
            let entry = CalendarEntry {
                recipients: many.clone(),
                audience: many.clone(),
                ..talk("a")
            };
            let given = ledger.give_calendar(vec![entry], at(0));
            assert_eq!(given.await.unwrap()[0].sequence, 0);
        }
        for whom in &many {
            let of = ledger.calendar_of(whom).await.unwrap();
            assert_eq!(of.len(), 1, "{whom}");
        }
    })
    .await;
}

#[tokio::test]
async fn several_entries_are_given_in_one_transaction() {
    let ledger = in_memory().await;
    let of = |name: &str| CalendarEntry {
        uid: format!("{name}@demo"),
        addresses: vec![format!("meeting/{name}")],
        ..talk("a")
    };
    let before = ledger.changes().unwrap();
    let given = ["opening", "talk", "closing"].map(of);
    let states = ledger.give_calendar(given.to_vec(), at(0)).await;
    let uids: Vec<_> = states.unwrap().into_iter().map(|it| it.uid).collect();
    assert_eq!(uids, ["opening@demo", "talk@demo", "closing@demo"]);
    assert_eq!(ledger.changes(), Some(before + 1));
}

#[tokio::test]
async fn a_uid_stays_with_its_meeting_under_another_name() {
    on_each(|ledger| async move {
        give(&ledger, &talk("a"), &["room/main"], 0).await;
        ledger.record(&record("meeting/talk", "m-1")).await.unwrap();
        ledger
            .rename("meeting/talk", "meeting/keynote")
            .await
            .unwrap();
        ledger.rename("room/main", "room/hall").await.unwrap();
        let keynote = CalendarEntry {
            uid: "keynote@demo".into(),
            addresses: vec!["meeting/keynote".into()],
            ..talk("a")
        };
        let given = give(&ledger, &keynote, &["room/hall"], 1).await;
        assert_eq!((given.uid.as_str(), given.sequence), ("talk@demo", 0));
        assert_eq!(ledger.calendar_of("room/hall").await.unwrap(), [given]);
        assert_eq!(ledger.calendar_of("room/main").await.unwrap(), []);

        let another = give(&ledger, &talk("c"), &["room/hall"], 2).await;
        assert_eq!(another.uid, "talk.2@demo", "the first is another meeting's");
        assert_eq!(give(&ledger, &talk("c"), &[], 3).await, another);
        // Never on Webex, so that no resource was renamed.
        let speech = CalendarEntry {
            uid: "speech@demo".into(),
            addresses: vec!["meeting/speech".into(), "meeting/talk".into()],
            ..talk("c")
        };
        assert_eq!(give(&ledger, &speech, &[], 4).await.uid, "talk.2@demo");
        assert_eq!(give(&ledger, &talk("d"), &[], 5).await.uid, "talk.3@demo");
    })
    .await;
}

#[tokio::test]
async fn a_name_that_another_meeting_had_can_be_given() {
    on_each(|ledger| async move {
        give(&ledger, &talk("a"), &["all"], 0).await;
        ledger
            .record(&record("meeting/other", "m-2"))
            .await
            .unwrap();
        let other = CalendarEntry {
            uid: "other@demo".into(),
            addresses: vec!["meeting/other".into()],
            ..talk("b")
        };
        give(&ledger, &other, &["all"], 1).await;
        ledger
            .rename("meeting/other", "meeting/talk")
            .await
            .unwrap();
        assert_eq!(
            give(&ledger, &talk("b"), &["all"], 2).await.uid,
            "other@demo"
        );
        assert!(end(&ledger, "all", 3).await.sequence > 0);
    })
    .await;
}

#[tokio::test]
async fn a_restore_neither_lowers_a_sequence_nor_forgets_a_recipient() {
    on_each(|ledger| async move {
        give(&ledger, &talk("a"), &["person/ann", "person/bo"], 0).await;
        let (_folder, file) = backup_of(&ledger).await;
        give(&ledger, &talk("b"), &["person/ann", "person/cy"], 1).await;
        let ended = end(&ledger, "person/cy", 2).await;
        let other = CalendarEntry {
            uid: "new@demo".into(),
            addresses: vec!["meeting/new".into()],
            ..talk("n")
        };
        give(&ledger, &other, &["person/ann"], 3).await;
        ledger.restore_from(&file, HOW).await.unwrap();

        let uids = async |whom: &str| -> Vec<String> {
            let of = ledger.calendar_of(whom).await.unwrap();
            let stands = of.into_iter().filter(|it| !it.cancelled).map(|it| it.uid);
            stands.collect()
        };
        assert_eq!(uids("person/ann").await, ["new@demo", "talk@demo"]);
        assert_eq!(uids("person/bo").await, ["talk@demo"]);
        assert_eq!(end(&ledger, "person/cy", 4).await, ended);
        let back = give(&ledger, &talk("a"), &["person/cy"], 5).await;
        assert!(back.sequence > ended.sequence);
        let new = give(&ledger, &other, &["person/ann"], 6).await;
        assert_eq!((new.uid.as_str(), new.sequence), ("new@demo", 0));
    })
    .await;
}

#[tokio::test]
async fn an_end_that_a_restore_takes_back_may_come_again_with_a_higher_number() {
    on_each(|ledger| async move {
        give(&ledger, &talk("a"), &["person/ann", "person/bo"], 0).await;
        let (_folder, file) = backup_of(&ledger).await;
        let ended = end(&ledger, "person/ann", 1).await;
        ledger.restore_from(&file, HOW).await.unwrap();
        let again = end(&ledger, "person/ann", 2).await;
        assert!(again.sequence > ended.sequence, "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn an_entry_that_says_the_same_to_the_same_people_is_not_written_again() {
    let disk = OnDisk::new().await;
    let log = disk.folder.path().join("event.ledger-wal");
    let written = || std::fs::metadata(&log).unwrap().len();
    let given = give(&disk.ledger, &talk("a"), &["all"], 0).await;
    let before = written();
    assert_eq!(give(&disk.ledger, &talk("a"), &["all"], 1).await, given);
    assert_eq!(written(), before);
    give(&disk.ledger, &talk("b"), &["all"], 2).await;
    assert!(written() > before);
}
