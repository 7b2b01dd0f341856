//! The simulator on a port, whose door a fault can shut.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::middleware::from_fn_with_state;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::Timestamp;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tower::ServiceExt as _;
use tower_http::compression::CompressionLayer;

use super::deliver::{Cut, deliver};
use super::{LARGEST_BODY, own_pages, too_large};
use crate::simulator::Simulator;

/// How long to wait for the system to have room for another connection.
const NO_ROOM: Duration = Duration::from_millis(100);

/// Connections that are open at once, fewer than the 1,024 files that a process may usually open. Then all
/// of them end, as soon as what was asked is answered.
const MOST: usize = 900;

/// For the head of a request, and for its body. A deadline of the socket is one of the machine's, so that
/// a simulated clock does not run ahead because a client is idle.
const TO_SEND: Duration = Duration::from_secs(30);

/// How long a connection on which nothing is asked may keep a port that is to close.
const TO_LEAVE: Duration = Duration::from_millis(250);

/// Answers calls that come in through `listener` until `shutdown` is over, and those that are under
/// way then.
///
/// Faults are real here: connections are closed, bodies cut, bytes dripped, and where a fault says
/// that connections are refused, the port is closed for that long.
///
/// # Errors
///
/// The listener fails, or the port cannot be opened again.
pub async fn serve(
    simulator: Simulator,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    // Webex packs its answers for clients that say that they can unpack them.
    let address = listener.local_addr()?;
    let guard = from_fn_with_state(address.ip().is_loopback(), own_pages::refuse_foreign);
    let router = simulator.router().layer(guard);
    let router = router.layer(CompressionLayer::new());
    let mut shutdown = pin!(shutdown);
    let mut open = Some(listener);
    loop {
        let listener = match open.take() {
            Some(listener) => listener,
            None => TcpListener::bind(address).await?,
        };
        let mut house = House::new(simulator.clone(), router.clone());
        let why = tokio::select! {
            why = house.open(&listener) => why,
            () = &mut shutdown => Why::Ends,
        };
        drop(listener);
        house.close().await;
        match why {
            Why::Ends => return Ok(()),
            Why::ShutUntil(until) => tokio::select! {
                () = simulator.inner.settings.clock.sleep_until(until) => {}
                () = &mut shutdown => return Ok(()),
            },
        }
    }
}

/// Why a port is closed.
enum Why {
    Ends,
    ShutUntil(Timestamp),
}

/// Everybody who is connected.
struct House {
    simulator: Simulator,
    router: Router,
    guests: JoinSet<()>,
    most: usize,
    /// Dropped when all of them are to leave.
    leave: watch::Sender<()>,
}

impl House {
    fn new(simulator: Simulator, router: Router) -> Self {
        Self {
            simulator,
            router,
            guests: JoinSet::new(),
            most: MOST,
            leave: watch::Sender::new(()),
        }
    }

    /// Lets callers in until a fault shuts the door.
    async fn open(&mut self, listener: &TcpListener) -> Why {
        loop {
            let now = self.simulator.inner.settings.clock.now();
            let (closed, closes_at) = {
                let state = self.simulator.state();
                (state.faults.closed(now), state.faults.closes_at(now))
            };
            if let Some(until) = closed {
                return Why::ShutUntil(until);
            }
            let clock = self.simulator.clock();
            tokio::select! {
                accepted = listener.accept() => self.welcome(accepted).await,
                () = self.simulator.inner.doors.notified() => {}
                () = clock.sleep_until(closes_at.unwrap_or_default()), if closes_at.is_some() => {}
                Some(_) = self.guests.join_next() => {}
            }
        }
    }

    async fn welcome(&mut self, accepted: std::io::Result<(TcpStream, SocketAddr)>) {
        match accepted {
            Ok((stream, _)) => {
                // Small answers shall not wait for company; where that cannot be had, they do.
                let _ = stream.set_nodelay(true);
                if self.guests.len() >= self.most {
                    self.close().await;
                }
                let talk = talk(
                    self.simulator.clone(),
                    self.router.clone(),
                    stream,
                    self.leave.subscribe(),
                );
                self.guests.spawn(talk);
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                self.close().await;
                sleep(NO_ROOM).await;
            }
        }
    }

    /// Answers what was asked, and takes leave of everybody.
    async fn close(&mut self) {
        self.leave = watch::Sender::new(());
        while self.guests.join_next().await.is_some() {}
    }
}

/// One connection, from the first call to the last.
async fn talk(
    simulator: Simulator,
    router: Router,
    stream: TcpStream,
    mut leave: watch::Receiver<()>,
) {
    let leaving = leave.clone();
    // Whether a whole request is being answered.
    let at_work = Arc::<AtomicBool>::default();
    let working = Arc::clone(&at_work);
    let service = service_fn(move |request: http::Request<Incoming>| {
        let (router, clock) = (router.clone(), simulator.inner.settings.clock.clone());
        let (mut leaving, working) = (leaving.clone(), Arc::clone(&working));
        async move {
            let (head, body) = request.into_parts();
            if body.size_hint().lower() > LARGEST_BODY as u64 {
                return Ok(too_large());
            }
            let body = timeout(TO_SEND, to_bytes(Body::new(body), LARGEST_BODY)).await;
            let Ok(body) = body.map_err(|_| Cut)? else {
                return Ok(too_large());
            };
            let request = http::Request::from_parts(head, Body::from(body));
            working.store(true, Ordering::Relaxed);
            let answer = match router.oneshot(request).await {
                Ok(answer) => answer,
                Err(never) => match never {},
            };
            // What is stalled shall not keep the house open.
            let delivered = tokio::select! {
                delivered = deliver(answer, clock) => delivered,
                _ = leaving.changed() => Err(Cut),
            };
            working.store(false, Ordering::Relaxed);
            delivered
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(TO_SEND)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = leave.changed() => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                ended = connection.as_mut() => ended,
                () = waits(&at_work) => return,
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
}

/// Returns once a connection waits for its client, and has had time to send what it answered.
async fn waits(at_work: &AtomicBool) {
    loop {
        sleep(TO_LEAVE).await;
        if !at_work.load(Ordering::Relaxed) {
            return;
        }
    }
}

#[cfg(test)]
mod hostile_surroundings {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;
    use crate::Config;

    #[tokio::test]
    async fn clients_that_send_nothing_keep_no_others_out() {
        let simulator = Simulator::new(Config::default()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut house = House::new(simulator.clone(), simulator.router());
        house.most = 3;
        let serving = tokio::spawn(async move { house.open(&listener).await });
        let mut idle = Vec::new();
        for _ in 0..4 {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(b"GET /v1/people/me HT").await.unwrap();
            idle.push(stream);
        }
        let mut answer = Vec::new();
        let mut asking = TcpStream::connect(address).await.unwrap();
        let request = b"GET /_simulator/clock HTTP/1.0\r\n\r\n";
        asking.write_all(request).await.unwrap();
        asking.read_to_end(&mut answer).await.unwrap();
        assert!(answer.starts_with(b"HTTP/1.0 200"));
        for stream in &mut idle[..2] {
            // Closed, with or without what it had sent.
            assert!(matches!(stream.read(&mut [0]).await, Ok(0) | Err(_)));
        }
        serving.abort();
    }
}
