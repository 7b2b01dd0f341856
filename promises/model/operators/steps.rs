//! The steps of one run, from the lease to the end.

use showcaller_engine::{LEASE_TRUSTED, LEASE_TTL};
use showcaller_ledger::OperationState;

use super::{At, Call, Event, Happens, Lease, Look, Operators, Sign, State, TICK, Todo, Without};

impl Operators {
    pub(super) fn takes_the_lease(
        &self,
        mut next: State,
        who: usize,
        look: Look,
    ) -> Option<(Happens, State)> {
        if let Some(lease) = next.lease {
            let lapsed = TICK * i32::from(lease.renewed + self.skew) >= LEASE_TTL;
            if !(lapsed || self.one_machine && lease.dead) {
                return None;
            }
        }
        next.lease = Some(Lease {
            by: who,
            live: true,
            dead: false,
            renewed: 0,
        });
        // Everybody else who counted on it will find out.
        next.processes[who].confirmed = 0;
        if self.is_outdated(look) {
            // What a dead run left open counts from the last sign of life that the lease tells.
            let open = next.intent.is_some_and(|(state, _)| state.is_open());
            next.processes[who].at = At::Settled;
            match open && self.without != Without::Lapsing {
                true => next.gives_up(who),
                false => next.lease = None,
            }
            next.rests(who);
            return Some(((Event::IsRefusedAsOutdated, who), next));
        }
        next.outdate(who, Sign::Runs);
        next.processes[who].at = At::Holds(look);
        Some(((Event::TakesTheLease, who), next))
    }

    pub(super) fn is_outdated(&self, look: Look) -> bool {
        let Look {
            runs,
            intents,
            wake,
            ..
        } = look;
        match self.without {
            Without::Counting => runs || wake,
            Without::Waking => runs || intents,
            _ => runs || intents || wake,
        }
    }

    pub(super) fn settles(&self, next: &mut State, who: usize, look: Look) {
        if !self.write(next, who) {
            return next.gives_up(who);
        }
        let to = match look.plan {
            Todo::Create => OperationState::Failed,
            Todo::Adopt | Todo::Nothing => OperationState::Done,
        };
        if look.open && !next.advance(who, to) {
            return next.gives_up(who);
        }
        next.recorded |= look.plan == Todo::Adopt;
        next.processes[who].at = match look.plan {
            Todo::Create => At::Settled,
            Todo::Adopt | Todo::Nothing => At::Ends,
        };
    }

    pub(super) fn begins(&self, next: &mut State, who: usize) {
        let open = next.intent.is_some_and(|(state, _)| state.is_open());
        if !self.write(next, who) || open {
            return next.gives_up(who);
        }
        next.intent = Some((OperationState::Sending, 0));
        next.outdate(who, Sign::Intents);
        for look in next
            .processes
            .iter_mut()
            .filter_map(|process| process.at.look())
        {
            // It is another one that they saw.
            look.open = false;
        }
        next.processes[who].at = At::Begun;
    }

    /// Asks for leave, and sends.
    pub(super) fn sends(&self, next: &mut State, who: usize) {
        let confirmed = TICK * i32::from(next.processes[who].confirmed) <= LEASE_TRUSTED;
        if !confirmed && self.without != Without::Leave {
            if !self.write(next, who) {
                return next.gives_up(who);
            }
            next.renew(who);
        }
        if !next.owns(who) {
            next.wrong = Some("a call was sent under a lease that somebody took over");
        }
        next.calls.push(Call {
            by: Some(who),
            sent: 0,
            acted: false,
            shown: false,
        });
        next.processes[who].at = At::Waits;
    }

    pub(super) fn renews(&self, state: &State, who: usize) -> Option<(Happens, State)> {
        let process = state.processes[who];
        if !process.at.holds() || process.confirmed == 0 || !state.owns(who) {
            return None;
        }
        let mut next = state.clone();
        next.renew(who);
        Some(((Event::Renews, who), next))
    }

    pub(super) fn dies(state: &State, who: usize) -> Option<(Happens, State)> {
        if state.deaths_left == 0 || state.processes[who].at == At::Rest {
            return None;
        }
        let mut next = state.clone();
        next.deaths_left -= 1;
        next.gives_up(who);
        Some(((Event::Dies, who), next))
    }

    /// Whether the ledger takes a write of this operator.
    pub(super) fn write(&self, state: &mut State, who: usize) -> bool {
        let owns = state.owns(who);
        if !owns && self.without == Without::Fence {
            state.wrong = Some("two wrote as if each held the lease");
            return true;
        }
        owns
    }
}
