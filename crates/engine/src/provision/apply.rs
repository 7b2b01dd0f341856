//! Does a plan.

use std::collections::BTreeSet;
use std::sync::Mutex;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use jiff::Timestamp;
use showcaller_event::Event;
use showcaller_event::model::{Address, MeetingKey};
use showcaller_ledger::{Binding, Error as LedgerError, Ledger, OperationKind, Revision, Source};
use showcaller_plan::observed::{Observed, SeenAccount};
use showcaller_plan::{
    Action, Cannot, CannotReason, HeldReason, KnownResource, Owner, Plan, SavedWebex, Wishes,
    duplicates,
};
use showcaller_show::slip::Slips;
use showcaller_show::{By, Entry, Via};

use super::adopt;
use super::execute::{StepEnd, Work, makes};
use super::memory;
use super::observe::Outlook;
use super::report::{Ended, Progress, Report, Undone};
use super::run::Queue;
use super::slips;
use crate::floor::{Held, LeaseSpec, Stop, refuse_if_busy};
use crate::records::{ENDED, RUNS};
use crate::show_log::{self, Appended, NewEntry, append};
use crate::slipping::moves;
use crate::{Engine, Error};

/// The lease that a run holds.
pub(super) const LEASE: LeaseSpec = LeaseSpec {
    name: "apply",
    outdates: Some(RUNS),
};

/// What a run is about, beside the plan.
#[derive(Debug)]
pub struct Assignment<'a> {
    /// The event that the plan was made for.
    pub event: &'a Event,
    /// The files that it was read from, for the revision.
    pub sources: Vec<Source>,
    /// A digest of those files, by which a newer file is told.
    pub digest: String,
}

impl Outlook {
    /// Until when something that an earlier run may have made can still appear. That the plan does
    /// not wait for it proves nothing: it may go by another name in today's file, and would be made
    /// a second time.
    #[must_use]
    pub fn unsettled_until(&self) -> Option<Timestamp> {
        let open = self.memory.open.iter();
        let open = open.filter(|operation| makes(&operation.verb));
        open.map(|operation| {
            memory::settled_at(
                operation.state,
                operation.changed_at,
                self.memory.alive_until,
            )
        })
        .chain(self.memory.fresh_until.filter(|_| self.lags()))
        .max()
    }

    /// Whether the plan misses what was recorded a moment ago: then it is Webex's lists that lag,
    /// and what the plan says of it is not to be believed yet.
    pub(super) fn lags(&self) -> bool {
        let known = &self.memory.known;
        let renamed = adopt::renamed(self);
        let fresh = |address: &Address| {
            known.fresh.contains(address)
                || renamed
                    .get(address)
                    .is_some_and(|old| known.fresh.contains(old))
        };
        let unlisted = |meeting: &MeetingKey| {
            let prefix = format!("invitee/{meeting}/");
            let records = known.resources.range(Address::new(&*prefix)..);
            let mut records = records
                .take_while(|(address, _)| address.as_str().starts_with(&prefix))
                .map(|(_, record)| record);
            records.all(KnownResource::is_unread)
        };
        // What is missing from a list a moment after it was made is not gone.
        let recreated = self.plan.held.iter();
        let recreated = recreated
            .filter(|held| held.reason == HeldReason::Recreation)
            .map(|held| &held.address);
        if recreated.chain(&self.plan.vanished).any(fresh) {
            return true;
        }
        let missed = self.plan.steps.iter().any(|step| match &step.action {
            Action::AddTeamMember { .. } | Action::AddMember { .. } | Action::AddTab { .. } => {
                fresh(&step.address)
            }
            Action::AddInvitees { meeting, .. } => {
                fresh(&Address::meeting(meeting)) && unlisted(meeting)
            }
            _ => false,
        });
        let disbelieved =
            self.plan.cannot.iter().any(|cannot| {
                cannot.reason == CannotReason::NotModerator && fresh(&cannot.address)
            });
        missed || disbelieved
    }
}

impl Engine {
    /// Looks until everything that an earlier run may have made has had its time to appear.
    ///
    /// # Errors
    ///
    /// As [`Engine::look`].
    pub async fn look_settled(
        &self,
        event: &Event,
        wishes: &Wishes,
        progress: &dyn Progress,
    ) -> Result<Outlook, Error> {
        self.settled(event, wishes, false, progress).await
    }

    /// The same for a process that is to apply next: it does not wait for what another one is making
    /// at this moment.
    ///
    /// # Errors
    ///
    /// As [`Engine::look`] and [`Engine::refuse_if_busy`].
    pub async fn look_to_apply(
        &self,
        event: &Event,
        wishes: &Wishes,
        progress: &dyn Progress,
    ) -> Result<Outlook, Error> {
        self.refuse_if_busy().await?;
        self.settled(event, wishes, true, progress).await
    }

    async fn settled(
        &self,
        event: &Event,
        wishes: &Wishes,
        to_apply: bool,
        progress: &dyn Progress,
    ) -> Result<Outlook, Error> {
        loop {
            let outlook = self.look(event, wishes).await?;
            match outlook.unsettled_until() {
                Some(until) if until > self.clock.now() => {
                    if to_apply {
                        self.refuse_if_busy().await?;
                    }
                    progress.waits(until, "Webex may still not show what was made a moment ago");
                    self.clock.sleep_until(until).await;
                }
                _ => return Ok(outlook),
            }
        }
    }

    /// The Webex that was looked at.
    #[must_use]
    pub fn webex_of(&self, outlook: &Outlook) -> SavedWebex {
        SavedWebex {
            base_url: self.connections.bot.base_url().to_string(),
            bot_id: outlook.observed.bot.id.clone(),
            org_id: outlook.observed.bot.org.clone(),
        }
    }

    /// Says at once if another process is applying, before the long look that [`Engine::apply`] needs.
    ///
    /// # Errors
    ///
    /// [`Error::Busy`] says who, since when, and what to do; or the ledger fails.
    pub async fn refuse_if_busy(&self) -> Result<(), Error> {
        match self.alone {
            true => Ok(()),
            false => refuse_if_busy(&self.ledger, LEASE.name, &self.process, &self.clock).await,
        }
    }

    /// Asks Webex who the bot is, and refuses another bot, Webex or event than the ledger's.
    ///
    /// # Errors
    ///
    /// Webex does not answer or does not accept the token, the token is a person's, or the ledger is
    /// about another.
    pub async fn check_bot(&self, event: &Event) -> Result<(), Error> {
        let bot = self.bot().await?;
        self.check_binding(event, &bot).await
    }

    pub(super) async fn check_binding(
        &self,
        event: &Event,
        bot: &SeenAccount,
    ) -> Result<(), Error> {
        // Binding a new ledger is apply's; here an old one only must not be another event's.
        if let Some(bound) = self.ledger.binding().await? {
            bound.refuse_other(&self.binding(event, bot))?;
        }
        Ok(())
    }

    fn binding(&self, event: &Event, bot: &SeenAccount) -> Binding {
        Binding {
            base_url: self.connections.bot.base_url().to_string(),
            bot_id: bot.id.clone(),
            org_id: bot.org.clone(),
            event_key: event.key.to_string(),
        }
    }

    /// Does what the outlook's plan says: every step after what it needs, several at a time.
    ///
    /// Whoever calls it has shown the plan, and seen that it hit no guard rail. Returns what became
    /// of every step; a step that failed does not stop those that do not need it.
    ///
    /// # Errors
    ///
    /// Before the first step: when somebody else is applying, has applied since the look, or the
    /// ledger fails. Afterwards everything is in the report.
    pub async fn apply(
        &self,
        assignment: &Assignment<'_>,
        outlook: Outlook,
        progress: &dyn Progress,
        stop: &Stop,
    ) -> Result<Report, Error> {
        let held = Held::take(&self.ledger, LEASE, &self.process, &self.clock, self.alone).await?;
        let acting = self.guarded(&held.permit());
        let ledger = held.fenced(&self.ledger);
        let begun = self.begin(assignment, &outlook, &ledger).await;
        let run = match begun {
            Ok(run) => run,
            Err(error) => {
                self.refused(held).await?;
                return Err(error);
            }
        };
        let work = Work {
            engine: &acting,
            ledger,
            event: assignment.event,
            run,
            bot: outlook.observed.bot.email.to_string(),
            state: Mutex::new(adopt::state(assignment.event, &outlook)),
        };
        let mut runner = Runner {
            work,
            report: Report::default(),
        };
        runner.steps(&outlook.plan, progress, stop).await;
        runner.follow_links(assignment, progress, stop).await;
        let Runner { work, mut report } = runner;
        // Two ledgers that begin at the same moment do not see what the other is about to make.
        if outlook.is_first() && report.trouble.is_none() && !stop.asked() {
            match acting.duplicates(assignment.event, outlook).await {
                Ok(duplicates) => report.duplicates = duplicates,
                Err(error) => report.warnings.push(format!(
                    "Whether another ledger made this event at the same moment is not known: {error}."
                )),
            }
        }
        // Whoever looked while this run was at work has seen too little.
        if let Err(error) = work
            .ledger
            .set_meta(RUNS, &format!("{}{ENDED}", work.run))
            .await
        {
            tracing::debug!(%error, "the end of the run could not be noted");
        }
        // What nobody finds again is not done.
        if let Err(error) = work.ledger.verify().await {
            report.trouble.get_or_insert(error.into());
        }
        if report.trouble.is_some() {
            held.abandon().await;
            return Ok(report);
        }
        // A lease that was lost is not ours to give back, and the report says so already.
        if let Err(error) = held.release(&self.ledger).await {
            tracing::debug!(%error, "the lease could not be released");
        }
        Ok(report)
    }

    /// What is there twice now that this run has ended, by lists that are read once more.
    async fn duplicates(&self, event: &Event, outlook: Outlook) -> Result<Vec<Cannot>, Error> {
        let owners: BTreeSet<Owner> = outlook.plan.budget.calls.into_keys().collect();
        let now = self.clock.now();
        let memory = memory::read(&self.ledger, &self.first_seen, now).await?;
        let (event, _) = slips::in_force(event, &memory.slips, &memory.known);
        let mut observed = Observed {
            at: now,
            ..outlook.observed
        };
        self.list_again(&event, &memory.known, &owners, &mut observed)
            .await?;
        Ok(duplicates(&event, &memory.known, &observed))
    }

    /// Ends a run that did not begin. What a dead run left open counts from the last sign of life,
    /// which is told by its lease, now ours: given back, it would tell nothing.
    async fn refused(&self, held: Held) -> Result<(), Error> {
        if self
            .ledger
            .open_operations(OperationKind::Provision)
            .await?
            .is_empty()
        {
            return held.release(&self.ledger).await;
        }
        held.abandon().await;
        Ok(())
    }

    /// Everything that the ledger must hold before the first call.
    async fn begin(
        &self,
        assignment: &Assignment<'_>,
        outlook: &Outlook,
        ledger: &Ledger,
    ) -> Result<String, Error> {
        let run = next_run(ledger, outlook).await?;
        ledger
            .bind(&self.binding(assignment.event, &outlook.observed.bot))
            .await?;
        // First what was found, then the operations that made it: a death in between must not leave
        // things that nobody remembers having made.
        adopt::take_in(assignment.event, outlook, ledger, self.clock.now()).await?;
        self.settle(outlook, ledger)
            .await
            .map_err(|error| match error {
                // Whoever began it has written down how it ended, after we looked.
                Error::Ledger(LedgerError::IllegalTransition { .. }) => Error::Outdated,
                error => error,
            })?;
        let latest = ledger.revisions(1).await?;
        if latest
            .first()
            .is_none_or(|latest| latest.source_digest != assignment.digest)
        {
            let revision = Revision {
                at: self.clock.now(),
                source_digest: assignment.digest.clone(),
                sources: assignment.sources.clone(),
            };
            ledger.add_revision(&revision).await?;
        }
        self.end_slips(assignment.event, outlook, ledger, &run)
            .await?;
        Ok(run)
    }

    /// Slips end for meetings that this revision moves itself: they do not come back with a later one. The
    /// slips are read anew: some may have been made since the look, or since the same files were applied.
    async fn end_slips(
        &self,
        event: &Event,
        outlook: &Outlook,
        ledger: &Ledger,
        run: &str,
    ) -> Result<(), Error> {
        loop {
            let log = show_log::read(ledger, 0).await?;
            let (_, applied) = slips::in_force(event, &Slips::of(&log), &outlook.memory.known);
            if applied.ended.is_empty() {
                return Ok(());
            }
            let entry = NewEntry {
                key: format!("slips-ended/{run}"),
                by: By {
                    name: self.process.instance().name.clone(),
                    account: None,
                    via: Via::Terminal,
                },
                entry: Entry::EndSlips {
                    meetings: applied.ended.into_iter().collect(),
                },
            };
            let head = log.last().map_or(0, |last| last.number);
            let written = append(ledger, &[entry], head, self.clock.now(), moves).await?;
            if let Appended::Written(_) = written {
                return Ok(());
            }
        }
    }
}

/// The number of this run; refuses to run on a look that another run has outdated.
async fn next_run(ledger: &Ledger, outlook: &Outlook) -> Result<String, Error> {
    let runs = ledger.meta(RUNS).await?;
    // A run that was under way when we looked, and died before it ended, is told by its operations.
    let operations = ledger
        .operation_counts(OperationKind::Provision, None)
        .await?;
    if runs != outlook.memory.runs || operations != outlook.memory.operations {
        return Err(Error::Outdated);
    }
    let number = number_of(runs.as_deref()) + 1;
    ledger.set_meta(RUNS, &number.to_string()).await?;
    Ok(number.to_string())
}

/// The number of the last run, as the ledger counts them.
pub(super) fn number_of(runs: Option<&str>) -> u64 {
    let last = runs.and_then(|runs| runs.split(' ').next());
    last.and_then(|last| last.parse().ok()).unwrap_or(0)
}

pub(super) struct Runner<'a> {
    pub(super) work: Work<'a>,
    pub(super) report: Report,
}

impl Runner<'_> {
    pub(super) async fn steps(&mut self, plan: &Plan, progress: &dyn Progress, stop: &Stop) {
        let steps = &plan.steps;
        progress.begins(steps);
        let mut queue = Queue::new(steps, self.work.engine.in_flight);
        let mut in_flight = FuturesUnordered::new();
        let work = &self.work;
        loop {
            while self.report.trouble.is_none() && !stop.asked() {
                let width = |owner: &Owner| work.engine.connections.width(owner);
                let Some(place) = queue.launch(width) else {
                    break;
                };
                progress.starts(&steps[place]);
                in_flight.push(async move { (place, work.step(&steps[place]).await) });
            }
            let Some((place, end)) = in_flight.next().await else {
                break;
            };
            let undone = match end {
                Ok(end) => {
                    let undone = queue.came_back(place, end.came);
                    progress.ended(&steps[place], end.ended);
                    take(&mut self.report, &steps[place].address, end);
                    undone
                }
                Err(error) => {
                    self.report.trouble.get_or_insert(error);
                    progress.ended(&steps[place], Ended::Unclear);
                    Vec::new()
                }
            };
            for (place, reason) in undone {
                progress.ended(&steps[place], Ended::NotTried);
                self.report
                    .undone
                    .push((steps[place].address.clone(), reason));
            }
        }
        for place in queue.give_up() {
            progress.ended(&steps[place], Ended::NotTried);
            self.report
                .undone
                .push((steps[place].address.clone(), Undone::Stopped));
        }
    }
}

fn take(report: &mut Report, address: &Address, end: StepEnd) {
    match (end.ended, end.failure) {
        (Ended::Unclear, Some(failure)) => report.unclear.push(failure),
        (_, Some(failure)) => report.failed.push(failure),
        (_, None) => report.done.push(address.clone()),
    }
    report.link_changes.extend(end.news.link_change);
    report.not_cohosts.extend(end.news.not_cohosts);
    report.warnings.extend(end.news.warnings);
    match end.news.left {
        Some((Ended::Unclear, failure)) => report.unclear.push(failure),
        Some((_, failure)) => report.failed.push(failure),
        None => {}
    }
}
