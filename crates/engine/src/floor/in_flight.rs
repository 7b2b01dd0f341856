//! How many calls of each owner are under way: Webex's limits are per owner, so one owner's
//! queue never holds up another's.

use std::collections::BTreeMap;

use showcaller_plan::Owner;

/// Counts what is in flight.
#[derive(Debug)]
pub(crate) struct InFlight {
    most: usize,
    in_flight: BTreeMap<Owner, usize>,
}

impl InFlight {
    /// At most so many calls of each owner.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            in_flight: BTreeMap::new(),
        }
    }

    /// Counts one more call of the owner, if there is room. `width` is what the owner's client can use
    /// now: a call that is counted is sent soon, and not long after it was written down.
    pub(crate) fn enter(&mut self, owner: &Owner, width: usize) -> bool {
        let calls = self.in_flight.entry(owner.clone()).or_default();
        let free = *calls < width.min(self.most);
        *calls += usize::from(free);
        free
    }

    /// Counts one less.
    pub(crate) fn leave(&mut self, owner: &Owner) {
        if let Some(calls) = self.in_flight.get_mut(owner) {
            *calls = calls.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_owner_turns_only_its_own_calls_away() {
        let mut lanes = InFlight::new(2);
        let enter = |lanes: &mut InFlight, owner: &Owner| lanes.enter(owner, 8);
        let host = Owner::Host(showcaller_event::model::Email::new("host@example.com"));
        assert!(enter(&mut lanes, &Owner::Bot) && enter(&mut lanes, &Owner::Bot));
        assert!(!enter(&mut lanes, &Owner::Bot));
        assert!(enter(&mut lanes, &host));
        lanes.leave(&Owner::Bot);
        assert!(enter(&mut lanes, &Owner::Bot));
    }

    #[test]
    fn an_owner_takes_no_more_than_can_be_sent_soon() {
        let mut lanes = InFlight::new(32);
        let entered = |lanes: &mut InFlight, width| {
            let enter = || lanes.enter(&Owner::Bot, width);
            std::iter::repeat_with(enter).take_while(|in_| *in_).count()
        };
        assert_eq!(entered(&mut lanes, 1), 1);
        assert_eq!(entered(&mut lanes, 2), 1);
        assert_eq!(entered(&mut lanes, 10), 8);
        assert_eq!(entered(&mut lanes, 64), 22);
    }
}
