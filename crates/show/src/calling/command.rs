//! What an operator's command does to a cue, before it is written into the log.

use jiff::SignedDuration;
use showcaller_event::model::{CueRecipient, DayId};
use thiserror::Error;

use super::board::Board;
use super::delivery::{Delivery, DeliveryState};
use super::log::{Attempted, By, Entry};
use super::standing::lacks_a_fact;
use super::status::{CueStatus, RecipientState, RecipientStatus};

/// What an operator wants of a cue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Send it now, to all who have not got it.
    Go,
    /// Send nothing more of it, until a go.
    Hold,
    /// Leave it out, unless there is a go.
    Skip,
    /// Send again what Webex refused.
    Retry,
    /// Send it to everybody anew.
    Again,
    /// Delete it everywhere.
    Recall,
    /// Say what became of what is in doubt.
    Settle {
        /// For this recipient; `None` for all.
        recipient: Option<CueRecipient>,
        /// Whether it arrived; otherwise it is sent again.
        arrived: bool,
    },
}

/// What comes of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    /// What is asked for is so already, or under way: nothing is to be written.
    Follow(Follow),
    /// This is to be written into the log.
    Append {
        /// All of it, or nothing.
        entries: Vec<Entry>,
        /// What the operator is to know before.
        facts: Vec<Fact>,
    },
}

/// How a cue stands of which nothing more need be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// It is being sent.
    UnderWay,
    /// All have it, or may have it.
    Sent,
    /// It is held.
    Held,
    /// It is skipped.
    Skipped,
    /// It was recalled, and waits for a go.
    Recalled,
    /// This person said go, and another one must.
    WaitsForSecond,
}

/// What a command means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Messages go out.
    Sends {
        /// To so many recipients.
        recipients: usize,
        /// So many people are in them by the event file, each counted once.
        people: usize,
    },
    /// So many recipients have it, or may have it, and keep it as it is.
    AlreadySent {
        /// How many.
        recipients: usize,
    },
    /// Earlier than it is due.
    Early {
        /// By how much, to the first recipient.
        by: SignedDuration,
    },
    /// It belongs to another day than today.
    OtherDay {
        /// To which.
        day: DayId,
    },
    /// What the text gives of a meeting is not there yet: for so many it is sent once it is.
    NoLink {
        /// For how many.
        recipients: usize,
    },
    /// Another person must say go as well.
    NeedsSecond,
    /// The second of two people.
    Second {
        /// The first one.
        after: By,
    },
    /// Messages are deleted.
    Deletes {
        /// How many were sent, or may have been.
        messages: usize,
    },
    /// So many recipients get it twice if it arrived.
    MayBeTwice {
        /// How many.
        recipients: usize,
    },
}

/// Why a command makes no sense for a cue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Refusal {
    /// All that is left was refused by Webex: that is for a retry.
    #[error("what was not sent has failed")]
    OnlyFailed {
        /// For how many recipients.
        recipients: usize,
    },
    /// Nothing of it is left that could be held or skipped.
    #[error("nothing is left of it to be sent")]
    NothingLeft,
    /// Nothing failed.
    #[error("nothing has failed")]
    NothingFailed,
    /// It was never sent: that is for a go.
    #[error("it was not sent yet")]
    NotSent,
    /// Nothing of it is in doubt.
    #[error("nothing is in doubt")]
    NothingUnclear,
    /// It has no recipients.
    #[error("it has no recipients")]
    NoRecipients,
}

impl<'a> Board<'a> {
    /// What comes of a command of this person about one of the board's cues. Nothing changes by that: the
    /// entries are to be appended to the log.
    pub fn judge(
        &self,
        cue: &CueStatus<'a>,
        command: &Command,
        by: &By,
    ) -> Result<Judged, Refusal> {
        if cue.recipients.is_empty() {
            return Err(Refusal::NoRecipients);
        }
        let key = cue.key.clone();
        let case = Case { board: self, cue };
        match command {
            Command::Go => case.go(by),
            Command::Hold => case.stop(Entry::Hold { cue: key }, &RecipientState::Held),
            Command::Skip => case.stop(Entry::Skip { cue: key }, &RecipientState::Skipped),
            Command::Retry => case.retry(),
            Command::Again => case.again(by),
            Command::Recall => case.recall(),
            Command::Settle { recipient, arrived } => case.settle(recipient.as_ref(), *arrived),
        }
    }
}

struct Case<'b, 'a> {
    board: &'b Board<'a>,
    cue: &'b CueStatus<'a>,
}

type Recipients<'b, 'a> = Vec<&'b RecipientStatus<'a>>;

impl<'b, 'a> Case<'b, 'a> {
    fn go(&self, by: &By) -> Result<Judged, Refusal> {
        let cue = self.cue;
        let is_called = !cue.called_by.is_empty() && !cue.waits_for_second;
        let open = self.which(|it| match &it.state {
            RecipientState::Due | RecipientState::Delivered(_) => false,
            RecipientState::NoLink | RecipientState::NotOnWebex => !is_called,
            RecipientState::Planned
            | RecipientState::Standby
            | RecipientState::Held
            | RecipientState::Skipped
            | RecipientState::Late => true,
        });
        if open.is_empty() {
            let failed = self.which(has_failed).len();
            return match failed {
                0 => Ok(Judged::Follow(self.follows())),
                _ if self.is_under_way() => Ok(Judged::Follow(Follow::UnderWay)),
                recipients => Err(Refusal::OnlyFailed { recipients }),
            };
        }
        if cue.called_by.iter().any(|it| it.is_same_person(by)) && cue.waits_for_second {
            return Ok(Judged::Follow(Follow::WaitsForSecond));
        }
        let mut facts = self.sends(&open);
        let now = self.board.scene.now;
        let first = open.iter().filter_map(|it| it.due).min();
        if let Some(first) = first.filter(|first| *first > now) {
            let by = first.duration_since(now);
            facts.push(Fact::Early { by });
        }
        facts.extend(self.already_sent());
        self.append_called(
            Entry::Go {
                cue: cue.key.clone(),
            },
            facts,
        )
    }

    fn again(&self, by: &By) -> Result<Judged, Refusal> {
        let sent = self.which(|it| matches!(it.state, RecipientState::Delivered(_)));
        if self.is_under_way() {
            return Ok(Judged::Follow(Follow::UnderWay));
        }
        if sent.is_empty() {
            return match self.cue.waits_for_second && self.cue.generation > 0 {
                true => self.go(by),
                false => Err(Refusal::NotSent),
            };
        }
        let all: Recipients<'_, '_> = self.cue.recipients.iter().collect();
        let mut facts = self.sends(&all);
        facts.extend(self.already_sent());
        let cue = self.cue.key.clone();
        let after = self.cue.generation;
        self.append_called(Entry::Again { cue, after }, facts)
    }

    /// Writes a go: with what two people must know of each other.
    fn append_called(&self, entry: Entry, mut facts: Vec<Fact>) -> Result<Judged, Refusal> {
        let cue = self.cue;
        if cue.cue.two_people {
            let after = cue.called_by.first().filter(|_| cue.waits_for_second);
            let anew = matches!(entry, Entry::Again { .. });
            facts.push(match after {
                Some(after) if !anew => Fact::Second {
                    after: after.clone(),
                },
                _ => Fact::NeedsSecond,
            });
        }
        append(vec![entry], facts)
    }

    fn stop(&self, entry: Entry, stopped: &RecipientState) -> Result<Judged, Refusal> {
        let gone = |it: &RecipientStatus<'_>| matches!(it.state, RecipientState::Delivered(_));
        let is_so = |it: &RecipientStatus<'_>| it.state == *stopped;
        let left = self.which(|it| !gone(it) && !is_so(it)).len();
        let sent = self.which(gone).len();
        match (left, self.cue.waits_for_second) {
            (0, false) if sent == self.cue.recipients.len() => return Err(Refusal::NothingLeft),
            (0, false) => return Ok(Judged::Follow(self.follows())),
            _ => {}
        }
        append(vec![entry], self.already_sent().into_iter().collect())
    }

    fn retry(&self) -> Result<Judged, Refusal> {
        let failed = self.which(has_failed);
        if failed.is_empty() {
            return match self.is_under_way() {
                true => Ok(Judged::Follow(Follow::UnderWay)),
                false => Err(Refusal::NothingFailed),
            };
        }
        let facts = self.sends(&failed);
        let attempts = failed.iter().filter_map(|it| it.delivery);
        let attempts = attempts.map(|delivery| Attempted {
            recipient: delivery.recipient.clone(),
            attempt: delivery.attempt,
        });
        let entry = Entry::Retry {
            cue: self.cue.key.clone(),
            generation: self.cue.generation,
            failed: attempts.collect(),
        };
        append(vec![entry], facts)
    }

    fn recall(&self) -> Result<Judged, Refusal> {
        let cue = self.cue;
        let own = cue.recipients.iter().filter_map(|it| it.delivery);
        let others = cue.others.iter().copied();
        let messages = own
            .chain(others)
            .filter(|it| it.generation >= cue.recalled && it.may_be_sent())
            .count();
        if messages == 0 && !self.is_under_way() {
            return match cue.generation > 0 && cue.recalled == cue.generation {
                true => Ok(Judged::Follow(Follow::Recalled)),
                false => Err(Refusal::NotSent),
            };
        }
        let entry = Entry::Recall {
            cue: cue.key.clone(),
        };
        append(vec![entry], vec![Fact::Deletes { messages }])
    }

    fn settle(&self, only: Option<&CueRecipient>, arrived: bool) -> Result<Judged, Refusal> {
        let unclear = self.which(|it| {
            let wanted = only.is_none_or(|only| it.to.recipient == *only);
            let state = &it.state;
            wanted
                && matches!(
                    state,
                    RecipientState::Delivered(DeliveryState::Unclear { .. })
                )
        });
        if unclear.is_empty() {
            return Err(Refusal::NothingUnclear);
        }
        let deliveries = unclear.iter().filter_map(|it| it.delivery);
        let entries = deliveries.map(|delivery| Entry::Settle {
            cue: self.cue.key.clone(),
            generation: delivery.generation,
            recipient: delivery.recipient.clone(),
            attempt: delivery.attempt,
            arrived,
        });
        let recipients = unclear.len();
        let twice = (!arrived).then_some(Fact::MayBeTwice { recipients });
        append(entries.collect(), twice.into_iter().collect())
    }

    fn which(&self, wanted: impl Fn(&RecipientStatus<'a>) -> bool) -> Recipients<'b, 'a> {
        let recipients = self.cue.recipients.iter();
        recipients.filter(|it| wanted(it)).collect()
    }

    /// What is in rooms, or may be: not what Webex refused, nor what was left out.
    fn already_sent(&self) -> Option<Fact> {
        let sent = self.which(|it| it.delivery.is_some_and(Delivery::may_be_sent));
        let recipients = sent.len();
        (recipients > 0).then_some(Fact::AlreadySent { recipients })
    }

    fn is_under_way(&self) -> bool {
        let under_way = |it: &RecipientStatus<'_>| {
            let state = &it.state;
            *state == RecipientState::Due
                || *state == RecipientState::Delivered(DeliveryState::Sending)
        };
        self.cue.recipients.iter().any(under_way)
    }

    /// How it stands, where nothing is left to be done.
    fn follows(&self) -> Follow {
        let any = |state: &RecipientState| self.cue.recipients.iter().any(|it| it.state == *state);
        if self.is_under_way() || any(&RecipientState::NoLink) || any(&RecipientState::NotOnWebex) {
            Follow::UnderWay
        } else if any(&RecipientState::Held) {
            Follow::Held
        } else if any(&RecipientState::Skipped) {
            Follow::Skipped
        } else {
            Follow::Sent
        }
    }

    /// What is to be known where these recipients get it.
    fn sends(&self, recipients: &[&RecipientStatus<'_>]) -> Vec<Fact> {
        let mut facts = vec![Fact::Sends {
            recipients: recipients.len(),
            people: self.people(recipients),
        }];
        let other_day = self.board.other_day(self.cue);
        facts.extend(other_day.map(|day| Fact::OtherDay { day }));
        let scene = self.board.scene;
        let lacking = recipients
            .iter()
            .filter(|it| lacks_a_fact(scene, it.to))
            .count();
        if lacking > 0 {
            facts.push(Fact::NoLink {
                recipients: lacking,
            });
        }
        facts
    }

    fn people(&self, recipients: &[&RecipientStatus<'_>]) -> usize {
        let recipients = recipients.iter().map(|it| &it.to.recipient);
        self.board.scene.event.readers(recipients).len()
    }
}

fn has_failed(it: &RecipientStatus<'_>) -> bool {
    let state = &it.state;
    matches!(
        state,
        RecipientState::Delivered(DeliveryState::Failed { .. })
    )
}

fn append(entries: Vec<Entry>, facts: Vec<Fact>) -> Result<Judged, Refusal> {
    Ok(Judged::Append { entries, facts })
}
