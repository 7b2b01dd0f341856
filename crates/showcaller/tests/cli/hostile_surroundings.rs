//! What files, ledgers and Webex may hold, and where outputs may be sent by mistake.

mod outputs;

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Command;

use showcaller_event::controls::is_control;

use crate::stage::{Simulator, Stage};

/// Sets a window's title, hides text, clears the screen and turns a line around; C0, DEL, C1 and marks.
const HOSTILE: &str = "x\u{1b}]0;pwned\u{7}\u{1b}[8m\u{1b}[2J\u{7f}\u{9b}1m\r\u{61c}\u{202e}\u{2066}\u{200f}\u{2028}y";

/// Every command and what it is run with. `H` stands for a hostile argument, `M` for one that has
/// nothing but a mark which turns it around.
const LINES: &[(&str, &[&str])] = &[
    ("new", &["new H"]),
    (
        "rehearse",
        &[
            "rehearse event.yaml --questions 3 --watch",
            "rehearse event.yaml --faults H",
            "rehearse event.yaml --replay H",
            "rehearse H",
        ],
    ),
    (
        "report",
        &[
            "report event.yaml --simulate",
            "report event.yaml --simulate --format json",
            "report event.yaml --simulate --output H",
        ],
    ),
    (
        "record",
        &[
            "record event.yaml --simulate --out H",
            "record event.yaml --simulate --include-unanswered-texts --out recording.json",
        ],
    ),
    (
        "check",
        &[
            "check event.yaml",
            "check broken.yaml",
            "check roster.yaml",
            "check H",
        ],
    ),
    (
        "plan",
        &[
            "plan event.yaml --simulate",
            "plan event.yaml --simulate --format markdown",
            "plan event.yaml --simulate --format json --full",
            "plan event.yaml --simulate --recreate H",
            "plan event.yaml --ledger sqlite:new",
            "plan event.yaml --ledger sqlite:H",
        ],
    ),
    (
        "apply",
        &[
            "apply event.yaml --simulate --yes --full",
            "apply event.yaml --simulate --now H",
            "apply event.yaml --ledger sqlite:new --yes",
        ],
    ),
    (
        "serve",
        &[
            "serve event.yaml --listen 127.0.0.1:0 --ledger sqlite:new",
            "serve event.yaml --listen H",
            "-ll serve event.yaml --listen 127.0.0.1:0 --ledger sqlite:.showcaller/event.simulated.ledger",
        ],
    ),
    (
        "cue list",
        &[
            "cue event.yaml list --simulate",
            "cue event.yaml list --simulate --json",
        ],
    ),
    (
        "cue preview",
        &[
            "cue event.yaml preview doors --simulate",
            "cue event.yaml preview H --simulate",
        ],
    ),
    (
        "cue test",
        &["cue event.yaml test doors --to back-office --yes --simulate"],
    ),
    (
        "cue go",
        &[
            "cue event.yaml go doors --yes --simulate --as H",
            "cue event.yaml go H --simulate",
        ],
    ),
    ("cue hold", &["cue event.yaml hold doors --simulate --as H"]),
    ("cue skip", &["cue event.yaml skip H --simulate"]),
    ("cue retry", &["cue event.yaml retry doors --simulate"]),
    (
        "cue again",
        &["cue event.yaml again doors --audience 10 --simulate"],
    ),
    (
        "cue recall",
        &["cue event.yaml recall doors --yes --simulate"],
    ),
    (
        "cue correct",
        &["cue event.yaml correct doors M --yes --simulate"],
    ),
    (
        "cue settle",
        &[
            "cue event.yaml settle doors --simulate",
            "cue event.yaml settle H --simulate",
        ],
    ),
    (
        "cue started",
        &[
            "cue event.yaml started tasting --simulate",
            "cue event.yaml started H --simulate",
        ],
    ),
    ("cue ended", &["cue event.yaml ended tasting --simulate"]),
    (
        "say",
        &[
            "say event.yaml M --to room/kitchen --yes --simulate",
            "say event.yaml H --to H --simulate",
        ],
    ),
    (
        "ask",
        &[
            "ask event.yaml agenda --in kitchen --simulate",
            "ask event.yaml agenda --in kitchen --simulate --json",
            "ask event.yaml H --as H --simulate",
        ],
    ),
    (
        "slip",
        &[
            "slip event.yaml saturday 10m --simulate --yes",
            "slip event.yaml saturday M --simulate",
            "slip event.yaml H 1m --simulate",
        ],
    ),
    (
        "token create",
        &[
            "token event.yaml create --name M --for cues --ledger sqlite:.showcaller/event.simulated.ledger",
        ],
    ),
    (
        "token list",
        &["token event.yaml list --ledger sqlite:.showcaller/event.simulated.ledger"],
    ),
    (
        "token revoke",
        &["token event.yaml revoke H --ledger sqlite:.showcaller/event.simulated.ledger"],
    ),
    (
        "runsheet",
        &[
            "runsheet event.yaml --simulate",
            "runsheet event.yaml --simulate --wide",
            "runsheet event.yaml --simulate --format csv",
            "runsheet event.yaml --simulate --format html",
            "runsheet event.yaml --simulate --output H",
        ],
    ),
    (
        "calendar",
        &[
            "calendar event.yaml --simulate --all",
            "calendar event.yaml --simulate --for H",
        ],
    ),
    (
        "ledger backup",
        &[
            "ledger backup event.yaml H --simulate",
            "ledger backup event.yaml event.yaml --simulate",
        ],
    ),
    (
        "ledger restore",
        &[
            "ledger restore event.yaml H --simulate",
            "ledger restore event.yaml event.yaml --simulate",
        ],
    ),
    (
        "ledger show",
        &[
            "ledger show event.yaml --simulate",
            "ledger show event.yaml --simulate --format json",
            "ledger show event.yaml --simulate --address meeting/tasting",
            "ledger show event.yaml --simulate --address H",
        ],
    ),
    (
        "simulator",
        &[
            "simulator --listen H",
            "simulator --state people.csv",
            "simulator --fault H",
            "simulator --set H=H",
        ],
    ),
];

/// Every command that the help lists, as far down as it goes.
fn commands(stage: &Stage, above: &str) -> BTreeSet<String> {
    let help = stage.run(&format!("{above} --help")).exits(0).stdout;
    let listed = help
        .lines()
        .skip_while(|line| !matches!(*line, "Commands:" | "What to do:"))
        .skip(1)
        .take_while(|line| !line.is_empty());
    let names: Vec<&str> = listed
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    if names.is_empty() {
        return BTreeSet::from([above.trim().to_owned()]);
    }
    let below = names
        .iter()
        .flat_map(|name| commands(stage, &format!("{above} {name}")));
    below.collect()
}

/// In YAML and in JSON.
fn escaped(text: &str) -> String {
    text.chars()
        .map(|letter| format!("\\u{:04x}", u32::from(letter)))
        .collect()
}

/// An event that was applied, after which everything that may is hostile.
fn hostile() -> Stage {
    let stage = Stage::with("workshop");
    stage.write(
        "broken.yaml",
        &stage.read("event.yaml").replace("Cheese", HOSTILE),
    );
    let escapes = format!("\"{}\"", escaped(HOSTILE));
    let roster = stage
        .read("event.yaml")
        .replace("people.csv", "hostile.csv");
    let roster = roster
        .replace("Europe/Paris", &escapes)
        .replace("kitchen]", &format!("{escapes}]"));
    stage.write("roster.yaml", &roster);
    stage.write(
        "hostile.csv",
        &format!("email,name\n{HOSTILE}@example.com,{HOSTILE}\n{HOSTILE}\n"),
    );
    // What is no control character by Unicode's categories may stand in an event.
    let marks = "\"Cheese \\u202e for \\u2066 \\u200f beginners\"";
    stage.change("event.yaml", "Cheese for beginners", marks);
    stage.change("event.yaml", "Tasting, all together", marks);
    stage.change(
        "event.yaml",
        "Take the cheese",
        "\\u202e\\u2066 Take the cheese",
    );
    stage.change(
        "people.csv",
        "Odile Fournier",
        "Odile \u{202e}\u{200f} Fournier",
    );
    stage.run_as_it_is("apply event.yaml --simulate --yes");
    let world = ".showcaller/event.simulated-world.json";
    stage.change(world, "The kitchen", &escaped(HOSTILE));
    stage.poke(&[
        "UPDATE secrets SET secret = 'H'",
        "UPDATE operations SET reason = 'H', tracking_id = 'H', run = 'H'",
        "UPDATE operations SET state = 'unclear' WHERE address LIKE 'meeting/%'",
        "UPDATE resources SET attributes = replace(attributes, '\"host_key\":\"', '\"host_key\":\"J')",
        "UPDATE resources SET attributes = replace(attributes, '\"sip\":\"', '\"sip\":\"J')",
        "UPDATE resources SET attributes = replace(attributes, '\"number\":\"', '\"number\":\"J')",
        "UPDATE resources SET attributes = replace(attributes, 'MTID=', 'J')",
        "INSERT INTO tombstones VALUES (99, 'meeting/tasting', 'H', 'meeting', 0, 'H')",
        "INSERT INTO pins VALUES ('H', 'H')",
        "UPDATE leases SET holder = 'H', origin = NULL, held_until = 9000000000000000 \
         WHERE name = 'cues'",
    ]);
    stage
}

impl Stage {
    fn run_as_it_is(&self, line: &str) {
        let ran = self.command(line).output().unwrap();
        assert!(ran.status.success(), "{line}: {ran:?}");
    }

    /// Changes the simulated event's ledger; `H` is a hostile text, `J` the same within JSON.
    fn poke(&self, statements: &[&str]) {
        let file = self.path(".showcaller/event.simulated.ledger");
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            use sqlx::{Connection as _, Executor as _};
            sqlx::any::install_default_drivers();
            let url = format!("sqlite:{}", file.display());
            let mut conn = sqlx::AnyConnection::connect(&url).await.unwrap();
            for statement in statements {
                let statement = statement
                    .replace("'H'", &format!("'{HOSTILE}'"))
                    .replace("J'", &format!("{}'", escaped(HOSTILE)));
                let done = conn.execute(sqlx::AssertSqlSafe(statement.as_str())).await;
                done.unwrap_or_else(|error| panic!("{statement}: {error}"));
            }
            conn.close().await.unwrap();
        });
    }
}

/// A Webex that refuses every call in hostile words; its address.
fn hostile_webex() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let text = escaped(HOSTILE);
            let body = format!(
                "{{\"message\":\"{text}\",\"errors\":[{{\"description\":\"{text}\"}}],\"trackingId\":\"{text}\"}}"
            );
            let head = format!(
                "HTTP/1.1 403 No\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    base
}

/// Runs it for a pipe or as for a terminal, and returns all that it wrote, without its own colours.
fn wrote(stage: &Stage, line: &str, webex: &str, colours: bool) -> String {
    let mut command: Command = stage.command("");
    let words = line
        .split(' ')
        .map(|word| word.replace('H', HOSTILE).replace('M', "a\u{202e}b"));
    command
        .args(words)
        .env("USER", HOSTILE)
        .env("WEBEX_API_URL", webex)
        .env("WEBEX_BOT_TOKEN", "bot")
        .env("WEBEX_HOST_TOKEN", "host");
    if colours {
        command.env_remove("NO_COLOR").env("CLICOLOR_FORCE", "1");
    }
    let output = command.output().unwrap();
    let mut all = [output.stdout, output.stderr].concat();
    all.push(b'\n');
    let text = String::from_utf8(all).expect("UTF-8");
    assert!(!text.contains("panicked"), "{text}");
    without_colours(&text).replace("\r\n", "\n")
}

/// Without sequences that set colours. That of a hostile text is none of ours.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let codes =
            part.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ';');
        match codes.strip_prefix('m') {
            Some(rest) if !part.starts_with("8m") => plain.push_str(rest),
            _ => plain.push_str(&format!("\u{1b}[{part}")),
        }
    }
    plain
}

/// Runs it, expects nothing hostile, and returns whether a stand-in shows for it.
#[track_caller]
fn shows(stage: &Stage, line: &str, webex: &str, colours: bool) -> bool {
    let text = wrote(stage, line, webex, colours);
    let hostile = |letter: char| is_control(letter) && letter != '\n';
    assert!(!text.contains(hostile), "{line}\n{text:?}");
    text.contains("␛[8m") || text.contains("\\u001b")
}

#[test]
fn no_output_of_any_command_holds_a_control_character_that_came_from_outside() {
    let stage = hostile();
    let listed: BTreeSet<String> = LINES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(
        commands(&stage, ""),
        listed,
        "each command has lines in this test"
    );
    let webex = hostile_webex();
    let mut shown = 0;
    for (name, lines) in LINES {
        for line in *lines {
            shown += usize::from(shows(&stage, line, &webex, true));
            // Where much is written, a pipe gets it too.
            if ["check", "plan", "ledger show"].contains(name) {
                shows(&stage, line, &webex, false);
            }
        }
    }
    // Otherwise nothing of it was on the way to the outputs.
    assert!(shown > 20, "{shown}");
    stage.poke(&["UPDATE binding SET event_key = 'H'"]);
    assert!(shows(&stage, "plan event.yaml --simulate", &webex, true));
}

#[test]
fn a_log_has_no_colours_and_shows_what_others_wrote() {
    let stage = hostile();
    let ledger = "sqlite:.showcaller/event.simulated.ledger";
    let line = format!("-ll plan event.yaml --ledger {ledger}");
    let mut command = stage.command(&line);
    command
        .env_remove("NO_COLOR")
        .env("WEBEX_API_URL", hostile_webex())
        .env("WEBEX_BOT_TOKEN", "bot")
        .env("WEBEX_HOST_TOKEN", "host");
    let output = command.output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(log.contains("DEBUG answered owner="), "{log}");
    assert!(
        !log.contains(|letter| is_control(letter) && letter != '\n'),
        "{log:?}"
    );
}
