//! Where calls wait until their [`Pacer`] lets them go.
//!
//! Of all who wait, one keeps the time: it sleeps until the next call may go, lets the most urgent
//! one go, whoever that is, and sleeps again. Everybody else is woken when it is their turn, and not
//! before.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use showcaller_clock::SharedClock;
use tokio::sync::{Notify, watch};

use super::{Came, Family, LANES, Lane, Next, Pacer, Ticket};

/// The one door of an owner.
pub(crate) struct Door {
    clock: SharedClock,
    hall: Mutex<Hall>,
    busiest_lane: watch::Sender<Option<Lane>>,
}

/// Everybody who waits.
struct Hall {
    pacer: Pacer,
    bells: HashMap<Ticket, Arc<Notify>>,
    /// Who may go and has not noticed yet.
    called: HashSet<Ticket>,
    /// Who keeps the time.
    keeper: Option<Ticket>,
    /// How many calls of each lane are announced, wait or are under way.
    present: [usize; LANES],
}

/// The call may not go for so long: its family is shut for longer than the call may wait, or Webex
/// has refused everything for longer than that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shut(pub(crate) SignedDuration);

/// What one who waits has to do.
enum Look {
    Go,
    /// Keep the time until then.
    Keep(Timestamp),
    /// Wait for the bell.
    Wait,
    Shut(SignedDuration),
}

impl Door {
    /// A door through which at most so many calls go at once, and at which nobody waits any more once
    /// nothing but 429s came for `longest`.
    pub(crate) fn new(clock: SharedClock, most: usize, longest: SignedDuration) -> Self {
        Self {
            clock,
            hall: Mutex::new(Hall {
                pacer: Pacer::new(most).giving_up_after(longest),
                bells: HashMap::new(),
                called: HashSet::new(),
                keeper: None,
                present: [0; LANES],
            }),
            busiest_lane: watch::Sender::new(None),
        }
    }

    /// Waits until a call like this may be sent. `patience` is for how long its family may be shut.
    ///
    /// Whoever is dropped while it waits gives its place back.
    pub(crate) async fn pass(
        &self,
        lane: Lane,
        family: &Family,
        patience: SignedDuration,
    ) -> Result<Passage<'_>, Shut> {
        let place = self.line_up(lane, family);
        loop {
            let look = self.hall().look(place.ticket, self.clock.now(), patience);
            match look {
                Look::Go => return Ok(place.go(self.clock.now())),
                Look::Shut(wait) => return Err(Shut(wait)),
                Look::Wait => place.bell.notified().await,
                Look::Keep(until) => {
                    tokio::select! {
                        biased;
                        () = place.bell.notified() => {}
                        () = self.clock.sleep_until(until) => {}
                    }
                }
            }
        }
    }

    /// The most urgent lane of the calls that are announced, wait or are under way.
    pub(crate) fn busiest_lane(&self) -> watch::Receiver<Option<Lane>> {
        self.busiest_lane.subscribe()
    }

    /// A call of this lane has come, or one has gone.
    fn count(&self, hall: &mut Hall, lane: Lane, change: isize) {
        let present = &mut hall.present[lane as usize];
        *present = present.saturating_add_signed(change);
        let mut lanes = Lane::ALL.into_iter();
        let busiest = lanes.find(|lane| hall.present[*lane as usize] > 0);
        self.busiest_lane.send_if_modified(|told| {
            let changed = *told != busiest;
            *told = busiest;
            changed
        });
    }

    /// Asks the pacer, or tells it something that lets nobody go who could not before.
    pub(crate) fn ask<T>(&self, what: impl FnOnce(&mut Pacer) -> T) -> T {
        what(&mut self.hall().pacer)
    }

    /// Tells the pacer something after which more calls may go.
    pub(crate) fn change<T>(&self, how: impl FnOnce(&mut Pacer) -> T) -> T {
        let mut hall = self.hall();
        let told = how(&mut hall.pacer);
        hall.go_on(self.clock.now());
        // The time to wait for may be another.
        if let Some(keeper) = hall.keeper {
            hall.ring(keeper);
        }
        told
    }

    /// Announces calls, or takes back that they were.
    pub(crate) fn announce(&self, lane: Lane, change: isize) {
        self.count(&mut self.hall(), lane, change);
        self.change(|pacer| pacer.announce(lane, change));
    }

    fn line_up(&self, lane: Lane, family: &Family) -> Place<'_> {
        let bell = Arc::new(Notify::new());
        let mut hall = self.hall();
        let ticket = hall.pacer.join(lane, family);
        hall.bells.insert(ticket, Arc::clone(&bell));
        self.count(&mut hall, lane, 1);
        Place {
            door: self,
            ticket,
            bell,
            gone: false,
        }
    }

    fn hall(&self) -> MutexGuard<'_, Hall> {
        // Nothing in the hall panics half way through a change.
        self.hall.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hall {
    fn look(&mut self, ticket: Ticket, now: Timestamp, patience: SignedDuration) -> Look {
        if !self.called.contains(&ticket) {
            let shut = self.pacer.shut_for(ticket, now);
            let shut = shut.filter(|wait| *wait > patience);
            if let Some(wait) = shut.or_else(|| self.pacer.given_up(ticket, now)) {
                return Look::Shut(wait);
            }
        }
        if self.keeper == Some(ticket) {
            self.keeper = None;
        }
        let next = self.let_go(now);
        if self.called.remove(&ticket) {
            self.go_on(now);
            return Look::Go;
        }
        match next {
            Next::WaitUntil(until) if self.keeper.is_none() => {
                self.keeper = Some(ticket);
                Look::Keep(until)
            }
            _ => Look::Wait,
        }
    }

    /// Lets everybody go who may, and says what is next.
    fn let_go(&mut self, now: Timestamp) -> Next {
        loop {
            let next = self.pacer.next(now);
            let Next::Go(ticket) = next else {
                return next;
            };
            self.called.insert(ticket);
            self.ring(ticket);
            if self.keeper == Some(ticket) {
                self.keeper = None;
            }
        }
    }

    /// As [`let_go`](Self::let_go), and sees to it that somebody keeps the time.
    fn go_on(&mut self, now: Timestamp) {
        if let Next::WaitUntil(_) = self.let_go(now)
            && self.keeper.is_none()
            && let Some(somebody) = self.pacer.anybody()
        {
            self.ring(somebody);
        }
    }

    fn ring(&self, ticket: Ticket) {
        if let Some(bell) = self.bells.get(&ticket) {
            bell.notify_one();
        }
    }
}

/// A place in the hall. Dropped, it is free again.
struct Place<'a> {
    door: &'a Door,
    ticket: Ticket,
    bell: Arc<Notify>,
    gone: bool,
}

impl<'a> Place<'a> {
    fn go(mut self, now: Timestamp) -> Passage<'a> {
        self.gone = true;
        Passage {
            door: self.door,
            ticket: self.ticket,
            sent: now,
            came: Came::Nothing,
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut hall = self.door.hall();
        hall.bells.remove(&self.ticket);
        if self.gone {
            return;
        }
        self.door.count(&mut hall, self.ticket.lane, -1);
        let now = self.door.clock.now();
        if hall.called.remove(&self.ticket) {
            hall.pacer.answered(self.ticket, now, now, Came::Nothing);
        } else {
            hall.pacer.leave(self.ticket);
        }
        if hall.keeper == Some(self.ticket) {
            hall.keeper = None;
        }
        hall.go_on(now);
    }
}

/// The right to send one request. Dropped, the next one may go.
pub(crate) struct Passage<'a> {
    door: &'a Door,
    ticket: Ticket,
    sent: Timestamp,
    came: Came,
}

/// What to tell the pacer of an answer.
pub(crate) type Answered = Came;

impl Passage<'_> {
    /// The request was answered like this.
    pub(crate) fn answered(mut self, came: Answered) {
        self.came = came;
    }
}

impl Drop for Passage<'_> {
    fn drop(&mut self) {
        let now = self.door.clock.now();
        let mut hall = self.door.hall();
        hall.pacer.answered(self.ticket, self.sent, now, self.came);
        self.door.count(&mut hall, self.ticket.lane, -1);
        if let Came::Refused { quota, .. } = self.came {
            // Each of them has to see whether it can wait that long.
            if quota {
                let kin: Vec<Ticket> = hall.pacer.kin(self.ticket).collect();
                kin.into_iter().for_each(|ticket| hall.ring(ticket));
            } else if hall.pacer.given_up(self.ticket, now).is_some() {
                hall.bells.values().for_each(|bell| bell.notify_one());
            }
        }
        hall.go_on(now);
    }
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door")
            .field("pacer", &self.hall().pacer)
            .finish_non_exhaustive()
    }
}
