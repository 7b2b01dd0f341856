//! How many calls of each owner are under way: Webex's limits are per owner, so one owner's
//! queue never holds up another's.

use std::collections::BTreeMap;

use showcaller_plan::Owner;

/// Counts what is in flight.
#[derive(Debug)]
pub(crate) struct Lanes {
    width: usize,
    in_flight: BTreeMap<Owner, usize>,
}

impl Lanes {
    pub(crate) fn new(width: usize) -> Self {
        Self {
            width,
            in_flight: BTreeMap::new(),
        }
    }

    /// Takes a place on the owner's lane, if there is one.
    pub(crate) fn enter(&mut self, owner: &Owner) -> bool {
        let places = self.in_flight.entry(owner.clone()).or_default();
        let free = *places < self.width;
        *places += usize::from(free);
        free
    }

    /// Gives a place back.
    pub(crate) fn leave(&mut self, owner: &Owner) {
        if let Some(places) = self.in_flight.get_mut(owner) {
            *places = places.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_lane_turns_only_its_own_owner_away() {
        let mut lanes = Lanes::new(2);
        let host = Owner::Host(showcaller_event::model::Email::new("host@example.com"));
        assert!(lanes.enter(&Owner::Bot) && lanes.enter(&Owner::Bot));
        assert!(!lanes.enter(&Owner::Bot));
        assert!(lanes.enter(&host));
        lanes.leave(&Owner::Bot);
        assert!(lanes.enter(&Owner::Bot));
    }
}
