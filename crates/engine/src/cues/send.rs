//! Sends one message, or looks up whether one was sent.

use showcaller_clock::SharedClock;
use showcaller_ledger::{
    Attempt, Error as LedgerError, Instance, Ledger, MessageOutcome, OperationId,
};
use showcaller_webex::{Person, Webex};

use crate::messages::{Bot, Evidence, Outgoing, Unavailable, evidence, outcome};

/// What is to be done about a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// It is sent.
    Send,
    /// It is in doubt, and Webex is asked.
    LookUp,
}

/// A message that is sent, or looked up.
pub(super) struct Job {
    pub(super) webex: Webex,
    pub(super) ledger: Ledger,
    pub(super) clock: SharedClock,
    pub(super) by: Instance,
    pub(super) me: Person,
    pub(super) id: OperationId,
    /// The attempt that is in doubt.
    pub(super) attempt: Attempt,
    pub(super) outgoing: Outgoing,
    pub(super) task: Task,
}

/// How it ended.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) id: OperationId,
    /// What the ledger has by now; `None` if nothing changed, or it could not be written.
    pub(super) outcome: Option<MessageOutcome>,
}

impl Job {
    pub(super) async fn run(self) -> Sent {
        let done = match self.task {
            Task::Send => self.send().await,
            Task::LookUp => self.look_up().await,
        };
        let outcome = done.unwrap_or_else(|error| {
            tracing::warn!(%error, id = %self.id, "a cue waits for the ledger or for Webex");
            None
        });
        Sent {
            id: self.id,
            outcome,
        }
    }

    async fn send(&self) -> Result<Option<MessageOutcome>, Unavailable> {
        let started = self.ledger.start(self.id, &self.by, self.clock.now());
        let Some(attempt) = started.await? else {
            return Ok(None);
        };
        // From here on it may have been sent, even if this process ends.
        let outcome = match self.webex.create_message(&self.outgoing.message()).await {
            Ok(message) => MessageOutcome::Done(evidence::answer(&message.id)),
            Err(error) => outcome(&error),
        };
        self.finish(attempt, outcome).await
    }

    /// Writes how an attempt ended, for as long as the ledger does not take it.
    async fn finish(
        &self,
        attempt: Attempt,
        outcome: MessageOutcome,
    ) -> Result<Option<MessageOutcome>, Unavailable> {
        let ending = self.outgoing.ending(&outcome);
        let now = self.clock.now();
        let counts = self.ledger.finish_message(attempt, ending, now).await?;
        Ok(counts.then_some(outcome))
    }

    async fn look_up(&self) -> Result<Option<MessageOutcome>, Unavailable> {
        let bot = Bot {
            webex: &self.webex,
            ledger: &self.ledger,
            me: &self.me,
        };
        let outcome = match evidence::look(bot, &self.outgoing).await? {
            Evidence::Sent(answer) => MessageOutcome::Done(answer),
            Evidence::NotSent => MessageOutcome::NotSent {
                reason: "Webex shows that it was not sent".to_owned(),
            },
            Evidence::None => return Ok(None),
        };
        self.settle(outcome).await
    }

    async fn settle(&self, outcome: MessageOutcome) -> Result<Option<MessageOutcome>, Unavailable> {
        let ending = self.outgoing.ending(&outcome);
        let now = self.clock.now();
        let settled: Result<bool, LedgerError> = self
            .ledger
            .settle_message(self.attempt, ending, &self.by, now)
            .await;
        Ok(settled?.then_some(outcome))
    }
}
