//! Which connections are open, and which one has to go when there are too many.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The connections that wait for their clients. One that is at work on a request is not among them,
/// and is never evicted.
#[derive(Debug, Default)]
pub(crate) struct Connections(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    next: u64,
    by_priority: BTreeMap<Priority, Arc<Notify>>,
}

/// What is evicted first: connections that never sent a whole request before others, and of each the
/// one that has waited longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Priority {
    has_asked: bool,
    since: u64,
}

impl Connections {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new connection, which waits for its client's first request.
    pub(crate) fn enter(self: &Arc<Self>) -> Place {
        let mut place = Place {
            connections: Arc::clone(self),
            evicted: Arc::default(),
            priority: None,
        };
        place.wait(false);
        place
    }

    /// Evicts the connection that is least worth keeping. Returns whether there was one.
    pub(crate) fn evict(&self) -> bool {
        let first = self.waiting().by_priority.pop_first();
        first.inspect(|(_, evicted)| evicted.notify_one()).is_some()
    }
}

/// One open connection.
#[derive(Debug)]
pub(crate) struct Place {
    connections: Arc<Connections>,
    evicted: Arc<Notify>,
    priority: Option<Priority>,
}

impl Place {
    /// Is notified once the connection is to be closed.
    pub(crate) fn evicted(&self) -> Arc<Notify> {
        Arc::clone(&self.evicted)
    }

    /// Its client has sent a whole request. Returns whether the connection is still to be kept.
    pub(crate) fn work(&mut self) -> bool {
        let Some(priority) = self.priority.take() else {
            return false;
        };
        let waiting = self.connections.waiting().by_priority.remove(&priority);
        waiting.is_some()
    }

    /// The request was answered.
    pub(crate) fn answered(&mut self) {
        self.wait(true);
    }

    fn wait(&mut self, has_asked: bool) {
        let mut waiting = self.connections.waiting();
        let since = waiting.next;
        waiting.next += 1;
        let priority = Priority { has_asked, since };
        waiting
            .by_priority
            .insert(priority, Arc::clone(&self.evicted));
        self.priority = Some(priority);
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

    #[test]
    fn those_go_first_that_never_asked_and_of_them_the_oldest() {
        let connections = Arc::new(Connections::default());
        let mut places: Vec<Place> = (0..4).map(|_| connections.enter()).collect();
        assert!(places[0].work() && places[1].work());
        // The first is at work still; the second was answered, and waits.
        places[1].answered();
        for _ in 0..3 {
            assert!(connections.evict());
        }
        assert!(!connections.evict(), "what is at work is kept");
        let mut kept = places.iter_mut();
        assert_eq!(kept.next().map(|place| place.priority), Some(None));
        assert!(kept.all(|place| !place.work()));
    }

    #[test]
    fn a_connection_that_ends_leaves_nothing_behind() {
        let connections = Arc::new(Connections::default());
        drop(connections.enter());
        assert!(!connections.evict());
    }
}
