//! The program on a simulated Webex.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use showcaller_event::Event;
use showcaller_rehearsal::BOT;
use showcaller_simulator::{Simulator, serve};

use crate::{Failure, large};

/// A simulator in this process, and a folder with an event's files.
pub(crate) struct Stage {
    folder: tempfile::TempDir,
    simulator: Simulator,
    variables: Vec<(String, String)>,
}

/// What came of a command.
pub(crate) struct Ran {
    pub(crate) took: Duration,
    /// Calls that Webex answered meanwhile.
    pub(crate) calls: usize,
    pub(crate) output: String,
}

impl Ran {
    pub(crate) fn seconds(&self) -> f64 {
        self.took.as_secs_f64()
    }
}

impl Stage {
    pub(crate) async fn new(event: &Event, [yaml, roster]: &[String; 2]) -> Result<Self, Failure> {
        // Beside the build, not in a temporary folder: that may lie in memory.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        std::fs::write(folder.path().join("event.yaml"), yaml)?;
        std::fs::write(folder.path().join("people.csv"), roster)?;
        let simulator = Simulator::new(large::unlimited(event))?;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let base = format!("http://{}/v1", listener.local_addr()?);
        tokio::spawn(serve(simulator.clone(), listener, std::future::pending()));
        let token = |email: &str| simulator.token_for(email);
        let mut variables = vec![
            ("WEBEX_API_URL".to_owned(), base),
            ("WEBEX_BOT_TOKEN".to_owned(), token(BOT)),
        ];
        for host in &event.webex.hosts {
            let email = host.email.as_str();
            let name = email.to_uppercase().replace(['@', '.'], "_");
            variables.push((format!("WEBEX_HOST_TOKEN_{name}"), token(email)));
        }
        Ok(Self {
            folder,
            simulator,
            variables,
        })
    }

    /// A command about the event and its ledger.
    pub(crate) async fn about(&self, name: &str, options: &[&str]) -> Result<Ran, Failure> {
        let event = [name, "event.yaml", "--ledger", "sqlite:bench.ledger"];
        self.run(&[&event, options].concat()).await
    }

    pub(crate) async fn run(&self, arguments: &[&str]) -> Result<Ran, Failure> {
        let mut program = Command::new(env!("CARGO_BIN_EXE_showcaller"));
        program
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .envs(self.variables.iter().cloned())
            .stdin(Stdio::null());
        let before = self.simulator.calls();
        let started = Instant::now();
        let output = tokio::task::spawn_blocking(move || program.output()).await??;
        let took = started.elapsed();
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{arguments:?} failed: {said}").into());
        }
        Ok(Ran {
            took,
            calls: self.simulator.calls() - before,
            output: String::from_utf8_lossy(&output.stdout).into_owned(),
        })
    }
}
