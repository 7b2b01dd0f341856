//! A process that answers and broadcasts on the ledger of an apply.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use showcaller_ledger::{
    Claim, Heartbeat, Instance, Ledger, MessageKey, MessageKind, MessageOutcome, Need, NewMessage,
    OperationCounts, Recipient,
};
use showcaller_webex::{Transport, TransportError};
use uuid::Uuid;

/// How many calls of the apply pass between two messages.
const PAUSE: u64 = 4;

/// Writes messages into every state, one now and then between the calls of an apply.
pub(crate) struct Beside {
    inner: Arc<dyn Transport>,
    writer: Writer,
    calls: AtomicU64,
}

impl Beside {
    /// Between `inner` and who uses it, a process that writes into this ledger.
    pub(crate) async fn on(ledger: &Ledger, inner: &Arc<dyn Transport>) -> Arc<Self> {
        Arc::new(Self {
            inner: Arc::clone(inner),
            writer: Writer::begins(ledger.clone()).await,
            calls: AtomicU64::new(0),
        })
    }

    /// What lies behind it.
    pub(crate) fn inner(&self) -> Arc<dyn Transport> {
        Arc::clone(&self.inner)
    }

    /// The process that writes.
    pub(crate) fn writer(&self) -> &Writer {
        &self.writer
    }
}

#[async_trait]
impl Transport for Beside {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if self
            .calls
            .fetch_add(1, Ordering::SeqCst)
            .is_multiple_of(PAUSE)
        {
            self.writer.writes(1).await;
        }
        self.inner.send(request).await
    }
}

/// A process that claims messages, and knows how many there are in which state.
pub(crate) struct Writer {
    ledger: Ledger,
    process: Instance,
    /// What was there before it came.
    before: [OperationCounts; 2],
    written: AtomicU64,
}

const KINDS: [MessageKind; 2] = [MessageKind::Delivery, MessageKind::Answer];
/// States in which a message may be left.
const ENDS: u64 = 5;

impl Writer {
    pub(crate) async fn begins(ledger: Ledger) -> Self {
        let process = Instance::new("bot@server pid 9", None);
        let heartbeat = Heartbeat {
            instance: process.clone(),
            owners: vec![("bot".to_owned(), Need::Answers)],
            at: now(),
            leases: Vec::new(),
            leases_until: now() + SignedDuration::from_hours(1),
            until: now() + SignedDuration::from_hours(1),
        };
        ledger.check_in(&heartbeat).await.expect("a ledger");
        Self {
            before: counted(&ledger).await,
            ledger,
            process,
            written: AtomicU64::new(0),
        }
    }

    /// So many messages more, each claimed and then left in the next one of the states.
    pub(crate) async fn writes(&self, messages: u64) {
        for _ in 0..messages {
            let number = self.written.fetch_add(1, Ordering::SeqCst);
            self.write(number).await;
        }
    }

    async fn write(&self, number: u64) {
        // Random, because a ledger may hold those of another such process.
        let id = Uuid::new_v4();
        let key = match number % 2 {
            0 => MessageKey::delivery("opening", Some("day-1"), Recipient::Room(id), 0),
            _ => MessageKey::answer(id, 0),
        };
        let new = NewMessage {
            key,
            // What an apply makes has such an address, too.
            address: "room/red".to_owned(),
            body: json!({ "markdown": "Welcome" }).into(),
            owner: "bot".to_owned(),
            revision: None,
        };
        let claims = self.ledger.claim(&[new], &self.process, now()).await;
        let [Claim::Won(id)] = claims.expect("a ledger")[..] else {
            panic!("a new key is won");
        };
        let end = number / 2 % ENDS;
        if end == 0 {
            return;
        }
        let attempt = self.ledger.start(id, &self.process, now()).await;
        let attempt = attempt.expect("a ledger").expect("it is waiting");
        let reason = "no answer".to_owned();
        let outcome = match end {
            1 => return,
            2 => MessageOutcome::Done(json!({ "id": "sent" })),
            3 => MessageOutcome::Unclear { reason },
            _ => MessageOutcome::Failed {
                reason,
                tracking_id: None,
            },
        };
        let finished = self.ledger.finish_message(attempt, &outcome, now()).await;
        assert!(finished.expect("a ledger"), "nobody else touched it");
    }

    /// Every message is as this process left it.
    pub(crate) async fn finds_its_messages_untouched(&self) {
        let written = self.written.load(Ordering::SeqCst);
        let mut expected = self.before;
        for number in 0..written {
            let counts = &mut expected[usize::from(number % 2 == 1)];
            *match number / 2 % ENDS {
                0 => &mut counts.waiting,
                1 => &mut counts.sending,
                2 => &mut counts.done,
                3 => &mut counts.unclear,
                _ => &mut counts.failed,
            } += 1;
        }
        assert_eq!(counted(&self.ledger).await, expected);
    }
}

async fn counted(ledger: &Ledger) -> [OperationCounts; 2] {
    let [one, other] = KINDS.map(|kind| ledger.operation_counts(kind.into(), None));
    [one.await.expect("a ledger"), other.await.expect("a ledger")]
}

/// Any time: nothing of an apply depends on when messages were written.
fn now() -> Timestamp {
    "2027-01-01T08:00:00Z".parse().expect("a time")
}
