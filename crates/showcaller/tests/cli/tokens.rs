//! `token`: shown once, kept as a hash, listed, revoked.

use crate::stage::Stage;

#[test]
fn a_token_is_shown_once_and_kept_nowhere() {
    let stage = Stage::with("workshop");
    let token = |words: &str| stage.run(&format!("token event.yaml {words} --simulate"));
    let early = token("create --for cues").exits(2);
    assert!(early.stderr.contains("showcaller apply"), "{early}");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    assert_eq!(token("list").exits(0).stdout, "No token was handed out.\n");

    let made = token("create --for cues --name Deck --expires 7d").exits(0);
    let secret = made.stdout.trim();
    assert!(
        secret.starts_with("showcaller_") && secret.lines().count() == 1,
        "{made}"
    );
    assert!(!made.stderr.contains(secret));
    assert!(
        made.stderr.contains("«Deck» may say go, hold and skip"),
        "{made}"
    );
    token("create --for read --name Director").exits(0);
    for (words, said) in [
        (
            "create --for cues --name Deck",
            "there is a token «Deck» already",
        ),
        ("create --for all", "[possible values: cues, read]"),
        ("create --for cues --name X --expires soon", "--expires"),
        (
            "create --for cues --name X --expires 0d",
            "not in the future",
        ),
        ("revoke Dekc", "list --simulate` shows them"),
    ] {
        let ran = token(words).exits(2);
        assert!(ran.stderr.contains(said), "{words}: {ran}");
        assert!(ran.stdout.is_empty(), "{words}: {ran}");
    }

    let revoked = token("revoke Deck").exits(0);
    assert_eq!(revoked.stdout, "«Deck» is good for nothing any more.\n");
    let list = token("list").exits(0).fits().stdout;
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines.len(), 3, "{list}");
    assert!(lines[1].starts_with("Deck      cues  revoked "), "{list}");
    assert!(lines[2].starts_with("Director  read  until "), "{list}");
    assert!(lines.iter().all(|line| !line.contains(secret)));
    // The name is free again.
    let anew = token("create --for cues --name Deck").exits(0);
    assert_ne!(anew.stdout.trim(), secret);
}
