//! Which connections are open, and which one has to go when there are too many.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// The connections that wait for their clients. One that is at work on a request is not among them,
/// and is never evicted.
#[derive(Debug)]
pub(crate) struct Connections {
    /// For so long a new one is evicted after all others, so that its client can ask something.
    grace: Duration,
    waiting: Mutex<Waiting>,
}

/// Each by its number: the lower, the longer it has waited.
#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    /// Those that never sent a whole request, with when they came.
    new: BTreeMap<u64, (Instant, Arc<Notify>)>,
    /// Those whose last request was answered.
    idle: BTreeMap<u64, Arc<Notify>>,
}

impl Waiting {
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// The next one to go. Of each kind the one that has waited longest: first those that have had time
    /// enough to ask and did not, then those that have asked, then those that have only just come.
    fn pop(&mut self, grace: Duration, now: Instant) -> Option<Arc<Notify>> {
        let oldest = self.new.first_entry();
        let oldest = oldest.filter(|it| now.duration_since(it.get().0) >= grace);
        if let Some(slow) = oldest {
            return Some(slow.remove().1);
        }
        let idle = self.idle.pop_first().map(|(_, evicted)| evicted);
        idle.or_else(|| self.new.pop_first().map(|(_, (_, evicted))| evicted))
    }
}

impl Connections {
    pub(crate) fn new(grace: Duration) -> Self {
        Self {
            grace,
            waiting: Mutex::default(),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new connection, which waits for its client's first request.
    pub(crate) fn enter(self: &Arc<Self>, now: Instant) -> Place {
        let evicted = Arc::<Notify>::default();
        let mut waiting = self.waiting();
        let number = waiting.number();
        waiting.new.insert(number, (now, Arc::clone(&evicted)));
        Place {
            connections: Arc::clone(self),
            evicted,
            number: Some(number),
        }
    }

    /// Evicts the connection that is least worth keeping. Returns whether there was one.
    pub(crate) fn evict(&self, now: Instant) -> bool {
        let first = self.waiting().pop(self.grace, now);
        first.inspect(|evicted| evicted.notify_one()).is_some()
    }
}

/// One open connection.
#[derive(Debug)]
pub(crate) struct Place {
    connections: Arc<Connections>,
    evicted: Arc<Notify>,
    /// Among those that wait.
    number: Option<u64>,
}

impl Place {
    /// Is notified once the connection is to be closed.
    pub(crate) fn evicted(&self) -> Arc<Notify> {
        Arc::clone(&self.evicted)
    }

    /// Its client has sent a whole request. Returns whether the connection is still to be kept.
    pub(crate) fn work(&mut self) -> bool {
        let Some(number) = self.number.take() else {
            return false;
        };
        let mut waiting = self.connections.waiting();
        waiting.new.remove(&number).is_some() || waiting.idle.remove(&number).is_some()
    }

    /// The request was answered.
    pub(crate) fn answered(&mut self) {
        let mut waiting = self.connections.waiting();
        let number = waiting.number();
        waiting.idle.insert(number, Arc::clone(&self.evicted));
        self.number = Some(number);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.work();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(2);

    /// Evicts all that can be; the places of those that were, in this order.
    fn evicted(connections: &Connections, places: &[Place], now: Instant) -> Vec<usize> {
        let mut gone = Vec::new();
        while connections.evict(now) {
            let waiting = connections.waiting();
            let is_gone = |place: &Place| {
                let number = place.number.as_ref();
                number.is_some_and(|it| {
                    !waiting.new.contains_key(it) && !waiting.idle.contains_key(it)
                })
            };
            let all = (0..places.len()).filter(|at| is_gone(&places[*at]));
            let new = all.filter(|at| !gone.contains(at)).collect::<Vec<_>>();
            gone.extend(new);
        }
        gone
    }

    #[test]
    fn the_slow_go_first_then_the_idle_and_then_the_new_of_each_the_oldest() {
        let (connections, now) = (Arc::new(Connections::new(GRACE)), Instant::now());
        let mut places: Vec<Place> = (0..5).map(|_| connections.enter(now)).collect();
        assert!(places[..3].iter_mut().all(Place::work));
        // The first is at work still; the next two were answered, and wait.
        places[2].answered();
        places[1].answered();
        let now = now + GRACE;
        places.extend([connections.enter(now), connections.enter(now)]);
        assert_eq!(evicted(&connections, &places, now), [3, 4, 2, 1, 5, 6]);
        assert_eq!(places[0].number, None);
        assert!(places.iter_mut().all(|place| !place.work()));
    }

    #[test]
    fn however_many_are_idle_each_new_one_can_ask_something() {
        let (connections, now) = (Arc::new(Connections::new(GRACE)), Instant::now());
        let mut idle: Vec<Place> = (0..100).map(|_| connections.enter(now)).collect();
        for place in &mut idle {
            assert!(place.work());
            place.answered();
        }
        let mut new: Vec<Place> = (0..100)
            .map(|_| {
                assert!(connections.evict(now));
                connections.enter(now)
            })
            .collect();
        assert!(new.iter_mut().all(Place::work));
    }

    #[test]
    fn a_connection_that_ends_leaves_nothing_behind() {
        let (connections, now) = (Arc::new(Connections::new(GRACE)), Instant::now());
        drop(connections.enter(now));
        assert!(!connections.evict(now));
    }
}
