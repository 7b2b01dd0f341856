//! Processes that use one owner's token know of each other.

use showcaller_ledger::Error;

use crate::fixtures::{at, on_both, on_each};

fn owners(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn processes_count_each_other_owner_by_owner() {
    on_both(|shared| async move {
        let other = shared.again().await;
        let (bot, both) = (owners(&["bot"]), owners(&["host", "bot"]));
        let alone = shared
            .ledger
            .check_in("one", &both, at(0), at(30))
            .await
            .unwrap();
        assert_eq!(alone[0].owner, "host", "in the order asked for");
        assert_eq!(alone[1].processes_alive, 1);
        let two = other.check_in("two", &bot, at(1), at(31)).await.unwrap();
        assert_eq!(two[0].processes_alive, 2);
        let again = shared
            .ledger
            .check_in("one", &both, at(2), at(32))
            .await
            .unwrap();
        assert_eq!(
            (again[0].processes_alive, again[1].processes_alive),
            (1, 2),
            "the host's token is used by one only"
        );
        other.close().await;
        shared.ledger.close().await;
    })
    .await;
}

#[tokio::test]
async fn whoever_leaves_or_falls_silent_is_not_counted() {
    on_each(|ledger| async move {
        let bot = owners(&["bot"]);
        for process in ["dead", "done", "here"] {
            ledger.check_in(process, &bot, at(0), at(30)).await.unwrap();
        }
        ledger.check_out("done").await.unwrap();
        let now = ledger.check_in("here", &bot, at(29), at(59)).await.unwrap();
        assert_eq!(now[0].processes_alive, 2);
        let later = ledger.check_in("here", &bot, at(30), at(60)).await.unwrap();
        assert_eq!(later[0].processes_alive, 1, "its time is over");
        // An owner that it uses no more.
        ledger
            .check_in("here", &owners(&["host"]), at(31), at(61))
            .await
            .unwrap();
        let shares = ledger.shares(at(31)).await.unwrap();
        assert_eq!(shares.len(), 1);
        assert_eq!(
            (shares[0].owner.as_str(), shares[0].processes_alive),
            ("host", 1)
        );
    })
    .await;
}

#[tokio::test]
async fn what_one_learned_of_a_limit_the_others_know() {
    on_each(|ledger| async move {
        let bot = owners(&["bot"]);
        let new = ledger.check_in("one", &bot, at(0), at(30)).await.unwrap();
        assert_eq!((new[0].learned_per_minute, new[0].learned_at), (None, None));
        ledger.note_limit("bot", 299.99, at(2)).await.unwrap();
        ledger.note_limit("bot", 60.0, at(1)).await.unwrap();
        let known = ledger.check_in("two", &bot, at(3), at(33)).await.unwrap();
        assert_eq!(
            known[0].learned_per_minute,
            Some(299.99),
            "the latest word counts"
        );
        assert_eq!(known[0].learned_at, Some(at(2)));
        for nonsense in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let refused = ledger.note_limit("bot", nonsense, at(4)).await;
            assert!(matches!(refused, Err(Error::NoLimit(_))), "{refused:?}");
        }
    })
    .await;
}
