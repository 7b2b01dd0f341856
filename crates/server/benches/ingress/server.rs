//! The server, as a process of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use showcaller_clock::SystemClock;
use showcaller_engine::hooks::Identity;
use showcaller_ledger::{Error, InboxKey, InboxState, Incoming, Ledger, LedgerUrl};
use showcaller_server::{Inbox, Ingress, Limits, listen, public};
use showcaller_webex::MessageId;
use tokio::net::TcpListener;

use crate::Failure;

/// Names the ledger of a process that is a server.
pub(crate) const LEDGER: &str = "SHOWCALLER_BENCH_LEDGER";
pub(crate) const SECRET: &str = "the key of a bench";

/// Keeps messages in the ledger, and does nothing else about them.
struct Kept(Ledger);

#[async_trait]
impl Inbox for Kept {
    async fn take_in(&self, incoming: Incoming) -> Result<(), Error> {
        let Some(id) = MessageId::from(&*incoming.remote_id).uuid() else {
            return Ok(());
        };
        let now = Timestamp::now();
        let event = (InboxKey::message(id), incoming, InboxState::Waiting);
        self.0.take_in(&[event], now, now).await.map(drop)
    }
}

/// Listens until it is killed.
pub(crate) async fn run(file: &Path) -> Result<(), Failure> {
    let ledger = Ledger::open(&LedgerUrl::file(file.to_owned())).await?;
    let router = public(Ingress {
        identity: Identity {
            event: "bench".to_owned(),
            ledger: ledger.id().await?,
        },
        secret: SECRET.into(),
        inbox: Arc::new(Kept(ledger)),
        clock: Arc::new(SystemClock),
        counters: Arc::default(),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    std::io::stdout().flush()?;
    listen(router, listener, Limits::default(), std::future::pending()).await;
    Ok(())
}

/// A server that was started. It is killed when this is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) fn start(file: &Path) -> Result<Self, Failure> {
        let mut child = Command::new(std::env::current_exe()?)
            .env(LEDGER, file)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let out = child.stdout.take().ok_or("no pipe")?;
        BufReader::new(out).read_line(&mut line)?;
        let address = line.trim().parse()?;
        Ok(Self { child, address })
    }

    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Its memory, in kB.
    pub(crate) fn resident(&self) -> Result<u64, Failure> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kb = line.ok_or("no VmRSS")?.trim().trim_end_matches(" kB");
        Ok(kb.parse()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
