//! Processes that use one owner's token know of each other.

use showcaller_ledger::{Error, Heard, Heartbeat, Instance, Need, Origin};

use crate::fixtures::{at, heartbeat, in_memory, instance, on_both, on_each};

/// A heartbeat at this second that is to be believed for thirty.
fn beat(instance: &Instance, owners: &[&str], second: i64) -> Heartbeat {
    let owners = owners.iter().map(|owner| (owner.to_string(), Need::Idle));
    Heartbeat {
        owners: owners.collect(),
        ..heartbeat(instance, second)
    }
}

#[tokio::test]
async fn processes_count_each_other_owner_by_owner() {
    on_both(|shared| async move {
        let other = shared.again().await;
        let (one, two) = (instance("one"), instance("two"));
        let first = beat(&one, &["host", "bot"], 0);
        let alone = shared.ledger.check_in(&first).await.unwrap();
        assert_eq!(alone.shares[0].owner, "bot", "by name");
        assert_eq!(alone.shares[0].processes_alive(), 1);
        let both = other.check_in(&beat(&two, &["bot"], 1)).await.unwrap();
        assert_eq!(both.shares[0].processes_alive(), 2);
        let again = beat(&one, &["host", "bot"], 2);
        let again = shared.ledger.check_in(&again).await.unwrap();
        assert_eq!(
            (
                again.shares[0].processes_alive(),
                again.shares[1].processes_alive()
            ),
            (2, 1),
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
        let [dead, done, here] = ["dead", "done", "here"].map(instance);
        for process in [&dead, &done, &here] {
            ledger.check_in(&beat(process, &["bot"], 0)).await.unwrap();
        }
        ledger.check_out(&done).await.unwrap();
        let now = ledger.check_in(&beat(&here, &["bot"], 29)).await.unwrap();
        assert_eq!(now.shares[0].processes_alive(), 2);
        let later = ledger.check_in(&beat(&here, &["bot"], 30)).await.unwrap();
        assert_eq!(later.shares[0].processes_alive(), 1, "its time is over");
        // An owner that it uses no more.
        ledger.check_in(&beat(&here, &["host"], 31)).await.unwrap();
        let shares = ledger.shares(at(31)).await.unwrap();
        assert_eq!(shares.len(), 1);
        assert_eq!(
            (shares[0].owner.as_str(), shares[0].processes_alive()),
            ("host", 1)
        );
    })
    .await;
}

#[tokio::test]
async fn what_each_has_waiting_is_counted_by_how_urgent_it_is() {
    on_each(|ledger| async move {
        let needs = [Need::Provision, Need::Cues, Need::Cues, Need::Idle];
        for need in needs {
            let mut beat = beat(&instance("one"), &["bot"], 0);
            beat.owners[0].1 = need;
            ledger.check_in(&beat).await.unwrap();
        }
        let shares = ledger.shares(at(1)).await.unwrap();
        assert_eq!(shares[0].alive, [1, 1, 0, 2], "in the order of Need::ALL");
    })
    .await;
}

#[tokio::test]
async fn processes_of_one_name_are_several() {
    on_each(|ledger| async move {
        let origin = Origin {
            boot_id: "b".into(),
            namespaces: "pid:[1]".into(),
            pid: 1,
            started: 7,
        };
        let known = Instance::new("bot@pod pid 1", Some(origin));
        for process in [&known, &instance("bot@pod pid 1")] {
            ledger.check_in(&beat(process, &["bot"], 0)).await.unwrap();
        }
        let processes = ledger.processes().await.unwrap();
        assert_eq!(processes.len(), 2);
        assert!(processes.iter().any(|process| process.instance == known));
        assert!(processes.iter().all(|it| it.alive_until == at(30)));
    })
    .await;
}

#[tokio::test]
async fn a_process_whose_clock_is_days_ahead_makes_no_other_forgotten() {
    let ledger = in_memory().await;
    let (here, ahead) = (instance("here"), instance("ahead"));
    ledger.check_in(&beat(&here, &["bot"], 0)).await.unwrap();
    let days = 7 * 24 * 60 * 60;
    ledger
        .check_in(&beat(&ahead, &["bot"], days))
        .await
        .unwrap();
    let shares = ledger.beat(&beat(&here, &["bot"], 10)).await.unwrap();
    // Nor does it take a part for days.
    assert_eq!(shares.shares[0].processes_alive(), 1);
}

#[tokio::test]
async fn only_the_first_heartbeat_registers_a_process() {
    on_each(|ledger| async move {
        let one = instance("one");
        let unknown = ledger.beat(&beat(&one, &["bot"], 0)).await;
        assert!(matches!(unknown, Err(Error::NotAlive)), "{unknown:?}");
        ledger.check_in(&beat(&one, &["bot"], 0)).await.unwrap();
        ledger.beat(&beat(&one, &["bot"], 10)).await.unwrap();
        ledger.check_out(&one).await.unwrap();
        let ended = ledger.beat(&beat(&one, &["bot"], 20)).await;
        assert!(matches!(ended, Err(Error::NotAlive)), "{ended:?}");
    })
    .await;
}

#[tokio::test]
async fn what_one_learned_of_a_limit_the_others_know() {
    on_each(|ledger| async move {
        let one = beat(&instance("one"), &["bot"], 0);
        let new = ledger.check_in(&one).await.unwrap();
        assert_eq!(
            (new.shares[0].learned_per_minute, new.shares[0].learned_at),
            (None, None)
        );
        ledger.note_limit("bot", 299.99, at(2)).await.unwrap();
        ledger.note_limit("bot", 60.0, at(1)).await.unwrap();
        let two = beat(&instance("two"), &["bot"], 3);
        let known = ledger.check_in(&two).await.unwrap();
        assert_eq!(
            known.shares[0].learned_per_minute,
            Some(299.99),
            "the latest word counts"
        );
        assert_eq!(known.shares[0].learned_at, Some(at(2)));
        for nonsense in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let refused = ledger.note_limit("bot", nonsense, at(4)).await;
            assert!(matches!(refused, Err(Error::NoLimit(_))), "{refused:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_heartbeat_renews_the_leases_that_are_the_process_s_still() {
    on_each(|ledger| async move {
        let [one, two] = ["one", "two"].map(instance);
        ledger.check_in(&beat(&one, &["bot"], 0)).await.unwrap();
        let minute = jiff::SignedDuration::from_mins(1);
        let cues = ledger.acquire("cues", &one, at(0), minute).await.unwrap();
        let live = ledger.acquire("live", &one, at(0), minute).await.unwrap();
        ledger.acquire("hooks", &two, at(0), minute).await.unwrap();
        let leases = ["cues", "live", "hooks"].map(|name| (name.to_owned(), cues.token()));
        let with_leases = |second| Heartbeat {
            leases: leases.to_vec(),
            leases_until: at(second + 60),
            ..beat(&one, &["bot"], second)
        };
        let mut heard = ledger.beat(&with_leases(10)).await.unwrap();
        heard.renewed.sort();
        let names = |heard: &Heard| {
            heard
                .renewed
                .iter()
                .map(|it| it.0.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&heard), ["cues", "live"], "the other is another's");
        let until = async |name| ledger.holder(name).await.unwrap().map(|it| it.until);
        assert_eq!(until("cues").await, Some(at(70)));
        assert_eq!(until("hooks").await, Some(at(60)));
        ledger.release(live).await.unwrap();
        let heard = ledger.beat(&with_leases(20)).await.unwrap();
        assert_eq!(names(&heard), ["cues"], "one that was given back stays so");
        assert_eq!(until("live").await, None);
    })
    .await;
}
