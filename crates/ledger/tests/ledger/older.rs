//! A ledger that an earlier Showcaller wrote is brought up to date, and keeps what it has.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use showcaller_ledger::{
    Claim, Ledger, LedgerUrl, Logging, MessageKey, MessageKind, NewMessage, NewShowEntry,
    OperationKind, OperationState,
};
use sqlx::migrate::Migrator;
use sqlx::{AnyConnection, Connection as _, Executor as _};
use tempfile::TempDir;

use crate::fixtures::{
    HOW, PROVISION, Schema, alive, answer, asked, at, claimed, delivery, in_memory, instance,
    operation,
};
use OperationState::{Done, Failed, Sending, Unclear};

/// What a process of an earlier format left behind.
const FIRST_ROWS: &str = "
    INSERT INTO counters VALUES ('intents', 7);
    INSERT INTO meta VALUES ('fact', 'settled');
    INSERT INTO leases VALUES ('apply', 'ann@laptop pid 1', 3, 1, 2);
    INSERT INTO revisions VALUES (1, 5, 'digest', '{\"not\": \"read any more\"}');
    INSERT INTO revision_sources VALUES (1, 0, 'event.yaml', 'text', 'event: x');
    INSERT INTO intents VALUES
        (3, 'run-1', 'room/a', 'create', '{\"title\": \"A\"}', 'bot', NULL,
         'done', 1, '{\"id\": \"r\"}', NULL, NULL, 1, 2),
        (4, 'run-1', 'meeting/a', 'create', '{}', 'host', 'host',
         'failed', 1, NULL, 'the title is too long', 'ROUTER_1', 3, 4),
        (6, 'run-2', 'room/b', 'create', '{}', 'bot', NULL,
         'unclear', 1, NULL, 'no answer', NULL, 5, 6),
        (7, 'run-2', 'room/c', 'create', '{}', 'bot', NULL,
         'sending', 1, NULL, NULL, NULL, 7, 7)";

const SECOND_ROWS: &str = "
    INSERT INTO processes VALUES ('ann@laptop pid 1', 'bot', 9000000000000000);
    INSERT INTO limits VALUES ('bot', '299.5', 8)";

/// Messages of every kind and state, and a step.
const THIRD_ROWS: &str = "
    INSERT INTO processes VALUES
        ('00000000-0000-0000-0000-000000000009', 'ann@laptop pid 1', NULL, 9000000000000000, NULL);
    INSERT INTO operations
        (id, kind, message_key, claimed_by, revision, run, address, verb, body_version, body,
         owner, state, attempts, outcome, reason, written_at, changed_at)
    VALUES
        (1, 'provision', NULL, NULL, NULL, '1', 'room/a', 'create-room', 1, '{}', 'bot', 'done', 1,
         '{}', NULL, 1, 2),
        (4611686018427387904, 'answer', 'a/1', '00000000-0000-0000-0000-000000000009', 1, '',
         'room/a', 'post-message', 1, '{}', 'bot', 'done', 1, '{\"id\": \"m\"}', NULL, 1, 2),
        (4611686018427387905, 'answer', 'a/2', '00000000-0000-0000-0000-000000000009', 1, '',
         'room/a', 'post-message', 1, '{}', 'bot', 'unclear', 1, NULL, 'no answer', 1, 2),
        (4611686018427387906, 'answer', 'b/1', '00000000-0000-0000-0000-000000000009', 1, '',
         'room/a', 'post-message', 1, '{}', 'bot', 'sending', 1, NULL, NULL, 1, 2),
        (4611686018427387907, 'ticket', 'c', '00000000-0000-0000-0000-000000000009', 1, '',
         'room/a', 'post-message', 1, '{}', 'bot', 'waiting', 0, NULL, NULL, 1, 2)";

/// A delivery of a process that died while it was sending.
const FOURTH_ROWS: &str = "
    INSERT INTO operations
        (id, kind, message_key, claimed_by, revision, run, address, verb, body_version, body,
         owner, state, attempts, written_at, changed_at)
    VALUES
        (4611686018427387904, 'delivery',
         'opening/-/room:00000000-0000-0000-0000-000000000001/0',
         '00000000-0000-0000-0000-000000000009', 1, '', 'room/a', 'post-message', 1, '{}', 'bot',
         'sending', 1, 1, 2)";

const FORMATS: [&str; 4] = [
    "0001_ledger.sql",
    "0002_budget.sql",
    "0003_messages.sql",
    "0004_inbox.sql",
];

/// An earlier format, as it was made when there was none later.
async fn make(conn: &mut AnyConnection, format: usize) {
    let folder = tempfile::tempdir().unwrap();
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    for name in &FORMATS[..format] {
        std::fs::copy(migrations.join(name), folder.path().join(name)).unwrap();
    }
    let migrator = Migrator::new(folder.path()).await.unwrap();
    migrator.run_direct(None, &mut *conn, false).await.unwrap();
    let rows: &[&str] = match format {
        1 => &[FIRST_ROWS],
        2 => &[FIRST_ROWS, SECOND_ROWS],
        3 => &[THIRD_ROWS],
        _ => &[FOURTH_ROWS],
    };
    for rows in rows {
        conn.execute(*rows).await.unwrap();
    }
}

async fn make_file(path: &Path, format: usize) {
    sqlx::any::install_default_drivers();
    let address = format!("sqlite://{}?mode=rwc", path.display());
    let mut conn = AnyConnection::connect(&address).await.unwrap();
    make(&mut conn, format).await;
    conn.execute("PRAGMA application_id = 1399353207")
        .await
        .unwrap();
    conn.close().await.unwrap();
}

/// Whether everything is there in its new form.
async fn keeps(ledger: &Ledger) {
    assert_eq!(ledger.format().await.unwrap(), 9);
    assert_eq!(ledger.meta("fact").await.unwrap().unwrap(), "settled");

    let mut steps = ledger.operations_of_run("run-1").await.unwrap();
    steps.extend(ledger.operations_of_run("run-2").await.unwrap());
    let told: Vec<_> = steps
        .iter()
        .map(|it| (it.id.to_string(), it.address.as_str(), it.state))
        .collect();
    let expected = [
        ("3", "room/a", Done),
        ("4", "meeting/a", Failed),
        ("6", "room/b", Unclear),
        ("7", "room/c", Sending),
    ];
    assert_eq!(
        told,
        expected.map(|(id, it, state)| (id.to_owned(), it, state))
    );
    for step in &steps {
        assert_eq!(step.kind, PROVISION);
        assert_eq!(
            (&step.key, step.claimed_by, step.revision),
            (&None, None, None)
        );
        step.body.decode::<Value>(1).unwrap();
    }
    let first: Value = steps[0].body.decode(1).unwrap();
    assert_eq!(first, json!({ "title": "A" }));
    assert_eq!(steps[0].outcome, Some(json!({ "id": "r" })));
    assert_eq!(steps[1].tracking_id.as_deref(), Some("ROUTER_1"));
    assert_eq!(steps[1].creation_host.as_deref(), Some("host"));
    let open = ledger.open_operations(PROVISION).await.unwrap();
    assert_eq!(open, steps[2..]);
    for kind in MessageKind::ALL.iter().copied().map(OperationKind::from) {
        assert_eq!(ledger.operations_about(kind, "room/a").await.unwrap(), []);
    }

    let revision = ledger.latest_revision().await.unwrap().unwrap().revision;
    assert_eq!(revision.source_digest, "digest");
    assert_eq!(revision.sources[0].content, b"event: x");
}

/// Whether it can be worked with.
async fn works(url: &LedgerUrl) {
    let ledger = Ledger::open(url).await.unwrap();
    keeps(&ledger).await;
    assert_eq!(
        ledger.processes().await.unwrap(),
        [],
        "none has an instance"
    );
    let refused = ledger.begin(&operation("room/c")).await;
    assert!(refused.is_err(), "it is still open");
    let id = ledger.begin(&operation("room/jury")).await.unwrap();
    assert_eq!(id.to_string(), "8");

    let holder = ledger.holder("apply").await.unwrap().unwrap();
    assert_eq!((holder.by.as_str(), holder.token), ("ann@laptop pid 1", 3));
    assert_eq!((holder.instance, &holder.origin), (None, &None));
    let (bob, minute) = (instance("bob"), jiff::SignedDuration::from_secs(60));
    let lease = ledger.take_over("apply", &holder, &bob, at(0), minute);
    assert_eq!(lease.await.unwrap().token(), 4);
    let one = alive(&ledger, "one").await;
    claimed(&ledger, delivery(1), &one).await;
    ledger.close().await;
}

#[tokio::test]
async fn in_a_file() {
    for format in [1, 2] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("event.ledger");
        make_file(&path, format).await;
        works(&LedgerUrl::file(&path)).await;
    }
}

#[tokio::test]
async fn on_a_server() {
    for format in [1, 2] {
        let Some(schema) = Schema::new().await else {
            return;
        };
        make(&mut schema.connect().await, format).await;
        works(&schema.url).await;
        schema.drop().await;
    }
}

#[tokio::test]
async fn what_was_learned_of_a_limit_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("event.ledger");
    make_file(&path, 2).await;
    let ledger = Ledger::open(&LedgerUrl::file(&path)).await.unwrap();
    let shares = ledger.shares(at(0)).await.unwrap();
    assert_eq!(shares[0].learned_per_minute, Some(299.5));
    assert_eq!(shares[0].processes_alive(), 0);
}

#[tokio::test]
async fn as_a_backup_which_stays_as_it_is() {
    for format in [1, 2] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("backup");
        make_file(&path, format).await;
        let before = std::fs::read(&path).unwrap();
        let ledger = in_memory().await;
        ledger.restore_from(&path, HOW).await.unwrap();
        keeps(&ledger).await;
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
}

/// What a ledger of the third format keeps of its messages.
async fn keeps_messages(ledger: &Ledger) {
    let counts = async |kind: MessageKind| {
        let counts = ledger.operation_counts(kind.into(), None).await.unwrap();
        [counts.waiting, counts.sending, counts.done, counts.unclear]
    };
    assert_eq!(counts(MessageKind::Answer).await, [0, 1, 1, 1]);
    assert_eq!(counts(MessageKind::Sos).await, [1, 0, 0, 0], "a ticket");
    let open = ledger.open_operations(MessageKind::Answer.into()).await;
    assert!(open.unwrap().iter().all(|it| !it.resent));
    let steps = ledger.operation_counts(PROVISION, None).await.unwrap();
    assert!(steps.done > 0 && steps.sending == 0);
    // A message that it knows is not claimed again, and the inbox is empty and can be used.
    let one = alive(ledger, "one").await;
    let known = ledger.open_operations(MessageKind::Answer.into()).await;
    let again = NewMessage {
        key: known.unwrap()[0].key.clone().unwrap(),
        ..answer(1)
    };
    let claims = ledger.claim(&[again], &one, at(0)).await.unwrap();
    assert_eq!(claims, [Claim::Lost]);
    assert_eq!(ledger.next_due().await.unwrap(), None);
    let new = ledger.take_in(&[asked(1, 0)], at(0), at(9)).await.unwrap();
    assert_eq!(new, [true]);
}

#[tokio::test]
async fn messages_of_the_third_format_in_a_file_and_on_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("event.ledger");
    make_file(&path, 3).await;
    keeps_messages(&Ledger::open(&LedgerUrl::file(&path)).await.unwrap()).await;
    if let Some(schema) = Schema::new().await {
        make(&mut schema.connect().await, 3).await;
        let ledger = Ledger::open(&schema.url).await.unwrap();
        keeps_messages(&ledger).await;
        ledger.close().await;
        schema.drop().await;
    }
}

#[tokio::test]
async fn messages_as_an_earlier_release_wrote_them() {
    let (_folder, path) = written_by("0003.ledger");
    keeps_messages(&Ledger::open(&LedgerUrl::file(&path)).await.unwrap()).await;
}

/// Whether a show can be called with a ledger of the format before this one.
async fn calls(ledger: &Ledger) {
    let deliveries = ledger.messages_of(MessageKind::Delivery).await.unwrap();
    assert_eq!((deliveries.len(), deliveries[0].state), (1, Sending));
    let key = deliveries[0].key.as_ref().and_then(MessageKey::as_delivery);
    assert_eq!(key.unwrap().day, None);
    assert_eq!(ledger.control_tokens().await.unwrap(), []);
    let go = NewShowEntry {
        key: "go".into(),
        body: json!({}).into(),
    };
    let logged = ledger.log_show(&[go], Some(0), at(0)).await.unwrap();
    assert_eq!(logged, Logging::Written(vec![1]));
    let before = ledger.show_messages_head().await.unwrap();
    let one = alive(ledger, "one").await;
    claimed(ledger, delivery(2), &one).await;
    assert_ne!(ledger.show_messages_head().await.unwrap(), before);
}

#[tokio::test]
async fn deliveries_of_the_format_before_in_a_file_and_on_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("event.ledger");
    make_file(&path, 4).await;
    calls(&Ledger::open(&LedgerUrl::file(&path)).await.unwrap()).await;
    if let Some(schema) = Schema::new().await {
        make(&mut schema.connect().await, 4).await;
        let ledger = Ledger::open(&schema.url).await.unwrap();
        calls(&ledger).await;
        ledger.close().await;
        schema.drop().await;
    }
}

/// A copy of what an earlier release wrote. `0002`: `showcaller new`, a small event, `apply
/// --simulate`, `calendar`, and a second `apply` that was killed in its second call; then `ledger
/// backup`. `0003`: an `apply --simulate`, and messages as the crate's own functions claim and send
/// them.
fn written_by(release: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("event.ledger");
    let data = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(release);
    std::fs::copy(data, &path).unwrap();
    (folder, path)
}

#[tokio::test]
async fn as_the_release_before_wrote_it() {
    let (_folder, path) = written_by("0002.ledger");
    let ledger = Ledger::open(&LedgerUrl::file(&path)).await.unwrap();
    let binding = ledger.binding().await.unwrap().unwrap();
    assert_eq!(binding.event_key, "small");

    let resources = ledger.resources().await.unwrap();
    let addresses: Vec<_> = resources.iter().map(|it| it.address.as_str()).collect();
    insta::assert_snapshot!(addresses.join("\n"), @r"
    meeting/opening/day-1
    membership/red/ann@example.com
    membership/red/carim@example.com
    room/red
    tab/red/Board
    team
    team-membership/carim@example.com
    ");
    assert!(resources.iter().all(|it| it.created_by_us));
    assert_eq!(
        resources[3].attributes["settled"]["asked"]["title"]["text"],
        "The Team Red"
    );

    let mut told = Vec::new();
    for run in ledger.runs(9).await.unwrap() {
        for step in ledger.operations_of_run(&run.run).await.unwrap() {
            let body: Value = step.body.decode(1).unwrap();
            assert!(body.get(&step.verb).is_some(), "{body}");
            assert_eq!(step.kind, PROVISION);
            let (run, id, state) = (&run.run, step.id, step.state);
            told.push(format!("{run} {id} {state} {} {}", step.verb, step.address));
        }
    }
    insta::assert_snapshot!(told.join("\n"), @r"
    2 8 done change-room room/red
    2 9 sending change-meeting meeting/opening/day-1
    1 1 done create-team team
    1 2 done create-meeting meeting/opening/day-1
    1 3 done add-team-member team-membership/carim@example.com
    1 4 done create-room room/red
    1 5 done add-member membership/red/ann@example.com
    1 6 done add-member membership/red/carim@example.com
    1 7 done add-tab tab/red/Board
    ");

    let revisions = ledger.revisions(9).await.unwrap();
    assert_eq!(revisions.len(), 2);
    let latest = ledger.latest_revision().await.unwrap().unwrap();
    assert_eq!(
        (latest.id, &latest.revision.source_digest),
        (2, &revisions[0].source_digest)
    );
    let sources = &latest.revision.sources;
    let paths: Vec<_> = sources.iter().map(|source| source.path.as_str()).collect();
    assert_eq!(paths, ["event.yaml", "people.csv"]);
    let event = std::str::from_utf8(&sources[0].content).unwrap();
    assert!(
        event.starts_with("event: small\n") && event.contains(": welcome\""),
        "{event}"
    );

    let applied = revisions[0].at;
    assert_eq!(
        ledger.creations("host@example.com", applied).await.unwrap(),
        1
    );
    assert_eq!(
        ledger.pins().await.unwrap()["meeting/opening/day-1"],
        "host@example.com"
    );
    for whom in ["all", "room/red", "person/ann@example.com"] {
        let entries = ledger.calendar_of(whom).await.unwrap();
        let [entry] = &entries[..] else {
            panic!("{whom}: {entries:?}");
        };
        assert_eq!(entry.uid, "opening/day-1@small.showcaller");
        assert_eq!(entry.address.as_deref(), Some("meeting/opening/day-1"));
    }
    assert_eq!(
        ledger.calendar_of("person/zoe@example.com").await.unwrap(),
        []
    );
    assert_eq!(ledger.meta("runs").await.unwrap().as_deref(), Some("2"));
    let holder = ledger.holder("apply").await.unwrap().unwrap();
    assert_eq!((holder.by.as_str(), holder.token), ("ann@vm pid 13369", 2));
    assert_eq!(holder.instance, None);
    let next = ledger.begin(&operation("room/jury")).await.unwrap();
    assert_eq!(next.to_string(), "10");
}

#[tokio::test]
async fn and_restored_from_it() {
    let (_folder, path) = written_by("0002.ledger");
    let restored = in_memory().await;
    restored.restore_from(&path, HOW).await.unwrap();
    let opened = Ledger::open(&LedgerUrl::file(&path)).await.unwrap();
    for ledger in [&restored, &opened] {
        assert_eq!(ledger.operations_of_run("1").await.unwrap().len(), 7);
    }
    assert_eq!(
        restored.resources().await.unwrap(),
        opened.resources().await.unwrap()
    );
    let [one, other] = [&restored, &opened].map(Ledger::latest_revision);
    assert_eq!(one.await.unwrap(), other.await.unwrap());
}
