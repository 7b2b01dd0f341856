//! Answers on their way through a socket, with what befalls them there.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::response::Response;
use bytes::Bytes;
use http::HeaderValue;
use http::header::{CONNECTION, CONTENT_LENGTH};
use hyper::body::Frame;
use jiff::SignedDuration;
use showcaller_clock::SharedClock;
use tokio::sync::mpsc;

use super::mishap::Mishap;

/// The connection is to be closed here and now.
#[derive(Debug, thiserror::Error)]
#[error("a fault closes the connection")]
pub(super) struct Cut;

/// How many pieces a dripping answer comes in.
const PIECES: usize = 16;

/// Time enough for what was written to leave before the connection closes.
const LEAVING: Duration = Duration::from_millis(5);

/// The response as it is to be sent, or that nothing more is to be sent.
pub(super) async fn deliver(mut response: Response, clock: SharedClock) -> Result<Response, Cut> {
    let Some(mishap) = response.extensions_mut().remove::<Mishap>() else {
        return Ok(response);
    };
    match mishap {
        Mishap::Refused | Mishap::Reset { in_answer: false } => Err(Cut),
        Mishap::Stalled => std::future::pending().await,
        Mishap::Late(wait) => {
            clock.sleep(wait).await;
            Ok(response)
        }
        Mishap::Dripping(over) => Ok(in_pieces(response, |bytes, out| {
            drip(bytes, over, clock, out);
        })
        .await),
        Mishap::CutShort | Mishap::Reset { in_answer: true } => {
            let mut response = in_pieces(response, half).await;
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
            Ok(response)
        }
    }
}

type Piece = Result<Bytes, Cut>;

/// The same response, of the length that it had, whose body `send` sends.
async fn in_pieces(response: Response, send: impl FnOnce(Bytes, mpsc::Sender<Piece>)) -> Response {
    let (mut head, body) = response.into_parts();
    // The simulator's own answers are in memory, whole.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    // An answer without a body promises one, so that its end can be missing.
    let length = bytes.len().max(1);
    head.headers
        .insert(CONTENT_LENGTH, HeaderValue::from(length));
    if bytes.is_empty() {
        head.status = http::StatusCode::OK;
    }
    let (out, pieces) = mpsc::channel(1);
    send(bytes, out);
    Response::from_parts(head, Body::new(Pieces(pieces)))
}

fn half(bytes: Bytes, out: mpsc::Sender<Piece>) {
    tokio::spawn(async move {
        let half = bytes.slice(..bytes.len() / 2);
        // Whoever hung up meanwhile misses nothing.
        let _ = out.send(Ok(half)).await;
        tokio::time::sleep(LEAVING).await;
        let _ = out.send(Err(Cut)).await;
    });
}

fn drip(bytes: Bytes, over: SignedDuration, clock: SharedClock, out: mpsc::Sender<Piece>) {
    let pieces = bytes.len().clamp(1, PIECES);
    let size = bytes.len().div_ceil(pieces).max(1);
    let pause = over / i32::try_from(pieces).unwrap_or(1);
    tokio::spawn(async move {
        let mut left = bytes;
        while !left.is_empty() {
            clock.sleep(pause).await;
            let piece = left.split_to(size.min(left.len()));
            if out.send(Ok(piece)).await.is_err() {
                return;
            }
        }
    });
}

/// A body that somebody else sends.
struct Pieces(mpsc::Receiver<Piece>);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        self.0
            .poll_recv(context)
            .map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
