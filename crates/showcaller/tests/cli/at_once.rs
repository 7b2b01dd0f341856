//! Two operators who type `apply` at the same moment, on a ledger that nobody has used: one acts, and
//! the other is told who does.
//!
//! Webex lets nothing be changed before one of the two programs has ended, so that neither can be
//! too late to meet the other.

use std::process::{Child, Command, Output};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use http::Method;
use tokio::sync::watch;

use crate::postgres::Database;
use crate::stage::Stage;
use crate::webex::{Webex, event};

/// Opens when a program has ended.
type Gate = Arc<watch::Sender<bool>>;

async fn wait(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    if request.method() != Method::GET {
        let mut open = gate.subscribe();
        // Whoever could open it is gone only when the test is over.
        let _ = open.wait_for(|open| *open).await;
    }
    next.run(request).await
}

fn started(mut command: Command) -> Child {
    command.spawn().expect("the program runs")
}

fn ended(child: Child) -> Output {
    child.wait_with_output().expect("it ends")
}

/// Starts the program twice; the pid of the one that acted, and what came of it, and of the other.
fn both(webex: &Webex, gate: &Gate, stage: &Stage, line: &str) -> ((u32, Output), Output) {
    let mut ann = started(webex.command(stage, line));
    let mut bob = started(webex.command(stage, line));
    let bob_is_first = loop {
        if ann.try_wait().expect("a child").is_some() {
            break true;
        }
        if bob.try_wait().expect("a child").is_some() {
            break false;
        }
        std::thread::yield_now();
    };
    gate.send_replace(true);
    let (acts, refused) = match bob_is_first {
        true => (bob, ann),
        false => (ann, bob),
    };
    ((acts.id(), ended(acts)), ended(refused))
}

fn one_acts(example: &str, option: &str) {
    let stage = Stage::with(example);
    let event = event(&stage);
    let undisturbed = Webex::before(&event, |router| router);
    let line = "apply event.yaml --yes --ledger sqlite:undisturbed.ledger";
    let alone = ended(started(undisturbed.command(&stage, line)));
    assert_eq!(alone.status.code(), Some(0), "{alone:?}");

    let gate = Gate::new(watch::Sender::new(false));
    let webex = Webex::before(&event, |router| {
        router.layer(from_fn_with_state(Arc::clone(&gate), wait))
    });
    let line = format!("apply event.yaml --yes {option}");
    let ((pid, acted), refused) = both(&webex, &gate, &stage, &line);
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(4), "{told}");
    let flat: Vec<&str> = told.split_whitespace().collect();
    let who = format!("pid {pid} has been applying this event since");
    assert!(flat.join(" ").contains(&who), "{who:?} is missing: {told}");
    let told = String::from_utf8_lossy(&acted.stderr).into_owned();
    assert_eq!(acted.status.code(), Some(0), "{told}");
    assert_eq!(webex.shape(), undisturbed.shape());

    webex.pass(120);
    let line = format!("plan event.yaml --full --exit-code {option}");
    let plan = ended(started(webex.command(&stage, &line)));
    assert_eq!(plan.status.code(), Some(0), "{plan:?}");
}

fn times() -> usize {
    match std::env::var_os("SHOWCALLER_LONG") {
        Some(_) => 25,
        None => 3,
    }
}

#[test]
fn of_two_programs_started_at_once_one_acts_on_a_file() {
    for _ in 0..times() {
        one_acts("workshop", "");
    }
}

#[test]
fn of_two_programs_started_at_once_one_acts_on_a_server() {
    for number in 0..times() {
        let Some(database) = Database::new(&format!("at_once_{number}")) else {
            return;
        };
        one_acts("workshop", &format!("--ledger {}", database.url()));
    }
}
