//! `serve` as a process of its own, beside a simulator.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::stage::{Ran, Simulator, Stage, ran, signal};

/// A `showcaller serve` on free ports. It is killed when the test ends.
pub(crate) struct Serve {
    child: Child,
    err: BufReader<std::process::ChildStderr>,
    said: String,
    /// Where it listens, and where it says how it is.
    pub(crate) public: String,
    pub(crate) control: String,
}

impl Serve {
    /// Starts one, and returns once it has said this.
    pub(crate) fn start(stage: &Stage, simulator: &Simulator, options: &str, until: &str) -> Self {
        let line = format!("serve event.yaml --listen 127.0.0.1:0 --control 127.0.0.1:0 {options}");
        let mut child = simulator
            .command(stage, &line)
            .stdout(Stdio::null())
            .spawn()
            .expect("the program runs");
        let err = BufReader::new(child.stderr.take().expect("a pipe"));
        let mut serve = Self {
            child,
            err,
            said: String::new(),
            public: String::new(),
            control: String::new(),
        };
        serve.hears(until);
        serve.public = serve.address("Listening on http://");
        serve.control = serve.address("remote control on http://");
        serve
    }

    /// Waits until it has said this.
    fn hears(&mut self, words: &str) {
        while !self.said.contains(words) {
            let read = self.err.read_line(&mut self.said).expect("UTF-8");
            assert!(read > 0, "{words:?} was not said: {}", self.said);
        }
    }

    fn address(&self, before: &str) -> String {
        let (_, after) = self.said.split_once(before).expect(before);
        let end = after.find(|c: char| !(c.is_ascii_digit() || ".:".contains(c)));
        after[..end.unwrap_or(after.len())]
            .trim_end_matches('.')
            .to_owned()
    }

    /// Ends it as a service manager does.
    pub(crate) fn ends(mut self) -> Ran {
        signal("TERM", self.child.id());
        self.waits()
    }

    fn waits(&mut self) -> Ran {
        self.err.read_to_string(&mut self.said).expect("UTF-8");
        let status = self.child.wait().expect("it ends");
        Ran {
            code: status.code().unwrap_or(-1),
            stdout: String::new(),
            stderr: self.said.clone(),
        }
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One request; head and body of the answer.
fn asks(address: &str, what: &str, token: &str, body: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).expect("it listens");
    let length = body.len();
    write!(
        stream,
        "{what} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    (head.to_owned(), body.to_owned())
}

pub(crate) fn gets(address: &str, path: &str) -> (String, String) {
    asks(address, &format!("GET {path}"), "none", "")
}

/// An event that is applied on a simulator.
fn applied(options: &str) -> (Stage, Simulator) {
    let stage = Stage::with("workshop");
    let simulator = Simulator::start(&stage, &format!("--event event.yaml --rate off {options}"));
    stage.run_on(&simulator, "apply event.yaml --yes").exits(0);
    (stage, simulator)
}

/// The bot's; those of hosts follow, and serving does not wait for them.
fn hooks(simulator: &Simulator) -> Vec<String> {
    let world = simulator.world();
    let hooks = world["webhooks"].as_array().expect("webhooks");
    let text = |hook: &Value, name: &str| hook[name].as_str().expect(name).to_owned();
    let of_host = |hook: &&Value| {
        ["meetings", "meetingParticipants"]
            .iter()
            .any(|it| hook["resource"] == *it)
    };
    let of_bot = hooks.iter().filter(|hook| !of_host(hook));
    of_bot
        .map(|hook| text(hook, "status") + " " + &text(hook, "targetUrl"))
        .collect()
}

#[test]
fn it_listens_registers_its_webhooks_and_leaves_them_when_it_ends() {
    let (stage, simulator) = applied("");
    let serve = Serve::start(&stage, &simulator, "", "Serving");
    let target = format!("active http://{}/hooks/cheese-workshop", serve.public);
    assert_eq!(hooks(&simulator), vec![target; 3]);
    let (head, body) = gets(&serve.public, "/healthz");
    assert!(
        head.starts_with("HTTP/1.1 200") && body.contains("cheese-workshop"),
        "{head} {body}"
    );
    for path in ["/", "/metrics", "/readyz", "/hooks/cheese-workshop"] {
        let (head, body) = gets(&serve.public, path);
        assert!(
            head.starts_with("HTTP/1.1 404") && body.is_empty(),
            "{path}: {head}"
        );
    }
    let (head, _) = asks(&serve.public, "POST /hooks/cheese-workshop", "none", "{}");
    assert!(head.starts_with("HTTP/1.1 403"), "{head}");
    let (_, ready) = gets(&serve.control, "/readyz");
    assert_eq!(ready, "ready\n");
    let (_, figures) = gets(&serve.control, "/metrics");
    assert!(
        figures.contains("requests_total{outcome=\"forged\"} 1"),
        "{figures}"
    );
    let before = hooks(&simulator);
    serve.ends().exits(0).fits();
    assert_eq!(hooks(&simulator), before);
    let again = Serve::start(&stage, &simulator, "", "Serving");
    again
        .ends()
        .exits(0)
        .fits()
        .says("Gave 3 webhooks a new address or secret.")
        .says("Serving");
}

const BOT: &str = "showcaller@webex.bot";

/// The roster's first person asks the bot in private.
fn asks_in_private(stage: &Stage, simulator: &Simulator) {
    let roster = stage.read("people.csv");
    let person = roster
        .lines()
        .nth(1)
        .and_then(|line| line.split(',').find(|cell| cell.contains('@')));
    let person = person.expect("a person's address");
    let token = simulator.page(&format!("/_simulator/token?email={person}"));
    let token = token["token"].as_str().expect("a token").to_owned();
    let base = simulator.variable("WEBEX_API_URL");
    let webex = base.trim_start_matches("http://").trim_end_matches("/v1");
    let message = json!({"toPersonEmail": BOT, "text": "agenda"}).to_string();
    let (head, body) = asks(webex, "POST /v1/messages", &token, &message);
    assert!(head.starts_with("HTTP/1.1 200"), "{head} {body}");
}

/// What the bot has written.
fn answers(simulator: &Simulator) -> Vec<Value> {
    let world = simulator.world();
    let mut messages = world["messages"].as_array().cloned().unwrap_or_default();
    messages.retain(|message| message["personEmail"] == BOT);
    messages
}

/// The first answer, once it is there.
fn answer(simulator: &Simulator) -> Value {
    loop {
        if let Some(first) = answers(simulator).into_iter().next() {
            return first;
        }
    }
}

#[test]
fn what_a_person_asks_in_private_is_answered() {
    let (stage, simulator) = applied("");
    let serve = Serve::start(&stage, &simulator, "", "Serving");
    asks_in_private(&stage, &simulator);
    let answer = answer(&simulator);
    assert!(
        answer["markdown"]
            .as_str()
            .is_some_and(|text| text.contains("[Join](")),
        "{answer}"
    );
    let (_, figures) = gets(&serve.control, "/metrics");
    assert!(
        figures.contains("showcaller_events{state=\"answered\"} 1"),
        "{figures}"
    );
    serve.ends().exits(0);
}

#[test]
fn yesterdays_ledger_answers_nothing_that_another_one_has_answered() {
    let (stage, simulator) = applied("");
    let yesterdays = "--ledger sqlite:yesterday";
    stage
        .run_on(&simulator, &format!("apply event.yaml --yes {yesterdays}"))
        .exits(0);
    Serve::start(&stage, &simulator, yesterdays, "Serving")
        .ends()
        .exits(0);
    let mut first = Serve::start(&stage, &simulator, "", "Serving");
    asks_in_private(&stage, &simulator);
    answer(&simulator);
    let line = format!("serve event.yaml --listen 127.0.0.1:0 {yesterdays}");
    ran(&mut simulator.command(&stage, &line)).exits(4);
    assert_eq!(answers(&simulator).len(), 1);
    let second = format!("{yesterdays} --take-over");
    let second = Serve::start(&stage, &simulator, &second, "Serving");
    // What is asked now is answered by the second, and by it alone.
    asks_in_private(&stage, &simulator);
    while answers(&simulator).len() < 2 {}
    second.ends().exits(0);
    assert_eq!(answers(&simulator).len(), 2);
    signal("KILL", first.child.id());
    first.waits();
}

#[test]
fn of_two_ledgers_one_is_served_until_the_other_is_told_to_take_over() {
    let (stage, simulator) = applied("");
    let other = "--ledger sqlite:other";
    stage
        .run_on(&simulator, &format!("apply event.yaml --yes {other}"))
        .exits(0);
    let mut first = Serve::start(&stage, &simulator, "", "Serving");
    let line = format!("serve event.yaml --listen 127.0.0.1:0 {other}");
    ran(&mut simulator.command(&stage, &line))
        .exits(4)
        .fits()
        .says("(event cheese-workshop since")
        .says("--take-over");
    let second = Serve::start(
        &stage,
        &simulator,
        &format!("{other} --take-over"),
        "Serving",
    );
    let target = format!("active http://{}/hooks/cheese-workshop", second.public);
    assert_eq!(hooks(&simulator), vec![target; 3]);
    signal("KILL", first.child.id());
    first.waits();
    second
        .ends()
        .exits(0)
        .says("Took the bot's webhooks over from");
    // The first begins anew where the second has ended.
    let third = Serve::start(&stage, &simulator, "", "Serving");
    third
        .ends()
        .exits(0)
        .says("Replaced the webhooks of")
        .says("nothing answers there any more");
}

#[test]
fn two_replicas_serve_one_ledger_side_by_side() {
    let (stage, simulator) = applied("");
    let first = Serve::start(&stage, &simulator, "", "Serving");
    let second = Serve::start(&stage, &simulator, "", "Serving");
    let (_, ready) = gets(&second.control, "/readyz");
    assert_eq!(ready, "ready\n");
    let health = |serve: &Serve| gets(&serve.public, "/healthz").1;
    assert_eq!(health(&first), health(&second));
    first.ends().exits(0);
    second
        .ends()
        .exits(0)
        .says("The webhooks are looked after by ann@");
}

#[test]
fn it_serves_what_was_applied_and_says_where_the_file_differs() {
    let (stage, simulator) = applied("");
    stage.change("event.yaml", "title:", "title : [");
    let serve = Serve::start(&stage, &simulator, "", "Serving");
    serve
        .ends()
        .exits(0)
        .fits()
        .says("event.yaml has changed since it was last applied");
    std::fs::remove_file(stage.path("event.yaml")).expect("it is there");
    let serve = Serve::start(&stage, &simulator, "", "Serving");
    serve
        .ends()
        .exits(0)
        .fits()
        .says("event.yaml cannot be read");
}

#[test]
fn what_cannot_work_is_refused_before_anything_is_done() {
    let stage = Stage::with("workshop");
    stage
        .run("serve event.yaml")
        .exits(2)
        .says("was not applied yet")
        .says("showcaller apply event.yaml");
    stage
        .run("serve event.yaml --simulate")
        .exits(2)
        .says("showcaller simulator");
    let (stage, simulator) = applied("");
    let refused = |options: &str| {
        let line = format!("serve event.yaml --listen 127.0.0.1:0 {options}");
        ran(&mut simulator.command(&stage, &line))
    };
    refused("--control 0.0.0.0:0")
        .exits(2)
        .says("reached from other machines");
    refused("--public-url ftp://example.com")
        .exits(2)
        .says("write it like https://");
    refused("--public-url https://ann:secret@example.com").exits(2);
    let listen = simulator
        .variable("WEBEX_API_URL")
        .replace("http://", "")
        .replace("/v1", "");
    let line = format!("serve event.yaml --listen {listen}");
    ran(&mut simulator.command(&stage, &line))
        .exits(1)
        .says("another program listens there");
    ran(stage
        .command("serve event.yaml --listen 127.0.0.1:0")
        .env("WEBEX_BOT_TOKEN", "a-token"))
    .exits(2)
    .says("--public-url https://");
    assert_eq!(hooks(&simulator), Vec::<String>::new());
}
