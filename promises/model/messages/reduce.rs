//! States in which the same may happen are made equal, so that fewer are to be explored.

use showcaller_ledger::OperationState;

use super::{At, Heartbeat, Message, Messages, Owner, REPLICAS, State, Without, ends};

impl Messages {
    pub(super) fn reduce(&self, state: &mut State) {
        for replica in &mut state.replicas {
            // Only machines that sleep and clocks that are set tell the two clocks apart.
            if !self.sleeps && self.steps == 0 {
                replica.monotonic = replica.heartbeat.age;
            }
        }
        for message in &mut state.messages {
            message.reduce(self.without);
        }
        for who in 0..REPLICAS {
            if state.is_idle(who) {
                // Nothing depends on its heartbeat: that may grow old as well once it has claimed.
                match state.replicas[who].dead {
                    true => self.begins_anew(state, who, true),
                    false => state.replicas[who].beat(),
                }
            }
        }
        for (who, former) in state.former.iter_mut().enumerate() {
            let owner = Some(Owner::Former(who));
            let owns = |message: &Message| message.row.is_some_and(|row| row.owner == owner);
            if !state.messages.iter().any(owns) {
                *former = Heartbeat {
                    age: self.oldest_heartbeat(),
                    ahead: 0,
                };
            }
        }
        // Of one message everything is explored, and in counterexamples each replica keeps its
        // place.
        if self.due > 1 {
            self.reduce_further(state);
        }
    }

    fn reduce_further(&self, state: &mut State) {
        for message in &mut state.messages {
            message.forget_what_is_over(self.without);
        }
        let due = ..self.due;
        state.messages[due].sort_unstable();
        // Which replica is which matters only if their clocks differ.
        if self.skew == 0 {
            let mut swapped = *state;
            swapped.swap();
            swapped.messages[due].sort_unstable();
            *state = swapped.min(*state);
        }
    }
}

impl State {
    /// The same, if each replica were the other one.
    fn swap(&mut self) {
        self.replicas.reverse();
        self.former.reverse();
        for message in &mut self.messages {
            message.attempts.reverse();
            if let Some(owner) = message.row.as_mut().and_then(|row| row.owner.as_mut()) {
                let (Owner::Now(who) | Owner::Former(who)) = owner;
                *who = 1 - *who;
            }
        }
    }
}

impl Message {
    fn reduce(&mut self, without: Without) {
        let Some(row) = &mut self.row else { return };
        // A late report can make it wait for its owner again.
        let late = self.attempts != [None; REPLICAS];
        let in_doubt = row.state == OperationState::Unclear;
        if ends(row.state) || in_doubt && !late {
            row.owner = None;
        }
        // The settle window is for what is not visible.
        if !in_doubt || self.sent {
            self.doubted = 0;
        }
        // A word that does not count is as good as none.
        if !in_doubt && without != Without::AttemptSeen {
            self.missed = None;
        }
    }

    fn forget_what_is_over(&mut self, without: Without) {
        // Its report does not count, as the model of one message shows.
        for attempt in &mut self.attempts {
            let over = |end: At| matches!(end, At::Taken | At::NotTaken);
            if without != Without::Attempt {
                attempt.take_if(|attempt| attempt.stale && over(attempt.at));
            }
        }
        // A message that failed and is shown is as much over as one that was sent.
        if let Some(row) = &mut self.row
            && row.state == OperationState::Failed
            && !self.sent
            && self.attempts == [None; REPLICAS]
        {
            row.state = OperationState::Done;
            self.sent = true;
        }
    }
}
