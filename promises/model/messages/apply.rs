//! An apply, as little of it as shows whether messages and it know of each other: it looks, settles
//! what earlier runs left open, and makes one call under an operation of its own.

use showcaller_ledger::OperationState;

use super::{Event, State, Steps, Without};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Apply {
    at: At,
    /// Its operation in the journal.
    operation: OperationState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum At {
    /// It has looked, and found so many operations in each state.
    Looked(Counts),
    /// Its call is under way.
    Waits,
    Rest,
}

type Counts = [u8; OperationState::ALL.len()];

impl Apply {
    /// There is nothing to be done, or it is.
    pub(super) const DONE: Self = Self {
        at: At::Rest,
        operation: OperationState::Done,
    };

    /// A run before this one died while its call was under way.
    pub(super) fn after_a_death(journal: &mut State, without: Without) -> Self {
        journal.apply.operation = OperationState::Sending;
        Self {
            at: At::Looked(journal.counts(without)),
            operation: OperationState::Sending,
        }
    }
}

impl Steps<'_> {
    pub(super) fn apply(&mut self) {
        let without = self.model.without;
        let apply = self.state.apply;
        let mut then = |event, change: &dyn Fn(&mut State)| {
            self.then((event, 0, 0), change);
        };
        match apply.at {
            At::Looked(counts) => then(Event::ApplySettlesAndBegins, &|state| {
                // Nothing else provisions.
                if state.counts(without) != counts {
                    state.wrong = Some("a message made apply's look outdated");
                }
                state.settle(without);
                state.apply = Apply {
                    at: At::Waits,
                    operation: OperationState::Sending,
                };
            }),
            At::Waits => {
                then(Event::ApplyFinishes, &|state| state.apply = Apply::DONE);
                then(Event::ApplyDiesAndLooksAgain, &|state| {
                    state.apply = Apply::after_a_death(state, without);
                });
            }
            At::Rest => {}
        }
    }
}

impl State {
    /// The operations that a query of apply returns, and whether each is a message.
    fn operations(
        &mut self,
        every_kind: bool,
    ) -> impl Iterator<Item = (&mut OperationState, bool)> {
        let rows = self
            .messages
            .iter_mut()
            .filter_map(|message| message.row.as_mut());
        let messages = rows
            .filter(move |_| every_kind)
            .map(|row| (&mut row.state, true));
        std::iter::once((&mut self.apply.operation, false)).chain(messages)
    }

    fn counts(&mut self, without: Without) -> Counts {
        let mut counts = Counts::default();
        for (state, _) in self.operations(without == Without::KindCounted) {
            let place = OperationState::ALL.iter().position(|one| one == state);
            counts[place.unwrap_or_default()] += 1;
        }
        counts
    }

    /// Closes what is open and was looked for in vain.
    fn settle(&mut self, without: Without) {
        let mut closed = false;
        for (state, message) in self.operations(without == Without::KindSettled) {
            if state.is_open() && state.may_become(OperationState::Failed) {
                *state = OperationState::Failed;
                closed |= message;
            }
        }
        if closed {
            self.wrong = Some("apply closed a message");
        }
    }
}
