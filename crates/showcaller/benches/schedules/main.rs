//! What a conference costs from its file to its calendars, in five sizes.
//!
//! `cargo bench -p showcaller --bench schedules`. The program itself does everything, each command a
//! process of its own, on a simulator without latency and limits on loopback; the ledger is a file that
//! is synchronised at every commit. Seconds are those of a whole process. The first row is the reference
//! event, to compare with. Fails if an apply makes more calls than its plan said, if a plan after it is
//! not empty or makes more calls than Webex's lists need, or if a second is not enough for one of the
//! commands that change nothing.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

mod conference;
#[path = "../../../rehearsal/benches/large/mod.rs"]
mod large;
mod stage;

use std::path::Path;
use std::time::Duration;

use conference::CONFERENCES;
use stage::{Ran, Stage};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// For each command that changes nothing on Webex.
const SOON: Duration = Duration::from_secs(1);

/// The first columns of a row.
struct Size {
    name: String,
    talks: usize,
    people: usize,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    println!(
        "{:>16} {:>5} {:>6} {:>8}  {:>7}  {:>7} {:>5}  {:>7} {:>5} {:>5}  {:>7} {:>5} {:>5}  {:>8} {:>8}",
        "",
        "talks",
        "people",
        "meetings",
        "check",
        "plan",
        "calls",
        "apply",
        "calls",
        "said",
        "re-plan",
        "calls",
        "bound",
        "runsheet",
        "calendar",
    );
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/innovation-challenge");
    let read = |name: &str| std::fs::read_to_string(folder.join(name));
    let size = |name: &str, talks, people| Size {
        name: name.to_owned(),
        talks,
        people,
    };
    let mut missed = Vec::new();
    let reference = [read("event.yaml")?, read("people.csv")?];
    row(size("reference event", 0, 0), &reference, &mut missed).await?;
    for layout in &CONFERENCES {
        let named = size(layout.name, layout.talks, layout.people());
        row(named, &layout.files(), &mut missed).await?;
    }
    match missed.is_empty() {
        true => Ok(()),
        false => Err(format!("missed: {}", missed.join("; ")).into()),
    }
}

async fn row(size: Size, files: &[String; 2], missed: &mut Vec<String>) -> Result<(), Failure> {
    let event = large::checked(&files[0], &files[1]);
    let stage = Stage::new(&event, files).await?;
    let check = stage.run(&["check", "event.yaml"]).await?;
    let plan = stage.about("plan", &[]).await?;
    let apply = stage.about("apply", &["--yes"]).await?;
    let again = stage.about("plan", &[]).await?;
    let sheet = stage.about("runsheet", &["--format", "xlsx", "-o", "sheet.xlsx"]);
    let sheet = sheet.await?;
    let calendar = stage.about("calendar", &["--all", "-o", "all.ics"]).await?;

    let said = said_calls(&plan.output).ok_or("the plan says no calls")?;
    let (bound, _) = large::lists(&event);
    println!(
        "{:>16} {:>5} {:>6} {:>8}  {:>7.3}  {:>7.3} {:>5}  {:>7.3} {:>5} {said:>5}  {:>7.3} {:>5} {bound:>5}  {:>8.3} {:>8.3}",
        size.name,
        size.talks,
        size.people,
        event.meetings.len(),
        check.seconds(),
        plan.seconds(),
        plan.calls,
        apply.seconds(),
        apply.calls,
        again.seconds(),
        again.calls,
        sheet.seconds(),
        calendar.seconds(),
    );
    let mut bound_by = |holds: bool, what: &str| {
        if !holds {
            missed.push(format!("{}: {what}", size.name));
        }
    };
    bound_by(apply.calls <= plan.calls + said, "the calls of apply");
    bound_by(again.output.contains("Nothing to do"), "an empty plan");
    bound_by(again.calls <= bound, "the calls of the second plan");
    let quick = |ran: &Ran| ran.took <= SOON;
    let reading = [&check, &plan, &again, &sheet, &calendar];
    bound_by(reading.into_iter().all(quick), "a second for each command");
    Ok(())
}

/// The number in the plan's line `calls     233: …`.
fn said_calls(plan: &str) -> Option<usize> {
    let line = plan
        .lines()
        .find_map(|line| line.trim().strip_prefix("calls"))?;
    let number = line.trim().split(':').next()?.replace(',', "");
    number.parse().ok()
}
