//! A router on a port.
//!
//! Deadlines of sockets are those of the machine, so they are Tokio's timers and not a `Clock`'s.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use http::{HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tower::ServiceExt as _;

use crate::connections::{Connections, Place};
use crate::ingress::LARGEST_BODY;

/// The most bytes of a request's head.
const LARGEST_HEAD: usize = 16 * 1024;

/// How long to wait for the system to have room for another connection.
const NO_ROOM: Duration = Duration::from_millis(50);

/// What a client may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections that are open at once. Once there are as many, the next one replaces one that waits
    /// for its client.
    pub connections: usize,
    /// For so long a new connection goes last.
    pub grace: Duration,
    /// For the whole head of a request, and between two requests.
    pub head: Duration,
    /// For the whole body of a request.
    pub body: Duration,
    /// For what is under way when the listener is to end.
    pub end: Duration,
}

impl Default for Limits {
    /// 512 connections, so that there are fewer than the 1,024 files that a process may usually open.
    fn default() -> Self {
        Self {
            connections: 512,
            grace: Duration::from_secs(2),
            head: Duration::from_secs(30),
            body: Duration::from_secs(10),
            end: Duration::from_secs(5),
        }
    }
}

/// Answers requests that come in through `listener` until `shutdown` is over, and those that are under
/// way then.
pub async fn listen(
    router: Router,
    listener: TcpListener,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) {
    let connections = Arc::new(Connections::new(limits.grace));
    let (end, ends) = watch::channel(false);
    let mut tasks = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = tasks.join_next() => {}
            accepted = listener.accept() => {
                let room = room_for(accepted, limits, &connections, &mut tasks);
                let stream = tokio::select! {
                    () = &mut shutdown => break,
                    stream = room => stream,
                };
                match stream {
                    Ok(stream) => {
                        let service = Service { router: router.clone(), limits };
                        let place = connections.enter(Instant::now());
                        tasks.spawn(service.talk(stream, place, ends.clone()));
                    }
                    Err(error) => {
                        tracing::warn!(%error, "a connection could not be accepted");
                        connections.evict(Instant::now());
                        sleep(NO_ROOM).await;
                    }
                }
            }
        }
    }
    drop(listener);
    // Every connection has a receiver of its own.
    let _ = end.send(true);
    let ended = timeout(limits.end, async {
        while tasks.join_next().await.is_some() {}
    });
    if ended.await.is_err() {
        tracing::debug!(connections = tasks.len(), "connections were cut off");
    }
}

/// The connection that was accepted, once there are few enough others.
async fn room_for(
    accepted: io::Result<(TcpStream, SocketAddr)>,
    limits: Limits,
    connections: &Connections,
    tasks: &mut JoinSet<()>,
) -> io::Result<TcpStream> {
    let (stream, _) = accepted?;
    // Small answers shall not wait for company; where that cannot be had, they do.
    let _ = stream.set_nodelay(true);
    while tasks.len() >= limits.connections {
        // Where all are at work, one of them ends soon.
        connections.evict(Instant::now());
        tasks.join_next().await;
    }
    Ok(stream)
}

/// The connection is to be closed without an answer.
#[derive(Debug)]
struct Evicted;

impl std::fmt::Display for Evicted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection had to make room")
    }
}

impl std::error::Error for Evicted {}

/// What answers on a connection.
#[derive(Clone)]
struct Service {
    router: Router,
    limits: Limits,
}

impl Service {
    /// One connection, from the first request to the last.
    async fn talk(self, stream: TcpStream, place: Place, mut ends: watch::Receiver<bool>) {
        let head = self.limits.head;
        let evicted = place.evicted();
        let place = Arc::new(Mutex::new(place));
        let service = service_fn(move |request| {
            let (service, place) = (self.clone(), Arc::clone(&place));
            async move { service.respond(request, &mut *place.lock().await).await }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head)
            .max_buf_size(LARGEST_HEAD)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = evicted.notified() => return,
            () = asked(&mut ends) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection broke");
        }
    }

    /// Reads the body here, whole: until then, the connection can be evicted.
    async fn respond(
        self,
        request: Request<Incoming>,
        place: &mut Place,
    ) -> Result<Response<Body>, Evicted> {
        let (head, body) = request.into_parts();
        if body.size_hint().lower() > LARGEST_BODY as u64 {
            return Ok(closing(StatusCode::PAYLOAD_TOO_LARGE));
        }
        let body = timeout(self.limits.body, Limited::new(body, LARGEST_BODY).collect());
        let body = match body.await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                return Ok(closing(StatusCode::PAYLOAD_TOO_LARGE));
            }
            Ok(Err(_)) => return Ok(closing(StatusCode::BAD_REQUEST)),
            Err(_) => return Ok(closing(StatusCode::REQUEST_TIMEOUT)),
        };
        if !place.work() {
            return Err(Evicted);
        }
        let request = Request::from_parts(head, Body::from(body));
        let response = match self.router.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        place.answered();
        Ok(response)
    }
}

/// Returns once the listener is to end.
async fn asked(ends: &mut watch::Receiver<bool>) {
    // That nothing can ask any more means the same.
    let _ = ends.wait_for(|end| *end).await;
}

/// A refusal after which the connection closes: what is left of the request is not read.
fn closing(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    response
}
