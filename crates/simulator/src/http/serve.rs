//! The simulator on a port, whose door a fault can shut.

use std::collections::VecDeque;
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
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{sleep, timeout};
use tower::ServiceExt as _;
use tower_http::compression::CompressionLayer;

use super::deliver::{Cut, deliver};
use super::{LARGEST_BODY, own_pages, too_large};
use crate::simulator::Simulator;

/// How long to wait for the system to have room for another connection.
const NO_ROOM: Duration = Duration::from_millis(100);

/// Connections that are open at once, fewer than the 1,024 files that a process may usually open. Then the
/// oldest one that waits for its client goes.
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
    /// Those that may be asked to go, from the oldest on.
    oldest: VecDeque<Guest>,
    most: usize,
    leave: watch::Sender<bool>,
}

/// One connection, and whether a whole request of it is being answered.
struct Guest {
    task: AbortHandle,
    at_work: Arc<AtomicBool>,
}

impl House {
    fn new(simulator: Simulator, router: Router) -> Self {
        Self {
            simulator,
            router,
            guests: JoinSet::new(),
            oldest: VecDeque::new(),
            most: MOST,
            leave: watch::Sender::new(false),
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
                    self.evict();
                }
                let at_work = Arc::<AtomicBool>::default();
                let talk = talk(
                    self.simulator.clone(),
                    self.router.clone(),
                    stream,
                    self.leave.subscribe(),
                    Arc::clone(&at_work),
                );
                let task = self.guests.spawn(talk);
                self.oldest.push_back(Guest { task, at_work });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                self.evict();
                sleep(NO_ROOM).await;
            }
        }
    }

    /// Closes the oldest connection that waits for its client.
    fn evict(&mut self) {
        self.oldest.retain(|guest| !guest.task.is_finished());
        let waits = |guest: &Guest| !guest.at_work.load(Ordering::Relaxed);
        if let Some(place) = self.oldest.iter().position(waits)
            && let Some(guest) = self.oldest.remove(place)
        {
            guest.task.abort();
        }
    }

    /// Answers what was asked, and takes leave of everybody.
    async fn close(mut self) {
        // Nobody who is here has a sender of their own.
        let _ = self.leave.send(true);
        while self.guests.join_next().await.is_some() {}
    }
}

/// One connection, from the first call to the last.
async fn talk(
    simulator: Simulator,
    router: Router,
    stream: TcpStream,
    mut leave: watch::Receiver<bool>,
    at_work: Arc<AtomicBool>,
) {
    let leaving = leave.clone();
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
                () = told(&mut leaving) => Err(Cut),
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
        () = told(&mut leave) => {
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

/// Returns when everybody is to leave.
async fn told(leave: &mut watch::Receiver<bool>) {
    // Nobody left to tell it means the same.
    let _ = leave.wait_for(|leave| *leave).await;
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
    async fn one_who_asks_takes_the_place_of_the_oldest_who_does_not() {
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
