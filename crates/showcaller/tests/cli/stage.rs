//! A folder of one's own with an event in it, and the program run in it.

use std::fmt;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// The workspace's examples.
fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}

/// A folder that goes when the test ends.
pub(crate) struct Stage {
    folder: tempfile::TempDir,
}

impl Stage {
    /// An empty one.
    pub(crate) fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    /// One with a copy of an example's two files.
    pub(crate) fn with(example: &str) -> Self {
        Self::of(&examples().join(example))
    }

    /// One with a copy of the event and the roster in this folder.
    pub(crate) fn of(folder: &Path) -> Self {
        let stage = Self::empty();
        for name in ["event.yaml", "people.csv"] {
            std::fs::copy(folder.join(name), stage.path(name)).expect("an example's file");
        }
        stage
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect(name);
    }

    /// Changes a file, which must have what is to be changed.
    pub(crate) fn change(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no {from:?}");
        self.write(name, &text.replace(from, to));
    }

    /// The program in this folder, on a terminal of 80 columns without colour, and with nothing of
    /// this process's environment.
    pub(crate) fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_showcaller"));
        command
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .env_clear()
            .env("NO_COLOR", "1")
            .env("COLUMNS", "80")
            .env("TZ", "UTC")
            .env("USER", "ann")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, line: &str) -> Ran {
        ran(&mut self.command(line))
    }

    /// The same, with a simulator's variables in the environment.
    pub(crate) fn run_on(&self, simulator: &Simulator, line: &str) -> Ran {
        ran(&mut simulator.command(self, line))
    }
}

/// A terminal that the program asks on, at which these lines were typed; the second is its other end.
pub(crate) fn typed(lines: &str) -> (Stdio, File) {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&person).expect("a terminal of one's own");
    unlockpt(&person).expect("a terminal of one's own");
    let name = ptsname(&person, Vec::new()).expect("a name");
    let name = name.to_str().expect("UTF-8");
    let terminal = File::options().read(true).write(true).open(name);
    let mut person = File::from(person);
    person.write_all(lines.as_bytes()).expect("typed");
    (terminal.expect("a terminal").into(), person)
}

/// What came of a run.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) fn ran(command: &mut Command) -> Ran {
    let output = command.output().expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let ran = Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    };
    for text in [&ran.stdout, &ran.stderr] {
        assert!(!text.contains('\x1b'), "colour without a terminal: {text}");
        assert!(!text.contains("panicked"), "{text}");
    }
    ran
}

impl Ran {
    /// Expects this exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self}");
        self
    }

    /// Expects these words on standard error, wherever its lines are broken.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        let flat: Vec<&str> = self.stderr.split_whitespace().collect();
        assert!(
            flat.join(" ").contains(words),
            "{words:?} is missing: {self}"
        );
        self
    }

    /// Expects lines that fit on the terminal.
    #[track_caller]
    pub(crate) fn fits(self) -> Self {
        for line in self.stdout.lines().chain(self.stderr.lines()) {
            let columns = console::measure_text_width(line);
            assert!(columns <= 80, "{columns} columns: {line}");
        }
        self
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "exit code {}", self.code)?;
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                write!(f, "---- {name}\n{text}")?;
            }
        }
        Ok(())
    }
}

/// A `showcaller simulator` of one's own. It is killed when the test ends.
pub(crate) struct Simulator {
    child: Child,
    variables: Vec<(String, String)>,
}

impl Simulator {
    /// Starts one on a free port, and returns when it listens.
    pub(crate) fn start(stage: &Stage, options: &str) -> Self {
        Self::with_faults(stage, options, &[])
    }

    /// The same, on which this goes wrong.
    pub(crate) fn with_faults(stage: &Stage, options: &str, faults: &[&str]) -> Self {
        let line = format!("simulator --listen 127.0.0.1:0 --strict {options}");
        let mut command = stage.command(&line);
        command.args(faults.iter().flat_map(|fault| ["--fault", fault]));
        let mut child = command.spawn().expect("the program runs");
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut variables = Vec::new();
        for _ in 0..3 {
            let mut line = String::new();
            out.read_line(&mut line).expect("a line");
            let setting = line.trim().strip_prefix("export ").expect(&line);
            let (name, value) = setting.split_once('=').expect("NAME=VALUE");
            variables.push((name.to_owned(), value.to_owned()));
        }
        Self { child, variables }
    }

    pub(crate) fn command(&self, stage: &Stage, line: &str) -> Command {
        let mut command = stage.command(line);
        command.envs(self.variables.iter().cloned());
        command
    }

    pub(crate) fn variable(&self, name: &str) -> &str {
        let found = self.variables.iter().find(|(known, _)| known == name);
        &found.expect("a variable").1
    }

    /// What one of the simulator's own pages says.
    pub(crate) fn page(&self, path: &str) -> Value {
        let base = self.variable("WEBEX_API_URL");
        let place = base
            .strip_prefix("http://")
            .and_then(|b| b.strip_suffix("/v1"));
        let mut stream = TcpStream::connect(place.expect("an address")).expect("it listens");
        write!(stream, "GET {path} HTTP/1.0\r\n\r\n").expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        serde_json::from_str(body).expect("JSON")
    }

    pub(crate) fn world(&self) -> Value {
        self.page("/_simulator/world")
    }

    /// Ends it as Ctrl-C does, and returns its exit code and last words.
    pub(crate) fn end(mut self) -> (i32, String) {
        assert_eq!(self.world()["findings"], serde_json::json!([]));
        signal("INT", self.child.id());
        let mut words = String::new();
        let mut err = self.child.stderr.take().expect("a pipe");
        err.read_to_string(&mut words).expect("UTF-8");
        let status = self.child.wait().expect("it ends");
        (status.code().unwrap_or(-1), words)
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process that the test started.
pub(crate) fn signal(name: &str, pid: u32) {
    let sent = Command::new("kill")
        .arg(format!("-{name}"))
        .arg(pid.to_string())
        .status();
    assert!(sent.expect("kill is there").success());
}

/// How many things of a kind a simulated world holds.
#[track_caller]
pub(crate) fn count(world: &Value, kind: &str) -> usize {
    world[kind].as_array().expect(kind).len()
}
