//! The PostgreSQL server that promises may use, and a line to it that can be cut.

use std::sync::atomic::{AtomicU64, Ordering};

use showcaller_ledger::LedgerUrl;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

const VARIABLE: &str = "SHOWCALLER_TEST_POSTGRES";

/// A schema of a story's own, for a role of its own.
pub(crate) struct Schema {
    server: Url,
    name: String,
    url: Url,
}

impl Schema {
    /// `None` where there is no server; the reader is told loudly.
    pub(crate) async fn new() -> Option<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let server = server()?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("promise_{}_{number}", std::process::id());
        let mut url = server.clone();
        url.set_username(&name).expect("a user");
        url.set_password(Some(&name)).expect("a password");
        url.query_pairs_mut()
            .append_pair("options", &format!("-c search_path={name}"));
        let schema = Self { server, name, url };
        let name = &schema.name;
        schema
            .say(&format!(
                "CREATE ROLE {name} LOGIN PASSWORD '{name}';
                 CREATE SCHEMA {name};
                 GRANT CREATE, USAGE ON SCHEMA {name} TO {name}"
            ))
            .await;
        Some(schema)
    }

    pub(crate) fn url(&self) -> LedgerUrl {
        self.url.as_str().parse().expect("a ledger's address")
    }

    /// From now on whoever uses the ledger may only read, and every connection begins anew.
    pub(crate) async fn becomes_read_only(&self) {
        let name = &self.name;
        self.say(&format!(
            "ALTER ROLE {name} SET default_transaction_read_only = on;
             SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '{name}'"
        ))
        .await;
    }

    pub(crate) async fn becomes_writable(&self) {
        let name = &self.name;
        self.say(&format!(
            "ALTER ROLE {name} RESET default_transaction_read_only;
             SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '{name}'"
        ))
        .await;
    }

    pub(crate) async fn drop(self) {
        let name = &self.name;
        self.say(&format!(
            "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '{name}';
             DROP SCHEMA {name} CASCADE;
             DROP ROLE {name}"
        ))
        .await;
    }

    async fn say(&self, statements: &str) {
        sqlx::any::install_default_drivers();
        let mut conn = AnyConnection::connect(self.server.as_str())
            .await
            .expect("a connection");
        conn.execute(AssertSqlSafe(statements))
            .await
            .expect("the server does it");
        conn.close().await.expect("a goodbye");
    }
}

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

/// A line to the server that can be cut and mended.
pub(crate) struct Line {
    server: String,
    port: u16,
    traffic: Option<JoinHandle<()>>,
}

impl Line {
    pub(crate) async fn to(schema: &Schema) -> Self {
        let host = schema.url.host_str().expect("a host");
        let port = schema.url.port().unwrap_or(5432);
        let mut line = Self {
            server: format!("{host}:{port}"),
            port: 0,
            traffic: None,
        };
        line.mend().await;
        line
    }

    /// The ledger's address over this line.
    pub(crate) fn url(&self, schema: &Schema) -> LedgerUrl {
        let mut url = schema.url.clone();
        url.set_host(Some("127.0.0.1")).expect("a host");
        url.set_port(Some(self.port)).expect("a port");
        url.as_str().parse().expect("a ledger's address")
    }

    /// Every connection breaks, and no new one is taken.
    pub(crate) async fn cut(&mut self) {
        if let Some(traffic) = self.traffic.take() {
            traffic.abort();
            // Once it has ended, the port is closed.
            let _ = traffic.await;
        }
    }

    /// New connections are taken again, where they were before.
    pub(crate) async fn mend(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await;
        let listener = listener.expect("a port");
        self.port = listener.local_addr().expect("an address").port();
        let server = self.server.clone();
        self.traffic = Some(tokio::spawn(async move {
            // Dropped with this task, and every connection with it.
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                let server = server.clone();
                connections.spawn(async move {
                    let mut far = TcpStream::connect(server).await?;
                    tokio::io::copy_bidirectional(&mut near, &mut far).await
                });
            }
        }));
    }
}
