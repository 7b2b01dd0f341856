//! Every command with its ledger on a PostgreSQL server.

use crate::stage::Stage;

/// A database of a test's own, dropped when the test ends.
pub(crate) struct Database {
    server: String,
    name: String,
}

impl Database {
    /// `None` where there is no server; the reader is told loudly.
    pub(crate) fn new(name: &str) -> Option<Self> {
        let Ok(server) = std::env::var("SHOWCALLER_TEST_POSTGRES") else {
            use std::io::Write as _;
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED: no command is tried on PostgreSQL, because SHOWCALLER_TEST_POSTGRES is \
                 unset; ./scripts/postgres COMMAND sets it"
            );
            return None;
        };
        let name = format!("{name}_{}", std::process::id());
        let database = Self { server, name };
        database.say(&format!("CREATE DATABASE {}", database.name));
        Some(database)
    }

    pub(crate) fn url(&self) -> String {
        let (before, rest) = self.server.rsplit_once('/').expect("a database");
        let query = rest.split_once('?').map_or("", |(_, query)| query);
        format!("{before}/{}?{query}", self.name)
    }

    fn say(&self, statement: &str) {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            use sqlx::{Connection as _, Executor as _};
            sqlx::any::install_default_drivers();
            let mut conn = sqlx::AnyConnection::connect(&self.server)
                .await
                .expect("a connection");
            conn.execute(sqlx::AssertSqlSafe(statement))
                .await
                .expect("the server does it");
            conn.close().await.expect("a goodbye");
        });
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.say(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
        }
    }
}

#[test]
fn an_event_is_applied_shown_backed_up_and_restored() {
    let Some(database) = Database::new("showcaller_cli") else {
        return;
    };
    let stage = Stage::with("workshop");
    let on_server = |line: &str| format!("{line} --simulate --ledger {}", database.url());
    let password = database
        .server
        .split([':', '@'])
        .nth(2)
        .expect("a password");
    let run = |line: &str| {
        let ran = stage.run(&on_server(line)).exits(0);
        assert!(!ran.to_string().contains(password), "{ran}");
        ran
    };
    run("apply event.yaml --yes");
    assert!(run("plan event.yaml").stdout.contains("Nothing to do"));
    let sheet = run("runsheet event.yaml --format csv").stdout;
    assert!(sheet.contains("https://"), "{sheet}");
    run("calendar event.yaml --all");
    let shown = run("ledger show event.yaml").stdout;
    assert!(shown.contains("cheese-workshop"), "{shown}");
    run("ledger backup event.yaml saved");
    let told = run("ledger restore event.yaml saved").stdout;
    assert!(told.contains("event.ledger.before-restore-1"), "{told}");
    assert!(stage.path("event.ledger.before-restore-1").exists());
    assert!(run("plan event.yaml").stdout.contains("Nothing to do"));

    // What came from a server is a file that any command can use.
    let line = "runsheet event.yaml --format csv --simulate --ledger sqlite:saved";
    assert_eq!(stage.run(line).exits(0).stdout, sheet);
    assert!(
        !stage.path(".showcaller/event.simulated.ledger").exists(),
        "the ledger is on the server alone"
    );
}
