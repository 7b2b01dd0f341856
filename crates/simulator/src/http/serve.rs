//! The simulator on a port, whose door a fault can shut.

use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt as _;
use tower_http::compression::CompressionLayer;

use super::deliver::deliver;
use crate::simulator::Simulator;

/// How long to wait for the system to have room for another connection.
const PATIENCE: Duration = Duration::from_millis(100);

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
    let router = simulator.router().layer(CompressionLayer::new());
    let address = listener.local_addr()?;
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
    leave: watch::Sender<bool>,
}

impl House {
    fn new(simulator: Simulator, router: Router) -> Self {
        Self {
            simulator,
            router,
            guests: JoinSet::new(),
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
                tokio::time::sleep(PATIENCE).await;
            }
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
) {
    let leaving = leave.clone();
    let service = service_fn(move |request: http::Request<Incoming>| {
        let (router, clock) = (router.clone(), simulator.inner.settings.clock.clone());
        let mut leaving = leaving.clone();
        async move {
            let answer = match router.oneshot(request.map(Body::new)).await {
                Ok(answer) => answer,
                Err(never) => match never {},
            };
            // What is stalled shall not keep the house open.
            tokio::select! {
                delivered = deliver(answer, clock) => delivered,
                () = told(&mut leaving) => Err(super::deliver::Cut),
            }
        }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = told(&mut leave) => {
            connection.as_mut().graceful_shutdown();
            connection.await
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
