//! What became of a run, in the end.

use std::collections::{BTreeMap, BTreeSet};

use showcaller_engine::{Engine, Failure, Report, Undone};
use showcaller_event::model::Address;
use showcaller_plan::Plan;

use super::wrap::wrapped;
use super::{page, say};
use crate::session::EventArgs;

/// At most so many lines of one sort.
const MOST: usize = 12;

/// Says what was done, and exactly what is left.
///
/// `again` are the flags with which the same may be done again.
pub(crate) fn show(plan: &Plan, report: &Report, engine: &Engine, args: &EventArgs, again: &str) {
    if !plan.steps.is_empty() {
        say::line("");
        say::line(&done(plan, report));
        for line in wrapped(&calls(engine), 0, page::width()) {
            say::line(&line);
        }
    }
    failures("Not done", &report.failed);
    failures("Unclear", &report.unclear);
    undone(report);
    for change in &report.link_changes {
        let rooms: Vec<&str> = change.rooms.iter().map(|room| room.as_str()).collect();
        paragraph(&format!(
            "The link of meeting/{} has changed. These rooms may have been given the old one: {}.",
            change.meeting,
            rooms.join(", ")
        ));
    }
    cohosts(report);
    for warning in &report.warnings {
        paragraph(&format!("Note: {warning}"));
    }
    if let Some(trouble) = &report.trouble {
        paragraph(&format!("The run ended early: {}", with_causes(trouble)));
        if let Some(hint) = trouble.hint() {
            paragraph(&format!("{}.", hint.trim_end_matches('.')));
        }
    }
    let simulate = if args.simulate { " --simulate" } else { "" };
    let ledger = args.ledger_again();
    let event = args.event.display();
    if report.is_complete() {
        if !plan.steps.is_empty() && possible(plan) {
            say::line(&format!(
                "Next: showcaller runsheet {event}{simulate}{ledger}"
            ));
        }
    } else {
        say::line("");
        say::line(match report.failed.is_empty() {
            true => "What is left is done by this command:",
            false => "Once what is said above is put right, this command does the rest:",
        });
        say::line(&format!(
            "  showcaller apply {event}{simulate}{ledger}{again}"
        ));
    }
}

/// Whether nothing that the file asks for was out of the question.
fn possible(plan: &Plan) -> bool {
    plan.cannot.iter().all(|cannot| cannot.reason.is_for_good())
}

fn done(plan: &Plan, report: &Report) -> String {
    // Pages that led to an old link are changed beyond the plan.
    let done: BTreeSet<&Address> = report.done.iter().collect();
    let left = report.failed.iter().chain(&report.unclear);
    let left = left.map(|failure| &failure.address);
    let left = left.chain(report.undone.iter().map(|(address, _)| address));
    let planned = plan.steps.iter().map(|step| &step.address);
    let all: BTreeSet<&Address> = planned.chain(left).chain(done.iter().copied()).collect();
    match (report.is_complete(), all.len()) {
        (true, count) if !possible(plan) => {
            format!("{count} changes are done; the plan above says what was not possible.")
        }
        (true, 1) => "Done: 1 change.".to_owned(),
        (true, count) => format!("Done: all {count} changes."),
        (false, count) => format!("{} of {count} changes are done.", done.len()),
    }
}

fn calls(engine: &Engine) -> String {
    let requests = engine.connections().requests();
    let each: Vec<String> = requests
        .iter()
        .map(|(owner, (requests, throttled))| match throttled {
            0 => format!("{requests} by the {}", owner_word(owner)),
            _ => format!(
                "{requests} by the {} ({throttled} told to wait)",
                owner_word(owner)
            ),
        })
        .collect();
    format!("Calls to Webex: {}.", each.join(", "))
}

fn owner_word(owner: &showcaller_plan::Owner) -> String {
    match owner {
        showcaller_plan::Owner::Bot => "bot".to_owned(),
        showcaller_plan::Owner::Host(email) => format!("host {email}"),
    }
}

fn failures(title: &str, failures: &[Failure]) {
    if failures.is_empty() {
        return;
    }
    say::line("");
    say::line(&format!("{title}: {}", failures.len()));
    // One reason often stops many.
    let mut by_reason: BTreeMap<&str, Vec<&Failure>> = BTreeMap::new();
    for failure in failures {
        by_reason
            .entry(&failure.sentence)
            .or_default()
            .push(failure);
    }
    for (reason, failures) in by_reason {
        for failure in failures.iter().take(MOST) {
            let tracking = failure.tracking_id.as_ref();
            let tracking = tracking.map(|id| format!("  [{id}]")).unwrap_or_default();
            say::line(&format!("  {}{tracking}", failure.address));
        }
        if failures.len() > MOST {
            say::line(&format!("  … and {} more", failures.len() - MOST));
        }
        for line in wrapped(reason, 4, page::width()) {
            say::line(&line);
        }
    }
}

fn undone(report: &Report) {
    let mut by_reason: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (address, why) in &report.undone {
        let reason = match why {
            Undone::Needs(other) => format!("because {other} was not made"),
            Undone::HeldBack(other) => format!(
                "because {other}, the first of its kind, was refused: trying its siblings would \
                 only have used up the day's quota"
            ),
            Undone::Exhausted(other) => format!(
                "because Webex makes no more meetings for the same host now, as it said of {other}"
            ),
            Undone::Stopped => "because the run ended before its turn".to_owned(),
        };
        by_reason.entry(reason).or_default().push(address.as_str());
    }
    for (reason, addresses) in by_reason {
        say::line("");
        for line in wrapped(
            &format!("Not tried, {reason}: {}", addresses.len()),
            0,
            page::width(),
        ) {
            say::line(&line);
        }
        for address in addresses.iter().take(MOST) {
            say::line(&format!("  {address}"));
        }
        if addresses.len() > MOST {
            say::line(&format!("  … and {} more", addresses.len() - MOST));
        }
    }
}

fn cohosts(report: &Report) {
    let mut by_person: BTreeMap<&str, usize> = BTreeMap::new();
    for not in &report.not_cohosts {
        *by_person.entry(not.email.as_str()).or_default() += 1;
    }
    for (email, meetings) in by_person {
        let meetings = if meetings == 1 {
            "1 meeting".to_owned()
        } else {
            format!("{meetings} meetings")
        };
        paragraph(&format!(
            "{email} is invited to {meetings} but did not become co-host: a co-host needs a host \
             account on the meeting's site."
        ));
    }
}

/// An error with everything that led to it.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| {
        let cause = cause.to_string();
        // A transparent error says what its cause says.
        if text.ends_with(&cause) {
            text
        } else {
            format!("{text}: {cause}")
        }
    })
}

fn paragraph(text: &str) {
    say::line("");
    for line in wrapped(text, 0, page::width()) {
        say::line(&line);
    }
}
