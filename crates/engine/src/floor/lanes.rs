//! How many calls of each owner are under way: Webex's limits are per owner, so one owner's
//! queue never holds up another's.

use std::collections::BTreeMap;

use showcaller_plan::Owner;

/// Counts what is in flight.
#[derive(Debug)]
pub(crate) struct Lanes {
    most: usize,
    in_flight: BTreeMap<Owner, usize>,
}

impl Lanes {
    /// Lanes with at most so many places each.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            in_flight: BTreeMap::new(),
        }
    }

    /// Takes a place on the owner's lane, if there is one. `width` is what the owner's client can use
    /// now: whoever enters is sent soon, and not long after it was written down.
    pub(crate) fn enter(&mut self, owner: &Owner, width: usize) -> bool {
        let places = self.in_flight.entry(owner.clone()).or_default();
        let free = *places < width.min(self.most);
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
        let enter = |lanes: &mut Lanes, owner: &Owner| lanes.enter(owner, 8);
        let host = Owner::Host(showcaller_event::model::Email::new("host@example.com"));
        assert!(enter(&mut lanes, &Owner::Bot) && enter(&mut lanes, &Owner::Bot));
        assert!(!enter(&mut lanes, &Owner::Bot));
        assert!(enter(&mut lanes, &host));
        lanes.leave(&Owner::Bot);
        assert!(enter(&mut lanes, &Owner::Bot));
    }

    #[test]
    fn a_lane_takes_no_more_than_can_be_sent_soon() {
        let mut lanes = Lanes::new(32);
        let entered = |lanes: &mut Lanes, width| {
            let enter = || lanes.enter(&Owner::Bot, width);
            std::iter::repeat_with(enter).take_while(|in_| *in_).count()
        };
        assert_eq!(entered(&mut lanes, 1), 1);
        assert_eq!(entered(&mut lanes, 2), 1);
        assert_eq!(entered(&mut lanes, 10), 8);
        assert_eq!(entered(&mut lanes, 64), 22);
    }
}
