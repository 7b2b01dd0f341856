//! What each process asks of Webex, and when.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use jiff::Timestamp;
use showcaller_clock::SharedClock;
use showcaller_webex::{Transport, TransportError};

/// What a call is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A message of the cue with this number.
    Cue(usize),
    /// Reads a question, or answers it.
    Answer,
    /// Everything else.
    Other,
}

/// A call of the bot.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) process: &'static str,
    pub(crate) purpose: Purpose,
    pub(crate) start: Timestamp,
    /// When its answer was there, and whether Webex had acted; `None` while it is under way.
    pub(crate) answer: Option<(Timestamp, u16)>,
}

/// The calls of all processes with the bot's token, in the order of their starts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Calls(Arc<Mutex<Vec<Call>>>);

impl Calls {
    pub(crate) fn read<T>(&self, read: impl FnOnce(&mut Vec<Call>) -> T) -> T {
        read(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How many rooms have got this cue.
    pub(crate) fn sent(&self, cue: usize) -> usize {
        let arrived = |call: &&Call| {
            let done = call.answer.is_some_and(|(_, status)| status == 200);
            call.purpose == Purpose::Cue(cue) && done
        };
        self.read(|calls| calls.iter().filter(arrived).count())
    }
}

/// The way of one process to Webex.
pub(crate) struct Watched {
    pub(crate) inner: Arc<dyn Transport>,
    pub(crate) clock: SharedClock,
    pub(crate) process: &'static str,
    pub(crate) calls: Calls,
    /// What the bot's requests have in their header.
    pub(crate) authorization: String,
}

#[async_trait]
impl Transport for Watched {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let token = request.headers().get(http::header::AUTHORIZATION);
        if token.is_none_or(|token| token != self.authorization.as_str()) {
            return self.inner.send(request).await;
        }
        let call = Call {
            process: self.process,
            purpose: purpose(&request),
            start: self.clock.now(),
            answer: None,
        };
        let place = self.calls.read(|calls| {
            calls.push(call);
            calls.len() - 1
        });
        let answer = self.inner.send(request).await;
        let status = answer.as_ref().map_or(0, |answer| answer.status().as_u16());
        let now = self.clock.now();
        self.calls
            .read(|calls| calls[place].answer = Some((now, status)));
        answer
    }
}

fn purpose(request: &Request<Bytes>) -> Purpose {
    if !request.uri().path().starts_with("/v1/messages") {
        return Purpose::Other;
    }
    let text = String::from_utf8_lossy(request.body());
    let cue = text
        .split_once("cue number ")
        .filter(|_| request.method() == Method::POST);
    let number = cue.and_then(|(_, rest)| rest.split_once('.')?.0.parse().ok());
    number.map_or(Purpose::Answer, Purpose::Cue)
}
