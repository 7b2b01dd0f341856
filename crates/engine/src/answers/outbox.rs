//! Sends the messages of one answer, one after the other.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use showcaller_ledger::{
    Attempt, Claim, Error as LedgerError, MessageOutcome, NewMessage, Operation, OperationId,
    OperationState,
};
use showcaller_webex::{Error as WebexError, Fault, Outcome};

use super::context::Context;
use super::evidence::{self, Evidence};
use super::outgoing::Outgoing;
use super::read::pause;

/// How long after an attempt in doubt Webex is asked for its outcome.
const SETTLES_AFTER: SignedDuration = SignedDuration::from_secs(5);

/// Messages of which each is sent once the one before it is done with.
pub(super) struct Chain {
    parts: VecDeque<Part>,
    /// How often in a row the first was not sent.
    tries: u32,
}

struct Part {
    id: OperationId,
    state: PartState,
    outgoing: Outgoing,
    written_at: Timestamp,
}

enum PartState {
    Waiting,
    /// An attempt was begun, and how it ended is not written.
    Sending(Attempt),
    InDoubt {
        attempt: Attempt,
        /// Whether that was the second attempt that is.
        resent: bool,
    },
}

/// The result of a chain for now.
pub(super) enum Progress {
    /// All of it is done with, or another process's by now.
    Ended,
    /// There is something to wait for.
    After(SignedDuration, Chain),
}

/// The result of one step.
enum Step {
    /// The part is done with.
    Ended,
    Again(SignedDuration),
    /// The part is not ours to send.
    NotOurs,
}

impl Chain {
    /// Messages that were claimed just now, in their order.
    pub(super) fn claimed(messages: &[NewMessage], claims: &[Claim], at: Timestamp) -> Self {
        let parts = messages.iter().zip(claims).filter_map(|(message, claim)| {
            let Claim::Won(id) = *claim else { return None };
            Some(Part {
                id,
                state: PartState::Waiting,
                outgoing: Outgoing::read(&message.body).ok()?,
                written_at: at,
            })
        });
        Self::of(parts.collect())
    }

    /// Messages that the ledger holds, in the order of their keys. What another build wrote is
    /// left to it.
    pub(super) fn recovered(messages: &[Operation]) -> Self {
        let parts = messages.iter().filter_map(|message| {
            let outgoing = match Outgoing::read(&message.body) {
                Ok(outgoing) => outgoing,
                Err(error) => {
                    tracing::warn!(%error, id = %message.id, "a message cannot be read");
                    return None;
                }
            };
            let attempt = message.attempt();
            Some(Part {
                id: message.id,
                state: match message.state {
                    OperationState::Waiting => PartState::Waiting,
                    OperationState::Sending => PartState::Sending(attempt),
                    OperationState::Unclear => PartState::InDoubt {
                        attempt,
                        resent: message.resent,
                    },
                    OperationState::Done | OperationState::Failed => return None,
                },
                outgoing,
                written_at: message.at,
            })
        });
        Self::of(parts.collect())
    }

    fn of(parts: VecDeque<Part>) -> Self {
        Self { parts, tries: 0 }
    }

    /// Sends what can be sent now.
    pub(super) async fn send(mut self, context: &Context) -> Progress {
        loop {
            let Some(part) = self.parts.front_mut() else {
                return Progress::Ended;
            };
            if context.stop.asked() {
                return Progress::Ended;
            }
            match part.step(context, self.tries).await {
                Ok(Step::Ended) => {
                    self.parts.pop_front();
                    self.tries = 0;
                }
                Ok(Step::Again(pause)) => {
                    self.tries += 1;
                    return Progress::After(pause, self);
                }
                Ok(Step::NotOurs) => return Progress::Ended,
                // What was begun is read from the ledger once that works again.
                Err(error) => {
                    tracing::warn!(%error, "an answer is left in the ledger");
                    return Progress::Ended;
                }
            }
        }
    }
}

impl Part {
    async fn step(&mut self, context: &Context, tries: u32) -> Result<Step, LedgerError> {
        match self.state {
            PartState::Waiting => self.attempt(context, tries).await,
            PartState::Sending(attempt) => {
                let reason = "how it ended is not known".to_owned();
                let unclear = MessageOutcome::Unclear { reason };
                self.finish(context, attempt, &unclear).await
            }
            PartState::InDoubt { attempt, resent } => self.settle(context, attempt, resent).await,
        }
    }

    async fn attempt(&mut self, context: &Context, tries: u32) -> Result<Step, LedgerError> {
        let now = context.clock.now();
        let by = context.process.instance();
        let Some(attempt) = context.ledger.start(self.id, by, now).await? else {
            return Ok(Step::NotOurs);
        };
        // From here on it may have been sent, whatever becomes of this process.
        let sent = context.webex.create_message(&self.outgoing.message()).await;
        let outcome = match &sent {
            Ok(message) => MessageOutcome::Done(json!({"id": message.id})),
            Err(error) => self.outcome(context, error),
        };
        match self.finish(context, attempt, &outcome).await? {
            Step::Again(_) if matches!(outcome, MessageOutcome::NotSent { .. }) => {
                Ok(Step::Again(pause(tries)))
            }
            step => Ok(step),
        }
    }

    /// What a call that failed means for the message.
    fn outcome(&self, context: &Context, error: &WebexError) -> MessageOutcome {
        let reason = error.refused_because();
        if error.outcome() == Outcome::Unknown {
            tracing::warn!(%error, "it is not known whether a message was sent");
            return MessageOutcome::Unclear { reason };
        }
        let waited = context.clock.now().duration_since(self.written_at);
        let gives_up_after = context.in_force.latest().event.bot.skip_after;
        if may_pass(error) && waited < gives_up_after {
            tracing::info!(%error, "a message was not sent, and will be");
            return MessageOutcome::NotSent { reason };
        }
        tracing::warn!(%error, "a message was refused");
        MessageOutcome::Failed {
            reason,
            tracking_id: error.tracking_id().map(str::to_owned),
        }
    }

    async fn finish(
        &mut self,
        context: &Context,
        attempt: Attempt,
        outcome: &MessageOutcome,
    ) -> Result<Step, LedgerError> {
        let now = context.clock.now();
        let counts = context.ledger.finish_message(attempt, outcome, now).await?;
        Ok(match outcome {
            _ if !counts => Step::NotOurs,
            MessageOutcome::Done(_) | MessageOutcome::Failed { .. } => Step::Ended,
            MessageOutcome::NotSent { .. } => {
                self.state = PartState::Waiting;
                Step::Again(SignedDuration::ZERO)
            }
            MessageOutcome::Unclear { .. } => {
                let row = context.ledger.operation(self.id).await?;
                let resent = row.is_none_or(|message| message.resent);
                self.state = PartState::InDoubt { attempt, resent };
                Step::Again(SETTLES_AFTER)
            }
        })
    }

    /// By evidence, or by sending it a second time; a second one in doubt only by evidence.
    async fn settle(
        &mut self,
        context: &Context,
        attempt: Attempt,
        resent: bool,
    ) -> Result<Step, LedgerError> {
        let evidence = evidence::look(context, &self.outgoing).await;
        let (ledger, now) = (&context.ledger, context.clock.now());
        let by = context.process.instance();
        if let Evidence::Sent(answer) = evidence {
            let done = MessageOutcome::Done(answer);
            ledger.settle_message(attempt, &done, by, now).await?;
            return Ok(Step::Ended);
        }
        if resent {
            tracing::warn!(id = %self.id, "whether a message was sent stays unknown");
            return Ok(Step::Ended);
        }
        if !ledger.resend(attempt, by, now).await? {
            return Ok(Step::NotOurs);
        }
        tracing::info!(id = %self.id, ?evidence, "a message in doubt is sent again");
        self.state = PartState::Waiting;
        Ok(Step::Again(SignedDuration::ZERO))
    }
}

/// Whether the same call may succeed later: for want of a network or a token, or because Webex asks to
/// wait.
fn may_pass(error: &WebexError) -> bool {
    match error.fault() {
        Fault::Throttled { .. } | Fault::Unreachable(_) => true,
        _ => error.is_unauthorized(),
    }
}
