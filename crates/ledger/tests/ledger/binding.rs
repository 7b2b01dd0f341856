use showcaller_ledger::{Binding, Error};

use crate::fixtures::{OnDisk, on_both, on_each};

fn binding() -> Binding {
    Binding {
        base_url: "https://webex.example/v1".into(),
        bot_id: "bot-1".into(),
        org_id: "org-1".into(),
        event_key: "innovation-challenge".into(),
    }
}

#[tokio::test]
async fn a_new_ledger_is_bound_to_whoever_comes_first() {
    on_each(|ledger| async move {
        assert_eq!(ledger.binding().await.unwrap(), None);
        ledger.bind(&binding()).await.unwrap();
        assert_eq!(ledger.binding().await.unwrap(), Some(binding()));
        ledger.bind(&binding()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn each_member_that_differs_is_refused_and_changes_nothing() {
    type Change = fn(&mut Binding);
    let changes: [(&str, Change); 4] = [
        ("Webex", |b| b.base_url = "https://other.example/v1".into()),
        ("bot", |b| b.bot_id = "bot-2".into()),
        ("organisation", |b| b.org_id = "org-2".into()),
        ("event", |b| b.event_key = "another".into()),
    ];
    let disk = OnDisk::new().await;
    disk.ledger.bind(&binding()).await.unwrap();
    for (member, change) in changes {
        let mut asked = binding();
        change(&mut asked);
        let refused = disk.again().await.bind(&asked).await.unwrap_err();
        assert!(
            matches!(&refused, Error::BelongsToAnother { what, .. } if *what == member),
            "{refused}"
        );
        assert!(refused.hint().is_some());
        assert_eq!(disk.ledger.binding().await.unwrap(), Some(binding()));
    }
}

#[tokio::test]
async fn the_refusal_shows_both_sides() {
    on_both(|disk| async move {
    disk.ledger.bind(&binding()).await.unwrap();
    let asked = Binding {
        base_url: "http://127.0.0.1:4711/v1".into(),
        ..binding()
    };
    let refused = disk.ledger.bind(&asked).await.unwrap_err();
    insta::allow_duplicates! {
        insta::assert_snapshot!(refused, @"this ledger belongs to another Webex: it was begun with https://webex.example/v1, not http://127.0.0.1:4711/v1");
    }
    })
    .await;
}

#[tokio::test]
async fn an_organisation_that_webex_did_not_name_is_no_other_one() {
    on_each(|ledger| async move {
        let unsaid = Binding {
            org_id: String::new(),
            ..binding()
        };
        ledger.bind(&unsaid).await.unwrap();
        // Another bot is another one, whatever its organisation.
        for org_id in ["", "org-2"] {
            let other = Binding {
                org_id: org_id.into(),
                bot_id: "somebody else's".into(),
                ..binding()
            };
            ledger.bind(&other).await.unwrap_err();
        }
        // Once it is named, that is the one.
        ledger.bind(&binding()).await.unwrap();
        assert_eq!(ledger.binding().await.unwrap(), Some(binding()));
        ledger.bind(&unsaid).await.unwrap();
        let other = Binding {
            org_id: "org-2".into(),
            ..binding()
        };
        ledger.bind(&other).await.unwrap_err();
        assert_eq!(ledger.binding().await.unwrap(), Some(binding()));
    })
    .await;
}
