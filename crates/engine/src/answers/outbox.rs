//! Sends the messages of one answer, one after the other.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use showcaller_ledger::{
    Attempt, Claim, Error as LedgerError, MessageOutcome, NewMessage, Operation, OperationId,
    OperationState,
};
use showcaller_webex::{Error as WebexError, Message, Outcome};

use super::context::Context;
use super::inbox::later;
use super::read::pause;
use crate::messages::{Evidence, Outgoing, evidence, outcome};

/// How long after an attempt in doubt Webex is asked for its outcome.
const SETTLES_AFTER: SignedDuration = SignedDuration::from_secs(5);
/// How long an outage of Webex may take: so long after a 5xx a message is not sent again without proof
/// that it was not sent.
const OUTAGE: SignedDuration = SignedDuration::from_mins(1);

/// More than our idea of Webex's clock can be wrong.
const SKEW: SignedDuration = SignedDuration::from_secs(10);

/// Messages of which each is sent once the one before it is done with.
pub(super) struct Chain {
    parts: VecDeque<Part>,
    /// How often in a row the first was not sent.
    tries: u32,
}

struct Part {
    id: OperationId,
    state: PartState,
    /// Whether it was sent a second time without proof that the first attempt failed.
    resent: bool,
    /// How long it is not sent a second time after an attempt in doubt.
    doubt: SignedDuration,
    outgoing: Outgoing,
    written_at: Timestamp,
}

#[derive(Clone)]
enum PartState {
    Waiting,
    /// An attempt ended so, and the ledger is still to be told.
    Ended {
        attempt: Attempt,
        outcome: MessageOutcome,
    },
    InDoubt {
        attempt: Attempt,
        /// When Webex is asked.
        look_at: Timestamp,
        /// When it may be sent again, if Webex does not say.
        resend_at: Timestamp,
    },
}

impl PartState {
    /// The state of a row that nothing is known of but what it says; `None` if it is done with.
    fn of(row: &Operation) -> Option<Self> {
        let attempt = row.attempt();
        let settles = later(row.changed_at, SETTLES_AFTER);
        match row.state {
            OperationState::Waiting => Some(Self::Waiting),
            OperationState::Sending => Some(Self::Ended {
                attempt,
                outcome: MessageOutcome::Unclear {
                    reason: "how it ended is not known".to_owned(),
                },
            }),
            OperationState::Unclear => Some(Self::InDoubt {
                attempt,
                look_at: settles,
                resend_at: settles,
            }),
            OperationState::Done | OperationState::Failed => None,
        }
    }
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
                resent: false,
                doubt: SETTLES_AFTER,
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
            Some(Part {
                id: message.id,
                state: PartState::of(message)?,
                resent: message.resent,
                doubt: SETTLES_AFTER,
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
            let pause = match part.step(context, self.tries).await {
                Ok(Step::Ended) => {
                    self.parts.pop_front();
                    self.tries = 0;
                    continue;
                }
                Ok(Step::Again(pause)) => pause,
                Ok(Step::NotOurs) => return Progress::Ended,
                // What is known of the part stays in it.
                Err(error) => {
                    tracing::warn!(%error, "an answer waits for the ledger");
                    pause(self.tries)
                }
            };
            self.tries += 1;
            return Progress::After(pause, self);
        }
    }
}

impl Part {
    async fn step(&mut self, context: &Context, tries: u32) -> Result<Step, LedgerError> {
        match self.state.clone() {
            PartState::Waiting => {
                let now = context.clock.now();
                let by = context.process.instance();
                let Some(attempt) = context.ledger.start(self.id, by, now).await? else {
                    return self.reread(context, tries).await;
                };
                // From here on it may have been sent, even if this process ends.
                let outcome = self.attempt(context).await;
                self.state = PartState::Ended {
                    attempt,
                    outcome: outcome.clone(),
                };
                self.finish(context, attempt, &outcome, tries).await
            }
            PartState::Ended { attempt, outcome } => {
                self.finish(context, attempt, &outcome, tries).await
            }
            PartState::InDoubt {
                attempt,
                look_at,
                resend_at,
            } => {
                let wait = look_at.duration_since(context.clock.now());
                if wait.is_positive() {
                    return Ok(Step::Again(wait));
                }
                self.settle(context, attempt, resend_at, tries).await
            }
        }
    }

    /// Makes the call.
    async fn attempt(&mut self, context: &Context) -> MessageOutcome {
        if self.is_too_late(context) {
            tracing::warn!(id = %self.id, "a message could not be sent in time, and is not");
            return MessageOutcome::Failed {
                reason: "it could not be sent in time".to_owned(),
                tracking_id: None,
            };
        }
        if !self.resent {
            // What is older is another message.
            let now = later(context.webex.now(), -SKEW);
            self.outgoing.after = self.outgoing.after.max(now);
        }
        match self.post(context).await {
            Ok(message) => MessageOutcome::Done(evidence::answer(&message.id)),
            Err(error) => {
                self.doubt = match error.status() {
                    Some(_) => OUTAGE,
                    None => SETTLES_AFTER,
                };
                outcome(&error)
            }
        }
    }

    async fn post(&self, context: &Context) -> Result<Message, WebexError> {
        let message = self.outgoing.message();
        let posted = context.webex.create_message(&message).await;
        match posted {
            // The first message of the thread may have been deleted.
            Err(error) if message.parent_id.is_some() && is_refused(&error) => {
                tracing::info!(%error, "an answer goes beside its thread");
                let beside = showcaller_webex::NewMessage {
                    parent_id: None,
                    ..message
                };
                context.webex.create_message(&beside).await
            }
            posted => posted,
        }
    }

    fn is_too_late(&self, context: &Context) -> bool {
        let waited = context.clock.now().duration_since(self.written_at);
        waited >= context.in_force.latest().event.bot.skip_after
    }

    /// Writes how an attempt ended.
    async fn finish(
        &mut self,
        context: &Context,
        attempt: Attempt,
        outcome: &MessageOutcome,
        tries: u32,
    ) -> Result<Step, LedgerError> {
        let now = context.clock.now();
        let ending = self.outgoing.ending(outcome);
        if !context.ledger.finish_message(attempt, ending, now).await? {
            return self.reread(context, tries).await;
        }
        Ok(match outcome {
            MessageOutcome::Done(_) | MessageOutcome::Failed { .. } => Step::Ended,
            MessageOutcome::NotSent { .. } => {
                self.state = PartState::Waiting;
                Step::Again(pause(tries))
            }
            MessageOutcome::Unclear { .. } => {
                self.state = PartState::InDoubt {
                    attempt,
                    look_at: later(now, SETTLES_AFTER),
                    resend_at: later(now, self.doubt),
                };
                Step::Again(SETTLES_AFTER)
            }
        })
    }

    /// By evidence, or by sending it a second time; a second one in doubt only by evidence.
    async fn settle(
        &mut self,
        context: &Context,
        attempt: Attempt,
        resend_at: Timestamp,
        tries: u32,
    ) -> Result<Step, LedgerError> {
        let outcome = match evidence::look(context.bot(), &self.outgoing).await {
            Ok(Evidence::Sent(answer)) => MessageOutcome::Done(answer),
            Ok(Evidence::NotSent) => MessageOutcome::NotSent {
                reason: "Webex shows that it was not sent".to_owned(),
            },
            Ok(Evidence::None) if !self.resent && !self.is_too_late(context) => {
                return self.resend(context, attempt, resend_at, tries).await;
            }
            // A look that failed is no evidence.
            Err(error) if !self.is_too_late(context) => {
                tracing::info!(%error, "whether a message was sent cannot be looked up yet");
                return Ok(Step::Again(pause(tries)));
            }
            Ok(Evidence::None) | Err(_) => {
                tracing::warn!(id = %self.id, "whether a message was sent stays unknown");
                return Ok(Step::Ended);
            }
        };
        let (by, now) = (context.process.instance(), context.clock.now());
        let ending = self.outgoing.ending(&outcome);
        let settled = context.ledger.settle_message(attempt, ending, by, now);
        if !settled.await? {
            return self.reread(context, tries).await;
        }
        if let MessageOutcome::Done(_) = outcome {
            return Ok(Step::Ended);
        }
        self.state = PartState::Waiting;
        Ok(Step::Again(pause(tries)))
    }

    /// Lets it be sent a second time, once that may be.
    async fn resend(
        &mut self,
        context: &Context,
        attempt: Attempt,
        resend_at: Timestamp,
        tries: u32,
    ) -> Result<Step, LedgerError> {
        let (by, now) = (context.process.instance(), context.clock.now());
        let wait = resend_at.duration_since(now);
        if wait.is_positive() {
            return Ok(Step::Again(wait.min(pause(tries))));
        }
        if !context.ledger.resend(attempt, by, now).await? {
            return self.reread(context, tries).await;
        }
        tracing::info!(id = %self.id, "a message in doubt is sent again");
        self.resent = true;
        self.state = PartState::Waiting;
        Ok(Step::Again(SignedDuration::ZERO))
    }

    /// What the ledger says of it where it did not take our word: it may have done so before, when its
    /// answer was lost.
    async fn reread(&mut self, context: &Context, tries: u32) -> Result<Step, LedgerError> {
        let row = context.ledger.operation(self.id).await?;
        let me = context.process.instance().id;
        let Some(row) = row.filter(|row| row.claimed_by == Some(me)) else {
            return Ok(Step::NotOurs);
        };
        self.resent = row.resent;
        let Some(state) = PartState::of(&row) else {
            return Ok(Step::Ended);
        };
        self.state = state;
        Ok(Step::Again(pause(tries)))
    }
}

/// Whether Webex does not take the message as it is, or where it goes.
fn is_refused(error: &WebexError) -> bool {
    let status = error.status().map(|status| status.as_u16());
    matches!(status, Some(400 | 404)) && error.outcome() == Outcome::NotDone
}
