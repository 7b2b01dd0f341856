//! What became of a run.

use std::fmt::Debug;

use jiff::Timestamp;
use showcaller_event::model::{Address, Email, MeetingKey, RoomKey};
use showcaller_plan::{Cannot, Fate, Plan, Step, Tally};

use crate::Error;

/// Told what happens while it happens. Called from one task, never at the same time.
pub trait Progress: Debug + Send + Sync {
    /// A run of these steps begins.
    fn begins(&self, steps: &[Step]);
    /// One step is under way from now on: its operation is written next, then its call is made.
    fn starts(&self, _step: &Step) {}
    /// One step has ended, or will not be done.
    fn ended(&self, step: &Step, how: Ended);
    /// Nothing happens until then, and why.
    fn waits(&self, until: Timestamp, why: &str);
}

/// Progress for those who do not watch.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn begins(&self, _: &[Step]) {}
    fn ended(&self, _: &Step, _: Ended) {}
    fn waits(&self, _: Timestamp, _: &str) {}
}

/// How one step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Webex has it.
    Done,
    /// Webex has it not.
    Failed,
    /// Nobody knows.
    Unclear,
    /// It was not tried.
    NotTried,
}

/// What became of a run.
#[derive(Debug, Default)]
pub struct Report {
    /// Steps that were done, in the order in which they ended.
    pub done: Vec<Address>,
    /// Steps that Webex refused or that did not get through.
    pub failed: Vec<Failure>,
    /// Steps of which nobody knows: the next run looks before it repeats them.
    pub unclear: Vec<Failure>,
    /// Steps that were not tried, by reason.
    pub undone: Vec<(Address, Undone)>,
    /// Meetings whose link is another now.
    pub link_changes: Vec<LinkChange>,
    /// People who were to be co-host and are not.
    pub not_cohosts: Vec<NotCohost>,
    /// What was there twice when the first run of this ledger ended.
    pub duplicates: Vec<Cannot>,
    /// Things that worked, but not as they should.
    pub warnings: Vec<String>,
    /// What ended the run before its end: the ledger failed, or somebody took over.
    pub trouble: Option<Error>,
}

impl Report {
    /// What became of everything that the plan names, and of what was done beyond it.
    #[must_use]
    pub fn tally(&self, plan: &Plan) -> Tally {
        let done = self.done.iter().map(|address| (address, Fate::Done));
        let undone = self.undone.iter().map(|(address, why)| match why {
            Undone::Stopped => (address, Fate::Stopped),
            Undone::Needs(_) | Undone::HeldBack(_) | Undone::Exhausted(_) => {
                (address, Fate::NotTried)
            }
        });
        let unclear = self.unclear.iter().map(|it| (&it.address, Fate::Unclear));
        let failed = self.failed.iter().map(|it| (&it.address, Fate::Failed));
        // Where a thing has two fates, the graver one counts: the last.
        let became = done.chain(undone).chain(unclear).chain(failed);
        let became = became
            .map(|(address, fate)| (address.clone(), fate))
            .collect();
        Tally::applied(plan, &became, self.trouble.is_some())
    }

    /// Whether everything that was planned was done.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty()
            && self.unclear.is_empty()
            && self.undone.is_empty()
            && self.trouble.is_none()
    }
}

/// A step that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Which.
    pub address: Address,
    /// What Webex said, and what to do about it where we know.
    pub sentence: String,
    /// For Webex's support.
    pub tracking_id: Option<String>,
    /// When Webex itself wants to see the call again, if that is why it did not succeed.
    pub again_at: Option<Timestamp>,
}

/// Why a step was not tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undone {
    /// What it needs was not made.
    Needs(Address),
    /// The first meeting of its pattern was refused, so that its siblings were spared the quota.
    HeldBack(Address),
    /// Webex makes no more meetings for its host now, as it said of this one.
    Exhausted(Address),
    /// Somebody asked to stop, or the run could not go on.
    Stopped,
}

/// A meeting whose link changed although it was only moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkChange {
    /// Which.
    pub meeting: MeetingKey,
    /// The rooms that may have been given the old one.
    pub rooms: Vec<RoomKey>,
}

/// Somebody who was to be co-host and is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotCohost {
    /// Of which meeting.
    pub meeting: MeetingKey,
    /// Who.
    pub email: Email,
}
