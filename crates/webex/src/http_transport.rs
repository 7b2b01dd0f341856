//! The [`Transport`] for the real network.

use std::error::Error as _;
use std::fmt::Write as _;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::header::AUTHORIZATION;
use http::{Request, Response};
use reqwest::{Client, redirect};
use thiserror::Error;
use url::{Host, Url};

use crate::transport::{Transport, TransportError};

/// Longest answer that is read, in bytes. Webex's longest lists are far below it; what is above
/// it is not Webex.
const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// How long a connection may lie idle before it is closed on our side. Short, because a server
/// that closes an idle connection just as a request leaves makes that request's outcome unknown.
const IDLE: Duration = Duration::from_secs(20);

/// Sends requests over HTTP/1.1, with TLS by rustls, and keeps connections open for the next one.
///
/// Redirects are not followed, so a token never travels to an address that was not asked for.
/// A token is not sent where it [travels in the clear](travels_in_the_clear): such a request is
/// [`TransportError::NotSent`].
/// Proxies from the environment are used, but never for the loopback interface, where the
/// simulator listens. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    outside: Client,
    loopback: Client,
}

/// How long a request may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOuts {
    /// For the connection, TLS included. Running out of it is [`TransportError::NotSent`].
    pub connect: Duration,
    /// From the start to the last byte of the answer. Running out of it is
    /// [`TransportError::Lost`].
    pub total: Duration,
}

impl Default for TimeOuts {
    /// 10 s to connect, 60 s in total: Webex itself gives up with a 504 before that.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            total: Duration::from_secs(60),
        }
    }
}

/// The machine cannot speak TLS, for want of root certificates for instance.
#[derive(Debug, Error)]
#[error("cannot set up HTTPS")]
pub struct HttpTransportError(#[from] reqwest::Error);

impl HttpTransport {
    /// A transport with the default [`TimeOuts`].
    ///
    /// # Errors
    ///
    /// When the system's root certificates cannot be read.
    pub fn new() -> Result<Self, HttpTransportError> {
        Self::with_time_outs(TimeOuts::default())
    }

    /// A transport with time-outs of one's choice.
    ///
    /// # Errors
    ///
    /// When the system's root certificates cannot be read.
    pub fn with_time_outs(time_outs: TimeOuts) -> Result<Self, HttpTransportError> {
        // reqwest is built without a provider of its own and panics if none is installed. When
        // the binary has already chosen one, that choice stands and this call is refused.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            Client::builder()
                .user_agent(concat!("showcaller/", env!("CARGO_PKG_VERSION")))
                .redirect(redirect::Policy::none())
                .retry(reqwest::retry::never())
                .connect_timeout(time_outs.connect)
                .timeout(time_outs.total)
                .pool_idle_timeout(IDLE)
                .tcp_nodelay(true)
        };
        Ok(Self {
            outside: builder().build()?,
            loopback: builder().no_proxy().build()?,
        })
    }

    fn client_for(&self, url: &Url) -> &Client {
        let loopback = match url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        if loopback {
            &self.loopback
        } else {
            &self.outside
        }
    }
}

/// Whether others on the way could read what is sent to this address: it is not
/// encrypted, and not for this very machine by its address or as `localhost`. (Names below `localhost` do not: some resolvers look
/// them up.)
#[must_use]
pub fn travels_in_the_clear(url: &Url) -> bool {
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    !matches!(url.scheme(), "https" | "wss") && !here
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let request = reqwest::Request::try_from(request)
            .map_err(|error| TransportError::NotSent(reason(error)))?;
        if request.headers().contains_key(AUTHORIZATION) && travels_in_the_clear(request.url()) {
            let why = "over plain http, others on the way could read the token";
            return Err(TransportError::NotSent(why.to_owned()));
        }
        let client = self.client_for(request.url());
        let answer = client.execute(request).await.map_err(classify)?;
        read(answer).await
    }
}

async fn read(mut answer: reqwest::Response) -> Result<Response<Bytes>, TransportError> {
    let mut whole = Response::new(Bytes::new());
    *whole.status_mut() = answer.status();
    *whole.headers_mut() = std::mem::take(answer.headers_mut());
    let mut body = BytesMut::new();
    while let Some(chunk) = answer.chunk().await.map_err(classify)? {
        if body.len() + chunk.len() > MAX_ANSWER {
            let text = format!("the answer is longer than {MAX_ANSWER} bytes");
            return Err(TransportError::Lost(text));
        }
        body.extend_from_slice(&chunk);
    }
    *whole.body_mut() = body.freeze();
    Ok(whole)
}

fn classify(error: reqwest::Error) -> TransportError {
    let certainly_not_sent = error.is_connect() || error.is_builder();
    let text = reason(error);
    if certainly_not_sent {
        TransportError::NotSent(text)
    } else {
        TransportError::Lost(text)
    }
}

/// The causes, outermost first. Without the address: its query may name people.
fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let _ = write!(text, ": {inner}");
        cause = inner.source();
    }
    text
}
