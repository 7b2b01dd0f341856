//! What a replica does: its heartbeat, its messages, and what it takes over from the dead.

use showcaller_ledger::OperationState;

use super::{
    At, Attempt, Event, Happens, Message, Messages, Owner, REPLICAS, Replica, Row, State, Steps,
    Without, ends,
};

impl Steps<'_> {
    /// What happens to the process, whatever it has in hand.
    pub(super) fn lives(&mut self, who: usize) {
        let model = self.model;
        let replica = self.state.replicas[who];
        if model.may_beat(replica) && replica != Replica::new(replica.ahead) {
            self.then((Event::Beats, who, 0), |state| state.replicas[who].beat());
        }
        // What it has in hand is under the permit of the old instance, and ends first.
        let in_hand = self.state.has_in_hand(who, At::may_still_send);
        if replica.dead && (!in_hand || model.without == Without::OwnPermit) {
            self.then((Event::BeginsAnew, who, 0), |state| {
                model.begins_anew(state, who, true);
            });
        }
        if !self.state.is_idle(who) {
            self.then((Event::Crashes, who, 0), |state| {
                for message in &mut state.messages {
                    message.attempts[who] = None;
                }
                model.begins_anew(state, who, model.one_machine);
            });
        }
        if self.state.steps_left > 0 {
            for step in [model.step, -model.step] {
                self.then((Event::TheClockIsSet, who, 0), |state| {
                    state.steps_left -= 1;
                    state.replicas[who].ahead += step;
                });
            }
        }
    }

    /// The messages are one decision, and claimed in one transaction.
    pub(super) fn claims(&mut self, who: usize) {
        let model = self.model;
        let mut claimable = self.state.messages.iter().map(|message| message.state());
        if self.is_alive(who) && claimable.any(|state| model.may_claim(state)) {
            self.then((Event::Claims, who, 0), |state| {
                let rows = state.messages.iter_mut();
                for message in rows.filter(|message| model.may_claim(message.state())) {
                    message.row = Some(Row::of(OperationState::Waiting, who));
                }
            });
        }
    }

    /// What the process does with a message.
    pub(super) fn works(&mut self, who: usize, which: usize) {
        let alive = self.is_alive(who);
        let message = self.state.messages[which];
        let Some(attempt) = message.attempts[who] else {
            if alive && !self.state.has_full_hands(who, self.model.at_once) {
                self.starts(who, which);
            }
            return;
        };
        match attempt.at {
            At::Started => self.asks_for_the_permit(who, which),
            At::Permitted(_) => {
                self.then((Event::Sends, who, which), |state| state.send(who, which));
            }
            At::Sent => {
                self.then((Event::WebexAsksToWait, who, which), |state| {
                    let message = &mut state.messages[which];
                    message.call = None;
                    message.advance(who, At::Started);
                });
                self.reports((Event::ReportsUnclear, who, which), OperationState::Unclear);
            }
            At::Taken => {
                self.reports((Event::ReportsDone, who, which), OperationState::Done);
                self.reports((Event::ReportsUnclear, who, which), OperationState::Unclear);
            }
            At::NotTaken => {
                self.reports((Event::ReportsNotSent, who, which), OperationState::Waiting);
                self.reports((Event::ReportsFailed, who, which), OperationState::Failed);
            }
        }
    }

    /// Makes a waiting message of its own `sending`.
    fn starts(&mut self, who: usize, which: usize) {
        let without = self.model.without;
        let Some(row) = self.state.messages[which].row else {
            return;
        };
        let own = row.owner == Some(Owner::Now(who));
        let waits = row.state.may_become(OperationState::Sending);
        if !waits || !own && without != Without::Owner {
            return;
        }
        self.then((Event::Starts, who, which), |state| {
            if !own {
                state.wrong = Some("a message was started that another process had claimed");
            }
            let message = &mut state.messages[which];
            message.row = Some(Row::of(OperationState::Sending, who));
            for earlier in message.attempts.iter_mut().flatten() {
                earlier.stale = true;
            }
            if let Some(missed) = &mut message.missed {
                missed.stale = true;
            }
            message.attempts[who] = Some(Attempt {
                at: At::Started,
                stale: false,
            });
        });
    }

    /// Sends only while the ledger counts the process as alive: it is asked, unless it said so a
    /// moment ago.
    fn asks_for_the_permit(&mut self, who: usize, which: usize) {
        let model = self.model;
        let replica = self.state.replicas[who];
        let fresh = model.is_fresh(replica);
        if !fresh && !model.may_beat(replica) {
            // It certainly was not sent.
            return self.reports((Event::IsRefused, who, which), OperationState::Waiting);
        }
        self.then((Event::IsPermitted, who, which), |state| {
            if !fresh {
                state.replicas[who].beat();
            }
            // Where no time passes in between, nothing that happens in between matters.
            match model.permit_to_send {
                0 => state.send(who, which),
                _ => state.messages[which].advance(who, At::Permitted(0)),
            }
        });
    }

    /// Writes what came of an attempt, if that counts.
    fn reports(&mut self, (event, who, which): Happens, to: OperationState) {
        let any = self.model.without == Without::Attempt;
        self.then((event, who, which), |state| {
            let message = &mut state.messages[which];
            let current = message.attempts[who]
                .take()
                .is_some_and(|attempt| !attempt.stale || any);
            if let Some(row) = &mut message.row
                && current
                && row.state.may_become(to)
            {
                row.state = to;
                message.doubted = 0;
            }
        });
    }

    /// Takes the messages of a process that is dead, by its heartbeat or certainly.
    pub(super) fn takes_over(&mut self, who: usize) {
        if !self.is_alive(who) {
            return;
        }
        let model = self.model;
        let other = (who + 1) % REPLICAS;
        let Replica {
            heartbeat, dead, ..
        } = self.state.replicas[other];
        let run_out = model.has_run_out(heartbeat) || model.without == Without::SignOfLife;
        if (run_out || dead) && self.state.owns(Owner::Now(other)) {
            self.then((Event::TakesOverFromTheOther, who, 0), |state| {
                state.replicas[other].dead = true;
                state.take_over(Owner::Now(other), who);
            });
        }
        for former in 0..REPLICAS {
            let dead = model.has_run_out(self.state.former[former]);
            if dead && self.state.owns(Owner::Former(former)) {
                self.then((Event::TakesOverFromACrashedOne, who, 0), |state| {
                    state.take_over(Owner::Former(former), who);
                });
            }
        }
    }

    /// Whether the ledger lets the process claim, start and take over.
    fn is_alive(&self, who: usize) -> bool {
        !self.state.replicas[who].dead || self.model.without == Without::Dead
    }
}

impl Messages {
    fn may_claim(&self, state: Option<OperationState>) -> bool {
        state.is_none_or(|state| ends(state) && self.without == Without::KeyForEver)
    }

    /// The replica goes on as a new instance. Its old one counts as dead at once if it is `known` to
    /// be, and otherwise when its heartbeat has run out.
    pub(super) fn begins_anew(&self, state: &mut State, who: usize, known: bool) {
        let replica = &mut state.replicas[who];
        let mut heartbeat = replica.heartbeat;
        if replica.dead || known {
            heartbeat.age = self.oldest_heartbeat();
        }
        replica.beat();
        // Of several that it was, the latest counts.
        if heartbeat.age < state.former[who].age {
            state.former[who] = heartbeat;
        }
        let rows = state.messages.iter_mut();
        for row in rows.filter_map(|message| message.row.as_mut()) {
            if row.owner == Some(Owner::Now(who)) {
                row.owner = Some(Owner::Former(who));
            }
        }
    }

    fn may_beat(&self, replica: Replica) -> bool {
        let long_ago = replica.heartbeat.age == self.oldest_heartbeat();
        match self.without {
            Without::Dead => true,
            Without::Forgotten => !replica.dead || long_ago,
            _ => !replica.dead,
        }
    }
}

impl At {
    fn may_still_send(self) -> bool {
        matches!(self, Self::Started | Self::Permitted(_) | Self::Sent)
    }
}

impl Row {
    pub(super) fn of(state: OperationState, owner: usize) -> Self {
        Self {
            state,
            owner: Some(Owner::Now(owner)),
        }
    }

    /// Whether it is waiting or sending for this owner.
    fn is_claimed_by(&self, owner: Owner) -> bool {
        let claimed = matches!(
            self.state,
            OperationState::Waiting | OperationState::Sending
        );
        claimed && self.owner == Some(owner)
    }
}

impl Message {
    fn advance(&mut self, who: usize, at: At) {
        if let Some(attempt) = &mut self.attempts[who] {
            attempt.at = at;
        }
    }
}

impl State {
    fn has_in_hand(&self, who: usize, which: impl Fn(At) -> bool) -> bool {
        let mut attempts = self
            .messages
            .iter()
            .filter_map(|message| message.attempts[who]);
        attempts.any(|attempt| which(attempt.at))
    }

    fn has_full_hands(&self, who: usize, at_once: usize) -> bool {
        let in_hand = self
            .messages
            .iter()
            .filter(|message| message.attempts[who].is_some());
        in_hand.count() >= at_once
    }

    fn owns(&self, owner: Owner) -> bool {
        let mut rows = self.messages.iter().filter_map(|message| message.row);
        rows.any(|row| row.is_claimed_by(owner))
    }

    /// Whether no message is the process's, and it is at work on none.
    pub(super) fn is_idle(&self, who: usize) -> bool {
        !self.owns(Owner::Now(who)) && !self.has_in_hand(who, |_| true)
    }

    fn send(&mut self, who: usize, which: usize) {
        let message = &mut self.messages[which];
        if message.sent || message.call.is_some() {
            self.wrong = Some("a message was sent twice");
        }
        message.call = Some(0);
        message.advance(who, At::Sent);
    }

    /// What was waiting is `by`'s now, and what was being sent is in doubt.
    fn take_over(&mut self, dead: Owner, by: usize) {
        for message in &mut self.messages {
            let Some(row) = message.row.as_mut().filter(|row| row.is_claimed_by(dead)) else {
                continue;
            };
            row.owner = Some(Owner::Now(by));
            if row.state == OperationState::Sending {
                row.state = OperationState::Unclear;
            }
        }
    }
}
