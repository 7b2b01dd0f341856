//! Everything that a ledger knows, counted.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use showcaller_engine::{Liveness, liveness, own_origin};
use showcaller_ledger::{
    Error, Ledger, Operation, OperationCounts, OperationKind, RevisionHead, Run,
};
use showcaller_plan::{QUOTA_WINDOW, quota_counts_since};

use super::text::Text;
use crate::terminal::when;

/// Runs and revisions further back are not shown.
const LAST: u32 = 5;
/// The lease under which a plan is applied.
const APPLY: &str = "apply";

/// What is shown of a ledger.
#[derive(Debug, Serialize)]
pub(super) struct Overview {
    ledger: String,
    format: i64,
    bound_to: Option<BoundTo>,
    things: BTreeMap<String, usize>,
    passwords_kept: u64,
    open: Vec<Open>,
    operations: OperationCounts,
    runs: Vec<Run>,
    revisions: Vec<RevisionHead>,
    at_work: Vec<AtWork>,
    quota: Vec<Quota>,
    budgets: Vec<Budget>,
}

#[derive(Debug, Serialize)]
struct BoundTo {
    event: String,
    webex: String,
    organisation: String,
    bot: String,
}

#[derive(Debug, Serialize)]
struct Open {
    operation: String,
    address: String,
    verb: String,
    state: String,
    run: String,
    since: Timestamp,
    age_seconds: i64,
    reason: Option<String>,
    next: &'static str,
}

#[derive(Debug, Serialize)]
struct AtWork {
    lease: String,
    by: String,
    since: Timestamp,
    until: Timestamp,
    run_out: bool,
    gone: bool,
}

#[derive(Debug, Serialize)]
struct Quota {
    host: String,
    tried_in_the_last_day: usize,
    first_frees: Option<Timestamp>,
    used_up_until: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
struct Budget {
    owner: String,
    processes: u64,
    calls_a_minute: Option<f64>,
    learned: Option<Timestamp>,
}

impl Overview {
    pub(super) async fn read(ledger: &Ledger, now: Timestamp) -> Result<Self, Error> {
        let mut things = BTreeMap::new();
        for record in ledger.resources().await? {
            *things.entry(record.kind).or_default() += 1;
        }
        let ours = own_origin();
        let at_work: Vec<AtWork> = ledger
            .holders()
            .await?
            .into_iter()
            .map(|(lease, holder)| AtWork {
                lease,
                run_out: holder.until <= now,
                gone: liveness(holder.origin.as_ref(), ours.as_ref()) == Liveness::Dead,
                by: holder.by,
                since: holder.since,
                until: holder.until,
            })
            .collect();
        let applying = at_work
            .iter()
            .any(|work| work.lease == APPLY && !work.run_out && !work.gone);
        let open = ledger.open_operations(OperationKind::Provision).await?;
        Ok(Self {
            ledger: ledger.url().to_string(),
            format: ledger.format().await?,
            bound_to: bound_to(ledger).await?,
            things,
            passwords_kept: ledger.secrets_kept().await?,
            open: open
                .into_iter()
                .map(|operation| Open::of(operation, applying, now))
                .collect(),
            operations: ledger
                .operation_counts(OperationKind::Provision, None)
                .await?,
            runs: ledger.runs(LAST).await?,
            revisions: ledger.revisions(LAST).await?,
            at_work,
            quota: quota(ledger, now).await?,
            budgets: budgets(ledger, now).await?,
        })
    }

    /// For people, in lines of at most so many columns.
    pub(super) fn text(&self, width: usize) -> String {
        let mut text = Text::new(width);
        text.line(&format!("{} (format {})", self.ledger, self.format));
        match &self.bound_to {
            None => text.line("It belongs to no event yet: nothing was applied."),
            Some(bound) => {
                text.line(&format!(
                    "It belongs to the event {} on {}.",
                    bound.event, bound.webex
                ));
            }
        }
        self.things_text(&mut text);
        self.open_text(&mut text);
        self.past_text(&mut text);
        self.work_text(&mut text);
        text.done()
    }

    fn things_text(&self, text: &mut Text) {
        let mut rows: Vec<Vec<String>> = self
            .things
            .iter()
            .map(|(kind, number)| vec![kind.clone(), number.to_string()])
            .collect();
        if self.passwords_kept > 0 {
            rows.push(vec![
                "passwords".to_owned(),
                format!("{} (kept, not shown)", self.passwords_kept),
            ]);
        }
        text.table("Things on Webex", rows);
    }

    fn open_text(&self, text: &mut Text) {
        if self.open.is_empty() {
            return;
        }
        text.head("Calls whose outcome is not known");
        for open in &self.open {
            let age = age(SignedDuration::from_secs(open.age_seconds));
            let reason = open.reason.as_deref();
            let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
            text.entry(&format!("{} {}", open.verb, open.address));
            text.below(&format!(
                "{} for {age}, by run {}{reason}. {}",
                open.state, open.run, open.next
            ));
        }
    }

    fn past_text(&self, text: &mut Text) {
        let runs = self.runs.iter().map(|run| {
            vec![
                run.run.clone(),
                when::local(run.from),
                counts(&run.operations),
            ]
        });
        text.table("Last runs", runs.collect());
        let revisions = self.revisions.iter().map(|revision| {
            vec![
                revision.id.to_string(),
                when::local(revision.at),
                revision.source_digest.chars().take(12).collect(),
            ]
        });
        text.table("Last revisions of the event", revisions.collect());
    }

    fn work_text(&self, text: &mut Text) {
        let work = self.at_work.iter().map(|work| {
            let until = match (work.gone, work.run_out) {
                (true, _) => "its process is gone: the next one takes over".to_owned(),
                (false, true) => format!("ran out {}", when::local(work.until)),
                (false, false) => format!("until {}, if not longer", when::local(work.until)),
            };
            vec![
                work.lease.clone(),
                work.by.clone(),
                format!("since {}", when::local(work.since)),
                until,
            ]
        });
        let work: Vec<Vec<String>> = work.collect();
        if !work.is_empty() {
            text.head("Who is at work");
            for row in work {
                text.entry(&format!("{}: {}", row[0], row[1]));
                text.below(&format!("{}, {}", row[2], row[3]));
            }
        }
        let quota = self.quota.iter().map(|quota| {
            let frees = match (quota.used_up_until, quota.first_frees) {
                (Some(until), _) => format!("used up until {}", when::local(until)),
                (None, Some(first)) => format!("the first frees {}", when::local(first)),
                (None, None) => String::new(),
            };
            vec![
                quota.host.clone(),
                quota.tried_in_the_last_day.to_string(),
                frees,
            ]
        });
        text.table(
            "Meetings tried in the last day, refused ones included",
            quota.collect(),
        );
        let budgets = self.budgets.iter().map(|budget| {
            let limit = budget.calls_a_minute.map_or_else(
                || "limit unknown".to_owned(),
                |calls| format!("{calls:.0} calls a minute"),
            );
            let processes = match budget.processes {
                1 => "1 process".to_owned(),
                some => format!("{some} processes"),
            };
            vec![budget.owner.clone(), processes, limit]
        });
        text.table("Who shares whose limit", budgets.collect());
    }
}

impl Open {
    fn of(operation: Operation, applying: bool, now: Timestamp) -> Self {
        let makes = ["create-", "add-", "replace-"];
        let makes = makes.iter().any(|verb| operation.verb.starts_with(verb));
        let next = if applying {
            "Somebody is applying now: it may be under way."
        } else if makes {
            "The next plan looks whether it is there; apply takes it over, or makes it."
        } else {
            "The next plan looks whether it was done; apply does it where it was not."
        };
        Self {
            operation: operation.id.to_string(),
            address: operation.address,
            verb: operation.verb,
            state: operation.state.to_string(),
            run: operation.run,
            since: operation.changed_at,
            age_seconds: now.duration_since(operation.changed_at).as_secs().max(0),
            reason: operation.reason,
            next,
        }
    }
}

async fn bound_to(ledger: &Ledger) -> Result<Option<BoundTo>, Error> {
    let binding = ledger.binding().await?;
    Ok(binding.map(|binding| BoundTo {
        event: binding.event_key,
        webex: binding.base_url,
        organisation: binding.org_id,
        bot: binding.bot_id,
    }))
}

async fn quota(ledger: &Ledger, now: Timestamp) -> Result<Vec<Quota>, Error> {
    let since = quota_counts_since(now);
    let mut hosts: BTreeMap<String, Quota> = BTreeMap::new();
    let fresh = |host: &str| Quota {
        host: host.to_owned(),
        tried_in_the_last_day: 0,
        first_frees: None,
        used_up_until: None,
    };
    for (host, made) in ledger.creations_since(since).await? {
        let quota = hosts.entry(host.clone()).or_insert_with(|| fresh(&host));
        quota.tried_in_the_last_day = made.len();
        quota.first_frees = made
            .first()
            .and_then(|first| first.checked_add(QUOTA_WINDOW).ok());
    }
    for (host, until) in ledger.exhausted().await? {
        if until > now {
            let quota = hosts.entry(host.clone()).or_insert_with(|| fresh(&host));
            quota.used_up_until = Some(until);
        }
    }
    Ok(hosts.into_values().collect())
}

async fn budgets(ledger: &Ledger, now: Timestamp) -> Result<Vec<Budget>, Error> {
    let shares = ledger.shares(now).await?.into_iter();
    let budgets = shares.map(|share| Budget {
        processes: share.processes_alive(),
        owner: share.owner,
        calls_a_minute: share.learned_per_minute,
        learned: share.learned_at,
    });
    Ok(budgets.collect())
}

/// `3 done, 1 failed`
fn counts(operations: &OperationCounts) -> String {
    let counts = [
        (operations.done, "done"),
        (operations.failed, "failed"),
        (operations.unclear, "unclear"),
        (operations.sending, "sending"),
        (operations.waiting, "waiting"),
    ];
    let told: Vec<String> = counts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| format!("{number} {what}"))
        .collect();
    told.join(", ")
}

/// `40 s`, `12 min`, `3 h`, `2 days`
fn age(age: SignedDuration) -> String {
    match age.as_secs() {
        seconds @ ..120 => format!("{seconds} s"),
        seconds @ ..7_200 => format!("{} min", seconds / 60),
        seconds @ ..172_800 => format!("{} h", seconds / 3_600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_in_whole_words() {
        let ages = [0, 119, 120, 7_199, 7_200, 172_799, 172_800];
        let told = ages.map(|seconds| age(SignedDuration::from_secs(seconds)));
        assert_eq!(
            told,
            ["0 s", "119 s", "2 min", "119 min", "2 h", "47 h", "2 days"]
        );
    }
}
