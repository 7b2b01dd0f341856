//! A token of the remote control is known by its hash, and revoked for ever.

use showcaller_ledger::NewControlToken;

use crate::fixtures::{at, on_each};

#[tokio::test]
async fn a_token_is_known_by_its_hash_and_revoked_for_ever() {
    on_each(|ledger| async move {
        let deck = NewControlToken {
            name: "Stream Deck\0".into(),
            scope: "cues".into(),
            hash: [7; 32],
            expires_at: Some(at(60)),
        };
        let id = ledger.add_control_token(&deck, at(1)).await.unwrap();
        let other = NewControlToken {
            name: "Companion".into(),
            hash: [8; 32],
            expires_at: None,
            ..deck.clone()
        };
        ledger.add_control_token(&other, at(2)).await.unwrap();
        let tokens = ledger.control_tokens().await.unwrap();
        let names: Vec<&str> = tokens.iter().map(|it| it.token.name.as_str()).collect();
        assert_eq!(names, ["Stream Deck\u{fffd}", "Companion"]);

        let find = async || ledger.control_token(&deck.hash).await.unwrap().unwrap();
        let found = find().await;
        assert_eq!(found, tokens[0]);
        assert_eq!((found.id, found.created_at), (id, at(1)));
        assert_eq!(found.token.expires_at, Some(at(60)));
        assert_eq!((found.revoked_at, found.last_used_at), (None, None));
        let valid: Vec<bool> = [59, 60].map(|second| found.is_valid(at(second))).into();
        assert_eq!(valid, [true, false]);
        assert!(tokens[1].is_valid(at(9_999_999)));
        assert_eq!(ledger.control_token(&[9; 32]).await.unwrap(), None);

        for used in [5, 4] {
            ledger.touch_control_token(id, at(used)).await.unwrap();
            assert_eq!(find().await.last_used_at, Some(at(5)));
        }
        assert!(ledger.revoke_control_token(id, at(6)).await.unwrap());
        assert!(!ledger.revoke_control_token(id, at(7)).await.unwrap());
        assert!(!ledger.revoke_control_token(99, at(7)).await.unwrap());
        let revoked = find().await;
        assert_eq!(revoked.revoked_at, Some(at(6)));
        assert!(!revoked.is_valid(at(7)));
        assert!(ledger.control_tokens().await.unwrap()[1].is_valid(at(7)));
    })
    .await;
}
