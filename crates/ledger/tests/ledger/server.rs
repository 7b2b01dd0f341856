//! The PostgreSQL server that tests may use, and what is special about ledgers there.

use std::sync::atomic::{AtomicU64, Ordering};

use showcaller_ledger::{Error, Existing, Ledger, LedgerUrl};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};
use url::Url;

use crate::fixtures::{HOW, PROVISION, at, instance, operation, record};

const VARIABLE: &str = "SHOWCALLER_TEST_POSTGRES";

/// A schema of a test's own.
pub(crate) struct Schema {
    name: String,
    pub(crate) url: LedgerUrl,
}

/// Where the server is; says so where there is none.
fn server() -> Option<Url> {
    static SAID: std::sync::Once = std::sync::Once::new();
    if let Ok(address) = std::env::var(VARIABLE) {
        return Some(address.parse().expect("an address"));
    }
    SAID.call_once(|| {
        use std::io::Write as _;
        // Not as a test prints: that is only heard of when it fails.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: nothing is tried on PostgreSQL, because {VARIABLE} is unset; \
             ./scripts/postgres COMMAND sets it"
        );
    });
    None
}

impl Schema {
    pub(crate) async fn new() -> Option<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let mut address = server()?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("ledger_test_{}_{number}", std::process::id());
        let schema = Self::at(&mut address, name);
        schema.say(&format!("CREATE SCHEMA {}", schema.name)).await;
        Some(schema)
    }

    fn at(address: &mut Url, name: String) -> Self {
        let option = format!("-c search_path={name}");
        address
            .query_pairs_mut()
            .append_pair("options", &option)
            .append_pair("application_name", &name);
        let url = address.as_str().parse().expect("a ledger's address");
        Self { name, url }
    }

    /// Says something to the server, with this schema in view.
    pub(crate) async fn say(&self, statements: &str) {
        let mut conn = self.connect().await;
        conn.execute(AssertSqlSafe(statements))
            .await
            .expect("the server does it");
        conn.close().await.expect("a goodbye");
    }

    pub(crate) async fn connect(&self) -> AnyConnection {
        sqlx::any::install_default_drivers();
        let mut conn = AnyConnection::connect(server().expect("a server").as_str())
            .await
            .expect("a connection");
        conn.execute(AssertSqlSafe(format!("SET search_path = {}", self.name)))
            .await
            .expect("a schema in view");
        conn
    }

    /// The address with another user, database, or the like.
    pub(crate) fn changed(&self, change: impl FnOnce(&mut Url)) -> LedgerUrl {
        let mut address = server().expect("a server");
        change(&mut address);
        Self::at(&mut address, self.name.clone()).url
    }

    /// Returns once so many who have this schema in view wait for another transaction.
    pub(crate) async fn wait_until_waiting(&self, so_many: i64) {
        let mut conn = self.connect().await;
        loop {
            let (waiting,): (i64,) = sqlx::query_as(
                "SELECT COUNT(*) FROM pg_stat_activity
                 WHERE application_name = $1 AND wait_event_type = 'Lock'",
            )
            .bind(&self.name)
            .fetch_one(&mut conn)
            .await
            .expect("an answer");
            if waiting >= so_many {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        conn.close().await.expect("a goodbye");
    }

    pub(crate) async fn drop(self) {
        self.say(&format!("DROP SCHEMA {} CASCADE", self.name))
            .await;
    }
}

fn shown(error: &Error) -> String {
    format!("{error}: {}", error.hint().expect("a way out"))
}

#[tokio::test]
async fn a_database_of_another_program_is_refused_and_left_alone() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    for theirs in [
        "CREATE TABLE places (url TEXT)",
        "CREATE TABLE _sqlx_migrations (version BIGINT, description TEXT);
         INSERT INTO _sqlx_migrations VALUES (20240101000000, 'places')",
    ] {
        schema.say(theirs).await;
        let refused = Ledger::open(&schema.url).await.unwrap_err();
        assert!(matches!(refused, Error::AnotherProgram { .. }), "{refused}");
        let (tables,): (i64,) =
            sqlx::query_as("SELECT COUNT(*) FROM pg_tables WHERE schemaname = current_schema()")
                .fetch_one(&mut schema.connect().await)
                .await
                .unwrap();
        assert!(tables <= 2, "no table of ours was made");
    }
    schema.drop().await;
}

#[tokio::test]
async fn whoever_is_not_let_in_is_told_why_and_no_password_is_repeated() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let wrong = schema.changed(|url| url.set_password(Some("planted")).unwrap());
    let error = Ledger::open(&wrong).await.unwrap_err();
    insta::assert_snapshot!(shown(&error), @"the ledger's database does not let us in: see the user and the password in the ledger's address");
    assert!(!format!("{error:?}").contains("planted"), "{error:?}");

    let missing = schema.changed(|url| url.set_path("no-such-database"));
    let error = Ledger::open(&missing).await.unwrap_err();
    insta::assert_snapshot!(shown(&error), @"the ledger's database does not exist: make it first, as with `createdb`; it may be empty");

    // A port on which nobody listens: one that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let nobody = schema.changed(|url| url.set_port(Some(port)).unwrap());
    let error = Ledger::open(&nobody).await.unwrap_err();
    insta::assert_snapshot!(shown(&error), @"the ledger's database does not answer: see that its server runs and can be reached, then run the same command again");
    assert!(
        !format!("{error:?}").contains(&schema_password()),
        "{error:?}"
    );
    schema.drop().await;
}

fn schema_password() -> String {
    server()
        .and_then(|url| url.password().map(str::to_owned))
        .unwrap_or_else(|| "none".into())
}

#[tokio::test]
async fn a_user_without_rights_is_told_which_ones_are_missing() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let guest = format!("guest_{}", schema.name);
    schema
        .say(&format!(
            "CREATE ROLE {guest} LOGIN PASSWORD 'guest'; GRANT USAGE ON SCHEMA {} TO {guest}",
            schema.name
        ))
        .await;
    let url = schema.changed(|url| {
        url.set_username(&guest).unwrap();
        url.set_password(Some("guest")).unwrap();
    });
    let error = Ledger::open(&url).await.unwrap_err();
    insta::assert_snapshot!(shown(&error), @"the ledger's database does not allow this user to do that: the user must own the database, or be granted CREATE and USAGE on its schema");
    schema
        .say(&format!("DROP OWNED BY {guest}; DROP ROLE {guest}"))
        .await;
    schema.drop().await;
}

#[tokio::test]
async fn a_ledger_of_a_newer_build_is_refused() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    Ledger::open(&schema.url).await.unwrap().close().await;
    schema
        .say(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9000, 'from the future', true, '\\x00', 1)",
        )
        .await;
    let error = Ledger::open(&schema.url).await.unwrap_err();
    assert!(
        matches!(error, Error::Newer { version: 9000, .. }),
        "{error}"
    );
    schema.drop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_may_open_a_new_database_at_once() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..8 {
        let url = schema.url.clone();
        tasks.spawn(async move {
            let ledger = Ledger::open(&url).await.unwrap();
            ledger
                .begin(&operation(&format!("room/{n}")))
                .await
                .unwrap();
            ledger
        });
    }
    let ledgers = tasks.join_all().await;
    assert_eq!(
        ledgers[0].open_operations(PROVISION).await.unwrap().len(),
        8
    );
    for ledger in ledgers {
        ledger.close().await;
    }
    schema.drop().await;
}

#[tokio::test]
async fn a_read_only_server_is_told_from_a_full_one_and_nothing_is_lost() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let ledger = Ledger::open(&schema.url).await.unwrap();
    ledger.begin(&operation("room/jury")).await.unwrap();

    let standby = schema.changed(|url| {
        url.query_pairs_mut()
            .append_pair("options", "-c default_transaction_read_only=on");
    });
    let error = Ledger::open(&standby).await.unwrap_err();
    insta::assert_snapshot!(shown(&error), @"the ledger's database is read-only: it may be a standby: give the address of the primary, or make it writable again");
    assert_eq!(ledger.open_operations(PROVISION).await.unwrap().len(), 1);
    ledger.close().await;
    schema.drop().await;
}

#[tokio::test]
async fn when_the_server_hangs_up_the_next_write_and_the_next_reading_work_again() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let ledger = Ledger::open(&schema.url).await.unwrap();
    ledger.begin(&operation("room/a")).await.unwrap();
    assert_eq!(ledger.resources().await.unwrap(), []);
    for n in 0..3 {
        schema.say(&hang_up(&schema.name)).await;
        ledger
            .begin(&operation(&format!("room/{n}")))
            .await
            .unwrap();
        schema.say(&hang_up(&schema.name)).await;
        assert_eq!(
            ledger.open_operations(PROVISION).await.unwrap().len(),
            n + 2
        );
    }
    ledger.close().await;
    schema.drop().await;
}

/// Ends every connection that has this schema in view, as a server does that is restarted.
fn hang_up(schema: &str) -> String {
    format!(
        "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
         WHERE application_name = '{schema}'"
    )
}

#[tokio::test]
async fn a_backup_carries_everything_to_a_file_and_back() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let ledger = Ledger::open(&schema.url).await.unwrap();
    ledger.begin(&operation("room/jury")).await.unwrap();
    ledger.record(&record("room/jury", "r-1")).await.unwrap();
    ledger.keep_secret("room/jury", "kept").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    ledger.backup(&file, Existing::Refuse).await.unwrap();

    let copy = Ledger::open(&LedgerUrl::file(&file)).await.unwrap();
    assert_eq!(
        copy.resources().await.unwrap(),
        ledger.resources().await.unwrap()
    );
    assert_eq!(
        copy.open_operations(PROVISION).await.unwrap(),
        ledger.open_operations(PROVISION).await.unwrap()
    );
    copy.set_meta("later", "word").await.unwrap();
    copy.close().await;

    ledger.forget("room/jury", "gone", at(3)).await.unwrap();
    ledger.restore_from(&file, HOW).await.unwrap();
    assert_eq!(
        ledger.resources().await.unwrap(),
        [record("room/jury", "r-1")]
    );
    assert_eq!(ledger.meta("later").await.unwrap().unwrap(), "word");
    assert_eq!(ledger.tombstones().await.unwrap(), []);
    ledger.close().await;
    schema.drop().await;
}

/// Takes the turn of a writer.
const TURN: &str = "BEGIN; SELECT pg_advisory_xact_lock(1399353207, hashtext(current_schema()))";

#[tokio::test]
async fn a_lease_that_is_taken_over_while_a_write_waits_stops_it_whatever_the_server_defaults_to() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    for level in ["read committed", "repeatable read", "serializable"] {
        let url = schema.changed(|url| {
            let default = format!(
                "-c default_transaction_isolation={}",
                level.replace(' ', "\\ ")
            );
            url.query_pairs_mut().append_pair("options", &default);
        });
        let ledger = Ledger::open(&url).await.unwrap();
        let minute = jiff::SignedDuration::from_secs(60);
        let lease = ledger
            .acquire("apply", &instance("ann"), at(0), minute)
            .await
            .unwrap();
        let fenced = ledger.fenced_by(&lease);
        let mut other = schema.connect().await;
        other.execute(TURN).await.unwrap();

        let late = operation("room/late");
        let write = fenced.begin(&late);
        let takes_over = async {
            schema.wait_until_waiting(1).await;
            let taken = "UPDATE leases SET holder = 'bob', token = token + 1";
            other.execute(taken).await.unwrap();
            other.execute("COMMIT").await.unwrap();
        };
        let (written, ()) = tokio::join!(write, takes_over);
        assert!(
            matches!(written, Err(Error::LeaseLost { .. })),
            "{level}: {written:?}"
        );
        ledger.release(lease).await.unwrap();
        schema.say("UPDATE leases SET holder = NULL").await;
        other.close().await.unwrap();
        ledger.close().await;
    }
    schema.drop().await;
}

#[tokio::test]
async fn readers_are_served_while_another_process_writes_and_writers_wait_their_turn() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let ledger = Ledger::open(&schema.url).await.unwrap();
    let mut other = schema.connect().await;
    other.execute(TURN).await.unwrap();

    let next = operation("room/jury");
    let mut write = std::pin::pin!(ledger.begin(&next));
    let reads = async {
        for _ in 0..20 {
            assert_eq!(ledger.open_operations(PROVISION).await.unwrap(), []);
        }
    };
    tokio::select! {
        biased;
        begun = &mut write => panic!("it did not wait: {begun:?}"),
        () = reads => {}
    }
    other.execute("COMMIT").await.unwrap();
    write.await.unwrap();
    assert_eq!(ledger.open_operations(PROVISION).await.unwrap().len(), 1);
    other.close().await.unwrap();
    ledger.clone().close().await;
    schema.drop().await;
}
