//! Does one deed, or looks up whether it was done.

use std::pin::pin;
use std::task::Poll;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use showcaller_clock::SharedClock;
use showcaller_ledger::{
    Attempt, Error as LedgerError, Instance, Ledger, MessageOutcome, NewMessage, OperationId,
};
use showcaller_secret::Secret;
use showcaller_show::NO_ACCOUNT;
use showcaller_webex::{
    Announced, EditedMessage, Error as WebexError, MessageId, Outcome, Person, PersonId, Webex,
};

use super::deed::{Deed, Other, Target};
use crate::floor::Stop;
use crate::messages::{Bot, Evidence, Outgoing, To, Unavailable, evidence, outcome};

/// How long a ledger that fails is left alone before it is asked once more.
const PAUSE: SignedDuration = SignedDuration::from_secs(2);

/// What is to be done about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    /// What it asks for.
    Do,
    /// It is in doubt, and Webex is asked.
    LookUp,
}

/// A row, and what is to be done about it.
pub(super) struct Job {
    pub(super) webex: Webex,
    pub(super) ledger: Ledger,
    pub(super) clock: SharedClock,
    pub(super) stop: Stop,
    pub(super) by: Instance,
    pub(super) me: Person,
    pub(super) id: OperationId,
    /// The attempt that is in doubt.
    pub(super) attempt: Attempt,
    pub(super) deed: Deed,
    /// The row in other words than those with which it was claimed.
    pub(super) anew: Option<NewMessage>,
    pub(super) task: Task,
}

/// How it ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) id: OperationId,
    /// What the ledger has by now; `None` if nothing changed, or it could not be written.
    pub(super) outcome: Option<MessageOutcome>,
}

impl Job {
    /// `announced` is its call, until that waits at the pacer.
    pub(super) async fn run(self, announced: Announced) -> Ended {
        let done = match self.task {
            Task::Do => self.attempt(announced).await,
            Task::LookUp => self.look_up().await,
        };
        let outcome = done.unwrap_or_else(|error| {
            tracing::warn!(%error, id = %self.id, "a cue waits for the ledger or for Webex");
            None
        });
        Ended {
            id: self.id,
            outcome,
        }
    }

    async fn attempt(&self, announced: Announced) -> Result<Option<MessageOutcome>, Unavailable> {
        if let Some(anew) = &self.anew {
            let rewritten = self
                .ledger
                .rewrite(self.attempt, anew, &self.by, self.now());
            if !rewritten.await? {
                return Ok(None);
            }
        }
        if self.is_pending().await {
            return self.leave_out().await;
        }
        let started = self.ledger.start(self.id, &self.by, self.now());
        let Some(attempt) = started.await? else {
            return Ok(None);
        };
        // From here on it may have been done, even if this process ends.
        let mut call = pin!(self.call());
        // The first poll lines it up at the pacer, so that no less urgent call gets in between.
        let lined_up = futures::poll!(&mut call);
        drop(announced);
        let outcome = match lined_up {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => call.await,
        };
        Ok(self.finish(attempt, &outcome).await?.then_some(outcome))
    }

    async fn call(&self) -> MessageOutcome {
        match &self.deed {
            Deed::Post(outgoing) => self.post(outgoing).await,
            Deed::Edit(other) => self.edit(other).await,
            Deed::Delete(target) => self.delete(target).await,
        }
    }

    /// Whether it goes to a person who has no Webex account yet: Webex would write them a mail. One who
    /// cannot be asked for counts as having one.
    async fn is_pending(&self) -> bool {
        let Deed::Post(outgoing) = &self.deed else {
            return false;
        };
        let To::Person(person) = &outgoing.to else {
            return false;
        };
        if outgoing.also_pending {
            return false;
        }
        let person = self.webex.get_person(&PersonId::from(&**person)).await;
        person.is_ok_and(|person| person.is_pending())
    }

    /// Ends it before any attempt.
    async fn leave_out(&self) -> Result<Option<MessageOutcome>, Unavailable> {
        let outcome = MessageOutcome::Failed {
            reason: NO_ACCOUNT.to_owned(),
            tracking_id: None,
        };
        let row = self.ledger.operation(self.id).await?;
        let Some(row) = row else { return Ok(None) };
        let withdrawn = self
            .ledger
            .withdraw(row.attempt(), NO_ACCOUNT, &row.body, self.now());
        Ok(withdrawn.await?.then_some(outcome))
    }

    /// Writes how an attempt ended, however long the ledger does not take it: no other process knows.
    async fn finish(
        &self,
        attempt: Attempt,
        outcome: &MessageOutcome,
    ) -> Result<bool, LedgerError> {
        loop {
            let ending = self.deed.ending(outcome);
            let finished = self.ledger.finish_message(attempt, ending, self.now());
            match finished.await {
                Err(error) if !self.stop.asked() => {
                    tracing::warn!(%error, id = %self.id, "the end of a call is not written yet");
                    self.clock.sleep(PAUSE).await;
                }
                finished => return finished,
            }
        }
    }

    /// By Webex's clock: processes on several machines compare what they write.
    fn now(&self) -> Timestamp {
        self.webex.now()
    }

    async fn post(&self, outgoing: &Outgoing) -> MessageOutcome {
        match self.webex.create_message(&outgoing.message()).await {
            Ok(message) => MessageOutcome::Done(evidence::answer(&message.id)),
            Err(error) => outcome(&error),
        }
    }

    /// Deleting twice is deleting once, so one in doubt is done again.
    async fn delete(&self, target: &Target) -> MessageOutcome {
        let id = MessageId::from(&*target.message);
        match self.webex.delete_message(&id).await {
            Ok(()) => MessageOutcome::Done(evidence::answer(&id)),
            Err(error) if error.is_not_found() => {
                MessageOutcome::Done(json!({"id": id, "gone": true}))
            }
            Err(error) => again(&error),
        }
    }

    /// Writing the same words twice is writing them once.
    async fn edit(&self, other: &Other) -> MessageOutcome {
        let id = MessageId::from(&*other.target.message);
        match self.rewrite(&id, &other.outgoing).await {
            Ok(true) => MessageOutcome::Done(evidence::answer(&id)),
            Ok(false) => self.post(&other.outgoing).await,
            // What was deleted, by a recall or by hand, does not return in other words.
            Err(error) if error.is_not_found() => {
                MessageOutcome::Done(json!({"id": id, "gone": true}))
            }
            // Webex lets a message be edited so often, and some not at all.
            Err(error) if error.status().is_some() && error.outcome() == Outcome::NotDone => {
                match outcome(&error) {
                    MessageOutcome::Failed { .. } => self.post(&other.outgoing).await,
                    later => later,
                }
            }
            Err(error) => again(&error),
        }
    }

    /// Returns whether it could be tried: not where Webex does not say in which room the message is.
    async fn rewrite(&self, id: &MessageId, outgoing: &Outgoing) -> Result<bool, WebexError> {
        let message = self.webex.get_message(id).await?;
        // One that was in doubt: Webex counts edits.
        let words = message.markdown.as_ref().map(Secret::expose);
        if words == Some(outgoing.markdown.expose()) {
            return Ok(true);
        }
        let Some(room) = message.room_id.or_else(|| outgoing.room()) else {
            return Ok(false);
        };
        let edited = EditedMessage {
            room,
            markdown: outgoing.markdown.clone(),
            card: None,
        };
        self.webex.edit_message(id, &edited).await.map(|_| true)
    }

    async fn look_up(&self) -> Result<Option<MessageOutcome>, Unavailable> {
        let bot = Bot {
            webex: &self.webex,
            ledger: &self.ledger,
            me: &self.me,
        };
        let outcome = match &self.deed {
            Deed::Post(outgoing) => match evidence::look(bot, outgoing).await? {
                Evidence::Sent(answer) => Some(MessageOutcome::Done(answer)),
                Evidence::NotSent => Some(not_done("Webex shows that it was not sent")),
                Evidence::None => None,
            },
            Deed::Edit(other) => self.look_up_edit(bot, other).await?,
            Deed::Delete(_) => Some(not_done("what was deleted can be deleted again")),
        };
        let Some(outcome) = outcome else {
            return Ok(None);
        };
        let (ending, now) = (self.deed.ending(&outcome), self.now());
        let settled = self
            .ledger
            .settle_message(self.attempt, ending, &self.by, now);
        Ok(settled.await?.then_some(outcome))
    }

    /// The words are in the message, or follow it, or Webex shows neither. Only then is it edited once
    /// more, which is harmless, while a second message that follows is not.
    async fn look_up_edit(
        &self,
        bot: Bot<'_>,
        other: &Other,
    ) -> Result<Option<MessageOutcome>, Unavailable> {
        let id = MessageId::from(&*other.target.message);
        Ok(match evidence::look(bot, &other.outgoing).await? {
            Evidence::Sent(answer) => Some(MessageOutcome::Done(answer)),
            Evidence::NotSent => Some(not_done("Webex shows that it was not done")),
            Evidence::None => {
                let edited = self.rewrite(&id, &other.outgoing).await;
                let edited = edited.ok().filter(|tried| *tried);
                edited.map(|_| MessageOutcome::Done(evidence::answer(&id)))
            }
        })
    }
}

fn not_done(reason: &str) -> MessageOutcome {
    let reason = reason.to_owned();
    MessageOutcome::NotSent { reason }
}

/// What a failed call means that may be repeated whatever became of it.
fn again(error: &WebexError) -> MessageOutcome {
    match outcome(error) {
        MessageOutcome::Unclear { reason } => MessageOutcome::NotSent { reason },
        other => other,
    }
}
