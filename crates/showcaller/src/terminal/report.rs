//! What became of a run, in the end.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use showcaller_engine::{Engine, Failure, Report, Undone};
use showcaller_plan::{Owner, Plan, Tally, Verdict, read};

use super::wrap::wrapped;
use super::{page, say};
use crate::session::EventArgs;

/// At most so many lines of one sort.
const MOST: usize = 12;

/// Calls so far, and how many of them Webex told to wait, by owner.
type Requests = BTreeMap<Owner, (u64, u64)>;

/// A run that has ended.
pub(crate) struct Run<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) report: &'a Report,
    /// What it came to.
    pub(crate) tally: &'a Tally,
    /// The calls of the look that the plan was made from.
    pub(crate) looked: &'a Requests,
}

impl Run<'_> {
    /// Says what was done, and exactly what is left. `again` are the flags with which the same may be
    /// done again.
    pub(crate) fn show(&self, engine: &Engine, args: &EventArgs, again: &str) {
        if self.tally.total() > 0 {
            paragraph(&read::summary(self.plan, self.tally));
        }
        if !self.plan.steps.is_empty() {
            say::paragraph(&self.calls(&engine.connections().requests()));
        }
        details(self.report);
        self.next(args, again);
    }

    fn calls(&self, requests: &Requests) -> String {
        let before = |owner| self.looked.get(owner).copied().unwrap_or_default();
        let (mut used, mut waited) = (BTreeMap::new(), 0);
        for (owner, (calls, throttled)) in requests {
            used.insert(
                owner.clone(),
                usize::try_from(calls - before(owner).0).unwrap_or(usize::MAX),
            );
            waited += throttled - before(owner).1;
        }
        let planned: usize = self.plan.budget.calls.values().sum();
        let looked: u64 = self.looked.values().map(|(calls, _)| calls).sum();
        let looked = usize::try_from(looked).unwrap_or(usize::MAX);
        let by = read::calls_by_owner(&used);
        let total: usize = used.values().sum();
        let why = match total.cmp(&planned) {
            Ordering::Equal => " as planned".to_owned(),
            Ordering::Less => format!(" of {} planned", read::thousands(planned)),
            Ordering::Greater => format!(
                ", of which {} looked again or repeated what was planned",
                read::thousands(total - planned)
            ),
        };
        let waited = match waited {
            0 => String::new(),
            _ => format!(", {waited} of them told to wait"),
        };
        format!(
            "Calls to Webex: {}{why} ({by}{waited}), and {} to look first.",
            read::thousands(total),
            read::thousands(looked)
        )
    }

    fn next(&self, args: &EventArgs, again: &str) {
        let Self {
            plan,
            report,
            tally,
            ..
        } = self;
        let simulate = if args.simulate { " --simulate" } else { "" };
        let ledger = args.ledger_again();
        let event = args.event.display();
        if !report.is_complete() {
            say::line("");
            say::line(match report.failed.is_empty() {
                true => "What is left is done by this command:",
                false => "Once what is said above is put right, this command does the rest:",
            });
            say::line(&format!(
                "  showcaller apply {event}{simulate}{ledger}{again}"
            ));
        } else if tally.verdict() == Verdict::Settled && !plan.steps.is_empty() {
            say::line(&format!(
                "Next: showcaller runsheet {event}{simulate}{ledger}"
            ));
        }
    }
}

fn details(report: &Report) {
    failures("Not done", &report.failed);
    failures("Unclear", &report.unclear);
    undone(report);
    links(report);
    for duplicate in &report.duplicates {
        paragraph(&duplicate.sentence);
    }
    cohosts(report);
    for warning in &report.warnings {
        paragraph(&format!("Note: {warning}"));
    }
    if let Some(trouble) = &report.trouble {
        let why = with_causes(trouble);
        let mut text = format!("The run ended early: {}.", why.trim_end_matches('.'));
        if let Some(hint) = trouble.hint() {
            let (first, rest) = hint.split_at(hint.chars().next().map_or(0, char::len_utf8));
            let rest = rest.trim_end_matches('.');
            text.push_str(&format!(" {}{rest}.", first.to_uppercase()));
        }
        paragraph(&text);
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
        say::indented(reason, 4);
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

/// Which links are new, told together for the same rooms.
fn links(report: &Report) {
    let mut by_rooms: BTreeMap<Vec<&str>, Vec<String>> = BTreeMap::new();
    for change in &report.link_changes {
        let rooms = change.rooms.iter().map(|room| room.as_str()).collect();
        let meeting = format!("meeting/{}", change.meeting);
        by_rooms.entry(rooms).or_default().push(meeting);
    }
    for (rooms, meetings) in by_rooms {
        let changed = match meetings.len() {
            1 => format!("The link of {} has changed", meetings[0]),
            many => format!(
                "The links of {many} meetings have changed ({})",
                read::some(&meetings, 3)
            ),
        };
        let old = match rooms.is_empty() {
            true => String::new(),
            false => format!(
                " These rooms may have been given the old one: {}.",
                rooms.join(", ")
            ),
        };
        paragraph(&format!("{changed}.{old}"));
    }
}

/// Who did not become co-host, told together where it is of as many meetings.
fn cohosts(report: &Report) {
    let mut by_person: BTreeMap<&str, usize> = BTreeMap::new();
    for not in &report.not_cohosts {
        *by_person.entry(not.email.as_str()).or_default() += 1;
    }
    let mut by_number: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for (email, meetings) in by_person {
        by_number.entry(meetings).or_default().push(email);
    }
    for (meetings, people) in by_number {
        let meetings = match meetings {
            1 => "1 meeting".to_owned(),
            many => format!("{many} meetings"),
        };
        let who = match people.as_slice() {
            [one] => format!("{one} is"),
            many => format!("{} people ({}) are each", many.len(), read::some(many, 3)),
        };
        paragraph(&format!(
            "{who} invited to {meetings} but did not become co-host: a co-host needs a host account on \
             the meeting's site."
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
    say::paragraph(text);
}
