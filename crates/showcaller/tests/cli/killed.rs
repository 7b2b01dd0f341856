//! `apply`, killed with SIGKILL at the n-th call that may change something, before Webex acts on it
//! or after, and typed again: the world is that of a run which nobody killed, on either database.
//!
//! Nobody waits for the settle window: the second command, and Webex with it, live two minutes later.

use std::collections::BTreeSet;
use std::process::Child;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use http::{Method, StatusCode};
use showcaller_event::Event;

use crate::postgres::Database;
use crate::stage::{Ran, Stage, ran};
use crate::webex::{Webex, event};

/// Where in the n-th writing call the program dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Death {
    Before,
    After,
}

/// Counts the writing calls of one program, and kills it.
#[derive(Default)]
struct Executioner {
    victim: Mutex<Option<Child>>,
    plan: Option<(usize, Death)>,
    written: AtomicUsize,
}

impl Executioner {
    fn kill(&self) {
        // Held until the program has been started.
        let mut victim = self.victim.lock().unwrap_or_else(PoisonError::into_inner);
        let victim = victim.as_mut().expect("a program that calls");
        victim.kill().expect("SIGKILL");
    }
}

/// Who watches at present.
type Desk = Arc<Mutex<Arc<Executioner>>>;

async fn watch(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let watcher = Arc::clone(&desk.lock().unwrap_or_else(PoisonError::into_inner));
    let writes = request.method() != Method::GET;
    let number = watcher
        .written
        .fetch_add(usize::from(writes), Ordering::SeqCst);
    let death = watcher
        .plan
        .filter(|(at, _)| writes && *at == number)
        .map(|(_, death)| death);
    if death == Some(Death::Before) {
        watcher.kill();
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let answer = next.run(request).await;
    if death == Some(Death::After) {
        watcher.kill();
    }
    answer
}

/// A Webex whose calls somebody watches.
struct Watched {
    webex: Webex,
    desk: Desk,
}

impl Watched {
    fn before(event: &Event) -> Self {
        let desk = Desk::default();
        let webex = Webex::before(event, |router| {
            router.layer(from_fn_with_state(Arc::clone(&desk), watch))
        });
        Self { webex, desk }
    }

    /// Runs the program, which dies as planned; what it said, if it lived.
    fn run(&self, stage: &Stage, line: &str, plan: Option<(usize, Death)>) -> Ran {
        let watcher = Arc::new(Executioner {
            plan,
            ..Executioner::default()
        });
        *self.desk.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&watcher);
        let mut command = self.webex.command(stage, line);
        match plan {
            None => ran(&mut command),
            Some(_) => {
                let mut victim = watcher
                    .victim
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                // What it says is left unread, and is little.
                *victim = Some(command.spawn().expect("the program runs"));
                drop(victim);
                killed(&watcher)
            }
        }
    }
}

/// Waits for the end of a program that is to be killed.
fn killed(watcher: &Executioner) -> Ran {
    loop {
        let mut victim = watcher
            .victim
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let ended = victim.as_mut().map(Child::try_wait);
        if let Some(status) = ended.and_then(|ended| ended.expect("a child")) {
            return Ran {
                code: status.code().unwrap_or(-1),
                stdout: String::new(),
                stderr: String::new(),
            };
        }
        drop(victim);
        std::thread::yield_now();
    }
}

/// So many different places of `calls`, each with its kind of death, out of a seed.
fn places(calls: usize, wanted: usize, mut seed: u64) -> Vec<(usize, Death)> {
    let mut chosen = BTreeSet::new();
    let mut places = Vec::new();
    while places.len() < wanted.min(2 * calls) {
        // A linear congruence (Knuth's MMIX); its upper bits are good enough to choose with.
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let number = usize::try_from(seed >> 33).unwrap_or(0);
        let (at, after) = (number / 2 % calls, number % 2 == 1);
        if chosen.insert((at, after)) {
            let death = if after { Death::After } else { Death::Before };
            places.push((at, death));
        }
    }
    places
}

fn is_long() -> bool {
    std::env::var_os("SHOWCALLER_LONG").is_some()
}

/// Runs something with the option that names a ledger, which is called after the first argument.
type Kept<'a> = &'a dyn Fn(&str, &dyn Fn(&str));

/// Kills the program at places of its run, each on a ledger of its own.
fn survives(example: &str, wanted: usize, seed: u64, ledger: Kept<'_>) {
    let undisturbed = Stage::with(example);
    let event = event(&undisturbed);
    let watched = Watched::before(&event);
    let line = "apply event.yaml --yes";
    watched.run(&undisturbed, line, None).exits(0);
    let right = watched.webex.shape();
    let calls = watched.webex.simulator.world()["calls"].clone();
    let calls = calls.as_array().expect("calls").iter();
    let calls = calls.filter(|call| call["method"] != "GET").count();
    for (number, (at, death)) in places(calls, wanted, seed).into_iter().enumerate() {
        ledger(&format!("killed_{seed}_{number}"), &|option| {
            let stage = Stage::with(example);
            let watched = Watched::before(&event);
            let line = format!("apply event.yaml --yes {option}");
            let story = format!("killed {death:?} write {at} of {calls}");
            let first = watched.run(&stage, &line, Some((at, death)));
            assert_eq!(first.code, -1, "{story}: it was not killed");
            watched.webex.pass(120);
            let again = watched.run(&stage, &line, None);
            assert_eq!(again.code, 0, "{story}: {again}");
            assert_eq!(watched.webex.shape(), right, "{story}");
            watched.webex.pass(120);
            let line = format!("plan event.yaml --full --exit-code {option}");
            let plan = watched.run(&stage, &line, None);
            assert_eq!(plan.code, 0, "{story}: {plan}");
        });
    }
}

fn on_a_file(_: &str, run: &dyn Fn(&str)) {
    run("");
}

#[test]
fn a_killed_apply_is_finished_by_the_same_command_on_a_file() {
    survives("workshop", if is_long() { 50 } else { 10 }, 1, &on_a_file);
}

#[test]
fn so_is_that_of_the_reference_event() {
    let wanted = if is_long() { 50 } else { 2 };
    survives("innovation-challenge", wanted, 2, &on_a_file);
}

fn on_a_server(name: &str, run: &dyn Fn(&str)) {
    if let Some(database) = Database::new(name) {
        run(&format!("--ledger {}", database.url()));
    }
}

#[test]
fn a_killed_apply_is_finished_by_the_same_command_on_a_server() {
    let wanted = if is_long() { 50 } else { 6 };
    survives("workshop", wanted, 3, &on_a_server);
}

#[test]
fn so_is_that_of_the_reference_event_on_a_server() {
    let wanted = if is_long() { 50 } else { 1 };
    survives("innovation-challenge", wanted, 4, &on_a_server);
}
