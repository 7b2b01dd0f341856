//! What the replicas do not do themselves: time, Webex, and a person who settles what is in doubt.

use showcaller_ledger::OperationState;

use super::{At, Event, Message, Messages, Missed, REPLICAS, Row, State, Steps, Without};

impl Steps<'_> {
    pub(super) fn time_passes(&mut self) {
        let model = self.model;
        let late = |message: &Message| {
            // By then Webex has taken the call or never will, and who may send has sent.
            let call = message.call.is_some_and(|age| age >= model.visible_within);
            let may_send = message.attempts.iter().flatten().any(
                |attempt| matches!(attempt.at, At::Permitted(age) if age >= model.permit_to_send),
            );
            call || may_send
        };
        if self.state.messages.iter().any(late) {
            return;
        }
        self.then((Event::TimePasses, 0, 0), |state| {
            model.older(state, [false; REPLICAS]);
        });
        if model.sleeps {
            for asleep in [[true, false], [false, true], [true, true]] {
                self.then((Event::TimePassesAsleep, 0, 0), |state| {
                    model.older(state, asleep);
                });
            }
        }
    }

    pub(super) fn webex(&mut self, which: usize) {
        if self.state.messages[which].call.is_none() {
            return;
        }
        self.then((Event::WebexTakesTheCall, 0, which), |state| {
            let message = &mut state.messages[which];
            message.sent = true;
            message.call_ends(At::Taken);
        });
        self.then((Event::TheCallIsLost, 0, which), |state| {
            state.messages[which].call_ends(At::NotTaken);
        });
    }

    /// A person looks at the room and settles what is in doubt. A message that is there was sent; one
    /// that is not there, once the settle window is over, is to be sent.
    pub(super) fn person(&mut self, which: usize) {
        let model = self.model;
        let message = self.state.messages[which];
        let in_doubt = message.state() == Some(OperationState::Unclear);
        if in_doubt && message.sent {
            self.then((Event::APersonFindsIt, 0, which), |state| {
                state.messages[which].row = Some(Row {
                    state: OperationState::Done,
                    owner: None,
                });
            });
        }
        let Some(missed) = message.missed else {
            let mut messages = self.state.messages.iter();
            let busy = messages.any(|message| message.missed.is_some());
            if in_doubt && !message.sent && !busy && model.is_settled(message.doubted) {
                self.then((Event::APersonMissesIt, 0, which), |state| {
                    state.messages[which].missed = Some(Missed { stale: false });
                });
            }
            return;
        };
        let counts = in_doubt && (!missed.stale || model.without == Without::AttemptSeen);
        // It waits for the process through which the person speaks.
        for by in 0..REPLICAS {
            self.then((Event::APersonSettles, by, which), |state| {
                let message = &mut state.messages[which];
                message.missed = None;
                if counts {
                    message.row = Some(Row::of(OperationState::Waiting, by));
                }
            });
        }
    }
}

impl Messages {
    fn older(&self, state: &mut State, asleep: [bool; REPLICAS]) {
        let older = |age: &mut u8, most: u8| *age = (*age + 1).min(most);
        let oldest = self.oldest_heartbeat();
        for (replica, asleep) in state.replicas.iter_mut().zip(asleep) {
            older(&mut replica.heartbeat.age, oldest);
            if !asleep {
                older(&mut replica.monotonic, oldest);
            }
        }
        for former in &mut state.former {
            older(&mut former.age, oldest);
        }
        let settled = self.ticks(showcaller_plan::SETTLE_WINDOW);
        for message in &mut state.messages {
            older(&mut message.doubted, settled);
            message.call.iter_mut().for_each(|age| *age += 1);
            for attempt in message.attempts.iter_mut().flatten() {
                if let At::Permitted(age) = &mut attempt.at {
                    *age += 1;
                }
            }
        }
    }
}

impl Message {
    /// Whether Webex takes the call or not, who sent it hears of it, if it is still there.
    fn call_ends(&mut self, end: At) {
        self.call = None;
        for attempt in self.attempts.iter_mut().flatten() {
            if attempt.at == At::Sent {
                attempt.at = end;
            }
        }
    }
}
