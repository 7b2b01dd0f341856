//! Promise 10: secrets do not leak.
//!
//! Passwords, host keys and tokens that are known here are searched for in everything that may end
//! up before somebody's eyes: plans, reports, errors, logs, diagnostics, sheets, recordings.

mod served;

use std::error::Error as _;
use std::fmt::Debug;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use showcaller_engine::InForce;
use showcaller_event::{Event, Input, check};
use showcaller_plan::read::{TextStyle, json as plan_json, markdown, text};
use showcaller_plan::{LookWish, Plan, SavedPlan, SavedWebex, Wishes, differences};
use showcaller_rehearsal::BOT;
use showcaller_render::calendar;
use showcaller_render::facts::Told;
use showcaller_render::runsheet::{Audience, Layout, RunSheet};

use crate::by_hand::all;
use crate::files::{Files, fair};
use crate::stage::{Stage, every_flag};
use crate::wire::{Fate, Sent, Wire};

const PLANTED: &str = "Planted-Secret-1";
const REPLANTED: &str = "Planted-Secret-2";
const HOST: &str = "events@example.com";

fn planted(password: &str) -> Files {
    fair().edited("Cotton-2027-Loom", password)
}

/// What must not be seen, by what it is.
#[derive(Default)]
struct Secrets(Vec<(String, String)>);

impl Secrets {
    /// Everything secret that there is by now.
    fn of(stage: &Stage) -> Self {
        let mut secrets = Self::default();
        for password in [PLANTED, REPLANTED] {
            secrets.add("a given password", password);
        }
        for who in [BOT, HOST] {
            secrets.add("a token", &stage.simulator.token_for(who));
        }
        for meeting in all(&stage.simulator, "meetings") {
            for (what, member) in [
                ("a password", "password"),
                ("a password for telephones", "phoneAndVideoSystemPassword"),
                ("a host key", "hostKey"),
            ] {
                if let Some(secret) = meeting[member].as_str() {
                    secrets.add(what, secret);
                }
            }
        }
        secrets
    }

    fn add(&mut self, what: &str, secret: &str) {
        assert!(secret.len() >= 6, "too short to be searched for");
        self.0.push((what.to_owned(), secret.to_owned()));
    }

    /// Those that are called so.
    fn only(mut self, what: &str) -> Self {
        self.0.retain(|(name, _)| name == what);
        assert!(!self.0.is_empty(), "there is {what}");
        self
    }

    /// Fails if one of them is in `output`. Digits alone count only as a word of their own: they
    /// may be part of anything.
    fn are_not_in(&self, place: &str, output: &str) {
        for (what, secret) in &self.0 {
            let word = |at: usize| {
                let around = output[..at].chars().next_back();
                let after = output[at + secret.len()..].chars().next();
                !secret.bytes().all(|byte| byte.is_ascii_digit())
                    || ![around, after]
                        .iter()
                        .flatten()
                        .any(|c| c.is_alphanumeric())
            };
            let found = output
                .match_indices(secret.as_str())
                .find(|(at, _)| word(*at));
            if let Some((at, _)) = found {
                let context: String = output[..at].chars().rev().take(120).collect();
                let context: String = context.chars().rev().collect();
                panic!("{place} shows {what} after «{context}»");
            }
        }
    }

    fn are_not_in_debug(&self, place: &str, value: &impl Debug) {
        self.are_not_in(place, &format!("{value:?} {value:#?}"));
    }
}

fn search_plan(secrets: &Secrets, place: &str, plan: &Plan) {
    for verbose in [false, true] {
        let style = TextStyle {
            verbose,
            ..TextStyle::default()
        };
        let page = text(plan, &style);
        let words = page.lines.iter().flat_map(|line| {
            let spans = line.spans.iter().map(|span| span.text.as_str());
            spans.chain(["\n"])
        });
        let words: String = words.collect();
        secrets.are_not_in(&format!("{place} as text"), &words);
    }
    secrets.are_not_in(&format!("{place} as Markdown"), &markdown(plan));
    secrets.are_not_in(&format!("{place} as JSON"), &plan_json(plan));
    let saved = SavedPlan {
        event_file: "event.yaml".to_owned(),
        digest: "of the files".to_owned(),
        simulated: true,
        webex: SavedWebex {
            base_url: "https://webexapis.com/v1/".to_owned(),
            bot_id: "bot".to_owned(),
            org_id: "org".to_owned(),
        },
        runs: None,
        wishes: Wishes::default(),
        plan: plan.clone(),
    };
    let written = saved.write();
    secrets.are_not_in(&format!("{place}, saved"), &written);
    let read = SavedPlan::read(written.as_bytes()).expect("it can be read");
    let read = read.expect("it is a saved plan").plan;
    assert_eq!(differences(&read, plan), [], "nothing else is lost");
    secrets.are_not_in_debug(place, plan);
}

#[tokio::test]
async fn plans_reports_and_values_show_no_secret() {
    let event = planted(PLANTED).event();
    let stage = Stage::before(&event).await;
    let first = stage.look(&event, &every_flag()).await;
    let before = Secrets::of(&stage);
    search_plan(&before, "the first plan", &first.plan);
    before.are_not_in_debug("the first look", &first);
    let report = stage.apply_outlook(&event, first).await;
    assert!(report.is_complete(), "{report:#?}");

    let secrets = Secrets::of(&stage);
    assert!(secrets.0.len() > 10, "there is something to search for");
    secrets.are_not_in_debug("a report", &report);
    secrets.are_not_in_debug("the event", &event);
    secrets.are_not_in_debug("an engine", &stage.engine(&event));
    secrets.are_not_in_debug("the simulator", &stage.simulator);
    let ledger = &stage.ledger;
    secrets.are_not_in_debug("the ledger", ledger);
    secrets.are_not_in_debug("its entries", &ledger.resources().await);
    secrets.are_not_in_debug("its intents", &ledger.operations_of_run("1").await);
    secrets.are_not_in_debug("its revision", &ledger.latest_revision().await);
    let in_force = InForce::draft(event.clone(), ledger).await;
    secrets.are_not_in_debug("what is in force", &in_force);

    // Another password: the plan says that it changes, not from what into what.
    let changed = planted(REPLANTED).event();
    let outlook = stage.look(&changed, &every_flag()).await;
    assert_eq!(outlook.plan.steps.len(), 1);
    search_plan(&secrets, "a plan for another password", &outlook.plan);
    secrets.are_not_in_debug("a look at another password", &outlook);
    let report = stage.apply_outlook(&changed, outlook).await;
    assert!(report.is_complete(), "{report:#?}");
    let shown = crate::by_hand::the(&stage.simulator, "meetings", "title", "Jury table");
    assert_eq!(shown["password"], REPLANTED, "the change was real");
    let full = stage.full_plan(&changed).await;
    assert!(full.is_empty());
    search_plan(&secrets, "an empty plan", &full);

    // And taken away again, with everything that goes.
    let fewer = planted(REPLANTED)
        .edited("  jury-table:\n", "  jury-chairs:\n")
        .people_edited("otto@example.com,Otto Sand,,organiser\n", "");
    let plan = stage.look(&fewer.event(), &Wishes::default()).await.plan;
    search_plan(&secrets, "a plan with removals", &plan);
}

type Echo = fn(&Request<Bytes>) -> Fate;

/// Answers as a broken or talkative Webex might give them, all with what was sent in them.
fn echoes() -> Vec<(&'static str, Echo)> {
    fn answer(status: u16, kind: &str, body: String) -> Fate {
        let answer = Response::builder()
            .status(StatusCode::from_u16(status).expect("a status"))
            .header("content-type", kind)
            .header("trackingid", "ROUTERGW_test")
            .body(Bytes::from(body));
        Fate::Answered(answer.expect("an answer"))
    }
    fn told(request: &Request<Bytes>) -> String {
        let header = request.headers().get("authorization");
        let header = header.and_then(|value| value.to_str().ok()).unwrap_or("");
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let password = body["password"].as_str().unwrap_or("no password");
        format!("«{header}» may not set «{password}»")
    }
    fn refused(status: u16, request: &Request<Bytes>) -> Fate {
        let told = told(request);
        let body = json!({ "message": told, "errors": [{ "description": told }, told] });
        answer(status, "application/json", body.to_string())
    }
    vec![
        ("400", |request| refused(400, request)),
        ("401", |request| refused(401, request)),
        ("403", |request| refused(403, request)),
        ("409", |request| refused(409, request)),
        ("HTML", |request| answer(502, "text/html", told(request))),
        ("HTML with success", |request| {
            answer(200, "text/html", told(request))
        }),
        ("another shape", |request| {
            let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
            answer(
                200,
                "application/json",
                json!([told(request), body]).to_string(),
            )
        }),
        ("cut short", |request| {
            let body = String::from_utf8_lossy(request.body()).into_owned();
            let half = body.len() * 2 / 3;
            let half = (half..).find(|at| body.is_char_boundary(*at)).unwrap_or(0);
            answer(200, "application/json", body[..half].to_owned())
        }),
        ("nothing", |_| Fate::Lost),
        ("no answer", |_| Fate::AnswerLost),
    ]
}

fn spoils_writes(sent: &Sent) -> bool {
    sent.writes() && sent.path.starts_with("/v1/meeting")
}

#[tokio::test]
async fn errors_show_no_secret_however_webex_answers() {
    let event = planted(PLANTED).event();
    for (name, answer) in echoes() {
        for spoilt in [spoils_writes, |_: &Sent| true] {
            let mut stage = Stage::before(&event).await;
            let clean = Arc::clone(&stage.transport);
            let first = stage.look(&event, &Wishes::default()).await;
            stage.transport = Wire::judged_by(&clean, move |sent, request| {
                if spoilt(sent) {
                    answer(request)
                } else {
                    Fate::Passes
                }
            });
            let report = stage.apply_outlook(&event, first).await;
            assert!(!report.is_complete(), "{name} stops something");
            let secrets = Secrets::of(&stage);
            secrets.are_not_in_debug(&format!("the report after {name}"), &report);
            for failure in report.failed.iter().chain(&report.unclear) {
                secrets.are_not_in(&format!("a sentence after {name}"), &failure.sentence);
            }
            let intents = stage.ledger.operations_of_run("1").await;
            secrets.are_not_in_debug(&format!("the intents after {name}"), &intents);

            let look = stage.engine(&event).look(&event, &Wishes::default()).await;
            if let Err(error) = &look {
                secrets.are_not_in_debug(&format!("an error after {name}"), error);
                let mut cause: Option<&dyn std::error::Error> = Some(error);
                while let Some(error) = cause {
                    secrets.are_not_in(&format!("an error after {name}"), &error.to_string());
                    cause = error.source();
                }
                let hint = error.hint().unwrap_or_default();
                secrets.are_not_in(&format!("a hint after {name}"), &hint);
                assert!(error.source().is_some() || !error.to_string().is_empty());
            }
            stage.dismiss();
        }
    }
}

/// What is logged in this process while somebody listens.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

static LISTENING: AtomicUsize = AtomicUsize::new(0);

/// The log of the whole process, database threads included, from now on.
fn log() -> Log {
    use tracing_subscriber::Layer as _;
    use tracing_subscriber::layer::SubscriberExt as _;
    static LOG: OnceLock<Log> = OnceLock::new();
    let log = LOG.get_or_init(|| {
        let log = Log::default();
        let writer = log.clone();
        let layer = tracing_subscriber::fmt::layer()
            .with_ansi(false)
            .with_writer(move || writer.clone())
            // The other tests of this process are not kept waiting for a log that nobody reads.
            .with_filter(tracing_subscriber::filter::filter_fn(|_| {
                LISTENING.load(Ordering::Relaxed) > 0
            }));
        let subscriber = tracing_subscriber::registry().with(layer);
        tracing::subscriber::set_global_default(subscriber).expect("nobody else listens");
        log
    });
    log.clone()
}

#[tokio::test]
async fn the_log_shows_no_secret_at_its_most_talkative() {
    let log = log();
    LISTENING.fetch_add(1, Ordering::Relaxed);
    let event = planted(PLANTED).event();
    let mut stage = Stage::before(&event).await;
    let report = stage.apply(&event, &Wishes::default()).await;
    assert!(report.is_complete(), "{report:#?}");
    let changed = planted(REPLANTED).event();
    let clean = Arc::clone(&stage.transport);
    let outlook = stage.look(&changed, &Wishes::default()).await;
    stage.transport = Wire::judged_by(&clean, |sent, request| {
        if spoils_writes(sent) {
            (echoes()[0].1)(request)
        } else {
            Fate::Passes
        }
    });
    let report = stage.apply_outlook(&changed, outlook).await;
    assert!(!report.is_complete());
    LISTENING.fetch_sub(1, Ordering::Relaxed);

    let secrets = Secrets::of(&stage);
    let written = log.0.lock().unwrap_or_else(PoisonError::into_inner);
    let written = String::from_utf8_lossy(&written);
    for word in [
        "POST",
        "/meetings",
        "a step did not succeed",
        "ledger opened",
    ] {
        assert!(written.contains(word), "the log tells of «{word}»");
    }
    secrets.are_not_in("the log", &written);
}

#[test]
fn check_repeats_no_password() {
    let mut repeated = Vec::new();
    for password in [
        "planted",
        "Planted-Secret-111",
        "PLANTED-SECRET-1",
        "Planted Secret 1",
        "[Planted-Secret-1]",
        "{ Planted-Secret-1: 2 }",
        "*Planted-Secret-1",
        "\"Planted-Secret-1",
        "Planted-Secret-1: x",
        "{{ Planted-Secret-1 }}",
        "!Planted-Secret-1 x",
    ] {
        let files = planted(password);
        let load = |_: &str| Ok(files.people.clone().into_bytes());
        let checked = check(&Input {
            name: "event.yaml",
            bytes: files.yaml.as_bytes(),
            load: &load,
            now: None,
        });
        let told = checked.diagnostics.iter();
        let told = told.map(|diagnostic| format!("{diagnostic} {diagnostic:?}"));
        repeated.extend(told.filter(|told| told.to_lowercase().contains("planted")));
    }
    assert_eq!(repeated, Vec::<String>::new());
}

/// The event as it stands on Webex, for the sheets.
async fn applied() -> (Event, Stage, Told) {
    let event = planted(PLANTED).event();
    let stage = Stage::before(&event).await;
    let report = stage.apply(&event, &Wishes::default()).await;
    assert!(report.is_complete(), "{report:#?}");
    let in_force = InForce::draft(event.clone(), &stage.ledger).await;
    let meetings = in_force.expect("a ledger").meetings;
    let told = Told {
        facts: meetings
            .iter()
            .map(|(key, meeting)| (key.clone(), meeting.facts.clone()))
            .collect(),
        hosts: meetings
            .into_iter()
            .map(|(key, meeting)| (key, meeting.host))
            .collect(),
    };
    (event, stage, told)
}

#[tokio::test]
async fn what_attendees_get_holds_no_host_key_and_no_token() {
    let (event, stage, told) = applied().await;
    let keys = Secrets::of(&stage).only("a host key");
    let tokens = Secrets::of(&stage).only("a token");
    let zone = TimeZone::get(&event.timezone).expect("a zone");
    let entries: Vec<calendar::Entry> = event
        .meetings
        .iter()
        .map(|meeting| calendar::Entry {
            appointment: calendar::Appointment::of(meeting, &told),
            uid: calendar::uid_of(&event.key, &meeting.key),
            sequence: 0,
            stamp: stage.now(),
            cancelled: false,
        })
        .collect();
    let calendar = calendar::calendar(&event.title, &zone, stage.now(), &entries);
    keys.are_not_in("a calendar", &calendar);
    tokens.are_not_in("a calendar", &calendar);

    for audience in [Audience::Attendee, Audience::Organiser] {
        let sheet = RunSheet::of(&event, &told, audience);
        let forms = [
            sheet.to_csv(),
            sheet.to_html(),
            sheet.to_table(Layout::Wide),
            format!("{sheet:?}"),
        ];
        for form in &forms {
            tokens.are_not_in("a run sheet", form);
            if audience == Audience::Attendee {
                keys.are_not_in("an attendee's run sheet", form);
            }
        }
        if audience == Audience::Organiser {
            // The search can find something: organisers are given the keys.
            let (_, key) = &keys.0[0];
            assert!(forms[0].contains(key.as_str()));
        }
    }
}

#[tokio::test]
async fn a_link_that_opens_a_meeting_is_in_no_debug_form() {
    let (event, _stage, told) = applied().await;
    let sheet = RunSheet::of(&event, &told, Audience::Organiser);
    let appointments = event.meetings.iter();
    let appointments = appointments.map(|meeting| calendar::Appointment::of(meeting, &told));
    let forms = [
        format!("{told:?}"),
        format!("{sheet:?}"),
        format!("{:?}", appointments.collect::<Vec<_>>()),
    ];
    let csv = sheet.to_csv();
    for facts in told.facts.values() {
        let link = facts.link.as_ref().expect("a link").expose();
        // The search can find something: the sheet itself gives the links.
        assert!(csv.contains(link));
        assert!(forms.iter().all(|form| !form.contains(link)), "{link}");
    }
}

#[tokio::test]
async fn recordings_hold_no_token() {
    let log = Log::default();
    let record = Box::new(log.clone());
    let event = planted(PLANTED).event();
    let stage = Stage::with(&event, |config| config.record = Some(record)).await;
    let wishes = Wishes {
        look: LookWish::Full,
        ..every_flag()
    };
    let report = stage.apply(&event, &wishes).await;
    assert!(report.is_complete(), "{report:#?}");
    let written = log.0.lock().unwrap_or_else(PoisonError::into_inner);
    let written = String::from_utf8_lossy(&written);
    assert!(written.lines().count() > 50, "there is a recording");
    let tokens = Secrets::of(&stage).only("a token");
    tokens.are_not_in("a recording", &written);
}
