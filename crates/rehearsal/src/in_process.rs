//! Requests to the simulator without a socket.

use std::sync::Arc;

use async_trait::async_trait;
use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use jiff::SignedDuration;
use showcaller_clock::SharedClock;
use showcaller_engine::Connections;
use showcaller_event::Event;
use showcaller_secret::Secret;
use showcaller_simulator::{Mishap, Simulator};
use showcaller_webex::{Settings, SettingsError, TimeOuts, Transport, TransportError, Webex};
use tower::ServiceExt as _;

use crate::cast::BOT;

/// What the simulator is called in addresses. Nothing listens there.
const BASE: &str = "http://simulator.invalid/v1";

/// Carries requests to a simulator's router: the same bytes as over the network, and what its
/// faults do to them as the network would. What waits, waits on the simulator's clock.
#[derive(Debug, Clone)]
pub struct InProcess {
    router: axum::Router,
    clock: SharedClock,
    patience: SignedDuration,
}

impl InProcess {
    /// A way to this simulator. Answers are waited for as long as the real network client does.
    #[must_use]
    pub fn to(simulator: &Simulator) -> Self {
        let patience = TimeOuts::default().total;
        Self {
            router: simulator.router(),
            clock: simulator.clock(),
            patience: SignedDuration::try_from(patience).unwrap_or(SignedDuration::MAX),
        }
    }

    /// Lets happen what happens to an answer on its way.
    async fn befall(&self, mishap: Option<Mishap>) -> Result<(), TransportError> {
        let lost = |text: &str| Err(TransportError::Lost(text.to_owned()));
        match mishap {
            None => Ok(()),
            Some(Mishap::Refused) => Err(TransportError::NotSent("connection refused".to_owned())),
            Some(Mishap::Late(wait) | Mishap::Dripping(wait)) if wait < self.patience => {
                self.clock.sleep(wait).await;
                Ok(())
            }
            Some(Mishap::Stalled | Mishap::Late(_) | Mishap::Dripping(_)) => {
                self.clock.sleep(self.patience).await;
                lost("operation timed out")
            }
            Some(_) => lost("connection closed before the answer was complete"),
        }
    }
}

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let answer = match self.router.clone().oneshot(request.map(Body::from)).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let (head, body) = answer.into_parts();
        self.befall(head.extensions.get().copied()).await?;
        let body = body.collect().await;
        let body = body.map_err(|error| TransportError::Lost(error.to_string()))?;
        Ok(Response::from_parts(head, body.to_bytes()))
    }
}

/// The bot and every host of the event, with tokens that the simulator makes.
///
/// # Errors
///
/// Never for tokens that a simulator made; the client checks its settings all the same.
pub fn connect(
    event: &Event,
    simulator: &Simulator,
    transport: &Arc<dyn Transport>,
    clock: &SharedClock,
) -> Result<Connections, SettingsError> {
    let hosts = event.webex.hosts.iter().map(|host| {
        let email = host.email.as_str();
        let webex = connect_account(email, email, simulator, transport, clock)?;
        Ok((host.email.clone(), webex))
    });
    Ok(Connections {
        bot: connect_account("bot", BOT, simulator, transport, clock)?,
        hosts: hosts.collect::<Result<_, SettingsError>>()?,
    })
}

/// The client of one account, by its address. `owner` is what the client is called.
///
/// # Errors
///
/// As [`connect`].
pub fn connect_account(
    owner: &str,
    email: &str,
    simulator: &Simulator,
    transport: &Arc<dyn Transport>,
    clock: &SharedClock,
) -> Result<Webex, SettingsError> {
    let token = Secret::from(simulator.token_for(email));
    let base = BASE.parse().expect("a fixed address");
    let mut settings = Settings::new(base, token, Arc::clone(transport), Arc::clone(clock));
    settings.owner = owner.to_owned();
    Webex::new(settings)
}
