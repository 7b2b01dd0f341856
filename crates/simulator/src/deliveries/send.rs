//! How a delivery leaves: over the network, or to a service in the same process.

use std::fmt;
use std::fmt::Write as _;
use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;

use axum::body::Body;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, HeaderValue, Request, Response, header};
use jiff::SignedDuration;
use reqwest::redirect;
use sha1::Sha1;
use showcaller_clock::SharedClock;
use tower::ServiceExt as _;
use tower::util::BoxCloneSyncService;

use super::Due;
use crate::simulator::{Inner, Simulator};

const SIGNATURE: &str = "x-spark-signature";
const JSON: &str = "application/json;charset=UTF-8";
const LATE: &str = "no answer in time";

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Service = BoxCloneSyncService<Request<Body>, Response<Body>, BoxError>;

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// With this status; any 2xx is a success.
    Answered(u16),
    /// No answer came.
    Failed(String),
    /// A fault lost it; Webex believes that it arrived.
    Lost,
    /// The webhook is gone or shut off by now.
    Dropped,
    /// There is no network, and no service for the address: nothing was tried.
    Unsent,
}

impl Outcome {
    pub(super) fn is_failure(&self) -> bool {
        match self {
            Self::Answered(status) => !(200..300).contains(status),
            Self::Failed(_) => true,
            Self::Lost | Self::Dropped | Self::Unsent => false,
        }
    }

    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Answered(_) | Self::Failed(_) if self.is_failure() => "failed",
            Self::Answered(_) | Self::Failed(_) => "delivered",
            Self::Lost => "lost",
            Self::Dropped => "dropped",
            Self::Unsent => "unsent",
        }
    }
}

/// The lower-case hexadecimal HMAC-SHA1 of a body.
/// <https://developer.webex.com/docs/receive-and-verify-webhooks>
pub(super) fn signature(secret: &str, body: &[u8]) -> String {
    let mut hex = String::new();
    // A key of any length will do.
    if let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret.as_bytes()) {
        mac.update(body);
        for byte in mac.finalize().into_bytes() {
            let _ = write!(hex, "{byte:02x}");
        }
    }
    hex
}

/// Who is there to be delivered to.
pub(crate) struct Receivers {
    /// Base address, and the service there; nothing once it is gone, and no service listens.
    services: Vec<(String, Option<Service>)>,
    network: bool,
    client: Option<reqwest::Client>,
}

impl fmt::Debug for Receivers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bases: Vec<&str> = self.services.iter().map(|(base, _)| &**base).collect();
        f.debug_struct("Receivers")
            .field("bases", &bases)
            .field("network", &self.network)
            .finish_non_exhaustive()
    }
}

/// A service that deliveries go to. Without it, no service listens at its address any more: deliveries
/// to it fail, as to a process that was killed.
#[derive(Debug)]
#[must_use = "nobody listens any more once this is dropped"]
pub struct Registration {
    simulator: Weak<Inner>,
    base: String,
}

impl Drop for Registration {
    fn drop(&mut self) {
        if let Some(inner) = self.simulator.upgrade() {
            let simulator = Simulator { inner };
            let gone = simulator.receivers().put(&self.base, None);
            // Whatever the service holds goes when nothing is locked.
            drop(gone);
        }
    }
}

impl Receivers {
    pub(super) fn new(network: bool) -> Self {
        Self {
            services: Vec::new(),
            network,
            client: None,
        }
    }

    /// Puts a service there, or none; returns the one that was there.
    fn put(&mut self, base: &str, service: Option<Service>) -> Option<Service> {
        match self.services.iter_mut().find(|(own, _)| own == base) {
            Some((_, own)) => std::mem::replace(own, service),
            None => {
                self.services.push((base.to_owned(), service));
                None
            }
        }
    }

    fn way_to(&mut self, target: &str) -> Way {
        let below = |base: &str| {
            let rest = target.strip_prefix(base);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
        };
        let services = self.services.iter().filter(|(base, _)| below(base));
        match services.max_by_key(|(base, _)| base.len()) {
            Some((_, Some(service))) => Way::Service(service.clone()),
            Some((_, None)) => Way::Nobody("connection refused".to_owned()),
            None if !self.network => Way::Ends(Outcome::Unsent),
            None => match self.client() {
                Ok(client) => Way::Network(client),
                Err(error) => Way::Nobody(error.to_string()),
            },
        }
    }

    /// One client for all, made when there is something to send. Where redirects lead is not asked:
    /// only a 2xx is a success.
    fn client(&mut self) -> reqwest::Result<reqwest::Client> {
        if let Some(client) = &self.client {
            return Ok(client.clone());
        }
        // reqwest is built without a provider of its own and panics if none is installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent(concat!("showcaller-simulator/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .build()?;
        Ok(self.client.insert(client).clone())
    }
}

impl Simulator {
    /// Delivers what webhooks with a target address below `base` are told to `service`, without a
    /// socket, for as long as the registration is kept. `base` is an address such as
    /// `https://bot.example.com`, without a slash at its end.
    ///
    /// The service sees the request that a server at that address would see. An error of it is a
    /// connection that broke. The simulator holds it: a service that holds the simulator keeps
    /// both alive until the registration is dropped.
    pub fn deliver_to<S>(&self, base: &str, service: S) -> Registration
    where
        S: tower::Service<Request<Body>, Response = Response<Body>>,
        S: Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
    {
        let base = base.trim_end_matches('/');
        let service = service.map_err(Into::into);
        let service = BoxCloneSyncService::new(service);
        let replaced = self.receivers().put(base, Some(service));
        drop(replaced);
        Registration {
            simulator: Arc::downgrade(&self.inner),
            base: base.to_owned(),
        }
    }

    fn receivers(&self) -> std::sync::MutexGuard<'_, Receivers> {
        let receivers = self.inner.deliveries.receivers.lock();
        receivers.unwrap_or_else(PoisonError::into_inner)
    }

    /// How a delivery goes, and how long it may take.
    pub(super) fn way(&self, due: &Due) -> (Way, Duration) {
        let (wanted, seconds) = {
            let state = self.state();
            let wanted = state.world.is_delivered_to(due.webhook);
            (wanted, state.switches.webhook_time_out)
        };
        let way = match wanted {
            true => self.receivers().way_to(&due.target),
            false => Way::Ends(Outcome::Dropped),
        };
        (way, Duration::from_secs(u64::from(seconds)))
    }
}

/// Where a delivery goes.
pub(super) enum Way {
    Service(Service),
    Network(reqwest::Client),
    /// A failure already, and why.
    Nobody(String),
    /// No failure, and nothing to be done.
    Ends(Outcome),
}

impl Way {
    pub(super) async fn send(self, due: &Due, clock: &SharedClock, time_out: Duration) -> Outcome {
        let sent = match self {
            Self::Ends(outcome) => return outcome,
            Self::Nobody(why) => Err(why),
            Self::Service(service) => to_service(service, due, clock, time_out).await,
            Self::Network(client) => {
                // The network takes the machine's time, during which a virtual clock stands still.
                let _busy = clock.busy();
                over_network(&client, due, time_out).await
            }
        };
        sent.map_or_else(Outcome::Failed, Outcome::Answered)
    }
}

async fn over_network(
    client: &reqwest::Client,
    due: &Due,
    time_out: Duration,
) -> Result<u16, String> {
    let request = client
        .post(&due.target)
        .headers(headers(due))
        .timeout(time_out)
        .body(due.body.clone());
    match request.send().await {
        Ok(answer) => Ok(answer.status().as_u16()),
        Err(error) if error.is_timeout() => Err(LATE.to_owned()),
        Err(error) if error.is_connect() => Err("no connection".to_owned()),
        Err(error) => Err(error.without_url().to_string()),
    }
}

async fn to_service(
    service: Service,
    due: &Due,
    clock: &SharedClock,
    time_out: Duration,
) -> Result<u16, String> {
    let target = url::Url::parse(&due.target).map_err(|error| error.to_string())?;
    let place = &target[url::Position::BeforePath..url::Position::AfterQuery];
    let host = &target[url::Position::BeforeHost..url::Position::AfterPort];
    let mut request = Request::post(place)
        .header(header::HOST, host)
        .body(Body::from(due.body.clone()))
        .map_err(|error| error.to_string())?;
    request.headers_mut().extend(headers(due));
    let time_out = SignedDuration::try_from(time_out).unwrap_or(SignedDuration::MAX);
    tokio::select! {
        // An answer that is there is not late.
        biased;
        answer = service.oneshot(request) => {
            answer.map(|answer| answer.status().as_u16()).map_err(|error| error.to_string())
        }
        () = clock.sleep(time_out) => Err(LATE.to_owned()),
    }
}

fn headers(due: &Due) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    let signature = due.signature.as_deref();
    if let Some(Ok(signature)) = signature.map(HeaderValue::from_str) {
        headers.insert(SIGNATURE, signature);
    }
    headers
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// RFC 2202, test cases 1, 2 and 5.
    #[rstest]
    #[case(
        "\u{b}\u{b}\u{b}\u{b}\u{b}\u{b}\u{b}\u{b}\u{b}\u{b}\u{b}\u{b}\u{b}\u{b}\u{b}\u{b}\u{b}\u{b}\u{b}\u{b}",
        "Hi There",
        "b617318655057264e28bc0b6fb378c8ef146be00"
    )]
    #[case(
        "\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}\u{c}",
        "Test With Truncation",
        "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04"
    )]
    #[case(
        "Jefe",
        "what do ya want for nothing?",
        "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
    )]
    fn a_signature_is_the_hmac_sha1_of_the_body(
        #[case] secret: &str,
        #[case] body: &str,
        #[case] expected: &str,
    ) {
        assert_eq!(signature(secret, body.as_bytes()), expected);
    }

    #[rstest]
    #[case("https://bot.example.com", true)]
    #[case("https://bot.example.com/hook", true)]
    #[case("https://bot.example.com?room=1", true)]
    #[case("https://bot.example.com.evil.example/hook", false)]
    #[case("http://bot.example.com/hook", false)]
    fn a_service_is_there_for_addresses_below_its_own(#[case] target: &str, #[case] there: bool) {
        let mut receivers = Receivers::new(false);
        receivers.put("https://bot.example.com", None);
        let refused = matches!(receivers.way_to(target), Way::Nobody(_));
        assert_eq!(refused, there);
    }
}
