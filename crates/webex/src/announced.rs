//! Calls that are announced before they are made.

use crate::client::Webex;

/// Calls that are going to be made with a handle of a client. Until they line up, or this is dropped, calls of
/// the same owner on less urgent lanes do not begin.
#[derive(Debug)]
pub struct Announced {
    webex: Webex,
    calls: usize,
}

impl Announced {
    /// So many are left to be made.
    pub fn set(&mut self, calls: usize) {
        let change = calls.cast_signed().wrapping_sub(self.calls.cast_signed());
        if change != 0 {
            self.webex.door().announce(self.webex.lane(), change);
            self.calls = calls;
        }
    }
}

impl Drop for Announced {
    fn drop(&mut self) {
        self.set(0);
    }
}

impl Webex {
    /// Announces so many calls on this handle's lane.
    #[must_use]
    pub fn announce(&self, calls: usize) -> Announced {
        let mut announced = Announced {
            webex: self.clone(),
            calls: 0,
        };
        announced.set(calls);
        announced
    }
}
