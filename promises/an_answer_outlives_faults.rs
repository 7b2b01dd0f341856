//! An answer outlives faults of the ledger and of the bot itself, and nothing of it outlives its sending.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use showcaller_ledger::{InboxState, Ledger, LedgerUrl, MessageKind};
use showcaller_webex::{Transport, TransportError};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _, Row as _};

use crate::processes;
use crate::stage::Stage;
use crate::talk::{Talk, fair_with_a_bot};

const RIA: &str = "ria@example.com";

/// A bot whose ledger is a file, to which there is a way past it.
struct Filed {
    talk: Talk,
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl Filed {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("event.ledger");
        let files = fair_with_a_bot();
        let mut stage = Stage::before(&files.event()).await;
        let url = LedgerUrl::file(path.clone());
        stage.ledger = Ledger::open(&url).await.expect("a file");
        let mut talk = Talk::on(stage, &files).await;
        talk.begins(&processes::alive()).await;
        Self {
            talk,
            path,
            _folder: folder,
        }
    }

    async fn database(&self) -> AnyConnection {
        sqlx::any::install_default_drivers();
        let url = format!("sqlite:{}", self.path.display());
        AnyConnection::connect(&url).await.expect("a database")
    }

    async fn says(&self, statement: &str) {
        let mut database = self.database().await;
        let done = database.execute(AssertSqlSafe(statement.to_owned())).await;
        done.expect("a statement");
        database.close().await.expect("an end");
    }

    /// Every cell of a table, as text.
    async fn cells(&self, table: &str) -> String {
        let mut database = self.database().await;
        let columns = format!("SELECT CAST(name AS TEXT) FROM pragma_table_info('{table}')");
        let columns = sqlx::query(AssertSqlSafe(columns)).fetch_all(&mut database);
        let columns: Vec<String> = columns
            .await
            .expect("columns")
            .iter()
            .map(|it| it.get(0))
            .collect();
        let cells = columns
            .iter()
            .map(|it| format!("CASE typeof({it}) WHEN 'blob' THEN '' ELSE COALESCE({it}, '') END"));
        let cells = cells.collect::<Vec<_>>().join(" || ' ' || ");
        let rows = format!("SELECT CAST({cells} AS TEXT) FROM {table}");
        let rows = sqlx::query(AssertSqlSafe(rows))
            .fetch_all(&mut database)
            .await
            .expect("rows");
        let rows: Vec<String> = rows.iter().map(|it| it.get(0)).collect();
        rows.join("\n")
    }

    async fn tables(&self) -> Vec<String> {
        let mut database = self.database().await;
        let tables =
            sqlx::query("SELECT CAST(name AS TEXT) FROM sqlite_master WHERE type = 'table'");
        let tables = tables.fetch_all(&mut database).await.expect("tables");
        tables.iter().map(|it| it.get(0)).collect()
    }
}

#[tokio::test]
async fn what_became_of_a_message_is_known_however_long_the_ledger_does_not_take_it() {
    for write in ["done", "sending"] {
        let filed = Filed::new().await;
        let talk = &filed.talk;
        filed
            .says(&format!(
                "CREATE TRIGGER trouble BEFORE UPDATE ON operations WHEN NEW.state = '{write}'
                 BEGIN SELECT RAISE(ABORT, 'trouble'); END"
            ))
            .await;
        talk.asks(RIA, "Red team", "agenda").await;
        talk.after(40).await;
        assert_eq!(talk.said().len(), usize::from(write == "done"), "{write}");
        filed.says("DROP TRIGGER trouble").await;
        talk.after(60).await;
        let answers = MessageKind::Answer.into();
        let counts = talk.ledger().operation_counts(answers, None).await;
        assert_eq!(counts.expect("a ledger").done, 1, "{write}");
        talk.after(1_200).await;
        assert_eq!(talk.said().len(), 1, "{write}");
        filed.talk.ends().await;
    }
}

#[tokio::test]
async fn nothing_of_what_was_written_or_said_stays_in_the_ledger() {
    let filed = Filed::new().await;
    let talk = &filed.talk;
    talk.asks(RIA, "Red team", "help! our zyzzyva is broken, sos")
        .await;
    talk.asks_in_private(RIA, "please remind me, zyzzyva").await;
    talk.asks(RIA, "Red team", "agenda all").await;
    talk.after(30).await;
    assert!(
        talk.said()
            .iter()
            .any(|it| it.markdown().contains("zyzzyva"))
    );
    assert_eq!(talk.count(InboxState::Answered).await, 3);
    for table in filed.tables().await {
        let cells = filed.cells(&table).await;
        assert!(!cells.contains("zyzzyva"), "{table}");
        if table == "operations" {
            let sent = cells.lines().filter(|row| row.contains("\"markdown\""));
            let kept = sent
                .clone()
                .filter(|row| !row.contains("\"markdown\":\"\""));
            assert_eq!((sent.count(), kept.count()), (4, 0), "{cells}");
            assert!(!cells.contains("AdaptiveCard"), "{cells}");
        }
    }
    filed.talk.ends().await;
}

/// A wire at which the client panics so many times when it reads a message.
struct Panicking {
    inner: Arc<dyn Transport>,
    times: AtomicUsize,
}

impl fmt::Debug for Panicking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Panicking")
    }
}

#[async_trait]
impl Transport for Panicking {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let reads = request.method() == Method::GET && request.uri().path().contains("/messages/");
        let left = |times: usize| times.checked_sub(1);
        let (set, fetch) = (Ordering::SeqCst, Ordering::SeqCst);
        assert!(
            !reads || self.times.fetch_update(set, fetch, left).is_err(),
            "a panic"
        );
        self.inner.send(request).await
    }
}

#[tokio::test]
async fn a_panic_ends_no_other_answer_and_is_tried_again() {
    let files = fair_with_a_bot();
    let mut stage = Stage::before(&files.event()).await;
    stage.transport = Arc::new(Panicking {
        inner: Arc::clone(&stage.transport),
        times: AtomicUsize::new(3),
    });
    let mut talk = Talk::on(stage, &files).await;
    talk.begins(&processes::alive()).await;
    talk.asks(RIA, "Red team", "agenda").await;
    talk.asks("bea@example.com", "Blue team", "agenda").await;
    talk.after(30).await;
    assert_eq!(talk.said().len(), 2);
    talk.ends().await;
}
