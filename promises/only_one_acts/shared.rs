//! The ledger that two operators share.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use showcaller_clock::{Clock, SharedClock, VirtualClock};
use showcaller_engine::ThisProcess;
use showcaller_event::Event;
use showcaller_ledger::{Ledger, LedgerUrl};
use showcaller_rehearsal::setup_time;
use tokio::sync::Mutex;

use super::{ANN, BOB, seconds};
use crate::crash_anywhere::left;
use crate::postgres::Schema;
use crate::stage::Stage;

/// Webex's clock, which goes on whichever of the two machines does: the other one may be asleep.
#[derive(Debug)]
struct Later {
    here: SharedClock,
    there: VirtualClock,
    ahead: i64,
}

#[async_trait]
impl Clock for Later {
    fn now(&self) -> Timestamp {
        self.here.now().max(self.there.now() - seconds(self.ahead))
    }

    fn monotonic(&self) -> Duration {
        self.here.monotonic()
    }

    async fn sleep_until(&self, deadline: Timestamp) {
        self.here.sleep_until(deadline).await;
    }
}

/// On which of the two databases a story is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Database {
    File,
    Server,
}

/// Ledgers of a story's own, a new one each time that two operators come on stage.
pub(super) struct Shared {
    place: Place,
    next: AtomicUsize,
}

enum Place {
    Folder(tempfile::TempDir),
    Server(Mutex<Vec<Schema>>),
}

impl Shared {
    /// `None` where there is no server; the reader is told loudly.
    pub(super) async fn on(database: Database) -> Option<Self> {
        let place = match database {
            Database::File => Place::Folder(left::folder()),
            Database::Server => Place::Server(Mutex::new(vec![Schema::new().await?])),
        };
        Some(Self {
            place,
            next: AtomicUsize::new(0),
        })
    }

    pub(super) fn is_on_a_server(&self) -> bool {
        matches!(self.place, Place::Server(_))
    }

    /// The address of a ledger that nobody has used.
    async fn url(&self) -> LedgerUrl {
        let number = self.next.fetch_add(1, Ordering::SeqCst);
        match &self.place {
            Place::Folder(folder) => {
                let name = PathBuf::from(format!("{number}.ledger"));
                LedgerUrl::file(folder.path().join(name))
            }
            Place::Server(schemas) => {
                let mut schemas = schemas.lock().await;
                while schemas.len() <= number {
                    let schema = Schema::new().await;
                    schemas.push(schema.expect("the server is still there"));
                }
                schemas[number].url()
            }
        }
    }

    /// Two stages, of Ann and of Bob, with one Webex and one ledger, each with connections of its own to it; the second
    /// one's clock is `ahead` by so many seconds.
    pub(super) async fn two(&self, event: &Event, ahead: i64) -> (Stage, Stage) {
        let url = self.url().await;
        let clock = VirtualClock::starting_at(setup_time(event) + seconds(ahead));
        let there = clock.clone();
        let mut here = Stage::with(event, |config| {
            let here = Arc::clone(&config.clock);
            config.clock = Arc::new(Later { here, there, ahead });
        })
        .await;
        here.process = ThisProcess::without_origin(ANN);
        here.ledger = Ledger::open(&url).await.expect("a ledger");
        let ledger = Ledger::open(&url).await.expect("the same ledger");
        let mut there = Stage::found(here.simulator.clone(), ledger, clock);
        there.process = ThisProcess::without_origin(BOB);
        (here, there)
    }

    /// Takes the ledgers away.
    pub(super) async fn end(self) {
        if let Place::Server(schemas) = self.place {
            for schema in schemas.into_inner() {
                schema.drop().await;
            }
        }
    }
}

/// Makes two tests of each story.
macro_rules! on_both {
    ($($story:ident)*) => {
        mod on_a_file {
            $(#[tokio::test]
            async fn $story() {
                let shared = super::Shared::on(super::Database::File).await;
                let shared = shared.expect("a folder");
                super::$story(&shared).await;
                shared.end().await;
            })*
        }

        mod on_a_server {
            $(#[tokio::test]
            async fn $story() {
                let Some(shared) = super::Shared::on(super::Database::Server).await else {
                    return;
                };
                super::$story(&shared).await;
                shared.end().await;
            })*
        }
    };
}
pub(super) use on_both;
