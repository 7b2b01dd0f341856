//! Simulator and bot as processes: the program itself, in a folder with the reference event.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{Failure, http};

/// How often it is asked whether a process is ready.
const ASKS: Duration = Duration::from_millis(1);
/// When a process should be ready at the latest.
const READY: Duration = Duration::from_secs(30);

const LEDGER: &str = "bench.ledger";

/// A simulator, and the reference event that was applied on it.
pub(crate) struct Stage {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
    simulator: Child,
    /// Where the simulator listens.
    pub(crate) webex: String,
}

impl Stage {
    pub(crate) fn new(options: &[&str]) -> Result<Self, Failure> {
        // Beside the build, not in a temporary folder: that may lie in memory.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
        for name in ["event.yaml", "people.csv"] {
            let from = example.join("innovation-challenge").join(name);
            std::fs::copy(from, folder.path().join(name))?;
        }
        let mut simulator = program(folder.path())
            .args([
                "simulator",
                "--listen",
                "127.0.0.1:0",
                "--event",
                "event.yaml",
            ])
            .args(["--rate", "off"])
            .args(options)
            .stdout(Stdio::piped())
            .spawn()?;
        let out = BufReader::new(simulator.stdout.take().ok_or("no pipe")?);
        let mut stage = Self {
            folder,
            variables: Vec::new(),
            simulator,
            webex: String::new(),
        };
        for line in out.lines().take(3) {
            let line = line?;
            let variable = line
                .strip_prefix("export ")
                .and_then(|it| it.split_once('='));
            let (name, value) = variable.ok_or("the simulator did not begin")?;
            if let Some(base) = value.strip_prefix("http://") {
                stage.webex = base.trim_end_matches("/v1").to_owned();
            }
            stage.variables.push((name.to_owned(), value.to_owned()));
        }
        let mut apply = stage.program("apply");
        let applied = apply.arg("--yes").stderr(Stdio::piped()).output()?;
        match applied.status.success() {
            true => Ok(stage),
            false => Err(String::from_utf8_lossy(&applied.stderr).into()),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.path().join(LEDGER)
    }

    /// A command about the event.
    fn program(&self, command: &str) -> Command {
        let mut program = program(self.path());
        program
            .envs(self.variables.iter().cloned())
            .args([command, "event.yaml", "--ledger"])
            .arg(format!("sqlite:{LEDGER}"));
        program
    }

    /// What one of the simulator's own pages says.
    pub(crate) async fn page(&self, path: &str) -> Result<Value, Failure> {
        let (_, body) = http::get(&self.webex, &format!("/_simulator/{path}")).await?;
        Ok(serde_json::from_str(&body)?)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = self.simulator.kill();
        let _ = self.simulator.wait();
    }
}

fn program(folder: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_showcaller"));
    program
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    program
}

/// `showcaller serve`. It is killed when this is dropped.
pub(crate) struct Serve {
    child: Child,
    pub(crate) address: String,
    /// From its start until it said that it was ready.
    pub(crate) began_within: Duration,
}

impl Serve {
    /// Starts one at these two addresses, and returns once `/readyz` says that it is ready.
    pub(crate) async fn start(
        stage: &Stage,
        [public, control]: &[String; 2],
    ) -> Result<Self, Failure> {
        let mut serve = stage.program("serve");
        serve.args(["--listen", public, "--control", control]);
        let began = Instant::now();
        let mut serve = Self {
            child: serve.spawn()?,
            address: public.clone(),
            began_within: Duration::ZERO,
        };
        while !matches!(http::get(control, "/readyz").await, Ok((200, _))) {
            let ended = serve.child.try_wait()?;
            if ended.is_some() || began.elapsed() > READY {
                return Err("the bot did not get ready".into());
            }
            tokio::time::sleep(ASKS).await;
        }
        serve.began_within = began.elapsed();
        Ok(serve)
    }

    /// Its memory.
    pub(crate) fn memory(&self) -> Result<Memory, Failure> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let megabytes = |name: &str| -> Result<f64, Failure> {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kb = line.ok_or("no such figure")?.trim().trim_end_matches(" kB");
            Ok(kb.parse::<f64>()? * 1024.0 / 1e6)
        };
        Ok(Memory {
            all: megabytes("VmRSS:")?,
            mapped: megabytes("RssFile:")?,
        })
    }
}

/// What a process has in memory, in megabytes.
pub(crate) struct Memory {
    pub(crate) all: f64,
    /// Of that, what is mapped from files: the program and its libraries.
    pub(crate) mapped: f64,
}

impl Drop for Serve {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Two addresses where nothing listens.
pub(crate) fn free_addresses() -> Result<[String; 2], Failure> {
    let listeners = [
        TcpListener::bind("127.0.0.1:0")?,
        TcpListener::bind("127.0.0.1:0")?,
    ];
    let [public, control] = listeners.map(|listener| listener.local_addr());
    Ok([public?.to_string(), control?.to_string()])
}
