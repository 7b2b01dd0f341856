//! A router whose inbox is a list.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{Request, Response};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha1::Sha1;
use showcaller_clock::VirtualClock;
use showcaller_engine::hooks::Identity;
use showcaller_ledger::{Error, Incoming, IncomingKind};
use showcaller_server::{Counters, Inbox, Ingress, public};
use tokio::sync::Mutex;
use tower::ServiceExt as _;

pub(crate) const SECRET: &str = "a secret of at least some length";
pub(crate) const HOOKS: &str = "/hooks/sample";
pub(crate) const LEDGER: &str = "7b3f2f54-1c1b-4f4e-9f4f-0a4d9bb0a001";

/// Keeps what comes in, each event once.
#[derive(Default)]
pub(crate) struct Kept {
    events: Mutex<BTreeSet<(IncomingKind, String)>>,
    pub(crate) all: Mutex<Vec<Incoming>>,
    pub(crate) in_trouble: AtomicBool,
}

#[async_trait]
impl Inbox for Kept {
    async fn take_in(&self, incoming: Incoming) -> Result<(), Error> {
        if self.in_trouble.load(SeqCst) {
            return Err(Error::NotAlive);
        }
        let key = (incoming.kind, incoming.remote_id.clone());
        if self.events.lock().await.insert(key) {
            self.all.lock().await.push(incoming);
        }
        Ok(())
    }
}

/// The public router over such an inbox.
pub(crate) struct Stage {
    pub(crate) kept: Arc<Kept>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) router: Router,
}

pub(crate) fn now() -> Timestamp {
    "2027-10-06T08:00:00Z".parse().expect("a timestamp")
}

impl Stage {
    pub(crate) fn new() -> Self {
        let kept = Arc::<Kept>::default();
        Self {
            kept: Arc::clone(&kept),
            ..Self::over(kept)
        }
    }

    /// The same over another inbox.
    pub(crate) fn over(inbox: Arc<dyn Inbox>) -> Self {
        let counters = Arc::<Counters>::default();
        let router = public(Ingress {
            identity: Identity {
                event: "sample".to_owned(),
                ledger: LEDGER.parse().expect("a UUID"),
            },
            secret: SECRET.into(),
            inbox,
            clock: Arc::new(VirtualClock::starting_at(now())),
            counters: Arc::clone(&counters),
        });
        Self {
            kept: Arc::default(),
            counters,
            router,
        }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Response<Body> {
        let answer = self.router.clone().oneshot(request).await;
        answer.expect("a router always answers")
    }

    /// Posts a body with this signature; the status of the answer.
    pub(crate) async fn posts(&self, body: &[u8], signature: &str) -> u16 {
        let request = Request::post(HOOKS)
            .header("X-Spark-Signature", signature)
            .body(Body::from(body.to_vec()));
        self.send(request.expect("a request"))
            .await
            .status()
            .as_u16()
    }

    /// Posts a body that Webex has signed.
    pub(crate) async fn posts_signed(&self, body: &[u8]) -> u16 {
        self.posts(body, &signature(SECRET, body)).await
    }

    pub(crate) async fn kept(&self) -> usize {
        self.kept.all.lock().await.len()
    }
}

/// Webex's signature, by an implementation of this test's own.
pub(crate) fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(body);
    let bytes = mac.finalize().into_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A delivery as Webex sends it.
pub(crate) fn delivery(resource: &str, event: &str, id: &str) -> Value {
    json!({
        "id": "WEBHOOK", "name": "showcaller", "resource": resource, "event": event,
        "targetUrl": "https://bot.example.com/hooks/sample", "orgId": "ORG", "createdBy": "BOT",
        "appId": "APP", "ownedBy": "creator", "status": "active", "actorId": "PERSON",
        "data": {
            "id": id, "roomId": "ROOM", "roomType": "direct", "personId": "PERSON",
            "personEmail": "ann@example.com", "created": "2027-10-06T07:59:58.123Z",
            "isModerator": true,
        },
    })
}
