//! A run that waits for what waiting cures: the day's quota, Webex's long pauses, and the settle
//! window of calls whose outcome nobody knows.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::{Either, select};
use jiff::Timestamp;
use showcaller_event::model::Address;
use showcaller_plan::{
    Action, HeldReason, Owner, Plan, Quota, SETTLE_WINDOW, Step, Wishes, long_duration,
};

use super::apply::Assignment;
use super::observe::Outlook;
use super::report::{Failure, Progress, Report, Undone};
use crate::floor::Stop;
use crate::{Engine, Error};

/// Rounds in a row that brought nothing, before waiting is given up.
const IN_VAIN: usize = 3;

/// What became of a run that waits.
#[derive(Debug)]
pub struct Campaign {
    /// Every plan that was applied, and what became of it; at least one.
    pub rounds: Vec<(Plan, Report)>,
    /// Why there is no further one.
    pub end: CampaignEnd,
}

/// Why a run that waits has ended.
#[derive(Debug)]
pub enum CampaignEnd {
    /// All is done, or what is left is not cured by waiting.
    Finished,
    /// Somebody asked to stop.
    Stopped,
    /// A later look led to something that nobody has agreed to: a guard rail, or something more
    /// that would be taken away or made anew. Nothing of that plan was done.
    Changed(Box<Outlook>),
    /// While it waited, somebody applied another version of the event file. To go on would undo what
    /// they did.
    Overtaken,
    /// A later look, or a later round, could not be begun.
    Trouble(Error),
}

impl Campaign {
    /// All rounds as one: the last plan with the steps of all, and what became of each in the end.
    ///
    /// # Panics
    ///
    /// Without any round, which [`Engine::apply_patiently`] never returns.
    #[must_use]
    pub fn total(self) -> (Plan, Report, CampaignEnd) {
        let mut total = Report::default();
        let mut settled: BTreeSet<Address> = BTreeSet::new();
        let mut steps: BTreeMap<Address, Step> = BTreeMap::new();
        let mut calls: BTreeMap<Owner, usize> = BTreeMap::new();
        let mut last: Option<Plan> = None;
        // What became of a step in a later round is what counts. Of what was unclear a later look has
        // told: it is there, or it was tried again.
        let last_round = self.rounds.len() - 1;
        for (round, (mut plan, report)) in self.rounds.into_iter().enumerate().rev() {
            for step in std::mem::take(&mut plan.steps) {
                steps.entry(step.address.clone()).or_insert(step);
            }
            for (owner, planned) in &plan.budget.calls {
                *calls.entry(owner.clone()).or_default() += planned;
            }
            last.get_or_insert(plan);
            let before = settled.clone();
            let mut is_new = |address: &Address| {
                settled.insert(address.clone());
                !before.contains(address)
            };
            let of = |failures: Vec<Failure>, is_new: &mut dyn FnMut(&Address) -> bool| {
                let mut failures = failures;
                failures.retain(|failure| is_new(&failure.address));
                failures
            };
            let done = report.done.into_iter();
            total.done.extend(done.filter(|address| is_new(address)));
            total.failed.extend(of(report.failed, &mut is_new));
            let unclear = of(report.unclear, &mut is_new);
            total
                .unclear
                .extend(unclear.into_iter().filter(|_| round == last_round));
            let undone = report.undone.into_iter();
            total
                .undone
                .extend(undone.filter(|(address, _)| is_new(address)));
            total.link_changes.extend(report.link_changes);
            total.not_cohosts.extend(report.not_cohosts);
            total.warnings.extend(report.warnings);
            total.duplicates.extend(report.duplicates);
            total.trouble = total.trouble.or(report.trouble);
        }
        let mut plan = last.expect("a campaign has a first round");
        // What the last plan holds back was tried in vain before: it is one change all the same.
        let held: BTreeSet<&Address> = plan
            .held
            .iter()
            .filter(|held| held.reason == HeldReason::Quota)
            .map(|held| &held.address)
            .collect();
        total
            .failed
            .retain(|failure| !held.contains(&failure.address));
        total.undone.retain(|(address, _)| !held.contains(address));
        steps.retain(|address, _| !held.contains(address));
        plan.steps = steps.into_values().collect();
        plan.budget.calls = calls;
        // The last of several plans names them by itself.
        for duplicate in &total.duplicates {
            if !plan.cannot.contains(duplicate) {
                plan.cannot.push(duplicate.clone());
            }
        }
        (plan, total, self.end)
    }
}

/// What is worth waiting for.
struct Hope {
    until: Timestamp,
    why: String,
}

impl Engine {
    /// [`Engine::apply`], and again whenever waiting has made more possible, until all is done or
    /// something is left that waiting does not cure. Nobody else is kept from applying meanwhile.
    ///
    /// What was refused in an earlier round is not tried again: each try would cost a creation.
    ///
    /// # Errors
    ///
    /// As [`Engine::apply`], for the first round. Afterwards everything is in the campaign.
    pub async fn apply_patiently(
        &self,
        assignment: &Assignment<'_>,
        wishes: &Wishes,
        outlook: Outlook,
        progress: &dyn Progress,
        stop: &Stop,
    ) -> Result<Campaign, Error> {
        let agreed = grave(&outlook.plan, true);
        let mut refused = BTreeSet::new();
        let mut in_vain = 0;
        let mut rounds = Vec::new();
        let plan = outlook.plan.clone();
        let report = self.apply(assignment, outlook, progress, stop).await?;
        rounds.push((plan, report));
        let end = loop {
            let (plan, report) = rounds.last().expect("there was a round just now");
            refused.extend(incurable(report));
            in_vain = if report.done.is_empty() {
                in_vain + 1
            } else {
                0
            };
            if stop.asked() {
                break CampaignEnd::Stopped;
            }
            let hope = self.hope(plan, report);
            let Some(hope) = hope.filter(|_| report.trouble.is_none() && in_vain < IN_VAIN) else {
                break CampaignEnd::Finished;
            };
            if !another_host_may_help(plan, report) && !self.waited(&hope, progress, stop).await {
                break CampaignEnd::Stopped;
            }
            let look = self.look_settled(assignment.event, wishes, progress).await;
            let mut outlook = match look {
                Ok(outlook) => outlook,
                Err(error) => break CampaignEnd::Trouble(error),
            };
            // After the look: who applies later than this outdates it.
            match self.is_overtaken(assignment).await {
                Ok(false) => {}
                Ok(true) => break CampaignEnd::Overtaken,
                Err(error) => break CampaignEnd::Trouble(error),
            }
            let new = grave(&outlook.plan, false);
            if !outlook.plan.guard_rails.is_empty() || !new.is_subset(&agreed) {
                break CampaignEnd::Changed(Box::new(outlook));
            }
            let steps = &mut outlook.plan.steps;
            steps.retain(|step| !refused.contains(&step.address));
            let plan = outlook.plan.clone();
            match self.apply(assignment, outlook, progress, stop).await {
                Ok(report) => rounds.push((plan, report)),
                Err(error) => break CampaignEnd::Trouble(error),
            }
        };
        Ok(Campaign { rounds, end })
    }

    /// Waits, unless somebody asks to stop.
    async fn waited(&self, hope: &Hope, progress: &dyn Progress, stop: &Stop) -> bool {
        let time = long_duration(hope.until.duration_since(self.clock.now()));
        progress.waits(hope.until, &format!("{} ({time} from now)", hope.why));
        let slept = self.clock.sleep_until(hope.until);
        let stopped = std::pin::pin!(stop.wait());
        matches!(select(slept, stopped).await, Either::Left(_))
    }

    /// Whether the event as last applied is not this run's any more.
    async fn is_overtaken(&self, assignment: &Assignment<'_>) -> Result<bool, Error> {
        let latest = self.ledger.revisions(1).await?;
        let latest = latest.first();
        Ok(latest.is_some_and(|latest| latest.source_digest != assignment.digest))
    }

    /// The first instant at which more may be possible.
    fn hope(&self, plan: &Plan, report: &Report) -> Option<Hope> {
        let quotas = plan.budget.quotas.iter().filter_map(|quota| {
            let more = match quota.held {
                1 => "1 more is wanted".to_owned(),
                held => format!("{held} more are wanted"),
            };
            let why = format!("{} has used up the day's meetings, and {more}", quota.host);
            let until = quota.together?;
            Some(Hope { until, why })
        });
        let pauses = report.failed.iter().filter_map(|failure| {
            Some(Hope {
                until: failure.again_at?,
                why: format!("Webex asks to wait with {}", failure.address),
            })
        });
        let settled = self.clock.now().checked_add(SETTLE_WINDOW).ok();
        let unclear = settled.filter(|_| !report.unclear.is_empty());
        let unclear = unclear.map(|until| Hope {
            until,
            why: "what a call without an answer made may still appear".to_owned(),
        });
        let hopes = quotas.chain(pauses).chain(unclear);
        hopes.min_by_key(|hope| hope.until)
    }
}

/// Whether Webex has just refused a host's meetings while another host may still make some: that one
/// can take them over at once.
fn another_host_may_help(plan: &Plan, report: &Report) -> bool {
    let later: BTreeSet<&Address> = report
        .failed
        .iter()
        .filter(|failure| failure.again_at.is_some())
        .map(|failure| &failure.address)
        .collect();
    let makes = |step: &&Step| {
        let action = &step.action;
        matches!(
            action,
            Action::CreateMeeting { .. } | Action::ReplaceMeeting { .. }
        )
    };
    let refused: BTreeSet<&Owner> = plan
        .steps
        .iter()
        .filter(|step| makes(step) && later.contains(&step.address))
        .map(|step| &step.owner)
        .collect();
    let has_some_left = |quota: &Quota| {
        quota.exhausted_until.is_none()
            && quota.used + quota.wanted < quota.limit
            && !refused.contains(&Owner::Host(quota.host.clone()))
    };
    !refused.is_empty() && plan.budget.quotas.iter().any(has_some_left)
}

/// What takes something away or makes it anew; and, where asked, what a quota holds back of that.
fn grave(plan: &Plan, with_held: bool) -> BTreeSet<Address> {
    let steps = plan.steps.iter().filter(|step| {
        let again = matches!(step.action, Action::ReplaceMeeting { .. });
        again || step.action.removes() && step.address.kind() != "replaced-meeting"
    });
    let held = plan.held.iter();
    let held = held.filter(|held| with_held && held.reason == HeldReason::Quota);
    let held = held.map(|held| &held.address);
    steps
        .map(|step| &step.address)
        .chain(held)
        .cloned()
        .collect()
}

/// What was refused for good as far as this campaign goes, and what needs it.
fn incurable(report: &Report) -> Vec<Address> {
    let curable = |failure: &Failure| failure.again_at.is_some();
    let failed = || report.failed.iter();
    let mut waiting: BTreeSet<&Address> = failed()
        .filter(|failure| curable(failure))
        .chain(&report.unclear)
        .map(|failure| &failure.address)
        .collect();
    // What waits for something that waits does so, too.
    loop {
        let before = waiting.len();
        waiting.extend(
            report
                .undone
                .iter()
                .filter_map(|(address, why)| match why {
                    Undone::Needs(cause) | Undone::HeldBack(cause) | Undone::Exhausted(cause) => {
                        waiting.contains(cause).then_some(address)
                    }
                    Undone::Stopped => Some(address),
                })
                .collect::<Vec<_>>(),
        );
        if waiting.len() == before {
            break;
        }
    }
    let undone = report.undone.iter().map(|(address, _)| address);
    failed()
        .map(|failure| &failure.address)
        .chain(undone)
        .filter(|address| !waiting.contains(*address))
        .cloned()
        .collect()
}
