//! What may happen to a request between the client and Webex.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use showcaller_webex::{Transport, TransportError};
use tokio::sync::Notify;

/// What becomes of one request.
pub(crate) enum Fate {
    /// It arrives, and so does its answer.
    Passes,
    /// Another arrives in its place.
    Becomes(Request<Bytes>),
    /// Somebody else answers it.
    Answered(Response<Bytes>),
    /// It is lost, and nobody knows whether it arrived.
    Lost,
    /// It arrives; its answer is lost.
    AnswerLost,
    /// The program dies before it is sent.
    DiesBefore,
    /// Webex acts, and the program dies before the answer is there.
    DiesAfter,
    /// It arrives; its answer is held back until [`Wire::arrive`]. Whoever waits for
    /// [`Wire::death`] is told.
    Late,
    /// The answer is there, and the program dies before it can write it down.
    DiesAnswered,
}

/// One request as it was handed over.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) method: Method,
    pub(crate) path: String,
}

impl Sent {
    /// Whether it may change something.
    pub(crate) fn writes(&self) -> bool {
        self.method != Method::GET
    }
}

type Judge = dyn Fn(&Sent, &Request<Bytes>) -> Fate + Send + Sync;

/// A wire with somebody's hand on it.
pub(crate) struct Wire {
    inner: Arc<dyn Transport>,
    judge: Box<Judge>,
    sent: Mutex<Vec<Sent>>,
    death: Notify,
    late: Notify,
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

impl Wire {
    /// A wire on which `judge` decides.
    pub(crate) fn judged_by(
        inner: &Arc<dyn Transport>,
        judge: impl Fn(&Sent, &Request<Bytes>) -> Fate + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            inner: Arc::clone(inner),
            judge: Box::new(judge),
            sent: Mutex::new(Vec::new()),
            death: Notify::new(),
            late: Notify::new(),
        })
    }

    /// A wire that only listens.
    pub(crate) fn listening(inner: &Arc<dyn Transport>) -> Arc<Self> {
        Self::judged_by(inner, |_, _| Fate::Passes)
    }

    /// Everything that was handed over so far.
    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// What may have changed something.
    pub(crate) fn writes(&self) -> Vec<Sent> {
        let mut sent = self.sent();
        sent.retain(Sent::writes);
        sent
    }

    /// Returns when the program is to die.
    pub(crate) async fn death(&self) {
        self.death.notified().await;
    }

    /// Lets the answer come that was held back.
    pub(crate) fn arrive(&self) {
        self.late.notify_one();
    }

    async fn die(&self) -> ! {
        self.death.notify_one();
        std::future::pending().await
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let sent = Sent {
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
        };
        let fate = (self.judge)(&sent, &request);
        self.sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(sent);
        let lost = || TransportError::Lost("the line went dead".to_owned());
        match fate {
            Fate::Passes => self.inner.send(request).await,
            Fate::Becomes(other) => self.inner.send(other).await,
            Fate::Answered(answer) => Ok(answer),
            Fate::Lost => Err(lost()),
            Fate::AnswerLost => {
                self.inner.send(request).await?;
                Err(lost())
            }
            Fate::DiesBefore => self.die().await,
            Fate::DiesAfter => {
                self.inner.send(request).await?;
                self.die().await
            }
            Fate::Late => {
                let answer = self.inner.send(request).await;
                self.death.notify_one();
                self.late.notified().await;
                answer
            }
            Fate::DiesAnswered => {
                let answer = self.inner.send(request).await;
                self.death.notify_one();
                answer
            }
        }
    }
}
