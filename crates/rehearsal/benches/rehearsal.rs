//! How long a rehearsal takes.
//!
//! `cargo bench -p showcaller-rehearsal --bench rehearsal`
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::path::Path;
use std::time::Instant;

use showcaller_event::{Input, check};
use showcaller_ledger::Source;
use showcaller_rehearsal::{Files, Happening, Settings, rehearse, stay_on_one_core};

fn main() {
    stay_on_one_core();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/innovation-challenge");
    let read = |path: &str| std::fs::read(folder.join(path)).map_err(|error| error.to_string());
    let yaml = read("event.yaml").expect("an event");
    let checked = check(&Input {
        name: "event.yaml",
        bytes: &yaml,
        load: &read,
        now: None,
    });
    let source = |path: &str| Source {
        path: path.to_owned(),
        content: read(path).expect("a file"),
    };
    let files = Files {
        event: checked.event.expect("no mistakes"),
        sources: vec![source("event.yaml"), source("people.csv")],
        digest: "bench".to_owned(),
    };
    let mut settings = Settings::default();
    let mut verbose = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "rough" => settings.faults = showcaller_simulator::Fault::rough(),
            "crashes" => settings.crashes = 20,
            "two" => settings.replicas = 2,
            "-v" => verbose = true,
            _ => {}
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    for _ in 0..2 {
        let began = Instant::now();
        let mut written = 0;
        let mut audience = |at: jiff::Timestamp, happening: Happening<'_>| {
            if let Happening::Wrote(_) = happening {
                written += 1;
            }
            if verbose {
                match happening {
                    Happening::Wrote(message) => println!(
                        "{at} bot: {}",
                        message["markdown"]
                            .as_str()
                            .unwrap_or_default()
                            .lines()
                            .next()
                            .unwrap_or_default()
                    ),
                    other => println!("{at} {other:?}"),
                }
            }
        };
        let done = runtime
            .block_on(rehearse(&files, &settings, &mut audience))
            .expect("a rehearsal");
        let outcome = showcaller_rehearsal::judge(
            &files.event,
            &done.record,
            &done.world,
            &done.faults,
            settings.seed,
        );
        let mut outcome = outcome;
        outcome.cues.clear();
        println!("{}", serde_json::to_string_pretty(&outcome).expect("json"));
        let r = &done.record;
        println!(
            "{:.2} s: {} asked, {} presses, {} attended, {} calls of operators, {} slips, {} crashes, broken {:?}, {written} written, {} calls, findings {}, applied {:?}",
            began.elapsed().as_secs_f64(),
            r.questions.len(),
            r.presses.len(),
            r.attendance.len(),
            r.calls.len(),
            r.slips.len(),
            r.crashes.len(),
            r.broken,
            done.world["calls"].as_array().map_or(0, Vec::len),
            done.world["findings"],
            r.applied
        );
        for called in &r.calls {
            println!(
                "  {} {} {} {:?}",
                called.at, called.cue, called.said, called.refused
            );
        }
        for (from, until) in &r.served {
            println!("  served {from} {until}");
        }
    }
}
